// Package file gives reports out of the house: as a sheet, as a page to print.
package file

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/setting"
	"zhike/internal/crm/report"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

// Service gives files out.
type Service struct {
	DB      *db.DB
	Reports *report.Service
	Board   func(ctx context.Context, who access.Actor, q report.BoardQuery) (report.Board, error)
}

// Query says which report is given out, and as what: one that ships, one that was kept, the
// dashboard, or one that is asked here.
type Query struct {
	report.StandardQuery
	Report string `query:"report" maxLength:"40" doc:"The code of one that ships."`
	Saved  string `query:"saved" maxLength:"40" doc:"Or the id of one that was kept."`
	Board  bool   `query:"board" doc:"Or the dashboard, of a period as there: PDF only."`
	Ask    string `query:"ask" maxLength:"8192" doc:"Or what is asked, as JSON."`
	Chart  string `query:"chart" enum:"bar,line,pie,funnel,table" doc:"What is drawn of it; left out: what the report says."`
	Shown  string `query:"measure" maxLength:"40" doc:"The measure that is drawn."`
	Format string `query:"format" enum:"xlsx,csv,pdf" default:"xlsx"`
}

// A Printed report is one that was answered, as it leaves the house.
type Printed struct {
	Name   string
	Lang   string
	Answer report.Answer
	Board  *report.Board
	Cards  []Printed // what stands on a dashboard beside its figures
	Chart  string
	Shown  string
	Period string
	Filter []string // labels of the fields that it was narrowed by
	Foot   string   // for whom, and when
	At     time.Time
}

var types = map[string]string{
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"csv":  "text/csv; charset=utf-8",
	"pdf":  "application/pdf",
}

// File gives a report out as the viewer sees it; the log says so. Needs customer.export.
func (s *Service) File(ctx context.Context, who access.Actor, _ string, q Query) (out api.Sheet, err error) {
	p, err := s.Answered(ctx, who, q)
	if err != nil {
		return out, err
	}
	if err := s.note(ctx, who, q, p, "report.export"); err != nil {
		return out, err
	}
	return p.sheet(q.Format), nil
}

// Sent is a file that goes to somebody by mail: the same, and noted as such.
// Kept is a report that another kept, whether or not it is shared.
func (s *Service) Sent(ctx context.Context, who access.Actor, q Query, kept *report.Saved) (out api.Sheet, err error) {
	p, err := s.answered(ctx, who, q, kept)
	if err != nil {
		return out, err
	}
	if err := s.note(ctx, who, q, p, "report.mail"); err != nil {
		return out, err
	}
	return p.sheet(q.Format), nil
}

func (p Printed) sheet(format string) api.Sheet {
	return api.Sheet{Name: fileName(p.Name) + "." + format, Type: types[format], Write: func(w io.Writer) error {
		if format == "pdf" {
			return page(w, p)
		}
		return grid(w, p, format)
	}}
}

// fileName is a name as every system keeps it: without what parts folders or turns the writing
// round, and not of dots alone.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`/\:*?"<>|`, r):
			return '_'
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, name)
	return cmp.Or(strings.Trim(name, ". "), "report")
}

// note writes into the log who took what out.
func (s *Service) note(ctx context.Context, who access.Actor, q Query, p Printed, action string) error {
	details := map[string]any{"report": q.Report, "subject": p.Answer.Subject, "rows": len(p.Answer.Rows), "format": q.Format}
	if q.Board {
		details["report"] = "dashboard"
	}
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		return 0, audit.Note(tx, audit.Entry{Action: action, Kind: "report", Record: q.Saved, Details: details})
	})
	return err
}

// Answered answers what a query names. Errors: 404 for a report that the viewer is not shown,
// 403 without the right to its records, 422 for one that cannot be read.
func (s *Service) Answered(ctx context.Context, who access.Actor, q Query) (p Printed, err error) {
	return s.answered(ctx, who, q, nil)
}

