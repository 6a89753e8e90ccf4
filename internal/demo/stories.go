package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/pool"
	"zhike/internal/crm/rule"
)

// A story is a customer that DEMO.md tells of.
type story struct {
	Key     string       `json:"key"`
	Owner   string       `json:"owner"`
	Side    string       `json:"side"` // of who left
	Born    int          `json:"born"`
	Draft   bool         `json:"draft"`
	Twin    bool         `json:"twin"`
	New     customer.New `json:"new"`
	People  []who        `json:"people"`
	Members []string     `json:"members"`
	Acts    []told       `json:"acts"`
}

type who struct {
	contact.New
	Boss *int `json:"boss"`
}

// A told act: a talk, a move or a release, so many days before today.
type told struct {
	Day        int              `json:"d"`
	At         string           `json:"at"`
	By         string           `json:"by"`
	Text       string           `json:"t"`
	Mend       string           `json:"mend"` // what the text was changed to
	Method     string           `json:"m"`
	Kind       string           `json:"k"`
	Outcome    string           `json:"o"`
	Quote      string           `json:"q"`
	Conclusion string           `json:"c"`
	With       []int            `json:"with"`
	Next       pair             `json:"next"`
	Promise    vowed            `json:"pr"`
	NextIn     int              `json:"nf"`
	Move       string           `json:"move"`
	Reason     string           `json:"reason"`
	Note       string           `json:"note"`
	Release    string           `json:"release"`
	Set        *customer.Change `json:"set"`     // facts that became known
	Manager    string           `json:"manager"` // who cares for it beside its owner
	Plan       string           `json:"plan"`    // the tier whose playbook was taken on
}

// A pair is what comes next, and in how many days: ["…", 3].
type pair struct {
	what string
	days int
}

func (p *pair) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&p.what, &p.days})
}

// vowed is a promise: ["us", "…", 7, true].
type vowed struct {
	by, what string
	days     int
	kept     *bool
}

func (v *vowed) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&v.by, &v.what, &v.days, &v.kept})
}

func (f *fill) planStories() error {
	all, err := read[[]story]("stories.json")
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

func (f *fill) tell(s *story) error {
	c := &client{key: s.Key, side: s.Side, draft: s.Draft, in: s.New}
	f.names[s.New.Name.V] = true
	domain := s.Key + ".example"
	for _, p := range s.People {
		x := &known{in: p.New, boss: -1}
		if p.Boss != nil {
			x.boss = *p.Boss
		}
		if x.in.Mobile.V == plus {
			x.in.Mobile = api.Some(f.mobile())
		}
		if x.in.Email.V == plus {
			x.in.Email = api.Some(latin(x.in.Name.V) + "@" + domain)
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
				_, err := f.Pools.Release(ctx, f.actors[c.owner(times[i])], c.id, c.version, pool.Release{Reason: a.Release})
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

func (f *fill) toldTalk(a told, at time.Time) said {
	s := said{by: a.By, happened: at, at: at.Add(time.Duration(f.between(3, 12)) * time.Minute), with: a.With, mend: a.Mend}
	s.in = followup.New{Method: a.Method, Kind: a.Kind, Outcome: a.Outcome, Content: a.Text, Conclusion: a.Conclusion, Quote: a.Quote}
	midnight := f.exact(f.offset(at), 0, 0)
	if a.Next.what != "" {
		s.next, s.nextOn = a.Next.what, midnight.AddDate(0, 0, a.Next.days)
		if f.offset(s.nextOn) == 0 { // due at 18:00, which may have gone by
			s.nextOn = s.nextOn.AddDate(0, 0, 1)
		}
	}
	if v := a.Promise; v.by != "" {
		due := midnight.AddDate(0, 0, v.days)
		if v.kept == nil && due.Before(f.today) {
			due = f.today
		}
		kept := v.kept
		if !due.Before(f.today) {
			kept = nil
		}
		s.promises = []vow{{v.by, v.what, due, kept}}
	}
	if a.NextIn > 0 {
		s.in.NextFollowUpAt = api.On(midnight.AddDate(0, 0, a.NextIn).Add(10 * time.Hour))
	}
	return s
}
