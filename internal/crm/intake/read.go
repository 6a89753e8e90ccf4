package intake

import (
	"errors"
	"strings"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/intake/form"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/rule/cell"
	"zhike/internal/platform/fault"
)

// A reader turns the cells of one row into what a form would say. It reads what people
// write; whether it is right is for the judges of the records to say.
type reader struct {
	*session
	words    *dictionary.Words
	now      time.Time
	row      exchange.Row
	problems []exchange.Problem
	prefix   string // of the fields being read: contact2.
}

func (r *reader) wrong(field, code string, params map[string]any) {
	r.problems = append(r.problems, exchange.Problem{Row: r.row.N, Field: r.prefix + field, Code: code, Params: params})
}

func (r *reader) hint(field, code string, params map[string]any) {
	r.problems = append(r.problems, exchange.Problem{Row: r.row.N, Field: r.prefix + field, Code: code, Params: params, Hint: true})
}

// cell gives a field's text; what stands for nothing is nothing.
func (r *reader) cell(field string) (string, bool) {
	text, ok := r.row.Values[r.prefix+field]
	if !ok || cell.Empty(text) {
		return "", false
	}
	if cell.Damaged(text) {
		r.wrong(field, "cell_damaged", nil)
		return "", false
	}
	return text, true
}

// text puts a cell as it stands.
func (r *reader) text(field string, into *api.Opt[string]) {
	if text, ok := r.cell(field); ok {
		*into = api.Some(text)
	}
}

func (r *reader) choice(field, dict string, into *api.Opt[string]) {
	text, ok := r.cell(field)
	if !ok {
		return
	}
	if word, ok := said().Sexes[text]; ok && dict == "salutation" { // a column of sexes
		text = word
	}
	if code, ok := r.words.ByLabel(dict, text); ok {
		*into = api.Some(code)
		return
	}
	r.notListed(field, dict)
}

func (r *reader) notListed(field, dict string) {
	all := r.words.Labels(r.options.Lang, dict)
	r.wrong(field, "not_listed", map[string]any{"choices": strings.Join(all[:min(len(all), 12)], " / ")})
}

func (r *reader) day(field string, ahead bool, into *api.Opt[string]) {
	text, ok := r.cell(field)
	if !ok {
		return
	}
	parse := cell.ParseDay
	if ahead {
		parse = cell.ParseDayAhead
	}
	day, ok := parse(text, r.now.In(r.zone))
	if !ok {
		r.wrong(field, "bad_day", nil)
		return
	}
	*into = api.Some(day)
}

// moment reads when something was; without a clock it is noon of that day, or now where that is not over.
func (r *reader) moment(field string) (api.Time, bool) {
	text, ok := r.cell(field)
	if !ok {
		return 0, false
	}
	at, clock, ok := cell.ParseMoment(text, r.now.In(r.zone), r.zone)
	if !ok {
		r.wrong(field, "bad_day", nil)
		return 0, false
	}
	if !clock {
		if at = at.Add(12 * time.Hour); at.After(r.now) && at.Add(-12*time.Hour).Before(r.now) {
			at = r.now
		}
	}
	return api.On(at), true
}

func (r *reader) yes(field string, into *api.Opt[bool]) {
	text, ok := r.row.Values[r.prefix+field]
	if !ok || text == "" {
		return
	}
	if v, ok := cell.ParseBool(text); ok {
		*into = api.Some(v)
	} else if !cell.Empty(text) {
		r.wrong(field, "bad_yes", nil)
	}
}

// amount reads a sum in the unit of its column; a band gives both its ends.
func (r *reader) amount(field string) (rule.AmountRange, bool) {
	text, ok := r.cell(field)
	if !ok {
		return rule.AmountRange{}, false
	}
	sum, err := cell.ParseAmount(text, cell.AmountUnit(r.options.Headings[r.prefix+field]))
	if err != nil {
		r.wrong(field, "bad_amount", nil)
		return rule.AmountRange{}, false
	}
	return sum, true
}

func (r *reader) sum(field string, into *api.Opt[int64]) {
	if sum, ok := r.amount(field); ok {
		switch {
		case sum.From != nil:
			*into = api.Some(*sum.From)
		case sum.To != nil:
			*into = api.Some(*sum.To)
		}
	}
}

func (r *reader) colleague(field string) (string, bool) {
	text, ok := r.cell(field)
	if !ok {
		return "", false
	}
	c, ok := r.colleagues.Find(text)
	if !ok {
		r.wrong(field, "unknown_colleague", nil)
		return "", false
	}
	return c.ID, true
}

// parts takes a cell with several values apart.
func parts(text string) (out []string) {
	for _, p := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(said().Separators, r) }) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// located turns the details of a judge's fault into problems of cells; where says in
// which row and under which prefix a field of the judge stands.
func located(err error, where func(field string) (row int, name string)) ([]exchange.Problem, bool) {
	var f *fault.Fault
	if !errors.As(err, &f) || f.Kind != fault.Invalid {
		return nil, false
	}
	var out []exchange.Problem
	for _, d := range f.Details {
		row, name := where(d.Field)
		out = append(out, exchange.Problem{Row: row, Field: name, Code: d.Code, Params: d.Params})
	}
	return out, true
}

// long tells of cells that hold more than a form would take; at is the prefix of the fields.
func (r *reader) long(said any) {
	for field, most := range form.TooLong(said) {
		field, _, _ = strings.Cut(talkField(field), ".")
		r.wrong(field, "cell_too_long", map[string]any{"row": r.row.N, "column": r.options.Headings[r.prefix+field], "most": most})
	}
}
