package review

import (
	"testing"
	"time"
)

// TestPeriods: which days a period has, over new year, in leap years, at the ends of months.
func TestPeriods(t *testing.T) {
	for _, c := range []struct{ every, first, on, from, to, next string }{
		{Weekly, "2025-12-29", "2025-12-29", "2025-12-29", "2026-01-04", "2026-01-05"},
		{Weekly, "2025-12-29", "2026-01-04", "2025-12-29", "2026-01-04", "2026-01-05"},
		{Weekly, "2025-12-29", "2026-01-05", "2026-01-05", "2026-01-11", "2026-01-12"},
		{Weekly, "2024-01-03", "2026-03-02", "2026-02-25", "2026-03-03", "2026-03-04"}, // weeks that begin on Wednesday
		{Fortnightly, "2025-12-22", "2026-01-04", "2025-12-22", "2026-01-04", "2026-01-05"},
		{Fortnightly, "2025-12-22", "2026-01-05", "2026-01-05", "2026-01-18", "2026-01-19"},
		{Monthly, "2026-01-01", "2026-02-28", "2026-02-01", "2026-02-28", "2026-03-01"},
		{Monthly, "2028-01-01", "2028-02-29", "2028-02-01", "2028-02-29", "2028-03-01"},
		{Monthly, "2026-01-31", "2026-02-27", "2026-01-31", "2026-02-27", "2026-02-28"},
		{Monthly, "2026-01-31", "2026-02-28", "2026-02-28", "2026-03-30", "2026-03-31"},
		{Monthly, "2026-01-26", "2026-12-31", "2026-12-26", "2027-01-25", "2027-01-26"},
		{Quarterly, "2026-01-01", "2026-03-31", "2026-01-01", "2026-03-31", "2026-04-01"},
		{Quarterly, "2025-11-30", "2026-02-27", "2025-11-30", "2026-02-27", "2026-02-28"},
		{Quarterly, "2025-11-30", "2026-02-28", "2026-02-28", "2026-05-29", "2026-05-30"},
		{Quarterly, "2026-04-01", "2026-01-15", "2026-04-01", "2026-06-30", "2026-07-01"}, // before the first of all
	} {
		first, on := date(t, c.first), date(t, c.on)
		from := beginning(c.every, first, running(c.every, first, on))
		to, next := last(c.every, first, from)
		if text(from) != c.from || text(to) != c.to || text(next) != c.next {
			t.Errorf("%s from %s, on %s: %s–%s, then %s; want %s–%s, then %s", c.every, c.first, c.on, text(from), text(to), text(next), c.from, c.to, c.next)
		}
	}
}

// TestPeriodsLeaveNoDayOut: for eight years every day lies in one period, which ends where the next begins.
func TestPeriodsLeaveNoDayOut(t *testing.T) {
	for _, every := range []string{Weekly, Fortnightly, Monthly, Quarterly} {
		for _, start := range []string{"2024-01-31", "2024-02-29", "2024-03-04"} {
			first := date(t, start)
			was, n := first, 0
			for on := first; on.Before(first.AddDate(8, 0, 0)); on = on.AddDate(0, 0, 1) {
				from := beginning(every, first, running(every, first, on))
				end, next := last(every, first, from)
				if on.Before(from) || on.After(end) || !next.Equal(end.AddDate(0, 0, 1)) {
					t.Fatalf("%s from %s: %s lies in %s–%s", every, start, text(on), text(from), text(end))
				}
				if !from.Equal(was) {
					was, n = from, n+1
				}
			}
			if low := map[string]int{Weekly: 416, Fortnightly: 207, Monthly: 95, Quarterly: 31}[every]; n < low || n > low+2 {
				t.Errorf("%s: %d periods", every, n)
			}
		}
	}
}

func date(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := day(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
