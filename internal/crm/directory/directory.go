// Package directory is the 通讯录: the contacts of all customers, who reaches them, and
// what may be done with them.
package directory

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/privacy"
	"zhike/internal/base/search"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/keychange/held"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/words"
)

func add(p access.Permission) db.Right    { return db.Add(string(p)) }
func change(p access.Permission) db.Right { return db.Change(string(p)) }

// Table of contacts: reached as their customer is; only who may change the customer adds
// or changes one.
var Table = db.Through("contacts", "customer_id", customer.Table,
	db.Rights{See: db.See(string(access.ContactRead)), Add: change(access.ContactWrite), Change: change(access.ContactWrite)})

// Service is what may be done with contacts; it answers what a customer asks of its people.
type Service struct {
	DB        *db.DB
	Vault     *privacy.Vault
	Book      *dictionary.Book
	Customers *customer.Service
	Unsaid    func(tx *db.Tx, contact string, fields []string) error // what was confirmed of fields that change falls
	Watched   func(tx *db.Tx, act string, n int64) error             // asked when somebody has looked at very many numbers
	// Key keeps what is to wait for somebody's decision, and names the request; Pending says what of
	// the viewer's own word on a contact waits, and Dropped that one is gone: see keychange.
	Key     func(tx *db.Tx, said Saying) (request string, err error)
	Pending func(tx *db.Tx, contact string) (*held.Waiting, error)
	Dropped func(tx *db.Tx, contact string) error
}

var _ customer.People = (*Service)(nil)

// own are the fields that the company added.
func (s *Service) own() own.Part {
	return own.Part{Book: s.Customers.Own, Record: "contact", Live: living}
}

// Fields are the catalogue, with those.
func (s *Service) Fields() *customfield.Catalogue { return s.Customers.Own.Adding(contact.Catalogue) }

// The program's own acts here: what a person's verb entails and he may not do by himself.
var program = access.Program("directory")

func actor(tx *db.Tx) access.Actor {
	who, _ := tx.Who().(access.Actor)
	return who
}

type newRow struct {
	ID         string `db:"id"`
	CustomerID string `db:"customer_id"`
	contact.Row
	CreatedAt int64 `db:"created_at"`
	UpdatedAt int64 `db:"updated_at"`
}

// Join adds a person to a customer, filed under place in the index.
func (s *Service) Join(tx *db.Tx, customer string, p *contact.Person, place []string) error {
	p.ID = tx.NewID()
	key, err := s.Vault.New(tx, privacy.Contact, p.ID)
	if err != nil {
		return err
	}
	row, err := p.Seal(s.Vault.Keys, key)
	if err != nil {
		return err
	}
	if row.ReportsTo != "" {
		if err := s.sameCustomer(tx, customer, string(row.ReportsTo)); err != nil {
			return err
		}
	}
	if err := tx.Insert(Table, newRow{p.ID, customer, row, tx.At(), tx.At()}); err != nil {
		return err
	}
	if err := s.own().Save(tx, key, p.ID, p.Own); err != nil {
		return err
	}
	if err := tx.IndexNew("contact", p.ID, s.words(p.Name, place)); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "contact.create", Kind: "contact", Record: p.ID, Customer: customer, Details: map[string]any{"name": row.NameMasked}})
}

func (s *Service) words(name string, place []string) []string {
	return words.Once(append(slices.Clone(place), words.PersonTokens(name, search.PersonHash(s.Vault.Keys))...))
}

func (s *Service) sameCustomer(tx *db.Tx, customer, id string) error {
	c, found, err := db.Maybe[contact.Contact](tx, get, db.Args{"id": id})
	if err == nil && (!found || c.CustomerID != customer) {
		return fault.Rule("invalid", "reports_to")
	}
	return err
}

// Known gives what a customer must know of its primary contact, and everybody's name in clear.
func (s *Service) Known(tx *db.Tx, customer string) (*contact.Primary, []string, error) {
	all, err := db.All[contact.Contact](tx.As(program), at, db.Args{"customer": customer})
	if err != nil {
		return nil, nil, err
	}
	var ids, names []string
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	keys, err := s.Vault.Many(tx, ids)
	if err != nil {
		return nil, nil, err
	}
	var p *contact.Primary
	for _, c := range all {
		if key, ok := keys[c.ID]; ok {
			name, err := contact.OpenName(key, c.ID, c.NameSealed)
			if err != nil {
				return nil, nil, err
			}
			names = append(names, name)
		}
		if c.Primary {
			p = c.AsPrimary()
		}
	}
	too, err := s.namesOfAffiliates(tx, customer)
	return p, append(names, too...), err
}

