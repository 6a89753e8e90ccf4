package account

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/letterhead"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
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
	Logo        string                  `json:"logo" doc:"Of the company's picture, its mark; empty without one."`
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
		if me.Logo, err = letterhead.MarkOf(tx); err != nil {
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
