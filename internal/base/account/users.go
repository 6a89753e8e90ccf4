package account

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/words"
)

var (
	userList = db.SQL(`SELECT u.id, u.login, u.name, u.employee_no, u.department_id, d.name AS department_name, u.role_ids, u.state,
		u.mobile_masked, u.email_masked, u.version FROM {users u} LEFT JOIN {departments d} ON d.id = u.department_id
		WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Users, Departments)
	lastLogins = db.SQL(`SELECT c.user_id AS id, c.last_login_at FROM {credentials c} WHERE c.user_id IN (:ids)`, Credentials)
	colleagues = db.SQL(`SELECT u.id, u.name, u.department_id, d.name AS department_name, u.state
		FROM {users u} LEFT JOIN {departments d} ON d.id = u.department_id WHERE {filter} ORDER BY u.state, u.name, u.id LIMIT {limit}`, Users, Departments)
	allRoles = db.SQL(`SELECT r.id, r.code, r.name, r.builtin, r.scope, r.department_ids, r.permissions, r.fields, r.version FROM {roles r} ORDER BY r.builtin DESC, r.created_at, r.id`, Roles)
	actives  = db.SQL(`SELECT u.id, u.login, u.name, u.state, u.department_id, u.role_ids, d.path AS branch FROM {users u} LEFT JOIN {departments d} ON d.id = u.department_id WHERE u.state = 'active'`, Users, Departments)

	loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{1,59}$`)

	errLastAdministrator = fault.New(fault.Conflict, "last_administrator")
)

// UserQuery is what a list of users takes.
type UserQuery struct {
	Q      string `query:"q" maxLength:"60"`
	State  string `query:"state" enum:"active,disabled,left"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"100"`
	Cursor string `query:"cursor" maxLength:"2000"`
}

// NewUser is what a caller says of a new account; its password is valid at once.
type NewUser struct {
	Login        string       `json:"login" minLength:"2" maxLength:"60"`
	Name         string       `json:"name" minLength:"1" maxLength:"60"`
	EmployeeNo   string       `json:"employee_no,omitempty" maxLength:"30"`
	DepartmentID string       `json:"department_id,omitempty" maxLength:"64"`
	RoleIDs      []string     `json:"role_ids" maxItems:"20"`
	Password     crypt.Secret `json:"password"`
	MustChange   bool         `json:"must_change_password,omitempty"`
	Mobile       string       `json:"mobile,omitempty" maxLength:"40"`
	Email        string       `json:"email,omitempty" maxLength:"120"`
}

// ChangedUser is what a caller may change of an account.
type ChangedUser struct {
	Name         api.Opt[string]   `json:"name,omitempty,omitzero" minLength:"1" maxLength:"60"`
	EmployeeNo   api.Opt[string]   `json:"employee_no,omitempty,omitzero" maxLength:"30"`
	DepartmentID api.Opt[string]   `json:"department_id,omitempty,omitzero" maxLength:"64"`
	RoleIDs      api.Opt[[]string] `json:"role_ids,omitempty,omitzero" maxItems:"20"`
	Mobile       api.Opt[string]   `json:"mobile,omitempty,omitzero" maxLength:"40"`
	Email        api.Opt[string]   `json:"email,omitempty,omitzero" maxLength:"120"`
}

// Everybody is more people than a company has accounts: their names are searched in memory, by pinyin too.
const Everybody = 10_000

// Colleagues gives names to pick from, for anyone signed in; q is a part of a name, its pinyin or its initials.
func (s *Service) Colleagues(ctx context.Context, who access.Actor, q UserQuery) (api.Items[Colleague], error) {
	w := db.With{Limit: q.Limit}
	if q.Q != "" {
		w.Limit = Everybody
	}
	if q.State != "" {
		w.Where = append(w.Where, db.Compare(db.Col("u.state"), "=", q.State))
	}
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Colleague], err error) {
		all, err := db.Find[Colleague](tx, colleagues, nil, w)
		out.Items = slices.DeleteFunc(all, func(c Colleague) bool { return !words.PersonHolds(c.Name, q.Q) })
		out.Items = out.Items[:min(len(out.Items), q.Limit)]
		return out, err
	})
}

// ListUsers gives accounts, for whoever manages them.
func (s *Service) ListUsers(ctx context.Context, who access.Actor, q UserQuery) (out api.Page[User], err error) {
	w := db.With{Order: db.Up("u.login", "u.id"), Limit: q.Limit, After: q.Cursor, Key: q.Q + "\x00" + q.State}
	if q.Q != "" {
		w.Where = append(w.Where, db.AnyOf(db.Contains(db.Col("u.name"), q.Q), db.Contains(db.Col("u.login"), q.Q), db.Contains(db.Col("u.employee_no"), q.Q)))
	}
	if q.State != "" {
		w.Where = append(w.Where, db.Compare(db.Col("u.state"), "=", q.State))
	}
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (api.Page[User], error) {
		page, err := db.Page[User](tx, userList, nil, w)
		if err != nil {
			return out, err
		}
		return api.Page[User]{Items: page.Rows, Next: api.Text(page.Next), Prev: api.Text(page.Prev)}, withLogins(tx, page.Rows)
	})
}

func withLogins(tx *db.Tx, users []User) error {
	type login struct {
		ID string   `db:"id"`
		At api.Time `db:"last_login_at"`
	}
	var ids []string
	for i := range users {
		ids = append(ids, users[i].ID)
		users[i].RoleIDs = users[i].Roles.V
	}
	logins, err := db.All[login](tx.As(program), lastLogins, db.Args{"ids": ids})
	for _, l := range logins {
		users[slices.Index(ids, l.ID)].LastLoginAt = l.At
	}
	return err
}

