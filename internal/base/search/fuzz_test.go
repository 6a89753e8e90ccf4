package search

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"zhike/internal/platform/crypt"
)

var (
	sevenDigits = regexp.MustCompile(`(^|[^A-Za-z0-9])[0-9]{7}`)
	token       = regexp.MustCompile(`^[\pL\pN]+$`)
)

// FuzzQuery: a search box takes anything; a number of seven digits or an address is sent elsewhere, and what goes to the index
// is words, few and short, that no syntax of either database can be made of.
func FuzzQuery(f *testing.F) {
	keys, _, err := crypt.Create(crypt.NewKEK())
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"华兴 hxkj", "13812345678", "a@b.cn", "C20240501001", "' OR 1=1 --", `"*:NEAR( AND`, "１３８１２３４５", "张三 138", "\xff\x00客"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, q string) {
		err := Check(q)
		if err != nil && !errors.Is(err, ErrSensitive) {
			t.Fatal(err)
		}
		if err == nil && (sevenDigits.MatchString(q) || strings.ContainsRune(q, '@')) {
			t.Errorf("%q is asked for in a URL", q)
		}
		for _, groups := range Sought(keys, q).Alternatives {
			if len(groups) > 64 {
				t.Errorf("%q asks for %d words", q, len(groups))
			}
			for _, any := range groups {
				for _, w := range any {
					if len(w.Text) > 100 || !token.MatchString(w.Text) {
						t.Errorf("%q asks the index for %q", q, w.Text)
					}
				}
			}
		}
		if four, ok := LastFour(q); ok && (len(four) != 4 || !strings.Contains(q, four)) {
			t.Errorf("%q ends in %q", q, four)
		}
		if from, until, ok := Numbered(q); ok && (from >= until || !strings.HasPrefix(until, from) || strings.ContainsFunc(from, func(r rune) bool { return r > unicode.MaxASCII })) {
			t.Errorf("%q is the numbers from %q to %q", q, from, until)
		}
	})
}
