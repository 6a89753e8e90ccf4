package column

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"zhike/internal/platform/words"
)

// A Match is the field that a column is taken for, and why.
type Match struct {
	Field string
	Why   string // remembered label synonym part content; "" for no field
}

// How sure a match is. What people taught goes before what we know.
const (
	sureRemembered = 200
	sureLabel      = 120
	sureWord       = 110
	surePart       = 60
	sureContent    = 50
	// From half of its cells on, what a column holds tells something.
	enough = 0.6
)

type candidate struct {
	column, score int
	field         Field
	number        int
	why           string
}

// MatchColumns takes columns for fields, by what the company taught, by heading, and by
// what their cells hold. Each field is taken once; a field that repeats goes on as
// contact2.mobile.
func MatchColumns(headings []string, samples [][]string, fields []Field, remembered map[string]string) []Match {
	out := make([]Match, len(headings))
	var all []candidate
	for i, h := range headings {
		if taught, ok := remembered[Heading(h)]; ok {
			if taught == "" {
				out[i].Why = "remembered"
				continue
			}
			if f, n, ok := Find(fields, taught); ok {
				all = append(all, candidate{column: i, score: sureRemembered, field: f, number: n, why: "remembered"})
			}
		}
		all = append(all, judge(i, h, column(samples, i), fields)...)
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return b.score - a.score })
	done, taken := map[int]bool{}, map[string]bool{}
	for i := range out {
		done[i] = out[i].Why != ""
	}
	for _, c := range all {
		if done[c.column] {
			continue
		}
		name := c.field.Name
		if c.field.Repeats {
			if c.why == "content" && taken[name] {
				continue // what looks like a number may be a fax: no second person without a word
			}
			name = c.field.numbered(c.number)
			if taken[name] && c.number > 1 {
				continue
			}
			for n := 2; taken[name] && n <= 9; n++ { // a second 手机 is the second contact's
				name = c.field.numbered(n)
			}
		}
		if taken[name] {
			continue
		}
		done[c.column], taken[name] = true, true
		out[c.column] = Match{name, c.why}
	}
	return out
}

// numbered is a repeating field's name for the nth: contact.mobile, contact2.mobile.
func (f Field) numbered(n int) string {
	group, rest, ok := strings.Cut(f.Name, ".")
	if !ok || n < 2 {
		return f.Name
	}
	return group + strconv.Itoa(n) + "." + rest
}

var counted = regexp.MustCompile(`^([a-z_]+?)([2-9])\.(.+)$`)

// Find gives the field of a name, and which one it is of a field that repeats.
func Find(fields []Field, name string) (Field, int, bool) {
	n := 1
	if m := counted.FindStringSubmatch(name); m != nil {
		n, _ = strconv.Atoi(m[2])
		name = m[1] + "." + m[3]
	}
	for _, f := range fields {
		if f.Name == name && (n == 1 || f.Repeats) {
			return f, n, true
		}
	}
	return Field{}, 0, false
}

func judge(i int, heading string, cells []string, fields []Field) (all []candidate) {
	whole := Heading(heading)
	plain, number := ordinal(whole)
	for _, f := range fields {
		best, counts := candidate{column: i, field: f, number: number}, true
		take := func(score int, why string) {
			if score > best.score {
				best.score, best.why = score, why
			}
		}
		for k, w := range append([]string{f.Label, f.Name}, f.Words...) {
			w = Heading(w)
			switch {
			case plain == "" || w == "":
			case whole == w && k < 2 && !f.Repeats: // 指标2 may be its name, and is no second 指标 then
				counts = false
				take(sureLabel, "label")
			case plain == w && k < 2:
				take(sureLabel, "label")
			case plain == w:
				take(sureWord, "synonym")
			case latin(w): // a part of a Latin word is another word: stock_code is no code
			case len([]rune(w)) >= 2 && strings.Contains(plain, w):
				// The longer the part, the surer: 客户联系人手机 is a 手机 and not a 客户.
				take(surePart-20+20*len(w)/len(plain)+len([]rune(w)), "part")
			case len([]rune(plain)) >= 2 && strings.Contains(w, plain):
				take(surePart-30, "part")
			}
		}
		if f.Looks != nil && (best.score > 0 || !f.Weak) {
			share, n := looks(f.Looks, cells)
			switch {
			case n == 0:
			case share >= enough && best.score > 0:
				best.score += int(15 * share)
			case share >= enough && !f.Weak:
				take(sureContent-10+int(15*share), "content")
			case share < 0.2 && n >= 3 && best.score < sureRemembered && best.score > 0:
				best.score -= 25 // the heading says so, and no cell looks like it
			}
		}
		if number > 1 && counts && !f.Repeats {
			best.score -= 40 // a second one of what there is one of
		}
		if f.Passive {
			best.score-- // of two that are called alike, the one that is taken
		}
		if best.score >= 30 {
			all = append(all, best)
		}
	}
	return all
}

func latin(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func looks(f func(string) bool, cells []string) (share float64, n int) {
	hits := 0
	for _, c := range cells {
		if c != "" {
			n++
			if f(c) {
				hits++
			}
		}
	}
	if n == 0 {
		return 0, 0
	}
	return float64(hits) / float64(n), n
}

func column(rows [][]string, i int) (all []string) {
	for _, r := range rows {
		if i < len(r) {
			all = append(all, r[i])
		}
	}
	return all
}

var inBrackets = regexp.MustCompile(`[(\[【][^)\]】]*[)\]】]`)

// Heading is the form in which headings are compared: without width, case, marks of
// what must be filled, units and notes in brackets.
func Heading(s string) string {
	s = inBrackets.ReplaceAllString(words.Normal(s), "")
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// ordinal takes the number off a heading that counts: 手机2, 联系人二, 第二联系人.
func ordinal(h string) (string, int) {
	r := []rune(h)
	if len(r) < 2 || !strings.ContainsFunc(h, unicode.IsLetter) {
		return h, 1
	}
	if n := digit(r[len(r)-1]); n > 0 {
		return string(r[:len(r)-1]), n
	}
	if n := digit(r[1]); n > 0 && len(r) > 3 && string(r[0]) == said().Nth {
		return string(r[2:]), n
	}
	for at := range r { // 联系人2电话
		if n := digit(r[at]); n > 0 && at > 0 && unicode.IsDigit(r[at]) && !unicode.IsDigit(r[at-1]) && (at+1 == len(r) || !unicode.IsDigit(r[at+1])) {
			return string(r[:at]) + string(r[at+1:]), n
		}
	}
	return h, 1
}

func digit(r rune) int {
	if r >= '1' && r <= '9' {
		return int(r - '0')
	}
	return slices.Index([]rune(said().Numerals), r) + 1
}

//go:embed facts/words.json
var facts []byte

// Between parts several values of one cell, as exports write them and imports read them.
func Between() string { return said().Between }

// said are the few words by which headings count.
var said = sync.OnceValue(func() (w struct{ Nth, Numerals, Between string }) {
	if err := json.Unmarshal(facts, &w); err != nil {
		panic("column: words.json: " + err.Error())
	}
	return w
})
