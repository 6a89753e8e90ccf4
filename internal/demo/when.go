package demo

import (
	"math"
	"strings"
	"time"

	"zhike/internal/crm/rule"
)

// near is how many days before today keep their distance however short the history is.
const near = 14

// day maps a day of the year told in the stories (−365 … 0) to one of this history.
func (f *fill) day(d int) int {
	if f.Days >= 365 || d >= -near {
		return d
	}
	return -near - (-d-near)*(f.Days-near)/(365-near)
}

// at is a time of a day of the story.
func (f *fill) at(d, hour, minute int) time.Time { return f.exact(f.day(d), hour, minute) }

// exact is at without mapping.
func (f *fill) exact(d, hour, minute int) time.Time {
	t := f.today.AddDate(0, 0, d)
	return time.Date(t.Year(), t.Month(), t.Day(), hour, minute, 0, 0, f.zone)
}

// offset is how many days a time lies before today, as a number of 0 and less.
func (f *fill) offset(t time.Time) int {
	t = t.In(f.zone)
	noon := time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, f.zone)
	return int(math.Floor(noon.Sub(f.today).Hours() / 24))
}

// weight is how much is talked on a day: workdays, peaks in March–April and
// September–November, quiet over 春节, more in the last 90 days.
func (f *fill) weight(d int) float64 {
	if w, ok := f.weights[d]; ok {
		return w
	}
	w := f.weigh(d)
	f.weights[d] = w
	return w
}

func (f *fill) weigh(d int) float64 {
	t := f.exact(d, 12, 0)
	calendar := rule.NationalCalendar()
	w := 1.0
	if !calendar.Workday(t) {
		w = 0.02
	}
	switch t.Month() {
	case time.March, time.April:
		w *= 2.6
	case time.September, time.October, time.November:
		w *= 1.5
	case time.July, time.August:
		w *= 0.7
	}
	if f.springFestival(t) {
		w *= 0.15
	}
	if d > -90 {
		w *= 1.4
	}
	return w
}

// springFestival: from a week before its days off to three days after them.
func (f *fill) springFestival(t time.Time) bool {
	for d := -3; d <= 7; d++ {
		if strings.HasPrefix(rule.NationalCalendar().Holiday(t.AddDate(0, 0, d)), f.crowd.Quiet) {
			return true
		}
	}
	return false
}

// workday is the first working day n and more days after t.
func (f *fill) workday(t time.Time, n int) time.Time {
	t = t.AddDate(0, 0, n)
	for !rule.NationalCalendar().Workday(t) {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

// desk is a minute at which people work.
func (f *fill) desk() (hour, minute int) {
	hour = []int{9, 9, 10, 10, 10, 11, 11, 13, 14, 14, 15, 15, 16, 16, 17}[f.rand.IntN(15)]
	return hour, f.rand.IntN(60)
}

func (f *fill) between(from, to int) int {
	if to <= from {
		return from
	}
	return from + f.rand.IntN(to-from+1)
}

func (f *fill) chance(percent int) bool { return f.rand.IntN(100) < percent }

func pick[T any](f *fill, all []T) T { return all[f.rand.IntN(len(all))] }
