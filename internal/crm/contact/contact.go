// Package contact says what a contact is: a person at a customer, what a caller may say of
// one, and how it is judged, sealed and opened. What may be done with contacts is in directory.
package contact

import (
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/keychange/held"
)

// A Contact is a person at a customer. Numbers and addresses are always masked here:
// showing one is an act (reveal). The name is clear for whoever works with the customer.
type Contact struct {
	ID               string        `db:"id" json:"id"`
	CustomerID       string        `db:"customer_id" json:"customer_id" field:"customer,class=internal,filter,default,readonly"`
	Name             string        `json:"name" field:"text,class=personal,default,required"`
	Salutation       api.Text      `db:"salutation" json:"salutation" field:"choice,dict=salutation,class=personal,filter,list"`
	Title            api.Text      `db:"title" json:"title" field:"text,dict=title,class=personal,filter,default"`
	Department       api.Text      `db:"department" json:"department" field:"text,class=personal,filter,list"`
	Mobile           api.Text      `db:"mobile_masked" json:"mobile" field:"text,class=sensitive,see=contact_values,default"`
	Mobile2          api.Text      `db:"mobile2_masked" json:"mobile2" field:"text,class=sensitive,see=contact_values,list"`
	Phone            api.Text      `db:"phone_masked" json:"phone" field:"text,class=sensitive,see=contact_values,list"`
	Email            api.Text      `db:"email_masked" json:"email" field:"text,class=sensitive,see=contact_values,default"`
	WeChat           api.Text      `db:"wechat_masked" json:"wechat" field:"text,class=sensitive,see=contact_values,list"`
	WeChatState      api.Text      `db:"wechat_state" json:"wechat_state" field:"choice,dict=wechat_state,class=personal,filter,list"`
	PreferredChannel api.Text      `db:"preferred_channel" json:"preferred_channel" field:"choice,dict=preferred_channel,class=personal,filter,list"`
	Role             api.Text      `db:"role" json:"role" field:"choice,dict=contact_role,class=internal,filter,default"`
	Influence        api.Text      `db:"influence" json:"influence" field:"choice,dict=influence,class=personal,filter,list"`
	Attitude         api.Text      `db:"attitude" json:"attitude" field:"choice,dict=attitude,class=personal,filter,list"`
	ReportsTo        api.Ref       `db:"reports_to" json:"reports_to" field:"text,class=internal"`
	ReportsToName    api.Text      `json:"reports_to_name" field:"text,class=personal,list,readonly"`
	Birthday         api.Text      `json:"birthday" field:"date,class=personal,see=free_text"`
	Consent          api.Text      `db:"consent" json:"consent" field:"choice,dict=consent,class=personal,filter,list"`
	ConsentOn        api.Text      `db:"consent_on" json:"consent_on" field:"date,class=personal,filter,list"`
	ConsentSource    api.Text      `json:"consent_source" field:"text,class=personal,see=free_text"`
	Note             api.Text      `json:"note" field:"long_text,class=personal,see=free_text"`
	Primary          bool          `db:"is_primary" json:"primary" field:"boolean,class=internal,filter,list"`
	CreatedAt        api.Time      `db:"created_at" json:"created_at" field:"datetime,class=internal,list,readonly"`
	UpdatedAt        api.Time      `db:"updated_at" json:"updated_at" field:"datetime,class=internal,filter,sort,list,readonly"`
	Custom           own.Custom    `db:"custom" json:"custom" doc:"The company's own fields, by name."`
	Version          int64         `db:"version" json:"version"`
	CustomerName     api.Text      `db:"customer_name" json:"customer_name"`
	Pending          *held.Waiting `json:"pending,omitempty" doc:"What this viewer asked to change, and who decides: until then it stands as it is. A contact without an id is not there yet."`
	AlsoAt           []Place       `json:"also_at" doc:"Further customers that he belongs to, as far as the viewer sees them."`

	own.Beside
	NameMasked   string `db:"name_masked" json:"-"`
	NameSealed   []byte `db:"name_sealed" json:"-"`
	TextsSealed  []byte `db:"texts" json:"-"`
	CustomerKind string `db:"customer_kind" json:"-"`
}

