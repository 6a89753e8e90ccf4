package report

import (
	"context"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

// A Standard report ships (DOMAIN §9).
type Standard struct {
	Code   string `json:"code"`
	Label  string `json:"label"`
	Group  string `json:"group" enum:"customers,selling,effort,service"`
	Chart  string `json:"chart" enum:"bar,line,pie,funnel,table"`
	Period string `json:"period" doc:"The preset that it opens with."`
	ask    *Ask
	answer func(s *Service, v view, q StandardQuery, p span) (Answer, error)
	may    []access.Permission
}

// StandardQuery narrows a standard report.
type StandardQuery struct {
	Preset string `query:"period" maxLength:"20"`
	From   string `query:"from" maxLength:"10"`
	To     string `query:"to" maxLength:"10"`
	Filter string `query:"filter" maxLength:"8192" doc:"A filter of customers."`
	By     string `query:"by" maxLength:"60" doc:"Of the deal cycle: industry, source or owner_id."`
}

var standards = []Standard{
	{Code: "growth", Group: "customers", Chart: "line", Period: "last_12_months", answer: (*Service).growth},
	{Code: "by_industry", Group: "customers", Chart: "pie", Period: "all", ask: &Ask{Subject: "customer", Measures: []string{"count", "share"}, By: []string{"industry:class"}}},
	{Code: "by_area", Group: "customers", Chart: "pie", Period: "all", ask: &Ask{Subject: "customer", Measures: []string{"count", "share"}, By: []string{"area"}}},
	{Code: "by_grade", Group: "customers", Chart: "pie", Period: "all", ask: &Ask{Subject: "customer", Measures: []string{"count", "share"}, By: []string{"grade"}}},
	{Code: "by_source", Group: "customers", Chart: "pie", Period: "all", ask: &Ask{Subject: "customer", Measures: []string{"count", "share"}, By: []string{"source"}}},
	{Code: "by_size", Group: "customers", Chart: "pie", Period: "all", ask: &Ask{Subject: "customer", Measures: []string{"count", "share"}, By: []string{"size"}}},
	{Code: "industry_trend", Group: "customers", Chart: "line", Period: "last_3_years", answer: (*Service).industryTrend},
	{Code: "quality", Group: "customers", Chart: "table", Period: "all", ask: &Ask{Subject: "customer", Measures: []string{"count", "completeness"}, By: []string{"owner_id"}}},
	{Code: "quality_by_team", Group: "customers", Chart: "table", Period: "all", ask: &Ask{Subject: "customer", Measures: []string{"count", "completeness"}, By: []string{"department_id"}}},
	{Code: "orders_by_area_industry", Group: "selling", Chart: "bar", Period: "last_12_months", may: []access.Permission{access.OrderRead},
		ask: &Ask{Subject: "order", Measures: []string{"amount", "amount_share", "count"}, By: []string{"customer.area", "customer.industry:class"}}},
	{Code: "orders_by_month", Group: "selling", Chart: "bar", Period: "last_12_months", may: []access.Permission{access.OrderRead}, ask: &Ask{Subject: "order", Measures: []string{"amount", "count", "mean"}, By: []string{"ordered_on:month"}}},
	{Code: "orders_by_person", Group: "selling", Chart: "bar", Period: "this_year", may: []access.Permission{access.OrderRead}, ask: &Ask{Subject: "order", Measures: []string{"amount", "count", "customers"}, By: []string{"owner_id"}}},
	{Code: "funnel", Group: "selling", Chart: "funnel", Period: "last_90_days", answer: (*Service).funnel},
	{Code: "deal_cycle", Group: "selling", Chart: "bar", Period: "this_year", answer: (*Service).cycle},
	{Code: "source_deals", Group: "selling", Chart: "bar", Period: "this_year", ask: &Ask{Subject: "customer", Measures: []string{"count", "won", "won_rate"}, By: []string{"source"}}},
	{Code: "churn", Group: "selling", Chart: "line", Period: "last_12_months", answer: (*Service).churn},
	{Code: "loss_reasons", Group: "selling", Chart: "pie", Period: "last_12_months", answer: (*Service).losses},
	{Code: "effort", Group: "effort", Chart: "bar", Period: "this_month", may: []access.Permission{access.FollowUpRead}, ask: &Ask{Subject: "follow_up", Measures: []string{"count", "customers", "late", "on_time_rate"}, By: []string{"author_id"}}},
	{Code: "effort_by_month", Group: "effort", Chart: "line", Period: "last_12_months", may: []access.Permission{access.FollowUpRead}, ask: &Ask{Subject: "follow_up", Measures: []string{"count", "late", "on_time_rate"}, By: []string{"happened_at:month"}}},
	{Code: "methods", Group: "effort", Chart: "pie", Period: "this_month", may: []access.Permission{access.FollowUpRead}, ask: &Ask{Subject: "follow_up", Measures: []string{"count", "share"}, By: []string{"method"}}},
	{Code: "feedback_by_topic", Group: "service", Chart: "bar", Period: "last_12_months", may: []access.Permission{access.FeedbackRead}, ask: &Ask{Subject: "feedback", Measures: []string{"count", "open"}, By: []string{"topic", "kind"}}},
	{Code: "satisfaction", Group: "service", Chart: "bar", Period: "last_12_months", may: []access.Permission{access.FeedbackRead},
		ask: &Ask{Subject: "feedback", Measures: []string{"count", "share"}, By: []string{"satisfaction"}, Filter: `{"field":"satisfaction","op":"gte","value":1}`}},
	{Code: "satisfaction_trend", Group: "service", Chart: "line", Period: "last_12_months", may: []access.Permission{access.FeedbackRead}, ask: &Ask{Subject: "feedback", Measures: []string{"satisfaction", "rated", "count"}, By: []string{"feedback_at:month"}}},
	{Code: "first_response", Group: "service", Chart: "line", Period: "last_12_months", may: []access.Permission{access.FeedbackRead}, ask: &Ask{Subject: "feedback", Measures: []string{"first_response", "responded", "count"}, By: []string{"feedback_at:month"}}},
	{Code: "need_response", Group: "service", Chart: "bar", Period: "last_12_months", may: []access.Permission{access.NeedRead}, ask: &Ask{Subject: "need", Measures: []string{"first_response", "responded", "count"}, By: []string{"owner_id"}}},
	{Code: "need_tags", Group: "customers", Chart: "line", Period: "last_12_months", answer: (*Service).tagTrend},
	{Code: "needs_by_kind", Group: "service", Chart: "line", Period: "last_12_months", may: []access.Permission{access.NeedRead}, ask: &Ask{Subject: "need", Measures: []string{"count", "open", "done_rate"}, By: []string{"created_at:month", "kind"}}},
}

func (st Standard) allowed(who access.Actor) bool {
	return !slices.ContainsFunc(st.may, func(p access.Permission) bool { return !who.Can(p) })
}

// Standards lists the reports that ship and that the viewer may ask.
func (s *Service) Standards(ctx context.Context, who access.Actor, _ struct{}) (out api.Items[Standard], err error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (api.Items[Standard], error) {
		v, err := s.view(ctx, tx)
		out.Items = []Standard{}
		for _, st := range standards {
			if st.allowed(who) {
				st.Label = v.word("report.standard." + st.Code)
				out.Items = append(out.Items, st)
			}
		}
		return out, err
	})
}

