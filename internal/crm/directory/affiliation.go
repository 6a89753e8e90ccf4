package directory

import (
	"context"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Affiliations of contacts: who belongs to a customer although his home, where his record is kept, is another one. Reached as the customer is
// that he also belongs to; his numbers stay with whoever reaches his home.
var Affiliations = db.Through("affiliations", "customer_id", customer.Table,
	db.Rights{See: db.See(string(access.ContactRead)), Add: change(access.ContactWrite), Change: change(access.ContactWrite)})

// MaxAffiliates is how many people of others belong to one customer too.
const MaxAffiliates = 100

// An Affiliate is a person of another customer who belongs to this one too.
type Affiliate struct {
	ID         string           `db:"id" json:"id"`
	CustomerID string           `db:"customer_id" json:"customer_id"`
	ContactID  string           `db:"contact_id" json:"contact_id"`
	Name       string           `json:"name"`
	Title      api.Text         `db:"title" json:"title" doc:"Here, not at home."`
	Role       api.Text         `db:"role" json:"role" doc:"Here, not at home."`
	Contact    *contact.Contact `json:"contact" doc:"His record, for whoever reaches his home; null for others."`
	AlsoAt     []contact.Place  `json:"also_at" doc:"Where else he belongs, his home first, as far as the viewer sees those customers."`
	CreatedAt  api.Time         `db:"created_at" json:"created_at"`
	UpdatedAt  api.Time         `db:"updated_at" json:"updated_at"`
	Version    int64            `db:"version" json:"version"`
}

func (a Affiliate) Revision() int64  { return a.Version }
func (a Affiliate) RecordID() string { return a.ID }

// Join says who belongs to a customer too, and as what.
type Join struct {
	ContactID string `json:"contact_id" minLength:"1" maxLength:"64"`
	Title     string `json:"title,omitempty" maxLength:"60"`
	Role      string `json:"role,omitempty" maxLength:"40"`
}

// Post changes what somebody is there.
type Post struct {
	Title api.Opt[string] `json:"title,omitempty,omitzero" maxLength:"60"`
	Role  api.Opt[string] `json:"role,omitempty,omitzero" maxLength:"40"`
}

type affiliation struct {
	ID         string `db:"id"`
	CustomerID string `db:"customer_id"`
	ContactID  string `db:"contact_id"`
	Title      string `db:"title"`
	Role       string `db:"role"`
	CreatedAt  int64  `db:"created_at"`
	UpdatedAt  int64  `db:"updated_at"`
}

// Affiliates gives who belongs to a customer beside its own contacts.
func (s *Service) Affiliates(ctx context.Context, who access.Actor, id string, _ struct{}) (api.Items[Affiliate], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Affiliate], err error) {
		out.Items, err = s.AffiliatesIn(tx, id)
		return out, err
	})
}

// AffiliatesIn is Affiliates inside a unit; nobody for who may not see contacts.
func (s *Service) AffiliatesIn(tx *db.Tx, customerID string) ([]Affiliate, error) {
	if !tx.Who().May(string(access.ContactRead)) {
		return []Affiliate{}, nil
	}
	rows, err := db.All[Affiliate](tx, affiliatesAt, db.Args{"customer": customerID})
	if err != nil {
		return nil, err
	}
	return s.introduce(tx, customerID, rows)
}

// Affiliate gives one.
func (s *Service) Affiliate(ctx context.Context, who access.Actor, id string) (Affiliate, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Affiliate, error) { return s.affiliate(tx, id) })
}

func (s *Service) affiliate(tx *db.Tx, id string) (Affiliate, error) {
	a, err := db.One[Affiliate](tx, affiliateBy, db.Args{"id": id})
	if err != nil {
		return a, err
	}
	shown, err := s.introduce(tx, a.CustomerID, []Affiliate{a})
	if err == nil && len(shown) == 0 {
		err = db.ErrNotFound // with his home in the bin he is out of reach, like everything there
	}
	if err != nil {
		return a, err
	}
	return shown[0], nil
}

// introduce names affiliates as the viewer may read them: in clear for whoever works with this customer or with their home.
// Of a home out of his reach he learns nothing, not even that there is one.
func (s *Service) introduce(tx *db.Tx, at string, rows []Affiliate) ([]Affiliate, error) {
	out := []Affiliate{}
	if len(rows) == 0 {
		return out, nil
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ContactID)
	}
	masked, err := db.All[struct {
		ID     string `db:"id"`
		Masked string `db:"name_masked"`
		Sealed []byte `db:"name_sealed"`
	}](tx.As(program), alive, db.Args{"ids": ids})
	if err != nil {
		return nil, err
	}
	near, err := tx.Reaches(customer.Table, at, add(access.FollowUpWrite))
	if err != nil {
		return nil, err
	}
	keys, err := s.Vault.Many(tx, ids)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, m := range masked {
		names[m.ID] = m.Masked
		if key, ok := keys[m.ID]; ok && near {
			if names[m.ID], err = contact.OpenName(key, m.ID, m.Sealed); err != nil {
				return nil, err
			}
		}
	}
	reached, err := db.All[contact.Contact](tx, among, db.Args{"ids": ids})
	if err != nil {
		return nil, err
	}
	if err := s.showMany(tx, reached); err != nil {
		return nil, err
	}
	places, err := s.places(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		name, there := names[r.ContactID]
		if !there {
			continue
		}
		r.Name, r.AlsoAt = name, []contact.Place{}
		for i := range reached {
			if c := &reached[i]; c.ID == r.ContactID {
				r.Contact = c
				r.AlsoAt = append(r.AlsoAt, contact.Place{CustomerID: c.CustomerID, Name: c.CustomerName, Title: c.Title, Role: c.Role, Since: c.CreatedAt, Home: true})
				if !near {
					r.Name = c.Name
				}
			}
		}
		for _, p := range places[r.ContactID] {
			if p.CustomerID != at {
				r.AlsoAt = append(r.AlsoAt, p)
			}
		}
		out = append(out, r)
	}
	return out, nil
}

