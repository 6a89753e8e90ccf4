package app

import (
	"encoding/json"
	"slices"
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// TestTemplates (S54 to S62, S32 to S39): a template is switched on, off and on again; what was written stays, what was renamed stays renamed; the
// eleven terms of payment each take their blanks.
func TestTemplates(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.placements["own"]["customers"]
		offers := func() map[string]own.Offered {
			t.Helper()
			var list api.Items[own.Offered]
			must(t, json.Unmarshal([]byte(w.call("admin", "GET", "/field-templates/customer", "", "", false).body), &list))
			out := map[string]own.Offered{}
			for _, o := range list.Items {
				out[o.Code] = o
			}
			return out
		}
		if o := offers(); o["standard"].State != "on" || o["retail"].State != "off" || o["shop"].State != "off" || o["registration"].State != "off" {
			t.Errorf("%+v", o)
		}
		if a := w.call("admin", "POST", "/field-templates/customer/retail/apply", `{"kinds":["enterprise"]}`, "", false); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		if o := offers()["retail"]; o.State != "on" || !slices.Equal(o.Kinds, []string{"enterprise"}) || len(o.Fields) < 45 {
			t.Errorf("%+v", o)
		}
		words, err := db.Read(ctx, w.DB, program, w.Book.In)
		must(t, err)
		if n := len(words.Labels("zh-CN", "x_pay_terms")); n != 11 {
			t.Errorf("%d terms of payment", n)
		}
		if code, ok := words.ByLabel("x_retail_business", "五级餐饮"); !ok || code != "catering" {
			t.Errorf("五级餐饮 is %q", code)
		}
		c, err := w.Customers.Get(ctx, w.actors["east"], id)
		must(t, err)
		said := map[string]any{"x_pay_terms": "part_before_batch", "x_pay_first_percent": 30, "x_pay_rest_percent": 70, "x_pay_idle_days": 45, "x_retail_business": "社区团购点", "x_retail_tax": "91330106MA2XYZ1234", "x_credit": "B", "x_registered_capital": 100000000}
		c, err = w.Customers.Change(ctx, w.actors["east"], id, c.Version, customer.Change{Custom: said})
		must(t, err)
		if c.Custom["x_retail_business"] != "社区团购点" || c.Custom["x_retail_tax"] != "****1234" {
			t.Errorf("%v", c.Custom)
		}
		if a := w.call("admin", "POST", "/field-templates/customer/retail/retire", ``, "", false); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		if _, err := w.Customers.Change(ctx, w.actors["east"], id, c.Version, customer.Change{Custom: map[string]any{"x_pay_idle_days": 9}}); err == nil {
			t.Error("a retired field takes something new")
		}
		if a := w.call("admin", "POST", "/field-templates/customer/retail/apply", `{}`, "", false); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		again, err := w.Customers.Get(ctx, w.actors["east"], id)
		must(t, err)
		for name := range said {
			if again.Custom[name] == nil {
				t.Errorf("%s was lost by switching off and on", name)
			}
		}
		if a := w.call("east", "POST", "/field-templates/customer/shop/apply", `{}`, "", false); a.status != 403 {
			t.Errorf("east switches one on: %d", a.status)
		}
	})
}
