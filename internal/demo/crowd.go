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
	Reassignment []string               `json:"reassignment"`
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
	weight     int
	path       []string
	from, upTo int // days ago
}

var journey = []string{"need_clear", "proposal", "negotiating", "signed", "paid", "in_use"}

func through(more ...string) []string { return append(slices.Clone(journey), more...) }

var courses = []course{
	{14, nil, 2, 75},
	{6, nil, 90, 340},
	{15, journey[:1], 12, 160},
	{9, journey[:2], 25, 180},
	{8, journey[:3], 35, 230},
	{5, journey[:4], 60, 220},
	{5, journey[:5], 90, 280},
	{17, journey, 120, 365},
	{5, through("issue", "in_use"), 160, 365},
	{4, through("renewal"), 260, 365},
	{3, through("issue"), 150, 365},
	{2, []string{"ended"}, 60, 365},
	{2, []string{"need_clear", "ended"}, 70, 365},
	{1, []string{"need_clear", "proposal", "ended"}, 90, 365},
	{2, []string{"need_clear", "proposal", "ended", "analysis"}, 100, 365},
	{1, []string{"need_clear", "proposal", "negotiating", "ended", "analysis"}, 120, 365},
	{1, []string{"need_clear", "proposal", "ended", "analysis", "need_clear"}, 170, 365},
}

var losses = []string{"price", "competitor", "service", "need_cancelled", "budget_cancelled"}

// phases of the journey, by which promises differ.
var phases = map[string]string{"first_contact": "lead", "need_clear": "lead", "proposal": "lead", "negotiating": "deal", "signed": "deal", "paid": "service",
	"in_use": "service", "renewal": "service", "issue": "service"}

// planCrowd plans the customers that no story tells of.
func (f *fill) planCrowd() error {
	drafts, twins := 3, 3
	if f.Count < 60 {
		drafts, twins = 2, 0
	}
	n := f.Count - len(f.clients) - drafts - twins
	var all []*client
	for i := range n {
		c, path := f.stranger(i, n)
		c.stages = path
		all = append(all, c)
	}
	// Twelve talks a customer are shared out by how much of the year each has seen.
	left := 12*f.Count - f.talked
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
	for range drafts {
		f.plantDraft()
	}
	for i := range twins {
		f.plantTwin(all, i)
	}
	return nil
}

// stranger makes up a customer, and the course of its journey.
func (f *fill) stranger(i, n int) (*client, []string) {
	at := (i*37 + 11) % n * 100 / n // spread evenly over the courses
	way := courses[0]
	for _, way = range courses {
		if at -= way.weight; at < 0 {
			break
		}
	}
	scale := func(d int) int { return min(d*f.Days/365, f.Days-2) }
	draw := func() int {
		return f.between(max(scale(way.from), len(way.path)*2+2), max(scale(way.upTo), len(way.path)*2+4))
	}
	ago := draw()
	if len(way.path) > 3 { // who buys has been known for long
		ago = max(ago, draw(), draw())
	}
	born := -ago
	for !rule.NationalCalendar().Workday(f.exact(born, 12, 0)) && born > -f.Days {
		born--
	}
	h, m := f.desk()
	c := &client{born: f.exact(born, h, m), said: map[*template]bool{}, slots: map[string]string{}}
	f.character(c)
	return c, way.path
}

// character gives a customer its facts, its people and its owners.
func (f *fill) character(c *client) {
	in := &c.in
	side, city := "north", ""
	if f.chance(20) {
		side = "south"
	}
	city = pick(f, f.crowd.Cities[side])
	region, _ := rule.FindRegion(city)
	in.Region = api.Some(f.county(region.Code))
	in.Source = api.Some(pick(f, f.crowd.Sources))
	switch k := f.rand.IntN(100); {
	case k < 7:
		f.individual(c)
	case k < 12:
		f.institution(c, city)
	default:
		f.enterprise(c, city)
	}
	f.owned(c, side)
	line := pick(f, c.trade.Line)
	product := pick(f, f.crowd.Products[c.trade.Form])
	price := f.between(product.Price[0], product.Price[1])
	if in.Kind.V == customer.Individual {
		price = f.between(2980, 8940)
	}
	c.price = int64(price) * 100
	w := f.crowd.Words
	c.slots["line"], c.slots["pain"], c.slots["goal"], c.slots["prod"] = line, pick(f, c.trade.Pain), pick(f, c.trade.Goal), product.Name
	c.slots["price"] = fmt.Sprintf(w["price"], strings.TrimSuffix(fmt.Sprintf("%.1f", float64(price)/10000), ".0"))
	c.slots["spot"] = w[c.trade.Form+"_spot"]
	c.slots["qty"] = fmt.Sprintf(w[c.trade.Form+"_qty"], f.between(2, 9), f.between(14, 90)*100)
	c.slots["sz"] = pick(f, f.crowd.Texts["size_word"])
	in.Tags = api.Some(slices.Clone(c.trade.Tags[:f.between(1, len(c.trade.Tags))]))
}

