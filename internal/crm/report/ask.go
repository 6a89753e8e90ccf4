package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

// Service answers reports.
type Service struct {
	DB        *db.DB
	Book      *dictionary.Book
	Customers *customer.Service
	FollowUps *followup.Service
	Needs     *need.Service
	Feedback  *feedback.Service
	Orders    *order.Service
	Rollups   bool // the sums that are kept answer dashboards
}

func actor(tx *db.Tx) access.Actor {
	who, _ := tx.Who().(access.Actor)
	return who
}

// A view is through whose eyes and in whose language a report is answered, and when.
type view struct {
	tx    *db.Tx
	who   access.Actor
	lang  string
	zone  *time.Location
	now   time.Time
	words *dictionary.Words
}

func (s *Service) view(ctx context.Context, tx *db.Tx) (v view, err error) {
	v = view{tx: tx, who: actor(tx), lang: api.LanguageOf(ctx)}
	if v.zone, err = setting.Zone(tx); err != nil {
		return v, err
	}
	v.now = tx.Now().In(v.zone)
	v.words, err = s.Book.In(tx)
	return v, err
}

// Answer answers what a report asks, as the viewer may see it. Errors: 403 without the
// right to the records, 422 that names an unknown measure, field or period.
func (s *Service) Answer(ctx context.Context, who access.Actor, in Ask) (Answer, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Answer, error) {
		v, err := s.view(ctx, tx)
		if err != nil {
			return Answer{}, err
		}
		return opened(s.answer(v, in))
	})
}

// An axis is a dimension made ready: how rows are grouped, and how a group is called and found.
type axis struct {
	Dimension
	key  db.Key
	call func(raw any) (Key, string) // its value and words, and the condition that finds it
}

func (s *Service) answer(v view, in Ask) (out Answer, err error) {
	sub, ok := find(in.Subject)
	if !ok {
		return out, fault.Rule("invalid", "subject")
	}
	if !v.who.Can(sub.may) {
		return out, db.ErrDenied
	}
	period, err := in.Period.of(v.now)
	if err != nil {
		return out, err
	}
	out = Answer{Subject: in.Subject, By: []Dimension{}, Rows: []Row{}}
	if !period.open {
		out.From, out.To = api.Text(period.first()), api.Text(period.last())
	}
	var measures []measure
	for _, name := range in.Measures {
		m, ok := sub.measure(v.who, name)
		if !ok {
			return out, fault.Rule("unknown_field", "measures").With(map[string]any{"field": clip(name)})
		}
		measures = append(measures, m)
		out.Columns = append(out.Columns, Column{name, v.word("report.measure." + sub.name + "." + name), m.unit})
	}
	var axes []axis
	for _, name := range in.By {
		a, err := s.axis(v, sub, name, period)
		if err != nil {
			return out, err
		}
		axes = append(axes, a)
		out.By = append(out.By, a.Dimension)
	}
	base := all(sub.only, in.Filter, within(sub.date, period))
	where, err := sub.fields(s).Compile(v.tx, v.zone, base)
	if err != nil {
		return out, err
	}
	groups, err := s.sums(v, sub, measures, where, axes)
	if err != nil {
		return out, err
	}
	whole, adds := sums{}, len(groups) <= mostRows && !slices.ContainsFunc(measures, func(m measure) bool { return m.name == "customers" })
	for _, g := range groups {
		whole = sums{N: whole.N + g.N, X: whole.X + g.X, Y: whole.Y + g.Y, Z: whole.Z + g.Z, V: whole.V + g.V, W: whole.W + g.W}
	}
	if len(axes) > 0 && !adds { // customers that stand in several groups count once, and groups may be left out
		total, err := s.sums(v, sub, measures, where, nil)
		if err != nil {
			return out, err
		}
		if whole = (sums{}); len(total) > 0 {
			whole = total[0]
		}
	}
	if len(groups) > mostRows {
		groups, out.More = groups[:mostRows], true
	}
	for _, g := range groups {
		row := Row{Keys: []Key{}}
		conditions := []string{sub.only, in.Filter, within(sub.date, period)}
		for i, a := range axes {
			k, found := a.call([]any{g.A, g.B}[i])
			row.Keys = append(row.Keys, k)
			conditions = append(conditions, found)
		}
		row.Figures = figures(measures, g, whole, conditions)
		if len(axes) > 0 {
			out.Rows = append(out.Rows, row)
		}
	}
	out.Total = figures(measures, whole, whole, []string{sub.only, in.Filter, within(sub.date, period)})
	if err := s.name(v, &out); err != nil {
		return out, err
	}
	sortRows(out.Rows, in.By)
	return out, nil
}

func figures(measures []measure, g, whole sums, conditions []string) (out []Figure) {
	for _, m := range measures {
		list := ""
		if m.list {
			list = all(append(slices.Clone(conditions), m.only)...)
		}
		out = append(out, m.of(g, whole, list))
	}
	return out
}

