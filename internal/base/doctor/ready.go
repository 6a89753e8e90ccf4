package doctor

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"sync/atomic"

	"zhike/internal/platform/db"
	"zhike/internal/platform/db/snapshot"
)

// Readiness says whether a node may be sent work.
type Readiness struct {
	DB       *db.DB
	Clock    *Clock // nil: nobody looks at it
	stopping atomic.Bool
	fault    atomic.Pointer[string]
}

// full is a disk on which nothing more can be kept: room for a log to be folded.
const full = 16 << 20

// Stop says that the node takes no more work.
func (r *Readiness) Stop() { r.stopping.Store(true) }

// Fault turns the node red until it is taken back by "".
func (r *Readiness) Fault(why string) { r.fault.Store(&why) }

// Look reads every page of a SQLite database; a fault turns the node red until a look finds none.
func (r *Readiness) Look(ctx context.Context) error {
	if r.DB.Path() == "" {
		return nil
	}
	err := snapshot.Quick(ctx, r.DB.Path())
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		r.Fault("the database is damaged: restore a backup")
	default:
		r.Fault("")
	}
	return err
}

// Why is why the node takes no work; "" where it does.
func (r *Readiness) Why(ctx context.Context) string {
	if r.stopping.Load() {
		return "stopping"
	}
	if why := r.fault.Load(); why != nil && *why != "" {
		return *why
	}
	if r.Clock != nil {
		if why := r.Clock.Why(); why != "" {
			return why
		}
	}
	if path := r.DB.Path(); path != "" {
		if n, err := snapshot.Free(filepath.Dir(path)); err == nil && n < full {
			return "the disk is full"
		}
	}
	if _, err := db.Read(ctx, r.DB, program, func(*db.Tx) (int, error) { return 0, nil }); err != nil {
		return "the database does not answer"
	}
	return ""
}

// ServeHTTP answers GET /readyz: 503 with the reason.
func (r *Readiness) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if why := r.Why(req.Context()); why != "" {
		w.Header().Set("Retry-After", "2")
		http.Error(w, why, http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ready\n")
}
