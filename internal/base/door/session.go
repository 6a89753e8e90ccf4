package door

import (
	"context"
	"net/http"
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
	mustChange = db.SQL(`SELECT c.user_id, c.password, c.must_change, u.state, u.name, u.login FROM {credentials c} JOIN {users u} ON u.id = c.user_id WHERE c.user_id = :user`, account.Credentials, account.Users)
	sessionsOf = db.SQL(`SELECT s.id, s.created_at, s.seen_at, s.agent, s.address, s.token FROM {sessions s} WHERE s.user_id = :user AND s.expires_at > :now ORDER BY s.seen_at DESC`, Sessions)
	endOf      = db.SQL(`DELETE FROM {sessions!change s} WHERE s.id = :id AND s.user_id = :user`, Sessions)
	confirmed  = db.SQL(`UPDATE {sessions!change s} SET confirmed_at = :now WHERE s.id = :id`, Sessions)
	mySessions = db.SQL(`SELECT s.id, s.created_at, s.seen_at, s.agent, s.address, s.token FROM {sessions s} WHERE s.expires_at > :now ORDER BY s.seen_at DESC`, Sessions)
)

// Session is the answer of GET session.
func (s *Service) Session(ctx context.Context, who access.Actor, _ struct{}) (SignedIn, error) {
	me, err := s.People.Me(ctx, who)
	if err != nil {
		return SignedIn{}, err
	}
	must, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) (bool, error) {
		row, _, err := db.Maybe[credentialRow](tx, mustChange, db.Args{"user": who.ID()})
		return row.MustChange, err
	})
	if err != nil {
		return SignedIn{}, err
	}
	look, err := s.lookOf(ctx, who)
	return SignedIn{User: me, MustChange: must, MustEnrol: who.MustEnrol(), Look: look}, err
}

// Left is the answer of signing out: it takes the cookie back.
type Left struct{ cookie *http.Cookie }

func (l Left) Cookie() *http.Cookie { return l.cookie }

// SignOut ends the session the request came with.
func (s *Service) SignOut(ctx context.Context, who access.Actor, _ struct{}) (Left, error) {
	token := api.SessionToken(ctx)
	if token != "" {
		here := &visit{}
		ctx := context.WithValue(ctx, visitKey{}, here)
		loaded, err := s.gate.sessions.Load(ctx, token)
		if err != nil {
			return Left{}, err
		}
		if err := s.gate.sessions.Destroy(loaded); err != nil {
			return Left{}, err
		}
		if _, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
			s.closed(tx, who.ID())
			if row := here.row; who.IsLooking() {
				if err := audit.Note(tx, lookEnds(row, "sign_out")); err != nil {
					return 0, err
				}
			}
			return 0, audit.Note(tx, audit.Entry{Action: "session.close", Kind: "session"})
		}); err != nil {
			return Left{}, err
		}
	}
	return Left{s.cookie("", time.UnixMilli(1), false)}, nil
}

// current is the id of the session the request came with; "" for a token's.
func (s *Service) current(ctx context.Context) string { return s.here(ctx).ID }

func (s *Service) here(ctx context.Context) sessionRow {
	v := &visit{}
	ctx = context.WithValue(ctx, visitKey{}, v)
	if _, err := s.gate.sessions.Load(ctx, api.SessionToken(ctx)); err != nil {
		return sessionRow{}
	}
	return v.row
}

// An OpenSession is one place where a person is signed in.
type OpenSession struct {
	ID        string   `db:"id" json:"id"`
	CreatedAt api.Time `db:"created_at" json:"created_at"`
	SeenAt    api.Time `db:"seen_at" json:"seen_at"`
	Agent     string   `db:"agent" json:"agent"`
	Address   string   `db:"address" json:"address"`
	Token     string   `db:"token" json:"-"`
	Current   bool     `json:"current"`
}

// OpenSessions lists where one is signed in.
func (s *Service) OpenSessions(ctx context.Context, who access.Actor, _ struct{}) (api.Items[OpenSession], error) {
	here := s.current(ctx)
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[OpenSession], err error) {
		out.Items, err = db.All[OpenSession](tx, mySessions, db.Args{"now": tx.At()})
		for i := range out.Items {
			out.Items[i].Current = out.Items[i].ID == here
		}
		return out, err
	})
}

