// Package backup makes backups of a data folder, tries each by restoring it aside, and puts
// one in place of what is there. A backup is sealed; the key is never in it (DECISIONS 26).
package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/setting"
	"zhike/internal/platform/archive"
	"zhike/internal/platform/blob"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dump"
	"zhike/internal/platform/db/snapshot"
)

// database is the file of a SQLite database in its folder, and in a backup; dumped is in a backup
// what PostgreSQL's own tools copied.
const (
	database = "zhike.db"
	dumped   = "zhike.dump"
)

var (
	// ErrRows is a backup whose database does not hold what was counted as it was made.
	ErrRows = errors.New("backup: it does not hold the rows that it was made with")
	// ErrChain is one in which the chain of the log is broken.
	ErrChain = errors.New("backup: the chain of its log is broken")
	// ErrNewer is one of a newer program.
	ErrNewer = errors.New("backup: it was made by a newer version")
	// ErrOther is one of the other kind of database.
	ErrOther = errors.New("backup: it is of the other kind of database")
)

var program = access.Program("backup")

// A Place is a data folder and what opens its keys.
type Place struct {
	Folder string
	KEK    []byte
	Keyset []byte // sealed under the KEK
	Coded  []byte // the KEK under the recovery code; nil where there is none

	Files   blob.Store // where files lie; nil is the folder's own files/
	Address string     // of a PostgreSQL, with its password; "" where the folder holds the database

	Between func() error // asked before each step of a restore; nil asks nobody
}

// Made tells of a backup.
type Made struct {
	Path  string    `json:"path"`
	Made  time.Time `json:"made"`
	Bytes int64     `json:"bytes"`
	Rows  int64     `json:"rows"`
	Files int       `json:"files"`
	Head  string    `json:"head"` // of the chain of the log
	How   string    `json:"how"`  // it was tried
}

// Make writes a backup of the database to a new file, and tries it: it is
// there whole and tried, or not at all.
func (p Place) Make(ctx context.Context, d *db.DB, keys *crypt.Keys, to string) (m Made, err error) {
	if _, err := os.Stat(to); err == nil {
		return m, fmt.Errorf("backup: %s is there already", to)
	}
	aside, err := p.aside()
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(aside)
	p.Address = d.Address()
	name, facts, err := copied(ctx, d, aside)
	if err != nil {
		return m, err
	}
	company, err := db.Read(ctx, d, program, setting.CompanyShortName.In)
	if err != nil {
		return m, err
	}
	h := archive.Header{Made: d.Now().UTC(), Engine: d.Engine(), Schema: facts.Schema, Company: company, Keyset: p.Keyset, Coded: p.Coded}
	half := to + ".half"
	os.Remove(half) // of one that was killed
	defer os.Remove(half)
	files := 0
	err = written(half, func(w io.Writer) error {
		return archive.Write(w, keys, h, func(a *archive.Writer) error {
			a.Rows = facts.Rows
			if err := put(a, name, filepath.Join(aside, name)); err != nil {
				return err
			}
			for _, log := range []string{"anchors.log", "erasures.log"} {
				if err := put(a, log, filepath.Join(p.Folder, log)); err != nil && !errors.Is(err, fs.ErrNotExist) {
					return err
				}
			}
			if p.Files != nil {
				files, err = putKept(a, p.Files)
				return err
			}
			files, err = putAll(a, p.Folder, "files")
			return err
		})
	})
	if err != nil {
		return m, err
	}
	tried, err := p.Try(ctx, half, d.Now)
	if err != nil {
		return m, err
	}
	info, err := os.Stat(half)
	if err != nil {
		return m, err
	}
	if err := os.Rename(half, to); err != nil {
		return m, err
	}
	m = Made{Path: to, Made: h.Made, Bytes: info.Size(), Files: files, Head: tried.Head, How: tried.How}
	for n := range maps.Values(facts.Rows) {
		m.Rows += n
	}
	if err := syncFolder(filepath.Dir(to)); err != nil || d.Address() == "" {
		return m, err
	}
	_, err = db.Write(ctx, d, program, func(tx *db.Tx) (int, error) {
		return 0, setting.SetMeta(tx, lastMade, strconv.FormatInt(h.Made.UnixMilli(), 10))
	})
	return m, err
}

// lastMade is where nodes on one PostgreSQL tell one another that there is a backup: it lies with
// the node that made it.
const lastMade = "backup.last"

// Elsewhere is when any node made the last backup; the zero time where none did, or where the folder holds the database.
func Elsewhere(tx *db.Tx) (time.Time, error) {
	text, err := setting.Meta(tx, lastMade)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	ms, err := strconv.ParseInt(text, 10, 64)
	return time.UnixMilli(ms).UTC(), err
}

// copied puts a copy of the database, as it stands at one moment, into a folder, under its name in a backup.
func copied(ctx context.Context, d *db.DB, folder string) (name string, f snapshot.Facts, err error) {
	if d.Address() != "" {
		f, err = dump.Take(ctx, d.Address(), filepath.Join(folder, dumped))
		return dumped, f, err
	}
	at := filepath.Join(folder, database)
	if err := snapshot.Take(ctx, d.Path(), at); err != nil {
		return "", f, err
	}
	f, err = snapshot.Check(ctx, at)
	return database, f, err
}

// put adds one file as it is now.
func put(a *archive.Writer, name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return a.Put(name, info.Size(), io.LimitReader(f, info.Size())) // a log may grow meanwhile
}

// putAll adds a folder of files whose names are random and whose bytes never change; one
// that goes meanwhile is left out.
func putAll(a *archive.Writer, folder, name string) (n int, err error) {
	root := filepath.Join(folder, name)
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		if err := put(a, filepath.ToSlash(rel), path); errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			return err
		}
		n++
		return nil
	})
	return n, err
}

// putKept is putAll of files that lie elsewhere.
func putKept(a *archive.Writer, files blob.Store) (n int, err error) {
	err = files.Each(func(k blob.Kept) error {
		from, err := files.Get(k.Name)
		if errors.Is(err, blob.ErrNone) {
			return nil
		}
		if err != nil {
			return err
		}
		defer from.Close()
		n++
		return a.Put("files/"+k.Name, k.Size, from)
	})
	return n, err
}

// bring puts the files of a backup that lies unpacked in a folder where files lie. Names are
// random and what lies under one never changes, so those that are there stay, and none that the
// backup lacks is dropped.
func bring(files blob.Store, folder string) error {
	root := filepath.Join(folder, "files")
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || err == nil && !d.Type().IsRegular() {
			return nil
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		there, err := files.Get(name)
		if err == nil {
			return there.Close()
		}
		if !errors.Is(err, blob.ErrNone) {
			return err
		}
		from, err := os.Open(path)
		if err != nil {
			return err
		}
		defer from.Close()
		if err := files.Hold(name, func(to io.Writer) error { _, err := io.Copy(to, from); return err }); err != nil {
			return err
		}
		return os.Remove(path)
	})
}

// written writes a file that nobody else may read, down to the disk.
func written(path string, fill func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = fill(f)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Peek reads what a backup tells without a key.
func Peek(path string) (archive.Header, error) {
	f, err := os.Open(path)
	if err != nil {
		return archive.Header{}, err
	}
	defer f.Close()
	return archive.Peek(f)
}
