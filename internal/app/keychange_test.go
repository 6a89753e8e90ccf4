package app

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"zhike/internal/base/exchange"
	"zhike/internal/crm/keychange"
	ask "zhike/internal/crm/keychange/held"
	"zhike/internal/platform/db"
)

// keyMode is the company's choice whose word waits.
func (w *world) keyMode(t *testing.T, mode string) {
	t.Helper()
	w.say(t, saying{as: "admin", call: "PATCH /settings", body: `{"values":{"key_changes.mode":"` + mode + `"}}`, status: 200})
}

// requests are those about a customer as somebody sees them, the newest first.
func (w *world) requests(t *testing.T, as, customerID string) (all []map[string]any) {
	t.Helper()
	for _, x := range w.say(t, saying{as: as, call: "GET /customers/" + customerID + "/key-changes", status: 200})["items"].([]any) {
		all = append(all, x.(map[string]any))
	}
	return all
}

// change patches a record in the version that stands.
func (w *world) patch(t *testing.T, as, path, body string, has ...string) map[string]any {
	t.Helper()
	stands := w.say(t, saying{as: "admin", call: "GET " + path, status: 200})
	return w.say(t, saying{as: as, call: "PATCH " + path, body: body, match: version(stands), status: 200, has: has})
}

// TestKeyChangesWait (S70): what the leader of the department says of a customer's name and code waits for its owner; the
// rest takes effect at once, the owner sees side by side what stood and what is proposed, and accepts or declines.
func TestKeyChangesWait(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		own := w.placements["own"]["customers"]
		path := "/customers/" + own
		unread := func(who, n string) {
			t.Helper()
			w.say(t, saying{as: who, call: "GET /notices/unread", status: 200, has: []string{`"count":` + n + `,`}})
		}
		for _, who := range []string{"east", "leader", "admin", "mate"} {
			w.say(t, saying{as: who, call: "POST /notices/read-all", body: `{}`, status: 200})
		}
		// A bad code is refused at once, and so is what another holds: nothing waits then.
		w.say(t, saying{as: "leader", call: "PATCH " + path, body: `{"credit_code":"91440101231245152X"}`, match: version(w.say(t, saying{as: "leader", call: "GET " + path, status: 200})), status: 422, has: []string{"bad_code"}})
		w.say(t, saying{as: "leader", call: "PATCH " + path, body: `{"name":"温州乙泽食品有限公司"}`, match: version(w.say(t, saying{as: "leader", call: "GET " + path, status: 200})), status: 409, has: []string{"duplicate_same"}})
		if n := len(w.requests(t, "east", own)); n != 0 {
			t.Fatalf("%d wait", n)
		}
		// To fill an empty code loses nothing.
		w.patch(t, "leader", path, `{"credit_code":"91440101231245152Y"}`, `"credit_code":"91440101231245152Y"`)
		if n := len(w.requests(t, "east", own)); n != 0 {
			t.Fatalf("%d wait for an empty field", n)
		}
		c := w.patch(t, "leader", path, `{"name":"温州新泽食品有限公司","grade":"A"}`, `"name":"温州甲泽食品有限公司"`, `"grade":"A"`, `"pending":{`, `"fields":["name"]`, `"waits_for":"east"`)
		w.patch(t, "leader", path, `{"credit_code":null}`, `"credit_code":"91440101231245152Y"`, `"waits_for":"east"`) // joined
		w.say(t, saying{as: "east", call: "GET " + path, status: 200, has: []string{"温州甲泽食品有限公司"}, lacks: []string{`"pending"`}})
		all := w.requests(t, "east", own)
		if len(all) != 1 || all[0]["state"] != "open" || all[0]["asker_name"] != "leader" || all[0]["may_decide"] != true || all[0]["may_withdraw"] != false || len(all[0]["fields"].([]any)) != 2 {
			t.Fatalf("%+v", all)
		}
		if f := all[0]["fields"].([]any)[0].(map[string]any); f["name"] != "name" || f["was"] != "温州甲泽食品有限公司" || f["now"] != "温州甲泽食品有限公司" || f["will"] != "温州新泽食品有限公司" {
			t.Errorf("%+v", f)
		}
		unread("east", "1")
		w.say(t, saying{as: "east", call: "GET /notices?unread=true", status: 200, has: []string{`"key_change"`, "leader 想修改「温州甲泽食品有限公司」的关键信息", `"link":{"kind":"customer"`}})
		w.say(t, saying{as: "east", call: "GET /key-changes", status: 200, has: []string{all[0]["id"].(string)}})
		w.say(t, saying{as: "admin", call: "GET /key-changes", status: 200, has: []string{all[0]["id"].(string), `"may_decide":true`}})
		w.say(t, saying{as: "leader", call: "GET /key-changes", status: 200, has: []string{`"items":[]`}})
		w.say(t, saying{as: "leader", call: "GET /key-changes?mine=true", status: 200, has: []string{all[0]["id"].(string), `"may_withdraw":true`, `"may_decide":false`}})
		w.say(t, saying{as: "mate", call: "GET /key-changes?mine=true", status: 200, has: []string{`"items":[]`}})
		request := "/key-changes/" + all[0]["id"].(string)
		w.say(t, saying{as: "leader", call: "POST " + request + "/accept", match: version(all[0]), status: 403, has: []string{"not_yours"}})
		w.say(t, saying{as: "second", call: "POST " + request + "/accept", match: version(all[0]), status: 404})
		w.say(t, saying{as: "east", call: "POST " + request + "/accept", match: `"1"`, status: 412}) // somebody joined to it since
		w.say(t, saying{as: "east", call: "POST " + request + "/accept", match: version(all[0]), status: 200, has: []string{`"state":"accepted"`, `"decided_by_name":"east"`, `"may_decide":false`}})
		w.say(t, saying{as: "leader", call: "GET " + path, status: 200, has: []string{"温州新泽食品有限公司", `"credit_code":null`}, lacks: []string{`"pending"`}})
		w.say(t, saying{as: "east", call: "GET /search?q=新泽", status: 200, has: []string{own}})
		w.say(t, saying{as: "east", call: "POST " + request + "/accept", match: version(w.say(t, saying{as: "east", call: "GET " + request, status: 200})), status: 409, has: []string{"key_change_settled"}})
		unread("east", "0")
		w.say(t, saying{as: "leader", call: "GET /notices?unread=true", status: 200, has: []string{`"key_change_accepted"`, "east 同意了您"}})
		w.say(t, saying{as: "admin", call: "GET /audit?limit=50", status: 200, has: []string{`"customer.key_ask"`, `"customer.key_accept"`, `"asker":"leader"`}})
		// The asker's word is the decider's act: the log names both.
		log := w.call("admin", "GET", "/audit?limit=50&action=customer.change", "", "", false).body
		if !strings.Contains(log, "温州新泽食品有限公司") || !strings.Contains(log, `"east"`) {
			t.Errorf("the change is not in the decider's name: %s", log)
		}
		// Declined, with a word why; and withdrawn.
		w.patch(t, "leader", path, `{"name":"温州旧泽食品有限公司"}`, `"pending"`)
		r := w.requests(t, "leader", own)[0]
		request = "/key-changes/" + r["id"].(string)
		w.say(t, saying{as: "east", call: "POST " + request + "/decline", body: `{"note":" "}`, match: version(r), status: 422, has: []string{`"required"`, `"note"`}})
		w.say(t, saying{as: "east", call: "POST " + request + "/decline", body: `{"note":"营业执照没有换,问` + canaryText + `"}`, match: version(r), status: 200, has: []string{`"state":"declined"`, "营业执照没有换"}})
		w.say(t, saying{as: "leader", call: "GET " + path, status: 200, has: []string{"温州新泽食品有限公司"}, lacks: []string{`"pending"`}})
		w.say(t, saying{as: "leader", call: "GET /notices?unread=true", status: 200, has: []string{`"key_change_declined"`}, lacks: []string{"营业执照", canaryText}})
		w.say(t, saying{as: "executive", call: "GET " + request, status: 200, has: []string{"营业执照没有换"}, lacks: []string{canaryText}})
		w.patch(t, "leader", path, `{"name":"温州旧泽食品有限公司"}`, `"pending"`)
		r = w.requests(t, "leader", own)[0]
		request = "/key-changes/" + r["id"].(string)
		w.say(t, saying{as: "east", call: "POST " + request + "/withdraw", match: version(r), status: 403})
		w.say(t, saying{as: "leader", call: "POST " + request + "/withdraw", match: version(r), status: 200, has: []string{`"state":"withdrawn"`}})
		unread("east", "0")
		w.say(t, saying{as: "leader", call: "GET /key-changes?mine=true&state=settled", status: 200, has: []string{`"withdrawn"`, `"declined"`, `"accepted"`}})
		w.say(t, saying{as: "east", call: "GET /key-changes?state=settled", status: 200, has: []string{`"declined"`, `"accepted"`}, lacks: []string{`"withdrawn"`}})
		// The owner's own and the administrator's wait for nobody; nor anybody's where the company says so.
		w.patch(t, "east", path, `{"name":"温州甲泽食品有限公司"}`, `"name":"温州甲泽食品有限公司"`)
		w.patch(t, "admin", path, `{"name":"温州癸泽食品有限公司"}`, `"name":"温州癸泽食品有限公司"`)
		w.keyMode(t, ask.Off)
		w.patch(t, "leader", path, `{"name":"温州子泽食品有限公司"}`, `"name":"温州子泽食品有限公司"`)
		_ = c
	})
}

