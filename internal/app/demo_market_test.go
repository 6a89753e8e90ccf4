package app

import (
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/crm/order"
	"zhike/internal/crm/segment"
)

// TestDemoTiers: the demo opens with its orders told and its customers in the tiers that the stories say (DOMAIN §9).
func TestDemoTiers(t *testing.T) {
	_, h, _ := filled(t, Demo{Customers: 40, Days: 365, Seed: 1}, demoNow)
	chief := h.actor(t, "guminglan")
	all, err := h.Segments.List(t.Context(), chief, segment.Query{Count: true})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, g := range all.Items {
		if ids[string(g.Code)] = g.ID; g.Count == nil || *g.Count == 0 && g.Badge > 0 {
			t.Errorf("%s has nobody", g.Code)
		}
	}
	for short, tier := range map[string]string{"云栈": "risk", "越岭": "churn_risk", "麦垛": "high_value", "钱湖": "potential", "渔米里": "dormant"} {
		found, err := h.Customers.List(t.Context(), chief, api.ListQuery{Q: short, Limit: 2})
		if err != nil || len(found.Items) != 1 {
			t.Fatal(short, found.Items, err)
		}
		st, err := h.Segments.Of(t.Context(), chief, found.Items[0].ID, struct{}{})
		if err != nil {
			t.Fatal(err)
		}
		in := false
		for _, x := range st.Items {
			in = in || x.SegmentID == ids[tier] && x.Until == 0
		}
		if !in {
			t.Errorf("%s is not in %s: %+v", short, tier, st.Items)
		}
		if short == "麦垛" {
			p, err := h.Orders.Of(t.Context(), chief, found.Items[0].ID, order.Query{Limit: 1, Sum: true})
			if err != nil || p.SumFen == nil || *p.SumFen != 113_640_000 {
				t.Errorf("麦垛 ordered %v, %v", p.SumFen, err)
			}
		}
	}
}
