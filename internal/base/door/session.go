package door

import (
	"context"
	"net/http"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
)

var (
	mustChange = db.SQL(`SELECT c.user_id, c.password, c.must_change, u.state, u.name, u.login FROM {credentials c} JOIN {users u} ON u.id = c.user_id WHERE c.user_id = :user`, account.Credentials, account.Users)
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
	return SignedIn{User: me, MustChange: must}, err
}

// Left is the answer of signing out: it takes the cookie back.
type Left struct{ cookie *http.Cookie }

func (l Left) Cookie() *http.Cookie { return l.cookie }

// SignOut ends the session the request came with.
func (s *Service) SignOut(ctx context.Context, who access.Actor, _ struct{}) (Left, error) {
	token := api.SessionToken(ctx)
	if token != "" {
		loaded, err := s.gate.sessions.Load(ctx, token)
		if err != nil {
			return Left{}, err
		}
		if err := s.gate.sessions.Destroy(loaded); err != nil {
			return Left{}, err
		}
		if _, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
			return 0, audit.Note(tx, audit.Entry{Action: "session.close", Kind: "session"})
		}); err != nil {
			return Left{}, err
		}
	}
	return Left{s.cookie("", time.UnixMilli(1), false)}, nil
}

// current is the id of the session the request came with; "" for a token's.
func (s *Service) current(ctx context.Context) string {
	v := &visit{}
	ctx = context.WithValue(ctx, visitKey{}, v)
	if _, err := s.gate.sessions.Load(ctx, api.SessionToken(ctx)); err != nil {
		return ""
	}
	return v.row.ID
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
		return 0, audit.Note(tx, audit.Entry{Action: "session.end", Kind: "session", Record: id})
	})
	return err
}
