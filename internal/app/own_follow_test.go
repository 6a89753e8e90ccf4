package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

// shownOwn reads the own values of a record as somebody sees them.
func (w *world) shownOwn(t *testing.T, as, at string) map[string]any {
	t.Helper()
	custom, _ := w.say(t, saying{as: as, call: "GET " + at, status: 200})["custom"].(map[string]any)
	return custom
}

// TestOwnFieldsOfRecordsFollow: a word that becomes another, a customer that goes into another and is parted again, and a customer
// that leaves for good are followed by the values of everything that hangs on customers; what was sealed under the one that went is
// opened by the one that stays.
func TestOwnFieldsOfRecordsFollow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := t.Context(), w.actors["admin"]
		one, other := w.placements["own"]["customers"], w.placements["above"]["customers"]
		type record struct {
			at               string
			word, link, lock own.Field
		}
		var all []record
		for _, table := range []string{"orders", "contacts", "follow_ups", "feedback", "needs", "tasks"} {
			kind := hanging[table]
			id := w.placements["above"][table]
			r := record{at: "/" + strings.ReplaceAll(table, "_", "-") + "/" + id, word: w.fieldOf(t, kind, "渠道", "choice", choices("商超", "便利店")), link: w.fieldOf(t, kind, "总店", "customer"), lock: w.fieldOf(t, kind, "密码", "secret")}
			_, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) {
				return 0, w.filledWith(t, tx, "above", table, map[string]any{r.word.Name: "shang_chao", r.link.Name: other, r.lock.Name: "p4ss-w0rd"})
			})
			must(t, err)
			all = append(all, r)
		}

		// A word becomes another.
		for _, r := range all {
			_, err := w.Vocabulary.Merge(ctx, admin, string(r.word.Dictionary), "shang_chao", 1, "bian_li_dian")
			must(t, err)
			must(t, w.Vocabulary.Rewrite(ctx, string(r.word.Dictionary), "shang_chao", "bian_li_dian"))
			if got := w.shownOwn(t, "admin", r.at)[r.word.Name]; got != "bian_li_dian" {
				t.Errorf("%s: the word is %v", r.at, got)
			}
		}

		// The customer goes into another: who was named is the other, and what was sealed is opened by his key.
		m := merged(t, w, nil)
		for _, r := range all {
			if got := w.shownOwn(t, "admin", r.at)[r.link.Name]; got != one {
				t.Errorf("%s names %v after the merge", r.at, got)
			}
			w.say(t, saying{as: "admin", call: "POST " + r.at + "/reveal", body: `{"field":"` + r.lock.Name + `","reason":"合同开票核对"}`, status: 200, has: []string{"p4ss-w0rd"}})
		}
		w.say(t, saying{as: "leader", call: "POST /merges/" + m.ID + "/undo", match: fmt.Sprintf("%q", fmt.Sprint(m.Version)), status: 200})
		for _, r := range all {
			if got := w.shownOwn(t, "admin", r.at)[r.link.Name]; got != other {
				t.Errorf("%s names %v after they were parted", r.at, got)
			}
		}

		// It leaves for good, and nothing of it is left beside it.
		var ids []string
		for _, r := range all {
			ids = append(ids, r.at[strings.LastIndex(r.at, "/")+1:])
		}
		_, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) { return 0, w.Purge.TakeOut(tx, other) })
		must(t, err)
		for _, table := range []string{"custom_value", "custom_sealed"} {
			for _, row := range dbtest.Dump(t, w.DB)[table] {
				if slices.ContainsFunc(ids, func(id string) bool { return strings.Contains(row, id) }) {
					t.Errorf("%s holds a value of what is gone: %s", table, row)
				}
			}
		}
	})
}

