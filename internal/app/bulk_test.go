package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/bulk"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// bulked has an operation worked on to its end, as the queue would.
func (w *world) bulked(t *testing.T, as, verb, body string) map[string]any {
	t.Helper()
	begun := w.say(t, saying{as: as, call: "POST /customers/bulk/" + verb, body: body, status: 200, has: []string{"operation_id"}})
	return w.bulkDone(t, as, begun["operation_id"].(string))
}

func (w *world) bulkDone(t *testing.T, as, id string) map[string]any {
	t.Helper()
	must(t, w.Bulk.Do(t.Context(), id, noQueue))
	return w.say(t, saying{as: as, call: "GET /operations/" + id, status: 200})
}

func noQueue(*db.Tx) error { return nil }

func (w *world) herd(t *testing.T, owner string, n int) (ids []string, records string) {
	t.Helper()
	var parts []string
	for i := range n {
		c, err := w.Customers.Create(t.Context(), w.actors[owner], customer.New{Change: customer.Change{Kind: api.Some(customer.Institution), Name: api.Some(fmt.Sprintf("金华癸东第%c中学", []rune("一二三四五六七八九十百千甲乙丙丁")[i])), Industry: api.Some("C14"), Grade: api.Some("B")}, Duplicates: "new"})
		must(t, err)
		ids = append(ids, c.ID)
		parts = append(parts, fmt.Sprintf(`{"id":%q,"version":%d}`, c.ID, c.Version))
	}
	return ids, "[" + strings.Join(parts, ",") + "]"
}

func (w *world) customer(t *testing.T, as, id string) map[string]any {
	t.Helper()
	return w.say(t, saying{as: as, call: "GET /customers/" + id, status: 200})
}

