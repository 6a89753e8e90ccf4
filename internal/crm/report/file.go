package report

import (
	"context"
	"encoding/json"
	"io"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/sheet"
	"zhike/locale"
)

// FileQuery says which report is given out, and as what.
type FileQuery struct {
	StandardQuery
	Report string `query:"report" maxLength:"40" doc:"The code of one that ships."`
	Ask    string `query:"ask" maxLength:"8192" doc:"Or what is asked, as JSON."`
	Format string `query:"format" enum:"xlsx,csv" default:"xlsx"`
}

// File gives a report out as a sheet, as the viewer sees it: a column for each dimension and
// figure, the total last. The log says so. Needs customer.export.
func (s *Service) File(ctx context.Context, who access.Actor, _ string, q FileQuery) (out api.Sheet, err error) {
	var a Answer
	name, lang := "", api.LanguageOf(ctx)
	if q.Report != "" {
		if a, err = s.standard(ctx, who, q.Report, q.StandardQuery); err != nil {
			return out, err
		}
		name = locale.Text(lang, "report.standard."+q.Report, nil)
	} else {
		var in Ask
		if json.Unmarshal([]byte(q.Ask), &in) != nil || len(in.Measures) == 0 || len(in.Measures) > 6 || len(in.By) > 2 {
			return out, fault.Rule("invalid", "ask")
		}
		if a, err = s.Answer(ctx, who, in); err != nil {
			return out, err
		}
		name = locale.Text(lang, "report.custom", nil)
	}
	about, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) ([]string, error) {
		v, err := s.view(ctx, tx)
		if err != nil {
			return nil, err
		}
		lines := []string{locale.Text(lang, "exchange.label.watermark", map[string]any{"who": who.Name(), "when": v.now.Format("2006-01-02 15:04")})}
		return lines, audit.Note(tx, audit.Entry{Action: "report.export", Kind: "report", Details: map[string]any{"report": q.Report, "subject": a.Subject, "rows": len(a.Rows), "format": q.Format}})
	})
	if err != nil {
		return out, err
	}
	kind := "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	if q.Format == "csv" {
		kind = "text/csv; charset=utf-8"
	}
	return api.Sheet{Name: name + "." + q.Format, Type: kind, Write: func(w io.Writer) error { return write(w, a, name, q.Format, about, lang) }}, nil
}

func write(w io.Writer, a Answer, name, format string, about []string, lang string) error {
	var columns []sheet.Column
	for _, d := range a.By {
		columns = append(columns, sheet.Column{Heading: d.Label, Kind: sheet.Text})
	}
	if len(a.By) == 0 {
		columns = append(columns, sheet.Column{Heading: name, Kind: sheet.Text})
	}
	for _, c := range a.Columns {
		kind, heading := sheet.Money, c.Label // two decimals, of yuan and of hundredths alike
		switch c.Unit {
		case Count:
			kind = sheet.Number
		case Percent:
			heading += " (%)"
		}
		columns = append(columns, sheet.Column{Heading: heading, Kind: kind})
	}
	to, err := (*sheet.Writer)(nil), error(nil)
	if format == "csv" {
		to, err = sheet.NewCSV(w, columns)
	} else {
		to, err = sheet.NewXLSX(w, name, columns, about)
	}
	if err != nil {
		return err
	}
	total := Row{Keys: []Key{{"", locale.Text(lang, "report.total", nil)}}, Figures: a.Total}
	for _, r := range append(slices.Clone(a.Rows), total) {
		var cells []any
		for i := range max(1, len(a.By)) {
			text := ""
			if i < len(r.Keys) {
				text = r.Keys[i].Label
			}
			cells = append(cells, text)
		}
		for _, f := range r.Figures {
			if f.Value == nil {
				cells = append(cells, nil)
				continue
			}
			cells = append(cells, *f.Value)
		}
		if err := to.Row(cells...); err != nil {
			return err
		}
	}
	return to.Close()
}
