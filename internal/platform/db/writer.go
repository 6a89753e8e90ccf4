package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"zhike/internal/platform/db/failure"
)

// A writer is SQLite's one writing connection. Syncing the disk is what a commit
// costs, so units that wait at the same time share one: each has its savepoint, and
// gets its answer after the common COMMIT.
type writer struct {
	session *session
	queue   chan *job
	stop    chan struct{}
	ended   chan struct{}
	running atomic.Pointer[string] // the goroutine that does the work under way
}

type job struct {
	ctx  context.Context
	work func(conn) error
	done chan error // holds one, so the writer never waits for a caller
	err  error
}

const (
	groupSize = 64
	groupTime = 5 * time.Millisecond
)

var (
	errClosed = ErrUnavailable.Because(errors.New("db: closed"))
	errGone   = errors.New("db: the work ended its goroutine")
)

func newWriter(pool *sql.DB) *writer {
	pool.SetMaxOpenConns(1)
	w := &writer{session: &session{pool: pool}, queue: make(chan *job, groupSize), stop: make(chan struct{}), ended: make(chan struct{})}
	go w.run()
	return w
}

// end waits for the work under way and takes no more.
func (w *writer) end() {
	close(w.stop)
	<-w.ended
}

// close folds the log into the file, so that the file alone is the database.
func (w *writer) close() error {
	ctx := context.Background()
	if err := w.session.renew(ctx); err == nil {
		_, _ = w.session.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)") // a reader elsewhere may hold it: the log stays then
	}
	w.session.close()
	return w.session.pool.Close()
}

// do waits for the answer even when ctx ends: the work may be under way, and only
// the writer knows whether it was kept.
func (w *writer) do(ctx context.Context, work func(conn) error) error {
	j := &job{ctx: ctx, work: work, done: make(chan error, 1)}
	select {
	case w.queue <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.stop:
		return errClosed
	}
	select {
	case err := <-j.done:
		return err
	case <-w.ended: // stopped with this job still in the queue, or just after it
		select {
		case err := <-j.done:
			return err
		default:
			return errClosed
		}
	}
}

func (w *writer) run() {
	defer close(w.ended)
	for {
		select {
		case <-w.stop:
			return
		case first := <-w.queue:
			w.group(first)
		}
	}
}

// group runs first and whoever is already waiting, and commits them together.
func (w *writer) group(first *job) {
	all := []*job{first}
	fail := func(err error) {
		w.session.broken = true // and with the connection goes all that was not committed
		for _, j := range all {
			j.done <- ErrUnavailable.Because(fmt.Errorf("db: the group was lost: %w", errors.Join(err, j.err)))
		}
	}
	ctx := context.Background()
	if err := w.session.renew(ctx); err != nil {
		fail(err)
		return
	}
	if _, err := w.session.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		fail(err)
		return
	}
	for start, j := time.Now(), first; j != nil; {
		if err := j.run(w, w.session); err != nil {
			fail(err)
			return
		}
		if j = nil; len(all) < groupSize && time.Since(start) < groupTime {
			select {
			case j = <-w.queue:
				all = append(all, j)
			default: // never waits for company
			}
		}
	}
	if _, err := w.session.ExecContext(ctx, "COMMIT"); err != nil {
		fail(err)
		return
	}
	for _, j := range all {
		j.done <- j.err
	}
}

// run does one job inside a savepoint. Its error is the job's own; what run returns
// is the connection's, which ends the group.
func (j *job) run(w *writer, c conn) error {
	if j.err = j.ctx.Err(); j.err != nil {
		return nil // given up while waiting
	}
	ctx := context.Background()
	if _, err := c.ExecContext(ctx, "SAVEPOINT job"); err != nil {
		return err
	}
	// On a goroutine of its own, because t.FailNow in a test's work would end the writer's.
	done := make(chan error)
	go func() {
		err := errGone
		defer func() { done <- err }()
		defer caught(&err)
		me := goroutine()
		w.running.Store(&me)
		defer w.running.Store(nil)
		err = j.work(c)
	}()
	if j.err = <-done; j.err != nil {
		if failure.Lost(j.err) {
			return j.err
		}
		if _, err := c.ExecContext(ctx, "ROLLBACK TO job"); err != nil {
			return err
		}
	}
	_, err := c.ExecContext(ctx, "RELEASE job")
	return err
}

// onIt says whether the caller is the work under way: a Write there would wait for itself.
func (w *writer) onIt() bool {
	running := w.running.Load()
	return running != nil && *running == goroutine()
}

// goroutine names the calling goroutine: the first words of its stack, some 600 ns.
func goroutine() string {
	var b [32]byte
	name, _, _ := strings.Cut(string(b[:runtime.Stack(b[:], false)]), " [")
	return name
}

// caught turns a panic into an error.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("db: the work panicked: %v\n%s", p, debug.Stack())
	}
}
