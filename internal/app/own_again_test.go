package app

import (
	"fmt"
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/exchange"
	"zhike/internal/platform/db"
)

// TestAFieldIsAddedAgain: a choice that was deleted can be added anew under its old name, with other words, though its first words stand.
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
		if second.Name != first.Name || second.Dictionary == first.Dictionary {
			t.Errorf("%s from %s, after %s from %s", second.Name, second.Dictionary, first.Name, first.Dictionary)
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
