package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhike/internal/base/api"
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

func (w *world) herd2(t *testing.T, owner string) (ids []string, records string) {
	t.Helper()
	c, err := w.Customers.Create(t.Context(), w.actors[owner], customer.New{Change: customer.Change{Kind: api.Some(customer.Institution), Name: api.Some("金华癸北第一中学"), Industry: api.Some("C14")}, Duplicates: "new"})
	must(t, err)
	return []string{c.ID}, fmt.Sprintf(`[{"id":%q,"version":%d}]`, c.ID, c.Version)
}
