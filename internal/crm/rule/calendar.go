package rule

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// Day is an exception to the week: a day off, or a weekend day that is worked.
type Day struct {
	Date string // 2006-01-02
	Name string // 春节
	Work bool   // 班: a make-up working day
	// Provisional days are known by law before the year's notice with its make-up days is out.
	Provisional bool
}

// Calendar knows which days are worked: weekdays that are not off, and make-up days. It does not change; With gives
// another one. Days are those of the location of the times that are asked about.
type Calendar struct {
	days  map[string]Day
	years map[int]bool // with a published notice
}

// NationalCalendar is the calendar of the yearly notices of 国务院办公厅, as far as known when this was built.
var NationalCalendar = sync.OnceValue(func() Calendar {
	f, err := facts.Open("facts/holidays.csv")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	days, err := ReadDays(f)
	if err != nil {
		panic("rule: holidays.csv: " + err.Error())
	}
	return Calendar{}.With(days)
})

// ErrCalendar says that a file of days cannot be read.
var ErrCalendar = errors.New("calendar: want the columns date,name,type with 休, 班 or 法定")

// ReadDays reads a CSV file with the columns date (2006-01-02), name, type (休, 班, 法定) in any order; others are
// ignored. This is how the next year is loaded.
func ReadDays(r io.Reader) ([]Day, error) {
	c := csv.NewReader(r)
	c.FieldsPerRecord = -1
	rows, err := c.ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("%w: %v", ErrCalendar, err)
	}
	col := map[string]int{}
	for i, h := range rows[0] {
		if i == 0 && len(h) > 3 && h[:3] == "\ufeff" {
			h = h[3:]
		}
		col[h] = i
	}
	date, ok1 := col["date"]
	name, ok2 := col["name"]
	kind, ok3 := col["type"]
	if !ok1 || !ok2 || !ok3 {
		return nil, ErrCalendar
	}
	var days []Day
	for n, row := range rows[1:] {
		if len(row) <= max(date, name, kind) {
			return nil, fmt.Errorf("%w: line %d", ErrCalendar, n+2)
		}
		d := Day{Date: row[date], Name: row[name], Work: row[kind] == "班", Provisional: row[kind] == "法定"}
		if _, err := time.Parse(time.DateOnly, d.Date); err != nil || row[kind] != "休" && row[kind] != "班" && row[kind] != "法定" {
			return nil, fmt.Errorf("%w: line %d", ErrCalendar, n+2)
		}
		days = append(days, d)
	}
	return days, nil
}

// With gives a calendar with these days besides or instead of its own. The first notice of a year takes the place of
// that year's provisional days; later days, such as a company's own, only add to it.
func (c Calendar) With(days []Day) Calendar {
	next := Calendar{days: map[string]Day{}, years: map[int]bool{}}
	for y := range c.years {
		next.years[y] = true
	}
	for _, d := range days {
		if !d.Provisional {
			next.years[yearOf(d.Date)] = true
		}
	}
	for date, d := range c.days {
		if !d.Provisional || !next.years[yearOf(date)] {
			next.days[date] = d
		}
	}
	for _, d := range days {
		if !d.Provisional || !next.years[yearOf(d.Date)] {
			next.days[d.Date] = d
		}
	}
	return next
}

func yearOf(date string) int {
	t, _ := time.Parse(time.DateOnly, date)
	return t.Year()
}

// Complete tells whether the notice with the make-up days of a year is loaded; administrators are reminded when not.
func (c Calendar) Complete(year int) bool { return c.years[year] }

// Workday tells whether the day of t is worked.
func (c Calendar) Workday(t time.Time) bool {
	if d, ok := c.days[t.Format(time.DateOnly)]; ok {
		return d.Work
	}
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

// Holiday is the name of the exception on the day of t (国庆节), empty on an ordinary day.
func (c Calendar) Holiday(t time.Time) string { return c.days[t.Format(time.DateOnly)].Name }

// maxScan ends a search in a calendar without any working day.
const maxScan = 4000

// AddWorkdays is the n-th working day after the day of t, at the same time of day; the day itself does not count.
// n = 0 gives t, also on a day off; a negative n counts back.
func (c Calendar) AddWorkdays(t time.Time, n int) time.Time {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for scanned := 0; n > 0 && scanned < maxScan; scanned++ {
		t = t.AddDate(0, 0, step)
		if c.Workday(t) {
			n--
		}
	}
	return t
}

// WorkdaysBetween counts the working days after the day of from up to and with the day of to; negative when to is
// earlier.
func (c Calendar) WorkdaysBetween(from, to time.Time) int {
	from, to = dayStart(from), dayStart(to.In(from.Location()))
	if to.Before(from) {
		return -c.WorkdaysBetween(to, from)
	}
	n := 0
	for d := from.AddDate(0, 0, 1); !d.After(to); d = d.AddDate(0, 0, 1) {
		if c.Workday(d) {
			n++
		}
	}
	return n
}

// AddWorkHours adds working time: only what lies between opens and closes (since midnight) of working days counts.
// A span that is not positive, or hours that close before they open, give t.
func (c Calendar) AddWorkHours(t time.Time, span, opens, closes time.Duration) time.Time {
	if span <= 0 || closes <= opens {
		return t
	}
	for scanned := 0; scanned < maxScan; scanned++ {
		day := dayStart(t)
		if c.Workday(t) {
			start, end := clockOn(day, opens), clockOn(day, closes)
			if t.Before(start) {
				t = start
			}
			if left := end.Sub(t); left >= span {
				return t.Add(span)
			} else if left > 0 {
				span -= left
			}
		}
		t = day.AddDate(0, 0, 1)
	}
	return t
}

func dayStart(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}

// clockOn is a time of day by the clock on the wall, also where a zone changes its offset that day.
func clockOn(day time.Time, sinceMidnight time.Duration) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, 0, int(sinceMidnight), day.Location())
}
