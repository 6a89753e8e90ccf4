package app

import (
	"bytes"
	"strings"
	"testing"

	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/export"
	"zhike/internal/platform/db/dbtest"
)

// TestOrderSheets: orders come in by their customer's number or name, rows of one reference as one order with its
// lines; what stands is passed over, what is wrong says where; what goes out comes back, and an import is undone without a trace.
func TestOrderSheets(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, err := w.Customers.Get(t.Context(), w.actors["mate"], w.placements["team"]["customers"])
		must(t, err)
		own, err := w.Customers.Get(t.Context(), w.actors["admin"], w.placements["own"]["customers"]) // has not taken effect
		must(t, err)
		name := "," + string(c.Name) + ","
		before := dbtest.Dump(t, w.DB, besides...)
		text := "客户编号,客户名称,单号,下单日期,金额（元）,状态,业务员,合同编号,产品,数量,单位,单价,折扣,备注\n" +
			c.Code + ",,XS-1,2025-11-03,,已完成,mate,HT-7,卷膜,200,箱,420,95折,分两批送\n" +
			c.Code + ",,XS-1,2025-11-03,,已完成,mate,HT-7,备件包,2套,,3600,,\n" +
			name + ",2025-12-05,28万,,,,,,,,,\n" +
			name + ",2025-12-05,280000,,,,,,,,,\n" +
			name + "XS-2,2026-01-09,\"8,400\",,,,卷膜,20,箱,,,\n" +
			name + "XS-3,2026-01-09,9000,,,,卷膜,20,箱,420,,\n" +
			name + ",2026-13-09,100,,,,,,,,,\n" +
			name + ",2026-02-09,20-30万,,,,,,,,,\n" +
			name + ",2026-02-09,,,,,,,,,,\n" +
			name + "XS-4,2026-02-09,,,,,卷膜,很多,箱,420,90%,\n" +
			name + ",2026-02-09,100,,disabled,,,,,,,\n" +
			"," + string(own.Name) + ",,2026-02-09,100,,,,,,,,,\n" +
			",没有这家有限公司,,2026-02-09,100,,,,,,,,,\n" +
			name + "R" + w.placements["team"]["customers"] + ",2026-02-27,,,,,,,,,,\n"
		i := w.brought(t, "admin", "order", "订单.csv", text, exchange.NewPlan{}, "check")
		if got := states(i); got != "checked good 4 drafts 0 bad 8 duplicates 2" {
			t.Errorf("%s %+v", got, i.Errors)
		}
		got := map[string]string{}
		for _, e := range i.Errors {
			got[e.Cell] = e.Code
		}
		for at, code := range map[string]string{"E7": "lines_differ", "D8": "bad_day", "E9": "bad_amount", "E10": "required", "J11": "bad_quantity", "G12": "colleague_left", "B13": "review_pending", "B14": "unknown_customer"} {
			if got[at] != code {
				t.Errorf("%s: %s", at, got[at])
			}
		}
		same(t, before, dbtest.Dump(t, w.DB, besides...))
		if i = w.acted(t, "admin", i.ID, "run"); states(i) != "partly good 4 drafts 0 bad 8 duplicates 2" {
			t.Errorf("%s %+v", states(i), i.Errors)
		}
		w.say(t, saying{as: "mate", call: "GET /customers/" + c.ID + "/orders?sort=ordered_on&sum=1", status: 200, has: []string{`"reference":"XS-1"`, `"amount_fen":8700000`, `"products":"卷膜、备件包"`, `"contract_number":"HT-7"`, `"state":"done"`, `"remark":"分两批送"`,
			`"discount_bp":500`, `"quantity_milli":2000`, `"unit":"套"`, `"amount_fen":28000000`, `"reference":"XS-2"`, `"price_fen":42000`, `"imported":true`}})
		w.say(t, saying{as: "mate", call: "GET /customers/" + c.ID, status: 200, has: []string{`"first_order_on":"2025-11-03"`}})
		if n := w.brought(t, "admin", "order", "再来.csv", text, exchange.NewPlan{}, "check", "run"); states(n) != "partly good 0 drafts 0 bad 8 duplicates 6" {
			t.Errorf("the second time: %s %+v", states(n), n.Errors)
		}
		stands := dbtest.Dump(t, w.DB, besides...)
		var b bytes.Buffer
		n, err := w.Export.Write(t.Context(), w.actors["admin"], export.New{Target: "order", Format: "csv", Columns: []string{"code", "customer_id", "ordered_on", "amount_fen", "state", "products", "owner_id", "contract_number", "reference", "remark"}}, "zh-CN", &b)
		must(t, err)
		back := w.brought(t, "admin", "order", "back.csv", b.String(), exchange.NewPlan{Duplicates: "update"}, "check", "run")
		if back.Bad > 0 || back.Duplicates != n || n < 5 {
			t.Errorf("%s of %d %+v", states(back), n, back.Errors)
		}
		same(t, stands, dbtest.Dump(t, w.DB, besides...))
		// An edited cell changes its field, and undoing puts it back.
		back = w.brought(t, "admin", "order", "edited.csv", strings.Replace(b.String(), "HT-7", "HT-8", 1), exchange.NewPlan{Duplicates: "update"}, "check", "run")
		w.say(t, saying{as: "mate", call: "GET /customers/" + c.ID + "/orders", status: 200, has: []string{"HT-8", `"discount_bp":500`}, lacks: []string{"HT-7"}})
		if back = w.acted(t, "admin", back.ID, "undo"); len(back.Kept) > 0 {
			t.Errorf("%+v is kept", back.Kept)
		}
		w.say(t, saying{as: "mate", call: "GET /customers/" + c.ID + "/orders", status: 200, has: []string{"HT-7"}, lacks: []string{"HT-8"}})
		// By who may not write them, none come in.
		if x := w.brought(t, "second", "order", "不可.csv", "客户名称,下单日期,金额\n"+string(c.Name)+",2026-02-01,100\n", exchange.NewPlan{}, "check"); x.Good > 0 {
			t.Errorf("somebody else's customer: %s", states(x))
		}
	})
}

