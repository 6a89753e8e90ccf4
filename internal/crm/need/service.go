package need

import (
	"cmp"
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/numbering"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/desk"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Service is what may be done with needs.
type Service struct {
	DB *db.DB
	*desk.Desk
}

// own are the fields that the company added.
func (s *Service) own() own.Part {
	return own.Part{Book: s.Customers.Own, Record: "need", Live: living}
}

// The program's own acts here: what a purge and an import undone take away.
var program = access.Program("need")

func actor(tx *db.Tx) access.Actor {
	who, _ := tx.Who().(access.Actor)
	return who
}

// Create records a need. Errors: 422 by field, 403 not_yours for who sees the customer
// and may not add to it.
func (s *Service) Create(ctx context.Context, who access.Actor, in New) (Need, error) {
	made, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (api.Made, error) {
		id, err := s.CreateIn(tx, in)
		return api.Made(id), err
	})
	if err != nil {
		return Need{}, err
	}
	return s.Get(ctx, who, string(made))
}

// CreateUnder is Create for the customer that the path names.
func (s *Service) CreateUnder(ctx context.Context, who access.Actor, customerID string, in New) (Need, error) {
	if in.CustomerID != "" && in.CustomerID != customerID {
		return Need{}, fault.Rule("invalid", "customer_id")
	}
	in.CustomerID = customerID
	return s.Create(ctx, who, in)
}

type row struct {
	ID         string     `db:"id"`
	Code       string     `db:"code"`
	CustomerID string     `db:"customer_id"`
	Kind       string     `db:"kind"`
	Texts      []byte     `db:"texts"`
	Priority   string     `db:"priority"`
	CreatedAt  api.Time   `db:"created_at"`
	Custom     own.Custom `db:"custom"`
	UpdatedAt  int64      `db:"updated_at"`
}

// CreateIn is Create inside a unit: the one road for forms, imports and generators.
func (s *Service) CreateIn(tx *db.Tx, in New) (string, error) {
	if err := desk.Hangs(tx, in.CustomerID, write); err != nil {
		return "", err
	}
	draft, err := s.own().Born(tx, in.Custom, s.judged(tx, in))
	if err != nil {
		return "", err
	}
	in.complete()
	if in.OwnerID == "" {
		in.OwnerID = tx.Who().ID()
	}
	if in.Created == 0 {
		in.Created = api.On(tx.Now())
	}
	key, err := s.Vault.Of(tx, in.CustomerID)
	if err != nil {
		return "", err
	}
	r := row{ID: tx.NewID(), CustomerID: in.CustomerID, Kind: in.Kind, Priority: in.Priority, CreatedAt: in.Created, Custom: draft.Shown, UpdatedAt: tx.At()}
	if r.Texts, err = desk.Seal(key, place(r.ID), texts{in.Description, in.Solution}); err != nil {
		return "", err
	}
	if r.Code, err = numbering.Next(tx, numbering.Need); err != nil {
		return "", err
	}
	ended := cmp.Or(int64(in.Ended), tx.At())
	by := db.Args{"owner_id": api.Ref(in.OwnerID), "creator_id": api.Ref(tx.Who().ID()), "state": in.State, "imported": in.Imported,
		"closed_at": desk.Closing(false, !IsOpen(in.State), 0, ended), "responded_at": int64(0)}
	if !in.Imported && desk.InHand(in.State, in.Solution) {
		by["responded_at"] = max(int64(in.Created), tx.At())
	}
	if err := tx.Insert(Table, r, record.With(by)); err != nil {
		return "", err
	}
	if err := s.own().Save(tx, key, r.ID, draft); err != nil {
		return "", err
	}
	return r.ID, audit.Note(tx, audit.Entry{Action: "need.create", Kind: "need", Record: r.ID, Customer: in.CustomerID,
		Details: map[string]any{"code": r.Code, "kind": r.Kind, "priority": r.Priority, "state": in.State}})
}

// JudgeIn finds what is wrong with a need before it is recorded, its owner too.
func (s *Service) JudgeIn(tx *db.Tx, in New) error {
	_, err := s.own().Born(tx, in.Custom, s.judged(tx, in))
	return err
}

func (s *Service) judged(tx *db.Tx, in New) error {
	w, err := s.Book.In(tx)
	if err != nil {
		return err
	}
	if err := in.Judged(&desk.Judge{Words: w}, tx.Now()); err != nil || in.OwnerID == "" || in.CustomerID == "" {
		return err
	}
	return s.Owner(tx, "owner_id", in.OwnerID, in.CustomerID, read)
}

// Change changes a need, answers it, or moves it on.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (Need, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Need, err error) {
		if err := s.ChangeIn(tx, id, version, in); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// ChangeIn is Change inside a unit. Closing notes when, and opening again forgets it.
