package contact

import (
	"strconv"
	"strings"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
)

// A Person is a contact being written, in clear: it is sealed before it is kept, and
// never shown.
type Person struct {
	ID                                    string
	Facts                                 Change
	Name                                  string
	Primary                               bool
	Mobile, Mobile2, Phone, Email, WeChat value
	texts                                 texts
	Own                                   own.Draft // of the company's own fields
}

// A value is a number or address as the rules read it.
type value struct {
	normal, masked, last4 string
	kept                  bool // the mask was sent back: what stands stays
}

// A Refuse is told what is wrong with a field.
type Refuse func(field, code string, params map[string]any)

// People are the contacts of a new customer.
type People []Person

// Self makes an individual his own contact, under the name that he has as a customer.
func Self(name string, in []New) []New {
	in = append([]New(nil), in...)
	if len(in) == 0 {
		in = []New{{}}
	}
	if in[0].Name.V == "" {
		in[0].Name = api.Some(name)
	}
	return in
}

// JudgeAll reads the contacts of a new customer; the first is primary unless one is named.
func JudgeAll(w *dictionary.Words, refuse Refuse, in []New) People {
	var all People
	for i, c := range in {
		p := Person{Facts: c, Primary: c.Primary.V && all.first() == nil}
		at := "contacts[" + strconv.Itoa(i) + "]."
		p.Judge(w, refuse, at, Masks{})
		if c.ReportsTo.V != "" {
			refuse(at+"reports_to", "invalid", nil) // nobody stands here yet
		}
		all = append(all, p)
	}
	if all.first() == nil && len(all) > 0 {
		all[0].Primary = true
	}
	return all
}

// Own judges the company's own fields of people who come with a new customer. What they lack is asked for when one is written by
// himself: a customer begins with a name alone.
func (all People) Own(tx *db.Tx, book *own.Book, refuse Refuse) error {
	for i := range all {
		said, err := book.Standard(tx, "contact", "", "", all[i].Facts.Custom)
		if err != nil {
			return err
		}
		at := "contacts[" + strconv.Itoa(i) + "]."
		if all[i].Own, err = book.Judge(tx, "contact", said, nil, func(field, code string, params map[string]any) { refuse(at+field, code, params) }); err != nil {
			return err
		}
	}
	return nil
}

func (all People) first() *Person {
	for i := range all {
		if all[i].Primary {
			return &all[i]
		}
	}
	return nil
}

// Names are those of everybody, in clear, for the index.
func (all People) Names() (names []string) {
	for _, p := range all {
		names = append(names, p.Name)
	}
	return names
}

// A Primary says which fields of a customer's primary contact are filled; reach is any way to reach him.
type Primary map[string]bool

// Askable are the fields of a primary contact that a company may ask to be filled.
var Askable = []string{"name", "title", "role", "reach", "salutation", "department", "mobile", "mobile2", "phone", "email", "wechat", "wechat_state", "preferred_channel", "influence", "attitude", "consent", "consent_on"}

func primary(values map[string]string) *Primary {
	p := Primary{"name": true}
	for name, v := range values {
		p[name] = v != ""
	}
	for _, way := range []string{"mobile", "mobile2", "phone", "email", "wechat"} {
		p["reach"] = p["reach"] || p[way]
	}
	return &p
}

// AsPrimary tells of a contact that stands.
func (c Contact) AsPrimary() *Primary {
	return primary(map[string]string{"title": string(c.Title), "role": string(c.Role), "salutation": string(c.Salutation), "department": string(c.Department), "mobile": string(c.Mobile), "mobile2": string(c.Mobile2),
		"phone": string(c.Phone), "email": string(c.Email), "wechat": string(c.WeChat), "wechat_state": string(c.WeChatState), "preferred_channel": string(c.PreferredChannel), "influence": string(c.Influence),
		"attitude": string(c.Attitude), "consent": string(c.Consent), "consent_on": string(c.ConsentOn)})
}

// Primary tells of the first of them; nil without any.
func (all People) Primary() *Primary {
	p := all.first()
	if p == nil {
		return nil
	}
	f := p.Facts
	return primary(map[string]string{"title": f.Title.V, "role": f.Role.V, "salutation": f.Salutation.V, "department": f.Department.V, "mobile": p.Mobile.normal, "mobile2": p.Mobile2.normal,
		"phone": p.Phone.normal, "email": p.Email.normal, "wechat": p.WeChat.normal, "wechat_state": f.WeChatState.V, "preferred_channel": f.PreferredChannel.V, "influence": f.Influence.V,
		"attitude": f.Attitude.V, "consent": f.Consent.V, "consent_on": f.ConsentOn.V})
}

