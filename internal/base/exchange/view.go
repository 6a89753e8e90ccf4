package exchange

import (
	"fmt"

	"zhike/internal/base/exchange/column"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/sheet"
	"zhike/locale"
)

// A view shows an import's rows to its maker: in his words, and with what no answer
// carries in clear hidden (DECISIONS 6). What is no number stays, to be mended.
type view struct {
	row    importRow
	fields []column.Field
	plain  func(string) string // hides numbers inside of what no field is known of
	lang   string
}

func (s *Service) view(tx *db.Tx, r importRow, lang string) (view, error) {
	t, _ := s.target(r.Target)
	fields, err := t.Fields(tx, lang)
	return view{r, fields, s.Mask, lang}, err
}

func (w *worker) view(lang string) view { return view{w.row, w.fields, w.Mask, lang} }

func (v view) cell(i int, text string) string {
	mask := v.plain
	if i < len(v.row.Columns.V) {
		if f, _, ok := column.Find(v.fields, v.row.Mapping.V[v.row.Columns.V[i].Key]); ok {
			mask = f.Mask
		}
	}
	if mask == nil {
		return text
	}
	return mask(text)
}

func (v view) cells(all []string) []string {
	out := make([]string, len(all))
	for i, c := range all {
		out[i] = v.cell(i, c)
	}
	return out
}

func (v view) line(key crypt.Subject, x stagedRow) (SheetRow, error) {
	out := SheetRow{N: x.N, State: x.State, In: x.Done, Record: x.Record, Problems: []Wrong{}}
	var cells []string
	err := privacy.OpenJSON(key, cellsPlace(v.row.ID, x.N), x.Cells, &cells)
	out.Cells = v.cells(cells)
	for _, p := range x.Problems.V {
		out.Problems = append(out.Problems, v.wrong(p))
	}
	return out, err
}

// wrong puts a problem into words and names its cell.
func (v view) wrong(p Problem) Wrong {
	w := Wrong{Row: int64(p.Row), Field: p.Field, Code: p.Code, Params: p.Params, Hint: p.Hint,
		Message: locale.Text(v.lang, "error."+p.Code+".detail", column.Labelled(v.fields, v.lang, p.Params))}
	if f, _, ok := column.Find(v.fields, p.Field); ok { // what is missing may have no column
		w.Column = f.Label
	}
	if p.Column >= 0 && p.Column < len(v.row.Columns.V) {
		w.Column = v.row.Columns.V[p.Column].Heading
		w.Cell = fmt.Sprint(sheet.Letter(p.Column), p.Row)
	}
	return w
}

// reason is a problem in words, with the column it is about.
func (v view) reason(p Problem) string {
	w := v.wrong(p)
	if w.Column == "" {
		return w.Message
	}
	return w.Column + ": " + w.Message
}
