package audit

import (
	"context"
	"encoding/hex"
	"time"

	"zhike/internal/platform/db"
)

// Least is how long every entry is kept at least: six months, by 网络安全法 article 21. A trigger
// of the database refuses to delete a younger one, too.
const Least = 183 * 24 * time.Hour

const actionPruned = "audit.prune"

var (
	pruned  = db.Internal("audit_pruned").Quiet()
	oldest  = db.SQL(`SELECT s.position, s.entry_id, s.entry_hash, s.head, e.at AS sealed_at FROM {audit_seal s} JOIN {audit_entries e} ON e.id = s.entry_id ORDER BY s.position LIMIT :batch`, seals, Table)
	lastOut = db.SQL(`DELETE FROM {audit_entries!change e} WHERE EXISTS (SELECT 1 FROM {audit_seal s} WHERE s.entry_id = e.id AND s.position <= :upto)`, Table, seals)
)

// Prune drops entries that are older than keep, the oldest first, and gives how many there
// were. Their seals stay, so that the chain is verified from its beginning; the log says up to
// where its entries went.
func Prune(ctx context.Context, d *db.DB, keep time.Duration) (total int64, err error) {
	keep = max(keep, Least)
	for {
		n, err := db.Write(ctx, d, program, func(tx *db.Tx) (int64, error) {
			if err := tx.Lock("audit.seal"); err != nil {
				return 0, err
			}
			rows, err := db.All[seal](tx, oldest, db.Args{"batch": batch})
			if err != nil {
				return 0, err
			}
			var last seal
			for _, s := range rows { // in the order of the chain: the first young one ends it
				if s.SealedAt > tx.At()-keep.Milliseconds() {
					break
				}
				last = s
			}
			if last.Position == 0 {
				return 0, nil
			}
			if err := tx.Insert(pruned, struct {
				Upto int64 `db:"upto"`
				At   int64 `db:"at"`
			}{last.Position, tx.At()}); err != nil {
				return 0, err
			}
			n, err := tx.ChangeAll(lastOut, db.Args{"upto": last.Position})
			if err != nil {
				return 0, err
			}
			return n, Note(tx, Entry{Action: actionPruned, Kind: "audit", Details: map[string]any{"upto": last.Position, "head": hex.EncodeToString(last.Head), "entries": n}})
		})
		if total += n; err != nil || n == 0 || ctx.Err() != nil {
			return total, err
		}
	}
}
