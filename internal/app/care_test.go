package app

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/comment"
	"zhike/internal/crm/quality"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
)

// listed counts the customers of a list that a filter keeps.
func (w *world) listed(t *testing.T, as, filter string) int64 {
	t.Helper()
	got := w.say(t, saying{as: as, call: "GET /customers?limit=1&count=true&filter=" + url.QueryEscape(filter), status: 200})
	n, _ := got["total"].(float64)
	return int64(n)
}

const mineToCheck = `{"all":[{"field":"owner_id","op":"eq","value":"me"},{"field":"check_due","op":"eq","value":true}]}`

// TestCustomersAreCheckedOnceAQuarter: owners confirm each of their customers, alone or many at once and undone as one; who was
// made in the quarter counts as checked, and who is lost, archived or in the pool is left out (S85).
func TestCustomersAreCheckedOnceAQuarter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mine := w.listed(t, "east", mineToCheck)
		if mine != 0 {
			t.Fatalf("made this quarter, and %d are to be checked", mine)
		}
		for _, name := range []string{"嘉兴米多餐饮管理有限公司", "宁波立升机械有限公司", "绍兴远帆纺织有限公司"} {
			w.say(t, saying{as: "east", call: "POST /customers", status: 201, body: `{"name":"` + name + `"}`})
		}
		w.hand.Set(time.Date(2026, 4, 1, 0, 30, 0, 0, start.Location())) // the company's new quarter; in London it is still March
		mine = w.listed(t, "east", mineToCheck)
		if mine < 4 {
			t.Fatalf("%d are to be checked in the new quarter", mine)
		}
		page := w.say(t, saying{as: "east", call: "GET /customers?filter=" + url.QueryEscape(mineToCheck), status: 200})
		var ids []string
		var records []string
		for _, x := range page["items"].([]any) {
			c := x.(map[string]any)
			ids = append(ids, c["id"].(string))
			records = append(records, fmt.Sprintf(`{"id":"%s","version":%v}`, c["id"], c["version"]))
		}
		if home := w.say(t, saying{as: "east", call: "GET /home", status: 200}); home["to_check"] != float64(mine) {
			t.Errorf("the workbench says %v of %d", home["to_check"], mine)
		}
		one := "/customers/" + ids[0]
		w.say(t, saying{as: "service", call: "POST " + one + "/check", status: 403})
		w.say(t, saying{as: "mate", call: "POST " + one + "/check", status: 404})
		w.say(t, saying{as: "east", call: "POST " + one + "/check", status: 200, has: []string{`"by_name":"east"`, `"taken_back_at":null`}})
		w.say(t, saying{as: "east", call: "GET " + one, status: 200, has: []string{`"checked_at":"2026-03-31T16:30:00Z"`}})
		w.say(t, saying{as: "east", call: "GET " + one + "/history", status: 200, has: []string{`quality.check`}})
		if n := w.listed(t, "east", mineToCheck); n != mine-1 {
			t.Errorf("%d are left of %d", n, mine)
		}
		// It moves no version: who has the record open saves it all the same (DECISIONS 13).
		w.say(t, saying{as: "east", call: "POST " + one + "/check", status: 200})

		w.hand.Set(w.hand.Now().Add(time.Minute))
		begun := w.say(t, saying{as: "east", call: "POST /customers/bulk/check", status: 200, body: `{"records":[` + strings.Join(records[1:], ",") + `]}`})
		id := begun["operation_id"].(string)
		must(t, w.Bulk.Do(t.Context(), id, noQueue))
		if n := w.listed(t, "east", mineToCheck); n != 0 {
			t.Errorf("%d are left after all were checked", n)
		}
		w.hand.Set(w.hand.Now().Add(time.Minute))
		again := w.say(t, saying{as: "east", call: "POST /customers/" + ids[1] + "/check", status: 200})
		w.say(t, saying{as: "east", call: "POST /operations/" + id + "/undo", status: 200})
		must(t, w.Bulk.Do(t.Context(), id, noQueue))
		if n := w.listed(t, "east", mineToCheck); n != int64(len(ids)-2) {
			t.Errorf("%d are to be checked after undoing, want %d: one was checked before, one again since", n, len(ids)-2)
		}
		w.say(t, saying{as: "east", call: "GET /operations/" + id, status: 200, has: []string{`"version_stale"`}})
		w.say(t, saying{as: "east", call: "GET /customers/" + ids[1] + "/checks", status: 200, has: []string{again["id"].(string)}})
		w.say(t, saying{as: "east", call: "GET /customers/" + ids[2] + "/checks", status: 200, lacks: []string{`"taken_back_at":null`}})

		c := w.say(t, saying{as: "east", call: "GET /customers/" + ids[2], status: 200})
		left := w.listed(t, "east", mineToCheck)
		w.say(t, saying{as: "east", call: "POST /customers/" + ids[2] + "/move", match: version(c), body: `{"to":"ended","reason":"price"}`, status: 200})
		if n := w.listed(t, "east", mineToCheck); n != left-1 {
			t.Errorf("%d to be checked with a lost one, want %d", n, left-1)
		}
		w.say(t, saying{as: "admin", call: "PATCH /settings", body: `{"values":{"quality.check_months":6}}`, status: 200})
		if n := w.listed(t, "east", mineToCheck); n != 0 {
			t.Errorf("%d to be checked in a half-year that they were made in", n)
		}
		w.say(t, saying{as: "admin", call: "PATCH /settings", body: `{"values":{"quality.check_months":3,"quality.check":false}}`, status: 200})
		if n := w.listed(t, "east", mineToCheck); n != 0 {
			t.Errorf("%d to be checked where nobody checks", n)
		}
		w.say(t, saying{as: "east", call: `GET /customers?filter={"field":"check_due","op":"eq","value":"yes"}`, status: 422})
		w.say(t, saying{as: "east", call: `GET /customers?filter={"field":"check_due","op":"gt","value":true}`, status: 422})
		w.say(t, saying{as: "east", call: `GET /customers?filter={"field":"missing","op":"eq","value":"%25"}`, status: 422})
	})
}

