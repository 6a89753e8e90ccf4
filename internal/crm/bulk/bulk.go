// Package bulk does one thing to many customers: each by the same road as alone, in a unit of
// its own, so that one refusal stops no other; and undoes all of it as one.
package bulk

import (
	"encoding/json"
	"maps"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/archive"
	"zhike/internal/crm/collaborator"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/pool"
	"zhike/internal/crm/segment"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var (
	mine = db.Rights{See: db.See(string(access.Self)), Add: db.Add(string(access.Self)), Change: db.Change(string(access.Self))}

	// Operations, each of who began it alone.
	Operations = db.Owned("operations", mine, db.Columns{Owner: "owner_id", Department: "department_id"}).Quiet()
	Items      = db.Internal("operation_items").Quiet()
)

// Job is the kind of job that works on an operation.
const Job = "bulk.work"

// The states of an operation, and of one of its records.
const (
	Running = "running"
	Done    = "done"
	Undoing = "undoing"
	Undone  = "undone"

	Waiting = "waiting"
	Refused = "refused"
	Kept    = "kept" // it was changed since, and stays as it is
)

// Most is how many customers one operation takes.
const Most = 10_000

// A Record as the caller saw it.
type Record struct {
	ID      string `json:"id" minLength:"1" maxLength:"64"`
	Version int64  `json:"version" minimum:"1"`
}

// A Choice says of which customers: those named, or all that a filter finds, of which the
// caller says how many he saw.
type Choice struct {
	Records  []Record `json:"records,omitempty" maxItems:"10000"`
	Filter   string   `json:"filter,omitempty" maxLength:"8192"`
	Q        string   `json:"q,omitempty" maxLength:"200"`
	Expected *int64   `json:"expected_count,omitempty" minimum:"0"`
}

// What is done to each of them.
type (
	Transfer struct {
		Choice
		customer.Transfer
	}
	Tag struct {
		Choice
		Add    []string `json:"add,omitempty" maxItems:"30"`
		Remove []string `json:"remove,omitempty" maxItems:"30"`
	}
	// Change sets fields that are one word or choice. A text, a number or a name is each customer's own.
	Change struct {
		Choice
		Set map[string]any `json:"set" doc:"grade, intent, source, urgency, strategic, follow_state, account_manager_id, trade; and custom, with values of the company's own fields by name: choices, yes or no, days, colleagues, regions"`
	}
	Collaborate struct {
		Choice
		collaborator.New
	}
	Release struct {
		Choice
		pool.Release
	}
	Playbook struct {
		Choice
		segment.Taking
	}
	Archive struct {
		Choice
		archive.Putting
	}
	// Check confirms that what is known of each is so.
	Check struct{ Choice }
)

// settable are the fields that many customers may be given at once.
var settable = map[string]bool{"grade": true, "intent": true, "source": true, "urgency": true, "strategic": true, "follow_state": true, "account_manager_id": true, "trade": true}

// ours are the kinds of the company's own fields that many may be given at once.
var ours = []customfield.Kind{customfield.Choice, customfield.Choices, customfield.Boolean, customfield.Date, customfield.User, customfield.Region}

// settles says whether all that is set may be set of many at once.
func (s *Service) settles(tx *db.Tx, set map[string]any) error {
	unknown := func(field string) error {
		return fault.Rule("unknown_field", "set").With(map[string]any{"field": field})
	}
	for field, v := range set {
		if field != "custom" {
			if !settable[field] {
				return unknown(field)
			}
			continue
		}
		values, _ := v.(map[string]any)
		all, err := s.Customers.Own.Of(tx, "customer")
		if err != nil {
			return err
		}
		if len(values) == 0 {
			return fault.Rule("invalid", "set")
		}
		for name := range values {
			if !slices.ContainsFunc(all, func(f own.Field) bool {
				return f.Name == name && f.Active && f.Sees(tx.Who().(access.Actor)) && slices.Contains(ours, f.Kind)
			}) {
				return unknown(name)
			}
		}
	}
	return nil
}

// without is what is set, with nothing as it is told: null.
func without(set map[string]any) map[string]any {
	out := maps.Clone(set)
	for field, v := range out {
		if v == "" {
			out[field] = nil
		}
		if custom, ok := v.(map[string]any); ok {
			out[field] = without(custom)
		}
	}
	return out
}

// fieldsOf are the values that stand in the fields to be set.
func fieldsOf(c customer.Customer, set map[string]any) (map[string]any, error) {
	if set == nil {
		return nil, nil
	}
	text, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	out := map[string]any{}
	for field, v := range set {
		out[field] = all[field]
		if custom, ok := v.(map[string]any); ok { // of the company's own fields, those that are set
			stands, _ := all[field].(map[string]any)
			only := map[string]any{}
			for name := range custom {
				only[name] = stands[name]
			}
			out[field] = only
		}
	}
	return out, nil
}

// An Act is what an operation keeps of what it does.
type Act struct {
	Transfer    *customer.Transfer  `json:"transfer,omitempty"`
	Add         []string            `json:"add,omitempty"`
	Remove      []string            `json:"remove,omitempty"`
	Set         map[string]any      `json:"set,omitempty"`
	Collaborate string              `json:"collaborate,omitempty"`
	Release     *pool.Release       `json:"release,omitempty"`
	Playbook    *segment.Taking     `json:"playbook,omitempty"`
	Archive     *archive.Putting    `json:"archive,omitempty"`
	Bound       []access.Permission `json:"bound,omitempty"` // of the token that asked
	Note        []byte              `json:"note,omitempty"`  // of a transfer or an archive, sealed
}

// change is the plain change that an act is for one customer, given what it has.
func (a Act) change(has []string) (in customer.Change, err error) {
	if a.Set != nil {
		text, err := json.Marshal(a.Set)
		if err != nil {
			return in, err
		}
		if json.Unmarshal(text, &in) != nil {
			return in, fault.Rule("invalid", "set")
		}
		return in, nil
	}
	tags := []string{}
	for _, t := range append(append([]string{}, has...), a.Add...) {
		if !slices.Contains(a.Remove, t) && !slices.Contains(tags, t) {
			tags = append(tags, t)
		}
	}
	in.Tags = api.Some(tags)
	return in, nil
}

// A was is what stood before one customer was changed.
type was struct {
	Owner  string         `json:"owner,omitempty"`
	Pool   string         `json:"pool,omitempty"`
	Tags   []string       `json:"tags,omitempty"`   // of those that the act puts on or takes off
	Fields map[string]any `json:"fields,omitempty"` // those that it sets
	Fresh  bool           `json:"fresh,omitempty"`  // a collaborator who was none
	Check  string         `json:"check,omitempty"`  // the check that was made
}

// An Operation as its user sees it.
type Operation struct {
	ID        string       `db:"id" json:"id"`
	Verb      string       `db:"verb" json:"verb" enum:"transfer,tag,change,collaborate,release,playbook,archive,check"`
	State     string       `db:"state" json:"state" enum:"running,done,undoing,undone"`
	Total     int64        `db:"total" json:"total"`
	Done      int64        `json:"done"`
	Waiting   int64        `json:"waiting"`
	CreatedAt api.Time     `db:"created_at" json:"created_at"`
	EndedAt   api.Time     `db:"ended_at" json:"ended_at"`
	Undoable  bool         `json:"undoable"`
	Problems  []Problem    `json:"problems" doc:"Records that were refused, or kept as they are when the rest was undone; the first thousand."`
	User      api.Ref      `db:"owner_id" json:"-"`
	Stored    db.JSON[Act] `db:"act" json:"-"`
}

func (o Operation) RecordID() string { return o.ID }

// A Problem is one record that was not done, and why.
type Problem struct {
	CustomerID string `db:"customer_id" json:"customer_id"`
	Name       string `json:"name"`
	Code       string `db:"code" json:"code"`
	Message    string `json:"message"`
}

// Begun answers a bulk verb: what to look at.
type Begun struct {
	Operation string `json:"operation_id"`
	Total     int64  `json:"total"`
}
