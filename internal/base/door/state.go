package door

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
)

// Disable ends whatever the account has open; Enable opens it again.
func (s *Service) Disable(ctx context.Context, who access.Actor, id string, version int64) (account.User, error) {
	return s.SetState(ctx, who, id, version, "disabled")
}

func (s *Service) Enable(ctx context.Context, who access.Actor, id string, version int64) (account.User, error) {
	return s.SetState(ctx, who, id, version, "active")
}

var endTokens = db.SQL(`UPDATE {tokens!change t} SET ended_at = :now WHERE t.user_id = :user AND t.ended_at = 0`, Tokens)

// SetState disables an account, which ends its sessions and tokens at once, or opens it again.
func (s *Service) SetState(ctx context.Context, who access.Actor, id string, version int64, state string) (account.User, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none account.User, err error) {
		u, err := s.People.In(tx, id)
		if err != nil {
			return none, err
		}
		if err := s.People.MayGive(tx, u.RoleIDs); err != nil {
			return none, err
		}
		if err := tx.Update(account.Users, id, version, struct {
			State string `db:"state"`
		}{state}); err != nil {
			return none, err
		}
		if state != "active" {
			if err := s.putOut(tx, id, ""); err != nil {
				return none, err
			}
			if _, err := tx.As(program).ChangeAll(endTokens, db.Args{"user": id, "now": tx.At()}); err != nil {
				return none, err
			}
			if err := s.People.Administered(tx); err != nil {
				return none, err
			}
		}
		if err := audit.Note(tx, audit.Entry{Action: "user." + state, Kind: "user", Record: id}); err != nil {
			return none, err
		}
		if err := account.Changed(tx); err != nil {
			return none, err
		}
		return s.People.In(tx, id)
	})
}
