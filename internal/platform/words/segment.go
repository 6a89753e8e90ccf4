package words

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// part is a run of CJK characters or one Latin word of a normalised text.
type part struct {
	text  string
	runes []rune
	cjk   bool
}

// parts cuts normalised text where the script changes and at everything that is neither letter nor digit.
func parts(text string) []part {
	var out []part
	var run []rune
	var cjk bool
	flush := func() {
		if len(run) > 0 {
			out = append(out, part{string(run), run, cjk})
			run = nil
		}
	}
	for _, r := range unaccented(Normal(text)) {
		ideograph := isCJK(r)
		if !ideograph && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
			continue
		}
		if len(run) > 0 && ideograph != cjk {
			flush()
		}
		cjk = ideograph
		run = append(run, r)
	}
	flush()
	return out
}

// unaccented folds café to cafe: the index must not depend on how a database folds accents. Kana keep their
// voicing marks, they are letters of their own.
func unaccented(s string) string {
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	base := rune(0)
	for _, r := range norm.NFD.String(s) {
		if unicode.Is(unicode.Mn, r) && !isCJK(base) {
			continue
		}
		if !unicode.Is(unicode.Mn, r) {
			base = r
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

// isCJK tells the scripts that are written without spaces and are indexed by character.
func isCJK(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) && (unicode.IsLetter(r) || r == '々' || r == '〇')
}
