package customer

import (
	"cmp"
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/privacy"
	"zhike/internal/base/setting"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/keychange/held"
	"zhike/internal/crm/likeness"
	"zhike/internal/crm/profile"
	"zhike/internal/crm/required"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/words"
)

// Service is what may be done with customers.
type Service struct {
	DB     *db.DB
	Vault  *privacy.Vault
	Book   *dictionary.Book
	Own    *own.Book
	People People
	// Required says what is asked of customers.
	Required *required.Service
	// Fields are the catalogue with measures besides: app.go gives it.
	Fields *customfield.Catalogue
	// Features above answer what this floor must ask: what goes to the bin with a
	// customer and comes back, and what the page of one counts.
	Binned   func(tx *db.Tx, id string, at int64) error
	Restored func(tx *db.Tx, id string, at int64) error
	Counts   func(tx *db.Tx, c *Customer) error
	// Badges are the tiers of customers, by the ids of segments.
	Badges func(tx *db.Tx, ids []string) (map[string]api.Strings, error)
	Moved  func(tx *db.Tx, row OwnerChange) error // who had it and who has it are told
	// Aliases are the words of those who were merged into a customer.
	Aliases func(tx *db.Tx, id string) ([]string, error)
	// Suspects notes whom a customer may be, once it is made and whenever its name, code or
	// people change; Suspected gives them as the viewer may know them.
	Suspects  func(tx *db.Tx, a likeness.About) error
	Suspected func(tx *db.Tx, id string) ([]likeness.Match, error)
	// Key keeps what is to wait for somebody's decision, and gives what takes effect at once; Pending
	// says what of the viewer's own word waits: see keychange.
	Key     func(tx *db.Tx, was, is Customer, in Change) (rest Change, fields []string, err error)
	Pending func(tx *db.Tx, id string) (*held.Waiting, error)
}

// People is what a customer asks of its contacts, which stand above it: see directory.
type People interface {
	Join(tx *db.Tx, customer string, p *contact.Person, place []string) error
	Known(tx *db.Tx, customer string) (primary *contact.Primary, names []string, err error)
	File(tx *db.Tx, customer string, place []string) (names []string, err error)
	Shown(tx *db.Tx, c Summary, near bool) ([]contact.Contact, error)
	EndingIn(customers db.Column, last4 string) db.Cond
}

// The program's own acts here: what a person's verb entails and he may not do by himself.
var program = access.Program("customer")

func actor(tx *db.Tx) access.Actor {
	who, _ := tx.Who().(access.Actor)
	return who
}

// derive works out what follows from the facts; it gives the name as the row keeps it.
func (s *Service) derive(key crypt.Subject, id string, f Facts, t Texts, full, override string) (name string, d derived, err error) {
	d = derived{NameKey: keyOf(s.Vault, f.Kind, full), Area: api.Text(rule.Area(string(f.Region))), Override: override}
	name = full
	if f.Kind == Individual {
		name, d.NameSealed = rule.MaskName(full), key.Seal(namePlace+id, []byte(full))
	} else {
		d.NameSort, d.Marks = words.SortKey(full), likeness.MarksOf(full)
	}
	d.Texts, d.TextsFilled, err = t.Seal(key, id)
	return name, d, err
}

// Get gives one customer whole.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Customer, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Customer, error) { return s.Load(tx, id) })
}

