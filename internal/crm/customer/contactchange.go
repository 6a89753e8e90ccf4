package customer

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

type sealedRow struct {
	ID     string `db:"id"`
	Mobile []byte `db:"mobile_sealed"`
	Phone  []byte `db:"phone_sealed"`
	Email  []byte `db:"email_sealed"`
	WeChat []byte `db:"wechat_sealed"`
}

// ChangeContact changes a contact in the version the caller saw; a mask sent back
// leaves the value as it was.
func (s *Service) ChangeContact(ctx context.Context, who access.Actor, id string, version int64, in ChangeContact) (Contact, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Contact, err error) {
		c, err := s.contact(tx, id)
		if err != nil {
			return none, err
		}
		if c.Version != version {
			return none, db.ErrStale
		}
		if err := tx.May(Contacts, id, change(access.ContactWrite)); err != nil {
			return none, err
		}
		p, row, err := s.rewritten(tx, c, in)
		if err != nil {
			return none, err
		}
		if p.primary && !c.Primary {
			if err := s.makeRoom(tx, c.CustomerID, true); err != nil {
				return none, err
			}
		}
		if err := tx.Update(Contacts, id, version, row); err != nil {
			return none, err
		}
		if err := s.indexContact(tx, c.CustomerID, id, p.name); err != nil {
			return none, err
		}
		if err := s.afterContacts(tx, c.CustomerID, id, p.primary && !c.Primary); err != nil {
			return none, err
		}
		return s.noted(tx, c)
	})
}

// noted reads the contact as it is now and logs what differs, in masks.
func (s *Service) noted(tx *db.Tx, old Contact) (Contact, error) {
	c, err := s.contact(tx, old.ID)
	if err != nil {
		return c, err
	}
	var changes []audit.Change
	for _, f := range []struct {
		name     string
		old, new any
	}{{"name", old.NameMasked, c.NameMasked}, {"salutation", old.Salutation, c.Salutation}, {"title", old.Title, c.Title}, {"department", old.Department, c.Department},
		{"mobile", old.Mobile, c.Mobile}, {"phone", old.Phone, c.Phone}, {"email", old.Email, c.Email}, {"wechat", old.WeChat, c.WeChat},
		{"preferred_channel", old.PreferredChannel, c.PreferredChannel}, {"role", old.Role, c.Role}, {"influence", old.Influence, c.Influence},
		{"attitude", old.Attitude, c.Attitude}, {"reports_to", old.ReportsTo, c.ReportsTo}, {"primary", old.Primary, c.Primary}} {
		if f.old != f.new {
			changes = append(changes, audit.Change{Field: f.name, Old: f.old, New: f.new})
		}
	}
	if old.Note != c.Note {
		changes = append(changes, audit.Change{Field: "note"})
	}
	if old.Birthday != c.Birthday {
		changes = append(changes, audit.Change{Field: "birthday"})
	}
	return c, audit.Note(tx, audit.Entry{Action: "contact.change", Kind: "contact", Record: c.ID, Customer: c.CustomerID, Changes: changes})
}

