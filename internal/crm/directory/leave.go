package directory

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/audit"
	"zhike/internal/crm/contact"
	"zhike/internal/platform/db"
)

// Leave ends that somebody belongs to a further customer; his record stays at home.
func (s *Service) Leave(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		a, err := s.affiliate(tx, id)
		if err != nil {
			return 0, err
		}
		if err := tx.Change(leave, db.Args{"id": id, "version": version}); err != nil {
			return 0, err
		}
		c, err := db.One[contact.Contact](tx.As(program), get, db.Args{"id": a.ContactID})
		if err != nil {
			return 0, err
		}
		if err := s.Customers.PeopleChanged(tx, a.CustomerID); err != nil {
			return 0, err
		}
		return 0, s.tellBoth(tx, "contact.affiliate_end", c, a.CustomerID)
	})
	return err
}

// leaveAll ends all of a contact who goes.
func (s *Service) leaveAll(tx *db.Tx, c contact.Contact) error {
	p := tx.As(program)
	rows, err := db.All[Affiliate](p, affiliationsOf, db.Args{"contact": c.ID})
	if err != nil || len(rows) == 0 {
		return err
	}
	if _, err := p.ChangeAll(leaveEverywhere, db.Args{"contact": c.ID}); err != nil {
		return err
	}
	for _, r := range rows {
		if err := s.Customers.PeopleChanged(tx, r.CustomerID); err != nil {
			return err
		}
		if err := audit.Note(tx, audit.Entry{Action: "contact.affiliate_end", Kind: "contact", Record: c.ID, Customer: r.CustomerID, Details: map[string]any{"name": c.NameMasked}}); err != nil {
			return err
		}
	}
	return nil
}

// renamed files the further customers of a contact under his new name.
func (s *Service) renamed(tx *db.Tx, contactID string) error {
	rows, err := db.All[Affiliate](tx.As(program), affiliationsOf, db.Args{"contact": contactID})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := s.Customers.PeopleChanged(tx, r.CustomerID); err != nil {
			return err
		}
	}
	return nil
}

// namesOfAffiliates are those by which a customer is found beside its own people's.
func (s *Service) namesOfAffiliates(tx *db.Tx, customerID string) (names []string, err error) {
	rows, err := db.All[named](tx.As(program), namedHere, db.Args{"customer": customerID})
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
	}
	return names, nil
}
