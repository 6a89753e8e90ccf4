package door

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
)

var (
	credentialOf = db.SQL(`SELECT c.user_id, c.password, c.must_change, u.state, u.name, u.login FROM {credentials c} JOIN {users u} ON u.id = c.user_id
		WHERE u.login = :login OR c.mobile_index = :mobile OR (c.employee_no = :login AND c.employee_no <> '') ORDER BY u.login <> :login LIMIT 1`, account.Credentials, account.Users)
	signedIn = db.SQL(`UPDATE {credentials!change c} SET last_login_at = :now WHERE c.user_id = :user`, account.Credentials)
)

// SigningIn is what a person shows at the door.
type SigningIn struct {
	Login    string       `json:"login" minLength:"1" maxLength:"100" doc:"Login, mobile or staff number."`
	Password crypt.Secret `json:"password" doc:"Never echoed or logged."`
	Code     crypt.Secret `json:"code,omitempty,omitzero" doc:"Of the second factor, or a recovery code; asked for by 401 second_factor_needed."`
	Trusted  bool         `json:"trusted,omitempty" doc:"A phone of one's own: stay signed in for 30 days."`
}

// SignedIn is the answer of a door that opened.
type SignedIn struct {
	User       account.Me `json:"user"`
	MustChange bool       `json:"must_change_password"`
	MustEnrol  bool       `json:"must_enrol" doc:"The company asks for a second factor, and this person has none: nothing else opens before."`
	Look       *Look      `json:"look" doc:"As which role the person looks, reading only; null for none."`

	cookie *http.Cookie
}

// Cookie is set by base/api.
func (s SignedIn) Cookie() *http.Cookie { return s.cookie }

type credentialRow struct {
	UserID     string `db:"user_id"`
	Password   string `db:"password"`
	MustChange bool   `db:"must_change"`
	State      string `db:"state"`
	Name       string `db:"name"`
	Login      string `db:"login"`
}

// SignIn judges a password, and where there is one a second factor, and opens a session.
// A wrong one and an unknown login answer alike and take alike long.
// Errors: unauthenticated, second_factor_needed (after a right password only), locked_out.
func (s *Service) SignIn(ctx context.Context, who access.Actor, in SigningIn) (SignedIn, error) {
	var row credentialRow
	login := strings.ToLower(strings.TrimSpace(in.Login))
	err := s.judge(ctx, who, showing{what: "password", login: login, wrong: errWrong,
		look: func(tx *db.Tx, c *showing) (err error) {
			row, _, err = db.Maybe[credentialRow](tx, credentialOf, db.Args{"login": login, "mobile": s.Vault.Keys.Index(crypt.Phone, login)})
			c.user = row.UserID
			return err
		},
		slow: func() bool {
			hash := row.Password
			if hash == "" {
				hash = account.NobodyHash
			}
			return account.Matches(in.Password, hash) && row.State == "active"
		},
		code: func(tx *db.Tx) (verdict, error) { return s.second(tx, row.UserID, in.Code) },
	})
	if err != nil {
		return SignedIn{}, err
	}
	return s.enter(ctx, who.Origin(), row, in.Trusted)
}

func (s *Service) enter(ctx context.Context, from access.Origin, row credentialRow, trust bool) (out SignedIn, err error) {
	v := &visit{opening: &sessionRow{ID: strings.ToLower(rand.Text()[:16]), UserID: row.UserID, Agent: from.Agent, Address: from.Address}}
	if trust {
		v.opening.ID += trusted
	}
	ctx = context.WithValue(ctx, visitKey{}, v)
	fresh, err := s.gate.sessions.Load(ctx, "")
	if err != nil {
		return out, err
	}
	s.gate.sessions.Put(fresh, "user", row.UserID)
	token, expiry, err := s.gate.sessions.Commit(fresh)
	if err != nil {
		return out, err
	}
	actor, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (access.Actor, error) {
		if err := s.unusual(tx, row.UserID, from); err != nil {
			return access.Actor{}, err
		}
		if _, err := tx.ChangeAll(signedIn, db.Args{"user": row.UserID, "now": tx.At()}); err != nil {
			return access.Actor{}, err
		}
		who, err := s.People.ActorOf(tx, row.UserID)
		if err != nil {
			return who, err
		}
		return who, audit.Note(tx.As(who.From(from)), audit.Entry{Action: "session.open", Kind: "user", Record: row.UserID, Details: map[string]any{"session": v.opening.ID}})
	})
	if err != nil {
		return out, err
	}
	out.User, err = s.People.Me(ctx, actor)
	out.MustChange, out.MustEnrol = row.MustChange, actor.MustEnrol()
	out.cookie = s.cookie(token, expiry, trust)
	return out, err
}

// Under HTTPS the cookie is bound to the host.
var secure = map[bool]string{true: api.Cookies[0], false: api.Cookies[1]}

func (s *Service) cookie(token string, expiry time.Time, keep bool) *http.Cookie {
	c := &http.Cookie{Name: secure[s.HTTPS], Value: token, Path: "/", HttpOnly: true, Secure: s.HTTPS, SameSite: http.SameSiteLaxMode}
	if keep || token == "" {
		c.Expires = expiry
	}
	if token == "" {
		c.MaxAge = -1
	}
	return c
}