// Load is Get inside a unit.
func (s *Service) Load(tx *db.Tx, id string) (c Customer, err error) {
	if c, err = s.Whole(tx, id); err != nil {
		return c, err
	}
	who := actor(tx)
	if c.May, err = s.rights(tx, c.Summary); err != nil {
		return c, err
	}
	near := c.May.Add || c.May.Change
	judged := c.judged(nil)
	if c.Archived {
		c.May = Rights{Reveal: c.May.Reveal, Archive: c.May.Archive}
	}
	if !near && c.Kind == Individual {
		c.Name = rule.MaskName(c.Name)
	}
	c.Summary.view(who)
	c.Texts.View(who, near)
	one := []Summary{c.Summary}
	if err := s.badge(tx, one, []string{id}); err != nil {
		return c, err
	}
	c.Tiers = one[0].Tiers
	if s.Counts != nil {
		if err := s.Counts(tx, &c); err != nil {
			return c, err
		}
	}
	people, err := s.People.Shown(tx, c.Summary, near)
	if err != nil {
		return c, err
	}
	c.ContactsCount = int64(len(people))
	for i := range people {
		if people[i].Primary {
			c.PrimaryContact = &people[i]
			judged.Primary = people[i].AsPrimary()
		}
	}
	if c.May.Change && c.Review != Effective {
		if c.Asked, err = s.Required.LacksFor(tx, who, judged); err != nil {
			return c, err
		}
	}
	if s.Pending != nil {
		if c.Pending, err = s.Pending(tx, id); err != nil {
			return c, err
		}
	}
	c.Custom, err = s.Own.View(tx, "customer", c.Custom, func(text string) string { return Prose(who, near, text) })
	return c, err
}

// Whole reads a customer in clear, for the program's own use: what leaves must pass a view.
func (s *Service) Whole(tx *db.Tx, id string) (c Customer, err error) {
	if c.Summary, err = db.One[Summary](tx, get, db.Args{"id": id}); err != nil {
		return c, err
	}
	if len(c.TextsSealed) == 0 && len(c.NameSealed) == 0 && len(c.Custom) == 0 {
		return c, nil
	}
	key, err := s.Vault.Of(tx, id)
	if err != nil {
		return c, err
	}
	if len(c.Custom) > 0 {
		if err := s.Own.Opened(tx, key, id, c.Custom); err != nil {
			return c, err
		}
	}
	if len(c.NameSealed) > 0 {
		name, err := key.Open(namePlace+id, c.NameSealed)
		if err != nil {
			return c, err
		}
		c.Name = string(name)
	}
	return c, c.Texts.Open(key, id, c.TextsSealed)
}

func (s *Service) rights(tx *db.Tx, c Summary) (r Rights, err error) {
	for _, ask := range []struct {
		may   *bool
		right db.Right
	}{{&r.Change, change(access.CustomerWrite)}, {&r.Add, add(access.FollowUpWrite)}, {&r.Transfer, change(access.CustomerTransfer)},
		{&r.Release, change(access.CustomerRelease)}, {&r.Reveal, add(access.SensitiveReveal)}, {&r.Delete, change(access.CustomerDelete)}, {&r.Archive, change(access.CustomerArchive)}} {
		if *ask.may, err = tx.Reaches(Table, c.ID, ask.right); err != nil {
			return r, err
		}
	}
	who := actor(tx)
	r.Reveal = r.Reveal && who.Sees(access.ContactValues) == access.Shown && c.OwnerID != ""
	r.Release = r.Release && c.OwnerID != ""
	if c.OwnerID == "" && c.PoolID != "" {
		r.Claim, err = tx.Reaches(Table, c.ID, change(access.CustomerClaim))
	}
	return r, err
}

// Change changes facts of a customer in the version the caller saw.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (Customer, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Customer, err error) {
		if _, err := s.ChangeIn(tx, id, version, in); err != nil {
			return none, err
		}
		return s.Load(tx, id)
	})
}

// ChangeIn is Change inside a unit. It names the fields that wait for a decision and did not change yet.
func (s *Service) ChangeIn(tx *db.Tx, id string, version int64, in Change) (waits []string, err error) {
	err = s.write(tx, id, version, in, &waits)
	return waits, err
}

// WriteIn is ChangeIn of what nobody has to decide any more: a merge, what is put back, what was accepted.
func (s *Service) WriteIn(tx *db.Tx, id string, version int64, in Change) error {
	return s.write(tx, id, version, in, nil)
}

