package app

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/journey"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/crm/report"
)

// year gives the world some months of life: customers of several industries and sources, talks on time and late, moves through
// the journey, losses, orders, needs and feedback, by several people.
func (w *world) year(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	owners := []string{"east", "mate", "first", "second"}
	industries, regions, sources := []string{"C14", "C35", "H62", "F52"}, []string{"330300", "440100", "110000", ""}, []string{"online_promotion", "exhibition", "", "referral"}
	stages := []string{"need_clear", "proposal", "negotiating", "signed", "ended"}
	for i := range 24 {
		w.hand.Advance(time.Duration(i%5+1) * 22 * time.Hour)
		who := w.actors[owners[i%4]]
		change := customer.Change{Kind: api.Some(customer.Institution), Name: api.Some(fmt.Sprintf("台州甲溪第%c实验学校", []rune("一二三四五六七八九十百千甲乙丙丁戊己庚辛壬癸子丑")[i])), Industry: api.Some(industries[i%4]), Region: api.Some(regions[i%4])}
		if s := sources[(i/2)%4]; s != "" && w.hasSource(s) {
			change.Source = api.Some(s)
		}
		c, err := w.Customers.Create(ctx, who, customer.New{Change: change, Duplicates: "new"})
		must(t, err)
		must(t, w.effective(t, who, c.ID))
		for k := range i%3 + 1 {
			w.hand.Advance(9 * time.Hour)
			_, err := w.FollowUps.Record(ctx, who, c.ID, followup.New{Method: []string{"call", "wechat", "visit"}[k], Content: "谈了样机和交期", Kind: []string{"pre_sales", "sales"}[k%2], HappenedAt: api.On(w.hand.Now().Add(-time.Duration((i*k)%40) * time.Hour))})
			must(t, err)
		}
		for _, to := range stages[:i%6] {
			w.hand.Advance(5 * time.Hour)
			m := journey.Move{To: to, Reason: "推进"}
			if to == "ended" {
				m.Reason = []string{"price", "service"}[i%2]
			}
			now, err := w.Customers.Get(ctx, who, c.ID)
			must(t, err)
			_, err = w.Journeys.Move(ctx, who, c.ID, now.Version, m)
			must(t, err)
		}
		for k := range i % 4 {
			fen := int64(100_00 * (i + k + 1))
			_, err := w.Orders.Place(ctx, who, order.New{CustomerID: c.ID, AmountFen: &fen, OrderedOn: w.hand.Now().Add(-time.Duration(k*500) * time.Hour).Format(time.DateOnly), State: []string{order.Open, order.Done, order.Cancelled}[(i+k)%3]})
			must(t, err)
		}
		if i%2 == 0 {
			_, err := w.Needs.Create(ctx, who, need.New{CustomerID: c.ID, Kind: []string{"product", "technical"}[i/2%2], Description: "需要样机说明"})
			must(t, err)
		}
		if i%3 == 0 {
			_, err := w.Feedback.Create(ctx, who, feedback.New{CustomerID: c.ID, Kind: []string{"complaint", "praise"}[i/3%2], Description: "送货晚了两天", Satisfaction: int64(i % 6)})
			must(t, err)
		}
	}
}

func (w *world) hasSource(code string) bool { return code == "online_promotion" }

// effective lets a customer take effect without the people it would need: what is tested is figures.
func (w *world) effective(t *testing.T, who interface{ ID() string }, id string) error {
	t.Helper()
	c := w.say(t, saying{as: w.login(who.ID()), call: "GET /customers/" + id, status: 200})
	w.say(t, saying{as: w.login(who.ID()), call: "POST /customers/" + id + "/contacts", body: `{"name":"钱多","title":"主任","role":"decider","wechat":"qianduo88"}`, status: 201})
	w.say(t, saying{as: w.login(who.ID()), call: "POST /customers/" + id + "/submit", match: version(c), status: 200})
	return nil
}

func (w *world) login(id string) string {
	for name, user := range w.users {
		if user == id {
			return name
		}
	}
	return ""
}

// listPaths are where the figures of a subject lead.
var listPaths = map[string]string{"customer": "/customers", "order": "/orders", "follow_up": "/follow-ups", "need": "/needs", "feedback": "/feedback"}

