package account

import (
	"context"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

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

// MayGive refuses roles that do not exist, and roles that steer the system to one who
// does not manage roles: or whoever keeps accounts could make himself administrator.
func (s *Service) MayGive(tx *db.Tx, ids []string) error {
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

// Steers says that an actor may steer the system: an administrator of something.
func Steers(who access.Actor) bool {
	return slices.ContainsFunc(who.Permissions(), func(p string) bool { return steers(access.Permission(p)) })
}

// Administered refuses a change after which nobody could manage people and roles.
func (s *Service) Administered(tx *db.Tx) error {
	all, err := Administrators(tx)
	if err == nil && len(all) == 0 {
		err = errLastAdministrator
	}
	return err
}

// Administrators are the active users who manage people and roles.
func Administrators(tx *db.Tx) (ids []string, err error) {
	people, err := db.All[personRow](tx.As(program), actives, nil)
	if err != nil {
		return nil, err
	}
	roles, err := db.All[Role](tx.As(program), allRoles, nil)
	if err != nil {
		return nil, err
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
			ids = append(ids, p.ID)
		}
	}
	return ids, nil
}

// Active gives a user who can be given work, and his department.
func Active(tx *db.Tx, id string) (Colleague, bool, error) {
	u, found, err := db.Maybe[User](tx.As(program), userOf, db.Args{"id": id})
	return u.Colleague, found && u.State == "active", err
}

// NameOf is what a user is called; "" for one that never was.
func NameOf(tx *db.Tx, id string) (string, error) {
	u, _, err := db.Maybe[User](tx.As(program), userOf, db.Args{"id": id})
	return u.Name, err
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
