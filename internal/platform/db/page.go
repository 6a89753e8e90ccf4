package db

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"slices"
	"sync"

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

// segments reads n rows. Where empty values come last in a rising order, the list has
// two segments, each answered by the index: first those with a value, then those without.
func segments[T any](t *Tx, q Query, args Args, w With, values []any, back bool, n int) ([]T, error) {
	o := w.Order
	if back {
		w.Order = o.reversed()
	}
	w.Limit = n
	if o.last == "" {
		return find[T](t, q, args, w, o.after(values, back))
	}
	var row T
	zero := o.fields(reflect.ValueOf(&row).Elem())[0].Interface() // a fresh row's field is the zero of its kind
	full, empty := Compare(Column{o.last}, "<>", zero), Compare(Column{o.last}, "=", zero)
	order := []Cond{full, empty}
	if back {
		slices.Reverse(order)
	}
	if values != nil && (values[0] == zero) != back { // the cursor lies in the second segment already
		order = order[1:]
	}
	out := []T{}
	for i, segment := range order {
		part := w
		part.Where = append(slices.Clone(w.Where), segment)
		part.Limit = n - len(out)
		after := every
		if i == 0 {
			after = o.after(values, back)
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

type written struct {
	Key    []byte `json:"k"`
	Back   bool   `json:"b,omitempty"`
	Values []any  `json:"v"`
}

func (w With) digest() []byte {
	sum := sha256.Sum256([]byte(w.Order.key() + "\x00" + w.Key))
	return sum[:8]
}

// cursor writes the order's values of row, signed.
func (w With) cursor(row reflect.Value, back bool) string {
	c := written{Key: w.digest(), Back: back}
	for _, f := range w.Order.fields(row) {
		c.Values = append(c.Values, f.Interface())
	}
	text, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(append(sign(text), text...))
}

// read reads a cursor into the types that row has.
func (w With) read(row reflect.Value) (back bool, values []any, err error) {
	if w.After == "" {
		return false, nil, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(w.After)
	if err != nil || len(text) < signed || !hmac.Equal(text[:signed], sign(text[signed:])) {
		return false, nil, ErrCursor
	}
	fields := w.Order.fields(row)
	var c struct {
		Key    []byte            `json:"k"`
		Back   bool              `json:"b"`
		Values []json.RawMessage `json:"v"`
	}
	if json.Unmarshal(text[signed:], &c) != nil || len(c.Values) != len(fields) || !hmac.Equal(c.Key, w.digest()) {
		return false, nil, ErrCursor
	}
	for i, f := range fields {
		if json.Unmarshal(c.Values[i], f.Addr().Interface()) != nil {
			return false, nil, ErrCursor
		}
		values = append(values, f.Interface())
	}
	return c.Back, values, nil
}

const signed = 12

// signing is set once at start; a node without keys signs for itself.
var signing = struct {
	sync.RWMutex
	key []byte
}{key: func() []byte { k := make([]byte, 32); rand.Read(k); return k }()}

// SignCursors makes cursors of several nodes, and of before a restart, readable: they share key.
func SignCursors(key []byte) {
	signing.Lock()
	defer signing.Unlock()
	signing.key = key
}

func sign(text []byte) []byte {
	signing.RLock()
	defer signing.RUnlock()
	m := hmac.New(sha256.New, signing.key)
	m.Write(text)
	return m.Sum(nil)[:signed]
}
