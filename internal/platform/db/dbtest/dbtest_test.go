package dbtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

const schema = `
CREATE TABLE people (id TEXT PRIMARY KEY);
CREATE TABLE deals (id TEXT PRIMARY KEY, owner_id TEXT, sum BIGINT NOT NULL, deleted_at BIGINT NOT NULL DEFAULT 0);
CREATE TABLE deal_notes (id TEXT PRIMARY KEY, deal_id TEXT NOT NULL, said TEXT NOT NULL);
CREATE VIEW deal_sums AS SELECT id, sum FROM deals;
INSERT INTO people VALUES ('wang'), ('guest');`

const rows = `
INSERT INTO deals VALUES ('d1', 'wang', 3, 0), ('d2', 'wang', 4, 7);
INSERT INTO deal_notes VALUES ('n1', 'd1', 'hi')`

var (
	see    = db.Rights{See: db.See("read"), Add: db.Add("write"), Change: db.Change("write")}
	people = db.Shared("people", db.Rights{})
	deals  = db.Owned("deals", see, db.Columns{Owner: "owner_id", Binned: "deleted_at"}).Guard("stage")
	notes  = db.Through("deal_notes", "deal_id", deals, see)
	sums   = db.Shared("deal_sums", db.Rights{}) // the mistake that no reading of SQL can see

	// The four attacks on a scope in WHERE, and what else could go round one.
	_ = db.SQL(`SELECT u.id, d.id FROM {people u} RIGHT JOIN {deals d} ON u.id = d.owner_id`, people, deals)
	_ = db.SQL(`SELECT u.id, d.id FROM {people u} FULL JOIN {deals d} ON u.id = d.id`, people, deals)
	_ = db.SQL(`SELECT d.id FROM {deals d} WHERE d.sum NOT BETWEEN 9 AND 10`, deals)
	_ = db.SQL(`SELECT d.id FROM {deals d} WHERE (d.owner_id = :id) IS NOT NULL`, deals)
	_ = db.SQL(`SELECT d.id FROM {deals d} WHERE NOT d.id = 'x' OR 1 = 1`, deals)
	_ = db.SQL(`SELECT d.id FROM {deals!add d} WHERE 1 = 1 OR d.id = 'x'`, deals)
	_ = db.SQL(`SELECT d.id FROM {deals!change d} WHERE 1 = 1 OR d.id = 'x'`, deals)
	_ = db.SQL(`SELECT d.id FROM {deals!bin d} WHERE 1 = 1 OR d.deleted_at = 0`, deals)
	_ = db.SQL(`SELECT count(*) FROM {deal_notes n} LEFT JOIN {deals d} ON 1 = 1 OR n.id = d.id`, notes, deals)
	_ = db.SQL(`WITH a AS (SELECT d.sum FROM {deals d}) SELECT sum(a.sum) FROM a UNION ALL SELECT 1 FROM {people u}`, deals, people)
	_ = db.SQL(`SELECT u.id FROM {people u} WHERE EXISTS (SELECT 1 FROM {deals d})`, people, deals)
	_ = db.SQL(`UPDATE {deals!change d} SET sum = 1 WHERE d.sum = 0 OR 1 = 1`, deals)
	_ = db.SQL(`UPDATE {deals!bin d} SET sum = 1 WHERE d.sum = 0 OR 1 = 1`, deals)
	_ = db.SQL(`UPDATE {deals!change d} SET sum = (SELECT count(*) FROM {deal_notes n}) WHERE NOT d.id = 'x'`, deals, notes)
	_ = db.SQL(`DELETE FROM {deal_notes!change n} WHERE NOT n.id = 'x' OR 1 = 1`, notes)

	leak = db.SQL(`SELECT s.sum FROM {deal_sums s}`, sums)
	// It reads deals, and with the sample values finds none: a check that could never fail.
	idle = db.SQL(`SELECT d.id FROM {deals d} WHERE d.id = :nothing`, deals)
)

