package rule

import (
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

// VagueAmong is Vague with a company's own words instead of the default list.
func VagueAmong(s string, own []string) bool {
	f := vagueForm(s)
	for _, w := range own {
		if f != "" && f == vagueForm(w) {
			return true
		}
	}
	return emptyTalk(s, f)
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
var betterWordings = [][2]string{
	{"意向较强", "计划3个月内采购,预算确认中"},
	{"意向很强", "计划1个月内采购,预算已批,决策人为总经理"},
	{"意向强烈", "计划1个月内采购,预算已批,决策人为总经理"},
	{"意向一般", "有需求但本季度无预算,下季度再谈"},
	{"意向不强", "目前用A品牌,合同明年3月到期,届时再谈"},
	{"意向不大", "目前用A品牌,合同明年3月到期,届时再谈"},
	{"有意向", "想了解X型号,要求本周五前报价"},
	{"有兴趣", "对X功能感兴趣,约周三下午演示"},
	{"比较感兴趣", "对X功能感兴趣,约周三下午演示"},
	{"再联系", "约定5月10日上午电话确认预算"},
	{"过段时间", "约定5月10日上午电话确认预算"},
	{"考虑一下", "需与财务商量付款方式,周五前答复"},
	{"再考虑", "需与财务商量付款方式,周五前答复"},
	{"再看看", "正在与B公司比价,下周二出结果"},
	{"有点贵", "比B公司报价高2万元,要求降到25万元以内"},
	{"太贵", "比B公司报价高2万元,要求降到25万元以内"},
	{"价格高", "比B公司报价高2万元,要求降到25万元以内"},
	{"关系不错", "与采购经理每月见面,可约到总经理"},
	{"客户很好", "客户按期回款,今年下单3次"},
	{"尽快", "5月10日前"},
	{"差不多了", "合同条款已确认,等法务盖章,预计5月10日签"},
	{"问题不大", "只剩付款方式未定,客户要求月结60天"},
}

// BetterWording finds a phrase that says little and proposes what a reader could use. It is a hint: the text may be saved
// as it is.
func BetterWording(s string) (phrase, better string, ok bool) {
	text := words.Normal(s)
	at := len(text)
	for _, w := range betterWordings {
		if i := strings.Index(text, w[0]); i >= 0 && (i < at || i == at && len(w[0]) > len(phrase)) {
			at, phrase, better, ok = i, w[0], w[1], true
		}
	}
	return phrase, better, ok
}
