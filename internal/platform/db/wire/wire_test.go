package wire_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/db/wire"
)

type program struct{}

func (program) ID() string                         { return "" }
func (program) Name() string                       { return "program" }
func (program) Known() bool                        { return true }
func (program) Program() bool                      { return true }
func (program) May(string) bool                    { return true }
func (program) Home() db.Home                      { return db.Home{} }
func (program) Rows(db.Right, time.Time) []db.Cond { return []db.Cond{db.Everything()} }

func say(t *testing.T, d *db.DB, w *wire.Wire, word string, end error) {
	t.Helper()
	_, err := db.Write(t.Context(), d, program{}, func(tx *db.Tx) (int, error) {
		return 0, errors.Join(w.Say(tx, "news", word), end)
	})
	if !errors.Is(err, end) {
		t.Fatal(err)
	}
}

// TestWordsAreHeard: what a kept unit says is heard by the others within a second, what an undone one says never; a line that
// breaks is mended, and both ends of the gap are told.
func TestWordsAreHeard(t *testing.T) {
	dbtest.Each(t, time.Now, func(t *testing.T, d *db.DB) {
		a, b := wire.New(d), wire.New(d)
		heard, own, gaps := make(chan string, 10), make(chan string, 10), make(chan bool, 10)
		a.On("news", func(word string) { own <- word })
		b.On("news", func(word string) { heard <- word })
		b.OnGap(func() { gaps <- true })
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan bool, 2)
		for _, w := range []*wire.Wire{a, b} {
			go func() { w.Listen(ctx); ended <- true }()
		}
		defer func() { stop(); <-ended; <-ended }()
		if d.Address() == "" { // one node: nothing is said, and nothing waits
			say(t, d, a, "x", nil)
			if a.Deaf() || b.Deaf() || len(heard) > 0 {
				t.Error("a file of one's own has other nodes")
			}
			return
		}
		gap := func() {
			t.Helper()
			select {
			case <-gaps:
			case <-time.After(10 * time.Second):
				t.Fatal("no gap was told")
			}
		}
		gap() // it stands: what was said before is not known
		for b.Deaf() || a.Deaf() {
			time.Sleep(time.Millisecond)
		}
		undone := errors.New("thought better of it")
		say(t, d, a, "never", undone)
		say(t, d, a, "one two", nil)
		next := func(want string) {
			t.Helper()
			select {
			case word := <-heard:
				if word != want {
					t.Fatalf("heard %q, wants %q", word, want)
				}
			case <-time.After(2 * time.Second):
				t.Fatalf("%q was not heard", want)
			}
		}
		next("one two")
		if _, err := db.Write(ctx, d, program{}, func(tx *db.Tx) (int, error) {
			return 0, a.Say(tx, "news", strings.Repeat("x", 9000))
		}); !errors.Is(err, wire.ErrLong) {
			t.Errorf("a word too long: %v", err)
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(d.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN zhike' AND datname = current_database()"))
		gap()
		gap()
		for a.Deaf() || b.Deaf() {
			time.Sleep(time.Millisecond)
		}
		say(t, d, a, "three", nil)
		next("three")
		if len(own) > 0 {
			t.Errorf("a node hears itself: %q", <-own)
		}
	})
}
