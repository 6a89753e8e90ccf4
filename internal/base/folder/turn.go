package folder

import (
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zhike/internal/platform/crypt"
)

// The key-encryption key is turned in steps, of which the second decides:
//
//	keys/kek.next      the new one is there
//	keys/keyset.json   is sealed under it
//	keys/recovery      goes: its code opens the old key
//	keys/kek.until-…   the old one is kept, for backups of before
//	keys/kek           is the new one
//
// Killed after the second, the next start finds that only kek.next opens the keyset, and does
// the rest.
const (
	next  = "kek.next"
	until = "kek.until-"
)

// ErrEnvironment is a key-encryption key that is not the folder's to turn.
var ErrEnvironment = errors.New("the key-encryption key comes from the environment: put it into keys/kek, then turn it")

// TurnKEK makes a new key-encryption key and seals the keyset under it, and gives the keys that
// use it. The old key stays in keys/, for older backups; the recovery code goes.
func (f *Folder) TurnKEK(kekText string, keys *crypt.Keys, now time.Time) (*crypt.Keys, []byte, error) {
	if kekText != "" {
		return nil, nil, ErrEnvironment
	}
	kek, err := f.readKEK(next)
	if errors.Is(err, os.ErrNotExist) {
		kek = crypt.NewKEK()
		err = WriteFile(f.File("keys", next), encoded(kek))
	}
	if err != nil {
		return nil, nil, err
	}
	turned, sealed, err := keys.Reseal(kek)
	if err != nil {
		return nil, nil, err
	}
	if err := f.StoreKeyset(sealed); err != nil {
		return nil, nil, err
	}
	return turned, sealed, f.finishKEK(now)
}

// finishKEK does what follows once the keyset is sealed under the next key. Each step may be
// done twice.
func (f *Folder) finishKEK(now time.Time) error {
	if err := os.Remove(f.File("keys", "recovery")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if old, err := f.readKEK("kek"); err == nil {
		if err := WriteFile(f.File("keys", until+now.UTC().Format("20060102-150405")), encoded(old)); err != nil {
			return err
		}
	}
	if err := os.Rename(f.File("keys", next), f.File("keys", "kek")); err != nil {
		return err
	}
	return syncFolder(f.File("keys"))
}

// StoreKeyset keeps the sealed keyset.
func (f *Folder) StoreKeyset(sealed []byte) error {
	return WriteFile(f.File("keys", "keyset.json"), sealed)
}

// Older are key-encryption keys that were in use before, the newest first.
func (f *Folder) Older() (all [][]byte, err error) {
	names, err := filepath.Glob(f.File("keys", until+"*"))
	for i := len(names) - 1; i >= 0 && err == nil; i-- {
		var kek []byte
		if kek, err = f.readKEK(filepath.Base(names[i])); err == nil {
			all = append(all, kek)
		}
	}
	return all, err
}

// unlock opens the keyset with the key in use, the next one of a turn that was killed, or one
// of before where an older backup was restored.
func (f *Folder) unlock(kekText string, kek, sealed []byte) (*crypt.Keys, error) {
	keys, err := crypt.Open(kek, sealed)
	if err == nil || kekText != "" || !errors.Is(err, crypt.ErrKey) {
		return keys, err
	}
	if fresh, e := f.readKEK(next); e == nil {
		if keys, e := crypt.Open(fresh, sealed); e == nil {
			info, e := os.Stat(f.File("keys", next))
			if e != nil {
				return nil, e
			}
			return keys, f.finishKEK(info.ModTime())
		}
	}
	older, e := f.Older()
	if e != nil {
		return nil, e
	}
	for _, old := range older {
		if keys, e := crypt.Open(old, sealed); e == nil {
			keys, sealed, e := keys.Reseal(kek)
			if e != nil {
				return nil, e
			}
			return keys, f.StoreKeyset(sealed)
		}
	}
	return nil, err
}

func (f *Folder) readKEK(name string) ([]byte, error) {
	text, err := os.ReadFile(f.File("keys", name))
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
}

func encoded(kek []byte) []byte { return []byte(base64.StdEncoding.EncodeToString(kek) + "\n") }
