package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhike/internal/app/house"
	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/backup"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/door"
	"zhike/internal/base/listview"
	"zhike/internal/crm/attachment"
	"zhike/internal/crm/bulk"
	"zhike/internal/crm/collaborator"
	"zhike/internal/crm/comment"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/duplicate"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/journey"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/crm/phrase"
	"zhike/internal/crm/pool"
	"zhike/internal/crm/report"
	"zhike/internal/crm/report/mailing"
	"zhike/internal/crm/segment"
	"zhike/internal/crm/task"
	"zhike/internal/crm/trial"
	"zhike/internal/crm/winback"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

// The numbers planted in the fixture world: one in every free text, one as every
// contact's value. No answer may hold the second; only those who work with a customer
// may read the first.
const (
	canaryText  = "13712345678"
	canaryValue = "13687654321"
)

// A world is the fixture that DECISIONS names: departments, actors and placements.
type world struct {
	*House
	mux        *http.ServeMux
	router     *api.Router
	hand       *clock.Hand
	actors     map[string]access.Actor
	users      map[string]string
	placements map[string]map[string]string // placement → table → id
	versions   map[string]int64
	department string
	branch     string // 销售一部
	role       string
	looks      int    // at dashboards
	files      string // the folder in which they lie
	attached   attachment.Attachment
	ownField   own.Field
	filled     [3]own.Field
	below      map[string][3]own.Field // of what hangs on customers
	phrase     string                  // of the seller in 华东
	view       string                  // of the leader's, shared with everybody
	report     string                  // that the leader made and shares with everybody
	mailing    string                  // that the leader has sent to himself
	operation  string                  // that east began, and that is done
	member     string                  // of that segment
	rule       string                  // of the company's own, of which every customer in placement has an alert
	review     string                  // of 销售一部, open, of the week before
	plan       string                  // that opens them
	closed     string                  // one that is over, of the lived world
	affiliate  string                  // a contact whom east works with and does not own
	segment    string                  // one whose playbook proposes something, and that has every customer of the fixture
}

// The actors, in the order of the golden columns.
var actorNames = []string{"east", "mate", "first", "second", "leader", "service", "finance", "marketing", "executive", "hr", "auditor", "admin", "disabled", "token", "nobody"}

// The placements, as east sees them.
var placementNames = []string{"own", "team", "above", "other", "pool", "collaborator", "grant", "ended", "binned"}

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.FixedZone("Shanghai", 8*3600))

func newWorld(t *testing.T, d *db.DB, hand *clock.Hand) *world {
	t.Helper()
	w := peopled(t, d, hand)
	w.ruled(t)
	w.customers(t)
	w.keepsFiles(t)
	w.branded(t)
	w.segmented(t)
	w.keepsNotices(t)
	w.reviewed(t)
	w.alerted(t)
	w.mux = http.NewServeMux()
	w.router = w.Routes(w.mux, w.who)
	return w
}

// peopled is the world before there is any customer.
func peopled(t *testing.T, d *db.DB, hand *clock.Hand) *world {
	t.Helper()
	keys, _, err := crypt.Create(crypt.NewKEK())
	must(t, err)
	w := &world{House: house.Build(d, keys), hand: hand, actors: map[string]access.Actor{}, users: map[string]string{}, placements: map[string]map[string]string{}, versions: map[string]int64{}}
	must(t, w.Ready(t.Context()))
	aside := t.TempDir()
	w.Backups.Place = func() (backup.Place, error) { return backup.Place{Folder: aside}, nil }
	must(t, os.MkdirAll(filepath.Join(aside, "backups"), 0o700))
	must(t, os.WriteFile(filepath.Join(aside, "backups", "zhike-20260301-014000.backup"), []byte("sealed"), 0o600))
	w.people(t)
	w.grouped(t)
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// each runs test in a fresh world on both databases.
func each(t *testing.T, test func(*testing.T, *world)) {
	hand := clock.At(start)
	dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
		hand.Set(start)
		test(t, newWorld(t, d, hand))
	})
}

type whoKey struct{}

func (w *world) who(ctx context.Context, _ api.Credential) (access.Actor, error) {
	a, _ := ctx.Value(whoKey{}).(access.Actor)
	return a, nil
}

// cheap is a hash that no test signs in with: argon2 takes 50 ms.
var secret = crypt.NewSecret("a long enough passphrase")

