// Package door is where people and programs come in: passwords, the second factor,
// sessions, tokens, and what happens to whoever guesses.
package door

import (
	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/db"
)

var (
	failures = db.Internal("sign_in_failures").Quiet()
	self     = db.Rights{See: db.See(string(access.Self)), Add: db.Add(string(access.Self)), Change: db.Change(string(access.Self))}
	Sessions = db.Owned("sessions", self, db.Columns{Owner: "user_id"}).Quiet()
	Tokens   = db.Owned("tokens", self, db.Columns{Owner: "user_id"})
)

// The program's own acts here, for the list of who opens the scope.
var program = access.Program("door")

// Service is what may be done at the door.
type Service struct {
	DB     *db.DB
	Vault  *privacy.Vault
	People *account.Service
	HTTPS  bool // cookies are bound to it
	gate   *gate
	told   told

	Streams func(tx *db.Tx, user string)                                                  // ends what a person's pages hold open, once the unit is kept
	Unusual func(tx *db.Tx, to, what, user, cause string, params map[string]string) error // tells an administrator
}

// New makes the service.
func New(d *db.DB, v *privacy.Vault, people *account.Service) *Service {
	s := &Service{DB: d, Vault: v, People: people}
	s.gate, people.Lacks = newGate(s), s.lacks
	return s
}

// Done is an answer that says no more than that it is done.
type Done struct{}

// Routes are the operations of coming in, staying and being put out.
func (s *Service) Routes(r *api.Router) {
	api.Ask(r, api.Op{Path: "/setup", May: access.Public}, s.ByLink)
	api.Ask(r, api.Op{Path: "/session", May: access.Public}, s.SignIn)
	api.List(r, api.Op{Path: "/session", May: access.Self}, s.Session)
	api.End(r, api.Op{Path: "/session", May: access.Public}, s.SignOut)
	api.Quiet(r, api.Op{Path: "/session/confirm", May: access.Self}, s.Confirm)
	api.Ask(r, api.Op{Path: "/session/look", May: access.RoleManage, Sure: true}, s.BeginLook)
	api.Drop(r, api.Op{Path: "/session/look", May: access.Self, Looks: true}, s.EndLook)
	api.Quiet(r, api.Op{Path: "/me/password", May: access.Self}, s.ChangePassword)
	api.List(r, api.Op{Path: "/me/second-factor", May: access.Self}, s.MySecondFactor)
	api.Ask(r, api.Op{Path: "/me/second-factor", May: access.Self, Sure: true}, s.Enrol)
	api.Ask(r, api.Op{Path: "/me/second-factor/confirm", May: access.Self}, s.ConfirmFactor)
	api.Ask(r, api.Op{Path: "/me/second-factor/recovery-codes", May: access.Self, Sure: true}, s.NewRecovery)
	api.Drop(r, api.Op{Path: "/me/second-factor", May: access.Self, Sure: true}, s.EndFactor)
	api.List(r, api.Op{Path: "/sessions", May: access.Self}, s.OpenSessions)
	api.Quiet(r, api.Op{Path: "/sessions/end-others", May: access.Self}, s.EndOthers)
	api.Delete(r, api.Op{Path: "/sessions/{id}", May: access.Self, On: Sessions, Loose: true}, s.EndSession)
	api.List(r, api.Op{Path: "/tokens", May: access.Self}, s.MyTokens)
	api.Create(r, api.Op{Path: "/tokens", May: access.Self, Sure: true}, s.AddToken, nil)
	api.Delete(r, api.Op{Path: "/tokens/{id}", May: access.Self, On: Tokens, Loose: true}, s.EndToken)
	api.List(r, api.Op{Path: "/all-tokens", May: access.TokenManage}, s.AllTokens)
	api.Delete(r, api.Op{Path: "/all-tokens/{id}", May: access.TokenManage, Loose: true, Sure: true}, s.EndAnyToken)

	api.Act(r, api.Op{Path: "/users/{id}/disable", May: access.UserManage, On: account.Users, Sure: true}, s.Disable)
	api.Act(r, api.Op{Path: "/users/{id}/enable", May: access.UserManage, On: account.Users, Sure: true}, s.Enable)
	api.Do(r, api.Op{Path: "/users/{id}/password", May: access.UserManage, On: account.Users, Sure: true}, s.ResetPassword)
	api.Act(r, api.Op{Path: "/users/{id}/reset-second-factor", May: access.UserManage, On: account.Users, Loose: true, Sure: true}, s.ResetFactor)
	api.ListUnder(r, api.Op{Path: "/users/{id}/sessions", May: access.UserManage, On: account.Users}, s.SessionsOf)
	api.Delete(r, api.Op{Path: "/users/{id}/sessions/{session}", May: access.UserManage, On: account.Users, Loose: true, Sure: true}, s.EndSessionOf)
}