// A named is a contact by its name alone.
type named struct {
	ID   string `db:"id"`
	Name []byte `db:"name_sealed"`
}

// File files a customer's people under place anew, and gives their names in clear.
func (s *Service) File(tx *db.Tx, customer string, place []string) (names []string, err error) {
	rows, err := db.All[named](tx.As(program), peopleAt, db.Args{"customer": customer})
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		key, err := s.Vault.Of(tx, r.ID)
		if err != nil {
			return nil, err
		}
		name, err := contact.OpenName(key, r.ID, r.Name)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
		if err := tx.Index("contact", r.ID, s.words(name, place)); err != nil {
			return nil, err
		}
	}
	too, err := s.namesOfAffiliates(tx, customer)
	return append(names, too...), err
}

// Purged deletes the people of a customer that leaves the bin for good, with their words
// and keys.
func (s *Service) Purged(tx *db.Tx, customer string) error {
	people, err := db.All[named](tx, peopleAt, db.Args{"customer": customer})
	if err != nil {
		return err
	}
	for _, p := range people {
		if _, err := tx.As(program).ChangeAll(leaveEverywhere, db.Args{"contact": p.ID}); err != nil {
			return err
		}
	}
	for _, q := range []db.Query{leaveCustomer, unreport, purge} {
		if _, err := tx.ChangeAll(q, db.Args{"customer": customer}); err != nil {
			return err
		}
	}
	for _, p := range people {
		if err := s.Vault.Destroy(tx, p.ID); err != nil {
			return err
		}
		if err := tx.Forget("contact", p.ID); err != nil {
			return err
		}
	}
	return nil
}

// Shown gives the contacts of a customer as the viewer may see them: near says that he
// works with it.
func (s *Service) Shown(tx *db.Tx, c customer.Summary, near bool) ([]contact.Contact, error) {
	if !actor(tx).Can(access.ContactRead) {
		return []contact.Contact{}, nil
	}
	all, err := db.All[contact.Contact](tx, at, db.Args{"customer": c.ID})
	if err != nil {
		return nil, err
	}
	if err := s.byRole(tx, all); err != nil {
		return nil, err
	}
	for i := range all {
		all[i].CustomerName, all[i].CustomerKind = api.Text(c.Name), c.Kind
	}
	return all, s.show(tx, all, map[string]bool{c.ID: near}, func(string) bool { return c.OwnerID == "" && !near })
}

// byRole orders people by their roles as the company lists those, whoever decides first; within a role the primary one.
func (s *Service) byRole(tx *db.Tx, all []contact.Contact) error {
	w, err := s.Book.In(tx)
	if err != nil {
		return err
	}
	rank := map[string]int{"": math.MaxInt}
	for i, code := range w.Under("contact_role", "") {
		rank[code] = i
	}
	slices.SortStableFunc(all, func(a, b contact.Contact) int { return cmp.Compare(rank[string(a.Role)], rank[string(b.Role)]) })
	return nil
}

// People gives a customer's contacts inside a unit, as the viewer may see them.
func (s *Service) People(tx *db.Tx, id string) ([]contact.Contact, error) {
	c, err := s.Customers.Line(tx, id)
	if err != nil {
		return nil, err
	}
	near, err := tx.Reaches(customer.Table, id, add(access.FollowUpWrite))
	if err != nil {
		return nil, err
	}
	return s.Shown(tx, c, near)
}

// Names are those of a customer's contacts by their ids, as the viewer may read them.
func (s *Service) Names(tx *db.Tx, id string) (map[string]string, error) {
	if !tx.Who().May(string(access.ContactRead)) {
		return nil, nil
	}
	people, err := s.People(tx, id)
	names := map[string]string{}
	for _, p := range people {
		names[p.ID] = p.Name
	}
	return names, err
}

// EndingIn asks for the customers with a contact whose number ends in these four digits.
func (s *Service) EndingIn(customers db.Column, last4 string) db.Cond {
	return db.Linked(customers, Table, "customer_id", s.endingIn(last4))
}

func (s *Service) endingIn(last4 string) db.Cond {
	i := s.Vault.Keys.Index(crypt.Last4, last4)
	return db.AnyOf(db.Compare(db.Col("x.mobile_last4"), "=", i), db.Compare(db.Col("x.mobile2_last4"), "=", i), db.Compare(db.Col("x.phone_last4"), "=", i))
}