func (w *world) people(t *testing.T) {
	ctx := t.Context()
	first, err := w.Account.First(ctx, account.SetUp{Company: "总部", Login: "admin", Name: "管理员", Password: secret})
	must(t, err)
	_, root, err := w.Account.ByNames(ctx, program, nil, "")
	must(t, err)
	dept := map[string]string{"总部": root}
	for _, x := range [][2]string{{"销售一部", "总部"}, {"华东组", "销售一部"}, {"销售二部", "总部"}, {"客服部", "总部"}, {"空部门", "总部"}} {
		d, err := w.Account.AddDepartment(ctx, program, account.NewDepartment{Name: x[0], ParentID: api.Some(dept[x[1]])})
		must(t, err)
		dept[x[0]] = d.ID
	}
	w.department, w.branch = dept["空部门"], dept["销售一部"]
	w.users["admin"] = first.ID
	_, err = w.Account.ChangeUser(ctx, program, first.ID, 1, account.ChangedUser{Email: api.Some("boss@mail.example")})
	must(t, err)
	for _, p := range []struct{ login, department, role string }{
		{"east", "华东组", "sales"}, {"mate", "华东组", "sales"}, {"first", "销售一部", "sales"}, {"second", "销售二部", "sales"}, {"leader", "销售一部", "sales_lead"},
		{"service", "客服部", "service"}, {"finance", "总部", "finance"}, {"marketing", "总部", "marketing"}, {"executive", "总部", "executive"},
		{"hr", "总部", "hr"}, {"auditor", "总部", "auditor"}, {"disabled", "华东组", "sales"},
	} {
		roles, _, err := w.Account.ByNames(ctx, program, []string{p.role}, "")
		must(t, err)
		u, err := w.Account.AddUser(ctx, program, account.NewUser{Login: p.login, Name: p.login, DepartmentID: dept[p.department], RoleIDs: roles, Password: secret,
			Mobile: map[bool]string{true: canaryValue}[p.login == "east"]})
		must(t, err)
		w.users[p.login] = u.ID
	}
	role, err := w.Account.AddRole(ctx, w.actor(t, "admin"), account.NewRole{Name: "没有人", Scope: "own", Permissions: []string{"customer.read"}})
	must(t, err)
	w.role = role.ID
	token, err := w.Door.AddToken(ctx, w.actor(t, "leader"), door.NewToken{Name: "read", Scopes: []string{"customer.read"}})
	must(t, err)
	disabled, err := w.Account.ByLogin(ctx, program, "disabled")
	must(t, err)
	_, err = w.Door.SetState(ctx, program, disabled.ID, disabled.Version, "disabled")
	must(t, err)
	for _, name := range actorNames {
		switch name {
		case "nobody":
			w.actors[name] = access.Actor{}
		case "token":
			w.actors[name], err = w.Door.Who(ctx, api.Credential{Bearer: token.Token})
			must(t, err)
		default:
			w.actors[name] = w.actor(t, name)
		}
	}
}

func (w *world) actor(t *testing.T, login string) access.Actor {
	t.Helper()
	a, err := db.Read(t.Context(), w.DB, program, func(tx *db.Tx) (access.Actor, error) { return w.Account.ActorOf(tx, w.users[login]) })
	must(t, err)
	return a
}