// behind reads the whole list behind a figure: how many rows, and what they add up to.
func (w *world) behind(t *testing.T, as, subject, filter string) (n, fen int64) {
	t.Helper()
	cursor := ""
	for {
		got := w.say(t, saying{as: as, call: "GET " + listPaths[subject] + "?limit=200&filter=" + url.QueryEscape(filter) + "&cursor=" + url.QueryEscape(cursor), status: 200})
		for _, x := range got["items"].([]any) {
			n++
			if v, ok := x.(map[string]any)["amount_fen"].(float64); ok {
				fen += int64(v)
			}
		}
		next, _ := got["next"].(string)
		if cursor = next; cursor == "" {
			return n, fen
		}
	}
}

// TestFiguresAreTheirLists: for every actor, every figure of every report that ships, of custom ones and of the dashboard is the
// count or sum of the list that it opens.
func TestFiguresAreTheirLists(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.year(t)
		must(t, w.Rollups.Fold(t.Context())) // dashboards answer by kept sums; TestSumsAreTheRows holds those against the live ones
		checked := 0
		known := map[string][2]int64{} // lists asked already, by actor and filter
		check := func(as, where, subject, unit string, f report.Figure) {
			t.Helper()
			if f.List == "" || f.Value == nil || unit != report.Count && unit != report.Fen {
				return
			}
			key := as + subject + string(f.List)
			got, ok := known[key]
			if !ok {
				got[0], got[1] = w.behind(t, as, subject, string(f.List))
				known[key] = got
			}
			want := got[0]
			if unit == report.Fen {
				want = got[1]
			}
			checked++
			if *f.Value != want {
				t.Errorf("%s: %s says %d, and its list %d: %s", as, where, *f.Value, want, f.List)
			}
		}
		answer := func(as, where, call, body string) {
			t.Helper()
			got := w.say(t, saying{as: as, call: call, body: body, status: 200})
			var a report.Answer
			text, _ := json.Marshal(got)
			must(t, json.Unmarshal(text, &a))
			for _, r := range a.Rows {
				for i, f := range r.Figures {
					check(as, fmt.Sprint(where, " ", r.Keys, " ", a.Columns[i].Name), a.Subject, a.Columns[i].Unit, f)
				}
			}
			for i, f := range a.Total {
				check(as, where+" total "+a.Columns[i].Name, a.Subject, a.Columns[i].Unit, f)
			}
		}
		asks := []report.Ask{
			{Subject: "customer", Measures: []string{"count", "won"}, By: []string{"created_at:month", "owner_id"}, Period: report.Period{Preset: "last_12_months"}},
			{Subject: "customer", Measures: []string{"count"}, By: []string{"strategic", "region:province"}},
			{Subject: "customer", Measures: []string{"count"}, By: []string{"stage", "department_id"}, Filter: `{"field":"industry","op":"under","value":["C"]}`},
			{Subject: "order", Measures: []string{"amount", "count"}, By: []string{"ordered_on:quarter", "customer.industry:class"}, Period: report.Period{Preset: "this_year"}},
			{Subject: "order", Measures: []string{"amount", "count", "mean"}, By: []string{"state", "customer.owner_id"}},
			{Subject: "follow_up", Measures: []string{"count", "late"}, By: []string{"author_id", "happened_at:month"}, Period: report.Period{Preset: "this_year"}},
			{Subject: "need", Measures: []string{"count", "open"}, By: []string{"kind", "customer.stage"}},
			{Subject: "feedback", Measures: []string{"count", "open", "rated"}, By: []string{"satisfaction", "kind"}},
		}
		for _, as := range []string{"east", "mate", "first", "second", "leader", "marketing", "executive", "admin"} {
			std := w.say(t, saying{as: as, call: "GET /reports/standard", status: 200})
			for _, x := range std["items"].([]any) {
				code := x.(map[string]any)["code"].(string)
				answer(as, code, "GET /reports/standard/"+code, "")
				answer(as, code+" narrowed", "GET /reports/standard/"+code+"?period=this_year&filter="+url.QueryEscape(`{"field":"industry","op":"under","value":["C"]}`), "")
			}
			for i, in := range asks {
				may := map[string]bool{"customer": true, "order": as != "marketing", "follow_up": as != "marketing", "need": as != "marketing", "feedback": as != "marketing"}
				if !may[in.Subject] {
					body, _ := json.Marshal(in)
					w.say(t, saying{as: as, call: "POST /reports/ask", body: string(body), status: 403})
					continue
				}
				body, _ := json.Marshal(in)
				answer(as, fmt.Sprint("ask ", i), "POST /reports/ask", string(body))
			}
			for _, period := range []string{"this_month", "this_quarter", "this_year"} {
				got := w.say(t, saying{as: as, call: "GET /dashboard?period=" + period, status: 200})
				var b report.Board
				text, _ := json.Marshal(got)
				must(t, json.Unmarshal(text, &b))
				for _, k := range b.Figures {
					check(as, period+" "+k.Name, k.Subject, k.Unit, k.Figure)
				}
			}
		}
		if checked < 2000 {
			t.Errorf("only %d figures were checked", checked)
		}
		t.Log(checked, "figures")
		for _, as := range []string{"service", "finance", "hr", "auditor"} {
			w.say(t, saying{as: as, call: "GET /dashboard", status: 403})
			w.say(t, saying{as: as, call: "GET /reports/standard", status: 403})
		}
		for _, x := range []struct{ body, has string }{
			{`{"subject":"customer","measures":["count"],"by":["name'--"]}`, "unknown_field"},
			{`{"subject":"customer","measures":["sum"]}`, "unknown_field"},
			{`{"subject":"customer","measures":["count"],"by":["created_at:month"]}`, "period_needed"},
			{`{"subject":"customer","measures":["count"],"by":["created_at:day"],"period":{"preset":"last_3_years"}}`, "period_too_long"},
			{`{"subject":"customer","measures":["count"],"filter":"{\"field\":\"nope\",\"op\":\"eq\",\"value\":1}"}`, "unknown_field"},
			{`{"subject":"order","measures":["count"],"by":["customer.remark"]}`, "unknown_field"},
			{`{"subject":"customer","measures":["count"],"period":{"from":"2026-02-01","to":"2026-01-01"}}`, "period"},
		} {
			w.say(t, saying{as: "admin", call: "POST /reports/ask", body: x.body, status: 422, has: []string{x.has}})
		}
	})
}

