// Package job does work later, and work that comes round: a queue in the same database
// as the records, so that a job exists exactly when the change that asked for it does.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"zhike/internal/platform/db"
)

// ErrLost is work that somebody else has taken over: its lease ran out. Nothing of the unit is kept.
var ErrLost = errors.New("job: the lease ran out, and another worker has the job")

// MinLease is the shortest lease: clocks of nodes may differ by seconds.
const MinLease = 30 * time.Second

// New is what is to be done.
type New struct {
	Kind    string
	Payload any       // kept as JSON, readable to whoever reads the database: ids, no values of people
	Unique  string    // while a job with this key waits or runs, another is not added
	RunAt   time.Time // the zero time is now
	RunAs   string    // the user who asked for it; "" is the program
}

// A Job is work in a worker's hands.
type Job struct {
	ID, Kind string
	RunAs    string // its handler asks what this user may do today
	Attempt  int    // 1 is the first
	payload  json.RawMessage
	token    string
	queue    *Queue
	finished *atomic.Bool
}

// Into reads the payload.
func (j Job) Into(v any) error { return json.Unmarshal(j.payload, v) }

// Finish ends the job in the unit of its effect: the effect is kept once, or, where
// the lease was lost meanwhile, not at all. A handler that keeps nothing need not call it.
func (j Job) Finish(tx *db.Tx) error {
	n, err := tx.As(j.queue.program).ChangeAll(finish, db.Args{"id": j.ID, "token": j.token, "now": tx.At()})
	if err == nil && n == 0 {
		err = ErrLost
	}
	if err == nil {
		tx.After(func() { j.finished.Store(true) })
	}
	return err
}

// A Handler does a job. ctx ends when the lease is lost or the queue must stop. After an
// error it is done again later, so what reaches beyond the database may happen twice.
type Handler func(ctx context.Context, j Job) error

// Options of a queue. What is left out has a sensible value.
type Options struct {
	Workers  int           // jobs at a time on this node: 4
	Lease    time.Duration // 60 s; renewed while a job runs
	Attempts int           // before a job is dead: 10
	Zone     func(*db.Tx) (*time.Location, error)
}

// Queue is one node's hands on the jobs of the database.
type Queue struct {
	db       *db.DB
	program  db.Viewer
	options  Options
	poll     time.Duration // a pause is this long to twice this long
	renewal  time.Duration
	handlers map[string]Handler
	rounds   []round
	woken    chan struct{}
	stop     chan struct{}
	ended    chan struct{}
	begun    atomic.Bool
	stopping sync.Once
	work     context.Context // ends when in-flight work must be given up
	giveUp   context.CancelFunc
	running  sync.WaitGroup
	busy     atomic.Int64
}

// NewQueue works through d as program, the viewer that reaches the queue's own tables.
func NewQueue(d *db.DB, program db.Viewer, o Options) *Queue {
	if !program.Program() {
		panic("job: the queue works as the program")
	}
	if o.Workers == 0 {
		o.Workers = 4
	}
	if o.Lease == 0 {
		o.Lease = 2 * MinLease
	}
	o.Lease = max(o.Lease, MinLease)
	if o.Attempts == 0 {
		o.Attempts = 10
	}
	if o.Zone == nil {
		o.Zone = func(*db.Tx) (*time.Location, error) { return time.UTC, nil }
	}
	q := &Queue{
		db: d, program: program, options: o, poll: 500 * time.Millisecond, renewal: o.Lease / 3,
		handlers: map[string]Handler{}, woken: make(chan struct{}, 1), stop: make(chan struct{}), ended: make(chan struct{}),
	}
	q.work, q.giveUp = context.WithCancel(context.Background())
	q.Every("job.sweep", DailyAt(3, 10), q.sweep)
	return q
}

// Register says who does the jobs of a kind. Before Start only.
func (q *Queue) Register(kind string, fn Handler) {
	if q.begun.Load() {
		panic("job: " + kind + " is registered after the start")
	}
	if q.handlers[kind] != nil {
		panic("job: " + kind + " is registered twice")
	}
	q.handlers[kind] = fn
}

func (q *Queue) kinds() []string { return slices.Sorted(maps.Keys(q.handlers)) }

// Enqueue adds a job inside the caller's unit: without the unit there is no job.
func (q *Queue) Enqueue(tx *db.Tx, n New) error {
	if q.handlers[n.Kind] == nil {
		return fmt.Errorf("job: nobody does %q", n.Kind)
	}
	payload, err := json.Marshal(n.Payload)
	if err != nil {
		return fmt.Errorf("job: the payload of %s: %w", n.Kind, err)
	}
	r := row{ID: tx.NewID(), Kind: n.Kind, Payload: db.Of(json.RawMessage(payload)), RunAs: n.RunAs, State: waiting, RunAt: tx.At(), CreatedAt: tx.At()}
	if n.Unique != "" {
		r.Unique = &n.Unique
	}
	if !n.RunAt.IsZero() {
		r.RunAt = n.RunAt.UnixMilli()
	}
	added, err := tx.As(q.program).InsertNew(jobs, r)
	if added && r.RunAt <= tx.At() {
		tx.After(q.wake)
	}
	return err
}

func (q *Queue) wake() {
	select {
	case q.woken <- struct{}{}:
	default:
	}
}

// Start begins to work.
func (q *Queue) Start() {
	if q.begun.Swap(true) {
		panic("job: started twice")
	}
	go q.loop()
}

// Working says whether Start was called.
func (q *Queue) Working() bool { return q.begun.Load() }

// Reclaim gives back at once what a worker had in hand that is surely dead: for the only
// process of a database, before it starts. Being killed is no failed attempt.
func (q *Queue) Reclaim(ctx context.Context) error {
	_, err := db.Write(ctx, q.db, q.program, func(tx *db.Tx) (int64, error) {
		return tx.ChangeAll(reclaim, db.Args{"now": tx.At()})
	})
	return err
}

// Stop takes no more work and waits for what is under way. When ctx ends first, that
// work is told to give up and goes back to the queue.
func (q *Queue) Stop(ctx context.Context) error {
	q.stopping.Do(func() { close(q.stop) })
	if !q.begun.Load() {
		return nil
	}
	done := make(chan struct{})
	go func() {
		<-q.ended
		q.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		q.giveUp()
		return nil
	case <-ctx.Done():
		q.giveUp()
	}
	select {
	case <-done:
	case <-time.After(time.Second): // it does not listen; its lease will run out
		slog.Warn("jobs were left under way", "n", q.busy.Load())
	}
	return ctx.Err()
}
