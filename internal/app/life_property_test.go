package app

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/setting"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/journey"
	"zhike/internal/crm/pool"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"

	"pgregory.net/rapid"
)

// lived is what the plain model knows of a customer.
type lived struct {
	id, owner, review, stage string // owner: a login, "" in the pool
	version                  int64
	binned                   bool
	left                     map[string]time.Time // who gave it away last when
}

const (
	claimsADay = 3
	cooldown   = 2 // days
)

// TestCustomerLives: people do what they may and may not with three customers, in any order; a plain model says who sees each, what
// each act comes to, and that a refused act leaves no trace.
func TestCustomerLives(t *testing.T) {
	hand := clock.At(start)
	w := peopled(t, dbtest.SQLite(t, hand.Now), hand)
	team := []string{"east", "mate", "first", "leader"} // whom the leader leads
	people := []string{"east", "mate", "second", "leader", "admin"}
	caps := map[string]int{}
	_, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (int, error) {
		tx.Noted()
		return 0, errors.Join(setting.ClaimPerDay.Set(tx, claimsADay), setting.CustomerCap.Set(tx, 2), setting.CooldownDays.Set(tx, cooldown))
	})
	must(t, err)
	for _, p := range people {
		caps[p] = 2
	}
	made, runs := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		if runs++; runs > 40 {
			return // forty lives take three seconds
		}
		hand.Advance(10 * 24 * time.Hour)
		var all []*lived
		claimed := map[string][]time.Time{}
		sees := func(who string, c *lived) bool {
			switch {
			case c.binned:
				return false
			case who == "admin", c.owner == "", c.owner == who:
				return true
			}
			return who == "leader" && slices.Contains(team, c.owner)
		}
		may := func(who string, c *lived) bool { return who == "admin" || c.owner != "" && sees(who, c) }
		holds := func(who string) (n int) {
			for _, c := range all {
				if c.owner == who && !c.binned {
					n++
				}
			}
			return n
		}
		truth := func(c *lived) customer.Customer {
			got, err := w.Customers.Get(t.Context(), program, c.id)
			if err != nil && !c.binned {
				t.Fatalf("%s: %v", c.id, err)
			}
			return got
		}
		fails := func(err error, codes ...string) {
			t.Helper()
			var f *fault.Fault
			if !errors.As(err, &f) || !slices.Contains(codes, f.Code) {
				t.Fatalf("%v, wants one of %v", err, codes)
			}
		}
		// act does one act of somebody on a customer. A version that is not the customer's is refused.
		act := func(t *rapid.T, ok func(who string, c *lived) []string, do func(who access.Actor, c *lived, version int64) error, then func(who string, c *lived)) {
			if len(all) == 0 {
				t.Skip("nobody is there")
			}
			who, c := rapid.SampledFrom(people).Draw(t, "who"), rapid.SampledFrom(all).Draw(t, "customer")
			version := c.version
			stale := rapid.IntRange(0, 5).Draw(t, "stale") == 0
			if stale {
				version++
			}
			err := do(w.actors[who], c, version)
			refused := ok(who, c)
			switch {
			case !sees(who, c) && !c.binned:
				fails(err, "not_found", "forbidden")
			case len(refused) > 0:
				fails(err, append(refused, "version_stale")...)
			case stale && err == nil && ok(who, c) == nil:
				t.Fatalf("%s changed version %d with %d", who, c.version, version)
			case stale:
				fails(err, "version_stale")
			case err != nil:
				t.Fatalf("%s may, and is refused: %v", who, err)
			default:
				c.version++
				then(who, c)
			}
		}
		lacks := func(who string, c *lived) []string {
			switch {
			case c.binned:
				return []string{"not_found", "forbidden"}
			case !may(who, c):
				return []string{"not_yours", "forbidden"}
			}
			return nil
		}
		t.Repeat(map[string]func(*rapid.T){
			"create": func(t *rapid.T) {
				if len(all) == 3 {
					t.Skip("enough")
				}
				made++
				who := rapid.SampledFrom([]string{"east", "mate", "second"}).Draw(t, "who")
				c, err := w.Customers.Create(t.Context(), w.actors[who], customer.New{Duplicates: "new", Change: customer.Change{Kind: api.Some(customer.Institution), Name: api.Some(fmt.Sprintf("温州第%d中学校", made)),
					Industry: api.Some("P83"), Region: api.Some("330300")}, Contacts: []contact.New{{Name: api.Some("欧阳修远"), Title: api.Some("校长"), Role: api.Some("decider"), WeChat: api.Some(fmt.Sprint("wxid_", made)), Primary: api.Some(true)}}})
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, &lived{id: c.ID, owner: who, review: c.Review, stage: c.Stage, version: c.Version, left: map[string]time.Time{}})
			},
			"submit": func(t *rapid.T) {
				act(t, func(who string, c *lived) []string {
					switch no := lacks(who, c); {
					case no != nil:
						return no
					case c.review == customer.Effective:
						return []string{"already_effective"}
					case c.owner == "":
						return []string{"required", "invalid"}
					}
					return nil
				}, func(who access.Actor, c *lived, v int64) error {
					_, err := w.Customers.Submit(t.Context(), who, c.id, v)
					return err
				},
					func(_ string, c *lived) { c.review = customer.Effective })
			},
			"transfer": func(t *rapid.T) {
				to := rapid.SampledFrom([]string{"east", "mate", "second", "first"}).Draw(t, "to")
				act(t, func(who string, c *lived) []string {
					if no := lacks(who, c); no != nil || c.owner != to {
						return no
					}
					return []string{"same_owner"}
				}, func(who access.Actor, c *lived, v int64) error {
					_, err := w.Customers.Transfer(t.Context(), who, c.id, v, customer.Transfer{To: w.users[to], Reason: "调整"})
					return err
				}, func(_ string, c *lived) { c.left[c.owner], c.owner = hand.Now(), to })
			},
			"release": func(t *rapid.T) {
				act(t, func(who string, c *lived) []string {
					if no := lacks(who, c); no != nil || c.owner != "" {
						return no
					}
					return []string{"invalid"}
				}, func(who access.Actor, c *lived, v int64) error {
					_, err := w.Pools.Release(t.Context(), who, c.id, v, pool.Release{Reason: "打不通"})
					return err
				}, func(_ string, c *lived) { c.left[c.owner], c.owner = hand.Now(), "" })
			},
			"claim": func(t *rapid.T) {
				if len(all) == 0 {
					t.Skip("nobody is there")
				}
				who, c := rapid.SampledFrom(people).Draw(t, "who"), rapid.SampledFrom(all).Draw(t, "customer")
				day := func(at time.Time) string { return at.In(start.Location()).Format(time.DateOnly) }
				today := 0
				for _, at := range claimed[who] {
					if day(at) == day(hand.Now()) {
						today++
					}
				}
				_, err := w.Pools.Claim(t.Context(), w.actors[who], c.id, 0)
				left, gave := c.left[who]
				switch {
				case c.binned || !sees(who, c):
					fails(err, "not_found", "forbidden")
				case c.owner != "":
					if err == nil {
						t.Fatalf("%s claimed what is %s's", who, c.owner)
					}
				case today >= claimsADay:
					fails(err, "quota_used")
				case holds(who) >= caps[who]:
					fails(err, "cap_reached")
				case gave && left.After(hand.Now().AddDate(0, 0, -cooldown)):
					fails(err, "cooldown")
				case err != nil:
					t.Fatalf("%s may claim: %v", who, err)
				default:
					c.owner, c.version = who, c.version+1
					claimed[who] = append(claimed[who], hand.Now())
				}
			},
			"move": func(t *rapid.T) {
				to := rapid.SampledFrom([]string{"first_contact", "need_clear", "negotiating"}).Draw(t, "to")
				act(t, func(who string, c *lived) []string {
					if no := lacks(who, c); no != nil || c.stage != to {
						return no
					}
					return []string{"invalid"}
				}, func(who access.Actor, c *lived, v int64) error {
					_, err := w.Journeys.Move(t.Context(), who, c.id, v, journey.Move{To: to, Reason: "谈定"})
					return err
				}, func(_ string, c *lived) { c.stage = to })
			},
			"delete": func(t *rapid.T) {
				act(t, func(who string, c *lived) []string {
					if who != "admin" && who != "leader" && !c.binned {
						return []string{"forbidden", "not_yours"}
					}
					return lacks(who, c)
				}, func(who access.Actor, c *lived, v int64) error { return w.Customers.Delete(t.Context(), who, c.id, v) },
					func(_ string, c *lived) { c.binned = true })
			},
			"restore": func(t *rapid.T) {
				act(t, func(who string, c *lived) []string {
					if !c.binned {
						return []string{"not_found", "forbidden", "not_yours"}
					}
					if who == "admin" || who == "leader" && slices.Contains(team, c.owner) {
						return nil
					}
					return []string{"not_found", "forbidden", "not_yours"}
				}, func(who access.Actor, c *lived, v int64) error {
					_, err := w.Customers.Restore(t.Context(), who, c.id, v)
					return err
				},
					func(_ string, c *lived) { c.binned = false })
			},
			"hours": func(t *rapid.T) { hand.Advance(time.Duration(rapid.IntRange(1, 30).Draw(t, "hours")) * time.Hour) },
			"": func(t *rapid.T) {
				for _, c := range all {
					if got := truth(c); !c.binned && (string(got.OwnerID) != w.users[c.owner] || got.Version != c.version || got.Review != c.review || got.Stage != c.stage || (got.PoolID == "") != (c.owner != "")) {
						t.Fatalf("it is %s's (pool %q), version %d, %s, %s, and the model says %+v", got.OwnerID, got.PoolID, got.Version, got.Review, got.Stage, *c)
					}
					for _, who := range people {
						_, err := w.Customers.Get(t.Context(), w.actors[who], c.id)
						if sees(who, c) != (err == nil) || err != nil && !errors.Is(err, db.ErrNotFound) {
							t.Fatalf("%s sees %+v: %v", who, *c, err)
						}
					}
				}
			},
		})
		for _, c := range all { // the next run begins with nobody's hands full
			if !c.binned {
				if err := w.Customers.Delete(t.Context(), w.actors["admin"], c.id, c.version); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
