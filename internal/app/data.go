package app

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"zhike/internal/base/audit"
	"zhike/internal/base/backup"
	"zhike/internal/base/setting"
	"zhike/internal/platform/blob"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
)

// A folder is where a company's data lies: zhike.db files/ backups/ keys/ anchors.log
// erasures.log zhike.lock zhike.sock.
type folder struct {
	path string
	lock *os.File
}

var errBusy = errors.New("another process uses this data folder")

// openFolder makes the folder and keeps a second process out.
func openFolder(path string) (*folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(path, "zhike.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		return nil, errBusy
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
	return &folder{path, lock}, nil
}

func (f *folder) close() { f.lock.Close() }

func (f *folder) file(name ...string) string {
	return filepath.Join(append([]string{f.path}, name...)...)
}

// keys opens the key ring, or makes it for a new folder. The key-encryption key comes
// from the environment or lies apart with mode 0600; it is never in a backup.
func (f *folder) keys(kekText string) (*crypt.Keys, error) {
	kek, err := f.kek(kekText)
	if err != nil {
		return nil, err
	}
	path := f.file("keys", "keyset.json")
	sealed, err := os.ReadFile(path)
	if err == nil {
		keys, err := crypt.Open(kek, sealed)
		if err != nil {
			return nil, fmt.Errorf("the keys of %s do not open with this key-encryption key: %w", f.path, err)
		}
		return keys, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if _, err := os.Stat(f.file("zhike.db")); err == nil {
		return nil, fmt.Errorf("%s is missing and there is a database: restore the key, a new one would open nothing", path)
	}
	keys, sealed, err := crypt.Create(kek)
	if err != nil {
		return nil, err
	}
	return keys, writeFile(path, sealed)
}

func (f *folder) kek(text string) ([]byte, error) {
	if text != "" {
		return base64.StdEncoding.DecodeString(text)
	}
	path := f.file("keys", "kek")
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		kek := crypt.NewKEK()
		return kek, writeFile(path, []byte(base64.StdEncoding.EncodeToString(kek)+"\n"))
	}
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others: chmod 600 it", path)
	}
	return base64.StdEncoding.DecodeString(strings.TrimSpace(string(b)))
}

// recovery makes the recovery code of a folder that has none, and gives it, once: only what
// it opens is kept.
func (f *folder) recovery(kekText string) (string, error) {
	path := f.file("keys", "recovery")
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
	return code, writeFile(path, wrapped)
}

// place is the folder as backups know it.
func (f *folder) place(kekText string) (p backup.Place, err error) {
	p.Folder = f.path
	if p.KEK, err = f.kek(kekText); err != nil {
		return p, err
	}
	read := func(name string) []byte {
		text, e := os.ReadFile(f.file("keys", name))
		if e != nil && !errors.Is(e, os.ErrNotExist) {
			err = e
		}
		return text
	}
	p.Keyset, p.Coded = read("keyset.json"), read("recovery")
	return p, err
}

// writeFile survives a power loss: written aside, synced, renamed.
func writeFile(path string, b []byte) error {
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
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// open puts the house on the folder's own SQLite file, or on the database named.
func (f *folder) open(ctx context.Context, c Common) (*House, error) {
	keys, err := f.keys(c.Key)
	if err != nil {
		return nil, err
	}
	where := c.Database
	if where == "" {
		where = f.file("zhike.db")
	}
	d, err := db.Open(ctx, where, db.Options{Now: clock.System})
	if err != nil {
		return nil, err
	}
	h := Build(d, keys)
	if err := h.keepFiles(f.path); err != nil {
		d.Close()
		return nil, err
	}
	if err := sameTime(ctx, d); err != nil {
		d.Close()
		return nil, err
	}
	if err := h.Ready(ctx); err != nil {
		d.Close()
		return nil, err
	}
	if err := h.sameKeys(ctx); err != nil {
		d.Close()
		return nil, err
	}
	if c.Database == "" { // the folder's lock is ours: whoever worked here is gone
		if err := h.Queue.Reclaim(ctx); err != nil {
			d.Close()
			return nil, err
		}
	}
	return h, nil
}

// keepFiles opens the folders in which files lie: sealed ones that stay, and what a large
// workbook spills while it is read, which goes at once and, after a crash, here.
func (h *House) keepFiles(folder string) (err error) {
	if h.Shelf.Files, err = blob.Open(filepath.Join(folder, "files"), h.DB.Now()); err != nil {
		return err
	}
	h.Exchange.Temp = filepath.Join(folder, "tmp")
	return errors.Join(os.RemoveAll(h.Exchange.Temp), os.MkdirAll(h.Exchange.Temp, 0o700))
}

// How far a node's clock may stand from the database's, in milliseconds.
const (
	driftWarns   = 2_000
	driftRefuses = 30_000
)

// sameTime refuses to serve with a clock that would order things wrongly.
func sameTime(ctx context.Context, d *db.DB) error {
	drift, err := d.Drift(ctx)
	switch far := max(drift, -drift); {
	case err != nil:
		return err
	case far > driftRefuses:
		return fmt.Errorf("this machine's clock is %d s away from the database's", far/1000)
	case far > driftWarns:
		slog.Warn("this machine's clock differs from the database's", "ms", drift)
	}
	return nil
}

// sameKeys refuses a database that other keys sealed: a second node on PostgreSQL, or a
// restored folder, would seal what nobody can read.
func (h *House) sameKeys(ctx context.Context) error {
	mark := hex.EncodeToString(h.Keys.Sign("identity", nil))
	_, err := db.Write(ctx, h.DB, program, func(tx *db.Tx) (int, error) {
		if err := tx.Lock("keys"); err != nil {
			return 0, err
		}
		have, err := setting.Meta(tx, "keys")
		switch {
		case err != nil:
			return 0, err
		case have == "":
			return 0, setting.SetMeta(tx, "keys", mark)
		case have != mark:
			return 0, errors.New("the keys in this data folder are not those of the database: copy keys/ from where it was set up")
		}
		return 0, nil
	})
	return err
}

func anchorLine(position int64, head string, at time.Time) string {
	return fmt.Sprintf("%s %d %s\n", at.UTC().Format(time.RFC3339), position, head)
}

// anchors are the heads that were kept outside the database.
func anchors(path string) ([]audit.Anchored, error) {
	text, err := os.ReadFile(filepath.Join(path, "anchors.log"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	var all []audit.Anchored
	for _, line := range strings.Split(string(text), "\n") {
		parts := strings.Fields(line)
		if len(parts) != 3 {
			continue
		}
		position, bad := strconv.ParseInt(parts[1], 10, 64)
		if bad == nil {
			all = append(all, audit.Anchored{Position: position, Head: parts[2]})
		}
	}
	return all, err
}
