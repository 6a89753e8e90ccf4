// Package sales says what rows about orders mean: rows with one reference of one customer are
// one order, and each of them a line of it.
package sales

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/customfield"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/column"
	"zhike/internal/base/numbering"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/intake/colleague"
	"zhike/internal/crm/intake/reading"
	"zhike/internal/crm/intake/trace"
	"zhike/internal/crm/order"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/rule/cell"
	"zhike/internal/platform/db"
)

// Service answers what base/exchange asks of orders.
type Service struct {
	Book      *dictionary.Book
	Customers *customer.Service
	Orders    *order.Service
}

// kind is that of the records that come in here.
const kind = "order"

//go:embed facts/headings.json
var headingFile []byte

// headings are the words by which people name a field.
var headings = sync.OnceValue(func() (all map[string][]string) {
	if err := json.Unmarshal(headingFile, &all); err != nil {
		panic("intake/sales: headings.json: " + err.Error())
	}
	return all
})

// The program's own acts here: knowing colleagues whom the importer does not reach.
var program = access.Program("intake.sales")

// Target is what sheets bring in here.
func (s *Service) Target() exchange.Target {
	return exchange.Target{Kind: kind, May: access.CustomerImport, Fields: s.fields,
		Open: func(tx *db.Tx, o exchange.Options) (exchange.Session, error) {
			all, err := colleague.Read(tx.As(program))
			if err != nil {
				return nil, err
			}
			zone, err := setting.Zone(tx)
			return &session{Service: s, options: o, colleagues: all, zone: zone, seen: map[string]int{}}, err
		},
		Undo: func(tx *db.Tx, e exchange.Effect) (*exchange.Kept, error) {
			return trace.Undo(tx, e, func(trace.Change) error { return s.Orders.TakeOut(tx, e.Record) }, func(was trace.Change) (string, error) { return s.putBack(tx, e.Record, was) })
		}}
}

var fields = []struct {
	name, dict string
	kind       customfield.Kind
	required   bool
}{{name: "code", kind: customfield.Text}, {name: "ordered_on", kind: customfield.Date, required: true}, {name: "amount_fen", kind: customfield.Money},
	{name: "state", dict: "order_state", kind: customfield.Choice}, {name: "owner_id", kind: customfield.User}, {name: "contract_number", kind: customfield.Text},
	{name: "reference", kind: customfield.Text}, {name: "product", kind: customfield.Text}, {name: "quantity", kind: customfield.Text}, {name: "unit", kind: customfield.Text},
	{name: "price_fen", kind: customfield.Money}, {name: "discount", kind: customfield.Text}, {name: "remark", kind: customfield.LongText}}

// passive are what an export has and an import does not take.
var passive = []string{"department_id", "creator_id", "imported", "created_at"}

// fields are what a column of a sheet may hold.
func (s *Service) fields(tx *db.Tx, lang string) ([]column.Field, error) {
	w, err := s.Book.In(tx)
	if err != nil {
		return nil, err
	}
	people, err := colleague.Read(tx.As(program))
	if err != nil {
		return nil, err
	}
	said, err := customfield.Called(tx)
	if err != nil {
		return nil, err
	}
	var out []column.Field
	for _, name := range []string{"code", "name", "credit_code"} {
		out = append(out, column.Field{Name: "customer." + name, Label: said.Label(lang, "customer", name), Group: "customer", Kind: customfield.Text,
			Words: slices.Concat(reading.Headings()["customer"][name], said.Shipped("customer", name))}) // one of them will do, which each row says
	}
	for _, f := range fields {
		x := column.Field{Name: f.name, Label: said.Label(lang, kind, f.name), Group: kind, Kind: f.kind, Words: slices.Concat(headings()[f.name], said.Shipped(kind, f.name)), Required: f.required, Weak: true}
		switch f.kind {
		case customfield.Choice:
			x.Choices = w.Labels(lang, f.dict)
			x.Looks = func(s string) bool { _, ok := w.ByLabel(f.dict, s); return ok }
		case customfield.LongText:
			x.Mask = rule.MaskNumbers
		case customfield.Date:
			x.Looks = func(s string) bool { _, ok := cell.ParseDay(s, tx.Now()); return ok }
		case customfield.User:
			x.Looks = func(s string) bool { _, ok := people.Find(s); return ok }
		}
		out = append(out, x)
	}
	ours, err := reading.OwnFields(tx, s.Customers.Own, kind)
	if err != nil {
		return nil, err
	}
	who, _ := tx.Who().(access.Actor)
	out = append(out, reading.OwnColumns(ours, who, w, kind, lang)...)
	for _, name := range passive {
		out = append(out, column.Field{Name: name, Label: said.Label(lang, kind, name), Group: kind, Kind: customfield.Text, Weak: true, Passive: true})
	}
	return out, nil
}

// session takes the rows of one import in.
type session struct {
	*Service
	options    exchange.Options
	colleagues colleague.All
	zone       *time.Location
	seen       map[string]int
	numbers    []string // taken in a block, for the unit under way
}

// atOnce is how many numbers are taken from their series together.
const atOnce = 100

func (s *session) number(tx *db.Tx) (string, error) {
	if len(s.numbers) == 0 {
		var err error
		if s.numbers, err = numbering.Block(tx, numbering.Order, atOnce); err != nil {
			return "", err
		}
	}
	n := s.numbers[0]
	s.numbers = s.numbers[1:]
	return n, nil
}

// Flush implements exchange.Flusher: numbers live no longer than their unit.
func (s *session) Flush(tx *db.Tx) error {
	left := len(s.numbers)
	s.numbers = nil
	if tx == nil {
		return nil
	}
	return numbering.Return(tx, numbering.Order, left)
}
