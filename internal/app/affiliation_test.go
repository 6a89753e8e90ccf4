package app

import (
	"bytes"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/export"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/followup"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"
)

// affiliated lets a person of another customer belong to each customer of the world too.
func (w *world) affiliated(t *testing.T) {
	t.Helper()
	w.affiliate = w.placements["collaborator"]["contacts"]
	for _, p := range placementNames {
		home := "own"
		if p == home {
			home = "other"
		}
		id, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (string, error) {
			tx.Noted()
			id := tx.NewID()
			return id, tx.Insert(directory.Affiliations, struct {
				ID       string `db:"id"`
				Customer string `db:"customer_id"`
				Contact  string `db:"contact_id"`
				Title    string `db:"title"`
				Role     string `db:"role"`
				Created  int64  `db:"created_at"`
				Updated  int64  `db:"updated_at"`
			}{id, w.placements[p]["customers"], w.placements[home]["contacts"], "顾问", "user", tx.At(), tx.At()})
		})
		must(t, err)
		w.placements[p]["affiliations"] = id
	}
}

// TestAffiliates (S63): a person of one customer belongs to another too. Each side sees of the other what its viewer may see: the
// name of a customer out of reach appears nowhere, nor do the person's numbers; who links must work with the home.
func TestAffiliates(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, east, second := t.Context(), w.actors["east"], w.actors["second"]
		own, home := w.placements["own"]["customers"], w.placements["collaborator"]["customers"]
		person := w.placements["collaborator"]["contacts"]
		homeName := w.nameOf(t, home)
		a, err := w.Directory.Affiliating(ctx, east, own, directory.Join{ContactID: person, Title: "技术顾问", Role: "evaluator"})
		must(t, err)
		if a.Name != "欧阳修远" || a.Contact == nil || len(a.AlsoAt) != 1 || string(a.AlsoAt[0].Name) != homeName || !a.AlsoAt[0].Home {
			t.Errorf("east, who reaches both: %+v", a)
		}
		at := "/customers/" + own
		// first sees own (a leader's department does not hold it or does: the scope says), leader of east sees it and not the home.
		w.say(t, saying{as: "leader", call: "GET " + at + "/affiliates", status: 200, has: []string{"欧阳修远", "技术顾问", `"contact":null`, `"also_at":[]`}, lacks: []string{homeName, home, canaryValue, "****"}})
		w.say(t, saying{as: "leader", call: "GET " + at + "/chain", status: 200, has: []string{`"affiliate":true`, "技术顾问"}, lacks: []string{homeName, home}})
		w.say(t, saying{as: "leader", call: "GET " + at + "/timeline", status: 200, lacks: []string{homeName, home}})
		w.say(t, saying{as: "leader", call: "GET " + at + "/history", status: 200, has: []string{"contact.affiliate"}, lacks: []string{homeName, home}})
		w.say(t, saying{as: "leader", call: "POST /contacts/" + person + "/reveal", body: `{"field":"mobile","reason":"call"}`, status: 404})
		w.say(t, saying{as: "marketing", call: "GET " + at + "/affiliates", status: 200, has: []string{"欧*"}, lacks: []string{"欧阳修远", canaryValue}})
		// At home: second owns it, and does not see east's customer.
		ownName := w.nameOf(t, own)
		for _, path := range []string{"/contacts", "/chain", "/timeline", "/history"} {
			w.say(t, saying{as: "second", call: "GET /customers/" + home + path, status: 200, lacks: []string{ownName, own}})
		}
		w.say(t, saying{as: "second", call: "GET /contacts/" + person, status: 200, has: []string{`"also_at":[]`}, lacks: []string{ownName, own}})
		w.say(t, saying{as: "second", call: "GET /customers/" + home + "/history", status: 200, has: []string{"contact.affiliate"}})
		w.say(t, saying{as: "east", call: "GET /contacts/" + person, status: 200, has: []string{ownName, "技术顾问"}})
		w.say(t, saying{as: "east", call: "GET /customers/" + home + "/timeline?kind=contact", status: 200, has: []string{`"also_at":"` + ownName + `"`}})
		w.say(t, saying{as: "leader", call: "GET " + at + "/timeline?kind=contact", status: 200, has: []string{`"affiliate":true`, "欧阳修远"}})
		// Who may not: no reach of the contact, no work with its home, at home itself, twice.
		for what, x := range map[string]struct {
			as   string
			at   string
			in   directory.Join
			code string
		}{
			"a contact out of reach":        {"east", own, directory.Join{ContactID: w.placements["other"]["contacts"]}, "invalid"},
			"a contact that is not":         {"east", own, directory.Join{ContactID: "nobody"}, "invalid"},
			"seen by a grant, not worked":   {"east", own, directory.Join{ContactID: w.placements["grant"]["contacts"]}, "not_yours"},
			"in the pool, not worked":       {"east", own, directory.Join{ContactID: w.placements["pool"]["contacts"]}, "not_yours"},
			"at home already":               {"east", own, directory.Join{ContactID: w.placements["own"]["contacts"]}, "invalid"},
			"twice":                         {"east", own, directory.Join{ContactID: person}, "contact_there"},
			"a customer not to be changed":  {"east", home, directory.Join{ContactID: w.placements["own"]["contacts"]}, "not_yours"},
			"a customer out of reach":       {"second", own, directory.Join{ContactID: person}, "not_found"},
			"a number as a title":           {"east", own, directory.Join{ContactID: w.placements["collaborator"]["contacts"], Title: "找我" + canaryValue}, "number_in_text"},
			"a role that the company lacks": {"east", own, directory.Join{ContactID: person, Role: "boss"}, "invalid"},
		} {
			if _, err := w.Directory.Affiliating(ctx, w.actors[x.as], x.at, x.in); fault.Code(err) != x.code {
				t.Errorf("%s: %v, wants %s", what, err, x.code)
			}
		}
		// The customer is found by his name, by who does not see his home too, and by his new name once he has one.
		w.say(t, saying{as: "leader", call: "GET /customers?q=" + url.QueryEscape("欧阳修远"), status: 200, has: []string{own}, lacks: []string{home}})
		c0, err := w.Directory.Get(ctx, second, person)
		must(t, err)
		_, err = w.Directory.Change(ctx, second, person, c0.Version, contact.Change{Name: api.Some("慕容远山")})
		must(t, err)
		w.say(t, saying{as: "leader", call: "GET /customers?q=" + url.QueryEscape("慕容远山"), status: 200, has: []string{own}, lacks: []string{home}})
		c0, err = w.Directory.Get(ctx, second, person)
		must(t, err)
		_, err = w.Directory.Change(ctx, second, person, c0.Version, contact.Change{Name: api.Some("欧阳修远")})
		must(t, err)
		// He can be named in a talk here, and then counts as reached.
		_, err = w.FollowUps.Record(ctx, east, own, followup.New{Method: "call", Content: "请他看了方案", HappenedAt: api.On(w.hand.Now().Add(-time.Hour)), ContactIDs: []string{person}})
		must(t, err)
		w.say(t, saying{as: "leader", call: "GET " + at + "/timeline", status: 200, has: []string{"欧阳修远"}, lacks: []string{homeName, home}})
		_, err = w.FollowUps.Record(ctx, east, own, followup.New{Method: "call", Content: "问了别家的人", ContactIDs: []string{w.placements["team"]["contacts"]}})
		if fault.Code(err) != "invalid" {
			t.Errorf("a stranger in a talk: %v", err)
		}
		// The home stays: primary contact and what is lacking are as before; ending leaves the contact.
		a, err = w.Directory.ChangePost(ctx, east, a.ID, a.Version, directory.Post{Role: api.Some("decider")})
		must(t, err)
		if _, err := w.Directory.ChangePost(ctx, east, a.ID, a.Version-1, directory.Post{Role: api.Some("user")}); err != db.ErrStale {
			t.Errorf("stale: %v", err)
		}
		must(t, w.Directory.Leave(ctx, east, a.ID, a.Version))
		if _, err := w.Directory.Get(ctx, second, person); err != nil {
			t.Errorf("the contact stays: %v", err)
		}
		w.say(t, saying{as: "second", call: "GET /customers/" + home + "/history", status: 200, has: []string{"contact.affiliate_end"}})
		// Gone with the bin of his home, back with it, and gone for good with the contact.
		a, err = w.Directory.Affiliating(ctx, east, own, directory.Join{ContactID: person})
		must(t, err)
		c, err := w.Customers.Get(ctx, second, home)
		must(t, err)
		must(t, w.Customers.Delete(ctx, w.actors["admin"], home, c.Version))
		w.say(t, saying{as: "east", call: "GET " + at + "/affiliates", status: 200, has: []string{`"items":[]`}, lacks: []string{"欧阳"}})
		_, err = db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) { return 0, w.Purge.TakeOut(tx, home) })
		must(t, err)
		if _, err := w.Directory.Affiliate(ctx, program, a.ID); fault.Code(err) != "not_found" {
			t.Errorf("purged: %v", err)
		}
	})
}

