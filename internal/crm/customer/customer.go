// Package customer keeps the companies, people and institutions we sell to.
package customer

import (
	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/likeness"
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
			"last_follow_up_at", "next_follow_up_at")

	facts   = db.Rights{See: see(access.CustomerRead), Add: change(access.CustomerWrite), Change: change(access.CustomerWrite)}
	history = db.Rights{See: see(access.CustomerRead)}

	// Members are collaborators and those with a grant for a time.
	Members      = db.Through("customer_members", "customer_id", Table, facts)
	Moves        = db.Through("stage_moves", "customer_id", Table, history).Quiet()
	OwnerChanges = db.Through("owner_changes", "customer_id", Table, history).Quiet()
	Values       = db.Internal("custom_value").Quiet()

	// Talked writes the dates of talks: who may add a follow-up moves them with it.
	Talked = Table.Setter(add(access.FollowUpWrite), "last_follow_up_at", "next_follow_up_at")

	// The verbs that write what a plain change may not.
	start    = Table.Setter(add(access.CustomerCreate), "stage_id", "stage", "status", "stage_entered_at", "review", "effective_at", "creator_id", "owner_id", "department_id", "pool_id", "won_at", "last_follow_up_at", "next_follow_up_at")
	Moving   = Table.Setter(change(access.CustomerWrite), "stage_id", "stage", "status", "stage_entered_at", "won_at", "reactivated")
	submit   = Table.Setter(change(access.CustomerSubmit), "review", "effective_at")
	transfer = Table.Setter(change(access.CustomerTransfer), "owner_id", "department_id", "pool_id", "pooled_at", "last_owner_id")
	Claimed  = Table.Setter(change(access.CustomerClaim), "owner_id", "department_id", "pool_id", "pooled_at")
	Released = Table.Setter(change(access.CustomerRelease), "owner_id", "department_id", "pool_id", "pooled_at", "last_owner_id")
	ToBin    = Table.Setter(change(access.CustomerDelete), "deleted_at")
	restore  = Table.Setter(change(access.CustomerDelete), "deleted_at").FromBin()
)

// The kinds of customers.
const (
	Enterprise  = "enterprise"
	Individual  = "individual"
	Institution = "institution"
)

// The states of review.
const (
	Draft     = "draft"
	Pending   = "pending"
	Effective = "effective"
	Returned  = "returned"
)

// Facts are what people write about a customer. Amounts are fen, days YYYY-MM-DD.
type Facts struct {
	Name             string      `db:"name" json:"name" field:"text,group=basic,class=internal,filter,required"`
	ShortName        api.Text    `db:"short_name" json:"short_name" field:"text,group=basic,class=internal,filter,list"`
	Kind             string      `db:"kind" json:"kind" enum:"enterprise,individual,institution" field:"choice,dict=customer_kind,group=basic,class=internal,filter,list,required"`
	CreditCode       api.Text    `db:"credit_code" json:"credit_code" field:"text,group=basic,class=public,filter,list"`
	Industry         api.Text    `db:"industry" json:"industry" field:"industry,group=basic,class=public,filter,sort,default"`
	Trade            api.Text    `db:"trade" json:"trade" field:"choice,dict=trade,group=basic,class=internal,filter,list"`
	Size             api.Text    `db:"size" json:"size" field:"choice,dict=size,group=basic,class=internal,filter,list"`
	Employees        api.Num     `db:"employees" json:"employees" field:"integer,group=basic,class=internal,filter,list"`
	AnnualRevenueFen api.Num     `db:"annual_revenue_fen" json:"annual_revenue_fen" field:"money,group=basic,class=internal,see=amounts,filter,list"`
	AssetsFen        api.Num     `db:"assets_fen" json:"assets_fen" field:"money,group=basic,class=internal,see=amounts,filter,list"`
	FoundedOn        api.Text    `db:"founded_on" json:"founded_on" field:"date,group=basic,class=public,filter,list"`
	Region           api.Text    `db:"region" json:"region" field:"region,group=basic,class=internal,filter,default"`
	Source           api.Text    `db:"source" json:"source" field:"choice,dict=source,group=basic,class=internal,filter,list"`
	Grade            api.Text    `db:"grade" json:"grade" field:"choice,dict=grade,group=need,class=internal,filter,default"`
	Intent           api.Text    `db:"intent" json:"intent" field:"choice,dict=intent,group=need,class=internal,filter,list"`
	Strategic        bool        `db:"strategic" json:"strategic" field:"boolean,group=need,class=internal,filter,list"`
	Urgency          api.Text    `db:"urgency" json:"urgency" field:"choice,dict=urgency,group=need,class=internal,filter,list"`
	Tags             api.Strings `db:"tags" json:"tags" field:"choices,dict=tag,group=need,class=internal,filter,default,side"`
	BudgetFromFen    api.Num     `db:"budget_from_fen" json:"budget_from_fen" field:"money,group=need,class=internal,see=amounts,filter,list"`
	BudgetToFen      api.Num     `db:"budget_to_fen" json:"budget_to_fen" field:"money,group=need,class=internal,see=amounts,filter,list"`
	BuyBy            api.Text    `db:"buy_by" json:"buy_by" field:"date,group=need,class=internal,filter,list"`
}

