package db

import (
	"fmt"
	"reflect"
	"strings"

	"zhike/internal/platform/db/record"
)

// Order is an order a list may have: one column and the id, both one way, so that a
// page can start after a row by comparing rows, which an index answers.
type Order struct {
	columns []string
	down    bool
	last    string // a column whose 0 means "no value", shown last both ways
	beside  *beside
}

// Up and Down order by columns, of which the last is the id.
func Up(columns ...constant) Order   { return order(columns, false) }
func Down(columns ...constant) Order { return order(columns, true) }

func order(columns []constant, down bool) Order {
	o := Order{down: down}
	for _, c := range columns {
		if !column.MatchString(string(c)) {
			panic("db: an order needs alias.column, not " + string(c))
		}
		o.columns = append(o.columns, string(c))
	}
	if !strings.HasSuffix(o.columns[len(o.columns)-1], ".id") {
		panic("db: an order ends with the id, or pages lose rows")
	}
	return o
}

// OrderBy orders by a column of the catalogue and the id. With emptyLast, rows whose
// column is 0 or "" come last whichever way the list runs.
func OrderBy(c, id Column, down, emptyLast bool) Order {
	o := Order{columns: []string{c.name, id.name}, down: down}
	if c == id {
		o.columns = o.columns[:1]
	}
	if emptyLast && !down {
		o.last = c.name
	}
	return o
}

func (o Order) text() string {
	if o.down {
		return strings.Join(o.columns, " DESC, ") + " DESC"
	}
	return strings.Join(o.columns, ", ")
}

// sorted is text in a form that no index answers: the rows are found first, then sorted.
func (o Order) sorted() string {
	way := ""
	if o.down {
		way = " DESC"
	}
	all := make([]string, len(o.columns))
	for i, c := range o.columns {
		all[i] = "coalesce(" + c + ", " + c + ")" + way
	}
	return strings.Join(all, ", ")
}

// key names the order in a cursor.
func (o Order) key() string { return o.text() }

// after keeps the rows that follow the values of a row.
func (o Order) after(values []any) Cond {
	if values == nil {
		return every
	}
	c, names, sign := Cond{args: Args{}}, make([]string, len(values)), ">"
	for i, v := range values {
		name := fmt.Sprintf("after_%d", i)
		names[i], c.args[name] = ":"+name, v
	}
	if o.down {
		sign = "<"
	}
	c.text = fmt.Sprintf("(%s) %s (%s)", strings.Join(o.columns, ", "), sign, strings.Join(names, ", "))
	return c
}

// reversed is the order of a page read backwards.
func (o Order) reversed() Order {
	o.down = !o.down
	return o
}

// fields are the fields of row that hold the order's columns.
func (o Order) fields(row reflect.Value) []reflect.Value {
	p := record.Of(row.Type())
	var all []reflect.Value
	columns := o.columns
	if o.beside != nil {
		columns = []string{o.columns[0], o.beside.id, o.beside.held}
	}
	for _, c := range columns {
		_, name, _ := strings.Cut(c, ".")
		i, ok := p.Index[name]
		if !ok {
			panic(fmt.Sprintf("db: %s has no field for %s, which orders it", row.Type(), c))
		}
		all = append(all, row.FieldByIndex(i))
	}
	return all
}
