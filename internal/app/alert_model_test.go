package app

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"zhike/internal/crm/rule"
)

// What DOMAIN §8 and §14.5 say, once more and plainly, to hold the engine against: it reads
// nothing of the database and shares nothing with the engine but the national calendar.

type simTalk struct{ at time.Time }

type simCustomer struct {
	id, name, owner                          string
	status, stage                            string
	entered, effective, last, next, imported time.Time
	created, won                             time.Time
	lastOrder                                string
	binned, wasBinned                        bool
	talks                                    []simTalk
	feedback                                 []*simFeedback
	tasks                                    []*simTask
}

type simFeedback struct {
	id, owner string
	at        time.Time
	complaint bool
	points    int
	closed    bool
}

type simTask struct {
	id, owner string
	due       time.Time
	done      bool
}

type simAlert struct {
	rule, customer, record string
	rung                   int
	raised, ended          time.Time
	owner                  string
	notices                []*simNotice // standing
}

type simNotice struct {
	to, kind, customer     string
	raised, deliver, ended time.Time
}

type model struct {
	customers []*simCustomer
	off       map[string]bool // disabled
	open      map[string]*simAlert
	alerts    []*simAlert
	notices   []*simNotice
}

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

// passedRungs is the highest of limits strictly passed, or -1.
func passedRungs(gone time.Duration, limits ...time.Duration) int {
	n := -1
	for i, l := range limits {
		if gone > l {
			n = i
		}
	}
	return n
}

type cause struct {
	rule, record string
	anchor       time.Time
	rung         int
	recordOwner  string
}

func (m *model) causes(c *simCustomer, now time.Time) (all []cause) {
	if c.binned || c.status == "lost" || c.owner == "" {
		return nil
	}
	silent := !c.imported.IsZero() && now.Before(c.imported.Add(7*day))
	add := func(rule, record string, anchor time.Time, rung int, owner string) {
		if rung >= 0 {
			all = append(all, cause{rule, record, anchor, rung, owner})
		}
	}
	recordedSince := func(t time.Time) bool {
		return slices.ContainsFunc(c.talks, func(k simTalk) bool { return !k.at.Before(t) })
	}
	if !silent {
		if !c.next.IsZero() { // rule 0
			y, mo, d := c.next.In(inShanghai).Date()
			if !now.Before(time.Date(y, mo, d, 8, 30, 0, 0, inShanghai)) {
				add("plan_today", c.id, c.next, 0, "")
			}
			if !recordedSince(c.next.Add(-day)) { // rule 4
				add("visit_unrecorded", c.id, c.next, passedRungs(now.Sub(c.next), day), "")
			}
		}
		if (c.status == "potential" || c.status == "interested") && !c.effective.IsZero() { // rule 1
			base := c.effective
			if !c.last.IsZero() {
				base = c.last
			}
			if c.imported.After(base) {
				base = c.imported
			}
			planned := c.next.After(now) && !c.next.After(now.Add(14*day))
			if !planned {
				add("no_follow_up", c.id, base, passedRungs(now.Sub(base), 72*hour, 5*day, 7*day), "")
			}
		}
		if c.stage == "proposal" { // rules 2 and 3: the stage that ships with a limit
			add("proposal_long", c.id, c.entered, passedRungs(now.Sub(c.entered), 7*24*hour), "")
			add("stage_limit", c.id, c.entered, passedRungs(now.Sub(c.entered), 7*day, 10*day), "")
		}
		for _, t := range c.tasks { // rule 4 of a next step
			if !t.done && !recordedSince(t.due.Add(-day)) {
				add("step_unrecorded", t.id, t.due, passedRungs(now.Sub(t.due), day), t.owner)
			}
		}
		if c.status == "won" { // rule 7
			if c.lastOrder != "" && c.lastOrder < sixMonthsBefore(now).Format(time.DateOnly) || c.lastOrder == "" && c.won.Before(sixMonthsBefore(now)) {
				add("churn_risk", c.id, time.Time{}, 0, "")
			}
		}
		since := c.created
		if !c.last.IsZero() {
			since = c.last
		}
		if since.Before(sixMonthsBefore(now)) {
			add("dormant", c.id, time.Time{}, 0, "")
		}
	}
	for _, f := range c.feedback { // rule 8
		if f.complaint && !f.closed && now.After(workdaysAfter(f.at, 2)) {
			add("complaint_open", f.id, f.at, 0, f.owner)
		}
		if !f.closed && f.points > 0 && f.points <= 2 {
			add("dissatisfied", f.id, time.Time{}, 0, f.owner)
		}
	}
	return all
}

func sixMonthsBefore(t time.Time) time.Time {
	t = t.In(inShanghai)
	y, m, d := t.Date()
	last := time.Date(y, m-6+1, 0, 0, 0, 0, 0, inShanghai).Day()
	h, mi, s := t.Clock()
	return time.Date(y, m-6, min(d, last), h, mi, s, 0, inShanghai)
}

// workdaysAfter counts whole working days; said on a day off, it counts from the next working morning.
func workdaysAfter(t time.Time, n int) time.Time {
	t = t.In(inShanghai)
	for !rule.NationalCalendar().Workday(t) {
		y, m, d := t.Date()
		t = time.Date(y, m, d+1, 0, 0, 0, 0, inShanghai)
	}
	for n > 0 {
		t = t.Add(day)
		if rule.NationalCalendar().Workday(t) {
			n--
		}
	}
	return t
}

