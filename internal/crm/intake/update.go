package intake

import (
	"bytes"
	"encoding/json"
	"reflect"

	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// A change is what an import did to a record that was there: field by field what stood,
// and what it put there.
type change struct {
	Fields map[string]pair `json:"fields"`
	Last   int64           `json:"last,omitempty"` // of a customer: its latest talk and the next, before
	Next   int64           `json:"next,omitempty"`
	At     string          `json:"customer,omitempty"` // of a contact or talk: whose
	Task   string          `json:"task,omitempty"`
}

type pair struct {
	Old json.RawMessage `json:"old"`
	New json.RawMessage `json:"new"`
}

// differs compares two states of a record in the fields that a caller may say.
func differs[Said any](before, after any) (map[string]pair, error) {
	old, err := fieldsOf(before)
	if err != nil {
		return nil, err
	}
	now, err := fieldsOf(after)
	if err != nil {
		return nil, err
	}
	out := map[string]pair{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Said]()) {
		name := jsonName(f)
		if a, ok := old[name]; ok && !bytes.Equal(a, now[name]) {
			out[name] = pair{a, now[name]}
		}
	}
	return out, nil
}

func fieldsOf(record any) (out map[string]json.RawMessage, err error) {
	text, err := json.Marshal(record)
	if err != nil {
		return nil, err
	}
	return out, json.Unmarshal(text, &out)
}

func jsonName(f reflect.StructField) string {
	name, _, _ := bytes.Cut([]byte(f.Tag.Get("json")), []byte(","))
	return string(name)
}

// says tells whether a caller says anything that a record does not hold already: a sheet
// that comes back as it went out changes nothing, and no version moves.
func says(said, record any) (bool, error) {
	in, err := fieldsOf(said)
	if err != nil {
		return false, err
	}
	stands, err := fieldsOf(record)
	for name, v := range in {
		if !bytes.Equal(v, stands[name]) {
			return true, err
		}
	}
	return false, err
}

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
	if before.Kind == customer.Individual {
		said.Kind = api.Opt[string]{} // what somebody is does not turn by a sheet
	}
	if news, err := says(said, before); err != nil {
		return nil, err
	} else if news {
		if err := s.Customers.ChangeIn(tx, id, before.Version, said); err != nil {
			return nil, err
		}
	}
	if in.in.OwnerID != "" && in.in.OwnerID != string(before.OwnerID) {
		if err := s.Customers.TransferIn(tx, id, customer.Transfer{To: in.in.OwnerID}); err != nil {
			return nil, err
		}
	}
	after, err := s.Customers.Whole(tx.As(program), id)
	if err != nil {
		return nil, err
	}
	fields, err := differs[customer.Change](before, after)
	if err != nil {
		return nil, err
	}
	if before.OwnerID != after.OwnerID {
		old, _ := json.Marshal(before.OwnerID)
		now, _ := json.Marshal(after.OwnerID)
		fields["owner_id"] = pair{old, now}
	}
	changed, err := effect(ofCustomer, id, false, change{Fields: fields, Last: int64(before.LastFollowUpAt), Next: int64(before.NextFollowUpAt)})
	if err != nil {
		return nil, err
	}
	people, err := s.updatePeople(tx, id, in.contacts)
	if err != nil {
		return nil, err
	}
	talks, err := s.addTalks(tx, id, in.talks)
	return append(append([]exchange.Effect{changed}, people...), talks...), err
}

func effect(kind, id string, made bool, c change) (exchange.Effect, error) {
	before, err := json.Marshal(c)
	return exchange.Effect{Kind: kind, Record: id, Made: made, Before: before}, err
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
	for _, c := range in {
		e, err := s.updatePerson(tx, id, have, c.New)
		if err != nil {
			return nil, err
		}
		if e.Record != "" {
			effects = append(effects, e)
		}
	}
	return effects, nil
}

func (s *session) updatePerson(tx *db.Tx, id string, have []contact.Contact, in contact.New) (exchange.Effect, error) {
	for _, h := range have {
		if h.Name != in.Name.V && h.NameMasked != in.Name.V {
			continue
		}
		return s.changePerson(tx, h, in)
	}
	made, err := s.Directory.AddIn(tx, id, in)
	if err != nil {
		return exchange.Effect{}, err
	}
	return effect(ofContact, made, true, change{At: id})
}

// asShown leaves out what comes back as it was shown: masks are no news (DECISIONS 7).
func asShown(in *contact.Change, shown contact.Contact) {
	for _, f := range []struct {
		said  *api.Opt[string]
		shown string
	}{{&in.Name, shown.NameMasked}, {&in.Mobile, string(shown.Mobile)}, {&in.Phone, string(shown.Phone)}, {&in.Email, string(shown.Email)}, {&in.WeChat, string(shown.WeChat)}, {&in.Note, string(shown.Note)}} {
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
	if news, err := says(in, before); err != nil || !news {
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
	fields, err := differs[contact.Change](before, after)
	if err != nil {
		return exchange.Effect{}, err
	}
	return effect(ofContact, id, false, change{Fields: fields, At: c.CustomerID})
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
	return effect(ofTalk, made, true, change{At: id, Last: int64(c.LastFollowUpAt), Next: int64(c.NextFollowUpAt)})
}