func (s *Service) answered(ctx context.Context, who access.Actor, q Query, kept *report.Saved) (p Printed, err error) {
	p = Printed{Lang: api.LanguageOf(ctx), Chart: q.Chart, Shown: q.Shown}
	period, filter, subject := report.Period{Preset: q.Preset, From: q.From, To: q.To}, q.Filter, "customer"
	ask := func(in report.Ask) error {
		p.Answer, err = s.Reports.Answer(ctx, who, in)
		period, filter, subject = in.Period, in.Filter, in.Subject
		return err
	}
	switch {
	case q.Board && q.Format == "pdf":
		err = s.board(ctx, who, q, &p)
	case q.Board:
		err = fault.Rule("invalid", "format")
	case q.Report != "":
		var st report.Standard
		st, p.Answer, err = s.Reports.Named(ctx, who, q.Report, q.StandardQuery)
		p.Name = st.Label
		if period == (report.Period{}) {
			period.Preset = st.Period
		}
		if p.Chart == "" {
			p.Chart = st.Chart
		}
	case q.Saved != "" || kept != nil:
		if kept == nil {
			shown, err := s.Reports.GetSaved(ctx, who, q.Saved)
			if err != nil {
				return p, err
			}
			kept = &shown
		}
		p.Name = kept.Name
		if p.Chart == "" {
			p.Chart = kept.Chart
		}
		err = ask(kept.Ask)
	default:
		var in report.Ask
		if json.Unmarshal([]byte(q.Ask), &in) != nil || len(in.Measures) == 0 || len(in.Measures) > 6 || len(in.By) > 2 {
			return p, fault.Rule("invalid", "ask")
		}
		p.Name = locale.Text(p.Lang, "report.custom", nil)
		err = ask(in)
	}
	if err != nil {
		return p, err
	}
	p.Period = spoken(p.Lang, period, p.Answer)
	p.Filter = fieldsOf(p.Lang, subject, filter)
	_, err = db.Read(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		zone, err := setting.Zone(tx)
		if err != nil {
			return 0, err
		}
		me, _, err := account.Active(tx, who.ID())
		p.At = tx.Now().In(zone)
		p.Foot = locale.Text(p.Lang, "exchange.label.watermark", map[string]any{"who": cmp.Or(me.Name, who.Name()), "when": p.At.Format("2006-01-02 15:04")})
		return 0, err
	})
	return p, err
}

// spoken is of which time a report is.
func spoken(lang string, p report.Period, a report.Answer) string {
	from, to := string(a.From), string(a.To)
	if from == "" {
		return locale.Text(lang, "reportpage.period.all", nil)
	}
	if p.Preset != "" && p.Preset != "all" {
		return locale.Text(lang, "reportpage.period."+p.Preset, nil) + "  " + from + " – " + to
	}
	return from + " – " + to
}

// fieldsOf names the fields that a filter asks of.
func fieldsOf(lang, subject, filter string) (labels []string) {
	var walk func(kind string, n any)
	walk = func(kind string, n any) {
		switch n := n.(type) {
		case []any:
			for _, x := range n {
				walk(kind, x)
			}
		case map[string]any:
			name, _ := n["field"].(string)
			if name == "customer" && kind != "customer" {
				walk("customer", n["value"])
				return
			}
			if key := customfield.LabelKey(strings.ReplaceAll(kind, "_", "-"), name); name != "" && locale.Has(lang, key) {
				if l := locale.Text(lang, key, nil); !slices.Contains(labels, l) {
					labels = append(labels, l)
				}
			}
			for _, k := range []string{"all", "any", "not"} {
				walk(kind, n[k])
			}
		}
	}
	var n any
	if json.Unmarshal([]byte(filter), &n) == nil {
		walk(subject, n)
	}
	return labels
}

// Routes are the one operation.
func (s *Service) Routes(r *api.Router) {
	api.Download(r, api.Op{Path: "/report-files", May: access.CustomerExport}, s.File)
}
