package notice

import "time"

// Hours of a day, in minutes since midnight. From after To runs over midnight; equal is none.
type Hours struct{ From, To int }

func (h Hours) none() bool { return h.From == h.To }

// within says whether a minute of the day lies in the hours.
func (h Hours) within(m int) bool {
	if h.From <= h.To {
		return h.From <= m && m < h.To
	}
	return m >= h.From || m < h.To
}

// farthest ends a search in a calendar without any working day.
const farthest = 400

// longBreak is how many days off in a row keep a notice out of the list.
const longBreak = 4

// Next is the first moment from at on in which somebody may be told: within the company's
// hours of a working day, outside of his own quiet hours. Where those leave no minute of a
// day, they do not count. waits says that a long break lies in between.
func Next(at time.Time, company, quiet Hours, workday func(time.Time) bool) (deliver time.Time, waits bool) {
	deliver = at
	for n := range farthest {
		day := midnight(at, n)
		if !workday(day) {
			continue
		}
		if moment, ok := first(day, at, company, quiet); ok {
			deliver = moment
			break
		}
	}
	return deliver, crosses(at, deliver, workday)
}

// first is the first such moment of a working day that is not before at.
func first(day, at time.Time, company, quiet Hours) (time.Time, bool) {
	if covers(quiet, company) {
		quiet = Hours{}
	}
	quietAt := func(m int) bool { return !quiet.none() && quiet.within(m) }
	if !at.Before(clockOn(day, company.From)) && at.Before(clockOn(day, company.To)) && !quietAt(minuteOf(at)) {
		return at, true
	}
	for m := company.From; m < company.To; m++ {
		if t := clockOn(day, m); !t.Before(at) && !quietAt(m) {
			return t, true
		}
	}
	return time.Time{}, false
}

func covers(quiet, company Hours) bool {
	for m := company.From; m < company.To; m++ {
		if quiet.none() || !quiet.within(m) {
			return false
		}
	}
	return true
}

// crosses says whether a run of longBreak days off touches the days from at to deliver.
func crosses(at, deliver time.Time, workday func(time.Time) bool) bool {
	run := 0
	for n := -1; !workday(midnight(at, 0)) && n > -farthest && !workday(midnight(at, n)); n-- {
		run++ // of the break that at lies in, the days before
	}
	for n := 0; n < farthest; n++ {
		day := midnight(at, n)
		if !day.Before(deliver) {
			return false
		}
		if workday(day) {
			run = 0
			continue
		}
		if run++; run >= longBreak {
			return true
		}
	}
	return false
}

func midnight(t time.Time, days int) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d+days, 0, 0, 0, 0, t.Location())
}

// clockOn is a time by the clock on the wall, also where a zone changes its offset that day.
func clockOn(day time.Time, minute int) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, minute/60, minute%60, 0, 0, day.Location())
}

func minuteOf(t time.Time) int { return t.Hour()*60 + t.Minute() }

// minutes reads 09:30; "" is midnight.
func minutes(clock string) int {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		return 0
	}
	return minuteOf(t)
}

// A Line is one notice, or many of a kind that arrived at one moment.
type Line[T any] struct {
	First T
	Count int
}

// Fold makes one line of more than bound of a key; the order is that of the first of each.
func Fold[T any](all []T, bound int, key func(T) string) []Line[T] {
	count := map[string]int{}
	for _, n := range all {
		count[key(n)]++
	}
	var out []Line[T]
	done := map[string]bool{}
	for _, n := range all {
		k := key(n)
		switch {
		case count[k] <= bound:
			out = append(out, Line[T]{n, 1})
		case !done[k]:
			done[k] = true
			out = append(out, Line[T]{n, count[k]})
		}
	}
	return out
}
