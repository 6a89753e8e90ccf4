// Package access says who is asking, what they may do and which rows they reach.
package access

import (
	"maps"
	"slices"
	"time"

	"zhike/internal/platform/db"
)

// reach is what one permission reaches: the union over the roles that carry it.
type reach struct {
	all, own, department, tree bool
	departments                []string
}

// Role is what a person's role gives.
type Role struct {
	ID          string
	Scope       Scope
	Departments []string // of Scope Departments
	Permissions []Permission
	Fields      map[Group]Visibility
}

// Person is what the account knows of somebody who signed in.
type Person struct {
	User, Login, Name  string
	Department, Branch string // Branch is the department's path, like /1/12/
	Roles              []Role
	MustChange         bool         // a password given by another, which opens nothing else until it is changed
	MustEnrol          bool         // the company asks for a second factor and there is none: nothing else opens before
	Bound              []Permission // of an API token: what it may at the most; nil leaves all
}

// An Actor is who is asking. The zero Actor is nobody and reaches nothing.
type Actor struct {
	person  *Person
	may     map[string]reach
	fields  map[Group]Visibility
	program string // why the program acts by itself
	from    Origin
	by      *Person // who really asks, while person is whom he looks as
	stale   bool    // a session whose person proved who he is too long ago for what is dangerous
}

// Origin is where a request came from, for the audit log.
type Origin struct{ Address, Agent string }

// SignedIn makes an actor of a person.
func SignedIn(p Person) Actor {
	a := Actor{person: &p, may: map[string]reach{}, fields: map[Group]Visibility{}}
	for _, role := range p.Roles {
		for _, perm := range role.Permissions {
			if p.Bound != nil && !slices.Contains(p.Bound, perm) {
				continue
			}
			r := a.may[string(perm)]
			r.widen(role, p)
			a.may[string(perm)] = r
		}
		for g, v := range role.Fields {
			a.fields[g] = max(a.fields[g], v)
		}
	}
	for _, perm := range basics {
		if p.Bound == nil || slices.Contains(p.Bound, perm) {
			r := a.may[string(perm)]
			r.own = true
			a.may[string(perm)] = r
		}
	}
	a.may[string(Self)] = reach{own: true}
	return a
}

// basics are everybody's within what is his own, whatever his roles: anyone can be
// given a task. A role that carries one widens its reach.
var basics = []Permission{TaskRead, TaskWrite}

// MustChange says that the actor must change his password before anything else.
func (a Actor) MustChange() bool { return a.person != nil && a.person.MustChange }

// MustEnrol says that the actor must enrol a second factor before anything else.
func (a Actor) MustEnrol() bool { return a.person != nil && a.person.MustEnrol }

// Stale is the actor at a session that dangerous acts ask to confirm first.
func (a Actor) Stale() Actor { a.stale = true; return a }

// IsStale says so.
func (a Actor) IsStale() bool { return a.stale }

// Bounded says that an API token is at work and not the person himself.
func (a Actor) Bounded() bool { return a.person != nil && a.person.Bound != nil }

// Bound is what the token at work carries; nil for the person himself.
func (a Actor) Bound() []Permission {
	if a.person == nil {
		return nil
	}
	return a.person.Bound
}

// Within holds a person to what a token of his carries, for work that the token began; nil
// holds him to nothing.
func (a Actor) Within(bound []Permission) Actor {
	if bound == nil || a.person == nil {
		return a
	}
	if a.by != nil {
		return Actor{from: a.from} // nobody begins work while he looks
	}
	p := *a.person
	p.Bound = bound
	return SignedIn(p).From(a.from)
}

func (r *reach) widen(role Role, p Person) {
	switch role.Scope {
	case All:
		r.all = true
	case Departments:
		r.departments = append(r.departments, role.Departments...)
	case Tree:
		r.tree = r.tree || p.Branch != ""
	case Department:
		r.department = r.department || p.Department != ""
	}
	r.own = true // my own rows stay mine wherever they lie
}

// Program is the program itself, at work for a reason: it reaches everything, so the
// places that call it are a list that a test of the house keeps.
func Program(reason string) Actor { return Actor{program: reason} }

// For is the program at work in somebody's name: it reaches what it must, and the log names him.
func (a Actor) For(who Actor) Actor { a.person, a.from = who.himself(), who.from; return a }

// From is the actor with the place its request came from.
func (a Actor) From(o Origin) Actor { a.from = o; return a }

func (a Actor) Origin() Origin { return a.from }

// ID implements [db.Viewer].
func (a Actor) ID() string {
	if p := a.himself(); p != nil {
		return p.User
	}
	return ""
}

// Name is the login, or what the program does.
func (a Actor) Name() string {
	switch {
	case a.person != nil:
		return a.himself().Login
	case a.program != "":
		return "program:" + a.program
	}
	return "nobody"
}

func (a Actor) Known() bool   { return a.person != nil }
func (a Actor) Program() bool { return a.program != "" }

// Department is the actor's own; "" for none.
func (a Actor) Department() string {
	if a.person == nil {
		return ""
	}
	return a.person.Department
}

// May says whether any role carries the permission.
func (a Actor) May(permission string) bool {
	if a.Program() {
		return true
	}
	_, ok := a.may[permission]
	return ok
}

// Can is May for a Permission.
func (a Actor) Can(p Permission) bool { return p == Public || a.May(string(p)) }

// Permissions are those the actor has, sorted.
func (a Actor) Permissions() []string {
	all := slices.Sorted(maps.Keys(a.may))
	return slices.DeleteFunc(all, func(p string) bool { return p == string(Self) })
}

