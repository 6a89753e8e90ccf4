// Package schema brings a database's schema up, step by step. There is no way down.
package schema

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// ErrNewer is a database that a newer program has migrated.
var ErrNewer = errors.New("db: the database is of a newer version of the program")

// A Ladder is the steps of one engine: files are NNNN_name.sql, with the words of the
// dialect's types in braces; where a file NNNN_name.<engine>.sql stands, only that
// engine's is run.
type Ladder struct {
	Files  fs.FS
	Engine string // sqlite or postgresql
	Fill   *strings.Replacer
}

// SQLite and PostgreSQL are the names of the engines in names of files.
const (
	SQLite     = "sqlite"
	PostgreSQL = "postgresql"
)

// Versions are the schema's, and the newest that the ladder has.
func (l Ladder) Versions(ctx context.Context, pool *sql.DB) (have, want int64, err error) {
	p, err := l.provider(pool)
	if err != nil {
		return 0, 0, err
	}
	return p.GetVersions(ctx)
}

// Climb goes to the top. PostgreSQL changes its schema in transactions: there it does all that
// is left in one.
func (l Ladder) Climb(ctx context.Context, pool *sql.DB) error {
	p, err := l.provider(pool)
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	switch {
	case err != nil:
		return err
	case have > want:
		return newer(have, want)
	case have > 0 && have < want && l.Engine == PostgreSQL:
		return l.atOnce(ctx, pool, false)
	}
	_, err = p.Up(ctx)
	return err
}

// Try does on PostgreSQL what Climb does, and undoes it.
func (l Ladder) Try(ctx context.Context, pool *sql.DB) error {
	have, want, err := l.Versions(ctx, pool)
	switch {
	case err != nil:
		return err
	case have > want:
		return newer(have, want)
	}
	return l.atOnce(ctx, pool, true)
}

func newer(have, want int64) error {
	return fmt.Errorf("%w: it has schema %d, and this program knows %d", ErrNewer, have, want)
}

// atOnce is all that is left in one transaction: killed at any statement the database is as it
// was. Of several nodes one climbs.
func (l Ladder) atOnce(ctx context.Context, pool *sql.DB, dry bool) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// A node that climbs may take minutes, and the others wait for it.
	for _, text := range []string{"SET LOCAL lock_timeout = 0", "SELECT pg_advisory_xact_lock(7310042)"} {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	var have int64
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&have); err != nil {
		return err
	}
	var bad error
	err = l.Steps(func(version int64, text string) {
		if bad != nil || version <= have {
			return
		}
		if _, bad = tx.ExecContext(ctx, l.Fill.Replace(text)); bad == nil {
			_, bad = tx.ExecContext(ctx, "INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, true)", version)
		}
	})
	if err = errors.Join(err, bad); err != nil || dry { // the transaction goes back
		return err
	}
	return tx.Commit()
}

func (l Ladder) provider(pool *sql.DB) (*goose.Provider, error) {
	var steps []*goose.Migration
	err := l.Steps(func(version int64, text string) {
		filled := l.Fill.Replace(text)
		steps = append(steps, goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, filled)
			return err
		}}, nil))
	})
	if err != nil {
		return nil, err
	}
	name, options := goose.DialectSQLite3, []goose.ProviderOption{
		goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true),
	}
	if l.Engine == PostgreSQL {
		l, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		name, options = goose.DialectPostgres, append(options, goose.WithSessionLocker(l))
	}
	return goose.NewProvider(name, pool, nil, options...)
}

// Steps tells each step of the engine, in order.
func (l Ladder) Steps(tell func(version int64, text string)) error {
	all, err := fs.Glob(l.Files, "*.sql")
	if err != nil {
		return err
	}
	slices.Sort(all)
	for _, name := range all {
		parts := strings.Split(path.Base(name), ".")
		if len(parts) == 3 && parts[1] != l.Engine {
			continue
		}
		number, _, _ := strings.Cut(parts[0], "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return fmt.Errorf("db: migration %s has no number", name)
		}
		text, err := fs.ReadFile(l.Files, name)
		if err != nil {
			return err
		}
		tell(version, string(text))
	}
	return nil
}

// Newest is the version of the last step.
func (l Ladder) Newest() (last int64, err error) {
	err = l.Steps(func(version int64, _ string) { last = max(last, version) })
	return last, err
}
