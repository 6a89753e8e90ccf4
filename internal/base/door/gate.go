package door

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"

	"github.com/alexedwards/scs/v2"
)

// A gate is the one place that judges a credential: every request comes through Who,
// and whatever can be guessed through judge.
type gate struct {
	service  *Service
	sessions *scs.SessionManager
	seen     sync.Map // session id → unix ms of the last note in the database
}

// SessionLife is how long a session lasts at the most; noteEvery, how often its last use
// is written; lately, how long proving who one is lasts.
const (
	SessionLife = 366 * 24 * time.Hour
	noteEvery   = time.Minute
	lately      = 15 * time.Minute // how long a session counts as its person's own hand
)

func newGate(s *Service) *gate {
	g := &gate{service: s, sessions: scs.New()}
	g.sessions.Lifetime = SessionLife
	g.sessions.HashTokenInStore = true
	g.sessions.Store = store{s}
	return g
}

// A visit is what a request's session was found to be; the store fills it.
type visit struct {
	row     sessionRow
	people  int64
	found   bool
	opening *sessionRow // of a sign-in: what the new row says beside scs's data
}

type visitKey struct{}

type sessionRow struct {
	Token       string `db:"token"`
	ID          string `db:"id"`
	UserID      string `db:"user_id"`
	Data        []byte `db:"data"`
	CreatedAt   int64  `db:"created_at"`
	SeenAt      int64  `db:"seen_at"`
	ExpiresAt   int64  `db:"expires_at"`
	Agent       string `db:"agent"`
	Address     string `db:"address"`
	ConfirmedAt int64  `db:"confirmed_at"`
	LookRole    string `db:"look_role"`
	LookUser    string `db:"look_user"`
	LookUntil   int64  `db:"look_until"`
	People      int64  `db:"people"`
	Idle        time.Duration
}

var (
	sessionOf = db.SQL(`SELECT s.token, s.id, s.user_id, s.data, s.created_at, s.seen_at, s.expires_at, s.agent, s.address, s.confirmed_at, s.look_role, s.look_user, s.look_until,
		coalesce((SELECT n.value FROM {counters n} WHERE n.series = 'people'), 0) AS people FROM {sessions s} WHERE s.token = :token`, Sessions, db.Counters)
	endToken   = db.SQL(`DELETE FROM {sessions!change s} WHERE s.token = :token`, Sessions)
	endedLong  = db.SQL(`DELETE FROM {sessions!change s} WHERE s.expires_at < :now`, Sessions)
	noteSeen   = db.SQL(`UPDATE {sessions!change s} SET seen_at = :now WHERE s.id = :id`, Sessions)
	tokenOf    = db.SQL(`SELECT t.id, t.user_id, t.name, t.permissions, t.created_at, t.expires_at, t.ended_at, t.last_used_at FROM {tokens t} WHERE t.hash = :hash`, Tokens)
	noteUsed   = db.SQL(`UPDATE {tokens!change t} SET last_used_at = :now WHERE t.id = :id`, Tokens)
	endSession = db.SQL(`DELETE FROM {sessions!change s} WHERE s.id = :id`, Sessions)
	endAll     = db.SQL(`DELETE FROM {sessions!change s} WHERE s.user_id = :user AND s.id <> :keep`, Sessions)
)

// store keeps scs's sessions as rows with a user, so that they can be listed and ended.
type store struct{ s *Service }

func (st store) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	v, _ := ctx.Value(visitKey{}).(*visit)
	row, found, err := st.find(ctx, token)
	if err != nil || !found {
		return nil, false, err
	}
	if now := st.s.DB.Now().UnixMilli(); row.ExpiresAt < now || now-row.SeenAt > row.Idle.Milliseconds() {
		return nil, false, nil
	}
	if v != nil {
		v.row, v.people, v.found = row, row.People, true
	}
	return row.Data, true, nil
}

func (st store) find(ctx context.Context, token string) (row sessionRow, found bool, err error) {
	_, err = db.Read(ctx, st.s.DB, program, func(tx *db.Tx) (int, error) {
		if row, found, err = db.Maybe[sessionRow](tx, sessionOf, db.Args{"token": token}); err == nil && found {
			row.Idle, err = idle(tx, row)
		}
		return 0, err
	})
	return row, found, err
}

// idle is how long a session may rest: sign_in.idle_hours, on a phone that was trusted
// sign_in.phone_days.
func idle(tx *db.Tx, row sessionRow) (time.Duration, error) {
	if strings.HasSuffix(row.ID, trusted) {
		days, err := setting.SignInOnPhone.In(tx)
		return time.Duration(days) * 24 * time.Hour, err
	}
	hours, err := setting.SignInIdle.In(tx)
	return time.Duration(hours) * time.Hour, err
}

// trusted ends the id of a session that was opened to last.
const trusted = "-t"

