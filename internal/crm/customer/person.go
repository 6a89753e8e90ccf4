package customer

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/privacy"
	"zhike/internal/base/search"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/words"
)

// judgeNew reads the contacts of a new customer. An individual is his own contact.
func (s *Service) judgeNew(j *judge, kind, full string, in []NewContact) (people, error) {
	if kind == Individual {
		if len(in) == 0 {
			in = []NewContact{{}}
		}
		if in[0].Name.V == "" {
			in[0].Name = api.Some(full)
		}
	}
	var all people
	primary := -1
	for i, c := range in {
		p := person{Facts: c, primary: c.Primary.V && primary < 0}
		p.judge(j, "contacts["+itoa(i)+"].", masks4{})
		if p.primary {
			primary = i
		}
		all = append(all, p)
	}
	if primary < 0 && len(all) > 0 {
		all[0].primary = true
	}
	return all, nil
}

func itoa(i int) string { b, _ := json.Marshal(i); return string(b) }

// masks4 are the masks that stand, which a caller may send back.
type masks4 struct{ name, mobile, phone, email, wechat string }

// judge normalises and checks what a caller says of a contact; at is where its fields stand.
func (p *person) judge(j *judge, at string, old masks4) {
	f := &p.Facts
	p.name = strings.Join(strings.Fields(f.Name.V), " ")
	switch {
	case p.name == "":
		j.refuse(at+"name", "required", nil)
	case old.name != "" && p.name == old.name && rule.IsMasked(p.name):
		// as it was; the caller of judge has put the clear name aside
	case rule.IsMasked(p.name):
		j.refuse(at+"name", "masked_value", nil)
	case rule.Vague(p.name):
		j.refuse(at+"name", "vague", nil)
	case rule.HasNumber(p.name):
		j.refuse(at+"name", "number_in_text", nil)
	}
	p.mobile = p.number(j, at+"mobile", f.Mobile.V, old.mobile)
	p.phone = p.number(j, at+"phone", f.Phone.V, old.phone)
	if v := strings.TrimSpace(f.Email.V); v != "" {
		switch email, err := rule.ParseEmail(v); {
		case v == old.email:
			p.email.kept = true
		case rule.IsMasked(v):
			j.refuse(at+"email", "masked_value", nil)
		case err != nil:
			j.refuse(at+"email", "bad_email", nil)
		default:
			p.email = clearValue{normal: email, masked: rule.MaskEmail(email)}
		}
	}
	if v := strings.TrimSpace(f.WeChat.V); v != "" {
		switch {
		case v == old.wechat:
			p.wechat.kept = true
		case rule.IsMasked(v):
			j.refuse(at+"wechat", "masked_value", nil)
		default:
			p.wechat = clearValue{normal: v, masked: rule.MaskWechat(v)}
		}
	}
	for _, c := range []struct{ field, dict, v string }{{"role", "contact_role", f.Role.V}, {"influence", "influence", f.Influence.V}, {"attitude", "attitude", f.Attitude.V},
		{"preferred_channel", "preferred_channel", f.PreferredChannel.V}} {
		if c.v != "" && !j.words.Has(c.dict, c.v) {
			j.refuse(at+c.field, "invalid", nil)
		}
	}
	for _, c := range []struct{ field, v string }{{"title", f.Title.V}, {"department", f.Department.V}, {"salutation", f.Salutation.V}} {
		if rule.HasNumber(c.v) {
			j.refuse(at+c.field, "number_in_text", nil)
		}
	}
	if f.Birthday.V != "" {
		if _, err := time.Parse(time.DateOnly, f.Birthday.V); err != nil {
			j.refuse(at+"birthday", "invalid", nil)
		}
	}
	p.texts = contactTexts{Note: f.Note.V, Birthday: f.Birthday.V}
}

func (p *person) number(j *judge, field, v, old string) clearValue {
	if v = strings.TrimSpace(v); v == "" {
		return clearValue{}
	}
	if v == old {
		return clearValue{kept: true}
	}
	if rule.IsMasked(v) {
		j.refuse(field, "masked_value", nil)
		return clearValue{}
	}
	n, err := rule.ParsePhone(v)
	if err != nil || strings.HasSuffix(field, "mobile") && n.Kind != rule.Mobile && n.Kind != rule.Foreign {
		j.refuse(field, "bad_phone", nil)
		return clearValue{}
	}
	normal := n.E164
	if normal == "" {
		normal = n.Display()
	}
	c := clearValue{normal: normal, masked: n.Masked()}
	if n.Extension != "" {
		c.normal += ";ext=" + n.Extension
	}
	if digits := digitsOf(normal); len(digits) >= 4 {
		c.last4 = digits[len(digits)-4:]
	}
	return c
}

