package account

import (
	"context"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var (
	roleOf   = db.SQL(`SELECT r.id, r.code, r.name, r.builtin, r.scope, r.department_ids, r.permissions, r.fields, r.version FROM {roles r} WHERE r.id = :id`, Roles)
	dropRole = db.SQL(`DELETE FROM {roles!change r} WHERE r.id = :id AND r.version = :version AND NOT r.builtin`, Roles)
)

// NewRole is what a caller says of a role, also as a copy of another.
type NewRole struct {
	Name          string            `json:"name" minLength:"1" maxLength:"40"`
	Scope         string            `json:"scope" enum:"own,department,tree,departments,all"`
	DepartmentIDs []string          `json:"department_ids,omitempty" maxItems:"200"`
	Permissions   []string          `json:"permissions" maxItems:"100"`
	Fields        map[string]string `json:"fields,omitempty"`
}

// ChangedRole is what a caller may change of a role.
type ChangedRole struct {
	Name          api.Opt[string]            `json:"name,omitempty,omitzero" minLength:"1" maxLength:"40"`
	Scope         api.Opt[string]            `json:"scope,omitempty,omitzero" enum:"own,department,tree,departments,all"`
	DepartmentIDs api.Opt[[]string]          `json:"department_ids,omitempty,omitzero" maxItems:"200"`
	Permissions   api.Opt[[]string]          `json:"permissions,omitempty,omitzero" maxItems:"100"`
	Fields        api.Opt[map[string]string] `json:"fields,omitempty,omitzero"`
}

type roleRow struct {
	ID          string                           `db:"id"`
	Code        string                           `db:"code"`
	Name        string                           `db:"name"`
	Builtin     bool                             `db:"builtin"`
	Scope       access.Scope                     `db:"scope"`
	Departments db.JSON[[]string]                `db:"department_ids"`
	Carried     db.JSON[[]access.Permission]     `db:"permissions"`
	Seen        db.JSON[map[access.Group]string] `db:"fields"`
	CreatedAt   int64                            `db:"created_at"`
	UpdatedAt   int64                            `db:"updated_at"`
}

// ListRoles gives every role, for anyone signed in: what one may is no secret.
func (s *Service) ListRoles(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Role], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Role], err error) {
		out.Items, err = s.RolesIn(ctx, tx)
		return out, err
	})
}

// RolesIn is ListRoles inside a unit.
func (s *Service) RolesIn(ctx context.Context, tx *db.Tx) ([]Role, error) {
	all, err := db.All[Role](tx, allRoles, nil)
	for i := range all {
		all[i] = all[i].shown(api.LanguageOf(ctx))
	}
	return all, err
}

func (r Role) shown(lang string) Role {
	r.Name, r.DepartmentIDs, r.Permissions, r.Fields = r.title(lang), r.Departments.V, r.Carried.V, r.Seen.V
	return r
}

// Role gives one.
func (s *Service) Role(ctx context.Context, who access.Actor, id string) (Role, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Role, error) {
		r, err := db.One[Role](tx, roleOf, db.Args{"id": id})
		return r.shown(api.LanguageOf(ctx)), err
	})
}

// AddRole makes a role. Needs role.manage.
func (s *Service) AddRole(ctx context.Context, who access.Actor, in NewRole) (Role, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (Role, error) { return s.AddRoleIn(ctx, tx, in) })
}

// AddRoleIn is AddRole inside a unit.
func (s *Service) AddRoleIn(ctx context.Context, tx *db.Tx, in NewRole) (none Role, err error) {
	row := roleRow{ID: tx.NewID(), Name: strings.TrimSpace(in.Name), Scope: access.Scope(in.Scope), Departments: db.Of(orEmpty(in.DepartmentIDs)), CreatedAt: tx.At(), UpdatedAt: tx.At()}
	if err := CheckName(row.Name); err != nil {
		return none, err
	}
	if row.Carried, row.Seen, err = judged(in.Permissions, in.Fields); err != nil {
		return none, err
	}
	if err := tx.Insert(Roles, row); err != nil {
		return none, err
	}
	if err := audit.Note(tx, audit.Entry{Action: "role.create", Kind: "role", Record: row.ID, Details: map[string]any{"name": row.Name, "scope": row.Scope, "permissions": row.Carried.V, "fields": row.Seen.V}}); err != nil {
		return none, err
	}
	if err := Changed(tx); err != nil {
		return none, err
	}
	r, err := db.One[Role](tx, roleOf, db.Args{"id": row.ID})
	return r.shown(api.LanguageOf(ctx)), err
}

