package intake

import (
	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
)

// A mask is a value of a contact that comes back as it was shown (DECISIONS 7).
type mask struct {
	contact     int
	field, text string
}

func reach(c *contact.New) map[string]*api.Opt[string] {
	return map[string]*api.Opt[string]{"mobile": &c.Mobile, "mobile2": &c.Mobile2, "phone": &c.Phone, "email": &c.Email, "wechat": &c.WeChat}
}

// unmask takes masks out of what a row says of people: they are no news, and what they
// hide is judged where it stands.
func (in *read) unmask() (all []mask) {
	for i := range in.contacts {
		for field, v := range reach(&in.contacts[i].New) {
			if v.Set && rule.IsMasked(v.V) {
				all = append(all, mask{i, field, v.V})
				*v = api.Opt[string]{}
			}
		}
		in.in.Contacts[i] = in.contacts[i].New
	}
	return all
}

// unknownMasks are those that hide nothing that the customer's people have.
func (s *customerSession) unknownMasks(tx *db.Tx, held string, in read, masks []mask) (wrong []exchange.Problem, err error) {
	if len(masks) == 0 {
		return nil, nil
	}
	var have []contact.Contact
	if held != "" {
		if have, err = s.Directory.People(tx, held); err != nil {
			return nil, err
		}
	}
	for _, m := range masks {
		c, known := in.contacts[m.contact], false
		for _, h := range have {
			stands := map[string]api.Text{"mobile": h.Mobile, "mobile2": h.Mobile2, "phone": h.Phone, "email": h.Email, "wechat": h.WeChat}[m.field]
			known = known || (h.Name == c.Name.V || h.NameMasked == c.Name.V) && string(stands) == m.text
		}
		if !known {
			wrong = append(wrong, exchange.Problem{Row: c.row, Field: c.prefix + m.field, Code: "masked_value"})
		}
	}
	return wrong, nil
}
