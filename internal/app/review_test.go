package app

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/crm/journey"
	"zhike/internal/crm/review"
	"zhike/internal/crm/task"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
)

// page reads a review as somebody sees it.
func (w *world) page(t *testing.T, as, id string) (p review.Page) {
	t.Helper()
	text, _ := json.Marshal(w.say(t, saying{as: as, call: "GET /reviews/" + id, status: 200}))
	must(t, json.Unmarshal(text, &p))
	return p
}

// figuresOf are the first figures of a page's lines, "section line" → count, without zeros; * is the whole.
func figuresOf(p review.Page, kept bool) map[string]int64 {
	out := map[string]int64{}
	for _, s := range p.Sections {
		lines := s.Lines
		if s.Total != nil {
			whole := *s.Total
			whole.Key = "*"
			lines = append(slices.Clone(lines), whole)
		}
		for _, l := range lines {
			v := l.Figures[0].Value
			if kept {
				v = l.Kept[0]
			}
			if v != nil && *v > 0 {
				out[s.Code+" "+l.Key] = *v
			}
		}
	}
	return out
}

func sorted(m map[string]int64) string {
	var all []string
	for k, v := range m {
		all = append(all, fmt.Sprint(k, "=", v))
	}
	sort.Strings(all)
	return strings.Join(all, "\n")
}

// everything reads a whole list.
func (w *world) everything(t *testing.T, as, path string) (out []map[string]any) {
	t.Helper()
	join := map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]
	for cursor := ""; ; {
		got := w.say(t, saying{as: as, call: "GET " + path + join + "limit=200&cursor=" + url.QueryEscape(cursor), status: 200})
		for _, x := range got["items"].([]any) {
			out = append(out, x.(map[string]any))
		}
		next, _ := got["next"].(string)
		if cursor = next; cursor == "" {
			return out
		}
	}
}

// plainly works a review's figures out a second time: from the records one by one, as somebody sees them.
func (w *world) plainly(t *testing.T, as string, from, to time.Time) map[string]int64 {
	t.Helper()
	words, err := db.Read(t.Context(), w.DB, program, func(tx *db.Tx) (*dictionary.Words, error) { return w.Book.In(tx) })
	must(t, err)
	departments := w.say(t, saying{as: as, call: "GET /departments", status: 200})
	parent := map[string]string{}
	for _, x := range departments["items"].([]any) {
		m := x.(map[string]any)
		parent[m["id"].(string)], _ = m["parent_id"].(string)
	}
	ofTeam := func(d string) bool {
		for ; d != ""; d = parent[d] {
			if d == w.branch {
				return true
			}
		}
		return false
	}
	until := to.AddDate(0, 0, 1)
	in := func(v any) bool {
		s, _ := v.(string)
		at, err := time.Parse(time.RFC3339, s)
		return err == nil && !at.Before(from) && at.Before(until)
	}
	status := func(stage any) string {
		s, _ := stage.(string)
		st, _ := words.StageByCode(dictionary.OfCustomer, s)
		return st.Status
	}
	out := map[string]int64{}
	add := func(section, key string, total bool) {
		out[section+" "+key]++
		if total {
			out[section+" *"]++
		}
	}
	ours, talked := map[string]map[string]any{}, map[string]bool{}
	for _, c := range w.everything(t, as, "/customers") {
		if d, _ := c["department_id"].(string); ofTeam(d) {
			ours[c["id"].(string)] = c
		}
	}
	for _, f := range w.everything(t, as, "/follow-ups") {
		id := f["customer_id"].(string)
		if ours[id] == nil || !in(f["happened_at"]) {
			continue
		}
		talked[id] = true
		if f["late"].(bool) {
			add("late_talks", f["author_id"].(string), true)
		}
	}
	for _, n := range w.everything(t, as, "/needs") {
		if ours[n["customer_id"].(string)] != nil && in(n["created_at"]) {
			add("needs", n["kind"].(string), true)
		}
	}
	for _, view := range []string{"open", "done"} {
		for _, k := range w.everything(t, as, "/tasks?owner=all&view="+view) {
			id, _ := k["customer_id"].(string)
			due, _ := time.Parse(time.RFC3339, k["due_at"].(string))
			end := w.hand.Now()
			if s, _ := k["done_at"].(string); s != "" {
				end, _ = time.Parse(time.RFC3339, s)
			}
			if ours[id] != nil && in(k["due_at"]) && end.After(due) {
				add("late_tasks", k["owner_id"].(string), true)
			}
		}
	}
	for id, c := range ours {
		owner, _ := c["owner_id"].(string)
		entered, turned := map[string]bool{}, map[string]string{}
		for _, m := range w.say(t, saying{as: as, call: "GET /customers/" + id + "/moves", status: 200})["items"].([]any) {
			m := m.(map[string]any)
			if !in(m["at"]) {
				continue
			}
			stage := m["to"].(string)
			if st, _ := words.StageByCode(dictionary.OfCustomer, stage); st.Phase == dictionary.Lead || st.Phase == dictionary.Deal {
				entered[stage] = true
			}
			if was, is := status(m["from"]), status(stage); was != "" && was != is {
				turned[is] = stage
			}
		}
		for stage := range entered {
			add("conversions", stage, false)
		}
		if turned[dictionary.StatusWon] != "" {
			add("won", owner, true)
		}
		if turned["lost"] != "" {
			reason, _ := c["loss_reason"].(string)
			add("lost", reason, true)
		}
		created, _ := time.Parse(time.RFC3339, c["created_at"].(string))
		if s := c["status"]; owner != "" && created.Before(from) && (s == "potential" || s == "interested") && !talked[id] {
			add("untouched", owner, true)
		}
		if talked[id] {
			tags, _ := c["tags"].([]any)
			for _, tag := range tags {
				if slices.Contains(words.Under("tag", "need"), tag.(string)) {
					add("tags", tag.(string), false)
				}
			}
		}
	}
	return out
}

