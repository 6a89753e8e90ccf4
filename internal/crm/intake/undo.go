package intake

import (
	"encoding/json"
	"errors"

	"zhike/internal/base/exchange"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/intake/trace"
	"zhike/internal/platform/db"
)

// undo takes one effect of an import back (DECISIONS 29).
func (s *Service) undo(tx *db.Tx, e exchange.Effect) (*exchange.Kept, error) {
	return trace.Undo(tx, e, func(was trace.Change) error { return s.takeOut(tx, e, was) }, func(was trace.Change) (string, error) { return s.putBack(tx, e, was) })
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
	if e.Kind == ofAsking {
		return "", s.Keys.TakeBack(tx, e.Record)
	}
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
		back.Lax = true
		_, err = s.Directory.WriteIn(tx, e.Record, version, back)
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
		if now.Archived || string(now.OwnerID) != from || to == "" {
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
	return left, s.Customers.WriteIn(tx, e.Record, now.Version, back)
}
