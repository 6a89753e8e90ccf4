package keychange

import (
	"maps"
	"reflect"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/alarm"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/notice"
	"zhike/internal/base/privacy"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/keychange/held"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
)

// Service keeps key changes.
type Service struct {
	DB        *db.DB
	Vault     *privacy.Vault
	Customers *customer.Service
	Directory *directory.Service
	Notices   *notice.Service
	Actor     func(tx *db.Tx, user string) (access.Actor, error) // with his rights of today
}

func actor(tx *db.Tx) access.Actor {
	who, _ := tx.Who().(access.Actor)
	return who
}

// someone is the viewer beside a customer.
func someone(tx *db.Tx, customerID string, leader string) (out held.Someone, err error) {
	who := actor(tx)
	out = held.Someone{ID: who.ID(), Program: who.Program(), Leads: leader != "" && leader == who.ID()}
	if !out.Program && who.Can(access.KeyDecide) {
		out.Decides, err = tx.Reaches(customer.Table, customerID, db.Change(string(access.KeyDecide)))
	}
	return out, err
}

// holds says whether the viewer's word on a customer waits.
func (s *Service) holds(tx *db.Tx, customerID, owner string) (bool, error) {
	who, err := someone(tx, customerID, "")
	if err != nil {
		return false, err
	}
	mode, err := Mode.In(tx)
	return held.Holds(mode, who, owner), err
}

// Waits says whether the viewer's word on the key fields of a customer and its people waits.
func (s *Service) Waits(tx *db.Tx, id string) (bool, error) {
	c, err := s.Customers.Line(tx.As(program), id)
	if err != nil {
		return false, err
	}
	return s.holds(tx, id, string(c.OwnerID))
}

// Fresh are the viewer's requests about a customer and its people that began in this unit.
func (s *Service) Fresh(tx *db.Tx, customerID string) (ids []string, err error) {
	all, err := db.All[Request](tx.As(program), standing, db.Args{"customer": customerID})
	for _, r := range all {
		if r.AskerID == tx.Who().ID() && int64(r.AskedAt) == tx.At() {
			ids = append(ids, r.ID)
		}
	}
	return ids, err
}

// named is what a customer is called where names of people are masked.
func named(c customer.Customer) string {
	if c.Kind == customer.Individual {
		return rule.MaskName(c.Name)
	}
	return c.Name
}

// Customer keeps what waits of what is said of a customer, and gives the rest.
func (s *Service) Customer(tx *db.Tx, was, is customer.Customer, in customer.Change) (rest customer.Change, fields []string, err error) {
	all := []held.Field{held.Compared("name", named(was), named(is), was.Name != is.Name), held.Compared("credit_code", string(was.CreditCode), string(is.CreditCode), was.CreditCode != is.CreditCode)}
	for _, name := range held.Own {
		if said, ok := in.Custom[name]; ok {
			w, _ := was.Custom[name].(string)
			i, _ := is.Custom[name].(string)
			all = append(all, held.Compared(name, w, i, said != was.Custom[name]))
		}
	}
	keys := held.Key(all)
	if len(keys) == 0 {
		return in, nil, nil
	}
	if waits, err := s.holds(tx, was.ID, string(was.OwnerID)); err != nil || !waits {
		return in, nil, err
	}
	those, rest := split(in, held.Names(keys))
	p := proposal{Customer: &those, Name: was.Name}
	if _, err := s.keep(tx, directory.Saying{Kind: OfCustomer, Customer: was.ID, Fields: keys}, p); err != nil {
		return in, nil, err
	}
	return rest, held.Names(keys), nil
}

// split parts what is said of a customer: some fields by themselves, and the rest. What turns a
// customer into a person takes its credit code away, and waits with it.
func split(in customer.Change, fields []string) (those, rest customer.Change) {
	rest, rest.Custom = in, maps.Clone(in.Custom)
	for _, f := range fields {
		switch f {
		case "name":
			those.Name, rest.Name = in.Name, api.Opt[string]{}
		case "credit_code":
			those.CreditCode, rest.CreditCode = in.CreditCode, api.Opt[string]{}
			those.CreditCodeOverride, rest.CreditCodeOverride = in.CreditCodeOverride, ""
			if !in.CreditCode.Set || in.Kind.V == customer.Individual {
				those.Kind, rest.Kind = in.Kind, api.Opt[string]{}
			}
		default:
			if those.Custom == nil {
				those.Custom = map[string]any{}
			}
			those.Custom[f] = in.Custom[f]
			delete(rest.Custom, f)
		}
	}
	return those, rest
}

