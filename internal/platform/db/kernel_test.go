package db_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

// A viewer of the tests reaches what he owns, adds where he is a member, and may what may says.
type viewer struct {
	id      string
	program bool
	may     string
}

func (v viewer) ID() string    { return v.id }
func (v viewer) Name() string  { return "viewer " + v.id }
func (v viewer) Known() bool   { return v.id != "" }
func (v viewer) Program() bool { return v.program }
func (v viewer) May(p string) bool {
	return v.program || p != "" && strings.Contains(" "+v.may+" ", " "+p+" ")
}
func (v viewer) Home() db.Home { return db.Home{User: v.id, Department: "east"} }
func (v viewer) Rows(r db.Right, _ time.Time) []db.Cond {
	if v.id == "" || !v.May(r.Permission) {
		return nil
	}
	me := db.Args{"me": v.id}
	rules := []db.Cond{db.Rule(`{owner} = :me`, me)}
	if r.Kind != db.Changes {
		rules = append(rules, db.Rule(`{id} {in} SELECT {members}.{member} FROM {members} WHERE {members}.user_id = :me {end}`, me))
	}
	return rules
}

var (
	program = viewer{program: true}
	wang    = viewer{id: "wang", may: "deal.read deal.write note.write shelf.write"}
	li      = viewer{id: "li", may: "deal.read deal.write note.write"}
	reader  = viewer{id: "wang", may: "deal.read"}
	guest   = viewer{id: "guest", may: "deal.read deal.write note.write"}
	nobody  = viewer{}
)

const schema = `
CREATE TABLE deals (id TEXT PRIMARY KEY, owner_id TEXT, department_id TEXT, creator_id TEXT, name TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'open',
	sum BIGINT NOT NULL DEFAULT 0, deleted_at BIGINT NOT NULL DEFAULT 0, version BIGINT NOT NULL DEFAULT 1, updated_at BIGINT NOT NULL DEFAULT 0);
CREATE TABLE deal_members (id TEXT PRIMARY KEY, deal_id TEXT NOT NULL, user_id TEXT NOT NULL);
CREATE TABLE deal_notes (id TEXT PRIMARY KEY, deal_id TEXT NOT NULL, said TEXT NOT NULL, version BIGINT NOT NULL DEFAULT 1, updated_at BIGINT NOT NULL DEFAULT 0);
CREATE TABLE shelf (id TEXT PRIMARY KEY, said TEXT NOT NULL);
CREATE TABLE things (id TEXT PRIMARY KEY, rank BIGINT NOT NULL, word TEXT NOT NULL);
INSERT INTO deals (id, owner_id, name) VALUES ('d1', 'wang', 'one'), ('d2', 'li', 'two'), ('d3', 'zhao', 'three');
INSERT INTO deals (id, owner_id, name, deleted_at) VALUES ('d4', 'wang', 'four', 7);
INSERT INTO deal_members VALUES ('m1', 'd2', 'wang');
INSERT INTO deal_notes (id, deal_id, said) VALUES ('n1', 'd1', 'a'), ('n2', 'd2', 'b'), ('n3', 'd3', 'c'), ('n4', 'd4', 'd');
INSERT INTO shelf VALUES ('s1', 'x');`

