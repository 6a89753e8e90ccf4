package alert

import (
	"strconv"
	"time"

	"zhike/internal/base/dictionary"
	"zhike/internal/crm/alert/ladder"
	"zhike/internal/platform/db"
)

// due is the condition that a rung's limit is passed now; alias names the record in the query.
// What an index answers is said twice, once of the column itself.
func (r Rule) due(c ladder.Calendar, i int, alias string) db.Cond {
	g, anchor := r.Rungs[i], db.Col(alias+".anchor")
	if g.Unit == Stage {
		var any []db.Cond
		for code, st := range c.Stages {
			if st.DayLimit > 0 {
				any = append(any, db.When("c.stage = :stage AND c.stage_entered_at < :edge", db.Args{"stage": code, "edge": g.Edge(c, st)}))
			}
		}
		return db.AnyOf(any...)
	}
	if r.Clock == None {
		return db.Everything()
	}
	edge := g.Edge(c, dictionary.Stage{})
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
func (r Rule) quiet(c ladder.Calendar) (all []db.Cond) {
	now := c.Now.UnixMilli()
	if r.PlannedDays > 0 {
		all = append(all, db.When("NOT (c.next_follow_up_at > :now AND c.next_follow_up_at <= :until)", db.Args{"now": now, "until": c.Now.AddDate(0, 0, int(r.PlannedDays)).UnixMilli()}))
	}
	if r.ImportedDays > 0 {
		all = append(all, db.When("(c.imported_at = 0 OR c.imported_at <= :before)", db.Args{"before": c.Now.AddDate(0, 0, -int(r.ImportedDays)).UnixMilli()}))
	}
	return all
}

// bound are the arguments that every query of a rule takes.
func (r Rule) bound() db.Args {
	return db.Args{"rule": r.ID, "clock": r.Clock, "recorded": r.RecordedHours * 3_600_000}
}

// params are the figures that say why.
func (r Rule) params(c ladder.Calendar, f found) map[string]string {
	since := time.UnixMilli(f.Anchor).In(c.Now.Location())
	if r.Clock == None {
		since = time.UnixMilli(max(f.LastTalk, 0)).In(c.Now.Location())
		if f.LastTalk == 0 {
			since = time.UnixMilli(f.Created).In(c.Now.Location())
		}
		if r.Code == "churn_risk" {
			since = time.UnixMilli(f.Won).In(c.Now.Location())
			if day, err := time.ParseInLocation(time.DateOnly, string(f.LastOrder), c.Now.Location()); err == nil {
				since = day
			}
		}
	}
	gone := max(c.Now.Sub(since), 0)
	st := c.Stages[f.Stage]
	return map[string]string{"customer": f.Name, "hours": strconv.Itoa(int(gone / time.Hour)), "days": strconv.Itoa(int(gone / (24 * time.Hour))),
		"workdays": strconv.Itoa(max(c.Days.WorkdaysBetween(since, c.Now), 0)), "time": since.Format("01-02 15:04"), "day": since.Format(time.DateOnly),
		"stage": st.Label("zh-CN"), "stage_en": st.Label("en"), "limit": strconv.FormatInt(st.DayLimit, 10), "code": string(f.Code), "points": strconv.FormatInt(f.Satisfaction, 10), "rule": r.Label("zh-CN")}
}