// TestNoRing (S68): who reports to whom never comes back to himself, whoever says it, two at once included.
func TestNoRing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, east, id := t.Context(), w.actors["east"], w.placements["own"]["customers"]
		add := func(name, chief string) contact.Contact {
			c, err := w.Directory.Add(ctx, east, id, contact.New{Name: api.Some(name), ReportsTo: api.Some(chief)})
			must(t, err)
			return c
		}
		a := add("甲大年", "")
		b := add("乙大年", a.ID)
		c := add("丙大年", b.ID)
		if c.ReportsToName != "乙大年" {
			t.Errorf("reports to %q", c.ReportsToName)
		}
		for _, chief := range []string{a.ID, b.ID, c.ID} {
			_, err := w.Directory.Change(ctx, east, a.ID, a.Version, contact.Change{ReportsTo: api.Some(chief)})
			if code := fault.Code(err); code != "reports_in_ring" && !(chief == a.ID && code == "invalid") {
				t.Errorf("a ring: %v", err)
			}
		}
		d, e := add("丁大年", ""), add("戊大年", "")
		var all sync.WaitGroup
		for _, x := range []struct{ who, chief contact.Contact }{{d, e}, {e, d}} {
			all.Go(func() {
				_, _ = w.Directory.Change(ctx, east, x.who.ID, x.who.Version, contact.Change{ReportsTo: api.Some(x.chief.ID)})
			})
		}
		all.Wait()
		d, err := w.Directory.Get(ctx, east, d.ID)
		must(t, err)
		e, err = w.Directory.Get(ctx, east, e.ID)
		must(t, err)
		if (d.ReportsTo == "") == (e.ReportsTo == "") {
			t.Errorf("two at once: %q and %q", d.ReportsTo, e.ReportsTo)
		}
	})
}