var (
	change  = db.Change("deal.write")
	deals   = db.Owned("deals", db.Rights{See: db.See("deal.read"), Add: db.Add("deal.write"), Change: change}, db.Columns{Owner: "owner_id", Department: "department_id", Creator: "creator_id", Members: "deal_members", Member: "deal_id", Binned: "deleted_at"}).Guard("status")
	members = db.Internal("deal_members").Quiet()
	notes   = db.Through("deal_notes", "deal_id", deals, db.Rights{See: db.See("deal.read"), Add: db.Add("note.write"), Change: db.Change("note.write")})
	shelf   = db.Shared("shelf", db.Rights{Change: db.Change("shelf.write")})
	things  = db.Internal("things").Quiet()
	stored  = db.Internal("settings").Quiet()

	assign = deals.Setter(change, "owner_id", "department_id")
	move   = deals.Setter(change, "status")
	unbin  = deals.Setter(change, "deleted_at").FromBin()

	allDeals  = db.SQL(`SELECT d.id FROM {deals d} ORDER BY d.id`, deals)
	canAdd    = db.SQL(`SELECT d.id FROM {deals!add d} ORDER BY d.id`, deals)
	canChange = db.SQL(`SELECT d.id FROM {deals!change d} ORDER BY d.id`, deals)
	inBin     = db.SQL(`SELECT d.id FROM {deals!bin d} ORDER BY d.id`, deals)
	allNotes  = db.SQL(`SELECT n.id FROM {deal_notes n} ORDER BY n.id`, notes)
	myNotes   = db.SQL(`SELECT n.id FROM {deal_notes!change n} ORDER BY n.id`, notes)
	allShelf  = db.SQL(`SELECT s.id FROM {shelf s}`, shelf)
	joined    = db.SQL(`SELECT n.id FROM {deals d} FULL JOIN {deal_notes n} ON n.deal_id = d.id WHERE NOT n.id = 'x' OR 1 = 1 ORDER BY n.id`, deals, notes)
	oneDeal   = db.SQL(`SELECT d.id, d.owner_id, d.department_id, d.creator_id, d.name, d.status, d.sum, d.version, d.updated_at FROM {deals d} WHERE d.id = :id`, deals)
	raise     = db.SQL(`UPDATE {deals!change d} SET sum = d.sum + :by WHERE d.id = :id`, deals)
	raiseAll  = db.SQL(`UPDATE {deals!change d} SET sum = 9 WHERE d.sum = 0 OR 1 = 1`, deals)
	strike    = db.SQL(`DELETE FROM {deal_notes!change n} WHERE NOT n.id = 'x' OR 1 = 1`, notes)
	setting   = db.SQL(`SELECT s.value FROM {settings s} WHERE s.key = :key`, stored)
)

type id struct {
	ID string `db:"id"`
}

type deal struct {
	ID         string  `db:"id"`
	Owner      *string `db:"owner_id"`
	Department *string `db:"department_id"`
	Creator    *string `db:"creator_id"`
	Name       string  `db:"name"`
	Status     string  `db:"status"`
	Sum        int64   `db:"sum"`
	Version    int64   `db:"version"`
	UpdatedAt  int64   `db:"updated_at"`
}

type newDeal struct {
	ID   string `db:"id"`
	Name string `db:"name"`
}

type note struct {
	ID   string `db:"id"`
	Deal string `db:"deal_id"`
	Said string `db:"said"`
}

var noon = time.Date(2026, 11, 21, 4, 0, 0, 0, time.UTC)

func each(t *testing.T, test func(*testing.T, *db.DB)) {
	dbtest.Each(t, func() time.Time { return noon }, func(t *testing.T, d *db.DB) {
		if err := d.Exec(t.Context(), schema); err != nil {
			t.Fatal(err)
		}
		test(t, d)
	})
}

// write does f as who, and says that an audit entry stands.
func write(t *testing.T, d *db.DB, who db.Viewer, f func(*db.Tx) error) error {
	_, err := db.Write(t.Context(), d, who, func(tx *db.Tx) (int, error) {
		tx.Noted()
		return 0, f(tx)
	})
	return err
}

func ids(t *testing.T, d *db.DB, who db.Viewer, q db.Query) string {
	t.Helper()
	rows, err := db.Read(t.Context(), d, who, func(tx *db.Tx) ([]id, error) { return db.All[id](tx, q, nil) })
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, r := range rows {
		all = append(all, r.ID)
	}
	return strings.Join(all, " ")
}

func find(t *testing.T, d *db.DB, key string) deal {
	t.Helper()
	one, err := db.Read(t.Context(), d, program, func(tx *db.Tx) (deal, error) { return db.One[deal](tx, oneDeal, db.Args{"id": key}) })
	if err != nil {
		t.Fatal(err)
	}
	return one
}

