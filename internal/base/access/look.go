package access

import (
	"maps"
	"slices"
)

// Looking is the actor as somebody who holds a role sees, at the place of a person: his own rows, department and
// branch. It never gives more than the actor has: a permission counts only where his own has no bound, so that
// whatever rows the role reaches are among his, and a group of fields is seen as the stricter of both. He stays who
// he is for the log and for what is his own, like his sessions and notices.
func (a Actor) Looking(role Role, at Person) Actor {
	if a.person == nil || a.by != nil || a.Bounded() {
		return Actor{from: a.from} // a token or one who looks already looks no further
	}
	role.Permissions = slices.DeleteFunc(slices.Clone(role.Permissions), func(p Permission) bool { return !a.ReachesAll(p) })
	role.Fields = maps.Clone(role.Fields)
	for g, v := range role.Fields {
		role.Fields[g] = min(v, a.fields[g])
	}
	at.Roles, at.Bound, at.MustChange, at.MustEnrol = []Role{role}, nil, a.person.MustChange, a.person.MustEnrol
	out := SignedIn(at)
	for _, p := range basics {
		if !a.ReachesAll(p) {
			delete(out.may, string(p))
		}
	}
	out.by, out.from, out.stale = a.person, a.from, a.stale
	return out
}

// IsLooking says that the actor sees as a role and is to write nothing.
func (a Actor) IsLooking() bool { return a.by != nil }

// Place is whose rows are one's own: the colleague's, at whose place the actor looks, or his. It is for asking what
// stands in reach; who did something is ID.
func (a Actor) Place() string {
	if a.person == nil {
		return ""
	}
	return a.person.User
}

// RoleIDs are those of the actor's roles; of one who looks, the role that he looks as.
func (a Actor) RoleIDs() (ids []string) {
	if a.person != nil {
		for _, r := range a.person.Roles {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// Admitted is Holds for what only some roles may see: one who looks as a role must hold one of them himself, too.
func (a Actor) Admitted(roles []string) bool {
	return a.Holds(roles) && (a.by == nil || slices.ContainsFunc(a.by.Roles, func(r Role) bool { return slices.Contains(roles, r.ID) }))
}

// HimselfReachesAll is ReachesAll for who really asks, whatever he looks as.
func (a Actor) HimselfReachesAll(p Permission) bool {
	if a.by == nil {
		return a.ReachesAll(p)
	}
	return SignedIn(*a.by).ReachesAll(p)
}

// himself is who the log names.
func (a Actor) himself() *Person {
	if a.by != nil {
		return a.by
	}
	return a.person
}
