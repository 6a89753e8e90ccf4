// Package orgname takes the names of companies and other organisations apart and compares them.
package orgname

import (
	"embed"
	"encoding/csv"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"zhike/internal/crm/rule/place"
	"zhike/internal/platform/words"
)

//go:embed facts/*.csv
var facts embed.FS

// factRows reads an embedded fact file. A broken file is a broken build: it panics.
func factRows(name string) [][]string {
	f, err := facts.Open("facts/" + name)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		panic(name + ": " + err.Error())
	}
	return rows
}

// set makes a lookup of words that stand in a text with spaces between them.
func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// Parts are the four parts of an organisation's name by 企业名称登记管理规定: 行政区划, 字号, 行业 and 组织形式.
// Any may be empty.
type Parts struct{ Region, Brand, Trade, Form string }

// legalForms end a company's name; only branches stand behind them. Longer ones first.
var legalForms = []string{"股份有限责任公司", "有限责任公司", "股份有限公司", "股份合作公司", "有限公司", "股份公司", "总公司", "公司"}

// otherForms end the names of what is no company.
var otherForms = strings.Fields(`股份经济合作联合社 股份经济合作社 股份经济联合社 经济合作联社 经济合作社 经济联合社 农民专业合作社联合社 农民专业合作社 专业合作社 信用合作社 合作联社
 村民委员会 居民委员会 人民政府 街道办事处 管理委员会 委员会 合伙企业
 事务所 研究所 研究院 设计院 医院 卫生院 学院 大学 中学 小学 学校 幼儿园 培训中心 服务中心 中心 商店 专卖店 旗舰店 便利店 餐饮店 饭店 酒店 宾馆 门店 分店
 经营部 营业部 服务部 门市部 销售部 批发部 加工厂 制造厂 商行 车行 药店 药房 诊所 工作室 俱乐部 协会 商会 学会 基金会 联合会 集团 加工坊 厂 店 社 馆 行 局`)

// kindBrackets stand behind a form: 餐饮店(个体工商户).
var kindBrackets = strings.Fields("(有限合伙) (普通合伙) (特殊普通合伙) (个体工商户) (个人独资)")

var collectives = set("股份经济合作联合社 股份经济合作社 股份经济联合社 经济合作联社 经济合作社 经济联合社 村民委员会 居民委员会 社")

var (
	bracketed   = regexp.MustCompile(`\(([^()]*)\)`)
	groupBefore = regexp.MustCompile(`(\(集团\)|集团)$`)
	branchOf    = regexp.MustCompile(`(分公司|支公司|分行|支行|分理处|储蓄所|办事处|分店|营业部|营业厅|门店|分部|分院|分校|分厂|项目部|代表处|加油站|第.{1,3}厂|\(普通合伙\))$`)
	township    = regexp.MustCompile(`^(?:城区|高新区|开发区|经济(?:技术)?开发区|高新技术(?:产业)?开发区|保税(?:港)?区)|^\p{Han}{2,3}?(?:街道|镇)|^\p{Han}{2}乡`)
	railway     = regexp.MustCompile(`铁路\p{Han}{1,4}局$`)
	xCompany    = regexp.MustCompile(`^(?:[x*某○〇?？_\-.]+|某{1,3}|测试|演示|示例|样例|demo|test|abc|客户|单位|企业|个体|本|我|该|贵|小|大|一家|这家|那家|新|老|1+|0+|123\d*)+$|^[a-z]$`)
)

// Split takes an organisation's registered name apart. It cuts by what can be known (places, legal forms, trade words);
// what remains is the brand, so a trade unknown to it stays with the brand. The parts keep the width of brackets that
// was typed.
func Split(full string) Parts {
	wide := strings.ContainsAny(full, "（）")
	p := split(plainName(full))
	if wide {
		p.Form = strings.NewReplacer("(", "（", ")", "）").Replace(p.Form)
	}
	return p
}

// plainName has NFKC characters, simplified, no spaces between Chinese characters, no marks at its end.
func plainName(s string) string { return tidy(words.Simplified(norm.NFKC.String(s))) }

func tidy(s string) string {
	s = strings.NewReplacer("〔", "(", "〕", ")", "【", "(", "】", ")", "[", "(", "]", ")").Replace(s)
	var b strings.Builder
	runes := []rune(s)
	for i, r := range runes {
		if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) {
			continue
		}
		if unicode.IsSpace(r) && (i == 0 || i+1 == len(runes) || runes[i-1] > 0x2e80 || runes[i+1] > 0x2e80) {
			continue
		}
		b.WriteRune(r)
	}
	return strings.Trim(b.String(), " 。.,，;；、-_*")
}

