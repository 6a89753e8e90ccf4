package profile

import (
	"reflect"
	"slices"
	"strings"

	"zhike/internal/crm/rule"
)

// ofCompanies are the facts that an individual does not have.
var ofCompanies = []string{"credit_code", "industry", "trade", "size", "employees", "annual_revenue_fen", "assets_fen", "founded_on"}

// Has says whether customers of a kind have a field at all.
func Has(kind, field string) bool {
	return kind != Individual || !slices.Contains(ofCompanies, field)
}

// Askable are the facts and texts that a company may ask to be filled, in the order of the catalogue. Name and kind are always
// asked for, a yes or no is always said, and a budget is filled by either end of it.
func Askable() (names []string) {
	for _, t := range []reflect.Type{reflect.TypeFor[Facts](), reflect.TypeFor[Texts]()} {
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.Type.Kind() != reflect.Bool && !slices.Contains([]string{"name", "kind", "budget_to_fen"}, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// Filled says which facts and texts have a value that is enough.
func Filled(f Facts, t Texts) map[string]bool {
	out := map[string]bool{}
	for _, v := range []reflect.Value{reflect.ValueOf(f), reflect.ValueOf(t)} {
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			value := v.Field(i)
			out[name] = !value.IsZero() && (value.Kind() != reflect.Slice || value.Len() > 0)
		}
	}
	out["industry"] = rule.ExactIndustry(string(f.Industry)) // where the class alone says too little, it is still to be told
	out["budget_from_fen"] = f.BudgetFromFen+f.BudgetToFen > 0
	return out
}
