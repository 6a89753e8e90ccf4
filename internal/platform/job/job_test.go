package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // jobs that fail are what these tests are about
	os.Exit(m.Run())
}

type itself struct{}

func (itself) ID() string                         { return "" }
func (itself) Name() string                       { return "program:job test" }
func (itself) Known() bool                        { return false }
func (itself) Program() bool                      { return true }
func (itself) May(string) bool                    { return true }
func (itself) Home() db.Home                      { return db.Home{} }
func (itself) Rows(db.Right, time.Time) []db.Cond { return nil }

var (
	start = time.Date(2026, 11, 21, 4, 0, 0, 0, time.UTC) // noon in Shanghai
	all   = db.SQL(`SELECT j.id, j.kind, j.state, j.attempts, j.run_at, j.error FROM {jobs j} ORDER BY j.id`, jobs)
)

type seen struct {
	ID       string `db:"id"`
	Kind     string `db:"kind"`
	State    string `db:"state"`
	Attempts int64  `db:"attempts"`
	RunAt    int64  `db:"run_at"`
	Error    string `db:"error"`
}

// each runs test on both databases with a clock that stands still.
func each(t *testing.T, test func(t *testing.T, d *db.DB, now *clock.Hand)) {
	now := clock.At(start)
	dbtest.Each(t, now.Now, func(t *testing.T, d *db.DB) {
		now.Set(start)
		test(t, d, now)
	})
}

func queue(t *testing.T, d *db.DB) *Queue {
	q := NewQueue(d, itself{}, Options{})
	q.poll = 3 * time.Millisecond
	t.Cleanup(func() { stop(t, q) })
	return q
}

func stop(t *testing.T, q *Queue) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := q.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func enqueue(t *testing.T, q *Queue, all ...New) {
	t.Helper()
	write(t, q, func(tx *db.Tx) error {
		for _, n := range all {
			if err := q.Enqueue(tx, n); err != nil {
				return err
			}
		}
		return nil
	})
}

func write(t *testing.T, q *Queue, f func(*db.Tx) error) {
	t.Helper()
	if _, err := db.Write(t.Context(), q.db, itself{}, func(tx *db.Tx) (int, error) { return 0, f(tx) }); err != nil {
		t.Fatal(err)
	}
}

func table(t *testing.T, d *db.DB) []seen {
	t.Helper()
	rows, err := db.Read(t.Context(), d, itself{}, func(tx *db.Tx) ([]seen, error) { return db.All[seen](tx, all, nil) })
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// states counts the jobs by state, like "done 3, waiting 1".
func states(t *testing.T, d *db.DB) string {
	t.Helper()
	n := map[string]int{}
	for _, r := range table(t, d) {
		n[r.State]++
	}
	var said []string
	for s, k := range n {
		said = append(said, fmt.Sprint(s, " ", k))
	}
	slices.Sort(said)
	return strings.Join(said, ", ")
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 4000 {
		if ok() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("waited 20 s in vain: %s", what)
}

// effect is work whose effect is one number in a counter of the job's own.
func effect(d *db.DB, twice *atomic.Int64) Handler {
	return func(ctx context.Context, j Job) error {
		_, err := db.Write(ctx, d, itself{}, func(tx *db.Tx) (int, error) {
			if err := j.Finish(tx); err != nil {
				return 0, err
			}
			n, err := tx.Take("effect:"+j.ID, 1)
			if n > 1 {
				twice.Add(1)
			}
			return 0, err
		})
		return err
	}
}

func TestAJobStandsOrFallsWithItsUnit(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, _ *clock.Hand) {
		q := queue(t, d)
		var ran atomic.Int64
		q.Register("greet", func(_ context.Context, j Job) error {
			var name string
			if err := j.Into(&name); err != nil || name != "wang" || j.RunAs != "u1" || j.Attempt != 1 {
				t.Errorf("the handler got %q as %q, attempt %d, %v", name, j.RunAs, j.Attempt, err)
			}
			ran.Add(1)
			return nil
		})
		q.Start()
		undo := errors.New("undo")
		_, err := db.Write(t.Context(), d, itself{}, func(tx *db.Tx) (int, error) {
			return 0, errors.Join(q.Enqueue(tx, New{Kind: "greet", Payload: "nobody"}), undo)
		})
		if !errors.Is(err, undo) || len(table(t, d)) != 0 {
			t.Fatalf("the rolled-back unit left %d jobs, %v", len(table(t, d)), err)
		}
		enqueue(t, q, New{Kind: "greet", Payload: "wang", RunAs: "u1"})
		until(t, "the job is done", func() bool { return states(t, d) == "done 1" })
		if ran.Load() != 1 {
			t.Errorf("it ran %d times", ran.Load())
		}
		_, err = db.Write(t.Context(), d, itself{}, func(tx *db.Tx) (int, error) { return 0, q.Enqueue(tx, New{Kind: "gret"}) })
		if err == nil || !strings.Contains(err.Error(), `nobody does "gret"`) {
			t.Errorf("a misspelled kind was taken: %v", err)
		}
	})
}