func TestTheScopeOfEachRight(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			who                            viewer
			see, add, change, bin, n, mine string
		}{
			{wang, "d1 d2", "d1 d2", "d1", "d4", "n1 n2", "n1"},
			{li, "d2", "d2", "d2", "", "n2", "n2"},
			{reader, "d1 d2", "", "", "", "n1 n2", ""},
			{guest, "", "", "", "", "", ""},
			{nobody, "", "", "", "", "", ""},
			{program, "d1 d2 d3 d4", "d1 d2 d3 d4", "d1 d2 d3 d4", "d4", "n1 n2 n3 n4", "n1 n2 n3 n4"},
		} {
			for _, s := range []struct {
				what, want string
				q          db.Query
			}{{"sees", c.see, allDeals}, {"adds to", c.add, canAdd}, {"changes", c.change, canChange}, {"has binned", c.bin, inBin}, {"reads", c.n, allNotes}, {"reads through a full join", c.n, joined}, {"changes", c.mine, myNotes}} {
				if s.q.String() == joined.String() && c.who.program {
					continue
				}
				if got := ids(t, d, c.who, s.q); got != s.want {
					t.Errorf("%s (%s) %s %q, wants %q", c.who.Name(), c.who.may, s.what, got, s.want)
				}
			}
		}
		if got := ids(t, d, guest, allShelf) + ids(t, d, nobody, allShelf); got != "s1" {
			t.Errorf("a shared table shows %q, wants s1 to who is signed in and nothing to nobody", got)
		}
	})
}

func TestAChangeOfAllReachesOnlyOnesOwn(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		for _, q := range []db.Query{raiseAll, strike} {
			for who, want := range map[viewer]int64{wang: 1, guest: 0, nobody: 0} {
				undo := errors.New("undo")
				if err := write(t, d, who, func(tx *db.Tx) error {
					n, err := tx.ChangeAll(q, nil)
					if n != want {
						t.Errorf("%s changed %d rows, wants %d, with %s", who.Name(), n, want, q)
					}
					return errors.Join(err, undo)
				}); !errors.Is(err, undo) {
					t.Error(err)
				}
			}
		}
	})
}