// TestPlainFigures: the figures that are no counts, by a plain second computation over the rows themselves.
func TestPlainFigures(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.year(t)
		zone := start.Location()
		for _, as := range []string{"east", "leader", "executive"} {
			// 平均跟进周期: between two talks with the same open customer, of those whose later one lies in the month.
			month := w.hand.Now().In(zone).Format("2006-01")
			talks := map[string][]time.Time{}
			open := map[string]bool{}
			for _, id := range w.filtered(t, as, `{"field":"status","op":"in","value":["potential","interested"]}`) {
				open[id] = true
			}
			if as == "executive" || as == "leader" || as == "east" {
				cursor := ""
				for {
					got := w.say(t, saying{as: as, call: "GET /follow-ups?limit=200&cursor=" + url.QueryEscape(cursor), status: 200})
					for _, x := range got["items"].([]any) {
						m := x.(map[string]any)
						at, err := time.Parse(time.RFC3339, m["happened_at"].(string))
						must(t, err)
						talks[m["customer_id"].(string)] = append(talks[m["customer_id"].(string)], at)
					}
					next, _ := got["next"].(string)
					if cursor = next; cursor == "" {
						break
					}
				}
			}
			var sum, n int64
			for id, all := range talks {
				if !open[id] {
					continue
				}
				slices.SortFunc(all, func(a, b time.Time) int { return a.Compare(b) })
				for i := 1; i < len(all); i++ {
					if all[i].After(all[i-1]) && all[i].In(zone).Format("2006-01") == month {
						sum, n = sum+all[i].Sub(all[i-1]).Milliseconds(), n+1
					}
				}
			}
			got := w.say(t, saying{as: as, call: "GET /dashboard?period=this_month", status: 200})
			for _, x := range got["figures"].([]any) {
				m := x.(map[string]any)
				if m["name"] != "follow_up_interval" {
					continue
				}
				value, known := m["figure"].(map[string]any)["value"].(float64)
				if known != (n > 0) {
					t.Fatalf("%s: %d talks and %v", as, n, value)
				}
				if want := float64(sum) * 100 / float64(max(1, n)) / (24 * 3600 * 1000); known && (value < want-1 || value > want+1) {
					t.Errorf("%s: interval %v, want %v of %d", as, value, want, n)
				}
			}
			// 成交周期: from the day of the first talk to the day of the deal.
			cycle := w.say(t, saying{as: as, call: "GET /reports/standard/deal_cycle?period=this_year", status: 200})
			deals := w.say(t, saying{as: as, call: "GET /customers?limit=200&filter=" + url.QueryEscape(`{"field":"won_at","op":"not_empty"}`), status: 200})
			var days []int64
			for _, x := range deals["items"].([]any) {
				m := x.(map[string]any)
				won, err := time.Parse(time.RFC3339, m["won_at"].(string))
				must(t, err)
				from, _ := m["first_talk_on"].(string)
				if from == "" {
					created, _ := time.Parse(time.RFC3339, m["created_at"].(string))
					from = created.In(zone).Format(time.DateOnly)
				}
				a, _ := time.Parse(time.DateOnly, from)
				b, _ := time.Parse(time.DateOnly, won.In(zone).Format(time.DateOnly))
				days = append(days, max(0, int64(b.Sub(a).Hours()/24)))
			}
			slices.Sort(days)
			total := cycle["total"].([]any)
			value := func(i int) float64 { v, _ := total[i].(map[string]any)["value"].(float64); return v }
			if len(days) == 0 {
				t.Fatalf("%s has no deals", as)
			}
			all := int64(0)
			for _, d := range days {
				all += d
			}
			if value(0) != float64(len(days)) || value(2) != float64(days[(len(days)-1)/2]+days[len(days)/2])*50 || value(1) < float64(all*100)/float64(len(days))-1 || value(1) > float64(all*100)/float64(len(days))+1 {
				t.Errorf("%s: cycle %v %v %v of %v", as, value(0), value(1), value(2), days)
			}
		}
	})
}

