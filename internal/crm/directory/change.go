package directory

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/keychange/held"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Add adds a person to a customer one may change.
func (s *Service) Add(ctx context.Context, who access.Actor, customerID string, in contact.New) (contact.Contact, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none contact.Contact, err error) {
		id, waits, err := s.AddIn(tx, customerID, in)
		if err != nil {
			return none, err
		}
		if waits != "" {
			return s.waiting(tx, contact.Waits+waits)
		}
		return s.load(tx, id)
	})
}

// AddIn is Add inside a unit: the one road for forms and imports. Who waits for a decision has
// no id yet, and waits names what asks for him.
func (s *Service) AddIn(tx *db.Tx, customerID string, in contact.New) (id, waits string, err error) {
	return s.add(tx, customerID, in, s.Key)
}

// PutIn is AddIn of somebody about whom nobody has to decide any more.
func (s *Service) PutIn(tx *db.Tx, customerID string, in contact.New) (string, error) {
	id, _, err := s.add(tx, customerID, in, nil)
	return id, err
}

func (s *Service) add(tx *db.Tx, customerID string, in contact.New, ask asking) (id, waits string, err error) {
	if err := tx.May(customer.Table, customerID, change(access.ContactWrite)); err != nil {
		return "", "", err
	}
	p := contact.Person{Facts: in, Primary: in.Primary.V}
	if p.Own, err = s.born(tx, in, s.judge(tx, &p, contact.Masks{})); err != nil {
		return "", "", err
	}
	have, err := db.All[contact.Contact](tx, at, db.Args{"customer": customerID})
	if err != nil {
		return "", "", err
	}
	if chief := in.ReportsTo.V; chief != "" {
		if err := s.sameCustomer(tx, customerID, chief); err != nil {
			return "", "", err
		}
	}
	if len(have) > 0 { // the first fills what was empty
		if waits, err = s.asked(tx, ask, Saying{Kind: Adding, Customer: customerID, Fields: contact.Added(p), Said: in}); waits != "" || err != nil {
			return "", waits, err
		}
	}
	p.Primary = p.Primary || len(have) == 0
	if err := s.makeRoom(tx, customerID, p.Primary); err != nil {
		return "", "", err
	}
	place, err := s.Customers.Place(tx, customerID)
	if err != nil {
		return "", "", err
	}
	if err := s.Join(tx, customerID, &p, place); err != nil {
		return "", "", err
	}
	return p.ID, "", s.after(tx, customerID, p.ID, p.Primary)
}

// JudgeIn says what AddIn would refuse or, with the id of one who is there, ChangeIn; it writes nothing.
func (s *Service) JudgeIn(tx *db.Tx, id string, in contact.New) error {
	if id == "" {
		_, err := s.born(tx, in, s.judge(tx, &contact.Person{Facts: in}, contact.Masks{}))
		return err
	}
	c, err := s.load(tx, id)
	if err != nil {
		return err
	}
	_, _, err = s.rewritten(tx, c, in)
	return err
}

func (s *Service) born(tx *db.Tx, in contact.New, wrong error) (own.Draft, error) {
	if in.Lax {
		return s.own().Begun(tx, in.Custom, wrong)
	}
	return s.own().Born(tx, in.Custom, wrong)
}

func (s *Service) judge(tx *db.Tx, p *contact.Person, old contact.Masks) error {
	w, err := s.Book.In(tx)
	if err != nil {
		return err
	}
	var wrong []fault.Detail
	p.Judge(w, func(field, code string, params map[string]any) {
		wrong = append(wrong, fault.Detail{Field: field, Code: code, Params: params})
	}, "", old)
	return fault.Fields(wrong)
}

func (s *Service) makeRoom(tx *db.Tx, customer string, primary bool) error {
	if !primary {
		return nil
	}
	_, err := tx.ChangeAll(unprimary, db.Args{"customer": customer})
	return err
}

// after names the primary contact in the customer's row, and brings the customer up to
// date with its people.
func (s *Service) after(tx *db.Tx, customer, id string, primary bool) error {
	if primary {
		if err := tx.As(program).Change(setPrimary, db.Args{"id": customer, "contact": id}); err != nil {
			return err
		}
	}
	return s.Customers.PeopleChanged(tx, customer)
}

// Change changes a contact in the version the caller saw; a mask sent back
// leaves the value as it was.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in contact.Change) (contact.Contact, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (contact.Contact, error) { return s.ChangeIn(tx, id, version, in) })
}

// ChangeIn is Change inside a unit. Pending of its answer says what waits for a decision.
func (s *Service) ChangeIn(tx *db.Tx, id string, version int64, in contact.Change) (contact.Contact, error) {
	return s.write(tx, id, version, in, s.Key)
}

