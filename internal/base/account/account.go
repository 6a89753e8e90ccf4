// Package account keeps the company's own people: departments, users, their roles, and
// how they sign in.
package account

import (
	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/db"
)

var (
	Departments = db.Shared("departments", db.Rights{Change: db.Change(string(access.DepartmentManage))})
	Users       = db.Shared("users", db.Rights{Change: db.Change(string(access.UserManage))})
	Roles       = db.Shared("roles", db.Rights{Change: db.Change(string(access.RoleManage))})

	Credentials = db.Internal("credentials").Quiet()
)

// The program's own acts here, for the list of who opens the scope.
var program = access.Program("account")

// Service is what may be done with people.
type Service struct {
	DB     *db.DB
	Vault  *privacy.Vault
	Phones func(string) (Reachable, error)                  // reads a mobile
	Emails func(string) (Reachable, error)                  // reads an address
	Holds  func(tx *db.Tx, department string) (bool, error) // customers and tasks stand in it
	Lacks  func(tx *db.Tx, who access.Actor) (bool, error)  // a second factor, which he must have; the door answers
	cache  people
}

// A Colleague is what anyone signed in may know of another user.
type Colleague struct {
	ID             string   `db:"id" json:"id"`
	Name           string   `db:"name" json:"name"`
	DepartmentID   api.Ref  `db:"department_id" json:"department_id"`
	DepartmentName api.Text `db:"department_name" json:"department_name"`
	State          string   `db:"state" json:"state" enum:"active,disabled,left"`
}

// A User is an account as its administrators see it.
type User struct {
	Colleague
	Login        string            `db:"login" json:"login"`
	EmployeeNo   api.Text          `db:"employee_no" json:"employee_no"`
	Roles        db.JSON[[]string] `db:"role_ids" json:"-"`
	RoleIDs      []string          `json:"role_ids"`
	MobileMasked api.Text          `db:"mobile_masked" json:"mobile"`
	EmailMasked  api.Text          `db:"email_masked" json:"email"`
	LastLoginAt  api.Time          `db:"last_login_at" json:"last_login_at"`
	Version      int64             `db:"version" json:"version"`
}

func (u User) Revision() int64  { return u.Version }
func (u User) RecordID() string { return u.ID }

// A Department is one node of the tree.
type Department struct {
	ID       string  `db:"id" json:"id"`
	Name     string  `db:"name" json:"name"`
	ParentID api.Ref `db:"parent_id" json:"parent_id"`
	LeaderID api.Ref `db:"leader_id" json:"leader_id"`
	Path     string  `db:"path" json:"-"`
	Position int64   `db:"position" json:"position" doc:"Its order among those under the same parent."`
	People   int64   `db:"people" json:"people" doc:"Active accounts in it, without those below."`
	Version  int64   `db:"version" json:"version"`
}

func (d Department) Revision() int64  { return d.Version }
func (d Department) RecordID() string { return d.ID }

// A Role is permissions, how far they reach, and how groups of fields are seen.
type Role struct {
	ID            string                           `db:"id" json:"id"`
	Code          string                           `db:"code" json:"code"`
	Name          string                           `db:"name" json:"name"`
	Builtin       bool                             `db:"builtin" json:"builtin"`
	Scope         access.Scope                     `db:"scope" json:"scope" enum:"own,department,tree,departments,all"`
	Departments   db.JSON[[]string]                `db:"department_ids" json:"-"`
	DepartmentIDs []string                         `json:"department_ids"`
	Carried       db.JSON[[]access.Permission]     `db:"permissions" json:"-"`
	Permissions   []access.Permission              `json:"permissions"`
	Seen          db.JSON[map[access.Group]string] `db:"fields" json:"-"`
	Fields        map[access.Group]string          `json:"fields" doc:"Field group: shown, masked or hidden."`
	Version       int64                            `db:"version" json:"version"`
}

func (r Role) Revision() int64  { return r.Version }
func (r Role) RecordID() string { return r.ID }
