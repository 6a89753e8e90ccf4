package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/keyring"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/job"
)

var (
	noon = time.Date(2026, 11, 21, 4, 0, 0, 0, time.UTC)
	boss = access.Program("test")
)

// A node is one of several on a database: its keys, its folder's copy.
type node struct {
	*keyring.Ring
	stored [][]byte
	full   error
}

func nodeOn(d *db.DB, keys *crypt.Keys) *node {
	n := &node{}
	q := job.NewQueue(d, boss, job.Options{})
	n.Ring = &keyring.Ring{DB: d, Vault: &privacy.Vault{Keys: keys}, Queue: q, Store: func(b []byte) error {
		if n.full == nil {
			n.stored = append(n.stored, b)
		}
		return n.full
	}}
	n.Vault.Late = n.Late
	q.Register(keyring.Job, n.Work)
	return n
}

func nothing(*db.Tx) error { return nil }

// sealed makes subjects, each with a value, and gives what opens them all.
func sealed(t *testing.T, d *db.DB, v *privacy.Vault, from, to int) {
	t.Helper()
	_, err := db.Write(t.Context(), d, boss, func(tx *db.Tx) (int, error) {
		for i := from; i < to; i++ {
			if _, err := v.New(tx, privacy.Contact, fmt.Sprintf("c%05d", i)); err != nil {
				return 0, err
			}
		}
		return 0, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, d *db.DB, v *privacy.Vault, n int) {
	t.Helper()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("c%05d", i)
	}
	got, err := db.Read(t.Context(), d, boss, func(tx *db.Tx) (map[string]crypt.Subject, error) { return v.Many(tx, ids) })
	if err != nil || len(got) != n {
		t.Fatalf("%d of %d open: %v", len(got), n, err)
	}
}

// TestATurn has 1,200 subjects wrapped anew in a job that is killed between its units, beside a
// second node that has not heard of it; at the next turn the oldest key goes.
func TestATurn(t *testing.T) {
	now := clock.At(noon)
	dbtest.Each(t, now.Now, func(t *testing.T, d *db.DB) {
		now.Set(noon)
		ctx := t.Context()
		first, text, err := crypt.Create(crypt.NewKEK())
		if err != nil {
			t.Fatal(err)
		}
		twin, err := first.Reopen(text)
		if err != nil {
			t.Fatal(err)
		}
		a, b := nodeOn(d, first), nodeOn(d, twin)
		sealed(t, d, a.Vault, 0, 1200)
		if s, err := a.Status(ctx); err != nil || len(s.Keys) != 1 || s.Keys[0].Wrapped != 1200 || s.Turned != 0 {
			t.Errorf("before: %+v %v", s, err)
		}
		if err := a.Turn(ctx, boss); err != nil {
			t.Fatal(err)
		}
		if err := a.Turn(ctx, boss); !errors.Is(err, keyring.ErrUnderWay) {
			t.Errorf("a second turn: %v", err)
		}
		if len(a.stored) != 1 {
			t.Errorf("the folder's copy was kept %d times", len(a.stored))
		}
		sealed(t, d, b.Vault, 1200, 1210) // by a node that knows only the old key
		sealed(t, d, a.Vault, 1210, 1220)
		killed, cancel := context.WithCancel(ctx)
		cancel()
		for range 4 { // one batch, then it is told to stop
			if err := a.Finish(killed, nothing); err == nil {
				t.Error("a job that was told to stop says that it is done")
			}
		}
		lost := errors.New("lost")
		if err := a.Finish(ctx, func(*db.Tx) error { return lost }); !errors.Is(err, lost) {
			t.Errorf("the end: %v", err)
		}
		if s, _ := a.Status(ctx); s.Done != 0 || s.Left != 0 {
			t.Errorf("before the end: %+v", s)
		}
		open(t, d, b.Vault, 1220) // asks the database as the first does not open
		if len(b.stored) != 1 {
			t.Errorf("the second node kept its copy %d times", len(b.stored))
		}
		if err := a.Finish(ctx, nothing); err != nil {
			t.Fatal(err)
		}
		fresh := &privacy.Vault{Keys: first}
		open(t, d, fresh, 1220)
		if s, _ := a.Status(ctx); s.Done == 0 || s.Left != 0 || len(s.Keys) != 2 {
			t.Errorf("after: %+v", s)
		}
		now.Advance(41 * 24 * time.Hour)
		if err := a.Turn(ctx, boss); err != nil {
			t.Fatal(err)
		}
		if s, _ := a.Status(ctx); len(s.Keys) != 2 || s.Left != 1220 {
			t.Errorf("the oldest key stays: %+v", s)
		}
		if err := b.Finish(ctx, nothing); err != nil { // the other node does the job
			t.Fatal(err)
		}
		open(t, d, &privacy.Vault{Keys: twin}, 1220)
	})
}

// TestAFullFolder: where the folder's copy cannot be kept, the old keys go on, and the next
// start takes the new ones.
func TestAFullFolder(t *testing.T) {
	dbtest.Each(t, clock.At(noon).Now, func(t *testing.T, d *db.DB) {
		keys, text, err := crypt.Create(crypt.NewKEK())
		if err != nil {
			t.Fatal(err)
		}
		n := nodeOn(d, keys)
		sealed(t, d, n.Vault, 0, 20)
		n.full = errors.New("disk full")
		if err := n.Turn(t.Context(), boss); !errors.Is(err, n.full) {
			t.Errorf("%v", err)
		}
		sealed(t, d, n.Vault, 20, 30)
		again, err := keys.Reopen(text)
		if err != nil {
			t.Fatal(err)
		}
		next := nodeOn(d, again)
		if err := next.Adopt(t.Context()); err != nil || len(next.stored) != 1 {
			t.Fatalf("kept %d: %v", len(next.stored), err)
		}
		if err := next.Finish(t.Context(), nothing); err != nil {
			t.Fatal(err)
		}
		open(t, d, &privacy.Vault{Keys: again}, 30)
	})
}

// TestAStrangersKeyset: a database whose keyset opens with no key of the folder is refused; one
// of before is sealed anew.
func TestAStrangersKeyset(t *testing.T) {
	dbtest.Each(t, clock.At(noon).Now, func(t *testing.T, d *db.DB) {
		old, kek := crypt.NewKEK(), crypt.NewKEK()
		keys, _, err := crypt.Create(old)
		if err != nil {
			t.Fatal(err)
		}
		n := nodeOn(d, keys)
		sealed(t, d, n.Vault, 0, 5)
		if err := n.Turn(t.Context(), boss); err != nil {
			t.Fatal(err)
		}
		turned, _, err := keys.Reseal(kek)
		if err != nil {
			t.Fatal(err)
		}
		m := nodeOn(d, turned)
		if err := m.Adopt(t.Context()); !errors.Is(err, keyring.ErrForeign) {
			t.Errorf("%v", err)
		}
		m.Older = func() ([][]byte, error) { return [][]byte{crypt.NewKEK(), old}, nil }
		if err := m.Adopt(t.Context()); err != nil {
			t.Fatal(err)
		}
		m.Older = nil
		if err := m.Adopt(t.Context()); err != nil { // it is under the new key now
			t.Errorf("%v", err)
		}
		if err := n.Adopt(t.Context()); !errors.Is(err, keyring.ErrForeign) {
			t.Errorf("the old key still opens it: %v", err)
		}
		open(t, d, m.Vault, 5)
	})
}
