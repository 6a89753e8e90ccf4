package app

import (
	"context"
	"testing"
	"time"

	"zhike/internal/app/house"
	"zhike/internal/base/access"
	"zhike/internal/base/live"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

// second puts another house on the world's database, as another node would, and has both hear one another.
func (w *world) second(t *testing.T) *House {
	t.Helper()
	b := house.Build(w.DB, w.Keys)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan bool, 2)
	stood := make(chan bool, 20)
	for _, h := range []*House{w.House, b} {
		h.Wire.OnGap(func() { stood <- true })
		go func() { h.Wire.Listen(ctx); ended <- true }()
	}
	t.Cleanup(func() { stop(); <-ended; <-ended })
	<-stood
	<-stood
	return b
}

// TestOneNodeTellsTheOther: an event told at one node reaches pages of the other once the unit is kept; a person's streams end on both; a
// subject destroyed at one is forgotten by the other at once, and so is what a dictionary said.
func TestOneNodeTellsTheOther(t *testing.T) {
	if dbtest.Postgres() == "" {
		t.Skip("several nodes share a PostgreSQL")
	}
	each(t, func(t *testing.T, w *world) {
		if w.DB.Path() != "" {
			return
		}
		b := w.second(t)
		here, leave, err := w.Live.Open(w.actors["east"])
		must(t, err)
		defer leave()
		there, leave2, err := b.Live.Open(w.actors["east"])
		must(t, err)
		defer leave2()
		write := func(f func(tx *db.Tx) error) {
			t.Helper()
			_, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (int, error) { return 0, f(tx) })
			must(t, err)
		}
		write(func(tx *db.Tx) error {
			w.Live.Tell(tx, w.actors["east"].ID(), live.Event{Topic: "notice", Kind: "k", ID: "one", Version: 3})
			return nil
		})
		next := func(c <-chan live.Event) (live.Event, bool) {
			select {
			case e, ok := <-c:
				return e, ok
			case <-time.After(2 * time.Second):
				t.Fatal("nothing within two seconds")
				return live.Event{}, false
			}
		}
		want := live.Event{Topic: "notice", Kind: "k", ID: "one", Version: 3}
		for what, c := range map[string]<-chan live.Event{"here": here, "there": there} {
			for e, _ := next(c); e != want; e, _ = next(c) {
				if e.Topic != live.Again {
					t.Fatalf("%s: %+v", what, e)
				}
			}
		}

		// The other node opened a subject's key, and must not keep it.
		write(func(tx *db.Tx) error { _, err := w.Vault.New(tx, privacy.Contact, "someone"); return err })
		opens := func() bool {
			w.hand.Advance(time.Second)
			_, err := db.Read(t.Context(), b.DB, access.Program("test"), func(tx *db.Tx) (int, error) {
				_, err := b.Vault.Of(tx, "someone")
				return 0, err
			})
			return err == nil
		}
		for range 2 { // the second time it is remembered
			if !opens() {
				t.Fatal("the key does not open")
			}
		}
		write(func(tx *db.Tx) error { return w.Vault.Destroy(tx, "someone") })
		until(t, "the other node forgets the key", func() bool { return !opens() })

		// What a word is called, without waiting for the snapshot to age.
		label := func(h *House) string {
			got, err := db.Read(t.Context(), h.DB, program, func(tx *db.Tx) (string, error) {
				words, err := h.Book.In(tx)
				if err != nil {
					return "", err
				}
				return words.Label("zh-CN", "source", "exhibition"), nil
			})
			must(t, err)
			return got
		}
		old := label(b)
		must(t, w.DB.Exec(t.Context(), "UPDATE dictionary_values SET label = 'renamed' WHERE dictionary = 'source' AND code = 'exhibition'"))
		if label(b) != old {
			t.Fatal("the snapshot is not kept at all")
		}
		write(func(tx *db.Tx) error { w.Book.Forget(tx); return nil })
		until(t, "the other node reads the words anew", func() bool { return label(b) == "renamed" })

		write(func(tx *db.Tx) error { w.Live.Drop(tx, w.actors["east"].ID()); return nil })
		for what, c := range map[string]<-chan live.Event{"here": here, "there": there} {
			for {
				if _, ok := next(c); !ok {
					break
				}
			}
			_ = what
		}
	})
}

// until waits for what must come true within some seconds.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not: " + what)
		}
	}
}