// TestKeyChangesOfPeople (S70): a contact's name and numbers, and contacts added or removed.
func TestKeyChangesOfPeople(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		own, person := w.placements["own"]["customers"], w.placements["own"]["contacts"]
		path := "/contacts/" + person
		c := w.patch(t, "leader", path, `{"mobile":"13812345678","name":"欧阳修文","title":"采购总监","mobile2":"13900001111"}`,
			`"mobile":"136****4321"`, `"name":"欧阳修远"`, `"title":"采购总监"`, `"mobile2":"139****1111"`, `"waits_for":"east"`, `"fields":["name","mobile"]`)
		if c["version"].(float64) != 2 {
			t.Errorf("version %v", c["version"])
		}
		r := w.requests(t, "east", own)[0]
		fields := fmt.Sprint(r["fields"])
		if r["contact_name"] != "欧阳修远" || !strings.Contains(fields, "will:欧阳修文") || !strings.Contains(fields, "was:136****4321") || !strings.Contains(fields, "will:138****5678") || strings.Contains(fields, "13812345678") {
			t.Errorf("%+v", r)
		}
		// Who only reads the customer reads masks; who reads no contacts hears of no request about one.
		w.say(t, saying{as: "marketing", call: "GET /customers/" + own + "/key-changes", status: 200, has: []string{"欧**远"}, lacks: []string{"欧阳修", canaryValue}})
		w.say(t, saying{as: "finance", call: "GET /customers/" + own + "/key-changes", status: 200, has: []string{`"items":[]`}})
		w.say(t, saying{as: "finance", call: "GET /key-changes/" + r["id"].(string), status: 404})
		request := "/key-changes/" + r["id"].(string)
		// In full by reveal alone, counted as any look at a number.
		w.say(t, saying{as: "east", call: "POST " + request + "/reveal", body: `{"field":"mobile","reason":"call"}`, status: 200, has: []string{`"13812345678"`}})
		w.say(t, saying{as: "leader", call: "POST " + request + "/reveal", body: `{"field":"mobile","reason":"call"}`, status: 422})
		w.say(t, saying{as: "leader", call: "POST " + request + "/reveal", body: `{"field":"name","reason":"要核对一下"}`, status: 422, has: []string{`"invalid"`}})
		w.say(t, saying{as: "marketing", call: "POST " + request + "/reveal", body: `{"field":"mobile","reason":"要核对一下"}`, status: 403})
		w.say(t, saying{as: "admin", call: "GET /audit?limit=20", status: 200, has: []string{`"sensitive.reveal"`}, lacks: []string{"13812345678"}})
		// What stands changed meanwhile: then, now and proposed stand side by side.
		w.patch(t, "east", path, `{"mobile":"13700002222"}`)
		r = w.requests(t, "east", own)[0]
		if fields := fmt.Sprint(r["fields"]); !strings.Contains(fields, "now:137****2222 was:136****4321 will:138****5678") {
			t.Errorf("%s", fields)
		}
		w.say(t, saying{as: "east", call: "POST " + request + "/accept", match: version(r), status: 200, has: []string{`"accepted"`}, lacks: []string{"13812345678"}})
		w.say(t, saying{as: "east", call: "GET " + path, status: 200, has: []string{"欧阳修文", "138****5678"}})
		w.say(t, saying{as: "east", call: "POST " + request + "/reveal", body: `{"field":"mobile","reason":"call"}`, status: 422}) // forgotten: it stands with the contact now
		w.say(t, saying{as: "east", call: "POST " + path + "/reveal", body: `{"field":"mobile","reason":"call"}`, status: 200, has: []string{"13812345678"}})

		// Another contact waits to be added, once however often it is said.
		body := `{"name":"李四","mobile":"13312345678"}`
		for range 2 {
			a := w.say(t, saying{as: "leader", call: "POST /customers/" + own + "/contacts", body: body, key: "once", status: 201, has: []string{`"id":""`, `"fields":["contact","mobile"]`, `"waits_for":"east"`}, lacks: []string{"13312345678"}})
			if a["pending"] == nil {
				t.Errorf("%+v", a)
			}
		}
		w.say(t, saying{as: "leader", call: "POST /customers/" + own + "/contacts", body: body, status: 201})
		w.say(t, saying{as: "leader", call: "POST /customers/" + own + "/contacts", body: `{"name":"李四","mobile":"1331"}`, status: 422, has: []string{"bad_phone"}})
		open := w.requests(t, "east", own)
		if len(open) != 2 || open[0]["kind"] != "contact_add" || open[0]["contact_name"] != "李四" || !strings.Contains(fmt.Sprint(open[0]["fields"]), "will:133****5678") {
			t.Fatalf("%+v", open)
		}
		w.say(t, saying{as: "east", call: "GET /customers/" + own + "/contacts", status: 200, lacks: []string{"李四"}})
		w.say(t, saying{as: "marketing", call: "GET /customers/" + own + "/key-changes", status: 200, has: []string{"李*"}, lacks: []string{"李四"}})
		w.say(t, saying{as: "east", call: "POST /key-changes/" + open[0]["id"].(string) + "/accept", match: version(open[0]), status: 200})
		people := w.say(t, saying{as: "east", call: "GET /customers/" + own + "/contacts", status: 200, has: []string{"李四", "133****5678"}})
		four := ""
		for _, x := range people["items"].([]any) {
			if x.(map[string]any)["name"] == "李四" {
				four = x.(map[string]any)["id"].(string)
			}
		}
		// To remove somebody waits too; who is gone makes what else was asked of him moot.
		w.patch(t, "leader", "/contacts/"+four, `{"mobile":"13412345678"}`, `"pending"`)
		one := w.say(t, saying{as: "leader", call: "GET /contacts/" + four, status: 200})
		w.say(t, saying{as: "leader", call: "DELETE /contacts/" + four, match: version(one), status: 202})
		w.say(t, saying{as: "leader", call: "GET /contacts/" + four, status: 200, has: []string{`"fields":["mobile","contact"]`}})
		open = w.requests(t, "admin", own)
		if open[0]["kind"] != "contact_drop" || open[0]["contact_name"] != "李四" || open[1]["state"] != "open" {
			t.Fatalf("%+v", open[:2])
		}
		w.say(t, saying{as: "admin", call: "POST /key-changes/" + open[0]["id"].(string) + "/accept", match: version(open[0]), status: 200})
		w.say(t, saying{as: "east", call: "GET /contacts/" + four, status: 404})
		if open = w.requests(t, "east", own); open[0]["state"] != "accepted" || open[1]["state"] != "moot" {
			t.Errorf("%+v", open[:2])
		}
		one = w.say(t, saying{as: "east", call: "GET " + path, status: 200})
		w.say(t, saying{as: "east", call: "DELETE " + path, match: version(one), status: 204})
		// The first contact fills what was empty.
		w.say(t, saying{as: "leader", call: "POST /customers/" + own + "/contacts", body: `{"name":"王五"}`, status: 201, has: []string{"王五"}, lacks: []string{"pending"}})
	})
}