// EndSession signs one of one's own sessions out, from anywhere.
func (s *Service) EndSession(ctx context.Context, who access.Actor, id string, _ int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		if err := tx.Change(endSession, db.Args{"id": id}); err != nil {
			return 0, err
		}
		s.closed(tx, who.ID())
		return 0, audit.Note(tx, audit.Entry{Action: "session.end", Kind: "session", Record: id})
	})
	return err
}

// EndOthers signs one out everywhere but here.
func (s *Service) EndOthers(ctx context.Context, who access.Actor, _ struct{}) (Done, error) {
	keep := s.current(ctx)
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (Done, error) {
		if err := s.putOut(tx, who.ID(), keep); err != nil {
			return Done{}, err
		}
		return Done{}, audit.Note(tx, audit.Entry{Action: "session.end_others", Kind: "user", Record: who.ID()})
	})
}

// SessionsOf lists where somebody is signed in, for whoever manages accounts.
func (s *Service) SessionsOf(ctx context.Context, _ access.Actor, id string, _ struct{}) (api.Items[OpenSession], error) {
	here := s.current(ctx)
	return db.Read(ctx, s.DB, program, func(tx *db.Tx) (out api.Items[OpenSession], err error) {
		out.Items, err = db.All[OpenSession](tx, sessionsOf, db.Args{"user": id, "now": tx.At()})
		for i := range out.Items {
			out.Items[i].Current = out.Items[i].ID == here
		}
		return out, err
	})
}

// EndSessionOf signs somebody out of one place, for whoever manages accounts.
func (s *Service) EndSessionOf(ctx context.Context, who access.Actor, id string, _ int64) error {
	session := api.Param(ctx, "session")
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		n, err := tx.As(program).ChangeAll(endOf, db.Args{"id": session, "user": id})
		if err != nil {
			return 0, err
		}
		if n == 0 {
			return 0, db.ErrNotFound
		}
		s.closed(tx, id)
		return 0, audit.Note(tx, audit.Entry{Action: "session.end", Kind: "user", Record: id, Details: map[string]any{"session": session}})
	})
	return err
}

// putOut ends the sessions of a person but keep, and what they hold open.
func (s *Service) putOut(tx *db.Tx, user, keep string) error {
	_, err := tx.As(program).ChangeAll(endAll, db.Args{"user": user, "keep": keep})
	s.closed(tx, user)
	return err
}

// closed ends the streams of a person once the unit is kept; a session that lives opens its own anew.
func (s *Service) closed(tx *db.Tx, user string) {
	if s.Streams != nil {
		s.Streams(tx, user)
	}
}

// Confirming is a person proving that it is still he, at a session that has been open for a while.
type Confirming struct {
	Password crypt.Secret `json:"password"`
	Code     crypt.Secret `json:"code,omitempty,omitzero"`
}

var errWrongProof = fault.Rule("wrong_password", "password")

// Confirm opens the operations that ask for it, for a quarter of an hour.
// Errors: wrong_password, second_factor_needed, locked_out.
func (s *Service) Confirm(ctx context.Context, who access.Actor, in Confirming) (Done, error) {
	here := s.current(ctx)
	if here == "" {
		return Done{}, db.ErrDenied
	}
	var row credentialRow
	return Done{}, s.judge(ctx, who, showing{what: "confirm", user: who.ID(), wrong: errWrongProof,
		look: func(tx *db.Tx, _ *showing) (err error) {
			row, err = db.One[credentialRow](tx, mustChange, db.Args{"user": who.ID()})
			return err
		},
		slow: func() bool { return account.Matches(in.Password, row.Password) },
		code: func(tx *db.Tx) (verdict, error) { return s.second(tx, who.ID(), in.Code) },
		kept: func(tx *db.Tx) error {
			if _, err := tx.ChangeAll(confirmed, db.Args{"id": here, "now": tx.At()}); err != nil {
				return err
			}
			return audit.Note(tx.As(who), audit.Entry{Action: "session.confirm", Kind: "user", Record: who.ID()})
		},
	})
}