// months gives the world's team something to look back at.
func (w *world) months(t *testing.T) (from, to time.Time) {
	t.Helper()
	w.year(t)
	ctx := t.Context()
	for i, c := range w.everything(t, "leader", "/customers") {
		id, v := c["id"].(string), version(c)
		if c["owner_id"] == nil { // the pool's
			continue
		}
		if i%3 == 0 && c["status"] != "lost" {
			w.say(t, saying{as: "leader", call: "PATCH /customers/" + id, match: v, body: `{"tags":["cost_efficiency","digitalisation"]}`, status: 200})
		}
		if owner := w.login(c["owner_id"].(string)); i%4 == 0 {
			k, err := w.Tasks.Create(ctx, w.actors[owner], task.New{Title: "寄样品", CustomerID: id, DueAt: api.On(w.hand.Now().Add(time.Duration(2+i) * time.Hour))})
			must(t, err)
			if i%8 == 0 {
				w.hand.Advance(40 * time.Hour)
				_, err := w.Tasks.Done(ctx, w.actors[owner], k.ID, k.Version)
				must(t, err)
			}
		}
	}
	w.hand.Advance(30 * time.Hour)
	now := w.hand.Now().In(start.Location())
	to = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, start.Location())
	return to.AddDate(0, 0, -45), to
}

