package app

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/crm/order"
)

// A plain order, for the second computation.
type plainOrder struct {
	customer, day, state string
	fen                  int64
}

// ordersAbout places orders around the edges of a year at customers that take effect for it.
func (w *world) ordersAbout(t *testing.T) (all []plainOrder) {
	t.Helper()
	day := func(years, months, days int) string {
		return start.AddDate(years, months, days).Format(time.DateOnly)
	}
	for _, p := range placementNames {
		if p != "binned" {
			all = append(all, plainOrder{w.placements[p]["customers"], "2026-02-27", order.Open, 27182818})
		}
	}
	id := w.placements["team"]["customers"]
	for _, o := range []plainOrder{
		{id, day(0, 0, 0), order.Done, 10_000_00}, {id, day(-1, 0, 0), order.Open, 1_000_00}, {id, day(-1, 0, 1), order.Open, 200_00},
		{id, day(-2, 0, 0), order.Done, 90_000_000_00}, {id, day(-2, 0, 1), order.Done, 50_000_00}, {id, day(0, -1, 0), order.Cancelled, 700_000_00},
	} {
		_, err := w.Orders.Place(t.Context(), w.actors["mate"], order.New{CustomerID: o.customer, OrderedOn: o.day, AmountFen: &o.fen, State: o.state})
		must(t, err)
		all = append(all, o)
	}
	return all
}

// filtered lists the customers that an actor finds by one condition.
func (w *world) filtered(t *testing.T, as, filter string) (ids []string) {
	t.Helper()
	got := w.say(t, saying{as: as, call: "GET /customers?limit=200&filter=" + url.QueryEscape(filter), status: 200})
	for _, x := range got["items"].([]any) {
		ids = append(ids, x.(map[string]any)["id"].(string))
	}
	slices.Sort(ids)
	return ids
}

// TestMeasures: figures of orders as filters give exactly the customers that a plain second computation gives, for every actor and every operator.
func TestMeasures(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		all := w.ordersAbout(t)
		last, before, today := start.AddDate(-1, 0, 0).Format(time.DateOnly), start.AddDate(-2, 0, 0).Format(time.DateOnly), start.Format(time.DateOnly)
		figure := func(name, id string) (v int64) {
			var n, sum, change, total, count int64
			for _, o := range all {
				if o.customer != id || o.state == order.Cancelled {
					continue
				}
				total, count = total+o.fen, count+1
				if o.day > last && o.day <= today {
					n, sum, change = n+1, sum+o.fen, change+o.fen
				} else if o.day > before {
					change -= o.fen
				}
			}
			switch name {
			case "orders_12m_fen":
				return sum
			case "orders_12m":
				return n
			case "orders_change_fen":
				return change
			case "orders_total_fen":
				return total
			case "orders_total":
				return count
			case "order_mean_fen":
				if n > 0 {
					return (sum + n/2) / n
				}
			}
			return 0
		}
		compare := map[string]func(a, b int64) bool{"eq": func(a, b int64) bool { return a == b }, "ne": func(a, b int64) bool { return a != b }, "lt": func(a, b int64) bool { return a < b },
			"lte": func(a, b int64) bool { return a <= b }, "gt": func(a, b int64) bool { return a > b }, "gte": func(a, b int64) bool { return a >= b }}
		for _, as := range []string{"east", "mate", "second", "leader", "executive", "admin"} {
			reach := w.filtered(t, as, `{"all":[]}`)
			for _, name := range []string{"orders_12m_fen", "orders_12m", "orders_change_fen", "orders_total_fen", "orders_total", "order_mean_fen"} {
				for op, holds := range compare {
					for _, v := range []int64{-1, 0, 1, 27182818, figure(name, w.placements["team"]["customers"])} {
						// Who sees a customer by a grant sees its orders; in the pool nobody but those who reach all do.
						var want []string
						for _, id := range reach {
							f := figure(name, id)
							if id == w.placements["pool"]["customers"] && !w.actors[as].ReachesAll(access.OrderRead) {
								f = 0
							}
							if holds(f, v) {
								want = append(want, id)
							}
						}
						if got := w.filtered(t, as, fmt.Sprintf(`{"field":%q,"op":%q,"value":%d}`, name, op, v)); !slices.Equal(got, want) {
							t.Errorf("%s: %s %s %d finds %d customers, want %d", as, name, op, v, len(got), len(want))
						}
					}
				}
			}
		}
		// Service sees no amounts, and marketing no orders: neither finds them out by asking.
		for _, x := range []struct{ as, field string }{{"service", "orders_12m_fen"}, {"marketing", "orders_12m"}, {"marketing", "orders_12m_fen"}} {
			w.say(t, saying{as: x.as, call: "GET /customers?filter=" + url.QueryEscape(`{"field":"`+x.field+`","op":"gt","value":0}`), status: 422, has: []string{"unknown_field"}})
		}
		if got := w.filtered(t, "service", `{"field":"orders_12m","op":"gte","value":3}`); len(got) != 1 {
			t.Errorf("service counts orders: %d customers", len(got))
		}
		w.say(t, saying{as: "admin", call: "GET /fields/customer", status: 200, has: []string{`"orders_12m_fen"`, "近12个月订单额"}})
		w.say(t, saying{as: "marketing", call: "GET /fields/customer", status: 200, lacks: []string{"orders_12m"}})
	})
}