// TestSecondPerson (S70): where everybody's key changes wait, the owner's go to his leader or an administrator and never to himself;
// of the pool an administrator decides; who becomes the owner decides what waits.
func TestSecondPerson(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		team := w.placements["above"]["customers"] // first's, in 销售一部
		w.ledBy(t, w.branch, "leader")
		path := "/customers/" + team
		w.keyMode(t, ask.Everybody)
		w.patch(t, "first", path, `{"name":"温州新丙食品有限公司"}`, `"name":"温州丙泽食品有限公司"`, `"waits_for":"leader"`)
		r := w.requests(t, "first", team)[0]
		if r["may_decide"] != false || r["may_withdraw"] != true {
			t.Errorf("%+v", r)
		}
		accept := "POST /key-changes/" + r["id"].(string) + "/accept"
		w.say(t, saying{as: "first", call: accept, match: version(r), status: 403, has: []string{"not_yours"}})
		w.say(t, saying{as: "first", call: "GET /key-changes", status: 200, has: []string{`"items":[]`}})
		w.say(t, saying{as: "leader", call: "GET /key-changes", status: 200, has: []string{r["id"].(string)}})
		w.say(t, saying{as: "leader", call: "GET /notices?unread=true", status: 200, has: []string{`"key_change"`}})
		w.say(t, saying{as: "leader", call: accept, match: version(r), status: 200})
		w.say(t, saying{as: "first", call: "GET " + path, status: 200, has: []string{"温州新丙食品有限公司"}})

		w.keyMode(t, ask.Others)
		w.patch(t, "leader", path, `{"name":"温州老丙食品有限公司"}`, `"waits_for":"first"`)
		r = w.requests(t, "first", team)[0]
		c := w.say(t, saying{as: "leader", call: "GET " + path, status: 200})
		w.say(t, saying{as: "leader", call: "POST " + path + "/transfer", body: `{"to":"` + w.users["mate"] + `"}`, match: version(c), status: 200})
		w.say(t, saying{as: "mate", call: "GET /notices?unread=true", status: 200, has: []string{`"key_change"`}})
		w.say(t, saying{as: "first", call: "GET /notices?unread=true", status: 200, lacks: []string{"leader 想修改"}})
		w.say(t, saying{as: "mate", call: "GET /key-changes", status: 200, has: []string{r["id"].(string)}})
		c = w.say(t, saying{as: "leader", call: "GET " + path, status: 200})
		w.say(t, saying{as: "leader", call: "POST " + path + "/release", body: `{}`, match: version(c), status: 200})
		w.say(t, saying{as: "admin", call: "GET /notices?unread=true", status: 200, has: []string{`"key_change"`}})
		w.say(t, saying{as: "admin", call: "POST /key-changes/" + r["id"].(string) + "/accept", match: version(r), status: 200, has: []string{"温州老丙食品有限公司"}})
	})
}

