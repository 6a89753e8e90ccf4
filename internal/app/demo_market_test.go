package app

import (
	"strings"
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/crm/order"
	"zhike/internal/crm/review"
	"zhike/internal/crm/segment"
	"zhike/internal/crm/trial"
	"zhike/internal/crm/winback"
)

// TestDemoTiers: the demo opens with its orders told and its customers in the tiers that the stories say (DOMAIN §9).
func TestDemoTiers(t *testing.T) {
	_, h, _ := filled(t, Demo{Customers: 40, Days: 365, Seed: 1}, demoNow)
	chief := actor(t, h, "guminglan")
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

// TestDemoLooksBack: the demo opens with two fortnights that 销售一部 looked back at, 云栈's plan and a trial at 钱湖 (DEMO 10, 13).
func TestDemoLooksBack(t *testing.T) {
	_, h, _ := filled(t, Demo{Customers: 40, Days: 365, Seed: 1}, demoNow)
	for _, login := range []string{"hanyizhou", "linxiaotang"} {
		who := actor(t, h, login)
		all, err := h.Reviews.List(t.Context(), who, review.Query{Limit: 10})
		if err != nil || len(all.Items) != 2 {
			t.Fatal(login, len(all.Items), err)
		}
		for _, r := range all.Items {
			said, err := h.Reviews.ListComments(t.Context(), who, r.ID, review.CommentQuery{})
			if r.State != review.Closed || r.Every != review.Fortnightly || login == "hanyizhou" && (r.Reviewed < 2 || len(said.Items) != 3) || len(said.Items) == 0 || err != nil {
				t.Errorf("%s: %+v, %d comments, %v", login, r, len(said.Items), err)
			}
		}
	}
	lead := actor(t, h, "hanyizhou")
	plans, err := h.WinBacks.List(t.Context(), lead, winback.Query{State: winback.Open, Limit: 10})
	if err != nil || len(plans.Items) != 1 {
		t.Fatal(len(plans.Items), err)
	}
	p := plans.Items[0]
	if !strings.Contains(string(p.CustomerName), "云栈") || len(p.Measures) != 4 || p.Measures[0].DoneOn == "" || p.Measures[1].DoneOn != "" || p.SegmentID == "" || p.EndedOn != "" {
		t.Errorf("%+v", p)
	}
	found, err := h.Customers.List(t.Context(), lead, api.ListQuery{Q: "钱湖", Limit: 2})
	if err != nil || len(found.Items) != 1 {
		t.Fatal(len(found.Items), err)
	}
	tried, err := h.Trials.Of(t.Context(), lead, found.Items[0].ID, struct{}{})
	if err != nil || len(tried.Items) != 1 || tried.Items[0].Result != trial.Interested || tried.Items[0].ContactName == "" {
		t.Errorf("%+v, %v", tried, err)
	}
}