// Standard answers one of them.
func (s *Service) Standard(ctx context.Context, who access.Actor, q StandardQuery) (Answer, error) {
	_, a, err := s.Named(ctx, who, api.Param(ctx, "report"), q)
	return a, err
}

// Named answers the one that is called code, and says which it is.
func (s *Service) Named(ctx context.Context, who access.Actor, code string, q StandardQuery) (Standard, Answer, error) {
	i := slices.IndexFunc(standards, func(st Standard) bool { return st.Code == code })
	if i < 0 || !standards[i].allowed(who) {
		return Standard{}, Answer{}, db.ErrNotFound
	}
	st := standards[i]
	st.Label = locale.Text(api.LanguageOf(ctx), "report.standard."+st.Code, nil)
	a, err := db.Read(ctx, s.DB, who, func(tx *db.Tx) (out Answer, err error) {
		v, err := s.view(ctx, tx)
		if err != nil {
			return out, err
		}
		period := Period{Preset: q.Preset, From: q.From, To: q.To}
		if period == (Period{}) {
			period.Preset = st.Period
		}
		if st.ask != nil {
			ask := *st.ask
			ask.Period = period
			ask.Measures = slices.DeleteFunc(slices.Clone(ask.Measures), func(name string) bool { // amounts, of who may not see them
				sub, _ := find(ask.Subject)
				_, ok := sub.measure(who, name)
				return !ok
			})
			if len(ask.Measures) == 0 {
				return out, db.ErrDenied
			}
			if q.Filter != "" {
				if ask.Subject == "customer" {
					ask.Filter = all(ask.Filter, q.Filter)
				} else {
					ask.Filter = all(ask.Filter, ofCustomer(q.Filter))
				}
			}
			return s.answer(v, ask)
		}
		p, err := period.of(v.now)
		if err != nil {
			return out, err
		}
		if p.open {
			return out, fault.Rule("period_needed", "period")
		}
		out, err = st.answer(s, v, q, p)
		out.Subject, out.From, out.To = "customer", api.Text(p.first()), api.Text(p.last())
		if out.Rows == nil {
			out.Rows = []Row{}
		}
		return out, err
	})
	a, err = opened(a, err)
	return st, a, err
}

func (v view) columns(all ...[2]string) (out []Column) {
	for _, c := range all {
		out = append(out, Column{c[0], v.word("report.measure." + c[0]), c[1]})
	}
	return out
}

// Routes are the operations on reports.
func (s *Service) Routes(r *api.Router) {
	api.List(r, api.Op{Path: "/reports/standard", May: access.ReportRead}, s.Standards)
	api.List(r, api.Op{Path: "/reports/standard/{report}", May: access.ReportRead}, s.Standard)
	at := func(path string) api.Op { return api.Op{Path: path, May: access.ReportRead, On: Table} }
	api.List(r, api.Op{Path: "/reports", May: access.ReportRead}, s.ListSaved)
	api.Create(r, api.Op{Path: "/reports", May: access.ReportRead}, s.Save, s.GetSaved)
	api.Get(r, at("/reports/{id}"), s.GetSaved)
	api.Change(r, at("/reports/{id}"), s.Resave)
	api.Delete(r, at("/reports/{id}"), s.Drop)
	api.Ask(r, api.Op{Path: "/reports/ask", May: access.ReportRead, Looks: true}, s.Answer)
	api.List(r, api.Op{Path: "/dashboard", May: access.ReportRead}, s.Dashboard)
}
