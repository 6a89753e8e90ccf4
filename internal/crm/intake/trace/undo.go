package trace

import (
	"encoding/json"
	"errors"

	"zhike/internal/base/audit"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Effect is what an import made or changed, with what stood before.
func Effect(kind, id string, made bool, c Change) (exchange.Effect, error) {
	before, err := json.Marshal(c)
	return exchange.Effect{Kind: kind, Record: id, Made: made, Before: before}, err
}

// tables of what an import makes.
var tables = map[string]*db.Table{"customer": customer.Table, "contact": directory.Table, "follow_up": followup.Table, "order": order.Table, "need": need.Table, "feedback": feedback.Table}

// Undo takes one effect of an import back (DECISIONS 29): what it made goes with all that
// hangs on it, unless somebody has touched it since; a field it changed gets its old value
// where it still holds the imported one.
func Undo(tx *db.Tx, e exchange.Effect, takeOut func(Change) error, putBack func(Change) (left string, err error)) (*exchange.Kept, error) {
	var was Change
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
		if table, ok := tables[e.Kind]; ok && errors.Is(tx.May(table, e.Record, table.ToChange()), customer.ErrArchived) {
			kept.Code = "changed" // what is taken out is taken out by the program, to which it would be open
			return kept, nil
		}
		err = takeOut(was)
		if errors.Is(err, db.ErrNotFound) { // it has left by itself
			kept.Code = "gone"
			return kept, nil
		}
		return nil, err
	}
	left, err := putBack(was)
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
