package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

// A saying is one request and what must come of it. has and lacks look into the body.
type saying struct {
	as, call, body, match, key string
	status                     int
	has, lacks                 []string
}

// say sends a request and checks the answer; it gives the body.
func (w *world) say(t *testing.T, s saying) map[string]any {
	t.Helper()
	method, path, _ := strings.Cut(s.call, " ")
	r := httptest.NewRequest(method, api.Root+path, strings.NewReader(s.body))
	r.Header.Set("Content-Type", "application/json")
	for name, v := range map[string]string{"If-Match": s.match, "Idempotency-Key": s.key} {
		if v != "" {
			r.Header.Set(name, v)
		}
	}
	rec := httptest.NewRecorder()
	api.Serving{}.Guard(w.mux).ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), whoKey{}, w.actors[s.as])))
	body := rec.Body.String()
	if rec.Code != s.status {
		t.Fatalf("%s %s: %d, want %d: %s", s.as, s.call, rec.Code, s.status, body)
	}
	for _, h := range s.has {
		if !strings.Contains(body, h) {
			t.Errorf("%s %s lacks %s: %s", s.as, s.call, h, body)
		}
	}
	for _, l := range s.lacks {
		if strings.Contains(body, l) {
			t.Errorf("%s %s tells %s: %s", s.as, s.call, l, body)
		}
	}
	if kind := rec.Header().Get("Content-Type"); rec.Code >= 400 && kind != "application/problem+json" {
		t.Errorf("%s is answered with %s", s.call, kind)
	}
	out := map[string]any{}
	_ = json.Unmarshal([]byte(body), &out)
	return out
}

func version(m map[string]any) string { return fmt.Sprintf(`"%v"`, m["version"]) }

