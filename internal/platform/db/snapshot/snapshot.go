// Package snapshot copies a SQLite database that is in use, and says whether a copy is sound.
package snapshot

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

func open(path string, pragmas ...string) (*sql.DB, error) {
	d, err := sql.Open("sqlite", "file:"+path+"?"+url.Values{"_pragma": append([]string{"busy_timeout(5000)"}, pragmas...)}.Encode())
	if err == nil {
		d.SetMaxOpenConns(1)
	}
	return d, err
}

// Take copies the database at from to a new file, as it stands at one moment: writers go on
// meanwhile. The copy is on the disk when Take ends, or there is none.
func Take(ctx context.Context, from, to string) (err error) {
	if _, err := os.Stat(to); err == nil {
		return fmt.Errorf("snapshot: %s is there already", to)
	}
	d, err := open(from, "cache_size(-16384)")
	if err != nil {
		return err
	}
	defer d.Close()
	defer func() {
		if err != nil {
			os.Remove(to)
		}
	}()
	if _, err := d.ExecContext(ctx, "VACUUM INTO ?", to); err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// Facts are what a sound copy holds.
type Facts struct {
	Schema int64
	Rows   map[string]int64 // of each table
}

// Check reads a whole copy that nobody uses: its pages, its indexes, and that every row that is
// named exists. Errors say what is wrong.
func Check(ctx context.Context, path string) (f Facts, err error) {
	d, err := open(path, "query_only(1)")
	if err != nil {
		return f, err
	}
	defer d.Close()
	var faults []string
	if faults, err = texts(ctx, d, "PRAGMA integrity_check(5)"); err != nil {
		return f, err
	}
	if len(faults) != 1 || faults[0] != "ok" {
		return f, fmt.Errorf("snapshot: %s", strings.Join(faults, "; "))
	}
	if faults, err = texts(ctx, d, "SELECT \"table\" || ' → ' || parent FROM pragma_foreign_key_check LIMIT 5"); err != nil || len(faults) > 0 {
		return f, fmt.Errorf("snapshot: rows that name none: %s %w", strings.Join(faults, "; "), errOr(err))
	}
	return f, f.count(ctx, d)
}

// Count says what a database holds that nobody uses, without reading its pages for faults.
func Count(ctx context.Context, path string) (f Facts, err error) {
	d, err := open(path, "query_only(1)")
	if err != nil {
		return f, err
	}
	defer d.Close()
	return f, f.count(ctx, d)
}

// Schema is the version of a database's schema; 0 where it has none yet.
func Schema(ctx context.Context, path string) (version int64, err error) {
	d, err := open(path, "query_only(1)")
	if err != nil {
		return 0, err
	}
	defer d.Close()
	tables, err := texts(ctx, d, "SELECT name FROM sqlite_schema WHERE name = 'goose_db_version'")
	if err != nil || len(tables) == 0 {
		return 0, err
	}
	return version, d.QueryRowContext(ctx, schema).Scan(&version)
}

const schema = "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied"

func (f *Facts) count(ctx context.Context, d *sql.DB) error {
	f.Rows = map[string]int64{}
	tables, err := texts(ctx, d, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search%' ORDER BY name")
	if err != nil || !slices.Contains(tables, "goose_db_version") {
		return err
	}
	if err := d.QueryRowContext(ctx, schema).Scan(&f.Schema); err != nil {
		return err
	}
	for _, t := range tables {
		var n int64
		if err := d.QueryRowContext(ctx, `SELECT count(*) FROM "`+strings.ReplaceAll(t, `"`, `""`)+`"`).Scan(&n); err != nil {
			return err
		}
		f.Rows[t] = n
	}
	return nil
}

// Settle folds the log of a database that nobody uses into its file, so that the file alone is
// the database.
func Settle(ctx context.Context, path string) error {
	d, err := open(path, "journal_mode(WAL)")
	if err != nil {
		return err
	}
	var busy, frames, moved int
	err = d.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved)
	if err == nil && busy != 0 {
		err = fmt.Errorf("snapshot: %s is in use", path)
	}
	return errors.Join(err, d.Close())
}

// Free is how many bytes the disk under a folder has left.
func Free(folder string) (int64, error) {
	var s syscall.Statfs_t
	err := syscall.Statfs(folder, &s)
	return int64(s.Bavail) * int64(s.Bsize), err
}

// Quick reads every page of a database that may be in use; errors say what is wrong.
func Quick(ctx context.Context, path string) error {
	d, err := open(path, "query_only(1)")
	if err != nil {
		return err
	}
	defer d.Close()
	faults, err := texts(ctx, d, "PRAGMA quick_check(5)")
	if err == nil && (len(faults) != 1 || faults[0] != "ok") {
		err = fmt.Errorf("snapshot: %s", strings.Join(faults, "; "))
	}
	return err
}

var errRows = fmt.Errorf("snapshot: unsound")

func errOr(err error) error {
	if err == nil {
		return errRows
	}
	return err
}

func texts(ctx context.Context, d *sql.DB, query string) (all []string, err error) {
	rows, err := d.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}
