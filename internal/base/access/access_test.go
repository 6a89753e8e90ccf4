package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

var (
	customers = db.Owned("customers",
		db.Rights{See: db.See(string(access.CustomerRead)), Add: db.Add(string(access.FollowUpWrite)), Change: db.Change(string(access.CustomerWrite))},
		db.Columns{Owner: "owner_id", Department: "department_id", Creator: "creator_id", Pool: "pool_id", Members: "customer_members", Member: "customer_id", Binned: "deleted_at"})
	contacts = db.Through("contacts", "customer_id", customers, db.Rights{See: db.See(string(access.ContactRead))})
	errands  = db.Owned("errands", db.Rights{See: db.See(string(access.TaskRead)), Change: db.Change(string(access.TaskWrite))},
		db.Columns{Owner: "owner_id", Creator: "creator_id", CreatorReaches: true})

	seen     = db.SQL(`SELECT c.id FROM {customers c} ORDER BY c.id`, customers)
	added    = db.SQL(`SELECT c.id FROM {customers!add c} ORDER BY c.id`, customers)
	changed  = db.SQL(`SELECT c.id FROM {customers!change c} ORDER BY c.id`, customers)
	people   = db.SQL(`SELECT p.customer_id AS id FROM {contacts p} ORDER BY p.customer_id`, contacts)
	seeTask  = db.SQL(`SELECT e.id FROM {errands e} ORDER BY e.id`, errands)
	workTask = db.SQL(`SELECT e.id FROM {errands!change e} ORDER BY e.id`, errands)
)

// world: hq over one and two, east under one. a and b sell in east, c leads one, d sells in two.
// Each customer is named for how a stands to it.
var world = `
INSERT INTO departments (id, name, path, created_at, updated_at) VALUES
	('hq', 'hq', '/hq/', 1, 1), ('one', 'one', '/hq/one/', 1, 1), ('east', 'east', '/hq/one/east/', 1, 1), ('two', 'two', '/hq/two/', 1, 1);
INSERT INTO pipelines (id, subject, name) VALUES ('p', 'customer', 'p');
INSERT INTO stages (id, pipeline_id, code, name, phase, status, tone, next, position) VALUES ('s', 'p', 's', 's', 'lead', 'potential', 'x', '[]', 1);
INSERT INTO pools (id, name, everyone, created_at) VALUES ('open', 'open', TRUE, 1), ('club', 'club', FALSE, 1);
` + users("a", "b", "c", "d") + `
INSERT INTO pool_members (id, pool_id, user_id, kind) VALUES ('x', 'club', 'a', 'member');
` + customer("own", "a", "east", "", 0) + customer("moved", "a", "two", "", 0) + customer("binned", "a", "east", "", 5) +
	customer("team", "b", "east", "", 0) + customer("above", "c", "one", "", 0) + customer("other", "d", "two", "", 0) +
	customer("shared", "d", "two", "", 0) + customer("granted", "d", "two", "", 0) + customer("ended", "d", "two", "", 0) +
	customer("pool", "", "", "open", 0) + customer("club", "", "", "club", 0) + `
INSERT INTO customer_members (id, customer_id, user_id, kind, until, created_at) VALUES
	('m1', 'shared', 'a', 'collaborator', 0, 1), ('m2', 'granted', 'a', 'grant', ` + ms(time.Hour) + `, 1), ('m3', 'ended', 'a', 'grant', ` + ms(0) + `, 1),
	('m4', 'binned', 'b', 'collaborator', 0, 1);
CREATE TABLE errands (id TEXT PRIMARY KEY, owner_id TEXT, creator_id TEXT);
INSERT INTO errands VALUES ('mine', 'a', 'd'), ('asked', 'b', 'a'), ('theirs', 'b', 'b');`

var noon = time.Date(2026, 11, 21, 4, 0, 0, 0, time.UTC)

func ms(after time.Duration) string {
	n := noon.Add(after).UnixMilli()
	var digits []byte
	for ; n > 0; n /= 10 {
		digits = append(digits, byte('0'+n%10))
	}
	slices.Reverse(digits)
	return string(digits)
}

func users(ids ...string) (s string) {
	for _, id := range ids {
		s += "INSERT INTO users (id, login, name, role_ids, state, created_at, updated_at) VALUES ('" + id + "', '" + id + "', '" + id + "', '[]', 'active', 1, 1);\n"
	}
	return s
}

