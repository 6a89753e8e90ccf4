// Package archive is 归档: won and lost customers that are filed away under a number of their own, read-only and out of daily
// lists; their labels; and the register of who borrowed the paper.
package archive

import (
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/notice"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var (
	see    = db.See(string(access.CustomerRead))
	change = db.Change(string(access.CustomerArchive))

	// Table of files: one for each customer that ever was archived. What is archived is written to by this right alone.
	Table = db.Through("archives", "customer_id", customer.Table, db.Rights{See: see, Add: change, Change: change}).Guard("code", "standing", "used_at")
	// Moves are each time that one was archived or reopened.
	Moves = db.Through("archive_moves", "customer_id", customer.Table, db.Rights{See: see, Add: change}).Quiet()
	// Loans of paper.
	Loans = db.Through("archive_loans", "customer_id", customer.Table, db.Rights{See: see, Add: change, Change: change}).Guard("returned_at")

	// Closing is the verb that makes a customer read-only, and opens him again.
	Closing = customer.Table.Setter(change, "archived")

	filed = Table.Setter(change, "code", "standing", "used_at")
	back  = Loans.Setter(change, "returned_at", "returned_by")
)

// UnusedYears is after how many years without being opened or lent a file stands on the list of long-unused ones.
var UnusedYears = setting.Int("archive.unused_years", 5).Between(1, 100)

// The kinds of notices from here.
const (
	Archived = "customer_archived"
	Reopened = "customer_reopened"
	Overdue  = "archive_overdue"
)

// Kinds as base/notice knows them.
var Kinds = []notice.Kind{{Code: Archived, Always: true, Mail: true}, {Code: Reopened, Always: true}, {Code: Overdue, Mail: true}}

var (
	errUnsettled = fault.New(fault.Conflict, "archive_unsettled")
	errOpen      = fault.New(fault.Conflict, "not_archived")
	errLent      = fault.New(fault.Conflict, "already_lent")
	errNotLent   = fault.New(fault.Conflict, "not_lent")
)

// A File is what a customer is archived as.
type File struct {
	ID           string   `db:"id" json:"id"`
	CustomerID   string   `db:"customer_id" json:"customer_id"`
	CustomerName string   `db:"customer_name" json:"customer_name"`
	CustomerCode string   `db:"customer_code" json:"customer_code"`
	Status       string   `db:"status" json:"status"`
	Code         string   `db:"code" json:"code"`
	Standing     bool     `db:"standing" json:"standing" doc:"It is archived now; false: it was reopened."`
	Year         int64    `db:"year" json:"year"`
	Category     api.Text `db:"category" json:"category"`
	Business     api.Text `db:"business" json:"business"`
	ProjectType  api.Text `db:"project_type" json:"project_type"`
	Place        api.Text `db:"place" json:"place" doc:"Where the paper lies."`
	Note         api.Text `json:"note"`
	ArchivedAt   api.Time `db:"archived_at" json:"archived_at"`
	ByName       api.Text `db:"by_name" json:"by_name"`
	UsedAt       api.Time `db:"used_at" json:"used_at" doc:"When somebody last opened or borrowed it."`
	BorrowerID   api.Ref  `db:"borrower_id" json:"borrower_id" doc:"Who has the paper; null where it lies in its place."`
	BorrowerName api.Text `db:"borrower_name" json:"borrower_name"`
	DueOn        api.Text `db:"due_on" json:"due_on"`
	Overdue      bool     `json:"overdue"`
	MayChange    bool     `json:"may_change"`
	Version      int64    `db:"version" json:"version"`

	Sealed []byte `db:"texts" json:"-"`
}

func (f File) Revision() int64  { return f.Version }
func (f File) RecordID() string { return f.ID }

// A Loan of the paper.
type Loan struct {
	ID           string   `db:"id" json:"id"`
	BorrowerID   string   `db:"borrower_id" json:"borrower_id"`
	BorrowerName api.Text `db:"borrower_name" json:"borrower_name"`
	LentByName   api.Text `db:"lent_by_name" json:"lent_by_name"`
	LentAt       api.Time `db:"lent_at" json:"lent_at"`
	DueOn        string   `db:"due_on" json:"due_on"`
	ReturnedAt   api.Time `db:"returned_at" json:"returned_at" doc:"Null while it is out."`
	Purpose      api.Text `json:"purpose"`
	Overdue      bool     `json:"overdue"`

	Sealed []byte `db:"texts" json:"-"`
}

// A Move is one time that the customer was archived or reopened.
type Move struct {
	ID     string   `db:"id" json:"id"`
	Kind   string   `db:"kind" json:"kind" enum:"archived,reopened"`
	At     api.Time `db:"at" json:"at"`
	ByName api.Text `db:"by_name" json:"by_name"`
	Reason api.Text `json:"reason"`

	Sealed []byte `db:"texts" json:"-"`
}

// A Record is all there is of one customer's file.
type Record struct {
	File  *File  `json:"file" doc:"Null where the customer never was archived."`
	Loans []Loan `json:"loans"`
	Moves []Move `json:"moves"`
}

// Putting is what a caller says of a customer to be archived.
type Putting struct {
	Year        int64  `json:"year,omitempty" minimum:"1980" maximum:"2200" doc:"Left out: this year."`
	Category    string `json:"category,omitempty" maxLength:"64"`
	Business    string `json:"business,omitempty" maxLength:"64"`
	ProjectType string `json:"project_type,omitempty" maxLength:"64"`
	Place       string `json:"place,omitempty" maxLength:"80"`
	Note        string `json:"note,omitempty" maxLength:"500"`
}

// Change of what a file says of itself.
type Change struct {
	Year        api.Opt[int64]  `json:"year,omitempty,omitzero" minimum:"1980" maximum:"2200"`
	Category    api.Opt[string] `json:"category,omitempty,omitzero" maxLength:"64"`
	Business    api.Opt[string] `json:"business,omitempty,omitzero" maxLength:"64"`
	ProjectType api.Opt[string] `json:"project_type,omitempty,omitzero" maxLength:"64"`
	Place       api.Opt[string] `json:"place,omitempty,omitzero" maxLength:"80"`
}

// Reopening says why.
type Reopening struct {
	Reason string `json:"reason" minLength:"1" maxLength:"500"`
}

// Lending says to whom, what for, and until when.
type Lending struct {
	BorrowerID string `json:"borrower_id" minLength:"1" maxLength:"64" doc:"A user's id."`
	Purpose    string `json:"purpose" minLength:"1" maxLength:"500"`
	DueOn      string `json:"due_on" minLength:"10" maxLength:"10"`
}

func place(id string) string { return "archives/texts/" + id }

func trimmed(p Putting) Putting {
	p.Place, p.Note = strings.TrimSpace(p.Place), strings.TrimSpace(p.Note)
	return p
}
