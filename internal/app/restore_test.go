package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/folder"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/db"
)

// TestRestoreErasesAgain: a customer that was erased after a backup was made is not brought back
// by it; the log tells of the restore, once, and anchors of what was replaced are no fault.
func TestRestoreErasesAgain(t *testing.T) {
	f, h, _ := small(t, 3, demoNow)
	ctx := t.Context()
	_, err := audit.Seal(ctx, h.DB, folder.AnchorIn(f.Path))
	must(t, err)
	out := filepath.Join(t.TempDir(), "one.backup")
	_, err = mustPlace(t, f).Make(ctx, h.DB, h.Keys, out)
	must(t, err)
	lead := actor(t, h, "luzhixia")
	page, err := h.Customers.List(ctx, lead, api.ListQuery{Limit: 3})
	must(t, err)
	gone, binned, stays := page.Items[0], page.Items[1], page.Items[2]
	_, err = db.Write(ctx, h.DB, program, func(tx *db.Tx) (int, error) {
		if err := h.Purge.Again(tx, gone.ID); err != nil {
			return 0, err
		}
		return 0, privacy.Erased(tx, privacy.Customer, gone.ID)
	})
	must(t, err)
	must(t, h.Customers.Delete(ctx, lead, binned.ID, binned.Version))
	keeping, stop := context.WithTimeout(ctx, 2*time.Second)
	defer stop()
	_ = folder.KeepErasures(keeping, h.DB, f.Path) // until its time is over
	for range 30 {                                 // the chain goes on, and is anchored, after the backup
		if n, err := audit.Seal(ctx, h.DB, folder.AnchorIn(f.Path)); err != nil || n == 0 {
			break
		}
	}
	before, err := folder.Anchors(f.Path)
	must(t, err)
	must(t, h.DB.Close())
	f.Close()
	if got, err := os.ReadFile(f.File("erasures.log")); err != nil || !strings.HasSuffix(string(got), " customer "+gone.ID+"\n") {
		t.Fatalf("the erasure is not beside the database: %q %v", got, err)
	}
	if said, err := itself("restore", out, "--data", f.Path).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	f, err = folder.Open(f.Path)
	must(t, err)
	defer f.Close()
	for range 2 { // the second start has nothing to do
		h, err = open(ctx, f, Common{Data: f.Path})
		must(t, err)
		t.Cleanup(func() { h.DB.Close() })
		lead = actor(t, h, "luzhixia")
		if _, err := h.Customers.Get(ctx, lead, gone.ID); err == nil {
			t.Error("the restore brought back who was erased")
		}
		for _, c := range []string{binned.ID, stays.ID} {
			if _, err := h.Customers.Get(ctx, lead, c); err != nil {
				t.Errorf("a customer that was not erased is not there: %v", err)
			}
		}
		log, err := h.Audit.List(ctx, program, audit.Filter{Action: audit.ActionRestored, Limit: 10})
		if err != nil || len(log.Items) != 1 || log.Items[0].Also["position"] == float64(0) {
			t.Errorf("the log tells of %d restores, %v", len(log.Items), err)
		}
		must(t, h.DB.Close())
	}
	h, err = open(ctx, f, Common{Data: f.Path})
	must(t, err)
	defer h.DB.Close()
	_, err = audit.Seal(ctx, h.DB, folder.AnchorIn(f.Path))
	must(t, err)
	now, err := folder.Anchors(f.Path)
	must(t, err)
	v, err := audit.Verify(ctx, h.DB, append(before, now...))
	if must(t, err); v.Broken != "" || len(v.Restores) != 1 {
		t.Errorf("%+v", v)
	}
}

// TestKeysAreTurned beside a running server, the key-encryption key too; a backup of before opens
// by the key that was kept, and what it restores is under the new one.
func TestKeysAreTurned(t *testing.T) {
	f, h, _ := small(t, 3, demoNow)
	want := told(t, h)
	_, err := f.Recovery("")
	must(t, err)
	out := filepath.Join(t.TempDir(), "before.backup")
	_, err = mustPlace(t, f).Make(t.Context(), h.DB, h.Keys, out)
	must(t, err)
	must(t, h.DB.Close())
	f.Close()
	say := func(args ...string) string {
		t.Helper()
		said, err := itself(append(args, "--data", f.Path)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v %s", args, err, said)
		}
		return string(said)
	}
	old, err := os.ReadFile(f.File("keys", "kek"))
	must(t, err)
	server, _ := serveUntil(t, f.Path)
	said := say("keys", "rotate", "--kek")
	if !strings.Contains(said, "recovery code") || strings.Count(said, "-") < 5 {
		t.Errorf("%s", said)
	}
	for range 100 {
		if said = say("keys", "status"); strings.Contains(said, "Turned; 0 left") {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if !strings.Contains(said, "Turned; 0 left") {
		t.Errorf("%s", said)
	}
	must(t, server.Process.Signal(os.Interrupt))
	must(t, server.Wait())
	if kek, err := os.ReadFile(f.File("keys", "kek")); err != nil || bytes.Equal(kek, old) {
		t.Errorf("the key is the old one: %v", err)
	}
	again(t, f.Path, want)
	say("backup")
	for _, b := range []string{out} {
		if said := say("audit", "verify", "--file", b); !strings.Contains(said, "entries sealed") {
			t.Errorf("%s", said)
		}
		say("restore", b)
		again(t, f.Path, want)
	}
	if said := say("keys", "status"); !strings.Contains(said, "never turned") {
		t.Errorf("the restored keyset: %s", said)
	}
	if said := say("backup"); !strings.Contains(said, "restored aside") {
		t.Errorf("%s", said)
	}
}