// TestCustomerLife follows one customer from a name to the bin and back (S22–S53, S75–S82, S93, S94).
func TestCustomerLife(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.say(t, saying{as: "east", call: "POST /customers", body: `{"name":"公司"}`, status: 422, has: []string{`"vague"`, `"name"`}})
		w.say(t, saying{as: "east", call: "POST /customers", body: `{"name":"` + canaryText + `"}`, status: 422, has: []string{"number_in_text"}, lacks: []string{canaryText}})
		w.say(t, saying{as: "east", call: "POST /customers", body: `{"name":"嘉兴云栈物流有限公司","credit_code":"91330402MAXDEM0998"}`, status: 422, has: []string{"bad_code", "credit_code"}})
		w.say(t, saying{as: "east", call: "POST /customers", body: `{"name":"嘉兴云栈物流有限公司","code":"C1"}`, status: 422, has: []string{"read_only"}})
		w.say(t, saying{as: "east", call: "POST /customers", body: `{"name":"嘉兴云栈物流有限公司","colour":"red"}`, status: 422, has: []string{"unknown_field"}})
		w.say(t, saying{as: "east", call: "POST /customers", body: `{"name":"嘉兴云栈物流有限公司","contacts":[{"name":"钱一","mobile":"12345"}]}`, status: 422, has: []string{"bad_phone", "contacts[0].mobile"}})
		c := w.say(t, saying{as: "east", call: "POST /customers", status: 201, body: `{"name":"嘉兴云栈物流有限公司","industry":"G54","region":"330400","employees":420,"annual_revenue_fen":21000000000,"tags":["cost_efficiency"]}`,
			has: []string{`"code":"C20260302`, `"short_name":"云栈"`, `"area":"华东"`, `"size_proposed":"medium"`, `"review":"draft"`, `"status":"potential"`, `"stage":"first_contact"`, `"missing":["credit_code","contact.name"]`}})
		id := "/customers/" + c["id"].(string)
		w.say(t, saying{as: "mate", call: "POST /customers", body: `{"name":"嘉兴云栈物流有限责任公司"}`, status: 409, has: []string{"duplicate_same", `"owner":"east"`}})
		w.say(t, saying{as: "mate", call: "POST /customers", body: `{"name":"嘉兴云栈物流有限公司","duplicates":"new"}`, status: 201})
		w.say(t, saying{as: "east", call: "POST " + id + "/submit", match: version(c), status: 422, has: []string{"contact.name", "credit_code"}})
		w.say(t, saying{as: "east", call: "PATCH " + id, body: `{"grade":"A"}`, status: 428, has: []string{"version_missing"}})
		w.say(t, saying{as: "east", call: "PATCH " + id, body: `{"grade":"A"}`, match: `"9"`, status: 412, has: []string{"version_stale"}})
		c = w.say(t, saying{as: "east", call: "PATCH " + id, body: `{"grade":"A","credit_code":"91330402 MAXDEM0997","remark":"找老张","budget_from_fen":30000000,"budget_to_fen":20000000}`, match: version(c), status: 200,
			has: []string{`"credit_code":"91330402MAXDEM0997"`, `"budget_from_fen":20000000`, `"remark":"找老张"`}})
		w.say(t, saying{as: "east", call: "PATCH " + id, body: `{"grade":"Z"}`, match: version(c), status: 422, has: []string{`"grade"`}})
		c = w.say(t, saying{as: "east", call: "PATCH " + id, body: `{"remark":null}`, match: version(c), status: 200, has: []string{`"remark":null`, `"grade":"A"`}})
		w.say(t, saying{as: "second", call: "POST /customers", body: `{"name":"另一家物流有限公司","credit_code":"91330402MAXDEM0997","duplicates":"new"}`, status: 409, has: []string{"duplicate_same", "credit_code"}})
		w.say(t, saying{as: "east", call: "POST " + id + "/contacts", body: `{"name":"钱多多","title":"采购经理","role":"purchaser","wechat":"qianduoduo"}`, status: 201, has: []string{`"primary":true`, `"name":"钱多多"`}, lacks: []string{"qianduoduo"}})
		c = w.say(t, saying{as: "east", call: "POST " + id + "/submit", match: version(c), status: 200, has: []string{`"review":"effective"`, `"missing":[]`}})
		w.say(t, saying{as: "east", call: "POST " + id + "/submit", match: version(c), status: 409})
		c = w.say(t, saying{as: "east", call: "POST " + id + "/move", body: `{"to":"need_clear"}`, match: version(c), status: 200, has: []string{`"status":"interested"`}})
		w.say(t, saying{as: "east", call: "POST " + id + "/move", body: `{"to":"signed"}`, match: version(c), status: 422, has: []string{"stage_skip_reason"}})
		w.say(t, saying{as: "east", call: "POST " + id + "/move", body: `{"to":"ended"}`, match: version(c), status: 422, has: []string{"stage_evidence"}})
		w.hand.Advance(50 * time.Hour)
		c = w.say(t, saying{as: "east", call: "POST " + id + "/move", body: `{"to":"ended","reason":"price","note":"对手便宜"}`, match: version(c), status: 200, has: []string{`"status":"lost"`}})
		c = w.say(t, saying{as: "east", call: "POST " + id + "/move", body: `{"to":"first_contact"}`, match: version(c), status: 200, has: []string{`"reactivated":true`, `"status":"potential"`}})
		w.say(t, saying{as: "east", call: "GET " + id + "/moves", status: 200, has: []string{`"reason":"price"`, `"note":"对手便宜"`, `"days":2`}})
		w.say(t, saying{as: "east", call: "GET " + id + "/history", status: 200, has: []string{`"field":"grade","new":"A"`, `"customer.move"`}, lacks: []string{"找老张"}})
		w.say(t, saying{as: "leader", call: "DELETE " + id, match: version(c), status: 204})
		w.say(t, saying{as: "east", call: "GET " + id, status: 404})
		w.say(t, saying{as: "second", call: "POST /customers", body: `{"name":"另一家物流有限公司","credit_code":"91330402MAXDEM0997"}`, status: 201})
		binned := w.say(t, saying{as: "leader", call: "GET /customers/bin", status: 200, has: []string{"嘉兴云栈物流有限公司"}})
		var v any
		for _, x := range binned["items"].([]any) {
			if m := x.(map[string]any); m["id"] == c["id"] {
				v = m["version"]
			}
		}
		w.say(t, saying{as: "leader", call: "POST " + id + "/restore", match: fmt.Sprintf(`"%v"`, v), status: 409, has: []string{"duplicate_same"}})
	})
}

