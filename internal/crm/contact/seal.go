package contact

import (
	"encoding/json"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/crypt"
)

// A Row is a person as the table keeps him: everything that names or reaches him sealed
// under his own key, with masks to show and blind indexes to find.
type Row struct {
	NameSealed   []byte     `db:"name_sealed"`
	NameMasked   string     `db:"name_masked"`
	Salutation   string     `db:"salutation"`
	Title        string     `db:"title"`
	Department   string     `db:"department"`
	Mobile       []byte     `db:"mobile_sealed"`
	MobileMasked string     `db:"mobile_masked"`
	MobileIndex  []byte     `db:"mobile_index"`
	MobileLast4  []byte     `db:"mobile_last4"`
	Mobile2      []byte     `db:"mobile2_sealed"`
	Mobile2Mask  string     `db:"mobile2_masked"`
	Mobile2Index []byte     `db:"mobile2_index"`
	Mobile2Last4 []byte     `db:"mobile2_last4"`
	Phone        []byte     `db:"phone_sealed"`
	PhoneMasked  string     `db:"phone_masked"`
	PhoneIndex   []byte     `db:"phone_index"`
	PhoneLast4   []byte     `db:"phone_last4"`
	Email        []byte     `db:"email_sealed"`
	EmailMasked  string     `db:"email_masked"`
	EmailIndex   []byte     `db:"email_index"`
	WeChat       []byte     `db:"wechat_sealed"`
	WeChatMasked string     `db:"wechat_masked"`
	WeChatIndex  []byte     `db:"wechat_index"`
	Texts        []byte     `db:"texts"`
	WeChatState  string     `db:"wechat_state"`
	Consent      string     `db:"consent"`
	ConsentOn    string     `db:"consent_on"`
	Preferred    string     `db:"preferred_channel"`
	Role         string     `db:"role"`
	Influence    string     `db:"influence"`
	Attitude     string     `db:"attitude"`
	ReportsTo    api.Ref    `db:"reports_to"`
	Primary      bool       `db:"is_primary"`
	Custom       own.Custom `db:"custom"`
}

// Where a contact's values are sealed: the place is part of the seal.
const (
	placeName  = "contacts/name/"
	placeTexts = "contacts/texts/"
)

func placeOf(column, id string) string { return "contacts/" + column + "/" + id }

// A sealed value is stored with its mask and its blind indexes.
type sealed struct {
	sealed, index, last4 []byte
	masked               string
}

func (p Person) value(keys *crypt.Keys, key crypt.Subject, column string, v value, purpose crypt.Purpose) sealed {
	if v.normal == "" {
		return sealed{}
	}
	out := sealed{sealed: key.Seal(placeOf(column, p.ID), []byte(v.normal)), masked: v.masked, index: v.index(keys, purpose)}
	if v.last4 != "" {
		out.last4 = keys.Index(crypt.Last4, v.last4)
	}
	return out
}

func (v value) index(keys *crypt.Keys, purpose crypt.Purpose) []byte {
	sought, _, _ := strings.Cut(v.normal, ";")
	return keys.Index(purpose, strings.ToLower(sought))
}

// Reach gives the blind indexes of everybody's numbers and addresses.
func (all People) Reach(keys *crypt.Keys) (numbers, emails [][]byte) {
	for _, p := range all {
		for _, v := range []value{p.Mobile, p.Mobile2, p.Phone} {
			if v.normal != "" {
				numbers = append(numbers, v.index(keys, crypt.Phone))
			}
		}
		if p.Email.normal != "" {
			emails = append(emails, p.Email.index(keys, crypt.Email))
		}
	}
	return numbers, emails
}

// Number reads a mobile or landline that somebody asks about, in the field that he said it in.
func Number(keys *crypt.Keys, refuse Refuse, field, text string) (index []byte, masked string) {
	v := number(refuse, field, text, "")
	if v.normal == "" {
		return nil, ""
	}
	return v.index(keys, crypt.Phone), v.masked
}

