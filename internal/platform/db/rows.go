package db

import (
	"database/sql"
	"fmt"
	"reflect"
	"sync"
)

// A rowPlan says which field of a struct takes which column, by its db tags.
type rowPlan struct {
	columns []string
	index   map[string][]int
}

var rowPlans sync.Map // of reflect.Type

func planOf(t reflect.Type) *rowPlan {
	if p, ok := rowPlans.Load(t); ok {
		return p.(*rowPlan)
	}
	p := &rowPlan{index: map[string][]int{}}
	p.read(t, nil)
	rowPlans.Store(t, p)
	return p
}

func (p *rowPlan) read(t reflect.Type, at []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		here := append(append([]int(nil), at...), i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct && f.Tag.Get("db") == "" {
			p.read(f.Type, here)
			continue
		}
		if tag := f.Tag.Get("db"); tag != "" && tag != "-" {
			if p.index[tag] != nil {
				panic(fmt.Sprintf("db: two fields of %s are column %s", t, tag))
			}
			p.columns, p.index[tag] = append(p.columns, tag), here
		}
	}
}

// collect reads every row into T, column by column.
func collect[T any](rows *sql.Rows) (out []T, err error) {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	p := planOf(reflect.TypeFor[T]())
	at := make([][]int, len(columns))
	for i, c := range columns {
		if at[i] = p.index[c]; at[i] == nil {
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

// valuesOf are the columns of a struct and what they hold.
func valuesOf(row any) (*rowPlan, reflect.Value) {
	v := reflect.Indirect(reflect.ValueOf(row))
	return planOf(v.Type()), v
}
