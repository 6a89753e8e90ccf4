package keychange

import (
	"context"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/privacy"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/keychange/held"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
)

// Pending says what waits of what the viewer himself asked of a customer.
func (s *Service) Pending(tx *db.Tx, id string) (*held.Waiting, error) {
	return s.mine(tx, standing, db.Args{"customer": id}, func(r Request) bool { return r.Kind == OfCustomer })
}

// OfPerson is Pending of a contact, or of one who is to be added.
func (s *Service) OfPerson(tx *db.Tx, id string) (*held.Waiting, error) {
	if request, ok := strings.CutPrefix(id, contact.Waits); ok {
		return s.mine(tx, byID, db.Args{"id": request}, func(r Request) bool { return r.Kind == directory.Adding })
	}
	return s.mine(tx, ofContact, db.Args{"contact": id}, func(r Request) bool { return peoples(r.Kind) })
}

func (s *Service) mine(tx *db.Tx, q db.Query, args db.Args, of func(Request) bool) (out *held.Waiting, err error) {
	me := tx.Who().ID()
	if me == "" || actor(tx).Program() {
		return nil, nil
	}
	all, err := db.All[Request](tx, q, args)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		if r.AskerID != me || !of(r) {
			continue
		}
		if out == nil {
			out = &held.Waiting{ID: r.ID, WaitsFor: r.waitsFor()}
		}
		out.Fields = append(out.Fields, held.Names(r.Kept.V)...)
	}
	return out, nil
}

func (r Request) waitsFor() api.Text {
	switch {
	case r.Owner != "" && string(r.Owner) != r.AskerID:
		return r.OwnerName
	case r.Owner != "" && r.Leader != "" && r.Leader != r.Owner:
		return r.LeaderName
	}
	return ""
}

// Get gives one request.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Request, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Request, error) { return s.load(tx, id) })
}

// List gives what waits for the viewer, or what he asked; the newest first.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (api.Page[Request], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Page[Request], err error) {
		mode, err := Mode.In(tx)
		if err != nil {
			return out, err
		}
		me := who.ID()
		query, args := list, db.Args(nil)
		w := db.With{Order: db.Down("k.asked_at", "k.id"), After: q.Cursor, Limit: q.Limit, Key: q.State}
		switch {
		case q.Mine && q.State == Open:
			w.Where, w.Key = append(w.Where, db.When("k.asker_id = :me AND k.state = 'open'", db.Args{"me": me})), "mine"
		case q.Mine:
			w.Where, w.Key = append(w.Where, db.When("k.asker_id = :me AND k.state <> 'open'", db.Args{"me": me})), "mine settled"
		case q.State == Open:
			strict := int64(0)
			if mode == held.Everybody {
				strict = 1
			}
			query, args = waiting, db.Args{"me": me, "strict": strict}
			if !who.Can(access.CustomerWrite) {
				w.Where = append(w.Where, db.Nothing())
			}
		default:
			w.Where = append(w.Where, db.When("k.decided_by = :me", db.Args{"me": me}))
		}
		if !who.Can(access.ContactRead) {
			w.Where = append(w.Where, db.When("k.kind = 'customer'", nil))
		}
		page, err := db.Page[Request](tx, query, args, w)
		if err != nil {
			return out, err
		}
		out = api.Page[Request]{Items: page.Rows, Next: api.Text(page.Next), Prev: api.Text(page.Prev)}
		return out, s.show(tx, out.Items)
	})
}

// recent is how many requests a customer's page shows.
const recent = 50

// Of gives the requests about one customer and its people, the newest first.
func (s *Service) Of(ctx context.Context, who access.Actor, id string, _ struct{}) (api.Items[Request], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Request], err error) {
		w := db.With{Where: []db.Cond{db.When("k.customer_id = :customer", db.Args{"customer": id})}, Order: db.Down("k.asked_at", "k.id"), Limit: recent}
		if !who.Can(access.ContactRead) {
			w.Where = append(w.Where, db.When("k.kind = 'customer'", nil))
		}
		page, err := db.Page[Request](tx, list, nil, w)
		if err != nil {
			return out, err
		}
		out.Items = page.Rows
		return out, s.show(tx, out.Items)
	})
}

func (s *Service) load(tx *db.Tx, id string) (Request, error) {
	r, err := db.One[Request](tx, byID, db.Args{"id": id})
	if err != nil {
		return r, err
	}
	if peoples(r.Kind) && !actor(tx).Can(access.ContactRead) {
		return r, db.ErrNotFound
	}
	all := []Request{r}
	err = s.show(tx, all)
	return all[0], err
}

// A view is what the viewer may read of some requests.
type view struct {
	who    access.Actor
	mode   string
	near   map[string]bool
	keys   map[string]crypt.Subject // of customers and contacts
	names  map[string]string        // of individuals, in clear
	people map[string]person
	own    []own.Field
}