// TestReviewFigures: every figure of a review, for five people, is what the records say one by one, and the number of the rows and of
// the list behind it. Closed, it stays as it was, whatever becomes of the records, and a customer that is purged leaves no word.
func TestReviewFigures(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		from, to := w.months(t)
		r := w.say(t, saying{as: "leader", call: "POST /reviews", status: 201, body: fmt.Sprintf(`{"department_id":%q,"from":%q,"to":%q}`, w.branch, from.Format(time.DateOnly), to.Format(time.DateOnly))})
		id := r["id"].(string)
		before := map[string]map[string]int64{}
		sections := map[string]bool{}
		for _, as := range []string{"leader", "executive", "admin", "east", "first"} {
			p := w.page(t, as, id)
			got, want := figuresOf(p, false), w.plainly(t, as, from, to)
			if sorted(got) != sorted(want) {
				t.Fatalf("%s sees\n%s\nand the records say\n%s", as, sorted(got), sorted(want))
			}
			before[as] = got
			for _, s := range p.Sections {
				lines := s.Lines
				if s.Total != nil {
					lines = append(slices.Clone(lines), *s.Total)
				}
				for i, l := range lines {
					ask := "section=" + s.Code + "&item=" + url.QueryEscape(l.Key)
					if s.Total != nil && i == len(lines)-1 {
						ask = "section=" + s.Code + "&whole=true"
					}
					rows := w.say(t, saying{as: as, call: "GET /reviews/" + id + "/rows?" + ask, status: 200})
					if n := int64(len(rows["items"].([]any))); n != *l.Figures[0].Value {
						t.Errorf("%s: %s %s says %d and has %d rows", as, s.Code, l.Label, *l.Figures[0].Value, n)
					}
					if f := l.Figures[0]; f.List != "" {
						if n, _ := w.behind(t, as, s.Subject, string(f.List)); n != *f.Value {
							t.Errorf("%s: %s %s says %d, and its list %d", as, s.Code, l.Label, *f.Value, n)
						}
					}
					sections[s.Code] = sections[s.Code] || *l.Figures[0].Value > 0
				}
			}
		}
		if len(sections) != 8 || before["east"]["needs *"] >= before["leader"]["needs *"] || sorted(before["leader"]) == sorted(before["executive"]) && before["leader"]["won *"] == 0 {
			t.Errorf("the fixture says too little: %v", sections)
		}
		for code, any := range sections {
			if !any {
				t.Errorf("nothing in %s", code)
			}
		}
		w.say(t, saying{as: "second", call: "GET /reviews/" + id, status: 404})
		w.say(t, saying{as: "second", call: "GET /reviews/" + id + "/rows?section=won&whole=true", status: 404})
		w.say(t, saying{as: "east", call: "GET /reviews/" + id + "/rows?section=secrets", status: 404})

		// Said before it is closed.
		own := w.placements["own"]["customers"]
		w.say(t, saying{as: "leader", call: "POST /reviews/" + id + "/tick", body: `{"customer_id":"` + own + `","reviewed":true}`, status: 200, has: []string{`"by_name":"leader"`}})
		w.say(t, saying{as: "east", call: "POST /reviews/" + id + "/comments", body: `{"text":"客户要先看样机","customer_id":"` + own + `"}`, status: 201})
		closed := w.say(t, saying{as: "leader", call: "POST /reviews/" + id + "/close", match: `"1"`, status: 200, has: []string{`"state":"closed"`}})
		w.say(t, saying{as: "leader", call: "POST /reviews/" + id + "/close", match: version(closed), status: 409, has: []string{"review_closed"}})

		// The records go on: one goes to another team, one is lost, one is talked with.
		moved, lost := "", ""
		for _, c := range w.everything(t, "leader", "/customers") {
			d, owner := c["id"].(string), ""
			if s, _ := c["owner_id"].(string); s != "" {
				owner = w.login(s)
			}
			switch {
			case d == own || owner == "":
			case moved == "":
				moved = d
				w.say(t, saying{as: "leader", call: "POST /customers/" + d + "/transfer", match: version(c), body: `{"to":"` + w.users["second"] + `"}`, status: 200})
			case lost == "" && c["status"] == "interested":
				lost = d
				_, err := w.Journeys.Move(t.Context(), w.actors[owner], d, int64(c["version"].(float64)), journey.Move{To: "ended", Reason: "price"})
				must(t, err)
			}
		}
		if moved == "" || lost == "" {
			t.Fatal("nobody to change")
		}
		w.hand.Advance(time.Minute)
		for _, as := range []string{"leader", "executive", "admin"} {
			p := w.page(t, as, id)
			if got := figuresOf(p, true); sorted(got) != sorted(before["leader"]) {
				t.Errorf("%s is told\n%s\nof what was\n%s", as, sorted(got), sorted(before["leader"]))
			}
			if sorted(figuresOf(p, false)) == sorted(before["leader"]) {
				t.Errorf("%s sees nothing of what changed", as)
			}
		}
		for _, as := range []string{"east", "first"} {
			p := w.page(t, as, id)
			for _, s := range p.Sections {
				for _, l := range s.Lines {
					rows := w.say(t, saying{as: as, call: "GET /reviews/" + id + "/rows?kept=true&section=" + s.Code + "&item=" + url.QueryEscape(l.Key), status: 200})
					if n := int64(len(rows["items"].([]any))); n != *l.Kept[0] {
						t.Errorf("%s: %s %s kept %d and has %d rows", as, s.Code, l.Label, *l.Kept[0], n)
					}
					for _, x := range rows["items"].([]any) { // no name of whom one does not see
						w.say(t, saying{as: as, call: "GET /customers/" + x.(map[string]any)["customer_id"].(string), status: 200})
					}
				}
			}
			if got, whole := figuresOf(p, true), before["leader"]; got["needs *"] >= whole["needs *"] {
				t.Errorf("%s is told of others' needs: %d of %d", as, got["needs *"], whole["needs *"])
			}
		}

		// A customer that is purged leaves numbers, and no word.
		c := w.say(t, saying{as: "leader", call: "GET /customers/" + own, status: 200})
		w.say(t, saying{as: "leader", call: "DELETE /customers/" + own, match: version(c), status: 204})
		for _, as := range []string{"east", "leader", "admin"} {
			w.say(t, saying{as: as, call: "GET /reviews/" + id + "/comments", status: 200, lacks: []string{"样机", own}})
		}
		w.hand.Advance(40 * 24 * time.Hour)
		_, err := w.Purge.Bin(t.Context())
		must(t, err)
		for _, table := range []*db.Table{review.Rows, review.Marks, review.Comments} {
			if n := w.left(t, table, own); n != 0 {
				t.Errorf("%d of %s are left", n, table.Name())
			}
		}
		if got := figuresOf(w.page(t, "leader", id), true); sorted(got) != sorted(before["leader"]) {
			t.Errorf("kept are\n%s\nof\n%s", sorted(got), sorted(before["leader"]))
		}
	})
}

