package words

import (
	"slices"
	"strings"
)

// maxPerson is the longest pinyin or initials prefix of a personal name that is indexed.
const maxPerson = 8

// PersonTokens are the index words of a personal name, each keyed by hash, so that the index holds no name: characters,
// pairs of characters, and prefixes of full pinyin, of initials and of Latin words up to 8 letters, from every
// character on. A hash must give letters and digits only.
func PersonTokens(name string, hash func(string) string) []string {
	t := newTokenSet()
	add := func(space, s string) { t.add(kindPerson + hash(space+s)) }
	ps := parts(name)
	for _, p := range ps {
		if !p.cjk {
			prefixes(p.text, func(s string) { add("p:", s) })
			continue
		}
		for i, r := range p.runes {
			add("c:", string(r))
			if i+1 < len(p.runes) {
				add("c:", string(p.runes[i:i+2]))
			}
		}
	}
	items := personSounds(ps)
	for i := range items {
		for _, s := range initialsFrom(items[i:]) {
			prefixes(s, func(s string) { add("p:", s) })
		}
		for _, s := range combine(items[i:], maxPerson, 3*maxPerson, func(_ sound, r string) string { return r }) {
			prefixes(s, func(s string) { add("p:", s) })
		}
	}
	return t.list
}

// PersonQuery are the tokens that must all be present for a name to answer q: 三丰, 张三, zhangs, zsf, John S.
// Empty when q has no letter.
func PersonQuery(q string, hash func(string) string) []string {
	t := newTokenSet()
	for _, p := range parts(clip(q, 120)) {
		switch {
		case !p.cjk:
			t.add(kindPerson + hash("p:"+clip(p.text, maxPerson)))
		case len(p.runes) == 1:
			t.add(kindPerson + hash("c:"+p.text))
		default:
			for i := 0; i+1 < len(p.runes); i++ {
				t.add(kindPerson + hash("c:"+string(p.runes[i:i+2])))
			}
		}
	}
	return t.list
}

// PersonHolds says that a name answers what was typed of it: a part of it as it stands, its pinyin or its initials. For names
// that lie open and are few; others have their tokens in the index.
func PersonHolds(name, q string) bool {
	if strings.Contains(Normal(name), Normal(q)) {
		return true
	}
	open := func(s string) string { return s }
	want := PersonQuery(q, open)
	if len(want) == 0 {
		return false
	}
	have := PersonTokens(name, open)
	return !slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(have, w) })
}

// prefixes gives every prefix of s up to maxPerson bytes, cut between characters.
func prefixes(s string, use func(string)) {
	for i := range s {
		if i > 0 && i <= maxPerson {
			use(s[:i])
		}
	}
	if len(s) <= maxPerson {
		use(s)
	}
}
