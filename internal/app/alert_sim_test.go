package app

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/notice"
	"zhike/internal/crm/alert"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/journey"
	"zhike/internal/crm/order"
	"zhike/internal/crm/task"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

// A sim is a world without customers whose departments have leaders, and the model beside it.
type sim struct {
	*world
	t      *testing.T
	model  *model
	dice   *rand.Rand
	now    time.Time
	serial int
}

func newSim(t *testing.T, d *db.DB, hand *clock.Hand, seed uint64) *sim {
	t.Helper()
	w := peopled(t, d, hand)
	tree, err := w.Account.Tree(t.Context(), program, struct{}{})
	must(t, err)
	for _, x := range tree.Items {
		if who := map[string]string{"总部": "executive", "销售一部": "leader", "客服部": "service"}[x.Name]; who != "" {
			_, err := w.Account.ChangeDepartment(t.Context(), program, x.ID, x.Version, account.ChangedDepartment{LeaderID: api.Some(w.users[who])})
			must(t, err)
		}
	}
	for _, name := range actorNames[:len(actorNames)-2] {
		w.actors[name] = w.actor(t, name)
	}
	return &sim{world: w, t: t, model: &model{off: map[string]bool{}, open: map[string]*simAlert{}}, dice: rand.New(rand.NewPCG(seed, 1)), now: hand.Now()}
}

func (s *sim) at(now time.Time) {
	s.now = now
	s.hand.Set(now)
}

func (s *sim) who(name string) access.Actor { return s.actors[name] }

// made makes a customer that takes effect at once; imported ones were first written down long ago.
func (s *sim) made(owner string, imported bool, created time.Time, effective bool) *simCustomer {
	s.t.Helper()
	s.serial++
	name := "绍兴" + string([]rune("安百长大恩芳光海吉开兰明南欧平庆瑞盛泰万祥永正")[s.serial%23]) + string([]rune("达德丰富广恒华嘉康利隆美诺普仁顺通旺兴源")[s.serial/23%20]) + "机械有限公司"
	in := customer.New{Change: customer.Change{Kind: api.Some(customer.Institution), Name: api.Some(name), Industry: api.Some("C34"), Region: api.Some("330600"), AnnualRevenueFen: api.Some(int64(1000))}, Duplicates: "new",
		Contacts: []contact.New{{Name: api.Some("王建国"), Title: api.Some("采购经理"), Role: api.Some("decider"), Mobile: api.Some(fmt.Sprintf("138%08d", s.serial)), Primary: api.Some(true)}}}
	c := &simCustomer{name: name, owner: owner, status: "potential", stage: "first_contact", entered: s.now, created: s.now}
	if imported {
		in.Imported, c.imported = true, s.now
	}
	if !created.IsZero() {
		in.Created, c.created = created.UnixMilli(), created
	}
	made, err := s.Customers.Create(s.t.Context(), s.who(owner), in)
	must(s.t, err)
	c.id = made.ID
	if effective {
		_, err = s.Customers.Submit(s.t.Context(), s.who(owner), c.id, s.version(c))
		must(s.t, err)
		c.effective = s.now
	}
	s.model.customers = append(s.model.customers, c)
	return c
}

func (s *sim) version(c *simCustomer) int64 {
	x, err := s.Customers.Get(s.t.Context(), program, c.id)
	must(s.t, err)
	return x.Version
}

func (s *sim) talk(c *simCustomer, happened time.Time, noAnswer bool, next time.Time) {
	s.t.Helper()
	in := followup.New{Method: "call", Content: "谈了交期和付款方式,下周给答复", HappenedAt: api.On(happened)}
	if noAnswer {
		in.Outcome = "no_answer"
	}
	if !next.IsZero() {
		in.NextFollowUpAt = api.On(next)
	}
	_, err := s.FollowUps.Record(s.t.Context(), s.who(c.owner), c.id, in)
	must(s.t, err)
	c.talks = append(c.talks, simTalk{happened})
	if !noAnswer && happened.After(c.last) {
		c.last = happened
	}
	switch {
	case !next.IsZero():
		c.next = next
	case !noAnswer && !c.next.IsZero() && !c.next.After(s.now) && !happened.Before(c.next.Add(-day)):
		c.next = time.Time{}
	}
}