// Seal makes the row of a person, who has an id.
func (p Person) Seal(keys *crypt.Keys, key crypt.Subject) (Row, error) {
	f := p.Facts
	mobile, phone := p.value(keys, key, "mobile", p.Mobile, crypt.Phone), p.value(keys, key, "phone", p.Phone, crypt.Phone)
	second := p.value(keys, key, "mobile2", p.Mobile2, crypt.Phone)
	email, wechat := p.value(keys, key, "email", p.Email, crypt.Email), p.value(keys, key, "wechat", p.WeChat, crypt.Wechat)
	row := Row{
		NameSealed: key.Seal(placeName+p.ID, []byte(p.Name)), NameMasked: rule.MaskName(p.Name),
		Salutation: f.Salutation.V, Title: f.Title.V, Department: f.Department.V,
		Mobile: mobile.sealed, MobileMasked: mobile.masked, MobileIndex: mobile.index, MobileLast4: mobile.last4,
		Mobile2: second.sealed, Mobile2Mask: second.masked, Mobile2Index: second.index, Mobile2Last4: second.last4,
		Phone: phone.sealed, PhoneMasked: phone.masked, PhoneIndex: phone.index, PhoneLast4: phone.last4,
		Email: email.sealed, EmailMasked: email.masked, EmailIndex: email.index,
		WeChat: wechat.sealed, WeChatMasked: wechat.masked, WeChatIndex: wechat.index,
		WeChatState: f.WeChatState.V, Consent: f.Consent.V, ConsentOn: f.ConsentOn.V,
		Preferred: f.PreferredChannel.V, Role: f.Role.V, Influence: f.Influence.V, Attitude: f.Attitude.V, ReportsTo: api.Ref(f.ReportsTo.V), Primary: p.Primary, Custom: p.Own.Shown,
	}
	if p.texts != (texts{}) {
		text, err := json.Marshal(p.texts)
		if err != nil {
			return row, err
		}
		row.Texts = key.Seal(placeTexts+p.ID, text)
	}
	return row, nil
}

// OpenName gives a contact's name in clear.
func OpenName(key crypt.Subject, id string, sealed []byte) (string, error) {
	name, err := key.Open(placeName+id, sealed)
	return string(name), err
}

// OpenTexts fills in note and birthday as the viewer may read them: near says that he
// works with the customer.
func (c *Contact) OpenTexts(key crypt.Subject, who access.Actor, near bool) error {
	t, err := c.texts(key)
	if err != nil {
		return err
	}
	switch v := who.Sees(access.FreeText); {
	case v == access.Shown && near:
		c.Note, c.Birthday, c.ConsentSource = api.Text(t.Note), api.Text(t.Birthday), api.Text(t.ConsentSource)
	case v != access.Hidden:
		c.Note, c.ConsentSource = api.Text(rule.MaskNumbers(t.Note)), api.Text(rule.MaskNumbers(t.ConsentSource))
	}
	return nil
}

func (c *Contact) texts(key crypt.Subject) (t texts, err error) {
	if len(c.TextsSealed) == 0 {
		return t, nil
	}
	text, err := key.Open(placeTexts+c.ID, c.TextsSealed)
	if err != nil {
		return t, err
	}
	return t, json.Unmarshal(text, &t)
}

// Values are the sealed values of a contact.
type Values struct {
	ID     string `db:"id"`
	Mobile []byte `db:"mobile_sealed"`
	Second []byte `db:"mobile2_sealed"`
	Phone  []byte `db:"phone_sealed"`
	Email  []byte `db:"email_sealed"`
	WeChat []byte `db:"wechat_sealed"`
}

// Clear is a contact opened; it leaves the program through reveal alone.
type Clear struct {
	Name, Mobile, Mobile2, Phone, Email, WeChat string
	texts                                       texts
	Custom                                      own.Custom // with its long texts
}

// Open opens all of a contact.
func Open(key crypt.Subject, c Contact, v Values) (out Clear, err error) {
	for _, x := range []struct {
		to     *string
		column string
		sealed []byte
	}{{&out.Name, "name", c.NameSealed}, {&out.Mobile, "mobile", v.Mobile}, {&out.Mobile2, "mobile2", v.Second}, {&out.Phone, "phone", v.Phone}, {&out.Email, "email", v.Email}, {&out.WeChat, "wechat", v.WeChat}} {
		if len(x.sealed) == 0 {
			continue
		}
		clear, err := key.Open(placeOf(x.column, c.ID), x.sealed)
		if err != nil {
			return out, err
		}
		*x.to = string(clear)
	}
	out.Custom = c.Custom
	out.texts, err = c.texts(key)
	return out, err
}

