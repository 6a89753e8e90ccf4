package demo

import (
	"strings"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
)

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
	f.talk(c, f.spoken(c, f.words(c, f.talks.Groups["open"]), c.born.Add(20*time.Minute)))
}

// plantTwin plans a second record of a customer that a colleague holds: its short form,
// a character mistaken, or its place left out; the number of the same person gives it away.
func (f *fill) plantTwin(all []*client, n, kind int) {
	var of *client
	for _, c := range all {
		if is := c.in.Kind.V; (is == customer.Institution) == (kind == 2) && is != customer.Individual && !f.names["twin "+c.in.Name.V] && (of == nil || c.born.Before(of.born)) {
			of = c
		}
	}
	if of == nil {
		return // a small company may know no institution
	}
	f.names["twin "+of.in.Name.V] = true
	h, m := f.desk()
	c := &client{born: f.exact(f.day(-20-11*n), h, m), draft: kind < 2, said: map[*template]bool{}, slots: of.slots, trade: of.trade}
	name := of.in.Name.V
	switch kind {
	case 0:
		name = strings.Replace(name, f.crowd.Words["company_form"], f.crowd.Words["short_form"], 1)
	case 1:
		brand := []rune(of.in.ShortName.V)
		brand[1] = pick(f, []rune(strings.ReplaceAll(f.crowd.Brands.Second, string(brand[1]), "")))
		name = strings.Replace(name, of.in.ShortName.V, string(brand), 1)
	default:
		name = name[strings.Index(name, of.in.ShortName.V):]
	}
	c.in.Name, c.in.Kind, c.in.Region, c.in.Source = api.Some(name), of.in.Kind, of.in.Region, api.Some("social_media")
	c.in.Industry, c.in.Duplicates = of.in.Industry, "new"
	c.people = []*known{{in: of.people[0].in, call: of.people[0].call, boss: -1}}
	c.tenures = []tenure{{from: c.born, login: map[bool]string{true: "linxiaotang", false: "tangke"}[of.owner(c.born) == "tangke"]}}
	f.birth(c)
	f.talk(c, f.spoken(c, f.words(c, f.talks.Groups["first_contact"]), c.born.Add(20*time.Minute)))
}