// seal makes what a row keeps of a number or address.
func (s *Service) seal(key subject, id, column string, v clearValue, purpose crypt.Purpose) sealedValue {
	if v.normal == "" {
		return sealedValue{}
	}
	sought, _, _ := strings.Cut(v.normal, ";")
	out := sealedValue{sealed: key.Seal("contacts/"+column+"/"+id, []byte(v.normal)), masked: v.masked, index: s.Vault.Keys.Index(purpose, strings.ToLower(sought))}
	if v.last4 != "" {
		out.last4 = s.Vault.Keys.Index(crypt.Last4, v.last4)
	}
	return out
}

type contactRow struct {
	NameSealed   []byte  `db:"name_sealed"`
	NameMasked   string  `db:"name_masked"`
	Salutation   string  `db:"salutation"`
	Title        string  `db:"title"`
	Department   string  `db:"department"`
	Mobile       []byte  `db:"mobile_sealed"`
	MobileMasked string  `db:"mobile_masked"`
	MobileIndex  []byte  `db:"mobile_index"`
	MobileLast4  []byte  `db:"mobile_last4"`
	Phone        []byte  `db:"phone_sealed"`
	PhoneMasked  string  `db:"phone_masked"`
	PhoneIndex   []byte  `db:"phone_index"`
	PhoneLast4   []byte  `db:"phone_last4"`
	Email        []byte  `db:"email_sealed"`
	EmailMasked  string  `db:"email_masked"`
	EmailIndex   []byte  `db:"email_index"`
	WeChat       []byte  `db:"wechat_sealed"`
	WeChatMasked string  `db:"wechat_masked"`
	WeChatIndex  []byte  `db:"wechat_index"`
	Texts        []byte  `db:"texts"`
	Preferred    string  `db:"preferred_channel"`
	Role         string  `db:"role"`
	Influence    string  `db:"influence"`
	Attitude     string  `db:"attitude"`
	ReportsTo    api.Ref `db:"reports_to"`
	Primary      bool    `db:"is_primary"`
}

type newContactRow struct {
	ID         string `db:"id"`
	CustomerID string `db:"customer_id"`
	contactRow
	CreatedAt int64 `db:"created_at"`
	UpdatedAt int64 `db:"updated_at"`
}

// row seals everything of a person under his own key.
func (s *Service) row(key subject, p person) (contactRow, error) {
	f := p.Facts
	mobile, phone := s.seal(key, p.ID, "mobile", p.mobile, crypt.Phone), s.seal(key, p.ID, "phone", p.phone, crypt.Phone)
	email, wechat := s.seal(key, p.ID, "email", p.email, crypt.Email), s.seal(key, p.ID, "wechat", p.wechat, crypt.Wechat)
	row := contactRow{
		NameSealed: key.Seal("contacts/name/"+p.ID, []byte(p.name)), NameMasked: rule.MaskName(p.name),
		Salutation: f.Salutation.V, Title: f.Title.V, Department: f.Department.V,
		Mobile: mobile.sealed, MobileMasked: mobile.masked, MobileIndex: mobile.index, MobileLast4: mobile.last4,
		Phone: phone.sealed, PhoneMasked: phone.masked, PhoneIndex: phone.index, PhoneLast4: phone.last4,
		Email: email.sealed, EmailMasked: email.masked, EmailIndex: email.index,
		WeChat: wechat.sealed, WeChatMasked: wechat.masked, WeChatIndex: wechat.index,
		Preferred: f.PreferredChannel.V, Role: f.Role.V, Influence: f.Influence.V, Attitude: f.Attitude.V, ReportsTo: api.Ref(f.ReportsTo.V), Primary: p.primary,
	}
	if p.texts != (contactTexts{}) {
		text, err := json.Marshal(p.texts)
		if err != nil {
			return row, err
		}
		row.Texts = key.Seal("contacts/texts/"+p.ID, text)
	}
	return row, nil
}

// insertContact adds a person to a customer, filed under place in the index.
func (s *Service) insertContact(tx *db.Tx, customer string, p *person, place []string) error {
	p.ID = tx.NewID()
	key, err := s.Vault.New(tx, privacy.Contact, p.ID)
	if err != nil {
		return err
	}
	row, err := s.row(key, *p)
	if err != nil {
		return err
	}
	if row.ReportsTo != "" {
		if err := s.sameCustomer(tx, customer, string(row.ReportsTo)); err != nil {
			return err
		}
	}
	if err := tx.Insert(Contacts, newContactRow{p.ID, customer, row, tx.At(), tx.At()}); err != nil {
		return err
	}
	if err := tx.IndexNew("contact", p.ID, once(append(slices.Clone(place), words.PersonTokens(p.name, search.PersonHash(s.Vault.Keys))...))); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "contact.create", Kind: "contact", Record: p.ID, Customer: customer, Details: map[string]any{"name": row.NameMasked}})
}

func (s *Service) sameCustomer(tx *db.Tx, customer, contact string) error {
	c, found, err := db.Maybe[Contact](tx, contactOf, db.Args{"id": contact})
	if err == nil && (!found || c.CustomerID != customer) {
		return fault.Rule("invalid", "reports_to")
	}
	return err
}