// TestSecondMobile (S64, S65): sealed, masked, shown by reveal, found whole and by its end, held against other customers; people are
// ordered by their roles, as the company lists those.
func TestSecondMobile(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, east, id := t.Context(), w.actors["east"], w.placements["own"]["customers"]
		const number = "13912340987"
		w.say(t, saying{as: "east", call: "POST /customers/" + id + "/contacts", status: 422, body: `{"name":"李四","mobile2":"0571-88886666"}`, has: []string{"bad_phone", `"mobile2"`}})
		made := w.say(t, saying{as: "east", call: "POST /customers/" + id + "/contacts", status: 201,
			body: `{"name":"李四平","role":"finance","mobile2":"` + number + `","wechat_state":"requested","consent":"given","consent_on":"2026-03-01","consent_source":"展会登记表","reports_to":"` + w.placements["own"]["contacts"] + `"}`,
			has:  []string{`"mobile2":"139****0987"`, `"wechat_state":"requested"`, `"consent":"given"`, `"consent_on":"2026-03-01"`, `"consent_source":"展会登记表"`, `"reports_to_name":"欧阳修远"`}, lacks: []string{number}})
		person := made["id"].(string)
		w.say(t, saying{as: "marketing", call: "GET /contacts/" + person, status: 200, has: []string{`"reports_to_name":"欧*`}, lacks: []string{number, "欧阳修远"}})
		w.say(t, saying{as: "east", call: "POST /contacts/" + person + "/reveal", status: 200, body: `{"field":"mobile2","reason":"call"}`, has: []string{`"value":"` + number}})
		w.say(t, saying{as: "east", call: "GET /customers?q=0987", status: 200, has: []string{id}})
		w.say(t, saying{as: "east", call: "POST /customers/search-sensitive", status: 200, body: `{"value":"` + number + `"}`, has: []string{id}})
		w.say(t, saying{as: "second", call: "POST /customers/check", status: 200, body: `{"phone":"` + number + `"}`, has: []string{"east"}})
		w.say(t, saying{as: "second", call: "POST /customers", status: 201, body: `{"name":"湖州别样食品有限公司","contacts":[{"name":"钱一","mobile":"` + number + `"}]}`, has: []string{`"owner":"east"`}})
		c, err := w.Directory.Get(ctx, east, person)
		must(t, err)
		c, err = w.Directory.Change(ctx, east, person, c.Version, contact.Change{Mobile2: api.Some(string(c.Mobile2)), Title: api.Some("会计主管")})
		must(t, err)
		if c.Mobile2 != "139****0987" {
			t.Errorf("the mask sent back left %q", c.Mobile2)
		}
		w.say(t, saying{as: "east", call: "POST /contacts/" + person + "/reveal", status: 200, body: `{"field":"mobile2","reason":"call"}`, has: []string{"0987"}})
		_, err = w.Directory.Change(ctx, east, person, c.Version, contact.Change{Mobile2: api.Some("13912340988")})
		must(t, err)
		w.say(t, saying{as: "east", call: "GET /customers/" + id + "/history", status: 200, has: []string{"mobile2", "139****0988"}, lacks: []string{"13912340988"}})
		w.say(t, saying{as: "east", call: `GET /contacts?filter={"field":"wechat_state","op":"in","value":["requested"]}`, status: 200, has: []string{"李四平"}})
		for _, role := range []string{"", "technical", "decider"} {
			_, err := w.Directory.Add(ctx, east, id, contact.New{Name: api.Some("张" + role + "大"), Role: api.Some(role)})
			must(t, err)
		}
		people, err := w.Directory.Of(ctx, east, id, struct{}{})
		must(t, err)
		var roles []string
		for _, p := range people.Items {
			roles = append(roles, string(p.Role))
		}
		if strings.Join(roles, " ") != "decider decider technical finance " || !people.Items[0].Primary {
			t.Errorf("ordered %q", roles)
		}
	})
}

