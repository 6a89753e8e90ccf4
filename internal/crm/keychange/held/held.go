// Package held is the pure rule of key changes 关键信息变更: whose word on a name, a number or an
// address waits for somebody, for whom, and in which fields.
package held

import (
	"slices"

	"zhike/internal/base/api"
)

// The modes of the company's setting key_changes.mode.
const (
	Others    = "others"    // what others say waits for the owner
	Everybody = "everybody" // what the owner says waits too, for a second person
	Off       = "off"       // nothing waits
)

// Someone is a person beside a customer.
type Someone struct {
	ID      string
	Program bool // the program's own acts wait for nobody
	Decides bool // he holds key.decide for this customer: an administrator
	Leads   bool // he leads the department of its owner
}

// Holds says whether somebody's key change waits; a customer in the pool has no owner.
func Holds(mode string, who Someone, owner string) bool {
	switch {
	case mode == Off || who.Program:
		return false
	case owner != "" && who.ID == owner:
		return mode == Everybody
	}
	return !who.Decides
}

// MayDecide says whether somebody decides what another asked: the owner and administrators. Where
// the owner's own word waits too nobody decides his own, and what the owner asked is his leader's besides.
func MayDecide(mode string, who Someone, owner, asker string) bool {
	switch {
	case who.Program:
		return true
	case mode == Everybody && who.ID == asker:
		return false
	case who.Decides || owner != "" && who.ID == owner:
		return true
	}
	return mode == Everybody && owner != "" && asker == owner && who.Leads
}

// The fields that are key, and Own, those that a company takes from the templates.
var (
	OfCustomer = []string{"name", "credit_code"}
	OfContact  = []string{"name", "mobile", "mobile2", "phone", "email", "wechat"}
	Own        = []string{"x_retail_bank", "x_retail_account"}
)

// A Field that is to change, as lists show it: masked where they mask.
type Field struct {
	Name string `json:"name"`
	Was  string `json:"was"`
	Will string `json:"will"`
	same bool
}

// Compared is a field whose value differs or does not; was and will may read alike where only the middle of a number differs.
func Compared(name, was, will string, differs bool) Field { return Field{name, was, will, !differs} }

// Key are those of some fields that lose what stood: to fill an empty one loses nothing.
func Key(all []Field) []Field {
	return slices.DeleteFunc(slices.Clone(all), func(f Field) bool { return f.same || f.Was == "" })
}

// Names are what fields are called.
func Names(all []Field) (names []string) {
	for _, f := range all {
		names = append(names, f.Name)
	}
	return names
}

// Waiting says what of somebody's word waits, and for whom.
type Waiting struct {
	ID       string      `json:"id" doc:"The request: see /key-changes."`
	Fields   api.Strings `json:"fields" doc:"Which of the fields that this viewer asked to change; contact for a contact added or removed."`
	WaitsFor api.Text    `json:"waits_for" doc:"Who decides: the owner, or his leader; null for an administrator."`
}