// Texts are free and may hold anything, a phone number too: they are sealed together
// under the customer's key, and not in the word index.
type Texts struct {
	Remark           api.Text     `json:"remark" field:"long_text,group=extra,class=personal,see=free_text,filter,filled=c.texts_filled"`
	CoreNeed         api.Text     `json:"core_need" field:"long_text,group=need,class=personal,see=free_text,filter,filled=c.texts_filled"`
	Pain             api.Text     `json:"pain" field:"long_text,group=need,class=personal,see=free_text,filter,filled=c.texts_filled"`
	Goal             api.Text     `json:"goal" field:"long_text,group=need,class=personal,see=free_text,filter,filled=c.texts_filled"`
	Concerns         api.Text     `json:"concerns" field:"long_text,group=need,class=personal,see=free_text,filter,filled=c.texts_filled"`
	Doubts           api.Text     `json:"doubts" field:"long_text,group=need,class=personal,see=free_text,filter,filled=c.texts_filled"`
	DecisionProcess  api.Text     `json:"decision_process" field:"long_text,group=chain,class=personal,see=free_text,filter,filled=c.texts_filled"`
	IntendedProducts api.Text     `json:"intended_products" field:"long_text,group=need,class=personal,see=free_text,filter,filled=c.texts_filled"`
	Address          api.Text     `json:"address" field:"long_text,group=basic,class=personal,see=free_text,filter,filled=c.texts_filled"`
	Website          api.Text     `json:"website" field:"long_text,group=basic,class=internal,see=free_text,filter,filled=c.texts_filled"`
	Competitors      []Competitor `json:"competitors" field:"rows,group=need,class=personal,see=free_text,filter,filled=c.texts_filled"`
}

// A Competitor is who else the customer talks to.
type Competitor struct {
	Name      string   `json:"name" maxLength:"100"`
	PriceFen  api.Num  `json:"price_fen,omitempty"`
	Strengths api.Text `json:"strengths,omitempty" maxLength:"500"`
	Note      api.Text `json:"note,omitempty" maxLength:"500"`
}

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
	LastFollowUpAt api.Time    `db:"last_follow_up_at" json:"last_follow_up_at" field:"datetime,group=need,class=internal,filter,sort,default,readonly"`
	NextFollowUpAt api.Time    `db:"next_follow_up_at" json:"next_follow_up_at" field:"datetime,group=need,class=internal,filter,sort,default,readonly"`
	CreatedAt      api.Time    `db:"created_at" json:"created_at" field:"datetime,group=basic,class=internal,filter,sort,list,readonly"`
	UpdatedAt      api.Time    `db:"updated_at" json:"updated_at" field:"datetime,group=basic,class=internal,filter,sort,list,readonly"`
	Version        int64       `db:"version" json:"version"`
	DeletedAt      api.Time    `db:"deleted_at" json:"deleted_at"`

	NameSort    string `db:"name_sort" json:"-"`
	NameSealed  []byte `db:"name_sealed" json:"-"`
	TextsSealed []byte `db:"texts" json:"-"`
	TextsFilled string `db:"texts_filled" json:"-"`
	NameKey     string `db:"name_key" json:"-"`
	Override    string `db:"credit_code_override" json:"-"`
}

// A Customer is one customer whole.
type Customer struct {
	Summary
	Texts
	Custom         map[string]any   `json:"custom"`
	PrimaryContact *contact.Contact `json:"primary_contact"`
	May            Rights           `json:"may"`
	ContactsCount  int64            `json:"contacts_count"`
	OpenTasksCount int64            `json:"open_tasks_count"`
	FollowUpsCount int64            `json:"follow_ups_count"`
	OpenNeeds      int64            `json:"open_needs_count"`
	OpenFeedback   int64            `json:"open_feedback_count"`
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
}

// Catalogue of customers.
var Catalogue = customfield.Read[Customer]("customer", "c").Sorted("name", "c.name_sort")