func (s *sim) move(c *simCustomer, to, status, reason string) {
	s.t.Helper()
	_, err := s.Journeys.Move(s.t.Context(), s.who(c.owner), c.id, s.version(c), journey.Move{To: to, Reason: reason})
	must(s.t, err)
	c.stage, c.entered, c.status = to, s.now, status
	if status == "won" && c.won.IsZero() {
		c.won = s.now
	}
}

func (s *sim) order(c *simCustomer, day string) {
	s.t.Helper()
	amount := int64(100_00)
	_, err := s.Orders.PlaceFor(s.t.Context(), s.who("admin"), c.id, order.New{AmountFen: &amount, OrderedOn: day})
	must(s.t, err)
	c.lastOrder = max(c.lastOrder, day)
}

func (s *sim) said(c *simCustomer, complaint bool, points int, owner string) {
	s.t.Helper()
	kind := map[bool]string{true: "complaint", false: "suggestion"}[complaint]
	f, err := s.Feedback.Create(s.t.Context(), s.who("admin"), feedback.New{CustomerID: c.id, Kind: kind, Description: "上周的货晚到了三天,包装破损", Satisfaction: int64(points), OwnerID: s.users[owner]})
	must(s.t, err)
	c.feedback = append(c.feedback, &simFeedback{id: f.ID, owner: owner, at: s.now, complaint: complaint, points: points})
}

func (s *sim) close(f *simFeedback) {
	s.t.Helper()
	x, err := s.Feedback.Get(s.t.Context(), s.who("admin"), f.id)
	must(s.t, err)
	_, err = s.Feedback.Change(s.t.Context(), s.who("admin"), f.id, x.Version, feedback.Change{State: api.Some(feedback.Closed), Result: api.Some("已换货,客户表示接受")})
	must(s.t, err)
	f.closed = true
}

func (s *sim) task(c *simCustomer, due time.Time) {
	s.t.Helper()
	k, err := s.Tasks.Create(s.t.Context(), s.who(c.owner), task.New{Title: "送样品上门", CustomerID: c.id, DueAt: api.On(due)})
	must(s.t, err)
	c.tasks = append(c.tasks, &simTask{id: k.ID, owner: c.owner, due: due})
}

func (s *sim) transfer(c *simCustomer, to string) {
	s.t.Helper()
	_, err := s.Customers.Transfer(s.t.Context(), s.who("admin"), c.id, s.version(c), customer.Transfer{To: s.users[to]})
	must(s.t, err)
	c.owner = to
}

var sellers = []string{"east", "mate", "first", "second", "leader"}