func TestAUniqueKeyIsWorkOnce(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, now *clock.Hand) {
		q := queue(t, d)
		q.Register("tidy", func(context.Context, Job) error { return nil })
		later := now.Now().Add(time.Hour)
		for range 3 {
			enqueue(t, q, New{Kind: "tidy", Unique: "tidy:c1", RunAt: later}, New{Kind: "tidy", RunAt: later})
		}
		enqueue(t, q, New{Kind: "tidy", Unique: "tidy:c2", RunAt: later})
		if got := states(t, d); got != "waiting 5" {
			t.Fatalf("three times one key, three without and one other make %q, wants waiting 5", got)
		}
		q.Start()
		time.Sleep(30 * time.Millisecond)
		if got := states(t, d); got != "waiting 5" {
			t.Fatalf("before their hour the jobs are %q", got)
		}
		now.Advance(2 * time.Hour)
		until(t, "all are done", func() bool { return states(t, d) == "done 5" })
		enqueue(t, q, New{Kind: "tidy", Unique: "tidy:c1"})
		until(t, "a key is free again once its job is done", func() bool { return states(t, d) == "done 6" })
	})
}

// TestKilledWorker has one of three queues take 20 jobs and die. A tenth of the jobs fail once.
func TestKilledWorker(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, now *clock.Hand) {
		const n = 300
		var twice, failed atomic.Int64
		work := func(ctx context.Context, j Job) error {
			var i int
			if err := j.Into(&i); err != nil {
				return err
			}
			if i%10 == 0 && j.Attempt == 1 {
				failed.Add(1)
				return errors.New("not today")
			}
			return effect(d, &twice)(ctx, j)
		}
		var queues []*Queue
		for range 3 {
			q := queue(t, d)
			q.Register("count", work)
			queues = append(queues, q)
		}
		for i := range n {
			enqueue(t, queues[0], New{Kind: "count", Payload: i + 1})
		}
		dead, err := queues[0].claim(20)
		if err != nil || len(dead) != 20 {
			t.Fatalf("claimed %d, %v", len(dead), err)
		}
		queues[1].Start()
		queues[2].Start()
		until(t, "all but the killed worker's and the failed", func() bool {
			return strings.HasPrefix(states(t, d), fmt.Sprintf("done %d, running 20", n-20-n/10+2))
		})
		now.Advance(2 * time.Minute)
		until(t, "everything is done", func() bool {
			if now.Advance(5 * time.Second); strings.Contains(states(t, d), "dead") {
				t.Fatal("a job died")
			}
			return states(t, d) == fmt.Sprintf("done %d", n)
		})
		for _, j := range dead { // the killed one was only asleep
			if err := work(t.Context(), Job{ID: j.ID, Kind: j.Kind, Attempt: 2, payload: j.payload, token: j.token, queue: queues[0], finished: j.finished}); !errors.Is(err, ErrLost) {
				t.Fatalf("the sleeper finished a job of another: %v", err)
			}
		}
		if want := int64(n/10 - 2); failed.Load() != want || twice.Load() != 0 { // two of them had their first life with the killed worker
			t.Errorf("%d failed once, wants %d; %d effects happened twice", failed.Load(), want, twice.Load())
		}
	})
}

