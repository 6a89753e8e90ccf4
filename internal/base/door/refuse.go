package door

import (
	"context"
	"sync"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
)

// told remembers which refusals of this minute are in the log already: a loop of refused
// calls must not bury it. Of each node for itself; past the bound it forgets them all.
type told struct {
	mu sync.Mutex
	at map[string]int64
}

const toldMost = 10_000

func (t *told) first(key string, now int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if last, ok := t.at[key]; ok && now-last < time.Minute.Milliseconds() {
		return false
	}
	if t.at == nil || len(t.at) >= toldMost {
		t.at = map[string]int64{}
	}
	t.at[key] = now
	return true
}

// Refused logs that somebody asked for what he may not do.
func (s *Service) Refused(ctx context.Context, who access.Actor, op api.Operation) {
	call := op.Method + " " + op.Path
	s.refused(ctx, who, who.ID()+" "+call, audit.Entry{Action: "access.refuse", Kind: "user", Record: who.ID(),
		Details: map[string]any{"operation": call, "permission": op.Permission, "token": who.Bounded()}})
}

// refused notes an entry, once a minute for each key. The answer is a refusal already: it
// does not wait for a log that cannot be written, which the sealer and readyz tell of.
func (s *Service) refused(ctx context.Context, who access.Actor, key string, e audit.Entry) {
	if !s.told.first(key, s.DB.Now().UnixMilli()) {
		return
	}
	if !who.Known() {
		who = program.From(who.Origin())
	}
	_, _ = db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) { return 0, audit.Note(tx, e) })
}
