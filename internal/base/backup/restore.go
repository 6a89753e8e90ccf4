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
)

// What a restore puts in place, and what stands beside it and goes aside with the old.
var (
	replaced = []string{database, "files", "anchors.log"}
	besides  = []string{database + "-wal", database + "-shm"}
)

// todo is kept in the folder from the moment at which a restore is decided until it is done:
// whoever opens the folder in between finishes it first.
const todo = "restore.json"

// toNote is kept from the end of a restore until the restored log tells of it.
const toNote = "restored.json"

type plan struct {
	New string `json:"new"` // the folder that holds what is put in place
	Old string `json:"old"` // the folder that takes what is there
	Note
}

// A Note is what the log of a restored database is to tell.
type Note struct {
	ID       string    `json:"id"`
	Made     time.Time `json:"made"`
	Head     string    `json:"head"` // of the backup's log
	Position int64     `json:"position"`
}

// Undocumented says whether a restore is done of which the log does not tell yet.
func Undocumented(folder string) (n Note, found bool, err error) {
	text, err := os.ReadFile(filepath.Join(folder, toNote))
	if errors.Is(err, fs.ErrNotExist) {
		return n, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &n)
	}
	return n, err == nil, err
}

// Documented says that the log tells of it.
func Documented(folder string) error { return os.Remove(filepath.Join(folder, toNote)) }

// Restored tells of a restore.
type Restored struct {
	Tried
	Aside string // where the old database lies; "" where there was none
}

// Restore tries a backup whole, then puts it in place of what the folder holds, which is set
// aside. Nothing is touched before the backup is known to be sound; killed at any point, the
// folder holds the old or the new (Finish). The keyset of the backup becomes the folder's.
// Erasures that the folder knows of are kept, for whoever opens it to apply.
func (p Place) Restore(ctx context.Context, path string, schema int64, now func() time.Time) (r Restored, err error) {
	if err := errors.Join(Finish(p.Folder), FinishSwitch(ctx, p.Folder, p.Address)); err != nil {
		return r, err
	}
	h, err := Peek(path)
	if err != nil {
		return r, err
	}
	if (h.Engine == onPostgres) != (p.Address != "") {
		return r, fmt.Errorf("%w: %s", ErrOther, h.Engine)
	}
	fresh := filepath.Join(p.Folder, "backups", "restore-"+now().UTC().Format("20060102-150405.000000000"))
	if err := os.MkdirAll(fresh, 0o700); err != nil {
		return r, err
	}
	decided := false
	defer func() {
		if err != nil && !decided {
			os.RemoveAll(fresh)
		}
	}()
	if r.Tried, err = p.unpack(ctx, path, fresh, now, nil); err != nil {
		return r, err
	}
	if schema > 0 && r.Schema > schema {
		return r, ErrNewer
	}
	if err := union(filepath.Join(fresh, "erasures.log"), filepath.Join(p.Folder, "erasures.log")); err != nil {
		return r, err
	}
	if p.Files != nil {
		if err := bring(p.Files, fresh); err != nil {
			return r, err
		}
	}
	if err := os.MkdirAll(filepath.Join(fresh, "files"), 0o700); err != nil { // so that old ones go, too
		return r, err
	}
	if anchors, err := os.OpenFile(filepath.Join(fresh, "anchors.log"), os.O_CREATE, 0o600); err != nil {
		return r, err
	} else if err := anchors.Close(); err != nil {
		return r, err
	}
	for _, log := range besides { // the check may have left them
		os.Remove(filepath.Join(fresh, log))
	}
	if err := written(filepath.Join(fresh, "keyset.json"), func(w io.Writer) error { _, err := w.Write(r.Keyset); return err }); err != nil {
		return r, err
	}
	if err := syncAll(fresh); err != nil {
		return r, err
	}
	x := plan{New: fresh, Note: Note{filepath.Base(fresh), r.Made, r.Head, r.Sealed}}
	if p.Address != "" {
		decided = true
		r.Aside, err = p.switched(ctx, x)
		return r, err
	}
	if _, err := os.Stat(filepath.Join(p.Folder, database)); err == nil {
		x.Old = strings.Replace(fresh, "restore-", "replaced-", 1)
		r.Aside = x.Old
	}
	text, err := json.Marshal(x)
	if err != nil {
		return r, err
	}
	if err := keep(filepath.Join(p.Folder, todo), text); err != nil {
		return r, err
	}
	decided = true
	return r, finish(p.Folder, p.Between)
}

