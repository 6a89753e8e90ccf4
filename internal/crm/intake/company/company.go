// Package company tells which rows of a sheet are about one company.
package company

import (
	"strings"
	"unicode"

	"zhike/internal/crm/rule"
)

// Groups remember, from the top of a sheet, under which code and name rows belong together:
// a code stands often in the first row of a company alone. A code decides before a name.
type Groups struct {
	byCode, byName map[string]string
	coded          map[string]bool // groups that a code names
}

// Of is the group of a row's code and name, "" for one that has neither.
func (g *Groups) Of(code, name string) string {
	if g.byCode == nil {
		g.byCode, g.byName, g.coded = map[string]string{}, map[string]string{}, map[string]bool{}
	}
	named := g.byName[name]
	group := named
	switch {
	case code == "" && name == "":
		return ""
	case code != "" && g.byCode[code] != "":
		group = g.byCode[code]
	case code != "" && (named == "" || g.coded[named]):
		group = "code " + code
	case named == "":
		group = "name " + name
	}
	if code != "" {
		g.byCode[code], g.coded[group] = group, true
	}
	if named == "" && name != "" {
		g.byName[name] = group
	}
	return group
}

// SameNumber compares two numbers however they are written; none is the same as none.
func SameNumber(a, b string) bool {
	x, err := rule.ParsePhone(a)
	if err != nil {
		return false
	}
	y, err := rule.ParsePhone(b)
	return err == nil && x.E164 == y.E164 && x.Extension == y.Extension
}

// Digits are those of a text.
func Digits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}
