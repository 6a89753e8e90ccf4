package app

import (
	"fmt"
	"strings"
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/order"
	"zhike/internal/crm/report"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"
)

// TestAFieldIsAddedAgain: a choice that was deleted can be added anew under its old name, with other words. Its first words went with
// it, but where another field still chooses from them.
func TestAFieldIsAddedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := t.Context(), w.actors["admin"]
		first := w.field(t, "渠道", "choice", choices("商超", "便利店"))
		must(t, w.Ours.Delete(ctx, admin, first.ID, first.Version))
		second, err := db.Write(ctx, w.DB, admin, func(tx *db.Tx) (own.Field, error) {
			n := own.New{Kind: "choice", Choices: []string{"电商"}}
			n.Label = api.Some("渠道")
			return w.Ours.AddIn(tx, "customer", "", n)
		})
		must(t, err)
		if second.Name != first.Name || second.Dictionary != first.Dictionary {
			t.Errorf("%s from %s, after %s from %s", second.Name, second.Dictionary, first.Name, first.Dictionary)
		}
		words := func(code string) (n int) {
			for _, row := range dbtest.Dump(t, w.DB)["dictionary_values"] {
				if strings.Contains(row, code) {
					n++
				}
			}
			return n
		}
		if n := words(string(second.Dictionary)); n != 1 {
			t.Errorf("%d words of two and one", n)
		}
		third := w.fieldOf(t, "order", "来源渠道", "choice", func(n *own.New) { n.Dictionary = string(second.Dictionary) })
		must(t, w.Ours.Delete(ctx, admin, second.ID, second.Version))
		if n := words(string(second.Dictionary)); n != 1 {
			t.Errorf("the words of an order's field went with a customer's: %d", n)
		}
		must(t, w.Ours.Delete(ctx, admin, third.ID, third.Version))
		if n := words(string(second.Dictionary)); n != 0 {
			t.Errorf("%d words that no field has", n)
		}
	})
}

// TestFieldsThatEndInANumber: 指标2 is a field of that name, and no second 指标.
func TestFieldsThatEndInANumber(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, east := t.Context(), w.actors["east"]
		said := map[string]int{}
		sheet, row := "客户名称", "嘉兴禾木食品有限公司"
		for i, label := range []string{"指标2", "指标", "指标一"} {
			said[w.field(t, label, "number").Name] = 10 + i
			sheet, row = sheet+","+label, fmt.Sprintf("%s,%d", row, 10+i)
		}
		w.brought(t, "east", "customer", "new.csv", sheet+"\n"+row+"\n", exchange.NewPlan{}, "check", "run")
		p, err := w.Customers.List(ctx, east, api.ListQuery{Limit: 50, Q: "嘉兴禾木"})
		must(t, err)
		if len(p.Items) != 1 || fmt.Sprint(p.Items[0].Custom) != fmt.Sprint(said) {
			t.Errorf("came in as %+v, wants %v", p.Items, said)
		}
	})
}

// TestReportsByOwnFields: figures are parted by a choice of the company's own, of customers and of what hangs on them; each figure is
// its list; who may not see the field cannot ask by it.
func TestReportsByOwnFields(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := t.Context(), w.actors["admin"]
		f := w.field(t, "渠道", "choice", choices("商超", "便利店"), func(n *own.New) { n.LabelEN = api.Some("Channel") })
		for p, word := range map[string]string{"own": "shang_chao", "team": "bian_li_dian", "above": "shang_chao"} {
			_, err := w.Customers.Change(ctx, admin, w.placements[p]["customers"], w.versions[p], customer.Change{Custom: map[string]any{f.Name: word}})
			must(t, err)
		}
		for subject, by := range map[string]string{"customer": f.Name, "order": "customer." + f.Name} {
			out, err := w.Reports.Answer(ctx, admin, report.Ask{Subject: subject, Measures: []string{"count"}, By: []string{by}})
			must(t, err)
			got := map[string]int64{}
			for _, r := range out.Rows {
				got[r.Keys[0].Label] = *r.Figures[0].Value
				if subject != "customer" {
					continue
				}
				listed, err := w.Customers.List(ctx, admin, api.ListQuery{Filter: string(r.Figures[0].List), Limit: 50})
				must(t, err)
				if int64(len(listed.Items)) != *r.Figures[0].Value {
					t.Errorf("%s says %d and lists %d", r.Keys[0].Label, *r.Figures[0].Value, len(listed.Items))
				}
			}
			if out.By[0].Label != "渠道" || got["商超"] != 2 || got["便利店"] != 1 || len(got) != 3 {
				t.Errorf("%s by %s: %v", subject, out.By[0].Label, got)
			}
		}
		mine := w.fieldOf(t, "order", "发货方式", "choice", choices("自提", "快递"))
		_, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) {
			for p, word := range map[string]string{"own": "zi_ti", "team": "kuai_di", "above": "zi_ti"} {
				if err := w.filledWith(t, tx, p, "orders", map[string]any{mine.Name: word}); err != nil {
					return 0, err
				}
			}
			return 0, nil
		})
		must(t, err)
		out, err := w.Reports.Answer(ctx, admin, report.Ask{Subject: "order", Measures: []string{"count"}, By: []string{mine.Name}})
		must(t, err)
		for _, r := range out.Rows {
			listed, err := w.Orders.List(ctx, admin, order.Query{Filter: string(r.Figures[0].List), Limit: 200})
			must(t, err)
			if int64(len(listed.Items)) != *r.Figures[0].Value || r.Keys[0].Label == "自提" && len(listed.Items) != 2 {
				t.Errorf("orders by %s: %d, listed %d", r.Keys[0].Label, *r.Figures[0].Value, len(listed.Items))
			}
		}
		hidden := w.field(t, "底价级", "choice", choices("高", "低"), func(n *own.New) { n.SeeRoles = api.Some([]string{w.role}) })
		if _, err := w.Reports.Answer(ctx, w.actors["leader"], report.Ask{Subject: "customer", Measures: []string{"count"}, By: []string{hidden.Name}}); fault.Code(err) != "unknown_field" {
			t.Errorf("asked by a hidden field: %v", err)
		}
	})
}