func TestBackoffAndDeadLetters(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, now *clock.Hand) {
		q := queue(t, d)
		q.options.Attempts = 3
		var well atomic.Bool
		q.Register("send", func(_ context.Context, j Job) error {
			switch {
			case well.Load():
				return nil
			case j.Attempt == 2:
				panic("oh")
			}
			return fmt.Errorf("no answer, attempt %d", j.Attempt)
		})
		enqueue(t, q, New{Kind: "send", RunAs: "u7"})
		q.Start()
		for attempt, wait := range []time.Duration{15 * time.Second, time.Minute} {
			until(t, "it failed and waits", func() bool {
				r := table(t, d)[0]
				return r.State == waiting && r.Attempts == int64(attempt+1)
			})
			if r := table(t, d)[0]; r.RunAt != now.Now().Add(wait).UnixMilli() {
				t.Fatalf("after attempt %d it waits %v, wants %v", attempt+1, time.UnixMilli(r.RunAt).Sub(now.Now()), wait)
			}
			now.Advance(wait - time.Second)
			time.Sleep(20 * time.Millisecond)
			if r := table(t, d)[0]; r.Attempts != int64(attempt+1) {
				t.Fatal("it did not wait")
			}
			now.Advance(time.Second)
		}
		until(t, "it is dead", func() bool { return states(t, d) == "dead 1" })
		var letter Letter
		write(t, q, func(tx *db.Tx) error {
			all, err := q.Dead(tx, 10)
			if err == nil && len(all) == 1 {
				letter = all[0]
			}
			return err
		})
		if letter.Kind != "send" || letter.RunAs != "u7" || letter.Attempts != 3 || letter.Error != "no answer, attempt 3" {
			t.Errorf("the dead letter says %+v", letter)
		}
		well.Store(true)
		write(t, q, func(tx *db.Tx) error { return q.Again(tx, letter.ID) })
		until(t, "an administrator had it tried again", func() bool { return states(t, d) == "done 1" })
		_, err := db.Write(t.Context(), d, itself{}, func(tx *db.Tx) (int, error) { return 0, q.Again(tx, letter.ID) })
		if !errors.Is(err, db.ErrNotFound) {
			t.Errorf("a job that is done was tried again: %v", err)
		}
	})
}

// TestPoison is a job that takes its worker down each time.
func TestPoison(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, now *clock.Hand) {
		q := queue(t, d)
		q.options.Attempts = 3
		q.Register("poison", func(context.Context, Job) error { return nil })
		enqueue(t, q, New{Kind: "poison"})
		for i := range 3 {
			if got, err := q.claim(5); err != nil || len(got) != 1 || got[0].Attempt != i+1 {
				t.Fatalf("life %d took %d jobs, %v", i+1, len(got), err)
			}
			if got, err := q.claim(5); err != nil || len(got) != 0 {
				t.Fatalf("a job under a lease was taken again: %v, %v", got, err)
			}
			now.Advance(q.options.Lease + time.Millisecond)
		}
		if got, err := q.claim(5); err != nil || len(got) != 0 {
			t.Fatalf("after three lost workers it was taken again: %v, %v", got, err)
		}
		if r := table(t, d)[0]; r.State != "dead" || r.Error != "the worker was lost each time" {
			t.Errorf("it is %s: %q", r.State, r.Error)
		}
	})
}

func TestALongJobKeepsItsLease(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, now *clock.Hand) {
		var twice, begun atomic.Int64
		release := make(chan struct{})
		slow := func(ctx context.Context, j Job) error {
			begun.Add(1)
			select {
			case <-release:
			case <-ctx.Done():
				return ctx.Err()
			}
			return effect(d, &twice)(ctx, j)
		}
		a, b := queue(t, d), queue(t, d)
		a.renewal = 2 * time.Millisecond
		a.Register("slow", slow)
		b.Register("slow", slow)
		a.Start()
		enqueue(t, a, New{Kind: "slow"})
		until(t, "it is under way", func() bool { return begun.Load() == 1 })
		b.Start()
		for range 10 { // ten half leases: five leases' length
			now.Advance(a.options.Lease / 2)
			until(t, "the lease is renewed", func() bool { return leaseOf(t, d) == now.Now().Add(a.options.Lease).UnixMilli() })
			time.Sleep(10 * time.Millisecond) // in which b looks for work
		}
		if begun.Load() != 1 {
			t.Errorf("it was begun %d times", begun.Load())
		}
		close(release)
		until(t, "it is done", func() bool { return states(t, d) == "done 1" })
	})
}

var findLease = db.SQL(`SELECT max(j.lease_until) AS n FROM {jobs j}`, jobs)

func leaseOf(t *testing.T, d *db.DB) int64 {
	t.Helper()
	n, err := db.Read(t.Context(), d, itself{}, func(tx *db.Tx) (db.Count, error) { return db.One[db.Count](tx, findLease, nil) })
	if err != nil {
		t.Fatal(err)
	}
	return n.N
}

