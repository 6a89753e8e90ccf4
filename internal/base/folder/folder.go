// Package folder is a company's data folder on a node: who works in it, its keys, its files.
package folder

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"zhike/internal/base/backup"
	"zhike/internal/platform/crypt"
)

// A Folder is where a company's data lies: zhike.db files/ backups/ keys/ anchors.log
// erasures.log zhike.lock zhike.sock.
type Folder struct {
	Path string
	lock *os.File
}

// ErrBusy says that a server, or a command, is at work in the folder.
var ErrBusy = errors.New("another process uses this data folder")

// Open makes the folder and keeps a second process out.
func Open(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(path, "zhike.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		return nil, ErrBusy
	}
	if err := backup.Finish(path); err != nil { // a restore that was killed
		lock.Close()
		return nil, err
	}
	for _, p := range []string{"keys", "files", "backups"} {
		if err := os.MkdirAll(filepath.Join(path, p), 0o700); err != nil {
			lock.Close()
			return nil, err
		}
	}
	return &Folder{path, lock}, nil
}

// Close lets others in.
func (f *Folder) Close() { f.lock.Close() }

// At is a folder that somebody else holds.
func At(path string) *Folder { return &Folder{Path: path} }

// File is the path of one of its files.
func (f *Folder) File(name ...string) string {
	return filepath.Join(append([]string{f.Path}, name...)...)
}

// Keys opens the key ring, or makes it for a new folder. The key-encryption key comes
// from the environment or lies apart with mode 0600; it is never in a backup.
func (f *Folder) Keys(kekText string) (*crypt.Keys, error) {
	kek, err := f.kek(kekText)
	if err != nil {
		return nil, err
	}
	path := f.File("keys", "keyset.json")
	sealed, err := os.ReadFile(path)
	if err == nil {
		keys, err := f.unlock(kekText, kek, sealed)
		if err != nil {
			return nil, fmt.Errorf("the keys of %s do not open with this key-encryption key: %w", f.Path, err)
		}
		return keys, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if _, err := os.Stat(f.File("zhike.db")); err == nil {
		return nil, fmt.Errorf("%s is missing and there is a database: restore the key, a new one would open nothing", path)
	}
	keys, sealed, err := crypt.Create(kek)
	if err != nil {
		return nil, err
	}
	return keys, WriteFile(path, sealed)
}

func (f *Folder) kek(text string) ([]byte, error) {
	if text != "" {
		return base64.StdEncoding.DecodeString(text)
	}
	path := f.File("keys", "kek")
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		kek := crypt.NewKEK()
		return kek, f.Keep(kek)
	}
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others: chmod 600 it", path)
	}
	return base64.StdEncoding.DecodeString(strings.TrimSpace(string(b)))
}

// Recovery makes the recovery code of a folder that has none, and gives it, once: only what
// it opens is kept.
func (f *Folder) Recovery(kekText string) (string, error) {
	path := f.File("keys", "recovery")
	if _, err := os.Stat(path); err == nil {
		return "", nil
	}
	kek, err := f.kek(kekText)
	if err != nil {
		return "", err
	}
	code := crypt.NewCode()
	wrapped, err := crypt.WrapKEK(code, kek)
	if err != nil {
		return "", err
	}
	return code, WriteFile(path, wrapped)
}

// Keep keeps a key that a recovery code opened.
func (f *Folder) Keep(kek []byte) error {
	return WriteFile(f.File("keys", "kek"), encoded(kek))
}

// Place is the folder as backups know it.
func (f *Folder) Place(kekText string) (p backup.Place, err error) {
	p.Folder = f.Path
	if p.KEK, err = f.kek(kekText); err != nil {
		return p, err
	}
	read := func(name string) []byte {
		text, e := os.ReadFile(f.File("keys", name))
		if e != nil && !errors.Is(e, os.ErrNotExist) {
			err = e
		}
		return text
	}
	p.Keyset, p.Coded = read("keyset.json"), read("recovery")
	return p, err
}

// WriteFile survives a power loss: written aside, synced, renamed.
func WriteFile(path string, b []byte) error {
	aside := path + ".new"
	f, err := os.OpenFile(aside, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(aside, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
