// Package keychange is 关键信息变更: what somebody else says of a customer's name, credit code or
// bank, or of a contact's name and numbers, waits for the customer's owner or an administrator, who
// sees side by side what stood, what stands and what is proposed.
//
// Everything else said in the same call takes effect at once. To fill what was empty loses nothing
// and waits for nobody; so does the first contact of a customer. A request is of one person about
// one record: what he asks besides while it is open is joined to it. On acceptance it is written by
// the ordinary road with its ordinary rules, in the name of who accepts. What is proposed lies sealed
// under the customer's key, and is forgotten once the request is settled: the masks stay.
package keychange

import (
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/notice"
	"zhike/internal/base/setting"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/keychange/held"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Table of requests, each reached as its customer is; who changes one by key.decide are administrators.
var Table = db.Through("key_changes", "customer_id", customer.Table,
	db.Rights{See: db.See(string(access.CustomerRead)), Add: db.Change(string(access.CustomerWrite)), Change: db.Change(string(access.KeyDecide))}).
	Guard("asker_id", "state", "decided_by", "decided_at", "note", "sealed")

var (
	ask    = Table.Setter(db.Add(string(access.CustomerWrite)), "asker_id", "state", "sealed")
	joined = Table.Setter(db.Change(string(access.KeyDecide)), "sealed")
	settle = Table.Setter(db.Change(string(access.KeyDecide)), "state", "decided_by", "decided_at", "note", "sealed")
)

// Mode is the company's choice whose word waits.
var Mode = setting.Choice("key_changes.mode", held.Others, held.Everybody, held.Off)

var program = access.Program("keychange")

// OfCustomer is the kind of request about a customer itself; those about its people are directory's.
const OfCustomer = "customer"

// The states of a request. Moot: the contact it was about is gone.
const (
	Open      = "open"
	Accepted  = "accepted"
	Declined  = "declined"
	Withdrawn = "withdrawn"
	Moot      = "moot"
)

// The kinds of notices from here.
const (
	asked    = "key_change"
	accepted = "key_change_accepted"
	declined = "key_change_declined"
)

// Kinds as base/notice knows them.
var Kinds = []notice.Kind{{Code: asked, Always: true, Mail: true}, {Code: accepted}, {Code: declined, Always: true}}

var (
	errSettled = fault.New(fault.Conflict, "key_change_settled")
	errReason  = fault.Rule("required", "note")
)

// A Shown field is one that is to change, as this viewer may read it: numbers and addresses masked.
type Shown struct {
	Name  string   `json:"name" doc:"The field; contact for a contact who is added or removed."`
	Was   api.Text `json:"was" doc:"As it stood when it was asked."`
	Now   api.Text `json:"now" doc:"As it stands."`
	Will  api.Text `json:"will" doc:"As it is to be."`
	Alike bool     `json:"alike" doc:"The masks read alike: what differs is hidden by them."`
	Full  bool     `json:"full" doc:"What is proposed can be asked for in full by reveal."`
}

// A Request is one word of somebody that waits, or waited.
type Request struct {
	ID            string   `db:"id" json:"id"`
	CustomerID    string   `db:"customer_id" json:"customer_id"`
	CustomerName  string   `db:"customer_name" json:"customer_name"`
	ContactID     api.Ref  `db:"contact_id" json:"contact_id"`
	ContactName   api.Text `json:"contact_name" doc:"Of whom; null of the customer itself."`
	Kind          string   `db:"kind" json:"kind" enum:"customer,contact,contact_add,contact_drop"`
	Fields        []Shown  `json:"fields"`
	AskerID       string   `db:"asker_id" json:"asker_id"`
	AskerName     api.Text `db:"asker_name" json:"asker_name"`
	AskedAt       api.Time `db:"asked_at" json:"asked_at"`
	State         string   `db:"state" json:"state" enum:"open,accepted,declined,withdrawn,moot"`
	WaitsFor      api.Text `json:"waits_for" doc:"Who decides: the owner, or his leader; null for an administrator."`
	DecidedByName api.Text `db:"decided_by_name" json:"decided_by_name"`
	DecidedAt     api.Time `db:"decided_at" json:"decided_at"`
	Note          api.Text `json:"note" doc:"Why it was declined."`
	MayDecide     bool     `json:"may_decide"`
	MayWithdraw   bool     `json:"may_withdraw"`
	Version       int64    `db:"version" json:"version"`

	CustomerKind string                `db:"customer_kind" json:"-"`
	CodeNow      string                `db:"code_now" json:"-"`
	CustomNow    customer.Custom       `db:"custom_now" json:"-"`
	Archived     bool                  `db:"archived" json:"-"`
	Owner        api.Ref               `db:"owner_id" json:"-"`
	OwnerName    api.Text              `db:"owner_name" json:"-"`
	Leader       api.Ref               `db:"leader_id" json:"-"`
	LeaderName   api.Text              `db:"leader_name" json:"-"`
	Kept         db.JSON[[]held.Field] `db:"fields" json:"-"`
	Sealed       []byte                `db:"sealed" json:"-"`
	NoteSealed   []byte                `db:"note" json:"-"`
	decides      bool
}

func (r Request) Revision() int64  { return r.Version }
func (r Request) RecordID() string { return r.ID }

// A proposal is what lies sealed: what is to be, as it was said, and by which name the record went.
type proposal struct {
	Customer *customer.Change `json:"customer,omitempty"`
	Contact  *contact.Change  `json:"contact,omitempty"`
	Name     string           `json:"name,omitempty"`
}

// name is what the record is to be called; "" where its name stays.
func (p proposal) name() string {
	switch {
	case p.Customer != nil:
		return p.Customer.Name.V
	case p.Contact != nil:
		return p.Contact.Name.V
	}
	return ""
}

// value is what is proposed for a field whose value lists mask.
func (p proposal) value(field string) string {
	if p.Contact != nil {
		return p.Contact.Value(field)
	}
	if p.Customer != nil {
		s, _ := p.Customer.Custom[field].(string)
		return s
	}
	return ""
}

func place(id string) string     { return "key_changes/sealed/" + id }
func placeNote(id string) string { return "key_changes/note/" + id }

// Query of what waits for the viewer or, mine, of what he asked.
type Query struct {
	State  string `query:"state" enum:"open,settled" default:"open"`
	Mine   bool   `query:"mine" doc:"What I asked; left out: what waits for me, or what I decided."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"2000"`
}

// Decline says why.
type Decline struct {
	Note string `json:"note" maxLength:"500" doc:"Why; who asked reads it."`
}

// Reveal asks to see what is proposed for one field in full, by the rules and the quota of a contact's numbers.
type Reveal struct {
	Field  string `json:"field" maxLength:"40"`
	Reason string `json:"reason" minLength:"2" maxLength:"200"`
}

// shownFor is how long a screen shows a revealed value.
const shownFor = time.Minute

// Routes are the operations on key changes.
func (s *Service) Routes(r *api.Router) {
	at := func(path string, may access.Permission) api.Op { return api.Op{Path: path, May: may, On: Table} }
	api.List(r, api.Op{Path: "/key-changes", May: access.CustomerRead}, s.List)
	api.ListUnder(r, api.Op{Path: "/customers/{id}/key-changes", May: access.CustomerRead, On: customer.Table}, s.Of)
	api.Get(r, at("/key-changes/{id}", access.CustomerRead), s.Get)
	api.Act(r, at("/key-changes/{id}/accept", access.CustomerWrite), s.Accept)
	api.Do(r, at("/key-changes/{id}/decline", access.CustomerWrite), s.Decline)
	api.Act(r, at("/key-changes/{id}/withdraw", access.CustomerWrite), s.Withdraw)
	reveal := at("/key-changes/{id}/reveal", access.SensitiveReveal)
	reveal.Loose = true
	api.Do(r, reveal, s.Reveal)
}

// Whether a contact's own kinds are told of.
func peoples(kind string) bool {
	return kind == directory.Changing || kind == directory.Adding || kind == directory.Removing
}
