package merge

import (
	"encoding/json"
	"slices"
	"strings"

	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// long are the texts of which both may be kept, one below the other.
var long = []string{"remark", "core_need", "pain", "goal", "concerns", "doubts", "decision_process", "intended_products"}

// taken makes what is taken of the other into a change of the one.
func (s *Service) taken(tx *db.Tx, one, other customer.Customer, fields map[string]string) (in customer.Change, took api.Strings, err error) {
	mine, err := flat(one)
	if err != nil {
		return in, nil, err
	}
	theirs, err := flat(other)
	if err != nil {
		return in, nil, err
	}
	said, custom := map[string]any{}, map[string]any{}
	took = api.Strings{}
	for name, how := range fields {
		ownName, isOwn := strings.CutPrefix(name, "custom.")
		v, w := theirs[name], mine[name]
		if isOwn {
			v, w = other.Custom[ownName], one.Custom[ownName]
		}
		switch how {
		case "other":
		case "both":
			var ok bool
			if v, ok = joined(w, v, isOwn || slices.Contains(long, name)); !ok {
				return in, nil, fault.Rule("invalid", "fields."+name)
			}
		default:
			return in, nil, fault.Rule("invalid", "fields."+name)
		}
		took = append(took, name)
		if isOwn {
			custom[ownName] = v
		} else {
			said[name] = v
		}
	}
	slices.Sort(took)
	text, err := json.Marshal(said)
	if err != nil {
		return in, nil, err
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return in, nil, fault.Rule("unknown_field", "fields").Because(err)
	}
	in.Custom, err = s.opened(tx, other.ID, custom)
	in.CreditCodeOverride = other.Override
	if _, ok := said["credit_code"]; !ok {
		in.CreditCodeOverride = ""
	}
	return in, took, err
}

// opened has sealed values of the company's own fields in clear, to be sealed anew.
func (s *Service) opened(tx *db.Tx, id string, custom map[string]any) (map[string]any, error) {
	if len(custom) == 0 {
		return nil, nil
	}
	all, err := s.Own.Of(tx, "customer")
	if err != nil {
		return nil, err
	}
	key, err := s.Vault.Of(tx, id)
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		if _, ok := custom[f.Name]; !ok || !f.Sealed() || custom[f.Name] == nil {
			continue
		}
		if text, ok := custom[f.Name].(string); ok && f.Kind == "long_text" && text != "" {
			continue // it was opened with the customer
		}
		if custom[f.Name], err = s.Own.Open(tx, key, id, f.Name); err != nil {
			return nil, err
		}
	}
	return custom, nil
}

// flat is a customer as its JSON has it, by name.
func flat(c customer.Customer) (out map[string]any, err error) {
	text, err := json.Marshal(struct {
		customer.Facts
		customer.Texts
	}{c.Facts, c.Texts})
	if err != nil {
		return nil, err
	}
	return out, json.Unmarshal(text, &out)
}

// joined is both of two values: a list of all, or one text below the other.
func joined(a, b any, texts bool) (any, bool) {
	switch x := a.(type) {
	case nil:
		return b, true
	case []any:
		y, ok := b.([]any)
		all := slices.Clone(x)
		for _, v := range y {
			if !slices.ContainsFunc(all, func(o any) bool { return same(o, v) }) {
				all = append(all, v)
			}
		}
		return all, ok || b == nil
	case string:
		y, ok := b.(string)
		if !texts || b != nil && !ok {
			return nil, false
		}
		if y == "" || x == y {
			return x, true
		}
		return x + "\n" + y, true
	}
	return nil, false
}

func same(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}
