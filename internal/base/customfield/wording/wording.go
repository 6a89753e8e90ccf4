// Package wording is what a company says of the fields of its records: what those that ship are called, and of every field why
// it is kept, on which ground, for how long, and who sees it: the 个人信息字段清单.
package wording

import (
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/locale"
)

// A Field is one that ships, as the company has it.
type Field struct {
	ID      string            `json:"id" doc:"Its record and its name: customer.grade."`
	Record  string            `json:"record"`
	Name    string            `json:"name"`
	Shipped string            `json:"shipped" doc:"The word of the house, in the viewer's language."`
	Label   string            `json:"label" doc:"The company's Chinese word; empty: the house's."`
	LabelEN string            `json:"label_en"`
	Kind    customfield.Kind  `json:"kind"`
	Class   customfield.Class `json:"class" enum:"public,internal,personal,sensitive"`
	Purpose string            `json:"purpose"`
	Basis   string            `json:"basis" enum:",contract,consent,law,public"`
	Months  int64             `json:"retention_months" doc:"0: as long as the record."`
	Ours    bool              `json:"described" doc:"Purpose, ground and months are the company's."`
	Version int64             `json:"version"`
}

// Revision implements api.Versioned.
func (f Field) Revision() int64 { return f.Version }

// Change is what may be said of a field.
type Change struct {
	Label   api.Opt[string] `json:"label,omitzero" maxLength:"40"`
	LabelEN api.Opt[string] `json:"label_en,omitzero" maxLength:"60"`
	Purpose api.Opt[string] `json:"purpose,omitzero" maxLength:"200"`
	Basis   api.Opt[string] `json:"basis,omitzero" enum:",contract,consent,law,public"`
	Months  api.Opt[int64]  `json:"retention_months,omitzero" minimum:"0" maximum:"1200"`
}

// grounds are those that ship for fields of people. Where it hangs on what a company does with it, none is given.
var grounds = map[string]string{
	"contact.name": "contract", "contact.salutation": "contract", "contact.title": "contract", "contact.department": "contract", "contact.mobile": "contract", "contact.mobile2": "contract",
	"contact.phone": "contract", "contact.email": "contract", "contact.wechat": "contract", "contact.birthday": "consent", "contact.consent": "law", "contact.consent_on": "law", "contact.consent_source": "law",
	"customer.address": "contract", "order.remark": "contract", "feedback.description": "contract", "feedback.handling": "contract", "need.description": "contract", "need.solution": "contract",
}

// named is a kind of record as keys and tables name it.
func named(kind string) string { return strings.ReplaceAll(kind, "-", "_") }

// personal says that a field is of a person.
func personal(c customfield.Class) bool {
	return c == customfield.Personal || c == customfield.Sensitive
}

// shipped is a field before the company says anything.
func shipped(lang, kind string, f customfield.Field) Field {
	record := named(kind)
	out := Field{ID: record + "." + f.Name, Record: record, Name: f.Name, Shipped: locale.Text(lang, customfield.LabelKey(kind, f.Name), nil), Kind: f.Kind, Class: f.Class, Version: 1}
	if personal(f.Class) {
		out.Basis = grounds[out.ID]
		if key := "register.purpose." + out.ID; locale.Has(lang, key) {
			out.Purpose = locale.Text(lang, key, nil)
		}
	}
	return out
}

// An Entry of the list of personal information.
type Entry struct {
	Record    string            `json:"record"`
	Name      string            `json:"name"`
	Label     string            `json:"label"`
	Class     customfield.Class `json:"class" enum:"personal,sensitive"`
	Purpose   string            `json:"purpose"`
	Basis     string            `json:"basis" enum:",contract,consent,law,public"`
	Months    int64             `json:"retention_months" doc:"0: as long as the record."`
	Own       string            `json:"own" doc:"The id of a field of the company's own; empty for one that ships."`
	Sealed    bool              `json:"sealed"`
	Seen      []string          `json:"seen" doc:"Roles that see it in clear, be it by a reveal that is noted."`
	Masked    []string          `json:"masked" doc:"Roles that see it masked."`
	Described bool              `json:"described"`
}

// reads says which permission opens the records of a kind.
var reads = map[string]access.Permission{"customer": access.CustomerRead, "contact": access.ContactRead, "follow_up": access.FollowUpRead, "task": access.TaskRead,
	"need": access.NeedRead, "feedback": access.FeedbackRead, "order": access.OrderRead}

// seenBy sorts roles by how they see a field of a group: in clear, masked; the others do not see it.
func seenBy(roles []account.Role, record string, group access.Group, only []string) (clear, masked []string) {
	clear, masked = []string{}, []string{}
	for _, r := range roles {
		if !slices.Contains(r.Permissions, reads[record]) || len(only) > 0 && !slices.Contains(only, r.ID) {
			continue
		}
		switch r.Fields[group] {
		case "hidden":
		case "masked":
			masked = append(masked, r.Name)
		default:
			clear = append(clear, r.Name)
		}
	}
	return clear, masked
}

// entryOf is one of the company's own fields in the list.
func entryOf(f own.Field, lang string, roles []account.Role) Entry {
	c := f.Catalogued()
	e := Entry{Record: strings.ReplaceAll(f.Record, "-", "_"), Name: f.Name, Label: f.Word(lang), Class: c.Class, Purpose: string(f.Purpose), Months: f.Retention, Own: f.ID, Sealed: f.Sealed(), Described: true}
	e.Seen, e.Masked = seenBy(roles, e.Record, c.See, f.SeeRoles)
	return e
}