// TestStatusHistory: who was what when a day began, and who went from what to what, by the clock of the company.
func TestStatusHistory(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.placements["team"]["customers"]
		move := func(to, reason string) {
			t.Helper()
			c := w.say(t, saying{as: "mate", call: "GET /customers/" + id, status: 200})
			body, _ := json.Marshal(map[string]string{"to": to, "reason": reason})
			w.say(t, saying{as: "mate", call: "POST /customers/" + id + "/move", body: string(body), match: version(c), status: 200})
		}
		w.hand.Set(time.Date(2026, 3, 10, 15, 59, 0, 0, time.UTC)) // 23:59 in Shanghai
		move("signed", "签了")
		w.hand.Set(time.Date(2026, 3, 20, 16, 0, 0, 0, time.UTC)) // midnight: the 21st
		move("ended", "price")
		w.say(t, saying{as: "mate", call: "GET /customers/" + id, status: 200, has: []string{`"lost_at":"2026-03-20T16:00:00Z"`, `"loss_reason":"price"`}})
		for _, c := range []struct {
			filter string
			want   bool
		}{
			{`{"field":"status_on","op":"eq","value":["won","2026-03-10"]}`, false},
			{`{"field":"status_on","op":"eq","value":["won","2026-03-11"]}`, true},
			{`{"field":"status_on","op":"eq","value":["won","2026-03-21"]}`, true}, // lost in its first minute: it was one when the day began
			{`{"field":"status_on","op":"eq","value":["won","2026-03-22"]}`, false},
			{`{"field":"status_on","op":"eq","value":["lost","2026-03-22"]}`, true},
			{`{"field":"status_became","op":"eq","value":["won","lost","2026-03-01","2026-03-20"]}`, false},
			{`{"field":"status_became","op":"eq","value":["won","lost","2026-03-21","2026-03-21"]}`, true},
			{`{"not":{"field":"status_became","op":"eq","value":["won","lost","2026-03-21","2026-03-21"]}}`, false},
		} {
			if got := slices.Contains(w.filtered(t, "mate", c.filter), id); got != c.want {
				t.Errorf("%s: %v", c.filter, got)
			}
		}
		w.hand.Advance(time.Hour)
		move("first_contact", "")
		w.say(t, saying{as: "mate", call: "GET /customers/" + id, status: 200, has: []string{`"lost_at":null`, `"loss_reason":"price"`, `"reactivated":true`}})
		w.say(t, saying{as: "mate", call: "GET /customers?filter=" + url.QueryEscape(`{"field":"status_on","op":"gt","value":["won","2026-03-10"]}`), status: 422})
		w.say(t, saying{as: "mate", call: "GET /customers?filter=" + url.QueryEscape(`{"field":"status_on","op":"eq","value":["won","x"]}`), status: 422})
	})
}
