package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/alert"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/followup"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"

	"pgregory.net/rapid"
)

// watched is what the plain model knows of a customer under a rule of three rungs: after two hours without a talk its owner, after five his leader, after nine the administrator.
type watched struct {
	id, name, owner string
	talked          time.Time
	binned          bool
	stands          *stood
	told            []*heard // of all alerts
}

type stood struct {
	since, toldAt time.Time // since: the talk that it counts from
	rung          int
	owner         string
	off           map[string]time.Time // who put it off, until when; whoever was told stands in it
}

type heard struct {
	who   string
	ended time.Time
}

func (s *stood) rungs(c *watched) []string {
	return []string{s.owner, leadersOf[c.owner][0], "admin"}[:s.rung+1]
}

// tell tells the people of the rungs so far, each once; but those who put it off.
func (c *watched) tell(now time.Time) {
	for _, who := range c.stands.rungs(c) {
		if until, there := c.stands.off[who]; there && until.After(now) {
			continue
		}
		if c.stands.off[who].IsZero() {
			c.stands.off[who] = time.Time{}
		}
		if !slices.ContainsFunc(c.told, func(h *heard) bool { return h.who == who && h.ended.IsZero() }) {
			c.told = append(c.told, &heard{who: who})
		}
	}
}

func (c *watched) silence(now time.Time, but func(who string) bool) {
	for _, h := range c.told {
		if h.ended.IsZero() && !but(h.who) {
			h.ended = now
		}
	}
}

// swept is one sweep of the model.
func (c *watched) swept(now time.Time) {
	rung := passedRungs(now.Sub(c.talked), 2*time.Hour, 5*time.Hour, 9*time.Hour)
	nobody := func(string) bool { return false }
	if s := c.stands; s != nil && (c.binned || rung < 0 || !s.since.Equal(c.talked)) {
		c.silence(now, nobody)
		c.stands = nil
	}
	switch s := c.stands; {
	case c.binned || rung < 0:
		return
	case s == nil:
		c.stands = &stood{since: c.talked, toldAt: now, rung: rung, owner: c.owner, off: map[string]time.Time{}}
		c.tell(now)
		return
	case s.owner != c.owner:
		c.silence(now, nobody)
		s.owner, s.off, s.toldAt = c.owner, map[string]time.Time{}, now
		c.tell(now)
	}
	s := c.stands
	if rung > s.rung {
		s.rung, s.toldAt = rung, now
		c.tell(now)
	}
	if !s.toldAt.After(now.AddDate(0, 0, -1)) { // it is said again each day
		c.silence(now, func(who string) bool { return s.off[who].After(now) })
		s.toldAt = now
		c.tell(now)
	}
}

// TestLadders: customers are talked to, given away, binned and brought back, people put alerts off, and sweeps come when they come, also after hours in which none did.
// A plain model says who was told of what, each rung once a cause, never before its time, and until when.
func TestLadders(t *testing.T) {
	hand := clock.At(start)
	dbtest.Each(t, hand.Now, func(outer *testing.T, d *db.DB) {
		hand.Set(start)
		w := newSim(outer, d, hand, 1).world
		rules, err := w.Alerts.List(outer.Context(), w.actors["admin"], struct{}{})
		must(outer, err)
		for _, r := range rules.Items { // the simulation of sixty days is theirs
			_, err := w.Alerts.Change(outer.Context(), w.actors["admin"], r.ID, r.Version, alert.Change{Active: api.Some(false)})
			must(outer, err)
		}
		rung := func(hours int64, to string) alert.Rung {
			return alert.Rung{Limit: hours, Unit: "hours", To: []string{to}}
		}
		r, err := w.Alerts.Create(outer.Context(), w.actors["admin"], alert.New{Name: "学校", Active: true, Subject: alert.OfCustomer, Filter: `{"field":"industry","op":"under","value":["P83"]}`, Clock: alert.LastTalk, RepeatDays: 1,
			Rungs: []alert.Rung{rung(2, "owner"), rung(5, "leader"), rung(9, "user:"+w.users["admin"])}})
		must(outer, err)
		seen := map[string]int{}
		lives(outer, 60, func(t *rapid.T, run int) { w.ladderLife(t, run, r.ID, seen) })
		outer.Log("what came of it:", seen)
	})
}

