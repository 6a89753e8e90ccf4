package alarm

import (
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/platform/db"
)

var (
	everybody = db.SQL(`SELECT u.id, u.role_ids FROM {users u} WHERE u.state = 'active' ORDER BY u.id`, account.Users)
	rolesHeld = db.SQL(`SELECT r.id, r.permissions FROM {roles r}`, account.Roles)
)

// Holders are the active users with a role that carries a permission: those who are told of
// what it concerns.
func Holders(tx *db.Tx, p access.Permission) (ids []string, err error) {
	tx = tx.As(program)
	roles, err := db.All[struct {
		ID      string                       `db:"id"`
		Carried db.JSON[[]access.Permission] `db:"permissions"`
	}](tx, rolesHeld, nil)
	if err != nil {
		return nil, err
	}
	carry := map[string]bool{}
	for _, r := range roles {
		carry[r.ID] = slices.Contains(r.Carried.V, p)
	}
	users, err := db.All[struct {
		ID    string            `db:"id"`
		Roles db.JSON[[]string] `db:"role_ids"`
	}](tx, everybody, nil)
	for _, u := range users {
		if slices.ContainsFunc(u.Roles.V, func(r string) bool { return carry[r] }) {
			ids = append(ids, u.ID)
		}
	}
	return ids, err
}