func (f *fill) county(prefecture string) string {
	var all []string
	for _, r := range rule.Regions() {
		if r.Parent == prefecture && r.Level == "county" {
			all = append(all, r.Code)
		}
	}
	if len(all) == 0 {
		return prefecture
	}
	return pick(f, all)
}

func (f *fill) runes(s string) string { return string(pick(f, []rune(s))) }

// brand is a word that no other customer of the demo has.
func (f *fill) brand() string {
	b := f.crowd.Brands
	for range 2000 {
		name := f.runes(b.First) + f.runes(b.Second)
		if f.chance(25) || len(f.names) > 1000 {
			name += f.runes(b.Third)
		}
		if !f.names[name] && name[:3] != name[3:6] {
			f.names[name] = true
			return name
		}
	}
	f.names[fmt.Sprint(len(f.names))] = true
	return f.runes(b.First) + f.runes(b.Second) + f.runes(b.First) + f.runes(b.Third)
}

func (f *fill) enterprise(c *client, city string) {
	total := 0
	for _, t := range f.crowd.Trades {
		total += t.Weight
	}
	k := f.rand.IntN(total)
	for _, t := range f.crowd.Trades {
		if c.trade = t; k < t.Weight {
			break
		}
		k -= t.Weight
	}
	in, brand := &c.in, f.brand()
	in.Kind, in.Name, in.ShortName = api.Some(customer.Enterprise), api.Some(city+brand+pick(f, c.trade.Words)), api.Some(brand)
	in.Industry = api.Some(c.trade.Code)
	in.CreditCode = api.Some(f.creditCode("91", in.Region.V))
	size := f.rand.Float64()
	size *= size
	among := func(r [2]int) int64 { return int64(float64(r[0]) + size*float64(r[1]-r[0])) }
	in.Employees = api.Some(among(c.trade.Staff))
	in.AnnualRevenueFen = api.Some(among(c.trade.Revenue) * 1_000_000)
	in.AssetsFen = api.Some(among(c.trade.Revenue) * 700_000)
	in.FoundedOn = api.Some(fmt.Sprintf("%d-%02d-%02d", f.between(1999, 2022), f.between(1, 12), f.between(1, 28)))
	in.Address = api.Some(fmt.Sprintf(f.crowd.Words["street"], strings.ReplaceAll(rule.RegionLabel(in.Region.V), " ", ""), pick(f, f.crowd.Roads), f.between(2, 399)))
	if f.chance(40) {
		in.Website = api.Some("https://" + latin(brand) + ".example")
	}
	f.staff(c, latin(brand)+".example", f.crowd.Titles[c.trade.Form], f.between(1, 4))
}

func (f *fill) institution(c *client, city string) {
	t := *pick(f, f.crowd.Institutions)
	t.Form = "machine"
	in, brand := &c.in, f.brand()
	c.trade = &t
	in.Kind, in.Name, in.ShortName = api.Some(customer.Institution), api.Some(city+brand+pick(f, t.Words)), api.Some(brand)
	in.Industry = api.Some(t.Code)
	if f.chance(60) {
		in.CreditCode = api.Some(f.creditCode("12", in.Region.V))
	}
	in.Employees = api.Some(int64(f.between(60, 600)))
	f.staff(c, latin(brand)+".example", f.crowd.Titles["institution"], f.between(1, 3))
}

func (f *fill) individual(c *client) {
	t := *f.crowd.Persons
	t.Form = "store"
	c.trade = &t
	name := f.person()
	c.in.Kind, c.in.Name = api.Some(customer.Individual), api.Some(name)
	p := f.contact(name, f.crowd.Owner, "decider", "")
	p.in.Primary = api.Some(true)
	c.people = []*contact{p}
}

func (f *fill) person() string {
	p := f.crowd.People
	for {
		name := f.runes(p.Surnames)
		if f.chance(22) {
			name += f.runes(p.Single)
		} else {
			given := []rune(p.Given)
			i := f.rand.IntN(len(given)/2) * 2
			name += string(given[i : i+2])
		}
		if !f.names[name] || len(f.names) > 3000 {
			f.names[name] = true
			return name
		}
	}
}

