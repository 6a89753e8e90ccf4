// Package keyring turns the keys that wrap everybody's keys: a new one is made, each subject's
// key is wrapped by it, and the old one goes at the next turn.
//
// The sealed keyset lies in the database, where every node finds it, and a copy in the data
// folder, with which a program starts. The key-encryption key that opens both is in neither.
package keyring

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/audit"
	"zhike/internal/base/privacy"
	"zhike/internal/base/setting"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
)

// Job wraps what older keys wrapped.
const Job = "keys.rewrap"

var (
	// ErrUnderWay is a turn while an earlier one is not done.
	ErrUnderWay = errors.New("keyring: an earlier turn of the keys is not done: see zhike keys status")
	// ErrForeign is a keyset of the database that no key of this folder opens.
	ErrForeign = errors.New("keyring: the keyset of the database opens with none of the key-encryption keys of this folder")

	program = access.Program("keys")
)

// settled is how long after a turn the old keys may go, when no subject's key is wrapped by them:
// every node has the new ones by then, and the files of imports, which are wrapped, too, and kept
// for 31 days, are forgotten.
const settled = 40 * 24 * time.Hour

// Ring is the keys of one node.
type Ring struct {
	DB    *db.DB
	Vault *privacy.Vault
	Queue *job.Queue
	Store func(sealed []byte) error // keeps the folder's copy; nil where there is no folder
	Older func() ([][]byte, error)  // key-encryption keys that were in use before

	taking sync.Mutex // whoever asked for a turn and its job may take the keys at one moment
}

// kept is the keyset as the database holds it.
type kept struct {
	Sealed string `json:"sealed"`
	At     int64  `json:"at"`   // of the last turn
	Done   int64  `json:"done"` // when nothing was left of it; 0 while it goes on
}

const where = "keyset"

func read(tx *db.Tx) (k kept, sealed []byte, err error) {
	text, err := setting.Meta(tx, where)
	if err != nil || text == "" {
		return k, nil, err
	}
	if err = json.Unmarshal([]byte(text), &k); err == nil {
		sealed, err = base64.StdEncoding.DecodeString(k.Sealed)
	}
	return k, sealed, err
}

func keep(tx *db.Tx, k kept) error {
	text, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return setting.SetMeta(tx, where, string(text))
}

// Turn makes a new key and has everything wrapped by it. Keys by which nothing is wrapped any
// more go, 40 days after the turn before. Errors: ErrUnderWay.
func (r *Ring) Turn(ctx context.Context, who access.Actor) error {
	type turned struct {
		keys   *crypt.Keys
		sealed []byte
	}
	out, err := db.Write(ctx, r.DB, who, func(tx *db.Tx) (out turned, err error) {
		if err := tx.Lock("keys"); err != nil {
			return out, err
		}
		if _, err := r.adopt(tx); err != nil {
			return out, err
		}
		k, _, err := read(tx)
		if err != nil {
			return out, err
		}
		if k.At > 0 && k.Done == 0 {
			return out, ErrUnderWay
		}
		counts, err := privacy.Wrapped(tx)
		if err != nil {
			return out, err
		}
		var idle []uint32
		for _, w := range r.Vault.Keys.Wrappers() {
			if !w.Primary && counts[string(w.Prefix)] == 0 && tx.At()-k.Done > settled.Milliseconds() {
				idle = append(idle, w.ID)
			}
		}
		if out.keys, out.sealed, err = r.Vault.Keys.Rotate(idle...); err != nil {
			return out, err
		}
		if err := keep(tx, kept{Sealed: base64.StdEncoding.EncodeToString(out.sealed), At: tx.At()}); err != nil {
			return out, err
		}
		if err := r.Queue.Enqueue(tx, job.New{Kind: Job, Unique: Job}); err != nil {
			return out, err
		}
		return out, audit.Note(tx, audit.Entry{Action: "keys.turn", Kind: "keys", Details: map[string]any{"dropped": len(idle)}})
	})
	if err != nil {
		return err
	}
	return r.take(out.keys, out.sealed) // where the folder is full the database has them: the next start takes them
}

// take keeps the folder's copy and goes on with newer keys, unless they are in use already.
func (r *Ring) take(keys *crypt.Keys, sealed []byte) error {
	r.taking.Lock()
	defer r.taking.Unlock()
	mine := r.Vault.Keys
	if keys.Newest().ID == mine.Newest().ID && len(keys.Wrappers()) == len(mine.Wrappers()) {
		return nil
	}
	if err := r.store(sealed); err != nil {
		return err
	}
	mine.Become(keys)
	return nil
}

// Adopt takes the keyset of the database where it is another than the node's own, and keeps
// the folder's copy. It is asked at the start, and by Follow.
func (r *Ring) Adopt(ctx context.Context) error {
	stale, err := db.Read(ctx, r.DB, program, func(tx *db.Tx) (bool, error) { return r.adopt(tx) })
	if err != nil || !stale {
		return err
	}
	_, err = db.Write(ctx, r.DB, program, func(tx *db.Tx) (int, error) {
		if err := tx.Lock("keys"); err != nil {
			return 0, err
		}
		if err := r.reseal(tx); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "keys.turn_kek", Kind: "keys", Details: map[string]any{"found": true}})
	})
	return err
}

