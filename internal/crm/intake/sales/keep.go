package sales

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/intake/form"
	"zhike/internal/crm/intake/reading"
	"zhike/internal/crm/intake/trace"
	"zhike/internal/crm/order"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// names are the columns of what a judge calls otherwise.
var names = map[string]string{"lines.product": "product", "lines.quantity_milli": "quantity", "lines.price_fen": "price_fen", "lines.unit": "unit", "lines.discount_bp": "discount"}

// judged says what is to be done with the rows of one order: held is the one that stands.
func (s *session) judged(tx *db.Tx, rows []exchange.Row) (in said, held string, o exchange.Outcome, err error) {
	if in, err = s.read(tx, rows); err != nil {
		return in, held, o, err
	}
	if in.code != "" {
		if held, in.customer, err = s.Orders.Numbered(tx, in.code); err != nil {
			return in, held, o, err
		}
		if held == "" {
			w, err := s.Book.In(tx)
			if err != nil {
				return in, held, o, err
			}
			r := &reading.Reader{Row: rows[0], Words: w, Colleagues: s.colleagues, Customers: s.Customers, Options: s.options, Now: tx.Now(), Zone: s.zone}
			if in.customer, err = r.Of(tx); err != nil {
				return in, held, o, err
			}
			in.problems = append(in.problems, r.Problems...)
		}
	}
	if held == "" && in.customer != "" {
		if held, err = s.Orders.Held(tx, in.customer, whole(in)); err != nil {
			return in, held, o, err
		}
	}
	o = exchange.Outcome{Problems: in.problems}
	again := held != "" && s.options.Duplicates != exchange.Anew
	if !again || s.options.Duplicates == exchange.Update {
		if err := s.judge(tx, rows, in, held, again, &o); err != nil {
			return in, held, o, err
		}
	}
	o.State = exchange.Good
	if slices.ContainsFunc(o.Problems, func(p exchange.Problem) bool { return !p.Hint }) {
		o.State = exchange.Bad
	} else if again {
		o.State, o.Record = exchange.Duplicate, held
		o.Problems = append(o.Problems, exchange.Problem{Row: rows[0].N, Field: "ordered_on", Code: "order_there", Hint: true})
	}
	return in, held, o, nil
}

// whole is what rows say as a form would.
func whole(in said) order.New {
	n := order.New{CustomerID: in.customer, OrderedOn: in.in.OrderedOn.V, State: in.in.State.V, OwnerID: in.in.OwnerID.V, ContractNumber: in.in.ContractNumber.V, Reference: in.in.Reference.V,
		Remark: in.in.Remark.V, Lines: in.in.Lines.V, Custom: in.in.Custom, Imported: true}
	if in.in.AmountFen.Set {
		n.AmountFen = &in.in.AmountFen.V
	}
	return n
}

// judge asks the judges of the record what they would say.
func (s *session) judge(tx *db.Tx, rows []exchange.Row, in said, held string, again bool, o *exchange.Outcome) error {
	at := func(field string) (int, string) {
		if name, ok := names[field]; ok {
			field = name
		}
		if n, ok := in.places[field]; ok {
			for _, r := range rows {
				if field == "product" && rule.HasNumber(r.Values[field]) {
					return r.N, field
				}
			}
			return n, field
		}
		return rows[0].N, field
	}
	tell := func(field, code string, params map[string]any) {
		n, name := at(field)
		if !slices.ContainsFunc(o.Problems, func(p exchange.Problem) bool { return p.Field == name && !p.Hint }) {
			o.Problems = append(o.Problems, exchange.Problem{Row: n, Field: name, Code: code, Params: params})
		}
	}
	for field, most := range form.TooLong(whole(in)) {
		_, name := at(field)
		tell(field, "cell_too_long", map[string]any{"row": rows[0].N, "column": s.options.Headings[name], "most": most})
	}
	if c, ok := s.colleagues.Find(rows[0].Values["owner_id"]); ok && !again && c.State != "active" {
		tell("owner_id", "colleague_left", nil)
	}
	if in.customer == "" {
		return nil
	}
	var err error
	if again {
		err = s.Orders.Foresee(tx, held, in.in)
	} else {
		n := whole(in)
		if _, err = s.Orders.JudgeIn(tx, in.customer, &n); err == nil {
			err = tx.May(customer.Table, in.customer, db.Change(string(access.OrderWrite)))
		}
	}
	if wrong, ok := reading.Located(err, at); ok {
		for _, p := range wrong {
			tell(p.Field, p.Code, p.Params)
		}
		return nil
	}
	var f *fault.Fault
	switch {
	case err == nil:
	case errors.As(err, &f) && f.Kind == fault.Conflict && f.Field != "":
		tell(f.Field, "reference_taken", nil)
	case errors.As(err, &f) && f.Kind != fault.Internal || errors.Is(err, db.ErrNotFound) || errors.Is(err, db.ErrNotYours) || errors.Is(err, db.ErrDenied):
		tell("customer.name", fault.Code(err), nil)
	default:
		return err
	}
	return nil
}