// TestFollowUpLife: late by the server's clock, vague words, next step, promises, correction (S99–S115).
func TestFollowUpLife(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := "/customers/" + w.placements["own"]["customers"]
		post := "POST " + id + "/follow-ups"
		w.say(t, saying{as: "east", call: post, body: `{"method":"call","content":"x","happened_at":"2026-03-03T09:00:00Z"}`, status: 422, has: []string{"in_future"}})
		w.say(t, saying{as: "east", call: post, body: `{"method":"call","content":"不清楚"}`, status: 422, has: []string{`"vague"`}})
		w.say(t, saying{as: "east", call: post, body: `{"method":"call","content":"客户意向较强"}`, status: 422, has: []string{`"vague"`, `"better"`}})
		w.say(t, saying{as: "east", call: post, body: `{"method":"call","content":"客户意向较强","accept_vague":true}`, status: 201})
		w.say(t, saying{as: "east", call: post, body: `{"method":"call","content":"客户说不清楚预算","happened_at":"2026-03-01T00:00:00Z"}`, status: 201, has: []string{`"late":true`, `"code":"G20260302`}})
		f := w.say(t, saying{as: "east", call: post, status: 201, body: `{"method":"visit","content":"看了车间,谈妥付款方式","outcome":"interested","next_follow_up_at":"2026-03-06T01:00:00Z",
			"next_step":{"what":"发送方案初稿","due_on":"2026-03-05"},"promises":[{"by":"us","what":"两周内给出需求文档","due_on":"2026-03-08"}]}`,
			has: []string{`"late":false`, `"task_id":"`, `"correctable":true`, `"kept":null`}})
		w.say(t, saying{as: "east", call: "GET " + id, status: 200, has: []string{`"last_follow_up_at":"2026-03-02T01:00:00Z"`, `"next_follow_up_at":"2026-03-06T01:00:00Z"`}})
		w.say(t, saying{as: "east", call: "GET /tasks?view=week", status: 200, has: []string{"发送方案初稿"}})
		w.say(t, saying{as: "east", call: "GET /promises?due=week", status: 200, has: []string{"两周内给出需求文档"}})
		for span, found := range map[string]bool{"due_from=2026-03-02&due_until=2026-03-08": true, "due_from=2026-03-08": true, "due_until=2026-03-07": false, "due_from=2026-03-09": false} {
			said := saying{as: "east", call: "GET /promises?" + span, status: 200, has: []string{"两周内给出需求文档"}}
			if !found {
				said.has, said.lacks = nil, said.has
			}
			w.say(t, said)
		}
		w.say(t, saying{as: "east", call: "GET /promises?due_from=2026-3-8", status: 422, has: []string{"due_from"}})
		p := f["promises"].([]any)[0].(map[string]any)["id"].(string)
		w.say(t, saying{as: "east", call: "POST /promises/" + p + "/settle", body: `{"kept":true}`, status: 200, has: []string{`"kept":true`}})
		w.say(t, saying{as: "east", call: "GET /promises?due=week", status: 200, lacks: []string{"两周内给出需求文档"}})
		path := "/follow-ups/" + f["id"].(string)
		w.say(t, saying{as: "leader", call: "PATCH " + path, body: `{"content":"改"}`, match: version(f), status: 403, has: []string{"not_yours"}})
		f = w.say(t, saying{as: "east", call: "PATCH " + path, body: `{"content":"看了车间,付款方式还要谈"}`, match: version(f), status: 200, has: []string{"还要谈"}})
		w.hand.Advance(25 * time.Hour)
		w.say(t, saying{as: "east", call: "PATCH " + path, body: `{"content":"再改"}`, match: version(f), status: 409, has: []string{"correct_instead"}})
		w.say(t, saying{as: "east", call: "POST " + path + "/corrections", body: `{"content":"付款方式是月结三十天","reason":"记错了"}`, status: 201, has: []string{"付款方式是月结三十天", "还要谈", "记错了"}})
		before := w.say(t, saying{as: "east", call: "GET " + id, status: 200})["last_follow_up_at"]
		w.say(t, saying{as: "east", call: post, body: `{"method":"call","outcome":"no_answer"}`, status: 201, has: []string{"未接通"}})
		w.say(t, saying{as: "east", call: "GET " + id, status: 200, has: []string{before.(string)}})
		w.say(t, saying{as: "east", call: "GET " + id + "/timeline?limit=3", status: 200, has: []string{`"follow_up"`, "未接通"}})
		// A collaborator writes; the owner reads it.
		w.say(t, saying{as: "east", call: "POST /customers/" + w.placements["collaborator"]["customers"] + "/follow-ups", body: `{"method":"wechat","content":"发了样册,等回复"}`, status: 201})
		w.say(t, saying{as: "second", call: "GET /customers/" + w.placements["collaborator"]["customers"] + "/follow-ups", status: 200, has: []string{"发了样册"}})
	})
}