func (w *world) nameOf(t *testing.T, id string) string {
	t.Helper()
	c, err := w.Customers.Get(t.Context(), program, id)
	must(t, err)
	return c.Name
}

// TestPeopleInSheets (S64): the second mobile, 微信 state, consent and whom somebody reports to come in by sheet, whoever stands in a
// row above included, and go out in masks that change nothing when they come back; a second number in a cell is the second mobile.
func TestPeopleInSheets(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.placements["own"]["customers"]
		sheet := "客户名称,姓名,角色,手机,备用手机,微信状态,上级,个人信息同意,同意日期,同意来源\n" +
			w.nameOf(t, id) + ",钱大川,决策者,13111110001,13111110002,已通过,,已同意,2026-02-01,名片背面签字\n" +
			w.nameOf(t, id) + ",孙小川,使用人,13111110003/13111110004,,未加,钱大川,,,\n" +
			w.nameOf(t, id) + ",李小川,使用人,13111110005,,,没有这人,,,\n"
		i := w.brought(t, "east", "contact", "people.csv", sheet, exchange.NewPlan{Duplicates: "update"}, "check", "run")
		if i.Bad != 0 {
			t.Fatalf("%s %+v", states(i), i.Errors)
		}
		read := func() map[string]contact.Contact {
			people, err := w.Directory.Of(ctx, w.actors["east"], id, struct{}{})
			must(t, err)
			by := map[string]contact.Contact{}
			for _, p := range people.Items {
				by[p.Name] = p
			}
			return by
		}
		by := read()
		q, s, l := by["钱大川"], by["孙小川"], by["李小川"]
		if q.Mobile2 != "131****0002" || q.WeChatState != "added" || q.Consent != "given" || q.ConsentOn != "2026-02-01" || q.ConsentSource != "名片背面签字" {
			t.Errorf("%+v", q)
		}
		if s.Mobile != "131****0003" || s.Mobile2 != "131****0004" || s.WeChatState != "none" || string(s.ReportsTo) != q.ID || l.ReportsTo != "" {
			t.Errorf("%+v\n%+v", s, l)
		}
		before := dbtest.Dump(t, w.DB, besides...)
		var out bytes.Buffer
		_, err := w.Export.Write(ctx, w.actors["admin"], export.New{Target: "contact", Format: "csv", Columns: []string{"id", "customer_id", "name", "mobile", "mobile2", "wechat_state", "reports_to_name", "consent", "consent_on"}}, "zh-CN", &out)
		must(t, err)
		for _, has := range []string{"备用手机", "131****0002", "已通过", "钱大川", "已同意", "2026-02-01"} {
			if !strings.Contains(out.String(), has) {
				t.Errorf("the sheet lacks %q: %s", has, out.String())
			}
		}
		if strings.Contains(out.String(), "13111110002") {
			t.Error("a number goes out in clear")
		}
		i = w.brought(t, "admin", "contact", "back.csv", out.String(), exchange.NewPlan{Duplicates: "update"}, "check", "run")
		if i.Bad != 0 {
			t.Errorf("back: %s %+v", states(i), i.Errors)
		}
		same(t, before, dbtest.Dump(t, w.DB, besides...))
	})
}
