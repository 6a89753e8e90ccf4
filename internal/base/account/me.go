package account

import (
	"context"
	"net/http"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

// Me is what a person is told of himself: what he may, and how he sees.
type Me struct {
	ID          string                  `json:"id"`
	Login       string                  `json:"login"`
	Name        string                  `json:"name"`
	Department  *Named                  `json:"department"`
	Roles       []RoleName              `json:"roles"`
	Permissions []string                `json:"permissions"`
	Fields      map[access.Group]string `json:"fields"`
	Company     string                  `json:"company"`
	Kind        string                  `json:"kind" enum:"demo,production"`
	Timezone    string                  `json:"timezone"`
}

// Named is a record by its name.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// RoleName is a role by its code and name.
type RoleName struct {
	ID   string `json:"id"`
	Code string `json:"code"`
	Name string `json:"name"`
}

var (
	userOf = db.SQL(`SELECT u.id, u.login, u.name, u.employee_no, u.department_id, d.name AS department_name, u.role_ids, u.state,
		u.mobile_masked, u.email_masked, u.version FROM {users u} LEFT JOIN {departments d} ON d.id = u.department_id WHERE u.id = :id`, Users, Departments)
	mustChange = db.SQL(`SELECT c.user_id, c.password, c.must_change, u.state, u.name, u.login FROM {credentials c} JOIN {users u} ON u.id = c.user_id WHERE c.user_id = :user`, credentials, Users)
	mySessions = db.SQL(`SELECT s.id, s.created_at, s.seen_at, s.agent, s.address, s.token FROM {sessions s} WHERE s.expires_at > :now ORDER BY s.seen_at DESC`, Sessions)
)

// Me tells a person of himself.
func (s *Service) Me(ctx context.Context, who access.Actor) (Me, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (me Me, err error) {
		u, err := db.One[User](tx, userOf, db.Args{"id": who.ID()})
		if err != nil {
			return me, err
		}
		me = Me{ID: u.ID, Login: u.Login, Name: u.Name, Permissions: who.Permissions(), Fields: map[access.Group]string{}, Roles: []RoleName{}}
		if u.DepartmentID != "" {
			me.Department = &Named{string(u.DepartmentID), string(u.DepartmentName)}
		}
		for _, g := range access.Groups {
			me.Fields[g] = who.Sees(g).String()
		}
		roles, err := db.All[Role](tx, rolesOf, db.Args{"ids": u.Roles.V})
		if err != nil {
			return me, err
		}
		for _, r := range roles {
			me.Roles = append(me.Roles, RoleName{r.ID, r.Code, r.title(api.LanguageOf(ctx))})
		}
		if me.Company, err = setting.CompanyName.In(tx); err != nil {
			return me, err
		}
		if me.Kind, err = setting.Meta(tx, "kind"); err != nil {
			return me, err
		}
		if me.Kind == "" {
			me.Kind = "production"
		}
		me.Timezone, err = setting.CompanyTimezone.In(tx)
		return me, err
	})
}

// title is a built-in role's name in the viewer's language, as long as nobody renamed it.
func (r Role) title(lang string) string {
	if r.Builtin && r.Name == "" {
		return locale.Text(lang, "role."+r.Code, nil)
	}
	return r.Name
}

// Session is the answer of GET session.
func (s *Service) Session(ctx context.Context, who access.Actor, _ struct{}) (SignedIn, error) {
	me, err := s.Me(ctx, who)
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

// NewPassword is a person's own change of password.
type NewPassword struct {
	Current crypt.Secret `json:"current"`
	New     crypt.Secret `json:"new"`
}

var errWrongPassword = fault.Rule("wrong_password", "current")

// Done is an answer that says no more than that it is done.
type Done struct{}

// ChangePassword changes one's own password and ends one's other sessions.
func (s *Service) ChangePassword(ctx context.Context, who access.Actor, in NewPassword) (Done, error) {
	subjects := []string{"account:" + who.Name(), "address:" + who.Origin().Address}
	if err := s.open(ctx, subjects); err != nil {
		return Done{}, err
	}
	row, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) (credentialRow, error) {
		return db.One[credentialRow](tx, mustChange, db.Args{"user": who.ID()})
	})
	if err != nil {
		return Done{}, err
	}
	if !matches(in.Current, row.Password) {
		if err := s.failed(ctx, who, who.Name(), subjects); err != nil {
			return Done{}, err
		}
		return Done{}, errWrongPassword
	}
	if err := CheckPassword(in.New.Clear(), row.Login, row.Name); err != nil {
		return Done{}, err
	}
	hash, err := Hash(in.New)
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

var writePassword = db.SQL(`UPDATE {credentials!change c} SET password = :password, must_change = :must, changed_at = :now WHERE c.user_id = :user`, credentials)

// setPassword also ends every session but keep.
func (s *Service) setPassword(tx *db.Tx, user, hash string, must bool, keep string) error {
	p := tx.As(program)
	if _, err := p.ChangeAll(writePassword, db.Args{"user": user, "password": hash, "must": must, "now": tx.At()}); err != nil {
		return err
	}
	if _, err := p.ChangeAll(endAll, db.Args{"user": user, "keep": keep}); err != nil {
		return err
	}
	return changedPeople(tx) // whether he must change it is part of who he is
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