type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Errorf(format string, a ...any) {
	r.said = append(r.said, fmt.Sprintf(format, a...))
}

// A viewer owns rows, may everything, or is nobody.
type viewer struct {
	id      string
	program bool
}

func (v viewer) ID() string      { return v.id }
func (v viewer) Name() string    { return "viewer " + v.id }
func (v viewer) Known() bool     { return v.id != "" }
func (v viewer) Program() bool   { return v.program }
func (v viewer) May(string) bool { return v.program || v.id != "" }
func (v viewer) Home() db.Home   { return db.Home{User: v.id} }
func (v viewer) Rows(db.Right, time.Time) []db.Cond {
	if v.id == "" {
		return nil
	}
	return []db.Cond{db.Rule(`{owner} = :me`, db.Args{"me": v.id})}
}

// TestBlindSees makes sure that no attack leaks, and that the check can fail.
func TestBlindSees(t *testing.T) {
	engines := map[string]func(testing.TB, func() time.Time) *db.DB{"sqlite": dbtest.SQLite}
	if dbtest.Postgres() != "" {
		engines["postgresql"] = dbtest.PostgreSQL
	}
	for name, make := range engines {
		t.Run(name, func(t *testing.T) {
			world := func(rows string) *db.DB {
				d := make(t, time.Now)
				if err := d.Exec(t.Context(), schema+rows); err != nil {
					t.Fatal(err)
				}
				return d
			}
			full, empty := world(rows), world("")
			said := func(spare []string, samples ...db.Args) []string {
				r := &recorder{TB: t}
				dbtest.Blind(r, full, empty, viewer{program: true}, []db.Viewer{viewer{id: "guest"}, viewer{}}, spare, samples...)
				return r.said
			}
			samples := db.Args{"id": "wang", "nothing": "-"}
			got := said(nil, samples)
			if len(got) != 2 {
				t.Fatalf("wants the leak and the idle query, has\n%s", strings.Join(got, "\n"))
			}
			if !strings.HasPrefix(got[0], "viewer guest should see") || !strings.Contains(got[0], leak.String()) {
				t.Errorf("not the leak: %s", got[0])
			}
			if !strings.HasPrefix(got[1], "the sample values find nothing") || !strings.Contains(got[1], idle.String()) {
				t.Errorf("not the idle query: %s", got[1])
			}
			if got := said([]string{idle.String()}, samples); len(got) != 1 || !strings.Contains(got[0], leak.String()) {
				t.Errorf("with the idle query spared it says\n%s", strings.Join(got, "\n"))
			}
			if got := said(nil, samples, db.Args{"id": "wang", "nothing": "d1"}); len(got) != 2 || !strings.Contains(got[0]+got[1], leak.String()) || strings.Contains(got[0]+got[1], idle.String()) {
				t.Errorf("with a sample that finds something it says\n%s", strings.Join(got, "\n"))
			}
		})
	}
}

// TestProbeKeepsNothing runs a change as the program and finds the world as it was.
func TestProbeKeepsNothing(t *testing.T) {
	dbtest.Each(t, time.Now, func(t *testing.T, d *db.DB) {
		if err := d.Exec(t.Context(), schema+rows); err != nil {
			t.Fatal(err)
		}
		var said []string
		for range 2 {
			for _, q := range db.Queries() {
				s, err := db.Probe(t.Context(), d, viewer{program: true}, q, db.Args{"id": "d1", "nothing": "-"})
				if err != nil {
					t.Error(err)
				}
				said = append(said, s)
			}
		}
		half := len(said) / 2
		if a, b := fmt.Sprint(said[:half]), fmt.Sprint(said[half:]); a != b || !strings.Contains(a, "2 changed") {
			t.Errorf("the first time it said %s, and the second %s", a, b)
		}
		if s, err := db.Probe(t.Context(), d, viewer{program: true}, leak, nil); err != nil || s != "[3]\n[4]" {
			t.Errorf("a probe says %q, %v", s, err)
		}
		if _, err := db.Probe(t.Context(), d, viewer{program: true}, idle, nil); err == nil {
			t.Error("a probe without a value is silent")
		}
	})
}