// told counts what somebody was told of a kind and still stands.
func (w *world) toldOf(t *testing.T, user, kind string) (n int, text string) {
	t.Helper()
	got := w.say(t, saying{as: user, call: "GET /notices?limit=100&kind=" + kind, status: 200})
	items, _ := got["items"].([]any)
	for _, x := range items {
		if x.(map[string]any)["ended_at"] == nil {
			n++
			text = fmt.Sprint(x.(map[string]any)["text"])
		}
	}
	return n, text
}

// TestOwnersAreRemindedOfTheCheck: one line in the last fortnight and one when it is over, however many customers and however often the
// job runs; it ends when nothing is left (S85).
func TestOwnersAreRemindedOfTheCheck(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		remind := func() { must(t, w.Quality.Remind(t.Context(), job.Job{})) }
		at := func(month time.Month, day int) {
			w.hand.Set(time.Date(2026, month, day, 10, 0, 0, 0, start.Location()))
		}
		at(6, 10)
		remind()
		if n, _ := w.toldOf(t, "east", "check_soon"); n != 0 {
			t.Errorf("told %d times three weeks before the end", n)
		}
		at(6, 18)
		remind()
		remind()
		owe := w.listed(t, "east", mineToCheck)
		if n, text := w.toldOf(t, "east", "check_soon"); n != 1 || !strings.Contains(text, fmt.Sprint(owe)) || !strings.Contains(text, "2026-06-30") {
			t.Errorf("told %d times: %s", n, text)
		}
		at(7, 2)
		w.ledBy(t, w.branch, "leader")
		remind()
		remind()
		if n, text := w.toldOf(t, "leader", "check_team"); n != 1 || !strings.Contains(text, "2026-06-30") {
			t.Errorf("whoever leads the department is told %d times: %s", n, text)
		}
		if n, _ := w.toldOf(t, "east", "check_soon"); n != 0 {
			t.Error("what was to be done soon stands after it is over")
		}
		if n, text := w.toldOf(t, "east", "check_over"); n != 1 || !strings.Contains(text, "2026-04-01") {
			t.Errorf("told %d times that it is over: %s", n, text)
		}
		page := w.say(t, saying{as: "east", call: "GET /customers?filter=" + url.QueryEscape(mineToCheck), status: 200})
		for _, x := range page["items"].([]any) {
			w.say(t, saying{as: "east", call: "POST /customers/" + x.(map[string]any)["id"].(string) + "/check", status: 200})
		}
		if n, _ := w.toldOf(t, "east", "check_over"); n != 0 {
			t.Error("it stands although nothing is left to check")
		}
	})
}

