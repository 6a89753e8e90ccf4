package required

import (
	"fmt"
	"slices"
	"strings"

	"zhike/internal/base/api"
)

func place(i int, field string) string { return fmt.Sprintf("rules[%d].%s", i, field) }

func once(in api.Strings) api.Strings {
	out := api.Strings{}
	for _, s := range in {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// lines are the rules as the log tells them: kinds @ stage / roles: fields.
func lines(rules []Rule) []string {
	out := []string{}
	for _, r := range rules {
		out = append(out, fmt.Sprintf("%s @%s /%s: %s", strings.Join(r.Kinds, "+"), r.Stage, strings.Join(r.Roles, "+"), strings.Join(r.Fields, " ")))
	}
	return out
}