// staff gives a customer people of different titles, who decides first.
func (f *fill) staff(c *client, domain string, titles [][2]string, n int) {
	boss := -1
	for i, at := range f.rand.Perm(len(titles))[:min(n, len(titles))] {
		t := titles[at]
		p := f.contact(f.person(), t[0], t[1], domain)
		if t[1] == "decider" && boss < 0 {
			boss = i
		} else if boss >= 0 && boss < i {
			p.boss = boss
		}
		c.people = append(c.people, p)
	}
	c.people[0].in.Primary = api.Some(true)
}

func (f *fill) contact(name, title, role, domain string) *contact {
	surname := string([]rune(name)[:1])
	p := &contact{boss: -1, call: strings.ReplaceAll(cmp.Or(f.crowd.Calls[title], "{s}"), "{s}", surname)}
	in := &p.in
	in.Name, in.Title, in.Role = api.Some(name), api.Some(title), api.Some(role)
	in.Mobile = api.Some(f.mobile())
	if domain != "" && f.chance(45) {
		in.Email = api.Some(latin(name) + "@" + domain)
	}
	if domain == "" || f.chance(30) {
		in.WeChat = api.Some(latin(name) + "_wx")
	}
	if s := f.crowd.Salutations[title]; s != "" {
		in.Salutation = api.Some(s)
	}
	if d := f.crowd.Departments[role]; d != "" && domain != "" {
		in.Department = api.Some(d)
	}
	in.Attitude = api.Some(pick(f, []string{"support", "support", "neutral", "neutral", "neutral", "oppose", "unknown"}))
	in.Influence = api.Some(map[string]string{"decider": "high", "user": "medium", "evaluator": "medium"}[role])
	if in.Influence.V == "" {
		in.Influence = api.Some(pick(f, []string{"medium", "low"}))
	}
	in.PreferredChannel = api.Some(pick(f, []string{"call", "call", "wechat", "wechat", "visit", "email"}))
	if f.chance(18) {
		in.Note = api.Some(f.say(pick(f, f.crowd.Texts["contact_note"]), nil, f.today))
	}
	if f.chance(25) {
		in.Birthday = api.Some(fmt.Sprintf("%d-%02d-%02d", f.between(1968, 1996), f.between(1, 12), f.between(1, 28)))
	}
	return p
}

// owned gives a customer its owners: by side and trade, as departments are cut.
func (f *fill) owned(c *client, side string) {
	l, j := f.company.Leaver, f.company.Joiner
	early := c.born.Before(f.at(l.Left-6, 0, 0))
	login := ""
	switch {
	case side == "south" && early && f.chance(45):
		login, c.side = l.Login, "south"
	case side == "south" && !c.born.Before(f.at(f.company.person(j.Login).Joined+1, 0, 0)):
		login = j.Login
	case side == "south":
		login, c.side = j.From, "south"
		if f.chance(15) {
			c.side = ""
		}
	case early && f.chance(14):
		login, c.side = l.Login, "north"
	case c.trade.Form == "store":
		login = pick(f, []string{"tangke", "tangke", "xucheng"})
	default:
		login = pick(f, []string{"linxiaotang", "linxiaotang", "linxiaotang", "chengye", "chengye", "chengye", "hanyizhou"})
	}
	lead := map[string]string{"linxiaotang": "hanyizhou", "chengye": "hanyizhou", "tangke": "xucheng"}[login]
	c.tenures = []tenure{{from: c.born, login: login}}
	if lead != "" && f.chance(14) {
		c.tenures = []tenure{{from: c.born, login: lead}, {from: c.born.Add(70 * time.Minute), login: login, by: lead, reason: "division", note: f.crowd.Reassignment[0]}}
	}
	f.succeed(c)
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
	group := f.talks.groups[stage]
	owner := c.owner(t)
	reason := ""
	by := ""
	switch {
	case to == "ended":
		reason = pick(f, losses)
		group = f.talks.Ended[reason]
	case to == "in_use" && stage == "issue":
		group = f.talks.groups["back_in_use"]
	case stage == "analysis" && to != "":
		group = f.talks.groups["back"]
	case to != "":
		group = f.talks.groups["to_"+to]
	case i == 0:
		group = f.talks.groups["open"]
	case (stage == "in_use" || stage == "issue" || stage == "renewal") && f.chance(35):
		by = pick(f, []string{"bailu", "jiangfan"})
		if stage == "in_use" {
			group = f.talks.groups["service"]
		}
	}
	relief := f.talks.groups["meanwhile"]
	if phases[stage] == "service" {
		relief = f.talks.groups["in_use"]
	}
	s := f.spoken(c, f.words(c, group, relief), t)
	if s.by = by; by == "" {
		s.by = owner
	}
	if to == "" && i > 0 && f.late*100 < 12*f.talked && f.chance(45) {
		if at := t.Add(time.Duration(f.between(25*60, 50*60)) * time.Minute); (after.IsZero() || at.Before(after)) && at.Before(f.Now) && c.settled(t, at) {
			s.at = at
			f.late++
		}
	}
	if i > 0 && by == "" && to == "" && s.in.Method == "call" && f.chance(30) {
		f.called(c, t.Add(-2*time.Minute), s.with[0])
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
	steps := f.talks.Next[stage]
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
		next := f.workday(midnight(f.Now), f.between(1, 11))
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
	due := f.workday(midnight(t), f.between(1, 6))
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
		kept := f.kept.next()
		v.kept = &kept
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
	case "proposal":
		in.DecisionProcess, in.Concerns, in.Doubts = say("decision_process"), say("concerns"), say("doubts")
		if f.chance(55) {
			in.Competitors = api.Some([]customer.Competitor{{Name: pick(f, f.crowd.Rivals), PriceFen: api.Num(c.price / 100 * int64(f.between(88, 106))),
				Strengths: api.Text(pick(f, w["rival_strength"])), Note: api.Text(say("rival_note").V)}})
		}
	case "negotiating":
		in.Intent, in.Grade = api.Some("A"), api.Some(pick(f, []string{"A", "B", "B"}))
	case "paid":
		in.Grade = api.Some(pick(f, []string{"A", "B", "B", "C"}))
		in.Strategic = api.Some(in.Grade.V == "A" && f.chance(30))
	default:
		return
	}
	f.change(c, at, in)
}