// reached asks for the customers with a contact that has this number or address.
func (s *Service) reached(customers db.Column, value string) db.Cond {
	keys := s.Vault.Keys
	var any []db.Cond
	if n, err := rule.ParsePhone(value); err == nil && n.E164 != "" {
		i := keys.Index(crypt.Phone, strings.ToLower(n.E164))
		any = append(any, db.Compare(db.Col("x.mobile_index"), "=", i), db.Compare(db.Col("x.mobile2_index"), "=", i), db.Compare(db.Col("x.phone_index"), "=", i))
	}
	if e, err := rule.ParseEmail(value); err == nil {
		any = append(any, db.Compare(db.Col("x.email_index"), "=", keys.Index(crypt.Email, strings.ToLower(e))))
	}
	any = append(any, db.Compare(db.Col("x.wechat_index"), "=", keys.Index(crypt.Wechat, strings.ToLower(strings.TrimSpace(value)))))
	return db.Linked(customers, Table, "customer_id", db.AnyOf(any...))
}

// Find answers the search over everything with contacts.
func (s *Service) Find(tx *db.Tx, q string, limit int) ([]search.Hit, error) {
	if who := actor(tx); !who.Can(access.CustomerRead) || !who.Can(access.ContactRead) {
		return nil, nil
	}
	c, err := s.sought(tx, q)
	if err != nil {
		return nil, err
	}
	rows, err := db.Find[contact.Contact](tx, list, nil, db.With{Where: []db.Cond{c}, Order: db.Down("p.updated_at", "p.id"), Limit: limit})
	if err != nil {
		return nil, err
	}
	if err := s.showMany(tx, rows); err != nil {
		return nil, err
	}
	var hits []search.Hit
	for _, p := range rows {
		hits = append(hits, search.Hit{Kind: "contact", ID: p.ID, Title: p.Name, Subtitle: strings.TrimSpace(string(p.CustomerName + " " + p.Title)), CustomerID: api.Text(p.CustomerID)})
	}
	return hits, nil
}

// sought is what a search box asks of contacts.
func (s *Service) sought(tx *db.Tx, q string) (db.Cond, error) {
	c, last4, err := s.Customers.Sought(tx, db.Col("p.id"), "contact", q, db.SearchBound)
	if err != nil || last4 == "" {
		return c, err
	}
	return db.AnyOf(c, db.Linked(db.Col("p.id"), Table, "id", s.endingIn(last4))), nil
}

// Routes are the operations on contacts.
func (s *Service) Routes(r *api.Router) {
	at := func(path string, may access.Permission) api.Op {
		return api.Op{Path: path, May: may, On: customer.Table}
	}
	api.ListUnder(r, at("/customers/{id}/contacts", access.ContactRead), s.Of)
	api.CreateUnder(r, at("/customers/{id}/contacts", access.ContactWrite), s.Add, s.added)
	api.Ask(r, api.Op{Path: "/customers/search-sensitive", May: access.CustomerRead}, s.SearchSensitive)
	of := func(path string, may access.Permission) api.Op { return api.Op{Path: path, May: may, On: Table} }
	api.List(r, api.Op{Path: "/contacts", May: access.ContactRead}, s.List)
	api.Get(r, of("/contacts/{id}", access.ContactRead), s.Get)
	api.Change(r, of("/contacts/{id}", access.ContactWrite), s.Change)
	api.DeleteOrAsk(r, of("/contacts/{id}", access.ContactWrite), s.Drop)
	reveal := of("/contacts/{id}/reveal", access.SensitiveReveal)
	reveal.Loose = true
	api.Do(r, reveal, s.Reveal)
	first := at("/customers/{id}/reveal", access.SensitiveReveal)
	first.Loose = true
	api.Do(r, first, s.RevealCustomer)
	api.ListUnder(r, at("/customers/{id}/affiliates", access.ContactRead), s.Affiliates)
	api.CreateUnder(r, at("/customers/{id}/affiliates", access.ContactWrite), s.Affiliating, s.Affiliate)
	there := func(may access.Permission) api.Op {
		return api.Op{Path: "/affiliates/{id}", May: may, On: Affiliations}
	}
	api.Get(r, there(access.ContactRead), s.Affiliate)
	api.Change(r, there(access.ContactWrite), s.ChangePost)
	api.Delete(r, there(access.ContactWrite), s.Leave)
}
