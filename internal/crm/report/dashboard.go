package report

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/followup"
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

// A sort of key figure: its name, and how it is worked out for a span.
type sort struct {
	name, unit, subject, good string
	may                       access.Permission
	see                       access.Group
	of                        func(s *Service, v view, filter string, p span) (Figure, error)
}

var sorts = []sort{
	{"new_customers", Count, "customer", "up", access.CustomerRead, "", func(s *Service, v view, filter string, p span) (Figure, error) {
		return s.one(v, filter, within("created_at", p))
	}},
	{"deals", Count, "customer", "up", access.CustomerRead, "", func(s *Service, v view, filter string, p span) (Figure, error) {
		return s.one(v, filter, became("*", "won", p))
	}},
	{"order_amount", Fen, "order", "up", access.OrderRead, access.Amounts, func(s *Service, v view, filter string, p span) (Figure, error) {
		ask := Ask{Subject: "order", Measures: []string{"amount"}, Period: Period{From: p.first(), To: p.last()}}
		if filter != "" {
			ask.Filter = ofCustomer(filter)
		}
		a, err := s.answer(v, ask)
		if err != nil {
			return Figure{}, err
		}
		return a.Total[0], nil
	}},
	{"follow_up_interval", Days, "follow_up", "down", access.FollowUpRead, "", (*Service).interval},
	{"churn_rate", Percent, "customer", "down", access.CustomerRead, "", func(s *Service, v view, filter string, p span) (Figure, error) {
		n, err := s.count(v, filter, wasOn("won", p.from))
		if err != nil {
			return Figure{}, err
		}
		lost := all(filter, became("won", "lost", p))
		l, err := s.count(v, lost)
		return part(l, n, lost), err
	}},
	{"on_time_rate", Percent, "follow_up", "up", access.FollowUpRead, "", func(s *Service, v view, filter string, p span) (Figure, error) {
		ask := Ask{Subject: "follow_up", Measures: []string{"on_time_rate", "late"}, Period: Period{From: p.first(), To: p.last()}}
		if filter != "" {
			ask.Filter = ofCustomer(filter)
		}
		a, err := s.answer(v, ask)
		if err != nil {
			return Figure{}, err
		}
		return Figure{a.Total[0].Value, a.Total[1].List}, nil // what keeps it from being all: the late ones
	}},
	{"complaints", Count, "feedback", "down", access.FeedbackRead, "", func(s *Service, v view, filter string, p span) (Figure, error) {
		ask := Ask{Subject: "feedback", Measures: []string{"count"}, Filter: leaf{"kind", "eq", "complaint"}.text(), Period: Period{From: p.first(), To: p.last()}}
		if filter != "" {
			ask.Filter = all(ask.Filter, ofCustomer(filter))
		}
		a, err := s.answer(v, ask)
		if err != nil {
			return Figure{}, err
		}
		return a.Total[0], nil
	}},
}

// one counts customers, and names the list of them.
func (s *Service) one(v view, filter ...string) (Figure, error) {
	list := all(filter...)
	n, err := s.count(v, list)
	return figure(n, list), err
}

// interval is the mean of the days between the talks with the same open customer.
func (s *Service) interval(v view, filter string, p span) (Figure, error) {
	w, err := s.where(v, filter)
	if err != nil {
		return Figure{}, err
	}
	rows, err := db.Find[struct {
		N int64 `db:"n"`
		X int64 `db:"x"`
	}](v.tx, gaps, db.Args{"from": p.from.UnixMilli(), "until": p.until.UnixMilli()}, db.With{Where: w})
	if err != nil {
		return Figure{}, err
	}
	list := all(within("happened_at", p), ofCustomer(all(filter, leaf{"status", "in", []string{"potential", "interested"}}.text())))
	if rows[0].N == 0 {
		return Figure{nil, api.Text(list)}, nil
	}
	return figure((rows[0].X*200+rows[0].N*day)/(2*rows[0].N*day), list), nil
}

// Dashboard gives the key figures that the viewer may see, of what is in his reach.
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
		year := span{from: midnight(v.now).AddDate(0, -11, 1-v.now.Day()), until: p.until}
		steps, _ := year.steps("month")
		for _, f := range sorts {
			if !who.Can(f.may) || f.see != access.Open && who.Sees(f.see) != access.Shown {
				continue
			}
			k := KeyFigure{Name: f.name, Label: v.word("report.key." + f.name), Unit: f.unit, Subject: f.subject, Good: f.good, Trend: []*int64{}}
			if k.Figure, err = f.of(s, v, q.Filter, p); err != nil {
				return out, err
			}
			for _, x := range []struct {
				into **int64
				span span
			}{{&k.Before, soFar(p, p.before(), v)}, {&k.LastYear, soFar(p, p.lastYear(), v)}} {
				was, err := f.of(s, v, q.Filter, x.span)
				if err != nil {
					return out, err
				}
				*x.into = was.Value
			}
			for i := range len(steps) - 1 {
				if i >= 12 {
					break
				}
				was, err := f.of(s, v, q.Filter, span{from: steps[i], until: steps[i+1]})
				if err != nil {
					return out, err
				}
				k.Trend = append(k.Trend, was.Value)
			}
			out.Figures = append(out.Figures, k)
		}
		return out, nil
	})
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
