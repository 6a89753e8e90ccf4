package account

import (
	"cmp"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// A Sight is what a role sees from the place of a colleague; from one's own, without one.
type Sight struct {
	RoleID, RoleName string
	UserID, UserName string
	role             access.Role
	at               access.Person
}

// As is who as somebody sees there.
func (v Sight) As(who access.Actor) access.Actor { return who.Looking(v.role, v.at) }

// What ends a look, or keeps one from beginning.
var (
	ErrNoRole  = fault.Rule("invalid", "role_id")
	ErrNotHeld = fault.Rule("look_not_held", "user_id")
)

// Sight finds it. Errors: 422 where the role is gone, or the colleague does not hold it today.
func (s *Service) Sight(tx *db.Tx, who access.Actor, role, user, lang string) (v Sight, err error) {
	r, found, err := db.Maybe[Role](tx.As(program), roleOf, db.Args{"id": role})
	if err != nil || !found {
		return v, cmp.Or(err, error(ErrNoRole))
	}
	at := user
	if at == "" {
		at = who.ID()
	}
	row, found, err := db.Maybe[personRow](tx.As(program), personOf, db.Args{"id": at})
	if err != nil || !found || row.State != "active" || user != "" && !slices.Contains(row.Roles.V, role) {
		return v, cmp.Or(err, error(ErrNotHeld))
	}
	v = Sight{RoleID: r.ID, RoleName: r.title(lang), UserID: user, role: r.given(), at: row.person()}
	if user != "" {
		v.UserName = row.Name
	}
	return v, nil
}

func (row personRow) person() access.Person {
	p := access.Person{User: row.ID, Login: row.Login, Name: row.Name}
	if row.Department != nil {
		p.Department = *row.Department
	}
	if row.Branch != nil {
		p.Branch = *row.Branch
	}
	return p
}
