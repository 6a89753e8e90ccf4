package db

import (
	"fmt"
	"strconv"

	"zhike/internal/platform/db/statement"
)

// A Key is what a query groups by: it stands in the hole {a} or {b} of
// SELECT {a} AS a, {b} AS b, … GROUP BY 1, 2.
type Key struct {
	text string
	args Args
}

// By are the keys of one query. The zero Key is one group of all.
type By struct{ a, b Key }

// Group groups by two keys, of which each may be the zero Key.
func Group(a, b Key) By { return By{a, b} }

// By value, by the text that a side table of values has of a row for a field, and by the first n characters: 7 of a day are its month.
func KeyOf(c Column) Key { return Key{text: c.name} }
func KeyBeside(id Column, side *Table, field string) Key {
	return Key{text: "coalesce((SELECT x.text FROM " + side.name + " x WHERE x.record_id = " + id.name + " AND x.field_id = :key_" + field + " LIMIT 1), '')", args: Args{"key_" + field: field}}
}
func KeyStart(c Column, n int) Key {
	return Key{text: "substr(" + c.name + ", 1, " + strconv.Itoa(n) + ")"}
}

// KeySteps numbers the spans that edges part, rising: 0 before the first edge, 1 from it on.
func KeySteps(c Column, edges []any) Key {
	k := Key{text: "CASE", args: Args{}}
	for i, e := range edges {
		name := fmt.Sprintf("edge_%d", i)
		k.text += fmt.Sprintf(" WHEN %s < :%s THEN %d", c.name, name, i)
		k.args[name] = e
	}
	k.text += fmt.Sprintf(" ELSE %d END", len(edges))
	return k
}

// Nothing to part by stands as one empty text.
func (k Key) or() Key {
	if k.text == "" {
		return Key{text: "''"}
	}
	return k
}

// Within keeps the rows whose column is among the ids that q gives, as this viewer reaches
// them; q is SELECT … AS id, … AS v. With op, only those whose v compares so.
func (t *Tx) Within(c Column, q Query, args Args, w With, op string, v any) (Cond, error) {
	b := &statement.Builder{Sign: ":w"}
	text, values, err := q.write(t, b, args, w, every)
	if err != nil {
		return none, err
	}
	in := Cond{args: Args{}}
	for i, value := range values {
		in.args["w"+strconv.Itoa(i+1)] = value
	}
	in.text = c.name + " IN (SELECT z.id FROM (" + text + ") z"
	if op != "" {
		if !is(op, "=", "<>", "<", "<=", ">", ">=") {
			panic("db: no operator " + op)
		}
		in.text, in.args["w_value"] = in.text+" WHERE z.v "+op+" :w_value", v
	}
	in.text += ")"
	return in, nil
}
