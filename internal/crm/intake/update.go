package intake

import (
	"encoding/json"

	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/intake/company"
	"zhike/internal/crm/intake/trace"
	"zhike/internal/crm/keychange/held"
	"zhike/internal/platform/db"
	"zhike/locale"
)

// update brings a customer that is there up to date with what a row says. A cell that is
// empty says nothing, and so erases nothing.
func (s *customerSession) update(tx *db.Tx, id string, in read) (effects []exchange.Effect, err error) {
	before, err := s.Customers.Whole(tx, id)
	if err != nil {
		return nil, err
	}
	said := in.in.Change
	if in.shortName == string(before.ShortName) { // as it went out: what an exchange adds to a name is no news
		said.ShortName = api.Opt[string]{}
	}
	own, err := s.own(tx, ofCustomer)
	if err != nil {
		return nil, err
	}
	for _, f := range own { // a sealed value that stands could not be put back
		if f.Hidden() && before.Custom[f.Name] != nil {
			delete(said.Custom, f.Name)
		}
	}
	if before.Kind == customer.Individual {
		said.Kind = api.Opt[string]{} // what somebody is does not turn by a sheet
	}
	if news, err := trace.Says(said, before); err != nil {
		return nil, err
	} else if news {
		waits, err := s.Customers.ChangeIn(tx, id, before.Version, said)
		if err != nil {
			return nil, err
		}
		s.waits = append(s.waits, waits...)
	}
	after, err := s.Customers.Whole(tx.As(program), id)
	if err != nil {
		return nil, err
	}
	fields, err := trace.Differs[customer.Change](before, after)
	if err != nil {
		return nil, err
	}
	changed, err := trace.Effect(ofCustomer, id, false, trace.Change{Fields: fields, Last: int64(before.LastFollowUpAt), Next: int64(before.NextFollowUpAt)})
	if err != nil {
		return nil, err
	}
	for i := range in.contacts {
		if c := &in.contacts[i]; before.Kind == customer.Individual && !c.Name.Set {
			c.Name = api.Some(after.Name) // who is meant needs no name of his own
		}
	}
	people, err := s.updatePeople(tx, id, in.contacts)
	if err != nil {
		return nil, err
	}
	talks, err := s.addTalks(tx, id, in.talks)
	if err != nil {
		return nil, err
	}
	effects = append(append([]exchange.Effect{changed}, people...), talks...)
	if in.in.OwnerID == "" || in.in.OwnerID == string(before.OwnerID) {
		return effects, nil
	}
	// The owner is the last to change, and the first to be put back: who gives away may reach no more.
	if err := s.give(tx, id, in.in.OwnerID); err != nil {
		return nil, err
	}
	old, _ := json.Marshal(before.OwnerID)
	now, _ := json.Marshal(in.in.OwnerID)
	given, err := trace.Effect(ofCustomer, id, false, trace.Change{Fields: map[string]trace.Pair{"owner_id": {Old: old, New: now}}})
	return append(effects, given), err
}

// updatePeople changes those who are there, by name, and adds the others.
func (s *session) updatePeople(tx *db.Tx, id string, in []placedContact) (effects []exchange.Effect, err error) {
	if len(in) == 0 {
		return nil, nil
	}
	have, err := s.Directory.People(tx, id)
	if err != nil {
		return nil, err
	}
	met := map[string]bool{}
	for _, c := range in {
		e, err := s.updatePerson(tx, id, have, met, c.New)
		if err != nil {
			return nil, err
		}
		if e.Record != "" {
			effects = append(effects, e)
		}
	}
	return effects, nil
}

