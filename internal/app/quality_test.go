package app

import "testing"

// TestTradesMapToTheStandard: a company's own trade list proposes classes of GB/T 4754 and never contradicts them (S19, X12).
func TestTradesMapToTheStandard(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.say(t, saying{as: "east", call: "POST /customers", status: 201, body: `{"name":"嘉兴米多餐饮管理有限公司","trade":"catering_fast_food"}`, has: []string{`"trade":"catering_fast_food"`, `"industry":"H62"`}})
		id := "/customers/" + c["id"].(string)
		w.say(t, saying{as: "east", call: "PATCH " + id, match: version(c), body: `{"industry":"C39"}`, status: 422, has: []string{"outside_trade", `"industry"`}})
		w.say(t, saying{as: "east", call: "PATCH " + id, match: version(c), body: `{"trade":"catering"}`, status: 422, has: []string{`"trade"`}})
		c = w.say(t, saying{as: "east", call: "PATCH " + id, match: version(c), body: `{"trade":"real_estate"}`, status: 200, has: []string{`"industry":"K70"`, `"missing":["credit_code","industry"`}})
		c = w.say(t, saying{as: "east", call: "PATCH " + id, match: version(c), body: `{"industry":"K702"}`, status: 200, has: []string{`"industry":"K702"`}, lacks: []string{`"missing":["credit_code","industry"`}})
		c = w.say(t, saying{as: "east", call: "PATCH " + id, match: version(c), body: `{"trade":"construction"}`, status: 200, has: []string{`"industry":"E"`, `"missing":["credit_code","industry"`}})
		c = w.say(t, saying{as: "east", call: "PATCH " + id, match: version(c), body: `{"industry":"E49"}`, status: 200})
		w.say(t, saying{as: "east", call: "POST /customers", status: 422, body: `{"name":"嘉兴米乐餐饮管理有限公司","trade":"catering_fast_food","industry":"H61"}`, has: []string{"outside_trade"}})
		w.say(t, saying{as: "east", call: `GET /customers?filter={"field":"trade","op":"eq","value":"construction"}`, status: 200, has: []string{"嘉兴米多"}})

		w.say(t, saying{as: "admin", call: "POST /dictionaries/trade/values", body: `{"label":"物流-冷链","parent":"logistics"}`, status: 422, has: []string{`"maps_to"`}})
		w.say(t, saying{as: "admin", call: "POST /dictionaries/trade/values", body: `{"label":"物流-冷链","parent":"logistics","maps_to":"X99"}`, status: 422, has: []string{`"maps_to"`}})
		w.say(t, saying{as: "admin", call: "POST /dictionaries/source/values", body: `{"label":"老板朋友","maps_to":"C39"}`, status: 422, has: []string{`"maps_to"`}})
		w.say(t, saying{as: "admin", call: "POST /dictionaries/trade/values", body: `{"label":"物流-冷链","code":"cold_chain","parent":"logistics","maps_to":"G593"}`, status: 201, has: []string{`"maps_to":"G593"`}})
		c = w.say(t, saying{as: "east", call: "PATCH " + id, match: version(c), body: `{"trade":"cold_chain"}`, status: 200, has: []string{`"industry":"G593"`}})

		// The company says it otherwise: who has the trade keeps his industry until one of the two is changed.
		w.say(t, saying{as: "admin", call: "PATCH /dictionaries/trade/values/cold_chain", match: `"1"`, body: `{"maps_to":"G54"}`, status: 200, has: []string{`"maps_to":"G54"`}})
		w.say(t, saying{as: "admin", call: "PATCH /dictionaries/trade/values/cold_chain", match: `"2"`, body: `{"active":false}`, status: 200})
		w.say(t, saying{as: "east", call: "PATCH " + id, match: version(c), body: `{"grade":"A"}`, status: 200, has: []string{`"trade":"cold_chain"`, `"industry":"G593"`}})
		w.say(t, saying{as: "east", call: "POST /customers", status: 422, body: `{"name":"嘉兴米乐餐饮管理有限公司","trade":"cold_chain"}`, has: []string{`"trade"`, "invalid"}})
	})
}