// User gives one account, for whoever manages them.
func (s *Service) User(ctx context.Context, who access.Actor, id string) (User, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (User, error) { return s.In(tx, id) })
}

func (s *Service) In(tx *db.Tx, id string) (User, error) {
	u, err := db.One[User](tx, userOf, db.Args{"id": id})
	if err != nil {
		return u, err
	}
	all := []User{u}
	err = withLogins(tx, all)
	return all[0], err
}

type userRow struct {
	ID           string            `db:"id"`
	Login        string            `db:"login"`
	Name         string            `db:"name"`
	EmployeeNo   string            `db:"employee_no"`
	DepartmentID api.Ref           `db:"department_id"`
	Roles        db.JSON[[]string] `db:"role_ids"`
	State        string            `db:"state"`
	MobileSealed []byte            `db:"mobile_sealed"`
	MobileMasked string            `db:"mobile_masked"`
	EmailSealed  []byte            `db:"email_sealed"`
	EmailMasked  string            `db:"email_masked"`
	CreatedAt    int64             `db:"created_at"`
	UpdatedAt    int64             `db:"updated_at"`
}

type newCredential struct {
	UserID      string `db:"user_id"`
	Password    string `db:"password"`
	MustChange  bool   `db:"must_change"`
	MobileIndex []byte `db:"mobile_index"`
	EmployeeNo  string `db:"employee_no"`
	ChangedAt   int64  `db:"changed_at"`
}

// AddUser makes an account. Needs user.manage; a role that manages the system may be
// given only by one who manages roles.
func (s *Service) AddUser(ctx context.Context, who access.Actor, in NewUser) (none User, err error) {
	in.Login = strings.ToLower(strings.TrimSpace(in.Login))
	if !loginForm.MatchString(in.Login) {
		return none, fault.Rule("bad_login", "login")
	}
	if err := CheckPassword(in.Password.Clear(), in.Login, in.Name); err != nil {
		return none, err
	}
	hash, err := Hash(in.Password)
	if err != nil {
		return none, err
	}
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (User, error) { return s.addUser(tx, in, hash) })
}

func (s *Service) addUser(tx *db.Tx, in NewUser, hash string) (none User, err error) {
	if err := CheckName(in.Name); err != nil {
		return none, err
	}
	if err := s.MayGive(tx, in.RoleIDs); err != nil {
		return none, err
	}
	if err := s.knownDepartment(tx, in.DepartmentID); err != nil {
		return none, err
	}
	row := userRow{ID: tx.NewID(), Login: in.Login, Name: strings.TrimSpace(in.Name), EmployeeNo: in.EmployeeNo, DepartmentID: api.Ref(in.DepartmentID),
		Roles: db.Of(in.RoleIDs), State: "active", CreatedAt: tx.At(), UpdatedAt: tx.At()}
	cred := newCredential{UserID: row.ID, Password: hash, MustChange: in.MustChange, EmployeeNo: in.EmployeeNo, ChangedAt: tx.At()}
	key, err := s.Vault.New(tx, privacy.User, row.ID)
	if err != nil {
		return none, err
	}
	if cred.MobileIndex, err = s.sealReach(key, &row, in.Mobile, in.Email); err != nil {
		return none, err
	}
	fresh, err := tx.InsertNew(Users, row)
	if err != nil {
		return none, err
	}
	if !fresh {
		return none, db.ErrTaken.At("login")
	}
	if err := tx.As(program).Insert(Credentials, cred); err != nil {
		return none, err
	}
	if err := audit.Note(tx, audit.Entry{Action: "user.create", Kind: "user", Record: row.ID, Details: map[string]any{"login": row.Login, "roles": in.RoleIDs}}); err != nil {
		return none, err
	}
	if err := Changed(tx); err != nil {
		return none, err
	}
	return s.In(tx, row.ID)
}

// ChangeUser changes an account. Moving somebody to another department moves no customer.
func (s *Service) ChangeUser(ctx context.Context, who access.Actor, id string, version int64, in ChangedUser) (User, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none User, err error) {
		u, err := s.In(tx, id)
		if err != nil {
			return none, err
		}
		if err := s.MayGive(tx, u.RoleIDs); err != nil { // nor take such a role away
			return none, err
		}
		diffs := api.Apply(&u, in, "mobile", "email")
		if in.Name.Set {
			if err := CheckName(u.Name); err != nil {
				return none, err
			}
		}
		if err := s.MayGive(tx, u.RoleIDs); err != nil {
			return none, err
		}
		if err := s.knownDepartment(tx, string(u.DepartmentID)); err != nil {
			return none, err
		}
		row := struct {
			Name         string            `db:"name"`
			EmployeeNo   string            `db:"employee_no"`
			DepartmentID api.Ref           `db:"department_id"`
			Roles        db.JSON[[]string] `db:"role_ids"`
		}{u.Name, string(u.EmployeeNo), u.DepartmentID, db.Of(u.RoleIDs)}
		if err := tx.Update(Users, id, version, row); err != nil {
			return none, err
		}
		changes := audit.Changes(diffs, nil)
		more, err := s.changeReach(tx, id, in)
		if err != nil {
			return none, err
		}
		if err := s.Administered(tx); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "user.change", Kind: "user", Record: id, Changes: append(changes, more...)}); err != nil {
			return none, err
		}
		if err := Changed(tx); err != nil {
			return none, err
		}
		return s.In(tx, id)
	})
}