func TestPeriodicWorkCatchesUpOnce(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, now *clock.Hand) {
		shanghai, err := time.LoadLocation("Asia/Shanghai")
		if err != nil {
			t.Fatal(err)
		}
		var minutes, days atomic.Int64
		node := func() *Queue {
			q := queue(t, d)
			q.options.Zone = func(*db.Tx) (*time.Location, error) { return shanghai, nil }
			q.Every("minutely", Interval(time.Minute), func(context.Context, Job) error { minutes.Add(1); return nil })
			q.Every("daily", DailyAt(2, 30), func(context.Context, Job) error { days.Add(1); return nil })
			return q
		}
		a, b, c := node(), node(), node()
		count := func(what string, m, n int64) {
			t.Helper()
			until(t, fmt.Sprintf("%s: %d, wants %d by the minute; %d, wants %d by the day", what, minutes.Load(), m, days.Load(), n), func() bool {
				// A round that comes while the last one is not yet written down as done is left out.
				at := states(t, d)
				return minutes.Load() == m && days.Load() == n && !strings.Contains(at, running) && !strings.Contains(at, waiting)
			})
			time.Sleep(30 * time.Millisecond)
			if minutes.Load() != m || days.Load() != n {
				t.Fatalf("%s: ran %d times by the minute and %d by the day, wants %d and %d", what, minutes.Load(), days.Load(), m, n)
			}
		}
		for _, q := range []*Queue{a, b, c} {
			q.Start()
		}
		until(t, "the schedules stand", func() bool {
			return next(t, d, "daily") > 0 && next(t, d, "minutely") > 0 && next(t, d, "job.sweep") > 0
		})
		if want := time.Date(2026, 11, 22, 2, 30, 0, 0, shanghai).UnixMilli(); next(t, d, "daily") != want {
			t.Errorf("at noon, 02:30 comes round at %v", time.UnixMilli(next(t, d, "daily")).In(shanghai))
		}
		count("before the first minute", 0, 0)
		for i := range int64(5) {
			now.Advance(time.Minute)
			count(fmt.Sprint("minute ", i+1), i+1, 0)
		}
		now.Advance(10*24*time.Hour + 20*time.Second)
		count("after ten days of downtime", 6, 1)
		now.Advance(39 * time.Second)
		count("the beat of the minute is kept", 6, 1)
		now.Advance(time.Second)
		count("the beat of the minute is kept", 7, 1)
	})
}

var findNext = db.SQL(`SELECT s.name, s.next_at FROM {schedules s} WHERE s.name = :name`, schedules)

func next(t *testing.T, d *db.DB, name string) int64 {
	t.Helper()
	s, err := db.Read(t.Context(), d, itself{}, func(tx *db.Tx) (scheduled, error) {
		s, _, err := db.Maybe[scheduled](tx, findNext, db.Args{"name": name})
		return s, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s.NextAt
}

func TestARhythmMadeFasterCounts(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, now *clock.Hand) {
		for _, every := range []time.Duration{24 * time.Hour, time.Minute} {
			q := queue(t, d)
			q.Every("report", Interval(every), func(context.Context, Job) error { return nil })
			if err := q.comeRound(); err != nil {
				t.Fatal(err)
			}
			if got := time.Duration(next(t, d, "report")-now.Now().UnixMilli()) * time.Millisecond; got != every {
				t.Errorf("with a rhythm of %v it comes round in %v", every, got)
			}
		}
	})
}

func TestDailyIsTheCompanysDay(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ now, want string }{
		{"2026-11-21T02:29:59+01:00", "2026-11-21T02:30:00+01:00"},
		{"2026-11-21T02:30:00+01:00", "2026-11-22T02:30:00+01:00"},
		{"2026-03-28T12:00:00+01:00", "2026-03-29T03:30:00+02:00"}, // 02:30 does not exist that night
		{"2026-03-29T12:00:00+02:00", "2026-03-30T02:30:00+02:00"},
		{"2026-10-24T12:00:00+02:00", "2026-10-25T02:30:00+01:00"}, // 02:30 comes twice: once is enough
		{"2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00"},
	} {
		now, _ := time.Parse(time.RFC3339, c.now)
		if got := DailyAt(2, 30).next(now, now, berlin).Format(time.RFC3339); got != c.want {
			t.Errorf("after %s comes %s, wants %s", c.now, got, c.want)
		}
	}
}

var findHeld = db.SQL(`SELECT max(l.until) AS n FROM {leases l}`, leases)

func heldUntil(t *testing.T, d *db.DB) int64 {
	t.Helper()
	n, err := db.Read(t.Context(), d, itself{}, func(tx *db.Tx) (db.Count, error) { return db.One[db.Count](tx, findHeld, nil) })
	if err != nil {
		t.Fatal(err)
	}
	return n.N
}

