// Package statement writes a statement in the words of a database, with its values beside it.
package statement

import (
	"fmt"
	"strconv"
	"strings"
)

// Args are the values of a query's :names. A slice stands for a list: IN (:ids).
type Args map[string]any

// Merged puts args together; of one name the last counts.
func Merged(all ...Args) Args {
	out := Args{}
	for _, a := range all {
		for k, v := range a {
			out[k] = v
		}
	}
	return out
}

// A Builder writes a statement in the words of the dialect. Each fragment brings its
// own values, so equal names in two fragments never meet.
type Builder struct {
	strings.Builder
	Sign   string // before a placeholder's number
	Values []any
	Wrong  error
}

// Raw writes text as it is.
func (b *Builder) Raw(text string) { b.WriteString(text) }

// Value binds a value and writes its placeholder.
func (b *Builder) Value(v any) {
	b.Values = append(b.Values, v)
	fmt.Fprintf(b, "%s%d", b.Sign, len(b.Values))
}

// Add writes text with its :names replaced. Strings in quotes and :: casts stay.
func (b *Builder) Add(text string, args Args) {
	type named struct {
		name string
		at   int
	}
	var seen []named
	start := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'':
			for i++; i < len(text) && text[i] != '\''; i++ {
			}
		case c == ':' && i+1 < len(text) && text[i+1] == ':':
			i++
		case c == ':' && i+1 < len(text) && letter(text[i+1]):
			end := i + 1
			for end < len(text) && (letter(text[end]) || text[end] >= '0' && text[end] <= '9') {
				end++
			}
			b.Raw(text[start:i])
			name := text[i+1 : end]
			start, i = end, end-1
			at := 0
			for _, s := range seen {
				if s.name == name {
					at = s.at
				}
			}
			if at > 0 {
				fmt.Fprintf(b, "%s%d", b.Sign, at)
				continue
			}
			v, ok := args[name]
			if !ok {
				b.Wrong = fmt.Errorf("db: no value for :%s", name)
				return
			}
			if b.list(v) || b.limit(v) {
				continue
			}
			b.Value(v)
			seen = append(seen, named{name, len(b.Values)})
		}
	}
	b.Raw(text[start:])
}

func (b *Builder) list(v any) bool {
	switch l := v.(type) {
	case []string:
		each(b, l)
	case []int64:
		each(b, l)
	case [][]byte:
		each(b, l)
	default:
		return false
	}
	return true
}

// limit writes the number behind LIMIT as text: SQLite would plan anew at every run for
// a number that is bound (a short list in process: 427 µs, and 180 with it as text).
func (b *Builder) limit(v any) bool {
	if !strings.HasSuffix(strings.TrimRight(b.String(), " \n\t"), "LIMIT") {
		return false
	}
	switch n := v.(type) {
	case int:
		b.Raw(strconv.Itoa(n))
	case int64:
		b.Raw(strconv.FormatInt(n, 10))
	default:
		return false
	}
	return true
}

func each[T any](b *Builder, l []T) {
	if len(l) == 0 {
		b.Raw("NULL") // IN (NULL) keeps nothing
	}
	for i, v := range l {
		if i > 0 {
			b.Raw(", ")
		}
		b.Value(v)
	}
}

func letter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
