// Package review is 复盘: a page that is prepared for a team when a period has ended, with what
// came of it and what was left undone; the leader ticks customers as looked at, people comment,
// and closing keeps the figures as they were.
//
// A team is a department with everything below it. Whoever leads it opens and closes; who was
// of the team when a review was opened reads it, as far as he sees the customers in it.
// Figures are asked of crm/report through the eyes of whoever looks. What closing keeps is the
// whole team's, without the recycle bin: numbers, and the ids of the records behind them. A
// reader who leads the team is told the numbers; others are told how many of the kept records
// lie in their own reach, and names are always looked up anew.
package review

import (
	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/notice"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/report"
	"zhike/internal/platform/db"
)

var (
	read  = db.See(string(access.ReviewRead))
	join  = db.Add(string(access.ReviewRead)) // to comment: who was of the team may
	write = db.Change(string(access.ReviewWrite))
	sees  = db.See(string(access.CustomerRead))

	// Plans are of departments in reach; who leads one says how often.
	Plans = db.Owned("review_plans", db.Rights{See: read, Add: db.Add(string(access.ReviewWrite)), Change: write}, db.Columns{Department: "department_id"}).Guard("next_on")
	// Table of reviews: reached by department, and by who was of the team.
	Table = db.Owned("reviews", db.Rights{See: read, Add: db.Add(string(access.ReviewWrite)), Change: write},
		db.Columns{Department: "department_id", Members: "review_members", Member: "review_id"}).Guard("state", "figures", "closed_at", "closed_by")
	members = db.Through("review_members", "review_id", Table, db.Rights{See: read}).Quiet()
	// Rows are the records behind kept figures; each is reached as its customer is.
	Rows = db.Through("review_rows", "customer_id", customer.Table, db.Rights{See: sees}).Quiet()
	// Marks say that a customer was looked at; what was taken back stays as history.
	Marks = db.Through("review_marks", "customer_id", customer.Table, db.Rights{See: sees, Add: sees, Change: sees})
	// Comments belong to their review, and those on a customer are told to who sees it.
	Comments = db.Through("review_comments", "review_id", Table, db.Rights{See: read, Add: join})

	plan    = Plans.Setter(db.Add(string(access.ReviewWrite)), "department_id", "next_on")
	planned = Plans.Setter(write, "next_on")
	open    = Table.Setter(db.Add(string(access.ReviewWrite)), "department_id", "state", "figures")
	finish  = Table.Setter(write, "state", "figures", "closed_at", "closed_by")
)

// The program's own acts here: preparing what is due, and keeping the whole team's figures.
var program = access.Program("review")

// States of a review.
const (
	Open   = "open"
	Closed = "closed"
)

// The kinds of notices from here.
const (
	opened    = "review_opened"
	mentioned = "review_mention"
)

// Kinds as base/notice knows them.
var Kinds = []notice.Kind{{Code: opened, Mail: true}, {Code: mentioned}}

// A Plan says how often a department looks back.
type Plan struct {
	ID             string `db:"id" json:"id"`
	DepartmentID   string `db:"department_id" json:"department_id"`
	DepartmentName string `db:"department_name" json:"department_name"`
	Every          string `db:"every" json:"every" enum:"weekly,fortnightly,monthly,quarterly"`
	FirstOn        string `db:"first_on" json:"first_on" doc:"The first day of a period; the others are counted from it."`
	NextOn         string `db:"next_on" json:"next_on" doc:"The first day of the period whose review is opened next."`
	OpensOn        string `json:"opens_on" doc:"When that is: the day after the period's last."`
	Active         bool   `db:"active" json:"active"`
	MayChange      bool   `json:"may_change"`
	Version        int64  `db:"version" json:"version"`

	Creator api.Ref `db:"creator_id" json:"-"`
	Path    string  `db:"path" json:"-"`
}

func (p Plan) Revision() int64  { return p.Version }
func (p Plan) RecordID() string { return p.ID }

// NewPlan is what a caller says of one.
type NewPlan struct {
	DepartmentID string `json:"department_id" minLength:"1" maxLength:"64"`
	Every        string `json:"every" enum:"weekly,fortnightly,monthly,quarterly"`
	FirstOn      string `json:"first_on" minLength:"10" maxLength:"10"`
}

// ChangedPlan is what a caller may change.
type ChangedPlan struct {
	Every   api.Opt[string] `json:"every,omitempty,omitzero" enum:"weekly,fortnightly,monthly,quarterly"`
	FirstOn api.Opt[string] `json:"first_on,omitempty,omitzero" maxLength:"10"`
	Active  api.Opt[bool]   `json:"active,omitempty,omitzero"`
}

// A Review as a list shows it.
type Review struct {
	ID             string   `db:"id" json:"id"`
	DepartmentID   string   `db:"department_id" json:"department_id"`
	DepartmentName string   `db:"department_name" json:"department_name"`
	Every          api.Text `db:"every" json:"every" doc:"Of the plan that opened it; null by hand."`
	From           string   `db:"from_on" json:"from"`
	To             string   `db:"to_on" json:"to"`
	State          string   `db:"state" json:"state" enum:"open,closed"`
	LeaderID       api.Ref  `db:"leader_id" json:"leader_id"`
	LeaderName     api.Text `db:"leader_name" json:"leader_name"`
	OpenedAt       api.Time `db:"opened_at" json:"opened_at"`
	OpenedBy       api.Text `db:"opened_by_name" json:"opened_by" doc:"Null: the product."`
	ClosedAt       api.Time `db:"closed_at" json:"closed_at"`
	ClosedBy       api.Text `db:"closed_by_name" json:"closed_by"`
	Comments       int64    `json:"comments" doc:"That the viewer may read."`
	Reviewed       int64    `json:"reviewed" doc:"Customers in the viewer's reach that are ticked."`
	MayChange      bool     `json:"may_change" doc:"Close it, tick customers."`
	Version        int64    `db:"version" json:"version"`

	Stored db.JSON[kept] `db:"figures" json:"-"`
}

func (r Review) Revision() int64  { return r.Version }
func (r Review) RecordID() string { return r.ID }

// A Page is a review with everything that was prepared.
type Page struct {
	Review
	Sections []Section `json:"sections"`
}

// A Section of a page.
type Section struct {
	Code    string          `json:"code" enum:"conversions,won,lost,needs,tags,late_talks,late_tasks,untouched"`
	Subject string          `json:"subject" enum:"customer,follow_up,need,task"`
	Columns []report.Column `json:"columns"`
	Lines   []Line          `json:"lines"`
	Total   *Line           `json:"total" doc:"Null where a record may stand in several lines."`
}

// A Line of a section: how many today and, of a closed review, how many there were.
type Line struct {
	Key     string          `json:"key"`
	Label   string          `json:"label"`
	Figures []report.Figure `json:"figures" doc:"Today, in the viewer's reach; the first counts the records behind it."`
	Kept    []*int64        `json:"kept" doc:"As the review was closed; null while it is open. Null figures: not this viewer's to know."`
}

// kept are the figures of a closed review, by section and line.
type kept map[string]map[string][]*int64

// Opening is a review opened by hand.
type Opening struct {
	DepartmentID string `json:"department_id" minLength:"1" maxLength:"64"`
	From         string `json:"from" minLength:"10" maxLength:"10"`
	To           string `json:"to" minLength:"10" maxLength:"10" doc:"The last day; not after today."`
}
