// Package likeness tells how alike two customers are, and under which marks in the index
// those that may be one meet.
package likeness

import (
	"hash/fnv"
	"strings"
	"unicode"

	"zhike/internal/crm/rule"
	"zhike/internal/crm/rule/place"
	"zhike/internal/platform/words"
)

// A Side is what is compared of one customer.
type Side struct {
	Name string // in clear
	Code string // credit code
}

// Codes says what two credit codes say: the same, different (two valid ones), or nothing.
func Codes(a, b string) (rule.Likeness, bool) {
	if a == "" || b == "" {
		return rule.Different, false
	}
	if a == b {
		return rule.Same, true
	}
	_, wrongA := rule.CreditCode(a)
	_, wrongB := rule.CreditCode(b)
	return rule.Different, wrongA == nil && wrongB == nil
}

// Judge tells how alike two organisations are: codes decide before names.
func Judge(a, b Side) rule.Likeness {
	if l, decided := Codes(a.Code, b.Code); decided {
		return l
	}
	return rule.CompareNames(a.Name, b.Name)
}

// A name as marks are made of it.
type name struct {
	flat         string // its letters and digits
	brand, trade []rune
	province     string
	short        string // of an informal name, what it is without 公司 and 集团
	informal     bool   // stops at 集团 or 公司, or has no form: 海康威视, 广汽集团
	group        string
}

func read(full string) name {
	p := rule.SplitName(strings.ToLower(full))
	n := name{flat: letters(words.Normal(full)), brand: []rune(letters(p.Brand)), trade: []rune(letters(p.Trade))}
	if codes, _ := place.Prefix(p.Region); len(codes) > 0 {
		n.province = codes[0][:2]
	}
	if strings.Contains(n.flat, "集团") {
		n.group = "+"
	}
	if n.informal = p.Form == "" || p.Form == "集团" || p.Form == "公司"; n.informal {
		n.short = strings.TrimSuffix(strings.TrimSuffix(n.flat, "公司"), "集团")
	}
	return n
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// mark is a number that equal texts share; 0 is none.
func mark(parts ...string) int64 {
	h := fnv.New64a()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return int64(h.Sum64())
}

const (
	leastShort   = 2 // characters of an informal name that is looked for
	longestShort = 8
	leastInside  = 3 // characters by which one is recognised inside a longer name
	abbreviation = 4 // characters of 广汽, 北大荒
)

// Marks are the numbers under which a name is found by others that may mean the same
// customer. They stand in its row, each with an index.
type Marks struct {
	Same  int64 `db:"mark_same"`  // brand and trade, wherever the place stands
	Sound int64 `db:"mark_sound"` // how the brand is spoken, in one province and trade: 扬翔, 杨翔
	Head  int64 `db:"mark_head"`  // how the brand begins, in one province and trade
	Tail  int64 `db:"mark_tail"`  // how it ends: of two brands with one mistaken character, one of the two is equal
	Short int64 `db:"mark_short"` // an informal name whole
	First int64 `db:"mark_first"` // what one of a few characters begins with
}

// MarksOf gives those of a name.
func MarksOf(full string) Marks { return read(full).marks() }

func (n name) marks() (m Marks) {
	if len(n.brand) > 0 {
		m.Same = mark(string(n.brand), string(n.trade))
	}
	if len(n.brand) >= leastShort {
		m.Sound = mark("sound", n.province, words.SortKey(string(n.brand)), string(n.trade))
	}
	if heads, tails := n.ends(); len(heads) > 0 {
		m.Head = heads[0]
		if len(tails) > 0 {
			m.Tail = tails[0]
		}
	}
	if s := []rune(n.short); n.informal && len(s) >= leastShort {
		m.Short = mark(n.short)
		if len(s) <= abbreviation {
			m.First = mark(string(s[0]), n.group)
		}
	}
	return m
}

// ends are beginning and end of a brand: the first of each stands in the row, and what is
// looked for are all, because one brand may lack a character of the other.
func (n name) ends() (heads, tails []int64) {
	b := n.brand
	head := func(s string) int64 { return mark("head", n.province, s, string(n.trade)) }
	tail := func(s string) int64 { return mark("tail", n.province, s, string(n.trade)) }
	switch size := len(b); {
	case size < 2:
		return nil, nil
	case size == 2: // what begins a brand of two is mistaken by its sound alone
		return []int64{head("2" + string(b[0]))}, nil
	case size == 3:
		return []int64{head(string(b[:1])), head(string(b[:2]))}, []int64{tail(string(b[1:]))}
	case size == 4:
		return []int64{head(string(b[:2])), head(string(b[:1]))}, []int64{tail(string(b[2:]))}
	default:
		return []int64{head(string(b[:2]))}, []int64{tail(string(b[size-2:]))}
	}
}

// Sought is by what those are found that may mean the same customer as a name, the surest
// first.
type Sought struct {
	Same, Sound    []int64
	Heads, Tails   []int64
	Common         bool       // the brand has two characters: in a large list many begin alike, and few are meant
	Shorts, Firsts []int64    // informal names of which this is the long form
	Inside         [][]string // where this is informal: all words of one, anywhere in a longer name
}

// Find says what to look for.
func Find(full string) (s Sought) {
	n := read(full)
	m := n.marks()
	s.Heads, s.Tails = n.ends()
	if m.Same != 0 {
		s.Same = []int64{m.Same}
	}
	if m.Sound != 0 {
		s.Sound = []int64{m.Sound}
	}
	s.Common = len(n.brand) == 2
	if m.Short != 0 {
		s.Shorts = append(s.Shorts, m.Short)
		s.Inside = inside([]rune(n.short), n.group)
	}
	flat := []rune(n.flat)
	if len(flat) <= leastInside {
		return s
	}
	s.Firsts = []int64{mark(string(flat[0]), n.group)}
	if len(n.brand) >= leastShort {
		s.Shorts = append(s.Shorts, mark(string(n.brand)))
	}
	for _, at := range words.Once([]string{n.flat, n.flat[max(strings.Index(n.flat, string(n.brand)), 0):]}) {
		r := []rune(at)
		for size := leastInside; size <= min(longestShort, len(r)-1); size++ {
			s.Shorts = append(s.Shorts, mark(string(r[:size])))
		}
	}
	return s
}

// inside finds the long names in which a short one stands (its characters and pairs of
// them), or of which it takes its characters (each of them).
func inside(short []rune, group string) (all [][]string) {
	if len(short) >= leastInside {
		all = append(all, words.GramTokens(string(short)))
	}
	if len(short) <= abbreviation {
		var each []string
		for _, t := range words.GramTokens(string(short)) {
			if r := []rune(t); len(r) == 1 || !unicode.Is(unicode.Han, r[0]) {
				each = append(each, t)
			}
		}
		if group != "" {
			each = append(each, "集团")
		}
		all = append(all, words.Once(each))
	}
	return all
}