func TestRefusalsSayWhy(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		raised := func(key string) func(*db.Tx) error {
			return func(tx *db.Tx) error { return tx.Change(raise, db.Args{"id": key, "by": 1}) }
		}
		named := func(key string, version int64) func(*db.Tx) error {
			return func(tx *db.Tx) error {
				return tx.Update(deals, key, version, struct {
					Name string `db:"name"`
				}{"new"})
			}
		}
		for _, c := range []struct {
			what string
			who  db.Viewer
			do   func(*db.Tx) error
			want error
			say  string
		}{
			{"his own", wang, raised("d1"), nil, ""},
			{"one he only works on", wang, raised("d2"), db.ErrNotYours, ""},
			{"one out of sight", wang, raised("d3"), db.ErrNotFound, ""},
			{"one that is not", wang, raised("d9"), db.ErrNotFound, ""},
			{"one in the bin", wang, raised("d4"), db.ErrNotFound, ""},
			{"one he may only read", reader, raised("d1"), db.ErrNotYours, ""},
			{"as nobody", nobody, raised("d1"), db.ErrNotFound, ""},
			{"update his own", wang, named("d1", 1), nil, ""},
			{"update an old version", wang, named("d1", 1), db.ErrStale, ""},
			{"update whatever version", wang, named("d1", 0), nil, ""},
			{"update one he works on", wang, named("d2", 1), db.ErrNotYours, ""},
			{"update one out of sight", wang, named("d3", 1), db.ErrNotFound, ""},
			{"update one in the bin", wang, named("d4", 1), db.ErrNotFound, ""},
			{"update a guarded column", wang, func(tx *db.Tx) error {
				return tx.Update(deals, "d1", 0, struct {
					Status string `db:"status"`
				}{"won"})
			}, nil, "written by a Setter only"},
			{"move a note to another deal", wang, func(tx *db.Tx) error { return tx.Update(notes, "n1", 0, note{"n1", "d2", "x"}) }, nil, "written by a Setter only"},
			{"insert with an owner", wang, func(tx *db.Tx) error {
				return tx.Insert(deals, struct {
					newDeal
					Owner string `db:"owner_id"`
				}{newDeal{"d7", "x"}, "li"})
			}, nil, "not the caller's to say"},
			{"insert without the right", reader, func(tx *db.Tx) error { return tx.Insert(deals, newDeal{"d7", "x"}) }, db.ErrDenied, ""},
			{"insert as nobody", nobody, func(tx *db.Tx) error { return tx.Insert(deals, newDeal{"d7", "x"}) }, db.ErrDenied, ""},
			{"note under one's own", wang, func(tx *db.Tx) error { return tx.Insert(notes, note{"n5", "d1", "x"}) }, nil, ""},
			{"note where he is a member", wang, func(tx *db.Tx) error { return tx.Insert(notes, note{"n6", "d2", "x"}) }, nil, ""},
			{"note out of sight", wang, func(tx *db.Tx) error { return tx.Insert(notes, note{"n7", "d3", "x"}) }, db.ErrNotFound, ""},
			{"note under what is binned", wang, func(tx *db.Tx) error { return tx.Insert(notes, note{"n7", "d4", "x"}) }, db.ErrNotFound, ""},
			{"note without the right", reader, func(tx *db.Tx) error { return tx.Insert(notes, note{"n7", "d1", "x"}) }, db.ErrNotYours, ""},
			{"note without a parent", wang, func(tx *db.Tx) error { return tx.Insert(notes, id{"n7"}) }, db.ErrNotFound, ""},
			{"an internal table", wang, func(tx *db.Tx) error { return tx.Insert(members, id{"m7"}) }, db.ErrDenied, ""},
			{"a shared table", wang, func(tx *db.Tx) error {
				return tx.Insert(shelf, struct {
					ID   string `db:"id"`
					Said string `db:"said"`
				}{"s2", "x"})
			}, nil, ""},
			{"a shared table without the right", li, func(tx *db.Tx) error { return tx.Insert(shelf, id{"s3"}) }, db.ErrDenied, ""},
			{"put over a deal", wang, func(tx *db.Tx) error { return tx.Put(deals, newDeal{"d3", "mine"}, "id") }, nil, "could change another's row"},
			{"put over a note", wang, func(tx *db.Tx) error { return tx.Put(notes, note{"n3", "d1", "mine"}, "id") }, nil, "could change another's row"},
			{"a key twice", wang, func(tx *db.Tx) error { return tx.Insert(deals, newDeal{"d3", "x"}) }, db.ErrTaken, ""},
			{"set", wang, func(tx *db.Tx) error { return tx.Set(move, "d1", 0, db.Args{"status": "won"}) }, nil, ""},
			{"set an old version", wang, func(tx *db.Tx) error { return tx.Set(move, "d1", 1, db.Args{"status": "won"}) }, db.ErrStale, ""},
			{"set what is another's", wang, func(tx *db.Tx) error { return tx.Set(move, "d2", 0, db.Args{"status": "won"}) }, db.ErrNotYours, ""},
			{"set what is out of sight", wang, func(tx *db.Tx) error { return tx.Set(move, "d3", 0, db.Args{"status": "won"}) }, db.ErrNotFound, ""},
			{"set another verb's column", wang, func(tx *db.Tx) error { return tx.Set(move, "d1", 0, db.Args{"owner_id": "li"}) }, nil, "writes [status] only"},
			{"give another table's column", wang, func(tx *db.Tx) error {
				return tx.Insert(notes, note{"n8", "d1", "x"}, move.With(db.Args{"status": "won"}))
			}, nil, "a setter of deals gives values to deal_notes"},
			{"restore what is binned", wang, func(tx *db.Tx) error { return tx.Set(unbin, "d4", 0, db.Args{"deleted_at": 0}) }, nil, ""},
			{"restore what is not", wang, func(tx *db.Tx) error { return tx.Set(unbin, "d1", 0, db.Args{"deleted_at": 0}) }, db.ErrNotFound, ""},
			{"restore another's", li, func(tx *db.Tx) error { return tx.Set(unbin, "d4", 0, db.Args{"deleted_at": 0}) }, db.ErrNotFound, ""},
			{"a reading query as a change", wang, func(tx *db.Tx) error { _, err := tx.ChangeAll(allDeals, nil); return err }, nil, "changes nothing"},
			{"a query without its value", wang, func(tx *db.Tx) error { return tx.Change(raise, db.Args{"id": "d1"}) }, nil, "no value for :by"},
			{"a filter without its hole", wang, func(tx *db.Tx) error {
				_, err := db.Find[id](tx, allDeals, nil, db.With{Where: []db.Cond{db.When("1 = 1", nil)}})
				return err
			}, nil, "no hole"},
		} {
			err := write(t, d, c.who, c.do)
			switch {
			case c.say != "" && (err == nil || !strings.Contains(err.Error(), c.say)):
				t.Errorf("%s: %v, wants %q", c.what, err, c.say)
			case c.say == "" && !errors.Is(err, c.want):
				t.Errorf("%s: %v, wants %v", c.what, err, c.want)
			}
		}
		if d3 := find(t, d, "d3"); d3.Name != "three" || d3.Sum != 0 || d3.Version != 1 {
			t.Errorf("what nobody reached is now %+v", d3)
		}
		if d1 := find(t, d, "d1"); d1.Name != "new" || d1.Sum != 1 || d1.Version != 2 || d1.UpdatedAt != noon.UnixMilli() || d1.Status != "won" {
			t.Errorf("after one edit by version, one without and two by verbs it is %+v", d1)
		}
	})
}