// Masks are the masks that stand, which a caller may send back.
type Masks struct{ Name, Mobile, Mobile2, Phone, Email, WeChat string }

// Judge normalises and checks what a caller says of a contact; at is where its fields stand.
func (p *Person) Judge(w *dictionary.Words, refuse Refuse, at string, old Masks) {
	f := &p.Facts
	vague := func(s string) bool { return rule.VagueAmong(s, w.Vague().Further, w.Vague().Fine) }
	p.Name = strings.Join(strings.Fields(f.Name.V), " ")
	switch {
	case p.Name == "":
		refuse(at+"name", "required", nil)
	case old.Name != "" && p.Name == old.Name && rule.IsMasked(p.Name):
		// as it was; the caller of Judge has put the clear name aside
	case rule.IsMasked(p.Name):
		refuse(at+"name", "masked_value", nil)
	case vague(p.Name):
		refuse(at+"name", "vague", nil)
	case rule.HasNumber(p.Name):
		refuse(at+"name", "number_in_text", nil)
	}
	p.Mobile = number(refuse, at+"mobile", f.Mobile.V, old.Mobile)
	p.Mobile2 = number(refuse, at+"mobile2", f.Mobile2.V, old.Mobile2)
	p.Phone = number(refuse, at+"phone", f.Phone.V, old.Phone)
	if v := strings.TrimSpace(f.Email.V); v != "" {
		switch email, err := rule.ParseEmail(v); {
		case v == old.Email:
			p.Email.kept = true
		case rule.IsMasked(v):
			refuse(at+"email", "masked_value", nil)
		case err != nil:
			refuse(at+"email", "bad_email", nil)
		default:
			p.Email = value{normal: email, masked: rule.MaskEmail(email)}
		}
	}
	if v := strings.TrimSpace(f.WeChat.V); v != "" {
		switch {
		case v == old.WeChat:
			p.WeChat.kept = true
		case rule.IsMasked(v):
			refuse(at+"wechat", "masked_value", nil)
		default:
			p.WeChat = value{normal: v, masked: rule.MaskWechat(v)}
		}
	}
	for _, c := range []struct{ field, dict, v string }{{"role", "contact_role", f.Role.V}, {"influence", "influence", f.Influence.V}, {"attitude", "attitude", f.Attitude.V},
		{"preferred_channel", "preferred_channel", f.PreferredChannel.V}, {"wechat_state", "wechat_state", f.WeChatState.V}, {"consent", "consent", f.Consent.V}} {
		if c.v != "" && !w.Has(c.dict, c.v) {
			refuse(at+c.field, "invalid", nil)
		}
	}
	for _, c := range []struct{ field, v string }{{"title", f.Title.V}, {"department", f.Department.V}, {"salutation", f.Salutation.V}} {
		switch {
		case vague(c.v):
			refuse(at+c.field, "vague", nil)
		case rule.HasNumber(c.v):
			refuse(at+c.field, "number_in_text", nil)
		}
	}
	for _, c := range []struct{ field, v string }{{"birthday", f.Birthday.V}, {"consent_on", f.ConsentOn.V}} {
		if c.v == "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, c.v); err != nil {
			refuse(at+c.field, "invalid", nil)
		}
	}
	p.texts = texts{Note: f.Note.V, Birthday: f.Birthday.V, ConsentSource: f.ConsentSource.V}
}

func number(refuse Refuse, field, v, old string) value {
	if v = strings.TrimSpace(v); v == "" {
		return value{}
	}
	if v == old {
		return value{kept: true}
	}
	if rule.IsMasked(v) {
		refuse(field, "masked_value", nil)
		return value{}
	}
	n, err := rule.ParsePhone(v)
	if err == rule.ErrPhoneScientific {
		refuse(field, "number_damaged", nil)
		return value{}
	}
	if err != nil || strings.HasSuffix(strings.TrimSuffix(field, "2"), "mobile") && n.Kind != rule.Mobile && n.Kind != rule.Foreign {
		refuse(field, "bad_phone", nil)
		return value{}
	}
	normal := n.E164
	if normal == "" {
		normal = n.Display()
	}
	c := value{normal: normal, masked: n.Masked()}
	if n.Extension != "" {
		c.normal += ";ext=" + n.Extension
	}
	if digits := digitsOf(normal); len(digits) >= 4 {
		c.last4 = digits[len(digits)-4:]
	}
	return c
}

// Changes says whether the person has another mobile than one that stood.
func (p Person) Changes(was Clear) bool { return p.Mobile.normal != was.Mobile }
