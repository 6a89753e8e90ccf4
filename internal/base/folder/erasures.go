package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zhike/internal/base/audit"
	"zhike/internal/base/backup"
	"zhike/internal/base/privacy"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
)

const erasures = "erasures.log"

// Erasures are those that the folder knows of.
func Erasures(path string) (all []privacy.Erasure, err error) {
	text, err := os.ReadFile(filepath.Join(path, erasures))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return erasuresIn(string(text)), err
}

// erasuresIn leaves out what is no whole line: the write of it was cut, and is done again.
func erasuresIn(text string) (all []privacy.Erasure) {
	for line := range wholeLines(text) {
		parts := strings.Fields(line)
		if len(parts) != 3 {
			continue
		}
		if at, err := time.Parse(time.RFC3339Nano, parts[0]); err == nil {
			all = append(all, privacy.Erasure{ID: parts[2], Kind: privacy.Kind(parts[1]), At: at.UnixMilli()})
		}
	}
	return all
}

// An eraser brings the erasures of the database into the folder.
type eraser struct {
	path  string
	known map[string]bool
	since int64
}

// late is how long after its instant an erasure may be committed: no unit lasts that long.
const late = 10 * time.Minute

// KeepErasures writes each erasure into the folder within a second, until ctx ends.
func KeepErasures(ctx context.Context, d *db.DB, path string) error {
	e := eraser{path: path, known: map[string]bool{}}
	all, err := Erasures(path)
	if err != nil {
		return err
	}
	for _, x := range all {
		e.known[x.ID] = true
	}
	for {
		if err := e.keep(ctx, d); err != nil && ctx.Err() == nil {
			slog.Warn("an erasure was not written beside the database", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func (e *eraser) keep(ctx context.Context, d *db.DB) error {
	all, err := privacy.ErasedSince(ctx, d, e.since)
	if err != nil {
		return err
	}
	var text strings.Builder
	var fresh []string
	for _, x := range all {
		if !e.known[x.ID] {
			fmt.Fprintf(&text, "%s %s %s\n", time.UnixMilli(x.At).UTC().Format(time.RFC3339Nano), x.Kind, x.ID)
			fresh = append(fresh, x.ID)
		}
	}
	if len(fresh) > 0 {
		if err := appended(filepath.Join(e.path, erasures), text.String()); err != nil {
			return err
		}
	}
	for _, id := range fresh {
		e.known[id] = true
	}
	e.since = d.Now().Add(-late).UnixMilli()
	return nil
}

// appended brings whole lines to the disk. A line that an earlier write left cut is ended first.
func appended(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if info, err := f.Stat(); err == nil && info.Size() > 0 {
		last := make([]byte, 1)
		if _, err := f.ReadAt(last, info.Size()-1); err == nil && last[0] != '\n' {
			text = "\n" + text
		}
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// Settle does what follows a restore, at the first start after it: the log says what was
// restored, and what was erased since the backup was made is erased again. It gives how many
// records that were.
func Settle(ctx context.Context, d *db.DB, path string, erase func(*db.Tx, privacy.Kind, string) error) (n int, err error) {
	r, found, err := backup.Undocumented(path)
	if err != nil {
		return 0, err
	}
	if found {
		_, err := db.Write(ctx, d, program, func(tx *db.Tx) (int, error) {
			if done, err := setting.Meta(tx, "restored"); err != nil || done == r.ID {
				return 0, err
			}
			if err := setting.SetMeta(tx, "restored", r.ID); err != nil {
				return 0, err
			}
			return 0, audit.Note(tx, audit.Entry{Action: audit.ActionRestored, Kind: "backup", Details: map[string]any{"made": r.Made, "head": r.Head, "position": r.Position}})
		})
		if err == nil {
			err = backup.Documented(path)
		}
		if err != nil {
			return 0, err
		}
	}
	all, err := Erasures(path)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	if all, err = privacy.Missing(ctx, d, all); err != nil {
		return 0, err
	}
	for _, x := range all {
		_, err := db.Write(ctx, d, program, func(tx *db.Tx) (int, error) {
			if err := erase(tx, x.Kind, x.ID); err != nil {
				return 0, err
			}
			return 0, privacy.Erased(tx, x.Kind, x.ID)
		})
		if err != nil {
			return n, fmt.Errorf("erasing %s %s again: %w", x.Kind, x.ID, err)
		}
		n++
	}
	return n, nil
}
