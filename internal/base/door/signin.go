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
	"zhike/internal/platform/fault"
)

var (
	errWrong  = fault.New(fault.Unauthenticated, "unauthenticated")
	errLocked = fault.New(fault.TooMany, "locked_out")

	credentialOf = db.SQL(`SELECT c.user_id, c.password, c.must_change, u.state, u.name, u.login FROM {credentials c} JOIN {users u} ON u.id = c.user_id
		WHERE u.login = :login OR c.mobile_index = :mobile OR (c.employee_no = :login AND c.employee_no <> '') ORDER BY u.login <> :login LIMIT 1`, account.Credentials, account.Users)
	signedIn = db.SQL(`UPDATE {credentials!change c} SET last_login_at = :now WHERE c.user_id = :user`, account.Credentials)
	failedBy = db.SQL(`SELECT f.subject, f.failures, f.first_at, f.locked_until, f.locks FROM {sign_in_failures f} WHERE f.subject IN (:subjects)`, failures)
	forgive  = db.SQL(`DELETE FROM {sign_in_failures!change f} WHERE f.subject = :subject`, failures)
)

// Lock-out: this many wrong passwords within the window close the door, by account and
// by address (an office behind one address gets more), for a time that doubles.
const (
	wrongByAccount = 5
	wrongByAddress = 20
	wrongWindow    = 15 * time.Minute
	firstLock      = time.Minute
	longestLock    = 24 * time.Hour
)

// SigningIn is what a person shows at the door.
type SigningIn struct {
	Login    string       `json:"login" minLength:"1" maxLength:"100" doc:"Login, mobile or staff number."`
	Password crypt.Secret `json:"password" doc:"Never echoed or logged."`
	Code     string       `json:"code,omitempty" maxLength:"20"`
	Trusted  bool         `json:"trusted,omitempty" doc:"A phone of one's own: stay signed in for 30 days."`
}

// SignedIn is the answer of a door that opened.
type SignedIn struct {
	User       account.Me `json:"user"`
	MustChange bool       `json:"must_change_password"`

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

type failureRow struct {
	Subject     string `db:"subject"`
	Failures    int64  `db:"failures"`
	FirstAt     int64  `db:"first_at"`
	LockedUntil int64  `db:"locked_until"`
	Locks       int64  `db:"locks"`
}

// SignIn judges a password and opens a session. A wrong one and an unknown login
// answer alike and take alike long. Errors: unauthenticated, locked_out.
func (s *Service) SignIn(ctx context.Context, who access.Actor, in SigningIn) (SignedIn, error) {
	login := strings.ToLower(strings.TrimSpace(in.Login))
	subjects := []string{"account:" + login, "address:" + who.Origin().Address}
	if err := s.open(ctx, subjects); err != nil {
		return SignedIn{}, err
	}
	row, found, err := s.credential(ctx, login)
	if err != nil {
		return SignedIn{}, err
	}
	hash := account.NobodyHash
	if found {
		hash = row.Password
	}
	if right := account.Matches(in.Password, hash); !right || !found || row.State != "active" {
		if err := s.failed(ctx, who, login, subjects); err != nil {
			return SignedIn{}, err
		}
		return SignedIn{}, errWrong
	}
	return s.enter(ctx, who.Origin(), row, in.Trusted, subjects[0])
}

func (s *Service) credential(ctx context.Context, login string) (row credentialRow, found bool, err error) {
	_, err = db.Read(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		row, found, err = db.Maybe[credentialRow](tx, credentialOf, db.Args{"login": login, "mobile": s.Vault.Keys.Index(crypt.Phone, login)})
		return 0, err
	})
	return row, found, err
}

// open refuses while a subject is locked.
func (s *Service) open(ctx context.Context, subjects []string) error {
	_, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		rows, err := db.All[failureRow](tx, failedBy, db.Args{"subjects": subjects})
		for _, r := range rows {
			if left := r.LockedUntil - tx.At(); left > 0 {
				return 0, errLocked.After(time.Duration(left) * time.Millisecond)
			}
		}
		return 0, err
	})
	return err
}

// failed counts a wrong password in the database, so that a restart forgives nothing.
func (s *Service) failed(ctx context.Context, who access.Actor, login string, subjects []string) error {
	_, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		for i, subject := range subjects {
			if err := tx.Lock("sign_in:" + subject); err != nil {
				return 0, err
			}
			f, found, err := db.Maybe[failureRow](tx, failedBy, db.Args{"subjects": []string{subject}})
			if err != nil {
				return 0, err
			}
			if !found || tx.At()-f.FirstAt > wrongWindow.Milliseconds() {
				f = failureRow{Subject: subject, FirstAt: tx.At(), Locks: f.Locks}
			}
			f.Failures++
			if most := []int64{wrongByAccount, wrongByAddress}[i]; f.Failures >= most {
				f.LockedUntil = tx.At() + min(firstLock<<min(f.Locks, 12), longestLock).Milliseconds()
				f.Locks, f.Failures, f.FirstAt = f.Locks+1, 0, tx.At()
			}
			if err := tx.Put(failures, f, "subject"); err != nil {
				return 0, err
			}
		}
		// The login as it was typed could be a password in the wrong box: only a known one is told.
		return 0, audit.Note(tx, audit.Entry{Action: "session.refuse", Kind: "session", Details: map[string]any{"address": who.Origin().Address}})
	})
	return err
}

func (s *Service) enter(ctx context.Context, from access.Origin, row credentialRow, trust bool, subject string) (out SignedIn, err error) {
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
		if _, err := tx.ChangeAll(signedIn, db.Args{"user": row.UserID, "now": tx.At()}); err != nil {
			return access.Actor{}, err
		}
		if _, err := tx.ChangeAll(forgive, db.Args{"subject": subject}); err != nil {
			return access.Actor{}, err
		}
		who, err := s.People.ActorOf(tx, row.UserID)
		if err != nil {
			return who, err
		}
		return who, audit.Note(tx.As(who.From(from)), audit.Entry{Action: "session.open", Kind: "session", Record: v.opening.ID})
	})
	if err != nil {
		return out, err
	}
	out.User, err = s.People.Me(ctx, actor)
	out.MustChange = row.MustChange
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
