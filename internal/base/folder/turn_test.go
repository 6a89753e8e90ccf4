package folder

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"zhike/internal/platform/crypt"
)

// TestTurnKEK kills a turn of the key-encryption key after each of its steps: the next start
// opens the keyset, and either the old or the new key is in use.
func TestTurnKEK(t *testing.T) {
	now := time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)
	steps := []string{"next", "keyset", "recovery", "until", "all"}
	for i, last := range steps {
		t.Run(last, func(t *testing.T) {
			f := &Folder{Path: t.TempDir()}
			if err := os.MkdirAll(f.File("keys"), 0o700); err != nil {
				t.Fatal(err)
			}
			keys, err := f.Keys("")
			if err != nil {
				t.Fatal(err)
			}
			_, wrapped, err := keys.NewSubject("c1")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Recovery(""); err != nil {
				t.Fatal(err)
			}
			old, err := f.readKEK("kek")
			if err != nil {
				t.Fatal(err)
			}
			if last == "all" {
				if _, _, err = f.TurnKEK("", keys, now); err != nil {
					t.Fatal(err)
				}
			} else {
				fresh := crypt.NewKEK()
				_, sealed, err := keys.Reseal(fresh)
				if err != nil {
					t.Fatal(err)
				}
				for _, do := range []func() error{
					func() error { return WriteFile(f.File("keys", next), encoded(fresh)) },
					func() error { return f.StoreKeyset(sealed) },
					func() error { return os.Remove(f.File("keys", "recovery")) },
					func() error { return WriteFile(f.File("keys", until+"20261122-035959"), encoded(old)) },
				}[:i+1] {
					if err := do(); err != nil {
						t.Fatal(err)
					}
				}
			}
			again, err := f.Keys("")
			if err != nil {
				t.Fatalf("the next start: %v", err)
			}
			if _, err := again.Subject("c1", wrapped); err != nil {
				t.Errorf("what was wrapped before does not open: %v", err)
			}
			kek, err := f.readKEK("kek")
			if err != nil {
				t.Fatal(err)
			}
			turned := !bytes.Equal(kek, old)
			if turned != (i > 0) {
				t.Errorf("killed after %s the key is turned: %v", last, turned)
			}
			_, err = os.Stat(f.File("keys", "recovery"))
			if gone := errors.Is(err, os.ErrNotExist); gone != turned {
				t.Errorf("the recovery code's file is gone: %v, the key turned: %v", gone, turned)
			}
			older, err := f.Older()
			if err != nil || turned && (len(older) == 0 || !bytes.Equal(older[0], old)) {
				t.Errorf("%d older keys, %v", len(older), err)
			}
			if !turned { // the turn that is asked for again uses the key that lies there
				if _, _, err := f.TurnKEK("", again, now); err != nil {
					t.Fatal(err)
				}
			}
			if left, _ := filepath.Glob(f.File("keys", "*.new")); len(left) > 0 {
				t.Errorf("left: %v", left)
			}
			if p, err := f.Place(""); err != nil || p.Coded != nil {
				t.Errorf("%v", err)
			}
			if _, _, err := f.TurnKEK("c2VjcmV0", again, now); !errors.Is(err, ErrEnvironment) {
				t.Errorf("a key of the environment is turned: %v", err)
			}
		})
	}
}

// TestAnOlderKeyset: the keyset of a backup from before the key was turned is opened by the key
// that was kept, and sealed under the one in use.
func TestAnOlderKeyset(t *testing.T) {
	f := &Folder{Path: t.TempDir()}
	if err := os.MkdirAll(f.File("keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	keys, err := f.Keys("")
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(f.File("keys", "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.TurnKEK("", keys, time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if err := f.StoreKeyset(before); err != nil { // what a restore does
		t.Fatal(err)
	}
	if _, err := f.Keys(""); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(f.File("keys", until+"20261122-040000")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Keys(""); err != nil {
		t.Errorf("it is not under the key in use: %v", err)
	}
}