// Finish ends a restore that was decided and not done; it does nothing where there is none.
// Each step can be done twice.
func Finish(folder string) error { return finish(folder, nil) }

func finish(folder string, between func() error) error {
	text, err := os.ReadFile(filepath.Join(folder, todo))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var x plan
	if err := json.Unmarshal(text, &x); err != nil {
		return fmt.Errorf("backup: %s: %w", todo, err)
	}
	for _, step := range steps(folder, x) {
		if between != nil {
			if err := between(); err != nil {
				return err
			}
		}
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// steps put a restore in place. A name is moved aside only while the new one still waits, so
// all of them may be done again from the first.
func steps(folder string, x plan) (all []func() error) {
	add := func(step func() error) { all = append(all, step) }
	there := func(parts ...string) bool {
		_, err := os.Lstat(filepath.Join(parts...))
		return err == nil
	}
	if x.Old != "" {
		add(func() error { return os.MkdirAll(x.Old, 0o700) })
	}
	waits := filepath.Join(x.New, database)
	for _, name := range slices.Concat(besides, replaced) {
		add(func() error {
			at := filepath.Join(folder, name)
			switch {
			case !there(at), !there(waits) && slices.Contains(besides, name), !there(x.New, name) && !slices.Contains(besides, name):
				return nil
			case x.Old == "":
				return os.RemoveAll(at) // an empty folder of files
			case there(x.Old, name): // whoever opened the folder after a kill made it anew, and put nothing in
				return os.Remove(at)
			}
			return os.Rename(at, filepath.Join(x.Old, name))
		})
	}
	for _, name := range []string{"files", "anchors.log", "erasures.log", database} { // the database last: besides goes with it
		add(func() error {
			if !there(x.New, name) {
				return nil
			}
			return os.Rename(filepath.Join(x.New, name), filepath.Join(folder, name))
		})
	}
	if x.ID == "" { // an upgrade: the keys are the folder's, and the log has nothing to tell
		return append(all, func() error { return syncFolder(folder) }, func() error { return os.Remove(filepath.Join(folder, todo)) },
			func() error { return errors.Join(syncFolder(folder), os.RemoveAll(x.New)) })
	}
	add(func() error { return keyset(folder, x) })
	add(func() error {
		text, err := json.Marshal(x.Note)
		if err != nil {
			return err
		}
		return keep(filepath.Join(folder, toNote), text)
	})
	add(func() error { return os.Remove(filepath.Join(folder, todo)) })
	add(func() error { return errors.Join(syncFolder(folder), os.RemoveAll(x.New)) })
	return all
}

// keyset makes the backup's keyset the folder's, and keeps the old one beside the old data.
func keyset(folder string, x plan) error {
	fresh, err := os.ReadFile(filepath.Join(x.New, "keyset.json"))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(folder, "keys"), 0o700); err != nil {
		return err
	}
	at := filepath.Join(folder, "keys", "keyset.json")
	if old, err := os.ReadFile(at); err == nil && x.Old != "" && string(old) != string(fresh) {
		if err := keep(filepath.Join(x.Old, "keyset.json"), old); err != nil {
			return err
		}
	}
	return keep(at, fresh)
}

// keep survives a power loss: written aside, synced, renamed.
func keep(path string, text []byte) error {
	aside := path + ".new"
	os.Remove(aside)
	if err := written(aside, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		return err
	}
	if err := os.Rename(aside, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// union adds to the log at path the lines that only the other has, in its order.
func union(path, other string) error {
	mine, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	theirs, err := os.ReadFile(other)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	lines := strings.Split(strings.TrimSuffix(string(mine), "\n"), "\n")
	for line := range strings.SplitSeq(string(theirs), "\n") {
		if line != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	text := strings.TrimPrefix(strings.Join(lines, "\n")+"\n", "\n")
	if strings.TrimSpace(text) == "" {
		return nil
	}
	return keep(path, []byte(text))
}

// syncAll brings a folder and all in it to the disk.
func syncAll(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return syncFolder(path)
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
}
