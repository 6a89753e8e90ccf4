package customer

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/audit"
	"zhike/internal/crm/required"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// ErrArchived answers whoever writes to a customer that is archived, or to what hangs on one.
var ErrArchived = fault.New(fault.Conflict, "archived")

// Submit makes a complete customer take effect (nobody reviews yet: DECISIONS 22).
// What is missing answers 422, one error a field.
func (s *Service) Submit(ctx context.Context, who access.Actor, id string, version int64) (Customer, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Customer, err error) {
		if err := s.SubmitIn(tx, id, version); err != nil {
			return none, err
		}
		return s.Load(tx, id)
	})
}

// SubmitIn is Submit inside a unit.
func (s *Service) SubmitIn(tx *db.Tx, id string, version int64) error {
	c, err := s.Line(tx, id)
	if err != nil {
		return err
	}
	if version > 0 && c.Version != version {
		return db.ErrStale
	}
	if err := tx.May(Table, id, change(access.CustomerSubmit)); err != nil {
		return err
	}
	if c.Review == Effective {
		return fault.New(fault.Conflict, "already_effective")
	}
	judged, err := s.Case(tx, id)
	if err != nil {
		return err
	}
	missing, err := s.Required.LacksFor(tx, actor(tx), judged)
	if err != nil {
		return err
	}
	if err := required.Refused(missing); err != nil {
		return err
	}
	if err := tx.Set(submit, id, version, db.Args{"review": Effective, "effective_at": tx.At()}); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "customer.submit", Kind: "customer", Record: id, Customer: id,
		Changes: []audit.Change{{Field: "review", Old: c.Review, New: Effective}}})
}

// Delete moves a customer to the recycle bin, with all that hangs on it, for
// customer.bin_days.
func (s *Service) Delete(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		if err := tx.Set(ToBin, id, version, db.Args{"deleted_at": tx.At()}); err != nil {
			return 0, err
		}
		if s.Binned != nil {
			if err := s.Binned(tx, id, tx.At()); err != nil {
				return 0, err
			}
		}
		return 0, audit.Note(tx, audit.Entry{Action: "customer.delete", Kind: "customer", Record: id, Customer: id})
	})
	return err
}

// Restore takes a customer out of the bin; a credit code that is held again is 409.
func (s *Service) Restore(ctx context.Context, who access.Actor, id string, version int64) (Customer, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Customer, err error) {
		if _, err := tx.InBin(Table, id); err != nil { // before its version tells that it is there
			return none, err
		}
		c, err := db.One[Summary](tx.As(program), get, db.Args{"id": id})
		if err != nil {
			return none, err
		}
		if c.Version != version {
			return none, db.ErrStale
		}
		if c.MergedInto != "" { // it is parted by undoing that
			return none, fault.New(fault.Conflict, "merged")
		}
		if err := s.unique(tx, claims{self: id, code: string(c.CreditCode)}); err != nil {
			return none, err
		}
		if err := tx.Set(restore, id, version, db.Args{"deleted_at": int64(0)}); err != nil {
			return none, err
		}
		if s.Restored != nil {
			if err := s.Restored(tx, id, int64(c.DeletedAt)); err != nil {
				return none, err
			}
		}
		if err := audit.Note(tx, audit.Entry{Action: "customer.restore", Kind: "customer", Record: id, Customer: id}); err != nil {
			return none, err
		}
		return s.Load(tx, id)
	})
}

// HeldIn says whether customers stand in a department, which then cannot be deleted.
func HeldIn(tx *db.Tx, department string) (bool, error) {
	n, err := db.One[db.Count](tx.As(program), inDepartment, db.Args{"department": department})
	return n.N > 0, err
}
