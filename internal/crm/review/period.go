package review

import (
	"time"

	"zhike/internal/platform/clock"
)

// How often.
const (
	Weekly      = "weekly"
	Fortnightly = "fortnightly"
	Monthly     = "monthly"
	Quarterly   = "quarterly"
)

// beginning is the first day of the nth period, counted from the first of all. Months keep
// the day of the first, or end where a month has fewer: the end of January, the end of
// February, the end of March.
func beginning(every string, first time.Time, n int) time.Time {
	switch every {
	case Weekly:
		return first.AddDate(0, 0, 7*n)
	case Fortnightly:
		return first.AddDate(0, 0, 14*n)
	case Monthly:
		return clock.AddMonths(first, n)
	}
	return clock.AddMonths(first, 3*n)
}

// running is the number of the period that holds a day; before the first of all it is the first.
func running(every string, first, day time.Time) int {
	n := 0
	if days := int(day.Sub(first).Hours() / 24); days > 0 { // near it, from below
		n = max(0, days/map[string]int{Weekly: 7, Fortnightly: 14, Monthly: 31, Quarterly: 93}[every]-1)
	}
	for !beginning(every, first, n+1).After(day) {
		n++
	}
	return n
}

// last is the last day of the period that begins on a day, and the first of the one after it.
func last(every string, first, from time.Time) (end, next time.Time) {
	next = beginning(every, first, running(every, first, from)+1)
	return next.AddDate(0, 0, -1), next
}

func day(s string) (time.Time, error) { return time.Parse(time.DateOnly, s) }

func text(t time.Time) string { return t.Format(time.DateOnly) }
