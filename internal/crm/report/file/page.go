package file

import (
	"io"
	"strings"

	"zhike/internal/crm/report"
	"zhike/internal/platform/paper"
	"zhike/locale"
)

// wideFrom is how many columns a table has from which on it lies on its side.
const wideFrom = 7

// page writes a report as PDF: what is drawn of it, then all its figures.
func page(w io.Writer, p Printed) error {
	about := []string{p.Period}
	if len(p.Filter) > 0 {
		about = append(about, locale.Text(p.Lang, "report.paper.filter", map[string]any{"fields": strings.Join(p.Filter, locale.Text(p.Lang, "report.paper.and", nil))}))
	}
	cover := paper.Cover{
		Title: p.Name, About: about, Foot: p.Foot, Lang: p.Lang, At: p.At,
		Wide: len(p.Answer.By)+len(p.Answer.Columns) >= wideFrom,
		Page: func(page, pages int) string {
			return locale.Text(p.Lang, "report.paper.page", map[string]any{"page": page, "pages": pages})
		},
	}
	return paper.Draw(w, cover, func(d *paper.Document) {
		if p.Board != nil {
			tiles(d, p)
			for _, c := range p.Cards {
				d.Heading(c.Name, high(c))
				if c.Period != "" {
					d.Note(c.Period)
				}
				one(d, c, false)
			}
			return
		}
		one(d, p, true)
	})
}

// high is how much of a dashboard's part stands together: all that is drawn, of a table its first rows.
func high(c Printed) float64 {
	if len(c.Answer.Rows) == 0 {
		return 12
	}
	switch c.Chart {
	case "bar", "line":
		return plan(c.Lang, c.Answer, c.Chart, c.Shown).High()
	case "pie":
		return paper.RingHigh
	case "funnel":
		return paper.FunnelHigh(min(mostSteps, len(c.Answer.Rows)))
	}
	return 24
}

// one puts an answer on the page; a dashboard shows what is drawn, or else the figures.
func one(d *paper.Document, p Printed, all bool) {
	if len(p.Answer.Rows) == 0 && len(p.Answer.By) > 0 {
		d.Note(locale.Text(p.Lang, "reportpage.empty.figures", nil))
		d.Gap(4)
		return
	}
	draw(d, p.Lang, p.Answer, p.Chart, p.Shown)
	if all || p.Chart == "table" || p.Chart == "" {
		d.Table(table(p))
	}
	if all && p.Answer.More {
		d.Note(locale.Text(p.Lang, "reportpage.hint.cut", nil))
	}
}

// table is an answer's figures, and their total where there is one.
func table(p Printed) (t paper.Table) {
	a := p.Answer
	for _, by := range a.By {
		t.Columns = append(t.Columns, paper.Column{Heading: by.Label})
	}
	for _, c := range a.Columns {
		t.Columns = append(t.Columns, paper.Column{Heading: c.Label, Number: true})
	}
	cells := func(figures []report.Figure) (out []string) {
		for i, f := range figures {
			out = append(out, say(p.Lang, a.Columns[i].Unit, f.Value))
		}
		return out
	}
	for _, r := range a.Rows {
		var row []string
		for i := range a.By {
			row = append(row, keyed(r, i))
		}
		t.Rows = append(t.Rows, append(row, cells(r.Figures)...))
	}
	said := false
	for _, f := range a.Total {
		said = said || f.Value != nil
	}
	if said && len(a.Rows) != 1 {
		row := make([]string, len(a.By))
		if len(a.By) > 0 {
			row[0] = locale.Text(p.Lang, "report.total", nil)
			t.Sum = true
		}
		t.Rows = append(t.Rows, append(row, cells(a.Total)...))
	}
	return t
}
