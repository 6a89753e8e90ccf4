package file

import (
	"io"
	"slices"

	"zhike/internal/crm/report"
	"zhike/internal/platform/sheet"
	"zhike/locale"
)

// grid writes an answer as a sheet: a column for each dimension and figure, the total last.
func grid(w io.Writer, p Printed, format string) error {
	var columns []sheet.Column
	for _, d := range p.Answer.By {
		columns = append(columns, sheet.Column{Heading: d.Label, Kind: sheet.Text})
	}
	if len(p.Answer.By) == 0 {
		columns = append(columns, sheet.Column{Heading: p.Name, Kind: sheet.Text})
	}
	for _, c := range p.Answer.Columns {
		kind, heading := sheet.Money, c.Label // two decimals, of yuan and of hundredths alike
		switch c.Unit {
		case report.Count:
			kind = sheet.Number
		case report.Percent:
			heading += " (%)"
		}
		columns = append(columns, sheet.Column{Heading: heading, Kind: kind})
	}
	to, err := (*sheet.Writer)(nil), error(nil)
	if format == "csv" {
		to, err = sheet.NewCSV(w, columns)
	} else {
		to, err = sheet.NewXLSX(w, p.Name, columns, []string{p.Foot})
	}
	if err != nil {
		return err
	}
	rows := slices.Clone(p.Answer.Rows)
	if len(p.Answer.Total) > 0 {
		rows = append(rows, report.Row{Keys: []report.Key{{Label: locale.Text(p.Lang, "report.total", nil)}}, Figures: p.Answer.Total})
	}
	for _, r := range rows {
		var cells []any
		for i := range max(1, len(p.Answer.By)) {
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
