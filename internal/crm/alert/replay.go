package alert

import (
	"context"
	"slices"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/alert/ladder"
	"zhike/internal/crm/alert/past"
	"zhike/internal/crm/feedback"
	"zhike/internal/platform/db"
)

// Replay goes through the past of the customers in reach and gives all that the rule would have
// told since from, and the fields that it judged as they are today.
func (s *Service) Replay(ctx context.Context, tx *db.Tx, r Rule, from time.Time) (all []Sent, today []string, whole bool, err error) {
	cal, err := ladder.CalendarOf(tx)
	if err != nil {
		return nil, nil, false, err
	}
	who, err := ladder.CompanyOf(tx, s.Actor)
	if err != nil {
		return nil, nil, false, err
	}
	j := &judgement{s: s, r: r, now: map[string]map[string]bool{}, today: []string{}}
	if err := j.read(tx); err != nil {
		return nil, nil, false, err
	}
	status := func(stage string) string { return cal.Stages[stage].Status }
	after := ""
	for n := 0; ; n += pageOfPast {
		some, err := past.Read(tx, after, pageOfPast)
		if err != nil || len(some) == 0 {
			return sorted(all), j.today, true, err
		}
		if after = some[len(some)-1].ID; n >= mostPast || ctx.Err() != nil {
			return sorted(all), j.today, false, nil
		}
		if err := j.asToday(tx, some); err != nil {
			return nil, nil, false, err
		}
		for _, p := range some {
			for _, record := range r.records(p, status) {
				sent, err := replay(r, p, record, cal, who, j, from)
				if err != nil {
					return nil, nil, false, err
				}
				all = append(all, sent...)
			}
		}
	}
}

// A state is what a record of a rule's subject was at one instant.
type state struct {
	past.State
	found  // of the record alone; facts gives the rest
	kind   string
	closed bool
	done   bool
}

func stateOf(p *past.Customer, t int64, status func(string) string) state {
	return state{State: p.At(t, status), found: found{Record: p.ID, Customer: p.ID, Name: p.Name}}
}

// facts are what texts and people are made of.
func (s state) facts() found {
	f := s.found
	f.Owner, f.Department, f.Manager, f.Stage = s.State.Owner, s.State.Department, s.State.Manager, s.State.Stage
	f.Next, f.LastTalk, f.LastOrder, f.Won, f.Created = s.State.Next, s.State.LastTalk, s.State.LastOrder, s.State.Won, s.State.Created
	return f
}

// records are the records of a rule's subject that a customer has, as functions of time.
func (r Rule) records(p *past.Customer, status func(string) string) (all []func(int64) state) {
	switch r.Subject {
	case OfTask:
		for _, k := range p.Tasks {
			all = append(all, func(t int64) state {
				s := stateOf(p, t, status)
				s.Record, s.RecordOwner, s.done = k.ID, k.Owner, k.Done > 0 && k.Done <= t
				s.Anchor = k.Due
				s.Alive = s.Alive && k.Created <= t
				return s
			})
		}
	case OfFeedback:
		for _, f := range p.Feedback {
			all = append(all, func(t int64) state {
				s := stateOf(p, t, status)
				s.Record, s.RecordOwner, s.Code, s.Satisfaction, s.kind = f.ID, f.Owner, f.Code, f.Points, f.Kind
				s.closed = f.State == feedback.Closed && f.Closed <= t
				s.Anchor = f.At
				s.Alive = s.Alive && f.Created <= t
				return s
			})
		}
	default:
		all = append(all, func(t int64) state {
			s := stateOf(p, t, status)
			switch r.Clock {
			case LastTalk:
				if s.Anchor = s.State.LastTalk; s.Anchor == 0 {
					s.Anchor = s.Effective
				}
				if s.Anchor > 0 {
					s.Anchor = max(s.Anchor, s.Imported)
				}
			case InStage:
				s.Anchor = s.Entered
			case NextTalk:
				s.Anchor = s.State.Next
			}
			return s
		})
	}
	if r.Clock == None {
		for i, f := range all {
			all[i] = func(t int64) state { s := f(t); s.Anchor = 0; return s }
		}
	}
	return all
}

// minute is the first sweep from an instant on.
func minute(ms int64) int64 { return (ms + 59_999) / 60_000 * 60_000 }

func weekOf(t time.Time) string {
	return t.AddDate(0, 0, -int((t.Weekday()+6)%7)).Format(time.DateOnly)
}
func sorted(all []Sent) []Sent {
	slices.SortFunc(all, func(a, b Sent) int { return a.At.Compare(b.At) })
	return all
}

