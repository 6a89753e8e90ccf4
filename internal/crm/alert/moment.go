package alert

import (
	"strconv"
	"time"

	"zhike/internal/base/dictionary"
	"zhike/internal/base/setting"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/workday"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
)

// A calendar is what clocks count by.
type calendar struct {
	now    time.Time // in the company's zone
	days   rule.Calendar
	stages map[string]dictionary.Stage
}

func calendarOf(tx *db.Tx) (c calendar, err error) {
	zone, err := setting.Zone(tx)
	if err != nil {
		return c, err
	}
	c.now = tx.Now().In(zone)
	if c.days, err = workday.Of(tx); err != nil {
		return c, err
	}
	c.stages, err = limits(tx)
	return c, err
}

// minuteOf reads 08:30; -1 is no time of day.
func minuteOf(at string) int {
	t, err := time.Parse("15:04", at)
	if err != nil {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}

// passed is when a limit is strictly passed: the first instant at which the rung is due.
// stage is the one that the record stands in; ok is false where the clock never ends.
func (g Rung) passed(anchor time.Time, days rule.Calendar, stage dictionary.Stage) (at time.Time, ok bool) {
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
		m := minuteOf(g.At)
		return time.Date(anchor.Year(), anchor.Month(), anchor.Day(), m/60, m%60, 0, 0, anchor.Location()), true
	}
	return anchor, true
}

// edge is the instant before which an anchor has to lie for a rung to be due now.
func (g Rung) edge(c calendar, stage dictionary.Stage) int64 {
	n := int(g.Limit)
	switch g.Unit {
	case Hours:
		return c.now.Add(-time.Duration(n) * time.Hour).UnixMilli()
	case Days:
		return c.now.AddDate(0, 0, -n).UnixMilli()
	case Months:
		return clock.AddMonths(c.now, -n).UnixMilli()
	case Stage:
		return c.now.AddDate(0, 0, -int(stage.DayLimit)-n).UnixMilli()
	case OnDay:
		day := time.Date(c.now.Year(), c.now.Month(), c.now.Day(), 0, 0, 0, 0, c.now.Location())
		if m := minuteOf(g.At); c.now.Hour()*60+c.now.Minute() >= m {
			day = day.AddDate(0, 0, 1)
		}
		return day.UnixMilli()
	case Workdays:
		return c.workedBefore(n)
	}
	return c.now.UnixMilli() + 1
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
func (c calendar) workedBefore(n int) int64 {
	from, to := c.now.AddDate(0, 0, -3*n-40).UnixMilli(), c.now.UnixMilli()+1
	for from < to {
		mid := (from + to) / 2
		if worked(c.days, time.UnixMilli(mid).In(c.now.Location()), n).Before(c.now) {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return from
}

// due is the condition that a rung's limit is passed now; alias names the record in the query.
// What an index answers is said twice, once of the column itself.
func (r Rule) due(c calendar, i int, alias string) db.Cond {
	g, anchor := r.Rungs[i], db.Col(alias+".anchor")
	if g.Unit == Stage {
		var any []db.Cond
		for code, st := range c.stages {
			if st.DayLimit > 0 {
				any = append(any, db.When("c.stage = :stage AND c.stage_entered_at < :edge", db.Args{"stage": code, "edge": g.edge(c, st)}))
			}
		}
		return db.AnyOf(any...)
	}
	if r.Clock == None {
		return db.Everything()
	}
	edge := g.edge(c, dictionary.Stage{})
	all := []db.Cond{db.Compare(anchor, "<", edge), db.Compare(anchor, ">", int64(0))}
	args := db.Args{"edge": edge}
	switch r.Clock {
	case LastTalk:
		all = append(all, db.When("c.last_follow_up_at < :edge", args))
	case InStage:
		all = append(all, db.When("c.stage_entered_at < :edge", args))
	case NextTalk:
		all = append(all, db.When("c.next_follow_up_at > 0 AND c.next_follow_up_at < :edge", args))
	case Due:
		all = append(all, db.When("t.due_at < :edge", args))
	case FeedbackAt:
		all = append(all, db.When("f.feedback_at < :edge", args))
	}
	return db.AllOf(all...)
}

// quiet are the conditions under which a rule says nothing.
func (r Rule) quiet(c calendar) (all []db.Cond) {
	now := c.now.UnixMilli()
	if r.PlannedDays > 0 {
		all = append(all, db.When("NOT (c.next_follow_up_at > :now AND c.next_follow_up_at <= :until)", db.Args{"now": now, "until": c.now.AddDate(0, 0, int(r.PlannedDays)).UnixMilli()}))
	}
	if r.ImportedDays > 0 {
		all = append(all, db.When("(c.imported_at = 0 OR c.imported_at <= :before)", db.Args{"before": c.now.AddDate(0, 0, -int(r.ImportedDays)).UnixMilli()}))
	}
	return all
}

// bound are the arguments that every query of a rule takes.
func (r Rule) bound() db.Args {
	return db.Args{"rule": r.ID, "clock": r.Clock, "recorded": r.RecordedHours * 3_600_000}
}

// params are the figures that say why.
func (r Rule) params(c calendar, f found) map[string]string {
	since := time.UnixMilli(f.Anchor).In(c.now.Location())
	if r.Clock == None {
		since = time.UnixMilli(max(f.LastTalk, 0)).In(c.now.Location())
		if f.LastTalk == 0 {
			since = time.UnixMilli(f.Created).In(c.now.Location())
		}
		if r.Code == "churn_risk" {
			since = time.UnixMilli(f.Won).In(c.now.Location())
			if day, err := time.ParseInLocation(time.DateOnly, string(f.LastOrder), c.now.Location()); err == nil {
				since = day
			}
		}
	}
	gone := max(c.now.Sub(since), 0)
	st := c.stages[f.Stage]
	return map[string]string{"customer": f.Name, "hours": strconv.Itoa(int(gone / time.Hour)), "days": strconv.Itoa(int(gone / (24 * time.Hour))),
		"workdays": strconv.Itoa(max(c.days.WorkdaysBetween(since, c.now), 0)), "time": since.Format("01-02 15:04"), "day": since.Format(time.DateOnly),
		"stage": st.Label("zh-CN"), "stage_en": st.Label("en"), "limit": strconv.FormatInt(st.DayLimit, 10), "code": string(f.Code), "points": strconv.FormatInt(f.Satisfaction, 10), "rule": r.Label("zh-CN")}
}
