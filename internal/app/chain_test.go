package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/chain"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/followup"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"
)

// TestDecisionChain (S66 to S69): who decides is missing, was long not reached, opposes; the steps stand sealed, and those who do not work with
// the customer read no names in them; a contact that leaves leaves his step behind.
func TestDecisionChain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, east, id := t.Context(), w.actors["east"], w.placements["own"]["customers"]
		said := func(as string) chain.Chain {
			t.Helper()
			c, err := w.Chains.Of(ctx, w.actors[as], id)
			must(t, err)
			return c
		}
		gaps := func() string {
			t.Helper()
			var all []string
			for _, g := range said("east").Gaps {
				all = append(all, fmt.Sprintf("%s %s %d", g.Code, g.Name, g.Days))
			}
			return strings.Join(all, ", ")
		}
		if g := gaps(); g != "decider_untouched 欧阳修远 0" {
			t.Errorf("to begin with: %s", g)
		}
		first, err := w.Directory.Get(ctx, east, w.placements["own"]["contacts"])
		must(t, err)
		_, err = w.Directory.Change(ctx, east, first.ID, first.Version, contact.Change{Role: api.Some("user")})
		must(t, err)
		if g := gaps(); g != "no_decider  0" {
			t.Errorf("at first: %s", g)
		}
		boss, err := w.Directory.Add(ctx, east, id, contact.New{Name: api.Some("司马光远"), Role: api.Some("decider"), Attitude: api.Some("oppose"), ReportsTo: api.Some(w.placements["own"]["contacts"])})
		must(t, err)
		if g := gaps(); g != "decider_untouched 司马光远 0, decider_opposes 司马光远 0" {
			t.Errorf("never spoken to: %s", g)
		}
		_, err = w.FollowUps.Record(ctx, east, id, followup.New{Method: "call", Content: "先问了预算和交期", HappenedAt: api.On(w.hand.Now().Add(-time.Hour)), ContactIDs: []string{boss.ID}})
		must(t, err)
		if g := gaps(); g != "decider_opposes 司马光远 0" {
			t.Errorf("spoken to: %s", g)
		}
		w.hand.Set(w.hand.Now().Add(61 * 24 * time.Hour))
		if g := gaps(); g != "decider_untouched 司马光远 61, decider_opposes 司马光远 61" {
			t.Errorf("sixty-one days later: %s", g)
		}
		steps := chain.Steps{Steps: []chain.Step{{Department: "采购部", Approver: "王小五", Passed: true, PassedOn: "2026-03-01"}, {Department: "总经办", ContactID: api.Ref(boss.ID)}}}
		c, err := w.Chains.SetSteps(ctx, east, id, 0, steps)
		must(t, err)
		if len(c.Steps) != 2 || c.Steps[0].Approver != "王小五" || c.Steps[1].ContactID != api.Ref(boss.ID) || !c.Steps[0].Passed {
			t.Errorf("%+v", c.Steps)
		}
		if far := said("marketing"); far.Steps[0].Approver != "王**" && far.Steps[0].Approver != "王*五" {
			t.Errorf("marketing reads %q", far.Steps[0].Approver)
		}
		for table, rows := range dbtest.Dump(t, w.DB) {
			for _, r := range rows {
				if strings.Contains(r, "王小五") {
					t.Errorf("%s holds a name in clear", table)
				}
			}
		}
		for what, x := range map[string]struct {
			as   string
			in   chain.Steps
			code string
		}{"no department": {"east", chain.Steps{Steps: []chain.Step{{Approver: "王五"}}}, "required"}, "another customer's contact": {"east", chain.Steps{Steps: []chain.Step{{Department: "采购部", ContactID: api.Ref(w.placements["team"]["contacts"])}}}, "invalid"},
			"passed tomorrow": {"east", chain.Steps{Steps: []chain.Step{{Department: "采购部", Passed: true, PassedOn: "2099-01-01"}}}, "invalid"}, "out of reach": {"mate", steps, "not_found"}, "may not change": {"marketing", steps, "not_yours"}} {
			if _, err := w.Chains.SetSteps(ctx, w.actors[x.as], id, 0, x.in); fault.Code(err) != x.code {
				t.Errorf("%s: %v, wants %s", what, err, x.code)
			}
		}
		_, err = w.Directory.Drop(ctx, east, boss.ID, boss.Version)
		must(t, err)
		if c := said("east"); len(c.Steps) != 2 || c.Steps[1].ContactID != "" {
			t.Errorf("after he left: %+v", c.Steps)
		}
		_, err = db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) { return 0, w.Purge.TakeOut(tx, id) })
		must(t, err)
	})
}