// TestKeyChangesOfSheets (S70): a sheet that updates another's customer takes in what it may, has the rest wait, and its row says so;
// undoing the import takes back what it did. Many at once change no key field.
func TestKeyChangesOfSheets(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		own := w.placements["own"]["customers"]
		w.patch(t, "east", "/customers/"+own, `{"credit_code":"91440101231245152Y"}`)
		sheet := "客户名称,统一社会信用代码,客户等级,联系人,手机\n温州申泽食品有限公司,91440101231245152Y,A,欧阳修远,13812345678\n"
		said := w.brought(t, "leader", "customer", "back.csv", sheet, exchange.NewPlan{Duplicates: exchange.Update}, "check")
		w.say(t, saying{as: "leader", call: "GET /imports/" + said.ID + "/rows?hinted=true", status: 200, has: []string{"key_change_may_wait"}}) // the check tells, and writes nothing
		if n := len(w.requests(t, "east", own)); n != 0 {
			t.Errorf("a check asks for %d", n)
		}
		i := w.brought(t, "leader", "customer", "back.csv", sheet, exchange.NewPlan{Duplicates: exchange.Update}, "check", "run")
		rows := w.call("leader", "GET", "/imports/"+i.ID+"/rows?hinted=true", "", "", false)
		if rows.status != 200 || !strings.Contains(rows.body, "key_change_waits") || !strings.Contains(rows.body, "是关键信息") || strings.Contains(rows.body, "key_change_may_wait") {
			t.Errorf("%s", rows.body)
		}
		w.say(t, saying{as: "east", call: "GET /customers/" + own, status: 200, has: []string{"温州甲泽食品有限公司", `"grade":"A"`, "136****4321"}})
		open := w.requests(t, "east", own)
		if len(open) != 2 || open[0]["asker_name"] != "leader" {
			t.Fatalf("%+v", open)
		}
		w.say(t, saying{as: "east", call: "POST /key-changes/" + open[1]["id"].(string) + "/accept", match: version(open[1]), status: 200})
		i = w.acted(t, "leader", i.ID, "undo") // what waits is withdrawn, what was accepted stays and is told
		if stands := w.requests(t, "east", own); stands[0]["state"] != "withdrawn" || stands[1]["state"] != "accepted" || len(i.Kept) != 1 || i.Kept[0].Code != "changed" {
			t.Errorf("%+v, kept %+v", stands, i.Kept)
		}
		w.say(t, saying{as: "east", call: "GET /customers/" + own, status: 200, has: []string{`"grade":null`}})
		w.brought(t, "leader", "contact", "people.csv", "客户名称,姓名,手机\n温州申泽食品有限公司,赵六,13512345678\n", exchange.NewPlan{}, "check", "run")
		if open = w.requests(t, "east", own); len(open) != 3 || open[0]["kind"] != "contact_add" {
			t.Fatalf("%+v", open)
		}
		w.say(t, saying{as: "leader", call: "POST /customers/bulk/change", body: `{"records":[{"id":"` + own + `","version":1}],"set":{"name":"x"}}`, status: 422})
	})
}