type placed struct {
	contact.Place
	ContactID string `db:"contact_id"`
	Kind      string `db:"kind"`
}

// places are the further customers of contacts, as far as the viewer sees them.
func (s *Service) places(tx *db.Tx, contacts []string) (map[string][]contact.Place, error) {
	out := map[string][]contact.Place{}
	if len(contacts) == 0 {
		return out, nil
	}
	rows, err := db.All[placed](tx, placesOf, db.Args{"ids": contacts})
	if err != nil || len(rows) == 0 {
		return out, err
	}
	var customers []string
	for _, r := range rows {
		customers = append(customers, r.CustomerID)
	}
	clear, err := s.Customers.ClearNames(tx, customers)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if name, ok := clear[r.CustomerID]; ok {
			r.Name = api.Text(name)
		} else if r.Kind == customer.Individual {
			r.Name = api.Text(rule.MaskName(string(r.Name)))
		}
		out[r.ContactID] = append(out[r.ContactID], r.Place)
	}
	return out, nil
}

// Affiliating says that a contact belongs to a further customer too: for whoever changes that customer and works with the contact's home, because
// everybody who works with the customer reads the name then.
func (s *Service) Affiliating(ctx context.Context, who access.Actor, customerID string, in Join) (Affiliate, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Affiliate, err error) {
		if err := tx.May(customer.Table, customerID, change(access.ContactWrite)); err != nil {
			return none, err
		}
		c, found, err := db.Maybe[contact.Contact](tx, get, db.Args{"id": in.ContactID})
		if err != nil {
			return none, err
		}
		if !found || c.CustomerID == customerID {
			return none, fault.Rule("invalid", "contact_id")
		}
		if near, err := tx.Reaches(customer.Table, c.CustomerID, add(access.FollowUpWrite)); err != nil || !near {
			return none, firstOf(err, db.ErrNotYours)
		}
		if err := s.judgePost(tx, in.Title, in.Role); err != nil {
			return none, err
		}
		if err := tx.Lock("affiliates:" + customerID); err != nil {
			return none, err
		}
		have, err := db.All[Affiliate](tx, affiliatesAt, db.Args{"customer": customerID})
		if err != nil {
			return none, err
		}
		for _, h := range have {
			if h.ContactID == in.ContactID {
				return none, fault.Rule("contact_there", "contact_id")
			}
		}
		if len(have) >= MaxAffiliates {
			return none, fault.Rule("too_many", "contact_id")
		}
		row := affiliation{tx.NewID(), customerID, in.ContactID, strings.TrimSpace(in.Title), in.Role, tx.At(), tx.At()}
		if err := tx.Insert(Affiliations, row); err != nil {
			return none, err
		}
		if err := s.tellBoth(tx, "contact.affiliate", c, customerID); err != nil {
			return none, err
		}
		if err := s.Customers.PeopleChanged(tx, customerID); err != nil {
			return none, err
		}
		return s.affiliate(tx, row.ID)
	})
}

func firstOf(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func (s *Service) judgePost(tx *db.Tx, title, role string) error {
	w, err := s.Book.In(tx)
	if err != nil {
		return err
	}
	switch {
	case role != "" && !w.Has("contact_role", role):
		return fault.Rule("invalid", "role")
	case rule.VagueAmong(title, w.Vague().Further, w.Vague().Fine):
		return fault.Rule("vague", "title")
	case rule.HasNumber(title):
		return fault.Rule("number_in_text", "title")
	}
	return nil
}

// tellBoth logs an act at both customers. Neither entry names the other one: who reads it may not see that.
func (s *Service) tellBoth(tx *db.Tx, action string, c contact.Contact, customerID string) error {
	for _, at := range []string{customerID, c.CustomerID} {
		if at == "" {
			continue
		}
		if err := audit.Note(tx, audit.Entry{Action: action, Kind: "contact", Record: c.ID, Customer: at, Details: map[string]any{"name": c.NameMasked}}); err != nil {
			return err
		}
	}
	return nil
}

// ChangePost changes what somebody is at a further customer.
func (s *Service) ChangePost(ctx context.Context, who access.Actor, id string, version int64, in Post) (Affiliate, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Affiliate, err error) {
		a, err := s.affiliate(tx, id)
		if err != nil {
			return none, err
		}
		if a.Version != version {
			return none, db.ErrStale
		}
		if err := tx.May(Affiliations, id, change(access.ContactWrite)); err != nil {
			return none, err
		}
		old := a
		if in.Title.Set {
			a.Title = api.Text(strings.TrimSpace(in.Title.V))
		}
		if in.Role.Set {
			a.Role = api.Text(in.Role.V)
		}
		if err := s.judgePost(tx, string(a.Title), string(a.Role)); err != nil {
			return none, err
		}
		if err := tx.Update(Affiliations, id, version, struct {
			Title string `db:"title"`
			Role  string `db:"role"`
		}{string(a.Title), string(a.Role)}); err != nil {
			return none, err
		}
		var changes []audit.Change
		if old.Title != a.Title {
			changes = append(changes, audit.Change{Field: "title", Old: old.Title, New: a.Title})
		}
		if old.Role != a.Role {
			changes = append(changes, audit.Change{Field: "role", Old: old.Role, New: a.Role})
		}
		if err := audit.Note(tx, audit.Entry{Action: "contact.change", Kind: "contact", Record: a.ContactID, Customer: a.CustomerID, Changes: changes}); err != nil {
			return none, err
		}
		return s.affiliate(tx, id)
	})
}