// delivered is when somebody hears of what is raised now: 09:00 to 18:00 of working days.
func delivered(now time.Time) time.Time {
	now = now.In(inShanghai)
	for d := 0; ; d++ {
		y, mo, dd := now.Date()
		open, shut := time.Date(y, mo, dd+d, 9, 0, 0, 0, inShanghai), time.Date(y, mo, dd+d, 18, 0, 0, 0, inShanghai)
		switch {
		case !rule.NationalCalendar().Workday(open) || !now.Before(shut):
		case now.Before(open):
			return open
		default:
			return now
		}
	}
}

// The leaders above the owners of the simulated company.
var leadersOf = map[string][]string{"east": {"leader", "executive"}, "mate": {"leader", "executive"}, "first": {"leader", "executive"}, "second": {"executive"}, "leader": {"executive"}}

// people that a rung of a rule tells, by name; whoever is disabled is passed over.
func (m *model) rungPeople(ruleCode string, rung int, owner, recordOwner string) []string {
	leader := func() []string {
		for _, l := range leadersOf[owner] {
			if !m.off[l] {
				return []string{l}
			}
		}
		return nil
	}
	ladders := map[string][]func() []string{}
	own := func() []string { return m.active(owner) }
	rec := func() []string {
		switch sees := recordOwner == owner || recordOwner == "service" || recordOwner == "leader" && slices.Contains([]string{"east", "mate", "first"}, owner); {
		case sees: // nobody is told of a customer that is out of his reach
			return m.active(recordOwner)
		}
		return nil
	}
	ladders["no_follow_up"] = []func() []string{own, leader, leader}
	ladders["proposal_long"] = []func() []string{leader}
	ladders["stage_limit"] = []func() []string{own, leader}
	ladders["step_unrecorded"] = []func() []string{rec}
	ladders["complaint_open"] = []func() []string{func() []string { return m.active("service") }}
	ladders["dissatisfied"] = []func() []string{func() []string {
		out := rec()
		for _, l := range leader() {
			if !slices.Contains(out, l) {
				out = append(out, l)
			}
		}
		return out
	}}
	ladder, ok := ladders[ruleCode]
	if !ok {
		ladder = []func() []string{own}
	}
	for ; rung < len(ladder); rung++ {
		if some := ladder[rung](); len(some) > 0 {
			return some
		}
	}
	return own()
}

func (m *model) active(who string) []string {
	if who == "" || m.off[who] {
		return nil
	}
	return []string{who}
}

// look is a sweep of the model.
func (m *model) look(now time.Time) {
	found := map[string]cause{}
	of := map[string]*simCustomer{}
	for _, c := range m.customers {
		for _, k := range m.causes(c, now) {
			key := fmt.Sprint(k.rule, " ", k.record, " ", k.anchor.UnixMilli())
			found[key], of[key] = k, c
		}
	}
	for key, a := range m.open {
		if _, ok := found[key]; !ok {
			a.ended = now
			m.silence(a, now)
			delete(m.open, key)
		}
	}
	var keys []string
	for key := range found {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		k, c := found[key], of[key]
		a := m.open[key]
		switch {
		case a == nil:
			a = &simAlert{rule: k.rule, customer: c.name, record: k.record, rung: k.rung, raised: now, owner: c.owner}
			m.open[key] = a
			m.alerts = append(m.alerts, a)
			m.tell(a, k, c, 0, k.rung, now)
		case a.owner != c.owner:
			m.silence(a, now)
			a.owner = c.owner
			m.tell(a, k, c, 0, a.rung, now)
		}
		if k.rung > a.rung {
			from := a.rung + 1
			a.rung = k.rung
			m.tell(a, k, c, from, k.rung, now)
		}
	}
}

func (m *model) silence(a *simAlert, now time.Time) {
	for _, n := range a.notices {
		n.ended = now
	}
	a.notices = nil
}

func (m *model) tell(a *simAlert, k cause, c *simCustomer, from, to int, now time.Time) {
	for i := from; i <= to; i++ {
		kind := "alert_" + a.rule
		if a.rule == "no_follow_up" && i == 2 {
			kind = "alert_propose"
		}
		for _, who := range m.rungPeople(a.rule, i, c.owner, k.recordOwner) {
			if slices.ContainsFunc(a.notices, func(n *simNotice) bool { return n.to == who && n.kind == kind }) {
				continue
			}
			n := &simNotice{to: who, kind: kind, customer: c.name, raised: now, deliver: delivered(now)}
			a.notices = append(a.notices, n)
			m.notices = append(m.notices, n)
		}
	}
}

// instants are those at which something may change by the clock alone, and the minute after each.
func (m *model) instants(from, until time.Time, into map[int64]bool) {
	at := func(t time.Time, by ...time.Duration) {
		if t.IsZero() {
			return
		}
		for _, d := range by {
			for _, e := range []time.Time{t.Add(d), t.Add(d).Add(time.Minute)} {
				if e.After(from) && e.Before(until) {
					into[e.UnixMilli()] = true
				}
			}
		}
	}
	for _, c := range m.customers {
		if c.binned || c.status == "lost" || c.owner == "" {
			continue
		}
		at(c.effective, 3*day, 5*day, 7*day)
		at(c.last, 3*day, 5*day, 7*day)
		at(c.imported, 3*day, 5*day, 7*day)
		at(c.entered, 7*day, 10*day)
		at(c.next, 0, -14*day, day)
		if !c.next.IsZero() {
			y, mo, d := c.next.In(inShanghai).Date()
			at(time.Date(y, mo, d, 8, 29, 0, 0, inShanghai), 0)
		}
		for _, t := range c.tasks {
			at(t.due, day)
		}
		for _, f := range c.feedback {
			at(workdaysAfter(f.at, 2), 0)
		}
	}
}