// TestKeyChangesGoWithTheirCustomer (S70): what was asked of a contact moves with him when two customers are merged and is still
// read there; what was asked of the other's own name stays with it. A customer that is erased takes all along.
func TestKeyChangesGoWithTheirCustomer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		above, person := w.placements["above"]["customers"], w.placements["above"]["contacts"]
		w.patch(t, "leader", "/customers/"+above, `{"name":"温州新丙食品有限公司"}`, `"pending"`)
		w.patch(t, "leader", "/contacts/"+person, `{"mobile":"13812345678"}`, `"pending"`)
		merged(t, w, nil)
		own := w.placements["own"]["customers"]
		open := w.requests(t, "east", own)
		if len(open) != 1 || open[0]["contact_id"] != person {
			t.Fatalf("%+v", open)
		}
		w.say(t, saying{as: "east", call: "POST /key-changes/" + open[0]["id"].(string) + "/reveal", body: `{"field":"mobile","reason":"call"}`, status: 200, has: []string{"13812345678"}})
		w.say(t, saying{as: "east", call: "POST /key-changes/" + open[0]["id"].(string) + "/accept", match: version(open[0]), status: 200})
		w.say(t, saying{as: "east", call: "GET /contacts/" + person, status: 200, has: []string{"138****5678"}})
		_, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (int, error) { return 0, w.Purge.TakeOut(tx, own) })
		must(t, err)
		left, err := db.Read(t.Context(), w.DB, program, func(tx *db.Tx) (db.Count, error) {
			return db.One[db.Count](tx, requestsOf, db.Args{"customer": own})
		})
		must(t, err)
		if left.N != 0 {
			t.Errorf("%d are left", left.N)
		}
	})
}

