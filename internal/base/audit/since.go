package audit

import (
	"context"

	"zhike/internal/platform/db"
)

// A Told is what one kept entry says of where something happened, and nothing of what.
type Told struct {
	Position int64  `db:"position"`
	Actor    string `db:"actor_id"`
	Action   string `db:"action"`
	Kind     string `db:"kind"`
	Record   string `db:"record_id"`
	Customer string `db:"customer_id"`
}

var (
	since = db.SQL(`SELECT s.position, e.actor_id, e.action, e.kind, e.record_id, e.customer_id FROM {audit_seal s} JOIN {audit_entries e} ON e.id = s.entry_id
		WHERE s.position > :from ORDER BY s.position LIMIT :limit`, seals, Table)
	newest = db.SQL(`SELECT coalesce(max(s.position), 0) AS n FROM {audit_seal s}`, seals)
)

// Since gives the entries that the sealer chained after a position, oldest first. Only what is
// kept is chained, and positions have no gaps: who reads on from the last one misses nothing.
func Since(ctx context.Context, d *db.DB, position int64, limit int) ([]Told, error) {
	return db.Read(ctx, d, program, func(tx *db.Tx) ([]Told, error) {
		return db.All[Told](tx, since, db.Args{"from": position, "limit": limit})
	})
}

// Newest is the last position that was chained.
func Newest(ctx context.Context, d *db.DB) (int64, error) {
	n, err := db.Read(ctx, d, program, func(tx *db.Tx) (db.Count, error) { return db.One[db.Count](tx, newest, nil) })
	return n.N, err
}