// TestSavedReports: kept, shared by role, changed by whoever made them, and answered within the reach of who looks.
func TestSavedReports(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		role := w.say(t, saying{as: "admin", call: "GET /roles", status: 200})
		sales := ""
		for _, x := range role["items"].([]any) {
			if m := x.(map[string]any); m["code"] == "sales" {
				sales = m["id"].(string)
			}
		}
		w.say(t, saying{as: "leader", call: "POST /reports", body: `{"name":" ","ask":{"subject":"customer","measures":["count"]},"chart":"bar"}`, status: 422, has: []string{"name"}})
		w.say(t, saying{as: "leader", call: "POST /reports", body: `{"name":"坏的","ask":{"subject":"customer","measures":["profit"]},"chart":"bar"}`, status: 422, has: []string{"unknown_field"}})
		w.say(t, saying{as: "marketing", call: "POST /reports", body: `{"name":"订单","ask":{"subject":"order","measures":["amount"]},"chart":"bar"}`, status: 403})
		r := w.say(t, saying{as: "leader", call: "POST /reports", body: `{"name":"按行业","ask":{"subject":"customer","measures":["count"],"by":["industry:class"],"filter":"{\"field\":\"status\",\"op\":\"eq\",\"value\":\"potential\"}"},"chart":"pie"}`, status: 201, has: []string{`"shared":"mine"`, `"may_change":true`}})
		at := "/reports/" + r["id"].(string)
		w.say(t, saying{as: "east", call: "GET " + at, status: 404})
		r = w.say(t, saying{as: "leader", call: "PATCH " + at, body: `{"shared":"roles","role_ids":["` + sales + `"],"on_board":true}`, match: version(r), status: 200})
		w.say(t, saying{as: "east", call: "GET " + at, status: 200, has: []string{"按行业", `"may_change":false`}})
		w.say(t, saying{as: "marketing", call: "GET " + at, status: 404})
		w.say(t, saying{as: "east", call: "PATCH " + at, body: `{"name":"我的"}`, match: version(r), status: 403, has: []string{"not_yours"}})
		w.say(t, saying{as: "east", call: "DELETE " + at, match: version(r), status: 403})
		w.say(t, saying{as: "leader", call: "PATCH " + at, body: `{"name":"旧"}`, match: `"1"`, status: 412})
		list := w.say(t, saying{as: "east", call: "GET /reports", status: 200, has: []string{"按行业"}})
		ask, _ := json.Marshal(list["items"].([]any)[len(list["items"].([]any))-1].(map[string]any)["ask"])
		counts := map[string]float64{}
		for _, as := range []string{"east", "second"} {
			a := w.say(t, saying{as: as, call: "POST /reports/ask", body: string(ask), status: 200})
			counts[as] = a["total"].([]any)[0].(map[string]any)["value"].(float64)
			if got := len(w.filtered(t, as, `{"field":"status","op":"eq","value":"potential"}`)); float64(got) != counts[as] {
				t.Errorf("%s: %v and %d", as, counts[as], got)
			}
		}
		if counts["east"] == counts["second"] {
			t.Error("one reach for two people")
		}
		w.say(t, saying{as: "leader", call: "DELETE " + at, match: version(r), status: 204})
		w.say(t, saying{as: "east", call: "GET " + at, status: 404})
	})
}