var requestsOf = db.SQL(`SELECT count(*) AS n FROM {key_changes k} WHERE k.customer_id = :customer`, keychange.Table)

// TestKeyChangesOfTheBank (S70): bank and account, fields of a template, wait as names do, sealed as they are; who may not see one hears nothing of it.
func TestKeyChangesOfTheBank(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if a := w.call("admin", "POST", "/field-templates/customer/retail/apply", `{"kinds":["institution"]}`, "", false); a.status != 200 {
			t.Fatal(a.body)
		}
		own := w.placements["own"]["customers"]
		path := "/customers/" + own
		w.patch(t, "leader", path, `{"custom":{"x_retail_bank":"工商银行温州分行","x_retail_account":"6222021234567890123"}}`) // to fill what was empty loses nothing
		if n := len(w.requests(t, "east", own)); n != 0 {
			t.Fatalf("%d wait", n)
		}
		c := w.patch(t, "leader", path, `{"custom":{"x_retail_account":"6222029876543219876"},"grade":"B"}`, `"grade":"B"`, `"fields":["x_retail_account"]`)
		stood := c["custom"].(map[string]any)["x_retail_account"]
		r := w.requests(t, "east", own)[0]
		f := r["fields"].([]any)[0].(map[string]any)
		if f["was"] != stood || f["now"] != stood || f["will"] == stood || f["full"] != true || strings.Contains(fmt.Sprint(f), "987654321") {
			t.Errorf("%v, stood %v", f, stood)
		}
		request := "/key-changes/" + r["id"].(string)
		w.say(t, saying{as: "east", call: "POST " + request + "/reveal", body: `{"field":"x_retail_account","reason":"copy"}`, status: 200, has: []string{"6222029876543219876"}})
		w.say(t, saying{as: "east", call: "POST " + request + "/accept", match: version(r), status: 200})
		w.say(t, saying{as: "east", call: "POST " + path + "/reveal", body: `{"field":"x_retail_account","reason":"copy"}`, status: 200, has: []string{"6222029876543219876"}})
		for _, table := range []string{"audit", "notices"} {
			w.say(t, saying{as: "admin", call: "GET /" + table + "?limit=100", status: 200, lacks: []string{"6222029876543219876", "6222021234567890123"}})
		}
	})
}

