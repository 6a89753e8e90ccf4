package numbering

import (
	"errors"
	"testing"
	"time"
)

func TestPattern(t *testing.T) {
	day := time.Date(2024, 5, 1, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		pattern, period string
		seq             int64
		want            string
	}{
		{"C{yyyy}{MM}{dd}{seq:3}", "20240501", 1, "C20240501001"},
		{"C{yyyy}{MM}{dd}{seq:3}", "20240501", 1000, "C202405011000"},
		{"{corp}{yyyy}{seq:6}", "2024", 42, "ZK2024000042"},
		{"HT-{yyyy}{MM}-{seq:4}", "202405", 7, "HT-202405-0007"},
		{"DA{seq:5}", "", 3, "DA00003"},
		{"{dept}-{yy}{seq:2}", "2024", 3, "XS-2403"},
	} {
		p, err := ParsePattern(c.pattern)
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		if got := p.FormatDept("ZK", "XS", day, c.seq); got != c.want || p.Period(day) != c.period {
			t.Errorf("%s: %s, %s", c.pattern, got, p.Period(day))
		}
		if p.String() != c.pattern {
			t.Errorf("%s is kept as %s", c.pattern, p)
		}
	}
	for _, bad := range []string{"", "C", "{seq}", "{seq:0}", "{seq:99}", "{seq:3}{seq:3}", "{dd}{seq:3}", "{MM}{seq:3}", "{nope}{seq:3}", "C{seq:3", "C}{seq:3}", "{dept}{seq:3}", "a b{seq:3}", "{yyyy}{yy}{seq:3}"} {
		if _, err := ParsePattern(bad); !errors.Is(err, ErrPattern) {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func FuzzPattern(f *testing.F) {
	f.Add("C{yyyy}{MM}{dd}{seq:3}", int64(1))
	f.Fuzz(func(t *testing.T, s string, seq int64) {
		p, err := ParsePattern(s)
		if err != nil || seq < 0 || seq > 1e15 {
			return
		}
		day := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
		if p.FormatDept("ZK", "XS", day, seq) == p.FormatDept("ZK", "XS", day, seq+1) {
			t.Errorf("%q gives one number twice", s)
		}
	})
}
