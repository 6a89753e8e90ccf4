package required

import (
	"zhike/internal/base/access"
	"zhike/internal/platform/db"
)

// Table of the sets, one for each kind of record that has some of its company's own.
var Table = db.Shared("required_sets", db.Rights{Add: db.Change(string(access.FieldManage)), Change: db.Change(string(access.FieldManage))})

var stands = db.SQL(`SELECT r.rules, r.shipped, r.version FROM {required_sets r} WHERE r.id = 'customer'`, Table)

type setRow struct {
	Rules   db.JSON[[]Rule] `db:"rules"`
	Shipped bool            `db:"shipped"`
	Version int64           `db:"version"`
}

type newRow struct {
	ID string `db:"id"`
	setRow
	UpdatedAt int64 `db:"updated_at"`
}

type changedRow struct {
	Rules   db.JSON[[]Rule] `db:"rules"`
	Shipped bool            `db:"shipped"`
}