// A Place is a customer that somebody belongs to, and as what.
type Place struct {
	CustomerID string   `db:"customer_id" json:"customer_id"`
	Name       api.Text `db:"name" json:"name"`
	Title      api.Text `db:"title" json:"title"`
	Role       api.Text `db:"role" json:"role"`
	Since      api.Time `db:"since" json:"since"`
	Home       bool     `json:"home" doc:"Where his record is kept."`
}

func (c Contact) Revision() int64 { return c.Version }

// RecordID names a contact in replays; one who waits to be added by what asks for him.
func (c Contact) RecordID() string {
	if c.ID == "" && c.Pending != nil {
		return Waits + c.Pending.ID
	}
	return c.ID
}

// Waits begins the name of a contact who waits to be added.
const Waits = "waits:"

// Catalogue of contacts.
var Catalogue = customfield.Read[Contact]("contact", "p")

// Change is what a caller may change of a contact; a mask sent back leaves the value.
type Change struct {
	Name             api.Opt[string] `json:"name,omitempty,omitzero" maxLength:"60"`
	Salutation       api.Opt[string] `json:"salutation,omitempty,omitzero" maxLength:"20"`
	Title            api.Opt[string] `json:"title,omitempty,omitzero" maxLength:"60"`
	Department       api.Opt[string] `json:"department,omitempty,omitzero" maxLength:"60"`
	Mobile           api.Opt[string] `json:"mobile,omitempty,omitzero" maxLength:"40"`
	Mobile2          api.Opt[string] `json:"mobile2,omitempty,omitzero" maxLength:"40"`
	Phone            api.Opt[string] `json:"phone,omitempty,omitzero" maxLength:"40"`
	Email            api.Opt[string] `json:"email,omitempty,omitzero" maxLength:"254"`
	WeChat           api.Opt[string] `json:"wechat,omitempty,omitzero" maxLength:"60"`
	WeChatState      api.Opt[string] `json:"wechat_state,omitempty,omitzero" maxLength:"20"`
	PreferredChannel api.Opt[string] `json:"preferred_channel,omitempty,omitzero" maxLength:"20"`
	Role             api.Opt[string] `json:"role,omitempty,omitzero" maxLength:"40"`
	Influence        api.Opt[string] `json:"influence,omitempty,omitzero" maxLength:"20"`
	Attitude         api.Opt[string] `json:"attitude,omitempty,omitzero" maxLength:"20"`
	ReportsTo        api.Opt[string] `json:"reports_to,omitempty,omitzero" maxLength:"64"`
	Birthday         api.Opt[string] `json:"birthday,omitempty,omitzero" maxLength:"10"`
	Consent          api.Opt[string] `json:"consent,omitempty,omitzero" maxLength:"20"`
	ConsentOn        api.Opt[string] `json:"consent_on,omitempty,omitzero" maxLength:"10"`
	ConsentSource    api.Opt[string] `json:"consent_source,omitempty,omitzero" maxLength:"200"`
	Note             api.Opt[string] `json:"note,omitempty,omitzero" maxLength:"2000"`
	Primary          api.Opt[bool]   `json:"primary,omitempty,omitzero"`

	Custom map[string]any `json:"custom,omitempty" doc:"Values of the company's own fields, by name; null clears, what is left out stays."`

	Lax bool `json:"-"` // of an import: what is required and lacks does not hold it up
}

// New is what a caller says of a new one.
type New = Change

// texts are sealed together, under the contact's own key.
type texts struct {
	Note          string `json:"note,omitempty"`
	Birthday      string `json:"birthday,omitempty"`
	ConsentSource string `json:"consent_source,omitempty"`
}
