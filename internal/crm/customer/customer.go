// Package customer keeps the companies, people and institutions we sell to.
package customer

import (
	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/keychange/held"
	"zhike/internal/crm/likeness"
	"zhike/internal/crm/profile"
	"zhike/internal/platform/db"
)

func see(p access.Permission) db.Right    { return db.See(string(p)) }
func add(p access.Permission) db.Right    { return db.Add(string(p)) }
func change(p access.Permission) db.Right { return db.Change(string(p)) }

var (
	Table = db.Owned("customers",
		db.Rights{See: see(access.CustomerRead), Add: add(access.CustomerCreate), Change: change(access.CustomerWrite), Bin: change(access.CustomerDelete)},
		db.Columns{Owner: "owner_id", Department: "department_id", Creator: "creator_id", Pool: "pool_id",
			Members: "customer_members", Member: "customer_id", Binned: "deleted_at"}).
		Guard("stage_id", "stage", "status", "stage_entered_at", "won_at", "reactivated", "review", "effective_at", "pooled_at", "last_owner_id",
			"last_follow_up_at", "next_follow_up_at", "imported_at", "lost_at", "loss_reason", "first_order_on", "last_order_on", "merged_into", "checked_at").
		Closing("archived", ErrArchived, change(access.CustomerArchive), add(access.SensitiveReveal))

	facts   = db.Rights{See: see(access.CustomerRead), Add: change(access.CustomerWrite), Change: change(access.CustomerWrite)}
	history = db.Rights{See: see(access.CustomerRead)}

	// Members are collaborators and those with a grant for a time.
	Members      = db.Through("customer_members", "customer_id", Table, facts)
	Moves        = db.Through("stage_moves", "customer_id", Table, history).Quiet()
	OwnerChanges = db.Through("owner_changes", "customer_id", Table, history).Quiet()
	// Spans are how long a customer was what, by status.
	Spans = db.Through("status_spans", "customer_id", Table, history).Quiet()
	// Values are the tags, and what companies add.
	Values = own.Rows

	// Talked writes the dates of talks: who may add a follow-up moves them with it.
	Talked = Table.Setter(add(access.FollowUpWrite), "last_follow_up_at", "next_follow_up_at", "first_talk_on")
	// Ordered writes the days of orders: who may add an order moves them with it.
	Ordered = Table.Setter(change(access.OrderWrite), "first_order_on", "last_order_on")

	// Checked writes when somebody last said that what is known of it is so.
	Checked = Table.Setter(change(access.CustomerWrite), "checked_at")

	// The verbs that write what a plain change may not.
	start    = Table.Setter(add(access.CustomerCreate), "stage_id", "stage", "status", "stage_entered_at", "review", "effective_at", "creator_id", "owner_id", "department_id", "pool_id", "won_at", "last_follow_up_at", "next_follow_up_at", "imported_at")
	Moving   = Table.Setter(change(access.CustomerWrite), "stage_id", "stage", "status", "stage_entered_at", "won_at", "reactivated", "lost_at", "loss_reason")
	submit   = Table.Setter(change(access.CustomerSubmit), "review", "effective_at")
	transfer = Table.Setter(change(access.CustomerTransfer), "owner_id", "department_id", "pool_id", "pooled_at", "last_owner_id")
	Claimed  = Table.Setter(change(access.CustomerClaim), "owner_id", "department_id", "pool_id", "pooled_at")
	Released = Table.Setter(change(access.CustomerRelease), "owner_id", "department_id", "pool_id", "pooled_at", "last_owner_id")
	ToBin    = Table.Setter(change(access.CustomerDelete), "deleted_at")
	restore  = Table.Setter(change(access.CustomerDelete), "deleted_at").FromBin()
)

// The states of review.
const Draft, Pending, Effective, Returned = "draft", "pending", "effective", "returned"

// What people write about a customer is judged, scored and sealed by crm/profile.
type (
	Facts      = profile.Facts
	Texts      = profile.Texts
	Competitor = profile.Competitor
	Custom     = own.Custom
)

// The kinds of customers.
const Enterprise, Individual, Institution = profile.Enterprise, profile.Individual, profile.Institution

