package audit

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"zhike/internal/platform/db"
)

// A Verdict of the chain. Pending entries were written in the last minute.
type Verdict struct {
	Sealed, Pending int64
	Broken          string // the first broken entry, and how; "" for a whole chain
	Head            string
	Pruned          int64      // entries that went when they had been kept for long enough
	Restores        []Restored // of backups
}

// A Restored is where a backup took the place of what was there: the chain goes on from its
// head, and heads anchored after it, before the restore, belong to what was replaced.
type Restored struct {
	At       time.Time
	Position int64
	Head     string
}

// Anchored is a head that was kept outside the database.
type Anchored struct {
	Position int64
	Head     string
	At       time.Time
}

// ActionRestored is the entry of a restore, with the position and head that it went back to.
const ActionRestored = "backup.restored"

var errBroken = errors.New("audit: broken")

// Verify recomputes the chain from its beginning, compares it with the anchors, and
// names the first entry that is not as it was sealed, is missing or was never sealed.
func Verify(ctx context.Context, d *db.DB, anchors []Anchored) (Verdict, error) {
	return db.Read(ctx, d, program, func(tx *db.Tx) (Verdict, error) {
		w := walk{anchors: map[int64]Anchored{}}
		for _, a := range anchors {
			w.anchors[a.Position] = a
		}
		err := w.through(tx)
		if err == nil {
			err = w.end(tx)
		}
		if errors.Is(err, errBroken) {
			err = nil
		}
		return w.Verdict, err
	})
}

// A walk along the chain.
type walk struct {
	Verdict
	anchors map[int64]Anchored
	head    []byte
	gone    int64 // entries missing at the chain's beginning
	upto    int64 // what the log itself says went
	strange []Anchored
}

func (w *walk) broken(s seal, how string) error {
	w.Broken = fmt.Sprintf("entry %s at position %d: %s", s.EntryID, s.Position, how)
	return errBroken
}

func (w *walk) through(tx *db.Tx) error {
	for {
		links, err := db.All[seal](tx, chain, db.Args{"from": w.Sealed, "batch": batch})
		if err != nil {
			return err
		}
		ids := make([]string, len(links))
		for i, s := range links {
			ids[i] = s.EntryID
		}
		there := map[string]row{}
		if len(ids) > 0 {
			rows, err := db.All[row](tx, entries, db.Args{"ids": ids})
			if err != nil {
				return err
			}
			for _, r := range rows {
				there[r.ID] = r
			}
		}
		for _, s := range links {
			if err := w.step(s, there[s.EntryID]); err != nil {
				return err
			}
		}
		if len(links) < batch {
			w.Head = hex.EncodeToString(w.head)
			return nil
		}
	}
}

// step takes one seal with its entry; the zero row is one that is gone.
func (w *walk) step(s seal, r row) error {
	if s.Position != w.Sealed+1 {
		return w.broken(s, "a seal before it is missing")
	}
	hash := s.Hash
	switch {
	case r.ID != "":
		hash = r.hash()
		w.told(r)
	case w.gone == w.Sealed: // so far none was there: it may have been kept for long enough
		w.gone++
	default:
		return w.broken(s, "the entry is gone")
	}
	if string(hash) != string(s.Hash) || string(link(w.head, s.Position, hash)) != string(s.Head) {
		return w.broken(s, "it was changed or moved")
	}
	w.head, w.Sealed = s.Head, s.Position
	if a, ok := w.anchors[s.Position]; ok && a.Head != hex.EncodeToString(w.head) {
		w.strange = append(w.strange, a)
	}
	return nil
}

// told remembers what the log says of itself.
func (w *walk) told(r row) {
	number := func(name string) int64 {
		n, _ := r.Details.V[name].(float64)
		return int64(n)
	}
	switch r.Action {
	case ActionRestored:
		head, _ := r.Details.V["head"].(string)
		w.Restores = append(w.Restores, Restored{time.UnixMilli(r.At), number("position"), head})
	case actionPruned:
		w.upto = max(w.upto, number("upto"))
	}
}

func (w *walk) end(tx *db.Tx) error {
	if w.gone > w.upto {
		w.Broken = fmt.Sprintf("the entry at position %d: the entry is gone", w.upto+1)
		return errBroken
	}
	w.Pruned = w.gone
	for _, a := range w.strange {
		if !w.replaced(a) {
			w.Broken = fmt.Sprintf("the entry at position %d: it does not lead to the head anchored outside", a.Position)
			return errBroken
		}
	}
	for p, a := range w.anchors {
		if p > w.Sealed && !w.replaced(a) {
			w.Broken = fmt.Sprintf("the chain ends at %d, and was anchored at %d: its tail was cut", w.Sealed, p)
			return errBroken
		}
	}
	n, err := db.One[db.Count](tx, countEntries, nil)
	if err != nil {
		return err
	}
	w.Pending = n.N + w.gone - w.Sealed
	if w.Pending > 0 {
		rest, err := db.All[row](tx, unsealed, db.Args{"from": "", "batch": 1})
		if err != nil {
			return err
		}
		if len(rest) > 0 && tx.At()-rest[0].At > time.Minute.Milliseconds() {
			w.Broken = fmt.Sprintf("entry %s was never sealed", rest[0].ID)
			return errBroken
		}
	}
	return nil
}

// replaced says of an anchor that it was dropped before a restore, of what the backup replaced.
func (w *walk) replaced(a Anchored) bool {
	for _, r := range w.Restores {
		if a.Position > r.Position && !a.At.After(r.At) {
			return true
		}
	}
	return false
}
