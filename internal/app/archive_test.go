package app

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/archive"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/journey"
	"zhike/internal/crm/report"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
)

// still are the writes that go on beside an archived customer, and why.
var still = map[string]string{
	"POST /customers/{id}/reveal":    "it reads",
	"POST /contacts/{id}/reveal":     "it reads",
	"POST /orders/{id}/reveal":       "it reads",
	"POST /follow-ups/{id}/reveal":   "it reads",
	"POST /feedback/{id}/reveal":     "it reads",
	"POST /needs/{id}/reveal":        "it reads",
	"POST /tasks/{id}/reveal":        "it reads",
	"PATCH /archives/{id}":           "it is the file itself",
	"POST /archives/{id}/lend":       "it is the file itself",
	"POST /archives/{id}/return":     "it is the file itself",
	"POST /alerts/{id}/snooze":       "it is the caller's own notice, which ends with the next sweep",
	"POST /suspects/{id}/keep-apart": "it says of two customers that they are two, and changes neither",
	"POST /suspects/{id}/reopen":     "it takes that back",
	"POST /reviews/{id}/tick":        "it is the review's: what was looked at",
	"POST /notices/{id}/read":        "it is the caller's own notice",
	"POST /notices/{id}/snooze":      "it is the caller's own notice",
}

// shut makes the customers of all placements read-only, or opens them.
func (w *world) shut(t *testing.T, yes bool) {
	t.Helper()
	_, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (int, error) {
		tx.Noted()
		for _, p := range placementNames {
			if err := tx.Set(archive.Closing, w.placements[p]["customers"], 0, db.Args{"archived": yes}); err != nil {
				return 0, err
			}
		}
		return 0, nil
	})
	must(t, err)
}

// hangs says whether rows of a table belong to a customer.
func hangs(name string) bool {
	if name == "tasks" || name == customer.Table.Name() {
		return true
	}
	for _, t := range db.Tables() {
		if t.Name() == name {
			return t.Parent() == customer.Table
		}
	}
	return false
}

// TestArchivedIsReadOnly (S171): every write there is that works on a customer, or on what hangs on him, is refused while he is
// archived. One that is added later is asked too: it is refused, or named in still with its reason.
func TestArchivedIsReadOnly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.sheets(t)
		w.papers(t)
		w.ownFields(t)
		w.owned(t)
		more := map[string]string{}
		for _, p := range []string{"own", "team"} {
			more["POST /tasks "+p] = `{"title":"准备样品","due_at":"2026-03-09T10:00:00Z","customer_id":"` + w.placements[p]["customers"] + `"}`
		}
		refused := 0
		for _, o := range w.router.Operations() {
			what := o.Method + " " + o.Path
			if o.Method == "GET" || strings.HasPrefix(o.Path, "/customers/bulk/") {
				continue
			}
			for _, p := range []string{"own", "team", "above", "pool"} {
				body, _ := w.sample(o.Method, o.Path)
				if m, ok := more[what+" "+p]; ok {
					body = m
				}
				if !hangs(o.Table) && !strings.Contains(body, w.placements[p]["customers"]) {
					continue
				}
				for _, as := range []string{"admin", "leader", "east", "service"} {
					w.settle(t, what)
					ask := func() answer { return w.call(as, o.Method, w.path(o.Path, p), body, w.match(p, o.Table), true) }
					if o.Path == "/customers/{id}/reopen" { // of one that is archived it is the way out
						continue
					}
					before := ask()
					if before.status != 299 {
						continue
					}
					w.shut(t, true)
					after := ask()
					switch _, fine := still[what]; {
					case fine && after.status != 299:
						t.Errorf("%s (%s, %s) should go on beside an archived customer: %d %s", what, as, p, after.status, after.body)
					case !fine && (after.status != 409 || !strings.Contains(after.body, `"archived"`)):
						t.Errorf("%s (%s, %s) writes to an archived customer: %d %s", what, as, p, after.status, after.body)
					case !fine:
						refused++
					}
				}
			}
		}
		if refused < 80 {
			t.Errorf("only %d writes were asked", refused)
		}
		w.shut(t, true)
		version := regexp.MustCompile(`"version":1`)
		for _, verb := range []string{"transfer", "tag", "change", "collaborate", "release", "playbook", "archive"} {
			body, _ := w.sample("POST", "/customers/bulk/"+verb)
			body = version.ReplaceAllString(body, fmt.Sprintf(`"version":%d`, w.versions["own"]))
			if got := fmt.Sprint(w.bulked(t, "admin", verb, body)["problems"]); !strings.Contains(got, "code:archived") {
				t.Errorf("bulk %s of an archived customer: %s", verb, got)
			}
		}
		// An import that would update him is refused in that row.
		w.shut(t, false)
		name := w.customer(t, "east", w.placements["own"]["customers"])["name"].(string)
		w.shut(t, true)
		w.shut(t, false)
		n := w.brought(t, "east", "customer", "people.csv", "客户名称,联系人,手机\n"+name+",赵一一,13900007777\n", exchange.NewPlan{Duplicates: "update"}, "check", "run")
		people := func() int64 {
			c, err := w.Customers.Get(t.Context(), w.actors["east"], w.placements["own"]["customers"])
			must(t, err)
			return c.ContactsCount
		}
		joined := people()
		w.shut(t, true)
		w.acted(t, "east", n.ID, "undo")
		if people() != joined || joined < 2 {
			t.Errorf("undoing an import takes %d of %d people from an archived customer", joined-people(), joined)
		}
		i := w.brought(t, "east", "customer", "again.csv", "客户名称,客户等级\n"+name+",A\n", exchange.NewPlan{Duplicates: "update"}, "check", "run")
		if text, _ := json.Marshal(i); !strings.Contains(string(text), `"archived"`) || i.Bad != 1 {
			t.Errorf("an import of an archived customer: %s", text)
		}
	})
}

