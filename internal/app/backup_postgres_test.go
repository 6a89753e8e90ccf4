package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhike/internal/app/house"
	"zhike/internal/base/api"
	"zhike/internal/base/backup"
	"zhike/internal/base/doctor"
	"zhike/internal/base/folder"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/archive"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/db/dump"
	"zhike/internal/platform/job"
)

// onPostgres fills a demo on a PostgreSQL database, and closes it.
func onPostgres(t *testing.T) (f *folder.Folder, address string, want []string) {
	t.Helper()
	if dbtest.Postgres() == "" {
		t.Skip("there is no PostgreSQL here")
	}
	f, err := folder.Open(t.TempDir())
	must(t, err)
	t.Cleanup(f.Close)
	c := Demo{Common: Common{Database: dbtest.Empty(t)}, Customers: 20, Days: 60, Seed: 3}
	_, err = c.fill(t.Context(), f, demoNow, nil)
	must(t, err)
	must(t, os.MkdirAll(f.File("files", "ab"), 0o700))
	must(t, os.WriteFile(f.File("files", "ab", "cd"), []byte("sealed"), 0o600))
	within(t, f, c.Database, func(h *House) { want = told(t, h) })
	return f, c.Database, want
}

// within opens the house, and closes it again: nobody else is connected then.
func within(t *testing.T, f *folder.Folder, address string, work func(*House)) {
	t.Helper()
	must(t, backup.FinishSwitch(t.Context(), f.Path, address))
	keys, err := f.Keys("")
	must(t, err)
	d, err := db.Open(t.Context(), address, db.Options{Now: clock.At(demoNow).Now})
	must(t, err)
	defer d.Close()
	work(house.Build(d, keys))
}

func restoredTo(t *testing.T, h *House, want []string, when string) {
	t.Helper()
	if got := told(t, h); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s: it holds %d lines, not the %d that were backed up", when, len(got), len(want))
	}
}

func madeOn(t *testing.T, f *folder.Folder, address string) (out string, made backup.Made) {
	t.Helper()
	out = filepath.Join(t.TempDir(), "one.backup")
	within(t, f, address, func(h *House) {
		var err error
		made, err = mustPlace(t, f).Make(t.Context(), h.DB, h.Keys, out)
		must(t, err)
	})
	// one of ours and the twelve papers of the demo
	if made.How != dump.Restored || made.Files != 13 || made.Rows < 1000 {
		t.Errorf("%+v", made)
	}
	return out, made
}

