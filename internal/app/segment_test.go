package app

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/journey"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/crm/segment"
	"zhike/internal/platform/db"
)

// tier gives the ids of a tier's members as the administrator sees them, and of who left it.
func (w *world) tier(t *testing.T, code, state string) (ids []string) {
	t.Helper()
	g := w.say(t, saying{as: "admin", call: "GET /segments", status: 200})
	for _, x := range g["items"].([]any) {
		m := x.(map[string]any)
		if m["code"] != code {
			continue
		}
		got := w.say(t, saying{as: "admin", call: "GET /segments/" + m["id"].(string) + "/members?limit=200&state=" + state, status: 200})
		for _, y := range got["items"].([]any) {
			ids = append(ids, y.(map[string]any)["customer_id"].(string))
		}
	}
	slices.Sort(ids)
	return ids
}

// customerOf makes a customer in effect for mate.
func (w *world) customerOf(t *testing.T, name string, more customer.Change) string {
	t.Helper()
	more.Kind, more.Name, more.Industry = api.Some(customer.Institution), api.Some(name), api.Some("H62")
	c, err := w.Customers.Create(t.Context(), w.actors["mate"], customer.New{Change: more})
	must(t, err)
	must(t, w.effective(t, w.actors["mate"], c.ID))
	return c.ID
}

func (w *world) ordered12(t *testing.T, id, day string, fen int64) {
	t.Helper()
	_, err := w.Orders.Place(t.Context(), w.actors["mate"], order.New{CustomerID: id, AmountFen: &fen, OrderedOn: day})
	must(t, err)
}