func TestANewRowIsTheViewersUnlessAVerbSaysOtherwise(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		if err := write(t, d, wang, func(tx *db.Tx) error {
			if err := tx.Insert(deals, newDeal{"d5", "five"}); err != nil {
				return err
			}
			if err := tx.Insert(deals, newDeal{"d6", "six"}, assign.With(db.Args{"owner_id": "li", "department_id": nil}), move.With(db.Args{"status": "won"})); err != nil {
				return err
			}
			for _, c := range []struct {
				key  string
				want bool
			}{{"d7", true}, {"d7", false}, {"d3", false}} {
				if fresh, err := tx.InsertNew(deals, newDeal{c.key, "seven"}); err != nil || fresh != c.want {
					t.Errorf("InsertNew of %s: new is %v, wants %v, %v", c.key, fresh, c.want, err)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		five, six := find(t, d, "d5"), find(t, d, "d6")
		if *five.Owner != "wang" || *five.Department != "east" || *five.Creator != "wang" || five.Status != "open" {
			t.Errorf("his own is %+v", five)
		}
		if *six.Owner != "li" || six.Department != nil || *six.Creator != "wang" || six.Status != "won" {
			t.Errorf("the one he gave away is %+v", six)
		}
	})
}

func TestAChangeWithoutAnAuditEntryIsNotKept(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		mute := func(f func(*db.Tx) error) error {
			_, err := db.Write(t.Context(), d, wang, func(tx *db.Tx) (int, error) { return 0, f(tx) })
			return err
		}
		for what, f := range map[string]func(*db.Tx) error{
			"insert": func(tx *db.Tx) error { return tx.Insert(deals, newDeal{"d8", "x"}) },
			"update": func(tx *db.Tx) error {
				return tx.Update(deals, "d1", 0, struct {
					Name string `db:"name"`
				}{"x"})
			},
			"set":    func(tx *db.Tx) error { return tx.Set(move, "d1", 0, db.Args{"status": "x"}) },
			"change": func(tx *db.Tx) error { return tx.Change(raise, db.Args{"id": "d1", "by": 1}) },
			"delete": func(tx *db.Tx) error { _, err := tx.ChangeAll(strike, nil); return err },
		} {
			if err := mute(f); err == nil || !strings.Contains(err.Error(), "wrote no audit entry") {
				t.Errorf("%s: %v", what, err)
			}
		}
		if d1 := find(t, d, "d1"); d1.Name != "one" || d1.Status != "open" || d1.Sum != 0 || ids(t, d, program, allNotes) != "n1 n2 n3 n4" {
			t.Errorf("it was kept: %+v", d1)
		}
		for what, f := range map[string]func(*db.Tx) error{
			"nothing reached": func(tx *db.Tx) error { _, err := tx.ChangeAll(raise, db.Args{"id": "d9", "by": 1}); return err },
			"nothing new":     func(tx *db.Tx) error { _, err := tx.InsertNew(deals, newDeal{"d1", "x"}); return err },
			"a quiet table":   func(tx *db.Tx) error { return tx.As(program).Insert(things, thing{"t1", 1, "a"}) },
		} {
			if err := mute(f); err != nil {
				t.Errorf("%s owes no entry: %v", what, err)
			}
		}
	})
}