func (s *Service) sums(v view, sub subject, measures []measure, where []db.Cond, axes []axis) ([]sums, error) {
	q := sub.query
	if sub.dear != "" && !slices.ContainsFunc(measures, func(m measure) bool { return m.name == sub.dear }) {
		q = sub.lean
		if sub.name != "customer" && v.who.ReachesAll(access.CustomerRead) && !slices.ContainsFunc(axes, func(a axis) bool { return strings.HasPrefix(a.Name, "customer.") }) {
			q = sub.alone
		}
	}
	var keys [2]db.Key
	for i, a := range axes {
		keys[i] = a.key
	}
	return db.Find[sums](v.tx, q, nil, db.With{Where: where, By: db.Group(keys[0], keys[1]), Limit: mostRows + 1})
}

func (v view) word(key string) string { return locale.Text(v.lang, key, nil) }

func clip(s string) string {
	if len(s) > 60 || strings.ContainsFunc(s, func(r rune) bool {
		return r != '_' && r != '.' && r != ':' && (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}) {
		return ""
	}
	return s
}

// axis makes a dimension ready.
func (s *Service) axis(v view, sub subject, name string, period span) (a axis, err error) {
	unknown := fault.Rule("unknown_field", "by").With(map[string]any{"field": clip(name)})
	field, grain, _ := strings.Cut(name, ":")
	catalogue, about, kind := sub.fields(s), func(c string) string { return c }, strings.ReplaceAll(sub.name, "_", "-")
	if inner, ok := strings.CutPrefix(field, "customer."); ok && sub.name != "customer" {
		field, catalogue, about, kind = inner, s.Customers.Fields, ofCustomer, "customer"
	}
	start := map[string]int{"class": 1, "province": 2}[grain]
	if catalogue, err = catalogue.In(v.tx); err != nil {
		return a, err
	}
	f, ok := catalogue.Find(v.who, field)
	if !ok {
		return a, unknown
	}
	if a.Dimension, err = v.dimension(name, kind, f); err != nil {
		return a, err
	}
	if !f.Custom && (f.Kind == customfield.DateTime || f.Kind == customfield.Date) {
		if period.open {
			return a, fault.Rule("period_needed", "period")
		}
		return s.timeline(v, a, catalogue, f, grain, period, about)
	}
	if grain != "" && !(grain == "class" && f.Kind == customfield.Industry) && !(grain == "province" && f.Kind == customfield.Region) {
		return a, unknown
	}
	if a.key, f, ok = catalogue.Key(v.who, field, start); !ok {
		return a, unknown
	}
	a.call = func(raw any) (Key, string) {
		value := plain(raw)
		k := Key{value, s.label(v, f, grain, value)}
		switch {
		case value == "":
			return k, about(leaf{field, "empty", nil}.text())
		case f.Kind == customfield.Boolean:
			k.Value = map[string]string{"1": "true", "0": "false"}[value]
			k.Value = cmp.Or(k.Value, value)
			k.Label = v.word("report.yes." + k.Value)
			return k, about(leaf{field, "eq", k.Value == "true"}.text())
		case grain == "class":
			return k, about(leaf{field, "under", []string{value}}.text())
		case grain == "province":
			k.Value = value + "0000"
			return k, about(leaf{field, "under", []string{k.Value}}.text())
		case f.Kind == customfield.Integer || f.Kind == customfield.Money:
			n, _ := raw.(int64)
			return k, about(leaf{field, "eq", n}.text())
		}
		return k, about(leaf{field, "eq", value}.text())
	}
	return a, nil
}

// timeline makes a dimension of time ready: the spans of a grain within the period.
func (s *Service) timeline(v view, a axis, catalogue *customfield.Catalogue, f customfield.Field, grain string, period span, about func(string) string) (axis, error) {
	steps, ok := period.steps(cmp.Or(grain, "month"))
	if !ok {
		return a, fault.Rule("period_too_long", "period")
	}
	var edges []any
	for _, at := range steps {
		if f.Kind == customfield.Date {
			edges = append(edges, at.Format(time.DateOnly))
		} else {
			edges = append(edges, at.UnixMilli())
		}
	}
	if a.key, ok = catalogue.Steps(v.who, f.Name, edges); !ok {
		return a, fault.Rule("unknown_field", "by")
	}
	a.call = func(raw any) (Key, string) {
		i, _ := raw.(int64)
		switch {
		case i < 1: // before the period, by another field than the one it bounds
			return Key{"before", v.word("report.before")}, about(leaf{f.Name, "lt", period.first()}.text())
		case int(i) >= len(steps):
			return Key{"after", v.word("report.after")}, about(leaf{f.Name, "gt", period.last()}.text())
		}
		at := steps[i-1]
		name := called(cmp.Or(grain, "month"), at)
		return Key{name, name}, about(leaf{f.Name, "between", []string{at.Format(time.DateOnly), steps[i].AddDate(0, 0, -1).Format(time.DateOnly)}}.text())
	}
	return a, nil
}

func plain(raw any) string {
	switch x := raw.(type) {
	case nil:
		return ""
	case []byte:
		return string(x)
	case bool:
		if x {
			return "true"
		}
		return "false"
	}
	return fmt.Sprint(raw)
}
