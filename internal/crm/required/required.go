// Package required is which fields a customer must have filled, to take effect and to stand at a stage:
// by its kind, from which stage on, and of whom who does it.
package required

import (
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/profile"
)

// A Rule asks for fields.
type Rule struct {
	Kinds  api.Strings `json:"kinds,omitempty" maxItems:"3" doc:"Kinds of customers; empty: all."`
	Stage  string      `json:"stage,omitempty" maxLength:"40" doc:"The code of the stage from which on they are asked for; empty: to take effect."`
	Roles  api.Strings `json:"roles,omitempty" maxItems:"50" doc:"Asked of people with one of these roles; empty: of everybody."`
	Fields api.Strings `json:"fields" maxItems:"100"`
}

// Shipped are the rules of the house.
func Shipped() []Rule {
	companies := api.Strings{profile.Enterprise, profile.Institution}
	return []Rule{
		{Kinds: api.Strings{profile.Enterprise}, Fields: api.Strings{"credit_code"}},
		{Kinds: companies, Fields: api.Strings{"industry", "contact.title", "contact.role"}},
		{Fields: api.Strings{"owner_id", "contact.name", "contact.reach"}},
	}
}

// mostRules are so many that nobody could say any more what is asked for.
const mostRules = 60

const (
	owner     = "owner_id"
	ofContact = "contact."
)

// A Case is a customer as it is judged.
type Case struct {
	profile.Facts
	profile.Texts
	Stage   string // "" where all begin
	Owner   api.Ref
	Primary *contact.Primary
	Custom  map[string]any
}

// askable are the fields that a rule may name, in the order in which they are told; own ones follow.
func askable() []string {
	names := append(profile.Askable(), owner)
	for _, n := range contact.Askable {
		names = append(names, ofContact+n)
	}
	return names
}

var inOrder = askable()

// asked says which fields rules ask of a customer at a stage, of somebody in particular or of everybody.
func asked(rules []Rule, kind string, at []dictionary.Stage, stage string, holds func(roles []string) bool) map[string]bool {
	out := map[string]bool{}
	for _, r := range rules {
		if len(r.Kinds) > 0 && !slices.Contains(r.Kinds, kind) || len(r.Roles) > 0 && !holds(r.Roles) || r.Stage != "" && !reached(at, r.Stage, stage) {
			continue
		}
		for _, f := range r.Fields {
			if profile.Has(kind, f) {
				out[f] = true
			}
		}
	}
	return out
}

// reached says that a customer at a stage stands at another or beyond it. Whoever is lost has left the way: he
// stands beyond nothing.
func reached(all []dictionary.Stage, from, stage string) bool {
	at := func(code string) int {
		return slices.IndexFunc(all, func(s dictionary.Stage) bool { return s.Code == code })
	}
	a, b := at(from), at(stage)
	if stage == "" {
		b = 0
	}
	switch {
	case a < 0 || b < 0 || all[a].PipelineID != all[b].PipelineID:
		return false
	case a == b:
		return true
	}
	return all[b].Phase != dictionary.Lost && all[b].Position >= all[a].Position
}

// lacking are those of some fields that a case has not filled, in the order of the catalogue. A customer without
// contacts lacks one, and no more of him.
func lacking(asked map[string]bool, c Case, ours []own.Field) api.Strings {
	out := api.Strings{}
	filled := profile.Filled(c.Facts, c.Texts)
	filled[owner] = c.Owner != ""
	for _, name := range inOrder {
		if !asked[name] {
			continue
		}
		field, person := strings.CutPrefix(name, ofContact)
		switch {
		case person && c.Primary == nil:
			if !slices.Contains(out, ofContact+"name") {
				out = append(out, ofContact+"name")
			}
		case person && !(*c.Primary)[field], !person && !filled[name]:
			out = append(out, name)
		}
	}
	for _, f := range ours {
		if _, ok := c.Custom[f.Name]; !ok && asked[f.Name] {
			out = append(out, f.Name)
		}
	}
	return out
}

// writes says whether somebody sees a field and may fill it: what he cannot is not required of him.
func writes(who access.Actor, name string, ours []own.Field, customers *customfield.Catalogue) bool {
	if who.Program() || name == owner {
		return true
	}
	field, person := strings.CutPrefix(name, ofContact)
	if person {
		at := slices.IndexFunc(contact.Catalogue.Fields, func(f customfield.Field) bool { return f.Name == field })
		return who.Can(access.ContactWrite) && (at < 0 || who.Sees(contact.Catalogue.Fields[at].See) != access.Hidden) && (field != "reach" || who.Sees(access.ContactValues) != access.Hidden)
	}
	if at := slices.IndexFunc(ours, func(f own.Field) bool { return f.Name == name }); at >= 0 {
		return ours[at].Writes(who)
	}
	return slices.ContainsFunc(customers.For(who), func(f customfield.Field) bool { return f.Name == name })
}
