package order

import (
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// changed is an order as a change would leave it, judged.
func (s *Service) changed(tx *db.Tx, id string, in Change) (was Order, next New, seller account.Colleague, draft own.Draft, err error) {
	if was, err = s.clear(tx, id); err != nil {
		return was, next, seller, draft, err
	}
	next = New{OrderedOn: in.OrderedOn.Or(was.OrderedOn), State: in.State.Or(was.State), OwnerID: in.OwnerID.Or(string(was.OwnerID)), ContractNumber: in.ContractNumber.Or(string(was.ContractNumber)),
		Reference: in.Reference.Or(string(was.Reference)), Remark: in.Remark.Or(string(was.Remark)), Lines: in.Lines.Or(was.Lines)}
	if in.AmountFen.Set {
		next.AmountFen = &in.AmountFen.V
	} else if len(next.Lines) == 0 {
		next.AmountFen = &was.Amount
	}
	w, err := s.Book.In(tx)
	if err != nil {
		return was, next, seller, draft, err
	}
	today, err := setting.Today(tx)
	if err != nil {
		return was, next, seller, draft, err
	}
	if in.Remark.Set && in.Remark.V != "" && in.Remark.V == customer.Prose(tx.Who().(access.Actor), false, string(was.Remark)) {
		next.Remark = string(was.Remark) // the mask sent back leaves what stood (DECISIONS 7)
	}
	judge := s.own().Changed
	if in.Lax {
		judge = s.own().Kept
	}
	if draft, err = judge(tx, in.Custom, was.Custom, Judge(&next, w, today)); err != nil {
		return was, next, seller, draft, err
	}
	if next.Reference != string(was.Reference) {
		if err := s.unique(tx, next.Reference, id); err != nil {
			return was, next, seller, draft, err
		}
	}
	seller = account.Colleague{ID: string(was.OwnerID), DepartmentID: was.DepartmentID}
	if next.OwnerID != string(was.OwnerID) {
		seller, err = s.seller(tx, next.OwnerID, true)
	}
	return was, next, seller, draft, err
}

// Foresee says what ChangeIn would, and writes nothing.
func (s *Service) Foresee(tx *db.Tx, id string, in Change) error {
	if err := tx.May(Table, id, write); err != nil {
		return err
	}
	_, _, _, _, err := s.changed(tx, id, in)
	return err
}

// Numbered finds an order in reach by its number, and whose it is.
func (s *Service) Numbered(tx *db.Tx, code string) (id, customerID string, err error) {
	found, _, err := db.Maybe[idRow](tx, byCode, db.Args{"number": strings.ToUpper(code)})
	return found.ID, found.Customer, err
}

// Said gives an order as a caller would say it, and its version: an import compares, and puts back.
func (s *Service) Said(tx *db.Tx, id string) (Change, int64, error) {
	o, err := s.clear(tx, id)
	if err != nil {
		return Change{}, 0, err
	}
	key, err := s.Vault.Of(tx, o.CustomerID)
	if err != nil {
		return Change{}, 0, err
	}
	if o.Lines == nil {
		o.Lines = []Line{}
	}
	return Change{OrderedOn: api.Some(o.OrderedOn), AmountFen: api.Some(o.Amount), State: api.Some(o.State), OwnerID: api.Some(string(o.OwnerID)), ContractNumber: api.Some(string(o.ContractNumber)),
		Reference: api.Some(string(o.Reference)), Remark: api.Some(string(o.Remark)), Lines: api.Some(o.Lines), Custom: o.Custom}, o.Version, s.own().Clear(tx, key, id, o.Custom)
}

// Held says whether an order of a customer stands already: the reference, or where none is
// said, the same day and amount.
func (s *Service) Held(tx *db.Tx, customerID string, in New) (id string, err error) {
	var found idRow
	if in.Reference != "" {
		if found, _, err = db.Maybe[idRow](tx.As(program), byReference, db.Args{"reference": in.Reference, "but": ""}); found.Customer != customerID {
			return "", err
		}
	} else if in.AmountFen != nil {
		found, _, err = db.Maybe[idRow](tx.As(program), alike, db.Args{"customer": customerID, "day": in.OrderedOn, "amount": *in.AmountFen})
	}
	return found.ID, err
}

// TakeOut deletes an order as if it had never been, for the program: an import undone.
func (s *Service) TakeOut(tx *db.Tx, id string) error {
	o, err := db.One[Order](tx, get, db.Args{"id": id})
	if err != nil {
		return err
	}
	if err := drop(tx, id); err != nil {
		return err
	}
	if err := s.count(tx, o.CustomerID); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "order.take_out", Kind: "order", Record: id, Customer: o.CustomerID})
}
