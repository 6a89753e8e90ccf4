package app

import (
	"strings"
	"testing"
)

// rules has the administrator say what is required.
func (w *world) rules(t *testing.T, body string, status int, has ...string) {
	t.Helper()
	now := w.say(t, saying{as: "admin", call: "GET /required-fields", status: 200})
	w.say(t, saying{as: "admin", call: "PATCH /required-fields", match: version(now), body: `{"rules":` + body + `}`, status: status, has: has})
}

const complete = `{"name":"嘉兴米多餐饮管理有限公司","credit_code":"91440300192317458F","industry":"C39","contacts":[{"name":"钱多多","title":"经理","role":"decider","mobile":"13800138000"}]}`

// TestRequiredSets: which fields must be filled is a setting by kind, stage and role, the same for form, move and import (S11, DOMAIN §2, §4).
func TestRequiredSets(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.say(t, saying{as: "east", call: "GET /required-fields", status: 403})
		c := w.say(t, saying{as: "east", call: "POST /customers", status: 201, body: complete, has: []string{`"missing":[]`}})
		id := "/customers/" + c["id"].(string)
		person := w.say(t, saying{as: "east", call: "POST /customers", status: 201, body: `{"kind":"individual","name":"孙小美","contacts":[{"mobile":"13900139000"}]}`, has: []string{`"missing":[]`}})

		// What cannot be is refused by rule.
		w.rules(t, `[{"fields":["source"]},{"fields":["nothing"],"stage":"nowhere","kinds":["ship"],"roles":["nobody"]},{"fields":[]}]`, 422, `rules[1].fields`, `rules[1].stage`, `rules[1].kinds`, `rules[1].roles`, `rules[2].fields`)

		// Source of everybody; a credit code of everybody too, which an individual does not have; the intent from 需求明确 on.
		w.rules(t, `[{"fields":["source","credit_code"]},{"stage":"need_clear","fields":["intent","contact.email"]}]`, 200, `"shipped":false`)
		must(t, w.Quality.MissingAll(t.Context()))
		w.say(t, saying{as: "east", call: "GET " + id, status: 200, has: []string{`"missing":["source"]`, `"asked":["source"]`}})
		w.say(t, saying{as: "east", call: "GET /customers/" + person["id"].(string), status: 200, has: []string{`"missing":["source"]`}})
		w.say(t, saying{as: "east", call: "POST " + id + "/submit", match: version(c), status: 422, has: []string{`"source"`}})

		// A step asks for what its stage asks, and for no more.
		w.say(t, saying{as: "east", call: "POST " + id + "/move", match: version(c), body: `{"to":"need_clear","reason":"展会谈过"}`, status: 422, has: []string{`"intent"`, `"contact.email"`, "required"}, lacks: []string{`"source"`}})
		c = w.say(t, saying{as: "east", call: "PATCH " + id, match: version(c), body: `{"intent":"A"}`, status: 200, has: []string{`"missing":["source"]`}})
		contact := c["primary_contact"].(map[string]any)
		w.say(t, saying{as: "east", call: "PATCH /contacts/" + contact["id"].(string), match: version(contact), body: `{"email":"qian@miduo.example"}`, status: 200})
		c = w.say(t, saying{as: "east", call: "POST " + id + "/move", match: version(c), body: `{"to":"need_clear","reason":"展会谈过"}`, status: 200})
		c = w.say(t, saying{as: "east", call: "PATCH " + id, match: version(c), body: `{"intent":null}`, status: 200, has: []string{`"missing":["source","intent"]`}})
		// Back, and out of the way, he is always let go.
		c = w.say(t, saying{as: "east", call: "POST " + id + "/move", match: version(c), body: `{"to":"first_contact"}`, status: 200, has: []string{`"missing":["source"]`}})
		lost := lostStage(t, w)
		c = w.say(t, saying{as: "east", call: "POST " + id + "/move", match: version(c), body: `{"to":"` + lost + `","reason":"price"}`, status: 200})
		w.say(t, saying{as: "east", call: "PATCH " + id, match: version(c), body: `{"source":"exhibition"}`, status: 200, has: []string{`"missing":[]`}})

		// Asked of the sales' role alone; who has another submits without.
		c = w.say(t, saying{as: "east", call: "POST /customers", status: 201, body: strings.NewReplacer("米多", "米乐", "91440300192317458F", "91330100799655058B").Replace(complete)})
		id = "/customers/" + c["id"].(string)
		w.rules(t, `[{"roles":["`+roleOf(t, w, "sales")+`"],"fields":["region"]}]`, 200)
		must(t, w.Quality.MissingAll(t.Context()))
		w.say(t, saying{as: "east", call: "GET " + id, status: 200, has: []string{`"missing":[]`, `"asked":["region"]`}})
		w.say(t, saying{as: "east", call: "POST " + id + "/submit", match: version(c), status: 422, has: []string{`"region"`}})
		w.say(t, saying{as: "admin", call: "POST " + id + "/submit", match: version(c), status: 200, has: []string{`"review":"effective"`}})

		// What ships comes back.
		now := w.say(t, saying{as: "admin", call: "GET /required-fields", status: 200})
		w.say(t, saying{as: "admin", call: "POST /required-fields/reset", match: `"1"`, status: 412})
		w.say(t, saying{as: "admin", call: "POST /required-fields/reset", match: version(now), status: 200, has: []string{`"shipped":true`, "contact.reach"}})
		w.say(t, saying{as: "admin", call: "GET /audit?action=field.required", status: 200, has: []string{"field.required", "region"}})
	})
}

// TestNoDeadEnd: what a person cannot write is not required of him.
func TestNoDeadEnd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		own := w.field(t, "内部评分", "text")
		c := w.say(t, saying{as: "east", call: "POST /customers", status: 201, body: complete})
		w.say(t, saying{as: "admin", call: "PATCH /fields/customer/" + own.ID, match: `"1"`, body: `{"edit_roles":["` + roleOf(t, w, "finance") + `"],"required":true}`, status: 200})
		id := "/customers/" + c["id"].(string)
		must(t, w.Quality.MissingAll(t.Context()))
		w.say(t, saying{as: "east", call: "GET " + id, status: 200, has: []string{`"missing":["` + own.Name + `"]`, `"asked":[]`}})
		w.say(t, saying{as: "east", call: "POST " + id + "/submit", match: version(c), status: 200, has: []string{`"review":"effective"`}})
	})
}

func roleOf(t *testing.T, w *world, code string) string {
	t.Helper()
	all := w.say(t, saying{as: "admin", call: "GET /roles", status: 200})
	for _, r := range all["items"].([]any) {
		if r := r.(map[string]any); r["code"] == code {
			return r["id"].(string)
		}
	}
	t.Fatal("no role", code)
	return ""
}

func lostStage(t *testing.T, w *world) string {
	t.Helper()
	all := w.say(t, saying{as: "admin", call: "GET /pipelines", status: 200})
	for _, p := range all["items"].([]any) {
		p := p.(map[string]any)
		for _, s := range p["stages"].([]any) {
			if s := s.(map[string]any); p["subject"] == "customer" && s["phase"] == "lost" {
				return s["code"].(string)
			}
		}
	}
	t.Fatal("no stage is lost")
	return ""
}
