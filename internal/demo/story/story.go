// Package story is how the demo's customers with a tale of their own are told of in JSON.
package story

import (
	"encoding/json"

	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
)

// A Story is a customer that DEMO.md tells of.
type Story struct {
	Key     string       `json:"key"`
	Owner   string       `json:"owner"`
	Side    string       `json:"side"` // of who left
	Born    int          `json:"born"`
	Draft   bool         `json:"draft"`
	Twin    bool         `json:"twin"`
	New     customer.New `json:"new"`
	People  []Who        `json:"people"`
	Members []string     `json:"members"`
	Acts    []Told       `json:"acts"`
}

type Who struct {
	contact.New
	Boss *int `json:"boss"`
}

// A Told act: a talk, a move or a release, so many days before today.
type Told struct {
	Day        int              `json:"d"`
	At         string           `json:"at"`
	By         string           `json:"by"`
	Text       string           `json:"t"`
	Mend       string           `json:"mend"` // what the text was changed to
	Method     string           `json:"m"`
	Kind       string           `json:"k"`
	Outcome    string           `json:"o"`
	Quote      string           `json:"q"`
	Conclusion string           `json:"c"`
	With       []int            `json:"with"`
	Next       Pair             `json:"next"`
	Promise    Vowed            `json:"pr"`
	NextIn     int              `json:"nf"`
	Move       string           `json:"move"`
	Reason     string           `json:"reason"`
	Note       string           `json:"note"`
	Release    string           `json:"release"`
	Set        *customer.Change `json:"set"`     // facts that became known
	Manager    string           `json:"manager"` // who cares for it beside its owner
	Plan       string           `json:"plan"`    // the tier whose playbook was taken on
}

// A Pair is what comes next, and in how many days: ["…", 3].
type Pair struct {
	What string
	Days int
}

func (p *Pair) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&p.What, &p.Days})
}

// Vowed is a promise: ["us", "…", 7, true].
type Vowed struct {
	By, What string
	Days     int
	Kept     *bool
}

func (v *Vowed) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&v.By, &v.What, &v.Days, &v.Kept})
}
