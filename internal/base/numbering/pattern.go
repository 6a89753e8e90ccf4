package numbering

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ErrPattern says why a numbering pattern is refused; the text after it is for the administrator's log.
var ErrPattern = errors.New("numbering pattern")

// Pattern is a numbering rule such as C{yyyy}{MM}{dd}{seq:3}. The zero Pattern formats the bare counter.
type Pattern struct{ pieces []piece }

type piece struct {
	kind  string // text, corp, dept, yyyy, yy, MM, dd, seq
	text  string
	width int
}

var placeholders = []string{"corp", "dept", "yyyy", "yy", "MM", "dd", "seq"}

const (
	maxText     = 40
	maxSeqWidth = 12
)

// ParsePattern reads {corp} {yyyy} {yy} {MM} {dd} {dept} {seq:N} and text. It refuses patterns that could make one number
// twice: without exactly one {seq:N}, a day without its month or a month without its year (the counter restarts), and
// {dept} touching {seq} (department A1 with 01 would be A with 101).
func ParsePattern(p string) (Pattern, error) {
	var out Pattern
	has := map[string]int{}
	fail := func(why string) (Pattern, error) { return Pattern{}, fmt.Errorf("%w: %s", ErrPattern, why) }
	for rest := strings.TrimSpace(p); rest != ""; {
		open := strings.IndexByte(rest, '{')
		if open != 0 {
			text := rest
			if open > 0 {
				text = rest[:open]
			}
			if strings.ContainsAny(text, "}\r\n\t ") || len(text) > maxText {
				return fail("text with a space, a stray brace or too long")
			}
			out.pieces = append(out.pieces, piece{kind: "text", text: text})
			rest = rest[len(text):]
			continue
		}
		end := strings.IndexByte(rest, '}')
		if end < 0 {
			return fail("brace not closed")
		}
		next := piece{kind: rest[1:end]}
		if width, ok := strings.CutPrefix(next.kind, "seq:"); ok {
			n, err := strconv.Atoi(width)
			if err != nil || n < 1 || n > maxSeqWidth {
				return fail("seq width is not 1 to 12")
			}
			next = piece{kind: "seq", width: n}
		}
		switch {
		case next.kind == "seq" && next.width == 0:
			return fail("seq without its width")
		case !slices.Contains(placeholders, next.kind):
			return fail("unknown placeholder")
		}
		if has[next.kind]++; has[next.kind] > 1 {
			return fail("placeholder used twice")
		}
		out.pieces = append(out.pieces, next)
		rest = rest[end+1:]
	}
	year := has["yyyy"] + has["yy"]
	switch {
	case has["seq"] == 0:
		return fail("no {seq:N}")
	case year > 1:
		return fail("two years")
	case has["dd"] > 0 && has["MM"] == 0 || has["MM"] > 0 && year == 0:
		return fail("a day needs its month, a month its year")
	}
	for i := 1; i < len(out.pieces); i++ {
		if a, b := out.pieces[i-1].kind, out.pieces[i].kind; a == "dept" && b == "seq" || a == "seq" && b == "dept" {
			return fail("{dept} touches {seq}")
		}
	}
	return out, nil
}

// Period names the span after which the counter restarts: 20240501, 202405, 2024, or empty for never. t is in the
// company's zone.
func (p Pattern) Period(t time.Time) string {
	layout := ""
	for _, part := range p.pieces {
		switch part.kind {
		case "yyyy", "yy":
			layout = longer(layout, "2006")
		case "MM":
			layout = longer(layout, "200601")
		case "dd":
			layout = longer(layout, "20060102")
		}
	}
	if layout == "" {
		return ""
	}
	return t.Format(layout)
}

func longer(a, b string) string {
	if len(b) > len(a) {
		return b
	}
	return a
}

// Format writes a number; a counter with more digits than N grows instead of failing. {dept} stays empty, see
// FormatDept. t is in the company's zone.
func (p Pattern) Format(corp string, t time.Time, seq int64) string {
	return p.FormatDept(corp, "", t, seq)
}

// FormatDept is Format with the department's short code.
func (p Pattern) FormatDept(corp, dept string, t time.Time, seq int64) string {
	if len(p.pieces) == 0 {
		return strconv.FormatInt(seq, 10)
	}
	var b strings.Builder
	for _, part := range p.pieces {
		switch part.kind {
		case "text":
			b.WriteString(part.text)
		case "corp":
			b.WriteString(corp)
		case "dept":
			b.WriteString(dept)
		case "yyyy":
			b.WriteString(t.Format("2006"))
		case "yy":
			b.WriteString(t.Format("06"))
		case "MM":
			b.WriteString(t.Format("01"))
		case "dd":
			b.WriteString(t.Format("02"))
		case "seq":
			fmt.Fprintf(&b, "%0*d", part.width, seq)
		}
	}
	return b.String()
}

// asks says whether a number takes the value of a placeholder.
func (p Pattern) asks(placeholder string) bool {
	return slices.ContainsFunc(p.pieces, func(part piece) bool { return part.kind == placeholder })
}

// String is the pattern as it is kept.
func (p Pattern) String() string {
	var b strings.Builder
	for _, part := range p.pieces {
		switch part.kind {
		case "text":
			b.WriteString(part.text)
		case "seq":
			fmt.Fprintf(&b, "{seq:%d}", part.width)
		default:
			b.WriteString("{" + part.kind + "}")
		}
	}
	return b.String()
}