func customer(id, owner, department, pool string, binned int) string {
	or := func(s string) string {
		if s == "" {
			return "NULL"
		}
		return "'" + s + "'"
	}
	deleted := "0"
	if binned > 0 {
		deleted = "5"
	}
	return "INSERT INTO customers (id, code, kind, name, name_key, stage_id, stage, status, stage_entered_at, tags, custom, missing, owner_id, department_id, creator_id, pool_id, created_at, updated_at, deleted_at) VALUES ('" +
		id + "', '" + id + "', 'enterprise', 'x', 'x', 's', 's', 'potential', 1, '[]', '{}', '[]', " + or(owner) + ", " + or(department) + ", 'd', " + or(pool) + ", 1, 1, " + deleted + ");\n" +
		"INSERT INTO contacts (id, customer_id, name_sealed, name_masked, created_at, updated_at) VALUES ('" + id + "', '" + id + "', '', 'x', 1, 1);\n"
}

var everything = []access.Permission{access.CustomerRead, access.CustomerWrite, access.FollowUpWrite, access.ContactRead, access.TaskRead, access.TaskWrite}

func role(s access.Scope, p ...access.Permission) access.Role {
	return access.Role{Scope: s, Permissions: p}
}

func person(user, department, branch string, roles ...access.Role) access.Actor {
	return access.SignedIn(access.Person{User: user, Login: user, Department: department, Branch: branch, Roles: roles})
}

// reached gives the ids that each query gives who.
func reached(t *testing.T, d *db.DB, who db.Viewer, q db.Query) string {
	t.Helper()
	type row struct {
		ID string `db:"id"`
	}
	rows, err := db.Read(t.Context(), d, who, func(tx *db.Tx) ([]row, error) { return db.All[row](tx, q, nil) })
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return strings.Join(ids, " ")
}

func TestWhoReachesWhat(t *testing.T) {
	claimer := append(slices.Clone(everything), access.CustomerClaim)
	named := access.Role{Scope: access.Departments, Departments: []string{"two", "nowhere"}, Permissions: everything}
	const twos = "ended granted moved other own shared"
	now := clock.At(noon)
	dbtest.Each(t, now.Now, func(t *testing.T, d *db.DB) {
		if err := d.Exec(t.Context(), world); err != nil {
			t.Fatal(err)
		}
		const live = "above club ended granted moved other own pool shared team"
		for _, c := range []struct {
			what                     string
			who                      access.Actor
			see, add, change, people string // "=" is what he sees
		}{
			{"own", person("a", "east", "/hq/one/east/", role(access.Own, everything...)), "granted moved own shared", "moved own shared", "moved own", "="},
			{"own, may claim, in the club", person("a", "east", "", role(access.Own, claimer...)), "club granted moved own pool shared", "moved own shared", "moved own", "="},
			{"own, may claim", person("b", "east", "", role(access.Own, claimer...)), "pool team", "team", "team", "="},
			{"own, may read only", person("a", "east", "", role(access.Own, access.CustomerRead)), "granted moved own shared", "", "", ""},
			{"department", person("a", "east", "/hq/one/east/", role(access.Department, everything...)), "granted moved own shared team", "moved own shared team", "moved own team", "="},
			{"department, not those under it", person("c", "one", "/hq/one/", role(access.Department, everything...)), "above", "above", "above", "="},
			{"department, in none", person("c", "", "", role(access.Department, everything...)), "above", "above", "above", "="},
			{"tree", person("c", "one", "/hq/one/", role(access.Tree, everything...)), "above own team", "above own team", "above own team", "="},
			{"tree from the top", person("c", "hq", "/hq/", role(access.Tree, everything...)), "above ended granted moved other own shared team", "above ended granted moved other own shared team", "above ended granted moved other own shared team", "="},
			{"tree, a path with a wildcard", person("x", "on_", "/hq/on_/", role(access.Tree, everything...)), "", "", "", "="},
			{"tree, a path that begins another", person("x", "o", "/hq/o", role(access.Tree, everything...)), "above own team", "above own team", "above own team", "="}, // paths end in / for this reason
			{"tree, in none", person("c", "", "", role(access.Tree, everything...)), "above", "above", "above", "="},
			{"named departments", person("a", "east", "", named), twos, "ended granted moved other own shared", "ended granted moved other own shared", "="},
			{"named departments, none", person("c", "one", "", access.Role{Scope: access.Departments, Permissions: everything}), "above", "above", "above", "="},
			{"all", person("x", "", "", role(access.All, everything...)), live, live, live, "="},
			{"reads all, changes own", person("a", "", "", role(access.All, access.CustomerRead), role(access.Own, everything...)), live, "moved own shared", "moved own", "granted moved own shared"},
			{"department and named", person("b", "east", "", role(access.Department, everything...), named), "ended granted moved other own shared team", "ended granted moved other own shared team", "ended granted moved other own shared team", "="},
			{"a token bound to reading", access.SignedIn(access.Person{User: "a", Bound: []access.Permission{access.CustomerRead}, Roles: []access.Role{role(access.All, everything...)}}), live, "", "", ""},
			{"a token bound to nothing", access.SignedIn(access.Person{User: "a", Bound: []access.Permission{}, Roles: []access.Role{role(access.All, everything...)}}), "", "", "", ""},
			{"no role", person("a", "east", "/hq/one/east/"), "", "", "", ""},
			{"an unknown scope", person("c", "one", "/hq/", role("galaxy", everything...)), "above", "above", "above", "="},
			{"nobody", access.Actor{}, "", "", "", ""},
			{"the program", access.Program("test"), "above binned club ended granted moved other own pool shared team", "above binned club ended granted moved other own pool shared team", "above binned club ended granted moved other own pool shared team", "="},
		} {
			if c.people == "=" {
				c.people = c.see
			}
			for _, r := range []struct {
				what, want string
				q          db.Query
			}{{"sees", c.see, seen}, {"adds to", c.add, added}, {"changes", c.change, changed}, {"sees the people of", c.people, people}} {
				if got := reached(t, d, c.who, r.q); got != r.want {
					t.Errorf("%s: %s %q, wants %q", c.what, r.what, got, r.want)
				}
			}
		}

		a := person("a", "east", "", role(access.Own, everything...))
		now.Advance(time.Hour)
		defer now.Set(noon)
		if got := reached(t, d, a, seen); got != "moved own shared" {
			t.Errorf("once the grant has ended a sees %q", got)
		}
		if got := reached(t, d, a, seeTask) + " | " + reached(t, d, a, workTask); got != "asked mine | asked mine" {
			t.Errorf("of errands a sees and changes %q, wants those given to a and those a made", got)
		}
	})
}