func TestSQLRefuses(t *testing.T) {
	for name, make := range map[string]func(){
		"right join, bare":       func() { db.SQL(`SELECT d.id FROM {people u} RIGHT JOIN deals d ON 1 = 1`, people, deals) },
		"the old scope":          func() { db.SQL(`SELECT d.id FROM {deals d} WHERE {scope d}`, deals) },
		"unknown hole":           func() { db.SQL(`SELECT d.id FROM {deals d} LIMIT {page}`, deals) },
		"unknown right":          func() { db.SQL(`SELECT d.id FROM {deals!all d}`, deals) },
		"a hole with a right":    func() { db.SQL(`SELECT d.id FROM {deals d} WHERE {filter!add}`, deals) },
		"not given":              func() { db.SQL(`SELECT d.id FROM {deals d}`) },
		"not given to add to":    func() { db.SQL(`SELECT d.id FROM {deals!add d}`, notes) },
		"a bin it has not":       func() { db.SQL(`SELECT n.id FROM {deal_notes!bin n}`, notes) },
		"bare, capitals":         func() { db.SQL(`SELECT 1 FROM DEALS`, deals) },
		"bare after a comma":     func() { db.SQL(`SELECT 1 FROM {people u}, deals`, people, deals) },
		"comma":                  func() { db.SQL(`SELECT 1 FROM {people u}, {deals d}`, people, deals) },
		"undeclared":             func() { db.SQL(`SELECT name FROM sqlite_schema`) },
		"undeclared, comma":      func() { db.SQL(`SELECT 1 FROM (SELECT 1) x, pg_authid`) },
		"bare in a subquery":     func() { db.SQL(`SELECT (SELECT count(*) FROM deals) FROM {people u}`, people) },
		"quoted":                 func() { db.SQL(`SELECT 1 FROM "deals"`, deals) },
		"quoted, other signs":    func() { db.SQL("SELECT 1 FROM `deals`", deals) },
		"in brackets":            func() { db.SQL(`SELECT 1 FROM [deals]`, deals) },
		"dollars":                func() { db.SQL(`SELECT $$x$$ FROM {people u}`, people) },
		"escaped":                func() { db.SQL(`SELECT E'\' FROM {people u}`, people) },
		"string left open":       func() { db.SQL(`SELECT 1 FROM {people u} WHERE u.id = 'x`, people) },
		"comment":                func() { db.SQL(`SELECT 1 FROM/**/deals`, deals) },
		"line comment":           func() { db.SQL("SELECT 1 FROM --\n deals", deals) },
		"hole in a string":       func() { db.SQL(`SELECT '{deals d}'`, deals) },
		"value in a string":      func() { db.SQL(`SELECT ':me' FROM {people u}`, people) },
		"insert":                 func() { db.SQL(`INSERT INTO {deals d} (id) VALUES ('x')`, deals) },
		"replace":                func() { db.SQL(`REPLACE INTO {deals d} (id) VALUES ('x')`, deals) },
		"pragma":                 func() { db.SQL(`PRAGMA foreign_keys = 0`) },
		"table":                  func() { db.SQL(`SELECT 1 UNION TABLE deal_secrets`) },
		"lock":                   func() { db.SQL(`SELECT d.id FROM {deals d} FOR UPDATE`, deals) },
		"select into":            func() { db.SQL(`SELECT d.id INTO copy FROM {deals d}`, deals) },
		"recursive":              func() { db.SQL(`WITH RECURSIVE x AS (SELECT 1) SELECT 1 FROM x`) },
		"change in a WITH":       func() { db.SQL(`WITH x AS (DELETE FROM {deals!change d} WHERE 1 = 1) SELECT 1`, deals) },
		"update what is seen":    func() { db.SQL(`UPDATE {deals d} SET sum = 1 WHERE d.id = :id`, deals) },
		"update what he adds to": func() { db.SQL(`UPDATE {deals!add d} SET sum = 1 WHERE d.id = :id`, deals) },
		"delete what is seen":    func() { db.SQL(`DELETE FROM {deals d} WHERE d.id = :id`, deals) },
		"update, no where":       func() { db.SQL(`UPDATE {deals!change d} SET sum = 1`, deals) },
		"delete, no where":       func() { db.SQL(`DELETE FROM {deals!change d}`, deals) },
		"where in a subquery":    func() { db.SQL(`UPDATE {deals!change d} SET sum = (SELECT 1 WHERE 1 = 1)`, deals) },
		"update the owner":       func() { db.SQL(`UPDATE {deals!change d} SET OWNER_ID = :me WHERE d.id = :id`, deals) },
		"update the owner, two":  func() { db.SQL(`UPDATE {deals!change d} SET (sum, owner_id) = (1, :me) WHERE d.id = :id`, deals) },
		"update the key":         func() { db.SQL(`UPDATE {deals!change d} SET id = :me WHERE d.id = :id`, deals) },
		"update the bin":         func() { db.SQL(`UPDATE {deals!change d} SET deleted_at = 0 WHERE d.id = :id`, deals) },
		"update what is guarded": func() { db.SQL(`UPDATE {deals!change d} SET sum = 1, stage = 'won' WHERE d.id = :id`, deals) },
		"move to a parent":       func() { db.SQL(`UPDATE {deal_notes!change n} SET deal_id = :d WHERE n.id = :id`, notes) },
		"out of the brackets":    func() { db.SQL(`UPDATE {deals!change d} SET sum = 1 WHERE 1 = 0) OR (1 = 1`, deals) },
		"bracket left open":      func() { db.SQL(`SELECT (1 FROM {people u}`, people) },
		"update from":            func() { db.SQL(`UPDATE {deals!change d} SET sum = u.x FROM {people u} WHERE 1 = 1`, deals, people) },
		"delete using":           func() { db.SQL(`DELETE FROM {deals!change d} USING {people u} WHERE 1 = 1`, deals, people) },
		"returning":              func() { db.SQL(`UPDATE {deals!change d} SET sum = 1 WHERE 1 = 1 RETURNING d.id`, deals) },
		"two statements":         func() { db.SQL(`SELECT 1 FROM {people u}; SELECT 2`, people) },
		"declared later":         func() { db.SQL(`SELECT u.id AS late FROM {people u}`, people); db.Internal("late") },
		"declared twice":         func() { db.Internal("deals") },
		"nothing":                func() { db.SQL(``) },
		"condition, brackets":    func() { db.When("1 = 1) OR (1 = 1", nil) },
		"condition, left open":   func() { db.When("(1 = 1", nil) },
		"condition, subselect":   func() { db.When("d.id IN (SELECT x FROM y)", nil) },
		"condition, hole":        func() { db.When("d.id IN ({deals d})", nil) },
		"order without id":       func() { db.Up("d.sum") },
		"order, expression":      func() { db.Up("(SELECT 1)", "d.id") },
		"order, direction":       func() { db.Down("d.sum DESC", "d.id") },
		"column, expression":     func() { db.Col("d.sum + 1") },
		"column, no alias":       func() { db.Col("sum") },
		"operator":               func() { db.Compare(db.Col("d.sum"), "= 1 OR 1 =", 1) },
		"side table's key":       func() { db.Linked(db.Col("d.id"), notes, "deal_id FROM deals", db.IsNull(db.Col("x.said"))) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "db: ") {
					t.Fatalf("it was taken: %v", r)
				}
			}()
			make()
		})
	}
}