func TestALeaseIsOneNodes(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, now *clock.Hand) {
		a, b := queue(t, d), queue(t, d)
		a.renewal = 2 * time.Millisecond
		var holders, most atomic.Int64
		inside := func(hold time.Duration) func(context.Context) error {
			return func(context.Context) error {
				most.Store(max(most.Load(), holders.Add(1)))
				time.Sleep(hold)
				holders.Add(-1)
				return nil
			}
		}
		var runs atomic.Int64
		var everybody sync.WaitGroup
		for i := range 20 {
			everybody.Go(func() {
				for range 5 {
					held, err := []*Queue{a, b}[i%2].Lease(t.Context(), "sealer", time.Minute, inside(time.Millisecond))
					if err != nil {
						t.Error(err)
					}
					if held {
						runs.Add(1)
					}
				}
			})
		}
		everybody.Wait()
		if most.Load() != 1 || runs.Load() == 0 {
			t.Errorf("%d held it at once, it was held %d times", most.Load(), runs.Load())
		}

		held, err := a.Lease(t.Context(), "sealer", time.Minute, func(ctx context.Context) error {
			for range 6 { // held for three times its length, because it is renewed
				now.Advance(30 * time.Second)
				until(t, "the lease is renewed", func() bool { return heldUntil(t, d) == now.Now().Add(time.Minute).UnixMilli() })
				if held, err := b.Lease(ctx, "sealer", time.Minute, inside(0)); held || err != nil {
					t.Fatalf("another took a lease that is renewed: %v, %v", held, err)
				}
			}
			return errors.New("said by the work")
		})
		if !held || err == nil || err.Error() != "said by the work" {
			t.Errorf("held %v, %v", held, err)
		}

		a.renewal = 30 * time.Millisecond
		if _, err := a.Lease(t.Context(), "sealer", time.Minute, func(ctx context.Context) error {
			now.Advance(2 * time.Minute) // asleep for longer than the lease
			if held, err := b.Lease(t.Context(), "sealer", time.Minute, func(context.Context) error {
				select {
				case <-ctx.Done():
				case <-time.After(10 * time.Second):
					t.Error("the sleeper was not told that it lost the lease")
				}
				return nil
			}); !held || err != nil {
				t.Errorf("a lease that ran out was not free: %v, %v", held, err)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestStopWaitsForWorkUnderWay(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, _ *clock.Hand) {
		var twice atomic.Int64
		begun, release := make(chan struct{}, 1), make(chan struct{})
		q := queue(t, d)
		q.options.Workers = 1
		q.Register("slow", func(ctx context.Context, j Job) error {
			begun <- struct{}{}
			<-release
			return effect(d, &twice)(ctx, j)
		})
		enqueue(t, q, New{Kind: "slow"}, New{Kind: "slow"})
		q.Start()
		<-begun
		time.AfterFunc(50*time.Millisecond, func() { close(release) })
		stop(t, q)
		if got := states(t, d); got != "done 1, waiting 1" {
			t.Errorf("after the stop the jobs are %q, wants the one under way done and the other waiting", got)
		}
	})
}

func TestStopThatCannotWaitGivesWorkBack(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, _ *clock.Hand) {
		begun := make(chan struct{}, 1)
		q := queue(t, d)
		q.Register("endless", func(ctx context.Context, j Job) error {
			begun <- struct{}{}
			<-ctx.Done()
			return ctx.Err()
		})
		enqueue(t, q, New{Kind: "endless"})
		q.Start()
		<-begun
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if err := q.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("stopped with %v", err)
		}
		if r := table(t, d)[0]; r.State != waiting || r.Attempts != 0 {
			t.Errorf("the job is %s after %d attempts, wants waiting and none counted", r.State, r.Attempts)
		}
	})
}

func TestSweepForgetsWhatIsLongDone(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, now *clock.Hand) {
		q := queue(t, d)
		q.Register("ok", func(context.Context, Job) error { return nil })
		enqueue(t, q, New{Kind: "ok"})
		q.Start()
		until(t, "the job is done", func() bool { return states(t, d) == "done 1" })
		now.Advance(keptDone + time.Minute)
		until(t, "only the sweep's own row is left", func() bool {
			rows := table(t, d)
			return len(rows) == 1 && rows[0].Kind == "job.sweep" && rows[0].State == "done"
		})
	})
}
