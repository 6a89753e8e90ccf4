// Package feedback keeps what customers think of us, what was done about it, how satisfied
// they were, and what we do better since.
package feedback

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
	read   = db.See(string(access.FeedbackRead))
	write  = db.Add(string(access.FeedbackWrite))
	remove = db.Change(string(access.FeedbackWrite))

	// Table of feedback: whoever may add to a customer writes it down and handles it, a
	// collaborator too. Only who may change the customer takes it away. A deleted row stays,
	// out of every query, until its customer is purged.
	Table = db.Through("feedback", "customer_id", customer.Table, db.Rights{See: read, Add: write, Change: write}).
		Guard("owner_id", "creator_id", "state", "closed_at", "responded_at", "imported", "deleted_at")
	// Measures belong to their feedback, whose entry tells of them.
	Measures = db.Through("feedback_measures", "customer_id", customer.Table, db.Rights{See: read, Add: write, Change: write}).Quiet()

	record = Table.Setter(write, "owner_id", "creator_id", "state", "closed_at", "responded_at", "imported")
	give   = Table.Setter(write, "owner_id")
	step   = Table.Setter(write, "state", "closed_at", "responded_at")
	hide   = Table.Setter(remove, "deleted_at")
)

// States of feedback.
const (
	Open       = "open"
	InProgress = "in_progress"
	ToRevisit  = "to_revisit"
	Closed     = "closed"
)

// Kinds of feedback.
const (
	Complaint  = "complaint"
	Suggestion = "suggestion"
	Praise     = "praise"
)

// follows says which state may follow which: a return visit comes after something was
// done, and what is closed is handled again before it is closed anew.
var follows = map[string][]string{
	Open:       {InProgress, Closed},
	InProgress: {Open, ToRevisit, Closed},
	ToRevisit:  {InProgress, Closed},
	Closed:     {InProgress, ToRevisit},
}

// MayFollow says whether feedback may go from one state to another.
func MayFollow(from, to string) bool { return from == to || slices.Contains(follows[from], to) }

// IsOpen says whether somebody still has to do something.
func IsOpen(state string) bool { return state != Closed }

// Best is the highest satisfaction: very satisfied. 1 is very dissatisfied, and 0 says that nobody has told.
const Best = 5

