package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"

	"pgregory.net/rapid"
)

var liveNames = db.SQL(`SELECT c.id, c.name FROM {customers c} WHERE c.deleted_at = 0`, customer.Table)

// sheetLife is what the plain model knows of a sheet that comes in, and sheetRow of its rows.
type sheetLife struct {
	id, state, act string // act: what the worker is to do
	ran, asked     bool   // asked: to be cancelled
	judged, staged bool   // judged: the plan as it stands
	unsure         bool   // a worker was killed or stopped: how far it came, the rows tell
	at             time.Time
	rows           map[int]*sheetRow
}

type sheetRow struct {
	name             string
	bad, dup         bool
	in, touched, out bool
}

// TestImportLives: a sheet is checked, run, mended, cancelled and undone in any order, by its maker and by a stranger, while workers are killed on their way.
// A plain model says what each act comes to, and which rows are in: those and no others, each once.
func TestImportLives(t *testing.T) {
	hand := clock.At(start)
	dbtest.Each(t, hand.Now, func(outer *testing.T, d *db.DB) {
		hand.Set(start)
		w := peopled(outer, d, hand)
		w.keepsFiles(outer)
		w.mux = http.NewServeMux()
		w.router = w.Routes(w.mux, w.who)
		seen := map[string]int{}
		lives(outer, 50, func(t *rapid.T, run int) { w.importLife(t, run, seen) })
		outer.Log("what came of it:", seen)
		for _, x := range []string{"killed", "checked", "partly", "undone", "cancelled", "plan_changed", "import_has_run", "in_progress", "undo_over"} {
			if seen[x] == 0 && !outer.Failed() {
				outer.Errorf("nothing was %s: the property says nothing of it", x)
			}
		}
	})
}

