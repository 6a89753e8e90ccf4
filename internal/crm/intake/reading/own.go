package reading

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/exchange/column"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/rule/cell"
	"zhike/internal/platform/db"
)

// OwnPrefix stands before the names of fields that a company added, in sheets as in answers.
const OwnPrefix = "custom."

// OwnFields are those of a kind of record, as far as whoever imports sees them; secrets come by the form alone.
func OwnFields(tx *db.Tx, book *own.Book, record string) ([]own.Field, error) {
	all, err := book.Of(tx, record)
	who, _ := tx.Who().(access.Actor)
	return slices.DeleteFunc(slices.Clone(all), func(f own.Field) bool { return !f.Active || !f.Sees(who) || f.Kind == customfield.Secret }), err
}

// OwnColumns are those fields as columns of a sheet, in a group of its fields.
func OwnColumns(all []own.Field, who access.Actor, w *dictionary.Words, group, lang string) (out []column.Field) {
	for _, o := range all {
		x := column.Field{Name: OwnPrefix + o.Name, Label: o.Word(lang), Group: group, Kind: o.Kind, Words: own.Words(o), Weak: true, Note: string(o.Help), Passive: !o.Writes(who)}
		if o.Sealed() {
			x.Mask = rule.MaskNumbers
		}
		if code := string(o.Dictionary); code != "" && !w.Free(code) {
			x.Choices = w.Labels(lang, code)
		}
		out = append(out, x)
	}
	return out
}

// Own reads the cells of fields that the company added. Empty ones say nothing.
func (r *Reader) Own(tx *db.Tx, fields []own.Field) (map[string]any, error) {
	said := map[string]any{}
	for _, f := range fields {
		if _, ok := r.Row.Values[r.Prefix+OwnPrefix+f.Name]; !ok || !f.Active {
			continue
		}
		v, err := r.own(tx, f, OwnPrefix+f.Name)
		if err != nil {
			return nil, err
		}
		if v != nil {
			said[f.Name] = v
		}
	}
	return said, nil
}

func (r *Reader) own(tx *db.Tx, f own.Field, at string) (any, error) {
	var choice, day api.Opt[string]
	var sum api.Opt[int64]
	var yes api.Opt[bool]
	switch f.Kind {
	case customfield.Choice:
		if text, ok := r.Cell(at); ok && r.Words.Free(string(f.Dictionary)) {
			if code, known := r.Words.ByLabel(string(f.Dictionary), text); known {
				return code, nil
			}
			return text, nil
		}
		r.Choice(at, string(f.Dictionary), &choice)
		return said(choice.Set, choice.V), nil
	case customfield.Choices:
		text, ok := r.Cell(at)
		codes := []string{}
		for _, part := range Parts(text) {
			code, known := r.Words.ByLabel(string(f.Dictionary), part)
			if !known {
				r.NotListed(at, string(f.Dictionary))
				return nil, nil
			}
			codes = append(codes, code)
		}
		return said(ok, codes), nil
	case customfield.Date:
		r.Day(at, false, &day)
		return said(day.Set, day.V), nil
	case customfield.DateTime:
		moment, ok := r.Moment(at)
		return said(ok, moment.Time().UTC().Format(time.RFC3339)), nil
	case customfield.Money:
		r.Sum(at, &sum)
		return said(sum.Set, sum.V), nil
	case customfield.Boolean:
		r.Yes(at, &yes)
		return said(yes.Set, yes.V), nil
	case customfield.User:
		id, ok := r.Colleague(at)
		return said(ok, id), nil
	}
	text, ok := r.Cell(at)
	if !ok {
		return nil, nil
	}
	switch f.Kind {
	case customfield.Number:
		text = strings.NewReplacer(",", "", "，", "", " ", "", string(f.Unit), "").Replace(text)
		if n, err := strconv.ParseFloat(text, 64); err == nil && !strings.ContainsAny(text, "eEnNxX_") {
			return n, nil // as it stands, so that what comes back is no news
		}
		return text, nil
	case customfield.Region:
		if region, ok := rule.FindRegion(text); ok {
			return region.Code, nil
		}
		r.Wrong(at, "unknown_region", nil)
		return nil, nil
	case customfield.Customer:
		for _, x := range []struct {
			q   db.Query
			key string
		}{{byCode, strings.ToUpper(text)}, {byName, rule.NormalName(text)}} {
			found, ok, err := db.Maybe[idRow](tx, x.q, db.Args{"key": x.key})
			if err != nil || ok {
				return found.ID, err
			}
		}
		r.Wrong(at, "unknown_customer", nil)
		return nil, nil
	}
	if f.Hidden() && strings.Contains(text, "*") { // as an export has it
		return nil, nil
	}
	if cell.Damaged(text) {
		return nil, nil
	}
	return text, nil
}

func said(ok bool, v any) any {
	if !ok {
		return nil
	}
	return v
}
