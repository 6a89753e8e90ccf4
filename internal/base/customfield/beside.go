package customfield

import (
	"encoding/json"
	"slices"

	"zhike/internal/platform/db"
)

// beside compares what the side table holds: where there is no row there is no value, so that all but ne and nin leave it out.
func (k *compiler) beside(f Field, op string, raw json.RawMessage) (db.Cond, bool) {
	row := f
	row.side, row.only, row.column = false, true, db.Col("x.text")
	if f.numeric() {
		row.column = db.Col("x.num")
	}
	without := op == "ne" || op == "nin"
	switch op {
	case "ne":
		op = "eq"
	case "nin":
		op = "in"
	}
	if f.Kind == Boolean {
		var yes bool
		if json.Unmarshal(raw, &yes) != nil {
			return db.Cond{}, false
		}
		c := k.holding(f, db.Compare(row.column, "=", int64(1)))
		if yes == without {
			c = db.Not(c)
		}
		return c, true
	}
	inner, ok := k.plain(row, op, raw)
	if !ok {
		return db.Cond{}, false
	}
	c := k.holding(f, inner)
	if without {
		c = db.Not(c)
	}
	return c, true
}

// holding keeps the records with a row of the field in the side table that meets a condition.
func (k *compiler) holding(f Field, where ...db.Cond) db.Cond {
	c, err := k.tx.Holding(k.c.id, Values, "record_id", db.AllOf(append(where, db.Compare(db.Col("x.field_id"), "=", f.Name))...))
	if err != nil {
		k.failed = err
	}
	return c
}

// numeric says that a value is kept as a number: steps, fen, milliseconds, 0 and 1.
func (f Field) numeric() bool {
	return slices.Contains([]Kind{Integer, Number, Money, DateTime, Boolean}, f.Kind)
}
