package directory

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/search"
	"zhike/internal/base/setting"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
)

// Of gives the contacts of one customer, the primary one first.
func (s *Service) Of(ctx context.Context, who access.Actor, id string, _ struct{}) (api.Items[contact.Contact], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[contact.Contact], err error) {
		out.Items, err = s.People(tx, id)
		return out, err
	})
}

// Get gives one.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (contact.Contact, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (contact.Contact, error) { return s.load(tx, id) })
}

func (s *Service) load(tx *db.Tx, id string) (contact.Contact, error) {
	c, err := db.One[contact.Contact](tx, get, db.Args{"id": id})
	if err != nil {
		return c, err
	}
	near, err := tx.Among(customer.Table, add(access.FollowUpWrite), []string{c.CustomerID})
	if err != nil {
		return c, err
	}
	all := []contact.Contact{c}
	owned, err := s.pooled(tx, near, all)
	if err != nil {
		return c, err
	}
	if err := s.show(tx, all, near, owned); err != nil || s.Pending == nil {
		return all[0], err
	}
	all[0].Pending, err = s.Pending(tx, id)
	return all[0], err
}

// pooled says which customers of contacts lie in the open pool, unless the viewer works with them.
func (s *Service) pooled(tx *db.Tx, near map[string]bool, all []contact.Contact) (func(string) bool, error) {
	var far []string
	for _, c := range all {
		if !near[c.CustomerID] {
			far = append(far, c.CustomerID)
		}
	}
	if len(far) == 0 {
		return nil, nil
	}
	rows, err := db.All[struct {
		ID string `db:"id"`
	}](tx, inPool, db.Args{"ids": far})
	in := map[string]bool{}
	for _, r := range rows {
		in[r.ID] = true
	}
	return func(id string) bool { return in[id] }, err
}

// List gives contacts of all customers in reach.
func (s *Service) List(ctx context.Context, who access.Actor, q api.ListQuery) (api.Page[contact.Contact], error) {
	if err := search.Check(q.Q); err != nil {
		return api.Page[contact.Contact]{}, err
	}
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Page[contact.Contact], err error) {
		zone, err := setting.Zone(tx)
		if err != nil {
			return out, err
		}
		w := db.With{After: q.Cursor, Limit: q.Limit, Key: q.Filter + "\x00" + q.Q}
		if w.Where, err = s.Fields().Compile(tx, zone, q.Filter); err != nil {
			return out, err
		}
		if q.Q != "" {
			c, err := s.sought(tx, q.Q)
			if err != nil {
				return out, err
			}
			w.Where = append(w.Where, c)
		}
		daily, err := customer.DailyOf(tx, db.Col("p.customer_id"))
		if err != nil {
			return out, err
		}
		w.Where = append(w.Where, daily)
		page, err := own.Page[contact.Contact](tx, s.Fields(), q.Sort, "-updated_at", list, besides, w)
		if err != nil {
			return out, err
		}
		out = api.Page[contact.Contact]{Items: page.Rows, Next: api.Text(page.Next), Prev: api.Text(page.Prev)}
		if q.Count {
			n, err := db.Find[db.Count](tx, count, nil, db.With{Where: w.Where, Limit: api.CountCap + 1})
			if err != nil {
				return out, err
			}
			out.Counted(n[0].N)
		}
		return out, s.showMany(tx, out.Items)
	})
}

func (s *Service) showMany(tx *db.Tx, all []contact.Contact) error {
	var ids []string
	for _, c := range all {
		ids = append(ids, c.CustomerID)
	}
	near, err := tx.Among(customer.Table, add(access.FollowUpWrite), ids)
	if err != nil {
		return err
	}
	in, err := s.pooled(tx, near, all)
	if err != nil {
		return err
	}
	return s.show(tx, all, near, in)
}

// show makes contacts what a viewer may see of them: near names the customers he works with,
// pooled those whose contact values stay hidden until claimed.
func (s *Service) show(tx *db.Tx, all []contact.Contact, near map[string]bool, pooled func(customer string) bool) error {
	who := actor(tx)
	var ids []string
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	keys, err := s.Vault.Many(tx, ids)
	if err != nil {
		return err
	}
	var customers []string
	for _, c := range all {
		customers = append(customers, c.CustomerID)
	}
	clear, err := s.Customers.ClearNames(tx, customers)
	if err != nil {
		return err
	}
	also, err := s.places(tx, ids)
	if err != nil {
		return err
	}
	chief, err := s.chiefNames(tx, all, near)
	if err != nil {
		return err
	}
	var faces []own.Face
	for i := range all {
		c := &all[i]
		faces = append(faces, own.Face{ID: c.ID, Values: &c.Custom, Sealed: c.ID, Prose: func(text string) string { return customer.Prose(who, near[c.CustomerID], text) }})
		if c.AlsoAt = also[c.ID]; c.AlsoAt == nil {
			c.AlsoAt = []contact.Place{}
		}
		if r, ok := chief[string(c.ReportsTo)]; ok {
			c.ReportsToName = api.Text(r.masked)
			if r.clear != "" {
				c.ReportsToName = api.Text(r.clear)
			}
		}
		c.Name = c.NameMasked
		key, ok := keys[c.ID]
		if ok && near[c.CustomerID] {
			if c.Name, err = contact.OpenName(key, c.ID, c.NameSealed); err != nil {
				return err
			}
		}
		if name, ok := clear[c.CustomerID]; ok {
			c.CustomerName = api.Text(name)
		} else if c.CustomerKind == customer.Individual {
			c.CustomerName = api.Text(rule.MaskName(string(c.CustomerName)))
		}
		if ok {
			if err := c.OpenTexts(key, who, near[c.CustomerID]); err != nil {
				return err
			}
		}
		if who.Sees(access.ContactValues) == access.Hidden || pooled != nil && pooled(c.CustomerID) {
			c.Mobile, c.Mobile2, c.Phone, c.Email, c.WeChat = "", "", "", "", ""
			if err := s.own().Conceal(tx, c.Custom); err != nil {
				return err
			}
		}
	}
	return s.own().Show(tx, keys, faces)
}

type chiefName struct{ masked, clear string }

// chiefNames are those of whom the contacts report to, each at the same customer as they.
func (s *Service) chiefNames(tx *db.Tx, all []contact.Contact, near map[string]bool) (map[string]chiefName, error) {
	out := map[string]chiefName{}
	var ids []string
	open := map[string]bool{} // a name is opened only where it is shown
	for _, c := range all {
		if c.ReportsTo != "" {
			ids = append(ids, string(c.ReportsTo))
			open[string(c.ReportsTo)] = near[c.CustomerID]
		}
	}
	if len(ids) == 0 {
		return out, nil
	}
	rows, err := db.All[struct {
		ID     string `db:"id"`
		Masked string `db:"name_masked"`
		Sealed []byte `db:"name_sealed"`
	}](tx, namesOf, db.Args{"ids": ids})
	if err != nil {
		return nil, err
	}
	keys, err := s.Vault.Many(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		n := chiefName{masked: r.Masked}
		if key, ok := keys[r.ID]; ok && open[r.ID] {
			if n.clear, err = contact.OpenName(key, r.ID, r.Sealed); err != nil {
				return nil, err
			}
		}
		out[r.ID] = n
	}
	return out, nil
}
