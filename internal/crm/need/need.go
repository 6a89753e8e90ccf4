// Package need keeps what customers want of us: an answer about a product, help with what
// they have, something made for them.
package need

import (
	"slices"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/desk"
	"zhike/internal/platform/db"
)

var (
	read   = db.See(string(access.NeedRead))
	write  = db.Add(string(access.NeedWrite))
	remove = db.Change(string(access.NeedWrite))

	// Table of needs: whoever may add to a customer records one and answers it, a collaborator
	// too. Only who may change the customer takes one away. A deleted row stays, out of every
	// query, until its customer is purged.
	Table = db.Through("needs", "customer_id", customer.Table, db.Rights{See: read, Add: write, Change: write}).
		Guard("owner_id", "creator_id", "state", "closed_at", "responded_at", "imported", "deleted_at")

	record = Table.Setter(write, "owner_id", "creator_id", "state", "closed_at", "responded_at", "imported")
	give   = Table.Setter(write, "owner_id")
	step   = Table.Setter(write, "state", "closed_at", "responded_at")
	hide   = Table.Setter(remove, "deleted_at")
)

// States of a need.
const (
	Open       = "open"
	InProgress = "in_progress"
	Done       = "done"
	Closed     = "closed"
)

// follows says which state may follow which: what is over is opened again before it ends
// another way, but what is done may be closed.
var follows = map[string][]string{
	Open:       {InProgress, Done, Closed},
	InProgress: {Open, Done, Closed},
	Done:       {Open, InProgress, Closed},
	Closed:     {Open, InProgress},
}

// MayFollow says whether a need may go from one state to another.
func MayFollow(from, to string) bool { return from == to || slices.Contains(follows[from], to) }

// IsOpen says whether somebody still has to do something.
func IsOpen(state string) bool { return state == Open || state == InProgress }

// A Need as its readers see it.
type Need struct {
	ID           string     `db:"id" json:"id"`
	Code         string     `db:"code" json:"code" field:"text,class=internal,filter,default,readonly"`
	CustomerID   string     `db:"customer_id" json:"customer_id" field:"customer,class=internal,filter,default,required"`
	CustomerName api.Text   `db:"customer_name" json:"customer_name"`
	Kind         string     `db:"kind" json:"kind" field:"choice,dict=need_type,class=internal,filter,default,required"`
	Description  string     `json:"description" field:"long_text,class=personal,see=free_text,default,required"`
	Priority     string     `db:"priority" json:"priority" field:"choice,dict=priority,class=internal,filter,default,required"`
	Solution     api.Text   `json:"solution" field:"long_text,class=personal,see=free_text,list"`
	OwnerID      api.Ref    `db:"owner_id" json:"owner_id" field:"user,class=internal,filter,default,required,null"`
	OwnerName    api.Text   `db:"owner_name" json:"owner_name"`
	State        string     `db:"state" json:"state" field:"choice,dict=done_state,class=internal,filter,default,required"`
	CreatorID    api.Ref    `db:"creator_id" json:"creator_id" field:"user,class=internal,filter,list,readonly,null"`
	CreatorName  api.Text   `db:"creator_name" json:"creator_name"`
	CreatedAt    api.Time   `db:"created_at" json:"created_at" field:"datetime,class=internal,filter,sort,default,readonly"`
	ClosedAt     api.Time   `db:"closed_at" json:"closed_at" field:"datetime,class=internal,filter,sort,list,readonly"`
	RespondedAt  api.Time   `db:"responded_at" json:"responded_at" field:"datetime,class=internal,filter,sort,list,readonly" doc:"When it was first taken in hand."`
	Imported     bool       `db:"imported" json:"imported" field:"boolean,class=internal,filter,list,readonly"`
	May          May        `json:"may"`
	Custom       own.Custom `db:"custom" json:"custom" doc:"The company's own fields, by name."`
	Version      int64      `db:"version" json:"version"`

	own.Beside
	Sealed       []byte `db:"texts" json:"-"`
	CustomerKind string `db:"customer_kind" json:"-"`
}

