package feedback

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

// Service is what may be done with feedback.
type Service struct {
	DB *db.DB
	*desk.Desk
}

// own are the fields that the company added.
func (s *Service) own() own.Part {
	return own.Part{Book: s.Customers.Own, Record: "feedback", Live: living}
}

// The program's own acts here: what a purge and an import undone take away.
var program = access.Program("feedback")

func actor(tx *db.Tx) access.Actor {
	who, _ := tx.Who().(access.Actor)
	return who
}

// Create records a need. Errors: 422 by field, 403 not_yours for who sees the customer
// and may not add to it.
func (s *Service) Create(ctx context.Context, who access.Actor, in New) (Feedback, error) {
	made, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (api.Made, error) {
		id, err := s.CreateIn(tx, in)
		return api.Made(id), err
	})
	if err != nil {
		return Feedback{}, err
	}
	return s.Get(ctx, who, string(made))
}

// CreateUnder is Create for the customer that the path names.
func (s *Service) CreateUnder(ctx context.Context, who access.Actor, customerID string, in New) (Feedback, error) {
	if in.CustomerID != "" && in.CustomerID != customerID {
		return Feedback{}, fault.Rule("invalid", "customer_id")
	}
	in.CustomerID = customerID
	return s.Create(ctx, who, in)
}

type row struct {
	ID           string     `db:"id"`
	Code         string     `db:"code"`
	CustomerID   string     `db:"customer_id"`
	Kind         string     `db:"kind"`
	Topic        string     `db:"topic"`
	Texts        []byte     `db:"texts"`
	Satisfaction int64      `db:"satisfaction"`
	FeedbackAt   api.Time   `db:"feedback_at"`
	CreatedAt    int64      `db:"created_at"`
	Custom       own.Custom `db:"custom"`
	UpdatedAt    int64      `db:"updated_at"`
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
	in.complete(tx.Now())
	if in.OwnerID == "" {
		in.OwnerID = tx.Who().ID()
	}
	key, err := s.Vault.Of(tx, in.CustomerID)
	if err != nil {
		return "", err
	}
	r := row{ID: tx.NewID(), CustomerID: in.CustomerID, Kind: in.Kind, Topic: in.Topic, Satisfaction: in.Satisfaction, FeedbackAt: in.FeedbackAt, CreatedAt: tx.At(), Custom: draft.Shown, UpdatedAt: tx.At()}
	if r.Texts, err = desk.Seal(key, place(r.ID), texts{in.Description, in.Handling, in.Result}); err != nil {
		return "", err
	}
	if r.Code, err = numbering.Next(tx, numbering.Feedback); err != nil {
		return "", err
	}
	ended := cmp.Or(int64(in.Ended), tx.At())
	by := db.Args{"owner_id": api.Ref(in.OwnerID), "creator_id": api.Ref(tx.Who().ID()), "state": in.State, "imported": in.Imported,
		"closed_at": desk.Closing(false, !IsOpen(in.State), 0, ended), "responded_at": int64(0)}
	if !in.Imported && desk.InHand(in.State, in.Handling+in.Result) {
		by["responded_at"] = max(int64(in.FeedbackAt), tx.At())
	}
	if err := tx.Insert(Table, r, record.With(by)); err != nil {
		return "", err
	}
	if err := s.own().Save(tx, key, r.ID, draft); err != nil {
		return "", err
	}
	if err := s.measure(tx, key, r.CustomerID, r.ID, in.OwnerID, in.Measures); err != nil {
		return "", err
	}
	return r.ID, audit.Note(tx, audit.Entry{Action: "feedback.create", Kind: "feedback", Record: r.ID, Customer: in.CustomerID,
		Details: map[string]any{"code": r.Code, "kind": r.Kind, "satisfaction": r.Satisfaction, "state": in.State}})
}

// JudgeIn finds what is wrong with feedback before it is written down, its owners too.
func (s *Service) JudgeIn(tx *db.Tx, in New) error {
	_, err := s.own().Born(tx, in.Custom, s.judged(tx, in))
	return err
}

func (s *Service) judged(tx *db.Tx, in New) error {
	w, err := s.Book.In(tx)
	if err != nil {
		return err
	}
	if err := in.Judged(&desk.Judge{Words: w}, tx.Now()); err != nil || in.CustomerID == "" {
		return err
	}
	if in.OwnerID != "" {
		if err := s.Owner(tx, "owner_id", in.OwnerID, in.CustomerID, read); err != nil {
			return err
		}
	}
	return s.judgeOwners(tx, in.CustomerID, in.Measures, nil)
}