// replay lets time pass for one record: at each instant when something changed, or a limit passed.
func replay(r Rule, p *past.Customer, record func(int64) state, cal ladder.Calendar, who ladder.Company, j *judgement, from time.Time) (out []Sent, err error) {
	zone, end := cal.Now.Location(), cal.Now.UnixMilli()
	begin := minute(from.UnixMilli())
	queue := []int64{begin}
	for _, e := range p.Events() {
		queue = append(queue, minute(e))
	}
	if r.Clock == None {
		for d := time.Date(from.Year(), from.Month(), from.Day()+1, 0, 0, 0, 0, zone); d.UnixMilli() <= end; d = d.AddDate(0, 0, 1) {
			queue = append(queue, d.UnixMilli())
		}
	}
	open, standing, rung, owner, seen := false, int64(0), -1, api.Ref(""), map[int64]bool{}
	for len(queue) > 0 {
		slices.Sort(queue)
		at := queue[0]
		if queue = queue[1:]; at < begin || at > end || seen[at] {
			continue
		}
		seen[at] = true
		st := record(at)
		now := cal
		now.Now = time.UnixMilli(at).In(zone)
		for _, t := range r.turns(st, cal) {
			if t = minute(t); t > at && t <= end {
				queue = append(queue, t)
			}
		}
		top := -1
		if st.Alive && (st.Anchor > 0 || r.Clock == None) && !r.silent(st, p, at, now) && j.holds(st, now) {
			for i, g := range r.Rungs {
				if stage := cal.Stages[st.State.Stage]; (g.Unit != Stage || stage.DayLimit > 0) && st.Anchor < g.Edge(now, stage) {
					top = max(top, i)
				}
			}
		}
		if open && (st.Anchor != standing || !j.kept(st, p, at, now, r)) {
			open = false
		}
		tell := func(i, to int, raised bool) error {
			for ; i <= to; i++ {
				f := st.facts()
				users, err := who.Told(r.Rungs, i, f.about())
				if err != nil {
					return err
				}
				params := r.params(now, f)
				params["owner"] = who.Name(string(f.Owner))
				out = append(out, Sent{now.Now, p.ID, f.Record, i, raised, users, params})
				raised = false
			}
			return nil
		}
		switch {
		case !open && top >= 0:
			open, standing, rung, owner = true, st.Anchor, top, st.State.Owner
			// What stood before the months that are asked was told before them.
			if at > begin {
				err = tell(0, top, true)
			}
		case open && st.State.Owner != owner:
			owner = st.State.Owner
			err = tell(0, rung, false)
			if err == nil && top > rung {
				err = tell(rung+1, top, false)
				rung = top
			}
		case open && top > rung:
			err = tell(rung+1, top, false)
			rung = top
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// turns are the instants at which the clock alone may change what a rule says of a state.
func (r Rule) turns(st state, cal ladder.Calendar) (all []int64) {
	zone := cal.Now.Location()
	if st.Anchor > 0 {
		for _, g := range r.Rungs {
			if t, ok := g.Passed(time.UnixMilli(st.Anchor).In(zone), cal.Days, cal.Stages[st.State.Stage]); ok {
				all = append(all, t.UnixMilli())
			}
		}
	}
	if r.PlannedDays > 0 && st.State.Next > 0 {
		all = append(all, st.State.Next, time.UnixMilli(st.State.Next).In(zone).AddDate(0, 0, -int(r.PlannedDays)).UnixMilli())
	}
	if r.ImportedDays > 0 && st.Imported > 0 {
		all = append(all, time.UnixMilli(st.Imported).In(zone).AddDate(0, 0, int(r.ImportedDays)).UnixMilli())
	}
	return all
}

// silent says that something makes a rule quiet at an instant.
func (r Rule) silent(st state, p *past.Customer, at int64, now ladder.Calendar) bool {
	switch {
	case r.PlannedDays > 0 && st.State.Next > at && st.State.Next <= now.Now.AddDate(0, 0, int(r.PlannedDays)).UnixMilli():
	case r.ImportedDays > 0 && st.Imported > 0 && st.Imported > now.Now.AddDate(0, 0, -int(r.ImportedDays)).UnixMilli():
	case r.RecordedHours > 0 && p.RecordedSince(at, st.Anchor-r.RecordedHours*3_600_000):
	default:
		return false
	}
	return true
}