// TestFinding: any part of a name, pinyin, initials, number, contact, last four; filters, pages both ways.
func TestFinding(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i, name := range []string{"重庆巴适味道食品有限公司", "上海小灶台餐饮管理有限公司", "苏州锐恒电子科技有限公司", "Softlife文化传媒有限公司", "厦门渔米里餐饮有限公司"} {
			w.say(t, saying{as: "east", call: "POST /customers", status: 201, body: fmt.Sprintf(`{"name":"%s","industry":"H62","employees":%d,"contacts":[{"name":"王小明","mobile":"1990000123%d"}]}`, name, i, i)})
			w.hand.Advance(time.Minute)
		}
		find := func(q, want string) {
			t.Helper()
			out := w.say(t, saying{as: "east", call: "GET /customers?q=" + url.QueryEscape(q), status: 200})
			var names []string
			for _, x := range out["items"].([]any) {
				names = append(names, x.(map[string]any)["name"].(string))
			}
			if got := strings.Join(names, " "); !strings.Contains(got, want) {
				t.Errorf("%q finds %q, should find %q", q, got, want)
			}
			if out := w.say(t, saying{as: "first", call: "GET /customers?q=" + url.QueryEscape(q), status: 200}); want != "" && strings.Contains(fmt.Sprint(out), want) {
				t.Errorf("%q shows another's customer", q)
			}
		}
		for q, want := range map[string]string{"小灶": "上海小灶台", "灶": "上海小灶台", "xzt": "上海小灶台", "xiaozao": "上海小灶台", "锐恒电子": "苏州锐恒", "ruiheng": "苏州锐恒", "rh": "苏州锐恒",
			"softlife文化": "Softlife", "SOFT": "Softlife", "chongqing": "重庆巴适", "cqbs": "重庆巴适", "xiamen": "厦门渔米里", "C20260302": "C", "1231": "上海小灶台", "王小明": "苏州锐恒", "wxm": "厦门", "小明": "重庆"} {
			if want == "C" {
				want = ""
			}
			find(q, want)
		}
		w.say(t, saying{as: "east", call: "GET /customers?q=19900001231", status: 422, has: []string{"use_sensitive_search"}})
		w.say(t, saying{as: "east", call: "POST /customers/search-sensitive", body: `{"value":"+86 199 0000 1231"}`, status: 200, has: []string{"上海小灶台"}, lacks: []string{"重庆"}})
		w.say(t, saying{as: "first", call: "POST /customers/search-sensitive", body: `{"value":"19900001231"}`, status: 200, lacks: []string{"上海小灶台"}})
		w.say(t, saying{as: "east", call: "GET /search?q=" + url.QueryEscape("王小明"), status: 200, has: []string{`"kind":"customer"`, `"kind":"contact"`}})
		filter := func(f string, status int) map[string]any {
			return w.say(t, saying{as: "east", call: "GET /customers?count=1&filter=" + url.QueryEscape(f), status: status})
		}
		for f, n := range map[string]float64{
			`{"field":"industry","op":"eq","value":"H62"}`: 5, `{"field":"industry","op":"under","value":"H"}`: 5, `{"field":"employees","op":"gte","value":3}`: 2,
			`{"all":[{"field":"owner_id","op":"eq","value":"me"},{"not":{"field":"industry","op":"eq","value":"H62"}}]}`:   1,
			`{"any":[{"field":"employees","op":"between","value":[1,2]},{"field":"name","op":"contains","value":"Soft"}]}`: 3,
			`{"field":"created_at","op":"within_days","value":1}`:                                                          9,
			`{"field":"core_need","op":"not_empty"}`:                                                                       4, `{"field":"employees","op":"empty"}`: 5,
		} {
			if out := filter(f, 200); out["total"] != n {
				t.Errorf("%s counts %v, want %v", f, out["total"], n)
			}
		}
		for _, f := range []string{`{"field":"password","op":"eq","value":"x"}`, `{"field":"industry","op":"like","value":"x"}`, `{"all":`, `{"field":"employees","op":"eq","value":"many"}`,
			`{"field":"name","op":"eq","value":"' OR 1=1 --"`, strings.Repeat(`{"not":`, 30) + `{}` + strings.Repeat(`}`, 30)} {
			filter(f, 422)
		}
		w.say(t, saying{as: "marketing", call: "GET /customers?filter=" + url.QueryEscape(`{"field":"annual_revenue_fen","op":"gt","value":1}`), status: 422, has: []string{"unknown_field"}})
		w.pages(t)
	})
}