// act does something at random, as it happens in a company.
func (s *sim) act() {
	if len(s.model.customers) < 6 || len(s.model.customers) < 16 && s.dice.IntN(8) == 0 {
		created := time.Time{}
		if s.dice.IntN(3) == 0 {
			created = sixMonthsBefore(s.now).Add(time.Duration(s.dice.IntN(20*24*60)) * time.Minute)
		}
		s.made(sellers[s.dice.IntN(4)], !created.IsZero() || s.dice.IntN(4) == 0, created, s.dice.IntN(6) > 0)
		return
	}
	c := s.model.customers[s.dice.IntN(len(s.model.customers))]
	if c.binned {
		if s.dice.IntN(3) == 0 {
			_, err := s.Customers.Restore(s.t.Context(), s.who("admin"), c.id, s.version(c))
			must(s.t, err)
			c.binned = false
		}
		return
	}
	if s.model.off[c.owner] {
		s.transfer(c, "east")
		return
	}
	minutes := func(n int) time.Duration { return time.Duration(s.dice.IntN(n)) * time.Minute }
	switch n := s.dice.IntN(100); {
	case n < 25:
		next := time.Time{}
		if s.dice.IntN(2) == 0 {
			next = s.now.Add(time.Hour + minutes(20*24*60)).Truncate(time.Minute)
		}
		s.talk(c, s.now.Add(-minutes(600)), false, next)
	case n < 35:
		s.talk(c, s.now, true, time.Time{})
	case n < 45 && c.status != "lost":
		s.task(c, s.now.Add(time.Hour+minutes(6*24*60)).Truncate(time.Minute))
	case n < 68 && c.stage == "first_contact":
		s.move(c, "need_clear", "interested", "")
	case n < 68 && c.stage == "need_clear":
		s.move(c, "proposal", "interested", "")
	case n < 52 && c.stage == "proposal":
		s.move(c, "negotiating", "interested", "")
	case n < 68 && c.stage == "negotiating" && !c.effective.IsZero():
		s.move(c, "signed", "won", "")
	case n < 72 && c.status == "won":
		s.order(c, sixMonthsBefore(s.now).Add(minutes(12*24*60)).In(inShanghai).Format(time.DateOnly))
	case n < 74 && c.status != "lost":
		s.move(c, "ended", "lost", "price")
	case n < 76 && c.status == "lost":
		s.move(c, "need_clear", "interested", "")
	case n < 84:
		s.said(c, s.dice.IntN(2) == 0, s.dice.IntN(6), []string{"service", c.owner}[s.dice.IntN(2)])
	case n < 89:
		for _, f := range c.feedback {
			if !f.closed {
				s.close(f)
				return
			}
		}
	case n < 93:
		if to := sellers[s.dice.IntN(len(sellers))]; to != c.owner && !s.model.off[to] {
			s.transfer(c, to)
		}
	case n < 96:
		for _, k := range c.tasks {
			if !k.done {
				x, err := s.Tasks.Get(s.t.Context(), s.who("admin"), k.id)
				must(s.t, err)
				_, err = s.Tasks.Done(s.t.Context(), s.who("admin"), k.id, x.Version)
				must(s.t, err)
				k.done = true
				return
			}
		}
	case n < 97:
		must(s.t, s.Customers.Delete(s.t.Context(), s.who("admin"), c.id, s.version(c)))
		c.binned, c.wasBinned = true, true
	}
}

var (
	everyAlert = db.SQL(`SELECT r.code AS rule, c.name AS customer, a.record_id AS record, a.rung, a.raised_at, a.ended_at FROM {alerts a} JOIN {alert_rules r} ON r.id = a.rule_id JOIN {customers c} ON c.id = a.customer_id WHERE a.customer_id IN (:ids)`,
		alert.Table, alert.Rules, customer.Table)
	everyTold = db.SQL(`SELECT u.name AS who, n.kind, c.name AS customer, n.shown_at, n.deliver_at, n.ended_at FROM {notices n} JOIN {users u} ON u.id = n.user_id JOIN {customers c} ON c.id = n.link_id WHERE n.about IN (:ids) AND n.kind LIKE 'alert_%'`,
		notice.Table, account.Users, customer.Table)
)

func (s *sim) ids() (all []string) {
	for _, c := range s.model.customers {
		all = append(all, c.id)
	}
	return all
}

func clockText(ms int64) string {
	if ms == 0 {
		return "-"
	}
	return time.UnixMilli(ms).In(inShanghai).Format("01-02 15:04")
}

func msOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// alerts are all that were raised, as lines; told are all notices of them.
func (s *sim) alerts() (engine, plain []string) {
	rows, err := db.Read(s.t.Context(), s.DB, program, func(tx *db.Tx) ([]struct {
		Rule     string `db:"rule"`
		Customer string `db:"customer"`
		Record   string `db:"record"`
		Rung     int    `db:"rung"`
		Raised   int64  `db:"raised_at"`
		Ended    int64  `db:"ended_at"`
	}, error) {
		return db.All[struct {
			Rule     string `db:"rule"`
			Customer string `db:"customer"`
			Record   string `db:"record"`
			Rung     int    `db:"rung"`
			Raised   int64  `db:"raised_at"`
			Ended    int64  `db:"ended_at"`
		}](tx, everyAlert, db.Args{"ids": s.ids()})
	})
	must(s.t, err)
	for _, r := range rows {
		engine = append(engine, fmt.Sprintf("%s | %s %s rung %d, ended %s (%s)", clockText(r.Raised), r.Rule, r.Customer, r.Rung, clockText(r.Ended), r.Record))
	}
	for _, a := range s.model.alerts {
		plain = append(plain, fmt.Sprintf("%s | %s %s rung %d, ended %s (%s)", clockText(msOf(a.raised)), a.rule, a.customer, a.rung, clockText(msOf(a.ended)), a.record))
	}
	sort.Strings(engine)
	sort.Strings(plain)
	return engine, plain
}

func (s *sim) told() (engine, plain []string) {
	type row struct {
		Who      string `db:"who"`
		Kind     string `db:"kind"`
		Customer string `db:"customer"`
		Shown    int64  `db:"shown_at"`
		Deliver  int64  `db:"deliver_at"`
		Ended    int64  `db:"ended_at"`
	}
	rows, err := db.Read(s.t.Context(), s.DB, program, func(tx *db.Tx) ([]row, error) { return db.All[row](tx, everyTold, db.Args{"ids": s.ids()}) })
	must(s.t, err)
	for _, r := range rows {
		engine = append(engine, fmt.Sprintf("%s | %s told %s of %s, ended %s", clockText(r.Deliver), r.Who, r.Kind, r.Customer, clockText(r.Ended)))
	}
	for _, n := range s.model.notices {
		plain = append(plain, fmt.Sprintf("%s | %s told %s of %s, ended %s", clockText(msOf(n.deliver)), n.to, n.kind, n.customer, clockText(msOf(n.ended))))
	}
	sort.Strings(engine)
	sort.Strings(plain)
	return engine, plain
}

// replayed are the alerts that dry runs find in the past, and those that were raised. Customers that
// were in the bin are left out: when they were there nobody kept. Conditions by the day tell the day.
func (s *sim) replayed(first time.Time) (dry, raised []string) {
	line := func(rule, customer, record string, at time.Time) string {
		layout := "01-02 15:04"
		if rule == "churn_risk" || rule == "dormant" {
			return fmt.Sprintf("%s %s %s", rule, customer, record)
		}
		return fmt.Sprintf("%s | %s %s (%s)", at.In(inShanghai).Format(layout), rule, customer, record)
	}
	skip := map[string]bool{}
	names := map[string]string{}
	for _, c := range s.model.customers {
		skip[c.name], names[c.id] = c.wasBinned, c.name
	}
	rules, err := s.Alerts.List(s.t.Context(), s.who("admin"), struct{}{})
	must(s.t, err)
	for _, r := range rules.Items {
		sent, err := db.Read(s.t.Context(), s.DB, s.who("admin"), func(tx *db.Tx) ([]alert.Sent, error) {
			all, today, whole, err := s.Alerts.Replay(s.t.Context(), tx, r, first.Add(-time.Hour))
			if want := map[string][]string{"dormant": {"open_needs"}, "dissatisfied": {"satisfaction"}}[string(r.Code)]; !whole || !slices.Equal(today, append([]string{}, want...)) {
				s.t.Errorf("%s: judged as today %v, whole %v", r.Code, today, whole)
			}
			return all, err
		})
		must(s.t, err)
		for _, x := range sent {
			if x.Raised && !skip[names[x.Customer]] {
				dry = append(dry, line(string(r.Code), names[x.Customer], x.Record, x.At))
			}
		}
	}
	for _, a := range s.model.alerts {
		if !skip[a.customer] {
			raised = append(raised, line(a.rule, a.customer, a.record, a.raised))
		}
	}
	sort.Strings(dry)
	sort.Strings(raised)
	return dry, raised
}

