package order

import (
	"context"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/search"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// Get gives one order.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Order, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Order, error) { return s.load(tx, id) })
}

func (s *Service) load(tx *db.Tx, id string) (Order, error) {
	o, err := db.One[Order](tx, get, db.Args{"id": id})
	if err != nil {
		return o, err
	}
	all := []Order{o}
	err = s.show(tx, all)
	return all[0], err
}

// clear reads an order whole, for a change of it.
func (s *Service) clear(tx *db.Tx, id string) (o Order, err error) {
	if o, err = db.One[Order](tx, get, db.Args{"id": id}); err != nil {
		return o, err
	}
	key, err := s.Vault.Of(tx, o.CustomerID)
	if err != nil {
		return o, err
	}
	t, err := open(key, id, o.Sealed)
	if err != nil {
		return o, err
	}
	o.Remark = api.Text(t.Remark)
	if err := s.own().Said(tx, key, id, o.Custom); err != nil {
		return o, err
	}
	o.Lines, err = db.All[Line](tx, linesOf, db.Args{"ids": []string{id}})
	return o, err
}

// Query of a list of orders.
type Query struct {
	Filter string `query:"filter" maxLength:"8192"`
	Sort   string `query:"sort" maxLength:"60"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"2000"`
	Count  bool   `query:"count"`
	Sum    bool   `query:"sum" doc:"Also the sum of what the filter keeps, cancelled orders left out."`
}

// A Page of orders.
type Page struct {
	api.Page[Order]
	SumFen *int64 `json:"sum_fen,omitempty" doc:"With sum=1, for who may see amounts."`
}

// List gives the orders of all customers in reach, the latest first.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (Page, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Page, error) { return s.page(tx, q, "") })
}

// Of gives those of one customer.
func (s *Service) Of(ctx context.Context, who access.Actor, id string, q Query) (Page, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Page, error) { return s.page(tx, q, id) })
}

// Latest gives the orders of one customer that the viewer may see, the latest first.
func (s *Service) Latest(tx *db.Tx, customerID string, n int) ([]Order, error) {
	p, err := s.page(tx, Query{Limit: n}, customerID)
	return p.Items, err
}

func (s *Service) page(tx *db.Tx, q Query, customerID string) (p Page, err error) {
	who, _ := tx.Who().(access.Actor)
	zone, err := setting.Zone(tx)
	if err != nil {
		return p, err
	}
	w := db.With{After: q.Cursor, Limit: q.Limit, Key: q.Filter + "\x00" + customerID}
	if w.Where, err = s.Fields().Compile(tx, zone, q.Filter); err != nil {
		return p, err
	}
	if customerID != "" {
		w.Where = append(w.Where, db.When("o.customer_id = :customer", db.Args{"customer": customerID}))
	}
	rows, err := own.Page[Order](tx, s.Fields(), q.Sort, "-ordered_on", list, besides, w)
	if err != nil {
		return p, err
	}
	p.Page = api.Page[Order]{Items: rows.Rows, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}
	if q.Count {
		n, err := db.Find[db.Count](tx, count, nil, db.With{Where: w.Where, Limit: api.CountCap + 1})
		if err != nil {
			return p, err
		}
		p.Counted(n[0].N)
	}
	if q.Sum && who.Sees(access.Amounts) == access.Shown {
		n, err := db.Find[db.Count](tx, sum, nil, db.With{Where: w.Where})
		if err != nil {
			return p, err
		}
		p.SumFen = &n[0].N
	}
	return p, s.show(tx, p.Items)
}

// show opens the texts of orders, adds their lines, and hides what the viewer may not see.
func (s *Service) show(tx *db.Tx, all []Order) error {
	if len(all) == 0 {
		return nil
	}
	who, _ := tx.Who().(access.Actor)
	var ids, customers []string
	for _, o := range all {
		ids, customers = append(ids, o.ID), append(customers, o.CustomerID)
	}
	near, err := tx.Among(customer.Table, db.Add(string(access.FollowUpWrite)), customers)
	if err != nil {
		return err
	}
	keys, err := s.Vault.Many(tx, customers)
	if err != nil {
		return err
	}
	clear, err := s.Customers.ClearNames(tx, customers)
	if err != nil {
		return err
	}
	lines, err := db.All[Line](tx, linesOf, db.Args{"ids": ids})
	if err != nil {
		return err
	}
	amounts := who.Sees(access.Amounts) == access.Shown
	of, faces := map[string][]Line{}, []own.Face{}
	for _, l := range lines {
		if !amounts {
			l.PriceFen, l.AmountFen, l.DiscountBP = nil, nil, 0
		}
		of[l.Order] = append(of[l.Order], l)
	}
	for i := range all {
		o := &all[i]
		if o.Lines = of[o.ID]; o.Lines == nil {
			o.Lines = []Line{}
		}
		if amounts {
			o.AmountFen = &o.Amount
		}
		if name, ok := clear[o.CustomerID]; ok {
			o.CustomerName = api.Text(name)
		}
		prose := func(text string) string { return customer.Prose(who, near[o.CustomerID], text) }
		faces = append(faces, own.Face{ID: o.ID, Values: &o.Custom, Sealed: o.CustomerID, Prose: prose})
		key, ok := keys[o.CustomerID]
		if !ok {
			continue // erased
		}
		t, err := open(key, o.ID, o.Sealed)
		if err != nil {
			return err
		}
		o.Remark = api.Text(prose(t.Remark))
	}
	return s.own().Show(tx, keys, faces)
}