// pages walks a list forwards and back: every row once, in one order.
func (w *world) pages(t *testing.T) {
	for _, sort := range []string{"", "name", "-name", "last_follow_up_at", "-next_follow_up_at", "created_at"} {
		var forth, back []string
		next := "/customers?limit=2&sort=" + sort
		last := ""
		for next != "" {
			out := w.say(t, saying{as: "admin", call: "GET " + next, status: 200})
			for _, x := range out["items"].([]any) {
				forth = append(forth, x.(map[string]any)["id"].(string))
			}
			next = ""
			if c, ok := out["next"].(string); ok {
				next = "/customers?limit=2&sort=" + sort + "&cursor=" + url.QueryEscape(c)
			}
			if c, ok := out["prev"].(string); ok {
				last = c
			}
		}
		for c := last; c != ""; {
			out := w.say(t, saying{as: "admin", call: "GET /customers?limit=2&sort=" + sort + "&cursor=" + url.QueryEscape(c), status: 200})
			var page []string
			for _, x := range out["items"].([]any) {
				page = append(page, x.(map[string]any)["id"].(string))
			}
			back = append(page, back...)
			c, _ = out["prev"].(string)
		}
		unique := slices.Compact(slices.Sorted(slices.Values(forth)))
		if len(unique) != 13 || len(forth) != 13 || !slices.Equal(forth[:len(back)], back) {
			t.Errorf("sort %q: forth %d rows (%d different), back %v", sort, len(forth), len(unique), slices.Equal(forth[:len(back)], back))
		}
	}
	out := w.say(t, saying{as: "admin", call: "GET /customers?limit=2", status: 200})
	cursor := url.QueryEscape(out["next"].(string))
	w.say(t, saying{as: "admin", call: "GET /customers?limit=2&sort=name&cursor=" + cursor, status: 422})
	w.say(t, saying{as: "admin", call: "GET /customers?limit=2&cursor=" + cursor[:len(cursor)-4] + "AAAA", status: 422})
}

// TestOnce: the same key and body give the same answer; another body is refused; many at once make one.
func TestOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		body := `{"name":"台州一次食品有限公司"}`
		a := w.say(t, saying{as: "east", call: "POST /customers", body: body, key: "k1", status: 201})
		b := w.say(t, saying{as: "east", call: "POST /customers", body: body, key: "k1", status: 201})
		if a["id"] != b["id"] {
			t.Errorf("a replay made %v beside %v", b["id"], a["id"])
		}
		w.say(t, saying{as: "east", call: "POST /customers", body: `{"name":"台州两次食品有限公司"}`, key: "k1", status: 409, has: []string{"idempotency_mismatch"}})
		w.say(t, saying{as: "mate", call: "POST /customers", body: `{"name":"台州三次食品有限公司"}`, key: "k1", status: 201})
		var wg sync.WaitGroup
		ids := make(chan any, 50)
		for range 50 {
			wg.Go(func() {
				r := httptest.NewRequest("POST", api.Root+"/customers", strings.NewReader(`{"name":"台州多次食品有限公司"}`))
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Idempotency-Key", "k2")
				rec := httptest.NewRecorder()
				w.mux.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), whoKey{}, w.actors["east"])))
				var m map[string]any
				_ = json.Unmarshal(rec.Body.Bytes(), &m)
				if rec.Code == 201 {
					ids <- m["id"]
				} else if rec.Code != 409 {
					t.Errorf("%d %s", rec.Code, rec.Body)
				}
			})
		}
		wg.Wait()
		close(ids)
		seen := map[any]bool{}
		for id := range ids {
			seen[id] = true
		}
		if len(seen) != 1 {
			t.Errorf("fifty callers with one key made %d customers", len(seen))
		}
	})
}