// TestTiers: the tiers of DOMAIN §9 at their edges, who comes in and leaves as time goes on, and why (S145–S151).
func TestTiers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, mate := t.Context(), w.actors["mate"]
		day := func(years, months, days int) string {
			return w.hand.Now().In(start.Location()).AddDate(years, months, days).Format(time.DateOnly)
		}
		talk := func(id string, ago time.Duration, kind string) {
			t.Helper()
			_, err := w.FollowUps.Record(ctx, mate, id, followup.New{Method: "call", Kind: kind, Content: "谈了用量", HappenedAt: api.On(w.hand.Now().Add(-ago))})
			must(t, err)
		}
		rich := w.customerOf(t, "金华甲庄学校", customer.Change{})
		w.ordered12(t, rich, day(0, -1, 0), 300_000_00)
		w.ordered12(t, rich, day(0, -2, 0), 200_000_00) // 500,000.00 exactly: enough
		nearly := w.customerOf(t, "金华乙庄学校", customer.Change{})
		w.ordered12(t, nearly, day(0, -1, 0), 499_999_99)
		strategic := w.customerOf(t, "金华丙庄学校", customer.Change{Strategic: api.Some(true)})
		want := w.customerOf(t, "金华丁庄学校", customer.Change{CoreNeed: api.Some("两条产线,年底前投产"), BudgetEnough: api.Some("yes"), DecisionMonths: api.Some(int64(6))})
		hasty := w.customerOf(t, "金华戊庄学校", customer.Change{CoreNeed: api.Some("两条产线,年底前投产"), BudgetEnough: api.Some("yes"), DecisionMonths: api.Some(int64(5))})
		asking := w.customerOf(t, "金华己庄学校", customer.Change{}) // enquiries: 2 before, 3 since: + 50 %
		for _, ago := range []int{100, 120, 10, 20, 30} {
			talk(asking, time.Duration(ago)*24*time.Hour, "pre_sales")
		}
		few := w.customerOf(t, "金华庚庄学校", customer.Change{}) // one before is too little to grow from
		for _, ago := range []int{100, 10, 20} {
			talk(few, time.Duration(ago)*24*time.Hour, "pre_sales")
		}
		falling := w.customerOf(t, "金华辛庄学校", customer.Change{})
		w.ordered12(t, falling, day(-1, -6, 0), 10_000_00)
		w.ordered12(t, falling, day(0, -1, 0), 9_999_99)
		unwilling := w.customerOf(t, "金华壬庄学校", customer.Change{RenewalIntent: api.Some("low")})
		cross := w.customerOf(t, "金华癸庄学校", customer.Change{})
		for i := range 3 {
			_, err := w.Feedback.Create(ctx, mate, feedback.New{CustomerID: cross, Kind: "complaint", Description: fmt.Sprintf("第%d次晚到", i+1), FeedbackAt: api.On(w.hand.Now().Add(-time.Duration(i*29) * 24 * time.Hour))})
			must(t, err)
		}
		must(t, w.Segments.Refresh(ctx))
		check := func(when, code, state string, ids ...string) {
			t.Helper()
			got := w.tier(t, code, state)
			// The fixture's own customers are no part of this.
			mine := []string{rich, nearly, strategic, want, hasty, asking, few, falling, unwilling, cross}
			got = slices.DeleteFunc(got, func(id string) bool { return !slices.Contains(mine, id) })
			slices.Sort(ids)
			if !slices.Equal(got, ids) {
				t.Errorf("%s: %s %s has %d, want %d", when, code, state, len(got), len(ids))
			}
		}
		check("now", "high_value", "in", rich, strategic)
		check("now", "potential", "in", want, asking)
		check("now", "risk", "in", falling, unwilling, cross)
		check("now", "churn_risk", "in")
		check("now", "dormant", "in")

		// A member says why, with the figures, and what is proposed.
		w.say(t, saying{as: "mate", call: "GET /customers/" + rich + "/segments", status: 200, has: []string{"高价值客户", `"orders_12m_fen"`, "50000000", `"holds":true`, `"holds":false`, "季度上门拜访"}})
		w.say(t, saying{as: "service", call: "GET /customers/" + rich + "/segments", status: 200, lacks: []string{"50000000"}})
		w.say(t, saying{as: "second", call: "GET /customers/" + rich + "/segments", status: 404})
		c := w.say(t, saying{as: "mate", call: "GET /customers/" + cross, status: 200})
		if tiers, _ := c["tiers"].([]any); len(tiers) != 1 {
			t.Errorf("%v tiers", c["tiers"])
		}

		// The playbook's tasks are made once for each time it comes in.
		g := w.say(t, saying{as: "mate", call: "GET /customers/" + cross + "/segments", status: 200})
		segment := g["items"].([]any)[0].(map[string]any)["segment_id"].(string)
		made := w.say(t, saying{as: "mate", call: "POST /customers/" + cross + "/playbook", body: `{"segment_id":"` + segment + `"}`, status: 201, has: []string{"找出风险原因", "制定挽回计划"}})
		if n := len(made["items"].([]any)); n != 2 {
			t.Errorf("%d tasks", n)
		}
		w.say(t, saying{as: "mate", call: "POST /customers/" + cross + "/playbook", body: `{"segment_id":"` + segment + `"}`, status: 409, has: []string{"playbook_taken"}})
		w.say(t, saying{as: "service", call: "POST /customers/" + rich + "/playbook", body: `{"segment_id":"nope"}`, status: 422})

		// Marketing may read no orders, and still works with the tier: by the members that were found, and without the figures.
		for _, x := range w.say(t, saying{as: "marketing", call: "GET /segments?count=1", status: 200, has: []string{"高价值客户"}})["items"].([]any) {
			if m := x.(map[string]any); m["code"] == "high_value" {
				ids := w.filtered(t, "marketing", `{"field":"segment","op":"in","value":["`+m["id"].(string)+`"]}`)
				if !slices.Equal(ids, w.tier(t, "high_value", "in")) || m["count"] != float64(len(ids)) {
					t.Errorf("marketing finds %d in the tier, and counts %v", len(ids), m["count"])
				}
				w.say(t, saying{as: "marketing", call: "GET /segments/" + m["id"].(string), status: 200})
			}
		}
		// A segment within a list's filter, and one that asks a segment.
		if got := w.filtered(t, "mate", `{"all":[{"field":"segment","op":"in","value":["`+segment+`"]},{"field":"renewal_intent","op":"eq","value":"low"}]}`); !slices.Equal(got, []string{unwilling}) {
			t.Errorf("%d customers", len(got))
		}
		w.say(t, saying{as: "mate", call: "GET /customers?filter=" + url.QueryEscape(`{"field":"segment","op":"in","value":["nope"]}`), status: 422})

		// Time goes on: the first complaint grows old, a deal is without orders for six months, nobody talks.
		_, err := w.Needs.Create(ctx, mate, need.New{CustomerID: nearly, Kind: "product", Description: "想要样机说明"})
		must(t, err)
		now, err := w.Customers.Get(ctx, mate, falling)
		must(t, err)
		_, err = w.Journeys.Move(ctx, mate, falling, now.Version, journey.Move{To: "signed", Reason: "签了"})
		must(t, err)
		w.hand.Advance(33 * 24 * time.Hour)
		must(t, w.Segments.Refresh(ctx))
		check("a month on", "risk", "in", falling, unwilling)
		check("a month on", "risk", "left", cross)
		w.hand.Set(time.Date(2026, 8, 2, 12, 0, 0, 0, start.Location())) // falling ordered on 2 February: six months, and not more
		must(t, w.Segments.Refresh(ctx))
		check("six months on", "churn_risk", "in")
		w.hand.Advance(24 * time.Hour)
		must(t, w.Segments.Refresh(ctx))
		check("a day later", "churn_risk", "in", falling)
		w.hand.Set(time.Date(2026, 10, 1, 12, 0, 0, 0, start.Location()))
		must(t, w.Segments.Refresh(ctx))
		check("asleep", "dormant", "in", rich, strategic, want, hasty, asking, few, falling, unwilling, cross) // nearly has an open need
		// A talk wakes one up, and an order saves another; it may come in again, and its tasks be made again.
		talk(cross, time.Hour, "care")
		w.ordered12(t, falling, day(0, 0, 0), 100_00)
		must(t, w.Segments.Refresh(ctx))
		check("awake", "dormant", "left", cross)
		check("saved", "churn_risk", "left", falling)
		for i := range 3 {
			_, err := w.Feedback.Create(ctx, mate, feedback.New{CustomerID: cross, Kind: "complaint", Description: fmt.Sprintf("又晚到第%d次", i+1)})
			must(t, err)
		}
		must(t, w.Segments.Refresh(ctx))
		w.say(t, saying{as: "mate", call: "POST /customers/" + cross + "/playbook", body: `{"segment_id":"` + segment + `","steps":[0]}`, status: 201})
		h := w.say(t, saying{as: "mate", call: "GET /customers/" + cross + "/segments", status: 200})
		seen := 0
		for _, x := range h["items"].([]any) {
			if m := x.(map[string]any); m["segment_id"] == segment {
				seen++
			}
		}
		if seen != 2 {
			t.Errorf("%d times in the tier are told", seen)
		}
	})
}

