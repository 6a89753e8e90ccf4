package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/rule"
	"zhike/internal/demo/season"
	"zhike/internal/platform/db"
)

// crowd is what generated customers are made of.
type crowd struct {
	Quiet  string            `json:"quiet"` // the holidays before and after which little is said
	Words  map[string]string `json:"words"`
	Brands struct {
		First, Second, Third string
	} `json:"brands"`
	People struct {
		Surnames, Given, Single string
	} `json:"people"`
	Cities       map[string][]string `json:"cities"`
	Roads        []string            `json:"roads"`
	Trades       []*trade            `json:"trades"`
	Institutions []*trade            `json:"institutions"`
	Persons      *trade              `json:"persons"`
	Products     map[string][]struct {
		Name  string
		Price [2]int
	} `json:"products"`
	Rivals       []string               `json:"rivals"`
	Sources      []string               `json:"sources"`
	Titles       map[string][][2]string `json:"titles"` // title and role
	Departments  map[string]string      `json:"departments"`
	Salutations  map[string]string      `json:"salutations"`
	Calls        map[string]string      `json:"calls"`
	Owner        string                 `json:"owner"`
	Texts        map[string][]string    `json:"texts"`
	Drafts       []string               `json:"drafts"`
	Reassignment string                 `json:"reassignment"`
	Courses      []course               `json:"courses"`
}

// A trade: how its companies are called, what they make and what they suffer from. Form
// says what they buy: machines, or software for stores.
type trade struct {
	Code    string   `json:"code"`
	Words   []string `json:"words"`
	Weight  int      `json:"weight"`
	Form    string   `json:"kind"`
	Staff   [2]int   `json:"staff"`
	Revenue [2]int   `json:"revenue"` // 10,000 yuan
	Line    []string `json:"line"`
	Pain    []string `json:"pain"`
	Goal    []string `json:"goal"`
	Tags    []string `json:"tags"`
}

// A course is where a customer's journey has led, and how long ago it may have begun.
type course struct {
	Weight int      `json:"weight"`
	Path   []string `json:"path"`
	Ago    [2]int   `json:"ago"`
}

var losses = []string{"price", "competitor", "service", "need_cancelled", "budget_cancelled"}

// phases of the journey, by which promises differ.
var phases = map[string]string{"first_contact": "lead", "need_clear": "lead", "proposal": "lead", "negotiating": "deal", "signed": "deal", "paid": "service",
	"in_use": "service", "renewal": "service", "issue": "service"}

// planCrowd plans the customers that no story tells of.
func (f *fill) planCrowd() error {
	drafts, twins, stand := 3, 4, f.Count+1 // the one that a story merges besides
	if f.Count < 60 {
		drafts, twins = 2, 0
	}
	n := stand - len(f.clients) - drafts - twins
	var all []*client
	for i := range n {
		c, path := f.stranger(i, n)
		c.stages = path
		all = append(all, c)
	}
	// Twelve talks a customer are shared out by how much of the year each has seen.
	left := 12*stand - f.talked
	var sum float64
	seen := make([]float64, len(all))
	for i, c := range all {
		for d := f.offset(c.born); d < 0; d++ {
			seen[i] += f.weight(d)
		}
		seen[i] *= 0.6 + 0.8*f.rand.Float64()
		if len(c.stages) > 0 && strings.HasPrefix(c.stages[len(c.stages)-1], "ended") {
			seen[i] *= 0.5
		}
		seen[i] += 12 // who is new is talked to more often
		sum += seen[i]
	}
	for i, c := range all {
		f.grow(c, max(len(c.stages)+1, int(float64(left)*seen[i]/sum+0.5)))
	}
	for i := range twins {
		f.plantTwin(all, i, []int{0, 1, 2, 1}[i])
	}
	for len(f.clients) < stand {
		f.plantDraft()
	}
	return nil
}

// stranger makes up a customer, and the course of its journey.
func (f *fill) stranger(i, n int) (*client, []string) {
	at := (i*37 + 11) % n * 100 / n // spread evenly over the courses
	way := f.crowd.Courses[0]
	for _, way = range f.crowd.Courses {
		if at -= way.Weight; at < 0 {
			break
		}
	}
	scale := func(d int) int { return min(d*f.Days/365, f.Days-2) }
	draw := func() int {
		return f.between(max(scale(way.Ago[0]), len(way.Path)*2+2), max(scale(way.Ago[1]), len(way.Path)*2+4))
	}
	ago := draw()
	if len(way.Path) > 3 { // who buys has been known for long
		ago = max(ago, draw(), draw())
	}
	born := -ago
	for !rule.NationalCalendar().Workday(f.exact(born, 12, 0)) && born > -f.Days {
		born--
	}
	h, m := f.desk()
	c := &client{born: f.exact(born, h, m), said: map[*template]bool{}, slots: map[string]string{}}
	f.character(c)
	return c, way.Path
}