// TestUnits go wrong in every way, and leave nothing and hold nobody up.
func TestUnits(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		left, leave := context.WithCancel(t.Context())
		undo := errors.New("undo")
		after := 0
		for _, c := range []struct {
			ctx  context.Context
			do   func(*db.Tx) error
			want string
		}{
			{t.Context(), func(*db.Tx) error { panic("oh") }, "panicked: oh"},
			{t.Context(), func(*db.Tx) error { runtime.Goexit(); return nil }, "ended its goroutine"},
			{t.Context(), func(tx *db.Tx) error { tx.After(func() { after++ }); return undo }, "undo"},
			{left, func(tx *db.Tx) error { leave(); return tx.Insert(deals, newDeal{"x9", "x"}) }, "canceled"},
			{t.Context(), func(tx *db.Tx) error { tx.Insert(deals, newDeal{"d1", "x"}); return nil }, "after a failed statement"},
			{t.Context(), func(tx *db.Tx) error {
				tx.Insert(deals, newDeal{"d1", "x"})
				return tx.Insert(deals, newDeal{"x8", "x"})
			}, "after a failed statement"},
			{t.Context(), func(tx *db.Tx) error { tx.After(func() { after += 10 }); return nil }, "nil"},
		} {
			var err error
			done := make(chan struct{})
			go func() { // Goexit may end the caller's goroutine too
				defer close(done)
				_, err = db.Write(c.ctx, d, wang, func(tx *db.Tx) (int, error) {
					tx.Noted()
					if err := tx.Insert(deals, newDeal{"x-" + c.want, "x"}); err != nil {
						return 0, err
					}
					return 0, c.do(tx)
				})
			}()
			<-done
			if c.want == "ended its goroutine" && d.Engine() == "postgresql" && err == nil {
				continue // it ended the caller's own
			}
			if !strings.Contains(fmt.Sprint(err), c.want) {
				t.Errorf("%v, wants %q", err, c.want)
			}
		}
		if got := ids(t, d, program, allDeals); got != "d1 d2 d3 d4 x-nil" || after != 10 {
			t.Errorf("kept %q; work after the commit came to %d, wants 10", got, after)
		}
		_, err := db.Read(t.Context(), d, program, func(tx *db.Tx) (int, error) { return 0, tx.Insert(deals, newDeal{"x7", "x"}) })
		if err == nil || strings.Contains(ids(t, d, program, allDeals), "x7") {
			t.Errorf("a Read wrote: %v", err)
		}
		if _, err := db.Read(t.Context(), d, nil, func(*db.Tx) (int, error) { return 0, nil }); !errors.Is(err, db.ErrDenied) {
			t.Errorf("no who, and work: %v", err)
		}
		if _, err := db.Write(t.Context(), d, nil, func(*db.Tx) (int, error) { return 0, nil }); !errors.Is(err, db.ErrDenied) {
			t.Errorf("no who, and work: %v", err)
		}
	})
}

func TestATailIsInsideTheUnit(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		refuse := errors.New("refused")
		for _, want := range []error{refuse, nil} {
			ctx := db.WithTail(t.Context(), func(tx *db.Tx, out any) error {
				if out != "made" {
					t.Errorf("the tail was told %v", out)
				}
				return errors.Join(tx.As(program).Insert(things, thing{"tail", 1, "x"}), want)
			})
			out, err := db.Write(ctx, d, wang, func(tx *db.Tx) (string, error) { return "made", nil })
			if !errors.Is(err, want) || (out == "made") != (want == nil) {
				t.Errorf("%q, %v, wants %v", out, err, want)
			}
		}
	})
}