// TestQualityIsItsLists: every figure of the data-quality page is as many customers as the list behind it, for everybody (DOMAIN §8, §11).
func TestQualityIsItsLists(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.say(t, saying{as: "east", call: "POST /customers", status: 201, body: `{"name":"嘉兴米多餐饮管理有限公司"}`})
		w.hand.Set(start.AddDate(0, 4, 0))
		w.say(t, saying{as: "east", call: "POST /customers", status: 201, body: `{"name":"宁波立升机械有限公司","industry":"C34"}`})
		checked := 0
		for _, as := range []string{"east", "mate", "leader", "service", "executive", "admin", "second"} {
			for _, q := range []string{"", "?department_id=" + w.branch, "?owner_id=" + w.users["east"], "?department_id=none"} {
				got := w.say(t, saying{as: as, call: "GET /quality" + q, status: 200})
				var s quality.State
				text, _ := json.Marshal(got)
				must(t, json.Unmarshal(text, &s))
				look := func(what string, f quality.Figure) {
					checked++
					if n := w.listed(t, as, f.Filter); n != f.N {
						t.Errorf("%s%s: %s says %d, its list %d: %s", as, q, what, f.N, n, f.Filter)
					}
				}
				for _, l := range append(append([]quality.Line{s.Total}, s.Departments...), s.People...) {
					for what, f := range map[string]quality.Figure{"customers": l.Customers, "low": l.Low, "due": l.Due, "silent": l.Silent, "suspects": l.Suspects} {
						look(string(l.Name)+" "+what, f)
					}
					if l.Checked+l.Due.N != l.ToCheck || l.Completeness < 0 || l.Completeness > 100 {
						t.Errorf("%s: %+v", as, l)
					}
				}
				for _, m := range s.Missed {
					look("missed "+m.Field, m.Figure)
				}
				if as == "leader" && q == "" && (s.Total.Customers.N == 0 || s.Total.Due.N == 0 || s.Total.Suspects.N == 0 || s.Total.Silent.N == 0 || len(s.Missed) == 0 || len(s.People) < 2) {
					t.Errorf("the fixture says nothing: %+v", s)
				}
			}
		}
		if checked < 200 {
			t.Errorf("only %d figures", checked)
		}
	})
}

// TestColleaguesTalkBelowAFollowUp: comments with @colleague, told without what was said; changed and taken away by their writer for a day;
// refused where the customer is archived (DOMAIN §5, DECISIONS 1).
func TestColleaguesTalkBelowAFollowUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		shared := w.placements["collaborator"] // second's, with east working on it
		talk := "/follow-ups/" + shared["follow_ups"]
		say := func(as, body string, status int, has ...string) map[string]any {
			t.Helper()
			return w.say(t, saying{as: as, call: "POST " + talk + "/comments", body: body, status: status, has: has})
		}
		say("mate", `{"text":"看看"}`, 404)
		say("east", `{"text":"  "}`, 422, "required")
		say("east", `{"text":"找 @mate","mention_ids":["`+w.users["mate"]+`"]}`, 422, "owner_out_of_reach")
		say("east", `{"text":"找 @disabled","mention_ids":["`+w.users["disabled"]+`"]}`, 422, "owner_out_of_reach")
		found := w.say(t, saying{as: "east", call: "GET " + talk + "/readers?q=e", status: 200, has: []string{"executive"}, lacks: []string{`"mate"`, `"disabled"`, `"name":"east"`}})
		if len(found["items"].([]any)) == 0 {
			t.Error("nobody can be named")
		}
		c := say("east", `{"text":"请 @executive 看一下报价 `+canaryText+`","mention_ids":["`+w.users["executive"]+`"]}`, 201, `"may_change":true`, `"name":"executive"`)
		id := "/comments/" + c["id"].(string)
		// Who is named, and whose follow-up it is: what they are told holds neither text nor a contact.
		for user, kind := range map[string]string{"executive": "comment_mention", "second": "comment_mine"} {
			n, text := w.toldOf(t, user, kind)
			if n != 1 || !strings.Contains(text, "east") || strings.Contains(text, canaryText) || strings.Contains(text, "报价") {
				t.Errorf("%s is told %d times: %s", user, n, text)
			}
		}
		if n, _ := w.toldOf(t, "east", "comment_mention"); n != 0 {
			t.Error("told of his own comment")
		}
		// The owner reads what a collaborator said; another edits it no more than anybody else.
		w.say(t, saying{as: "second", call: "GET " + talk + "/comments", status: 200, has: []string{"看一下报价", `"may_change":false`}})
		w.say(t, saying{as: "second", call: "GET /customers/" + shared["customers"] + "/comments?follow_ups=" + shared["follow_ups"], status: 200, has: []string{"看一下报价"}})
		w.say(t, saying{as: "second", call: "PATCH " + id, match: version(c), body: `{"text":"改"}`, status: 403})
		w.say(t, saying{as: "mate", call: "GET " + id, status: 404})
		c = w.say(t, saying{as: "east", call: "PATCH " + id, match: version(c), body: `{"text":"请 @executive 和 @second 看报价","mention_ids":["` + w.users["executive"] + `","` + w.users["second"] + `"]}`, status: 200, has: []string{"和 @second"}})
		if n, _ := w.toldOf(t, "executive", "comment_mention"); n != 1 {
			t.Errorf("the executive is told %d times of one comment", n)
		}
		w.say(t, saying{as: "east", call: "DELETE " + id, match: `"1"`, status: 412})
		w.say(t, saying{as: "second", call: "DELETE " + id, match: version(c), status: 403})
		w.say(t, saying{as: "east", call: "DELETE " + id, match: version(c), status: 204})
		w.say(t, saying{as: "second", call: "GET " + talk + "/comments", status: 200, has: []string{`"text":""`, c["id"].(string)}, lacks: []string{"看报价"}})
		if n, _ := w.toldOf(t, "executive", "comment_mention"); n != 0 {
			t.Error("the executive is still told of a comment that is gone")
		}
		kept, err := db.Read(t.Context(), w.DB, program, func(tx *db.Tx) (db.Count, error) {
			return db.One[db.Count](tx, sealedComments, db.Args{"id": c["id"]})
		})
		must(t, err)
		if kept.N != 0 {
			t.Error("the text of a deleted comment is kept")
		}
		old := say("east", `{"text":"明天回"}`, 201)
		w.hand.Set(w.hand.Now().Add(25 * time.Hour))
		w.say(t, saying{as: "east", call: "PATCH /comments/" + old["id"].(string), match: version(old), body: `{"text":"后天回"}`, status: 409, has: []string{"comment_stands"}})
		w.say(t, saying{as: "east", call: "DELETE /comments/" + old["id"].(string), match: version(old), status: 409})
	})
}

