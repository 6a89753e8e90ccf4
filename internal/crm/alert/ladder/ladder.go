// Package ladder is after how long whom an alert tells: the rungs, the clock they count by, and the
// people they name.
package ladder

import (
	"time"

	"zhike/internal/base/dictionary"
	"zhike/internal/base/setting"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/workday"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
)

// How a rung counts. Stage is the limit of the stage, and so many days more.
const (
	Hours    = "hours"
	Days     = "days"
	Workdays = "workdays"
	Months   = "months"
	Stage    = "stage"
	OnDay    = "day" // the day itself, at a time of day
	AtOnce   = "now"
)

// A Rung of a ladder: strictly more than so long after the instant, these people.
type Rung struct {
	Limit   int64    `json:"limit" minimum:"0" maximum:"10000"`
	Unit    string   `json:"unit" enum:"hours,days,workdays,months,stage,day,now"`
	At      string   `json:"at,omitempty" maxLength:"5" doc:"HH:MM, with unit day."`
	To      []string `json:"to" minItems:"1" maxItems:"20" doc:"owner, leader, next_leader, account_manager, record_owner, service_leader, user:<id>, role:<id>."`
	Propose bool     `json:"propose,omitempty" doc:"Another owner is proposed."`
}

// A Calendar is what clocks count by.
type Calendar struct {
	Now    time.Time // in the company's zone
	Days   rule.Calendar
	Stages map[string]dictionary.Stage
}

// CalendarOf reads it for a unit of work.
func CalendarOf(tx *db.Tx) (c Calendar, err error) {
	zone, err := setting.Zone(tx)
	if err != nil {
		return c, err
	}
	c.Now = tx.Now().In(zone)
	if c.Days, err = workday.Of(tx); err != nil {
		return c, err
	}
	c.Stages, err = limits(tx)
	return c, err
}

// MinuteOf reads 08:30; -1 is no time of day.
func MinuteOf(at string) int {
	t, err := time.Parse("15:04", at)
	if err != nil {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}

// Passed is when a limit is strictly passed: the first instant at which the rung is due.
// stage is the one that the record stands in; ok is false where the clock never ends.
func (g Rung) Passed(anchor time.Time, days rule.Calendar, stage dictionary.Stage) (at time.Time, ok bool) {
	after := func(t time.Time) (time.Time, bool) { return t.Add(time.Millisecond), true }
	n := int(g.Limit)
	switch g.Unit {
	case Hours:
		return after(anchor.Add(time.Duration(n) * time.Hour))
	case Days:
		return after(anchor.AddDate(0, 0, n))
	case Workdays:
		return after(worked(days, anchor, n))
	case Months:
		at := clock.AddMonths(anchor, n)
		for !clock.AddMonths(at, -n).After(anchor) { // the end of a month is not always the way back
			at = at.Add(time.Millisecond)
			if back := clock.AddMonths(at, -n); !back.After(anchor) {
				at = time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, at.Location())
			}
		}
		return at, true
	case Stage:
		if stage.DayLimit == 0 {
			return at, false
		}
		return after(anchor.AddDate(0, 0, int(stage.DayLimit)+n))
	case OnDay:
		m := MinuteOf(g.At)
		return time.Date(anchor.Year(), anchor.Month(), anchor.Day(), m/60, m%60, 0, 0, anchor.Location()), true
	}
	return anchor, true
}

// Edge is the instant before which an anchor has to lie for a rung to be due now.
func (g Rung) Edge(c Calendar, stage dictionary.Stage) int64 {
	n := int(g.Limit)
	switch g.Unit {
	case Hours:
		return c.Now.Add(-time.Duration(n) * time.Hour).UnixMilli()
	case Days:
		return c.Now.AddDate(0, 0, -n).UnixMilli()
	case Months:
		return clock.AddMonths(c.Now, -n).UnixMilli()
	case Stage:
		return c.Now.AddDate(0, 0, -int(stage.DayLimit)-n).UnixMilli()
	case OnDay:
		day := time.Date(c.Now.Year(), c.Now.Month(), c.Now.Day(), 0, 0, 0, 0, c.Now.Location())
		if m := MinuteOf(g.At); c.Now.Hour()*60+c.Now.Minute() >= m {
			day = day.AddDate(0, 0, 1)
		}
		return day.UnixMilli()
	case Workdays:
		return c.workedBefore(n)
	}
	return c.Now.UnixMilli() + 1
}

// worked is n working days after an instant. What falls on a day off counts from where the next
// working day begins, so that a later instant never comes to its end earlier.
func worked(days rule.Calendar, t time.Time, n int) time.Time {
	if !days.Workday(t) {
		t = days.AddWorkdays(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location()), 1)
	}
	return days.AddWorkdays(t, n)
}

// workedBefore finds the edge of working days, which no formula turns round.
func (c Calendar) workedBefore(n int) int64 {
	from, to := c.Now.AddDate(0, 0, -3*n-40).UnixMilli(), c.Now.UnixMilli()+1
	for from < to {
		mid := (from + to) / 2
		if worked(c.Days, time.UnixMilli(mid).In(c.Now.Location()), n).Before(c.Now) {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return from
}

// limits are the stages' own, in days, by code.
func limits(tx *db.Tx) (map[string]dictionary.Stage, error) {
	all, err := dictionary.Stages(tx, dictionary.OfCustomer)
	out := map[string]dictionary.Stage{}
	for _, s := range all {
		out[s.Code] = s
	}
	return out, err
}
