// Package collaborator keeps who works with a customer that another owns.
package collaborator

import (
	"context"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Service lets collaborators in and out.
type Service struct {
	DB        *db.DB
	Customers *customer.Service
	// Whoever comes to work with a customer is told.
	Joined, Left func(tx *db.Tx, id, user string) error
}

var (
	members = db.SQL(`SELECT m.id, m.user_id, u.name, d.name AS department_name, m.kind, m.created_at
		FROM {customer_members m} JOIN {users u} ON u.id = m.user_id LEFT JOIN {departments d} ON d.id = u.department_id
		WHERE m.customer_id = :customer AND m.kind = 'collaborator' ORDER BY m.created_at, m.id`, customer.Members, account.Users, account.Departments)
	drop = db.SQL(`DELETE FROM {customer_members!change m} WHERE m.customer_id = :customer AND m.user_id = :user AND m.kind = 'collaborator'`, customer.Members)
)

// A Member works with a customer that another owns: sees it and adds follow-ups, tasks
// and attachments, and changes no fact.
type Member struct {
	ID         string   `db:"id" json:"id"`
	UserID     string   `db:"user_id" json:"user_id"`
	Name       string   `db:"name" json:"name"`
	Department api.Text `db:"department_name" json:"department_name"`
	Kind       string   `db:"kind" json:"kind"`
	Since      api.Time `db:"created_at" json:"since"`
}

func (m Member) RecordID() string { return m.ID }

// New names a collaborator.
type New struct {
	UserID string `json:"user_id" minLength:"1" maxLength:"64"`
}

// List gives the collaborators of one customer.
func (s *Service) List(ctx context.Context, who access.Actor, id string, _ struct{}) (api.Items[Member], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Member], err error) {
		out.Items, err = db.All[Member](tx, members, db.Args{"customer": id})
		return out, err
	})
}

// Add lets somebody in. Needs the right to change the customer: a
// collaborator lets in nobody else.
func (s *Service) Add(ctx context.Context, who access.Actor, id string, in New) (Member, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Member, err error) {
		if err := s.AddIn(tx, id, in.UserID); err != nil {
			return none, err
		}
		all, err := db.All[Member](tx, members, db.Args{"customer": id})
		for _, m := range all {
			if m.UserID == in.UserID {
				return m, err
			}
		}
		return none, err
	})
}

// AddIn is Add inside a unit.
func (s *Service) AddIn(tx *db.Tx, id, user string) error {
	if err := tx.May(customer.Table, id, db.Change(string(access.CustomerWrite))); err != nil {
		return err
	}
	_, ok, err := account.Active(tx, user)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Rule("invalid", "user_id")
	}
	row := struct {
		ID        string `db:"id"`
		Customer  string `db:"customer_id"`
		User      string `db:"user_id"`
		Kind      string `db:"kind"`
		CreatedAt int64  `db:"created_at"`
	}{tx.NewID(), id, user, "collaborator", tx.At()}
	fresh, err := tx.InsertNew(customer.Members, row)
	if err != nil || !fresh {
		return err
	}
	if err := s.Customers.Reindex(tx, id); err != nil {
		return err
	}
	if s.Joined != nil {
		if err := s.Joined(tx, id, user); err != nil {
			return err
		}
	}
	return audit.Note(tx, audit.Entry{Action: "customer.collaborator.add", Kind: "customer", Record: id, Customer: id, Details: map[string]any{"user_id": user}})
}

// Drop ends a collaboration.
func (s *Service) Drop(ctx context.Context, who access.Actor, id string, _ int64) error {
	user := api.Param(ctx, "user_id")
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) { return 0, s.DropIn(tx, id, user) })
	return err
}

// DropIn is Drop inside a unit.
func (s *Service) DropIn(tx *db.Tx, id, user string) error {
	if err := tx.May(customer.Table, id, db.Change(string(access.CustomerWrite))); err != nil {
		return err
	}
	n, err := tx.ChangeAll(drop, db.Args{"customer": id, "user": user})
	if err != nil {
		return err
	}
	if n == 0 {
		return db.ErrNotFound
	}
	if err := s.Customers.Reindex(tx, id); err != nil {
		return err
	}
	if s.Left != nil {
		if err := s.Left(tx, id, user); err != nil {
			return err
		}
	}
	return audit.Note(tx, audit.Entry{Action: "customer.collaborator.drop", Kind: "customer", Record: id, Customer: id, Details: map[string]any{"user_id": user}})
}

// Fresh says that somebody does not work with a customer yet.
func (s *Service) Fresh(tx *db.Tx, id, user string) (bool, error) {
	all, err := db.All[Member](tx, members, db.Args{"customer": id})
	return !slices.ContainsFunc(all, func(m Member) bool { return m.UserID == user }), err
}

// Routes are the operations on collaborators.
func (s *Service) Routes(r *api.Router) {
	of := api.Op{Path: "/customers/{id}/collaborators", May: access.CustomerRead, On: customer.Table}
	api.ListUnder(r, of, s.List)
	of.May = access.CustomerWrite
	api.CreateUnder(r, of, s.Add, nil)
	of.Path, of.Loose = "/customers/{id}/collaborators/{user_id}", true
	api.Delete(r, of, s.Drop)
}
