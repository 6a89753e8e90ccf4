package db

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

type itself struct{}

func (itself) ID() string                   { return "" }
func (itself) Name() string                 { return "program:test" }
func (itself) Known() bool                  { return false }
func (itself) Program() bool                { return true }
func (itself) May(string) bool              { return true }
func (itself) Home() Home                   { return Home{} }
func (itself) Rows(Right, time.Time) []Cond { return nil }

type mark struct {
	ID string `db:"id"`
}

var (
	marks    = Internal("marks").Quiet()
	allMarks = SQL(`SELECT m.id FROM {marks m} ORDER BY m.id`, marks)
)

func file(t testing.TB, relaxed bool) *DB {
	d, err := Open(t.Context(), filepath.Join(t.TempDir(), "x.db"), Options{Now: time.Now, Relaxed: relaxed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Exec(t.Context(), `CREATE TABLE marks (id TEXT PRIMARY KEY)`); err != nil {
		t.Fatal(err)
	}
	return d
}

func put(ctx context.Context, d *DB, id string, then func(*Tx) error) error {
	_, err := Write(ctx, d, itself{}, func(tx *Tx) (int, error) {
		if err := tx.Insert(marks, mark{id}); err != nil {
			return 0, err
		}
		return 0, then(tx)
	})
	return err
}

func fine(*Tx) error { return nil }

func kept(t testing.TB, d *DB) string {
	all, err := Read(t.Context(), d, itself{}, func(tx *Tx) ([]mark, error) { return All[mark](tx, allMarks, nil) })
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(all)
}

// together holds the writer, so that all jobs that start meanwhile share one group.
func together(t *testing.T, d *DB, jobs ...func() error) []error {
	errs, hold := make([]error, len(jobs)), make(chan struct{})
	var all sync.WaitGroup
	held := make(chan struct{})
	all.Go(func() { put(t.Context(), d, "0", func(*Tx) error { close(held); <-hold; return nil }) })
	<-held
	for i, j := range jobs {
		all.Go(func() { errs[i] = j() })
		for len(d.writer.queue) <= i { // one after the other, in order
			time.Sleep(time.Millisecond)
		}
	}
	time.Sleep(groupTime) // so that the first is a group of its own
	close(hold)
	all.Wait()
	return errs
}

// TestNeighbours puts units that go wrong in every way beside units that go well.
func TestNeighbours(t *testing.T) {
	d := file(t, true)
	ctx, cancel := context.WithCancel(t.Context())
	errs := together(t, d,
		func() error { return put(t.Context(), d, "1", fine) },
		func() error { return put(t.Context(), d, "x1", func(*Tx) error { panic("oh") }) },
		func() error { return put(t.Context(), d, "2", func(*Tx) error { cancel(); return nil }) },
		func() error { return put(ctx, d, "x2", func(*Tx) error { t.Error("ran"); return nil }) },
		func() error { return put(t.Context(), d, "1", fine) },
		func() error { return put(t.Context(), d, "x3", func(*Tx) error { runtime.Goexit(); return nil }) },
		func() error {
			return put(t.Context(), d, "x4", func(tx *Tx) error {
				tx.exec("INSERT INTO nowhere VALUES (1)", nil)
				return nil // as if nothing had happened
			})
		},
		func() error {
			var gone *Tx
			put(t.Context(), d, "3", func(tx *Tx) error { gone = tx; return nil })
			return gone.Insert(marks, mark{"x5"})
		},
	)
	for i, want := range []string{"nil", "panicked: oh", "nil", "canceled", "duplicate_same", "ended its goroutine", "after a failed statement", "is over"} {
		if got := fmt.Sprint(errs[i]); !strings.Contains(got, want) {
			t.Errorf("unit %d: %v, want %q", i, errs[i], want)
		}
	}
	if got := kept(t, d); got != "[{0} {1} {2} {3}]" {
		t.Errorf("kept %s", got)
	}
}

const slow = `INSERT INTO marks WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) SELECT 'x' || x FROM n`

// TestCancelled has a caller leave while a statement runs. It runs to its end (to
// break it off would undo the neighbour too), but the unit does not go on.
func TestCancelled(t *testing.T) {
	d := file(t, true)
	ctx, cancel := context.WithCancel(t.Context())
	errs := together(t, d,
		func() error { return put(t.Context(), d, "1", fine) },
		func() error {
			return put(ctx, d, "x", func(tx *Tx) error {
				time.AfterFunc(time.Millisecond, cancel)
				if _, err := tx.exec(slow, nil); err != nil {
					t.Errorf("broken off: %v", err)
				}
				<-ctx.Done()
				return tx.Insert(marks, mark{"y"})
			})
		},
	)
	if errs[0] != nil || !errors.Is(errs[1], context.Canceled) || kept(t, d) != "[{0} {1}]" {
		t.Errorf("%v, kept %s", errs, kept(t, d))
	}
}

// TestLost breaks the connection under a group: everyone learns it, and the next group works.
func TestLost(t *testing.T) {
	d := file(t, true)
	errs := together(t, d,
		func() error { return put(t.Context(), d, "1", fine) },
		func() error {
			return put(t.Context(), d, "2", func(tx *Tx) error { _, err := tx.conn.ExecContext(t.Context(), "ROLLBACK"); return err })
		},
		func() error { return put(t.Context(), d, "3", fine) },
	)
	if !errors.Is(errs[0], ErrUnavailable) || !errors.Is(errs[1], ErrUnavailable) || errs[2] != nil {
		t.Errorf("%v", errs)
	}
	if got := kept(t, d); got != "[{0} {3}]" {
		t.Errorf("kept %s", got)
	}
}

// TestLostReader has a reading connection break: the next Read takes a new one.
func TestLostReader(t *testing.T) {
	d := file(t, true)
	put(t.Context(), d, "1", fine)
	for range cap(d.readers) {
		s := <-d.readers
		s.broken = s.renew(t.Context()) == nil
		d.readers <- s
	}
	if got := kept(t, d); got != "[{1}]" {
		t.Errorf("read %s", got)
	}
}

func TestWriteInsideWriteIsRefused(t *testing.T) {
	d := file(t, true)
	err := put(t.Context(), d, "1", func(*Tx) error {
		if err := put(t.Context(), d, "x", fine); !errors.Is(err, errNested) {
			t.Errorf("inside, it answers %v", err)
		}
		return nil
	})
	if err != nil || kept(t, d) != "[{1}]" {
		t.Errorf("%v, kept %s", err, kept(t, d))
	}
}

func TestAfterCloseNothingIsKeptOrHangs(t *testing.T) {
	path := file(t, true).Path()
	d, err := Open(t.Context(), path, Options{Now: time.Now, Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	told := 0
	for i := range 200 {
		all.Go(func() {
			if put(t.Context(), d, fmt.Sprint(i), fine) == nil {
				mu.Lock()
				told++
				mu.Unlock()
			}
		})
	}
	time.Sleep(2 * time.Millisecond)
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	all.Wait()
	if err := put(t.Context(), d, "late", fine); !errors.Is(err, ErrUnavailable) {
		t.Errorf("after the end it answers %v", err)
	}
	again, err := Open(t.Context(), path, Options{Now: time.Now, Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if got := len(strings.Fields(strings.Trim(kept(t, again), "[]"))); got != told {
		t.Errorf("%d units were told that they are kept, and %d are", told, got)
	}
}

func rate(t testing.TB, writers, each int) float64 {
	d, start := file(t, false), time.Now()
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				if err := put(t.Context(), d, fmt.Sprint(w, "-", i), fine); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	return float64(writers*each) / time.Since(start).Seconds()
}

func TestGroupCommit(t *testing.T) {
	var one, many float64
	for range 3 { // a busy machine may spoil a try
		if one, many = rate(t, 1, 100), rate(t, 32, 30); many >= 1.3*one {
			t.Logf("32 writers keep %.0f units/s, one keeps %.0f", many, one)
			return
		}
	}
	t.Errorf("32 writers keep %.0f units/s, one keeps %.0f", many, one)
}

func BenchmarkWrite(b *testing.B) {
	for _, writers := range []int{1, 32} {
		b.Run(fmt.Sprint(writers, " writers"), func(b *testing.B) {
			b.ReportMetric(rate(b, writers, 1+b.N/writers), "units/s")
		})
	}
}
