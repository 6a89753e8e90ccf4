package numbering

import (
	"reflect"
	"testing"
	"time"
)

// FuzzNumbers: a pattern that is accepted is kept so that it reads the same again, and gives no two numbers alike: not to two of one period, and not to one each of two periods.
// Departments stand aside: Service.Change takes no pattern that asks for one.
func FuzzNumbers(f *testing.F) {
	f.Add("C{yyyy}{MM}{dd}{seq:3}", "ZK", int64(1), int64(1001), uint16(0), uint16(1))
	f.Add("{corp}{yyyy}{seq:6}", "ZK", int64(1), int64(1), uint16(0), uint16(366))
	f.Add("{seq:1}{yy}", "", int64(1), int64(24), uint16(0), uint16(400))
	f.Add("{yy}0{seq:1}{MM}", "", int64(1), int64(11), uint16(31), uint16(62))
	f.Add("1{seq:+03}2", "", int64(12), int64(121), uint16(0), uint16(0))
	f.Add("{dd}{seq:2}{MM}{yyyy}", "A", int64(9), int64(99), uint16(3), uint16(40))
	f.Fuzz(func(t *testing.T, text, corp string, a, b int64, dayA, dayB uint16) {
		p, err := ParsePattern(text)
		if err != nil {
			return
		}
		again, err := ParsePattern(p.String())
		if err != nil || !reflect.DeepEqual(p, again) || again.String() != p.String() {
			t.Errorf("%q is kept as %q, and that is read as %q: %v", text, p, again, err)
		}
		if p.asks("dept") || a < 1 || b < 1 || len(corp) > 8 {
			return
		}
		first := time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC)
		on := func(day uint16) time.Time { return first.AddDate(0, 0, int(day)%(70*365)) } // two years of {yy} are one after a century
		x, y := p.Format(corp, on(dayA), a), p.Format(corp, on(dayB), b)
		if same := p.Period(on(dayA)) == p.Period(on(dayB)) && a == b; same != (x == y) {
			t.Errorf("%q gives %s as number %d of %s, and %s as number %d of %s", text, x, a, p.Period(on(dayA)), y, b, p.Period(on(dayB)))
		}
	})
}