// Fields are the catalogue, which a filter may also ask for the customer.
func (s *Service) Fields() *customfield.Catalogue {
	return s.Customers.Own.Adding(Catalogue).Asking("customer", s.Customers.Asked(db.Col("o.customer_id")))
}

// Find answers the search over everything with the order of that number.
func (s *Service) Find(tx *db.Tx, q string, limit int) ([]search.Hit, error) {
	if len(q) < 4 || !tx.Who().May(string(access.OrderRead)) {
		return nil, nil
	}
	q = strings.ToUpper(q)
	w := db.With{Where: []db.Cond{db.AnyOf(db.Starts(db.Col("o.code"), q), db.Compare(db.Col("o.reference"), "=", q))}, Order: db.Down("o.ordered_on", "o.id"), Limit: limit}
	rows, err := db.Find[Order](tx, list, nil, w)
	if err != nil {
		return nil, err
	}
	if err := s.show(tx, rows); err != nil {
		return nil, err
	}
	var hits []search.Hit
	for _, o := range rows {
		hits = append(hits, search.Hit{Kind: "order", ID: o.ID, Title: o.Code, Subtitle: string(o.CustomerName)})
	}
	return hits, nil
}

// CountOf counts the orders of one customer that the viewer may see.
func (s *Service) CountOf(tx *db.Tx, id string) (int64, error) {
	n, err := db.One[db.Count](tx, countOf, db.Args{"customer": id})
	return n.N, err
}

func drop(tx *db.Tx, id string) error {
	for _, q := range []db.Query{dropLines, dropOrder} {
		if _, err := tx.ChangeAll(q, db.Args{"order": id}); err != nil {
			return err
		}
	}
	return own.Drop(tx, id)
}

// Purged deletes the orders of a customer that leaves the bin for good.
func (s *Service) Purged(tx *db.Tx, customerID string) error {
	for _, q := range []db.Query{purgeLines, purgeOrders} {
		if _, err := tx.As(program).ChangeAll(q, db.Args{"customer": customerID}); err != nil {
			return err
		}
	}
	return nil
}

// EmptyBin deletes orders that have lain in the bin for customer.bin_days; it gives how many.
func (s *Service) EmptyBin(ctx context.Context) (int, error) {
	return db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		keep, err := setting.BinDays.In(tx)
		if err != nil {
			return 0, err
		}
		old, err := db.All[struct {
			ID       string `db:"id"`
			Customer string `db:"customer_id"`
		}](tx, expired, db.Args{"before": tx.Now().AddDate(0, 0, -int(keep)).UnixMilli()})
		if err != nil {
			return 0, err
		}
		for _, o := range old {
			if err := drop(tx, o.ID); err != nil {
				return 0, err
			}
			if err := audit.Note(tx, audit.Entry{Action: "order.purge", Kind: "order", Record: o.ID, Customer: o.Customer}); err != nil {
				return 0, err
			}
		}
		return len(old), nil
	})
}

// Routes are the operations on orders.
func (s *Service) Routes(r *api.Router) {
	at := func(path string, may access.Permission) api.Op { return api.Op{Path: path, May: may, On: Table} }
	api.ListUnder(r, api.Op{Path: "/customers/{id}/orders", May: access.OrderRead, On: customer.Table}, s.Of)
	api.CreateUnder(r, api.Op{Path: "/customers/{id}/orders", May: access.OrderWrite, On: customer.Table}, s.PlaceFor, s.Get)
	api.List(r, api.Op{Path: "/orders", May: access.OrderRead}, s.List)
	api.Create(r, api.Op{Path: "/orders", May: access.OrderWrite}, s.Place, s.Get)
	api.Get(r, at("/orders/{id}", access.OrderRead), s.Get)
	api.Change(r, at("/orders/{id}", access.OrderWrite), s.Change)
	api.Delete(r, at("/orders/{id}", access.OrderWrite), s.Delete)
	api.Act(r, at("/orders/{id}/restore", access.OrderWrite), s.Restore)
}