func split(s string) Parts {
	var p Parts
	s, p.Form = cutForm(s)
	s, bracketPlace := cutPlaceBracket(s)
	p.Region, s = cutRegion(s)
	if p.Region == "" {
		p.Region = bracketPlace
	}
	group := ""
	if m := groupBefore.FindString(s); m != "" && p.Form != "" {
		s, group = strings.TrimSuffix(s, m), m
	}
	p.Brand, p.Trade = cutTrade(s, p.Region != "")
	switch {
	case group == "":
	case p.Trade == "" && p.Brand != "" && group == "集团" && p.Form != "":
		p.Trade = group // 美的集团股份有限公司: the group is all that the name says of its trade
	default:
		p.Form = group + p.Form
	}
	if collectives[p.Form] && p.Brand != "" {
		p.Region, p.Brand = p.Region+p.Brand, "" // a village's or town's own society is named by its place alone
	}
	return p
}

// cutForm cuts the legal form with the branch behind it.
func cutForm(s string) (rest, form string) {
	for _, f := range legalForms {
		if s == f {
			return "", s
		}
	}
	for _, kind := range kindBrackets {
		if cut, ok := strings.CutSuffix(s, kind); ok && cut != "" {
			rest, form = cutForm(cut)
			return rest, form + kind
		}
	}
	best := -1
	for _, f := range legalForms {
		at := strings.LastIndex(s, f)
		if at <= 0 || best >= 0 && at >= best {
			continue
		}
		tail := s[at+len(f):]
		if tail == "" || branchOf.MatchString(tail) || strings.HasPrefix(tail, "(") {
			if best < 0 || at+len(f) >= best {
				best = at
			}
		}
	}
	if best >= 0 {
		return s[:best], s[best:]
	}
	for _, f := range otherForms {
		if cut, ok := strings.CutSuffix(s, f); ok && cut != "" {
			return cut, f
		}
	}
	return s, ""
}

// cutPlaceBracket takes (北京) out of a name. Other brackets stay: 天健(集团).
func cutPlaceBracket(s string) (rest, place string) {
	for _, m := range bracketed.FindAllStringSubmatchIndex(s, -1) {
		inner := s[m[2]:m[3]]
		if isPlace(inner) {
			return s[:m[0]] + s[m[1]:], inner
		}
	}
	return s, ""
}

func isPlace(s string) bool {
	if s == "中国" || s == "亚太" || s == "大中华区" {
		return true
	}
	codes, n := place.Prefix(s)
	return len(codes) > 0 && n == len(s)
}

// brandsNotPlaces are counties and cities whose bare names are usually brands.
var brandsNotPlaces = set("阿里 东方 新星 双河 平安 和平 太湖 长安 安宁 新华 东风 红旗 南华 金山 泰山 向阳 西湖 华容 昌江 万宁 永安 永兴 永和 宝丰 富源 兴隆 兴业 大通 光山 " +
	"友谊 建华 前进 新兴 恒山 嘉禾 天山 银海 昆仑 宝山 南山 龙江 新安 丰顺 隆安 龙门 大方 金川 金湾 大宁 玉龙 富民 利川 宏伟 康乐 康平 同心 和顺 和田 福山 海盐 广饶 长青 东兴 三元 红星 光明 古城")

// cutRegion takes the place from the beginning: 中国, or divisions from the largest to town and street.
func cutRegion(s string) (region, rest string) {
	for _, whole := range []string{"中国", "中华"} {
		if cut, ok := strings.CutPrefix(s, whole); ok && whole == "中国" && cut != "" {
			return whole, cut
		}
	}
	at, parent, exact := 0, "", false
	for {
		r, n := place.At(s[at:], parent)
		if n == 0 {
			break
		}
		word := s[at : at+n]
		bare := word != r.Name
		if bare && (brandsNotPlaces[word] || r.Level == "county" && parent == "" && !strings.HasSuffix(r.Name, "市")) {
			break
		}
		// 杭州萧山新隆… names a district; in 上海浦东发展银行 it is the brand.
		if bare && r.Level == "county" {
			if brandLength(s[at+n:]) < 2 {
				break
			}
		}
		at += n
		parent, exact = r.Code, !bare
	}
	if at == 0 {
		return "", s
	}
	if m := township.FindString(s[at:]); m != "" && exact && len(s[at:]) > len(m) {
		at += len(m)
	}
	return s[:at], s[at:]
}