// WriteIn is ChangeIn of what nobody has to decide any more.
func (s *Service) WriteIn(tx *db.Tx, id string, version int64, in contact.Change) (contact.Contact, error) {
	return s.write(tx, id, version, in, nil)
}

func (s *Service) write(tx *db.Tx, id string, version int64, in contact.Change, ask asking) (none contact.Contact, err error) {
	c, err := s.load(tx, id)
	if err != nil {
		return none, err
	}
	if c.Version != version {
		return none, db.ErrStale
	}
	if err := tx.May(Table, id, change(access.ContactWrite)); err != nil {
		return none, err
	}
	p, row, err := s.rewritten(tx, c, in)
	if err != nil {
		return none, err
	}
	if rest, waits, err := s.split(tx, ask, c, p, row, in); err != nil {
		return none, err
	} else if waits && rest.Nothing() {
		return s.load(tx, id)
	} else if waits {
		return s.write(tx, id, version, rest, nil)
	}
	if p.Primary && !c.Primary {
		if err := s.makeRoom(tx, c.CustomerID, true); err != nil {
			return none, err
		}
	}
	if err := s.unsaid(tx, c, p); err != nil {
		return none, err
	}
	if err := tx.Update(Table, id, version, row); err != nil {
		return none, err
	}
	key, err := s.Vault.Of(tx, id)
	if err != nil {
		return none, err
	}
	if err := s.own().Save(tx, key, id, p.Own); err != nil {
		return none, err
	}
	place, err := s.Customers.Place(tx, c.CustomerID)
	if err != nil {
		return none, err
	}
	if err := tx.Index("contact", id, s.words(p.Name, place)); err != nil {
		return none, err
	}
	if err := s.after(tx, c.CustomerID, id, p.Primary && !c.Primary); err != nil {
		return none, err
	}
	if in.Name.Set {
		if err := s.renamed(tx, id); err != nil {
			return none, err
		}
	}
	return s.noted(tx, c, p.Own.Changes)
}