// Said is a contact in clear, as a caller would say it.
func Said(c Contact, clear Clear) Change {
	some := func(s string) api.Opt[string] { return api.Some(s) }
	return Change{Name: some(clear.Name), Salutation: some(string(c.Salutation)), Title: some(string(c.Title)), Department: some(string(c.Department)),
		Mobile: some(clear.Mobile), Mobile2: some(clear.Mobile2), Phone: some(clear.Phone), Email: some(clear.Email), WeChat: some(clear.WeChat), WeChatState: some(string(c.WeChatState)), PreferredChannel: some(string(c.PreferredChannel)),
		Role: some(string(c.Role)), Influence: some(string(c.Influence)), Attitude: some(string(c.Attitude)), ReportsTo: some(string(c.ReportsTo)),
		Birthday: some(clear.texts.Birthday), Consent: some(string(c.Consent)), ConsentOn: some(string(c.ConsentOn)), ConsentSource: some(clear.texts.ConsentSource), Note: some(clear.texts.Note), Primary: api.Some(c.Primary), Custom: clear.Custom}
}

// Rewrite makes a contact anew: what the caller left out is put back as it stood, and so
// is what he sent back as it was shown.
func Rewrite(c Contact, clear Clear, in Change) (p Person, old Masks) {
	p = Person{ID: c.ID, Facts: in, Primary: c.Primary || in.Primary.V}
	keep := func(said *api.Opt[string], stood string) {
		if !said.Set {
			*said = api.Some(stood)
		}
	}
	f := &p.Facts
	old = Masks{c.NameMasked, string(c.Mobile), string(c.Mobile2), string(c.Phone), string(c.Email), string(c.WeChat)}
	keep(&f.Name, clear.Name)
	if f.Name.V == c.NameMasked {
		f.Name.V = clear.Name
	}
	keep(&f.Mobile, old.Mobile)
	keep(&f.Mobile2, old.Mobile2)
	keep(&f.Phone, old.Phone)
	keep(&f.Email, old.Email)
	keep(&f.WeChat, old.WeChat)
	for _, x := range []struct {
		said  *api.Opt[string]
		stood string
	}{{&f.Salutation, string(c.Salutation)}, {&f.Title, string(c.Title)}, {&f.Department, string(c.Department)}, {&f.PreferredChannel, string(c.PreferredChannel)},
		{&f.Role, string(c.Role)}, {&f.Influence, string(c.Influence)}, {&f.Attitude, string(c.Attitude)}, {&f.ReportsTo, string(c.ReportsTo)},
		{&f.WeChatState, string(c.WeChatState)}, {&f.Consent, string(c.Consent)}, {&f.ConsentOn, string(c.ConsentOn)}, {&f.ConsentSource, clear.texts.ConsentSource},
		{&f.Birthday, clear.texts.Birthday}, {&f.Note, clear.texts.Note}} {
		keep(x.said, x.stood)
	}
	if string(c.Note) != clear.texts.Note && f.Note.V == string(c.Note) {
		f.Note.V = clear.texts.Note // shown with its numbers hidden, and sent back so
	}
	if string(c.ConsentSource) != clear.texts.ConsentSource && f.ConsentSource.V == string(c.ConsentSource) {
		f.ConsentSource.V = clear.texts.ConsentSource
	}
	return p, old
}

// Kept puts the values whose mask was sent back as they stood.
func (p *Person) Kept(clear Clear, old Masks) {
	for _, v := range []struct {
		value *value
		stood string
		mask  string
	}{{&p.Mobile, clear.Mobile, old.Mobile}, {&p.Mobile2, clear.Mobile2, old.Mobile2}, {&p.Phone, clear.Phone, old.Phone}, {&p.Email, clear.Email, old.Email}, {&p.WeChat, clear.WeChat, old.WeChat}} {
		if v.value.kept {
			*v.value = value{normal: v.stood, masked: v.mask, last4: lastFour(v.stood)}
		}
	}
	p.Email.last4, p.WeChat.last4 = "", ""
}

func digitsOf(s string) string {
	var out []byte
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			out = append(out, s[i])
		}
	}
	return string(out)
}

func lastFour(normal string) string {
	normal, _, _ = strings.Cut(normal, ";")
	if d := digitsOf(normal); len(d) >= 4 {
		return d[len(d)-4:]
	}
	return ""
}
