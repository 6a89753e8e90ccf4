// Package record reads rows of a database into structs, and structs into columns, by their db tags.
package record

import (
	"database/sql"
	"fmt"
	"reflect"
	"sync"
)

// A Plan says which field of a struct takes which column, by its db tags.
type Plan struct {
	Columns []string
	Index   map[string][]int
}

var plans sync.Map // of reflect.Type

// Of is the plan of a struct.
func Of(t reflect.Type) *Plan {
	if p, ok := plans.Load(t); ok {
		return p.(*Plan)
	}
	p := &Plan{Index: map[string][]int{}}
	p.read(t, nil)
	plans.Store(t, p)
	return p
}

func (p *Plan) read(t reflect.Type, at []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		here := append(append([]int(nil), at...), i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct && f.Tag.Get("db") == "" {
			p.read(f.Type, here)
			continue
		}
		if tag := f.Tag.Get("db"); tag != "" && tag != "-" {
			if p.Index[tag] != nil {
				panic(fmt.Sprintf("db: two fields of %s are column %s", t, tag))
			}
			p.Columns, p.Index[tag] = append(p.Columns, tag), here
		}
	}
}

// Collect reads every row into T, column by column.
func Collect[T any](rows *sql.Rows) (out []T, err error) {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	p := Of(reflect.TypeFor[T]())
	at := make([][]int, len(columns))
	for i, c := range columns {
		if at[i] = p.Index[c]; at[i] == nil {
			return nil, fmt.Errorf("db: no field of %s takes column %s", reflect.TypeFor[T](), c)
		}
	}
	out = []T{}
	into := make([]any, len(columns))
	for rows.Next() {
		var row T
		v := reflect.ValueOf(&row).Elem()
		for i := range at {
			into[i] = v.FieldByIndex(at[i]).Addr().Interface()
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// Values are the columns of a struct and what they hold.
func Values(row any) (*Plan, reflect.Value) {
	v := reflect.Indirect(reflect.ValueOf(row))
	return Of(v.Type()), v
}
