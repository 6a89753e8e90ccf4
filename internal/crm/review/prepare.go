package review

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/setting"
	"zhike/internal/crm/report"
	"zhike/internal/platform/db"
	"zhike/locale"
)

// A sort of section: what it counts, and who may know.
type sort struct {
	code, subject string
	may           []access.Permission
	answer        func(s *Service, ctx context.Context, who access.Actor, r Review) (Section, error)
}

var sorts = []sort{
	{"conversions", "customer", []access.Permission{access.CustomerRead}, (*Service).conversions},
	{"won", "customer", []access.Permission{access.CustomerRead}, (*Service).won},
	{"lost", "customer", []access.Permission{access.CustomerRead}, (*Service).lost},
	{"needs", "need", []access.Permission{access.NeedRead}, (*Service).needs},
	{"tags", "customer", []access.Permission{access.CustomerRead, access.FollowUpRead}, (*Service).tags},
	{"late_talks", "follow_up", []access.Permission{access.FollowUpRead}, (*Service).lateTalks},
	{"late_tasks", "task", []access.Permission{access.TaskRead}, (*Service).lateTasks},
	{"untouched", "customer", []access.Permission{access.CustomerRead, access.FollowUpRead}, (*Service).untouched},
}

func find(code string) (sort, bool) {
	i := slices.IndexFunc(sorts, func(x sort) bool { return x.code == code })
	if i < 0 {
		return sort{}, false
	}
	return sorts[i], true
}

func (x sort) allowed(who access.Actor) bool {
	return !slices.ContainsFunc(x.may, func(p access.Permission) bool { return !who.Can(p) })
}

// prepare asks for every section that the viewer may know of.
func (s *Service) prepare(ctx context.Context, who access.Actor, r Review) ([]Section, error) {
	out := []Section{}
	for _, x := range sorts {
		if !x.allowed(who) {
			continue
		}
		sec, err := s.section(ctx, who, r, x)
		if err != nil {
			return nil, err
		}
		out = append(out, sec)
	}
	return out, nil
}

func (s *Service) section(ctx context.Context, who access.Actor, r Review, x sort) (Section, error) {
	sec, err := x.answer(s, ctx, who, r)
	sec.Code, sec.Subject = x.code, x.subject
	if sec.Lines == nil {
		sec.Lines = []Line{}
	}
	return sec, err
}

// leaf and all write filters.
func leaf(field, op string, value any) string {
	t, _ := json.Marshal(struct {
		Field string `json:"field"`
		Op    string `json:"op"`
		Value any    `json:"value,omitempty"`
	}{field, op, value})
	return string(t)
}

func all(parts ...string) string { return `{"all":[` + strings.Join(parts, ",") + `]}` }
func either(parts ...string) string {
	return `{"any":[` + strings.Join(parts, ",") + `]}`
}

// ours are the customers of the team as it is today.
func (r Review) ours() string { return leaf("department_id", "under", []string{r.DepartmentID}) }

func (r Review) period() report.Period { return report.Period{From: r.From, To: r.To} }

// lines turns an answer into lines; the first figure counts the records behind it.
func lines(a report.Answer, total bool) Section {
	sec := Section{Columns: a.Columns}
	for _, row := range a.Rows {
		if v := row.Figures[0].Value; v == nil || *v == 0 {
			continue
		}
		sec.Lines = append(sec.Lines, Line{Key: row.Keys[0].Value, Label: row.Keys[0].Label, Figures: row.Figures})
	}
	if total {
		sec.Total = &Line{Figures: a.Total}
	}
	return sec
}

func (s *Service) ask(ctx context.Context, who access.Actor, in report.Ask, total bool) (Section, error) {
	a, err := s.Reports.Answer(ctx, who, in)
	if err != nil {
		return Section{}, err
	}
	return lines(a, total), nil
}

func (s *Service) named(ctx context.Context, who access.Actor, code string, r Review, total bool) (Section, error) {
	_, a, err := s.Reports.Named(ctx, who, code, report.StandardQuery{From: r.From, To: r.To, Filter: r.ours()})
	if err != nil {
		return Section{}, err
	}
	return lines(a, total), nil
}

// conversions: who came into each stage, and of them who went on. One customer may have come into several.
func (s *Service) conversions(ctx context.Context, who access.Actor, r Review) (Section, error) {
	return s.named(ctx, who, "funnel", r, false)
}

func (s *Service) won(ctx context.Context, who access.Actor, r Review) (Section, error) {
	return s.ask(ctx, who, report.Ask{Subject: "customer", Measures: []string{"count"}, By: []string{"owner_id"},
		Filter: all(r.ours(), leaf("status_became", "eq", []string{"*", dictionary.StatusWon, r.From, r.To}))}, true)
}

func (s *Service) lost(ctx context.Context, who access.Actor, r Review) (Section, error) {
	return s.named(ctx, who, "loss_reasons", r, true)
}

