package words

import "strings"

// Kinds of tokens. A token is a kind digit and a text of lower-case letters, digits and CJK; grams of CJK need no
// digit. Digit 5 is PersonTokens', 9 is left to scopes of the caller.
const (
	kindWord     = "0"
	kindInitials = "1"
	kindPinyin   = "2"
	kindPerson   = "5"

	maxInitials  = 8  // letters of one initials token
	maxSyllables = 4  // syllables of one full-pinyin token
	maxPinyin    = 16 // letters of one full-pinyin token
	maxWord      = 40 // letters of one Latin word; nobody types more
	maxReadings  = 4  // combinations of heteronyms kept per position
)

// endings are legal forms: in every second name, so their pinyin would only fill the index.
var endings = []string{"股份有限公司", "有限责任公司", "有限公司", "股份公司"}

// Tokens are the index words of a text: characters, pairs of characters, Latin words, initials and full pinyin from
// every character on. Without repetition, in order of appearance.
func Tokens(text string) []string {
	t := newTokenSet()
	ps := parts(text)
	t.grams(ps)
	t.pinyin(ps)
	return t.list
}

// NameTokens are Tokens of an organisation's or product's name; legal forms (有限公司 …) get no pinyin.
func NameTokens(name string) []string {
	t := newTokenSet()
	ps := parts(name)
	t.grams(ps)
	var spoken []part
	for _, p := range ps {
		if p.cjk {
			for _, e := range endings {
				if p.text == e {
					p.text = ""
				} else if at := strings.Index(p.text, e); at > 0 {
					p.text = p.text[:at] + p.text[at+len(e):]
				}
			}
			p.runes = []rune(p.text)
		}
		if p.text != "" {
			spoken = append(spoken, p)
		}
	}
	t.pinyin(spoken)
	return t.list
}

// GramTokens are Tokens without pinyin, for long texts that nobody searches by sound.
func GramTokens(text string) []string {
	t := newTokenSet()
	t.grams(parts(text))
	return t.list
}

type tokenSet struct {
	seen map[string]bool
	list []string
}

func newTokenSet() *tokenSet { return &tokenSet{seen: map[string]bool{}} }

func (t *tokenSet) add(token string) {
	if !t.seen[token] {
		t.seen[token] = true
		t.list = append(t.list, token)
	}
}

func (t *tokenSet) grams(ps []part) {
	for _, p := range ps {
		if !p.cjk {
			t.add(kindWord + clip(p.text, maxWord))
			for _, sub := range letterDigitRuns(p.text) {
				t.add(kindWord + clip(sub, maxWord))
			}
			continue
		}
		for i, r := range p.runes {
			t.add(string(r))
			if i+1 < len(p.runes) {
				t.add(string(p.runes[i : i+2]))
			}
		}
	}
}

// letterDigitRuns cuts c20240501001 into c and 20240501001, so that a number is found without its prefix. A word of
// one kind gives nothing.
func letterDigitRuns(word string) []string {
	var runs []string
	start := 0
	for i := 1; i < len(word); i++ {
		if isDigit(word[i]) != isDigit(word[i-1]) {
			runs = append(runs, word[start:i])
			start = i
		}
	}
	if start == 0 {
		return nil
	}
	return append(runs, word[start:])
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func clip(s string, max int) string {
	if len(s) <= max {
		return s
	}
	for max > 0 && s[max]&0xC0 == 0x80 {
		max--
	}
	return s[:max]
}

// pinyin adds initials and full pinyin from every character on. Latin words take part as they stand, so that TCL科技
// is found by tclkj.
func (t *tokenSet) pinyin(ps []part) {
	items := sounds(ps)
	for i := range items {
		if !items[i].spoken {
			continue
		}
		for _, s := range initialsFrom(items[i:]) {
			t.add(kindInitials + s)
		}
		for _, s := range pinyinFrom(items[i:]) {
			t.add(kindPinyin + s)
		}
	}
	// A name that begins with a Latin word is typed from there: tclkj.
	if len(items) > 1 && !items[0].spoken {
		for _, s := range initialsFrom(items) {
			t.add(kindInitials + s)
		}
		for _, s := range pinyinFrom(items) {
			t.add(kindPinyin + s)
		}
	}
}

func initialsFrom(items []sound) []string {
	return combine(items, maxInitials, maxInitials, func(it sound, reading string) string {
		if it.spoken {
			return reading[:1]
		}
		return reading
	})
}

func pinyinFrom(items []sound) []string {
	return combine(items, maxSyllables, maxPinyin, func(_ sound, reading string) string { return reading })
}

// combine joins the readings of at most maxItems items up to maxLetters letters. Readings that do not fit any more end
// the token; a first one always stays.
func combine(items []sound, maxItems, maxLetters int, form func(sound, string) string) []string {
	done, open := []string(nil), []string{""}
	for n, it := range items {
		if n == maxItems || len(open) == 0 {
			break
		}
		var next []string
		for _, head := range open {
			ended := false
			for _, reading := range it.readings {
				s := head + form(it, reading)
				if len(s) > maxLetters {
					if head == "" {
						done = appendNew(done, clip(s, maxLetters))
					} else if !ended {
						done = appendNew(done, head)
					}
					ended = true
					continue
				}
				if len(next) < maxReadings {
					next = appendNew(next, s)
				}
			}
		}
		open = next
	}
	for _, s := range open {
		if s != "" {
			done = appendNew(done, s)
		}
	}
	return done
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// Once drops what stands twice, in place.
func Once(all []string) []string {
	seen := make(map[string]bool, len(all))
	out := all[:0]
	for _, w := range all {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}
