package demo

import (
	"context"
	"fmt"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/pool"
	"zhike/internal/crm/rule"
	"zhike/internal/demo/mint"
	"zhike/internal/demo/story"
)

func (f *fill) planStories() error {
	all, err := read[[]story.Story]("stories.json")
	if err != nil {
		return err
	}
	for i := range all {
		if err := f.tell(&all[i]); err != nil {
			return fmt.Errorf("demo: %s: %w", all[i].Key, err)
		}
	}
	return nil
}

// plus stands for a value that the demo makes up: the next mobile, a mailbox of its own.
const plus = "+"

func (f *fill) tell(s *story.Story) error {
	c := &client{key: s.Key, side: s.Side, draft: s.Draft, in: s.New}
	f.names[s.New.Name.V] = true
	domain := s.Key + ".example"
	for _, p := range s.People {
		x := &known{in: p.New, boss: -1}
		if p.Boss != nil {
			x.boss = *p.Boss
		}
		if x.in.Mobile.V == plus {
			x.in.Mobile = api.Some(f.mint.Mobile())
		}
		if x.in.Email.V == plus {
			x.in.Email = api.Some(mint.Latin(x.in.Name.V) + "@" + domain)
		}
		c.people = append(c.people, x)
	}
	if s.Twin {
		c.in.Duplicates = "new"
	}
	c.tenures = []tenure{{login: s.Owner}}
	f.succeed(c)
	times := make([]time.Time, len(s.Acts))
	var last time.Time
	for i, a := range s.Acts {
		clock, err := time.Parse("15:04", a.At)
		if err != nil {
			return err
		}
		t := f.at(a.Day, clock.Hour(), clock.Minute())
		if a.Text != "" && !rule.NationalCalendar().Workday(t) && a.Day < -1 {
			t = t.AddDate(0, 0, 1)
			if t.Weekday() == time.Sunday {
				t = t.AddDate(0, 0, -2)
			}
		}
		t = f.clear(c, t)
		if !t.After(last) {
			t = last.Add(25 * time.Minute)
		}
		times[i], last = t, t
	}
	c.born = times[0].Add(-25 * time.Minute)
	f.birth(c)
	for i, login := range s.Members {
		f.member(c, times[0].Add(time.Duration(30+i)*time.Minute), login)
	}
	for i, a := range s.Acts {
		switch {
		case a.Move != "":
			f.move(c, times[i], a.Move, a.Reason, a.Note)
		case a.Release != "":
			f.on(times[i], s.Key, func(ctx context.Context) error { // as the rule of the pool would
				who := f.actors[c.owner(times[i])]
				now, err := f.Customers.Get(ctx, who, c.id)
				if err != nil {
					return err
				}
				_, err = f.Pools.Release(ctx, who, c.id, now.Version, pool.Release{Reason: a.Release})
				return err
			})
		case a.Set != nil || a.Manager != "":
			f.set(c, times[i], a)
		case a.Plan != "":
			f.takeOn(c, times[i], a.Plan)
		default:
			f.talk(c, f.toldTalk(a, times[i]))
		}
	}
	return nil
}

func (f *fill) toldTalk(a story.Told, at time.Time) said {
	s := said{by: a.By, happened: at, at: at.Add(time.Duration(f.between(3, 12)) * time.Minute), with: a.With, mend: a.Mend}
	s.in = followup.New{Method: a.Method, Kind: a.Kind, Outcome: a.Outcome, Content: a.Text, Conclusion: a.Conclusion, Quote: a.Quote}
	midnight := f.exact(f.offset(at), 0, 0)
	if a.Next.What != "" {
		s.next, s.nextOn = a.Next.What, midnight.AddDate(0, 0, a.Next.Days)
		if f.offset(s.nextOn) == 0 { // due at 18:00, which may have gone by
			s.nextOn = s.nextOn.AddDate(0, 0, 1)
		}
	}
	if v := a.Promise; v.By != "" {
		due := midnight.AddDate(0, 0, v.Days)
		if v.Kept == nil && due.Before(f.today) {
			due = f.today
		}
		kept := v.Kept
		if !due.Before(f.today) {
			kept = nil
		}
		s.promises = []vow{{v.By, v.What, due, kept}}
	}
	if a.NextIn > 0 {
		s.in.NextFollowUpAt = api.On(midnight.AddDate(0, 0, a.NextIn).Add(10 * time.Hour))
	}
	return s
}
