package demo

import (
	"math"
	"time"

	"zhike/internal/demo/season"
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
	f.weights[d] = season.Weight(f.exact(d, 12, 0), f.crowd.Quiet, d > -90)
	return f.weights[d]
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