// grow plans the life of a customer: n talks on as many days, its moves after some of
// them, and the facts that become known on the way.
func (f *fill) grow(c *client, n int) {
	end := -1
	last := ""
	if len(c.stages) > 0 {
		last = c.stages[len(c.stages)-1]
	}
	switch {
	case last == "ended" || last == "analysis":
		end = -f.between(8, max(9, -f.offset(c.born)/2))
	case last == "in_use" || last == "paid":
		end = -f.between(1, 30)
	case last == "" && f.offset(c.born) < -80:
		end = -f.between(20, 60)
	case f.chance(72):
		end = -f.between(1, 3)
	default:
		end = -f.between(1, 9)
	}
	days := f.days(f.offset(c.born), end, n)
	at := f.steps(len(days), len(c.stages), last)
	if f.chance(35) {
		c.in.Remark = api.Some(f.say(pick(f, f.crowd.Texts["remark"]), c.slots, c.born))
	}
	f.birth(c)
	times := make([]time.Time, len(days))
	for i, d := range days {
		h, m := f.desk()
		times[i] = f.exact(d, h, m)
		times[i] = f.clear(c, times[i])
	}
	times[0] = c.born.Add(30 * time.Minute)
	stage := "first_contact"
	for i, t := range times {
		to := ""
		if k := slices.Index(at, i); k >= 0 {
			to = c.stages[k]
		}
		var after time.Time
		if i+1 < len(times) {
			after = times[i+1]
		}
		f.exchange(c, i, t, after, stage, to)
		if to != "" {
			stage = to
		}
	}
	if len(times) > 4 && f.chance(8) {
		mate := pick(f, []string{"linxiaotang", "chengye", "tangke", "bailu", "jiangfan"})
		if t := times[1].Add(3 * time.Hour); c.owner(t) != mate {
			f.member(c, t, mate)
		}
	}
}

// days are n different days from the first to the last, by how much is talked on each.
func (f *fill) days(first, last, n int) []int {
	all := []int{first}
	var pool []int
	for d := first + 1; d <= max(last, first+1) && d < 0; d++ {
		pool = append(pool, d)
	}
	for len(all) < n && len(pool) > 0 {
		var sum float64
		for _, d := range pool {
			sum += f.weight(d)
		}
		x := f.rand.Float64() * sum
		k := len(pool) - 1
		for i, d := range pool {
			if x -= f.weight(d); x < 0 {
				k = i
				break
			}
		}
		all = append(all, pool[k])
		pool = slices.Delete(pool, k, k+1)
	}
	slices.Sort(all)
	return all
}

// steps are the talks after which a customer moves on.
func (f *fill) steps(talks, moves int, last string) []int {
	if moves == 0 {
		return nil
	}
	lo, hi := 1, talks-1
	switch {
	case last == "in_use" || last == "renewal" || last == "issue":
		hi = max(moves, talks*2/3)
	case last == "ended" || last == "analysis":
	default:
		lo = max(1, min(talks/3, talks-1-moves))
	}
	if hi-lo+1 < moves {
		lo, hi = 1, talks-1
	}
	var at []int
	for i := range min(moves, hi-lo+1) {
		from, to := lo+i*(hi-lo+1)/moves, lo+(i+1)*(hi-lo+1)/moves-1
		at = append(at, f.between(from, max(from, to)))
	}
	return at
}

// exchange plans one talk, and what comes of it.
func (f *fill) exchange(c *client, i int, t, after time.Time, stage, to string) {
	group := f.talks.Groups[stage]
	owner := c.owner(t)
	reason, by := "", ""
	switch {
	case to == "ended":
		reason = pick(f, losses)
		group = f.talks.Ended[reason]
	case to == "in_use" && stage == "issue":
		group = f.talks.Groups["back_in_use"]
	case stage == "analysis" && to != "":
		group = f.talks.Groups["back"]
	case to != "":
		group = f.talks.Groups["to_"+to]
	case i == 0:
		group = f.talks.Groups["open"]
	case (stage == "in_use" || stage == "issue" || stage == "renewal") && f.chance(35):
		by = pick(f, []string{"bailu", "jiangfan"})
		if stage == "in_use" {
			group = f.talks.Groups["service"]
		}
	}
	relief := f.talks.Groups["meanwhile"]
	if phases[stage] == "service" {
		relief = f.talks.Groups["in_use"]
	}
	s := f.spoken(c, f.words(c, group, relief), t)
	s.by = cmp.Or(by, owner)
	if to == "" && i > 0 && f.late*100 < 12*f.talked && f.chance(45) {
		if at := t.Add(time.Duration(f.between(25*60, 50*60)) * time.Minute); (after.IsZero() || at.Before(after)) && at.Before(f.Now) && c.settled(t, at) {
			s.at = at
			f.late++
		}
	}
	if i > 0 && by == "" && to == "" && s.in.Method == "call" && f.chance(30) {
		f.reveal(owner, t.Add(-2*time.Minute), c.people[s.with[0]], "call")
	}
	f.plans(c, &s, t, after, stage, to, owner)
	f.talk(c, s)
	if to == "" {
		return
	}
	at := t.Add(time.Duration(f.between(151, 170)) * time.Minute) // after the talk is written down
	f.move(c, at, to, reason, "")
	f.learnt(c, at.Add(4*time.Minute), to)
}

