// Package db is the only way to the database. A unit of work belongs to one viewer,
// runs checked queries only, and reaches only the rows that viewer may reach.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"zhike/internal/platform/db/failure"
	"zhike/internal/platform/db/lines"
	"zhike/internal/platform/fault"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

var (
	ErrDenied      = fault.New(fault.Denied, "forbidden")
	ErrNotYours    = fault.New(fault.Denied, "not_yours")    // you see it, you may not change it
	ErrNotFound    = fault.New(fault.NotFound, "not_found")  // or you do not see it, which says the same
	ErrStale       = fault.New(fault.Stale, "version_stale") // it is yours, but not as it was
	ErrTaken       = failure.Taken                           // a unique value that another row has
	ErrUnavailable = failure.Unavailable                     // with the time after which it may be again
	errOver        = errors.New("db: this unit of work is over")
	errNested      = errors.New("db: a Write inside a Write waits for itself: pass the tx down")
	errNoEntry     = errors.New("db: the unit changed an audited table and wrote no audit entry")
)

// Slow is how long a unit may hold the writer before it is logged.
const Slow = 50 * time.Millisecond

// DB has no query methods of its own: work happens in a Tx.
type DB struct {
	pool    *sql.DB // PostgreSQL's; SQLite's readers
	readers chan *session
	writer  *writer // SQLite's; nil on PostgreSQL
	dialect *dialect
	now     func() time.Time
	path    string
	address string
	lines   *lines.Lines // PostgreSQL's
	closed  sync.Once
	shut    chan struct{} // closed with SQLite's readers
	watch   atomic.Pointer[func(write bool, took time.Duration, err error)]
}

// Watch tells fn of every unit that ends.
func (d *DB) Watch(fn func(write bool, took time.Duration, err error)) { d.watch.Store(&fn) }

func (d *DB) watched(write bool, began time.Time, err *error) {
	if fn := d.watch.Load(); fn != nil {
		(*fn)(write, time.Since(began), *err)
	}
}

// Options of opening. Readers is the number of reading connections on SQLite (default 4).
type Options struct {
	Now     func() time.Time
	Readers int
	Relaxed bool // fsync off: for tests and bulk generators of throw-away data only
}

// Open opens "postgres://…" or the path of a SQLite file.
func Open(ctx context.Context, where string, o Options) (*DB, error) {
	if o.Now == nil {
		return nil, errors.New("db: no clock")
	}
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		return openPostgres(ctx, where, o)
	}
	return openSQLite(ctx, where, o)
}

// Close ends the writer after the work it has begun, and closes every connection. The
// writer's goes last, so that SQLite folds the log into the file.
func (d *DB) Close() error {
	var err error
	d.closed.Do(func() {
		if d.writer == nil {
			err = d.pool.Close()
			d.lines.End()
			return
		}
		d.writer.end()
		close(d.shut)
		for range cap(d.readers) {
			(<-d.readers).close()
		}
		err = errors.Join(d.pool.Close(), d.writer.close())
	})
	return err
}

// Engine names the database for documents, doctor and metrics; no code decides by it.
func (d *DB) Engine() string { return d.dialect.name }

// Now is the node's clock as every unit sees it.
func (d *DB) Now() time.Time { return d.now() }

// Path is the file of a SQLite database, "" elsewhere.
func (d *DB) Path() string { return d.path }

// Address is where a PostgreSQL is, with its password: for those who connect, never for words. "" elsewhere.
func (d *DB) Address() string { return d.address }