func (w *world) lists(t *testing.T, as, filter string) (names []string) {
	t.Helper()
	page, err := w.Customers.List(t.Context(), w.actors[as], api.ListQuery{Filter: filter, Limit: 200})
	must(t, err)
	for _, c := range page.Items {
		names = append(names, c.Name)
	}
	return names
}

// TestArchiveLife (S74, S169, S171): archived under year, category and project type; out of daily lists, found when asked for, in the
// figures; reopened, and archived again under the same number; the owner is told.
func TestArchiveLife(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		const name = "衢州乙泽仪表有限公司"
		c, err := w.Customers.Create(ctx, w.actors["east"], customer.New{Change: customer.Change{Name: api.Some(name), Industry: api.Some("C14")}, Duplicates: "new"})
		must(t, err)
		path := "/customers/" + c.ID
		at := func(version int64) string { return fmt.Sprintf(`"%d"`, version) }
		if a := w.call("leader", "POST", path+"/archive", `{}`, at(c.Version), false); a.status != 409 || !strings.Contains(a.body, "archive_unsettled") {
			t.Fatalf("one that is still worked on is archived: %d %s", a.status, a.body)
		}
		c, err = w.Journeys.Move(ctx, w.actors["east"], c.ID, c.Version, journey.Move{To: "ended", Reason: "price"})
		must(t, err)
		figures := func() string {
			b, err := w.Reports.Dashboard(ctx, w.actors["leader"], report.BoardQuery{Period: "this_month"})
			must(t, err)
			a, err := w.Reports.Answer(ctx, w.actors["leader"], report.Ask{Subject: "customer", Measures: []string{"count"}, By: []string{"status"}})
			must(t, err)
			text, _ := json.Marshal([]any{b, a})
			return string(text)
		}
		before := figures()
		for body, want := range map[string]string{`{"category":"nonsense"}`: "category", `{"place":"电话` + canaryText + `"}`: "place"} {
			if a := w.call("leader", "POST", path+"/archive", body, at(c.Version), false); a.status != 422 || !strings.Contains(a.body, want) || strings.Contains(a.body, canaryText) {
				t.Errorf("%s: %d %s", body, a.status, a.body)
			}
		}
		if a := w.call("leader", "POST", path+"/archive", `{}`, at(c.Version-1), false); a.status != 412 {
			t.Errorf("an old version is archived: %d", a.status)
		}
		c, err = w.Archives.Put(ctx, w.actors["leader"], c.ID, c.Version, archive.Putting{Year: 2025, Category: "lost", Business: "product", ProjectType: "new", Place: " 2号柜3层 ", Note: "打" + canaryText})
		must(t, err)
		if !c.Archived || c.May.Change || c.May.Add || c.May.Delete || c.May.Transfer || !c.May.Archive {
			t.Errorf("what may be done with an archived customer: %+v", c.May)
		}
		r, err := w.Archives.Of(ctx, w.actors["leader"], c.ID)
		must(t, err)
		f := r.File
		if f.Code != "DA202600001" || f.Year != 2025 || f.Place != "2号柜3层" || f.ProjectType != "new" || !f.Standing || f.ByName != "leader" || len(r.Moves) != 1 || r.Moves[0].Kind != "archived" {
			t.Errorf("the file is %+v, its moves %+v", f, r.Moves)
		}
		if after := figures(); after != before {
			t.Errorf("the figures moved:\n%s\n%s", before, after)
		}
		// Out of daily lists, and found when asked for.
		industry := `{"field":"industry","op":"under","value":["C14"]}`
		for _, q := range []struct {
			filter string
			there  bool
		}{{"", false}, {industry, false}, {`{"field":"archived","op":"eq","value":true}`, true}, {`{"all":[` + industry + `,{"not":{"field":"archived","op":"eq","value":false}}]}`, true},
			{`{"all":[` + industry + `,{"field":"archived_too","op":"eq","value":true}]}`, true}} {
			if got := slices.Contains(w.lists(t, "east", q.filter), name); got != q.there {
				t.Errorf("the list %q holds it: %v", q.filter, got)
			}
		}
		if hits, err := w.Customers.List(ctx, w.actors["east"], api.ListQuery{Q: "衢州乙泽", Limit: 10}); err != nil || len(hits.Items) != 0 {
			t.Errorf("a picker offers it: %+v %v", hits.Items, err)
		}
		if a := w.call("east", "GET", "/search?q=衢州乙泽仪表", "", "", false); !strings.Contains(a.body, `"archived":true`) {
			t.Errorf("the search does not find it: %s", a.body)
		}
		if a := w.call("second", "POST", "/customers/check", `{"name":"`+name+`"}`, "", false); !strings.Contains(a.body, `"same"`) {
			t.Errorf("the blind check forgot it: %s", a.body)
		}
		if a := w.call("second", "POST", "/customers", `{"name":"`+name+`"}`, "", false); a.status != 409 || !strings.Contains(a.body, "duplicate_same") {
			t.Errorf("it is made once more: %d %s", a.status, a.body)
		}
		// Each figure still opens the list that it counts.
		answer, err := w.Reports.Answer(ctx, w.actors["leader"], report.Ask{Subject: "customer", Measures: []string{"count"}, By: []string{"status"}})
		must(t, err)
		for _, row := range answer.Rows {
			if got := w.lists(t, "leader", string(row.Figures[0].List)); int64(len(got)) != *row.Figures[0].Value {
				t.Errorf("%s: %d, and its list holds %d", row.Keys[0].Label, *row.Figures[0].Value, len(got))
			}
		}
		if a := w.call("east", "GET", "/notices", "", "", false); !strings.Contains(a.body, "customer_archived") {
			t.Errorf("the owner is not told: %s", a.body)
		}
		for _, kind := range []string{"timeline?kind=archive", "history"} {
			if a := w.call("east", "GET", path+"/"+kind, "", "", false); a.status != 200 || !strings.Contains(a.body, "archive") {
				t.Errorf("%s does not tell: %d %s", kind, a.status, a.body)
			}
		}
		// Reopened by right and with a reason, archived again under the same number.
		for as, want := range map[string]int{"east": 403, "second": 403, "leader": 422} {
			if a := w.call(as, "POST", path+"/reopen", `{"reason":""}`, at(c.Version), false); a.status != want {
				t.Errorf("%s reopens without a reason: %d", as, a.status)
			}
		}
		c, err = w.Archives.Reopen(ctx, w.actors["leader"], c.ID, c.Version, archive.Reopening{Reason: "又来询价"})
		must(t, err)
		if c.Archived || !slices.Contains(w.lists(t, "east", ""), name) {
			t.Error("it was reopened, and does not come back")
		}
		if _, err = w.Archives.Reopen(ctx, w.actors["leader"], c.ID, c.Version, archive.Reopening{Reason: "又来询价"}); fmt.Sprint(err) == "<nil>" {
			t.Error("it is reopened twice")
		}
		w.hand.Set(start.AddDate(1, 0, 0))
		c, err = w.Archives.Put(ctx, w.actors["leader"], c.ID, c.Version, archive.Putting{Category: "lost"})
		must(t, err)
		if r, err = w.Archives.Of(ctx, w.actors["leader"], c.ID); err != nil || r.File.Code != f.Code || r.File.Year != 2027 || len(r.Moves) != 3 {
			t.Errorf("archived again it is %+v after %d moves (%v)", r.File, len(r.Moves), err)
		}
		if text := w.call("admin", "GET", "/audit?limit=200", "", "", false).body; !strings.Contains(text, "customer.archive") || !strings.Contains(text, "customer.reopen") || strings.Contains(text, canaryText) {
			t.Errorf("the log does not tell, or tells too much: %s", text)
		}
	})
}