// TestReportFiles: what goes out is what is seen, with its total, without formulas, and in the log.
func TestReportFiles(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.year(t)
		// Who may not export gets no file; what one may not see is not in it.
		if a := w.call("east", "GET", "/report-files?report=by_industry", "", "", false); a.status != 403 {
			t.Errorf("east: %d", a.status)
		}
		a := w.call("leader", "GET", "/report-files?format=csv&ask="+url.QueryEscape(`{"subject":"order","measures":["amount","amount_share","count"],"by":["customer.industry:class"]}`), "", "", false)
		got := w.say(t, saying{as: "leader", call: "POST /reports/ask", body: `{"subject":"order","measures":["amount","amount_share","count"],"by":["customer.industry:class"]}`, status: 200})
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\uFEFF"))).ReadAll()
		must(t, err)
		items := got["rows"].([]any)
		if a.status != 200 || len(rows) != len(items)+2 || rows[len(rows)-1][0] != "合计" || rows[0][2] != "订单额占比 (%)" {
			t.Fatalf("%d: %v", a.status, rows)
		}
		for i, x := range append(items, map[string]any{"figures": got["total"]}) {
			figures := x.(map[string]any)["figures"].([]any)
			value := func(k int) float64 { return figures[k].(map[string]any)["value"].(float64) }
			if rows[i+1][1] != fmt.Sprintf("%.2f", value(0)/100) || rows[i+1][2] != fmt.Sprintf("%.2f", value(1)/100) || rows[i+1][3] != fmt.Sprint(value(2)) {
				t.Errorf("%v for %v", rows[i+1], figures)
			}
		}
		if a := w.call("leader", "GET", "/report-files?report=funnel&format=xlsx", "", "", false); a.status != 200 || !strings.HasPrefix(a.body, "PK") {
			t.Errorf("%d", a.status)
		}
		for _, q := range []string{"report=need_tags&chart=pie", "report=need_tags&chart=funnel", "report=need_response&chart=pie", "report=churn&chart=pie"} { // no total, no whole
			if a := w.call("leader", "GET", "/report-files?format=pdf&"+q, "", "", false); a.status != 200 || !strings.HasPrefix(a.body, "%PDF-") {
				t.Errorf("%s: %d", q, a.status)
			}
		}
		if text := w.call("leader", "GET", "/report-files?report=need_tags&format=csv", "", "", false).body; strings.Contains(text, "合计") {
			t.Errorf("a total of nothing: %s", text)
		}
		w.say(t, saying{as: "leader", call: "GET /report-files?report=by_source&period=whenever", status: 422, has: []string{"period"}})
		w.say(t, saying{as: "leader", call: "GET /report-files?ask=nonsense", status: 422})
		w.say(t, saying{as: "leader", call: "GET /report-files?report=nope", status: 404})
		w.say(t, saying{as: "admin", call: "GET /audit?limit=50", status: 200, has: []string{"report.export"}})
	})
}