// TestClaims: of fifty who claim at once one gets the customer; quota, cap and cooldown hold.
func TestClaims(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		path := api.Root + "/customers/" + w.placements["pool"]["customers"] + "/claim"
		var wg sync.WaitGroup
		codes := make(chan int, 50)
		for i := range 50 {
			wg.Go(func() {
				r := httptest.NewRequest("POST", path, nil)
				rec := httptest.NewRecorder()
				w.mux.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), whoKey{}, w.actors[[]string{"east", "mate", "first"}[i%3]])))
				codes <- rec.Code
			})
		}
		wg.Wait()
		close(codes)
		won := 0
		for c := range codes {
			if c == 200 {
				won++
			}
		}
		if won != 1 {
			t.Errorf("%d claimed one customer", won)
		}
		w.say(t, saying{as: "admin", call: "PATCH /settings", body: `{"values":{"customer.claim_per_day":0}}`, status: 200})
		c := w.say(t, saying{as: "mate", call: "POST /customers", body: `{"name":"台州回收食品有限公司"}`, status: 201})
		w.say(t, saying{as: "mate", call: "POST /customers/" + c["id"].(string) + "/release", body: `{}`, match: version(c), status: 200, has: []string{`"owner_id":null`}})
		w.say(t, saying{as: "first", call: "POST /customers/" + c["id"].(string) + "/claim", status: 429, has: []string{"quota_used"}})
		w.say(t, saying{as: "admin", call: "PATCH /settings", body: `{"values":{"customer.claim_per_day":10,"customer.cap":1}}`, status: 200})
		w.say(t, saying{as: "first", call: "POST /customers/" + c["id"].(string) + "/claim", status: 409, has: []string{"cap_reached"}})
		w.say(t, saying{as: "admin", call: "PATCH /settings", body: `{"values":{"customer.cap":200}}`, status: 200})
		w.say(t, saying{as: "mate", call: "POST /customers/" + c["id"].(string) + "/claim", status: 409, has: []string{"cooldown"}})
		w.say(t, saying{as: "first", call: "POST /customers/" + c["id"].(string) + "/claim", status: 200, has: []string{`"owner_name":"first"`}})
	})
}

