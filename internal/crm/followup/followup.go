// Package followup keeps what was said to a customer and by him, what was promised, and
// what comes next.
package followup

import (
	"encoding/json"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var (
	read  = db.See(string(access.FollowUpRead))
	write = db.Add(string(access.FollowUpWrite))

	// Table of follow-ups: whoever may add to a customer writes one, a collaborator too.
	Table       = db.Through("follow_ups", "customer_id", customer.Table, db.Rights{See: read, Add: write, Change: write}).Guard("author_id", "recorded_at", "late")
	corrections = db.Through("follow_up_corrections", "customer_id", customer.Table, db.Rights{See: read, Add: write})
	Promises    = db.Through("promises", "customer_id", customer.Table, db.Rights{See: read, Add: write, Change: write}).Guard("author_id", "kept", "settled_at")

	record = Table.Setter(write, "author_id", "recorded_at", "late", "imported")
	keep   = Promises.Setter(write, "kept", "settled_at", "author_id")
)

// A FollowUp as its readers see it.
type FollowUp struct {
	ID             string       `db:"id" json:"id"`
	Code           string       `db:"code" json:"code" field:"text,class=internal,filter,default,readonly"`
	CustomerID     string       `db:"customer_id" json:"customer_id" field:"customer,class=internal,filter,default,required"`
	CustomerName   api.Text     `db:"customer_name" json:"customer_name"`
	HappenedAt     api.Time     `db:"happened_at" json:"happened_at" field:"datetime,class=internal,filter,sort,default,required"`
	RecordedAt     api.Time     `db:"recorded_at" json:"recorded_at" field:"datetime,class=internal,filter,list,readonly"`
	Method         string       `db:"method" json:"method" field:"choice,dict=method,class=internal,filter,default,required"`
	Kind           string       `db:"kind" json:"kind" field:"choice,dict=follow_up_kind,class=internal,filter,list"`
	Outcome        api.Text     `db:"outcome" json:"outcome" field:"choice,dict=outcome,class=internal,filter,list"`
	Content        string       `json:"content" field:"long_text,class=personal,see=free_text,default,required"`
	Conclusion     api.Text     `json:"conclusion" field:"long_text,class=personal,see=free_text"`
	Quote          api.Text     `json:"quote" doc:"The customer's own words." field:"long_text,class=personal,see=free_text"`
	ContactIDs     api.Strings  `db:"contact_ids" json:"contact_ids"`
	Contacts       []Named      `json:"contacts"`
	CompanionIDs   api.Strings  `db:"companion_ids" json:"companion_ids"`
	Companions     []Named      `json:"companions"`
	NextStep       *Step        `json:"next_step"`
	NextFollowUpAt api.Time     `db:"next_follow_up_at" json:"next_follow_up_at" field:"datetime,class=internal,filter,list"`
	Promises       []Promise    `json:"promises"`
	AuthorID       api.Ref      `db:"author_id" json:"author_id" field:"user,class=internal,filter,default,readonly,null"`
	AuthorName     api.Text     `db:"author_name" json:"author_name"`
	Late           bool         `db:"late" json:"late" field:"boolean,class=internal,filter,list,readonly"`
	Imported       bool         `db:"imported" json:"imported" field:"boolean,class=internal,filter,list,readonly"`
	Correctable    bool         `json:"correctable" doc:"By its writer, for 24 hours; later by a correction."`
	Corrections    []Correction `json:"corrections"`
	Custom         own.Custom   `db:"custom" json:"custom" doc:"The company's own fields, by name."`
	Version        int64        `db:"version" json:"version"`

	own.Beside
	Sealed       []byte  `db:"texts" json:"-"`
	CustomerKind string  `db:"customer_kind" json:"-"`
	NextOwner    api.Ref `db:"next_owner_id" json:"-"`
	NextDue      string  `db:"next_due_on" json:"-"`
	NextTask     api.Ref `db:"next_task_id" json:"-"`
	CorrectedAt  int64   `db:"corrected_at" json:"-"`
}

func (f FollowUp) Revision() int64  { return f.Version }
func (f FollowUp) RecordID() string { return f.ID }

// Catalogue of follow-ups.
var Catalogue = customfield.Read[FollowUp]("follow-up", "f")

// Named is somebody by his name.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// A Step is what is to be done next; it stands as a task.
type Step struct {
	What    string  `json:"what" minLength:"1" maxLength:"200"`
	OwnerID api.Ref `json:"owner_id,omitempty" maxLength:"64" doc:"Left out: the writer."`
	DueOn   string  `json:"due_on" minLength:"10" maxLength:"10" doc:"YYYY-MM-DD"`
	TaskID  api.Ref `json:"task_id,omitempty" readOnly:"true"`
}

// A Promise was made by us or by the customer.
type Promise struct {
	ID           string   `db:"id" json:"id"`
	By           string   `db:"promised_by" json:"by" enum:"us,customer"`
	What         string   `json:"what"`
	DueOn        api.Text `db:"due_on" json:"due_on"`
	Kept         *bool    `json:"kept" doc:"Null while it is open."`
	CustomerID   string   `db:"customer_id" json:"customer_id"`
	CustomerName api.Text `db:"customer_name" json:"customer_name"`
	FollowUpID   string   `db:"follow_up_id" json:"follow_up_id"`
	AuthorID     string   `db:"author_id" json:"author_id"`

	Sealed       []byte `db:"texts" json:"-"`
	State        int64  `db:"kept" json:"-"`
	CustomerKind string `db:"customer_kind" json:"-"`
}

// A Correction keeps what stood before.
type Correction struct {
	ID      string   `db:"id" json:"id"`
	At      api.Time `db:"at" json:"at"`
	ByName  api.Text `db:"by_name" json:"by_name"`
	Content string   `json:"content" doc:"As it stood before this correction."`
	Reason  string   `json:"reason"`

	FollowUp string `db:"follow_up_id" json:"-"`
	Sealed   []byte `db:"texts" json:"-"`
}

// texts are sealed together under the customer's key.
type texts struct {
	Content    string `json:"content,omitempty"`
	Conclusion string `json:"conclusion,omitempty"`
	Quote      string `json:"quote,omitempty"`
	Next       string `json:"next,omitempty"`
	Reason     string `json:"reason,omitempty"` // of a correction
}

// New is what a caller says of a talk.
type New struct {
	HappenedAt     api.Time     `json:"happened_at,omitempty" doc:"Left out: now. Not in the future."`
	Method         string       `json:"method" minLength:"1" maxLength:"40"`
	Kind           string       `json:"kind,omitempty" maxLength:"40"`
	Outcome        string       `json:"outcome,omitempty" maxLength:"40"`
	Content        string       `json:"content,omitempty" maxLength:"10000" doc:"Left out where an outcome says it all."`
	Conclusion     string       `json:"conclusion,omitempty" maxLength:"2000"`
	Quote          string       `json:"quote,omitempty" maxLength:"10000"`
	ContactIDs     []string     `json:"contact_ids,omitempty" maxItems:"20"`
	CompanionIDs   []string     `json:"companion_ids,omitempty" maxItems:"20"`
	NextStep       *Step        `json:"next_step,omitempty"`
	NextFollowUpAt api.Time     `json:"next_follow_up_at,omitempty"`
	Promises       []NewPromise `json:"promises,omitempty" maxItems:"20"`
	AcceptVague    bool         `json:"accept_vague,omitempty" doc:"Save it although a better wording was offered."`

	Custom map[string]any `json:"custom,omitempty" doc:"Values of the company's own fields, by name."`

	// Of imports and generators: who wrote it, and that it is history.
	Author   string `json:"-"`
	Imported bool   `json:"-"`
	Recorded int64  `json:"-"`
}

// NewPromise is a promise as a caller says it.
type NewPromise struct {
	By    string `json:"by" enum:"us,customer"`
	What  string `json:"what" minLength:"1" maxLength:"300"`
	DueOn string `json:"due_on,omitempty" maxLength:"10"`
}

// Change corrects a follow-up while it is fresh.
type Change struct {
	HappenedAt     api.Opt[api.Time] `json:"happened_at,omitempty,omitzero"`
	Method         api.Opt[string]   `json:"method,omitempty,omitzero" maxLength:"40"`
	Kind           api.Opt[string]   `json:"kind,omitempty,omitzero" maxLength:"40"`
	Outcome        api.Opt[string]   `json:"outcome,omitempty,omitzero" maxLength:"40"`
	Content        api.Opt[string]   `json:"content,omitempty,omitzero" maxLength:"10000"`
	Conclusion     api.Opt[string]   `json:"conclusion,omitempty,omitzero" maxLength:"2000"`
	Quote          api.Opt[string]   `json:"quote,omitempty,omitzero" maxLength:"10000"`
	NextFollowUpAt api.Opt[api.Time] `json:"next_follow_up_at,omitempty,omitzero"`
	AcceptVague    bool              `json:"accept_vague,omitempty"`

	Custom map[string]any `json:"custom,omitempty" doc:"Values of the company's own fields, by name; null clears, what is left out stays."`
}

// Late says that a talk was written down more than so many hours after it took place,
// by the server's clock; imported history is never late (DECISIONS 16).
func Late(happened, recorded time.Time, hours int64, imported bool) bool {
	return !imported && recorded.Sub(happened) > time.Duration(hours)*time.Hour
}

// Judge finds what is wrong with a talk; vague says that it holds a phrase for which
// a better wording is offered. label gives the words of an outcome.
func Judge(in *New, w *dictionary.Words, now time.Time, label func(string) string) (vague bool, err error) {
	var wrong []fault.Detail
	refuse := func(field, code string, params map[string]any) {
		wrong = append(wrong, fault.Detail{Field: field, Code: code, Params: params})
	}
	if in.HappenedAt == 0 {
		in.HappenedAt = api.On(now)
	}
	if in.HappenedAt.Time().After(now.Add(time.Minute)) { // a minute for clocks that differ
		refuse("happened_at", "in_future", nil)
	}
	if in.Kind == "" {
		in.Kind = "sales"
	}
	for _, c := range []struct{ field, dict, v string }{{"method", "method", in.Method}, {"kind", "follow_up_kind", in.Kind}, {"outcome", "outcome", in.Outcome}} {
		if c.v != "" && !w.Has(c.dict, c.v) {
			refuse(c.field, "invalid", nil)
		}
	}
	in.Content = strings.TrimSpace(in.Content)
	chip := in.Outcome != "" && (in.Content == "" || in.Content == label(in.Outcome))
	if chip {
		in.Content = label(in.Outcome)
	}
	ours := w.Vague()
	switch phrase, better, found := rule.BetterWording(in.Content, ours.Fine...); {
	case in.Content == "" && in.Quote == "":
		refuse("content", "required", nil)
	case chip: // the company's own word for what came of it
	case rule.VagueAmong(in.Content, ours.Further, ours.Fine):
		refuse("content", "vague", map[string]any{"better": ""})
	case found && (!in.AcceptVague || ours.Block && !in.Imported):
		refuse("content", "vague", map[string]any{"phrase": phrase, "better": better})
	default:
		vague = found
	}
	if rule.VagueAmong(in.Conclusion, ours.Further, ours.Fine) {
		refuse("conclusion", "vague", map[string]any{"better": ""})
	}
	if in.NextStep != nil {
		if _, err := time.Parse(time.DateOnly, in.NextStep.DueOn); err != nil {
			refuse("next_step.due_on", "invalid", nil)
		}
		if strings.TrimSpace(in.NextStep.What) == "" {
			refuse("next_step.what", "required", nil)
		}
	}
	for _, p := range in.Promises {
		if _, err := time.Parse(time.DateOnly, p.DueOn); err != nil && p.DueOn != "" {
			refuse("promises", "invalid", nil)
		}
	}
	return vague, fault.Fields(wrong)
}

func (t texts) seal(key interface{ Seal(string, []byte) []byte }, place string) ([]byte, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	return key.Seal(place, text), nil
}
