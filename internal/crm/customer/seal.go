package customer

import (
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/privacy"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/crypt"
)

const namePlace = "customers/name/"

// view hides amounts from whoever may not see them.
func (s *Summary) view(who access.Actor) {
	if who.Sees(access.Amounts) != access.Shown {
		s.AnnualRevenueFen, s.AssetsFen, s.BudgetFromFen, s.BudgetToFen = 0, 0, 0, 0
	}
	if s.Tags == nil {
		s.Tags = api.Strings{}
	}
	if s.Missing == nil {
		s.Missing = api.Strings{}
	}
}

// Filled says whether a free text is filled, which a list knows without opening it.
func (s Summary) Filled(name string) bool { return strings.Contains(s.TextsFilled, ","+name+",") }

// keyOf makes the name by which duplicates are found; an individual's is hashed.
func keyOf(v *privacy.Vault, kind, name string) string {
	normal := rule.NormalName(name)
	if kind == Individual {
		return "p" + v.Keys.Token(crypt.Name, normal)
	}
	return normal
}
