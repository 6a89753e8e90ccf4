package api

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// The values of records. In the database missing is 0 or "" (so that pages never meet
// a null), in JSON it is null.
type (
	// Time is an instant, unix milliseconds UTC in the database and RFC 3339 outside.
	Time int64
	// Text is a string; "" is null outside.
	Text string
	// Num is a whole number; 0 is null outside.
	Num int64
	// Ref names another record; "" is NULL in the database too.
	Ref string
)

func nullable(kind, format string) *huma.Schema {
	return &huma.Schema{Type: kind, Format: format, Nullable: true}
}

func (Time) Schema(huma.Registry) *huma.Schema { return nullable("string", "date-time") }
func (Text) Schema(huma.Registry) *huma.Schema { return nullable("string", "") }
func (Num) Schema(huma.Registry) *huma.Schema  { return nullable("integer", "int64") }
func (Ref) Schema(huma.Registry) *huma.Schema  { return nullable("string", "") }

// On is an instant of the database.
func On(t time.Time) Time { return Time(t.UnixMilli()) }

func (t Time) Time() time.Time { return time.UnixMilli(int64(t)).UTC() }

func (t Time) MarshalJSON() ([]byte, error) {
	if t == 0 {
		return []byte("null"), nil
	}
	return []byte(t.Time().Format(`"2006-01-02T15:04:05.999Z07:00"`)), nil
}

func (t *Time) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil || s == nil || *s == "" {
		*t = 0
		return err
	}
	at, err := time.Parse(time.RFC3339Nano, *s)
	*t = On(at)
	return err
}

func (s Text) MarshalJSON() ([]byte, error) { return orNull(s == "", string(s)) }
func (s Ref) MarshalJSON() ([]byte, error)  { return orNull(s == "", string(s)) }

func (n Num) MarshalJSON() ([]byte, error) {
	if n == 0 {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(n), 10), nil
}

func orNull(empty bool, v string) ([]byte, error) {
	if empty {
		return []byte("null"), nil
	}
	return json.Marshal(v)
}

func (s Ref) Value() (driver.Value, error) {
	if s == "" {
		return nil, nil
	}
	return string(s), nil
}

func (s *Ref) Scan(from any) error  { return scanText((*string)(s), from) }
func (s *Text) Scan(from any) error { return scanText((*string)(s), from) } // NULL comes from outer joins

func scanText(into *string, from any) error {
	switch v := from.(type) {
	case nil:
		*into = ""
	case string:
		*into = v
	case []byte:
		*into = string(v)
	default:
		return fmt.Errorf("api: no text in %T", from)
	}
	return nil
}

// Opt is a field that a caller may leave out (it stays), set, or clear with null.
type Opt[T any] struct {
	Set bool
	V   T // the zero of T when cleared
}

// Some is a field that says v.
func Some[T any](v T) Opt[T] { return Opt[T]{true, v} }

// Or is the value, or what stood when it was left out.
func (o Opt[T]) Or(old T) T {
	if o.Set {
		return o.V
	}
	return old
}

func (o *Opt[T]) UnmarshalJSON(b []byte) error {
	o.Set = true
	if string(b) == "null" {
		return nil
	}
	return json.Unmarshal(b, &o.V)
}

func (o Opt[T]) MarshalJSON() ([]byte, error) { return json.Marshal(o.V) }

func (o Opt[T]) Schema(r huma.Registry) *huma.Schema {
	s := *r.Schema(reflect.TypeFor[T](), true, "")
	if s.Ref == "" {
		s.Nullable = true
	}
	return &s
}

// IsZero leaves what was not said out of JSON (omitzero).
func (o Opt[T]) IsZero() bool { return !o.Set }

// given and value let Apply look into any Opt.
func (o Opt[T]) given() bool { return o.Set }
func (o Opt[T]) value() any  { return o.V }

// Strings is a short list kept as JSON.
type Strings []string

func (s Strings) Value() (driver.Value, error) {
	if s == nil {
		return "[]", nil
	}
	text, err := json.Marshal([]string(s))
	return string(text), err
}

func (s *Strings) Scan(from any) error {
	switch v := from.(type) {
	case nil:
		*s = Strings{}
		return nil
	case string:
		return json.Unmarshal([]byte(v), s)
	case []byte:
		return json.Unmarshal(v, s)
	}
	return fmt.Errorf("api: no list in %T", from)
}
