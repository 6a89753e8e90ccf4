package contact

import (
	"reflect"
	"slices"

	"zhike/internal/base/api"
	"zhike/internal/crm/keychange/held"
	"zhike/internal/crm/rule"
)

// Key compares the key fields of somebody as he stands with what he is to be.
func Key(c Contact, clear Clear, p Person, row Row) []held.Field {
	return []held.Field{
		held.Compared("name", c.NameMasked, row.NameMasked, p.Name != clear.Name),
		held.Compared("mobile", string(c.Mobile), row.MobileMasked, p.Mobile.normal != clear.Mobile),
		held.Compared("mobile2", string(c.Mobile2), row.Mobile2Mask, p.Mobile2.normal != clear.Mobile2),
		held.Compared("phone", string(c.Phone), row.PhoneMasked, p.Phone.normal != clear.Phone),
		held.Compared("email", string(c.Email), row.EmailMasked, p.Email.normal != clear.Email),
		held.Compared("wechat", string(c.WeChat), row.WeChatMasked, p.WeChat.normal != clear.WeChat),
	}
}

// Added are the fields that tell of somebody who is to be added: his name and how he is reached.
func Added(p Person) (all []held.Field) {
	all = []held.Field{held.Compared("contact", "", rule.MaskName(p.Name), true)}
	for _, v := range []struct {
		name  string
		value value
	}{{"mobile", p.Mobile}, {"mobile2", p.Mobile2}, {"phone", p.Phone}, {"email", p.Email}, {"wechat", p.WeChat}} {
		if v.value.normal != "" {
			all = append(all, held.Compared(v.name, "", v.value.masked, true))
		}
	}
	return all
}

// Split parts what is said of a contact: some fields by themselves, and the rest.
func Split(in Change, fields []string) (those, rest Change) {
	rest = in
	for _, f := range []struct {
		name     string
		of, from *api.Opt[string]
	}{{"name", &those.Name, &rest.Name}, {"mobile", &those.Mobile, &rest.Mobile}, {"mobile2", &those.Mobile2, &rest.Mobile2}, {"phone", &those.Phone, &rest.Phone},
		{"email", &those.Email, &rest.Email}, {"wechat", &those.WeChat, &rest.WeChat}} {
		if slices.Contains(fields, f.name) {
			*f.of, *f.from = *f.from, api.Opt[string]{}
		}
	}
	return those, rest
}

// Over is what was said of a contact before, with what is said of him now.
func (c Change) Over(before Change) Change {
	out := before
	for _, f := range []struct{ said, into *api.Opt[string] }{{&c.Name, &out.Name}, {&c.Mobile, &out.Mobile}, {&c.Mobile2, &out.Mobile2}, {&c.Phone, &out.Phone}, {&c.Email, &out.Email}, {&c.WeChat, &out.WeChat}} {
		if f.said.Set {
			*f.into = *f.said
		}
	}
	return out
}

// Says says whether anything is said of a key field.
func (c Change) Says(field string) bool {
	f, ok := map[string]api.Opt[string]{"name": c.Name, "mobile": c.Mobile, "mobile2": c.Mobile2, "phone": c.Phone, "email": c.Email, "wechat": c.WeChat}[field]
	return ok && f.Set
}

// Value is what is said of one way to reach somebody.
func (c Change) Value(field string) string {
	return map[string]string{"mobile": c.Mobile.V, "mobile2": c.Mobile2.V, "phone": c.Phone.V, "email": c.Email.V, "wechat": c.WeChat.V}[field]
}

// Nothing says whether nothing is said of a contact.
func (c Change) Nothing() bool {
	if c.Lax = false; len(c.Custom) == 0 {
		c.Custom = nil
	}
	return reflect.ValueOf(c).IsZero()
}
