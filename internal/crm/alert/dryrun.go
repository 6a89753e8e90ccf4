package alert

import (
	"context"
	"sort"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/setting"
	"zhike/internal/crm/alert/ladder"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
)

// Trial is a rule as it might be, and how far back to look.
type Trial struct {
	Change
	Months int `json:"months,omitempty" minimum:"1" maximum:"6" doc:"Left out: 1."`
}

// A DryRun is what a rule would have done: with the past of customers, stages, owners, talks,
// orders, tasks and feedback; people, departments and other fields as they are today.
type DryRun struct {
	From    api.Time  `json:"from"`
	Until   api.Time  `json:"until"`
	Alerts  int       `json:"alerts" doc:"Raised."`
	Notices int       `json:"notices" doc:"Sent: one a person told."`
	People  []Share   `json:"people"`
	Weeks   []Week    `json:"weeks"`
	Sample  []Example `json:"sample" doc:"The first."`
	Today   []string  `json:"today" doc:"Fields that the rule asks and whose past nobody kept: judged as they are today."`
	Partial bool      `json:"partial" doc:"Not every customer was looked at in the time there is."`
}

// A Share is how much one person would have been told.
type Share struct {
	UserID string `json:"user_id"`
	Name   string `json:"name"`
	Count  int    `json:"count"`
}

// A Week begins on Monday.
type Week struct {
	Week  string `json:"week"`
	Count int    `json:"count"`
}

// An Example is one that would have been sent.
type Example struct {
	At           api.Time `json:"at"`
	CustomerID   string   `json:"customer_id"`
	CustomerName api.Text `json:"customer_name"`
	Why          string   `json:"why"`
	To           []string `json:"to"`
}

// Sent is one telling of a dry run: a rung of an alert.
type Sent struct {
	At       time.Time
	Customer string
	Record   string
	Rung     int
	Raised   bool // the alert began
	To       []string
	Params   map[string]string
}

// The most that one dry run looks at.
const (
	pageOfPast = 400
	mostPast   = 60_000
	mostSample = 20
	patience   = 20 * time.Second
)

// DryRun says what the rule, as it is being edited, would have sent. It writes nothing.
func (s *Service) DryRun(ctx context.Context, who access.Actor, id string, _ int64, in Trial) (DryRun, error) {
	slow, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out DryRun, err error) {
		r, err := s.find(tx, id)
		if err != nil {
			return out, err
		}
		if r, err = r.changed(tx, in.Change); err != nil {
			return out, err
		}
		if err := s.judged(tx, &r); err != nil {
			return out, err
		}
		months := max(in.Months, 1)
		zone, err := setting.Zone(tx)
		if err != nil {
			return out, err
		}
		from := clock.AddMonths(tx.Now().In(zone), -months)
		all, today, whole, err := s.Replay(slow, tx, r, from)
		if err != nil {
			return out, err
		}
		out = DryRun{From: api.On(from), Until: api.On(tx.Now()), People: []Share{}, Weeks: []Week{}, Sample: []Example{}, Today: today, Partial: !whole}
		return out, s.tally(ctx, tx, r, all, zone, &out)
	})
}

func (s *Service) tally(ctx context.Context, tx *db.Tx, r Rule, all []Sent, zone *time.Location, out *DryRun) error {
	c, err := ladder.CompanyOf(tx, s.Actor)
	if err != nil {
		return err
	}
	people, weeks, ids := map[string]int{}, map[string]int{}, []string{}
	for i, x := range all {
		if x.Raised {
			out.Alerts++
		}
		out.Notices += len(x.To)
		weeks[weekOf(x.At.In(zone))] += len(x.To)
		for _, u := range x.To {
			people[u]++
		}
		if i < mostSample {
			e := Example{At: api.On(x.At), CustomerID: x.Customer, CustomerName: api.Text(x.Params["customer"]), Why: why(r, api.LanguageOf(ctx), x.Params), To: []string{}}
			for _, u := range x.To {
				e.To = append(e.To, c.Name(u))
			}
			out.Sample, ids = append(out.Sample, e), append(ids, x.Customer)
		}
	}
	for u, n := range people {
		out.People = append(out.People, Share{u, c.Name(u), n})
	}
	sort.Slice(out.People, func(i, j int) bool {
		a, b := out.People[i], out.People[j]
		return a.Count > b.Count || a.Count == b.Count && a.UserID < b.UserID
	})
	for w, n := range weeks {
		out.Weeks = append(out.Weeks, Week{w, n})
	}
	sort.Slice(out.Weeks, func(i, j int) bool { return out.Weeks[i].Week < out.Weeks[j].Week })
	clear, err := s.Customers.ClearNames(tx, ids)
	for i := range out.Sample {
		if name, ok := clear[out.Sample[i].CustomerID]; ok {
			out.Sample[i].CustomerName = api.Text(name)
		}
	}
	return err
}
