// Package money reads sums as people write them, exact to the fen, and writes them as documents have them.
package money

import (
	"errors"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// What Parse may find wrong.
var (
	ErrSum      = errors.New("amount: not a sum of money")
	ErrExact    = errors.New("amount: finer than a fen")
	ErrSize     = errors.New("amount: too large")
	ErrCurrency = errors.New("amount: another currency, and sums are yuan")
)

// Range is a sum or a span in fen; nil is an open end (30万以上). A single sum has both ends equal.
type Range struct{ From, To *int64 }

var (
	plainAmount = regexp.MustCompile(`^([+-]?)(\d{1,3}(?:,\d{3})+|\d{1,3}(?:,\d{4})+|\d+)?(\.\d+)?$`)
	amountParts = regexp.MustCompile(`^([\d.,]+)(万亿|千万|百万|十万|百亿|千亿|亿|万|千|百|w|k)`)
	amountSpan  = regexp.MustCompile(`^(.*[\d元万亿千百十wk])\s*(?:-|–|—|~|至|到)\s*([\d.¥￥].*)$`)
	foreignSum  = regexp.MustCompile(`[$€£]|美元|美金|港币|港元|欧元|日元|英镑|卢布|韩元|澳元|加元|usd|hkd|eur|jpy|gbp`)
	amountUnits = map[string]int64{"": 1, "百": 100, "千": 1000, "k": 1000, "万": 1e4, "w": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7,
		"亿": 1e8, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12}
)

// Parse reads a sum in yuan and gives fen: 28万, 1.2亿, 1亿2000万, 280,000, ￥500,000.00, 28万元, 3.5k, 贰拾捌万元整. Exact: what is
// finer than a fen is refused, not rounded; another currency ($, 美元) is refused too.
func Parse(s string) (fen int64, err error) {
	s = amountText(s)
	if foreignSum.MatchString(s) {
		return 0, ErrCurrency
	}
	negative := false
	for _, wrap := range []string{"¥", "￥", "rmb", "cny", "人民币", "约", "大约"} {
		s = strings.TrimPrefix(s, wrap)
	}
	if cut, ok := strings.CutPrefix(s, "-"); ok {
		s, negative = strings.TrimLeft(cut, "¥"), true
	}
	for _, end := range []string{"左右", "整", "人民币", "rmb", "cny"} {
		s = strings.TrimSuffix(s, end)
	}
	for _, end := range []string{"元整", "块钱", "元", "块", "圆"} {
		if cut, ok := strings.CutSuffix(s, end); ok {
			s = cut
			break
		}
	}
	if s == "" {
		return 0, ErrSum
	}
	if fen, ok := wordsToFen(s); ok {
		if negative {
			fen = -fen
		}
		return fen, nil
	}
	total := new(big.Int)
	last := ""
	for s != "" {
		m := amountParts.FindStringSubmatch(s)
		number, unit := s, ""
		if m != nil {
			number, unit = m[1], m[2]
		}
		if last != "" && amountUnits[unit] >= amountUnits[last] {
			return 0, ErrSum
		}
		part, err := exactFen(number, amountUnits[unit])
		if err != nil {
			return 0, err
		}
		total.Add(total, part)
		if m == nil {
			break
		}
		s, last = s[len(m[0]):], unit
		// “28万5” is 285,000 to some and 280,005 to others: ask.
		if s != "" && amountParts.FindString(s) == "" && len(s) < 4 {
			return 0, ErrSum
		}
	}
	if negative {
		total.Neg(total)
	}
	if !total.IsInt64() {
		return 0, ErrSize
	}
	return total.Int64(), nil
}

// openEnds are the words of a span with one end. For a budget, more than 50万 and 50万 or more are the same.
var openEnds = []struct {
	before, behind string
	least          bool
}{
	{">= ≥ > 不少于 不低于 至少 大于等于 大于 超过 高于", "以上 及以上 起 +", true},
	{"<= ≤ < 不超过 不高于 至多 最多 小于等于 小于 少于 低于", "以下 及以下 以内 之内", false},
}

// ParseRange reads what Parse reads and spans: 20-30万, 20万~30万, 5000-1万, 30万以上, 50万以内, 不超过50万.
func ParseRange(s string) (Range, error) {
	s = amountText(s)
	for _, open := range openEnds {
		cut, ok := s, false
		for _, w := range strings.Fields(open.behind) {
			if !ok {
				cut, ok = strings.CutSuffix(s, w)
			}
		}
		for _, w := range strings.Fields(open.before) {
			if !ok {
				cut, ok = strings.CutPrefix(s, w)
			}
		}
		if !ok {
			continue
		}
		fen, err := Parse(strings.TrimSuffix(cut, "及"))
		if open.least {
			return Range{From: &fen}, err
		}
		return Range{To: &fen}, err
	}
	m := amountSpan.FindStringSubmatch(s)
	if m == nil {
		fen, err := Parse(s)
		if err != nil {
			return Range{}, err
		}
		to := fen
		return Range{&fen, &to}, nil
	}
	to, err := Parse(m[2])
	if err != nil {
		return Range{}, err
	}
	from, err := Parse(m[1])
	if err != nil {
		return Range{}, err
	}
	// 20-30万: the first number borrows the unit of the second, unless it is larger then (5000-1万).
	if unit := unitOf(m[2]); unit != "" && unitOf(m[1]) == "" {
		if lent, err := Parse(strings.TrimRight(m[1], "元块") + unit); err == nil && lent <= to {
			from = lent
		} else if from < to/1000 {
			return Range{}, ErrSum // 30-20万 fits neither way
		}
	}
	if from > to {
		return Range{}, ErrSum
	}
	return Range{&from, &to}, nil
}

func unitOf(s string) string {
	if m := amountParts.FindStringSubmatch(strings.TrimLeft(s, "¥约")); m != nil {
		return m[2]
	}
	return ""
}

func amountText(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	return strings.Map(func(r rune) rune {
		switch {
		case r <= ' ' || r == '\'' || r >= '\u2000' && r <= '\u200f' || r == '\ufeff':
			return -1
		case r == '，':
			return ','
		case r == '￥':
			return '¥'
		case r == '−':
			return '-'
		case r == '萬':
			return '万'
		case r == '億':
			return '亿'
		}
		return r
	}, s)
}

func exactFen(number string, unit int64) (*big.Int, error) {
	m := plainAmount.FindStringSubmatch(number)
	if m == nil || m[1] != "" || m[2] == "" || len(number) > 40 {
		return nil, ErrSum
	}
	decimals := strings.TrimPrefix(m[3], ".")
	n, ok := new(big.Int).SetString(strings.ReplaceAll(m[2], ",", "")+decimals, 10)
	if !ok {
		return nil, ErrSum
	}
	n.Mul(n, big.NewInt(unit*100))
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(len(decimals))), nil)
	n, rest := n.QuoRem(n, scale, new(big.Int))
	if rest.Sign() != 0 {
		return nil, ErrExact
	}
	return n, nil
}

// OnPaper is a sum as documents show it: ¥280,000.00.
func OnPaper(fen int64) string {
	sign, n := "", uint64(fen)
	if fen < 0 {
		sign, n = "-", -n
	}
	yuan := strconv.FormatUint(n/100, 10)
	for i := len(yuan) - 3; i > 0; i -= 3 {
		yuan = yuan[:i] + "," + yuan[i:]
	}
	cents := strconv.FormatUint(100+n%100, 10)[1:]
	return sign + "¥" + yuan + "." + cents
}
