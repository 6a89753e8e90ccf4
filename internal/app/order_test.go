package app

import (
	"fmt"
	"testing"
)

// TestOrderLife: an order of a customer in effect, its lines and amounts, who sees them, the bin and back (S139, S141).
func TestOrderLife(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := "/customers/" + w.placements["team"]["customers"] // in effect, mate's
		post := "POST " + id + "/orders"
		w.say(t, saying{as: "east", call: "POST /customers/" + w.placements["own"]["customers"] + "/orders", body: `{"amount_fen":100}`, status: 409, has: []string{"review_pending"}})
		w.say(t, saying{as: "mate", call: post, body: `{}`, status: 422, has: []string{"amount_fen", "required"}})
		w.say(t, saying{as: "mate", call: post, body: `{"amount_fen":100,"ordered_on":"2026-03-03"}`, status: 422, has: []string{"in_future"}})
		w.say(t, saying{as: "mate", call: post, body: `{"amount_fen":100,"ordered_on":"2026-02-30"}`, status: 422, has: []string{"ordered_on"}})
		w.say(t, saying{as: "mate", call: post, body: `{"amount_fen":1,"lines":[{"product":"卷膜","quantity_milli":1000,"price_fen":42000}]}`, status: 422, has: []string{"lines_differ"}})
		w.say(t, saying{as: "mate", call: post, body: `{"lines":[{"product":"电话` + canaryText + `","quantity_milli":1000,"price_fen":1}]}`, status: 422, has: []string{"number_in_text"}, lacks: []string{canaryText}})
		w.say(t, saying{as: "mate", call: post, body: `{"amount_fen":100,"owner_id":"nobody"}`, status: 422, has: []string{"owner_id"}})
		o := w.say(t, saying{as: "mate", call: post, key: "k1", status: 201, body: `{"ordered_on":"2026-03-01","reference":"ERP-1","remark":"先发半数","lines":[
			{"product":"卷膜","unit":"箱","quantity_milli":1500,"price_fen":333},{"product":"备件包","unit":"套","quantity_milli":2000,"price_fen":360000,"discount_bp":500}]}`,
			has: []string{`"code":"DD20260302001"`, `"amount_fen":684500`, `"products":"卷膜、备件包"`, `"owner_name":"mate"`, `"remark":"先发半数"`, `"state":"open"`}})
		again := w.say(t, saying{as: "mate", call: post, key: "k1", status: 201, body: `{"ordered_on":"2026-03-01","reference":"ERP-1","remark":"先发半数","lines":[
			{"product":"卷膜","unit":"箱","quantity_milli":1500,"price_fen":333},{"product":"备件包","unit":"套","quantity_milli":2000,"price_fen":360000,"discount_bp":500}]}`})
		if again["id"] != o["id"] {
			t.Error("the same key made two orders")
		}
		at := "/orders/" + o["id"].(string)
		w.say(t, saying{as: "mate", call: post, body: `{"amount_fen":100,"reference":"ERP-1"}`, status: 409, has: []string{"duplicate_same", "reference"}})
		w.say(t, saying{as: "mate", call: "GET " + id, status: 200, has: []string{`"last_order_on":"2026-03-01"`, `"first_order_on":"2026-02-27"`, `"orders_count":2`}})
		w.say(t, saying{as: "mate", call: "GET " + id + "/timeline?kind=order", status: 200, has: []string{`"kind":"order"`, "DD20260302001"}})
		w.say(t, saying{as: "mate", call: "GET /search?q=dd20260302001", status: 200, has: []string{`"kind":"order"`}})

		// Service sees what was ordered and when, and no amounts (DOMAIN §1); far from the customer, numbers in texts stay hidden.
		w.say(t, saying{as: "service", call: "GET " + at, status: 200, has: []string{`"amount_fen":null`, `"price_fen":null`, "备件包"}, lacks: []string{"684500", "360000"}})
		w.say(t, saying{as: "service", call: `GET /orders?filter={"field":"amount_fen","op":"gt","value":1}`, status: 422, has: []string{"unknown_field"}})
		w.say(t, saying{as: "service", call: "GET " + id + "/timeline?kind=order", status: 200, lacks: []string{"684500"}})
		w.say(t, saying{as: "marketing", call: "GET " + at, status: 403})
		w.say(t, saying{as: "second", call: "GET " + at, status: 404})

		list := w.say(t, saying{as: "mate", call: "GET /orders?sum=1&count=1&sort=-amount_fen", status: 200, has: []string{fmt.Sprintf(`"sum_fen":%d`, 684500+27182818), `"total":2`}})
		if first := list["items"].([]any)[0].(map[string]any); first["amount_fen"] != float64(27182818) {
			t.Errorf("the dearest order is not first: %v", first["amount_fen"])
		}
		o = w.say(t, saying{as: "mate", call: "PATCH " + at, body: `{"state":"cancelled"}`, match: version(o), status: 200, has: []string{`"state":"cancelled"`, `"amount_fen":684500`}})
		w.say(t, saying{as: "mate", call: "GET /orders?sum=1", status: 200, has: []string{`"sum_fen":27182818`}})
		w.say(t, saying{as: "mate", call: "GET " + id, status: 200, has: []string{`"last_order_on":"2026-02-27"`}})
		o = w.say(t, saying{as: "mate", call: "PATCH " + at, body: `{"state":"done","lines":[{"product":"卷膜","quantity_milli":1000,"price_fen":42000}]}`, match: version(o), status: 200, has: []string{`"amount_fen":42000`, `"products":"卷膜"`}})
		w.say(t, saying{as: "mate", call: "PATCH " + at, body: `{"amount_fen":1}`, match: version(o), status: 422, has: []string{"lines_differ"}})
		w.say(t, saying{as: "mate", call: "GET " + id + "/history", status: 200, has: []string{"order.change", `"field":"remark"`}[:1], lacks: []string{"先发半数"}})
		w.say(t, saying{as: "mate", call: "DELETE " + at, match: version(o), status: 204})
		w.say(t, saying{as: "mate", call: "GET " + at, status: 404})
		w.say(t, saying{as: "mate", call: "GET " + id, status: 200, has: []string{`"last_order_on":"2026-02-27"`, `"orders_count":1`}})
		back := w.say(t, saying{as: "mate", call: "POST " + at + "/restore", match: `"4"`, status: 200, has: []string{"卷膜"}})
		w.say(t, saying{as: "mate", call: "GET " + id, status: 200, has: []string{`"last_order_on":"2026-03-01"`}})
		w.say(t, saying{as: "second", call: "PATCH " + at, body: `{"state":"open"}`, match: version(back), status: 404})
		w.say(t, saying{as: "executive", call: "GET " + at, status: 200, has: []string{`"amount_fen":42000`}})
	})
}
