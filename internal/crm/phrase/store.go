package phrase

import (
	"zhike/internal/base/api"
	"zhike/internal/platform/db"
)

const columns = `p.id, p.code, p.owner_id, p.title, p.body, p.methods, p.stage_codes, p.position, p.active, p.version FROM {phrases p} `

var (
	ours   = db.SQL(`SELECT `+columns+`WHERE p.owner_id IS NULL AND p.removed_at = 0 ORDER BY p.position, p.created_at, p.id LIMIT 500`, Table)
	mine   = db.SQL(`SELECT `+columns+`WHERE p.owner_id = :me AND p.removed_at = 0 ORDER BY p.position, p.created_at, p.id LIMIT 200`, Table)
	one    = db.SQL(`SELECT `+columns+`WHERE p.id = :id AND p.removed_at = 0`, Table)
	place  = db.SQL(`UPDATE {phrases!change p} SET position = :n WHERE p.id = :id`, Table)
	drop   = db.SQL(`DELETE FROM {phrases!change p} WHERE p.id = :id`, Table)
	away   = db.SQL(`UPDATE {phrases!change p} SET removed_at = :at, version = p.version + 1 WHERE p.id = :id`, Table)
	seeded = db.SQL(`SELECT p.code FROM {phrases p} WHERE p.owner_id IS NULL AND p.code <> ''`, Table)
)

// fresh are the columns that its keeper writes.
type fresh struct {
	Title    string      `db:"title"`
	Text     string      `db:"body"`
	Methods  api.Strings `db:"methods"`
	Stages   api.Strings `db:"stage_codes"`
	Position int64       `db:"position"`
	Active   bool        `db:"active"`
}

func (p Phrase) fresh() fresh {
	return fresh{p.Title, p.Text, p.Methods, p.Stages, p.Position, p.Active}
}

type row struct {
	ID    string  `db:"id"`
	Code  string  `db:"code"`
	Owner api.Ref `db:"owner_id"`
	fresh
	CreatedAt int64 `db:"created_at"`
	UpdatedAt int64 `db:"updated_at"`
}
