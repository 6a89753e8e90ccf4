package privacy

import (
	"context"

	"zhike/internal/platform/db"
)

var (
	erasures     = db.Internal("erasures").Quiet()
	erasedSince  = db.SQL(`SELECT x.id, x.kind, x.at FROM {erasures x} WHERE x.at >= :since ORDER BY x.at, x.id`, erasures)
	erasedBefore = db.SQL(`SELECT x.id, x.kind, x.at FROM {erasures x} WHERE x.id IN (:ids)`, erasures)
)

// An Erasure is a record that is gone for good: what an older backup still holds of it is
// erased again when that is restored.
type Erasure struct {
	ID   string `db:"id"`
	Kind Kind   `db:"kind"`
	At   int64  `db:"at"`
}

// Erased notes it in the unit that erases.
func Erased(tx *db.Tx, kind Kind, id string) error {
	_, err := tx.As(program).InsertNew(erasures, Erasure{id, kind, tx.At()})
	return err
}

// ErasedSince are the erasures since an instant, the oldest first.
func ErasedSince(ctx context.Context, d *db.DB, since int64) ([]Erasure, error) {
	return db.Read(ctx, d, program, func(tx *db.Tx) ([]Erasure, error) {
		return db.All[Erasure](tx, erasedSince, db.Args{"since": since})
	})
}

// Missing are those of all that this database does not know of.
func Missing(ctx context.Context, d *db.DB, all []Erasure) (left []Erasure, err error) {
	const most = 500
	for len(all) > 0 {
		some := all[:min(most, len(all))]
		all = all[len(some):]
		ids := make([]string, len(some))
		for i, e := range some {
			ids[i] = e.ID
		}
		known, err := db.Read(ctx, d, program, func(tx *db.Tx) (map[string]bool, error) {
			rows, err := db.All[Erasure](tx, erasedBefore, db.Args{"ids": ids})
			out := map[string]bool{}
			for _, r := range rows {
				out[r.ID] = true
			}
			return out, err
		})
		if err != nil {
			return nil, err
		}
		for _, e := range some {
			if !known[e.ID] {
				left = append(left, e)
			}
		}
	}
	return left, nil
}
