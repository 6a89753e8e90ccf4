package demo

import (
	"context"
	"slices"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/segment"
	"zhike/internal/demo/back"
	"zhike/internal/demo/market"
	"zhike/internal/demo/story"
	"zhike/internal/platform/db"
)

// planMarket: what customers order, and into which tiers that brings them as the year goes by.
func (f *fill) planMarket() error {
	t, err := market.New(market.Market{Orders: f.Orders, At: f.at, Now: f.Now, Quiet: f.crowd.Quiet}, f.Seed)
	if err != nil {
		return err
	}
	for _, c := range f.clients {
		x := market.Client{Key: c.key, Name: c.in.Name.V, Product: c.slots["prod"], PriceFen: c.price, Signed: c.signed, Used: c.used, ID: func() string { return c.id }, Owner: c.owner,
			Clear: func(t time.Time) time.Time { return f.clear(c, t) }}
		switch {
		case c.key != "":
			if err := t.Tell(x); err != nil {
				return err
			}
		case !c.draft && c.trade != nil:
			x.Form = c.trade.Form
			t.Live(x)
		}
	}
	for _, a := range t.Acts() {
		f.as(a.By, a.At, a.What, a.Do)
	}
	for d := 6 - f.Days; d < 0; d += 14 {
		f.on(f.exact(d, 20, 0), "segments", f.Segments.Refresh)
	}
	return nil
}

// planBack: what people look back at, and what they do about it.
func (f *fill) planBack() error {
	return back.Plan(back.Stage{House: f.House.House, Account: f.Account, FollowUps: f.FollowUps, Directory: f.Directory, Segments: f.Segments, At: f.exact, Told: f.at, On: f.on, Merged: func() { f.out.Customers-- }, Actor: func(login string) access.Actor { return f.actors[login] },
		Customer: func(key string) string {
			return f.clients[slices.IndexFunc(f.clients, func(c *client) bool { return c.key == key })].id
		}})
}

// set plans that facts of a story's customer become known.
func (f *fill) set(c *client, at time.Time, a story.Told) {
	f.as(c.owner(at), at, c.in.Name.V, func(tx *db.Tx) error {
		var in customer.Change
		if a.Set != nil {
			in = *a.Set
		}
		if a.Manager != "" {
			in.AccountManagerID = api.Some(f.actors[a.Manager].ID())
		}
		return f.Customers.WriteIn(tx, c.id, 0, in)
	})
}

// takeOn plans that the playbook of a tier is taken on for a customer that has come into it.
func (f *fill) takeOn(c *client, at time.Time, tier string) {
	first := new(string) // what comes first is done the next day
	f.on(at.Add(-5*time.Minute), "segments", f.Segments.Refresh)
	f.on(at, c.in.Name.V+" # "+tier, func(ctx context.Context) error {
		who := f.actors[c.owner(at)]
		all, err := f.Segments.List(ctx, who, segment.Query{})
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all.Items, func(g segment.Segment) bool { return string(g.Code) == tier })
		made, err := f.Segments.Take(ctx, who, c.id, segment.Taking{SegmentID: all.Items[i].ID})
		f.out.Tasks += len(made.Items)
		if len(made.Items) > 0 {
			*first = made.Items[0].ID
		}
		return err
	})
	f.done(c.owner(at), f.bounded(at, at.AddDate(0, 0, 1)), first)
}

// budget is how sure a customer's money is and how long it takes to decide: of its price, so
// that no chance is spent on it.
func (c *client) budget() (enough api.Opt[string], months api.Opt[int64], state api.Opt[string]) {
	n := c.price / 100 % 10
	return api.Some([]string{"yes", "unconfirmed", "no", "yes", "unconfirmed", "yes", "unconfirmed", "yes", "no", "unconfirmed"}[n]),
		api.Some([]int64{2, 3, 1, 4, 2, 6, 3, 1, 5, 8}[n]), api.Some("following")
}
