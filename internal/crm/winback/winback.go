// Package winback is 挽回计划: why a customer is about to leave, what is done about it, by whom
// and until when, and what came of it. A customer has one open plan.
package winback

import (
	"slices"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/desk"
	"zhike/internal/platform/db"
)

var (
	read  = db.See(string(access.FollowUpRead))
	write = db.Add(string(access.FollowUpWrite))

	// Table of plans: whoever may add to a customer opens one and works on it, a collaborator too.
	Table    = db.Through("win_backs", "customer_id", customer.Table, db.Rights{See: read, Add: write, Change: write}).Guard("owner_id", "creator_id", "state", "ended_on")
	Measures = db.Through("win_back_measures", "customer_id", customer.Table, db.Rights{See: read, Add: write, Change: write}).Quiet()

	record = Table.Setter(write, "owner_id", "creator_id", "state")
	give   = Table.Setter(write, "owner_id")
	finish = Table.Setter(write, "state", "ended_on")
)

// States of a plan.
const (
	Open    = "open"
	WonBack = "won_back"
	Failed  = "failed"
	GivenUp = "given_up"
)

var ends = []string{WonBack, Failed, GivenUp}

// A Plan as its readers see it.
type Plan struct {
	ID           string    `db:"id" json:"id"`
	CustomerID   string    `db:"customer_id" json:"customer_id"`
	CustomerName api.Text  `db:"customer_name" json:"customer_name"`
	SegmentID    api.Ref   `db:"segment_id" json:"segment_id" doc:"The tier whose playbook proposed it; null by hand."`
	Cause        string    `json:"cause"`
	Outcome      api.Text  `json:"outcome" doc:"What came of it, once it has ended."`
	OwnerID      api.Ref   `db:"owner_id" json:"owner_id"`
	OwnerName    api.Text  `db:"owner_name" json:"owner_name"`
	DueOn        api.Text  `db:"due_on" json:"due_on"`
	Overdue      bool      `json:"overdue"`
	State        string    `db:"state" json:"state" enum:"open,won_back,failed,given_up"`
	EndedOn      api.Text  `db:"ended_on" json:"ended_on"`
	Measures     []Measure `json:"measures"`
	CreatorName  api.Text  `db:"creator_name" json:"creator_name"`
	CreatedAt    api.Time  `db:"created_at" json:"created_at"`
	MayChange    bool      `json:"may_change"`
	Version      int64     `db:"version" json:"version"`

	Sealed []byte `db:"texts" json:"-"`
}

func (p Plan) Revision() int64  { return p.Version }
func (p Plan) RecordID() string { return p.ID }

// A Measure is one thing to be done: by whom, until when, and when it was done.
type Measure struct {
	ID        string   `json:"id,omitempty" maxLength:"64" doc:"Of one that stands already."`
	What      string   `json:"what" minLength:"1" maxLength:"500"`
	OwnerID   string   `json:"owner_id,omitempty" maxLength:"64" doc:"Left out: whoever has the plan."`
	OwnerName api.Text `json:"owner_name,omitempty" readOnly:"true"`
	DueOn     string   `json:"due_on,omitempty" maxLength:"10"`
	DoneOn    string   `json:"done_on,omitempty" maxLength:"10" doc:"Left out while it is not done."`
	Overdue   bool     `json:"overdue,omitempty" readOnly:"true"`
}

// New is what a caller says of a plan.
type New struct {
	Cause     string    `json:"cause" minLength:"1" maxLength:"5000"`
	Measures  []Measure `json:"measures,omitempty" maxItems:"20"`
	OwnerID   string    `json:"owner_id,omitempty" maxLength:"64" doc:"Left out: whoever opens it."`
	DueOn     string    `json:"due_on,omitempty" maxLength:"10"`
	SegmentID string    `json:"segment_id,omitempty" maxLength:"64" doc:"The tier whose playbook proposed it: the customer is in it."`
}