// TestBulk: one thing done to many, each with the rights of who does it, refused one by one and undone as one.
func TestBulk(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids, records := w.herd(t, "east", 5)
		other, otherRecords := w.herd2(t, "second")
		w.say(t, saying{as: "leader", call: "POST /customers/bulk/tag", body: `{"filter":"","add":["cost_efficiency"]}`, status: 428, has: []string{"expected_count"}})
		w.say(t, saying{as: "leader", call: "POST /customers/bulk/tag", body: `{"filter":"{\"field\":\"grade\",\"op\":\"eq\",\"value\":\"B\"}","expected_count":77,"add":["cost_efficiency"]}`, status: 412, has: []string{"count_stale"}})
		w.say(t, saying{as: "leader", call: "POST /customers/bulk/change", body: `{"records":` + records + `,"set":{"name":"一样的名字"}}`, status: 422, has: []string{"unknown_field"}})
		w.say(t, saying{as: "leader", call: "POST /customers/bulk/change", body: `{"records":[{"id":"x","version":1},{"id":"x","version":1}],"set":{"grade":"A"}}`, status: 422})
		w.say(t, saying{as: "auditor", call: "POST /customers/bulk/tag", body: `{"records":` + records + `,"add":["cost_efficiency"]}`, status: 403})

		// Fields: all that a filter finds in reach; one that is changed meanwhile is left, and undone are only those that stand as they were made.
		op := w.bulked(t, "leader", "change", `{"records":`+records+`,"set":{"grade":"A","source":"exhibition"}}`)
		if op["state"] != "done" || op["done"] != 5.0 || op["undoable"] != true {
			t.Fatalf("%v", op)
		}
		c := w.customer(t, "leader", ids[0])
		if c["grade"] != "A" || c["source"] != "exhibition" {
			t.Errorf("grade %v, source %v", c["grade"], c["source"])
		}
		w.say(t, saying{as: "east", call: "PATCH /customers/" + ids[1], body: `{"grade":"C"}`, match: version(w.customer(t, "east", ids[1])), status: 200})
		w.say(t, saying{as: "east", call: "GET /operations/" + op["id"].(string), status: 404}) // another's
		w.say(t, saying{as: "east", call: "POST /operations/" + op["id"].(string) + "/undo", status: 404})
		w.say(t, saying{as: "leader", call: "POST /operations/" + op["id"].(string) + "/undo", status: 200, has: []string{`"state":"undoing"`}})
		w.say(t, saying{as: "leader", call: "POST /operations/" + op["id"].(string) + "/undo", status: 409})
		op = w.bulkDone(t, "leader", op["id"].(string))
		if op["state"] != "undone" || op["done"] != 4.0 || len(op["problems"].([]any)) != 1 {
			t.Errorf("%v", op)
		}
		for i, want := range []string{"B", "C", "B", "B", "B"} {
			if c := w.customer(t, "leader", ids[i]); c["grade"] != want || i != 1 && c["source"] != nil {
				t.Errorf("%d: grade %v, source %v", i, c["grade"], c["source"])
			}
		}

		// Versions: who saw them before that may not change them now.
		op = w.bulked(t, "leader", "tag", `{"records":`+records+`,"add":["cost_efficiency","new_channels"]}`)
		if op["done"] != 0.0 || len(op["problems"].([]any)) != 5 || !strings.Contains(fmt.Sprint(op["problems"]), "version_stale") {
			t.Errorf("%v", op)
		}

		// Tags by a filter: those out of reach are not among them.
		filter := `"{\"field\":\"name\",\"op\":\"contains\",\"value\":\"金华癸东\"}"`
		w.say(t, saying{as: "east", call: "PATCH /customers/" + ids[0], body: `{"tags":["new_channels"]}`, match: version(w.customer(t, "east", ids[0])), status: 200})
		op = w.bulked(t, "east", "tag", `{"filter":`+filter+`,"expected_count":5,"add":["cost_efficiency","new_channels"]}`)
		if op["done"] != 5.0 {
			t.Errorf("%v", op)
		}
		if c := w.customer(t, "executive", other[0]); slices.Contains(c["tags"].([]any), any("cost_efficiency")) {
			t.Error("a stranger's customer got a tag")
		}
		w.say(t, saying{as: "east", call: "POST /operations/" + op["id"].(string) + "/undo", status: 200})
		w.bulkDone(t, "east", op["id"].(string))
		for i, want := range []string{"[new_channels]", "[]", "[]", "[]", "[]"} {
			if got := fmt.Sprint(w.customer(t, "east", ids[i])["tags"]); got != want {
				t.Errorf("%d has %s, not %s", i, got, want)
			}
		}

		// A transfer out of one's own reach comes back; one by who may not is refused for each.
		fresh := func(as string, of []string) string {
			var parts []string
			for _, id := range of {
				parts = append(parts, fmt.Sprintf(`{"id":%q,"version":%s}`, id, strings.Trim(version(w.customer(t, as, id)), `"`)))
			}
			return "[" + strings.Join(parts, ",") + "]"
		}
		op = w.bulked(t, "leader", "transfer", `{"records":`+fresh("leader", ids)+`,"to":"`+w.users["second"]+`","reason":"调岗"}`)
		if op["done"] != 5.0 {
			t.Fatalf("%v", op)
		}
		if c := w.customer(t, "executive", ids[3]); c["owner_id"] != w.users["second"] {
			t.Errorf("owner %v", c["owner_id"])
		}
		w.say(t, saying{as: "leader", call: "POST /operations/" + op["id"].(string) + "/undo", status: 200})
		if op = w.bulkDone(t, "leader", op["id"].(string)); op["done"] != 5.0 {
			t.Errorf("%v", op)
		}
		if c := w.customer(t, "executive", ids[3]); c["owner_id"] != w.users["east"] {
			t.Errorf("owner %v after all", c["owner_id"])
		}
		op = w.bulked(t, "leader", "transfer", `{"records":`+otherRecords+`,"to":"`+w.users["east"]+`"}`)
		if op["done"] != 0.0 || !strings.Contains(fmt.Sprint(op["problems"]), "not_found") || strings.Contains(fmt.Sprint(op["problems"]), "癸北") {
			t.Errorf("%v", op)
		}

		// A collaborator comes and goes; into the pool there is no way back at once.
		op = w.bulked(t, "east", "collaborate", `{"records":`+fresh("east", ids[:2])+`,"user_id":"`+w.users["second"]+`"}`)
		w.say(t, saying{as: "second", call: "GET /customers/" + ids[0], status: 200})
		w.say(t, saying{as: "east", call: "POST /operations/" + op["id"].(string) + "/undo", status: 200})
		w.bulkDone(t, "east", op["id"].(string))
		w.say(t, saying{as: "second", call: "GET /customers/" + ids[0], status: 404})
		op = w.bulked(t, "leader", "release", `{"records":`+fresh("leader", ids[4:])+`,"reason":"三个月没有进展"}`)
		if op["done"] != 1.0 || op["undoable"] != false {
			t.Errorf("%v", op)
		}
		w.say(t, saying{as: "leader", call: "POST /operations/" + op["id"].(string) + "/undo", status: 409, has: []string{"not_undoable"}})

		// A worker that dies in the middle goes on, and does none twice.
		begun := w.say(t, saying{as: "east", call: "POST /customers/bulk/collaborate", body: `{"records":` + fresh("east", ids[:4]) + `,"user_id":"` + w.users["mate"] + `"}`, status: 200})
		joined, calls := w.Members.Joined, map[string]int{}
		w.Members.Joined = func(tx *db.Tx, id, user string) error {
			if calls[id]++; len(calls) == 3 {
				return errors.New("the power went")
			}
			return joined(tx, id, user)
		}
		if err := w.Bulk.Do(t.Context(), begun["operation_id"].(string), noQueue); err == nil {
			t.Error("it did not die")
		}
		half := w.say(t, saying{as: "east", call: "GET /operations/" + begun["operation_id"].(string), status: 200})
		if half["waiting"] != 2.0 || half["done"] != 2.0 || half["state"] != "running" {
			t.Errorf("it died at %v of %v", half["done"], half["total"])
		}
		calls = map[string]int{}
		if op = w.bulkDone(t, "east", begun["operation_id"].(string)); op["done"] != 4.0 || op["waiting"] != 0.0 || len(calls) != 2 {
			t.Errorf("%v after %v", op, calls)
		}
		w.Members.Joined = joined

		// What a segment holds: its members by a filter, its playbook for each of them, once.
		members := `"{\"field\":\"segment\",\"op\":\"in\",\"value\":[\"` + w.segment + `\"]}"`
		n := len(w.filtered(t, "leader", strings.ReplaceAll(strings.Trim(members, `"`), `\"`, `"`)))
		body := fmt.Sprintf(`{"filter":%s,"expected_count":%d,"segment_id":%q}`, members, n, w.segment)
		op = w.bulked(t, "leader", "playbook", body)
		if op["done"].(float64)+float64(len(op["problems"].([]any))) != float64(n) || op["done"] == 0.0 {
			t.Errorf("%d members: %v", n, op)
		}
		if op = w.bulked(t, "leader", "playbook", body); op["done"] != 0.0 || !strings.Contains(fmt.Sprint(op["problems"]), "playbook_taken") {
			t.Errorf("a second time: %v", op)
		}
		_ = other
	})
}

