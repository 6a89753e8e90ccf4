package job

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"runtime/debug"
	"sync/atomic"
	"time"

	"zhike/internal/platform/db"
)

func (q *Queue) loop() {
	defer close(q.ended)
	for {
		if err := q.turn(); err != nil {
			slog.Error("the queue could not look for work", "error", err)
		}
		select {
		case <-q.stop:
			return
		case <-q.woken:
		case <-time.After(q.poll + mathrand.N(q.poll)): // nodes do not look in step
		}
	}
}

// turn brings round what is due, gives lost jobs back and takes as many as there are free hands.
func (q *Queue) turn() error {
	if err := q.comeRound(); err != nil {
		return err
	}
	select {
	case <-q.stop:
		return nil
	default:
	}
	free := q.options.Workers - int(q.busy.Load())
	if free <= 0 {
		return nil
	}
	mine, err := q.claim(free)
	for _, j := range mine {
		q.busy.Add(1)
		q.running.Go(func() {
			defer q.wake() // there may be more
			defer q.busy.Add(-1)
			q.do(j)
		})
	}
	return err
}

func (q *Queue) claim(n int) ([]Job, error) {
	now := db.Args{"now": q.db.Now().UnixMilli(), "kinds": q.kinds()}
	found, err := db.Read(q.work, q.db, q.program, func(tx *db.Tx) (db.Count, error) { return db.One[db.Count](tx, anything, now) })
	if err != nil || found.N == 0 {
		return nil, err
	}
	return db.Write(q.work, q.db, q.program, func(tx *db.Tx) ([]Job, error) {
		lost := db.Args{"now": tx.At(), "most": q.options.Attempts, "error": "the worker was lost each time"}
		if _, err := tx.ChangeAll(buryLost, lost); err != nil {
			return nil, err
		}
		if _, err := tx.ChangeAll(rescue, lost); err != nil {
			return nil, err
		}
		rows, err := db.Claim[claimed](tx, due, db.Args{"now": tx.At(), "kinds": q.kinds(), "n": n})
		if err != nil || len(rows) == 0 {
			return nil, err
		}
		var mine []Job
		var ids []string
		token := rand.Text()
		for _, r := range rows {
			ids = append(ids, r.ID)
			mine = append(mine, Job{ID: r.ID, Kind: r.Kind, RunAs: r.RunAs, Attempt: int(r.Attempts) + 1,
				payload: r.Payload.V, token: token, queue: q, finished: &atomic.Bool{}})
		}
		_, err = tx.ChangeAll(take, db.Args{"ids": ids, "token": token, "until": tx.At() + q.options.Lease.Milliseconds()})
		return mine, err
	})
}

// do runs the handler while the lease is renewed, and then says how it went.
func (q *Queue) do(j Job) {
	ctx, cancel := context.WithCancel(q.work)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		q.keep(ctx, cancel, j)
	}()
	err := errors.New("job: the handler ended its goroutine")
	defer func() {
		if p := recover(); p != nil {
			slog.Error("a job panicked", "kind", j.Kind, "id", j.ID, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("job: the handler panicked: %v", p)
		}
		cancel()
		<-renewed
		q.settle(j, err)
	}()
	err = q.handlers[j.Kind](ctx, j)
}

// keep renews the lease until ctx ends, and ends ctx when the lease is lost.
func (q *Queue) keep(ctx context.Context, cancel context.CancelFunc, j Job) {
	beat := time.NewTicker(q.renewal)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
		if j.finished.Load() {
			return
		}
		n, err := db.Write(context.WithoutCancel(ctx), q.db, q.program, func(tx *db.Tx) (int64, error) {
			return tx.ChangeAll(renew, db.Args{"id": j.ID, "token": j.token, "until": tx.At() + q.options.Lease.Milliseconds()})
		})
		switch {
		case err != nil: // the lease still runs; the next beat tries again
			slog.Warn("a lease was not renewed", "kind", j.Kind, "id", j.ID, "error", err)
		case n == 0: // another has it
			cancel()
			return
		}
	}
}

// settle writes how a job went. Where even that fails, its lease runs out and it is done again.
func (q *Queue) settle(j Job, went error) {
	if j.finished.Load() {
		if went != nil {
			slog.Error("a job failed after its effect was kept", "kind", j.Kind, "id", j.ID, "error", went)
		}
		return
	}
	if errors.Is(went, ErrLost) {
		slog.Warn("a job was lost to another worker", "kind", j.Kind, "id", j.ID)
		return
	}
	stopped := went != nil && q.work.Err() != nil
	_, err := db.Write(context.Background(), q.db, q.program, func(tx *db.Tx) (int64, error) {
		about := db.Args{"id": j.ID, "token": j.token, "now": tx.At(), "error": brief(went), "uncounted": 0}
		switch {
		case went == nil:
			return 0, j.Finish(tx)
		case stopped: // our doing, not the job's
			about["at"], about["uncounted"] = tx.At(), 1
			return tx.ChangeAll(fail, about)
		case j.Attempt >= q.options.Attempts:
			return tx.ChangeAll(bury, about)
		}
		about["at"] = tx.At() + backoff(j.Attempt).Milliseconds()
		return tx.ChangeAll(fail, about)
	})
	if went != nil || err != nil {
		slog.Warn("a job failed", "kind", j.Kind, "id", j.ID, "attempt", j.Attempt, "error", errors.Join(went, err))
	}
}

// backoff grows with the square: 15 s, 1 min, 2 min 15 s … over an hour for ten attempts.
func backoff(attempt int) time.Duration { return time.Duration(attempt*attempt) * 15 * time.Second }

// brief is an error as the administrator reads it.
func brief(err error) string {
	if err == nil {
		return ""
	}
	text := []rune(err.Error())
	return string(text[:min(len(text), 1000)])
}
