package audit

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"zhike/internal/platform/db"
	"zhike/internal/platform/id"
)

var (
	seals = db.Internal("audit_seal").Quiet()

	last     = db.SQL(`SELECT s.position, s.entry_id, s.entry_hash, s.head, s.sealed_at FROM {audit_seal s} ORDER BY s.position DESC LIMIT 1`, seals)
	unsealed = db.SQL(`SELECT e.id, e.at, e.actor_id, e.actor, e.address, e.action, e.kind, e.record_id, e.customer_id, e.changes, e.details
		FROM {audit_entries e} WHERE e.id > :from AND NOT EXISTS (SELECT 1 FROM {audit_seal s} WHERE s.entry_id = e.id) ORDER BY e.id LIMIT :batch`, Table, seals)
	chain   = db.SQL(`SELECT s.position, s.entry_id, s.entry_hash, s.head, s.sealed_at FROM {audit_seal s} WHERE s.position > :from ORDER BY s.position LIMIT :batch`, seals)
	entries = db.SQL(`SELECT e.id, e.at, e.actor_id, e.actor, e.address, e.action, e.kind, e.record_id, e.customer_id, e.changes, e.details
		FROM {audit_entries e} WHERE e.id IN (:ids)`, Table)
	countEntries = db.SQL(`SELECT count(*) AS n FROM {audit_entries e}`, Table)
)

type seal struct {
	Position int64  `db:"position"`
	EntryID  string `db:"entry_id"`
	Hash     []byte `db:"entry_hash"`
	Head     []byte `db:"head"`
	SealedAt int64  `db:"sealed_at"`
}

// Anchor keeps the chain's head outside the database.
type Anchor func(position int64, head string, at time.Time) error

// overlap is how far behind the last sealed entry the sealer looks for entries that were
// committed late: no unit lasts that long.
const overlap = 10 * time.Minute

const batch = 500

// Seal chains the committed entries without a seal and gives how many there were.
// One at a time: the position's key refuses a second sealer.
func Seal(ctx context.Context, d *db.DB, anchor Anchor) (int, error) {
	type done struct {
		n    int
		head seal
	}
	out, err := db.Write(ctx, d, program, func(tx *db.Tx) (out done, err error) {
		if err := tx.Lock("audit.seal"); err != nil {
			return out, err
		}
		head, found, err := db.Maybe[seal](tx, last, nil)
		if err != nil {
			return out, err
		}
		from := ""
		if found {
			// From the last entry that was sealed and not only from when: after a long pause
			// more than one batch waits.
			at := time.UnixMilli(head.SealedAt)
			if made := id.At(head.EntryID); made.Before(at) {
				at = made
			}
			from = id.From(at.Add(-overlap))
		}
		rows, err := db.All[row](tx, unsealed, db.Args{"from": from, "batch": batch})
		if err != nil {
			return out, err
		}
		for _, r := range rows {
			hash := r.hash()
			head = seal{head.Position + 1, r.ID, hash, link(head.Head, head.Position+1, hash), tx.At()}
			if err := tx.Insert(seals, head); err != nil {
				return out, err
			}
		}
		return done{len(rows), head}, nil
	})
	if err != nil || out.n == 0 {
		return out.n, err
	}
	return out.n, anchor(out.head.Position, hex.EncodeToString(out.head.Head), time.UnixMilli(out.head.SealedAt))
}

// Unsealed counts the entries that wait for the sealer, up to one batch.
func Unsealed(tx *db.Tx) (int64, error) {
	p := tx.As(program)
	head, found, err := db.Maybe[seal](p, last, nil)
	if err != nil {
		return 0, err
	}
	from := ""
	if found {
		from = id.From(id.At(head.EntryID).Add(-overlap))
	}
	rows, err := db.All[row](p, unsealed, db.Args{"from": from, "batch": batch})
	return int64(len(rows)), err
}

// hash is over the entry's values in a fixed form, the same on both databases.
func (r row) hash() []byte {
	changes, _ := json.Marshal(canonical(r.Changes.V))
	details, _ := json.Marshal(canonical(r.Details.V))
	h := sha256.New()
	for _, part := range []string{r.ID, fmt.Sprint(r.At), r.ActorID, r.Actor, r.Address, r.Action, r.Kind, r.RecordID, r.CustomerID, string(changes), string(details)} {
		binary.Write(h, binary.BigEndian, int64(len(part)))
		h.Write([]byte(part))
	}
	return h.Sum(nil)
}

// canonical brings what was written and what JSONB gives back to one form.
func canonical(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	var out any
	if json.Unmarshal(text, &out) != nil {
		return string(text)
	}
	return out
}

func link(head []byte, position int64, hash []byte) []byte {
	h := sha256.New()
	h.Write(head)
	binary.Write(h, binary.BigEndian, position)
	h.Write(hash)
	return h.Sum(nil)
}

func instant(text string) (int64, bool) {
	at, err := time.Parse(time.RFC3339, text)
	return at.UnixMilli(), err == nil
}
