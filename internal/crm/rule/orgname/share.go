package orgname

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

var (
	shareMarks   = regexp.MustCompile(`^(?:(?:S?\*ST|SST|NST|\*|G)(?:\p{Han}|[A-Z])|(?:ST|XD|XR|DR|N|C|U|退市)\p{Han})`)
	shareLetters = regexp.MustCompile(`(\p{Han}{2})(?:-[A-Z]{1,3}|[ABH]|\(?退\)?)$`)
)

// ShareName takes out of an exchange's short name what the exchange put there: marks of trading (*ST智胜, XD, N, C, 退), share
// letters (万 科Ａ, -W) and spaces. 中国A谷 and TCL科技 stay.
func ShareName(s string) string {
	t := strings.Join(strings.Fields(norm.NFKC.String(s)), "")
	if m := shareMarks.FindString(t); m != "" {
		last := []rune(m)
		t = string(last[len(last)-1]) + t[len(m):]
	}
	if shareLetters.MatchString(t) {
		t = shareLetters.ReplaceAllString(t, "$1")
	}
	return t
}

// BareShare is a share's name without the trade words, 股份 and 集团 at its end: 伟隆股份 → 伟隆.
func BareShare(s string) string {
	for _, end := range []string{"股份", "集团", "控股", "公司"} {
		if cut, ok := strings.CutSuffix(s, end); ok && len([]rune(cut)) >= 2 {
			s = cut
		}
	}
	brand, _ := cutTrade(s, false)
	return brand
}