// Delete takes feedback away: by whoever may change its customer. The row stays, out of
// sight, until the customer is purged; its number is not used again.
func (s *Service) Delete(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		f, err := s.load(tx, id)
		if err != nil {
			return 0, err
		}
		if err := tx.Set(hide, id, version, db.Args{"deleted_at": tx.At()}); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "feedback.delete", Kind: "feedback", Record: id, Customer: f.CustomerID, Details: map[string]any{"code": f.Code}})
	})
	return err
}

// Get gives one need.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Feedback, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Feedback, error) { return s.load(tx, id) })
}

func (s *Service) load(tx *db.Tx, id string) (Feedback, error) {
	f, err := db.One[Feedback](tx, get, db.Args{"id": id})
	if err != nil {
		return f, err
	}
	all := []Feedback{f}
	err = s.show(tx, all)
	return all[0], err
}

// whole is feedback with its texts in clear, for what judges and changes it.
func (s *Service) whole(tx *db.Tx, id string) (f Feedback, t texts, err error) {
	if f, err = db.One[Feedback](tx, get, db.Args{"id": id}); err != nil {
		return f, t, err
	}
	key, err := s.Vault.Of(tx, f.CustomerID)
	if err != nil {
		return f, t, err
	}
	if err := desk.Open(key, place(id), f.Sealed, &t); err != nil {
		return f, t, err
	}
	if err := s.own().Said(tx, key, id, f.Custom); err != nil {
		return f, t, err
	}
	f.Measures, err = s.clearMeasures(tx, key, id)
	return f, t, err
}

// Query of a list of feedback.
type Query struct {
	Filter string `query:"filter" maxLength:"8192"`
	Sort   string `query:"sort" maxLength:"60"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"2000"`
	Count  bool   `query:"count"`
}

// List gives the feedback of all customers in reach, the latest first.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (api.Page[Feedback], error) {
	return s.Of(ctx, who, "", q)
}

// Of gives those of one customer.
func (s *Service) Of(ctx context.Context, who access.Actor, customerID string, q Query) (api.Page[Feedback], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[Feedback], err error) {
		zone, err := setting.Zone(tx)
		if err != nil {
			return p, err
		}
		w := db.With{After: q.Cursor, Limit: q.Limit, Key: q.Filter + "\x00" + customerID}
		if w.Where, err = s.Fields().Compile(tx, zone, q.Filter); err != nil {
			return p, err
		}
		if customerID != "" {
			w.Where = append(w.Where, db.When("f.customer_id = :customer", db.Args{"customer": customerID}))
		}
		rows, err := own.Page[Feedback](tx, s.Fields(), q.Sort, "-feedback_at", list, besides, w)
		if err != nil {
			return p, err
		}
		p = api.Page[Feedback]{Items: rows.Rows, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}
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

// Routes are the operations on feedback.
func (s *Service) Routes(r *api.Router) {
	at := func(path string, may access.Permission) api.Op { return api.Op{Path: path, May: may, On: Table} }
	api.ListUnder(r, api.Op{Path: "/customers/{id}/feedback", May: access.FeedbackRead, On: customer.Table}, s.Of)
	api.CreateUnder(r, api.Op{Path: "/customers/{id}/feedback", May: access.FeedbackWrite, On: customer.Table}, s.CreateUnder, s.Get)
	api.List(r, api.Op{Path: "/feedback", May: access.FeedbackRead}, s.List)
	api.Create(r, api.Op{Path: "/feedback", May: access.FeedbackWrite}, s.Create, s.Get)
	api.Get(r, at("/feedback/{id}", access.FeedbackRead), s.Get)
	api.Change(r, at("/feedback/{id}", access.FeedbackWrite), s.Change)
	api.Delete(r, at("/feedback/{id}", access.FeedbackWrite), s.Delete)
}

// Fields are the catalogue, which a filter may also ask for the customer.
func (s *Service) Fields() *customfield.Catalogue {
	return s.Customers.Own.Adding(Catalogue).Asking("customer", s.Desk.Customers.Asked(db.Col("f.customer_id")))
}
