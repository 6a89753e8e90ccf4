package reading

import (
	"strings"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/rule/cell"
	"zhike/internal/platform/db"
)

// OwnPrefix stands before the names of fields that a company added, in sheets as in answers.
const OwnPrefix = "custom."

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
		return strings.NewReplacer(",", "", "，", "", " ", "", string(f.Unit), "").Replace(text), nil
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
