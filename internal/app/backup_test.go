package app

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhike/internal/app/house"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/backup"
	"zhike/internal/base/doctor"
	"zhike/internal/base/folder"
	"zhike/internal/platform/archive"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/snapshot"
)

func mustPlace(t *testing.T, f *folder.Folder) backup.Place {
	t.Helper()
	p, err := f.Place("")
	must(t, err)
	return p
}

// TestBackupComesBack: what was backed up is what a new folder holds, by the key or by the recovery code; damage and strangers
// are refused before anything is touched.
func TestBackupComesBack(t *testing.T) {
	f, h, _ := small(t, 3, demoNow)
	ctx, now := t.Context(), clock.At(demoNow).Now
	want := told(t, h)
	code, err := f.Recovery("")
	if must(t, err); code == "" {
		t.Fatal("no recovery code")
	}
	if again, err := f.Recovery(""); again != "" || err != nil {
		t.Errorf("a second code %q: %v", again, err)
	}
	if _, err := audit.Seal(ctx, h.DB, folder.AnchorIn(f.Path)); err != nil {
		t.Fatal(err)
	}
	must(t, os.MkdirAll(f.File("files", "ab"), 0o700))
	must(t, os.WriteFile(f.File("files", "ab", "cd"), []byte("sealed"), 0o600))
	out := filepath.Join(t.TempDir(), "one.backup")
	made, err := mustPlace(t, f).Make(ctx, h.DB, h.Keys, out)
	must(t, err)
	// one of ours and the twelve papers of the demo
	if made.Files != 13 || made.Rows < 1000 || made.Head == "" {
		t.Errorf("%+v", made)
	}
	if left, _ := filepath.Glob(f.File("backups", ".aside-*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	b, err := os.ReadFile(out)
	must(t, err)
	if kek, _ := os.ReadFile(f.File("keys", "kek")); bytes.Contains(b, bytes.TrimSpace(kek)) {
		t.Error("the key is in the backup")
	}

	other := t.TempDir()
	place := backup.Place{Folder: other, KEK: mustPlace(t, f).KEK}
	for i := 0; i < len(b); i += 1 + len(b)/50 {
		c := bytes.Clone(b)
		c[i] ^= 4
		bad := filepath.Join(t.TempDir(), "bad")
		must(t, os.WriteFile(bad, c, 0o600))
		if _, err := place.Restore(ctx, bad, 0, now); err == nil {
			t.Fatalf("byte %d changed, and it was restored", i)
		}
		must(t, os.WriteFile(bad, b[:i], 0o600))
		if _, err := place.Restore(ctx, bad, 0, now); !errors.Is(err, archive.ErrBroken) && !errors.Is(err, archive.ErrForeign) {
			t.Fatalf("cut at %d: %v", i, err)
		}
	}
	if _, err := (backup.Place{Folder: other, KEK: crypt.NewKEK()}).Restore(ctx, out, 0, now); !errors.Is(err, crypt.ErrKey) {
		t.Errorf("another key: %v", err)
	}
	if _, err := place.Restore(ctx, out, 3, now); !errors.Is(err, backup.ErrNewer) {
		t.Errorf("an older program: %v", err)
	}
	if _, err := os.Stat(filepath.Join(other, "zhike.db")); err == nil {
		t.Fatal("something was touched")
	}

	head, err := archive.Peek(bytes.NewReader(b))
	must(t, err)
	kek, err := crypt.UnwrapKEK(code, head.Coded)
	must(t, err)
	place.KEK = kek
	r, err := place.Restore(ctx, out, 0, now)
	must(t, err)
	if r.Aside != "" || r.Head != made.Head || r.Rows != made.Rows {
		t.Errorf("%+v", r)
	}
	must(t, os.WriteFile(filepath.Join(other, "keys", "kek"), []byte(base64.StdEncoding.EncodeToString(kek)+"\n"), 0o600))
	again(t, other, want)
	if text, err := os.ReadFile(filepath.Join(other, "files", "ab", "cd")); err != nil || string(text) != "sealed" {
		t.Errorf("the file: %q %v", text, err)
	}
}

// again opens a folder and finds the company in it, its log whole up to the anchors.
func again(t *testing.T, path string, want []string) {
	t.Helper()
	f, err := folder.Open(path)
	must(t, err)
	defer f.Close()
	keys, err := f.Keys("")
	must(t, err)
	d, err := db.Open(t.Context(), f.File("zhike.db"), db.Options{Now: clock.At(demoNow).Now})
	must(t, err)
	defer d.Close()
	if got := told(t, house.Build(d, keys)); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s holds %d lines, not the %d that were backed up", path, len(got), len(want))
	}
	kept, err := folder.Anchors(path)
	must(t, err)
	v, err := audit.Verify(t.Context(), d, kept)
	if must(t, err); v.Broken != "" && !strings.Contains(v.Broken, "never sealed") {
		t.Error(v.Broken)
	}
}

// TestRestoreOverWhatIsThere: the old is set aside whole; a restore that was killed after any step is finished by whoever opens the folder.
func TestRestoreOverWhatIsThere(t *testing.T) {
	f, h, _ := small(t, 3, demoNow)
	ctx, now := t.Context(), clock.At(demoNow).Now
	want := told(t, h)
	out := filepath.Join(t.TempDir(), "one.backup")
	_, err := mustPlace(t, f).Make(ctx, h.DB, h.Keys, out)
	must(t, err)
	lead := actor(t, h, "luzhixia")
	first, err := h.Customers.List(ctx, lead, api.ListQuery{Limit: 3})
	must(t, err)
	for _, c := range first.Items { // what happened since goes
		must(t, h.Customers.Delete(ctx, lead, c.ID, c.Version))
	}
	for kill := 0; ; kill++ {
		path := t.TempDir()
		must(t, os.CopyFS(path, os.DirFS(f.Path)))
		os.Remove(filepath.Join(path, "zhike.lock"))
		must(t, os.Chmod(filepath.Join(path, "keys", "kek"), 0o600))
		must(t, os.WriteFile(filepath.Join(path, "zhike.db-wal"), nil, 0o600))
		place := mustPlace(t, f)
		place.Folder = path
		steps := 0
		place.Between = func() error {
			if steps++; steps > kill {
				return errors.New("killed")
			}
			return nil
		}
		_, err := place.Restore(ctx, out, 0, now)
		again(t, path, want)
		if err == nil {
			if kill < 8 {
				t.Errorf("only %d steps", kill)
			}
			return
		}
	}
}

// TestDoctor: a sound node has no fault; each of what may go wrong is said, and nothing else with it.
func TestDoctor(t *testing.T) {
	f, h, _ := small(t, 3, demoNow)
	_, err := f.Recovery("")
	must(t, err)
	p := mustPlace(t, f)
	_, err = p.Daily(t.Context(), h.DB, h.Keys, time.UTC)
	must(t, err)
	ills := func() (of []string) {
		for _, x := range (doctor.Patient{Place: mustPlace(t, f), DB: h.DB, Queue: h.Queue, Zone: time.UTC}).Examine(t.Context()) {
			if x.State == doctor.Bad && x.Of != "clock" { // the test's own stands far away
				of = append(of, x.Of)
			}
		}
		return of
	}
	if got := ills(); len(got) > 0 {
		t.Fatalf("a sound node: %v", got)
	}
	must(t, os.Chmod(f.File("keys", "kek"), 0o644))
	place := backup.Place{Folder: f.Path, KEK: p.KEK, Keyset: p.Keyset}
	if x := (doctor.Patient{Place: place, DB: h.DB, Queue: h.Queue, Zone: time.UTC}).Examine(t.Context()); x[2].State != doctor.Bad {
		t.Errorf("a key that others can read: %v", x[2])
	}
	must(t, os.Chmod(f.File("keys", "kek"), 0o600))
	kept, err := p.List()
	must(t, err)
	must(t, os.Rename(kept[0].Path, f.File("backups", backup.Name(demoNow.AddDate(0, 0, -4)))))
	if got := strings.Join(ills(), " "); got != "backups" {
		t.Errorf("an old backup: %s", got)
	}
	must(t, h.DB.Close())
	b, err := os.ReadFile(f.File("zhike.db"))
	must(t, err)
	for i := 4096 * 40; i < 4096*60; i++ {
		b[i] ^= 0x5a
	}
	bad := filepath.Join(t.TempDir(), "zhike.db")
	must(t, os.WriteFile(bad, b, 0o600))
	if err := snapshot.Quick(t.Context(), bad); err == nil {
		t.Error("twenty damaged pages pass")
	}
}
