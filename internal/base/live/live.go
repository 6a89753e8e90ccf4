// Package live tells open pages that something of theirs changed: what and where, never
// its content, which the page then asks for with the rights of that moment.
//
// The hub is the node's own. Several nodes on one PostgreSQL each tell the pages they serve;
// pages of the others learn by asking now and then, until a later issue joins the hubs.
package live

import (
	"sync"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// An Event is what a page is told.
type Event struct {
	Topic   string `json:"topic"`
	Kind    string `json:"kind"`
	ID      string `json:"id"`
	Version int64  `json:"version"`
}

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
}

// New makes a hub.
func New() *Hub { return &Hub{open: map[string][]chan Event{}} }

// Tell tells a person's pages once the unit is kept.
func (h *Hub) Tell(tx *db.Tx, user string, e Event) { tx.After(func() { h.send(user, e) }) }

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