// TestArchiveInBulk: many at once, refused one by one, undone as one; what was reopened since stays as it is.
func TestArchiveInBulk(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ids, _ := w.herd(t, "east", 4)
		var parts []string
		for i, id := range ids {
			c, err := w.Customers.Get(ctx, w.actors["east"], id)
			must(t, err)
			if i < 3 {
				c, err = w.Journeys.Move(ctx, w.actors["east"], id, c.Version, journey.Move{To: "ended", Reason: "price"})
				must(t, err)
			}
			parts = append(parts, fmt.Sprintf(`{"id":%q,"version":%d}`, id, c.Version))
		}
		o := w.bulked(t, "leader", "archive", `{"records":[`+strings.Join(parts, ",")+`],"category":"lost","year":2025,"note":"年底清理"}`)
		if o["done"] != 3.0 || !strings.Contains(fmt.Sprint(o["problems"]), "archive_unsettled") {
			t.Fatalf("the operation: %v", o)
		}
		r, err := w.Archives.Of(ctx, w.actors["leader"], ids[2])
		must(t, err)
		if r.File.Year != 2025 || r.File.Note != "年底清理" {
			t.Errorf("the file: %+v", r.File)
		}
		c, err := w.Customers.Get(ctx, w.actors["leader"], ids[0])
		must(t, err)
		_, err = w.Archives.Reopen(ctx, w.actors["leader"], ids[0], c.Version, archive.Reopening{Reason: "又来询价"})
		must(t, err)
		id := o["id"].(string)
		w.say(t, saying{as: "leader", call: "POST /operations/" + id + "/undo", status: 200})
		o = w.bulkDone(t, "leader", id)
		if o["state"] != "undone" || o["done"] != 2.0 {
			t.Errorf("undone: %v", o)
		}
		for _, id := range ids {
			if c, err := w.Customers.Get(ctx, w.actors["leader"], id); err != nil || c.Archived {
				t.Errorf("it is archived still: %v", err)
			}
		}
	})
}

