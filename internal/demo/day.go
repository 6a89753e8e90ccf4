package demo

import (
	"encoding/json"
	"strings"
	"time"

	"zhike/internal/demo/desk"
	"zhike/internal/demo/season"
)

// day is what everybody has to do now, and what some had to do before.
type day struct {
	Today   map[string][]duty   `json:"today"`
	Overdue []debt              `json:"overdue"`
	Chores  map[string][]string `json:"chores"`
}

// A duty is a task of today or the days after: ["…", 0, "10:30", "maiduo"].
type duty struct {
	title string
	in    int
	at    string
	story string
}

func (d *duty) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&d.title, &d.in, &d.at, &d.story})
}

// A debt is a task that was not done in time.
type debt struct {
	owner    string
	priority string
	duty
}

func (d *debt) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&d.owner, &d.title, &d.in, &d.at, &d.priority, &d.story})
}

func (f *fill) planDay() error {
	plan, err := read[day]("day.json")
	if err != nil {
		return err
	}
	stories := map[string]*client{}
	for _, c := range f.clients {
		if c.key != "" {
			stories[c.key] = c
		}
	}
	for _, p := range f.company.Staff {
		for i, d := range plan.Today[p.Login] {
			due, err := f.due(d)
			if err != nil {
				return err
			}
			made := f.exact(-f.between(1, 3), 9+i, f.rand.IntN(60))
			priority := []string{"high", "medium", "medium", "low"}[min(i, 3)]
			f.task(f.giver(p, made, stories[d.story]), p.Login, made, due, d.title, priority, stories[d.story])
		}
		f.planChores(p, plan.Chores[p.Login])
	}
	for _, d := range plan.Overdue {
		due, err := f.due(d.duty)
		if err != nil {
			return err
		}
		made, about := due.AddDate(0, 0, -3), stories[d.story]
		f.task(f.giver(f.company.person(d.owner), made, about), d.owner, made, due, d.title, d.priority, about)
	}
	return nil
}

// giver is who makes somebody's task: about a customer only whoever sells to it may.
func (f *fill) giver(p person, at time.Time, about *client) string {
	if about == nil || strings.HasPrefix(p.Roles[0], "sales") {
		return p.Login
	}
	return about.owner(at)
}

// due is when a duty is due; what the clock has passed today moves to the evening, so
// that the only overdue tasks are those that are meant to be.
func (f *fill) due(d duty) (time.Time, error) {
	clock, err := time.Parse("15:04", d.at)
	if err != nil {
		return time.Time{}, err
	}
	at := f.exact(d.in, clock.Hour(), clock.Minute())
	for _, evening := range []time.Time{f.exact(0, 18, 0), f.exact(0, 21, 0), f.exact(0, 23, 59)} {
		if d.in == 0 && !at.After(f.Now) {
			at = evening
		}
	}
	return at, nil
}

// planChores: the small things of the year, done in time.
func (f *fill) planChores(p person, titles []string) {
	for d := -f.Days + f.between(1, 9); len(titles) > 0 && d < -4; d += f.between(6, 11) {
		made := season.Workday(f.exact(d, 9, f.rand.IntN(50)), 0)
		due := season.Workday(f.exact(d, 17, 30), 2)
		if f.offset(due) >= -1 {
			continue
		}
		id := f.task(p.Login, p.Login, made, due, pick(f, titles), "medium", nil)
		f.done(p.Login, due.Add(-time.Duration(f.between(5, 300))*time.Minute), id)
	}
}

// planDesk: what customers want and think of us, each after it began.
func (f *fill) planDesk() error {
	d, err := desk.New(desk.Desk{Needs: f.Needs, Feedback: f.Feedback, At: f.at, Now: f.Now}, f.Seed)
	if err != nil {
		return err
	}
	for _, c := range f.clients {
		x := desk.Client{Key: c.key, Name: c.in.Name.V, Slots: c.slots, Born: c.born.Add(time.Hour), Used: c.used, ID: func() string { return c.id }, Owner: c.owner,
			Clear: func(t time.Time) time.Time { return f.clear(c, t) }}
		switch {
		case c.key != "":
			d.Tell(x)
		case !c.draft && c.trade != nil:
			x.Form = c.trade.Form
			d.Live(x)
		}
	}
	for _, a := range d.Acts() {
		f.as(a.By, a.At, a.What, a.Do)
	}
	return nil
}
