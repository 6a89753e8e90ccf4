// Package back plans what the demo's people look back at: reviews of a team, the plan to win
// a customer back, a trial, and the papers they keep.
package back

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/door"
	"zhike/internal/crm/attachment"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/review"
	"zhike/internal/crm/segment"
	"zhike/internal/crm/trial"
	"zhike/internal/crm/winback"
	"zhike/internal/platform/job"
)

//go:embed back.json
var files embed.FS

// House is what it needs beside what the demo has.
type House struct {
	Door     *door.Service
	Reviews  *review.Service
	WinBacks *winback.Service
	Trials   *trial.Service
	Files    *attachment.Service
	Keeping
}

// A Stage is the demo's year as far as this goes.
type Stage struct {
	House
	Account   *account.Service
	FollowUps *followup.Service
	Directory *directory.Service
	Segments  *segment.Service
	At        func(day, hour, minute int) time.Time // days before today, however short the history
	Told      func(day, hour, minute int) time.Time // the same day of the story, nearer in a short history
	Customer  func(key string) string               // its id, once it is made
	Actor     func(login string) access.Actor
	Merged    func() // a customer went into another
	On        func(at time.Time, what string, do func(context.Context) error)
}

type words struct {
	Reviews []struct {
		Team, Leader, Every string
		Begin               int // the first day of a period: so many days before today
		Days                int // of a period
		Say                 [][]struct{ By, About, Text string }
		Tick                [][]string
	}
	WinBacks []struct {
		Customer, By, Tier, Cause string
		Day                       int
		Due                       int
		Measures                  []struct {
			What, By  string
			Due, Done int
		}
	}
	Trials []struct {
		Customer, By, Product, Result, Opinion string
		Day, From, To                          int
	}
	Papers []hung
	care
}

// Plan puts everything on the stage.
func Plan(s Stage) error {
	text, err := files.ReadFile("back.json")
	if err != nil {
		return err
	}
	var w words
	if err := json.Unmarshal(text, &w); err != nil {
		return err
	}
	date := func(day int) string { return s.At(day, 12, 0).Format(time.DateOnly) }
	for _, r := range w.Reviews {
		plan := s.At(r.Begin, 9, 40)
		who := func() access.Actor { return s.Actor(r.Leader) }
		s.On(plan, r.Team, func(ctx context.Context) error {
			id, err := s.department(ctx, who(), r.Team)
			if err != nil {
				return err
			}
			_, err = s.Reviews.AddPlan(ctx, who(), review.NewPlan{DepartmentID: id, Every: r.Every, FirstOn: date(r.Begin)})
			return err
		})
		for n := range r.Say {
			end := r.Begin + (n+1)*r.Days
			s.On(s.At(end, 8, 10), r.Team, func(ctx context.Context) error { return s.Reviews.Sweep(ctx, job.Job{}) })
			s.On(s.At(end, 17, 20), r.Team, func(ctx context.Context) error {
				all, err := s.Reviews.List(ctx, who(), review.Query{State: review.Open, Limit: 1})
				if err != nil || len(all.Items) == 0 {
					return errors.Join(err, errors.New("no review was opened"))
				}
				id := all.Items[0].ID
				for _, key := range r.Tick[n] {
					if _, err := s.Reviews.Tick(ctx, who(), id, 0, review.Ticking{CustomerID: s.Customer(key), Reviewed: true}); err != nil {
						return err
					}
				}
				for _, k := range r.Say[n] {
					in := review.NewComment{Text: k.Text}
					if k.About != "" {
						in.CustomerID = s.Customer(k.About)
					}
					if _, err := s.Reviews.Comment(ctx, s.Actor(k.By), id, in); err != nil {
						return err
					}
				}
				_, err = s.Reviews.Close(ctx, who(), id, all.Items[0].Version)
				return err
			})
		}
	}
	for _, p := range w.WinBacks {
		s.On(s.At(p.Day, 17, 40), p.Customer, func(ctx context.Context) error {
			who := s.Actor(p.By)
			in := winback.New{Cause: p.Cause, DueOn: date(p.Due)}
			for _, m := range p.Measures {
				x := winback.Measure{What: m.What, OwnerID: s.Actor(m.By).ID(), DueOn: date(m.Due)}
				in.Measures = append(in.Measures, x)
			}
			tiers, err := s.Segments.List(ctx, who, segment.Query{})
			if err != nil {
				return err
			}
			for _, g := range tiers.Items {
				if string(g.Code) == p.Tier {
					in.SegmentID = g.ID
				}
			}
			_, err = s.WinBacks.Create(ctx, who, s.Customer(p.Customer), in)
			return err
		})
		for i, m := range p.Measures {
			if m.Done == 0 {
				continue
			}
			s.On(s.At(m.Done, 18, 5+i), p.Customer, func(ctx context.Context) error {
				who := s.Actor(m.By)
				all, err := s.WinBacks.Of(ctx, who, s.Customer(p.Customer), winback.Query{State: winback.Open, Limit: 1})
				if err != nil {
					return err
				}
				stands := all.Items[0]
				for k := range stands.Measures {
					stands.Measures[k].OwnerName, stands.Measures[k].Overdue = "", false
				}
				stands.Measures[i].DoneOn = date(m.Done)
				_, err = s.WinBacks.Change(ctx, who, stands.ID, stands.Version, winback.Change{Measures: api.Some(stands.Measures)})
				return err
			})
		}
	}
	for _, x := range w.Trials {
		s.On(s.At(x.Day, 17, 10), x.Customer, func(ctx context.Context) error {
			in := trial.New{Product: x.Product, From: date(x.From), To: date(x.To), Result: x.Result, Opinion: x.Opinion}
			people, err := s.Directory.Of(ctx, s.Actor(x.By), s.Customer(x.Customer), struct{}{})
			if err != nil {
				return err
			}
			if len(people.Items) > 0 {
				in.ContactID = people.Items[0].ID
			}
			_, err = s.Trials.Create(ctx, s.Actor(x.By), s.Customer(x.Customer), in)
			return err
		})
	}
	for _, p := range w.Papers {
		s.hang(p)
	}
	s.keep(w.care)
	return nil
}

func (s Stage) department(ctx context.Context, who access.Actor, name string) (string, error) {
	all, err := s.Account.Tree(ctx, who, struct{}{})
	for _, d := range all.Items {
		if d.Name == name {
			return d.ID, err
		}
	}
	return "", errors.Join(err, errors.New("demo: no department "+name))
}
