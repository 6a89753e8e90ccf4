// Package wire carries short words between the nodes that share one PostgreSQL: what one says
// inside a unit, the others hear once it is kept, and never otherwise. A company on a file of its
// own has one node, and says nothing.
//
// What is said may be lost while the line is down, and is not said again: whoever listens is told
// of each such gap, and must then forget or look again.
package wire

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"zhike/internal/platform/db"
)

// longest is what PostgreSQL carries in one word, less some.
const longest = 7900

const (
	patience = 15 * time.Second // without a word the line is tried
	soonest  = 250 * time.Millisecond
	latest   = 15 * time.Second
)

// A Wire is one node's end.
type Wire struct {
	address string
	me      string
	deaf    atomic.Bool
	mu      sync.Mutex
	heard   map[string]func(word string)
	gaps    []func()
}

// New is the end of a node that works on d. It hears once it listens; a command's process speaks only.
func New(d *db.DB) *Wire {
	return &Wire{address: d.Address(), me: rand.Text(), heard: map[string]func(string){}}
}

// On has heard called with what other nodes say of a subject, one word after another; it must not wait.
func (w *Wire) On(subject string, heard func(word string)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.heard[subject] != nil || strings.Contains(subject, " ") {
		panic("wire: " + subject + " is heard twice, or no word")
	}
	w.heard[subject] = heard
}

// OnGap has f called whenever words may have been lost: as the line breaks, and as it stands again.
func (w *Wire) OnGap(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gaps = append(w.gaps, f)
}

// Deaf says that this end listens and that its line is down: others may say what is not known here.
func (w *Wire) Deaf() bool { return w != nil && w.deaf.Load() }

// ErrLong is a word that is too long to be carried.
var ErrLong = errors.New("wire: the word is too long")

// Say tells the other nodes, once the unit is kept. A word holds ids, nothing of people.
func (w *Wire) Say(tx *db.Tx, subject, word string) error {
	if w == nil || w.address == "" {
		return nil
	}
	if len(word) > longest {
		return ErrLong
	}
	return tx.Notify(w.me + " " + subject + " " + word)
}

// Listen hears until ctx ends, and begins again whenever the line breaks.
func (w *Wire) Listen(ctx context.Context) {
	if w.address == "" {
		return
	}
	w.deaf.Store(true)
	for wait := soonest; ctx.Err() == nil; {
		began, err := w.stand(ctx)
		if ctx.Err() != nil {
			return
		}
		if began {
			wait = soonest
			w.lose()
			slog.Warn("the line to the other nodes broke", "error", plain(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = min(2*wait, latest)
	}
}

// plain is an error without the address, which holds the password.
func plain(err error) string {
	var refused interface{ Unwrap() error }
	if errors.As(err, &refused) && refused.Unwrap() != nil && strings.Contains(err.Error(), "connect") {
		return "cannot connect"
	}
	return err.Error()
}

// stand holds one line until it breaks, and says whether it ever stood.
func (w *Wire) stand(ctx context.Context) (began bool, err error) {
	dialing, cancel := context.WithTimeout(ctx, patience)
	line, err := pgx.Connect(dialing, w.address)
	cancel()
	if err != nil {
		return false, err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		line.Close(closing)
	}()
	if _, err := line.Exec(ctx, "LISTEN zhike"); err != nil {
		return false, err
	}
	w.deaf.Store(false)
	w.lose() // what was said before, nobody heard here
	for {
		quiet, cancel := context.WithTimeout(ctx, patience)
		n, err := line.WaitForNotification(quiet)
		timely := quiet.Err() == nil
		cancel()
		switch {
		case err == nil:
			w.hear(n.Payload)
		case ctx.Err() != nil:
			return true, ctx.Err()
		case timely || line.IsClosed():
			w.deaf.Store(true)
			return true, err
		default: // silence, or a line that broke without a sign
			trying, cancel := context.WithTimeout(ctx, patience)
			err := line.Ping(trying)
			cancel()
			if err != nil {
				w.deaf.Store(true)
				return true, err
			}
		}
	}
}

func (w *Wire) lose() {
	w.mu.Lock()
	all := w.gaps
	w.mu.Unlock()
	for _, f := range all {
		f()
	}
}

func (w *Wire) hear(payload string) {
	from, rest, _ := strings.Cut(payload, " ")
	subject, word, ok := strings.Cut(rest, " ")
	if !ok || from == w.me {
		return
	}
	w.mu.Lock()
	f := w.heard[subject]
	w.mu.Unlock()
	if f != nil {
		f(word)
	}
}
