// Package reading turns the cells of one row into what a form would say, for every kind of
// record that sheets bring in.
package reading

import (
	"errors"
	"strings"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/intake/colleague"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/rule/cell"
	"zhike/internal/platform/fault"
)

// A Reader reads what people write; whether it is right is for the judges of the records to
// say.
type Reader struct {
	Row        exchange.Row
	Words      *dictionary.Words
	Colleagues colleague.All
	Customers  *customer.Service
	Options    exchange.Options
	Now        time.Time
	Zone       *time.Location
	Prefix     string // of the fields being read: contact2.
	Problems   []exchange.Problem
}

func (r *Reader) Wrong(field, code string, params map[string]any) {
	r.Problems = append(r.Problems, exchange.Problem{Row: r.Row.N, Field: r.Prefix + field, Code: code, Params: params})
}

func (r *Reader) Hint(field, code string, params map[string]any) {
	r.Problems = append(r.Problems, exchange.Problem{Row: r.Row.N, Field: r.Prefix + field, Code: code, Params: params, Hint: true})
}

// Cell gives a field's text; what stands for nothing is nothing.
func (r *Reader) Cell(field string) (string, bool) {
	text, ok := r.Row.Values[r.Prefix+field]
	if !ok || cell.Empty(text) {
		return "", false
	}
	if cell.Damaged(text) {
		r.Wrong(field, "cell_damaged", nil)
		return "", false
	}
	return text, true
}

// Text puts a cell as it stands.
func (r *Reader) Text(field string, into *api.Opt[string]) {
	if text, ok := r.Cell(field); ok {
		*into = api.Some(text)
	}
}

func (r *Reader) Choice(field, dict string, into *api.Opt[string]) {
	text, ok := r.Cell(field)
	if !ok {
		return
	}
	if word, ok := Words().Sexes[text]; ok && dict == "salutation" { // a column of sexes
		text = word
	}
	if code, ok := r.Words.ByLabel(dict, text); ok {
		*into = api.Some(code)
		return
	}
	r.NotListed(field, dict)
}

func (r *Reader) NotListed(field, dict string) {
	all := r.Words.Labels(r.Options.Lang, dict)
	r.Wrong(field, "not_listed", map[string]any{"choices": strings.Join(all[:min(len(all), 12)], " / ")})
}

func (r *Reader) Day(field string, ahead bool, into *api.Opt[string]) {
	text, ok := r.Cell(field)
	if !ok {
		return
	}
	parse := cell.ParseDay
	if ahead {
		parse = cell.ParseDayAhead
	}
	day, ok := parse(text, r.Now.In(r.Zone))
	if !ok {
		r.Wrong(field, "bad_day", nil)
		return
	}
	*into = api.Some(day)
}

// Moment reads when something was; without a clock it is noon of that day, or now where that is not over.
func (r *Reader) Moment(field string) (api.Time, bool) {
	text, ok := r.Cell(field)
	if !ok {
		return 0, false
	}
	at, clock, ok := cell.ParseMoment(text, r.Now.In(r.Zone), r.Zone)
	if !ok {
		r.Wrong(field, "bad_day", nil)
		return 0, false
	}
	if !clock {
		if at = at.Add(12 * time.Hour); at.After(r.Now) && at.Add(-12*time.Hour).Before(r.Now) {
			at = r.Now
		}
	}
	return api.On(at), true
}

func (r *Reader) Yes(field string, into *api.Opt[bool]) {
	text, ok := r.Row.Values[r.Prefix+field]
	if !ok || text == "" {
		return
	}
	if v, ok := cell.ParseBool(text); ok {
		*into = api.Some(v)
	} else if !cell.Empty(text) {
		r.Wrong(field, "bad_yes", nil)
	}
}

// Amount reads a sum in the unit of its column; a band gives both its ends.
func (r *Reader) Amount(field string) (rule.AmountRange, bool) {
	text, ok := r.Cell(field)
	if !ok {
		return rule.AmountRange{}, false
	}
	sum, err := cell.ParseAmount(text, cell.AmountUnit(r.Options.Headings[r.Prefix+field]))
	if err != nil {
		r.Wrong(field, "bad_amount", nil)
		return rule.AmountRange{}, false
	}
	return sum, true
}

func (r *Reader) Sum(field string, into *api.Opt[int64]) {
	if sum, ok := r.Amount(field); ok {
		switch {
		case sum.From != nil:
			*into = api.Some(*sum.From)
		case sum.To != nil:
			*into = api.Some(*sum.To)
		}
	}
}

func (r *Reader) Colleague(field string) (string, bool) {
	text, ok := r.Cell(field)
	if !ok {
		return "", false
	}
	c, ok := r.Colleagues.Find(text)
	if !ok {
		r.Wrong(field, "unknown_colleague", nil)
		return "", false
	}
	return c.ID, true
}

// Parts takes a cell with several values apart.
func Parts(text string) (out []string) {
	for _, p := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(Words().Separators, r) }) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// Located turns the details of a judge's fault into problems of cells; where says in
// which row and under which prefix a field of the judge stands.
func Located(err error, where func(field string) (row int, name string)) ([]exchange.Problem, bool) {
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