// TestSegmentLife: who makes, changes and sees a segment; static and live; counted at once; 年采购超50万的制造业客户 as it is said (S146).
func TestSegmentLife(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		filter := `{\"field\":\"industry\",\"op\":\"under\",\"value\":[\"C14\"]}`
		w.say(t, saying{as: "east", call: "POST /segments", body: `{"name":"我的","filter":"` + filter + `"}`, status: 403})
		w.say(t, saying{as: "leader", call: "POST /segments", body: `{"name":"我的","filter":"{\"field\":\"nope\",\"op\":\"eq\",\"value\":1}"}`, status: 422, has: []string{"unknown_field"}})
		w.say(t, saying{as: "leader", call: "POST /segments", body: `{"name":"我的","filter":"{\"field\":\"owner_id\",\"op\":\"eq\",\"value\":\"me\"}","followed":true}`, status: 422, has: []string{"filter_is_personal"}})
		g := w.say(t, saying{as: "leader", call: "POST /segments", body: `{"name":"食品 ","filter":"` + filter + `"}`, status: 201, has: []string{`"name":"食品"`, `"count":4`}})
		at := "/segments/" + g["id"].(string)
		w.say(t, saying{as: "marketing", call: "GET " + at, status: 404})
		w.say(t, saying{as: "admin", call: "GET " + at, status: 404})
		g = w.say(t, saying{as: "leader", call: "PATCH " + at, body: `{"shared":"all"}`, match: version(g), status: 200})
		w.say(t, saying{as: "marketing", call: "GET " + at, status: 200, has: []string{`"count":8`, `"may_change":true`}})
		w.say(t, saying{as: "east", call: "PATCH " + at, body: `{"name":"x"}`, match: version(g), status: 403})
		still := w.say(t, saying{as: "leader", call: "POST /segments", body: `{"name":"名单","kind":"static","filter":"` + filter + `","shared":"all"}`, status: 201, has: []string{`"count":4`}})
		_, err := w.Customers.Create(t.Context(), w.actors["mate"], customer.New{Change: customer.Change{Kind: api.Some(customer.Institution), Name: api.Some("温州子丑食品学校"), Industry: api.Some("C14")}})
		must(t, err)
		w.say(t, saying{as: "leader", call: "GET " + at, status: 200, has: []string{`"count":5`}})
		w.say(t, saying{as: "leader", call: "GET /segments/" + still["id"].(string), status: 200, has: []string{`"count":4`}})
		w.say(t, saying{as: "leader", call: "POST /segments/count", body: `{"filter":"` + filter + `"}`, status: 200, has: []string{`"count":5`}})
		w.say(t, saying{as: "leader", call: "PATCH /segments/" + still["id"].(string), body: `{"filter":"{\"all\":[]}"}`, match: version(still), status: 422, has: []string{"read_only"}})
		// The one that ships asks for strictly more than 500,000 yuan of manufacturers.
		id := w.placements["team"]["customers"]
		big := func() (ids []string) {
			got := w.say(t, saying{as: "admin", call: "GET /segments", status: 200})
			for _, x := range got["items"].([]any) {
				if m := x.(map[string]any); m["code"] == "large_manufacturers" {
					if m["name"] != "年采购超50万的制造业客户" {
						t.Error(m["name"])
					}
					return w.filtered(t, "mate", `{"field":"segment","op":"in","value":["`+m["id"].(string)+`"]}`)
				}
			}
			return nil
		}
		w.ordered12(t, id, "2026-03-01", 500_000_00-27182818)
		if got := big(); len(got) != 0 {
			t.Errorf("500,000.00 is not more: %v", got)
		}
		w.ordered12(t, id, "2026-03-01", 1)
		if got := big(); !slices.Equal(got, []string{id}) {
			t.Errorf("%v", got)
		}
		w.say(t, saying{as: "east", call: "DELETE " + at, match: version(g), status: 403})
		g = w.say(t, saying{as: "leader", call: "GET " + at, status: 200})
		w.say(t, saying{as: "leader", call: "DELETE " + at, match: version(g), status: 204})
		all := w.say(t, saying{as: "admin", call: "GET /segments?count=1", status: 200})
		for _, x := range all["items"].([]any) {
			if m := x.(map[string]any); m["code"] == "risk" {
				w.say(t, saying{as: "admin", call: "DELETE /segments/" + m["id"].(string), match: version(m), status: 409, has: []string{"segment_ships"}})
				w.say(t, saying{as: "admin", call: "PATCH /segments/" + m["id"].(string), match: version(m), body: `{"name":"要留心的客户"}`, status: 200, has: []string{"要留心的客户"}})
			}
		}
		_, err = db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (int, error) { return 0, segment.Seed(tx) })
		must(t, err) // a start anew leaves what was changed
		w.say(t, saying{as: "admin", call: "GET /segments", status: 200, has: []string{"要留心的客户"}, lacks: []string{`"name":"风险客户"`}})
	})
}