// Change is what a caller may change of an open plan.
type Change struct {
	Cause    api.Opt[string]    `json:"cause,omitempty,omitzero" maxLength:"5000"`
	Measures api.Opt[[]Measure] `json:"measures,omitempty,omitzero" maxItems:"20" doc:"All of them, as they are to stand."`
	OwnerID  api.Opt[string]    `json:"owner_id,omitempty,omitzero" maxLength:"64"`
	DueOn    api.Opt[string]    `json:"due_on,omitempty,omitzero" maxLength:"10"`
}

// End is how a plan ends.
type End struct {
	Result  string `json:"result" enum:"won_back,failed,given_up"`
	EndedOn string `json:"ended_on,omitempty" maxLength:"10" doc:"Left out: today. Not in the future."`
	Outcome string `json:"outcome" minLength:"1" maxLength:"5000"`
}

type texts struct {
	Cause   string `json:"cause"`
	Outcome string `json:"outcome,omitempty"`
}

type measureText struct {
	What string `json:"what"`
}

type measureRow struct {
	ID        string   `db:"id"`
	Plan      string   `db:"win_back_id"`
	Texts     []byte   `db:"texts"`
	OwnerID   api.Ref  `db:"owner_id"`
	OwnerName api.Text `db:"owner_name"`
	DueOn     string   `db:"due_on"`
	DoneOn    string   `db:"done_on"`
}

func place(id string) string        { return "win_backs/texts/" + id }
func measurePlace(id string) string { return "win_back_measures/texts/" + id }

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// judge finds what is wrong with a plan's parts; now is today, in the company's zone.
func judge(j *desk.Judge, cause, due string, all []Measure, today string) error {
	j.Said("cause", strings.TrimSpace(cause), true, true, false)
	if due != "" && !isDay(due) {
		j.Refuse("due_on", "invalid", nil)
	}
	for _, m := range all {
		switch {
		case strings.TrimSpace(m.What) == "":
			j.Refuse("measures", "required", nil)
		case m.DueOn != "" && !isDay(m.DueOn) || m.DoneOn != "" && !isDay(m.DoneOn):
			j.Refuse("measures", "invalid", nil)
		case m.DoneOn > today:
			j.Refuse("measures", "in_future", nil)
		}
	}
	return j.Err()
}

func ended(result string) bool { return slices.Contains(ends, result) }

const columns = `w.id, w.customer_id, c.name AS customer_name, w.segment_id, w.texts, w.owner_id, o.name AS owner_name, w.due_on, w.state, w.ended_on, m.name AS creator_name, w.created_at, w.version`
const people = `JOIN {customers c} ON c.id = w.customer_id LEFT JOIN {users o} ON o.id = w.owner_id LEFT JOIN {users m} ON m.id = w.creator_id`

var (
	get   = db.SQL(`SELECT `+columns+` FROM {win_backs w} `+people+` WHERE w.id = :id`, Table, customer.Table, account.Users)
	list  = db.SQL(`SELECT `+columns+` FROM {win_backs w} `+people+` WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, customer.Table, account.Users)
	stood = db.SQL(`SELECT w.id, w.created_at AS at FROM {win_backs w} WHERE w.customer_id = :customer AND w.created_at <= :before ORDER BY w.created_at DESC, w.id DESC LIMIT :most`, Table)

	measuresOf = db.SQL(`SELECT m.id, m.win_back_id, m.texts, m.owner_id, o.name AS owner_name, m.due_on, m.done_on FROM {win_back_measures m} LEFT JOIN {users o} ON o.id = m.owner_id
		WHERE m.win_back_id IN (:ids) ORDER BY m.win_back_id, m.position`, Measures, account.Users)
	dropMeasures  = db.SQL(`DELETE FROM {win_back_measures!change m} WHERE m.win_back_id = :plan`, Measures)
	purgeMeasures = db.SQL(`DELETE FROM {win_back_measures!change m} WHERE m.customer_id = :customer`, Measures)
	purge         = db.SQL(`DELETE FROM {win_backs!change w} WHERE w.customer_id = :customer`, Table)
)
