package cell

import "testing"

func TestParseMonths(t *testing.T) {
	for text, want := range map[string]int64{"6": 6, "6个月": 6, "8 个月": 8, "12月": 12, "半年": 6, "1年": 12, "1年半": 18, "3 months": 3, "": -1, "很快": -1, "200": -1, "-3": -1, "11年": -1} {
		got, ok := ParseMonths(text)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("ParseMonths(%q) = %d, want %d", text, got, want)
		}
	}
}