// unsaid takes back what was confirmed of the values that a contact is about to lose.
func (s *Service) unsaid(tx *db.Tx, c contact.Contact, p contact.Person) error {
	was, _, err := s.clear(tx, c.ID)
	if err != nil {
		return err
	}
	var fields []string
	for _, f := range []struct {
		name    string
		changed bool
	}{{"name", was.Name != p.Name}, {"title", string(c.Title) != p.Facts.Title.V}, {"mobile", p.Changes(was)}} {
		if f.changed {
			fields = append(fields, f.name)
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return s.Unsaid(tx, c.ID, fields)
}

// Said gives a contact as somebody would have to say it to have it stand as it does: in
// clear, for whoever may change it, to bring it back after an import is undone.
func (s *Service) Said(tx *db.Tx, id string) (said contact.Change, version int64, err error) {
	if err := tx.May(Table, id, change(access.ContactWrite)); err != nil {
		return said, 0, err
	}
	c, err := db.One[contact.Contact](tx, get, db.Args{"id": id})
	if err != nil {
		return said, 0, err
	}
	clear, key, err := s.clear(tx, id)
	if err != nil {
		return said, 0, err
	}
	return contact.Said(c, clear), c.Version, s.own().Clear(tx, key, id, clear.Custom)
}

// noted reads the contact as it is now and logs what differs, in masks.
func (s *Service) noted(tx *db.Tx, old contact.Contact, changes []audit.Change) (contact.Contact, error) {
	c, err := s.load(tx, old.ID)
	if err != nil {
		return c, err
	}
	for _, f := range []struct {
		name     string
		old, new any
	}{{"name", old.NameMasked, c.NameMasked}, {"salutation", old.Salutation, c.Salutation}, {"title", old.Title, c.Title}, {"department", old.Department, c.Department},
		{"mobile", old.Mobile, c.Mobile}, {"mobile2", old.Mobile2, c.Mobile2}, {"phone", old.Phone, c.Phone}, {"email", old.Email, c.Email}, {"wechat", old.WeChat, c.WeChat},
		{"preferred_channel", old.PreferredChannel, c.PreferredChannel}, {"role", old.Role, c.Role}, {"influence", old.Influence, c.Influence},
		{"attitude", old.Attitude, c.Attitude}, {"wechat_state", old.WeChatState, c.WeChatState}, {"consent", old.Consent, c.Consent}, {"consent_on", old.ConsentOn, c.ConsentOn}, {"reports_to", old.ReportsTo, c.ReportsTo}, {"primary", old.Primary, c.Primary}} {
		if f.old != f.new {
			changes = append(changes, audit.Change{Field: f.name, Old: f.old, New: f.new})
		}
	}
	if old.Note != c.Note {
		changes = append(changes, audit.Change{Field: "note"})
	}
	if old.ConsentSource != c.ConsentSource {
		changes = append(changes, audit.Change{Field: "consent_source"})
	}
	if old.Birthday != c.Birthday {
		changes = append(changes, audit.Change{Field: "birthday"})
	}
	return c, audit.Note(tx, audit.Entry{Action: "contact.change", Kind: "contact", Record: c.ID, Customer: c.CustomerID, Changes: changes})
}

// rewritten makes the whole row anew.
func (s *Service) rewritten(tx *db.Tx, c contact.Contact, in contact.Change) (p contact.Person, row contact.Row, err error) {
	clear, key, err := s.clear(tx, c.ID)
	if err != nil {
		return p, row, err
	}
	if in.Primary.Set && !in.Primary.V && c.Primary {
		return p, row, fault.Rule("invalid", "primary") // name another as primary instead
	}
	p, old := contact.Rewrite(c, clear, in)
	if err := s.own().Said(tx, key, c.ID, clear.Custom); err != nil {
		return p, row, err
	}
	judge := s.own().Changed
	if in.Lax {
		judge = s.own().Kept
	}
	if p.Own, err = judge(tx, in.Custom, clear.Custom, s.judge(tx, &p, old)); err != nil {
		return p, row, err
	}
	if chief := p.Facts.ReportsTo.V; chief != "" {
		if chief == c.ID {
			return p, row, fault.Rule("invalid", "reports_to")
		}
		if err := s.sameCustomer(tx, c.CustomerID, chief); err != nil {
			return p, row, err
		}
		if err := s.noRing(tx, c, chief); err != nil {
			return p, row, err
		}
	}
	p.Kept(clear, old)
	row, err = p.Seal(s.Vault.Keys, key)
	return p, row, err
}

// clear opens a contact whole; it never leaves the package but through reveal.
func (s *Service) clear(tx *db.Tx, id string) (out contact.Clear, key crypt.Subject, err error) {
	if key, err = s.Vault.Of(tx, id); err != nil {
		return out, key, err
	}
	v, err := db.One[contact.Values](tx.As(program), valuesOf, db.Args{"id": id})
	if err != nil {
		return out, key, err
	}
	c, err := db.One[contact.Contact](tx.As(program), get, db.Args{"id": id})
	if err != nil {
		return out, key, err
	}
	out, err = contact.Open(key, c, v)
	return out, key, err
}

// Drop deletes a contact; its key goes with it, so nothing of it can be read again. It says
// whether that waits for a decision.
func (s *Service) Drop(ctx context.Context, who access.Actor, id string, version int64) (waits bool, err error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (bool, error) {
		c, err := db.One[contact.Contact](tx, get, db.Args{"id": id})
		if err != nil {
			return false, err
		}
		if c.Version != version {
			return false, db.ErrStale
		}
		if err := tx.May(Table, id, change(access.ContactWrite)); err != nil {
			return false, err
		}
		if c.CustomerKind == customer.Individual && c.Primary {
			return false, fault.Rule("read_only", "primary") // an individual is his own contact
		}
		waits, err := s.asked(tx, s.Key, Saying{Kind: Removing, Customer: c.CustomerID, Contact: id, Fields: []held.Field{held.Compared("contact", c.NameMasked, "", true)}})
		if err != nil || waits != "" {
			return true, err
		}
		return false, s.DropIn(tx, id, version)
	})
}

// DropIn is Drop inside a unit, of somebody about whom nobody has to decide any more.
func (s *Service) DropIn(tx *db.Tx, id string, version int64) error {
	c, err := db.One[contact.Contact](tx, get, db.Args{"id": id})
	if err != nil {
		return err
	}
	if c.CustomerKind == customer.Individual && c.Primary {
		return fault.Rule("read_only", "primary") // an individual is his own contact
	}
	if err := s.leaveAll(tx, c); err != nil {
		return err
	}
	if s.Dropped != nil {
		if err := s.Dropped(tx, id); err != nil {
			return err
		}
	}
	if _, err := tx.ChangeAll(reportsNoMore, db.Args{"id": id}); err != nil {
		return err
	}
	if err := tx.Change(drop, db.Args{"id": id, "version": version}); err != nil {
		return err
	}
	if err := s.Vault.Destroy(tx, id); err != nil {
		return err
	}
	if err := own.Drop(tx, id); err != nil {
		return err
	}
	if err := tx.Forget("contact", id); err != nil {
		return err
	}
	if c.Primary {
		if err := tx.As(program).Change(setPrimary, db.Args{"id": c.CustomerID, "contact": nil}); err != nil {
			return err
		}
	}
	if err := s.after(tx, c.CustomerID, "", false); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "contact.delete", Kind: "contact", Record: id, Customer: c.CustomerID, Details: map[string]any{"name": c.NameMasked}})
}