// updatePerson changes who is meant: the one of the name with the number, else the first of
// the name whom no row above has meant. Of those whose name nobody wrote down the number alone tells.
func (s *session) updatePerson(tx *db.Tx, id string, have []contact.Contact, met map[string]bool, in contact.New) (exchange.Effect, error) {
	unnamed := in.Name.V == locale.Text(s.options.Lang, "intake.label.unnamed", nil)
	meant := -1
	for i, h := range have {
		if met[h.ID] || h.Name != in.Name.V && h.NameMasked != in.Name.V {
			continue
		}
		stands, _, err := s.Directory.Said(tx, h.ID)
		if err != nil {
			return exchange.Effect{}, err
		}
		if company.SameNumber(in.Mobile.V, stands.Mobile.V) || company.SameNumber(in.Phone.V, stands.Phone.V) {
			meant = i
			break
		}
		if meant < 0 && !unnamed {
			meant = i
		}
	}
	if meant >= 0 {
		met[have[meant].ID] = true
		return s.changePerson(tx, have[meant], in)
	}
	made, waits, err := s.Directory.AddIn(tx, id, in)
	if err != nil {
		return exchange.Effect{}, err
	}
	if waits != "" {
		s.waits = append(s.waits, s.column("name"))
		return exchange.Effect{}, nil
	}
	return trace.Effect(ofContact, made, true, trace.Change{At: id})
}

// column is that of a contact's field in this sheet.
func (s *session) column(field string) string {
	if s.kind == ofContact {
		return field
	}
	return ofContact + "." + field
}

// asShown leaves out what comes back as it was shown: masks are no news (DECISIONS 7).
func asShown(in *contact.Change, shown contact.Contact) {
	for _, f := range []struct {
		said  *api.Opt[string]
		shown string
	}{{&in.Name, shown.NameMasked}, {&in.Mobile, string(shown.Mobile)}, {&in.Mobile2, string(shown.Mobile2)}, {&in.Phone, string(shown.Phone)}, {&in.Email, string(shown.Email)}, {&in.WeChat, string(shown.WeChat)}, {&in.Note, string(shown.Note)}, {&in.ConsentSource, string(shown.ConsentSource)}} {
		if f.said.Set && f.said.V == f.shown {
			*f.said = api.Opt[string]{}
		}
	}
}

func (s *session) changePerson(tx *db.Tx, shown contact.Contact, in contact.Change) (exchange.Effect, error) {
	id := shown.ID
	asShown(&in, shown)
	before, version, err := s.Directory.Said(tx, id)
	if err != nil {
		return exchange.Effect{}, err
	}
	if in.Primary.Set && !in.Primary.V {
		in.Primary = api.Opt[bool]{} // another is named as primary instead
	}
	if news, err := trace.Says(in, before); err != nil || !news {
		return exchange.Effect{}, err
	}
	c, err := s.Directory.ChangeIn(tx, id, version, in)
	if err != nil {
		return exchange.Effect{}, err
	}
	after, _, err := s.Directory.Said(tx, id)
	if err != nil {
		return exchange.Effect{}, err
	}
	if c.Pending != nil {
		those, _ := contact.Split(in, c.Pending.Fields)
		for _, f := range held.OfContact {
			if those.Says(f) {
				s.waits = append(s.waits, s.column(f))
			}
		}
	}
	fields, err := trace.Differs[contact.Change](before, after)
	if err != nil {
		return exchange.Effect{}, err
	}
	if len(fields) == 0 && c.Pending != nil {
		return exchange.Effect{}, nil
	}
	return trace.Effect(ofContact, id, false, trace.Change{Fields: fields, At: c.CustomerID})
}

// addTalks records talks that are not there yet: the same words at the same time by the
// same person are the same talk.
func (s *session) addTalks(tx *db.Tx, id string, in []placedTalk) (effects []exchange.Effect, err error) {
	for _, t := range in {
		there, err := s.FollowUps.Recorded(tx, id, t.New)
		if err != nil {
			return nil, err
		}
		if there {
			continue
		}
		e, err := s.addTalk(tx, id, t)
		if err != nil {
			return nil, err
		}
		effects = append(effects, e)
	}
	return effects, nil
}

func (s *session) addTalk(tx *db.Tx, id string, t placedTalk) (exchange.Effect, error) {
	c, err := s.Customers.Line(tx, id)
	if err != nil {
		return exchange.Effect{}, err
	}
	t.Recorded = tx.At()
	made, err := s.FollowUps.RecordIn(tx, id, t.New)
	if err != nil {
		return exchange.Effect{}, err
	}
	return trace.Effect(ofTalk, made, true, trace.Change{At: id, Last: int64(c.LastFollowUpAt), Next: int64(c.NextFollowUpAt)})
}