func (s *Service) ChangeIn(tx *db.Tx, id string, version int64, in Change) error {
	p, err := s.plan(tx, id, version, in)
	if err != nil || len(p.diffs)+len(p.own.Changes) == 0 {
		return err
	}
	was, n := p.was, p.now
	if n.OwnerID != was.OwnerID {
		if err := tx.Set(give, id, 0, db.Args{"owner_id": n.OwnerID}); err != nil {
			return err
		}
	}
	answered := desk.Responded(int64(was.RespondedAt), desk.InHand(n.State, p.said.Solution), in.Back != nil, tx.At())
	if n.State != was.State || answered != int64(was.RespondedAt) {
		at := desk.Closing(!IsOpen(was.State), !IsOpen(n.State), int64(was.ClosedAt), tx.At())
		if in.Back != nil {
			at = *in.Back
		}
		if err := tx.Set(step, id, 0, db.Args{"state": n.State, "closed_at": at, "responded_at": answered}); err != nil {
			return err
		}
	}
	key, err := s.Vault.Of(tx, n.CustomerID)
	if err != nil {
		return err
	}
	sealed, err := desk.Seal(key, place(id), p.said)
	if err != nil {
		return err
	}
	if err := tx.Update(Table, id, version, struct {
		Kind     string     `db:"kind"`
		Priority string     `db:"priority"`
		Texts    []byte     `db:"texts"`
		Custom   own.Custom `db:"custom"`
	}{n.Kind, n.Priority, sealed, p.own.Shown}); err != nil {
		return err
	}
	if err := s.own().Save(tx, key, id, p.own); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "need.change", Kind: "need", Record: id, Customer: n.CustomerID, Changes: append(desk.Told(p.diffs, "description", "solution"), p.own.Changes...)})
}

// Foresee says what ChangeIn would refuse, and writes nothing.
func (s *Service) Foresee(tx *db.Tx, id string, in Change) error {
	_, err := s.plan(tx, id, 0, in)
	return err
}

// planned is a change that may be made.
type planned struct {
	was, now Need
	said     texts
	diffs    []api.Diff
	own      own.Draft
}

// plan judges a change of a need; a version of 0 is any.
func (s *Service) plan(tx *db.Tx, id string, version int64, in Change) (p planned, err error) {
	if p.was, p.said, err = s.whole(tx, id); err != nil {
		return p, err
	}
	if version > 0 && p.was.Version != version {
		return p, db.ErrStale
	}
	if err := tx.May(Table, id, write); err != nil {
		return p, err
	}
	p.now = p.was
	p.diffs = api.Apply(&p.now, in, "description", "solution")
	for _, t := range []struct {
		field string
		text  *string
		said  api.Opt[string]
	}{{"description", &p.said.Description, in.Description}, {"solution", &p.said.Solution, in.Solution}} {
		old := *t.text
		if *t.text, err = desk.Kept(actor(tx), true, t.field, old, t.said); err != nil {
			return p, err
		}
		if *t.text != old {
			p.diffs = append(p.diffs, api.Diff{Field: t.field})
		}
	}
	if len(p.diffs)+len(in.Custom) == 0 {
		return p, nil
	}
	n := p.now
	if in.Back == nil && !MayFollow(p.was.State, n.State) {
		return p, fault.Rule("state_step", "state")
	}
	for field, empty := range map[string]bool{"state": n.State == "", "owner_id": n.OwnerID == "", "priority": n.Priority == ""} {
		if empty {
			return p, fault.Rule("required", field)
		}
	}
	spoken := in.Description.Set || in.Solution.Set
	judge := s.own().Changed
	if in.Back != nil {
		judge = s.own().Kept
	}
	if p.own, err = judge(tx, in.Custom, p.was.Custom, s.judged(tx, New{Kind: n.Kind, Description: p.said.Description, Priority: n.Priority, Solution: p.said.Solution, State: n.State,
		AcceptVague: in.AcceptVague || !spoken, Imported: n.Imported})); err != nil || n.OwnerID == p.was.OwnerID {
		return p, err
	}
	return p, s.Owner(tx, "owner_id", string(n.OwnerID), n.CustomerID, read)
}

// Delete takes a need away: by whoever may change its customer. The row stays, out of
// sight, until the customer is purged; its number is not used again.
func (s *Service) Delete(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		n, err := s.load(tx, id)
		if err != nil {
			return 0, err
		}
		if err := tx.Set(hide, id, version, db.Args{"deleted_at": tx.At()}); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "need.delete", Kind: "need", Record: id, Customer: n.CustomerID, Details: map[string]any{"code": n.Code}})
	})
	return err
}

// Get gives one need.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Need, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Need, error) { return s.load(tx, id) })
}