// TestMasks: names by who works with the customer, numbers never but by reveal, masks sent back change nothing.
func TestMasks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		own := "/contacts/" + w.placements["own"]["contacts"]
		p := w.say(t, saying{as: "east", call: "GET " + own, status: 200, has: []string{"欧阳修远", "136****4321"}, lacks: []string{canaryValue}})
		w.say(t, saying{as: "executive", call: "GET " + own, status: 200, lacks: []string{"欧阳修远", canaryText}})
		w.say(t, saying{as: "marketing", call: "GET " + own, status: 200, lacks: []string{"欧阳修远", canaryText}, has: []string{"136****4321"}})
		w.say(t, saying{as: "mate", call: "GET /contacts/" + w.placements["pool"]["contacts"], status: 200, has: []string{`"mobile":null`}, lacks: []string{"4321", "欧阳修远"}})
		p = w.say(t, saying{as: "east", call: "PATCH " + own, body: `{"mobile":"136****4321","title":"总监"}`, match: version(p), status: 200, has: []string{"136****4321", "总监"}})
		w.say(t, saying{as: "east", call: "PATCH " + own, body: `{"mobile":"138****0000"}`, match: version(p), status: 422, has: []string{"masked_value"}})
		w.say(t, saying{as: "east", call: "POST /customers", body: `{"name":"台州面具食品有限公司","contacts":[{"name":"钱*","mobile":"13800000000"}]}`, status: 422, has: []string{"masked_value"}})
		w.say(t, saying{as: "east", call: "POST " + own + "/reveal", body: `{"field":"mobile","reason":"call"}`, status: 200, has: []string{canaryValue}})
		w.say(t, saying{as: "service", call: "POST " + own + "/reveal", body: `{"field":"mobile","reason":"call"}`, status: 422, has: []string{`"reason"`}})
		w.say(t, saying{as: "admin", call: "PATCH /settings", body: `{"values":{"reveal.other_limit":1}}`, status: 200})
		w.say(t, saying{as: "service", call: "POST " + own + "/reveal", body: `{"field":"mobile","reason":"售后服务回电"}`, status: 200, has: []string{canaryValue}})
		w.say(t, saying{as: "service", call: "POST " + own + "/reveal", body: `{"field":"email","reason":"售后服务回电"}`, status: 429, has: []string{"quota_used"}})
		w.say(t, saying{as: "east", call: "POST /customers/" + w.placements["own"]["customers"] + "/reveal", body: `{"field":"mobile","reason":"call"}`, status: 200, has: []string{canaryValue}})
		w.say(t, saying{as: "auditor", call: "GET /audit?action=sensitive.reveal", status: 200, has: []string{`"reason":"call"`, `"field":"mobile"`}, lacks: []string{canaryValue}})
		c := w.say(t, saying{as: "service", call: "GET /customers/" + w.placements["own"]["customers"], status: 200, has: []string{`"annual_revenue_fen":null`}, lacks: []string{"31415926"}})
		if c["may"].(map[string]any)["change"] != false {
			t.Error("service may change a customer")
		}
		// An individual's name is personal: sealed, and masked for whoever does not work with him.
		i := w.say(t, saying{as: "second", call: "POST /customers", body: `{"kind":"individual","name":"陆晓峰","contacts":[{"wechat":"luxiaofeng"}]}`, status: 201, has: []string{`"name":"陆晓峰"`, `"missing":[]`}})
		w.say(t, saying{as: "executive", call: "GET /customers/" + i["id"].(string), status: 200, has: []string{"陆*峰"}, lacks: []string{"陆晓峰"}})
		w.say(t, saying{as: "second", call: "GET /customers?q=lxf", status: 200, has: []string{"陆晓峰"}})
		w.say(t, saying{as: "service", call: "POST /customers/" + i["id"].(string) + "/follow-ups", status: 201, body: `{"method":"call","content":"约了门店安装时间","next_step":{"what":"安装","due_on":"2026-03-09"}}`, has: []string{`"customer_name":"陆晓峰"`}})
		w.say(t, saying{as: "service", call: "GET /tasks", status: 200, has: []string{`"customer_name":"陆晓峰"`}})
		w.say(t, saying{as: "executive", call: "GET /follow-ups", status: 200, has: []string{"陆*峰"}, lacks: []string{"陆晓峰"}})
		w.say(t, saying{as: "second", call: "GET /home", status: 200, has: []string{"陆晓峰"}})
		w.say(t, saying{as: "executive", call: "GET /customers", status: 200, lacks: []string{"陆晓峰"}})
	})
}

// TestDoor: lock-out by account, the same answer for a wrong password and an unknown login, ends at once.
func TestDoor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		unknown := w.say(t, saying{call: "POST /session", body: `{"login":"no-such","password":"whatever it is"}`, status: 401})
		for i := range 5 {
			wrong := w.say(t, saying{call: "POST /session", body: `{"login":"east","password":"whatever it is"}`, status: 401, lacks: []string{"whatever"}})
			if fmt.Sprint(wrong) != fmt.Sprint(unknown) {
				t.Fatalf("try %d: a wrong password says %v, an unknown login %v", i, wrong, unknown)
			}
		}
		w.say(t, saying{call: "POST /session", body: `{"login":"east","password":"a long enough passphrase"}`, status: 429, has: []string{"locked_out"}})
		w.hand.Advance(2 * time.Minute)
		w.say(t, saying{call: "POST /session", body: `{"login":"EAST","password":"a long enough passphrase"}`, status: 200, has: []string{`"login":"east"`}})
		w.say(t, saying{call: "POST /session", body: `{"login":"` + canaryValue + `","password":"a long enough passphrase"}`, status: 200, has: []string{`"login":"east"`}})
		w.say(t, saying{call: "POST /session", body: `{"login":"disabled","password":"a long enough passphrase"}`, status: 401})
		w.say(t, saying{as: "hr", call: "POST /users", body: `{"login":"boss2","name":"甲","role_ids":["` + w.roleID(t, "administrator") + `"],"password":"a long enough passphrase"}`, status: 403})
		w.say(t, saying{as: "admin", call: "POST /users", body: `{"login":"short","name":"甲","role_ids":[],"password":"1234567890"}`, status: 422, has: []string{"password_common"}, lacks: []string{"1234567890"}})
		u := w.say(t, saying{as: "admin", call: "GET /users/" + w.users["admin"], status: 200})
		w.say(t, saying{as: "admin", call: "POST /users/" + w.users["admin"] + "/disable", match: version(u), status: 409, has: []string{"last_administrator"}})
	})
}