func (s *Service) write(tx *db.Tx, id string, version int64, in Change, waits *[]string) error {
	c, err := s.Whole(tx, id)
	if err != nil {
		return err
	}
	if c.Version != version && version > 0 {
		return db.ErrStale
	}
	if err := tx.May(Table, id, change(access.CustomerWrite)); err != nil {
		return err
	}
	w, err := s.Book.In(tx)
	if err != nil {
		return err
	}
	today, err := setting.Today(tx)
	if err != nil {
		return err
	}
	was, oldKey, oldCode := c, c.NameKey, c.CreditCode
	if err := masks(&in, c); err != nil {
		return err
	}
	diffs := api.Apply(&c, in, others...)
	j := &profile.Judge{Words: w, Who: actor(tx), Override: in.CreditCodeOverride, Was: profile.Was{Facts: was.Facts, Texts: was.Texts}}
	key, err := s.Vault.Of(tx, id)
	if err != nil {
		return err
	}
	draft, err := s.Own.Judge(tx, "customer", in.Custom, c.Custom, j.Refuse)
	if err != nil {
		return err
	}
	if len(diffs)+len(draft.Changes)+len(j.Wrong) == 0 && (in.CreditCodeOverride == "" || in.CreditCodeOverride == was.Override) {
		return nil // saved as it stood: no new version, and nothing for the log
	}
	full := c.Name
	if j.Override == "" && c.CreditCode == oldCode {
		j.Override = c.Override
	}
	j.Facts(&c.Facts, &full, today)
	j.Texts(c.Texts)
	if err := known(tx, j, c.AccountManagerID, was.AccountManagerID); err != nil {
		return err
	}
	c.SizeProposed = profile.Sized(&c.Facts, c.SizeProposed)
	if err := fault.Fields(j.Wrong); err != nil {
		return err
	}
	row := changedRow{Facts: c.Facts, Custom: draft.Shown}
	if row.Facts.Name, row.derived, err = s.derive(key, id, c.Facts, c.Texts, full, j.Override); err != nil {
		return err
	}
	claim := claims{id, c.Kind, full, row.NameKey, string(c.CreditCode)}
	if row.NameKey == oldKey {
		claim.nameKey = ""
	}
	if c.CreditCode == oldCode {
		claim.code = ""
	}
	if err := s.unique(tx, claim); err != nil {
		return err
	}
	if waits != nil && s.Key != nil {
		is := c
		is.Name, is.Custom = full, draft.Shown
		rest, fields, err := s.Key(tx, was, is, in)
		if *waits = fields; err != nil || len(fields) > 0 {
			return cmp.Or(err, s.write(tx, id, version, rest, nil))
		}
	}
	row.SizeProposed = c.SizeProposed
	p, names, err := s.People.Known(tx, id)
	if err != nil {
		return err
	}
	if row.Missing, row.Completeness, err = s.lacks(tx, &c, c.OwnerID, p, draft.Shown); err != nil {
		return err
	}
	if err := tx.Update(Table, id, version, row); err != nil {
		return err
	}
	if err := s.Own.Save(tx, key, id, draft, s.live(tx)); err != nil {
		return err
	}
	if in.Tags.Set {
		if err := s.tag(tx, id, c.Tags); err != nil {
			return err
		}
	}
	if row.NameKey != oldKey || in.ShortName.Set || len(draft.Changes) > 0 {
		if err := s.index(tx, id, full, names); err != nil {
			return err
		}
	}
	if full != was.Name || c.CreditCode != oldCode || c.Kind != was.Kind {
		if err := s.suspect(tx, id); err != nil {
			return err
		}
	}
	return audit.Note(tx, audit.Entry{Action: "customer.change", Kind: "customer", Record: id, Customer: id, Changes: append(audit.Changes(diffs, profile.Hush(Catalogue.Fields, c.Kind)), draft.Changes...)})
}