var leftOf = map[string]db.Query{
	"review_rows":     db.SQL(`SELECT count(*) AS n FROM {review_rows k} WHERE k.customer_id = :customer`, review.Rows),
	"review_marks":    db.SQL(`SELECT count(*) AS n FROM {review_marks k} WHERE k.customer_id = :customer`, review.Marks),
	"review_comments": db.SQL(`SELECT count(*) AS n FROM {review_comments k} WHERE k.customer_id = :customer`, review.Comments),
}

func (w *world) left(t *testing.T, table *db.Table, customer string) int64 {
	t.Helper()
	n, err := db.Read(t.Context(), w.DB, program, func(tx *db.Tx) (db.Count, error) {
		return db.One[db.Count](tx, leftOf[table.Name()], db.Args{"customer": customer})
	})
	must(t, err)
	return n.N
}

// TestReviewsOpenOnce: each period that has ended is opened once, however many look at once, and the leader is told once.
func TestReviewsOpenOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		sweep := func() {
			t.Helper()
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					if err := w.Reviews.Sweep(ctx, job.Job{}); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		}
		periods := func() string {
			var out []string
			for _, r := range w.everything(t, "admin", "/reviews?department_id="+w.department) {
				if r["opened_by"] != nil || r["state"] != "open" {
					t.Errorf("%v", r)
				}
				out = append(out, r["from"].(string)+"–"+r["to"].(string))
			}
			slices.Reverse(out)
			return strings.Join(out, " ")
		}
		at := func(s string) { // in the company's zone
			day, err := time.ParseInLocation(time.DateTime, s, start.Location())
			must(t, err)
			w.hand.Set(day)
		}
		at("2026-12-28 09:00:00")
		w.say(t, saying{as: "leader", call: "POST /review-plans", body: `{"department_id":"` + w.department + `","every":"weekly","first_on":"2026-01-05"}`, status: 422, has: []string{"department_id"}})
		w.say(t, saying{as: "admin", call: "POST /review-plans", body: `{"department_id":"nowhere","every":"weekly","first_on":"2026-01-05"}`, status: 422, has: []string{"department_id"}})
		p := w.say(t, saying{as: "admin", call: "POST /review-plans", body: `{"department_id":"` + w.department + `","every":"weekly","first_on":"2026-01-05"}`, status: 201, has: []string{`"next_on":"2026-12-28"`, `"opens_on":"2027-01-04"`}})
		w.say(t, saying{as: "admin", call: "POST /review-plans", body: `{"department_id":"` + w.department + `","every":"monthly","first_on":"2026-01-05"}`, status: 409, has: []string{"review_plan_stands"}})
		for _, x := range [][2]string{{"2026-12-28 09:01:00", ""}, {"2027-01-03 23:59:59", ""}, {"2027-01-04 00:00:00", "2026-12-28–2027-01-03"}, {"2027-01-10 12:00:00", "2026-12-28–2027-01-03"},
			{"2027-01-26 08:00:00", "2026-12-28–2027-01-03 2027-01-04–2027-01-10 2027-01-11–2027-01-17 2027-01-18–2027-01-24"}} {
			at(x[0])
			sweep()
			if got := periods(); got != x[1] {
				t.Errorf("at %s: %s, want %s", x[0], got, x[1])
			}
		}
		told := 0
		for _, n := range w.everything(t, "admin", "/notices?kind=review_opened") {
			if strings.Contains(n["text"].(string), "空部门") {
				told++
			}
		}
		if told != 4 {
			t.Errorf("the leader was told %d times", told)
		}
		// Other periods from here on; none twice, none of the past.
		at("2027-02-10 08:00:00")
		p = w.say(t, saying{as: "admin", call: "GET /review-plans/" + p["id"].(string), status: 200})
		p = w.say(t, saying{as: "admin", call: "PATCH /review-plans/" + p["id"].(string), match: version(p), body: `{"every":"quarterly","first_on":"2027-01-01"}`, status: 200, has: []string{`"next_on":"2027-01-01"`, `"opens_on":"2027-04-01"`}})
		sweep()
		at("2027-04-01 00:00:01")
		sweep()
		if got := periods(); !strings.HasSuffix(got, "2027-01-18–2027-01-24 2027-01-01–2027-03-31") {
			t.Error(got)
		}
		p = w.say(t, saying{as: "admin", call: "PATCH /review-plans/" + p["id"].(string), match: version(p), body: `{"active":false}`, status: 200})
		w.say(t, saying{as: "admin", call: "PATCH /review-plans/" + p["id"].(string), match: `"1"`, body: `{"active":true}`, status: 412})
		d := w.say(t, saying{as: "admin", call: "GET /departments/" + w.department, status: 200})
		w.say(t, saying{as: "admin", call: "DELETE /departments/" + w.department, match: version(d), status: 409, has: []string{"in_use"}})
		at("2027-08-01 00:00:01")
		was := periods()
		sweep()
		if periods() != was {
			t.Error("a plan that rests opened a review")
		}
		w.say(t, saying{as: "admin", call: "DELETE /review-plans/" + p["id"].(string), match: version(p), status: 204})
		if n := len(w.everything(t, "admin", "/reviews?department_id="+w.department)); n != 5 {
			t.Errorf("%d reviews", n)
		}
	})
}