func ofCustomer(filter string) string { return `{"field":"customer","op":"in","value":` + filter + `}` }

func (s *Service) needs(ctx context.Context, who access.Actor, r Review) (Section, error) {
	return s.ask(ctx, who, report.Ask{Subject: "need", Measures: []string{"count", "open"}, By: []string{"kind"}, Filter: ofCustomer(r.ours()), Period: r.period()}, true)
}

// tags: which needs the customers have with whom somebody talked.
func (s *Service) tags(ctx context.Context, who access.Actor, r Review) (sec Section, err error) {
	w, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) (*dictionary.Words, error) { return s.Book.In(tx) })
	if err != nil {
		return sec, err
	}
	for _, code := range w.Under("tag", "need") {
		a, err := s.Reports.Answer(ctx, who, report.Ask{Subject: "customer", Measures: []string{"count"},
			Filter: all(r.ours(), leaf("talked_on", "eq", []string{r.From, r.To}), leaf("tags", "in", []string{code}))})
		if err != nil {
			return sec, err
		}
		sec.Columns = a.Columns
		if *a.Total[0].Value > 0 {
			sec.Lines = append(sec.Lines, Line{Key: code, Label: w.Label(api.LanguageOf(ctx), "tag", code), Figures: a.Total})
		}
	}
	if sec.Columns == nil {
		sec.Columns = []report.Column{}
	}
	slices.SortStableFunc(sec.Lines, func(a, b Line) int { return cmp.Compare(*b.Figures[0].Value, *a.Figures[0].Value) })
	return sec, nil
}

func (s *Service) lateTalks(ctx context.Context, who access.Actor, r Review) (Section, error) {
	return s.ask(ctx, who, report.Ask{Subject: "follow_up", Measures: []string{"late", "count", "on_time_rate"}, By: []string{"author_id"}, Filter: ofCustomer(r.ours()), Period: r.period()}, true)
}

// lateTasks: what was due within the period, and was not done by then. No report asks for tasks.
func (s *Service) lateTasks(ctx context.Context, who access.Actor, r Review) (Section, error) {
	lang := api.LanguageOf(ctx)
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (sec Section, err error) {
		w, args, err := s.tasksOf(tx, r)
		if err != nil {
			return sec, err
		}
		rows, err := db.Find[struct {
			ID   api.Ref  `db:"id"`
			Name api.Text `db:"name"`
			N    int64    `db:"n"`
		}](tx, taskLines, args, db.With{Where: w})
		if err != nil {
			return sec, err
		}
		sec.Columns = []report.Column{{Name: "late", Label: locale.Text(lang, "review.label.late_tasks", nil), Unit: report.Count}}
		total := int64(0)
		for _, x := range rows {
			n := x.N
			total += n
			sec.Lines = append(sec.Lines, Line{Key: string(x.ID), Label: cmp.Or(string(x.Name), locale.Text(lang, "report.none", nil)), Figures: []report.Figure{{Value: &n}}})
		}
		sec.Total = &Line{Figures: []report.Figure{{Value: &total}}}
		return sec, nil
	})
}

func (s *Service) tasksOf(tx *db.Tx, r Review) ([]db.Cond, db.Args, error) {
	zone, err := setting.Zone(tx)
	if err != nil {
		return nil, nil, err
	}
	w, err := s.Customers.Fields.Compile(tx, zone, r.ours())
	if err != nil {
		return nil, nil, err
	}
	from, until, err := r.instants(zone)
	return w, db.Args{"from": from, "until": until, "now": tx.At()}, err
}

// instants are the midnights that begin and end a review's days.
func (r Review) instants(zone *time.Location) (from, until int64, err error) {
	a, err := time.ParseInLocation(time.DateOnly, r.From, zone)
	if err != nil {
		return 0, 0, err
	}
	b, err := time.ParseInLocation(time.DateOnly, r.To, zone)
	return a.UnixMilli(), b.AddDate(0, 0, 1).UnixMilli(), err
}

// untouched: who was somebody's open customer before the period began and still as it ended,
// and with whom nobody talked in it.
func (s *Service) untouched(ctx context.Context, who access.Actor, r Review) (Section, error) {
	end, err := day(r.To)
	if err != nil {
		return Section{}, err
	}
	after := text(end.AddDate(0, 0, 1))
	return s.ask(ctx, who, report.Ask{Subject: "customer", Measures: []string{"count"}, By: []string{"owner_id"},
		Filter: all(r.ours(), leaf("owner_id", "not_empty", nil), leaf("created_at", "lt", r.From),
			either(leaf("status_on", "eq", []string{dictionary.StatusPotential, after}), leaf("status_on", "eq", []string{dictionary.StatusInterested, after})),
			`{"not":`+leaf("talked_on", "eq", []string{r.From, r.To})+`}`)}, true)
}