func (st store) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	v, _ := ctx.Value(visitKey{}).(*visit)
	if v == nil || v.opening == nil {
		return nil // nothing of ours changes a session once it is open
	}
	row := *v.opening
	row.Token, row.Data, row.ExpiresAt = token, data, expiry.UnixMilli()
	_, err := db.Write(ctx, st.s.DB, program, func(tx *db.Tx) (int, error) {
		type fresh struct {
			Token       string `db:"token"`
			ID          string `db:"id"`
			Data        []byte `db:"data"`
			CreatedAt   int64  `db:"created_at"`
			SeenAt      int64  `db:"seen_at"`
			ExpiresAt   int64  `db:"expires_at"`
			Agent       string `db:"agent"`
			Address     string `db:"address"`
			ConfirmedAt int64  `db:"confirmed_at"`
		}
		return 0, tx.Insert(Sessions, fresh{row.Token, row.ID, row.Data, tx.At(), tx.At(), row.ExpiresAt, row.Agent, row.Address, tx.At()},
			opened.With(db.Args{"user_id": row.UserID}))
	})
	return err
}

// opened names whose a new session is: the program's to say, once a password was right.
var opened = Sessions.Setter(db.Change("session.open"), "user_id")

func (st store) DeleteCtx(ctx context.Context, token string) error {
	_, err := db.Write(ctx, st.s.DB, program, func(tx *db.Tx) (int64, error) { return tx.ChangeAll(endToken, db.Args{"token": token}) })
	return err
}

func (st store) Find(string) ([]byte, bool, error)      { panic("account: sessions need a context") }
func (st store) Commit(string, []byte, time.Time) error { panic("account: sessions need a context") }
func (st store) Delete(string) error                    { panic("account: sessions need a context") }

// Who judges what a request shows. Nobody is no error; a dead credential is nobody too.
func (s *Service) Who(ctx context.Context, c api.Credential) (access.Actor, error) {
	switch {
	case c.Bearer != "":
		return s.gate.bearer(ctx, c)
	case c.Session != "":
		return s.gate.session(ctx, c)
	}
	return access.Actor{}.From(c.Origin), nil
}

func (g *gate) session(ctx context.Context, c api.Credential) (access.Actor, error) {
	v := &visit{}
	ctx = context.WithValue(ctx, visitKey{}, v)
	loaded, err := g.sessions.Load(ctx, c.Session)
	if err != nil {
		return access.Actor{}, err
	}
	if !v.found || g.sessions.GetString(loaded, "user") != v.row.UserID {
		return access.Actor{}.From(c.Origin), nil
	}
	g.note(ctx, noteSeen, v.row.ID, v.row.SeenAt, c.Quiet)
	who, err := g.actor(ctx, v.row.UserID, v.people, nil, c.Origin)
	if err == nil && v.row.LookUntil > 0 {
		who, err = g.service.looking(ctx, who, v.row)
	}
	if g.service.DB.Now().UnixMilli()-v.row.ConfirmedAt > lately.Milliseconds() {
		who = who.Stale()
	}
	return who, err
}

// note writes the last use of a session or token at most once a minute.
func (g *gate) note(ctx context.Context, q db.Query, id string, before int64, quiet bool) {
	now := g.service.DB.Now().UnixMilli()
	last, _ := g.seen.LoadOrStore(id, before)
	if quiet || now-last.(int64) < noteEvery.Milliseconds() || !g.seen.CompareAndSwap(id, last, now) {
		return
	}
	// Not worth failing a request for: the next minute tries again.
	_, _ = db.Write(ctx, g.service.DB, program, func(tx *db.Tx) (int64, error) {
		n, err := tx.ChangeAll(q, db.Args{"id": id, "now": now})
		tx.Noted() // that it was used is no change of it
		return n, err
	})
}

func (g *gate) actor(ctx context.Context, user string, people int64, bound []access.Permission, from access.Origin) (access.Actor, error) {
	who, err := g.service.People.At(ctx, user, people, bound)
	return who.From(from), err
}

// bearer judges an API token; it never gives more than its user may today.
func (g *gate) bearer(ctx context.Context, c api.Credential) (access.Actor, error) {
	nobody := access.Actor{}.From(c.Origin)
	var t Token
	var people int64
	err := g.service.judge(ctx, nobody, showing{what: "token", bare: true, wrong: errWrong, skip: true,
		look: func(tx *db.Tx, _ *showing) (err error) {
			if t, _, err = db.Maybe[Token](tx, tokenOf, db.Args{"hash": HashToken(c.Bearer)}); err != nil {
				return err
			}
			m, _, err := db.Maybe[account.Counted](tx, account.Version, nil)
			people = m.Value
			return err
		},
		slow: func() bool { return t.ID != "" },
	})
	if errors.Is(err, errWrong) || err == nil && (t.EndedAt > 0 || int64(t.ExpiresAt) < g.service.DB.Now().UnixMilli()) {
		return nobody, nil // one that has ended is known: no guess
	}
	if err != nil {
		return nobody, err
	}
	bound := t.Carried.V
	if bound == nil {
		bound = []access.Permission{}
	}
	g.note(ctx, noteUsed, t.ID, int64(t.LastUsedAt), c.Quiet)
	return g.actor(ctx, t.UserID, people, bound, c.Origin)
}

// HashToken is how a secret of high entropy is kept: its hash is enough to know it again.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// ForgetSessions drops sessions that have ended, and addresses that nobody came from for long.
func (s *Service) ForgetSessions(ctx context.Context) error {
	_, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int64, error) {
		if _, err := tx.ChangeAll(seenLongAgo, db.Args{"before": tx.Now().Add(-remembered).UnixMilli()}); err != nil {
			return 0, err
		}
		return tx.ChangeAll(endedLong, db.Args{"now": tx.At()})
	})
	return err
}