// TestReviewRights: who leads ticks and closes, who was of the team reads and comments, another team finds nothing.
func TestReviewRights(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		at, own, other, mate := "/reviews/"+w.review, w.placements["own"]["customers"], w.placements["other"]["customers"], w.placements["team"]["customers"]
		tick := func(as, customer string, on bool, status int, has ...string) map[string]any {
			t.Helper()
			return w.say(t, saying{as: as, call: "POST " + at + "/tick", body: fmt.Sprintf(`{"customer_id":%q,"reviewed":%v}`, customer, on), status: status, has: has})
		}
		tick("second", own, true, 403)
		tick("east", own, true, 403)
		tick("leader", other, true, 422, "customer_id")
		tick("leader", "nobody", true, 422, "customer_id")
		tick("leader", own, false, 200, `"reviewed":null`)
		tick("leader", own, false, 200, `"reviewed":null`)
		again := tick("leader", own, true, 200, `"by_name":"leader"`)
		if was := tick("leader", own, true, 200); fmt.Sprint(was) != fmt.Sprint(again) {
			t.Errorf("ticked twice: %v, then %v", again, was)
		}
		if n := w.left(t, review.Marks, own); n != 2 {
			t.Errorf("%d marks: the one taken back is history", n)
		}
		w.say(t, saying{as: "leader", call: "GET " + at, status: 200, has: []string{`"reviewed":1`, `"comments":2`, `"may_change":true`}})
		w.say(t, saying{as: "mate", call: "GET " + at, status: 200, has: []string{`"reviewed":0`, `"comments":1`, `"may_change":false`}})
		w.say(t, saying{as: "leader", call: "GET " + at + "/rows?section=needs&whole=true", status: 200, has: []string{`"reviewed":{"id":`, `"comments":1`}})

		say := func(as, body string, status int, has ...string) {
			t.Helper()
			w.say(t, saying{as: as, call: "POST " + at + "/comments", body: body, status: status, has: has})
		}
		say("second", `{"text":"别的组"}`, 404)
		say("marketing", `{"text":"别的部门"}`, 403)
		say("east", `{"text":"  "}`, 422, "required")
		say("east", `{"text":"这个客户","customer_id":"`+mate+`"}`, 422, "customer_id")
		say("east", `{"text":"这个客户","customer_id":"`+other+`"}`, 422, "customer_id")
		say("east", `{"text":"请看","mention_ids":["`+w.users["second"]+`"]}`, 422, "owner_out_of_reach")
		say("east", `{"text":"请看","customer_id":"`+own+`","mention_ids":["`+w.users["mate"]+`"]}`, 422, "owner_out_of_reach")
		say("east", `{"text":"请看","mention_ids":["`+w.users["mate"]+`","`+w.users["leader"]+`"]}`, 201, "请看", `"author_name":"east"`)
		w.say(t, saying{as: "mate", call: "GET /notices?kind=review_mention", status: 200, has: []string{"east", "销售一部"}, lacks: []string{"请看"}})
		w.say(t, saying{as: "second", call: "GET /notices?kind=review_mention", status: 200, has: []string{`"items":[]`}})
		w.say(t, saying{as: "leader", call: "GET " + at + "/comments?customer_id=" + own, status: 200, has: []string{canaryText}, lacks: []string{"请看"}})
		w.say(t, saying{as: "executive", call: "GET " + at + "/comments", status: 200, has: []string{"先打", "请看"}, lacks: []string{canaryText}})
		w.say(t, saying{as: "mate", call: "GET " + at + "/comments", status: 200, has: []string{"先打"}, lacks: []string{own}})

		w.say(t, saying{as: "east", call: "POST " + at + "/close", match: `"1"`, status: 403})
		w.say(t, saying{as: "leader", call: "POST " + at + "/close", match: `"7"`, status: 412})
		w.say(t, saying{as: "leader", call: "POST " + at + "/close", status: 428})
		w.say(t, saying{as: "leader", call: "POST " + at + "/close", match: `"1"`, status: 200})
		say("east", `{"text":"太晚了"}`, 409, "review_closed")
		tick("leader", own, false, 409, "review_closed")
		for _, x := range []struct{ as, body, has string }{
			{"leader", `{"department_id":"` + w.branch + `","from":"2026-02-24","to":"2026-03-02"}`, "409 review_stands"},
			{"leader", `{"department_id":"` + w.department + `","from":"2026-02-24","to":"2026-03-02"}`, "422 department_id"},
			{"leader", `{"department_id":"` + w.branch + `","from":"2026-02-24","to":"2026-03-03"}`, "422 invalid"},
			{"leader", `{"department_id":"` + w.branch + `","from":"2026-02-24","to":"2026-02-20"}`, "422 invalid"},
		} {
			status, has, _ := strings.Cut(x.has, " ")
			w.say(t, saying{as: x.as, call: "POST /reviews", body: x.body, status: map[string]int{"409": 409, "422": 422}[status], has: []string{has}})
		}
		w.say(t, saying{as: "admin", call: "GET /audit?limit=50", status: 200, has: []string{"review.tick", "review.untick", "review.comment", "review.close"}, lacks: []string{"请看"}})
	})
}
