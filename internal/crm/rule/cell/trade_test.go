package cell

import "testing"

func TestQuantities(t *testing.T) {
	for text, want := range map[string]struct {
		milli int64
		unit  string
	}{"2": {2000, ""}, "1,200箱": {1_200_000, "箱"}, "1.5 吨": {1500, "吨"}, "２台": {2000, "台"}, "0.125": {125, ""}, "0": {}, "-3": {}, "两台": {}, "1.2345": {}, "3-5台": {}, "1,20": {}} {
		milli, unit, ok := ParseQuantity(text)
		if ok != (want.milli > 0) || ok && (milli != want.milli || unit != want.unit) {
			t.Errorf("%s: %d %q %v", text, milli, unit, ok)
		}
	}
}

func TestDiscounts(t *testing.T) {
	for text, want := range map[string]int64{"9折": 1000, "9.5折": 500, "95折": 500, "88折": 1200, "10折": 0, "0.95": 500, "1": 0, "优惠10%": 1000, "-5%": 500, "12.5% off": 1250, "原价": 0, "0": 0, "90%": -1, "5%": -1, "0折": -1, "九折": -1, "95": -1} {
		got, ok := ParseDiscount(text)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%s: %d %v, want %d", text, got, ok, want)
		}
	}
}
