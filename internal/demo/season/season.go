// Package season knows how busy the days of a selling year are.
package season

import (
	"strings"
	"time"

	"zhike/internal/crm/rule"
)

// Weight is how much is talked on a day: workdays, peaks in March–April and
// September–November, quiet over the holidays that quiet names, more of what is recent.
func Weight(day time.Time, quiet string, recent bool) float64 {
	w := 1.0
	if !rule.NationalCalendar().Workday(day) {
		w = 0.02
	}
	switch day.Month() {
	case time.March, time.April:
		w *= 2.6
	case time.September, time.October, time.November:
		w *= 1.5
	case time.July, time.August:
		w *= 0.7
	}
	if around(day, quiet) {
		w *= 0.15
	}
	if recent {
		w *= 1.4
	}
	return w
}

// around: from a week before a holiday's days off to three days after them.
func around(day time.Time, holiday string) bool {
	for d := -3; d <= 7; d++ {
		if strings.HasPrefix(rule.NationalCalendar().Holiday(day.AddDate(0, 0, d)), holiday) {
			return true
		}
	}
	return false
}

// Workday is the first working day n and more days after t.
func Workday(t time.Time, n int) time.Time {
	t = t.AddDate(0, 0, n)
	for !rule.NationalCalendar().Workday(t) {
		t = t.AddDate(0, 0, 1)
	}
	return t
}
