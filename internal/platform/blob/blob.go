// Package blob keeps files outside the database, under random names. What it is given is
// sealed already: a name tells nothing, and neither do the bytes.
package blob

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
)

// ErrNone is a name under which nothing is kept.
var ErrNone = errors.New("blob: nothing is kept under this name")

// A Store is one folder of files. Its root cannot be left, whatever a name says.
type Store struct{ root *os.Root }

// Open makes the folder where it is missing, readable to its owner alone.
func Open(folder string, now time.Time) (*Store, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	s := &Store{root}
	return s, s.sweep(now)
}

// Close gives the folder back.
func (s *Store) Close() error { return s.root.Close() }

const aside = ".new"

// forsaken is how old a half-written file is when nobody writes it any more: another
// node may be at work in the same folder.
const forsaken = time.Hour

// sweep drops what a crash left half written.
func (s *Store) sweep(now time.Time) error {
	return fs.WalkDir(s.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, aside) {
			return err
		}
		if info, err := d.Info(); err != nil || now.Sub(info.ModTime()) < forsaken {
			return err
		}
		return s.Drop(name)
	})
}

// Put keeps what fill writes, and gives its name once it is on the disk: a power cut
// leaves the whole file or none.
func (s *Store) Put(fill func(io.Writer) error) (name string, err error) {
	id := strings.ToLower(rand.Text())
	folder := id[:2]
	if err := s.root.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	name = path.Join(folder, id)
	f, err := s.root.OpenFile(name+aside, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	if err = errors.Join(fill(f), f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, s.root.Remove(name+aside))
	}
	if err := s.root.Rename(name+aside, name); err != nil {
		return "", err
	}
	return name, errors.Join(s.sync(folder), s.sync("."))
}

// sync writes a folder's own entries to the disk.
func (s *Store) sync(folder string) error {
	d, err := s.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Get opens what is kept under name; ErrNone where nothing is.
func (s *Store) Get(name string) (io.ReadCloser, error) {
	f, err := s.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	return f, err
}

// Drop forgets what is kept under name; nothing there is no fault.
func (s *Store) Drop(name string) error {
	if err := s.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
