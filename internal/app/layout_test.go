package app

import "testing"

// TestLayouts: a customer's page opens for each role on what it works with (DOMAIN §15 “§2”).
func TestLayouts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sales := roleOf(t, w, "sales")
		w.say(t, saying{as: "east", call: "GET /layout", status: 200, has: []string{`"tab":"timeline"`, `["budget_from_fen","decision_process","competitors","next_follow_up_at"`}})
		w.say(t, saying{as: "service", call: "GET /layout", status: 200, has: []string{`"tab":"service"`}})
		w.say(t, saying{as: "executive", call: "GET /layout", status: 200, has: []string{`"tab":"orders"`, `["grade","strategic","annual_revenue_fen"`}})
		w.say(t, saying{as: "admin", call: "GET /layout", status: 200, has: []string{`"tab":"timeline"`, `["grade","intent"`}})
		w.say(t, saying{as: "east", call: "GET /layouts", status: 403})
		own := w.field(t, "门店等级", "text")
		w.say(t, saying{as: "admin", call: "PATCH /layouts/" + sales, match: `"1"`, body: `{"tab":"nowhere"}`, status: 422, has: []string{`"tab"`}})
		w.say(t, saying{as: "admin", call: "PATCH /layouts/" + sales, match: `"1"`, body: `{"fields":["grade","orders_ever_or_so"]}`, status: 422, has: []string{`"fields"`}})
		w.say(t, saying{as: "admin", call: "PATCH /layouts/nobody", match: `"1"`, body: `{"tab":"chain"}`, status: 404})
		w.say(t, saying{as: "admin", call: "PATCH /layouts/" + sales, match: `"1"`, body: `{"tab":"chain","fields":["` + own.Name + `","grade","grade"]}`, status: 200, has: []string{`"ours":true`, `"version":2`}})
		w.say(t, saying{as: "east", call: "GET /layout", status: 200, has: []string{`"tab":"chain"`, `"fields":["` + own.Name + `","grade"]`}})
		w.say(t, saying{as: "admin", call: "POST /layouts/" + sales + "/reset", match: `"1"`, status: 412})
		w.say(t, saying{as: "admin", call: "POST /layouts/" + sales + "/reset", match: `"2"`, status: 200, has: []string{`"ours":false`}})
		w.say(t, saying{as: "east", call: "GET /layout", status: 200, has: []string{`"tab":"timeline"`}})
	})
}
