// Package column knows the columns of a sheet: where their headings stand, which field each
// is taken for, and why.
package column

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"zhike/internal/base/customfield"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/sheet"
)

// A Field is what a column may hold.
type Field struct {
	Name     string // name, credit_code; contact.mobile; follow_up.content
	Label    string
	Group    string
	Kind     customfield.Kind
	Words    []string               // other headings that mean it
	Looks    func(cell string) bool // what its cells look like, where that tells anything
	Weak     bool                   // looks alone do not choose it: a heading must agree
	Data     bool                   // what looks so is never a heading
	Required bool
	Repeats  bool // columns for a second one may follow: contact2.mobile
	Passive  bool // of an export that comes back: known, and not taken
	Choices  []string
	Note     string
	Mask     func(string) string // of what is not shown again once it was sent; nil: it is shown
}

// A Format is how a file is read.
type Format struct {
	Format    string   `json:"format" enum:"xlsx,csv"`
	Encoding  string   `json:"encoding,omitempty"`
	Delimiter string   `json:"delimiter,omitempty"`
	Sheets    []string `json:"sheets,omitempty"`
	Sheet     string   `json:"sheet,omitempty"`
	HeaderRow int      `json:"header_row" doc:"The row of the headings, as a spreadsheet numbers it."`
	Repair    bool     `json:"repair" doc:"Garbled text is turned back."`
	Garbled   string   `json:"garbled,omitempty" doc:"A sample of text that was read with a wrong encoding before it came here …"`
	Repaired  string   `json:"repaired,omitempty" doc:"… and as it would be turned back."`
}

// A Reading is how a caller wants a file read; what is left out stays.
type Reading struct {
	Sheet     string `json:"sheet,omitempty" maxLength:"100"`
	HeaderRow int    `json:"header_row,omitempty" minimum:"0" maximum:"1000"`
	Encoding  string `json:"encoding,omitempty" maxLength:"20"`
	Delimiter string `json:"delimiter,omitempty" maxLength:"4"`
	Repair    *bool  `json:"repair,omitempty"`
}

// As gives the format that a reading asks for, and whether that is another.
func (f Format) As(r Reading) (Format, bool) {
	was := f
	if r.Sheet != "" && r.Sheet != f.Sheet {
		f.Sheet, f.HeaderRow = r.Sheet, 0
	}
	if r.HeaderRow > 0 {
		f.HeaderRow = r.HeaderRow
	}
	f.Encoding, f.Delimiter = cmp.Or(r.Encoding, f.Encoding), cmp.Or(r.Delimiter, f.Delimiter)
	if r.Repair != nil {
		f.Repair = *r.Repair
	}
	again := f.Sheet != was.Sheet || f.HeaderRow != was.HeaderRow || f.Encoding != was.Encoding || f.Delimiter != was.Delimiter || f.Repair != was.Repair
	if again {
		f.Sheets, f.Garbled, f.Repaired = nil, "", ""
	}
	return f, again
}

// A Column of the sheet, and the field it is taken for.
type Column struct {
	Key     string   `json:"key" doc:"A letter, as a spreadsheet has it."`
	Heading string   `json:"heading"`
	Field   string   `json:"field" doc:"Empty: the column is left out."`
	Why     string   `json:"why,omitempty" enum:"remembered,label,synonym,part,content,chosen" doc:"Why it was taken for this field."`
	Samples []string `json:"samples"`
}

// A Head is what is known of a file before all of it is read.
type Head struct {
	Rows [][]string `json:"rows"` // the first below the headings
	At   []int      `json:"at"`   // their numbers
}

// heading rows are sought among so many, and so many more tell what columns hold.
const (
	lookedAt = 40
	sampled  = 60
)

