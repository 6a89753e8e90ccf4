package account

import (
	"context"
	"sync"

	"zhike/internal/base/access"
	"zhike/internal/platform/db"
)

var (
	personOf = db.SQL(`SELECT u.id, u.login, u.name, u.state, u.department_id, u.role_ids, d.path AS branch, coalesce(c.must_change, FALSE) AS must_change
		FROM {users u} LEFT JOIN {departments d} ON d.id = u.department_id LEFT JOIN {credentials c} ON c.user_id = u.id WHERE u.id = :id`, Users, Departments, Credentials)
	rolesOf = db.SQL(`SELECT r.id, r.code, r.name, r.builtin, r.scope, r.department_ids, r.permissions, r.fields, r.version
		FROM {roles r} WHERE r.id IN (:ids)`, Roles)
	Version = db.SQL(`SELECT n.value FROM {counters n} WHERE n.series = 'people'`, db.Counters)
)

type personRow struct {
	ID         string            `db:"id"`
	Login      string            `db:"login"`
	Name       string            `db:"name"`
	State      string            `db:"state"`
	Department *string           `db:"department_id"`
	Roles      db.JSON[[]string] `db:"role_ids"`
	Branch     *string           `db:"branch"`
	MustChange bool              `db:"must_change"`
}

type Counted struct {
	Value int64 `db:"value"`
}

// Changed makes every node forget the actors it remembers: what a person may
// can follow from any user, role or department.
func Changed(tx *db.Tx) error {
	_, err := tx.Take("people", 1)
	return err
}

// people remembers actors for one version of users, roles and departments.
type people struct {
	mu      sync.RWMutex
	version int64
	actors  map[string]*known
}

type known struct{ actor access.Actor }

func (p *people) get(version int64, id string) *known {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.version != version {
		return nil
	}
	return p.actors[id]
}

// person gives an active user's person; ok is false for one who may not act.
func (s *Service) person(tx *db.Tx, id string, version int64) (k *known, ok bool, err error) {
	if k := s.cache.get(version, id); k != nil {
		return k, true, nil
	}
	row, found, err := db.Maybe[personRow](tx.As(program), personOf, db.Args{"id": id})
	if err != nil || !found || row.State != "active" {
		return nil, false, err
	}
	p := row.person()
	p.MustChange = row.MustChange
	roles, err := db.All[Role](tx.As(program), rolesOf, db.Args{"ids": row.Roles.V})
	if err != nil {
		return nil, false, err
	}
	for _, r := range roles {
		p.Roles = append(p.Roles, r.given())
	}
	k = &known{actor: access.SignedIn(p)}
	if s.Lacks != nil {
		if p.MustEnrol, err = s.Lacks(tx, k.actor); err != nil {
			return nil, false, err
		}
		k.actor = access.SignedIn(p)
	}
	s.cache.mu.Lock()
	defer s.cache.mu.Unlock()
	if s.cache.version != version || s.cache.actors == nil {
		s.cache.version, s.cache.actors = version, map[string]*known{}
	}
	s.cache.actors[id] = k
	return k, true, nil
}

func (r Role) given() access.Role {
	fields := map[access.Group]access.Visibility{}
	for g, v := range r.Seen.V {
		fields[g] = access.SeenAs(v)
	}
	return access.Role{ID: r.ID, Scope: r.Scope, Departments: r.Departments.V, Permissions: r.Carried.V, Fields: fields}
}

// ActorOf is the actor of a user with today's rights: for work he started earlier.
func (s *Service) ActorOf(tx *db.Tx, user string) (access.Actor, error) {
	version, _, err := db.Maybe[Counted](tx.As(program), Version, nil)
	if err != nil {
		return access.Actor{}, err
	}
	k, ok, err := s.person(tx, user, version.Value)
	if err != nil || !ok {
		return access.Actor{}, err
	}
	return k.actor, nil
}

// At is ActorOf for a request whose version of people was just read: one whom the cache
// knows costs no reading. Bound holds a token to what it carries; nil holds to nothing.
func (s *Service) At(ctx context.Context, user string, version int64, bound []access.Permission) (access.Actor, error) {
	k, err := s.cache.get(version, user), error(nil)
	if k == nil {
		k, err = db.Read(ctx, s.DB, program, func(tx *db.Tx) (*known, error) {
			k, _, err := s.person(tx, user, version)
			return k, err
		})
	}
	if err != nil || k == nil {
		return access.Actor{}, err
	}
	return k.actor.Within(bound), nil
}
