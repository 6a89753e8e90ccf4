package customer

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
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

// NewMember names a collaborator.
type NewMember struct {
	UserID string `json:"user_id" minLength:"1" maxLength:"64"`
}

// Collaborators of one customer.
func (s *Service) Collaborators(ctx context.Context, who access.Actor, id string, _ struct{}) (api.Items[Member], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Member], err error) {
		out.Items, err = db.All[Member](tx, members, db.Args{"customer": id})
		return out, err
	})
}

// AddCollaborator lets somebody in. Needs the right to change the customer: a
// collaborator lets in nobody else.
func (s *Service) AddCollaborator(ctx context.Context, who access.Actor, id string, in NewMember) (Member, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Member, err error) {
		if err := s.AddMemberIn(tx, id, in.UserID); err != nil {
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

// AddMemberIn is AddCollaborator inside a unit.
func (s *Service) AddMemberIn(tx *db.Tx, id, user string) error {
	if err := tx.May(Table, id, change(access.CustomerWrite)); err != nil {
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
	fresh, err := tx.InsertNew(Members, row)
	if err != nil || !fresh {
		return err
	}
	if err := s.reindex(tx, id); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "customer.collaborator.add", Kind: "customer", Record: id, Customer: id, Details: map[string]any{"user_id": user}})
}

// DropCollaborator ends a collaboration.
func (s *Service) DropCollaborator(ctx context.Context, who access.Actor, id string, _ int64) error {
	user := api.Param(ctx, "user_id")
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		if err := tx.May(Table, id, change(access.CustomerWrite)); err != nil {
			return 0, err
		}
		n, err := tx.ChangeAll(dropMember, db.Args{"customer": id, "user": user})
		if err != nil {
			return 0, err
		}
		if n == 0 {
			return 0, db.ErrNotFound
		}
		if err := s.reindex(tx, id); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "customer.collaborator.drop", Kind: "customer", Record: id, Customer: id, Details: map[string]any{"user_id": user}})
	})
	return err
}

// MemberIDs are the collaborators of a customer and those with a grant.
func (s *Service) MemberIDs(tx *db.Tx, id string) ([]string, error) {
	rows, err := db.All[struct {
		ID string `db:"id"`
	}](tx.As(program), memberIDs, db.Args{"customer": id})
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids, err
}
