package words

import "strings"

// Term is one index word that answers a query; with Prefix every word that begins with Token.
type Term struct {
	Token  string
	Prefix bool
}

// Query is what a person typed into a search box.
type Query struct {
	groups [][]Term
	exact  []string
}

// maxGroups bounds what one query may ask of the index.
const maxGroups = 24

// Parse reads 华兴, huaxing, hxkj, Softlife文化 and mixtures of them with spaces. Text without a letter or digit
// gives an empty query.
func Parse(q string) Query {
	var out Query
	seen := map[Term]bool{}
	add := func(group ...Term) {
		if len(out.groups) >= maxGroups || (len(group) == 1 && seen[group[0]]) {
			return
		}
		if len(group) == 1 {
			seen[group[0]] = true
		}
		out.groups = append(out.groups, group)
	}
	for _, p := range parts(clip(q, 400)) {
		if !p.cjk {
			for _, group := range latinGroups(p.text) {
				add(group...)
			}
			continue
		}
		if len(p.runes) == 1 {
			add(Term{Token: p.text})
			continue
		}
		for i := 0; i+1 < len(p.runes); i++ {
			add(Term{Token: string(p.runes[i : i+2])})
		}
		if len(p.runes) > 2 {
			out.exact = append(out.exact, p.text)
		}
	}
	return out
}

// Groups are all to be met; of one group any term does.
func (q Query) Groups() [][]Term { return q.groups }

// Exact are the runs of three and more characters that a found text should contain as they stand (in Normal form):
// pairs alone also find texts that hold them apart.
func (q Query) Exact() []string { return q.exact }

// Empty is true when there is nothing to search for.
func (q Query) Empty() bool { return len(q.groups) == 0 }

// latinGroups reads a Latin word as a word, as initials and as full pinyin. Pinyin longer than one token is asked
// for piece by piece, each piece beside the whole word.
func latinGroups(word string) [][]Term {
	group := []Term{{kindWord + clip(word, maxWord), true}}
	if !isASCII(word) || isDigit(word[0]) && letterDigitRuns(word) == nil {
		return [][]Term{group}
	}
	if len(word) <= maxInitials {
		group = append(group, Term{kindInitials + word, true})
	}
	pieces := pinyinPieces(word)
	if len(pieces) == 0 {
		return [][]Term{group}
	}
	var groups [][]Term
	for i, piece := range pieces {
		g := group[:len(group):len(group)]
		groups = append(groups, append(g, Term{kindPinyin + piece, true}))
		if i == 5 {
			break
		}
	}
	return groups
}

// pinyinPieces cuts a word into pieces that full-pinyin tokens can begin with, or gives nil when it cannot be one.
// A short word is one piece and need not be whole syllables (huax).
func pinyinPieces(word string) []string {
	syllables := splitSyllables(word)
	if len(word) <= maxPinyin && (len(syllables) == 0 || len(syllables) <= maxSyllables) {
		return []string{word}
	}
	var pieces []string
	piece, n := "", 0
	for _, s := range syllables {
		if n == maxSyllables || len(piece)+len(s) > maxPinyin {
			pieces = append(pieces, piece)
			piece, n = "", 0
		}
		piece += s
		n++
	}
	if piece != "" {
		pieces = append(pieces, piece)
	}
	return pieces
}

// splitSyllables cuts full pinyin, the last syllable possibly unfinished; longest syllables first, nil when it is none.
func splitSyllables(word string) []string {
	known := syllables()
	failed := make([]bool, len(word)+1)
	var cut func(at int) []string
	cut = func(at int) []string {
		if at == len(word) {
			return []string{}
		}
		if failed[at] {
			return nil
		}
		for n := min(6, len(word)-at); n > 0; n-- {
			if !known.whole[word[at:at+n]] {
				continue
			}
			if rest := cut(at + n); rest != nil {
				return append([]string{word[at : at+n]}, rest...)
			}
		}
		if rest := word[at:]; len(rest) < 6 && known.begin[rest] {
			return []string{rest}
		}
		failed[at] = true
		return nil
	}
	return cut(0)
}

// Like escapes a text for LIKE with ESCAPE '\' and puts % around it.
func Like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
}