// TestOrderSheetsUndone: thousands of orders come in, with numbers that follow one another, and leave no trace.
func TestOrderSheetsUndone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, err := w.Customers.Get(t.Context(), w.actors["mate"], w.placements["team"]["customers"])
		must(t, err)
		w.say(t, saying{as: "mate", call: "POST /customers/" + c.ID + "/orders", status: 201, body: `{"amount_fen":100,"ordered_on":"2026-02-20"}`})
		before := dbtest.Dump(t, w.DB, besides...)
		var text strings.Builder
		text.WriteString("客户编号,下单日期,金额,外部单号,产品,数量,单价\n")
		const many = 1200
		for n := range many {
			for range 2 {
				text.WriteString(c.Code + ",2026-01-15,,M" + string(rune('A'+n%26)) + string(rune('0'+n/26%10)) + string(rune('a'+n/260)) + ",卷膜,10,420\n")
			}
		}
		i := w.brought(t, "admin", "order", "many.csv", text.String(), exchange.NewPlan{}, "run")
		if states(i) != "done good 2400 drafts 0 bad 0 duplicates 0" {
			t.Fatalf("%s %+v", states(i), i.Errors)
		}
		w.say(t, saying{as: "mate", call: "GET /orders?count=1&sum=1&filter=%7B%22field%22%3A%22imported%22%2C%22op%22%3A%22eq%22%2C%22value%22%3Atrue%7D", status: 200, has: []string{`"sum_fen":1008000000`}})
		if i = w.acted(t, "admin", i.ID, "undo"); len(i.Kept) > 0 {
			t.Errorf("%d are kept: %+v", len(i.Kept), i.Kept[0])
		}
		same(t, before, dbtest.Dump(t, w.DB, besides...))
	})
}