// reseal keeps the node's own keyset in the database, under its key-encryption key.
func (r *Ring) reseal(tx *db.Tx) error {
	k, _, err := read(tx)
	if err != nil {
		return err
	}
	_, sealed, err := r.Vault.Keys.Take(r.Vault.Keys)
	if err != nil {
		return err
	}
	k.Sealed = base64.StdEncoding.EncodeToString(sealed)
	return keep(tx, k)
}

// adopt says whether the database's copy is sealed under a key of before.
func (r *Ring) adopt(tx *db.Tx) (stale bool, err error) {
	_, sealed, err := read(tx)
	if err != nil || sealed == nil {
		return false, err
	}
	keys, err := r.Vault.Keys.Reopen(sealed)
	if errors.Is(err, crypt.ErrKey) {
		stale = true
		keys, sealed, err = r.older(sealed)
	}
	if err != nil {
		return stale, err
	}
	return stale, r.take(keys, sealed)
}

func (r *Ring) store(sealed []byte) error {
	if r.Store == nil {
		return nil
	}
	return r.Store(sealed)
}

func (r *Ring) older(sealed []byte) (*crypt.Keys, []byte, error) {
	var all [][]byte
	if r.Older != nil {
		var err error
		if all, err = r.Older(); err != nil {
			return nil, nil, err
		}
	}
	for _, kek := range all {
		if keys, err := crypt.Open(kek, sealed); err == nil {
			return r.Vault.Keys.Take(keys)
		}
	}
	return nil, nil, ErrForeign
}

// following is how often a node looks whether another has turned the keys.
const following = 30 * time.Second

// Follow takes newer keys as they come, until ctx ends.
func (r *Ring) Follow(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(following):
		}
		if err := r.Adopt(ctx); err != nil && ctx.Err() == nil {
			slog.Warn("the keys of the database were not taken", "error", err)
		}
	}
}

// Late is asked where a subject's key does not open.
func (r *Ring) Late(tx *db.Tx) error {
	_, err := r.adopt(tx)
	return err
}

// TurnKEK has turn make a new key-encryption key, and keeps the keyset under it in the database,
// too.
func (r *Ring) TurnKEK(ctx context.Context, who access.Actor, turn func(*crypt.Keys) (*crypt.Keys, []byte, error)) error {
	if err := r.Adopt(ctx); err != nil {
		return err
	}
	keys, _, err := turn(r.Vault.Keys)
	if err != nil {
		return err
	}
	r.taking.Lock()
	r.Vault.Keys.Become(keys)
	r.taking.Unlock()
	_, err = db.Write(ctx, r.DB, who, func(tx *db.Tx) (int, error) {
		if err := tx.Lock("keys"); err != nil {
			return 0, err
		}
		if k, _, err := read(tx); err != nil {
			return 0, err
		} else if k.Sealed != "" {
			if err := r.reseal(tx); err != nil {
				return 0, err
			}
		}
		return 0, audit.Note(tx, audit.Entry{Action: "keys.turn_kek", Kind: "keys"})
	})
	return err
}

const batch = 500

// Work wraps all that an older key wrapped. Killed at any point it goes on at the next run.
func (r *Ring) Work(ctx context.Context, j job.Job) error { return r.Finish(ctx, j.Finish) }

// Finish is Work; end runs in the unit that says that it is done.
func (r *Ring) Finish(ctx context.Context, end func(*db.Tx) error) error {
	if err := r.Adopt(ctx); err != nil {
		return err
	}
	total := 0
	for after, n := "", 1; n > 0; total += n {
		var err error
		if n, after, err = r.Vault.Rewrap(ctx, r.DB, after, batch); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	_, err := db.Write(ctx, r.DB, program, func(tx *db.Tx) (int, error) {
		if err := tx.Lock("keys"); err != nil {
			return 0, err
		}
		k, _, err := read(tx)
		if err != nil {
			return 0, err
		}
		if k.At > 0 && k.Done == 0 {
			k.Done = tx.At()
			if err := keep(tx, k); err != nil {
				return 0, err
			}
			if err := audit.Note(tx, audit.Entry{Action: "keys.turned", Kind: "keys", Details: map[string]any{"wrapped": total}}); err != nil {
				return 0, err
			}
		}
		return 0, end(tx)
	})
	return err
}

// A Key is one that wraps, or wrapped.
type Key struct {
	ID      uint32 `json:"id"`
	Newest  bool   `json:"newest"`
	Wrapped int64  `json:"wrapped"` // subjects' keys
}

// Status says by which keys what is wrapped.
type Status struct {
	Keys   []Key `json:"keys"`
	Left   int64 `json:"left"`      // wrapped by older keys
	Turned int64 `json:"turned_at"` // unix milliseconds; 0 where the keys were never turned
	Done   int64 `json:"done_at"`   // 0 while it goes on
}

// Status asks the database.
func (r *Ring) Status(ctx context.Context) (Status, error) {
	return db.Read(ctx, r.DB, program, func(tx *db.Tx) (s Status, err error) {
		k, _, err := read(tx)
		if err != nil {
			return s, err
		}
		s.Turned, s.Done = k.At, k.Done
		counts, err := privacy.Wrapped(tx)
		for _, w := range r.Vault.Keys.Wrappers() {
			n := counts[string(w.Prefix)]
			s.Keys = append(s.Keys, Key{w.ID, w.Primary, n})
			if !w.Primary {
				s.Left += n
			}
		}
		return s, err
	})
}