func (w *world) importLife(t *rapid.T, run int, seen map[string]int) {
	ctx := t.Context()
	m := &sheetLife{state: "new", rows: map[int]*sheetRow{}}
	sheet := "客户名称,联系人,手机\n"
	for i := range 5 {
		r := &sheetRow{name: fmt.Sprintf("宁波%s泽科技有限公司", spelled(run*10+i)), bad: rapid.IntRange(0, 2).Draw(t, "bad") == 0}
		m.rows[i+2] = r
		sheet += fmt.Sprintf("%s,张三,%s\n", r.name, map[bool]string{true: "1380013", false: fmt.Sprintf("139%08d", run*10+i)}[r.bad])
	}
	if rapid.Bool().Draw(t, "held") { // one is there already, and is passed over
		m.rows[6].bad, m.rows[6].dup = false, true
		sheet = strings.Replace(sheet, m.rows[6].name+",张三,1380013\n", m.rows[6].name+",张三,\n", 1)
		if _, err := w.Customers.Create(ctx, w.actors["leader"], customer.New{Duplicates: "new", Change: customer.Change{Kind: api.Some(customer.Enterprise), Name: api.Some(m.rows[6].name)}}); err != nil {
			t.Fatal(err)
		}
	}
	made, err := w.Exchange.Upload(ctx, w.actors["leader"], api.File{Name: "客户.csv", Data: []byte(sheet), Fields: map[string]string{"target": "customer"}})
	if err != nil {
		t.Fatal(err)
	}
	m.id = made.ID
	told := func(as, call, body string) (status int, code string) {
		method, path, _ := strings.Cut(call, " ")
		a := w.call(as, method, "/imports/"+m.id+path, body, "", false)
		var p struct {
			Code string `json:"code"`
		}
		_ = json.Unmarshal([]byte(a.body), &p)
		return a.status, p.Code
	}
	// act does an act over HTTP: refused is the code of a refusal, or "".
	act := func(t *rapid.T, call, body, refused string) bool {
		as := rapid.SampledFrom([]string{"leader", "leader", "leader", "leader", "leader", "leader", "leader", "leader", "admin"}).Draw(t, "as")
		if as != "leader" {
			refused = "not_found" // an import is its maker's alone
		}
		status, code := told(as, call, body)
		if (status < 300) != (refused == "") || code != refused {
			t.Fatalf("%s as %s: %d %q, the model says %q: %+v", call, as, status, code, refused, *m)
		}
		seen[code]++
		return refused == ""
	}
	busy := func() bool { return m.act != "" }
	over := func() bool { return m.state == "done" || m.state == "undone" }
	bad := func() (n int) {
		for _, r := range m.rows {
			if r.bad && !r.in {
				n++
			}
		}
		return n
	}
	begin := func(act, state string) { m.act, m.state, m.asked = act, state, false }
	// rows reads what the import says of its rows; the model takes over which are in, where it cannot know.
	rows := func(adopt bool) {
		page, err := w.Exchange.Rows(ctx, w.actors["leader"], m.id, exchange.RowQuery{Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range page.Items {
			r := m.rows[int(x.N)]
			if adopt && x.In && !r.in {
				if r.bad {
					t.Fatalf("row %d is in and wrong: %+v", x.N, x)
				}
				r.in = true
			}
			if x.In != r.in {
				t.Fatalf("row %d is in: %v, and the model says %v", x.N, x.In, r.in)
			}
		}
		if adopt {
			m.staged = len(page.Items) == len(m.rows)
		}
	}
	settled := func() {
		was := m.act
		m.act = ""
		switch {
		case was == "undoing":
			m.state = "undone"
			for _, r := range m.rows {
				r.out = r.in && !r.touched && !r.dup
				if r.in && r.touched {
					seen["kept"]++
				}
			}
		case m.asked:
			m.state = "cancelled"
			if was == "checking" && !m.ran {
				m.state = "new"
			}
			m.unsure = true
		case was == "checking":
			m.state, m.judged, m.staged, m.unsure = "checked", true, true, false
		default:
			m.state, m.judged, m.staged, m.unsure = map[bool]string{true: "done", false: "partly"}[bad() == 0], true, true, false
			for _, r := range m.rows {
				r.in = r.in || !r.bad
			}
		}
		rows(m.unsure)
		m.asked = false
		seen[m.state]++
	}
	work := func(t *rapid.T) {
		if !busy() {
			t.Skip("nothing to do")
		}
		until := context.Context(ctx)
		if left := rapid.SampledFrom([]int{0, 0, 0, 0, 1, 3, 10, 30, 60, 100, 150, 250}).Draw(t, "killed after"); left > 0 {
			until = &dying{Context: ctx, left: left, lock: &sync.Mutex{}}
		}
		err := w.Exchange.Do(until, m.id, m.act, w.users["leader"], nil, finished)
		got, e := w.Exchange.Get(ctx, w.actors["leader"], m.id)
		switch {
		case e != nil || err != nil && until == ctx:
			t.Fatal(e, err)
		case got.State != m.act: // at its end, or killed behind it
			settled()
		case err == nil:
			t.Fatalf("ended, and is %s", got.State)
		default:
			seen["killed"]++
			m.unsure = true
		}
	}
	acts := map[string]func(*rapid.T){
		"check": func(t *rapid.T) {
			refused := ""
			if over() {
				refused = "import_has_run"
			} else if busy() {
				refused = "in_progress"
			}
			if act(t, "POST /check", "", refused) {
				begin("checking", "checking")
			}
		},
		"run": func(t *rapid.T) {
			refused := ""
			switch {
			case !m.judged:
				refused = "plan_changed"
			case over():
				refused = "import_has_run"
			case busy() || m.state == "new": // a check that was cancelled leaves a plan that was checked before
				refused = "in_progress"
			}
			if act(t, "POST /run", "", refused) {
				begin("running", "running")
				if !m.ran {
					m.ran, m.at = true, w.hand.Now()
				}
			}
		},
		"cancel": func(t *rapid.T) {
			if act(t, "POST /cancel", "", "") && (m.act == "checking" || m.act == "running") {
				m.asked = true
			}
		},
		"undo": func(t *rapid.T) {
			refused := ""
			switch {
			case m.act == "checking" || m.act == "running":
				refused = "in_progress"
			case !m.ran || busy() || m.state == "undone" || w.hand.Now().After(m.at.AddDate(0, 0, exchange.UndoDays)):
				refused = "undo_over"
			}
			if act(t, "POST /undo", "", refused) {
				begin("undoing", "undoing")
			}
		},
		"plan": func(t *rapid.T) {
			refused := ""
			if busy() {
				refused = "in_progress"
			} else if m.ran {
				refused = "import_has_run"
			}
			if act(t, "PUT /plan", `{"duplicates":"skip"}`, refused) {
				m.state, m.judged = "new", false
			}
		},
		"mend": func(t *rapid.T) {
			n, wrong, refused := rapid.IntRange(2, 6).Draw(t, "row"), rapid.IntRange(0, 3).Draw(t, "wrong") == 0, ""
			r := m.rows[n]
			switch {
			case r.dup || m.unsure:
				t.Skip("not this one")
			case !m.staged || busy() || m.state == "undone":
				refused = "in_progress"
			case r.in:
				refused = "row_is_in"
			}
			phone := map[bool]string{true: "13", false: fmt.Sprintf("138%08d", run*10+n)}[wrong]
			if act(t, fmt.Sprint("PATCH /rows/", n), `{"cells":{"手机":"`+phone+`"}}`, refused) {
				r.bad = wrong
			}
		},
		"work": work,
		"touch": func(t *rapid.T) { // somebody goes on with a customer that came in: it stays when all is undone
			n := rapid.IntRange(2, 6).Draw(t, "row")
			r, found := m.rows[n], w.named(t, m.rows[n].name)
			if !r.in || r.out || r.dup || busy() || len(found) != 1 {
				t.Skip("not there")
			}
			c, err := w.Customers.Get(ctx, w.actors["admin"], found[0])
			if err == nil {
				_, err = w.Customers.Change(ctx, w.actors["admin"], c.ID, c.Version, customer.Change{Website: api.Some(fmt.Sprintf("www%d.example", c.Version))})
			}
			if err != nil {
				t.Fatal(err)
			}
			r.touched = true
		},
		"time": func(t *rapid.T) {
			w.hand.Advance(rapid.SampledFrom([]time.Duration{time.Hour, time.Hour, time.Hour, 31 * 24 * time.Hour}).Draw(t, "time"))
		},
		"": func(t *rapid.T) {
			got, err := w.Exchange.Get(ctx, w.actors["leader"], m.id)
			if err != nil || got.State != m.state || got.Checked != m.judged {
				t.Fatalf("it is %s, checked %v (%v), the model says %+v", got.State, got.Checked, err, *m)
			}
			if busy() {
				return
			}
			if m.judged && !m.unsure && (got.Bad != int64(bad()) || got.Rows != int64(len(m.rows))) {
				t.Fatalf("%d of %d rows are wrong, the model says %d", got.Bad, got.Rows, bad())
			}
			for n, r := range m.rows {
				want := 0
				if r.in && !r.out || r.dup {
					want = 1
				}
				if found := w.named(t, r.name); len(found) != want {
					t.Fatalf("row %d is there %d times: %+v of %+v", n, len(found), *r, *m)
				}
			}
		},
	}
	onward := func(t *rapid.T) { // the next sensible step: or little would come of it
		step := map[string]string{"new": "check", "checked": "run", "partly": "mend", "cancelled": "run", "done": "undo", "undone": "touch"}[m.state]
		if busy() {
			step = "work"
		} else if m.state == "partly" {
			step = rapid.SampledFrom([]string{"mend", "run", "touch", "undo"}).Draw(t, "step")
		} else if m.state == "done" && rapid.Bool().Draw(t, "touch") {
			step = "touch"
		}
		acts[step](t)
	}
	acts["onward"], acts["on"], acts["further"], acts["goes on"] = onward, onward, onward, onward
	t.Repeat(acts)
}

// named are the customers of a name.
func (w *world) named(t *rapid.T, name string) (ids []string) {
	type row struct {
		ID   string `db:"id"`
		Name string `db:"name"`
	}
	all, err := db.Read(t.Context(), w.DB, program, func(tx *db.Tx) ([]row, error) { return db.All[row](tx, liveNames, nil) })
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.Name == name {
			ids = append(ids, r.ID)
		}
	}
	return ids
}
