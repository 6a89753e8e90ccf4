package cell

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"zhike/internal/crm/rule"
	"zhike/internal/platform/words"
)

// Open is the high end of a span without one: 500人以上.
const Open = math.MaxInt64

var (
	headLabel  = regexp.MustCompile(`^(?:公司|企业|员工|职工|在职|团队|总)+`)
	headUnit   = regexp.MustCompile(`(?:名|个)?(?:员工|职工|人员|雇员|人|名|employees|people|persons|staff)$`)
	headNumber = regexp.MustCompile(`^(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(万|千|百|w|k)?$`)
	headSpan   = regexp.MustCompile(`^(.*?\d[万千百wk]?)\D{0,3}?(?:-|–|—|~|至|到)(\d.*)$`)
	inHundreds = regexp.MustCompile(`^([一二两三四五六七八九十]+)([百千万])$`)
)

// ParseHeadcount reads how many people work somewhere: 500, 1,200, 1.2万人, 约200人, 150-500人, 500人以上, 少于50人, <50. One number has
// both ends equal. 以上, 以下, 以内 include their number, 少于, 超过, 不足 do not (民法典 §1259).
func ParseHeadcount(text string) (low, high int64, ok bool) {
	s := strings.ReplaceAll(strings.ToLower(plain(text)), " ", "")
	s = strings.NewReplacer("人数", "", "规模", "", "员工数", "", "共", "", ":", "", "−", "-", "余人", "人", "多人", "人", "几人", "人").Replace(s)
	from, s, bound := limits(headLabel.ReplaceAllString(s, ""))
	s = headUnit.ReplaceAllString(strings.TrimSuffix(strings.TrimSuffix(s, "左右"), "上下"), "")
	if m := headSpan.FindStringSubmatch(s); m != nil && !bound {
		a, b := headUnit.ReplaceAllString(m[1], ""), m[2]
		low, ok1 := heads(a)
		high, ok2 := heads(b)
		if unit := strings.TrimLeft(b, "0123456789.,"); ok1 && ok2 && unit != "" && strings.TrimLeft(a, "0123456789.,") == "" {
			if lent, ok := heads(a + unit); ok && lent <= high { // 1-2万人
				low = lent
			}
		}
		if !ok1 || !ok2 || low > high {
			return 0, 0, false
		}
		return low, high, true
	}
	n, ok := heads(s)
	switch {
	case !ok:
		return 0, 0, false
	case !bound:
		return n, n, true
	}
	return from(n)
}

// limits takes the words of an open span off, and says what they make of its number.
func limits(s string) (span func(int64) (int64, int64, bool), rest string, bound bool) {
	atLeast := func(n int64) (int64, int64, bool) { return n, Open, true }
	above := func(n int64) (int64, int64, bool) { return n + 1, Open, true }
	atMost := func(n int64) (int64, int64, bool) { return 0, n, true }
	below := func(n int64) (int64, int64, bool) { return 0, n - 1, n > 0 }
	for _, l := range []struct {
		before, behind string
		is             func(int64) (int64, int64, bool)
	}{
		{">= ≥ ⩾ 不少于 不低于 至少 大于等于", "以上 及以上 或以上 + 起", atLeast},
		{"<= ≤ ⩽ 不超过 不多于 至多 最多 小于等于", "以下 及以下 以内 之内", atMost},
		{"> 大于 超过 多于 超 逾", "", above},
		{"< 小于 少于 不足 不到 低于 不满", "", below},
	} {
		for _, w := range strings.Fields(l.behind) {
			if cut, ok := strings.CutSuffix(s, w); ok {
				return l.is, strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(cut, "及"), "或"), "("), true
			}
		}
		for _, w := range strings.Fields(l.before) {
			if cut, ok := strings.CutPrefix(s, w); ok {
				return l.is, cut, true
			}
		}
	}
	for _, about := range []string{"大约", "约", "近", "将近", "≈", "~"} {
		s = strings.TrimPrefix(s, about)
	}
	return nil, s, false
}