// May is what this viewer may do with this record.
type May struct {
	Change bool     `json:"change"`
	Delete bool     `json:"delete"`
	States []string `json:"states" doc:"Those that may follow."`
}

func (n Need) Revision() int64  { return n.Version }
func (n Need) RecordID() string { return n.ID }

// Catalogue of needs.
var Catalogue = customfield.Read[Need]("need", "n")

// New is what a caller says of one.
type New struct {
	CustomerID  string `json:"customer_id,omitempty" maxLength:"64" doc:"Left out where the path names the customer."`
	Kind        string `json:"kind" minLength:"1" maxLength:"40"`
	Description string `json:"description" minLength:"1" maxLength:"10000"`
	Priority    string `json:"priority,omitempty" maxLength:"40" doc:"Left out: medium."`
	Solution    string `json:"solution,omitempty" maxLength:"10000"`
	OwnerID     string `json:"owner_id,omitempty" maxLength:"64" doc:"Left out: whoever records it."`
	State       string `json:"state,omitempty" maxLength:"40" doc:"Left out: open."`
	AcceptVague bool   `json:"accept_vague,omitempty" doc:"Save it although a better wording was offered."`

	Custom map[string]any `json:"custom,omitempty" doc:"Values of the company's own fields, by name."`

	// Of imports: that it is history, and when it began and ended.
	Imported bool     `json:"-"`
	Created  api.Time `json:"-"`
	Ended    api.Time `json:"-"`
}

// Change is what a caller may change; a state with it has to follow the one that stands.
type Change struct {
	Kind        api.Opt[string] `json:"kind,omitempty,omitzero" maxLength:"40"`
	Description api.Opt[string] `json:"description,omitempty,omitzero" maxLength:"10000"`
	Priority    api.Opt[string] `json:"priority,omitempty,omitzero" maxLength:"40"`
	Solution    api.Opt[string] `json:"solution,omitempty,omitzero" maxLength:"10000"`
	OwnerID     api.Opt[string] `json:"owner_id,omitempty,omitzero" maxLength:"64"`
	State       api.Opt[string] `json:"state,omitempty,omitzero" maxLength:"40"`
	AcceptVague bool            `json:"accept_vague,omitempty"`

	Custom map[string]any `json:"custom,omitempty" doc:"Values of the company's own fields, by name; null clears, what is left out stays."`

	// Of an import undone: the closing that stood before; no rule of states holds it up.
	Back *int64 `json:"-"`
}

// texts are sealed together under the customer's key.
type texts struct {
	Description string `json:"description"`
	Solution    string `json:"solution,omitempty"`
}

func place(id string) string { return "needs/texts/" + id }

// complete fills in what a caller left out.
func (in *New) complete() {
	in.Description, in.Solution = strings.TrimSpace(in.Description), strings.TrimSpace(in.Solution)
	if in.Priority == "" {
		in.Priority = "medium"
	}
	if in.State == "" {
		in.State = Open
	}
}

// Judged finds what is wrong with a need.
func (in New) Judged(j *desk.Judge, now time.Time) error {
	in.complete()
	j.Choice("kind", "need_type", in.Kind, true)
	j.Choice("priority", "priority", in.Priority, true)
	j.Choice("state", "done_state", in.State, true)
	j.Said("description", in.Description, true, in.AcceptVague, in.Imported)
	j.Said("solution", in.Solution, false, in.AcceptVague, in.Imported)
	soon := now.Add(time.Minute) // for clocks that differ
	if in.Created.Time().After(soon) {
		j.Refuse("created_at", "in_future", nil)
	}
	if in.Ended.Time().After(soon) {
		j.Refuse("closed_at", "in_future", nil)
	}
	if in.Ended > 0 && in.Created > in.Ended {
		j.Refuse("closed_at", "before_start", nil)
	}
	return j.Err()
}
