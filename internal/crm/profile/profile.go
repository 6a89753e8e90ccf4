// Package profile is what people write about a customer: its facts and texts, how they are
// judged, how complete they are, and how they are kept.
package profile

import (
	"zhike/internal/base/api"
)

// The kinds of customers.
const (
	Enterprise  = "enterprise"
	Individual  = "individual"
	Institution = "institution"
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
	DeliverBy        api.Text    `db:"deliver_by" json:"deliver_by" field:"date,group=need,class=internal,filter,list"`
	BudgetEnough     api.Text    `db:"budget_enough" json:"budget_enough" field:"choice,dict=budget_enough,group=need,class=internal,filter,list"`
	DecisionMonths   api.Num     `db:"decision_months" json:"decision_months" field:"integer,group=need,class=internal,filter,list"`
	RenewalIntent    api.Text    `db:"renewal_intent" json:"renewal_intent" field:"choice,dict=renewal_intent,group=need,class=internal,filter,list"`
	FollowState      api.Text    `db:"follow_state" json:"follow_state" field:"choice,dict=follow_state,group=need,class=internal,filter,list"`
	FirstTalkOn      api.Text    `db:"first_talk_on" json:"first_talk_on" field:"date,group=need,class=internal,filter,list" doc:"Proposed from the first follow-up; the deal cycle begins here."`
	AccountManagerID api.Ref     `db:"account_manager_id" json:"account_manager_id" field:"user,group=basic,class=internal,filter,list,null" doc:"Who cares for a customer of high value, beside its owner."`
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
