package rule

import (
	"strings"
	"unicode"

	"zhike/internal/platform/words"
)

// scanner looks at a text character by character in a plain form (view) and lays masks over spans of the original.
type scanner struct {
	text  []rune
	view  []rune
	cover []int // index+1 into masks at a masked span's first character, -1 at its others
	masks []string
	done  []bool // belongs to something already judged
}

const (
	unseen = -1   // invisible characters, may stand between digits
	spelt  = -100 // spelt + 3 is 三
)

func newScanner(text string) *scanner {
	r := []rune(text)
	sc := &scanner{text: r, view: make([]rune, len(r)), cover: make([]int, len(r)), done: make([]bool, len(r))}
	for i := range r {
		sc.view[i] = plainRune(r[i])
	}
	sc.speltDigits()
	return sc
}

func plainRune(r rune) rune {
	if r < 0x80 {
		return unicode.ToLower(r)
	}
	if at := strings.IndexRune("〇一二三四五六七八九", r); at >= 0 {
		return spelt + rune(at/3)
	}
	switch r {
	case '零':
		return spelt
	case '幺':
		return spelt + 1
	case '–', '—', '‐', '‑', '−', '－', '﹣', '·', '•', '．', '。':
		return '-'
	case '＊':
		return '*'
	}
	switch n := []rune(words.Normal(string(r))); {
	case len(n) == 0 && unicode.IsSpace(r):
		return ' '
	case len(n) == 0:
		return unseen
	case len(n) == 1 && n[0] >= 0x80 && unicode.IsDigit(n[0]):
		return words.Digit(n[0])
	case len(n) == 1:
		return n[0]
	}
	return r
}

// speltDigits turns 幺三八零零… into digits where at least seven stand in a row and most are spelt; 周一 and 二〇二四年
// stay words.
func (sc *scanner) speltDigits() {
	for i := 0; i < len(sc.view); {
		j, spoken := i, 0
		for ; j < len(sc.view) && (isDigitRune(sc.view[j]) || sc.view[j] <= spelt+9 && sc.view[j] >= spelt); j++ {
			if sc.view[j] < 0 {
				spoken++
			}
		}
		if j-i >= 7 && spoken >= 4 {
			for k := i; k < j; k++ {
				if sc.view[k] < 0 {
					sc.view[k] += '0' - spelt
				}
			}
		}
		i = max(j, i+1)
	}
}

func isDigitRune(r rune) bool { return r >= '0' && r <= '9' }

func (sc *scanner) judge(from, to int) {
	for i := from; i < to; i++ {
		sc.done[i] = true
	}
}

func (sc *scanner) put(from, to int, mask string) {
	sc.masks = append(sc.masks, mask)
	sc.cover[from] = len(sc.masks)
	for i := from + 1; i < to; i++ {
		sc.cover[i] = -1
	}
	sc.judge(from, to)
}

