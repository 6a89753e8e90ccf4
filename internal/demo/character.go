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
	"zhike/internal/demo/mint"
)

// character gives a customer its facts, its people and its owners.
func (f *fill) character(c *client) {
	in := &c.in
	side := pick(f, []string{"north", "north", "north", "north", "south"})
	city := pick(f, f.crowd.Cities[side])
	region, _ := rule.FindRegion(city)
	in.Region = api.Some(f.county(region.Code))
	in.Source = api.Some(pick(f, f.crowd.Sources))
	switch k := f.rand.IntN(100); {
	case k < 7:
		f.individual(c)
	case k < 11:
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
	c.slots["price"] = fmt.Sprintf(w["yuan"], price)
	if price >= 10000 {
		c.slots["price"] = fmt.Sprintf(w["price"], strings.TrimSuffix(fmt.Sprintf("%.1f", float64(price)/10000), ".0"))
	}
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
	for tries := 0; ; tries++ {
		name := f.runes(b.First) + f.runes(b.Second)
		if f.chance(25) || tries > 20 {
			name += f.runes(b.Third)
		}
		if tries > 40 { // thousands of customers
			name += f.runes(b.First)
		}
		if !f.names[name] {
			f.names[name] = true
			return name
		}
	}
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
	in.CreditCode = api.Some(f.mint.CreditCode("91", in.Region.V))
	size := f.rand.Float64()
	size *= size
	among := func(r [2]int) int64 { return int64(float64(r[0]) + size*float64(r[1]-r[0])) }
	in.Employees = api.Some(among(c.trade.Staff))
	in.AnnualRevenueFen = api.Some(among(c.trade.Revenue) * 1_000_000)
	in.AssetsFen = api.Some(among(c.trade.Revenue) * 700_000)
	in.FoundedOn = api.Some(fmt.Sprintf("%d-%02d-%02d", f.between(1999, 2022), f.between(1, 12), f.between(1, 28)))
	in.Address = api.Some(fmt.Sprintf(f.crowd.Words["street"], strings.ReplaceAll(rule.RegionLabel(in.Region.V, "zh-CN"), " ", ""), pick(f, f.crowd.Roads), f.between(2, 399)))
	if f.chance(40) {
		in.Website = api.Some("https://" + mint.Latin(brand) + ".example")
	}
	f.staff(c, mint.Latin(brand)+".example", f.crowd.Titles[c.trade.Form], f.between(1, 4))
}

func (f *fill) institution(c *client, city string) {
	t := *pick(f, f.crowd.Institutions)
	t.Form = "machine"
	in, brand := &c.in, f.brand()
	c.trade = &t
	in.Kind, in.Name, in.ShortName = api.Some(customer.Institution), api.Some(city+brand+pick(f, t.Words)), api.Some(brand)
	in.Industry = api.Some(t.Code)
	if f.chance(60) {
		in.CreditCode = api.Some(f.mint.CreditCode("12", in.Region.V))
	}
	in.Employees = api.Some(int64(f.between(60, 600)))
	f.staff(c, mint.Latin(brand)+".example", f.crowd.Titles["institution"], f.between(1, 3))
}

func (f *fill) individual(c *client) {
	t := *f.crowd.Persons
	t.Form = "store"
	c.trade = &t
	name := f.person()
	c.in.Kind, c.in.Name = api.Some(customer.Individual), api.Some(name)
	p := f.contact(name, f.crowd.Owner, "decider", "")
	p.in.Primary = api.Some(true)
	c.people = []*known{p}
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
		if !f.names[name] || len(f.names) > 3000 { // then two people share a name
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

func (f *fill) contact(name, title, role, domain string) *known {
	surname := string([]rune(name)[:1])
	p := &known{boss: -1, call: strings.ReplaceAll(cmp.Or(f.crowd.Calls[title], "{s}"), "{s}", surname)}
	in := &p.in
	in.Name, in.Title, in.Role = api.Some(name), api.Some(title), api.Some(role)
	in.Mobile = api.Some(f.mint.Mobile())
	if domain != "" && f.chance(45) {
		in.Email = api.Some(mint.Latin(name) + "@" + domain)
	}
	if domain == "" || f.chance(30) {
		in.WeChat = api.Some(mint.Latin(name) + "_wx")
	}
	if s := f.crowd.Salutations[title]; s != "" {
		in.Salutation = api.Some(s)
	}
	if d := f.crowd.Departments[role]; d != "" && domain != "" {
		in.Department = api.Some(d)
	}
	in.Attitude = api.Some(pick(f, []string{"support", "support", "neutral", "neutral", "neutral", "oppose", "unknown"}))
	in.Influence = api.Some(cmp.Or(map[string]string{"decider": "high", "user": "medium"}[role], pick(f, []string{"medium", "low"})))
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
		login = pick(f, []string{"linxiaotang", "linxiaotang", "linxiaotang", "linxiaotang", "chengye", "chengye", "hanyizhou"})
	}
	lead := map[string]string{"linxiaotang": "hanyizhou", "chengye": "hanyizhou", "tangke": "xucheng"}[login]
	c.tenures = []tenure{{from: c.born, login: login}}
	if lead != "" && f.chance(14) {
		c.tenures = []tenure{{from: c.born, login: lead}, {from: c.born.Add(70 * time.Minute), login: login, by: lead, reason: "division", note: f.crowd.Reassignment}}
	}
	f.succeed(c)
}