// Sees is how the actor sees a group of fields.
func (a Actor) Sees(g Group) Visibility {
	if a.Program() || g == Open {
		return Shown
	}
	return a.fields[g]
}

// Holds says whether the actor has one of some roles, by their ids; the program has all.
func (a Actor) Holds(roles []string) bool {
	return a.Program() || a.person != nil && slices.ContainsFunc(a.person.Roles, func(r Role) bool { return slices.Contains(roles, r.ID) })
}

// ReachesAll says that a permission has no bound, so that nothing need be narrowed.
func (a Actor) ReachesAll(p Permission) bool { return a.Program() || a.may[string(p)].all }

func (a Actor) Home() db.Home {
	if a.person == nil {
		return db.Home{}
	}
	return db.Home{User: a.person.User, Department: a.person.Department}
}

// Rows implements [db.Viewer]: the whole of who reaches what.
func (a Actor) Rows(right db.Right, now time.Time) []db.Cond {
	r, ok := a.may[right.Permission]
	if !ok || a.person == nil {
		return nil
	}
	if right == db.Change(string(CustomerClaim)) {
		return a.pools(r.all) // what has an owner is not to be claimed, however far one reaches
	}
	if r.all {
		return []db.Cond{db.Everything()}
	}
	var rules []db.Cond
	if r.tree {
		// By path and not by LIKE, in which a department's name could hold a wildcard.
		rules = append(rules, db.Rule(`{department} {in} SELECT departments.id FROM departments
			WHERE substr(departments.path, 1, length(:my_branch)) = :my_branch {end}`, db.Args{"my_branch": a.person.Branch}))
	}
	if r.department {
		rules = append(rules, db.Rule(`{department} = :my_department`, db.Args{"my_department": a.person.Department}))
	}
	if len(r.departments) > 0 {
		rules = append(rules, db.Rule(`{department} IN (:named_departments)`, db.Args{"named_departments": r.departments}))
	}
	me := db.Args{"me": a.person.User}
	if right.Permission == string(Self) {
		me = db.Args{"me": a.ID()}
	}
	rules = append(rules, db.Rule(`{owner} = :me`, me), db.Rule(`{creator} = :me`, me))
	if right.Kind != db.Changes {
		rules = append(rules, db.Rule(`{id} {in} SELECT {members}.{member} FROM {members}
			WHERE {members}.user_id = :me AND {members}.kind = 'collaborator' {end}`, me))
	}
	if right.Kind == db.Sees {
		rules = append(rules, db.Rule(`{id} {in} SELECT {members}.{member} FROM {members}
			WHERE {members}.user_id = :me AND {members}.kind = 'grant' AND {members}.until > :now {end}`,
			db.Args{"me": a.person.User, "now": now.UnixMilli()}))
	}
	if a.pooled(right) {
		rules = append(rules, a.pools(false)...)
	}
	return rules
}

// pools are the rows of the open pools that one is a member of.
func (a Actor) pools(all bool) []db.Cond {
	if all {
		return []db.Cond{db.Rule(`{owner} IS NULL AND {pool} IS NOT NULL`, nil)}
	}
	return []db.Cond{db.Rule(`{owner} IS NULL AND {pool} {in} SELECT pools.id FROM pools WHERE pools.everyone {end}`, nil),
		// EXISTS is asked once: who is a member of none does not have SQLite look through a million rows for his first.
		db.Rule(`EXISTS (SELECT 1 FROM pool_members WHERE pool_members.user_id = :me) AND {owner} IS NULL
			AND {pool} {in} SELECT pool_members.pool_id FROM pool_members WHERE pool_members.user_id = :me {end}`, db.Args{"me": a.person.User})}
}

// pooled says whether the open pool's rows are seen, their contacts too (without
// values): by whoever may claim them.
func (a Actor) pooled(right db.Right) bool {
	p := Permission(right.Permission)
	return a.May(string(CustomerClaim)) && right.Kind == db.Sees && (p == CustomerRead || p == ContactRead)
}

// Narrow names what the rows in reach of a permission are filed under in the search
// index: users, departments and whether the pool counts. ok is false where the reach
// is not to be said in few words, and the index is then searched whole.
func (a Actor) Narrow(p Permission) (user string, department string, branch string, departments []string, pool, ok bool) {
	r, may := a.may[string(p)]
	if !may || r.all || a.person == nil {
		return "", "", "", nil, false, false
	}
	if r.department {
		department = a.person.Department
	}
	if r.tree {
		branch = a.person.Branch
	}
	return a.person.User, department, branch, r.departments, a.pooled(db.See(string(p))), true
}

// A Reach is which customers a right to see covers, for sums that are kept beforehand by department, owner and pool. What
// one reaches as a collaborator or by a grant comes on top. It says what Rows says; a test holds one against the other.
type Reach struct {
	All         bool
	User        string
	Department  string
	Branch      string
	Departments []string
	Pools       bool
}

// Reach gives it; false where the viewer lacks the permission or is the program.
func (a Actor) Reach(p Permission) (Reach, bool) {
	r, may := a.may[string(p)]
	if !may || a.person == nil {
		return Reach{}, false
	}
	if r.all {
		return Reach{All: true}, true
	}
	out := Reach{User: a.person.User, Departments: r.departments, Pools: a.pooled(db.See(string(p)))}
	if r.department {
		out.Department = a.person.Department
	}
	if r.tree {
		out.Branch = a.person.Branch
	}
	return out, true
}
