package door

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/audit"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// NewPassword is a person's own change of password.
type NewPassword struct {
	Current crypt.Secret `json:"current"`
	New     crypt.Secret `json:"new"`
}

var errWrongPassword = fault.Rule("wrong_password", "current")

// ChangePassword changes one's own password and ends one's other sessions.
func (s *Service) ChangePassword(ctx context.Context, who access.Actor, in NewPassword) (Done, error) {
	var row credentialRow
	if err := s.judge(ctx, who, showing{what: "password", user: who.ID(), wrong: errWrongPassword,
		look: func(tx *db.Tx, _ *showing) (err error) {
			row, err = db.One[credentialRow](tx, mustChange, db.Args{"user": who.ID()})
			return err
		},
		slow: func() bool { return account.Matches(in.Current, row.Password) },
	}); err != nil {
		return Done{}, err
	}
	if err := account.CheckPassword(in.New.Clear(), row.Login, row.Name); err != nil {
		return Done{}, err
	}
	hash, err := account.Hash(in.New)
	if err != nil {
		return Done{}, err
	}
	keep := s.current(ctx)
	_, err = db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		if err := s.setPassword(tx, who.ID(), hash, false, keep); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "user.password", Kind: "user", Record: who.ID()})
	})
	return Done{}, err
}

var writePassword = db.SQL(`UPDATE {credentials!change c} SET password = :password, must_change = :must, changed_at = :now WHERE c.user_id = :user`, account.Credentials)

// setPassword also ends every session but keep.
func (s *Service) setPassword(tx *db.Tx, user, hash string, must bool, keep string) error {
	p := tx.As(program)
	if _, err := p.ChangeAll(writePassword, db.Args{"user": user, "password": hash, "must": must, "now": tx.At()}); err != nil {
		return err
	}
	if err := s.putOut(tx, user, keep); err != nil {
		return err
	}
	return account.Changed(tx) // whether he must change it is part of who he is
}

// Reset is a new password given by an administrator; it must be changed at the next sign-in.
type Reset struct {
	Password crypt.Secret `json:"password"`
}

// ResetPassword ends the person's sessions too.
func (s *Service) ResetPassword(ctx context.Context, who access.Actor, id string, _ int64, in Reset) (none account.User, err error) {
	u, err := s.People.User(ctx, who, id)
	if err != nil {
		return none, err
	}
	if err := account.CheckPassword(in.Password.Clear(), u.Login, u.Name); err != nil {
		return none, err
	}
	hash, err := account.Hash(in.Password)
	if err != nil {
		return none, err
	}
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (account.User, error) {
		if err := s.People.MayGive(tx, u.RoleIDs); err != nil { // or one could sign in as an administrator
			return none, err
		}
		if err := s.setPassword(tx, id, hash, true, ""); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "user.reset", Kind: "user", Record: id}); err != nil {
			return none, err
		}
		return s.People.In(tx, id)
	})
}