// TestLoans (S173): one loan at a time; who keeps paper too long is told until it is back; long-unused files are listed.
func TestLoans(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.archived(t, "衢州乙泽仪表有限公司")
		r, err := w.Archives.Of(ctx, w.actors["leader"], c.ID)
		must(t, err)
		if r.File.BorrowerName != "mate" || r.File.Overdue || len(r.Loans) != 1 || r.Loans[0].Purpose != "核对旧合同" {
			t.Errorf("the loan: %+v %+v", r.File, r.Loans)
		}
		lend := func(body string) answer {
			return w.call("leader", "POST", "/archives/"+r.File.ID+"/lend", body, "", false)
		}
		if a := lend(`{"borrower_id":"` + w.users["first"] + `","purpose":"看看","due_on":"2026-03-20"}`); a.status != 409 || !strings.Contains(a.body, "already_lent") {
			t.Errorf("it is lent twice: %d %s", a.status, a.body)
		}
		inbox := func(as string) string { return w.call(as, "GET", "/notices", "", "", false).body }
		w.hand.Set(start.AddDate(0, 0, 3))
		must(t, w.Archives.Late(ctx, job.Job{}))
		if strings.Contains(inbox("mate"), "archive_overdue") {
			t.Error("mate is told on the day itself")
		}
		w.hand.Set(start.AddDate(0, 0, 4))
		must(t, w.Archives.Late(ctx, job.Job{}))
		must(t, w.Archives.Late(ctx, job.Job{}))
		if got := inbox("mate"); strings.Count(got, `"archive_overdue"`) != 1 || !strings.Contains(got, r.File.Code) {
			t.Errorf("mate is told: %s", got)
		}
		listed := func(q archive.Query) int {
			q.Limit = 50
			p, err := w.Archives.List(ctx, w.actors["leader"], q)
			must(t, err)
			return len(p.Items)
		}
		for q, want := range map[archive.Query]int{{Lent: "overdue"}: 1, {Year: 2026}: 1, {Year: 2024}: 0, {Place: "3层"}: 1, {Category: "won"}: 0, {Number: "DA2026"}: 1, {State: "reopened"}: 4, {Unused: true}: 0} {
			if got := listed(q); got != want {
				t.Errorf("%+v lists %d", q, got)
			}
		}
		if a := w.call("leader", "POST", "/archives/"+r.File.ID+"/return", "", "", false); a.status != 200 {
			t.Fatalf("it is not taken back: %d %s", a.status, a.body)
		}
		if a := w.call("leader", "POST", "/archives/"+r.File.ID+"/return", "", "", false); a.status != 409 || !strings.Contains(a.body, "not_lent") {
			t.Errorf("it comes back twice: %d %s", a.status, a.body)
		}
		if got := inbox("mate"); !strings.Contains(got, `"ended_at":"2026-03-06`) {
			t.Errorf("mate is still told: %s", got)
		}
		for _, body := range []string{`{"borrower_id":"` + w.users["disabled"] + `","purpose":"看看","due_on":"2026-03-20"}`, `{"borrower_id":"` + w.users["first"] + `","purpose":"看看","due_on":"2026-03-01"}`, `{"borrower_id":"` + w.users["first"] + `","purpose":"  ","due_on":"2026-03-20"}`} {
			if a := lend(body); a.status != 422 {
				t.Errorf("%s: %d", body, a.status)
			}
		}
		// Nobody looked for five years and a day; a look takes it off the list.
		w.hand.Set(w.hand.Now().AddDate(5, 0, 1))
		if got := listed(archive.Query{Unused: true}); got != 1 {
			t.Errorf("%d are long unused", got)
		}
		_, err = w.Archives.Of(ctx, w.actors["east"], c.ID)
		must(t, err)
		if got := listed(archive.Query{Unused: true}); got != 0 {
			t.Errorf("somebody looked, and %d are long unused", got)
		}
	})
}

// TestLabels (S170): the labels of files as PDF; an individual's name is masked there.
func TestLabels(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.archived(t, "衢州乙泽仪表有限公司")
		r, err := w.Archives.Of(t.Context(), w.actors["leader"], c.ID)
		must(t, err)
		for _, q := range []string{"", "&size=8&skip=3"} {
			if a := w.call("leader", "GET", "/archive-labels?ids="+r.File.ID+","+w.placements["own"]["archives"]+q, "", "", false); a.status != 200 || !strings.HasPrefix(a.body, "%PDF-") {
				t.Errorf("labels: %d %.80s", a.status, a.body)
			}
		}
		if a := w.call("leader", "GET", "/archive-labels?ids="+w.placements["other"]["archives"], "", "", false); a.status != 404 {
			t.Errorf("a label of a file out of reach: %d", a.status)
		}
	})
}