// TestPostgresBackupComesBack: what pg_dump copied of one moment is tried beside, comes back to another database by the same
// commands, and what is damaged, foreign, newer or of the other kind is refused before anything is touched.
func TestPostgresBackupComesBack(t *testing.T) {
	f, address, want := onPostgres(t)
	ctx, now := t.Context(), clock.At(demoNow).Now
	out, made := madeOn(t, f, address)
	b, err := os.ReadFile(out)
	must(t, err)
	if kek, _ := os.ReadFile(f.File("keys", "kek")); bytes.Contains(b, bytes.TrimSpace(kek)) {
		t.Error("the key is in the backup")
	}
	within(t, f, address, func(h *House) { // a node with a folder of its own knows that another made one
		other, err := folder.Open(t.TempDir())
		must(t, err)
		defer other.Close()
		must(t, other.Keep(mustPlace(t, f).KEK))
		must(t, os.WriteFile(other.File("keys", "keyset.json"), mustPlace(t, f).Keyset, 0o600))
		for _, x := range (doctor.Patient{Place: mustPlace(t, other), DB: h.DB, Queue: h.Queue, Zone: time.UTC}).Examine(ctx) {
			if x.Of == "backups" && (x.State != doctor.Fine || !strings.Contains(x.Says, "0 here; another node")) {
				t.Error(x)
			}
		}
	})
	within(t, f, address, func(h *House) { // each night, once
		h.Backups.Place = func() (backup.Place, error) { return f.Place("") }
		for range 2 {
			must(t, h.Backups.Work(ctx, job.Job{Kind: backup.Nightly}))
		}
		s, err := h.Backups.Standing(ctx, actor(t, h, "guminglan"), struct{}{})
		if must(t, err); !s.Here || s.State != "ok" || len(s.Items) != 1 {
			t.Errorf("%+v", s)
		}
	})
	place := mustPlace(t, f)
	tried, err := place.Try(ctx, out, now) // no server is named: one of our own
	must(t, err)
	if tried.How != dump.Restored || tried.Rows != made.Rows || tried.Head != made.Head || tried.Engine != "postgresql" {
		t.Errorf("tried without a server: %s, %d rows, %s", tried.How, tried.Rows, tried.Head)
	}

	to := dbtest.Empty(t)
	other, err := folder.Open(t.TempDir())
	must(t, err)
	t.Cleanup(other.Close)
	there := backup.Place{Folder: other.Path, KEK: place.KEK, Address: to}
	refused := func(p backup.Place, what string, content []byte, schema int64, is error) {
		t.Helper()
		bad := filepath.Join(t.TempDir(), "bad")
		must(t, os.WriteFile(bad, content, 0o600))
		if _, err := p.Restore(ctx, bad, schema, now); err == nil || is != nil && !errors.Is(err, is) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for i := 0; i < len(b); i += 1 + len(b)/12 {
		c := bytes.Clone(b)
		c[i] ^= 4
		refused(there, "a changed byte", c, 0, nil)
		refused(there, "a cut", b[:i], 0, nil)
	}
	refused(there, "a foreign file", []byte("PGDMP and so on, at some length"), 0, archive.ErrForeign)
	refused(there, "an older program", b, 3, backup.ErrNewer)
	refused(backup.Place{Folder: other.Path, KEK: crypt.NewKEK(), Address: to}, "another key", b, 0, crypt.ErrKey)
	refused(backup.Place{Folder: other.Path, KEK: place.KEK}, "no database named", b, 0, backup.ErrOther)
	folderOf, lite, _ := small(t, 3, demoNow)
	plain := filepath.Join(t.TempDir(), "lite.backup")
	_, err = mustPlace(t, folderOf).Make(ctx, lite.DB, lite.Keys, plain)
	must(t, err)
	file, err := os.ReadFile(plain)
	must(t, err)
	refused(there, "a backup of SQLite", file, 0, backup.ErrOther)
	within(t, f, address, func(h *House) { // somebody is connected
		if _, err := (backup.Place{Folder: f.Path, KEK: place.KEK, Address: address}).Restore(ctx, out, 0, now); !errors.Is(err, dump.ErrInUse) {
			t.Errorf("a database in use: %v", err)
		}
		restoredTo(t, h, want, "after a refusal")
	})
	if left, _ := filepath.Glob(filepath.Join(other.Path, "backups", "*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}

	r, err := there.Restore(ctx, out, 0, now)
	must(t, err)
	if r.Rows != made.Rows || r.Head != made.Head || !strings.HasPrefix(r.Aside, "replaced_") {
		t.Errorf("%+v", r)
	}
	must(t, other.Keep(place.KEK))
	within(t, other, to, func(h *House) { restoredTo(t, h, want, "restored elsewhere") })
	if text, err := os.ReadFile(other.File("files", "ab", "cd")); err != nil || string(text) != "sealed" {
		t.Errorf("the file: %q %v", text, err)
	}
	again, made2 := madeOn(t, other, to) // the schema that went aside is not in it
	if made2.Rows != made.Rows {
		t.Errorf("a backup of what was restored holds %d rows, not %d: %s", made2.Rows, made.Rows, again)
	}
}

// TestPostgresRestoreIsKilled: the old is set aside; killed before or after any step, the database and the folder hold the old or
// the new together once somebody opens them.
func TestPostgresRestoreIsKilled(t *testing.T) {
	f, address, want := onPostgres(t)
	hand := clock.At(demoNow)
	ctx, now := t.Context(), hand.Now
	out, _ := madeOn(t, f, address)
	var after []string
	within(t, f, address, func(h *House) {
		lead := actor(t, h, "luzhixia")
		first, err := h.Customers.List(ctx, lead, api.ListQuery{Limit: 3})
		must(t, err)
		for _, c := range first.Items { // what happened since goes
			must(t, h.Customers.Delete(ctx, lead, c.ID, c.Version))
		}
		after = told(t, h)
	})
	must(t, os.WriteFile(f.File("files", "ab", "later"), []byte("new"), 0o600))
	place := mustPlace(t, f)
	place.Address = address
	for kill := 0; ; kill++ {
		hand.Advance(time.Minute)
		steps := 0
		place.Between = func() error {
			if steps++; steps > kill {
				return errors.New("killed")
			}
			return nil
		}
		_, err := place.Restore(ctx, out, 0, now)
		f.Close()
		var e error
		f, e = folder.Open(f.Path)
		must(t, e)
		t.Cleanup(f.Close)
		_, later := os.Stat(f.File("files", "ab", "later"))
		within(t, f, address, func(h *House) {
			_, later = os.Stat(f.File("files", "ab", "later"))
			if kill == 0 {
				restoredTo(t, h, after, "killed before the switch")
				if later != nil {
					t.Error("the database is the old one, and the folder the new")
				}
				return
			}
			restoredTo(t, h, want, "killed after the switch")
			if later == nil {
				t.Error("the database is the new one, and the folder the old")
			}
		})
		if left, _ := filepath.Glob(f.File("*.json")); len(left) > 1 || len(left) == 1 && filepath.Base(left[0]) != "restored.json" { // the next start notes it in the log
			t.Errorf("left: %v", left)
		}
		if err == nil {
			if kill < 8 {
				t.Errorf("only %d steps", kill)
			}
			return
		}
		must(t, os.WriteFile(f.File("files", "ab", "later"), []byte("new"), 0o600))
	}
}

// TestPostgresTools: the password stands in no argument, and a role that may make no database has its backups tried all the same.
func TestPostgresTools(t *testing.T) {
	f, address, _ := onPostgres(t)
	u, err := url.Parse(address)
	must(t, err)
	d, err := db.Open(t.Context(), address, db.Options{Now: clock.At(demoNow).Now})
	must(t, err)
	role := "modest_" + strings.TrimPrefix(u.Path, "/")
	must(t, d.Exec(t.Context(), "CREATE ROLE "+role+" LOGIN PASSWORD 'quite a secret'; GRANT ALL ON ALL TABLES IN SCHEMA public TO "+role+"; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO "+role))
	defer func() {
		d, err := db.Open(context.Background(), address, db.Options{Now: clock.At(demoNow).Now})
		must(t, err)
		must(t, d.Exec(context.Background(), "DROP OWNED BY "+role+"; DROP ROLE "+role))
		d.Close()
	}()
	must(t, d.Close())
	u.User = url.UserPassword(role, "quite a secret")
	args := make(chan string, 10_000)
	stop, ended := make(chan bool), make(chan bool)
	go func() {
		defer close(ended)
		for {
			select {
			case <-stop:
				return
			default:
			}
			all, _ := filepath.Glob("/proc/[0-9]*/cmdline")
			for _, p := range all {
				if text, err := os.ReadFile(p); err == nil && bytes.Contains(text, []byte("pg_dump")) {
					args <- string(text)
				}
			}
		}
	}()
	_, made := madeOn(t, f, u.String())
	close(stop)
	<-ended
	if made.How != dump.Restored {
		t.Errorf("tried: %s", made.How)
	}
	if len(args) == 0 {
		t.Error("pg_dump was not seen")
	}
	for len(args) > 0 {
		if line := <-args; strings.Contains(line, "secret") {
			t.Fatalf("the password stands in an argument: %q", line)
		}
	}
}

// TestPostgresBackupIsOfOneMoment: rows that are written while it is made are in it whole or not at all, counted as they are held.
func TestPostgresBackupIsOfOneMoment(t *testing.T) {
	f, address, _ := onPostgres(t)
	within(t, f, address, func(h *House) {
		stop, ended := make(chan bool), make(chan int)
		go func() {
			n := 0
			for {
				select {
				case <-stop:
					ended <- n
					return
				default:
				}
				if _, err := db.Write(context.Background(), h.DB, program, func(tx *db.Tx) (int, error) {
					_, err := h.Vault.New(tx, privacy.Contact, tx.NewID())
					return 0, err
				}); err != nil {
					t.Error(err)
				}
				n++
			}
		}()
		for i := range 2 {
			if _, err := mustPlace(t, f).Make(t.Context(), h.DB, h.Keys, filepath.Join(t.TempDir(), fmt.Sprint(i))); err != nil {
				t.Errorf("while others write: %v", err)
			}
		}
		close(stop)
		if n := <-ended; n < 100 {
			t.Errorf("only %d were written meanwhile: the test says little", n)
		}
	})
}