func (sc *scanner) result() string {
	var b strings.Builder
	for i, r := range sc.text {
		switch c := sc.cover[i]; {
		case c > 0:
			b.WriteString(sc.masks[c-1])
		case c == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func asciiWord(r rune) bool { return isDigitRune(r) || r >= 'a' && r <= 'z' }

// emails masks what stands before an @ with a domain behind it.
func (sc *scanner) emails() {
	for at, r := range sc.view {
		if r != '@' {
			continue
		}
		from := at
		for from > 0 && !sc.done[from-1] && (asciiWord(sc.view[from-1]) || strings.ContainsRune(".-_+%*", sc.view[from-1])) {
			from--
		}
		to := at + 1
		for to < len(sc.view) && (asciiWord(sc.view[to]) || sc.view[to] == '.' || sc.view[to] == '-') {
			to++
		}
		for to > at+1 && !asciiWord(sc.view[to-1]) {
			to--
		}
		if from == at || !strings.ContainsRune(string(sc.view[at:to]), '.') {
			continue
		}
		local := string(sc.text[from:at])
		if IsMasked(local) {
			sc.judge(from, to)
			continue
		}
		sc.put(from, at, maskEnds(local))
		sc.judge(at, to)
	}
}

// digitAt is one digit of a chain: its place, and whether something stands between it and the one before.
type digitAt struct {
	char rune
	at   int
	gap  bool
}

const maxGap = 3 // characters that may separate two digits of one number

// chain collects the digits from i on that could be one number.
func (sc *scanner) chain(i int) []digitAt {
	var ds []digitAt
	for gap := 0; i < len(sc.view) && (len(ds) < 40 || gap == 0); i++ {
		switch r := sc.view[i]; {
		case sc.done[i]:
			return ds
		case isDigitRune(r):
			ds = append(ds, digitAt{r, i, gap > 0})
			gap = 0
		case r == unseen:
		case strings.ContainsRune(" -.()_", r) && gap < maxGap:
			gap++
		case r == '*' && gap == 0:
			return withoutLastGroup(ds)
		default:
			return ds
		}
	}
	return ds
}

// withoutLastGroup drops the beginning of a masked number from what stands before it.
func withoutLastGroup(ds []digitAt) []digitAt {
	for n := len(ds) - 1; n > 0; n-- {
		if ds[n].gap {
			return ds[:n]
		}
	}
	return ds
}

func digitsOf(ds []digitAt) string {
	var b strings.Builder
	for _, d := range ds {
		b.WriteRune(d.char)
	}
	return b.String()
}

// endsAt tells whether the first n digits of a chain end where a group ends.
func endsAt(ds []digitAt, n int) bool { return len(ds) == n || len(ds) > n && ds[n].gap }

// numbers masks phones, accounts and ID numbers, from left to right.
func (sc *scanner) numbers() {
	for i := 0; i < len(sc.view); i++ {
		if sc.done[i] || !isDigitRune(sc.view[i]) {
			continue
		}
		if end := sc.creditCode(i); end > 0 {
			sc.judge(i, end)
			i = end - 1
			continue
		}
		ds := sc.chain(i)
		run := 1
		for run < len(ds) && !ds[run].gap {
			run++
		}
		from, n, mask := sc.number(i, ds, run)
		switch {
		case n == 0:
			i = ds[run-1].at
		case mask == "":
			sc.judge(from, ds[n-1].at+1)
			i = ds[n-1].at
		default:
			end := ds[n-1].at + 1
			if strings.HasSuffix(mask, "x") {
				end++
				mask = strings.TrimSuffix(mask, "x")
			}
			sc.put(from, end, mask)
			i = end - 1
		}
	}
}

// creditCode gives the end of a valid credit code that i stands in.
func (sc *scanner) creditCode(i int) int {
	from, to := i, i
	for from > 0 && asciiWord(sc.view[from-1]) {
		from--
	}
	for to < len(sc.view) && asciiWord(sc.view[to]) {
		to++
	}
	if to-from != 18 {
		return 0
	}
	if _, err := CreditCode(string(sc.view[from:to])); err != nil {
		return 0
	}
	return to
}

// number judges the chain at i, whose first run digits stand together: how many digits are one number, from where, and
// its mask; no mask for a corporate number, a final x for an ID number's X behind the digits.
func (sc *scanner) number(i int, ds []digitAt, run int) (from, n int, mask string) {
	all := digitsOf(ds)
	if i > 0 && sc.view[i-1] == '+' {
		if n, mask := mainlandIn(ds, all, 2, strings.HasPrefix(all, "86")); n > 0 {
			return i - 1, n, mask
		}
		for n := min(len(ds), 15); n >= 7; n-- {
			if !endsAt(ds, n) {
				continue
			}
			if p, err := ParsePhone("+" + all[:n]); err == nil {
				return i - 1, n, p.Masked()
			}
		}
	}
	// What follows a star is the rest of a masked number.
	free := i == 0 || sc.view[i-1] != '*'
	if free {
		for _, country := range []string{"0086", "86", ""} {
			if n, mask := mainlandIn(ds, all, len(country), strings.HasPrefix(all, country)); n > 0 {
				return i, n, mask
			}
		}
	}
	if run >= 7 {
		if next := ds[run-1].at + 1; run == 17 && next < len(sc.view) && sc.view[next] == 'x' {
			return i, run, all[:3] + strings.Repeat("*", 11) + all[14:17] + "Xx"
		}
		return i, run, maskDigits(all[:run])
	}
	if free {
		if n := groupsOfFour(ds); n > 0 {
			return i, n, maskDigits(all[:n])
		}
		if n := 8; run >= 3 && run <= 4 && len(ds) >= run+4 && ds[run].gap && endsAt(ds, run+4) && noGaps(ds[run+1:run+4]) && sc.labelled(i) {
			n = run + 4
			return i, n, maskDigits(all[:n])
		}
	}
	return i, 0, ""
}

func noGaps(ds []digitAt) bool {
	for _, d := range ds {
		if d.gap {
			return false
		}
	}
	return true
}

// mainlandIn finds a mainland phone in a chain after skip digits of country code.
func mainlandIn(ds []digitAt, all string, skip int, ok bool) (n int, mask string) {
	if !ok {
		return 0, ""
	}
	for n := min(len(ds), skip+12); n >= skip+10; n-- {
		if !endsAt(ds, n) {
			continue
		}
		rest := all[skip:n]
		if skip > 0 && rest[0] != '1' && rest[0] != '0' && rest[0] != '4' {
			rest = "0" + rest
		}
		switch p, err := mainland(rest, false); {
		case err != nil:
		case p.Kind == Service && skip == 0:
			return n, ""
		default:
			return n, p.Masked()
		}
	}
	return 0, ""
}

// groupsOfFour finds card numbers as they are printed: 6228 4800 3021 2345 678.
func groupsOfFour(ds []digitAt) int {
	n, groups := 0, 0
	for n < len(ds) {
		size := 1
		for n+size < len(ds) && !ds[n+size].gap {
			size++
		}
		if size > 4 || size < 4 && groups < 3 {
			break
		}
		n += size
		groups++
		if size < 4 {
			break
		}
	}
	if groups < 4 || n > 20 {
		return 0
	}
	return n
}

// labelled tells whether 电话, tel … stand shortly before: only then are two short groups (8502 2088) a phone and not a
// span of prices or years.
func (sc *scanner) labelled(i int) bool {
	before := string(sc.view[max(0, i-8):i])
	for _, l := range []string{"电话", "座机", "固话", "手机", "号码", "tel", "phone"} {
		if strings.Contains(before, l) {
			return true
		}
	}
	return false
}

// maskDigits masks digits of unknown kind: an ID number keeps 3 and 4, an account 6 and 4, a phone's length 3 and 4, what is
// shorter the last 4.
func maskDigits(d string) string {
	switch n := len(d); {
	case n == 18 || n >= 11 && n <= 15:
		return hidden(d, 3, 4)
	case n > 15:
		return hidden(d, 6, 4)
	}
	return hidden(d, 0, 4)
}