func (s *sim) compare(what string, engine, plain []string) bool {
	s.t.Helper()
	if slices.Equal(engine, plain) {
		return true
	}
	shown := 0
	for _, x := range engine {
		if !slices.Contains(plain, x) && shown < 8 {
			s.t.Errorf("%s at %s: the engine alone: %s", what, clockText(s.now.UnixMilli()), x)
			shown++
		}
	}
	for _, x := range plain {
		if !slices.Contains(engine, x) && shown < 16 {
			s.t.Errorf("%s at %s: the rule alone: %s", what, clockText(s.now.UnixMilli()), x)
			shown++
		}
	}
	if shown == 0 {
		s.t.Errorf("%s: one is there twice:\n%s\nand\n%s", what, strings.Join(engine, "\n"), strings.Join(plain, "\n"))
	}
	return false
}

// TestAlertsOfSixtyDays (S105–S115, S167): sixty days over 春节 and 国庆 2026, every alert at its
// minute, every notice at its moment, against what the rules say read plainly.
func TestAlertsOfSixtyDays(t *testing.T) {
	for name, first := range map[string]time.Time{
		"春节": time.Date(2026, 1, 20, 9, 0, 0, 0, inShanghai),
		"国庆": time.Date(2026, 9, 10, 9, 0, 0, 0, inShanghai),
	} {
		t.Run(name, func(t *testing.T) {
			hand := clock.At(first)
			dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
				hand.Set(first)
				s := newSim(t, d, hand, uint64(first.Unix()))
				last := first.AddDate(0, 0, 60)
				acts := map[int64]bool{}
				for range 260 { // people work by day, and some at other times
					at := first.Add(time.Duration(s.dice.IntN(60*24*60)) * time.Minute)
					if s.dice.IntN(4) > 0 {
						at = time.Date(at.Year(), at.Month(), at.Day(), 9+s.dice.IntN(9), s.dice.IntN(60), 0, 0, inShanghai)
					}
					acts[at.UnixMilli()] = true
				}
				plan := map[int64]bool{}
				for at := range acts {
					plan[at] = true
				}
				for d := first; d.Before(last); d = d.AddDate(0, 0, 1) {
					for _, h := range []int{0, 9, 18} {
						plan[time.Date(d.Year(), d.Month(), d.Day(), h, 0, 0, 0, inShanghai).UnixMilli()] = true
					}
				}
				sweeps := 0
				for s.now.Before(last) {
					s.model.instants(s.now, last, plan)
					next := last.UnixMilli()
					for at := range plan {
						if at > s.now.UnixMilli() && at < next {
							next = at
						}
						if at <= s.now.UnixMilli() {
							delete(plan, at)
						}
					}
					s.at(time.UnixMilli(next))
					if acts[next] {
						s.act()
					}
					if s.model.off["mate"] == false && s.now.After(first.AddDate(0, 0, 35)) {
						u, err := s.Account.ByLogin(t.Context(), program, "mate")
						must(t, err)
						_, err = s.Door.SetState(t.Context(), program, u.ID, u.Version, "disabled")
						must(t, err)
						s.model.off["mate"] = true
					}
					must(t, s.Alerts.Sweep(t.Context()))
					sweeps++
					s.model.look(s.now)
					if sweeps%10 == 0 {
						if e, p := s.alerts(); !s.compare("alerts", e, p) {
							return
						}
					}
				}
				e, p := s.alerts()
				s.compare("alerts", e, p)
				seen := map[string]int{}
				for _, a := range s.model.alerts {
					seen[a.rule]++
				}
				for _, code := range []string{"plan_today", "no_follow_up", "proposal_long", "stage_limit", "visit_unrecorded", "step_unrecorded", "dormant", "complaint_open", "dissatisfied"} {
					if seen[code] == 0 {
						t.Errorf("sixty days raised no %s: the simulation says nothing of it", code)
					}
				}
				e, p = s.told()
				s.compare("notices", e, p)
				e, p = s.replayed(first)
				s.compare("dry run", e, p)
				t.Logf("%d sweeps, %d alerts %v, %d notices", sweeps, len(s.model.alerts), seen, len(p))
			})
		})
	}
}
