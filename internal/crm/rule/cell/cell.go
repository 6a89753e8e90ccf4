// Package cell reads the cells of people's own lists: days, moments, sums, head counts, phones and people as they are
// written there. What can be read in two ways is refused: a list is imported once, and nobody reads it again.
package cell

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// plain is a cell with the width of ASCII, without invisible characters and Excel's apostrophe, white space joined.
func plain(s string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFKC.String(strings.ToValidUTF8(s, "")) {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Cc, r):
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(strings.TrimLeft(b.String(), "'’‘`"))
}

// notFilled are whole cells by which people say that there is nothing.
var notFilled = set(`无 没有 暂无 空 空白 未填 未填写 暂未填写 n/a na #n/a #n/a! n.a n.a. null #null! nil none nan undefined (空) (无) (空白) (null) <null> \n`)

// Empty tells cells that are not filled: blank, “-”, “/”, “—”, “无”, “暂无”, “N/A”, “#N/A”, “NULL”. For an optional field that is
// nothing; a required one then says that it is required. A yes/no field asks ParseBool first: there 无 means no.
func Empty(text string) bool {
	s := strings.ToLower(plain(text))
	if s == "" || notFilled[s] || notFilled[strings.TrimRight(s, "。.")] {
		return true
	}
	return strings.Trim(s, `-–—―ー_/\|·•. ~`) == ""
}

// spreadsheetErrors are what Excel and WPS show in place of a value that they could not work out.
var spreadsheetErrors = set(`#ref! #value! #div/0! #name? #num! #spill! #calc! #getting_data #error!`)

// Damaged tells cells in which the spreadsheet lost the value: #REF!, #VALUE!, ######. (A phone of the form 1.38E+10 is
// told by rule.ParsePhone.)
func Damaged(text string) bool {
	s := strings.ToLower(plain(text))
	return spreadsheetErrors[s] || len(s) >= 3 && strings.Trim(s, "#") == ""
}

var (
	yes = set("是 有 对 已 √ ✓ ✔ ☑ ✅ y yes t true 1 1.0 on 真 需要 同意")
	no  = set("否 无 没有 不 不是 未 × ✕ ✗ ✘ ☐ ❌ ☒ n no f false 0 0.0 x off 假 不需要 不同意")
)

// ParseBool reads yes and no: 是 否, 有 无, √ ×, Y N, 1 0, true false. Anything else, a blank cell too, is not ok.
func ParseBool(text string) (value, ok bool) {
	s := strings.ToLower(strings.TrimRight(plain(text), "。."))
	return yes[s], yes[s] || no[s]
}

// set makes a lookup of words that stand in a text with spaces between them.
func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[norm.NFKC.String(w)] = true
	}
	return m
}
