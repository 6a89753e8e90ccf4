package app

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"zhike/internal/base/account"
	"zhike/internal/base/audit"
	"zhike/internal/base/live"
	"zhike/internal/crm/watch"
	"zhike/internal/platform/db"
)

// TestWatch: who has a page open hears of a change of a customer exactly if he reaches it then; of a company's words everybody, of what is
// his own he alone; of what was only looked at nobody. What does not fit a round is told as many.
func TestWatch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		seal := func() {
			t.Helper()
			for n := 1; n > 0; {
				var err error
				n, err = audit.Seal(ctx, w.DB, func(int64, string, time.Time) error { return nil })
				must(t, err)
			}
		}
		seal()
		heard := map[string]<-chan live.Event{}
		for _, who := range []string{"admin", "east", "mate", "leader", "auditor"} {
			c, leave, err := w.Live.Open(w.actors[who])
			must(t, err)
			defer leave()
			heard[who] = c
		}
		round := func() int {
			t.Helper()
			seal()
			n, err := w.Watch.Round(ctx)
			must(t, err)
			return n
		}
		told := func(who string) (all []live.Event) {
			for {
				select {
				case e := <-heard[who]:
					all = append(all, e)
				default:
					return all
				}
			}
		}
		silent := func(what string, who ...string) {
			t.Helper()
			for _, x := range who {
				if got := told(x); len(got) > 0 {
					t.Errorf("%s: %s heard %v", what, x, got)
				}
			}
		}
		round() // begins where the log stands
		silent("before anything happened", "admin", "east", "mate", "leader", "auditor")

		for placement, id := range map[string]string{"own": w.placements["own"]["customers"], "above": w.placements["above"]["customers"]} {
			c, err := w.Customers.Get(ctx, program, id)
			must(t, err)
			w.say(t, saying{as: "admin", call: "PATCH /customers/" + id, match: fmt.Sprintf(`"%d"`, c.Version), body: `{"address":"新地址 8 号"}`, status: 200})
			if round() == 0 {
				t.Error("nothing was read")
			}
			now, err := w.Customers.Get(ctx, program, id)
			must(t, err)
			for who := range heard {
				_, err := w.Customers.Get(ctx, w.actors[who], id)
				got := told(who)
				want := live.Event{Topic: watch.Record, Kind: "customer", ID: id, Version: now.Version}
				if err == nil && (len(got) != 1 || got[0] != want) {
					t.Errorf("%s: %s reaches it and heard %v", placement, who, got)
				}
				if err != nil && len(got) != 0 {
					t.Errorf("%s: %s does not reach it and heard %v", placement, who, got)
				}
			}
		}
		// Looking tells nobody.
		w.say(t, saying{as: "admin", call: "POST /customers/check", body: `{"name":"没有这家公司"}`, status: 200})
		round()
		silent("a check", "admin", "east", "mate")

		// A task without a customer is its maker's.
		w.say(t, saying{as: "east", call: "POST /tasks", body: `{"title":"自己的事","due_at":"2026-03-09T09:00:00+08:00"}`, status: 201})
		round()
		if got := told("east"); len(got) != 1 || got[0] != (live.Event{Topic: watch.Record, Kind: "task"}) {
			t.Errorf("his own task: %v", got)
		}
		silent("another's task", "admin", "mate", "leader", "auditor")

		// The company's words are everybody's.
		_, err := w.Account.AddRole(ctx, w.actors["admin"], account.NewRole{Name: "新角色", Scope: "own", Permissions: []string{"customer.read"}})
		must(t, err)
		round()
		for who := range heard {
			if got := told(who); len(got) != 1 || got[0] != (live.Event{Topic: watch.Words, Kind: "role"}) {
				t.Errorf("a role: %s heard %v", who, got)
			}
		}

		// Rights end: what was reached then is not told now.
		own := w.placements["own"]["customers"]
		c, err := w.Customers.Get(ctx, program, own)
		must(t, err)
		w.say(t, saying{as: "admin", call: "POST /customers/" + own + "/transfer", match: fmt.Sprintf(`"%d"`, c.Version), body: fmt.Sprintf(`{"to":%q,"reason":"交接"}`, w.users["admin"]), status: 200})
		round()
		for who := range heard {
			got := told(who)
			_, err := w.Customers.Get(ctx, w.actors[who], own)
			records := 0
			for _, e := range got {
				if e.Topic == watch.Record && e.ID == own {
					records++
				}
			}
			if (err == nil) != (records > 0) {
				t.Errorf("after the transfer %s (reaches %v) heard %v", who, err == nil, got)
			}
			if reads := w.actors[who].May("customer.read"); reads != slices.ContainsFunc(got, func(e live.Event) bool { return e.Topic == watch.Many && e.ID == "" }) {
				t.Errorf("after the transfer %s (reads customers %v) was not told to look again: %v", who, reads, got)
			}
		}

		// More than is told one by one.
		_, err = db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) {
			for i := range 250 {
				id := fmt.Sprintf("x%d", i)
				if err := audit.Note(tx, audit.Entry{Action: "customer.change", Kind: "customer", Record: id, Customer: id}); err != nil {
					return 0, err
				}
			}
			return 0, nil
		})
		must(t, err)
		round()
		if got := told("mate"); len(got) != 1 || got[0].Topic != watch.Many {
			t.Errorf("many: %v", got)
		}
	})
}