// TestKindTakesNoCodeAway (S70): who turns a customer into a person clears its credit code by it, and so that waits too.
func TestKindTakesNoCodeAway(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		own := w.placements["own"]["customers"]
		w.patch(t, "east", "/customers/"+own, `{"credit_code":"91440101231245152Y"}`)
		w.patch(t, "leader", "/customers/"+own, `{"kind":"individual","grade":"B"}`, `"kind":"institution"`, `"credit_code":"91440101231245152Y"`, `"grade":"B"`, `"fields":["credit_code"]`)
		r := w.requests(t, "east", own)[0]
		w.say(t, saying{as: "east", call: "POST /key-changes/" + r["id"].(string) + "/accept", match: version(r), status: 200})
		w.say(t, saying{as: "east", call: "GET /customers/" + own, status: 200, has: []string{`"kind":"individual"`, `"credit_code":null`}})
	})
}

// TestOneDecision (S70, DECISIONS 11): of fifty who accept at once one does, and fifty words of one person about one record are one request.
func TestOneDecision(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		own, person := w.placements["own"]["customers"], w.placements["own"]["contacts"]
		all := func(do func(i int) int) map[int]int {
			var wait sync.WaitGroup
			var mu sync.Mutex
			codes := map[int]int{}
			for i := range 50 {
				wait.Add(1)
				go func() {
					defer wait.Done()
					code := do(i)
					mu.Lock()
					defer mu.Unlock()
					codes[code]++
				}()
			}
			wait.Wait()
			return codes
		}
		codes := all(func(i int) int {
			return w.call("leader", "PATCH", "/contacts/"+person, `{"mobile":"138123456`+fmt.Sprintf("%02d", i)+`"}`, `"1"`, false).status
		})
		if codes[200] != 50 {
			t.Errorf("asking: %v", codes)
		}
		if n := len(w.requests(t, "east", own)); n != 1 {
			t.Errorf("%d requests", n)
		}
		w.say(t, saying{as: "leader", call: "POST /customers/" + own + "/contacts", body: `{"name":"李四"}`, status: 201})
		r := w.requests(t, "east", own)[0]
		codes = all(func(i int) int {
			return w.call([]string{"east", "admin"}[i%2], "POST", "/key-changes/"+r["id"].(string)+"/accept", "", version(r), false).status
		})
		if codes[200] != 1 || codes[200]+codes[412]+codes[409] != 50 {
			t.Errorf("accepting: %v", codes)
		}
		people := w.say(t, saying{as: "east", call: "GET /customers/" + own + "/contacts", status: 200})
		if n := len(people["items"].([]any)); n != 2 {
			t.Errorf("%d people", n)
		}
	})
}

