package account

import (
	"context"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/audit"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// SetState disables an account, which ends its sessions and tokens at once, or opens it again.
func (s *Service) SetState(ctx context.Context, who access.Actor, id string, version int64, state string) (User, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none User, err error) {
		u, err := s.user(tx, id)
		if err != nil {
			return none, err
		}
		if err := s.mayGive(tx, u.RoleIDs); err != nil {
			return none, err
		}
		if err := tx.Update(Users, id, version, struct {
			State string `db:"state"`
		}{state}); err != nil {
			return none, err
		}
		if state != "active" {
			p := tx.As(program)
			if _, err := p.ChangeAll(endAll, db.Args{"user": id, "keep": ""}); err != nil {
				return none, err
			}
			if _, err := p.ChangeAll(endTokens, db.Args{"user": id, "now": tx.At()}); err != nil {
				return none, err
			}
			if err := s.administered(tx); err != nil {
				return none, err
			}
		}
		if err := audit.Note(tx, audit.Entry{Action: "user." + state, Kind: "user", Record: id}); err != nil {
			return none, err
		}
		if err := changedPeople(tx); err != nil {
			return none, err
		}
		return s.user(tx, id)
	})
}

// Reset is a new password given by an administrator; it must be changed at the next sign-in.
type Reset struct {
	Password crypt.Secret `json:"password"`
}

// ResetPassword ends the person's sessions too.
func (s *Service) ResetPassword(ctx context.Context, who access.Actor, id string, _ int64, in Reset) (none User, err error) {
	u, err := s.User(ctx, who, id)
	if err != nil {
		return none, err
	}
	if err := CheckPassword(in.Password.Clear(), u.Login, u.Name); err != nil {
		return none, err
	}
	hash, err := Hash(in.Password)
	if err != nil {
		return none, err
	}
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (User, error) {
		if err := s.mayGive(tx, u.RoleIDs); err != nil { // or one could sign in as an administrator
			return none, err
		}
		if err := s.setPassword(tx, id, hash, true, ""); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "user.reset", Kind: "user", Record: id}); err != nil {
			return none, err
		}
		return s.user(tx, id)
	})
}

func (s *Service) knownDepartment(tx *db.Tx, id string) error {
	if id == "" {
		return nil
	}
	_, found, err := db.Maybe[Department](tx, departmentOf, db.Args{"id": id})
	if err == nil && !found {
		return fault.Rule("invalid", "department_id")
	}
	return err
}

// mayGive refuses roles that do not exist, and roles that steer the system to one who
// does not manage roles: or whoever keeps accounts could make himself administrator.
func (s *Service) mayGive(tx *db.Tx, ids []string) error {
	who := tx.Who().(access.Actor)
	roles, err := db.All[Role](tx.As(program), rolesOf, db.Args{"ids": ids})
	if err != nil {
		return err
	}
	for _, id := range ids {
		at := slices.IndexFunc(roles, func(r Role) bool { return r.ID == id })
		if at < 0 {
			return fault.Rule("invalid", "role_ids")
		}
		for _, p := range roles[at].Carried.V {
			if steers(p) && !who.Can(p) && !who.Can(access.RoleManage) {
				return db.ErrDenied.At("role_ids")
			}
		}
	}
	return nil
}

func steers(p access.Permission) bool {
	return strings.HasSuffix(string(p), ".manage") || strings.HasPrefix(string(p), "audit.") || p == access.CustomerDestroy
}

// administered refuses a change after which nobody could manage people and roles.
func (s *Service) administered(tx *db.Tx) error {
	people, err := db.All[personRow](tx.As(program), actives, nil)
	if err != nil {
		return err
	}
	roles, err := db.All[Role](tx.As(program), allRoles, nil)
	if err != nil {
		return err
	}
	for _, p := range people {
		may := map[access.Permission]bool{}
		for _, r := range roles {
			if slices.Contains(p.Roles.V, r.ID) {
				for _, perm := range r.Carried.V {
					may[perm] = true
				}
			}
		}
		if may[access.UserManage] && may[access.RoleManage] {
			return nil
		}
	}
	return errLastAdministrator
}

// Active gives a user who can be given work, and his department.
func Active(tx *db.Tx, id string) (Colleague, bool, error) {
	u, found, err := db.Maybe[User](tx.As(program), userOf, db.Args{"id": id})
	return u.Colleague, found && u.State == "active", err
}

var userByLogin = db.SQL(`SELECT u.id, u.login, u.name, u.employee_no, u.department_id, d.name AS department_name, u.role_ids, u.state,
	u.mobile_masked, u.email_masked, u.version FROM {users u} LEFT JOIN {departments d} ON d.id = u.department_id WHERE u.login = :login`, Users, Departments)

// ByLogin gives the account of a login, as the command line names it.
func (s *Service) ByLogin(ctx context.Context, who access.Actor, login string) (User, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (User, error) {
		return db.One[User](tx, userByLogin, db.Args{"login": strings.ToLower(login)})
	})
}

// ByNames gives the ids of roles by code and of a department by name ("": the company).
func (s *Service) ByNames(ctx context.Context, who access.Actor, codes []string, department string) (roles []string, id string, err error) {
	_, err = db.Read(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		for _, code := range codes {
			r, err := s.roleByCode(tx, code)
			if err != nil {
				return 0, fault.Rule("invalid", "role_ids")
			}
			roles = append(roles, r)
		}
		all, err := db.All[Department](tx, allDepartments, nil)
		for _, d := range all {
			if d.Name == department || department == "" && d.ParentID == "" {
				id = d.ID
			}
		}
		if err == nil && id == "" {
			err = fault.Rule("invalid", "department_id")
		}
		return 0, err
	})
	return roles, id, err
}