// customers puts one customer into every placement, each with a contact, a follow-up
// with a promise, and a task. Every text that may hold anything holds a number.
func (w *world) customers(t *testing.T) {
	ctx := t.Context()
	owners := map[string]string{"own": "east", "team": "mate", "above": "first", "other": "second", "pool": "second", "collaborator": "second", "grant": "second", "ended": "second", "binned": "east"}
	for i, name := range placementNames {
		owner := w.actors[owners[name]]
		said := "电话" + canaryText
		c, err := w.Customers.Create(ctx, owner, customer.New{Change: customer.Change{
			Kind: api.Some(customer.Institution), Name: api.Some("温州" + string([]rune("甲乙丙丁戊己庚辛壬")[i]) + "泽食品有限公司"), Industry: api.Some("C14"), Region: api.Some("330300"), AnnualRevenueFen: api.Some(int64(31415926)), Tags: api.Some([]string{"cost_efficiency"}),
			Remark: api.Some(said), CoreNeed: api.Some(said), Pain: api.Some(said), Goal: api.Some(said), Concerns: api.Some(said), Doubts: api.Some(said),
			DecisionProcess: api.Some(said), IntendedProducts: api.Some(said), Address: api.Some(said), Website: api.Some("www." + canaryText + ".example"),
			Competitors: api.Some([]customer.Competitor{{Name: "A品牌", Strengths: api.Text(said), Note: api.Text(said)}})},
			Contacts: []contact.New{{Name: api.Some("欧阳修远"), Title: api.Some("采购经理"), Role: api.Some("decider"), Mobile: api.Some(canaryValue), WeChat: api.Some("wx" + canaryValue),
				Email: api.Some("p" + canaryValue + "@mail.example"), Phone: api.Some("0577-" + canaryValue[3:]), Note: api.Some(said), Primary: api.Some(true)}}})
		must(t, err)
		f, err := w.FollowUps.Record(ctx, owner, c.ID, followup.New{Method: "call", Content: "谈了交期," + said, Conclusion: said, Quote: said,
			NextStep: &followup.Step{What: "回电" + canaryText, DueOn: "2026-03-05"}, Promises: []followup.NewPromise{{By: "us", What: said, DueOn: "2026-03-06"}}})
		must(t, err)
		k, err := w.Tasks.Create(ctx, owner, task.New{Title: "拜访 " + canaryText, Remark: said, CustomerID: c.ID, DueAt: api.On(start.Add(48 * time.Hour))})
		must(t, err)
		n, err := w.Needs.Create(ctx, owner, need.New{CustomerID: c.ID, Kind: "product", Description: "想要样机," + said, Solution: said})
		must(t, err)
		b, err := w.Feedback.Create(ctx, owner, feedback.New{CustomerID: c.ID, Kind: "complaint", Description: "晚到三天," + said, Handling: said, Result: said, Measures: []feedback.Measure{{What: "换承运商 " + canaryText}}})
		must(t, err)
		x, err := w.Trials.Create(ctx, owner, c.ID, trial.New{Product: "样机 " + canaryText, From: "2026-02-20", ContactID: c.PrimaryContact.ID, Opinion: said})
		must(t, err)
		p, err := w.WinBacks.Create(ctx, owner, c.ID, winback.New{Cause: "投诉," + said, DueOn: "2026-03-01", Measures: []winback.Measure{{What: "回访 " + canaryText, DueOn: "2026-02-28"}}})
		must(t, err)
		if name == "above" { // one that has ended, beside which another may be opened
			p, err = w.WinBacks.Finish(ctx, owner, p.ID, p.Version, winback.End{Result: winback.WonBack, Outcome: "续签," + said})
			must(t, err)
		}
		note, err := w.Comments.Write(ctx, owner, f.ID, comment.New{Text: said})
		must(t, err)
		check, err := w.Quality.Check(ctx, owner, c.ID, 0)
		must(t, err)
		w.placements[name] = map[string]string{"comments": note.ID, "customer_checks": check.ID, "archives": w.shelved(t, c.ID, name == "team" || name == "pool"), "win_backs": p.ID, "trials": x.ID, "needs": n.ID, "feedback": b.ID, "customers": c.ID, "contacts": c.PrimaryContact.ID, "follow_ups": f.ID, "tasks": k.ID, "promises": f.Promises[0].ID, "customer_members": c.ID, "orders": w.ordered(t, c.ID, said, 0), "/orders/{id}/restore": w.ordered(t, c.ID, said, start.UnixMilli())}
	}
	id := func(p string) string { return w.placements[p]["customers"] }
	version := func(p string) int64 {
		c, err := w.Customers.Get(ctx, program, id(p))
		must(t, err)
		return c.Version
	}
	_, err := w.Customers.Submit(ctx, w.actors["mate"], id("team"), version("team")) // one that may hold orders
	must(t, err)
	// Reasons in a person's own words hold anything too.
	_, err = w.Journeys.Move(ctx, w.actors["east"], id("own"), version("own"), journey.Move{To: "negotiating", Reason: "电话" + canaryText, Note: canaryText})
	must(t, err)
	_, err = w.Pools.Release(ctx, w.actors["second"], id("pool"), version("pool"), pool.Release{Reason: "打不通" + canaryText})
	must(t, err)
	_, err = w.Members.Add(ctx, w.actors["second"], id("collaborator"), collaborator.New{UserID: w.users["east"]})
	must(t, err)
	for p, until := range map[string]time.Time{"grant": start.AddDate(0, 0, 7), "ended": start.AddDate(0, 0, -1)} {
		_, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) {
			tx.Noted() // grants come with their requests, in a later issue
			return 0, tx.Insert(customer.Members, struct {
				ID       string `db:"id"`
				Customer string `db:"customer_id"`
				User     string `db:"user_id"`
				Kind     string `db:"kind"`
				Until    int64  `db:"until"`
				Created  int64  `db:"created_at"`
			}{tx.NewID(), id(p), w.users["east"], "grant", until.UnixMilli(), tx.At()})
		})
		must(t, err)
	}
	must(t, w.Customers.Delete(ctx, w.actors["admin"], id("binned"), version("binned")))
	for _, p := range placementNames {
		pairs, err := w.Duplicates.List(ctx, program, duplicate.Query{State: duplicate.Open, Customer: id(p), Limit: 1})
		must(t, err)
		w.placements[p]["suspects"], w.placements[p]["other"] = pairs.Items[0].ID, pairs.Items[0].OtherID // they all have one number
		w.versions[p] = version(p)
	}
}

