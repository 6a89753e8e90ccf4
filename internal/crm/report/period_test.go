package report

import (
	"slices"
	"testing"
	"time"
)

var shanghai = time.FixedZone("Shanghai", 8*3600)

func TestPeriods(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, shanghai) // a Sunday
	for _, c := range []struct{ preset, from, to, before, lastYear string }{
		{"today", "2026-11-22", "2026-11-22", "2026-11-21", "2025-11-22"},
		{"this_week", "2026-11-16", "2026-11-22", "2026-11-09", "2025-11-16"},
		{"last_week", "2026-11-09", "2026-11-15", "2026-11-02", "2025-11-09"},
		{"this_month", "2026-11-01", "2026-11-30", "2026-10-01", "2025-11-01"},
		{"last_month", "2026-10-01", "2026-10-31", "2026-09-01", "2025-10-01"},
		{"this_quarter", "2026-10-01", "2026-12-31", "2026-07-01", "2025-10-01"},
		{"last_quarter", "2026-07-01", "2026-09-30", "2026-04-01", "2025-07-01"},
		{"this_year", "2026-01-01", "2026-12-31", "2025-01-01", "2025-01-01"},
		{"last_12_months", "2025-12-01", "2026-11-30", "2024-12-01", "2024-12-01"},
		{"last_3_years", "2024-01-01", "2026-12-31", "2021-01-01", "2023-01-01"},
		{"last_30_days", "2026-10-24", "2026-11-22", "2026-09-24", "2025-10-24"},
	} {
		s, err := Period{Preset: c.preset}.of(now)
		if err != nil || s.first() != c.from || s.last() != c.to || s.before().first() != c.before || s.lastYear().first() != c.lastYear {
			t.Errorf("%s: %s to %s, before %s, last year %s, %v", c.preset, s.first(), s.last(), s.before().first(), s.lastYear().first(), err)
		}
	}
	for _, p := range []Period{{From: "2026-02-30", To: "2026-03-01"}, {From: "2026-03-02", To: "2026-03-01"}, {From: "2026-03-02"}, {From: "1900-01-01", To: "2026-01-01"}} {
		if _, err := p.of(now); err == nil {
			t.Errorf("%+v is taken", p)
		}
	}
	if s, err := (Period{}).of(now); err != nil || !s.open {
		t.Error("no period is all time")
	}
}

func TestSteps(t *testing.T) {
	s := span{from: time.Date(2025, 12, 15, 0, 0, 0, 0, shanghai), until: time.Date(2026, 4, 2, 0, 0, 0, 0, shanghai)}
	for grain, want := range map[string][]string{
		"month":   {"2025-12", "2026-01", "2026-02", "2026-03", "2026-04"},
		"quarter": {"2025-Q4", "2026-Q1", "2026-Q2"},
		"year":    {"2025", "2026"},
	} {
		steps, ok := s.steps(grain)
		var got []string
		for _, at := range steps[:len(steps)-1] {
			got = append(got, called(grain, at))
		}
		if !ok || !slices.Equal(got, want) || !steps[len(steps)-1].Equal(s.until) {
			t.Errorf("%s: %v", grain, got)
		}
	}
	if _, ok := (span{from: s.from, until: s.from.AddDate(3, 0, 0)}).steps("day"); ok {
		t.Error("a thousand days are no axis")
	}
}

func TestParts(t *testing.T) {
	for _, c := range []struct{ of, all, want int64 }{{1, 3, 3333}, {2, 3, 6667}, {1, 8, 1250}, {0, 5, 0}, {5, 5, 10000}, {1, 20000, 1}} {
		if got := part(c.of, c.all, ""); *got.Value != c.want {
			t.Errorf("part(%d, %d) = %d, want %d", c.of, c.all, *got.Value, c.want)
		}
	}
	if part(1, 0, "").Value != nil || mean(1, 0, "").Value != nil {
		t.Error("something is said of nothing")
	}
	if got := *mean(7, 2, "").Value; got != 350 {
		t.Errorf("mean(7, 2) = %d", got)
	}
}