// TestKeyChangesOfPersons (S70): a person who is a customer is named in masks wherever his name could leave.
func TestKeyChangesOfPersons(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.say(t, saying{as: "east", call: "POST /customers", body: `{"kind":"individual","name":"司马光年"}`, status: 201})
		path := "/customers/" + c["id"].(string)
		w.patch(t, "leader", path, `{"name":"司马懿年"}`, `"name":"司马光年"`, `"pending"`)
		w.say(t, saying{as: "east", call: "GET " + path + "/key-changes", status: 200, has: []string{"司马光年", "司马懿年"}})
		w.say(t, saying{as: "marketing", call: "GET " + path + "/key-changes", status: 200, has: []string{"司**年"}, lacks: []string{"司马"}})
		w.say(t, saying{as: "east", call: "GET /notices?unread=true", status: 200, has: []string{"key_change"}, lacks: []string{"司马"}})
		w.say(t, saying{as: "admin", call: "GET /audit?limit=20&action=customer.key_ask", status: 200, has: []string{"司**年"}, lacks: []string{"司马"}})
		r := w.requests(t, "east", c["id"].(string))[0]
		if f := r["fields"].([]any)[0].(map[string]any); f["alike"] != false {
			t.Errorf("%+v", f)
		}
		w.say(t, saying{as: "east", call: "POST /key-changes/" + r["id"].(string) + "/accept", match: version(r), status: 200})
		w.say(t, saying{as: "east", call: "GET " + path, status: 200, has: []string{"司马懿年"}})
	})
}

// proposed puts one request about its contact beside every customer of the fixture, as the leader would have asked it.
func (w *world) proposed(t *testing.T) {
	t.Helper()
	for _, p := range placementNames {
		_, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (int, error) {
			id, at := tx.NewID(), w.placements[p]
			key, err := w.Vault.Of(tx, at["customers"])
			if err != nil {
				return 0, err
			}
			w.placements[p]["key_changes"] = id
			return 0, tx.Load(keychange.Table, struct {
				ID       string               `db:"id"`
				Customer string               `db:"customer_id"`
				Contact  string               `db:"contact_id"`
				Kind     string               `db:"kind"`
				Asker    string               `db:"asker_id"`
				At       int64                `db:"asked_at"`
				Fields   db.JSON[[]ask.Field] `db:"fields"`
				Sealed   []byte               `db:"sealed"`
				State    string               `db:"state"`
				Updated  int64                `db:"updated_at"`
			}{id, at["customers"], at["contacts"], "contact", w.users["leader"], tx.At(), db.Of([]ask.Field{{Name: "mobile", Was: "136****4321", Will: "137****5678"}}),
				key.Seal("key_changes/sealed/"+id, []byte(`{"contact":{"mobile":"`+canaryText+`"}}`)), keychange.Open, tx.At()})
		})
		must(t, err)
	}
}
