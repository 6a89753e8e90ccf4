// Package doctor says of a node what an administrator must know: one line for each thing.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/backup"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/snapshot"
	"zhike/internal/platform/job"
)

// How something stands.
const (
	Fine = "ok"
	Warn = "warn"
	Bad  = "BAD"
)

// A Finding is about one thing.
type Finding struct {
	Of    string `json:"of"` // disk database keys backups clock queue files
	State string `json:"state"`
	Says  string `json:"says"`
}

func (f Finding) String() string { return fmt.Sprintf("%-5s %-9s %s", f.State, f.Of, f.Says) }

// A Patient is a node: its folder, its database, its queue.
type Patient struct {
	Place backup.Place
	DB    *db.DB
	Queue *job.Queue
	Zone  *time.Location
	Files func(context.Context) (Files, error) // nil asks nobody
}

// Files are how rows and the files that they name fit together.
type Files struct {
	Rows, Missing, Orphans int
}

var program = access.Program("doctor")

// Examine looks at everything; one thing that fails keeps nothing else from being looked at.
func (p Patient) Examine(ctx context.Context) []Finding {
	return []Finding{p.disk(), p.database(ctx), p.keys(), p.backups(ctx), p.clock(ctx), p.queue(ctx), p.files(ctx)}
}

func bad(of string, err error) Finding { return Finding{of, Bad, err.Error()} }

const gigabyte = 1 << 30

func (p Patient) disk() Finding {
	free, err := snapshot.Free(p.Place.Folder)
	if err != nil {
		return bad("disk", err)
	}
	var size int64
	if info, err := os.Stat(p.DB.Path()); err == nil {
		size = info.Size()
	}
	return room(free, size)
}

// room is enough for a backup that is tried: the copy, the file and what it is restored to.
func room(free, size int64) Finding {
	says := fmt.Sprintf("%.1f GB free", float64(free)/gigabyte)
	switch {
	case free < gigabyte/4 || free < size:
		return Finding{"disk", Bad, says + ": too little to work with"}
	case free < gigabyte || free < 3*size:
		return Finding{"disk", Warn, says + ": too little for a backup that is tried"}
	}
	return Finding{"disk", Fine, says}
}

func (p Patient) database(ctx context.Context) Finding {
	if p.DB.Path() == "" {
		if _, err := db.Read(ctx, p.DB, program, func(*db.Tx) (int, error) { return 0, nil }); err != nil {
			return bad("database", err)
		}
		return Finding{"database", Fine, p.DB.Engine() + " answers"}
	}
	if err := snapshot.Quick(ctx, p.DB.Path()); err != nil {
		return bad("database", err)
	}
	return Finding{"database", Fine, "every page can be read"}
}

func (p Patient) keys() Finding {
	if _, err := crypt.Open(p.Place.KEK, p.Place.Keyset); err != nil {
		return bad("keys", fmt.Errorf("the keyset does not open: %w", err))
	}
	info, err := os.Stat(filepath.Join(p.Place.Folder, "keys", "kek"))
	switch {
	case errors.Is(err, os.ErrNotExist): // the key comes from the environment
	case err != nil:
		return bad("keys", err)
	case info.Mode().Perm()&0o077 != 0:
		return Finding{"keys", Bad, "keys/kek can be read by others: chmod 600 it"}
	}
	if p.Place.Coded == nil {
		return Finding{"keys", Warn, "they open; there is no recovery code, which the next start of the server makes"}
	}
	return Finding{"keys", Fine, "they open; there is a recovery code"}
}

func (p Patient) backups(ctx context.Context) Finding {
	all, err := p.Place.List()
	if err != nil {
		return bad("backups", err)
	}
	born := p.DB.Now()
	if info, err := os.Stat(filepath.Join(p.Place.Folder, "keys", "keyset.json")); err == nil {
		born = info.ModTime()
	}
	other, err := db.Read(ctx, p.DB, program, backup.Elsewhere)
	if err != nil {
		return bad("backups", err)
	}
	if len(all) == 0 && !other.IsZero() || len(all) > 0 && other.Sub(all[0].Made) > time.Minute {
		f := aged([]backup.Kept{{Made: other}}, born, p.DB.Now(), p.Zone)
		f.Says = fmt.Sprintf("%d here; another node made the last, of %s", len(all), other.In(p.Zone).Format("2006-01-02 15:04"))
		return f
	}
	return aged(all, born, p.DB.Now(), p.Zone)
}

// aged: one a night, and none for two nights is a fault.
func aged(all []backup.Kept, born, now time.Time, zone *time.Location) Finding {
	last, says := born, "none yet"
	if len(all) > 0 {
		last = all[0].Made
		says = fmt.Sprintf("%d, the last of %s", len(all), last.In(zone).Format("2006-01-02 15:04"))
	}
	switch age := now.Sub(last); {
	case age > 50*time.Hour:
		return Finding{"backups", Bad, says + ": none for two nights"}
	case len(all) == 0 || age > 26*time.Hour:
		return Finding{"backups", Warn, says}
	}
	return Finding{"backups", Fine, says}
}

func (p Patient) clock(ctx context.Context) Finding {
	drift, err := p.DB.Drift(ctx)
	if err != nil {
		return bad("clock", err)
	}
	says := fmt.Sprintf("%d ms from the database's", drift)
	switch far := max(drift, -drift); {
	case far > DriftRefuses:
		return Finding{"clock", Bad, says + ": no node serves so"}
	case far > DriftWarns:
		return Finding{"clock", Warn, says}
	}
	return Finding{"clock", Fine, says}
}

// late is how long a job may wait after its time.
const late = 10 * time.Minute

func (p Patient) queue(ctx context.Context) Finding {
	n, err := db.Read(ctx, p.DB, program, func(tx *db.Tx) (out [2]int64, err error) {
		dead, err := p.Queue.Dead(tx, 1000)
		if err != nil {
			return out, err
		}
		out[0] = int64(len(dead))
		out[1], err = p.Queue.Late(tx, late)
		return out, err
	})
	switch {
	case err != nil:
		return bad("queue", err)
	case n[0] > 0:
		return Finding{"queue", Bad, fmt.Sprintf("%d jobs were given up", n[0])}
	case n[1] > 0:
		return Finding{"queue", Warn, fmt.Sprintf("%d jobs wait for more than %s: is the server running?", n[1], late)}
	}
	return Finding{"queue", Fine, "nothing given up, nothing late"}
}

func (p Patient) files(ctx context.Context) Finding {
	if p.Files == nil {
		return Finding{"files", Fine, "not asked"}
	}
	f, err := p.Files(ctx)
	says := fmt.Sprintf("%d attachments, each with its content", f.Rows)
	switch {
	case err != nil:
		return bad("files", err)
	case f.Missing > 0:
		return Finding{"files", Bad, fmt.Sprintf("of %d attachments %d have no content", f.Rows, f.Missing)}
	case f.Orphans > 0:
		says += fmt.Sprintf("; %d files that nobody names, which are swept after a day", f.Orphans)
	}
	return Finding{"files", Fine, says}
}
