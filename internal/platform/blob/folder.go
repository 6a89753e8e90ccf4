package blob

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
)

// A folder of files. Its root cannot be left, whatever a name says.
type folder struct{ root *os.Root }

// openFolder makes the folder where it is missing, readable to its owner alone.
func openFolder(path string, now time.Time) (Store, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	s := &folder{root}
	return s, s.sweep(now)
}

// Close gives the folder back.
func (s *folder) Close() error { return s.root.Close() }

const aside = ".new"

// forsaken is how old a half-written file is when nobody writes it any more: another
// node may be at work in the same folder.
const forsaken = time.Hour

// sweep drops what a crash left half written.
func (s *folder) sweep(now time.Time) error {
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
func (s *folder) Put(fill func(io.Writer) error) (string, error) {
	name := Name()
	return name, s.Hold(name, fill)
}

func (s *folder) Hold(name string, fill func(io.Writer) error) error {
	folder := path.Dir(name)
	if err := s.root.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := s.root.OpenFile(name+aside, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err = errors.Join(fill(f), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, s.root.Remove(name+aside))
	}
	if err := s.root.Rename(name+aside, name); err != nil {
		return err
	}
	for err = s.sync(folder); folder != "." && err == nil; err = s.sync(folder) {
		folder = path.Dir(folder)
	}
	return err
}

// sync writes a folder's own entries to the disk.
func (s *folder) sync(folder string) error {
	d, err := s.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Get opens what is kept under name; ErrNone where nothing is.
func (s *folder) Get(name string) (io.ReadCloser, error) {
	f, err := s.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	return f, err
}

// Drop forgets what is kept under name; nothing there is no fault.
func (s *folder) Drop(name string) error {
	if err := s.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Each gives whole files, and none that is half written.
func (s *folder) Each(do func(Kept) error) error {
	return fs.WalkDir(s.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it went meanwhile
		}
		if err != nil || !d.Type().IsRegular() || strings.HasSuffix(name, aside) {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return do(Kept{name, info.Size(), info.ModTime()})
	})
}
