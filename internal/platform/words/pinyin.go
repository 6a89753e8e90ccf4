package words

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/mozillazg/go-pinyin"
)

//go:embed facts/phrases.txt
var phraseFile string

//go:embed facts/heteronyms.txt
var heteronymFile string

// readings are the facts about how characters sound where the dictionary's first reading is wrong.
type readings struct {
	heteronyms map[rune][]string
	surnames   map[rune][]string
	phrases    map[rune][]phrase // by first character, longest first
	compound   map[string]bool   // surnames of two characters
}

type phrase struct {
	text  []rune
	sound []string
}

var known = sync.OnceValue(func() readings {
	k := readings{map[rune][]string{}, map[rune][]string{}, map[rune][]phrase{}, map[string]bool{}}
	add := func(f []string) {
		p := phrase{[]rune(f[0]), f[1:]}
		list := k.phrases[p.text[0]]
		at := 0
		for at < len(list) && len(list[at].text) >= len(p.text) {
			at++
		}
		k.phrases[p.text[0]] = append(list[:at:at], append([]phrase{p}, list[at:]...)...)
	}
	for line := range lines(heteronymFile) {
		f := strings.Fields(line)
		if f[0] == "姓" {
			k.surnames[[]rune(f[1])[0]] = f[2:]
			continue
		}
		if f[0] == "复姓" {
			k.compound[f[1]] = true
			add(f[1:])
			continue
		}
		k.heteronyms[[]rune(f[0])[0]] = f[1:]
	}
	for line := range lines(phraseFile) {
		add(strings.Fields(line))
	}
	return k
})

// sound is one character with its readings, or one Latin word that stands for itself.
type sound struct {
	char     rune
	readings []string
	spoken   bool // a character, not a Latin word
}

// sounds reads a text. Inside a known phrase only the phrase's reading counts (重庆 is chongqing); elsewhere all usual
// readings, the likeliest first.
func sounds(ps []part) []sound {
	k := known()
	var out []sound
	for _, p := range ps {
		if !p.cjk {
			if isASCII(p.text) {
				out = append(out, sound{readings: []string{p.text}})
			}
			continue
		}
	next:
		for i := 0; i < len(p.runes); {
			for _, ph := range k.phrases[p.runes[i]] {
				if hasPrefix(p.runes[i:], ph.text) {
					for j, s := range ph.sound {
						out = append(out, sound{p.runes[i+j], typed(s), true})
					}
					i += len(ph.text)
					continue next
				}
			}
			if r := read(p.runes[i]); len(r) > 0 {
				out = append(out, sound{p.runes[i], r, true})
			}
			i++
		}
	}
	return out
}

// personSounds reads a personal name: the first character also as a surname (单 is shan), unless it begins a compound one (尉迟).
func personSounds(ps []part) []sound {
	items := sounds(ps)
	if len(items) > 0 && (len(items) < 2 || !known().compound[string([]rune{items[0].char, items[1].char})]) {
		if s, ok := known().surnames[items[0].char]; ok {
			all := append([]string(nil), s...)
			for _, r := range items[0].readings {
				all = appendNew(all, r)
			}
			items[0].readings = all
		}
	}
	return items
}

func hasPrefix(s, prefix []rune) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i, r := range prefix {
		if s[i] != r {
			return false
		}
	}
	return true
}

var toneless = strings.NewReplacer(
	"ā", "a", "á", "a", "ǎ", "a", "à", "a", "ē", "e", "é", "e", "ě", "e", "è", "e", "ế", "e", "ề", "e", "ê", "e",
	"ī", "i", "í", "i", "ǐ", "i", "ì", "i", "ō", "o", "ó", "o", "ǒ", "o", "ò", "o", "ū", "u", "ú", "u", "ǔ", "u", "ù", "u",
	"ǖ", "v", "ǘ", "v", "ǚ", "v", "ǜ", "v", "ü", "v", "ń", "n", "ň", "n", "ǹ", "n", "ḿ", "m", "\u0300", "", "\u0304", "", "\u0301", "", "\u030c", "")

// read gives the usual readings of a character, the likeliest first; nil for kana and what the dictionary lacks.
// ü is written v, as input methods do; 女 吕 绿 are also found by u.
func read(r rune) []string {
	if own, ok := known().heteronyms[r]; ok {
		return own
	}
	all, ok := pinyin.PinyinDict[int(r)]
	if !ok {
		return nil
	}
	first, _, _ := strings.Cut(all, ",")
	s := toneless.Replace(first)
	for i := 0; i < len(s); i++ {
		if s[i] < 'a' || s[i] > 'z' {
			return nil
		}
	}
	return typed(s)
}

// typed adds to lv and nv what people type who do not know the v: lu, nu.
func typed(s string) []string {
	if strings.HasPrefix(s, "lv") || strings.HasPrefix(s, "nv") {
		return []string{s, strings.Replace(s, "v", "u", 1)}
	}
	return []string{s}
}

type syllableSet struct{ whole, begin map[string]bool }

// syllables are all that the dictionary knows, and their beginnings.
var syllables = sync.OnceValue(func() syllableSet {
	set := syllableSet{map[string]bool{}, map[string]bool{}}
	for code := range pinyin.PinyinDict {
		if code < 0x4e00 || code > 0x9fa5 {
			continue
		}
		for _, s := range read(rune(code)) {
			// Interjections (嗯 n, 呣 m) would let any letters pass for pinyin.
			if len(s) == 1 && !strings.Contains("aeo", s) {
				continue
			}
			set.whole[s] = true
			for i := 1; i <= len(s); i++ {
				set.begin[s[:i]] = true
			}
		}
	}
	delete(set.whole, "ng")
	delete(set.whole, "hm")
	delete(set.whole, "hng")
	return set
})

// maxSortKey bounds SortKey; 120 bytes tell some twenty characters apart.
const maxSortKey = 120

// SortKey orders Chinese by pinyin, character by character, among Latin text by the alphabet: ASCII, lower case, at most
// 120 bytes. Digits come first, then Latin and pinyin mixed, unreadable characters last. Phrases and surnames of
// short names are read rightly (重庆, 单).
func SortKey(s string) string {
	var b strings.Builder
	ps := parts(s)
	items := sounds(ps)
	if len(ps) == 1 && ps[0].cjk && len(ps[0].runes) <= 4 {
		items = personSounds(ps)
	}
	at := 0
	word := func(w string) bool {
		if b.Len() > 0 {
			w = " " + w
		}
		if b.Len()+len(w) > maxSortKey {
			b.WriteString(clip(w, maxSortKey-b.Len()))
			return false
		}
		b.WriteString(w)
		return true
	}
	for _, p := range ps {
		if !p.cjk {
			w := p.text
			if isASCII(w) {
				at++
			} else {
				w = escaped(w)
			}
			if !word(w) {
				return b.String()
			}
			continue
		}
		for _, r := range p.runes {
			w := escaped(string(r))
			if at < len(items) && items[at].char == r {
				w = items[at].readings[0]
				at++
			}
			if !word(w) {
				return b.String()
			}
		}
	}
	return b.String()
}

// escaped keeps what has no pinyin in a stable place behind all letters.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "~%05x", r)
	}
	return b.String()
}
