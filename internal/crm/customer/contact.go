package customer

import (
	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
)

type subject = crypt.Subject

// Contacts are reached as their customer is; only who may change the customer adds or changes one.
var Contacts = db.Through("contacts", "customer_id", Table,
	db.Rights{See: see(access.ContactRead), Add: change(access.ContactWrite), Change: change(access.ContactWrite)})

// A Contact is a person at a customer. Numbers and addresses are always masked here:
// showing one is an act (reveal). The name is clear for whoever works with the customer.
type Contact struct {
	ID               string   `db:"id" json:"id"`
	CustomerID       string   `db:"customer_id" json:"customer_id" field:"customer,class=internal,filter,default,readonly"`
	Name             string   `json:"name" field:"text,class=personal,default,required"`
	Salutation       api.Text `db:"salutation" json:"salutation" field:"choice,dict=salutation,class=personal,filter,list"`
	Title            api.Text `db:"title" json:"title" field:"text,dict=title,class=personal,filter,default"`
	Department       api.Text `db:"department" json:"department" field:"text,class=personal,filter,list"`
	Mobile           api.Text `db:"mobile_masked" json:"mobile" field:"text,class=sensitive,see=contact_values,default"`
	Phone            api.Text `db:"phone_masked" json:"phone" field:"text,class=sensitive,see=contact_values,list"`
	Email            api.Text `db:"email_masked" json:"email" field:"text,class=sensitive,see=contact_values,default"`
	WeChat           api.Text `db:"wechat_masked" json:"wechat" field:"text,class=sensitive,see=contact_values,list"`
	PreferredChannel api.Text `db:"preferred_channel" json:"preferred_channel" field:"choice,dict=preferred_channel,class=personal,filter,list"`
	Role             api.Text `db:"role" json:"role" field:"choice,dict=contact_role,class=internal,filter,default"`
	Influence        api.Text `db:"influence" json:"influence" field:"choice,dict=influence,class=personal,filter,list"`
	Attitude         api.Text `db:"attitude" json:"attitude" field:"choice,dict=attitude,class=personal,filter,list"`
	ReportsTo        api.Ref  `db:"reports_to" json:"reports_to" field:"text,class=internal"`
	Birthday         api.Text `json:"birthday" field:"date,class=personal,see=free_text"`
	Note             api.Text `json:"note" field:"long_text,class=personal,see=free_text"`
	Primary          bool     `db:"is_primary" json:"primary" field:"boolean,class=internal,filter,list"`
	CreatedAt        api.Time `db:"created_at" json:"created_at" field:"datetime,class=internal,list,readonly"`
	UpdatedAt        api.Time `db:"updated_at" json:"updated_at" field:"datetime,class=internal,filter,sort,list,readonly"`
	Version          int64    `db:"version" json:"version"`
	CustomerName     api.Text `db:"customer_name" json:"customer_name"`

	NameMasked   string `db:"name_masked" json:"-"`
	NameSealed   []byte `db:"name_sealed" json:"-"`
	TextsSealed  []byte `db:"texts" json:"-"`
	CustomerKind string `db:"customer_kind" json:"-"`
}

func (c Contact) Revision() int64  { return c.Version }
func (c Contact) RecordID() string { return c.ID }

// ContactCatalogue is of contacts.
var ContactCatalogue = customfield.Read[Contact]("contact", "p")

// ChangeContact is what a caller may change of a contact; a mask sent back leaves the value.
type ChangeContact struct {
	Name             api.Opt[string] `json:"name,omitempty,omitzero" maxLength:"60"`
	Salutation       api.Opt[string] `json:"salutation,omitempty,omitzero" maxLength:"20"`
	Title            api.Opt[string] `json:"title,omitempty,omitzero" maxLength:"60"`
	Department       api.Opt[string] `json:"department,omitempty,omitzero" maxLength:"60"`
	Mobile           api.Opt[string] `json:"mobile,omitempty,omitzero" maxLength:"40"`
	Phone            api.Opt[string] `json:"phone,omitempty,omitzero" maxLength:"40"`
	Email            api.Opt[string] `json:"email,omitempty,omitzero" maxLength:"254"`
	WeChat           api.Opt[string] `json:"wechat,omitempty,omitzero" maxLength:"60"`
	PreferredChannel api.Opt[string] `json:"preferred_channel,omitempty,omitzero" maxLength:"20"`
	Role             api.Opt[string] `json:"role,omitempty,omitzero" maxLength:"40"`
	Influence        api.Opt[string] `json:"influence,omitempty,omitzero" maxLength:"20"`
	Attitude         api.Opt[string] `json:"attitude,omitempty,omitzero" maxLength:"20"`
	ReportsTo        api.Opt[string] `json:"reports_to,omitempty,omitzero" maxLength:"64"`
	Birthday         api.Opt[string] `json:"birthday,omitempty,omitzero" maxLength:"10"`
	Note             api.Opt[string] `json:"note,omitempty,omitzero" maxLength:"2000"`
	Primary          api.Opt[bool]   `json:"primary,omitempty,omitzero"`
}

// NewContact is what a caller says of a new one.
type NewContact = ChangeContact

// contactTexts are sealed together under the contact's own key.
type contactTexts struct {
	Note     string `json:"note,omitempty"`
	Birthday string `json:"birthday,omitempty"`
}

// A value of a contact that is sealed: stored with its mask and its blind indexes.
type sealedValue struct {
	sealed, index, last4 []byte
	masked               string
}

// A person is a contact being written, in clear; it never leaves the package.
type person struct {
	ID    string
	Facts ChangeContact
	sealedValues
	name    string
	texts   contactTexts
	primary bool
}

type sealedValues struct{ mobile, phone, email, wechat clearValue }

// A clearValue is a number or address as the rules read it.
type clearValue struct {
	normal, masked, last4 string
	kept                  bool // the mask was sent back: what stands stays
}

type people []person

func (p people) first() *person {
	for i := range p {
		if p[i].primary {
			return &p[i]
		}
	}
	return nil
}

func (p people) names() []string {
	var all []string
	for _, x := range p {
		all = append(all, x.name)
	}
	return all
}

func (p people) primary() *primary {
	x := p.first()
	if x == nil {
		return nil
	}
	return &primary{title: x.Facts.Title.V != "", confirmed: true, role: x.Facts.Role.V != "",
		reach: x.mobile.normal+x.phone.normal+x.email.normal+x.wechat.normal != ""}
}