func (s *Service) load(tx *db.Tx, id string) (Need, error) {
	n, err := db.One[Need](tx, get, db.Args{"id": id})
	if err != nil {
		return n, err
	}
	all := []Need{n}
	err = s.show(tx, all)
	return all[0], err
}

// whole is a need with its texts in clear, for what judges and changes it.
func (s *Service) whole(tx *db.Tx, id string) (n Need, t texts, err error) {
	if n, err = db.One[Need](tx, get, db.Args{"id": id}); err != nil {
		return n, t, err
	}
	key, err := s.Vault.Of(tx, n.CustomerID)
	if err != nil {
		return n, t, err
	}
	if err := s.own().Said(tx, key, id, n.Custom); err != nil {
		return n, t, err
	}
	return n, t, desk.Open(key, place(id), n.Sealed, &t)
}

// Query of a list of needs.
type Query struct {
	Filter string `query:"filter" maxLength:"8192"`
	Sort   string `query:"sort" maxLength:"60"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"2000"`
	Count  bool   `query:"count"`
}

// List gives the needs of all customers in reach, the latest first.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (api.Page[Need], error) {
	return s.Of(ctx, who, "", q)
}

// Of gives those of one customer.
func (s *Service) Of(ctx context.Context, who access.Actor, customerID string, q Query) (api.Page[Need], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[Need], err error) {
		zone, err := setting.Zone(tx)
		if err != nil {
			return p, err
		}
		w := db.With{After: q.Cursor, Limit: q.Limit, Key: q.Filter + "\x00" + customerID}
		if w.Where, err = s.Fields().Compile(tx, zone, q.Filter); err != nil {
			return p, err
		}
		if customerID != "" {
			w.Where = append(w.Where, db.When("n.customer_id = :customer", db.Args{"customer": customerID}))
		}
		rows, err := own.Page[Need](tx, s.Fields(), q.Sort, "-created_at", list, besides, w)
		if err != nil {
			return p, err
		}
		p = api.Page[Need]{Items: rows.Rows, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}
		if q.Count {
			n, err := db.Find[db.Count](tx, count, nil, db.With{Where: w.Where, Limit: api.CountCap + 1})
			if err != nil {
				return p, err
			}
			p.Counted(n[0].N)
		}
		return p, s.show(tx, p.Items)
	})
}

// show opens texts as the viewer may read them, and says what he may do.
func (s *Service) show(tx *db.Tx, all []Need) error {
	if len(all) == 0 {
		return nil
	}
	who := actor(tx)
	var customers []string
	for _, n := range all {
		customers = append(customers, n.CustomerID)
	}
	near, keys, names, err := s.Near(tx, customers, write)
	if err != nil {
		return err
	}
	removes, err := tx.Among(customer.Table, remove, customers)
	if err != nil {
		return err
	}
	var faces []own.Face
	for i := range all {
		n := &all[i]
		prose := func(text string) string { return customer.Prose(who, near[n.CustomerID], text) }
		faces = append(faces, own.Face{ID: n.ID, Values: &n.Custom, Sealed: n.CustomerID, Prose: prose})
		n.May = May{Change: near[n.CustomerID], Delete: removes[n.CustomerID], States: follows[n.State]}
		if name, ok := names[n.CustomerID]; ok {
			n.CustomerName = api.Text(name)
		}
		key, ok := keys[n.CustomerID]
		if !ok {
			continue // erased: what was wanted is gone, that something was stays
		}
		var t texts
		if err := desk.Open(key, place(n.ID), n.Sealed, &t); err != nil {
			return err
		}
		n.Description, n.Solution = prose(t.Description), api.Text(prose(t.Solution))
	}
	return s.own().Show(tx, keys, faces)
}

// Routes are the operations on needs.
func (s *Service) Routes(r *api.Router) {
	at := func(path string, may access.Permission) api.Op { return api.Op{Path: path, May: may, On: Table} }
	api.ListUnder(r, api.Op{Path: "/customers/{id}/needs", May: access.NeedRead, On: customer.Table}, s.Of)
	api.CreateUnder(r, api.Op{Path: "/customers/{id}/needs", May: access.NeedWrite, On: customer.Table}, s.CreateUnder, s.Get)
	api.List(r, api.Op{Path: "/needs", May: access.NeedRead}, s.List)
	api.Create(r, api.Op{Path: "/needs", May: access.NeedWrite}, s.Create, s.Get)
	api.Get(r, at("/needs/{id}", access.NeedRead), s.Get)
	api.Change(r, at("/needs/{id}", access.NeedWrite), s.Change)
	api.Delete(r, at("/needs/{id}", access.NeedWrite), s.Delete)
}

// Fields are the catalogue, which a filter may also ask for the customer.
func (s *Service) Fields() *customfield.Catalogue {
	return s.Customers.Own.Adding(Catalogue).Asking("customer", s.Desk.Customers.Asked(db.Col("n.customer_id")))
}