// heads is a whole number of people.
func heads(s string) (int64, bool) {
	s = headUnit.ReplaceAllString(strings.TrimSuffix(s, "多"), "")
	if m := inHundreds.FindStringSubmatch(strings.ReplaceAll(s, "两", "二")); m != nil {
		s = numeral([]rune(m[1])) + m[2]
	}
	m := headNumber.FindStringSubmatch(s)
	if m == nil || len(m[1]) > 12 {
		return 0, false
	}
	unit := map[string]float64{"": 1, "百": 100, "千": 1000, "k": 1000, "万": 10000, "w": 10000}[m[3]]
	f, err := strconv.ParseFloat(strings.ReplaceAll(m[1], ",", "")+m[2], 64)
	if f *= unit; err != nil || math.Abs(f-math.Round(f)) > 1e-6 {
		return 0, false
	}
	return int64(math.Round(f)), true
}

var sizeWords = map[string]rule.Size{
	"大型": rule.Large, "大": rule.Large, "large": rule.Large, "特大型": rule.Large, "超大型": rule.Large, "l": rule.Large, "中型": rule.Medium, "中": rule.Medium, "medium": rule.Medium, "m": rule.Medium,
	"小型": rule.Small, "小": rule.Small, "small": rule.Small, "s": rule.Small, "微型": rule.Micro, "微": rule.Micro, "micro": rule.Micro,
}

// ParseSize reads the class of an enterprise where the words are certain: 大型企业, 中, 微型. 小微 and 中小 are two classes, and a band of
// heads (500人以上) is none: it is for ParseHeadcount, and the rule then proposes a class.
func ParseSize(text string) (rule.Size, bool) {
	s := words.Normal(plain(text))
	for _, end := range []string{"公司", "企业", "规模"} {
		s = strings.TrimSuffix(s, end)
	}
	size, ok := sizeWords[s]
	return size, ok
}

var (
	headingUnits = regexp.MustCompile(`[(\[【〔,，:_\-/ ]\s*(?:单位[:：]?\s*)?(?:人民币|rmb|cny|¥)?\s*(十万|百万|千万|亿|万|千|百|k|w)?(元|圆|rmb|cny|人民币|¥)?\s*(?:[)\]】〕,，、;]|$)`)
	currencies   = regexp.MustCompile(`美元|美金|港币|港元|欧元|日元|英镑|卢布|韩元|澳元|加元|新币|外币|usd|hkd|eur|jpy|gbp|\$|€|£|us\$|hk\$`)
)

// AmountUnit is how many yuan one unit of a column is by its heading: 年营收（万元） 10,000, (亿元), (千元); 1 where it names none, and
// 0 where it names another currency, whose sums are no yuan.
func AmountUnit(heading string) int64 {
	h := strings.ToLower(plain(heading))
	if currencies.MatchString(h) {
		return 0
	}
	for _, m := range headingUnits.FindAllStringSubmatch(h, -1) {
		if m[1] == "" && m[2] == "" {
			continue
		}
		return map[string]int64{"": 1, "百": 100, "千": 1000, "k": 1000, "万": 1e4, "w": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8}[m[1]]
	}
	for _, end := range []struct {
		word string
		unit int64
	}{{"千万元", 1e7}, {"百万元", 1e6}, {"亿元", 1e8}, {"万元", 1e4}, {"千元", 1e3}} {
		if strings.HasSuffix(h, end.word) {
			return end.unit
		}
	}
	return 1
}

// ParseAmount is rule.ParseAmountRange in a column whose unit is known (AmountUnit): a bare number counts in it, a cell
// that names a unit of its own (50万, 5000元) keeps that.
func ParseAmount(text string, unit int64) (rule.AmountRange, error) {
	s := strings.ToLower(strings.ReplaceAll(plain(text), " ", ""))
	if unit == 0 || currencies.MatchString(s) {
		return rule.AmountRange{}, rule.ErrAmountCurrency
	}
	r, err := rule.ParseAmountRange(s)
	if err != nil || unit == 1 || strings.ContainsAny(s, "元圆块亿万千百十wk") {
		return r, err
	}
	for _, end := range []**int64{&r.From, &r.To} {
		if *end == nil {
			continue
		}
		if n := **end; n > math.MaxInt64/unit || n < math.MinInt64/unit {
			return rule.AmountRange{}, rule.ErrAmountSize
		}
		scaled := **end * unit
		*end = &scaled
	}
	return r, nil
}
