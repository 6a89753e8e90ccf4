package db

import (
	"fmt"

	"zhike/internal/platform/db/record"
	"zhike/internal/platform/db/statement"
)

// Linked keeps the rows that a side table of values names: a.id IN (SELECT key FROM side WHERE …).
// It only narrows; the scope of the outer table stays what it is.
func Linked(id Column, side *Table, key string, where Cond) Cond {
	return Cond{text: fmt.Sprintf("%s IN (SELECT %s FROM %s x WHERE %s)", id.name, Col("x."+key).name, side.name, where.text), args: where.args}
}

// fewRows is how many a side table may name for them to be looked up and sorted.
const fewRows = 2000

// Holding is Linked where either may hold a million rows. Few that are named are looked up; of many the list is read along
// its order and each row asked, because gathering them all costs a tenth of a second for a page of fifty.
func (t *Tx) Holding(id Column, side *Table, key string, where Cond) (Cond, error) {
	c := Linked(id, side, key, where)
	n, err := t.counted(fmt.Sprintf("SELECT 1 FROM %s x WHERE %s LIMIT %d", side.name, where.text, fewRows+1), where.args)
	if c.few = n <= fewRows; err == nil && !c.few {
		c.text = fmt.Sprintf("EXISTS (SELECT 1 FROM %s x WHERE x.%s = %s AND %s)", side.name, key, id.name, where.text)
	}
	return c, err
}

// counted is how many rows a text of ours finds.
func (t *Tx) counted(text string, args Args) (int64, error) {
	b := &statement.Builder{Sign: t.db.dialect.sign}
	b.Add("SELECT count(*) AS n FROM ("+text+") f", args)
	rows, err := t.start(b.String(), b.Values)
	if err != nil {
		return 0, err
	}
	n, err := record.Collect[Count](rows)
	return append(n, Count{})[0].N, err
}

// OrderBeside orders by the value of a side table that a query joins with LEFT JOIN: value and key are its columns, key names
// the row whose own id is id, and held is the row's 1 where there is a value. Rows without one come last both ways.
func OrderBeside(value, key, id, held Column, down bool) Order {
	return Order{columns: []string{value.name, key.name}, down: down, beside: &beside{id.name, held.name}}
}

// sections are the parts in which a list is read, each answered in its order by an index: first the rows with a value, then
// those without. At says in which part a cursor lies.
func (o Order) sections(zero any, values []any, few bool) (all []section, at int) {
	switch {
	case o.beside != nil:
		there := map[bool]string{false: " > ''", true: " IS NOT NULL"}[few] // SQLite begins with the side table's rows, or with the few
		rest := Order{columns: []string{o.beside.id}, down: o.down}
		all = []section{{Cond{text: o.columns[1] + there}, o, values}, {Cond{text: o.columns[1] + " IS NULL"}, rest, values}}
		if values != nil {
			all[0].values, all[1].values = values[:2], values[1:2]
			if held, _ := values[2].(int64); held == 0 {
				at = 1
			}
		}
	case o.last != "":
		all = []section{{Compare(Column{o.last}, "<>", zero), o, values}, {Compare(Column{o.last}, "=", zero), o, values}}
		if values != nil && values[0] == zero {
			at = 1
		}
	default:
		all = []section{{every, o, values}}
	}
	return all, at
}

type section struct {
	where  Cond
	order  Order
	values []any // of the cursor
}

type beside struct{ id, held string } // an order by a value that another table holds of a row, if it does