func (w *world) ladderLife(t *rapid.T, run int, rule string, seen map[string]int) {
	ctx, admin := t.Context(), w.actors["admin"]
	fine := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var all []*watched
	version := func(c *watched) int64 {
		got, err := w.Customers.Get(ctx, program, c.id)
		fine(err)
		return got.Version
	}
	defer func() { // nothing of this life is swept in the next
		for _, c := range all {
			if got, err := w.Customers.Get(ctx, program, c.id); err == nil && !c.binned {
				_ = w.Customers.Delete(ctx, admin, c.id, got.Version)
			}
		}
	}()
	for i, owner := range []string{"east", "second"} {
		c := &watched{name: fmt.Sprintf("温州第%d中学校", run*2+i+1), owner: owner, talked: w.hand.Now()}
		got, err := w.Customers.Create(ctx, w.actors[owner], customer.New{Duplicates: "new", Change: customer.Change{Kind: api.Some(customer.Institution), Name: api.Some(c.name), Industry: api.Some("P83"), Region: api.Some("330300")},
			Contacts: []contact.New{{Name: api.Some("欧阳修远"), Title: api.Some("校长"), Role: api.Some("decider"), WeChat: api.Some(fmt.Sprint("wxid_", run*2+i)), Primary: api.Some(true)}}})
		fine(err)
		c.id = got.ID
		_, err = w.Customers.Submit(ctx, w.actors[owner], c.id, got.Version)
		fine(err)
		all = append(all, c)
	}
	pick := func(t *rapid.T) *watched { return rapid.SampledFrom(all).Draw(t, "customer") }
	sweep := func(*rapid.T) {
		fine(w.Alerts.Sweep(ctx))
		for _, c := range all {
			c.swept(w.hand.Now())
		}
	}
	hours := func(t *rapid.T) {
		w.hand.Advance(time.Duration(rapid.IntRange(1, 240).Draw(t, "minutes")) * time.Minute)
	}
	t.Repeat(map[string]func(*rapid.T){
		"talk": func(t *rapid.T) {
			c := pick(t)
			if c.binned {
				t.Skip("in the bin")
			}
			_, err := w.FollowUps.Record(ctx, w.actors[c.owner], c.id, followup.New{Method: "call", Content: "谈了交期和付款方式,下周给答复"})
			fine(err)
			c.talked = w.hand.Now()
		},
		"transfer": func(t *rapid.T) {
			c, to := pick(t), rapid.SampledFrom([]string{"east", "mate", "second"}).Draw(t, "to")
			if c.binned || c.owner == to {
				t.Skip("not to him")
			}
			_, err := w.Customers.Transfer(ctx, admin, c.id, version(c), customer.Transfer{To: w.users[to]})
			fine(err)
			c.owner = to
		},
		"bin": func(t *rapid.T) {
			c := pick(t)
			if c.binned {
				_, err := w.Customers.Restore(ctx, admin, c.id, version(c))
				fine(err)
			} else {
				fine(w.Customers.Delete(ctx, admin, c.id, version(c)))
			}
			c.binned = !c.binned
		},
		"put off": func(t *rapid.T) {
			c, who := pick(t), rapid.SampledFrom([]string{"east", "mate", "second", "leader", "executive", "admin"}).Draw(t, "who")
			if c.stands == nil || c.binned {
				t.Skip("nothing stands")
			}
			id, err := db.Read(ctx, w.DB, program, func(tx *db.Tx) (string, error) {
				rows, err := db.All[struct {
					ID string `db:"id"`
				}](tx, openAlert, db.Args{"rule": rule, "customer": c.id})
				if err != nil || len(rows) != 1 {
					return "", errors.Join(err, fmt.Errorf("%d alerts stand", len(rows)))
				}
				return rows[0].ID, nil
			})
			fine(err)
			off := rapid.IntRange(1, 40).Draw(t, "hours")
			_, err = w.Alerts.Snooze(ctx, w.actors[who], id, 0, alert.PutOff{Minutes: off * 60})
			_, told := c.stands.off[who]
			sees := who == "admin" || who == "executive" || who == c.owner || who == "leader" && c.owner != "second"
			if f := (*fault.Fault)(nil); told && sees {
				fine(err)
				c.stands.off[who] = w.hand.Now().Add(time.Duration(off) * time.Hour)
				seen["put off"]++
			} else if !errors.As(err, &f) || f.Code != "not_yours" && f.Code != "not_found" {
				t.Fatalf("%s put off what he was not told of: %v", who, err)
			}
		},
		"minutes": hours, "more minutes": hours, "a day": func(*rapid.T) { w.hand.Advance(24 * time.Hour) },
		"to the edge": func(t *rapid.T) { // of a rung: strictly more than so long
			at := pick(t).talked.Add(rapid.SampledFrom([]time.Duration{2, 5, 9}).Draw(t, "rung")*time.Hour + rapid.SampledFrom([]time.Duration{0, time.Millisecond}).Draw(t, "past"))
			if !at.After(w.hand.Now()) {
				t.Skip("that is over")
			}
			w.hand.Set(at)
		},
		"sweep": sweep, "sweeps": sweep, "sweep twice": func(t *rapid.T) { sweep(t); sweep(t) },
		"": func(t *rapid.T) {
			var got, want []string
			s := &sim{world: w, model: &model{}}
			for _, c := range all {
				s.model.customers = append(s.model.customers, &simCustomer{id: c.id})
				for _, h := range c.told {
					want = append(want, fmt.Sprintf("%s of %s, until %s", h.who, c.name, clockText(msOf(h.ended))))
				}
			}
			rows, err := db.Read(ctx, w.DB, program, func(tx *db.Tx) ([]toldLine, error) { return db.All[toldLine](tx, everyTold, db.Args{"ids": s.ids()}) })
			fine(err)
			for _, r := range rows {
				got = append(got, fmt.Sprintf("%s of %s, until %s", strings.Replace(r.Who, "管理员", "admin", 1), r.Customer, clockText(r.Ended)))
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("at %s were told\n%q, the model says\n%q", clockText(w.hand.Now().UnixMilli()), got, want)
			}
			seen["told"] = max(seen["told"], len(want))
		},
	})
}

type toldLine struct {
	Who      string `db:"who"`
	Kind     string `db:"kind"`
	Customer string `db:"customer"`
	Shown    int64  `db:"shown_at"`
	Deliver  int64  `db:"deliver_at"`
	Ended    int64  `db:"ended_at"`
}

var openAlert = db.SQL(`SELECT a.id FROM {alerts a} WHERE a.rule_id = :rule AND a.customer_id = :customer AND a.ended_at = 0`, alert.Table)
