// Package own keeps the fields that a company adds to its records: what they are, who sees and
// writes them, how their values are judged and kept.
package own

import (
	"regexp"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// What there may be at the most.
const (
	MaxFields   = 300 // of one kind of record, retired ones too
	MaxDecimals = 6
	maxChoices  = 200
)

// Kinds are those that a company may choose from.
var Kinds = []customfield.Kind{customfield.Text, customfield.LongText, customfield.Number, customfield.Money, customfield.Date, customfield.DateTime, customfield.Choice,
	customfield.Choices, customfield.Boolean, customfield.User, customfield.Customer, customfield.Region, customfield.URL, customfield.Phone, customfield.Secret}

// A Field that a company added. Name, kind and record stay for ever.
type Field struct {
	ID         string           `db:"id" json:"id"`
	Record     string           `db:"record" json:"record"`
	Name       string           `db:"name" json:"name" doc:"What filters, columns and programs call it: x_store_count."`
	Label      string           `db:"label" json:"label"`
	LabelEN    api.Text         `db:"label_en" json:"label_en"`
	Kind       customfield.Kind `db:"kind" json:"kind"`
	Group      api.Text         `db:"group_label" json:"group"`
	Help       api.Text         `db:"help" json:"help"`
	Dictionary api.Text         `db:"dictionary" json:"dictionary"`
	Decimals   int64            `db:"decimals" json:"decimals"`
	Unit       api.Text         `db:"unit" json:"unit"`
	Required   bool             `db:"required" json:"required" doc:"Without it a customer does not take effect, and another record is not saved."`
	Unique     bool             `db:"once" json:"unique"`
	List       bool             `db:"listed" json:"list" doc:"It may stand in lists and exports."`
	Search     bool             `db:"sought" json:"search" doc:"The search box finds records by its words."`
	Sensitive  bool             `db:"sensitive" json:"sensitive" doc:"Sealed, shown masked, and in full by reveal alone."`
	SeeRoles   api.Strings      `db:"see_roles" json:"see_roles" doc:"Roles that see it; empty: whoever sees the record."`
	EditRoles  api.Strings      `db:"edit_roles" json:"edit_roles" doc:"Roles that write it; empty: whoever changes the record and sees the field."`
	Kinds      api.Strings      `db:"kinds" json:"kinds" doc:"Kinds of customers that have it; empty: all."`
	Industries api.Strings      `db:"industries" json:"industries" doc:"Industries that have it, with what lies below them; empty: all."`
	Template   api.Text         `db:"template" json:"template"`
	Purpose    api.Text         `db:"purpose" json:"purpose" doc:"Why it is kept, for the list of personal information."`
	Retention  int64            `db:"retention_months" json:"retention_months" doc:"0: as long as the record."`
	Position   int64            `db:"position" json:"position"`
	Active     bool             `db:"active" json:"active"`
	Version    int64            `db:"version" json:"version"`

	Standard db.JSON[any]   `db:"standard" json:"default"`
	When     db.JSON[*When] `db:"asked_when" json:"when" doc:"A form asks for it only where another field, a choice, has one of some words."`
}

// Revision implements api.Versioned.
func (f Field) Revision() int64 { return f.Version }

// RecordID names it in replays.
func (f Field) RecordID() string { return f.ID }

// Change is what may be said of a field that stands.
type Change struct {
	Label     api.Opt[string]   `json:"label,omitzero" maxLength:"40"`
	LabelEN   api.Opt[string]   `json:"label_en,omitzero" maxLength:"60"`
	Group     api.Opt[string]   `json:"group,omitzero" maxLength:"40"`
	Help      api.Opt[string]   `json:"help,omitzero" maxLength:"200"`
	Unit      api.Opt[string]   `json:"unit,omitzero" maxLength:"10"`
	Required  api.Opt[bool]     `json:"required,omitzero"`
	Unique    api.Opt[bool]     `json:"unique,omitzero"`
	List      api.Opt[bool]     `json:"list,omitzero"`
	Search    api.Opt[bool]     `json:"search,omitzero"`
	SeeRoles  api.Opt[[]string] `json:"see_roles,omitzero" maxItems:"50"`
	EditRoles api.Opt[[]string] `json:"edit_roles,omitzero" maxItems:"50"`
	Kinds     api.Opt[[]string] `json:"kinds,omitzero" maxItems:"3"`
	Industry  api.Opt[[]string] `json:"industries,omitzero" maxItems:"50"`
	Purpose   api.Opt[string]   `json:"purpose,omitzero" maxLength:"200"`
	Retention api.Opt[int64]    `json:"retention_months,omitzero" minimum:"0" maximum:"1200"`
	Position  api.Opt[int64]    `json:"position,omitzero" minimum:"0" maximum:"100000"`
	Active    api.Opt[bool]     `json:"active,omitzero"`
	Standard  api.Opt[any]      `json:"default,omitzero"`
	When      api.Opt[When]     `json:"when,omitzero"`
}

// New is a field to add.
type New struct {
	Change
	Kind       string   `json:"kind" enum:"text,long_text,number,money,date,datetime,choice,choices,boolean,user,customer,region,url,phone,secret"`
	Name       string   `json:"name,omitempty" maxLength:"40" pattern:"^x_[a-z0-9_]+$" doc:"Left out: made of the label's sound."`
	Dictionary string   `json:"dictionary,omitempty" maxLength:"40" doc:"A dictionary that stands, for a choice."`
	Choices    []string `json:"choices,omitempty" maxItems:"200" doc:"The words of a dictionary of its own, for a choice."`
	Decimals   int64    `json:"decimals,omitempty" minimum:"0" maximum:"6"`
	Sensitive  bool     `json:"sensitive,omitempty"`
}

var nameless = regexp.MustCompile(`[^a-z0-9]+`)

// Sealed says that the values are not kept in clear.
func (f Field) Sealed() bool {
	return f.Sensitive || f.Kind == customfield.LongText || f.Kind == customfield.Phone || f.Kind == customfield.Secret
}

// Hidden says that a value is shown masked, and in full by reveal alone.
func (f Field) Hidden() bool { return f.Sealed() && f.Kind != customfield.LongText }

// Sees and Writes say whether a person has the field at all, and whether he may write it.
func (f Field) Sees(who access.Actor) bool {
	return who.Sees(access.Custom) != access.Hidden && (len(f.SeeRoles) == 0 || who.Admitted(f.SeeRoles)) && (f.Kind != customfield.LongText || who.Sees(access.FreeText) != access.Hidden) &&
		(f.Kind != customfield.Money || who.Sees(access.Amounts) == access.Shown)
}

// Writes says whether a person who may change the record writes the field.
func (f Field) Writes(who access.Actor) bool {
	return f.Sees(who) && (len(f.EditRoles) == 0 || who.Admitted(f.EditRoles))
}

// Of says whether a customer of a kind and an industry has the field.
func (f Field) Of(kind, industry string) bool {
	return (len(f.Kinds) == 0 || slices.Contains(f.Kinds, kind)) &&
		(len(f.Industries) == 0 || slices.ContainsFunc(f.Industries, func(i string) bool { return strings.HasPrefix(industry, i) }))
}

// Word is the label in a language.
func (f Field) Word(lang string) string {
	if lang == "en" && f.LabelEN != "" {
		return string(f.LabelEN)
	}
	return f.Label
}

// ofCustomers is the kind of record that comes in kinds and industries, and that the word index finds.
const ofCustomers = "customer"

// judge tells what is wrong with a field among all others. A name is given once, whatever the record: values are kept by it.
func (f *Field) judge(others []Field) error {
	var wrong []fault.Detail
	bad := func(code, field string) { wrong = append(wrong, fault.Detail{Field: field, Code: code}) }
	f.Label, f.LabelEN, f.Group, f.Help = strings.TrimSpace(f.Label), trim(f.LabelEN), trim(f.Group), trim(f.Help)
	switch {
	case f.Label == "":
		bad("required", "label")
	case slices.ContainsFunc(others, func(o Field) bool {
		return o.ID != f.ID && o.Record == f.Record && o.Active && f.Active && strings.EqualFold(o.Label, f.Label)
	}):
		bad("duplicate_same", "label")
	}
	if slices.ContainsFunc(others, func(o Field) bool { return o.ID != f.ID && o.Name == f.Name }) {
		bad("duplicate_same", "name")
	}
	if !slices.Contains(Kinds, f.Kind) {
		bad("invalid", "kind")
	}
	chosen := f.Kind == customfield.Choice || f.Kind == customfield.Choices
	if chosen != (f.Dictionary != "") {
		bad(map[bool]string{true: "required", false: "invalid"}[chosen], "choices")
	}
	if f.Decimals != 0 && f.Kind != customfield.Number || f.Decimals < 0 || f.Decimals > MaxDecimals {
		bad("invalid", "decimals")
	}
	if f.Sensitive && f.Kind != customfield.Text && f.Kind != customfield.Phone && f.Kind != customfield.Secret {
		bad("invalid", "sensitive")
	}
	single := []customfield.Kind{customfield.Text, customfield.Number, customfield.Date, customfield.URL, customfield.Phone}
	if f.Unique && !slices.Contains(single, f.Kind) {
		bad("invalid", "unique")
	}
	if f.Search && (f.Kind != customfield.Text || f.Sealed() || f.Record != ofCustomers) {
		bad("invalid", "search")
	}
	if f.Required && f.Kind == customfield.Boolean {
		bad("invalid", "required")
	}
	if f.Record != ofCustomers && len(f.Kinds) > 0 {
		bad("invalid", "kinds")
	}
	if f.Record != ofCustomers && len(f.Industries) > 0 {
		bad("invalid", "industries")
	}
	if w := f.When.V; w != nil && w.judge(f.Record, others) != nil {
		bad("invalid", "when")
	}
	if f.Sealed() && f.Purpose == "" {
		bad("required", "purpose") // what is personal is kept for a reason that can be told
	}
	return fault.Fields(wrong)
}

func trim(s api.Text) api.Text { return api.Text(strings.TrimSpace(string(s))) }

// Catalogued is the field as lists, filters and sheets know it.
func (f Field) Catalogued() customfield.Field {
	out := customfield.Field{Name: f.Name, Label: f.Label, LabelEN: string(f.LabelEN), Group: "own", Heading: string(f.Group), Kind: f.Kind, Dictionary: string(f.Dictionary), Class: customfield.Internal,
		Required: f.Required, List: f.List, Custom: true, Help: string(f.Help), Decimals: f.Decimals, Unit: string(f.Unit), Kinds: f.Kinds, Industries: f.Industries, Masked: f.Hidden(), Once: f.Unique, Standard: f.Standard.V, See: access.Custom}
	if w := f.When.V; w != nil {
		out.When = &customfield.When{Field: w.Field, In: w.In}
	}
	switch {
	case f.Hidden():
		out.Class = customfield.Sensitive
	case f.Sealed():
		out.Class, out.See = customfield.Personal, access.FreeText
	}
	if f.Kind == customfield.Money {
		out.See = access.Amounts
	}
	return out.Beside(f.Sealed(), f.Sees, f.Writes)
}
