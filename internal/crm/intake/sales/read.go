package sales

import (
	"slices"
	"strings"

	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/crm/intake/reading"
	"zhike/internal/crm/order"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/rule/cell"
	"zhike/internal/platform/db"
)

// A said is what the rows of one order say.
type said struct {
	code     string
	customer string
	in       order.Change
	problems []exchange.Problem
	sums     []int64        // what stands in the amount of each row that has one
	places   map[string]int // field → its first row
}

// Key names the order that a row is about: rows of one reference and one customer are one.
func (s *session) Key(r exchange.Row) string {
	reference := strings.TrimSpace(r.Values["reference"])
	if cell.Empty(reference) {
		return ""
	}
	return strings.Join([]string{reference, r.Values["customer.code"], r.Values["customer.credit_code"], r.Values["customer.name"]}, "\x00")
}

func (s *session) read(tx *db.Tx, rows []exchange.Row) (out said, err error) {
	w, err := s.Book.In(tx)
	if err != nil {
		return out, err
	}
	out.places = map[string]int{}
	priced := true
	var lines []order.Line
	for i, row := range rows {
		r := &reading.Reader{Row: row, Words: w, Colleagues: s.colleagues, Customers: s.Customers, Options: s.options, Now: tx.Now(), Zone: s.zone}
		for field := range row.Values {
			if _, ok := out.places[field]; !ok {
				out.places[field] = row.N
			}
		}
		if i == 0 {
			out.code, _ = r.Cell("code")
			if out.code == "" { // whose an export of ours is needs no name
				if out.customer, err = r.Of(tx); err != nil {
					return out, err
				}
			}
			if err := s.head(tx, r, &out.in); err != nil {
				return out, err
			}
		}
		sum := s.sum(r, "amount_fen")
		if sum != nil {
			out.sums = append(out.sums, *sum)
		}
		l, own, ok := s.line(r, sum, len(rows) > 1)
		if ok {
			lines = append(lines, l)
		}
		priced = priced && (own || !ok)
		out.problems = append(out.problems, r.Problems...)
	}
	s.total(&out, lines, priced, rows)
	return out, nil
}

// head reads what an order's first row says of the whole.
func (s *session) head(tx *db.Tx, r *reading.Reader, in *order.Change) error {
	r.Day("ordered_on", false, &in.OrderedOn)
	if _, ok := r.Row.Values["ordered_on"]; !ok {
		r.Wrong("ordered_on", "required", nil)
	}
	r.Choice("state", "order_state", &in.State)
	if id, ok := r.Colleague("owner_id"); ok {
		in.OwnerID = api.Some(id)
	}
	r.Text("contract_number", &in.ContractNumber)
	r.Text("reference", &in.Reference)
	r.Text("remark", &in.Remark)
	ours, err := reading.OwnFields(tx, s.Customers.Own, kind)
	if err != nil {
		return err
	}
	in.Custom, err = r.Own(tx, ours)
	return err
}

// sum reads an amount; a band is none.
func (s *session) sum(r *reading.Reader, field string) *int64 {
	a, ok := r.Amount(field)
	if !ok {
		return nil
	}
	if a.From == nil || a.To == nil || *a.From != *a.To {
		r.Wrong(field, "bad_amount", nil)
		return nil
	}
	return a.From
}

// line reads a row's line; own says that it has a price of its own. Without one its amount is
// the price of all of it, where it divides.
func (s *session) line(r *reading.Reader, sum *int64, several bool) (l order.Line, own, ok bool) {
	product, named := r.Cell("product")
	price := s.sum(r, "price_fen")
	if !named || price == nil && sum == nil { // the names alone, as an export tells them
		if price != nil {
			r.Wrong("product", "required", nil)
		}
		return l, false, false
	}
	l = order.Line{Product: product, QuantityMilli: 1000, PriceFen: price}
	quantity, counted := r.Cell("quantity")
	if counted {
		n, unit, ok := cell.ParseQuantity(quantity)
		if !ok {
			r.Wrong("quantity", "bad_quantity", nil)
			return l, false, false
		}
		l.QuantityMilli, l.Unit = n, api.Text(unit)
	}
	if unit, ok := r.Cell("unit"); ok {
		l.Unit = api.Text(unit)
	}
	if text, ok := r.Cell("discount"); ok {
		off, ok := cell.ParseDiscount(text)
		if !ok {
			r.Wrong("discount", "bad_discount", nil)
			return l, false, false
		}
		l.DiscountBP = off
	}
	if price == nil {
		if !counted && !several { // a name and an amount: nobody said how many
			return l, false, false
		}
		if l.DiscountBP > 0 || *sum*1000%l.QuantityMilli != 0 {
			r.Wrong("price_fen", "required", nil)
			return l, false, false
		}
		each := *sum * 1000 / l.QuantityMilli
		l.PriceFen = &each
	}
	fen, ok := rule.LineTotal(l.QuantityMilli, *l.PriceFen, l.DiscountBP)
	l.AmountFen = &fen
	return l, price != nil, ok
}

// total puts the lines, and the amount: said once, on each row for the whole, or row by row.
func (s *session) total(out *said, lines []order.Line, priced bool, rows []exchange.Row) {
	all, stated := int64(0), int64(0)
	for _, l := range lines {
		all += *l.AmountFen
	}
	for _, n := range out.sums {
		stated += n
	}
	switch {
	case len(lines) == 0 && len(rows) == 1 && len(out.sums) == 1:
		out.in.AmountFen = api.Some(out.sums[0])
		if name := strings.TrimSpace(rows[0].Values["product"]); name != "" && out.code == "" && !cell.Empty(name) {
			fen := out.sums[0]
			out.in.Lines = api.Some([]order.Line{{Product: name, QuantityMilli: 1000, PriceFen: &fen, AmountFen: &fen}})
		}
	case len(lines) == 0 && len(out.sums) > 0:
		first := out.sums[0]
		if slices.ContainsFunc(out.sums, func(n int64) bool { return n != first }) {
			out.problems = append(out.problems, exchange.Problem{Row: rows[0].N, Field: "product", Code: "required"})
			return
		}
		out.in.AmountFen = api.Some(first)
	case len(lines) > 0:
		out.in.Lines, out.in.AmountFen = api.Some(lines), api.Some(all)
		same := len(out.sums) > 0 && !slices.ContainsFunc(out.sums, func(n int64) bool { return n != all })
		if priced && len(out.sums) > 0 && !same && stated != all {
			out.problems = append(out.problems, exchange.Problem{Row: out.places["amount_fen"], Field: "amount_fen", Code: "lines_differ"})
		}
	}
}
