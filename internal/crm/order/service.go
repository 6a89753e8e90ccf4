package order

import (
	"cmp"
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/numbering"
	"zhike/internal/base/privacy"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Service is what may be done with orders.
type Service struct {
	DB        *db.DB
	Vault     *privacy.Vault
	Book      *dictionary.Book
	Customers *customer.Service
}

// own are the fields that the company added.
func (s *Service) own() own.Part {
	return own.Part{Book: s.Customers.Own, Record: "order", Live: living}
}

// The program's own acts here: what an order entails beyond its writer's rights.
var program = access.Program("order")

// errReview: until a customer takes effect it holds no order (DOMAIN §2).
var errReview = fault.New(fault.Conflict, "review_pending")

type row struct {
	ID             string     `db:"id"`
	Code           string     `db:"code"`
	CustomerID     string     `db:"customer_id"`
	OrderedOn      string     `db:"ordered_on"`
	AmountFen      int64      `db:"amount_fen"`
	State          string     `db:"state"`
	Products       string     `db:"products"`
	OwnerID        api.Ref    `db:"owner_id"`
	DepartmentID   api.Ref    `db:"department_id"`
	ContractNumber string     `db:"contract_number"`
	Reference      string     `db:"reference"`
	Texts          []byte     `db:"texts"`
	Imported       bool       `db:"imported"`
	CreatorID      api.Ref    `db:"creator_id"`
	Custom         own.Custom `db:"custom"`
	CreatedAt      int64      `db:"created_at"`
	UpdatedAt      int64      `db:"updated_at"`
}

type lineRow struct {
	ID         string `db:"id"`
	Order      string `db:"order_id"`
	Customer   string `db:"customer_id"`
	Position   int    `db:"position"`
	Product    string `db:"product"`
	Unit       string `db:"unit"`
	Quantity   int64  `db:"quantity_milli"`
	PriceFen   int64  `db:"price_fen"`
	DiscountBP int64  `db:"discount_bp"`
	AmountFen  int64  `db:"amount_fen"`
}

// Place takes an order of a customer one may change. Errors: 409 review_pending before the
// customer takes effect, 409 duplicate_same for a reference that stands.
func (s *Service) Place(ctx context.Context, who access.Actor, in New) (Order, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Order, err error) {
		if in.CustomerID == "" {
			return none, fault.Rule("required", "customer_id")
		}
		if err := tx.May(customer.Table, in.CustomerID, write); err != nil {
			if err == db.ErrNotFound {
				err = fault.Rule("invalid", "customer_id")
			}
			return none, err
		}
		id, err := s.PlaceIn(tx, in.CustomerID, in)
		if err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// PlaceFor is Place where the path names the customer.
func (s *Service) PlaceFor(ctx context.Context, who access.Actor, customerID string, in New) (Order, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Order, err error) {
		id, err := s.PlaceIn(tx, customerID, in)
		if err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// PlaceIn is Place inside a unit: the one road for forms, imports and generators.
func (s *Service) PlaceIn(tx *db.Tx, customerID string, in New) (string, error) {
	if err := tx.May(customer.Table, customerID, write); err != nil {
		return "", err
	}
	c, draft, err := s.judged(tx, customerID, &in)
	if err != nil {
		return "", err
	}
	seller, err := s.seller(tx, cmp.Or(in.OwnerID, string(c.OwnerID), tx.Who().ID()), in.OwnerID != "")
	if err != nil {
		return "", err
	}
	r := row{ID: tx.NewID(), CustomerID: customerID, OrderedOn: in.OrderedOn, AmountFen: *in.AmountFen, State: in.State, Products: products(in.Lines), OwnerID: api.Ref(seller.ID), DepartmentID: api.Ref(seller.DepartmentID),
		ContractNumber: in.ContractNumber, Reference: in.Reference, Imported: in.Imported, CreatorID: api.Ref(tx.Who().ID()), Custom: draft.Shown, CreatedAt: tx.At(), UpdatedAt: tx.At()}
	key, err := s.Vault.Of(tx, customerID)
	if err != nil {
		return "", err
	}
	if r.Texts, err = (texts{in.Remark}).seal(key, r.ID); err != nil {
		return "", err
	}
	if r.Code = in.Number; r.Code == "" {
		if r.Code, err = numbering.Next(tx, numbering.Order); err != nil {
			return "", err
		}
	}
	if err := tx.Insert(Table, r); err != nil {
		return "", err
	}
	if err := s.own().Save(tx, key, r.ID, draft); err != nil {
		return "", err
	}
	if err := s.line(tx, r.ID, customerID, in.Lines); err != nil {
		return "", err
	}
	if err := s.count(tx, customerID); err != nil {
		return "", err
	}
	return r.ID, audit.Note(tx, audit.Entry{Action: "order.place", Kind: "order", Record: r.ID, Customer: customerID, Details: map[string]any{"code": r.Code}})
}

// JudgeIn says what PlaceIn would, and writes nothing; it gives the customer.
func (s *Service) JudgeIn(tx *db.Tx, customerID string, in *New) (c customer.Summary, err error) {
	c, _, err = s.judged(tx, customerID, in)
	return c, err
}

func (s *Service) judged(tx *db.Tx, customerID string, in *New) (c customer.Summary, d own.Draft, err error) {
	if c, err = s.Customers.Line(tx, customerID); err != nil {
		return c, d, err
	}
	w, err := s.Book.In(tx)
	if err != nil {
		return c, d, err
	}
	today, err := setting.Today(tx)
	if err != nil {
		return c, d, err
	}
	if d, err = s.own().Born(tx, in.Custom, Judge(in, w, today)); err != nil {
		return c, d, err
	}
	if c.Review != customer.Effective {
		return c, d, errReview
	}
	return c, d, s.unique(tx, in.Reference, "")
}

// unique refuses a reference that another order holds.
func (s *Service) unique(tx *db.Tx, reference, but string) error {
	if reference == "" {
		return nil
	}
	if err := tx.Lock("order.reference:" + reference); err != nil {
		return err
	}
	_, held, err := db.Maybe[idRow](tx.As(program), byReference, db.Args{"reference": reference, "but": but})
	if err == nil && held {
		err = db.ErrTaken.At("reference")
	}
	return err
}

type idRow struct {
	ID       string `db:"id"`
	Customer string `db:"customer_id"`
}

// seller is who sold an order: named by the caller it must be somebody at work here.
func (s *Service) seller(tx *db.Tx, id string, named bool) (account.Colleague, error) {
	if id == "" {
		return account.Colleague{}, nil
	}
	c, ok, err := account.Active(tx, id)
	if err == nil && !ok && named {
		err = fault.Rule("invalid", "owner_id")
	}
	return c, err
}

func (s *Service) line(tx *db.Tx, id, customerID string, lines []Line) error {
	for i, l := range lines {
		err := tx.Insert(Lines, lineRow{tx.NewID(), id, customerID, i, l.Product, string(l.Unit), l.QuantityMilli, *l.PriceFen, l.DiscountBP, *l.AmountFen})
		if err != nil {
			return err
		}
	}
	return nil
}

// count brings the days of a customer's first and last order up to date.
func (s *Service) count(tx *db.Tx, customerID string) error {
	d, _, err := db.Maybe[struct {
		First string `db:"first"`
		Last  string `db:"last"`
	}](tx.As(program), days, db.Args{"customer": customerID})
	if err != nil {
		return err
	}
	return tx.As(program).Set(customer.Ordered, customerID, 0, db.Args{"first_order_on": d.First, "last_order_on": d.Last})
}

// Change changes an order in the version the caller saw.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (Order, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Order, err error) {
		if err := s.ChangeIn(tx, id, version, in); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// ChangeIn is Change inside a unit.
func (s *Service) ChangeIn(tx *db.Tx, id string, version int64, in Change) error {
	was, next, seller, draft, err := s.changed(tx, id, in)
	if err != nil {
		return err
	}
	key, err := s.Vault.Of(tx, was.CustomerID)
	if err != nil {
		return err
	}
	sealed, err := (texts{next.Remark}).seal(key, id)
	if err != nil {
		return err
	}
	err = tx.Update(Table, id, version, struct {
		OrderedOn      string     `db:"ordered_on"`
		AmountFen      int64      `db:"amount_fen"`
		State          string     `db:"state"`
		Products       string     `db:"products"`
		OwnerID        api.Ref    `db:"owner_id"`
		DepartmentID   api.Ref    `db:"department_id"`
		ContractNumber string     `db:"contract_number"`
		Reference      string     `db:"reference"`
		Texts          []byte     `db:"texts"`
		Custom         own.Custom `db:"custom"`
	}{next.OrderedOn, *next.AmountFen, next.State, products(next.Lines), api.Ref(seller.ID), api.Ref(seller.DepartmentID), next.ContractNumber, next.Reference, sealed, draft.Shown})
	if err != nil {
		return err
	}
	if err := s.own().Save(tx, key, id, draft); err != nil {
		return err
	}
	if in.Lines.Set {
		if _, err := tx.ChangeAll(dropLines, db.Args{"order": id}); err != nil {
			return err
		}
		if err := s.line(tx, id, was.CustomerID, next.Lines); err != nil {
			return err
		}
	}
	if err := s.count(tx, was.CustomerID); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "order.change", Kind: "order", Record: id, Customer: was.CustomerID, Changes: append(differences(was, next, in.Lines.Set), draft.Changes...)})
}

// differences are what the log tells of a change; of a remark, that it changed.
func differences(was Order, next New, lines bool) (out []audit.Change) {
	note := func(field string, old, new any) {
		if old != new {
			out = append(out, audit.Change{Field: field, Old: old, New: new})
		}
	}
	note("ordered_on", was.OrderedOn, next.OrderedOn)
	note("amount_fen", was.Amount, *next.AmountFen)
	note("state", was.State, next.State)
	note("owner_id", string(was.OwnerID), next.OwnerID)
	note("contract_number", string(was.ContractNumber), next.ContractNumber)
	note("reference", string(was.Reference), next.Reference)
	if string(was.Remark) != next.Remark {
		out = append(out, audit.Change{Field: "remark"})
	}
	if lines {
		out = append(out, audit.Change{Field: "lines"})
	}
	return out
}

// Delete moves an order to the recycle bin.
func (s *Service) Delete(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) { return 0, s.put(tx, get, id, version, tx.At(), "order.delete") })
	return err
}

// Restore takes an order out of the bin.
func (s *Service) Restore(ctx context.Context, who access.Actor, id string, version int64) (Order, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Order, err error) {
		o, err := db.One[Order](tx, binned, db.Args{"id": id})
		if err != nil {
			return none, err
		}
		if err := s.unique(tx, string(o.Reference), id); err != nil {
			return none, err
		}
		if err := s.put(tx, binned, id, version, 0, "order.restore"); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

func (s *Service) put(tx *db.Tx, where db.Query, id string, version, at int64, action string) error {
	o, err := db.One[Order](tx, where, db.Args{"id": id})
	if err != nil {
		return err
	}
	if err := tx.Set(bin, id, version, db.Args{"deleted_at": at}); err != nil {
		return err
	}
	if err := s.count(tx, o.CustomerID); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: action, Kind: "order", Record: id, Customer: o.CustomerID, Details: map[string]any{"code": o.Code}})
}
