package account

import (
	"context"
	"reflect"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var (
	CountUsers = db.SQL(`SELECT count(*) AS n FROM {users u}`, Users)

	ErrSetUp = fault.New(fault.Conflict, "already_set_up")
)

// SetUp is what a new company says once.
type SetUp struct {
	Token    string       `json:"token" maxLength:"100" doc:"From the one-time link that the first start printed."`
	Company  string       `json:"company" minLength:"1" maxLength:"100"`
	Login    string       `json:"login" minLength:"2" maxLength:"60"`
	Name     string       `json:"name" minLength:"1" maxLength:"60"`
	Password crypt.Secret `json:"password"`
}

// SetUpState tells the door which screen to show.
type SetUpState struct {
	Needed  bool   `json:"needed"`
	Kind    string `json:"kind" enum:"demo,production"`
	Company string `json:"company"`
}

// State is for everybody: a browser asks before anyone can sign in.
func (s *Service) State(ctx context.Context, _ access.Actor, _ struct{}) (SetUpState, error) {
	return db.Read(ctx, s.DB, program, func(tx *db.Tx) (out SetUpState, err error) {
		n, err := db.One[db.Count](tx, CountUsers, nil)
		if err != nil {
			return out, err
		}
		if out.Kind, err = setting.Meta(tx, "kind"); err != nil {
			return out, err
		}
		if out.Kind == "" {
			out.Kind = "production"
		}
		out.Needed = n.N == 0
		out.Company, err = setting.CompanyName.In(tx)
		return out, err
	})
}

// First makes the company and its first administrator; it refuses where an account
// exists. There is no default password.
func (s *Service) First(ctx context.Context, in SetUp) (none User, err error) {
	login := strings.ToLower(strings.TrimSpace(in.Login))
	if !loginForm.MatchString(login) {
		return none, fault.Rule("bad_login", "login")
	}
	if err := CheckPassword(in.Password.Clear(), login, in.Name); err != nil {
		return none, err
	}
	hash, err := Hash(in.Password)
	if err != nil {
		return none, err
	}
	return db.Write(ctx, s.DB, program, func(tx *db.Tx) (none User, err error) {
		if err := tx.Lock("setup"); err != nil {
			return none, err
		}
		n, err := db.One[db.Count](tx, CountUsers, nil)
		if err != nil {
			return none, err
		}
		if n.N > 0 {
			return none, ErrSetUp
		}
		root, err := s.root(tx, in.Company)
		if err != nil {
			return none, err
		}
		admin, err := s.roleByCode(tx, "administrator")
		if err != nil {
			return none, err
		}
		if err := setting.SetMeta(tx, "setup_token", ""); err != nil {
			return none, err
		}
		return s.addUser(tx, NewUser{Login: login, Name: in.Name, DepartmentID: root, RoleIDs: []string{admin}}, hash)
	})
}

// root is the company's department, made when it is missing.
func (s *Service) root(tx *db.Tx, company string) (string, error) {
	all, err := db.All[Department](tx, allDepartments, nil)
	if err != nil {
		return "", err
	}
	if err := setting.CompanyName.Set(tx, company); err != nil {
		return "", err
	}
	if len(all) > 0 {
		return all[0].ID, nil
	}
	d, err := s.addDepartment(tx, NewDepartment{Name: company})
	return d.ID, err
}

func (s *Service) roleByCode(tx *db.Tx, code string) (string, error) {
	roles, err := db.All[Role](tx, allRoles, nil)
	for _, r := range roles {
		if r.Code == code {
			return r.ID, err
		}
	}
	if err == nil {
		err = db.ErrNotFound
	}
	return "", err
}

// Seed adds the built-in roles to a database that has none.
func Seed(tx *db.Tx) error {
	have, err := db.All[Role](tx, allRoles, nil)
	if err != nil || len(have) > 0 {
		return err
	}
	for i, b := range access.Builtins {
		row := roleRow{ID: tx.NewID(), Code: b.Code, Builtin: true, Scope: b.Scope, Departments: db.Of([]string{}), Carried: db.Of(b.May),
			Seen: db.Of(map[access.Group]string{}), CreatedAt: tx.At() + int64(i), UpdatedAt: tx.At()}
		for _, g := range access.Groups {
			row.Seen.V[g] = b.Fields[g].String()
		}
		if err := tx.Insert(Roles, row); err != nil {
			return err
		}
	}
	return audit.Note(tx, audit.Entry{Action: "role.seed", Kind: "role"})
}

func same(a, b any) bool { return reflect.DeepEqual(a, b) }

// Routes are the operations on people.
func (s *Service) Routes(r *api.Router) {
	api.List(r, api.Op{Path: "/setup", May: access.Public}, s.State)
	api.List(r, api.Op{Path: "/me", May: access.Self}, func(ctx context.Context, who access.Actor, _ struct{}) (Me, error) { return s.Me(ctx, who) })

	api.List(r, api.Op{Path: "/colleagues", May: access.Self}, s.Colleagues)
	api.List(r, api.Op{Path: "/departments", May: access.Self}, s.Tree)
	api.Create(r, api.Op{Path: "/departments", May: access.DepartmentManage}, s.AddDepartment, s.Department)
	api.Get(r, api.Op{Path: "/departments/{id}", May: access.Self, On: Departments}, s.Department)
	api.Change(r, api.Op{Path: "/departments/{id}", May: access.DepartmentManage, On: Departments}, s.ChangeDepartment)
	api.Delete(r, api.Op{Path: "/departments/{id}", May: access.DepartmentManage, On: Departments}, s.DropDepartment)

	api.List(r, api.Op{Path: "/users", May: access.UserManage}, s.ListUsers)
	api.Create(r, api.Op{Path: "/users", May: access.UserManage}, s.AddUser, s.User)
	api.Get(r, api.Op{Path: "/users/{id}", May: access.UserManage, On: Users}, s.User)
	api.Change(r, api.Op{Path: "/users/{id}", May: access.UserManage, On: Users}, s.ChangeUser)

	api.List(r, api.Op{Path: "/roles", May: access.Self}, s.ListRoles)
	api.Create(r, api.Op{Path: "/roles", May: access.RoleManage, Sure: true}, s.AddRole, s.Role)
	api.Get(r, api.Op{Path: "/roles/{id}", May: access.Self, On: Roles}, s.Role)
	api.Change(r, api.Op{Path: "/roles/{id}", May: access.RoleManage, On: Roles, Sure: true}, s.ChangeRole)
	api.Delete(r, api.Op{Path: "/roles/{id}", May: access.RoleManage, On: Roles, Sure: true}, s.DropRole)
}