// cutTrade takes trade words from the end as long as a brand of two characters remains; with a place before it, the
// whole may be trade (太原钢铁). Of several ways to cut, the one that leaves least counts: 微电子 and 科技, not 电子科技.
func cutTrade(s string, placed bool) (brand, trade string) {
	if m := railway.FindString(s); m != "" {
		return strings.TrimSuffix(s, m), m
	}
	for _, at := range tradeWords().cuts(s) {
		size := len([]rune(s[:at]))
		if size >= 2 && s[:at] != "中国" || size == 0 && placed {
			return s[:at], s[at:]
		}
	}
	return s, ""
}

// brandLength is how many characters stand before all that could be trade.
func brandLength(s string) int {
	if cuts := tradeWords().cuts(s); len(cuts) > 0 {
		s = s[:cuts[0]]
	}
	return len([]rune(s))
}

type tradeTable struct {
	words   map[string]bool
	longest int // bytes
}

var tradeWords = sync.OnceValue(func() tradeTable {
	t := tradeTable{words: map[string]bool{}}
	for _, row := range factRows("trades.csv")[1:] {
		for _, w := range strings.Fields(row[1]) {
			t.words[w] = true
			t.longest = max(t.longest, len(w))
		}
	}
	return t
})

// cuts are the places where s can be cut so that only trade words stand behind, from the left.
func (t tradeTable) cuts(s string) []int {
	open := []int{len(s)}
	seen := map[int]bool{}
	var out []int
	for len(open) > 0 {
		end := open[0]
		open = open[1:]
		for n := min(end, t.longest); n > 0; n-- {
			if at := end - n; !seen[at] && t.words[s[at:end]] {
				seen[at] = true
				open, out = append(open, at), append(out, at)
			}
		}
	}
	slices.Sort(out)
	return out
}

// Short proposes 简称: the brand (of 国家能源集团长源 what follows the group), or where a name has none its place with the trade
// (中国银行), at last the whole.
func Short(full string) string {
	plain := plainName(full)
	p := split(plain)
	switch {
	case p.Brand != "":
		return asTyped(full, plain, withoutGroup(p.Brand))
	case p.Trade != "":
		return placeKey(p.Region) + p.Trade
	}
	return strings.TrimSpace(full) // 北京大学 has no shorter name
}

// withoutGroup gives the company's own brand behind its group's name, or the group's where nothing follows.
func withoutGroup(brand string) string {
	for _, g := range []string{"(集团)", "集团"} {
		at := strings.Index(brand, g)
		if at <= 0 {
			continue
		}
		if own := brand[at+len(g):]; len([]rune(own)) >= 2 {
			return own
		}
		if len([]rune(brand[:at])) >= 2 {
			return brand[:at]
		}
	}
	return brand
}

// ownCharacters are in the 通用规范汉字表 of 2013 beside the character that they are written as elsewhere: 昇兴 is not 升兴.
const ownCharacters = "昇堃喆淼邨甯龢脩仝迺祎"

// asTyped gives the brand its own characters back where nothing else in the name was traditional.
func asTyped(full, plain, brand string) string {
	typed := []rune(tidy(norm.NFKC.String(full)))
	same := []rune(plain)
	at := strings.Index(plain, brand)
	if len(typed) != len(same) || at < 0 || !strings.ContainsAny(full, ownCharacters) {
		return brand
	}
	for i, r := range typed {
		if r != same[i] && !strings.ContainsRune(ownCharacters, r) {
			return brand
		}
	}
	from := len([]rune(plain[:at]))
	return string(typed[from : from+len([]rune(brand))])
}

// Generic tells names that name nobody: 公司, 有限公司, XX公司, 某某公司, 科技有限公司.
func Generic(s string) bool {
	p := split(strings.ToLower(plainName(s)))
	if p.Brand == "" {
		return p.Region == "" || p.Trade == "" && !collectives[p.Form] && !placedForm(p.Form)
	}
	if whole := p.Brand + p.Trade; p.Region == "" && p.Form != "" && brandLength(whole) == 0 && len([]rune(whole)) <= 4 {
		return true
	}
	return xCompany.MatchString(p.Brand)
}

// placedForm tells forms that a place alone makes a name of: 杭州市人民政府, 浙江大学.
func placedForm(form string) bool {
	for _, f := range []string{"政府", "大学", "学院", "中学", "小学", "医院", "委员会", "办事处", "协会", "商会", "学会", "局", "银行", "酒店", "饭店", "宾馆"} {
		if strings.HasSuffix(form, f) {
			return true
		}
	}
	return false
}
