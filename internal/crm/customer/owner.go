package customer

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Prose is free text as a viewer may read it: in clear for whoever works with the
// customer and may see free text, its numbers hidden from others.
func Prose(who access.Actor, near bool, text string) string {
	switch v := who.Sees(access.FreeText); {
	case v == access.Hidden:
		return ""
	case v == access.Masked || !near:
		return rule.MaskNumbers(text)
	}
	return text
}

// Transfer gives a customer to somebody else.
type Transfer struct {
	To     string `json:"to" minLength:"1" maxLength:"64" doc:"A user's id."`
	Reason string `json:"reason,omitempty" maxLength:"500" doc:"A transfer_reason's code, or in words."`
	Note   string `json:"note,omitempty" maxLength:"500"`
}

// An OwnerChange is kept of every change of the owner; who makes one says kind, from, to
// and reason.
type OwnerChange struct {
	ID       string  `db:"id"`
	Customer string  `db:"customer_id"`
	From     api.Ref `db:"from_id"`
	To       api.Ref `db:"to_id"`
	Kind     string  `db:"kind"`
	At       int64   `db:"at"`
	By       string  `db:"by_id"`
	Reason   string  `db:"reason"`
	Texts    []byte  `db:"texts"`
}

// Transfer changes the owner; the department goes with him. Needs customer.transfer.
func (s *Service) Transfer(ctx context.Context, who access.Actor, id string, version int64, in Transfer) (Customer, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Customer, err error) {
		if err := s.transferIn(tx, id, version, in); err != nil {
			return none, err
		}
		// Who gave it away may not see it any more: the answer is what he last saw.
		c, err := s.Load(tx, id)
		if err == db.ErrNotFound {
			return Customer{Summary: Summary{ID: id, OwnerID: api.Ref(in.To), Custom: Custom{}}}, nil
		}
		return c, err
	})
}

// TransferIn is Transfer inside a unit, as imports and generators use it.
func (s *Service) TransferIn(tx *db.Tx, id string, in Transfer) error {
	return s.transferIn(tx, id, 0, in)
}

func (s *Service) transferIn(tx *db.Tx, id string, version int64, in Transfer) error {
	c, err := db.One[Summary](tx, get, db.Args{"id": id})
	if err != nil {
		return err
	}
	if version > 0 && version != c.Version {
		return db.ErrStale
	}
	if err := tx.May(Table, id, change(access.CustomerTransfer)); err != nil {
		return err
	}
	to, ok, err := account.Active(tx, in.To)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Rule("invalid", "to")
	}
	if in.To == string(c.OwnerID) {
		return fault.Rule("same_owner", "to")
	}
	args := db.Args{"owner_id": to.ID, "department_id": to.DepartmentID, "pool_id": nil, "pooled_at": int64(0), "last_owner_id": string(c.OwnerID)}
	return s.ChangeOwner(tx, transfer, c, version, args, OwnerChange{Kind: "transfer", From: c.OwnerID, To: api.Ref(to.ID), Reason: in.Reason}, in.Note)
}

// ChangeOwner is what transfer, claim and release have in common; verb is the setter that
// says who may.
func (s *Service) ChangeOwner(tx *db.Tx, verb *db.Setter, c Summary, version int64, args db.Args, row OwnerChange, note string) error {
	if err := tx.Set(verb, c.ID, version, args); err != nil {
		return err
	}
	row.ID, row.Customer, row.At, row.By = tx.NewID(), c.ID, tx.At(), tx.Who().ID()
	w, err := s.Book.In(tx)
	if err != nil {
		return err
	}
	row.Reason, note = Coded(w, "transfer_reason", row.Reason, note)
	if row.Texts, err = s.SealNote(tx, c.ID, note); err != nil {
		return err
	}
	if err := tx.As(program).Insert(OwnerChanges, row); err != nil {
		return err
	}
	if _, _, err := s.missingAnew(tx, c.ID); err != nil {
		return err
	}
	if err := s.Reindex(tx, c.ID); err != nil {
		return err
	}
	if s.Moved != nil {
		if err := s.Moved(tx, row); err != nil {
			return err
		}
	}
	return audit.Note(tx, audit.Entry{Action: "customer." + row.Kind, Kind: "customer", Record: c.ID, Customer: c.ID,
		Changes: []audit.Change{{Field: "owner_id", Old: c.OwnerID, New: row.To}}, Details: map[string]any{"reason": row.Reason}})
}

// PeopleChanged brings a customer up to date with its people: what is missing, and its
// words. None of that is an edit of the customer's own fields.
func (s *Service) PeopleChanged(tx *db.Tx, id string) error {
	c, names, err := s.missingAnew(tx, id)
	if err != nil {
		return err
	}
	if err := s.index(tx, id, c.Name, names); err != nil {
		return err
	}
	return s.suspect(tx, id)
}

// MissingAnew works out again what a customer lacks, after the company asks for other fields.
func (s *Service) MissingAnew(tx *db.Tx, id string) error {
	_, _, err := s.missingAnew(tx, id)
	return err
}

// missingAnew works out again what a customer lacks, after its owner or people changed; it
// gives the names of the people.
func (s *Service) missingAnew(tx *db.Tx, id string) (c Customer, names []string, err error) {
	p := tx.As(program)
	if c, err = s.Whole(p, id); err != nil {
		return c, nil, err
	}
	who, names, err := s.People.Known(tx, id)
	if err != nil {
		return c, nil, err
	}
	missing, score, err := s.lacks(tx, &c, c.OwnerID, who, c.Custom)
	if err != nil {
		return c, nil, err
	}
	return c, names, p.Update(Table, id, 0, struct {
		Missing      api.Strings `db:"missing"`
		Completeness int64       `db:"completeness"`
	}{missing, score})
}
