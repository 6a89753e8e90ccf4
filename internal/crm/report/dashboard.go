package report

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/rollup"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// A KeyFigure stands on a dashboard, beside what it was.
type KeyFigure struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Unit     string   `json:"unit" enum:"count,fen,percent,score,days,hours"`
	Subject  string   `json:"subject" doc:"The list that it opens: customer, order, follow_up, feedback, task."`
	Figure   Figure   `json:"figure"`
	Before   *int64   `json:"before" doc:"The period before; of the present one, as far into it as today."`
	LastYear *int64   `json:"last_year"`
	Good     string   `json:"good" enum:"up,down" doc:"Which way is the better."`
	Trend    []*int64 `json:"trend" doc:"The last twelve months, this one last."`
}

// A Board is what a dashboard shows.
type Board struct {
	From    string      `json:"from"`
	To      string      `json:"to"`
	Figures []KeyFigure `json:"figures"`
}

// BoardQuery is of which period.
type BoardQuery struct {
	Period string `query:"period" enum:"this_month,this_quarter,this_year" default:"this_month"`
	Filter string `query:"filter" maxLength:"8192" doc:"A filter of customers."`
}

// gaps are the spans between the talks with an open customer: 平均跟进周期 (DOMAIN §15).
var gaps = db.SQL(`SELECT count(*) AS n, CAST(coalesce(sum(g.happened_at - g.last_at), 0) AS BIGINT) AS x FROM (
		SELECT f.happened_at, (SELECT max(e.happened_at) FROM {follow_ups e} WHERE e.customer_id = f.customer_id AND e.happened_at < f.happened_at) AS last_at
		FROM {follow_ups f} JOIN {customers c} ON c.id = f.customer_id WHERE f.happened_at >= :from AND f.happened_at < :until AND c.status IN ('potential', 'interested') AND {filter}) g
	WHERE g.last_at IS NOT NULL`, followup.Table, customer.Table)

// A sort of key figure: its name, what it is of the sums of a span, the list behind it, and how those sums
// are worked out where they are not kept.
type sort struct {
	name, unit, subject, good string
	may                       access.Permission
	see                       access.Group
	of                        func(t rollup.Sums) *int64
	list                      func(filter string, p span) string
	live                      func(s *Service, v view, filter string, p span) (rollup.Sums, error)
}

// ofCustomers narrows records to those of some customers; no filter, no condition.
func ofCustomers(filter string) string {
	if filter == "" {
		return ""
	}
	return ofCustomer(filter)
}

const (
	complaints = `{"field":"kind","op":"eq","value":"complaint"}`
	counting   = `{"field":"state","op":"ne","value":"cancelled"}`
	late       = `{"field":"late","op":"eq","value":true}`
)

var sorts = []sort{
	{"new_customers", Count, "customer", "up", access.CustomerRead, "", func(t rollup.Sums) *int64 { return &t.Created },
		func(filter string, p span) string { return all(filter, within("created_at", p)) },
		func(s *Service, v view, filter string, p span) (t rollup.Sums, err error) {
			t.Created, err = s.count(v, filter, within("created_at", p))
			return t, err
		}},
	{"deals", Count, "customer", "up", access.CustomerRead, "", func(t rollup.Sums) *int64 { return &t.Won },
		func(filter string, p span) string { return all(filter, became("*", "won", p)) },
		func(s *Service, v view, filter string, p span) (t rollup.Sums, err error) {
			t.Won, err = s.count(v, filter, became("*", "won", p))
			return t, err
		}},
	{"order_amount", Fen, "order", "up", access.OrderRead, access.Amounts, func(t rollup.Sums) *int64 { return &t.Amount },
		func(filter string, p span) string {
			return all(counting, ofCustomers(filter), within("ordered_on", p))
		},
		func(s *Service, v view, filter string, p span) (rollup.Sums, error) {
			g, err := s.whole(v, "order", counting, ofCustomers(filter), within("ordered_on", p))
			return rollup.Sums{Amount: g.X}, err
		}},
	{"follow_up_interval", Days, "follow_up", "down", access.FollowUpRead, "", func(t rollup.Sums) *int64 {
		if t.Gaps == 0 {
			return nil
		}
		mean := (t.GapMs*200 + t.Gaps*day) / (2 * t.Gaps * day)
		return &mean
	},
		func(filter string, p span) string {
			return all(within("happened_at", p), ofCustomer(all(filter, leaf{"status", "in", []string{"potential", "interested"}}.text())))
		}, (*Service).interval},
	{"churn_rate", Percent, "customer", "down", access.CustomerRead, "", func(t rollup.Sums) *int64 { return part(t.Lost, t.Held, "").Value },
		func(filter string, p span) string { return all(filter, became("won", "lost", p)) },
		func(s *Service, v view, filter string, p span) (t rollup.Sums, err error) {
			if t.Held, err = s.count(v, filter, wasOn("won", p.from)); err != nil {
				return t, err
			}
			t.Lost, err = s.count(v, filter, became("won", "lost", p))
			return t, err
		}},
	{"on_time_rate", Percent, "follow_up", "up", access.FollowUpRead, "", func(t rollup.Sums) *int64 { return part(t.Talks-t.Late, t.Talks, "").Value },
		func(filter string, p span) string { return all(ofCustomers(filter), within("happened_at", p), late) }, // what keeps it from being all
		func(s *Service, v view, filter string, p span) (rollup.Sums, error) {
			g, err := s.whole(v, "follow_up", ofCustomers(filter), within("happened_at", p))
			return rollup.Sums{Talks: g.Y, Late: g.X}, err
		}},
	{"complaints", Count, "feedback", "down", access.FeedbackRead, "", func(t rollup.Sums) *int64 { return &t.Complaints },
		func(filter string, p span) string {
			return all(complaints, ofCustomers(filter), within("feedback_at", p))
		},
		func(s *Service, v view, filter string, p span) (rollup.Sums, error) {
			g, err := s.whole(v, "feedback", complaints, ofCustomers(filter), within("feedback_at", p))
			return rollup.Sums{Complaints: g.N}, err
		}},
}