// over is what was said of a customer before, with what is said of it now.
func over(before, now customer.Change) customer.Change {
	out := before
	if now.Name.Set {
		out.Name = now.Name
	}
	if now.CreditCode.Set || now.Kind.Set {
		out.CreditCode, out.CreditCodeOverride, out.Kind = now.CreditCode, now.CreditCodeOverride, now.Kind
	}
	if out.Custom = maps.Clone(before.Custom); out.Custom == nil {
		out.Custom = map[string]any{}
	}
	maps.Copy(out.Custom, now.Custom)
	return out
}

// Contact keeps what somebody says of a customer's people where it waits, and names the request; "" where it does not.
func (s *Service) Contact(tx *db.Tx, said directory.Saying) (string, error) {
	if waits, err := s.Waits(tx, said.Customer); err != nil || !waits {
		return "", err
	}
	p := proposal{}
	switch said.Kind {
	case directory.Changing:
		p.Contact = &said.Said
		now, _, err := s.Directory.Said(tx.As(program), said.Contact)
		if err != nil {
			return "", err
		}
		p.Name = now.Name.V
	case directory.Adding:
		p.Contact = &said.Said
	}
	return s.keep(tx, said, p)
}

type fresh struct {
	ID       string                `db:"id"`
	Customer string                `db:"customer_id"`
	Contact  api.Ref               `db:"contact_id"`
	Kind     string                `db:"kind"`
	At       int64                 `db:"asked_at"`
	Fields   db.JSON[[]held.Field] `db:"fields"`
	Updated  int64                 `db:"updated_at"`
}

// keep writes down what waits: beside what the same person asked of the same record, if that is still open.
func (s *Service) keep(tx *db.Tx, said directory.Saying, p proposal) (string, error) {
	me := tx.Who().ID()
	if err := tx.Lock(lock(said.Customer)); err != nil {
		return "", err
	}
	all, err := db.All[Request](tx.As(program), standing, db.Args{"customer": said.Customer})
	if err != nil {
		return "", err
	}
	key, err := s.Vault.Of(tx, said.Customer)
	if err != nil {
		return "", err
	}
	for _, r := range all {
		if r.AskerID != me || r.Kind != said.Kind || string(r.ContactID) != said.Contact {
			continue
		}
		var before proposal
		if err := privacy.OpenJSON(key, place(r.ID), r.Sealed, &before); err != nil {
			return "", err
		}
		if said.Kind == directory.Adding && !reflect.DeepEqual(*before.Contact, *p.Contact) {
			continue
		}
		return r.ID, s.join(tx, r, said, before, p)
	}
	row := fresh{tx.NewID(), said.Customer, api.Ref(said.Contact), said.Kind, tx.At(), db.Of(said.Fields), tx.At()}
	sealed, err := privacy.SealJSON(key, place(row.ID), p)
	if err != nil {
		return "", err
	}
	if err := tx.As(program).Insert(Table, row, ask.With(db.Args{"asker_id": me, "state": Open, "sealed": sealed})); err != nil {
		return "", err
	}
	r, err := db.One[Request](tx.As(program), byID, db.Args{"id": row.ID})
	if err != nil {
		return "", err
	}
	if err := s.tell(tx, r); err != nil {
		return "", err
	}
	return row.ID, s.note(tx, r, "customer.key_ask", said.Fields)
}

// join adds to a request that is open.
func (s *Service) join(tx *db.Tx, r Request, said directory.Saying, before, p proposal) error {
	if said.Kind == directory.Adding || said.Kind == directory.Removing {
		return nil // once is enough
	}
	key, err := s.Vault.Of(tx, r.CustomerID)
	if err != nil {
		return err
	}
	switch {
	case p.Customer != nil:
		c := over(*before.Customer, *p.Customer)
		before.Customer = &c
	case p.Contact != nil:
		c := p.Contact.Over(*before.Contact)
		before.Contact = &c
	}
	before.Name = p.Name
	fields := slices.DeleteFunc(slices.Clone(r.Kept.V), func(f held.Field) bool { return slices.Contains(held.Names(said.Fields), f.Name) })
	fields = append(fields, said.Fields...)
	sealed, err := privacy.SealJSON(key, place(r.ID), before)
	if err != nil {
		return err
	}
	program := tx.As(program)
	if err := program.Set(joined, r.ID, r.Version, db.Args{"sealed": sealed}); err != nil {
		return err
	}
	if err := program.Update(Table, r.ID, 0, struct {
		Fields db.JSON[[]held.Field] `db:"fields"`
	}{db.Of(fields)}); err != nil {
		return err
	}
	return s.note(tx, r, "customer.key_ask", said.Fields)
}