func TestTakeUnderFiftyCallers(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var all sync.WaitGroup
		var mu sync.Mutex
		var got []int64
		for i := range 50 {
			all.Go(func() {
				last, err := db.Write(t.Context(), d, program, func(tx *db.Tx) (int64, error) {
					n, err := tx.Take("c", 3)
					if err == nil && i%5 == 0 {
						err = errors.New("thought better of it")
					}
					return n, err
				})
				if err != nil {
					if i%5 != 0 {
						t.Error(err)
					}
					return
				}
				mu.Lock()
				got = append(got, last)
				mu.Unlock()
			})
		}
		all.Wait()
		slices.Sort(got)
		for i, n := range got {
			if n != int64(3*(i+1)) {
				t.Fatalf("40 callers of 50 kept their blocks of three, which end at %v", got)
			}
		}
		if len(got) != 40 {
			t.Errorf("%d callers took numbers", len(got))
		}
	})
}

// TestLock has fifty callers check and then write under one key.
func TestLock(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				if err := write(t, d, program, func(tx *db.Tx) error {
					if err := tx.Lock("quota"); err != nil {
						return err
					}
					n, err := db.One[db.Count](tx, countThings, nil)
					if err != nil || n.N >= 7 {
						return err
					}
					return tx.Insert(things, thing{fmt.Sprint(i), 1, "x"})
				}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := len(strings.Fields(ids(t, d, program, thingIDs))); got != 7 {
			t.Errorf("a quota of 7 let %d through", got)
		}
	})
}

// TestVersionsUnderFiftyCallers lets one of fifty who saw the same version win.
func TestVersionsUnderFiftyCallers(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var all sync.WaitGroup
		var mu sync.Mutex
		won, stale := 0, 0
		for i := range 50 {
			all.Go(func() {
				err := write(t, d, wang, func(tx *db.Tx) error {
					return tx.Update(deals, "d1", 1, struct {
						Name string `db:"name"`
					}{fmt.Sprint(i)})
				})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					won++
				case errors.Is(err, db.ErrStale):
					stale++
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if won != 1 || stale != 49 {
			t.Errorf("%d won and %d were told that it is stale", won, stale)
		}
	})
}

func TestClaimIsOnes(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		if err := write(t, d, program, func(tx *db.Tx) error {
			var all []error
			for i := range 9 {
				all = append(all, tx.Insert(things, thing{fmt.Sprint("t", i), 0, "x"}))
			}
			return errors.Join(all...)
		}); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		var mu sync.Mutex
		var got []string
		for range 9 {
			all.Go(func() {
				one, err := db.Write(t.Context(), d, program, func(tx *db.Tx) (id, error) {
					rows, err := db.Claim[id](tx, free, nil)
					if err != nil || len(rows) == 0 {
						return id{}, err
					}
					time.Sleep(20 * time.Millisecond) // so that on PostgreSQL all hold one at a time
					_, err = tx.ChangeAll(taken, db.Args{"id": rows[0].ID})
					return rows[0], err
				})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				got = append(got, one.ID)
				mu.Unlock()
			})
		}
		all.Wait()
		slices.Sort(got)
		if want := strings.Fields("t0 t1 t2 t3 t4 t5 t6 t7 t8"); !reflect.DeepEqual(got, want) {
			t.Errorf("claimed %v", got)
		}
	})
}

func TestJSON(t *testing.T) {
	type value struct {
		Name string         `json:"name"`
		List []int          `json:"list"`
		More map[string]any `json:"more"`
	}
	type row struct {
		Key       string          `db:"key"`
		Value     db.JSON[*value] `db:"value"`
		UpdatedAt int64           `db:"updated_at"`
	}
	each(t, func(t *testing.T, d *db.DB) {
		for _, v := range []*value{nil, {}, {"\u738b\u00e9\U0001F600 ' \" \\ {x} :y", []int{1, 2}, map[string]any{"a": nil, "b": 1.5, "c": []any{"d"}}}} {
			if err := write(t, d, program, func(tx *db.Tx) error { return tx.Put(stored, row{"test", db.Of(v), 1}, "key") }); err != nil {
				t.Fatal(err)
			}
			type shown struct {
				Value db.JSON[*value] `db:"value"`
			}
			got, err := db.Read(t.Context(), d, program, func(tx *db.Tx) (shown, error) {
				return db.One[shown](tx, setting, db.Args{"key": "test"})
			})
			if err != nil || !reflect.DeepEqual(got.Value.V, v) {
				t.Errorf("%+v came back as %+v, %v", v, got.Value.V, err)
			}
		}
	})
}