// TestClaiming reaches the open pools by its own right, and no row that has an owner.
func TestClaiming(t *testing.T) {
	claim := db.Change(string(access.CustomerClaim))
	all := strings.Fields("own team other shared granted pool club binned")
	dbtest.Each(t, func() time.Time { return noon }, func(t *testing.T, d *db.DB) {
		if err := d.Exec(t.Context(), world); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			what, want string
			who        access.Actor
		}{
			{"in the club", "club pool", person("a", "east", "", role(access.Own, access.CustomerRead, access.CustomerClaim))},
			{"not in it", "pool", person("b", "east", "", role(access.Own, access.CustomerRead, access.CustomerClaim))},
			{"with a claim on everything", "club pool", person("x", "", "", role(access.All, access.CustomerRead, access.CustomerClaim))}, // what has an owner is not to be claimed
			{"who may not claim", "", person("a", "east", "", role(access.Own, access.CustomerRead))},
			{"nobody", "", access.Actor{}},
		} {
			got, err := db.Read(t.Context(), d, c.who, func(tx *db.Tx) (map[string]bool, error) { return tx.Among(customers, claim, all) })
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for id := range got {
				ids = append(ids, id)
			}
			if slices.Sort(ids); strings.Join(ids, " ") != c.want {
				t.Errorf("%s: reaches %v to claim, wants %q", c.what, ids, c.want)
			}
		}
	})
}

func TestAnActorIsWhoHeSays(t *testing.T) {
	a := person("a", "east", "/hq/one/east/", role(access.Own, access.CustomerRead), access.Role{Scope: access.All, Permissions: []access.Permission{access.ReportRead},
		Fields: map[access.Group]access.Visibility{access.Amounts: access.Masked}}, access.Role{Scope: access.Own, Fields: map[access.Group]access.Visibility{access.Amounts: access.Shown, access.Bank: access.Masked}})
	zero, program := access.Actor{}, access.Program("nightly")
	for _, c := range []struct {
		what string
		ok   bool
	}{
		{"a is known", a.Known() && !a.Program() && a.ID() == "a" && a.Name() == "a" && a.Department() == "east"},
		{"a's new rows are a's", a.Home() == db.Home{User: "a", Department: "east"}},
		{"a may what a role carries", a.Can(access.CustomerRead) && a.Can(access.ReportRead) && a.Can(access.Self) && !a.Can(access.CustomerWrite)},
		{"a permission reaches as far as its own role", a.ReachesAll(access.ReportRead) && !a.ReachesAll(access.CustomerRead)},
		{"a's permissions", slices.Equal(a.Permissions(), []string{"customer.read", "report.read", "task.read", "task.write"})},
		{"anyone may be given a task, and reaches no other's", a.Can(access.TaskWrite) && !a.ReachesAll(access.TaskWrite) && !zero.Can(access.TaskRead)},
		{"a token's bound holds for tasks too", !access.SignedIn(access.Person{User: "a", Bound: []access.Permission{access.CustomerRead}}).Can(access.TaskRead)},
		{"the widest view of fields counts", a.Sees(access.Amounts) == access.Shown && a.Sees(access.Bank) == access.Masked && a.Sees(access.FreeText) == access.Hidden && a.Sees(access.Open) == access.Shown},
		{"nobody may nothing", !zero.Known() && !zero.Program() && zero.ID() == "" && zero.Name() == "nobody" && !zero.Can(access.Self) && !zero.Can(access.CustomerRead) && zero.Can(access.Public)},
		{"nobody sees no group", zero.Sees(access.Amounts) == access.Hidden && zero.Home() == db.Home{} && !zero.ReachesAll(access.CustomerRead)},
		{"the program may all", program.Program() && !program.Known() && program.Can(access.CustomerDestroy) && program.Sees(access.Bank) == access.Shown && program.ID() == "" && program.Name() == "program:nightly"},
		{"where from", a.From(access.Origin{Address: "192.0.2.1"}).Origin().Address == "192.0.2.1" && a.Origin().Address == ""},
	} {
		if !c.ok {
			t.Errorf("not so: %s", c.what)
		}
	}
}