// TestACompanySaysWhatIsVague: further words, words that are fine, and phrases that block (S79, S80, DOMAIN §11).
func TestACompanySaysWhatIsVague(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.say(t, saying{as: "east", call: "POST /customers", status: 201, body: `{"name":"嘉兴米多餐饮管理有限公司"}`})
		id := "/customers/" + c["id"].(string)
		w.say(t, saying{as: "east", call: "PATCH " + id, match: version(c), body: `{"core_need":"不清楚"}`, status: 422, has: []string{"vague", `"core_need"`}})
		c = w.say(t, saying{as: "east", call: "PATCH " + id, match: version(c), body: `{"core_need":"客户说不清楚预算","pain":"先放放"}`, status: 200})
		w.say(t, saying{as: "east", call: "POST " + id + "/contacts", body: `{"name":"钱多多","title":"不详"}`, status: 422, has: []string{"vague", `"title"`}})
		w.say(t, saying{as: "east", call: "POST " + id + "/contacts", body: `{"name":"暂未填写"}`, status: 422, has: []string{"vague", `"name"`}})
		talk := "POST " + id + "/follow-ups"
		w.say(t, saying{as: "east", call: talk, body: `{"method":"call","content":"保密"}`, status: 422, has: []string{"vague"}})
		w.say(t, saying{as: "east", call: talk, body: `{"method":"call","content":"客户意向较强"}`, status: 422, has: []string{"vague", "计划3个月内采购"}})
		w.say(t, saying{as: "east", call: talk, body: `{"method":"call","content":"客户意向较强","accept_vague":true}`, status: 201})
		w.say(t, saying{as: "east", call: talk, body: `{"method":"call","outcome":"interested"}`, status: 201, has: []string{"有意向"}})

		w.say(t, saying{as: "admin", call: "PATCH /settings", body: `{"values":{"quality.vague_words":"先放放 再说吧","quality.vague_allowed":"保密、略","quality.vague_block":true}}`, status: 200})
		w.say(t, saying{as: "east", call: "PATCH " + id, match: version(c), body: `{"goal":"先放放"}`, status: 422, has: []string{"vague", `"goal"`}, lacks: []string{`"pain"`}})
		w.say(t, saying{as: "east", call: talk, body: `{"method":"call","content":"再说吧"}`, status: 422, has: []string{"vague"}})
		w.say(t, saying{as: "east", call: talk, body: `{"method":"call","content":"保密"}`, status: 201})
		w.say(t, saying{as: "east", call: talk, body: `{"method":"call","content":"客户意向较强","accept_vague":true}`, status: 422, has: []string{"vague"}})
		w.say(t, saying{as: "east", call: talk, body: `{"method":"call","outcome":"interested"}`, status: 201})
	})
}

// TestNumbersDamagedBySpreadsheets says what to do instead of calling them wrong (S97, DOMAIN §14.8).
func TestNumbersDamagedBySpreadsheets(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.say(t, saying{as: "east", call: "POST /customers", status: 422, body: `{"name":"嘉兴米多餐饮管理有限公司","credit_code":"9.14403E+17","contacts":[{"name":"钱多多","mobile":"1.38E+10"}]}`,
			has: []string{"number_damaged", `"credit_code"`, `"contacts[0].mobile"`}, lacks: []string{"bad_code", "bad_phone"}})
		w.say(t, saying{as: "east", call: "POST /customers", status: 201, body: `{"name":"嘉兴米多餐饮管理有限公司","credit_code":"税号：91440300192317458f。","contacts":[{"name":"钱多多","mobile":"13800138000.0"}]}`, has: []string{`"credit_code":"91440300192317458F"`}})
	})
}