// Feedback as its readers see it.
type Feedback struct {
	ID           string     `db:"id" json:"id"`
	Code         string     `db:"code" json:"code" field:"text,class=internal,filter,default,readonly"`
	CustomerID   string     `db:"customer_id" json:"customer_id" field:"customer,class=internal,filter,default,required"`
	CustomerName api.Text   `db:"customer_name" json:"customer_name"`
	Kind         string     `db:"kind" json:"kind" field:"choice,dict=feedback_type,class=internal,filter,default,required"`
	Topic        api.Text   `db:"topic" json:"topic" field:"choice,dict=feedback_topic,class=internal,filter,default"`
	Description  string     `json:"description" field:"long_text,class=personal,see=free_text,default,required"`
	Handling     api.Text   `json:"handling" field:"long_text,class=personal,see=free_text,list"`
	Result       api.Text   `json:"result" field:"long_text,class=personal,see=free_text,list"`
	Satisfaction int64      `db:"satisfaction" json:"satisfaction" minimum:"0" maximum:"5" doc:"1 very dissatisfied … 5 very satisfied; 0 while nobody has said." field:"integer,class=internal,filter,sort,default"`
	FeedbackAt   api.Time   `db:"feedback_at" json:"feedback_at" field:"datetime,class=internal,filter,sort,default,required"`
	OwnerID      api.Ref    `db:"owner_id" json:"owner_id" field:"user,class=internal,filter,default,null"`
	OwnerName    api.Text   `db:"owner_name" json:"owner_name"`
	State        string     `db:"state" json:"state" field:"choice,dict=feedback_state,class=internal,filter,default"`
	Measures     []Measure  `json:"measures" field:"rows,class=personal,see=free_text"`
	CreatorID    api.Ref    `db:"creator_id" json:"creator_id" field:"user,class=internal,filter,list,readonly,null"`
	CreatorName  api.Text   `db:"creator_name" json:"creator_name"`
	CreatedAt    api.Time   `db:"created_at" json:"created_at" field:"datetime,class=internal,list,readonly"`
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

func (f Feedback) Revision() int64  { return f.Version }
func (f Feedback) RecordID() string { return f.ID }

// Catalogue of feedback.
var Catalogue = customfield.Read[Feedback]("feedback", "f")

// A Measure is what we do better: by whom, until when, and when it was done.
type Measure struct {
	ID        string   `json:"id,omitempty" maxLength:"64" doc:"Of one that stands already."`
	What      string   `json:"what" minLength:"1" maxLength:"500"`
	OwnerID   string   `json:"owner_id,omitempty" maxLength:"64" doc:"Left out: whoever looks after the feedback."`
	OwnerName api.Text `json:"owner_name,omitempty" readOnly:"true"`
	DueOn     string   `json:"due_on,omitempty" maxLength:"10" doc:"YYYY-MM-DD"`
	DoneOn    string   `json:"done_on,omitempty" maxLength:"10" doc:"YYYY-MM-DD; left out while it is not done."`
}

// New is what a caller says of one.
type New struct {
	CustomerID   string    `json:"customer_id,omitempty" maxLength:"64" doc:"Left out where the path names the customer."`
	Kind         string    `json:"kind" minLength:"1" maxLength:"40"`
	Topic        string    `json:"topic,omitempty" maxLength:"40"`
	Description  string    `json:"description" minLength:"1" maxLength:"10000"`
	Handling     string    `json:"handling,omitempty" maxLength:"10000"`
	Result       string    `json:"result,omitempty" maxLength:"10000"`
	Satisfaction int64     `json:"satisfaction,omitempty" minimum:"0" maximum:"5"`
	FeedbackAt   api.Time  `json:"feedback_at,omitempty" doc:"Left out: now. Not in the future."`
	OwnerID      string    `json:"owner_id,omitempty" maxLength:"64" doc:"Left out: whoever writes it down."`
	State        string    `json:"state,omitempty" maxLength:"40" doc:"Left out: open."`
	Measures     []Measure `json:"measures,omitempty" maxItems:"20"`
	AcceptVague  bool      `json:"accept_vague,omitempty" doc:"Save it although a better wording was offered."`

	Custom map[string]any `json:"custom,omitempty" doc:"Values of the company's own fields, by name."`

	// Of imports: that it is history, and when it was closed.
	Imported bool     `json:"-"`
	Ended    api.Time `json:"-"`
}

// Change is what a caller may change; a state with it has to follow the one that stands.
type Change struct {
	Kind         api.Opt[string]    `json:"kind,omitempty,omitzero" maxLength:"40"`
	Topic        api.Opt[string]    `json:"topic,omitempty,omitzero" maxLength:"40"`
	Description  api.Opt[string]    `json:"description,omitempty,omitzero" maxLength:"10000"`
	Handling     api.Opt[string]    `json:"handling,omitempty,omitzero" maxLength:"10000"`
	Result       api.Opt[string]    `json:"result,omitempty,omitzero" maxLength:"10000"`
	Satisfaction api.Opt[int64]     `json:"satisfaction,omitempty,omitzero" minimum:"0" maximum:"5"`
	FeedbackAt   api.Opt[api.Time]  `json:"feedback_at,omitempty,omitzero"`
	OwnerID      api.Opt[string]    `json:"owner_id,omitempty,omitzero" maxLength:"64"`
	State        api.Opt[string]    `json:"state,omitempty,omitzero" maxLength:"40"`
	Measures     api.Opt[[]Measure] `json:"measures,omitempty,omitzero" maxItems:"20" doc:"All of them, as they are to stand."`
	AcceptVague  bool               `json:"accept_vague,omitempty"`

	Custom map[string]any `json:"custom,omitempty" doc:"Values of the company's own fields, by name; null clears, what is left out stays."`

	// Of an import undone: the closing that stood before; no rule of states holds it up.
	Back *int64 `json:"-"`
}

// texts are sealed together under the customer's key.
type texts struct {
	Description string `json:"description"`
	Handling    string `json:"handling,omitempty"`
	Result      string `json:"result,omitempty"`
}

func place(id string) string { return "feedback/texts/" + id }

// complete fills in what a caller left out.
func (in *New) complete(now time.Time) {
	in.Description, in.Handling, in.Result = strings.TrimSpace(in.Description), strings.TrimSpace(in.Handling), strings.TrimSpace(in.Result)
	if in.State == "" {
		in.State = Open
	}
	if in.FeedbackAt == 0 {
		in.FeedbackAt = api.On(now)
	}
}

// Judged finds what is wrong with feedback.
func (in New) Judged(j *desk.Judge, now time.Time) error {
	in.complete(now)
	j.Choice("kind", "feedback_type", in.Kind, true)
	j.Choice("topic", "feedback_topic", in.Topic, false)
	j.Choice("state", "feedback_state", in.State, true)
	j.Said("description", in.Description, true, in.AcceptVague, in.Imported)
	j.Said("handling", in.Handling, false, in.AcceptVague, in.Imported)
	j.Said("result", in.Result, false, in.AcceptVague, in.Imported)
	if in.Satisfaction < 0 || in.Satisfaction > Best {
		j.Refuse("satisfaction", "invalid", nil)
	}
	soon := now.Add(time.Minute) // for clocks that differ
	if in.FeedbackAt.Time().After(soon) {
		j.Refuse("feedback_at", "in_future", nil)
	}
	if in.Ended.Time().After(soon) {
		j.Refuse("closed_at", "in_future", nil)
	}
	if in.Ended > 0 && in.FeedbackAt > in.Ended {
		j.Refuse("closed_at", "before_start", nil)
	}
	for _, m := range in.Measures {
		if strings.TrimSpace(m.What) == "" {
			j.Refuse("measures", "required", nil)
		}
		for _, day := range []string{m.DueOn, m.DoneOn} {
			if _, err := time.Parse(time.DateOnly, day); err != nil && day != "" {
				j.Refuse("measures", "invalid", nil)
			}
		}
		if m.DoneOn > soon.AddDate(0, 0, 1).Format(time.DateOnly) {
			j.Refuse("measures", "in_future", nil)
		}
	}
	return j.Err()
}