func TestBuiltinRolesCarryKnownPermissions(t *testing.T) {
	for _, b := range access.Builtins {
		for _, p := range b.May {
			if !slices.Contains(access.Permissions, p) {
				t.Errorf("%s carries %q, which is no permission", b.Code, p)
			}
		}
		for i, p := range b.May {
			if slices.Contains(b.May[:i], p) {
				t.Errorf("%s carries %s twice", b.Code, p)
			}
		}
		reveals := slices.Contains(b.May, access.SensitiveReveal)
		if (b.Code == "marketing" || b.Code == "finance" || b.Code == "executive" || b.Code == "auditor" || b.Code == "hr") && reveals {
			t.Errorf("%s may reveal", b.Code)
		}
		if b.Fields[access.ContactValues] == access.Shown && !reveals && b.Code != "administrator" {
			t.Errorf("%s is shown contact values and may not reveal one", b.Code)
		}
	}
	for i, p := range access.Permissions {
		if slices.Contains(access.Permissions[:i], p) || p == access.Self || p == access.Public {
			t.Errorf("%q is listed twice, or is nobody's to give", p)
		}
	}
}

// TestLooking: a role narrows whoever looks as it, and never gives.
func TestLooking(t *testing.T) {
	wide := access.SignedIn(access.Person{User: "boss", Login: "boss", Roles: []access.Role{
		{ID: "a", Scope: access.All, Permissions: []access.Permission{access.CustomerRead, access.RoleManage, access.TaskRead}, Fields: map[access.Group]access.Visibility{access.Amounts: access.Masked, access.FreeText: access.Shown}},
		{ID: "b", Scope: access.Own, Permissions: []access.Permission{access.OrderRead}}}}).From(access.Origin{Address: "10.0.0.1"}).Stale()
	role := access.Role{ID: "s", Scope: access.Own, Permissions: []access.Permission{access.CustomerRead, access.OrderRead, access.UserManage}, Fields: map[access.Group]access.Visibility{access.Amounts: access.Shown, access.FreeText: access.Masked, access.Bank: access.Shown}}
	at := access.Person{User: "east", Login: "east", Department: "d", Branch: "/d/"}
	a := wide.Looking(role, at)
	if !a.IsLooking() || a.ID() != "boss" || a.Name() != "boss" || a.Place() != "east" || a.Origin().Address != "10.0.0.1" || !a.IsStale() || a.Bounded() {
		t.Errorf("%+v", a)
	}
	// Orders are out of his reach but for his own, users out of it wholly; a task of the colleague's is not his to write.
	if got := a.Permissions(); !slices.Equal(got, []string{"customer.read", "task.read"}) {
		t.Errorf("may %v", got)
	}
	if a.Sees(access.Amounts) != access.Masked || a.Sees(access.FreeText) != access.Masked || a.Sees(access.Bank) != access.Hidden || a.ReachesAll(access.CustomerRead) || a.ReachesAll(access.TaskRead) {
		t.Error("sees more than either")
	}
	if !a.Holds([]string{"s"}) || a.Holds([]string{"a"}) || a.Admitted([]string{"s"}) || wide.Looking(access.Role{ID: "a"}, at).Admitted([]string{"b"}) || !wide.Looking(access.Role{ID: "a"}, at).Admitted([]string{"a"}) {
		t.Error("roles")
	}
	if p := access.Program("x").For(a); p.ID() != "boss" || p.Name() != "boss" {
		t.Errorf("the program works in the name of %s", p.Name())
	}
	if again := a.Looking(access.Role{Scope: access.All, Permissions: access.Permissions}, at); again.Known() {
		t.Error("looks out of looking")
	}
	if a.Within([]access.Permission{access.CustomerRead}).Known() {
		t.Error("begins work while looking")
	}
	if role.Fields[access.Amounts] != access.Shown || len(role.Permissions) != 3 {
		t.Error("the role itself was changed")
	}
}