// plantDraft plans a customer that somebody began and has not completed.
func (f *fill) plantDraft() {
	h, m := f.desk()
	c := &client{born: f.exact(-f.between(2, 16), h, m), draft: true, said: map[*template]bool{}, slots: map[string]string{}}
	f.character(c)
	for c.in.Kind.V != customer.Enterprise || len(c.tenures) > 1 {
		c.in, c.people, c.side = customer.New{}, nil, ""
		f.character(c)
	}
	c.in.CreditCode, c.in.Industry, c.in.Employees, c.in.AnnualRevenueFen = api.Opt[string]{}, api.Opt[string]{}, api.Opt[int64]{}, api.Opt[int64]{}
	c.in.AssetsFen, c.in.FoundedOn, c.in.Address = api.Opt[int64]{}, api.Opt[string]{}, api.Opt[string]{}
	c.in.Remark = api.Some(pick(f, f.crowd.Drafts))
	c.people = c.people[:1]
	c.people[0].in.Title, c.people[0].in.Role = api.Opt[string]{}, api.Opt[string]{}
	f.birth(c)
	f.talk(c, f.spoken(c, f.words(c, f.talks.groups["open"]), c.born.Add(20*time.Minute)))
}

// plantTwin plans a second record of a customer that a colleague holds: its short form,
// a character mistaken, or its place left out; the number of the same person gives it away.
func (f *fill) plantTwin(all []*client, kind int) {
	var of *client
	for _, c := range all {
		fits := map[bool]string{true: customer.Institution, false: customer.Enterprise}[kind == 2]
		if c.in.Kind.V == fits && c.born.Before(f.at(-70, 0, 0)) && !f.names["twin "+c.in.Name.V] {
			of = c
			break
		}
	}
	if of == nil {
		of = all[kind]
	}
	f.names["twin "+of.in.Name.V] = true
	h, m := f.desk()
	c := &client{born: f.exact(f.day(-20-11*kind), h, m), draft: kind < 2, said: map[*template]bool{}, slots: of.slots, trade: of.trade}
	name := of.in.Name.V
	w := f.crowd.Words
	switch kind {
	case 0:
		name = strings.Replace(name, w["company_form"], w["short_form"], 1)
	case 1:
		brand := []rune(of.in.ShortName.V)
		brand[1] = pick(f, []rune(f.crowd.Brands.Second))
		name = strings.Replace(name, of.in.ShortName.V, string(brand), 1)
	default:
		name = name[strings.Index(name, of.in.ShortName.V):]
	}
	c.in.Name, c.in.Kind, c.in.Region, c.in.Source = api.Some(name), of.in.Kind, of.in.Region, api.Some("social_media")
	c.in.Industry, c.in.Duplicates = of.in.Industry, "new"
	first := *of.people[0]
	c.people = []*contact{{in: first.in, call: first.call, boss: -1}}
	owner := "tangke"
	if of.owner(c.born) == owner {
		owner = "linxiaotang"
	}
	c.tenures = []tenure{{from: c.born, login: owner}}
	f.birth(c)
	f.talk(c, f.spoken(c, f.words(c, f.talks.groups["first_contact"]), c.born.Add(20*time.Minute)))
}
