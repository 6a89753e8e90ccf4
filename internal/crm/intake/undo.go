package intake

import (
	"encoding/json"
	"errors"

	"zhike/internal/base/audit"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/intake/trace"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// undo takes one effect of an import back (DECISIONS 29): what it made goes with all that
// hangs on it, unless somebody has touched it since; a field it changed gets its old value
// where it still holds the imported one.
func (s *Service) undo(tx *db.Tx, e exchange.Effect) (*exchange.Kept, error) {
	var was trace.Change
	if len(e.Before) > 0 {
		if err := json.Unmarshal(e.Before, &was); err != nil {
			return nil, err
		}
	}
	kept := &exchange.Kept{Kind: e.Kind, Record: e.Record, Row: e.Row}
	if e.Made {
		last, touched, err := audit.Touched(tx, e.Kind, e.Record, e.ID, exchange.Origin(e.Import))
		if err != nil {
			return nil, err
		}
		if touched {
			kept.Code, kept.By, kept.At = "touched", last.Who, int64(last.At)
			return kept, nil
		}
		err = s.takeOut(tx, e, was)
		if errors.Is(err, db.ErrNotFound) { // it has left by itself
			kept.Code = "gone"
			return kept, nil
		}
		return nil, err
	}
	left, err := s.putBack(tx, e, was)
	switch {
	case errors.Is(err, db.ErrNotFound):
		kept.Code = "gone"
		return kept, nil
	case err != nil:
		var f *fault.Fault
		if errors.As(err, &f) && (f.Kind == fault.Denied || f.Kind == fault.Conflict || f.Kind == fault.Invalid) {
			kept.Code, kept.Field = "changed", f.Field
			return kept, nil
		}
		return nil, err
	case left != "":
		kept.Code, kept.Field = "changed", left
		return kept, nil
	}
	return nil, nil
}

func (s *Service) takeOut(tx *db.Tx, e exchange.Effect, was trace.Change) error {
	switch e.Kind {
	case ofCustomer:
		return s.Purge.TakeOut(tx, e.Record)
	case ofContact:
		_, version, err := s.Directory.Said(tx.As(program), e.Record)
		if err != nil {
			return err
		}
		return s.Directory.DropIn(tx.As(program), e.Record, version)
	}
	return s.FollowUps.TakeOut(tx.As(program), e.Record, was.Last, was.Next)
}

// putBack writes old values over imported ones that still stand; it names a field that somebody has changed since.
func (s *Service) putBack(tx *db.Tx, e exchange.Effect, was trace.Change) (left string, err error) {
	if len(was.Fields) == 0 {
		return "", nil
	}
	if e.Kind == ofContact {
		now, version, err := s.Directory.Said(tx, e.Record)
		if err != nil {
			return "", err
		}
		var back contact.Change
		if left, err = trace.Old(was, now, &back); err != nil {
			return left, err
		}
		_, err = s.Directory.ChangeIn(tx, e.Record, version, back)
		return left, err
	}
	if owner, ok := was.Fields["owner_id"]; ok {
		now, err := s.Customers.Whole(tx.As(program), e.Record) // whose it is now: not its old owner's
		if err != nil {
			return "", err
		}
		var to, from string
		if err := errors.Join(json.Unmarshal(owner.Old, &to), json.Unmarshal(owner.New, &from)); err != nil {
			return "", err
		}
		if string(now.OwnerID) != from || to == "" {
			left = "owner_id"
		} else {
			if err := s.Customers.TransferIn(tx.As(program), e.Record, customer.Transfer{To: to}); err != nil {
				return "", err
			}
		}
		if delete(was.Fields, "owner_id"); len(was.Fields) == 0 {
			return left, nil
		}
	}
	now, err := s.Customers.Whole(tx, e.Record)
	if err != nil {
		return "", err
	}
	var back customer.Change
	if left, err = trace.Old(was, now, &back); err != nil {
		return left, err
	}
	if now, err = s.Customers.Whole(tx.As(program), e.Record); err != nil {
		return "", err
	}
	return left, s.Customers.ChangeIn(tx, e.Record, now.Version, back)
}
