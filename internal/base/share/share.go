// Package share says who is shown what somebody made: himself, some roles, or everybody.
package share

import (
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/platform/db"
)

// With whom a thing is shared.
const (
	Mine  = "mine"
	Roles = "roles"
	All   = "all"
)

// A Thing that is shared.
type Thing struct {
	With  string
	Owner string
	Roles []string
}

// Seen says whether a viewer who has these roles is shown a thing.
func Seen(who access.Actor, roles []string, t Thing) bool {
	return who.Program() || t.With == All || t.Owner != "" && t.Owner == who.ID() ||
		t.With == Roles && slices.ContainsFunc(t.Roles, func(r string) bool { return slices.Contains(roles, r) })
}

var rolesOf = db.SQL(`SELECT u.role_ids FROM {users u} WHERE u.id = :user`, account.Users)

// RolesOf are the ids of the viewer's roles.
func RolesOf(tx *db.Tx) ([]string, error) {
	if who, ok := tx.Who().(access.Actor); ok && who.IsLooking() {
		return who.RoleIDs(), nil
	}
	r, _, err := db.Maybe[struct {
		Roles db.JSON[[]string] `db:"role_ids"`
	}](tx, rolesOf, db.Args{"user": tx.Who().ID()})
	return r.Roles.V, err
}