// Read does work that changes nothing, on one snapshot where the database gives one.
func Read[T any](ctx context.Context, d *DB, who Viewer, work func(*Tx) (T, error)) (out T, err error) {
	if who == nil {
		return out, ErrDenied
	}
	defer d.watched(false, time.Now(), &err)
	if d.writer == nil {
		return inPool(ctx, d, who, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}, work)
	}
	var s *session
	select {
	case s = <-d.readers:
	case <-d.shut:
		return out, errClosed
	case <-ctx.Done():
		return out, ctx.Err()
	}
	defer func() { d.readers <- s }()
	if err := s.renew(ctx); err != nil {
		return out, ErrUnavailable.Because(err)
	}
	u := &unit{caller: ctx, ctx: ctx, conn: s, db: d, now: d.now(), reading: true}
	if _, err := s.ExecContext(context.WithoutCancel(ctx), "BEGIN"); err != nil {
		s.broken = true
		return out, ErrUnavailable.Because(err)
	}
	err = errGone
	func() {
		defer caught(&err)
		defer u.over.Store(true)
		out, err = work(&Tx{u, who})
	}()
	if _, end := s.ExecContext(context.WithoutCancel(ctx), "COMMIT"); end != nil {
		s.broken = true
	}
	return finish(u, out, err)
}

// Write does work as one unit: all of it is kept, or none. The work may be done by
// another goroutine and must not be done twice, so it returns what it found.
func Write[T any](ctx context.Context, d *DB, who Viewer, work func(*Tx) (T, error)) (out T, err error) {
	if who == nil {
		return out, ErrDenied
	}
	if d.writer != nil && d.writer.onIt() {
		return out, errNested
	}
	defer d.watched(true, time.Now(), &err)
	tail, _ := ctx.Value(tailKey{}).(Tail)
	whole := func(tx *Tx) (T, error) {
		out, err := work(tx)
		if err == nil && tail != nil {
			err = tail(tx, out)
		}
		if err == nil && tx.failed {
			err = errors.New("db: the unit went on after a failed statement")
		}
		if err == nil && tx.owes && !tx.noted {
			err = errNoEntry
		}
		return out, err
	}
	if d.writer == nil {
		return inPool(ctx, d, who, nil, whole)
	}
	u := &unit{caller: ctx, ctx: context.WithoutCancel(ctx), db: d, now: d.now()}
	err = d.writer.do(ctx, func(c conn) (err error) {
		start := time.Now()
		u.conn = c
		defer func() {
			u.over.Store(true)
			if took := time.Since(start); took > Slow {
				slog.Warn("a unit of work held the writer", "ms", took.Milliseconds(), "who", who.ID())
			}
		}()
		out, err = whole(&Tx{u, who})
		return err
	})
	return finish(u, out, err)
}

// A Tail runs inside the unit of a Write, after its work and before its end; out is
// what the work returned. base/api keeps the idempotency key there.
type Tail func(tx *Tx, out any) error

type tailKey struct{}

// WithTail gives the next Write of ctx a tail.
func WithTail(ctx context.Context, t Tail) context.Context {
	return context.WithValue(ctx, tailKey{}, t)
}

func inPool[T any](ctx context.Context, d *DB, who Viewer, o *sql.TxOptions, work func(*Tx) (T, error)) (out T, err error) {
	tx, err := d.pool.BeginTx(ctx, o)
	if err != nil {
		return out, ErrUnavailable.Because(err)
	}
	u := &unit{caller: ctx, ctx: context.WithoutCancel(ctx), conn: tx, db: d, now: d.now(), reading: o != nil}
	defer tx.Rollback()
	err = errGone
	func() {
		defer caught(&err)
		defer u.over.Store(true)
		out, err = work(&Tx{u, who})
	}()
	if err == nil {
		if end := tx.Commit(); end != nil {
			err = ErrUnavailable.Because(end)
		}
	}
	return finish(u, out, err)
}

// finish gives nothing of work that was not kept.
func finish[T any](u *unit, out T, err error) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	for _, f := range u.after {
		f()
	}
	return out, nil
}

func openPostgres(ctx context.Context, url string, o Options) (*DB, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("db: the address of the database cannot be read") // not the cause: it holds the password
	}
	watched := lines.Watch(config, lines.Quiet, lines.Answer)
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(8)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	if err := pool.PingContext(ctx); err != nil {
		pool.Close()
		watched.End()
		return nil, fmt.Errorf("db: PostgreSQL does not answer: %w", err)
	}
	return &DB{pool: pool, lines: watched, dialect: onPostgres, now: o.Now, address: url}, nil
}
