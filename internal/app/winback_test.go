package app

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"zhike/internal/crm/trial"
	"zhike/internal/crm/winback"
	"zhike/internal/platform/db"
)

// TestWinBack: one open plan for a customer, its measures and their days, how it ends, and that nothing of it is left when the customer is purged.
func TestWinBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.placements["above"]["customers"] // whose first plan has ended
		at := "/customers/" + id
		w.say(t, saying{as: "first", call: "POST " + at + "/win-backs", body: `{"cause":" "}`, status: 422, has: []string{"cause"}})
		w.say(t, saying{as: "first", call: "POST " + at + "/win-backs", body: `{"cause":"交付晚了","due_on":"2026-02-30"}`, status: 422, has: []string{"due_on"}})
		w.say(t, saying{as: "first", call: "POST " + at + "/win-backs", body: `{"cause":"交付晚了","measures":[{"what":"道歉","done_on":"2026-03-09"}]}`, status: 422, has: []string{"in_future"}})
		w.say(t, saying{as: "first", call: "POST " + at + "/win-backs", body: `{"cause":"交付晚了","owner_id":"` + w.users["second"] + `"}`, status: 422, has: []string{"owner_out_of_reach"}})
		w.say(t, saying{as: "first", call: "POST " + at + "/win-backs", body: `{"cause":"交付晚了","segment_id":"nowhere"}`, status: 422, has: []string{"segment_id"}})
		var all sync.WaitGroup
		var lock sync.Mutex
		made := []winback.Plan{}
		for range 50 {
			all.Go(func() {
				if p, err := w.WinBacks.Create(t.Context(), w.actors["first"], id, winback.New{Cause: "交付晚了", SegmentID: w.segment, DueOn: "2026-03-20",
					Measures: []winback.Measure{{ID: "chosen", What: "上门道歉", DueOn: "2026-03-01"}, {What: "换新表头", OwnerID: w.users["leader"], DueOn: "2026-03-10"}}}); err == nil {
					lock.Lock()
					made = append(made, p)
					lock.Unlock()
				}
			})
		}
		all.Wait()
		if len(made) != 1 {
			t.Fatalf("%d plans are open", len(made))
		}
		w.say(t, saying{as: "leader", call: "POST " + at + "/win-backs", body: `{"cause":"又一份"}`, status: 409, has: []string{"win_back_open"}})
		p := w.say(t, saying{as: "first", call: "GET /win-backs/" + made[0].ID, status: 200, has: []string{`"state":"open"`, `"segment_id":"` + w.segment + `"`, "上门道歉", `"may_change":true`, `"owner_name":"leader"`}})
		measures := p["measures"].([]any)
		if a, b := measures[0].(map[string]any), measures[1].(map[string]any); a["overdue"] != true || b["overdue"] == true || p["overdue"] == true {
			t.Errorf("overdue: %v, %v of %v", a, b, p)
		}
		first, second := measures[0].(map[string]any)["id"].(string), measures[1].(map[string]any)["id"].(string)
		if first == "chosen" {
			t.Error("a caller chose an id")
		}
		go1 := "/win-backs/" + made[0].ID
		w.say(t, saying{as: "second", call: "PATCH " + go1, match: version(p), body: `{"due_on":"2026-04-01"}`, status: 404})
		w.say(t, saying{as: "first", call: "PATCH " + go1, match: `"9"`, body: `{"due_on":"2026-04-01"}`, status: 412})
		w.say(t, saying{as: "first", call: "PATCH " + go1, match: version(p), body: `{"measures":[{"id":"` + first + `","what":"a"},{"id":"` + first + `","what":"b"}]}`, status: 422, has: []string{"measures"}})
		p = w.say(t, saying{as: "first", call: "PATCH " + go1, match: version(p), status: 200, lacks: []string{"换新表头"},
			body: `{"owner_id":"` + w.users["leader"] + `","measures":[{"id":"` + first + `","what":"上门道歉","due_on":"2026-03-01","done_on":"2026-03-02"},{"what":"延保三个月"}]}`, has: []string{`"done_on":"2026-03-02"`, "延保三个月", `"id":"` + first + `"`}})
		if text := strings.Join(strings.Fields(toText(p["measures"])), ""); strings.Contains(text, second) {
			t.Error("a measure that was left out stands")
		}
		w.say(t, saying{as: "leader", call: "GET /win-backs?owner=me&state=open", status: 200, has: []string{made[0].ID}})
		w.say(t, saying{as: "first", call: "GET /win-backs?owner=me&state=open", status: 200, lacks: []string{made[0].ID}})
		w.say(t, saying{as: "first", call: "GET " + at + "/timeline?kind=win_back", status: 200, has: []string{"交付晚了", `"kind":"win_back"`}})
		w.say(t, saying{as: "first", call: "POST " + go1 + "/finish", match: version(p), body: `{"result":"open","outcome":"x"}`, status: 422})
		w.say(t, saying{as: "first", call: "POST " + go1 + "/finish", match: version(p), body: `{"result":"failed","outcome":"换了别家","ended_on":"2026-03-09"}`, status: 422, has: []string{"in_future"}})
		p = w.say(t, saying{as: "first", call: "POST " + go1 + "/finish", match: version(p), body: `{"result":"failed","outcome":"换了别家"}`, status: 200, has: []string{`"state":"failed"`, `"ended_on":"2026-03-02"`, "换了别家", `"may_change":false`}})
		w.say(t, saying{as: "first", call: "PATCH " + go1, match: version(p), body: `{"due_on":"2026-04-01"}`, status: 409, has: []string{"win_back_ended"}})
		w.say(t, saying{as: "first", call: "POST " + at + "/win-backs", body: `{"cause":"再试一次"}`, status: 201})
		w.say(t, saying{as: "admin", call: "GET /audit?limit=30", status: 200, has: []string{"win_back.create", "win_back.change", "win_back.finish"}, lacks: []string{"交付晚了", "换了别家", "上门道歉"}})

		x := w.say(t, saying{as: "first", call: "POST " + at + "/trials", body: `{"product":"HC-W20检重秤","from":"2026-02-20","to":"2026-03-20","contact_id":"` + w.placements["above"]["contacts"] + `"}`, status: 201, has: []string{`"result":"running"`, "欧阳修远"}})
		on := "/trials/" + x["id"].(string)
		for body, has := range map[string]string{`{"to":"2026-02-01"}`: "before_start", `{"result":"maybe"}`: "result", `{"contact_id":"` + w.placements["own"]["contacts"] + `"}`: "contact_id", `{"product":""}`: "product", `{"owner_id":""}`: "owner_id"} {
			w.say(t, saying{as: "first", call: "PATCH " + on, match: version(x), body: body, status: 422, has: []string{has}})
		}
		x = w.say(t, saying{as: "first", call: "PATCH " + on, match: version(x), body: `{"result":"interested","opinion":"夜班用着顺手"}`, status: 200, has: []string{`"result":"interested"`, "夜班用着顺手"}})
		w.say(t, saying{as: "executive", call: "GET " + on, status: 200, lacks: []string{"欧阳修远"}})
		w.say(t, saying{as: "first", call: "GET " + at + "/timeline?kind=trial", status: 200, has: []string{"HC-W20", `"kind":"trial"`}})
		w.say(t, saying{as: "first", call: "DELETE " + on, match: `"1"`, status: 412})
		w.say(t, saying{as: "first", call: "DELETE " + on, match: version(x), status: 204})

		c := w.say(t, saying{as: "leader", call: "GET " + at, status: 200})
		w.say(t, saying{as: "leader", call: "DELETE " + at, match: version(c), status: 204})
		w.say(t, saying{as: "leader", call: "GET " + go1, status: 404})
		w.hand.Advance(32 * 24 * 60 * 60 * 1e9)
		_, err := w.Purge.Bin(t.Context())
		must(t, err)
		for name, q := range leftBehind {
			n, err := db.Read(t.Context(), w.DB, program, func(tx *db.Tx) (db.Count, error) { return db.One[db.Count](tx, q, db.Args{"customer": id}) })
			must(t, err)
			if n.N != 0 {
				t.Errorf("%d of %s are left", n.N, name)
			}
		}
	})
}

var leftBehind = map[string]db.Query{
	"plans":    db.SQL(`SELECT count(*) AS n FROM {win_backs k} WHERE k.customer_id = :customer`, winback.Table),
	"measures": db.SQL(`SELECT count(*) AS n FROM {win_back_measures k} WHERE k.customer_id = :customer`, winback.Measures),
	"trials":   db.SQL(`SELECT count(*) AS n FROM {trials k} WHERE k.customer_id = :customer`, trial.Table),
}

func toText(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}
