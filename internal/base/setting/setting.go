// Package setting is what a company chooses about itself: each setting is declared once,
// in code, with its kind and default, and the database holds only what was changed.
package setting

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"zhike/internal/base/access"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// A Kind says what values a setting takes.
type Kind string

const (
	KindInt    Kind = "int"
	KindText   Kind = "text"
	KindBool   Kind = "bool"
	KindChoice Kind = "choice"
	KindFen    Kind = "fen"    // money
	KindSecret Kind = "secret" // write-only: answers tell that it is set, never what it is
)

// A declared setting: what it takes and what it is until somebody changes it.
type declared struct {
	key       string
	kind      Kind
	otherwise any // int64, string or bool, by kind
	least     int64
	most      int64
	longest   int
	needed    bool
	choices   []string
	only      string // of a secret: the setting that says to whom it is shown; another there forgets it
	check     func(string) bool
}

// registry keeps the settings in the order of their declaration, which is the screen's.
var registry []*declared

func declare(d *declared) *declared {
	if find(d.key) != nil {
		panic("setting: " + d.key + " is declared twice")
	}
	registry = append(registry, d)
	return d
}

func find(key string) *declared {
	i := slices.IndexFunc(registry, func(d *declared) bool { return d.key == key })
	if i < 0 {
		return nil
	}
	return registry[i]
}

// group is the part of the key before its dot: what a screen puts together.
func (d *declared) group() string {
	group, _, _ := strings.Cut(d.key, ".")
	return group
}

type (
	IntSetting    struct{ d *declared }
	TextSetting   struct{ d *declared }
	BoolSetting   struct{ d *declared }
	ChoiceSetting struct{ d *declared }
	FenSetting    struct{ d *declared }
)

// Int declares a whole number, from 0 unless Between says otherwise.
func Int(key string, otherwise int64) IntSetting {
	return IntSetting{declare(&declared{key: key, kind: KindInt, otherwise: otherwise, most: math.MaxInt32})}
}

// Between bounds the number; both ends may be set.
func (s IntSetting) Between(least, most int64) IntSetting {
	s.d.least, s.d.most = least, most
	return s
}

// Text declares a line of text of at most 200 characters.
func Text(key, otherwise string) TextSetting {
	return TextSetting{declare(&declared{key: key, kind: KindText, otherwise: otherwise, longest: 200})}
}

// Needed refuses an empty text.
func (s TextSetting) Needed() TextSetting { s.d.needed = true; return s }

// Where refuses a text that is not empty and fails check.
func (s TextSetting) Where(longest int, check func(string) bool) TextSetting {
	s.d.longest, s.d.check = longest, check
	return s
}

func Bool(key string, otherwise bool) BoolSetting {
	return BoolSetting{declare(&declared{key: key, kind: KindBool, otherwise: otherwise})}
}

// Choice declares one of choices; the first is the default.
func Choice(key string, choices ...string) ChoiceSetting {
	return ChoiceSetting{declare(&declared{key: key, kind: KindChoice, otherwise: choices[0], choices: choices})}
}

// Fen declares an amount of money.
func Fen(key string, otherwise int64) FenSetting {
	return FenSetting{declare(&declared{key: key, kind: KindFen, otherwise: otherwise, most: 1 << 53})}
}

// In is the value within a unit of work, whoever asks: rules need settings that the
// person they judge may not read on a screen.
func (s IntSetting) In(tx *db.Tx) (int64, error)     { return in[int64](tx, s.d) }
func (s TextSetting) In(tx *db.Tx) (string, error)   { return in[string](tx, s.d) }
func (s BoolSetting) In(tx *db.Tx) (bool, error)     { return in[bool](tx, s.d) }
func (s ChoiceSetting) In(tx *db.Tx) (string, error) { return in[string](tx, s.d) }
func (s FenSetting) In(tx *db.Tx) (int64, error)     { return in[int64](tx, s.d) }

// Set writes a setting within a unit of work that writes its own audit entry: set-up,
// presets and the demo. People change settings through Service.Change.
func (s IntSetting) Set(tx *db.Tx, v int64) error     { return s.d.put(tx, v) }
func (s TextSetting) Set(tx *db.Tx, v string) error   { return s.d.put(tx, v) }
func (s BoolSetting) Set(tx *db.Tx, v bool) error     { return s.d.put(tx, v) }
func (s ChoiceSetting) Set(tx *db.Tx, v string) error { return s.d.put(tx, v) }
func (s FenSetting) Set(tx *db.Tx, v int64) error     { return s.d.put(tx, v) }

var program = access.Program("setting")

func in[T any](tx *db.Tx, d *declared) (T, error) {
	r, ok, err := db.Maybe[row](tx.As(program), one, db.Args{"key": d.key})
	if err != nil || !ok {
		v, _ := d.otherwise.(T)
		return v, err
	}
	var v T
	if err := json.Unmarshal(r.Value.V, &v); err != nil {
		return v, fmt.Errorf("setting: %s holds something else than %s: %w", d.key, d.kind, err)
	}
	return v, nil
}

func (d *declared) put(tx *db.Tx, v any) error {
	v, err := d.judge(v)
	if err != nil {
		return err
	}
	return d.keep(tx.As(program), v)
}

// judge is the one rule for a value of d: what a form, a client and a preset send.
// Texts are trimmed; numbers may come as JSON gives them.
func (d *declared) judge(v any) (any, error) {
	wrong := fault.Rule("invalid", d.key)
	switch d.kind {
	case KindInt, KindFen:
		n, ok := whole(v)
		if !ok || n < d.least || n > d.most {
			return nil, wrong.With(map[string]any{"min": d.least, "max": d.most})
		}
		return n, nil
	case KindBool:
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case KindChoice:
		if s, ok := v.(string); ok && slices.Contains(d.choices, s) {
			return s, nil
		}
		return nil, wrong.With(map[string]any{"choices": d.choices})
	case KindSecret:
		s, ok := v.(string)
		if !ok || s == IsSet || len([]rune(s)) > d.longest || strings.ContainsFunc(s, unicode.IsControl) {
			return nil, wrong
		}
		return s, nil
	case KindText:
		s, ok := v.(string)
		s = strings.TrimSpace(s)
		switch {
		case !ok:
			return nil, wrong
		case s == "" && d.needed:
			return nil, fault.Rule("required", d.key)
		case len([]rune(s)) > d.longest, strings.ContainsFunc(s, unicode.IsControl), s != "" && d.check != nil && !d.check(s):
			return nil, wrong
		}
		return s, nil
	}
	return nil, wrong
}

func whole(v any) (int64, bool) {
	switch n := v.(type) {
	case int64:
		return n, true
	case float64:
		return int64(n), n == math.Trunc(n) && math.Abs(n) <= 1<<53
	}
	return 0, false
}