// Survey reads the beginning of a file: how it is written, its headings, its first rows.
func Survey(b *sheet.Book, f Format, fields []Field) (Format, []string, Head, error) {
	var rows [][]string
	var at []int
	for n, cells := range b.Rows() {
		rows, at = append(rows, cells), append(at, n)
		if len(rows) >= lookedAt+sampled {
			break
		}
	}
	if err := b.Err(); err != nil {
		return f, nil, Head{}, err
	}
	f.Format, f.Encoding, f.Delimiter, f.Sheets, f.Sheet = b.Format, b.Encoding, b.Delimiter, b.Sheets, b.Sheet
	if garbled, repaired, ok := b.Mojibake(); ok {
		f.Garbled, f.Repaired = garbled, repaired
	}
	top := slices.Index(at, f.HeaderRow)
	if top < 0 {
		top = sheet.Header(rows[:min(len(rows), lookedAt)], func(heading string) int { return known(heading, fields) })
		if top >= 0 && top < len(rows) && slices.ContainsFunc(rows[top], func(c string) bool { return tells(c, fields) }) {
			top = -1 // a company or a number stands there: a row of the sheet, and it has no headings
		}
	}
	if top < 0 || top >= len(rows) {
		return f, nil, Head{}, fault.Rule("no_headings", "file")
	}
	f.HeaderRow = at[top]
	h := Head{}
	for i := top + 1; i < len(rows); i++ {
		if !sheet.Blank(rows[i]) && !sheet.Total(rows[i]) {
			h.Rows, h.At = append(h.Rows, rows[i]), append(h.At, at[i])
		}
	}
	return f, sheet.Headings(rows, top), h, nil
}

// tells says that a text by itself is what a cell holds, and so no heading.
func tells(text string, fields []Field) bool {
	return text != "" && slices.ContainsFunc(fields, func(f Field) bool { return f.Data && f.Looks != nil && f.Looks(text) })
}

// known is how sure a text is a heading of one of the fields.
func known(heading string, fields []Field) (best int) {
	if tells(heading, fields) {
		return 0
	}
	for _, c := range judge(0, heading, nil, fields) {
		best = max(best, c.score)
	}
	return best
}

// Columns shows columns with what they are taken for.
func Columns(headings []string, h Head, matches []Match) []Column {
	width := len(headings)
	out := make([]Column, width)
	for i := range out {
		out[i] = Column{Key: sheet.Letter(i), Heading: headings[i], Samples: []string{}}
		if i < len(matches) {
			out[i].Field, out[i].Why = matches[i].Field, matches[i].Why
		}
		for _, row := range h.Rows {
			if i < len(row) && row[i] != "" && len(out[i].Samples) < 3 {
				out[i].Samples = append(out[i].Samples, row[i])
			}
		}
	}
	return out
}

// Bare are columns as they are stored: what cells hold stays sealed.
func Bare(columns []Column) []Column {
	out := slices.Clone(columns)
	for i := range out {
		out[i].Samples = nil
	}
	return out
}

// Mapping is column → field, of the columns that are taken for one.
func Mapping(columns []Column) map[string]string {
	out := map[string]string{}
	for _, c := range columns {
		if c.Field != "" {
			out[c.Key] = c.Field
		}
	}
	return out
}

// Mapped reads a caller's mapping, by letter or by heading, into column → field.
func Mapped(said map[string]*string, columns []Column, fields []Field) (map[string]string, error) {
	out := Mapping(columns)
	var wrong []fault.Detail
	for _, name := range slices.Sorted(maps.Keys(said)) {
		at := slices.IndexFunc(columns, func(c Column) bool { return c.Key == name })
		if at < 0 {
			at = slices.IndexFunc(columns, func(c Column) bool { return c.Heading == strings.TrimSpace(name) })
		}
		if at < 0 {
			wrong = append(wrong, fault.Detail{Field: "mapping", Code: "unknown_column", Params: map[string]any{"column": name}})
			continue
		}
		field := ""
		if said[name] != nil {
			field = *said[name]
		}
		if field == "" {
			delete(out, columns[at].Key)
			continue
		}
		if _, _, ok := Find(fields, field); !ok {
			wrong = append(wrong, fault.Detail{Field: "mapping", Code: "unknown_field", Params: map[string]any{"field": field}})
			continue
		}
		for key, f := range out { // what the caller says takes the field from what we guessed
			if _, theirs := said[key]; f == field && !theirs {
				delete(out, key)
			}
		}
		out[columns[at].Key] = field
	}
	by := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(out)) {
		if by[out[key]] != "" {
			wrong = append(wrong, fault.Detail{Field: "mapping", Code: "mapped_twice", Params: map[string]any{"field": out[key]}})
		}
		by[out[key]] = key
	}
	return out, fault.Fields(wrong)
}

// Lacks names a field without which no row can come in.
func Lacks(mapping map[string]string, defaults map[string]string, fields []Field) error {
	for _, f := range fields {
		if !f.Required || defaults[f.Name] != "" {
			continue
		}
		if !slices.Contains(slices.Collect(maps.Values(mapping)), f.Name) {
			return fault.Rule("column_missing", "mapping").With(map[string]any{"field": f.Label})
		}
	}
	return nil
}
