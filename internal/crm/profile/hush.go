package profile

import (
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/crm/rule"
)

// Hush says what the log tells of a field of a customer of some kind: of free text that it
// changed, of a person's name its mask.
func Hush(fields []customfield.Field, kind string) func(string, any) (any, bool) {
	return func(field string, v any) (any, bool) {
		if field == "name" && kind == Individual {
			s, _ := v.(string)
			return rule.MaskName(s), true
		}
		for _, f := range fields {
			if f.Name == field && f.See == access.FreeText {
				return nil, true
			}
		}
		if s, ok := v.(api.Text); ok && strings.ContainsAny(string(s), "0123456789") && field != "credit_code" {
			return rule.MaskNumbers(string(s)), true
		}
		return nil, false
	}
}