func TestMatching(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		if err := write(t, d, program, func(tx *db.Tx) error {
			for i, words := range []string{"hang zhou 9uwang", "hang shan 9uli", "zhou shan"} {
				key := fmt.Sprint("t", i)
				if err := errors.Join(tx.Insert(things, thing{key, 1, "x"}), tx.Index("thing", key, strings.Fields(words)), tx.Index("other", key, []string{"zhou"})); err != nil {
					return err
				}
			}
			return tx.Index("thing", "t2", []string{"ning", "bo"}) // replaces
		}); err != nil {
			t.Fatal(err)
		}
		w := func(s string) (all []db.Word) {
			for _, f := range strings.Fields(s) {
				text, prefix := strings.CutSuffix(f, "*")
				all = append(all, db.Word{Text: text, Prefix: prefix})
			}
			return all
		}
		both := func(groups ...string) (g [][]db.Word) {
			for _, s := range groups {
				g = append(g, w(s))
			}
			return g
		}
		found := func(s db.Sought, bound int) string {
			t.Helper()
			rows, err := db.Read(t.Context(), d, program, func(tx *db.Tx) ([]id, error) {
				return db.Find[id](tx, someThings, nil, db.With{Where: []db.Cond{tx.Matching(db.Col("t.id"), "thing", s, bound)}, Order: db.Up("t.id"), Limit: 50})
			})
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(rows)
		}
		for _, c := range []struct {
			what string
			s    db.Sought
			want string
		}{
			{"a word", db.Sought{Alternatives: [][][]db.Word{both("hang")}}, "[{t0} {t1}]"},
			{"two words", db.Sought{Alternatives: [][][]db.Word{both("hang", "shan")}}, "[{t1}]"},
			{"one of a group", db.Sought{Alternatives: [][][]db.Word{both("zhou bo")}}, "[{t0} {t2}]"},
			{"a beginning", db.Sought{Alternatives: [][][]db.Word{both("zh*")}}, "[{t0}]"},
			{"alternatives", db.Sought{Alternatives: [][][]db.Word{both("hang", "zhou"), both("ning")}}, "[{t0} {t2}]"},
			{"within", db.Sought{Alternatives: [][][]db.Word{both("hang")}, Within: w("9uli 9uzhao")}, "[{t1}]"},
			{"alternatives within", db.Sought{Alternatives: [][][]db.Word{both("zhou"), both("shan")}, Within: w("9uli")}, "[{t1}]"},
			{"what was replaced", db.Sought{Alternatives: [][][]db.Word{both("zhou", "shan")}}, "[]"},
			{"nothing asked", db.Sought{}, "[]"},
		} {
			if got := found(c.s, 100); got != c.want {
				t.Errorf("%s finds %s, wants %s", c.what, got, c.want)
			}
		}
		if got := found(db.Sought{Alternatives: [][][]db.Word{both("hang")}}, 1); got != "[{t1}]" {
			t.Errorf("bounded to one it finds %s, wants the newest", got)
		}
		if err := write(t, d, program, func(tx *db.Tx) error {
			return errors.Join(tx.Forget("thing", "t0"), tx.Forget("thing", "t0"), tx.Forget("thing", "never"))
		}); err != nil {
			t.Fatal(err)
		}
		if got := found(db.Sought{Alternatives: [][][]db.Word{both("hang")}}, 100); got != "[{t1}]" {
			t.Errorf("after it was forgotten, it finds %s", got)
		}
		for _, word := range []string{"", "a OR b", "a_b", "a*", "a/b", "\u738b\uff0c\u674e"} {
			if err := write(t, d, program, func(tx *db.Tx) error { return tx.Index("thing", "t1", []string{word}) }); err == nil {
				t.Errorf("%q was taken for a word", word)
			}
		}
	})
}