// grouped makes a followed segment with a playbook.
func (w *world) grouped(t *testing.T) {
	t.Helper()
	g, err := w.Segments.Create(t.Context(), w.actor(t, "admin"), segment.New{Name: "食品制造", Filter: `{"field":"industry","op":"under","value":["C14"]}`, Followed: true, Badge: 9, Shared: "all",
		Playbook: []segment.Step{{Title: "送新品样品", To: "owner", Days: 3}, {Step: "quarterly_visit", To: "leader", Days: 1}}})
	must(t, err)
	w.segment = g.ID
	r, err := w.Reports.Save(t.Context(), w.actor(t, "leader"), report.Saving{Name: "部门", Ask: report.Ask{Subject: "customer", Measures: []string{"count"}}, Chart: "bar", Shared: "all"})
	must(t, err)
	w.report = r.ID
	v, err := (&listview.Service{DB: w.DB, Catalogues: w.Fields.Catalogues()}).Create(t.Context(), w.actors["leader"], listview.New{Record: "customer", Name: "全公司", Shared: "all"})
	must(t, err)
	w.view = v.ID
	ph, err := (&phrase.Service{DB: w.DB, Book: w.Book}).Create(t.Context(), w.actors["east"], phrase.New{Title: "首次电话", Text: "{联系人}您好"})
	must(t, err)
	w.phrase = ph.ID
	m, err := w.Mailings.Create(t.Context(), w.actor(t, "leader"), mailing.New{Name: "周报", What: mailing.What{Saved: r.ID, Format: "xlsx"}, Every: mailing.Weekly, On: 1, At: "08:30"})
	must(t, err)
	w.mailing = m.ID
}

// segmented puts the world's customers into that segment; the one in the bin has yet to leave.
func (w *world) segmented(t *testing.T) {
	t.Helper()
	for _, p := range placementNames {
		id, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (string, error) {
			id := tx.NewID()
			return id, tx.Load(segment.Members, struct {
				ID       string              `db:"id"`
				Segment  string              `db:"segment_id"`
				Customer string              `db:"customer_id"`
				Since    int64               `db:"since"`
				Figures  db.JSON[[]struct{}] `db:"figures"`
			}{id, w.segment, w.placements[p]["customers"], tx.At(), db.Of([]struct{}{})})
		})
		must(t, err)
		if p == "own" {
			w.member = id
		}
	}
	o, err := w.Bulk.Tag(t.Context(), w.actor(t, "east"), bulk.Tag{Choice: bulk.Choice{Records: []bulk.Record{{ID: "none", Version: 1}}}, Add: []string{"new_channels"}})
	must(t, err)
	w.operation = o.Operation
	must(t, w.Bulk.Do(t.Context(), o.Operation, noQueue))
}

// ordered puts an order beside a draft, which takes none by itself: what stays of an import, say.
func (w *world) ordered(t *testing.T, customerID, said string, binned int64) string {
	id, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (string, error) {
		id, reference := tx.NewID(), ""
		if binned == 0 {
			reference = "R" + customerID
		}
		line := struct {
			ID        string `db:"id"`
			Order     string `db:"order_id"`
			Customer  string `db:"customer_id"`
			Position  int    `db:"position"`
			Product   string `db:"product"`
			Quantity  int64  `db:"quantity_milli"`
			PriceFen  int64  `db:"price_fen"`
			AmountFen int64  `db:"amount_fen"`
		}{tx.NewID(), id, customerID, 0, "立式包装机", 1000, 27182818, 27182818}
		key, err := w.Vault.Of(tx, customerID)
		if err != nil {
			return "", err
		}
		text, _ := json.Marshal(map[string]string{"remark": said})
		err = tx.Load(order.Table, struct {
			ID        string `db:"id"`
			Code      string `db:"code"`
			Customer  string `db:"customer_id"`
			Day       string `db:"ordered_on"`
			AmountFen int64  `db:"amount_fen"`
			State     string `db:"state"`
			Reference string `db:"reference"`
			Texts     []byte `db:"texts"`
			Created   int64  `db:"created_at"`
			Updated   int64  `db:"updated_at"`
			Deleted   int64  `db:"deleted_at"`
		}{id, "DD" + id, customerID, "2026-02-27", 27182818, order.Open, reference, key.Seal("orders/texts/"+id, text), tx.At(), tx.At(), binned})
		if err != nil {
			return "", err
		}
		return id, tx.Load(order.Lines, line)
	})
	must(t, err)
	return id
}

