package alert

import (
	"context"
	"slices"
	"sort"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/setting"
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
	c, err := s.companyOf(tx)
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
				e.To = append(e.To, c.active[u].Name)
			}
			out.Sample, ids = append(out.Sample, e), append(ids, x.Customer)
		}
	}
	for u, n := range people {
		out.People = append(out.People, Share{u, c.active[u].Name, n})
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

// Replay goes through the past of the customers in reach and gives all that the rule would have
// told since from, and the fields that it judged as they are today.
func (s *Service) Replay(ctx context.Context, tx *db.Tx, r Rule, from time.Time) (all []Sent, today []string, whole bool, err error) {
	cal, err := calendarOf(tx)
	if err != nil {
		return nil, nil, false, err
	}
	who, err := s.companyOf(tx)
	if err != nil {
		return nil, nil, false, err
	}
	j := &judgement{s: s, r: r, now: map[string]map[string]bool{}, today: []string{}}
	if err := j.read(tx); err != nil {
		return nil, nil, false, err
	}
	status := func(stage string) string { return cal.stages[stage].Status }
	after := ""
	for n := 0; ; n += pageOfPast {
		some, err := past(tx, after, pageOfPast)
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
			for _, record := range p.records(r, status) {
				sent, err := replay(r, p, record, cal, who, j, from)
				if err != nil {
					return nil, nil, false, err
				}
				all = append(all, sent...)
			}
		}
	}
}

func sorted(all []Sent) []Sent {
	slices.SortFunc(all, func(a, b Sent) int { return a.At.Compare(b.At) })
	return all
}

// replay lets time pass for one record: at each instant when something changed, or a limit passed.
func replay(r Rule, p *pastCustomer, record func(int64) state, cal calendar, who company, j *judgement, from time.Time) (out []Sent, err error) {
	zone, end := cal.now.Location(), cal.now.UnixMilli()
	begin := minute(from.UnixMilli())
	queue := []int64{begin}
	for _, e := range p.events() {
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
		now.now = time.UnixMilli(at).In(zone)
		for _, t := range r.turns(st, cal) {
			if t = minute(t); t > at && t <= end {
				queue = append(queue, t)
			}
		}
		top := -1
		if st.alive && (st.Anchor > 0 || r.Clock == None) && !r.silent(st, p, at, now) && j.holds(st, now) {
			for i, g := range r.Rungs {
				if stage := cal.stages[st.Stage]; (g.Unit != Stage || stage.DayLimit > 0) && st.Anchor < g.edge(now, stage) {
					top = max(top, i)
				}
			}
		}
		if open && (st.Anchor != standing || !j.kept(st, p, at, now, r)) {
			open = false
		}
		tell := func(i, to int, raised bool) error {
			for ; i <= to; i++ {
				f := st.found
				users, err := who.told(r, i, f)
				if err != nil {
					return err
				}
				params := r.params(now, f)
				params["owner"] = who.active[string(f.Owner)].Name
				out = append(out, Sent{now.now, p.ID, f.Record, i, raised, users, params})
				raised = false
			}
			return nil
		}
		switch {
		case !open && top >= 0:
			open, standing, rung, owner = true, st.Anchor, top, st.Owner
			// What stood before the months that are asked was told before them.
			if at > begin {
				err = tell(0, top, true)
			}
		case open && st.Owner != owner:
			owner = st.Owner
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
func (r Rule) turns(st state, cal calendar) (all []int64) {
	zone := cal.now.Location()
	if st.Anchor > 0 {
		for _, g := range r.Rungs {
			if t, ok := g.passed(time.UnixMilli(st.Anchor).In(zone), cal.days, cal.stages[st.Stage]); ok {
				all = append(all, t.UnixMilli())
			}
		}
	}
	if r.PlannedDays > 0 && st.Next > 0 {
		all = append(all, st.Next, time.UnixMilli(st.Next).In(zone).AddDate(0, 0, -int(r.PlannedDays)).UnixMilli())
	}
	if r.ImportedDays > 0 && st.imported > 0 {
		all = append(all, time.UnixMilli(st.imported).In(zone).AddDate(0, 0, int(r.ImportedDays)).UnixMilli())
	}
	return all
}

// silent says that something makes a rule quiet at an instant.
func (r Rule) silent(st state, p *pastCustomer, at int64, now calendar) bool {
	switch {
	case r.PlannedDays > 0 && st.Next > at && st.Next <= now.now.AddDate(0, 0, int(r.PlannedDays)).UnixMilli():
	case r.ImportedDays > 0 && st.imported > 0 && st.imported > now.now.AddDate(0, 0, -int(r.ImportedDays)).UnixMilli():
	case r.RecordedHours > 0 && p.recordedSince(at, st.Anchor-r.RecordedHours*3_600_000):
	default:
		return false
	}
	return true
}
