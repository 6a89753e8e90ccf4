package outbox

import (
	"zhike/internal/base/account"
	"zhike/internal/platform/db"
)

var reach = db.SQL(`SELECT u.state, u.email_sealed FROM {users u} WHERE u.id = :id`, account.Users)

// addressOf is somebody's e-mail address in clear; "" where he has none, or no longer works here.
func (s *Service) addressOf(tx *db.Tx, user string) (string, error) {
	u, found, err := db.Maybe[struct {
		State  string `db:"state"`
		Sealed []byte `db:"email_sealed"`
	}](tx.As(program), reach, db.Args{"id": user})
	if err != nil || !found || u.State != "active" || len(u.Sealed) == 0 {
		return "", err
	}
	key, err := s.Vault.Of(tx, user)
	if err != nil {
		return "", err
	}
	clear, err := key.Open("users/email/"+user, u.Sealed)
	return string(clear), err
}

// Reaches says whether mail can go to somebody: there is a server, and he has an address.
func (s *Service) Reaches(tx *db.Tx, user string) (server, address, demo bool, err error) {
	m, err := s.server(tx)
	if err != nil {
		return false, false, false, err
	}
	to, err := s.addressOf(tx, user)
	if err != nil {
		return false, false, false, err
	}
	demo, err = s.demo(tx)
	return m.Host != "" && m.From != "", to != "", demo, err
}
