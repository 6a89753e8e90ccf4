package statement

import (
	"regexp"
	"strings"
)

// A Token is a word, hole or sign of a query, and where it stands.
type Token struct {
	Text string
	At   int
}

var tokens = regexp.MustCompile(`'[^']*'|\{[^}]*\}|::|:\w+|\w+|\S`)

// Scan splits text into words, holes and signs, leaving out strings. It refuses
// whatever could hide a word from it.
func Scan(text string) []Token {
	for _, sign := range []string{`"`, "`", "[", `\`, ";", "$", "?", "@", "--", "/*"} {
		if strings.Contains(text, sign) {
			panic("db: no " + sign + " in " + text)
		}
	}
	var all []Token
	for _, at := range tokens.FindAllStringIndex(text, -1) {
		word := text[at[0]:at[1]]
		if word[0] == '\'' {
			if len(word) == 1 || strings.ContainsAny(word, "{}:") {
				panic("db: a string stays open or holds a brace or colon in " + text)
			}
			continue
		}
		all = append(all, Token{word, at[0]})
	}
	return all
}
