package customer

import (
	"zhike/internal/base/api"
	"zhike/internal/crm/contact"
)

// Change is what a caller may change; what is left out stays, null clears.
type Change struct {
	Name             api.Opt[string]       `json:"name,omitempty,omitzero" maxLength:"120"`
	ShortName        api.Opt[string]       `json:"short_name,omitempty,omitzero" maxLength:"40"`
	Kind             api.Opt[string]       `json:"kind,omitempty,omitzero" enum:"enterprise,individual,institution"`
	CreditCode       api.Opt[string]       `json:"credit_code,omitempty,omitzero" maxLength:"40"`
	Industry         api.Opt[string]       `json:"industry,omitempty,omitzero" maxLength:"4"`
	Trade            api.Opt[string]       `json:"trade,omitempty,omitzero" maxLength:"40" doc:"A word of the company's trade list. It sets the industry where none was given."`
	Size             api.Opt[string]       `json:"size,omitempty,omitzero" maxLength:"20"`
	Employees        api.Opt[int64]        `json:"employees,omitempty,omitzero" minimum:"0" maximum:"100000000"`
	AnnualRevenueFen api.Opt[int64]        `json:"annual_revenue_fen,omitempty,omitzero" minimum:"0" maximum:"10000000000000000"`
	AssetsFen        api.Opt[int64]        `json:"assets_fen,omitempty,omitzero" minimum:"0" maximum:"10000000000000000"`
	FoundedOn        api.Opt[string]       `json:"founded_on,omitempty,omitzero" maxLength:"10"`
	Region           api.Opt[string]       `json:"region,omitempty,omitzero" maxLength:"6"`
	Source           api.Opt[string]       `json:"source,omitempty,omitzero" maxLength:"40"`
	Grade            api.Opt[string]       `json:"grade,omitempty,omitzero" maxLength:"10"`
	Intent           api.Opt[string]       `json:"intent,omitempty,omitzero" maxLength:"10"`
	Strategic        api.Opt[bool]         `json:"strategic,omitempty,omitzero"`
	Urgency          api.Opt[string]       `json:"urgency,omitempty,omitzero" maxLength:"20"`
	Tags             api.Opt[[]string]     `json:"tags,omitempty,omitzero" maxItems:"30"`
	BudgetFromFen    api.Opt[int64]        `json:"budget_from_fen,omitempty,omitzero" minimum:"0" maximum:"10000000000000000"`
	BudgetToFen      api.Opt[int64]        `json:"budget_to_fen,omitempty,omitzero" minimum:"0" maximum:"10000000000000000"`
	BuyBy            api.Opt[string]       `json:"buy_by,omitempty,omitzero" maxLength:"10"`
	DeliverBy        api.Opt[string]       `json:"deliver_by,omitempty,omitzero" maxLength:"10"`
	BudgetEnough     api.Opt[string]       `json:"budget_enough,omitempty,omitzero" maxLength:"20"`
	DecisionMonths   api.Opt[int64]        `json:"decision_months,omitempty,omitzero" minimum:"0" maximum:"120"`
	RenewalIntent    api.Opt[string]       `json:"renewal_intent,omitempty,omitzero" maxLength:"20"`
	FollowState      api.Opt[string]       `json:"follow_state,omitempty,omitzero" maxLength:"20"`
	FirstTalkOn      api.Opt[string]       `json:"first_talk_on,omitempty,omitzero" maxLength:"10"`
	AccountManagerID api.Opt[string]       `json:"account_manager_id,omitempty,omitzero" maxLength:"64"`
	Remark           api.Opt[string]       `json:"remark,omitempty,omitzero" maxLength:"5000"`
	CoreNeed         api.Opt[string]       `json:"core_need,omitempty,omitzero" maxLength:"5000"`
	Pain             api.Opt[string]       `json:"pain,omitempty,omitzero" maxLength:"2000"`
	Goal             api.Opt[string]       `json:"goal,omitempty,omitzero" maxLength:"2000"`
	Concerns         api.Opt[string]       `json:"concerns,omitempty,omitzero" maxLength:"2000"`
	Doubts           api.Opt[string]       `json:"doubts,omitempty,omitzero" maxLength:"2000"`
	DecisionProcess  api.Opt[string]       `json:"decision_process,omitempty,omitzero" maxLength:"2000"`
	IntendedProducts api.Opt[string]       `json:"intended_products,omitempty,omitzero" maxLength:"500"`
	Address          api.Opt[string]       `json:"address,omitempty,omitzero" maxLength:"300"`
	Website          api.Opt[string]       `json:"website,omitempty,omitzero" maxLength:"300"`
	Competitors      api.Opt[[]Competitor] `json:"competitors,omitempty,omitzero" maxItems:"20"`

	Custom map[string]any `json:"custom,omitempty" doc:"Values of the company's own fields, by name; null clears, what is left out stays."`

	CreditCodeOverride string `json:"credit_code_override_reason,omitempty" maxLength:"200" doc:"Why a code whose check digits fail is right. Needs customer.override."`
}

// New is what a caller says of a new customer; a draft needs a name alone.
type New struct {
	Change
	OwnerID    string        `json:"owner_id,omitempty" maxLength:"64" doc:"Left out: whoever creates it. Another's needs customer.transfer."`
	Contacts   []contact.New `json:"contacts,omitempty" maxItems:"50"`
	Duplicates string        `json:"duplicates,omitempty" enum:"new" doc:"new: another customer of the same name is meant."`

	// Of a history that is brought in, by the program alone.
	Created  int64  `json:"-"` // when the customer was first written down, in ms; not in the future
	Imported bool   `json:"-"` // the log says so
	Number   string `json:"-"` // taken in a block by whoever makes many (DECISIONS 12)
	Creator  string `json:"-"` // who had it first, where an administrator's sheet says so (DECISIONS 16)
}

// others of Change are no fields of the record.
var others = []string{"credit_code_override_reason"}