// rewritten makes the whole row anew: what the caller left out is put back as it stood.
func (s *Service) rewritten(tx *db.Tx, c Contact, in ChangeContact) (p person, row contactRow, err error) {
	clear, key, err := s.clear(tx, c.ID)
	if err != nil {
		return p, row, err
	}
	p = person{ID: c.ID, Facts: in, primary: c.Primary || in.Primary.V}
	if in.Primary.Set && !in.Primary.V && c.Primary {
		return p, row, fault.Rule("invalid", "primary") // name another as primary instead
	}
	keep := func(said *api.Opt[string], stood string) {
		if !said.Set {
			*said = api.Some(stood)
		}
	}
	f := &p.Facts
	old := masks4{c.NameMasked, string(c.Mobile), string(c.Phone), string(c.Email), string(c.WeChat)}
	keep(&f.Name, clear.name)
	if f.Name.V == c.NameMasked {
		f.Name.V = clear.name
	}
	keep(&f.Mobile, old.mobile)
	keep(&f.Phone, old.phone)
	keep(&f.Email, old.email)
	keep(&f.WeChat, old.wechat)
	for _, x := range []struct {
		said  *api.Opt[string]
		stood string
	}{{&f.Salutation, string(c.Salutation)}, {&f.Title, string(c.Title)}, {&f.Department, string(c.Department)}, {&f.PreferredChannel, string(c.PreferredChannel)},
		{&f.Role, string(c.Role)}, {&f.Influence, string(c.Influence)}, {&f.Attitude, string(c.Attitude)}, {&f.ReportsTo, string(c.ReportsTo)},
		{&f.Birthday, clear.texts.Birthday}, {&f.Note, clear.texts.Note}} {
		keep(x.said, x.stood)
	}
	if string(c.Note) != clear.texts.Note && f.Note.V == string(c.Note) {
		f.Note.V = clear.texts.Note // shown with its numbers hidden, and sent back so
	}
	w, err := s.Book.In(tx)
	if err != nil {
		return p, row, err
	}
	j := &judge{words: w, who: actor(tx)}
	p.judge(j, "", old)
	if err := fault.Fields(j.wrong); err != nil {
		return p, row, err
	}
	if f.ReportsTo.V != "" {
		if f.ReportsTo.V == c.ID {
			return p, row, fault.Rule("invalid", "reports_to")
		}
		if err := s.sameCustomer(tx, c.CustomerID, f.ReportsTo.V); err != nil {
			return p, row, err
		}
	}
	for _, v := range []struct {
		value *clearValue
		stood string
		mask  string
	}{{&p.mobile, clear.mobile, old.mobile}, {&p.phone, clear.phone, old.phone}, {&p.email, clear.email, old.email}, {&p.wechat, clear.wechat, old.wechat}} {
		if v.value.kept {
			*v.value = clearValue{normal: v.stood, masked: v.mask, last4: lastFour(v.stood)}
		}
	}
	p.email.last4, p.wechat.last4 = "", ""
	row, err = s.row(key, p)
	return p, row, err
}

// A clearPerson is a contact opened; it never leaves the package but through reveal.
type clearPerson struct {
	name, mobile, phone, email, wechat string
	texts                              contactTexts
}

func (s *Service) clear(tx *db.Tx, id string) (out clearPerson, key crypt.Subject, err error) {
	if key, err = s.Vault.Of(tx, id); err != nil {
		return out, key, err
	}
	v, err := db.One[sealedRow](tx.As(program), valuesOf, db.Args{"id": id})
	if err != nil {
		return out, key, err
	}
	c, err := db.One[Contact](tx.As(program), contactOf, db.Args{"id": id})
	if err != nil {
		return out, key, err
	}
	for _, x := range []struct {
		to     *string
		column string
		sealed []byte
	}{{&out.name, "name", c.NameSealed}, {&out.mobile, "mobile", v.Mobile}, {&out.phone, "phone", v.Phone}, {&out.email, "email", v.Email}, {&out.wechat, "wechat", v.WeChat}} {
		if len(x.sealed) == 0 {
			continue
		}
		clear, err := key.Open("contacts/"+x.column+"/"+id, x.sealed)
		if err != nil {
			return out, key, err
		}
		*x.to = string(clear)
	}
	if len(c.TextsSealed) > 0 {
		shown := c
		if err := shown.open(key, program, true); err != nil {
			return out, key, err
		}
		out.texts = contactTexts{Note: string(shown.Note), Birthday: string(shown.Birthday)}
	}
	return out, key, nil
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
	for i := range len(normal) {
		if normal[i] == ';' {
			normal = normal[:i]
			break
		}
	}
	if d := digitsOf(normal); len(d) >= 4 {
		return d[len(d)-4:]
	}
	return ""
}
