// Package words turns Chinese and Latin text into what an index and a sort order need.
package words

import (
	"bufio"
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:embed facts/simplified.txt
var simplifiedFile string

type simplifiedTable struct {
	chars   map[rune]rune
	phrases map[rune][][2]string // by first character; longest first
}

var simplified = sync.OnceValue(func() simplifiedTable {
	t := simplifiedTable{chars: map[rune]rune{}, phrases: map[rune][][2]string{}}
	for line := range lines(simplifiedFile) {
		if to, from, ok := strings.Cut(line, "\t"); ok {
			r, _ := utf8.DecodeRuneInString(to)
			for _, f := range from {
				t.chars[f] = r
			}
			continue
		}
		if to, from, ok := strings.Cut(line, " "); ok {
			first, _ := utf8.DecodeRuneInString(from)
			at := 0
			for at < len(t.phrases[first]) && len(t.phrases[first][at][0]) >= len(from) {
				at++
			}
			t.phrases[first] = append(t.phrases[first], [2]string{})
			copy(t.phrases[first][at+1:], t.phrases[first][at:])
			t.phrases[first][at] = [2]string{from, to}
		}
	}
	return t
})

// lines yields the lines of an embedded fact file without blank ones and # comments.
func lines(file string) func(func(string) bool) {
	return func(yield func(string) bool) {
		s := bufio.NewScanner(strings.NewReader(file))
		for s.Scan() {
			line := strings.TrimSpace(s.Text())
			if line == "" || line[0] == '#' {
				continue
			}
			if !yield(line) {
				return
			}
		}
	}
}

// Simplified writes traditional characters as simplified ones (臺達 → 台达) and leaves everything else as it is.
func Simplified(s string) string {
	if isASCII(s) {
		return s
	}
	t := simplified()
	var b strings.Builder
	b.Grow(len(s))
next:
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		for _, p := range t.phrases[r] {
			if strings.HasPrefix(s[i:], p[0]) {
				b.WriteString(p[1])
				i += len(p[0])
				continue next
			}
		}
		if to, ok := t.chars[r]; ok {
			r = to
		}
		b.WriteRune(r)
		i += size
	}
	return b.String()
}

// Normal is the form in which two spellings of one text are equal: NFKC, lower case, simplified, without
// invisible characters, white space joined and trimmed. It is idempotent.
func Normal(s string) string {
	s = strings.ToValidUTF8(s, "")
	if !isASCII(s) {
		s = norm.NFKC.String(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
		case invisible(r):
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(unicode.ToLower(r))
		}
	}
	out := b.String()
	if isASCII(out) {
		return out
	}
	return norm.NFKC.String(Simplified(norm.NFKC.String(out)))
}

// invisible characters arrive from web pages and WeChat and make equal texts differ.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Variation_Selector, r) ||
		r == '\u115f' || r == '\u1160' || r == '\u3164' || r == '\u034f'
}

// Digit writes a digit of any script as ASCII; Unicode has the ten digits of a script in a row. r must be a digit.
func Digit(r rune) rune {
	zero := r
	for unicode.IsDigit(zero-1) && r-zero < 9 {
		zero--
	}
	return '0' + (r - zero)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