// TestBulkOfOwnFields: many customers are given a word, a yes, a day and a colleague of the company's own fields at once; undone is
// what stood before, record by record; a text, a number and what is sealed are each customer's own.
func TestBulkOfOwnFields(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ids, _ := w.herd(t, "east", 3)
		word, list, yes, day, user := w.field(t, "渠道", "choice", choices("商超", "便利店")), w.field(t, "品类", "choices", choices("炒货", "蜜饯")), w.field(t, "冷藏", "boolean"), w.field(t, "开业日期", "date"), w.field(t, "督导", "user")
		text, secret := w.field(t, "备注名", "text"), w.field(t, "密码", "secret")
		first, err := w.Customers.Get(t.Context(), w.actors["east"], ids[0])
		must(t, err)
		_, err = w.Customers.Change(t.Context(), w.actors["east"], ids[0], first.Version, customer.Change{Custom: map[string]any{word.Name: "bian_li_dian", text.Name: "甲"}})
		must(t, err)
		var parts []string
		for _, id := range ids {
			c, err := w.Customers.Get(t.Context(), w.actors["east"], id)
			must(t, err)
			parts = append(parts, fmt.Sprintf(`{"id":%q,"version":%d}`, id, c.Version))
		}
		records := "[" + strings.Join(parts, ",") + "]"
		say := func(custom map[string]any) string {
			set, _ := json.Marshal(map[string]any{"custom": custom})
			return `{"records":` + records + `,"set":` + string(set) + `}`
		}
		for _, name := range []string{text.Name, secret.Name, "x_none"} {
			w.say(t, saying{as: "leader", call: "POST /customers/bulk/change", body: say(map[string]any{name: "x"}), status: 422, has: []string{"unknown_field"}})
		}
		w.say(t, saying{as: "leader", call: "POST /customers/bulk/change", body: say(map[string]any{}), status: 422})
		op := w.bulked(t, "leader", "change", say(map[string]any{word.Name: "shang_chao", list.Name: []string{"mi_jian"}, yes.Name: true, day.Name: "2026-01-05", user.Name: w.users["mate"]}))
		if op["done"] != 3.0 || op["undoable"] != true {
			t.Fatalf("%v", op)
		}
		for _, id := range ids {
			got := w.shownOwn(t, "leader", "/customers/"+id)
			if got[word.Name] != "shang_chao" || fmt.Sprint(got[list.Name]) != "[mi_jian]" || got[yes.Name] != true || got[day.Name] != "2026-01-05" || got[user.Name] != w.users["mate"] {
				t.Errorf("%s has %v", id, got)
			}
		}
		// One is changed since: it stays.
		c, err := w.Customers.Get(t.Context(), w.actors["east"], ids[1])
		must(t, err)
		_, err = w.Customers.Change(t.Context(), w.actors["east"], ids[1], c.Version, customer.Change{Custom: map[string]any{day.Name: "2026-02-02"}})
		must(t, err)
		w.say(t, saying{as: "leader", call: "POST /operations/" + op["id"].(string) + "/undo", status: 200})
		op = w.bulkDone(t, "leader", op["id"].(string))
		if op["done"] != 2.0 || len(op["problems"].([]any)) != 1 {
			t.Errorf("%v", op)
		}
		for i, want := range []string{"map[" + text.Name + ":甲 " + word.Name + ":bian_li_dian]", "", "map[]"} {
			got := fmt.Sprint(w.shownOwn(t, "leader", "/customers/"+ids[i]))
			a, b := strings.Fields(strings.Trim(got, "map[]")), strings.Fields(strings.Trim(want, "map[]"))
			slices.Sort(a)
			slices.Sort(b)
			if i != 1 && !slices.Equal(a, b) {
				t.Errorf("%d: %s, wants %s", i, got, want)
			}
		}
		if got := w.shownOwn(t, "leader", "/customers/"+ids[1]); got[day.Name] != "2026-02-02" || got[word.Name] != "shang_chao" {
			t.Errorf("the one that was changed since: %v", got)
		}
	})
}

// TestOwnFieldsOfATaskOfNobody: a task without a customer keeps its sealed values under the company's key; to whom it belongs they are
// shown at once, to his lead with a reason, and to nobody who does not reach it. What makes tasks by the way is not held up by what a
// form would require.
func TestOwnFieldsOfATaskOfNobody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		secret := w.fieldOf(t, "task", "门禁密码", "secret")
		o := w.say(t, saying{as: "east", call: "POST /tasks", body: `{"title":"换门禁","due_at":"2026-03-05T10:00:00Z","custom":{"` + secret.Name + `":"p4ss-w0rd"}}`, status: 201, has: []string{"******"}, lacks: []string{"p4ss"}})
		at := "POST /tasks/" + o["id"].(string) + "/reveal"
		w.say(t, saying{as: "east", call: at, body: `{"field":"` + secret.Name + `","reason":"copy"}`, status: 200, has: []string{"p4ss-w0rd"}})
		w.say(t, saying{as: "leader", call: at, body: `{"field":"` + secret.Name + `","reason":"copy"}`, status: 422, has: []string{"reason"}})
		w.say(t, saying{as: "leader", call: at, body: `{"field":"` + secret.Name + `","reason":"门禁要换人管"}`, status: 200, has: []string{"p4ss-w0rd"}})
		w.say(t, saying{as: "second", call: at, body: `{"field":"` + secret.Name + `","reason":"门禁要换人管"}`, status: 404})
		for _, row := range dbtest.Dump(t, w.DB)["custom_sealed"] {
			if strings.Contains(row, "p4ss") {
				t.Errorf("it lies in clear: %s", row)
			}
		}
		w.fieldOf(t, "task", "验收", "text", func(n *own.New) { n.Required = api.Some(true) })
		w.say(t, saying{as: "east", call: "POST /tasks", body: `{"title":"换锁","due_at":"2026-03-05T10:00:00Z"}`, status: 422, has: []string{"required"}})
		w.say(t, saying{as: "east", call: "POST /customers/" + w.placements["own"]["customers"] + "/follow-ups", body: `{"method":"call","content":"下周寄两份样品","next_step":{"what":"寄样","due_on":"2026-03-09"}}`, status: 201})
	})
}

// TestDefaultsAreTold: what a new record begins with stands in the catalogue, for forms to start with it.
func TestDefaultsAreTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.fieldOf(t, "order", "件数", "number", func(n *own.New) { n.Standard = api.Some[any](3) })
		var list struct {
			Items []struct {
				Name    string `json:"name"`
				Default any    `json:"default"`
			} `json:"items"`
		}
		must(t, json.Unmarshal([]byte(w.call("mate", "GET", "/fields/order", "", "", false).body), &list))
		if !slices.ContainsFunc(list.Items, func(x struct {
			Name    string `json:"name"`
			Default any    `json:"default"`
		}) bool {
			return x.Name == f.Name && x.Default == 3.0
		}) {
			t.Errorf("%+v", list)
		}
	})
}
