package backup

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
)

// How many are kept (DOMAIN §10).
const (
	daily   = 7
	weekly  = 4
	monthly = 12
)

const (
	begins = "zhike-"
	ends   = ".backup"
	stamp  = "20060102-150405"
)

// A Kept backup lies in the folder's backups/, named for when it was made.
type Kept struct {
	Path  string
	Made  time.Time
	Bytes int64
}

// Name is what a backup made at a time is called.
func Name(made time.Time) string { return begins + made.UTC().Format(stamp) + ends }

// Next is where a backup made now goes: two of one second do not get one name.
func (p Place) Next(now time.Time) string {
	for ; ; now = now.Add(time.Second) {
		path := filepath.Join(p.Folder, "backups", Name(now))
		if _, err := os.Stat(path); err != nil {
			return path
		}
	}
}

// List gives the backups in the folder, the newest first. Files of other names are nobody's.
func (p Place) List() ([]Kept, error) {
	found, err := filepath.Glob(filepath.Join(p.Folder, "backups", begins+"*"+ends))
	var all []Kept
	for _, path := range found {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), begins), ends)
		if made, err := time.Parse(stamp, name); err == nil {
			if info, err := os.Stat(path); err == nil {
				all = append(all, Kept{path, made, info.Size()})
			}
		}
	}
	slices.SortFunc(all, func(a, b Kept) int { return cmp.Compare(b.Path, a.Path) })
	return all, err
}

// superfluous are those of all, the newest first, that need not be kept: what remains is the
// newest of each of the last seven days that have one, of four weeks and of twelve months.
func superfluous(all []Kept, zone *time.Location) (drop []Kept) {
	kept := map[string]bool{}
	for _, r := range []struct {
		most int
		of   func(time.Time) string
	}{
		{daily, func(t time.Time) string { return t.Format(time.DateOnly) }},
		{weekly, func(t time.Time) string {
			return t.AddDate(0, 0, -(int(t.Weekday())+6)%7).Format("week " + time.DateOnly)
		}},
		{monthly, func(t time.Time) string { return t.Format("month 2006-01") }},
	} {
		seen := map[string]bool{}
		for _, k := range all {
			if at := r.of(k.Made.In(zone)); !seen[at] && len(seen) < r.most {
				seen[at], kept[k.Path] = true, true
			}
		}
	}
	for _, k := range all {
		if !kept[k.Path] {
			drop = append(drop, k)
		}
	}
	return drop
}

// Daily makes a backup unless there is one of today, and drops what need not be kept any
// more, after the new one is sound.
func (p Place) Daily(ctx context.Context, d *db.DB, keys *crypt.Keys, zone *time.Location) (m Made, err error) {
	all, err := p.List()
	if err != nil {
		return m, err
	}
	now := d.Now()
	if len(all) > 0 && all[0].Made.In(zone).Format(time.DateOnly) >= now.In(zone).Format(time.DateOnly) {
		return m, nil
	}
	if m, err = p.Make(ctx, d, keys, filepath.Join(p.Folder, "backups", Name(now))); err != nil {
		return m, err
	}
	all = append([]Kept{{m.Path, now, m.Bytes}}, all...)
	for _, k := range superfluous(all, zone) {
		if err := os.Remove(k.Path); err != nil {
			return m, err
		}
	}
	return m, p.sweep(now)
}

// upgraded is how long the database of before an upgrade is kept.
const upgraded = 14 * 24 * time.Hour

// sweep drops what a killed backup or restore left, and databases of before an upgrade after
// two weeks; what a restore set aside is the administrator's.
func (p Place) sweep(now time.Time) (err error) {
	if _, err := os.Stat(filepath.Join(p.Folder, todo)); err == nil {
		return nil
	}
	for name, most := range map[string]time.Duration{".aside-*": 24 * time.Hour, "restore-*": 24 * time.Hour, "*.half": 24 * time.Hour, "before-upgrade-*": upgraded} {
		left, e := filepath.Glob(filepath.Join(p.Folder, "backups", name))
		err = cmp.Or(err, e)
		for _, path := range left {
			if info, e := os.Stat(path); e == nil && now.Sub(info.ModTime()) > most {
				err = cmp.Or(err, os.RemoveAll(path))
			}
		}
	}
	return err
}
