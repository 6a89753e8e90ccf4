package directory

import (
	"context"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/keychange/held"
	"zhike/internal/platform/db"
)

// What somebody says of a customer's people that may have to wait for a decision.
const (
	Changing = "contact"
	Adding   = "contact_add"
	Removing = "contact_drop"
)

// A Saying is one such word. Key fields of somebody who changes are said alone, of somebody who is added all.
type Saying struct {
	Kind              string
	Customer, Contact string
	Fields            []held.Field
	Said              contact.Change
}

type asking func(tx *db.Tx, said Saying) (request string, err error)

func (s *Service) asked(tx *db.Tx, ask asking, said Saying) (string, error) {
	if ask == nil {
		return "", nil
	}
	return ask(tx, said)
}

// split keeps what waits of a change, and gives what takes effect at once.
func (s *Service) split(tx *db.Tx, ask asking, c contact.Contact, p contact.Person, row contact.Row, in contact.Change) (rest contact.Change, waits bool, err error) {
	if ask == nil {
		return in, false, nil
	}
	was, _, err := s.clear(tx, c.ID)
	if err != nil {
		return in, false, err
	}
	fields := held.Key(contact.Key(c, was, p, row))
	if len(fields) == 0 {
		return in, false, nil
	}
	those, rest := contact.Split(in, held.Names(fields))
	request, err := ask(tx, Saying{Changing, c.CustomerID, c.ID, fields, those})
	if request == "" {
		rest = in
	}
	return rest, request != "", err
}

// added is what Add answered, read again: somebody who waits is not there yet, or by now.
func (s *Service) added(ctx context.Context, who access.Actor, id string) (contact.Contact, error) {
	if !strings.HasPrefix(id, contact.Waits) {
		return s.Get(ctx, who, id)
	}
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (contact.Contact, error) { return s.waiting(tx, id) })
}

// waiting stands for somebody who is not there yet.
func (s *Service) waiting(tx *db.Tx, id string) (c contact.Contact, err error) {
	c.AlsoAt = []contact.Place{}
	c.Pending, err = s.Pending(tx, id)
	if err == nil && c.Pending == nil {
		err = db.ErrNotFound
	}
	return c, err
}

// Looking judges whether the viewer may look at one number of a customer's people, and says which
// act it is; Looked counts it, once it is in the log.
func (s *Service) Looking(tx *db.Tx, at customer.Summary, reason string) (act string, err error) {
	if actor(tx).Sees(access.ContactValues) != access.Shown || at.OwnerID == "" {
		return "", db.ErrNotYours
	}
	if err := tx.May(customer.Table, at.ID, add(access.SensitiveReveal)); err != nil {
		return "", err
	}
	return s.allowed(tx, at, reason)
}

func (s *Service) Looked(tx *db.Tx, act string) error { return s.many(tx, act) }