// An answer of the world's HTTP.
type answer struct {
	status int
	body   string
}

// call sends a request as an actor. With undo, what it writes is taken back: a good
// answer is then 299.
func (w *world) call(as, method, path, body, match string, undo bool) answer {
	r := httptest.NewRequest(method, api.Root+path, strings.NewReader(body))
	switch {
	case strings.HasPrefix(body, "--zhike"):
		r.Header.Set("Content-Type", "multipart/form-data; boundary=zhike")
	case body != "":
		r.Header.Set("Content-Type", "application/json")
	}
	if match != "" {
		r.Header.Set("If-Match", match)
	}
	ctx := context.WithValue(r.Context(), whoKey{}, w.actors[as])
	if path == "/events" { // goes on until the caller leaves
		left, leave := context.WithTimeout(ctx, 20*time.Millisecond)
		defer leave()
		ctx = left
	}
	if undo {
		ctx = db.WithTail(ctx, func(*db.Tx, any) error { return &api.Problem{Status: 299, Code: "undone"} })
	}
	rec := httptest.NewRecorder()
	api.Serving{}.Guard(w.mux).ServeHTTP(rec, r.WithContext(ctx))
	return answer{rec.Code, rec.Body.String()}
}

func (w *world) path(template, placement string) string {
	p := w.placements[placement]
	table := ""
	for _, o := range w.router.Operations() {
		if o.Path == template {
			table = o.Table
		}
	}
	id := p[table]
	if special, ok := p[template]; ok {
		id = special
	}
	switch table {
	case "users":
		id = w.users["second"]
	case "departments":
		id = w.department
	case "reports":
		id = w.report
	case "list_views":
		id = w.view
	case "phrases":
		id = w.phrase
	case "mailings":
		id = w.mailing
	case "operations":
		id = w.operation
	case "segments":
		id = w.segment
	case "reviews":
		id = w.review
	case "review_plans":
		id = w.plan
	case "alert_rules":
		id = w.rule
	case "roles":
		id = w.role
	case "sessions", "tokens":
		id = "none"
	}
	switch {
	case strings.HasPrefix(template, "/built-in-fields"):
		id = "customer.grade"
	case strings.HasPrefix(template, "/layouts"):
		id = w.role
	case strings.HasPrefix(template, "/field-templates"):
		id = "retail"
	case strings.HasPrefix(template, "/fields"):
		id = w.ownField.ID
	case strings.HasPrefix(template, "/dictionaries"):
		id = "source"
	case strings.HasPrefix(template, "/presets"):
		id = "sales"
	case strings.HasPrefix(template, "/numbering"):
		id = "customer"
	case strings.HasPrefix(template, "/all-tokens"):
		id = "none"
	}
	if q := map[string]string{"/search": "?q=温州", "/archives": "?state=all", "/customers/{id}/comments": "?follow_ups=" + p["follow_ups"], "/archive-labels": "?ids=" + w.placements["own"]["archives"], "/customers/{id}/merge-preview": "?other=" + w.placements["above"]["customers"], "/tasks": "?owner=all", "/audit": "?limit=200", "/reviews/{id}/rows": "?section=needs&whole=true", "/report-files": "?report=growth&format=csv", "/backups/file": "?name=zhike-20260301-014000.backup"}[template]; q != "" {
		return strings.Replace(template, "{id}", id, 1) + q
	}
	return strings.NewReplacer("{id}", id, "{user_id}", w.users["east"], "{kind}", "customer", "{code}", "source", "{value}", "other", "{series}", "customer", "{n}", "3", "{target}", "customer", "{report}", "growth", "{session}", "none").Replace(template)
}

func (w *world) match(placement, table string) string {
	v := int64(1)
	if table == "customers" {
		v = w.versions[placement]
	}
	return fmt.Sprintf(`"%d"`, v)
}

var listQuery = api.ListQuery{Limit: 50}
