package rule

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"zhike/internal/platform/words"
)

// vagueWords say nothing as a whole value, DOMAIN §11; a company may keep its own list (VagueAmong).
const vagueWords = `暂未填写 未填写 未填 待填写 待填 待补充 待完善 稍后补充 以后再填 不清楚 不太清楚 不知道 不晓得 不了解 不详 不明 未知 待定 未定
待确认 无 没有 暂无 空 无数据 无内容 无信息 没啥 没什么 随便 略 同上 见上 保密 不便透露 n/a na n.a. none null nil undefined unknown tbd todo
test testing 测试 测试数据 测试一下 试试 试一下 xxx xx x 某某 某 aaa abc asdf qwe qwerty 123 1234 12345 123456 1234567 12345678 123456789 待沟通
跟进 已跟进 正常跟进 联系 已联系 联系了 打电话 打了电话 沟通 已沟通 ok 好的 嗯 哈哈 呵呵`

var vagueSet = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(vagueWords) {
		m[vagueForm(w)] = true
	}
	return m
})

// VagueWords are the words of the default list, for the setting.
func VagueWords() []string { return strings.Fields(vagueWords) }

// Vague tells whether a whole value says nothing: 暂未填写, 不清楚, N/A, xxx, 123, ---. The same words inside a sentence
// (客户说不清楚预算) are fine. An empty value is not vague, it is missing.
func Vague(s string) bool {
	f := vagueForm(s)
	return vagueSet()[f] || emptyTalk(s, f)
}

// VagueAmong is Vague where a company has further words and finds some of the default list fine.
func VagueAmong(s string, further, fine []string) bool {
	f := vagueForm(s)
	is := func(w string) bool { return f != "" && f == vagueForm(w) }
	if slices.ContainsFunc(fine, is) {
		return false
	}
	return slices.ContainsFunc(further, is) || Vague(s)
}

// emptyTalk finds values of punctuation alone and of one letter, digit or mark repeated.
func emptyTalk(s, form string) bool {
	if form == "" {
		return strings.TrimSpace(s) != ""
	}
	runes := []rune(form)
	for _, r := range runes[1:] {
		if r != runes[0] {
			return false
		}
	}
	return len(runes) >= 3 && (runes[0] < 0x80 || strings.ContainsRune("某无测哈呵嗯啊叉", runes[0]))
}

// vagueForm leaves letters and digits; what stands around a word (“无。”, “（暂无）”) does not make it say more.
func vagueForm(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, words.Normal(s))
}

// betterWordings are phrases that sound like news and hold none, and what to write instead.
var betterWordings = sync.OnceValue(func() [][]string { return factRows("better-wordings.csv", true) })

// BetterWording finds a phrase that says little, unless it is one of those that are fine, and proposes what a reader could
// use. It is a hint: the text may be saved as it is, where the company does not block it.
func BetterWording(s string, fine ...string) (phrase, better string, ok bool) {
	text := words.Normal(s)
	at := len(text)
	for _, w := range betterWordings() {
		if slices.ContainsFunc(fine, func(f string) bool { return words.Normal(f) == w[0] }) {
			continue
		}
		if i := strings.Index(text, w[0]); i >= 0 && (i < at || i == at && len(w[0]) > len(phrase)) {
			at, phrase, better, ok = i, w[0], w[1], true
		}
	}
	return phrase, better, ok
}
