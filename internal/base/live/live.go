// Package live tells open pages that something of theirs changed: what and where, never
// its content, which the page then asks for with the rights of that moment.
//
// Several nodes on one PostgreSQL each tell the pages they serve, and one another by the wire.
// Where the wire broke and stands again, pages are told to look at everything anew: Again.
package live

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/wire"
	"zhike/internal/platform/fault"
)

// An Event is what a page is told.
type Event struct {
	Topic   string `json:"topic"`
	Kind    string `json:"kind"`
	ID      string `json:"id"`
	Version int64  `json:"version"`
}

// Again is the topic of an event that says no more than that others may have been missed.
const Again = "again"

// PerUser is how many streams one person may hold.
const PerUser = 8

// waiting is how many events a slow reader may be behind.
const waiting = 16

var errTooMany = fault.New(fault.TooMany, "too_many_streams").After(30 * time.Second)

// Hub joins those who tell with those who listen.
type Hub struct {
	mu     sync.Mutex
	open   map[string][]chan Event
	closed bool
	wire   *wire.Wire
}

// New makes a hub, which a wire joins with those of other nodes; nil joins it with none.
func New(w *wire.Wire) *Hub {
	h := &Hub{open: map[string][]chan Event{}, wire: w}
	if w == nil {
		return h
	}
	w.On("live.event", func(word string) {
		var s said
		if json.Unmarshal([]byte(word), &s) == nil {
			h.send(s.User, s.Event)
		}
	})
	w.On("live.drop", h.drop)
	w.OnGap(h.again)
	return h
}

type said struct {
	User string `json:"user"`
	Event
}

// Tell tells a person's pages on every node once the unit is kept. Where the wire refuses, the
// unit has failed with it and is not kept.
func (h *Hub) Tell(tx *db.Tx, user string, e Event) {
	tx.After(func() { h.send(user, e) })
	if text, err := json.Marshal(said{user, e}); err == nil {
		_ = h.wire.Say(tx, "live.event", string(text))
	}
}

// Show tells a person's pages on this node alone: every node looks for itself at what was kept.
func (h *Hub) Show(user string, e Event) { h.send(user, e) }

// Users are those with a page open on this node.
func (h *Hub) Users() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(maps.Keys(h.open))
}

// Drop ends a person's streams on every node once the unit is kept: who was disabled, or signed
// out everywhere, is told nothing more. Pages that may still listen begin anew, and are judged.
func (h *Hub) Drop(tx *db.Tx, user string) {
	tx.After(func() { h.drop(user) })
	_ = h.wire.Say(tx, "live.drop", user)
}

func (h *Hub) drop(user string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.open[user] {
		close(c)
	}
	delete(h.open, user)
}

// again tells every page of this node to look at what it shows.
func (h *Hub) again() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, all := range h.open {
		for _, c := range all {
			select {
			case c <- Event{Topic: Again}:
			default: // what it has not read yet makes it look anyway
			}
		}
	}
}

func (h *Hub) send(user string, e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.open[user] {
		select {
		case c <- e:
		default: // what it has not read yet makes it look anyway
		}
	}
}

// Open begins a stream of a person's events. 429 too_many_streams over PerUser.
func (h *Hub) Open(who access.Actor) (<-chan Event, func(), error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	user := who.ID()
	if h.closed || len(h.open[user]) >= PerUser {
		return nil, nil, errTooMany
	}
	c := make(chan Event, waiting)
	h.open[user] = append(h.open[user], c)
	return c, func() { h.leave(user, c) }, nil
}

func (h *Hub) leave(user string, c chan Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, other := range h.open[user] {
		if other == c {
			h.open[user] = append(h.open[user][:i], h.open[user][i+1:]...)
			break
		}
	}
	if len(h.open[user]) == 0 {
		delete(h.open, user)
	}
}

// Streams counts those that are open on this node.
func (h *Hub) Streams() (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, all := range h.open {
		n += len(all)
	}
	return n
}

// Close ends every stream: a server that stops would wait for them.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.closed = true
	for _, all := range h.open {
		for _, c := range all {
			close(c)
		}
	}
	h.open = map[string][]chan Event{}
}

// Routes is the one stream.
func (h *Hub) Routes(r *api.Router) {
	api.Stream(r, api.Op{Path: "/events", May: access.Self}, h.Open)
}
