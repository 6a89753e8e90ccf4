package privacy

import (
	"context"

	"zhike/internal/platform/db"
)

var (
	byWrapper = db.SQL(`SELECT substr(k.wrapped, 1, 5) AS prefix, count(*) AS n FROM {subject_keys k} GROUP BY substr(k.wrapped, 1, 5)`, subjectKeys)
	wrappedBy = db.SQL(`SELECT k.id, k.kind, k.wrapped, k.created_at FROM {subject_keys k}
		WHERE k.id > :after AND substr(k.wrapped, 1, 5) <> :newest ORDER BY k.id LIMIT :most`, subjectKeys)
	rewrapped = db.SQL(`UPDATE {subject_keys!change k} SET wrapped = :new WHERE k.id = :id AND k.wrapped = :old`, subjectKeys)
)

// Wrapped counts the subjects' keys by the key that wraps them: by the prefix of crypt.Wrapper.
func Wrapped(tx *db.Tx) (map[string]int64, error) {
	rows, err := db.All[struct {
		Prefix []byte `db:"prefix"`
		N      int64  `db:"n"`
	}](tx.As(program), byWrapper, nil)
	out := map[string]int64{}
	for _, r := range rows {
		out[string(r.Prefix)] = r.N
	}
	return out, err
}

// Rewrap wraps up to most subjects' keys after an id by the newest key; what they sealed stays
// as it is. It gives how many there were and the last one's id. Each unit is whole: killed
// between two, the next run goes on with those that are left.
func (v *Vault) Rewrap(ctx context.Context, d *db.DB, after string, most int) (n int, last string, err error) {
	newest := v.Keys.Newest().Prefix
	rows, err := db.Read(ctx, d, program, func(tx *db.Tx) ([]keyRow, error) {
		return db.All[keyRow](tx, wrappedBy, db.Args{"after": after, "newest": newest, "most": most})
	})
	if err != nil || len(rows) == 0 {
		return 0, after, err
	}
	fresh := make([][]byte, len(rows))
	for i, r := range rows {
		if fresh[i], err = v.Keys.Rewrap(r.ID, r.Wrapped); err != nil {
			return 0, after, err
		}
	}
	_, err = db.Write(ctx, d, program, func(tx *db.Tx) (int, error) {
		for i, r := range rows { // one that was erased meanwhile is not there, and stays so
			if _, err := tx.ChangeAll(rewrapped, db.Args{"id": r.ID, "old": r.Wrapped, "new": fresh[i]}); err != nil {
				return 0, err
			}
		}
		return 0, nil
	})
	return len(rows), rows[len(rows)-1].ID, err
}