// note writes what was asked or decided into the log: masks alone.
func (s *Service) note(tx *db.Tx, r Request, action string, fields []held.Field) error {
	e := audit.Entry{Action: action, Kind: "customer", Record: r.CustomerID, Customer: r.CustomerID, Details: map[string]any{"kind": r.Kind, "request": r.ID}}
	if r.Kind == directory.Changing && r.ContactID != "" {
		e.Kind, e.Record = "contact", string(r.ContactID)
	}
	for _, f := range fields {
		if f.Name == "contact" {
			e.Details["name"] = f.Was + f.Will
		}
		if r.Kind == directory.Adding || r.Kind == directory.Removing {
			continue // the log of the contact tells of it once it is so
		}
		e.Changes = append(e.Changes, audit.Change{Field: f.Name, Old: f.Was, New: f.Will})
	}
	if action != "customer.key_ask" {
		e.Details["asker"] = string(r.AskerName)
	}
	return audit.Note(tx, e)
}

func cause(id string) string { return "key_change:" + id }
func lock(id string) string  { return "key_changes:" + id }

// deciders are who is told of a request: the owner, his leader of what he asked himself, else the administrators.
func (s *Service) deciders(tx *db.Tx, r Request) (ids []string, err error) {
	if r.Owner != "" && string(r.Owner) != r.AskerID {
		return []string{string(r.Owner)}, nil
	}
	if leads := string(r.Leader); r.Owner != "" && leads != "" && leads != string(r.Owner) {
		if ok, err := s.reaches(tx, leads, r.CustomerID, customer.Table.ToSee()); err != nil || ok {
			return []string{leads}, err
		}
	}
	all, err := alarm.Holders(tx, access.KeyDecide)
	for _, id := range all {
		if err != nil {
			break
		}
		ok := false
		if ok, err = s.reaches(tx, id, r.CustomerID, db.Change(string(access.KeyDecide))); ok && id != r.AskerID {
			ids = append(ids, id)
		}
	}
	return ids, err
}

func (s *Service) reaches(tx *db.Tx, user, customerID string, right db.Right) (bool, error) {
	if _, ok, err := account.Active(tx, user); err != nil || !ok {
		return false, err
	}
	them, err := s.Actor(tx, user)
	if err != nil {
		return false, err
	}
	return tx.As(them).Reaches(customer.Table, customerID, right)
}

// tell tells those who decide.
func (s *Service) tell(tx *db.Tx, r Request) error {
	all, err := s.deciders(tx, r)
	if err != nil {
		return err
	}
	by, err := account.NameOf(tx, r.AskerID)
	if err != nil {
		return err
	}
	for _, to := range all {
		if err := s.Notices.Send(tx, notice.New{To: to, Kind: asked, Params: map[string]string{"by": by, "customer": r.CustomerName}, Link: notice.Link{Kind: "customer", ID: r.CustomerID},
			About: r.CustomerID, Cause: cause(r.ID)}); err != nil {
			return err
		}
	}
	return nil
}

// Moved has a new owner hear of what waits, and the old one no more.
func (s *Service) Moved(tx *db.Tx, row customer.OwnerChange) error {
	all, err := db.All[Request](tx.As(program), standing, db.Args{"customer": row.Customer})
	if err != nil {
		return err
	}
	for _, r := range all {
		if err := s.Notices.End(tx, cause(r.ID)); err != nil {
			return err
		}
		if err := s.tell(tx, r); err != nil {
			return err
		}
	}
	return nil
}

// Dropped has requests about a contact who is gone be moot.
func (s *Service) Dropped(tx *db.Tx, id string) error {
	all, err := db.All[Request](tx.As(program), ofContact, db.Args{"contact": id})
	if err != nil {
		return err
	}
	for _, r := range all {
		if err := s.end(tx, r, Moot, "", nil); err != nil {
			return err
		}
	}
	return nil
}

// Purged forgets the requests of a customer that leaves for good.
func (s *Service) Purged(tx *db.Tx, id string) error {
	_, err := tx.As(program).ChangeAll(purge, db.Args{"customer": id})
	return err
}
