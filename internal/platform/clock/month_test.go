package clock

import (
	"testing"
	"time"
)

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{{"2026-08-31", -6, "2026-02-28"}, {"2024-08-31", -6, "2024-02-29"}, {"2026-11-22", -6, "2026-05-22"}, {"2026-01-31", 1, "2026-02-28"}, {"2026-03-31", -1, "2026-02-28"}, {"2026-12-15", 1, "2027-01-15"}, {"2026-01-15", -12, "2025-01-15"}} {
		from, _ := time.Parse(time.DateOnly, c.from)
		if got := AddMonths(from, c.n).Format(time.DateOnly); got != c.want {
			t.Errorf("AddMonths(%s, %d) = %s, want %s", c.from, c.n, got, c.want)
		}
	}
}