// plans gives a talk its next step, its next date and its promises.
func (f *fill) plans(c *client, s *said, t, after time.Time, stage, to, owner string) {
	if to != "" {
		stage = to
	}
	lost := stage == "ended" || stage == "analysis"
	steps, ok := f.talks.Next[stage+"/"+c.trade.Form]
	if !ok {
		steps = f.talks.Next[stage]
	}
	slots := map[string]string{"who": c.people[s.with[0]].call, "line": c.slots["line"]}
	midnight := func(t time.Time) time.Time { return f.exact(f.offset(t), 0, 0) }
	ours := s.by == owner
	switch {
	case !after.IsZero() && ours && c.settled(t, after.Add(48*time.Hour)):
		if f.chance(55) {
			s.in.NextFollowUpAt = api.On(midnight(after).Add(time.Duration(f.between(18, 33)) * 30 * time.Minute))
		}
		if f.chance(44) && len(steps) > 0 && f.offset(after) > f.offset(t) {
			s.next, s.nextOn = f.say(pick(f, steps), slots, t), midnight(after)
		}
	case after.IsZero() && ours && !lost:
		next := season.Workday(midnight(f.Now), f.between(1, 11))
		if f.chance(70) && len(steps) > 0 && f.planned[owner+"/step"] < 8 {
			f.planned[owner+"/step"]++
			s.next, s.nextOn = f.say(pick(f, steps), slots, t), next
		}
		if f.chance(75) {
			s.in.NextFollowUpAt = api.On(next.Add(time.Duration(f.between(18, 33)) * 30 * time.Minute))
		}
	}
	if lost || !f.chance(22) {
		return
	}
	due := season.Workday(midnight(t), f.between(1, 6))
	v := vow{by: "us", due: due}
	if f.chance(30) {
		v.by = "customer"
	}
	slots["date"] = fmt.Sprintf(f.crowd.Words["date"], due.Month(), due.Day())
	v.what = f.say(pick(f, f.talks.Vows[v.by+"/"+phases[stage]]), slots, t)
	if f.offset(due) < -2 {
		if !c.settled(t, due.AddDate(0, 0, 3)) {
			return
		}
		kept := f.kept*100 < 81*f.vows && !f.chance(5) // in all, 81 of a hundred
		if v.kept = &kept; kept {
			f.kept++
		}
		f.vows++
	} else if f.planned[owner+"/vow"]++; f.planned[owner+"/vow"] > 3 {
		return
	}
	s.promises = append(s.promises, v)
}

// learnt are the facts that a move brings.
func (f *fill) learnt(c *client, at time.Time, to string) {
	var in customer.Change
	w := f.crowd.Texts
	say := func(group string) api.Opt[string] { return api.Some(f.say(pick(f, w[group]), c.slots, at)) }
	switch to {
	case "need_clear":
		if c.in.Kind.V == customer.Individual {
			in.CoreNeed, in.Intent = say("core_need_store"), api.Some(pick(f, []string{"B", "C"}))
			break
		}
		in.CoreNeed = say("core_need")
		if c.trade.Form == "store" {
			in.CoreNeed = say("core_need_store")
		}
		in.Pain, in.Goal = api.Some(c.slots["pain"]), api.Some(c.slots["goal"])
		in.IntendedProducts = api.Some(c.slots["prod"])
		in.Intent, in.Urgency = api.Some(pick(f, []string{"B", "B", "C", "C", "D"})), api.Some(pick(f, []string{"high", "medium", "medium", "low"}))
		in.BuyBy = api.Some(at.AddDate(0, f.between(2, 6), 0).Format(time.DateOnly))
		in.BudgetFromFen, in.BudgetToFen = api.Some(c.price/10*8), api.Some(c.price/10*11)
		in.BudgetEnough, in.DecisionMonths, in.FollowState = c.budget()
	case "proposal":
		in.FollowState = api.Some("awaiting_customer")
		in.DecisionProcess, in.Concerns, in.Doubts = say("decision_process"), say("concerns"), say("doubts")
		if f.chance(55) {
			in.Competitors = api.Some([]customer.Competitor{{Name: pick(f, f.crowd.Rivals), PriceFen: api.Num(c.price / 100 * int64(f.between(88, 106))),
				Strengths: api.Text(pick(f, w["rival_strength"])), Note: api.Text(say("rival_note").V)}})
		}
	case "negotiating":
		in.Intent, in.Grade = api.Some("A"), api.Some(pick(f, []string{"A", "B", "B"}))
	case "renewal":
		in.RenewalIntent = api.Some([]string{"high", "medium", "medium", "high", "low"}[c.price/100%5])
	case "paid":
		in.Grade = api.Some(pick(f, []string{"A", "B", "B", "C"}))
		in.Strategic = api.Some(in.Grade.V == "A" && f.chance(30))
	default:
		return
	}
	f.as(c.owner(at), at, c.in.Name.V, func(tx *db.Tx) error {
		return f.Customers.WriteIn(tx, c.id, 0, in)
	})
}