// Summary is a customer as lists show it.
type Summary struct {
	ID   string `db:"id" json:"id"`
	Code string `db:"code" json:"code" field:"text,group=basic,class=internal,filter,list,readonly"`
	Facts
	SizeProposed   api.Text    `db:"size_proposed" json:"size_proposed" field:"choice,dict=size,group=basic,class=internal,readonly"`
	Area           api.Text    `db:"area" json:"area" field:"text,group=basic,class=public,filter,list,readonly"`
	Status         string      `db:"status" json:"status" field:"choice,dict=status,group=need,class=internal,filter,list,readonly"`
	Stage          string      `db:"stage" json:"stage" field:"stage,group=need,class=internal,filter,default,readonly"`
	StageEnteredAt api.Time    `db:"stage_entered_at" json:"stage_entered_at" field:"datetime,group=need,class=internal,filter,list,readonly"`
	Reactivated    bool        `db:"reactivated" json:"reactivated" field:"boolean,group=need,class=internal,filter,list,readonly"`
	WonAt          api.Time    `db:"won_at" json:"won_at" field:"datetime,group=need,class=internal,filter,list,readonly"`
	LostAt         api.Time    `db:"lost_at" json:"lost_at" field:"datetime,group=need,class=internal,filter,list,readonly" doc:"Null while it is not lost."`
	LossReason     api.Text    `db:"loss_reason" json:"loss_reason" field:"choice,dict=loss_reason,group=need,class=internal,filter,list,readonly"`
	FirstOrderOn   api.Text    `db:"first_order_on" json:"first_order_on" field:"date,group=need,class=internal,filter,list,readonly"`
	LastOrderOn    api.Text    `db:"last_order_on" json:"last_order_on" field:"date,group=need,class=internal,filter,list,readonly"`
	EffectiveAt    api.Time    `db:"effective_at" json:"effective_at" field:"datetime,group=basic,class=internal,filter,list,readonly"`
	Archived       bool        `db:"archived" json:"archived" field:"boolean,group=basic,class=internal,filter,list,readonly" doc:"Read-only, and left out of lists that do not ask for it."`
	OwnerID        api.Ref     `db:"owner_id" json:"owner_id" doc:"Null in the open pool." field:"user,group=basic,class=internal,filter,default,readonly,null"`
	OwnerName      api.Text    `db:"owner_name" json:"owner_name"`
	DepartmentID   api.Ref     `db:"department_id" json:"department_id" field:"department,group=basic,class=internal,filter,list,readonly,null"`
	DepartmentName api.Text    `db:"department_name" json:"department_name"`
	CreatorID      api.Ref     `db:"creator_id" json:"creator_id" field:"user,group=basic,class=internal,filter,list,readonly,null"`
	CreatorName    api.Text    `db:"creator_name" json:"creator_name"`
	PoolID         api.Ref     `db:"pool_id" json:"pool_id" field:"text,group=basic,class=internal,readonly"`
	Review         string      `db:"review" json:"review" field:"choice,dict=review,group=basic,class=internal,filter,list,readonly"`
	Completeness   int64       `db:"completeness" json:"completeness" field:"integer,group=basic,class=internal,filter,list,readonly"`
	Missing        api.Strings `db:"missing" json:"missing"`
	CheckedAt      api.Time    `db:"checked_at" json:"checked_at" field:"datetime,group=basic,class=internal,filter,list,readonly" doc:"When it was last confirmed or corrected as a whole."`
	LastFollowUpAt api.Time    `db:"last_follow_up_at" json:"last_follow_up_at" field:"datetime,group=need,class=internal,filter,sort,default,readonly"`
	NextFollowUpAt api.Time    `db:"next_follow_up_at" json:"next_follow_up_at" field:"datetime,group=need,class=internal,filter,sort,default,readonly"`
	CreatedAt      api.Time    `db:"created_at" json:"created_at" field:"datetime,group=basic,class=internal,filter,sort,list,readonly"`
	UpdatedAt      api.Time    `db:"updated_at" json:"updated_at" field:"datetime,group=basic,class=internal,filter,sort,list,readonly"`
	Custom         Custom      `db:"custom" json:"custom" doc:"The company's own fields, by name."`
	Tiers          api.Strings `json:"tiers" doc:"The segments with a badge that it is in, by their ids."`
	Version        int64       `db:"version" json:"version"`
	DeletedAt      api.Time    `db:"deleted_at" json:"deleted_at"`

	MergedInto  api.Ref `db:"merged_into" json:"-"`
	NameSort    string  `db:"name_sort" json:"-"`
	NameSealed  []byte  `db:"name_sealed" json:"-"`
	TextsSealed []byte  `db:"texts" json:"-"`
	TextsFilled string  `db:"texts_filled" json:"-"`
	NameKey     string  `db:"name_key" json:"-"`
	Override    string  `db:"credit_code_override" json:"-"`
}

// A Customer is one customer whole.
type Customer struct {
	Summary
	Texts
	PrimaryContact *contact.Contact `json:"primary_contact"`
	Asked          api.Strings      `json:"asked" doc:"What this viewer is still to fill before he can have it take effect: of missing what he may write, and what is asked of his roles."`
	May            Rights           `json:"may"`
	ContactsCount  int64            `json:"contacts_count"`
	OpenTasksCount int64            `json:"open_tasks_count"`
	FollowUpsCount int64            `json:"follow_ups_count"`
	OrdersCount    int64            `json:"orders_count"`
	OpenNeeds      int64            `json:"open_needs_count"`
	OpenFeedback   int64            `json:"open_feedback_count"`
	Pending        *held.Waiting    `json:"pending,omitempty" doc:"Fields that this viewer asked to change, and who decides: until then they stand as they are."`
	Suspects       []likeness.Match `json:"suspects,omitempty" doc:"Of a customer that was just made: whom it may be."`
}

func (c Customer) Revision() int64  { return c.Version }
func (c Customer) RecordID() string { return c.ID }

// Rights are what this viewer may do with this customer, so that a screen shows no button that is refused.
type Rights struct {
	Change   bool `json:"change"`
	Add      bool `json:"add"`
	Transfer bool `json:"transfer"`
	Claim    bool `json:"claim"`
	Release  bool `json:"release"`
	Reveal   bool `json:"reveal"`
	Delete   bool `json:"delete"`
	Archive  bool `json:"archive" doc:"To archive it; of one that is archived, to reopen it and to lend its paper."`
}

// Catalogue of customers.
var Catalogue = customfield.Read[Customer]("customer", "c").Sorted("name", "c.name_sort")