func (s *Service) view(tx *db.Tx, all []Request) (v view, err error) {
	v.who, v.people = actor(tx), map[string]person{}
	var customers, contacts []string
	for _, r := range all {
		if customers = append(customers, r.CustomerID); r.ContactID != "" {
			contacts = append(contacts, string(r.ContactID))
		}
	}
	if v.mode, err = Mode.In(tx); err != nil {
		return v, err
	}
	if v.near, err = tx.Among(customer.Table, db.Add(string(access.FollowUpWrite)), customers); err != nil {
		return v, err
	}
	if v.names, err = s.Customers.ClearNames(tx, customers); err != nil {
		return v, err
	}
	if v.own, err = s.Customers.Own.Of(tx, "customer"); err != nil {
		return v, err
	}
	if v.keys, err = s.Vault.Many(tx, slices.Concat(customers, contacts)); err != nil || len(contacts) == 0 {
		return v, err
	}
	rows, err := db.All[person](tx, people, db.Args{"ids": contacts})
	for _, p := range rows {
		v.people[p.ID] = p
	}
	return v, err
}

// show makes requests what the viewer may read of them.
func (s *Service) show(tx *db.Tx, all []Request) error {
	if len(all) == 0 {
		return nil
	}
	v, err := s.view(tx, all)
	if err != nil {
		return err
	}
	for i := range all {
		r := &all[i]
		who, err := someone(tx, r.CustomerID, string(r.Leader))
		if err != nil {
			return err
		}
		r.decides = v.who.Can(access.CustomerWrite) && held.MayDecide(v.mode, who, string(r.Owner), r.AskerID)
		r.MayDecide = r.decides && r.State == Open && !r.Archived
		r.MayWithdraw = r.AskerID == v.who.ID() && r.State == Open && !r.Archived && v.who.Can(access.CustomerWrite)
		if r.State == Open {
			r.WaitsFor = r.waitsFor()
		}
		if err := v.fill(r); err != nil {
			return err
		}
	}
	return nil
}

func (v view) fill(r *Request) error {
	near, key := v.near[r.CustomerID], v.keys[r.CustomerID]
	if name, ok := v.names[r.CustomerID]; ok {
		r.CustomerName = name
	}
	var p proposal
	_, opens := v.keys[r.CustomerID]
	if opens && len(r.Sealed) > 0 {
		if err := privacy.OpenJSON(key, place(r.ID), r.Sealed, &p); err != nil {
			return err
		}
	}
	if opens && len(r.NoteSealed) > 0 {
		note, err := key.Open(placeNote(r.ID), r.NoteSealed)
		if err != nil {
			return err
		}
		r.Note = api.Text(customer.Prose(v.who, near, string(note)))
	}
	now, there := v.people[string(r.ContactID)]
	if there {
		r.ContactName = api.Text(now.Masked)
		if key, ok := v.keys[now.ID]; ok && near {
			name, err := contact.OpenName(key, now.ID, now.Sealed)
			if err != nil {
				return err
			}
			r.ContactName = api.Text(name)
		}
	}
	hidden := v.who.Sees(access.ContactValues) == access.Hidden || r.Owner == "" && !near
	reveals := r.State == Open && r.Owner != "" && near && v.who.Can(access.SensitiveReveal) && v.who.Sees(access.ContactValues) == access.Shown
	r.Fields = []Shown{}
	for _, f := range r.Kept.V {
		shown := Shown{Name: f.Name, Was: api.Text(f.Was), Will: api.Text(f.Will), Alike: f.Was == f.Will}
		switch {
		case f.Name == "contact":
			if near && p.name() != "" { // who is to be added
				shown.Will = api.Text(p.name())
			}
			if r.Kind == directory.Removing {
				shown.Was, shown.Now = r.ContactName, r.ContactName
			} else {
				r.ContactName = shown.Will
			}
		case f.Name == "name":
			shown.Now = api.Text(r.CustomerName)
			if r.Kind != OfCustomer {
				shown.Now = r.ContactName
			}
			if near && p.Name != "" {
				shown.Was = api.Text(p.Name)
				shown.Will = api.Text(p.name())
			}
			shown.Alike = shown.Was == shown.Will
		case r.Kind != OfCustomer:
			shown.Now, shown.Full = api.Text(now.now(f.Name)), reveals && f.Will != ""
			if hidden {
				shown.Was, shown.Now, shown.Will, shown.Full = "", "", "", false
			}
		case f.Name == "credit_code":
			shown.Now = api.Text(r.CodeNow)
		default: // a field of the company's own
			i := slices.IndexFunc(v.own, func(o own.Field) bool { return o.Name == f.Name })
			if i < 0 || !v.own[i].Sees(v.who) {
				continue
			}
			text, _ := r.CustomNow[f.Name].(string)
			shown.Now, shown.Full = api.Text(text), reveals && v.own[i].Hidden() && f.Will != ""
		}
		r.Fields = append(r.Fields, shown)
	}
	return nil
}
