package job

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"zhike/internal/platform/db"
)

type lease struct {
	Name   string `db:"name"`
	Holder string `db:"holder"`
	Until  int64  `db:"until"`
}

// Lease runs fn where nobody else on any node runs what has this name, and says whether
// it did. fn's ctx ends when the lease is lost; fn must then stop within the ttl (at least 30 s).
func (q *Queue) Lease(ctx context.Context, name string, ttl time.Duration, fn func(context.Context) error) (bool, error) {
	ttl = max(ttl, MinLease)
	me := rand.Text()
	held, err := db.Write(ctx, q.db, q.program, func(tx *db.Tx) (bool, error) {
		until := tx.At() + ttl.Milliseconds()
		added, err := tx.InsertNew(leases, lease{name, me, until})
		if err != nil || added {
			return added, err
		}
		n, err := tx.ChangeAll(holdLease, db.Args{"name": name, "me": me, "until": until, "now": tx.At()})
		return n > 0, err
	})
	if err != nil || !held {
		return false, err
	}
	inside, cancel := context.WithCancel(ctx)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		q.hold(inside, cancel, name, me, ttl)
	}()
	defer func() {
		cancel()
		<-renewed
		if _, err := db.Write(context.WithoutCancel(ctx), q.db, q.program, func(tx *db.Tx) (int64, error) {
			return tx.ChangeAll(dropLease, db.Args{"name": name, "me": me})
		}); err != nil {
			slog.Warn("a lease was not given back", "name", name, "error", err)
		}
	}()
	return true, fn(inside)
}

func (q *Queue) hold(ctx context.Context, cancel context.CancelFunc, name, me string, ttl time.Duration) {
	beat := time.NewTicker(min(ttl/3, q.renewal))
	defer beat.Stop()
	until := q.db.Now().Add(ttl)
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
		n, err := db.Write(context.WithoutCancel(ctx), q.db, q.program, func(tx *db.Tx) (int64, error) {
			return tx.ChangeAll(keepLease, db.Args{"name": name, "me": me, "until": tx.At() + ttl.Milliseconds()})
		})
		switch {
		case err == nil && n > 0:
			until = q.db.Now().Add(ttl)
		case err == nil, !q.db.Now().Before(until): // taken over, or it may have been
			cancel()
			return
		}
	}
}