var sealedComments = db.SQL(`SELECT count(*) AS n FROM {comments k} WHERE k.id = :id AND k.texts IS NOT NULL`, comment.Table)

// ledBy has somebody lead a department.
func (w *world) ledBy(t *testing.T, department, login string) {
	t.Helper()
	_, err := w.Account.ChangeDepartment(t.Context(), program, department, 1, account.ChangedDepartment{LeaderID: api.Some(w.users[login])})
	must(t, err)
}

// TestCommentsGoWhereTheirFollowUpGoes: merging moves them and they stay readable, parting brings them back; undoing an import
// leaves a follow-up that somebody spoke about (DECISIONS 29).
func TestCommentsGoWhereTheirFollowUpGoes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		own, above := w.placements["own"], w.placements["above"]
		said := func(customer string, has, lacks []string) {
			t.Helper()
			w.say(t, saying{as: "leader", call: "GET /customers/" + customer + "/comments?follow_ups=" + own["follow_ups"] + "," + above["follow_ups"], status: 200, has: has, lacks: lacks})
		}
		said(own["customers"], []string{own["comments"]}, []string{above["comments"]})
		m := merged(t, w, nil)
		said(own["customers"], []string{own["comments"], above["comments"], `"text":"电话` + canaryText}, []string{`"text":""`})
		_, err := w.Merges.Undo(t.Context(), w.actors["leader"], m.ID, m.Version)
		must(t, err)
		said(own["customers"], []string{own["comments"]}, []string{above["comments"]})
		said(above["customers"], []string{above["comments"], `"text":"电话` + canaryText}, nil)

		c := w.say(t, saying{as: "east", call: "GET /customers/" + own["customers"], status: 200})
		i := w.brought(t, "east", "follow_up", "f.csv", "客户名称,跟进时间,跟进方式,跟进内容\n"+c["name"].(string)+",2026-02-01 10:00,电话,问了样机的交期\n"+c["name"].(string)+",2026-02-02 10:00,电话,说了付款方式\n", exchange.NewPlan{}, "run")
		page := w.say(t, saying{as: "east", call: "GET /customers/" + own["customers"] + "/follow-ups", status: 200, has: []string{"样机的交期", "付款方式"}})
		var talk string
		for _, x := range page["items"].([]any) {
			if f := x.(map[string]any); strings.Contains(fmt.Sprint(f["content"]), "样机的交期") {
				talk = f["id"].(string)
			}
		}
		w.hand.Advance(time.Hour)
		w.say(t, saying{as: "leader", call: "POST /follow-ups/" + talk + "/comments", body: `{"text":"先问生产"}`, status: 201})
		i = w.acted(t, "east", i.ID, "undo")
		if len(i.Kept) != 1 || i.Kept[0].Code != "touched" || i.Kept[0].Record != talk {
			t.Errorf("kept are %+v", i.Kept)
		}
		w.say(t, saying{as: "east", call: "GET /customers/" + own["customers"] + "/follow-ups", status: 200, has: []string{"样机的交期"}, lacks: []string{"付款方式"}})
	})
}
