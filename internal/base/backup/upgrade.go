package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"zhike/internal/platform/db"
	"zhike/internal/platform/db/schema"
	"zhike/internal/platform/db/snapshot"
)

var (
	// ErrLost is a migration after which rows are missing that it did not say it drops.
	ErrLost = errors.New("backup: after the upgrade rows are missing")
	// ErrSpace is a disk without room for a second copy of the database.
	ErrSpace = errors.New("backup: the disk has no room for the copy that an upgrade works on")
)

// An Upgraded database, or one that could be.
type Upgraded struct {
	From, To int64         // schemas; equal where there is nothing to do
	Rows     int64         // checked
	Took     time.Duration // of copying, migrating and checking
	Aside    string        // where the database of before lies
}

// dropping is how a migration says that it takes rows away: -- drops rows of TABLE
const dropping = "-- drops rows of "

// Upgrade brings the folder's SQLite database to the schema of files: a copy is migrated and
// checked, then it takes the place of the old one, which is set aside. Killed at any point the
// folder holds the old or the new (Finish). With dry the copy is thrown away. Nobody else may
// have the folder. Errors: ErrNewer, ErrSpace, ErrLost, ErrChain.
func (p Place) Upgrade(ctx context.Context, files fs.FS, now func() time.Time, dry bool) (u Upgraded, err error) {
	began := now()
	live := filepath.Join(p.Folder, database)
	if u.To, err = ladder(files).Newest(); err != nil {
		return u, err
	}
	u.From = u.To
	if _, err := os.Stat(live); errors.Is(err, fs.ErrNotExist) {
		return u, nil // a new folder
	}
	if u.From, err = snapshot.Schema(ctx, live); err != nil {
		return u, err
	}
	switch {
	case u.From == 0: // a first start that was killed before it made anything
		u.From = u.To
		return u, nil
	case u.From == u.To:
		return u, nil
	case u.From > u.To:
		return u, fmt.Errorf("%w: the database has schema %d, and this program knows %d", ErrNewer, u.From, u.To)
	}
	if err := snapshot.Settle(ctx, live); err != nil {
		return u, err
	}
	before, err := snapshot.Count(ctx, live)
	if err != nil {
		return u, err
	}
	fresh := filepath.Join(p.Folder, "backups", "restore-"+now().UTC().Format("20060102-150405.000000000"))
	if err := os.MkdirAll(fresh, 0o700); err != nil {
		return u, err
	}
	decided := false
	defer func() {
		if !decided {
			os.RemoveAll(fresh)
		}
	}()
	copied := filepath.Join(fresh, database)
	if err := p.copy(live, copied); err != nil {
		return u, err
	}
	if err := migrated(ctx, copied, files, now); err != nil {
		return u, err
	}
	if u.Rows, err = kept(ctx, copied, before, files); err != nil {
		return u, err
	}
	if _, err := chain(ctx, copied, now, nil); err != nil {
		return u, err
	}
	if err := snapshot.Settle(ctx, copied); err != nil {
		return u, err
	}
	if err := syncAll(fresh); err != nil {
		return u, err
	}
	if u.Took = now().Sub(began); dry {
		return u, nil
	}
	u.Aside = strings.Replace(fresh, "restore-", "before-upgrade-", 1)
	text, err := json.Marshal(plan{New: fresh, Old: u.Aside})
	if err != nil {
		return u, err
	}
	if err := keep(filepath.Join(p.Folder, todo), text); err != nil {
		return u, err
	}
	decided = true
	return u, finish(p.Folder, p.Between)
}

// copy copies the file as it is: nobody writes to it.
func (p Place) copy(from, to string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	free, err := snapshot.Free(p.Folder)
	if err != nil {
		return err
	}
	if need := info.Size() + info.Size()/4; free < need {
		return fmt.Errorf("%w: %d MB are needed, %d MB are free", ErrSpace, need>>20, free>>20)
	}
	return written(to, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
}

func migrated(ctx context.Context, path string, files fs.FS, now func() time.Time) error {
	d, err := db.Open(ctx, path, db.Options{Now: now, Readers: 1, Relaxed: true}) // a kill drops the copy; it is synced once it is whole
	if err != nil {
		return err
	}
	return errors.Join(d.Migrate(ctx, files), d.Close())
}

// kept checks the copy, and that no table lost rows but one whose migration says so.
func kept(ctx context.Context, path string, before snapshot.Facts, files fs.FS) (total int64, err error) {
	after, err := snapshot.Check(ctx, path)
	if err != nil {
		return 0, err
	}
	may, err := dropped(files, before.Schema)
	if err != nil {
		return 0, err
	}
	for table, n := range before.Rows {
		if after.Rows[table] < n && !slices.Contains(may, table) {
			return 0, fmt.Errorf("%w: %s had %d and has %d", ErrLost, table, n, after.Rows[table])
		}
	}
	for _, n := range after.Rows {
		total += n
	}
	return total, nil
}

func ladder(files fs.FS) schema.Ladder { return schema.Ladder{Files: files, Engine: schema.SQLite} }

// dropped are the tables of which migrations after a schema say that they drop rows.
func dropped(files fs.FS, after int64) (all []string, err error) {
	err = ladder(files).Steps(func(version int64, text string) {
		if version <= after {
			return
		}
		for line := range strings.Lines(text) {
			if table, ok := strings.CutPrefix(strings.TrimSpace(line), dropping); ok {
				all = append(all, table)
			}
		}
	})
	return all, err
}
