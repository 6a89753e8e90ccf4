package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/base/setting"
	"zhike/internal/crm/collaborator"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/journey"
	"zhike/internal/crm/order"
	"zhike/internal/crm/pool"
	"zhike/internal/crm/report"
	"zhike/internal/crm/rollup"
	"zhike/internal/platform/db"
)

// viewers are who looks at dashboards: own, tree, all, collaborator, pool and nothing; rights that reach differently.
func (w *world) viewers(t *testing.T) map[string]access.Actor {
	t.Helper()
	all := map[string]access.Actor{}
	for _, name := range []string{"east", "mate", "first", "second", "leader", "marketing", "executive", "admin"} {
		all[name] = w.actor(t, name)
	}
	departments := map[string]string{}
	got := w.say(t, saying{as: "admin", call: "GET /departments", status: 200})
	for _, x := range got["items"].([]any) {
		m := x.(map[string]any)
		departments[m["name"].(string)] = m["id"].(string)
	}
	every := access.Permissions
	person := func(user, department string, roles ...access.Role) access.Actor {
		for i := range roles {
			roles[i].Fields = map[access.Group]access.Visibility{access.Amounts: access.Shown}
		}
		return access.SignedIn(access.Person{User: user, Login: "x", Department: department, Roles: roles})
	}
	all["nothing"] = person("stranger", "", access.Role{Scope: access.Own, Permissions: without(every, access.CustomerClaim)})
	all["only the pool"] = person("stranger", "", access.Role{Scope: access.Own, Permissions: every})
	all["named departments, and own"] = person(w.users["second"], departments["销售二部"], access.Role{Scope: access.Departments, Departments: []string{departments["华东组"], departments["空部门"]}, Permissions: every})
	all["own department"] = person(w.users["first"], departments["销售一部"], access.Role{Scope: access.Department, Permissions: every})
	all["all customers, own records"] = person(w.users["east"], departments["华东组"], access.Role{Scope: access.All, Permissions: []access.Permission{access.CustomerRead, access.ReportRead}},
		access.Role{Scope: access.Own, Permissions: every})
	all["own customers, all records"] = person(w.users["east"], departments["华东组"], access.Role{Scope: access.All, Permissions: []access.Permission{access.FollowUpRead, access.OrderRead, access.FeedbackRead}},
		access.Role{Scope: access.Own, Permissions: []access.Permission{access.CustomerRead, access.ReportRead, access.CustomerClaim}})
	all["own customers, records of a department"] = person(w.users["east"], departments["华东组"], access.Role{Scope: access.Department, Permissions: []access.Permission{access.FollowUpRead, access.OrderRead, access.FeedbackRead}},
		access.Role{Scope: access.Own, Permissions: []access.Permission{access.CustomerRead, access.ReportRead}})
	return all
}

// same holds dashboards by kept sums against those computed live, for every viewer.
func (w *world) same(t *testing.T, viewers map[string]access.Actor, periods []string, after string) {
	t.Helper()
	live := *w.Reports
	live.Rollups = false
	w.looks++
	for name, who := range viewers {
		for k, period := range append(slices.Clone(periods), periods[0]) {
			q := report.BoardQuery{Period: period}
			if k == len(periods) { // and narrowed, now and then
				if w.looks%3 > 0 {
					continue
				}
				q.Filter = []string{`{"field":"status","op":"in","value":["won","interested"]}`, `{"field":"industry","op":"under","value":["C"]}`, `{"field":"created_at","op":"within_days","value":60}`}[w.looks/3%3]
			}
			kept, err := w.Reports.Dashboard(t.Context(), who, q)
			must(t, err)
			plain, err := live.Dashboard(t.Context(), who, q)
			must(t, err)
			a, _ := json.Marshal(kept)
			b, _ := json.Marshal(plain)
			if string(a) != string(b) {
				for i := range kept.Figures {
					a, _ := json.Marshal(kept.Figures[i])
					b, _ := json.Marshal(plain.Figures[i])
					if string(a) != string(b) {
						t.Errorf("after %s: %s, %s:\n kept %s\n live %s", after, name, period, a, b)
					}
				}
				t.FailNow()
			}
		}
	}
}

