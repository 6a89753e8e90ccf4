package dossier

import (
	"context"
	"strconv"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/crm/attachment"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/order"
	"zhike/internal/crm/rule/money"
	"zhike/internal/platform/db"
	"zhike/internal/platform/paper"
	"zhike/locale"
)

// A part of the paper: one table under its heading, and what does not stand in it.
type part struct {
	heading string
	table   paper.Table
	note    string
}

func (p *print) table(headings ...string) paper.Table {
	t := paper.Table{}
	for _, h := range headings {
		t.Columns = append(t.Columns, paper.Column{Heading: p.say(h)})
	}
	return t
}

// more says that only the latest stand here.
func (p *print) more(has api.Text, n int) string {
	if has == "" {
		return ""
	}
	return locale.Text(p.lang, "dossier.paper.latest", map[string]any{"count": n})
}

// parts are what hangs on a customer, as far as the printer may read it; empty ones are left out.
func (p *print) parts(ctx context.Context, c customer.Customer, reason string) (all []part, err error) {
	for _, one := range []struct {
		may  access.Permission
		read func() (part, error)
	}{
		{access.ContactRead, func() (part, error) { return p.contacts(ctx, c, reason) }},
		{access.FollowUpRead, func() (part, error) { return p.talks(ctx, c) }},
		{access.OrderRead, func() (part, error) { return p.orders(ctx, c) }},
		{access.CustomerRead, func() (part, error) { return p.files(ctx, c) }},
	} {
		if !p.who.Can(one.may) {
			continue
		}
		got, err := one.read()
		if err != nil {
			return nil, err
		}
		if len(got.table.Rows) > 0 {
			all = append(all, got)
		}
	}
	return all, nil
}

func (p *print) contacts(ctx context.Context, c customer.Customer, reason string) (part, error) {
	people, err := p.s.Directory.Of(ctx, p.who, c.ID, struct{}{})
	out := part{heading: p.say("contacts"), table: p.table("person", "title", "role", "reach", "influence", "attitude")}
	for i := range people.Items {
		x := &people.Items[i]
		if reason != "" {
			if err := p.reveal(ctx, x, reason); err != nil {
				return out, err
			}
		}
		out.table.Rows = append(out.table.Rows, []string{x.Name, joined(" ", string(x.Department), p.word("title", x.Title)), p.word("contact_role", x.Role), reach(x), p.word("influence", x.Influence), p.word("attitude", x.Attitude)})
	}
	return out, err
}

// reach are the ways to somebody, as they may be shown.
func reach(c *contact.Contact) string {
	return joined("  ", string(c.Mobile), string(c.Mobile2), string(c.Phone), string(c.Email), string(c.WeChat))
}

func joined(between string, words ...string) string {
	var all []string
	for _, w := range words {
		if w != "" {
			all = append(all, w)
		}
	}
	return strings.Join(all, between)
}

func (p *print) talks(ctx context.Context, c customer.Customer) (part, error) {
	page, err := p.s.FollowUps.Of(ctx, p.who, c.ID, followup.Query{Limit: talks})
	out := part{heading: p.say("talks"), table: p.table("when", "method", "by", "content"), note: p.more(page.Next, talks)}
	for _, f := range page.Items {
		out.table.Rows = append(out.table.Rows, []string{p.moment(f.HappenedAt), p.word("method", api.Text(f.Method)), string(f.AuthorName), joined("\n", f.Content, string(f.Conclusion))})
	}
	return out, err
}

func (p *print) orders(ctx context.Context, c customer.Customer) (part, error) {
	page, err := p.s.Orders.Of(ctx, p.who, c.ID, order.Query{Limit: orders})
	out := part{heading: p.say("orders"), table: p.table("number", "day", "state", "amount"), note: p.more(page.Next, orders)}
	out.table.Columns[3].Number = true
	for _, o := range page.Items {
		amount := "—"
		if o.AmountFen != nil {
			amount = money.OnPaper(*o.AmountFen)
		}
		out.table.Rows = append(out.table.Rows, []string{o.Code, o.OrderedOn, p.word("order_state", api.Text(o.State)), amount})
	}
	return out, err
}

func (p *print) files(ctx context.Context, c customer.Customer) (part, error) {
	page, err := p.s.Files.Of(ctx, p.who, c.ID, attachment.Query{Limit: files})
	out := part{heading: p.say("files"), table: p.table("file", "kind", "size"), note: p.more(page.Next, files)}
	for _, f := range page.Items {
		out.table.Rows = append(out.table.Rows, []string{f.Name, p.word("file_type", api.Text(f.Kind)), strconv.FormatInt((f.Size+1023)/1024, 10) + " KB"})
	}
	return out, err
}

// Visit prints 拜访记录: one talk, to be signed by both sides.
func (s *Service) Visit(ctx context.Context, who access.Actor, id string, _ struct{}) (out api.Sheet, err error) {
	f, err := s.FollowUps.Get(ctx, who, id)
	if err != nil {
		return out, err
	}
	c, err := s.Customers.Get(ctx, who, f.CustomerID)
	if err != nil {
		return out, err
	}
	if !leaves(who, c) {
		return out, db.ErrNotYours
	}
	p, err := s.begin(ctx, who, "visit", audit.Entry{Action: "follow_up.print", Kind: "follow_up", Record: id, Customer: c.ID})
	if err != nil {
		return out, err
	}
	fact := func(key, value string) paper.Fact { return paper.Fact{Label: p.say(key), Value: value} }
	facts := []paper.Fact{fact("company", c.Name), fact("number", f.Code), fact("when", p.moment(f.HappenedAt)), fact("method", p.word("method", api.Text(f.Method))),
		fact("by", string(f.AuthorName)), fact("companions", names(f.Companions)), fact("people", names(f.Contacts)), fact("outcome", p.word("outcome", f.Outcome)),
		fact("content", f.Content), fact("quote", string(f.Quote)), fact("conclusion", string(f.Conclusion))}
	if f.NextStep != nil {
		facts = append(facts, fact("next", joined("  ", f.NextStep.What, f.NextStep.DueOn)))
	}
	var shown []paper.Fact
	for _, x := range facts {
		if x.Value != "" {
			shown = append(shown, x)
		}
	}
	promises := p.table("promised", "what", "due")
	for _, v := range f.Promises {
		promises.Rows = append(promises.Rows, []string{p.say("by_" + v.By), v.What, string(v.DueOn)})
	}
	p.cover.About = append(p.cover.About, f.Code)
	return p.sheet(c.Name, func(d *paper.Document) {
		d.Facts(shown)
		if len(promises.Rows) > 0 {
			d.Heading(p.say("promises"), 16)
			d.Table(promises)
		}
		d.Signs([]string{p.say("sign_theirs"), p.say("sign_ours")}, p.say("seal"))
	}), nil
}

func names(all []followup.Named) string {
	var out []string
	for _, n := range all {
		out = append(out, n.Name)
	}
	return strings.Join(out, " ")
}
