package clock

import "time"

// AddMonths is the same day n months on, or the last of that month where it has fewer days:
// a month after the end of January is the end of February.
func AddMonths(t time.Time, n int) time.Time {
	next := t.AddDate(0, n, 0)
	if next.Day() != t.Day() {
		next = next.AddDate(0, 0, -next.Day())
	}
	return next
}