var wordsOf = db.SQL(`SELECT count(*) AS n FROM {owner_changes o} WHERE o.customer_id IN (:ids) AND length(o.texts) > 20`, customer.OwnerChanges)

var actOf = db.SQL(`SELECT o.act FROM {operations o} WHERE o.id = :id`, bulk.Operations)

// TestBulkRights: what was done to many is taken back by who may still do it, as far as he still
// reaches; what was said of it is kept sealed.
func TestBulkRights(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids, records := w.herd(t, "east", 3)
		of := func(act string) string {
			return strings.Replace(act, "{", `{"records":`+records+",", 1)
		}
		again := func() {
			var parts []string
			for _, id := range ids {
				parts = append(parts, fmt.Sprintf(`{"id":%q,"version":%s}`, id, strings.Trim(version(w.customer(t, "executive", id)), `"`)))
			}
			records = "[" + strings.Join(parts, ",") + "]"
		}
		w.actors["narrow"] = w.actors["leader"].Within([]access.Permission{access.CustomerRead})

		op := w.bulked(t, "leader", "transfer", of(`{"to":"`+w.users["mate"]+`","note":"他只认小王"}`))["id"].(string)
		act, err := db.Read(t.Context(), w.DB, program, func(tx *db.Tx) (struct {
			Act string `db:"act"`
		}, error) {
			return db.One[struct {
				Act string `db:"act"`
			}](tx, actOf, db.Args{"id": op})
		})
		must(t, err)
		if strings.Contains(act.Act, "小王") || !strings.Contains(act.Act, w.users["mate"]) {
			t.Errorf("kept: %s", act.Act)
		}
		words, err := db.Read(t.Context(), w.DB, program, func(tx *db.Tx) (db.Count, error) {
			return db.One[db.Count](tx, wordsOf, db.Args{"ids": ids})
		})
		must(t, err)
		if words.N != 3 { // it came to each customer's own history
			t.Errorf("a word with %d", words.N)
		}
		w.say(t, saying{as: "narrow", call: "GET /operations/" + op, status: 200, has: []string{`"undoable":false`}})
		w.say(t, saying{as: "narrow", call: "POST /operations/" + op + "/undo", status: 403})
		if c := w.customer(t, "executive", ids[0]); c["owner_id"] != w.users["mate"] {
			t.Errorf("a token without the right gave it back to %v", c["owner_id"])
		}
		w.say(t, saying{as: "leader", call: "POST /operations/" + op + "/undo", status: 200})
		w.bulkDone(t, "leader", op)

		// In the bin meanwhile: there it stays as it was put.
		ids, records = w.herd(t, "second", 1)
		op = w.bulked(t, "admin", "transfer", of(`{"to":"`+w.users["mate"]+`"}`))["id"].(string)
		w.say(t, saying{as: "admin", call: "DELETE /customers/" + ids[0], match: version(w.customer(t, "admin", ids[0])), status: 204})
		w.say(t, saying{as: "admin", call: "POST /operations/" + op + "/undo", status: 200})
		if out := w.bulkDone(t, "admin", op); out["done"] != 0.0 || !strings.Contains(fmt.Sprint(out["problems"]), "not_found") {
			t.Errorf("undone in the bin: %v", out)
		}
		ids, records = w.herd(t, "east", 3)
		if out := w.bulked(t, "leader", "transfer", of(`{"to":"`+w.users["east"]+`"}`)); out["done"] != 0.0 || !strings.Contains(fmt.Sprint(out["problems"]), "same_owner") {
			t.Errorf("given to whom it belongs: %v", out)
		}

		// Out of reach meanwhile: what somebody else has now stays.
		again()
		tagged := w.bulked(t, "east", "tag", of(`{"add":["new_channels"]}`))["id"].(string)
		w.say(t, saying{as: "leader", call: "POST /customers/" + ids[2] + "/transfer", body: `{"to":"` + w.users["second"] + `"}`, match: version(w.customer(t, "leader", ids[2])), status: 200})
		w.say(t, saying{as: "east", call: "POST /operations/" + tagged + "/undo", status: 200})
		out := w.bulkDone(t, "east", tagged)
		if out["done"] != 2.0 || !strings.Contains(fmt.Sprint(out["problems"]), "not_found") || strings.Contains(fmt.Sprint(out["problems"]), "癸东第三") {
			t.Errorf("%v", out)
		}
		if got := fmt.Sprint(w.customer(t, "executive", ids[2])["tags"]); got != "[new_channels]" {
			t.Errorf("a customer out of reach was changed: %s", got)
		}

		// Emptied fields come back as well, whichever way they were emptied.
		ids = ids[:2]
		for _, none := range []string{`null`, `""`} {
			again()
			op := w.bulked(t, "east", "change", of(`{"set":{"grade":`+none+`}}`))["id"].(string)
			if c := w.customer(t, "east", ids[0]); c["grade"] != nil {
				t.Errorf("grade %v", c["grade"])
			}
			w.say(t, saying{as: "east", call: "POST /operations/" + op + "/undo", status: 200})
			if out := w.bulkDone(t, "east", op); out["done"] != 2.0 || w.customer(t, "east", ids[0])["grade"] != "B" {
				t.Errorf("emptied by %s: %v", none, out)
			}
		}

		// Two workers at one operation, as when a lease ran out: each record is done once, and told as done.
		again()
		begun := w.say(t, saying{as: "east", call: "POST /customers/bulk/change", body: of(`{"set":{"grade":"A"}}`), status: 200})["operation_id"].(string)
		var two sync.WaitGroup
		for range 2 {
			two.Go(func() {
				if err := w.Bulk.Do(t.Context(), begun, noQueue); err != nil {
					t.Error(err)
				}
			})
		}
		two.Wait()
		if out := w.bulkDone(t, "east", begun); out["done"] != 2.0 || len(out["problems"].([]any)) != 0 {
			t.Errorf("by two: %v", out)
		}
	})
}

func (w *world) herd2(t *testing.T, owner string) (ids []string, records string) {
	t.Helper()
	c, err := w.Customers.Create(t.Context(), w.actors[owner], customer.New{Change: customer.Change{Kind: api.Some(customer.Institution), Name: api.Some("金华癸北第一中学"), Industry: api.Some("C14")}, Duplicates: "new"})
	must(t, err)
	return []string{c.ID}, fmt.Sprintf(`[{"id":%q,"version":%d}]`, c.ID, c.Version)
}
