package rule

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Size is an enterprise's class by 统计上大中小微型企业划分办法（2017）, 国统字〔2017〕213号.
type Size string

const (
	Large         Size = "large"
	Medium        Size = "medium"
	Small         Size = "small"
	Micro         Size = "micro"
	Undetermined  Size = "undetermined"   // 无法判定: a figure is missing or the industry is not exact enough
	NotApplicable Size = "not_applicable" // 不适用: the rule leaves the industry out
)

// sizeRule is one line of the rule's table: lower bounds of large, medium and small.
type sizeRule struct {
	industry string
	codes    []string
	bounds   []sizeBound
}

type sizeBound struct {
	indicator byte // X employees, Y revenue, Z assets
	lower     [3]int64
}

const fenPerWan = 10000 * 100

var sizeRules = sync.OnceValue(func() []sizeRule {
	var rules []sizeRule
	for _, row := range factRows("enterprise-size.csv", true) {
		if len(rules) == 0 || rules[len(rules)-1].industry != row[0] {
			rules = append(rules, sizeRule{industry: row[0], codes: strings.Split(row[1], ";")})
		}
		b := sizeBound{indicator: row[2][strings.IndexByte(row[2], '(')+1]}
		for i := range b.lower {
			n, err := strconv.ParseInt(row[4+i], 10, 64)
			if err != nil {
				panic("rule: enterprise-size.csv: " + err.Error())
			}
			if b.indicator != 'X' {
				n *= fenPerWan
			}
			b.lower[i] = n
		}
		last := &rules[len(rules)-1]
		last.bounds = append(last.bounds, b)
	}
	return rules
})

// SizeClass proposes the class of an enterprise. The industry is a GB/T 4754 code: C, C39 or, where the rule looks
// closer (59 and 70), K701. A code that spans industries with different bounds gives Undetermined. Employees are heads,
// revenue (of a year) and assets are fen; nil is unknown.
func SizeClass(industry string, employees, revenueFen, assetsFen *int64) Size {
	industry = strings.ToUpper(strings.TrimSpace(industry))
	if industry == "" {
		return Undetermined
	}
	rule, size := sizeRuleFor(industry)
	if rule == nil {
		return size
	}
	class := 0
	for _, b := range rule.bounds {
		figure := map[byte]*int64{'X': employees, 'Y': revenueFen, 'Z': assetsFen}[b.indicator]
		if figure == nil || *figure < 0 {
			return Undetermined
		}
		reached := 0
		for reached < 3 && *figure < b.lower[reached] {
			reached++
		}
		// Every indicator must reach a class, so the lowest decides.
		class = max(class, reached)
	}
	return [...]Size{Large, Medium, Small, Micro}[class]
}

// sizeRuleFor finds the rule of an industry, or the answer when there is none.
func sizeRuleFor(industry string) (*sizeRule, Size) {
	if !KnownIndustry(industry) {
		return nil, Undetermined
	}
	var rule *sizeRule
	partly := false
	for i, r := range sizeRules() {
		for _, code := range r.codes {
			full := withLetter(code)
			switch {
			case strings.HasPrefix(industry, full):
				return &sizeRules()[i], ""
			case strings.HasPrefix(full, industry):
				if rule != nil && !slices.Equal(rule.bounds, r.bounds) {
					return nil, Undetermined
				}
				rule, partly = &sizeRules()[i], true
			}
		}
	}
	// H is 住宿 and 餐饮 with equal bounds; other spanning codes (F, G, I, K, Q) leave something out or differ.
	if partly && industry != "H" {
		return nil, Undetermined
	}
	if rule == nil {
		return nil, NotApplicable
	}
	return rule, ""
}