// whole adds up all rows of a subject that meet conditions.
func (s *Service) whole(v view, subject string, conditions ...string) (sums, error) {
	sub, _ := find(subject)
	where, err := sub.fields(s).Compile(v.tx, v.zone, all(conditions...))
	if err != nil {
		return sums{}, err
	}
	got, err := s.sums(v, sub, nil, where, nil)
	if err != nil || len(got) == 0 {
		return sums{}, err
	}
	return got[0], nil
}

// interval adds up the time between the talks with the same open customer.
func (s *Service) interval(v view, filter string, p span) (t rollup.Sums, err error) {
	w, err := s.where(v, filter)
	if err != nil {
		return t, err
	}
	rows, err := db.Find[struct {
		N int64 `db:"n"`
		X int64 `db:"x"`
	}](v.tx, gaps, db.Args{"from": p.from.UnixMilli(), "until": p.until.UnixMilli()}, db.With{Where: w})
	if err != nil {
		return t, err
	}
	return rollup.Sums{Gaps: rows[0].N, GapMs: rows[0].X}, nil
}

// Dashboard gives the key figures that the viewer may see, of what is in his reach. They come from sums
// that are kept, and are computed where those do not answer.
func (s *Service) Dashboard(ctx context.Context, who access.Actor, q BoardQuery) (Board, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out Board, err error) {
		v, err := s.view(ctx, tx)
		if err != nil {
			return out, err
		}
		p, err := Period{Preset: q.Period}.of(v.now)
		if err != nil || p.open {
			return out, fault.Rule("invalid", "period")
		}
		out = Board{From: p.first(), To: p.last(), Figures: []KeyFigure{}}
		asked := []span{p, soFar(p, p.before(), v), soFar(p, p.lastYear(), v)}
		year := span{from: midnight(v.now).AddDate(0, -11, 1-v.now.Day()), until: p.until}
		steps, _ := year.steps("month")
		for i := range min(len(steps)-1, 12) {
			asked = append(asked, span{from: steps[i], until: steps[i+1]})
		}
		var kept *rollup.Board
		if s.Rollups {
			var only []db.Cond
			if q.Filter != "" {
				if only, err = s.where(v, q.Filter); err != nil {
					return out, err
				}
			}
			var spans []rollup.Span
			for _, a := range asked {
				spans = append(spans, rollup.Span{From: a.from, Until: a.until})
			}
			if kept, _, err = rollup.Open(tx, who, spans, only...); err != nil {
				return out, err
			}
		}
		for _, f := range sorts {
			if !who.Can(f.may) || f.see != access.Open && who.Sees(f.see) != access.Shown {
				continue
			}
			k := KeyFigure{Name: f.name, Label: v.word("report.key." + f.name), Unit: f.unit, Subject: f.subject, Good: f.good, Trend: []*int64{}}
			for i, a := range asked {
				value, err := s.key(v, kept, f, q.Filter, a)
				if err != nil {
					return out, err
				}
				switch i {
				case 0:
					list := f.list(q.Filter, p)
					if f.subject == "customer" {
						list = all(list, archivedToo)
					}
					k.Figure = Figure{value, api.Text(list)}
				case 1:
					k.Before = value
				case 2:
					k.LastYear = value
				default:
					k.Trend = append(k.Trend, value)
				}
			}
			out.Figures = append(out.Figures, k)
		}
		return out, nil
	})
}

// key is one figure of one span.
func (s *Service) key(v view, kept *rollup.Board, f sort, filter string, p span) (*int64, error) {
	if kept != nil {
		t, ok, err := kept.Of(f.may, rollup.Span{From: p.from, Until: p.until})
		if err != nil {
			return nil, err
		}
		if ok {
			return f.of(t), nil
		}
	}
	t, err := f.live(s, v, filter, p)
	return f.of(t), err
}

// soFar cuts an earlier span to as many days as the present one has run: half a month is
// not compared with a whole one.
func soFar(p, was span, v view) span {
	tomorrow := midnight(v.now).AddDate(0, 0, 1)
	if !tomorrow.Before(p.until) {
		return was
	}
	days := int(tomorrow.Sub(p.from).Hours()+12) / 24
	if end := was.from.AddDate(0, 0, days); end.Before(was.until) {
		was.until = end
	}
	return was
}
