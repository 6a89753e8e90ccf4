package app

import (
	"strings"
	"testing"

	"zhike/internal/base/customfield/own"
	"zhike/internal/base/customfield/wording"
	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/export"
)

// TestLabelsAreRenamed: an administrator calls a built-in field otherwise, and every list, sheet and import follows (DOMAIN §15 “§12”).
func TestLabelsAreRenamed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.say(t, saying{as: "east", call: "GET /built-in-fields", status: 403})
		w.say(t, saying{as: "admin", call: "PATCH /built-in-fields/customer.grade", match: `"1"`, body: `{"label":" 客户分级 ","label_en":"Class"}`, status: 200, has: []string{`"label":"客户分级"`, `"shipped":"客户等级"`}})
		w.say(t, saying{as: "admin", call: "PATCH /built-in-fields/customer.grade", match: `"1"`, body: `{"label":"分级"}`, status: 412})
		w.say(t, saying{as: "admin", call: "PATCH /built-in-fields/customer.intent", match: `"1"`, body: `{"label":"客户分级"}`, status: 422, has: []string{"duplicate_same"}})
		w.say(t, saying{as: "admin", call: "PATCH /built-in-fields/customer.nothing", match: `"1"`, body: `{"label":"x"}`, status: 404})
		w.say(t, saying{as: "east", call: "GET /fields/customer", status: 200, has: []string{`"label":"客户分级"`}, lacks: []string{`"label":"客户等级"`}})
		w.say(t, saying{as: "east", call: "GET /field-words", status: 200, has: []string{`"key":"customer.field.grade"`, "客户分级", "Class"}})
		w.say(t, saying{as: "admin", call: "GET /required-fields", status: 200, has: []string{"客户分级"}})
		w.say(t, saying{as: "admin", call: "PATCH /built-in-fields/contact.title", match: `"1"`, body: `{"label":"岗位"}`, status: 200})

		var sheet strings.Builder
		_, err := w.Export.Write(t.Context(), w.actors["admin"], export.New{Target: "customer", Format: "csv", Columns: []string{"name", "grade"}}, "zh-CN", &sheet)
		must(t, err)
		if head, _, _ := strings.Cut(sheet.String(), "\n"); !strings.Contains(head, "客户分级") {
			t.Errorf("the sheet's heading is %q", head)
		}
		// Both words find the column: the new one, and that of sheets from before.
		for _, heading := range []string{"客户分级", "客户等级"} {
			i := w.brought(t, "admin", "customer", "a.csv", "客户名称,"+heading+"\n台州新木家具有限公司,A\n", exchange.NewPlan{})
			if len(i.Columns) != 2 || i.Columns[1].Field != "grade" {
				t.Errorf("%s is not matched: %v", heading, i.Columns)
			}
		}

		w.say(t, saying{as: "admin", call: "POST /built-in-fields/customer.grade/reset", match: `"2"`, status: 200, has: []string{`"label":""`}})
		w.say(t, saying{as: "east", call: "GET /fields/customer", status: 200, has: []string{`"label":"客户等级"`}})
		w.say(t, saying{as: "admin", call: "GET /audit?action=field.wording", status: 200, has: []string{"field.wording", "customer.grade"}})
	})
}

// TestPersonalFields: the list of personal information names every field of a person, why it is kept, how long and who sees it (DOMAIN §15 “§12”).
func TestPersonalFields(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		phone := w.field(t, "老板手机", "phone", func(n *own.New) { n.Retention.Set, n.Retention.V = true, 24 })
		w.say(t, saying{as: "east", call: "GET /personal-fields", status: 403})
		w.say(t, saying{as: "admin", call: "PATCH /built-in-fields/contact.mobile", match: `"1"`, body: `{"purpose":"送货联系","basis":"consent","retention_months":36}`, status: 200, has: []string{`"described":true`, `"retention_months":36`}})
		w.say(t, saying{as: "admin", call: "PATCH /built-in-fields/contact.mobile", match: `"2"`, body: `{"basis":"because"}`, status: 422})
		all := w.say(t, saying{as: "admin", call: "GET /personal-fields", status: 200, has: []string{"老板手机", `"own":"` + phone.ID}})
		found := map[string]map[string]any{}
		for _, e := range all["items"].([]any) {
			e := e.(map[string]any)
			found[e["record"].(string)+"."+e["name"].(string)] = e
			if e["purpose"] == "" {
				t.Errorf("%v has no purpose", e["name"])
			}
		}
		m := found["contact.mobile"]
		if m["purpose"] != "送货联系" || m["retention_months"] != 36.0 || m["sealed"] != true || m["class"] != "sensitive" {
			t.Errorf("the mobile is told as %v", m)
		}
		if s, _ := m["masked"].([]any); len(s) == 0 {
			t.Error("nobody sees a mobile masked, though marketing does")
		}
		// Every field of a class that is a person's, of every kind of record, stands in it.
		for _, c := range w.Fields.Catalogues() {
			for _, f := range c.Fields {
				if _, ok := found[strings.ReplaceAll(c.Kind, "-", "_")+"."+f.Name]; !ok && (f.Class == "personal" || f.Class == "sensitive") {
					t.Errorf("%s of %s is missing", f.Name, c.Kind)
				}
			}
		}
		for _, format := range []string{"csv", "xlsx"} {
			s, err := w.Wording.Sheet(t.Context(), w.actors["admin"], "", wording.Ask{Format: format})
			must(t, err)
			var out strings.Builder
			must(t, s.Write(&out))
			if format == "csv" && (!strings.Contains(out.String(), "送货联系") || !strings.Contains(out.String(), "36 个月") || !strings.Contains(out.String(), "老板手机")) {
				t.Errorf("the sheet says %s", out.String())
			}
		}
		w.say(t, saying{as: "admin", call: "GET /audit?action=field.register", status: 200, has: []string{"field.register"}})
	})
}
