package keychange

import (
	"context"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/notice"
	"zhike/internal/base/privacy"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// taken is an open request in the version that the viewer saw; may says whether he may do with it what he wants.
func (s *Service) taken(tx *db.Tx, id string, version int64, may func(Request) bool) (Request, error) {
	r, err := s.load(tx, id)
	if err != nil {
		return r, err
	}
	if err := tx.Lock(lock(r.CustomerID)); err != nil {
		return r, err
	}
	if r, err = s.load(tx, id); err != nil {
		return r, err
	}
	switch {
	case r.Version != version:
		return r, db.ErrStale
	case !may(r):
		return r, db.ErrNotYours
	case r.Archived:
		return r, customer.ErrArchived
	case r.State != Open:
		return r, errSettled
	}
	return r, nil
}

// end settles a request, forgets what was proposed, and takes back what was told of it.
func (s *Service) end(tx *db.Tx, r Request, state, by string, note []byte) error {
	if err := tx.As(program).Set(settle, r.ID, r.Version, db.Args{"state": state, "decided_by": api.Ref(by), "decided_at": tx.At(), "note": note, "sealed": nil}); err != nil {
		return err
	}
	return s.Notices.End(tx, cause(r.ID))
}

// answer tells whoever asked what came of it.
func (s *Service) answer(tx *db.Tx, r Request, kind string) error {
	by, err := account.NameOf(tx, tx.Who().ID())
	if err != nil {
		return err
	}
	name := r.CustomerName
	if r.CustomerKind == customer.Individual {
		name = rule.MaskName(name)
	}
	return s.Notices.Send(tx, notice.New{To: r.AskerID, Kind: kind, Params: map[string]string{"by": by, "customer": name}, Link: notice.Link{Kind: "key_change", ID: r.ID},
		About: r.CustomerID, Cause: kind + ":" + r.ID})
}

// Accept has a request take effect, by the rules of today: what they refuse is refused, and it stays open.
func (s *Service) Accept(ctx context.Context, who access.Actor, id string, version int64) (Request, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Request, err error) {
		r, err := s.taken(tx, id, version, func(r Request) bool { return r.decides })
		if err != nil {
			return none, err
		}
		key, err := s.Vault.Of(tx, r.CustomerID)
		if err != nil {
			return none, err
		}
		var p proposal
		if err := privacy.OpenJSON(key, place(r.ID), r.Sealed, &p); err != nil {
			return none, err
		}
		if err := s.end(tx, r, Accepted, who.ID(), nil); err != nil {
			return none, err
		}
		if err := s.write(tx.As(program.For(who)), r, p); err != nil {
			return none, err
		}
		if err := s.note(tx, r, "customer.key_accept", r.Kept.V); err != nil {
			return none, err
		}
		if err := s.answer(tx, r, accepted); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// write is the ordinary road: the program's right, since who asked had it, in the name of who accepts.
func (s *Service) write(tx *db.Tx, r Request, p proposal) error {
	if r.Kind == OfCustomer {
		return s.Customers.WriteIn(tx, r.CustomerID, 0, *p.Customer)
	}
	if r.Kind == directory.Adding {
		_, err := s.Directory.PutIn(tx, r.CustomerID, *p.Contact)
		return err
	}
	_, stands, err := s.Directory.Said(tx, string(r.ContactID))
	if err != nil {
		return err
	}
	if r.Kind == directory.Removing {
		return s.Directory.DropIn(tx, string(r.ContactID), stands)
	}
	_, err = s.Directory.WriteIn(tx, string(r.ContactID), stands, *p.Contact)
	return err
}

// Decline leaves what stands, and says why.
func (s *Service) Decline(ctx context.Context, who access.Actor, id string, version int64, in Decline) (Request, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Request, err error) {
		r, err := s.taken(tx, id, version, func(r Request) bool { return r.decides })
		if err != nil {
			return none, err
		}
		if in.Note = strings.TrimSpace(in.Note); in.Note == "" {
			return none, errReason
		}
		key, err := s.Vault.Of(tx, r.CustomerID)
		if err != nil {
			return none, err
		}
		if err := s.end(tx, r, Declined, who.ID(), key.Seal(placeNote(r.ID), []byte(in.Note))); err != nil {
			return none, err
		}
		if err := s.note(tx, r, "customer.key_decline", r.Kept.V); err != nil {
			return none, err
		}
		if err := s.answer(tx, r, declined); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// Withdraw takes back what one asked oneself.
func (s *Service) Withdraw(ctx context.Context, who access.Actor, id string, version int64) (Request, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Request, err error) {
		r, err := s.taken(tx, id, version, func(r Request) bool { return r.AskerID == who.ID() })
		if err != nil {
			return none, err
		}
		if err := s.end(tx, r, Withdrawn, who.ID(), nil); err != nil {
			return none, err
		}
		if err := s.note(tx, r, "customer.key_withdraw", r.Kept.V); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// TakeBack withdraws, inside a unit, what the viewer asked by an import that he undoes: what was accepted meanwhile is refused, what
// came to nothing is none.
func (s *Service) TakeBack(tx *db.Tx, id string) error {
	r, found, err := db.Maybe[Request](tx.As(program), byID, db.Args{"id": id})
	switch {
	case err != nil || !found:
		return err
	case r.State == Accepted:
		return errSettled
	case r.State != Open:
		return nil
	case r.Archived:
		return customer.ErrArchived
	case r.AskerID != tx.Who().ID():
		return db.ErrNotYours
	}
	if err := s.end(tx, r, Withdrawn, tx.Who().ID(), nil); err != nil {
		return err
	}
	return s.note(tx, r, "customer.key_withdraw", r.Kept.V)
}

// Revealed is what is proposed, and until when a screen may show it.
type Revealed = directory.Revealed

// Reveal shows what is proposed for one field in full: with a reason, in the log, and counted as any look at a contact's number.
func (s *Service) Reveal(ctx context.Context, who access.Actor, id string, _ int64, in Reveal) (Revealed, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (out Revealed, err error) {
		r, err := s.load(tx, id)
		if err != nil {
			return out, err
		}
		at, err := s.Customers.Line(tx, r.CustomerID)
		if err != nil {
			return out, err
		}
		act, err := s.Directory.Looking(tx, at, in.Reason)
		if err != nil {
			return out, err
		}
		value := ""
		for _, f := range r.Fields {
			if f.Name == in.Field && f.Full {
				key, err := s.Vault.Of(tx, r.CustomerID)
				if err != nil {
					return out, err
				}
				var p proposal
				if err := privacy.OpenJSON(key, place(r.ID), r.Sealed, &p); err != nil {
					return out, err
				}
				value = p.value(in.Field)
			}
		}
		if value == "" {
			return out, fault.Rule("invalid", "field")
		}
		out = Revealed{Value: value, ExpiresAt: api.On(tx.Now().Add(shownFor))}
		if err := audit.Note(tx, audit.Entry{Action: act, Kind: "key_change", Record: id, Customer: r.CustomerID, Details: map[string]any{"field": in.Field, "reason": rule.MaskNumbers(in.Reason)}}); err != nil {
			return out, err
		}
		return out, s.Directory.Looked(tx, act)
	})
}