// ChangeRole changes a role, a built-in one too; somebody must go on managing people and roles.
func (s *Service) ChangeRole(ctx context.Context, who access.Actor, id string, version int64, in ChangedRole) (Role, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Role, err error) {
		r, err := db.One[Role](tx, roleOf, db.Args{"id": id})
		if err != nil {
			return none, err
		}
		old := r
		if in.Name.Set {
			if err := CheckName(in.Name.V); err != nil {
				return none, err
			}
			r.Name = strings.TrimSpace(in.Name.V)
		}
		r.Scope = access.Scope(in.Scope.Or(string(r.Scope)))
		r.Departments.V = orEmpty(in.DepartmentIDs.Or(r.Departments.V))
		if in.Permissions.Set || in.Fields.Set {
			permissions, fields := in.Permissions.V, in.Fields.V
			if !in.Permissions.Set {
				for _, p := range r.Carried.V {
					permissions = append(permissions, string(p))
				}
			}
			if !in.Fields.Set {
				fields = map[string]string{}
				for g, v := range r.Seen.V {
					fields[string(g)] = v
				}
			}
			if r.Carried, r.Seen, err = judged(permissions, fields); err != nil {
				return none, err
			}
		}
		row := struct {
			Name        string                           `db:"name"`
			Scope       access.Scope                     `db:"scope"`
			Departments db.JSON[[]string]                `db:"department_ids"`
			Carried     db.JSON[[]access.Permission]     `db:"permissions"`
			Seen        db.JSON[map[access.Group]string] `db:"fields"`
		}{r.Name, r.Scope, r.Departments, r.Carried, r.Seen}
		if err := tx.Update(Roles, id, version, row); err != nil {
			return none, err
		}
		if err := s.Administered(tx); err != nil {
			return none, err
		}
		var changes []audit.Change
		for _, c := range []audit.Change{{Field: "name", Old: old.Name, New: r.Name}, {Field: "scope", Old: old.Scope, New: r.Scope},
			{Field: "permissions", Old: lost(old.Carried.V, r.Carried.V), New: lost(r.Carried.V, old.Carried.V)}, {Field: "fields", Old: old.Seen.V, New: r.Seen.V}} {
			if !same(c.Old, c.New) {
				changes = append(changes, c)
			}
		}
		if err := audit.Note(tx, audit.Entry{Action: "role.change", Kind: "role", Record: id, Changes: changes}); err != nil {
			return none, err
		}
		if err := Changed(tx); err != nil {
			return none, err
		}
		r, err = db.One[Role](tx, roleOf, db.Args{"id": id})
		return r.shown(api.LanguageOf(ctx)), err
	})
}

// DropRole deletes a role that is neither built in nor anybody's.
func (s *Service) DropRole(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		r, err := db.One[Role](tx, roleOf, db.Args{"id": id})
		if err != nil {
			return 0, err
		}
		people, err := db.Find[User](tx, userList, nil, db.With{Order: db.Up("u.login", "u.id"), Limit: 100_000})
		if err != nil {
			return 0, err
		}
		if r.Builtin || slices.ContainsFunc(people, func(u User) bool { return slices.Contains(u.Roles.V, id) }) {
			return 0, errInUse
		}
		if err := tx.Change(dropRole, db.Args{"id": id, "version": version}); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "role.delete", Kind: "role", Record: id, Details: map[string]any{"name": r.Name}})
	})
	return err
}

func judged(permissions []string, fields map[string]string) (p db.JSON[[]access.Permission], f db.JSON[map[access.Group]string], err error) {
	p.V, f.V = []access.Permission{}, map[access.Group]string{}
	for _, name := range permissions {
		if !slices.Contains(access.Permissions, access.Permission(name)) {
			return p, f, fault.Rule("invalid", "permissions")
		}
		p.V = append(p.V, access.Permission(name))
	}
	for g, v := range fields {
		if !slices.Contains(access.Groups, access.Group(g)) || access.SeenAs(v).String() != v {
			return p, f, fault.Rule("invalid", "fields")
		}
		f.V[access.Group(g)] = v
	}
	return p, f, nil
}

func orEmpty(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func lost(a, b []access.Permission) []access.Permission {
	out := []access.Permission{}
	for _, p := range a {
		if !slices.Contains(b, p) {
			out = append(out, p)
		}
	}
	return out
}

// RoleIDs are those of all roles.
func RoleIDs(tx *db.Tx) (ids []string, err error) {
	roles, err := db.All[Role](tx.As(program), allRoles, nil)
	for _, r := range roles {
		ids = append(ids, r.ID)
	}
	return ids, err
}

// AllRoles are all of them, as a screen shows them, for whoever reads who sees what.
func AllRoles(tx *db.Tx, lang string) ([]Role, error) {
	roles, err := db.All[Role](tx.As(program), allRoles, nil)
	for i := range roles {
		roles[i] = roles[i].shown(lang)
	}
	return roles, err
}