// kept says whether kept sums answer this month.
func (w *world) kept(t *testing.T) bool {
	t.Helper()
	ok, err := db.Read(t.Context(), w.DB, w.actors["leader"], func(tx *db.Tx) (bool, error) {
		zone, err := setting.Zone(tx)
		must(t, err)
		now := w.hand.Now().In(zone)
		month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, zone)
		_, ok, err := rollup.Open(tx, w.actors["leader"], []rollup.Span{{From: month, Until: month.AddDate(0, 1, 0)}})
		return ok, err
	})
	must(t, err)
	return ok
}

// A dying context ends after it was asked so many times: the program is killed in the midst of a unit.
type dying struct {
	context.Context
	left int
	lock *sync.Mutex
}

func (d *dying) Err() error {
	d.lock.Lock()
	defer d.lock.Unlock()
	if d.left--; d.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestSumsAreTheRows: whatever is written, in whatever order, and whenever sums are brought up to date, killed
// or done twice at once, kept sums say what the rows say.
func TestSumsAreTheRows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.year(t)
		ctx := t.Context()
		for _, name := range actorNames {
			if name != "nobody" && name != "token" {
				w.actors[name] = w.actor(t, name)
			}
		}
		viewers := w.viewers(t)
		periods := []string{"this_month", "this_quarter", "this_year"}
		if w.kept(t) {
			t.Fatal("sums that nobody made answer")
		}
		must(t, w.Rollups.Fold(ctx))
		if !w.kept(t) {
			t.Fatal("the sums do not stand")
		}
		w.same(t, viewers, periods, "the first fold")
		r := rand.New(rand.NewPCG(7, 7))
		owners := []string{"east", "mate", "first", "second"}
		pick := func(as string) (c customer.Summary, ok bool) {
			p, err := w.Customers.List(ctx, w.actors[as], api.ListQuery{Limit: 100})
			must(t, err)
			if len(p.Items) == 0 {
				return c, false
			}
			return p.Items[r.IntN(len(p.Items))], true
		}
		did := map[string]int{}
		var imports []string
		verbs := []struct {
			name string
			do   func(as string) error
		}{
			{"create", func(as string) error {
				_, err := w.Customers.Create(ctx, w.actors[as], customer.New{Change: customer.Change{Kind: api.Some(customer.Institution), Name: api.Some(fmt.Sprintf("丽水%c%c实验学校", rune(0x4e00+r.IntN(5000)), rune(0x4e00+r.IntN(5000))))}, Duplicates: "new"})
				return err
			}},
			{"talk, some time ago", func(as string) error {
				c, ok := pick(as)
				if !ok {
					return nil
				}
				_, err := w.FollowUps.Record(ctx, w.actors[as], c.ID, followup.New{Method: "call", Content: "谈了样机和交期", HappenedAt: api.On(w.hand.Now().Add(-time.Duration(r.IntN(400*24)) * time.Hour))})
				return err
			}},
			{"talk on 29 February", func(as string) error {
				c, ok := pick(as)
				if !ok {
					return nil
				}
				_, err := w.FollowUps.Record(ctx, w.actors[as], c.ID, followup.New{Method: "visit", Content: "看了样机和产线", HappenedAt: api.On(time.Date(2024, 2, 29, r.IntN(24), 0, 0, 0, start.Location()))})
				return err
			}},
			{"talk moved", func(as string) error {
				c, ok := pick(as)
				if !ok {
					return nil
				}
				f, err := w.FollowUps.Record(ctx, w.actors[as], c.ID, followup.New{Method: "call", Content: "谈了样机和交期"})
				if err != nil {
					return err
				}
				_, err = w.FollowUps.Change(ctx, w.actors[as], f.ID, f.Version, followup.Change{HappenedAt: api.Some(api.On(w.hand.Now().Add(-time.Duration(r.IntN(90*24)) * time.Hour)))})
				return err
			}},
			{"move", func(as string) error {
				c, ok := pick(as)
				if !ok {
					return nil
				}
				to := []string{"need_clear", "negotiating", "signed", "ended", "signed"}[r.IntN(5)]
				_, err := w.Journeys.Move(ctx, w.actors[as], c.ID, c.Version, journey.Move{To: to, Reason: "price"})
				return err
			}},
			{"won twice, lost twice", func(as string) error {
				c, ok := pick(as)
				if !ok || r.IntN(2) == 0 {
					return errors.New("not now")
				}
				for _, to := range []string{"signed", "ended", "negotiating", "signed", "ended"} {
					now, err := w.Customers.Get(ctx, w.actors[as], c.ID)
					if err != nil {
						return err
					}
					if now.Stage == to {
						continue
					}
					if _, err := w.Journeys.Move(ctx, w.actors[as], c.ID, now.Version, journey.Move{To: to, Reason: "price"}); err != nil {
						return err
					}
					w.hand.Advance(time.Duration(r.IntN(20*24)) * time.Hour)
				}
				return nil
			}},
			{"order", func(as string) error {
				c, ok := pick(as)
				if !ok {
					return nil
				}
				fen := int64(r.IntN(100_000_00))
				day := w.hand.Now().AddDate(0, 0, -r.IntN(420)).Format(time.DateOnly)
				if r.IntN(6) == 0 {
					day = "2024-02-29"
				}
				_, err := w.Orders.Place(ctx, w.actors[as], order.New{CustomerID: c.ID, AmountFen: &fen, OrderedOn: day})
				return err
			}},
			{"order changed", func(as string) error {
				p, err := w.Orders.List(ctx, w.actors[as], order.Query{Limit: 20})
				if err != nil || len(p.Items) == 0 {
					return err
				}
				o := p.Items[r.IntN(len(p.Items))]
				if r.IntN(3) == 0 {
					return w.Orders.Delete(ctx, w.actors[as], o.ID, o.Version)
				}
				_, err = w.Orders.Change(ctx, w.actors[as], o.ID, o.Version, order.Change{State: api.Some([]string{order.Done, order.Cancelled}[r.IntN(2)])})
				return err
			}},
			{"complaint", func(as string) error {
				c, ok := pick(as)
				if !ok {
					return nil
				}
				_, err := w.Feedback.Create(ctx, w.actors["service"], feedback.New{CustomerID: c.ID, Kind: "complaint", Description: "送货晚了两天"})
				return err
			}},
			{"feedback changed", func(string) error {
				p, err := w.Feedback.List(ctx, w.actors["admin"], feedback.Query{Limit: 20})
				if err != nil || len(p.Items) == 0 {
					return err
				}
				f := p.Items[r.IntN(len(p.Items))]
				if r.IntN(3) == 0 {
					return w.Feedback.Delete(ctx, w.actors["admin"], f.ID, f.Version)
				}
				_, err = w.Feedback.Change(ctx, w.actors["admin"], f.ID, f.Version, feedback.Change{Kind: api.Some([]string{"complaint", "praise"}[r.IntN(2)])})
				return err
			}},
			{"transfer", func(as string) error {
				c, ok := pick("admin")
				if !ok || c.OwnerID == "" {
					return nil
				}
				_, err := w.Customers.Transfer(ctx, w.actors["admin"], c.ID, c.Version, customer.Transfer{To: w.users[as]})
				return err
			}},
			{"all of a leaver", func(as string) error {
				p, err := w.Customers.List(ctx, w.actors["admin"], api.ListQuery{Limit: 100, Filter: `{"field":"owner_id","op":"eq","value":"` + w.users[as] + `"}`})
				if err != nil || r.IntN(3) > 0 {
					return err
				}
				for _, c := range p.Items {
					if _, err := w.Customers.Transfer(ctx, w.actors["admin"], c.ID, c.Version, customer.Transfer{To: w.users[owners[r.IntN(4)]]}); err != nil && !strings.Contains(err.Error(), "invalid") {
						return err
					}
				}
				return nil
			}},
			{"release", func(as string) error {
				c, ok := pick(as)
				if !ok || c.OwnerID == "" {
					return nil
				}
				_, err := w.Pools.Release(ctx, w.actors[as], c.ID, c.Version, pool.Release{})
				return err
			}},
			{"claim", func(as string) error {
				p, err := w.Customers.List(ctx, w.actors["admin"], api.ListQuery{Limit: 50, Filter: `{"field":"owner_id","op":"empty"}`})
				if err != nil || len(p.Items) == 0 {
					return err
				}
				_, err = w.Pools.Claim(ctx, w.actors[as], p.Items[r.IntN(len(p.Items))].ID, 0)
				return err
			}},
			{"collaborator", func(as string) error {
				c, ok := pick("admin")
				if !ok {
					return nil
				}
				if r.IntN(3) == 0 {
					m, err := w.Members.List(ctx, w.actors["admin"], c.ID, struct{}{})
					if err != nil || len(m.Items) == 0 {
						return err
					}
					return w.Members.Drop(ctx, w.actors["admin"], m.Items[0].ID, 0)
				}
				_, err := w.Members.Add(ctx, w.actors["admin"], c.ID, collaborator.New{UserID: w.users[as]})
				return err
			}},
			{"bin", func(string) error {
				c, ok := pick("admin")
				if !ok {
					return nil
				}
				return w.Customers.Delete(ctx, w.actors["admin"], c.ID, c.Version)
			}},
			{"restore", func(string) error {
				p, err := w.Customers.Bin(ctx, w.actors["admin"], api.ListQuery{Limit: 50})
				if err != nil || len(p.Items) == 0 {
					return err
				}
				_, err = w.Customers.Restore(ctx, w.actors["admin"], p.Items[0].ID, p.Items[0].Version)
				return err
			}},
			{"purge", func(string) error {
				if r.IntN(3) > 0 {
					return nil
				}
				w.hand.Advance(31 * 24 * time.Hour)
				_, err := w.Purge.Bin(ctx)
				return err
			}},
			{"department moved", func(string) error {
				tree, err := w.Account.Tree(ctx, w.actors["admin"], struct{}{})
				must(t, err)
				ids := map[string]account.Department{}
				for _, d := range tree.Items {
					ids[d.Name] = d
				}
				to := []string{"销售一部", "销售二部"}[r.IntN(2)]
				_, err = w.Account.ChangeDepartment(ctx, w.actors["admin"], ids["华东组"].ID, ids["华东组"].Version, account.ChangedDepartment{ParentID: api.Some(ids[to].ID)})
				for _, name := range append(owners, "leader") {
					w.actors[name] = w.actor(t, name)
					viewers[name] = w.actors[name]
				}
				return err
			}},
			{"import", func(as string) error {
				if len(imports) > 3 {
					return nil
				}
				text := "客户名称,客户阶段\n"
				for range 5 {
					text += fmt.Sprintf("衢州%c%c纺织有限公司,谈判中\n", rune(0x4e00+r.IntN(5000)), rune(0x4e00+r.IntN(5000)))
				}
				i := w.brought(t, as, "customer", fmt.Sprint("n", len(imports), ".csv"), text, exchange.NewPlan{}, "check", "run")
				imports = append(imports, as+" "+i.ID)
				return nil
			}},
			{"import undone", func(string) error {
				if len(imports) == 0 {
					return nil
				}
				as, id, _ := strings.Cut(imports[len(imports)-1], " ")
				imports = imports[:len(imports)-1]
				if _, err := w.Exchange.Undo(ctx, w.actors[as], id, exchange.Nothing{}); err != nil {
					return err
				}
				return w.Exchange.Do(ctx, id, "undoing", w.users[as], w.actors[as].Bound(), finished)
			}},
			{"time", func(string) error {
				w.hand.Advance(time.Duration(r.IntN(9*24)) * time.Hour)
				return nil
			}},
			{"zone", func(string) error {
				if r.IntN(4) > 0 {
					return nil
				}
				_, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) {
					tx.Noted()
					return 0, setting.CompanyTimezone.Set(tx, []string{"Asia/Shanghai", "America/New_York", "Asia/Kolkata"}[r.IntN(3)])
				})
				return err
			}},
		}
		steps := 70
		if testing.Short() {
			steps = 40
		}
		byKept := 0
		for i := range steps {
			v := verbs[i%len(verbs)]
			if i >= 2*len(verbs) {
				v = verbs[r.IntN(len(verbs))]
			}
			if err := v.do(owners[r.IntN(4)]); err == nil {
				did[v.name]++
			} else if strings.Contains(err.Error(), "SQL") || strings.Contains(err.Error(), "panic") {
				t.Fatalf("%s: %v", v.name, err)
			}
			if w.kept(t) {
				byKept++
			}
			w.same(t, viewers, periods[i%3:i%3+1], v.name)
			switch r.IntN(8) {
			case 0:
				must(t, w.Rollups.Fold(ctx))
				w.same(t, viewers, periods[(i+1)%3:(i+1)%3+1], v.name+" and a fold")
			case 1: // killed in the midst
				_ = w.Rollups.Fold(&dying{ctx, r.IntN(40), &sync.Mutex{}})
				w.same(t, viewers, periods[(i+1)%3:(i+1)%3+1], v.name+" and a fold that was killed")
			case 2: // two at once, and somebody writes
				var all sync.WaitGroup
				all.Go(func() { w.Rollups.Fold(ctx) })
				all.Go(func() { w.Rollups.Fold(ctx) })
				if c, ok := pick("admin"); ok {
					w.FollowUps.Record(ctx, w.actors["admin"], c.ID, followup.New{Method: "call", Content: "谈了样机和交期"})
				}
				all.Wait()
				w.same(t, viewers, periods[(i+1)%3:(i+1)%3+1], v.name+" and two folds at once")
			case 3:
				if r.IntN(4) == 0 {
					err := w.Rollups.Rebuild(&dying{ctx, r.IntN(200), &sync.Mutex{}})
					w.same(t, viewers, periods[:1], fmt.Sprint(v.name, " and a build that ended with ", err))
				}
			}
		}
		w.hand.Advance(2 * time.Minute) // the lease of a build that was killed
		must(t, w.Rollups.Fold(ctx))
		w.same(t, viewers, periods, "everything")
		faults, err := w.Rollups.Check(ctx)
		if err != nil || len(faults) > 0 {
			t.Errorf("%v: %v", faults, err)
		}
		t.Logf("%d of %d steps were answered by kept sums; %v", byKept, steps, did)
		if byKept < steps/2 {
			t.Errorf("kept sums answered %d of %d steps only", byKept, steps)
		}
		for _, v := range verbs {
			if did[v.name] == 0 && !testing.Short() {
				t.Errorf("nobody could do: %s", v.name)
			}
		}
		// Figures are their lists.
		for _, as := range []string{"east", "leader", "executive"} {
			b, err := w.Reports.Dashboard(ctx, viewers[as], report.BoardQuery{Period: "this_year"})
			must(t, err)
			for _, k := range b.Figures {
				if k.Unit != report.Count && k.Unit != report.Fen {
					continue
				}
				n, fen := w.behind(t, as, k.Subject, string(k.Figure.List))
				if k.Unit == report.Fen {
					n = fen
				}
				if *k.Figure.Value != n {
					t.Errorf("%s: %s says %d and its list %d", as, k.Name, *k.Figure.Value, n)
				}
			}
		}
	})
}
