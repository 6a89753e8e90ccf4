package winback

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/desk"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
)

// Get gives one plan.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Plan, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Plan, error) { return s.load(tx, id) })
}

func (s *Service) load(tx *db.Tx, id string) (Plan, error) {
	p, err := db.One[Plan](tx, get, db.Args{"id": id})
	if err != nil {
		return p, err
	}
	all := []Plan{p}
	err = s.show(tx, all)
	return all[0], err
}

// whole is a plan with everything in clear, for what judges and changes it.
func (s *Service) whole(tx *db.Tx, id string) (p Plan, t texts, key crypt.Subject, err error) {
	if p, err = db.One[Plan](tx, get, db.Args{"id": id}); err != nil {
		return p, t, key, err
	}
	if key, err = s.Vault.Of(tx, p.CustomerID); err != nil {
		return p, t, key, err
	}
	if err = desk.Open(key, place(id), p.Sealed, &t); err != nil {
		return p, t, key, err
	}
	rows, err := db.All[measureRow](tx, measuresOf, db.Args{"ids": []string{id}})
	for _, r := range rows {
		m, err := r.open(key)
		if err != nil {
			return p, t, key, err
		}
		p.Measures = append(p.Measures, m)
	}
	return p, t, key, err
}

func (r measureRow) open(key crypt.Subject) (Measure, error) {
	var t measureText
	err := desk.Open(key, measurePlace(r.ID), r.Texts, &t)
	return Measure{ID: r.ID, What: t.What, OwnerID: string(r.OwnerID), OwnerName: r.OwnerName, DueOn: r.DueOn, DoneOn: r.DoneOn}, err
}

// Query of a list of plans.
type Query struct {
	Owner  string `query:"owner" maxLength:"64" default:"all" doc:"me, all, or a user's id."`
	State  string `query:"state" enum:"open,won_back,failed,given_up"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"2000"`
}

// List gives the plans of all customers in reach, the latest first.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (api.Page[Plan], error) {
	return s.Of(ctx, who, "", q)
}

// Of gives those of one customer.
func (s *Service) Of(ctx context.Context, who access.Actor, customerID string, q Query) (api.Page[Plan], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[Plan], err error) {
		w := db.With{Order: db.Down("w.created_at", "w.id"), After: q.Cursor, Limit: q.Limit, Key: customerID + "\x00" + q.Owner + q.State}
		if customerID != "" {
			w.Where = append(w.Where, db.When("w.customer_id = :customer", db.Args{"customer": customerID}))
		}
		if q.State != "" {
			w.Where = append(w.Where, db.When("w.state = :state", db.Args{"state": q.State}))
		}
		switch q.Owner {
		case "", "all":
		case "me":
			w.Where = append(w.Where, db.When("w.owner_id = :owner", db.Args{"owner": who.Place()}))
		default:
			w.Where = append(w.Where, db.When("w.owner_id = :owner", db.Args{"owner": q.Owner}))
		}
		rows, err := db.Page[Plan](tx, list, nil, w)
		if err != nil {
			return p, err
		}
		p = api.Page[Plan]{Items: rows.Rows, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}
		return p, s.show(tx, p.Items)
	})
}

// show opens texts as the viewer may read them.
func (s *Service) show(tx *db.Tx, all []Plan) error {
	if len(all) == 0 {
		return nil
	}
	now, err := today(tx)
	if err != nil {
		return err
	}
	var ids, customers []string
	for _, p := range all {
		ids, customers = append(ids, p.ID), append(customers, p.CustomerID)
	}
	near, keys, names, err := s.Near(tx, customers, write)
	if err != nil {
		return err
	}
	rows, err := db.All[measureRow](tx, measuresOf, db.Args{"ids": ids})
	if err != nil {
		return err
	}
	for i := range all {
		p := &all[i]
		p.Measures, p.MayChange = []Measure{}, near[p.CustomerID] && p.State == Open
		p.Overdue = p.State == Open && p.DueOn != "" && string(p.DueOn) < now
		if name, ok := names[p.CustomerID]; ok {
			p.CustomerName = api.Text(name)
		}
		key, ok := keys[p.CustomerID]
		if !ok {
			continue // erased: what was planned is gone, that something was stays
		}
		var t texts
		if err := desk.Open(key, place(p.ID), p.Sealed, &t); err != nil {
			return err
		}
		prose := func(text string) string { return customer.Prose(actor(tx), near[p.CustomerID], text) }
		p.Cause, p.Outcome = prose(t.Cause), api.Text(prose(t.Outcome))
		for _, r := range rows {
			if r.Plan != p.ID {
				continue
			}
			m, err := r.open(key)
			if err != nil {
				return err
			}
			m.What, m.Overdue = prose(m.What), p.State == Open && m.DoneOn == "" && m.DueOn != "" && m.DueOn < now
			p.Measures = append(p.Measures, m)
		}
	}
	return nil
}

// A Mark is a plan and when it was opened.
type Mark struct {
	ID string   `db:"id"`
	At api.Time `db:"at"`
}

// Latest gives the last plans of a customer up to an instant, as its timeline asks for them.
func (s *Service) Latest(tx *db.Tx, customerID string, before int64, most int) ([]Plan, error) {
	rows, err := db.All[Mark](tx, stood, db.Args{"customer": customerID, "before": before, "most": most})
	var out []Plan
	for _, r := range rows {
		p, err := s.load(tx, r.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, err
}

// Purged deletes the plans of a customer that leaves the bin for good.
func (s *Service) Purged(tx *db.Tx, customerID string) error {
	for _, q := range []db.Query{purgeMeasures, purge} {
		if _, err := tx.As(program).ChangeAll(q, db.Args{"customer": customerID}); err != nil {
			return err
		}
	}
	return nil
}

// Routes are the operations on plans.
func (s *Service) Routes(r *api.Router) {
	at := func(path string, may access.Permission) api.Op { return api.Op{Path: path, May: may, On: Table} }
	api.ListUnder(r, api.Op{Path: "/customers/{id}/win-backs", May: access.FollowUpRead, On: customer.Table}, s.Of)
	api.CreateUnder(r, api.Op{Path: "/customers/{id}/win-backs", May: access.FollowUpWrite, On: customer.Table}, s.Create, s.Get)
	api.List(r, api.Op{Path: "/win-backs", May: access.FollowUpRead}, s.List)
	api.Get(r, at("/win-backs/{id}", access.FollowUpRead), s.Get)
	api.Change(r, at("/win-backs/{id}", access.FollowUpWrite), s.Change)
	api.Do(r, at("/win-backs/{id}/finish", access.FollowUpWrite), s.Finish)
}