// TestMustChange: a password given by another opens nothing but its own change.
func TestMustChange(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.say(t, saying{as: "admin", call: "POST /users/" + w.users["mate"] + "/password", body: `{"password":"given by somebody else"}`, match: `"1"`, status: 200})
		w.actors["mate"] = w.actor(t, "mate")
		w.say(t, saying{as: "mate", call: "GET /customers", status: 403, has: []string{"must_change_password"}})
		w.say(t, saying{as: "mate", call: "GET /me", status: 200})
		w.say(t, saying{as: "mate", call: "POST /me/password", body: `{"current":"given by somebody else","new":"one that is only mine"}`, status: 204})
		w.actors["mate"] = w.actor(t, "mate")
		w.say(t, saying{as: "mate", call: "GET /customers", status: 200})
	})
}

func (w *world) roleID(t *testing.T, code string) string {
	ids, _, err := w.Account.ByNames(t.Context(), program, []string{code}, "")
	must(t, err)
	return ids[0]
}

// TestChain: what the world did is chained, and the chain holds.
func TestChain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var anchored []audit.Anchored
		for n := 1; n > 0; {
			var err error
			n, err = audit.Seal(t.Context(), w.DB, func(position int64, head string, _ time.Time) error {
				anchored = append(anchored, audit.Anchored{Position: position, Head: head})
				return nil
			})
			must(t, err)
		}
		v, err := audit.Verify(t.Context(), w.DB, anchored)
		must(t, err)
		if v.Broken != "" || v.Sealed < 50 || v.Pending != 0 {
			t.Errorf("%+v", v)
		}
	})
}

// TestPurge: after its days in the bin nothing of a customer is left but the log.
func TestPurge(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if n, err := w.Purge.Bin(t.Context()); err != nil || n != 0 {
			t.Fatalf("purged %d too early, %v", n, err)
		}
		w.hand.Advance(31 * 24 * time.Hour)
		if n, err := w.Purge.Bin(t.Context()); err != nil || n != 1 {
			t.Fatalf("purged %d, %v", n, err)
		}
		id := w.placements["binned"]["customers"]
		w.say(t, saying{as: "leader", call: "GET /customers/bin", status: 200, has: []string{`"items":[]`}})
		w.say(t, saying{as: "admin", call: "GET /audit?record=" + id, status: 200, has: []string{"customer.purge"}})
		for _, q := range db.Queries() {
			if text := q.String(); strings.HasPrefix(text, "SELECT") && len(q.ArgNames()) == 1 && q.ArgNames()[0] == "customer" && q.Reads() {
				got, err := db.Probe(t.Context(), w.DB, program, q, db.Args{"customer": id})
				must(t, err)
				if got != "" && got != "[0]" {
					t.Errorf("%s is left: %s", got, text)
				}
			}
		}
	})
}

// TestPlans: no query reads a whole table of customers or what hangs on them.
func TestPlans(t *testing.T) {
	hand := clock.At(start)
	w := newWorld(t, dbtest.SQLite(t, hand.Now), hand)
	must(t, w.DB.Tidy(t.Context()))
	for _, name := range []string{"east", "leader", "admin"} {
		for _, wrong := range db.CheckPlans(t.Context(), w.DB, w.actors[name], sample) {
			t.Errorf("%s: %s", name, wrong)
		}
	}
}

func sample(name string) any {
	switch name {
	case "ids", "subjects", "kinds":
		return []string{"x", "y"}
	case "at", "before", "since", "now", "until", "version", "from":
		return int64(1)
	case "limit", "batch", "most":
		return 10
	case "must":
		return false
	case "mobile":
		return []byte("x")
	case "numbers", "emails":
		return [][]byte{{1}}
	case "same", "sound", "marks":
		return []int64{1}
	case "keys":
		return []string{"x"}
	}
	return "x"
}
