package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"zhike/internal/platform/db/failure"
	"zhike/internal/platform/db/record"
	"zhike/internal/platform/db/statement"
	"zhike/internal/platform/id"
)

// Args are the values of a query's :names. A slice stands for a list: IN (:ids).
type Args = statement.Args

// A Tx is a unit of work through the eyes of one viewer.
type Tx struct {
	*unit
	who Viewer
}

// A unit lives no longer than its request, so it carries the request's context.
type unit struct {
	caller  context.Context // asked between statements
	ctx     context.Context // given to statements
	conn    conn
	db      *DB
	now     time.Time
	after   []func()
	over    atomic.Bool
	reading bool
	owes    bool // an audited table was changed …
	noted   bool // … and the entry stands
	failed  bool // a statement failed: the unit may only end
}

type conn interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// Now is the one instant of the unit.
func (t *Tx) Now() time.Time { return t.now }

// At is Now as the database keeps instants: unix milliseconds UTC.
func (t *Tx) At() int64 { return t.now.UnixMilli() }

// Who is the viewer.
func (t *Tx) Who() Viewer { return t.who }

// After calls f once the work is kept. Mail and webhooks wait for it.
func (t *Tx) After(f func()) { t.after = append(t.after, f) }

// As is the same unit through other eyes: the program writes the audit entry of a user's change.
func (t *Tx) As(v Viewer) *Tx { return &Tx{t.unit, v} }

// NewID is a key that sorts by time.
func (t *Tx) NewID() string { return id.New(t.now) }

// Noted says that the audit entry of this unit's changes stands.
func (t *Tx) Noted() { t.noted = true }

// Lock makes units with the same key wait for one another until they end. SQLite has one writer anyway.
func (t *Tx) Lock(key string) error {
	if t.db.dialect.lock == "" {
		return nil
	}
	_, err := t.exec(t.db.dialect.lock, Args{"key": key})
	return err
}

// Notify says a word to every node that listens, exactly when this unit is kept: see db/wire.
// A file of one's own has no other nodes.
func (t *Tx) Notify(word string) error {
	if t.db.dialect.tell == "" {
		return nil
	}
	_, err := t.exec(t.db.dialect.tell, Args{"word": word})
	return err
}

// Counters holds the last number taken of every series.
var Counters = Internal("counters").Quiet()

const bump = `INSERT INTO counters (series, value) VALUES (:series, :n)
	ON CONFLICT (series) DO UPDATE SET value = counters.value + :n RETURNING value`

// Take takes n numbers of a series and gives the last of them, starting at n. Taken
// last in a unit, because it holds the series until the unit ends. Numbers of a unit
// that is not kept are handed out again: nobody saw them.
func (t *Tx) Take(series string, n int64) (int64, error) {
	var last int64
	err := t.query(bump, Args{"series": series, "n": n}, func(rows *sql.Rows) error {
		for rows.Next() {
			if err := rows.Scan(&last); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	return last, err
}

// With is what a caller adds to a query.
type With struct {
	Where []Cond
	Order Order
	After string // the cursor of a page
	Key   string // what else a cursor belongs to: the filter and the words sought
	Limit int
	By    By // of a query that groups

	Few bool // the rows are few: looked up and then sorted, and not looked for along the order
}

// All reads every row of q into T, column by column, by its db tags.
func All[T any](t *Tx, q Query, args Args) ([]T, error) { return Find[T](t, q, args, With{}) }

// Find is All with what a caller adds.
func Find[T any](t *Tx, q Query, args Args, w With) ([]T, error) {
	return find[T](t, q, args, w, every)
}

func find[T any](t *Tx, q Query, args Args, w With, after Cond) (out []T, err error) {
	if slices.ContainsFunc(w.Where, func(c Cond) bool { return c.few }) {
		w.Few = true
	} else if first, ok := t.branches(q, w, after); ok {
		w.Where, w.Few = append(slices.Clone(w.Where), first), true
	}
	text, values, err := q.fill(t, args, w, after)
	if err != nil {
		return nil, err
	}
	rows, err := t.start(text, values)
	if err != nil {
		return nil, err
	}
	out, err = record.Collect[T](rows)
	if err != nil {
		t.failed = true
		err = fmt.Errorf("%w in %s", failure.Of(err), q)
	}
	return out, err
}

// Claim is All over rows that no other unit holds, and holds them until this unit ends:
// two workers that look at the same moment find different rows.
func Claim[T any](t *Tx, q Query, args Args) ([]T, error) {
	text, values, err := q.fill(t, args, With{}, every)
	if err != nil {
		return nil, err
	}
	rows, err := t.start(text+t.db.dialect.claim, values)
	if err != nil {
		return nil, err
	}
	return record.Collect[T](rows)
}

// One reads the only row of q, or says ErrNotFound: a row out of sight does not exist.
func One[T any](t *Tx, q Query, args Args) (T, error) {
	rows, err := All[T](t, q, args)
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return rows[0], nil
}

// Maybe reads the first row of q, or says that there is none.
func Maybe[T any](t *Tx, q Query, args Args) (row T, ok bool, err error) {
	rows, err := All[T](t, q, args)
	if err != nil || len(rows) == 0 {
		return row, false, err
	}
	return rows[0], true, nil
}

// A Count is the row of a SELECT count(*) AS n.
type Count struct {
	N int64 `db:"n"`
}

// ready says whether another statement may run. A statement once begun runs to its
// end: breaking it off could end the whole group on SQLite.
func (t *Tx) ready() error {
	if t.over.Load() {
		return errOver
	}
	return t.caller.Err()
}

func (t *Tx) exec(text string, args Args) (int64, error) {
	b := &statement.Builder{Sign: t.db.dialect.sign}
	b.Add(text, args)
	if b.Wrong != nil {
		return 0, b.Wrong
	}
	return t.run(b.String(), b.Values)
}

func (t *Tx) run(text string, values []any) (int64, error) {
	if err := t.ready(); err != nil {
		return 0, err
	}
	if t.failed {
		return 0, errors.New("db: the unit goes on after a failed statement")
	}
	res, err := t.conn.ExecContext(t.ctx, text, values...)
	if err != nil {
		t.failed = true
		return 0, fmt.Errorf("%w in %s", failure.Of(err), text)
	}
	return res.RowsAffected()
}

func (t *Tx) start(text string, values []any) (*sql.Rows, error) {
	if err := t.ready(); err != nil {
		return nil, err
	}
	if t.failed {
		return nil, errors.New("db: the unit goes on after a failed statement")
	}
	rows, err := t.conn.QueryContext(t.ctx, text, values...)
	if err != nil {
		t.failed = true
		return nil, fmt.Errorf("%w in %s", failure.Of(err), text)
	}
	return rows, nil
}

func (t *Tx) query(text string, args Args, read func(*sql.Rows) error) error {
	b := &statement.Builder{Sign: t.db.dialect.sign}
	b.Add(text, args)
	if b.Wrong != nil {
		return b.Wrong
	}
	rows, err := t.start(b.String(), b.Values)
	if err != nil {
		return err
	}
	defer rows.Close()
	return read(rows)
}