// Judge implements exchange.Session.
func (s *session) Judge(tx *db.Tx, rows []exchange.Row) (exchange.Outcome, error) {
	in, _, o, err := s.judged(tx, rows)
	if err != nil || o.State != exchange.Good || s.options.Duplicates == exchange.Anew {
		return o, err
	}
	key := in.in.Reference.V
	if key == "" {
		key = strings.Join([]string{in.customer, in.in.OrderedOn.V, fmt.Sprint(in.in.AmountFen.V)}, " ")
	}
	if n, ok := s.seen[key]; ok {
		o.State = exchange.Duplicate
		o.Problems = append(o.Problems, exchange.Problem{Row: rows[0].N, Field: "ordered_on", Code: "duplicate_in_sheet", Params: map[string]any{"row": n}, Hint: true})
	} else {
		s.seen[key] = rows[0].N
	}
	return o, nil
}

// Keep implements exchange.Session.
func (s *session) Keep(tx *db.Tx, rows []exchange.Row) (exchange.Outcome, error) {
	in, held, o, err := s.judged(tx, rows)
	switch {
	case err != nil || o.State == exchange.Bad || o.State == exchange.Duplicate && s.options.Duplicates == exchange.Skip:
		return o, err
	case o.State == exchange.Duplicate:
		o.Effects, err = s.update(tx, held, in.in)
		return o, err
	}
	n := whole(in)
	if n.Number, err = s.number(tx); err != nil {
		return o, err
	}
	if o.Record, err = s.Orders.PlaceIn(tx, in.customer, n); err != nil {
		return o, err
	}
	e, err := trace.Effect(kind, o.Record, true, trace.Change{At: in.customer})
	o.Effects = []exchange.Effect{e}
	return o, err
}

// update brings an order up to date with what rows say; what is no news moves no version.
func (s *session) update(tx *db.Tx, id string, in order.Change) ([]exchange.Effect, error) {
	before, version, err := s.Orders.Said(tx, id)
	if err != nil {
		return nil, err
	}
	if news, err := trace.Says(in, before); err != nil || !news {
		return nil, err
	}
	if err := s.Orders.ChangeIn(tx, id, version, in); err != nil {
		return nil, err
	}
	after, _, err := s.Orders.Said(tx, id)
	if err != nil {
		return nil, err
	}
	fields, err := trace.Differs[order.Change](before, after)
	if err != nil {
		return nil, err
	}
	e, err := trace.Effect(kind, id, false, trace.Change{Fields: fields})
	return []exchange.Effect{e}, err
}

// putBack writes old values over imported ones that still stand.
func (s *Service) putBack(tx *db.Tx, id string, was trace.Change) (left string, err error) {
	if len(was.Fields) == 0 {
		return "", nil
	}
	now, version, err := s.Orders.Said(tx, id)
	if err != nil {
		return "", err
	}
	var back order.Change
	if left, err = trace.Old(was, now, &back); err != nil {
		return left, err
	}
	back.Lax = true
	return left, s.Orders.ChangeIn(tx, id, version, back)
}
