package cell

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"zhike/internal/crm/rule"
)

// FuzzNumbers: sums, heads, shares, quantities and months of any cell are in their bounds, and what they are is read back alike.
func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"1.2万人", "150-500人", "500人以上", "少于1", "9.5折", "优惠10%", "0.95", "1,200箱", "1年半", "28万", "20-30万", "9223372036854775807", "一亿三千万", "-5", "是", "#REF!"} {
		f.Add(s, "年营收（万元）")
	}
	f.Fuzz(func(t *testing.T, s, heading string) {
		if low, high, ok := ParseHeadcount(s); ok && (low < 0 || high < low) {
			t.Errorf("%q is %d to %d people", s, low, high)
		}
		if bp, ok := ParseDiscount(s); ok && (bp < 0 || bp > 10_000) {
			t.Errorf("%q takes %d hundredths of a percent off", s, bp)
		}
		if n, unit, ok := ParseQuantity(s); ok {
			if again, same, ok := ParseQuantity(strconv.FormatInt(n/1000, 10) + "." + strconv.FormatInt(1000+n%1000, 10)[1:] + unit); n <= 0 || !ok || again != n || same != unit {
				t.Errorf("%q is %d %q, which is %d %q", s, n, unit, again, same)
			}
		}
		if n, ok := ParseMonths(s); ok {
			if again, ok := ParseMonths(strconv.FormatInt(n, 10) + "个月"); n < 0 || n > 120 || !ok || again != n {
				t.Errorf("%q is %d months, which are %d", s, n, again)
			}
		}
		unit := AmountUnit(heading)
		if unit < 0 || unit > 1e8 {
			t.Errorf("%q counts in %d", heading, unit)
		}
		r, err := ParseAmount(s, unit)
		if err == nil && r.From == nil && r.To == nil {
			t.Errorf("%q is nothing at all", s)
		}
		if err == nil && r.From != nil && r.To != nil && *r.From > *r.To {
			t.Errorf("%q in %d is from %d to %d", s, unit, *r.From, *r.To)
		}
		if plainly, err1 := ParseAmount(s, 1); err == nil && err1 == nil && unit == 1 && (plainly.From == nil) != (r.From == nil) {
			t.Errorf("%q is read in two ways", s)
		}
		if v, ok := ParseBool(s); ok && (v == no[strings.ToLower(strings.TrimRight(plain(s), "。."))]) {
			t.Errorf("%q is yes and no", s)
		}
		if size, ok := ParseSize(s); ok && size != rule.Large && size != rule.Medium && size != rule.Small && size != rule.Micro {
			t.Errorf("%q is of size %v", s, size)
		}
		if Empty(s) && Damaged(s) {
			t.Errorf("%q is empty and damaged", s)
		}
	})
}

// FuzzPeople: whoever is named in a cell has a name, a title or a number, and what was said is not made longer.
func FuzzPeople(f *testing.F) {
	for _, s := range []string{"张三（采购经理）138 0013 8000", "王总, 李经理/张工", "(010)62345678", "采购部王经理；0571-85022088转8001", "John Smith\n+852 2345 6789", "((((", "姓名：", "138()"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		people := ParsePeople(s)
		if len(people) > utf8.RuneCountInString(s) {
			t.Errorf("%q names %d people", s, len(people))
		}
		for _, p := range people {
			if p.Name == "" && p.Title == "" && p.Department == "" && p.Salutation == "" && len(p.Phones) == 0 {
				t.Errorf("%q names nobody", s)
			}
			if !utf8.ValidString(p.Name + p.Title + p.Department) {
				t.Errorf("%q names %q", s, p.Name)
			}
		}
	})
}
