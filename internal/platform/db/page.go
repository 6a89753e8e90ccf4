package db

import (
	"reflect"
	"slices"

	"zhike/internal/platform/db/cursor"
	"zhike/internal/platform/fault"
)

// MaxPage is the largest page a caller may ask for.
const MaxPage = 200

// ErrCursor is a cursor that was forged, or belongs to another filter or order.
var ErrCursor = fault.Rule("invalid", "cursor")

// A PageOf rows, with the cursors of the pages after and before ("" where there is none).
type PageOf[T any] struct {
	Rows       []T
	Next, Prev string
}

// Page reads w.Limit rows after (or before) the cursor w.After.
func Page[T any](t *Tx, q Query, args Args, w With) (p PageOf[T], err error) {
	limit := max(1, min(w.Limit, MaxPage))
	var row T
	back, values, err := w.read(reflect.ValueOf(&row).Elem())
	if err != nil {
		return p, err
	}
	rows, err := segments[T](t, q, args, w, values, back, limit+1)
	if err != nil {
		return p, err
	}
	more := len(rows) > limit
	if more {
		rows = rows[:limit]
	}
	if back {
		slices.Reverse(rows)
	}
	p.Rows = rows
	if len(rows) == 0 {
		return p, nil
	}
	if more || back {
		p.Next = w.cursor(reflect.ValueOf(&rows[len(rows)-1]).Elem(), false)
	}
	if more && back || !back && values != nil {
		p.Prev = w.cursor(reflect.ValueOf(&rows[0]).Elem(), true)
	}
	return p, nil
}

// segments reads n rows, section by section.
func segments[T any](t *Tx, q Query, args Args, w With, values []any, back bool, n int) ([]T, error) {
	o := w.Order
	if back {
		o = o.reversed()
	}
	var row T
	zero := o.fields(reflect.ValueOf(&row).Elem())[0].Interface() // a fresh row's field is the zero of its kind
	all, at := o.sections(zero, values, w.Few)
	if back {
		slices.Reverse(all)
		at = len(all) - 1 - at
	}
	out := []T{}
	for i, s := range all[at:] {
		after := every
		if i == 0 {
			// The order's own way is turned already: what follows is what comes after.
			after = s.order.after(s.values)
		}
		w.Order, w.Limit = s.order, n-len(out)
		part := w
		if s.where.text != every.text {
			part.Where = append(slices.Clone(w.Where), s.where)
		}
		rows, err := find[T](t, q, args, part, after)
		if err != nil {
			return nil, err
		}
		if out = append(out, rows...); len(out) >= n {
			break
		}
	}
	return out, nil
}

// belongs names the list of a cursor: its order, its filter, the words sought.
func (w With) belongs() string { return w.Order.key() + "\x00" + w.Key }

// cursor writes the order's values of row, signed.
func (w With) cursor(row reflect.Value, back bool) string {
	return cursor.Write(w.belongs(), back, w.Order.fields(row))
}

// read reads a cursor into the types that row has.
func (w With) read(row reflect.Value) (back bool, values []any, err error) {
	if w.After == "" {
		return false, nil, nil
	}
	back, values, ok := cursor.Read(w.After, w.belongs(), w.Order.fields(row))
	if !ok {
		err = ErrCursor
	}
	return back, values, err
}
