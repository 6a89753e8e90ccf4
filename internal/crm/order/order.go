// Package order keeps what customers ordered: the day, the amount, and what it was for.
package order

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var (
	read  = db.See(string(access.OrderRead))
	write = db.Change(string(access.OrderWrite)) // a collaborator adds talks and tasks, no orders (DECISIONS 1)

	// Table of orders: whoever may change a customer writes its orders.
	Table = db.Through("orders", "customer_id", customer.Table, db.Rights{See: read, Add: write, Change: write}).Guard("deleted_at")
	// Lines of orders.
	Lines = db.Through("order_lines", "customer_id", customer.Table, db.Rights{See: read, Add: write, Change: write}).Quiet()

	bin = Table.Setter(write, "deleted_at")
)

// The states of an order. A cancelled one counts nowhere.
const (
	Open      = "open"
	Done      = "done"
	Cancelled = "cancelled"
)

// An Order as its readers see it. Amounts are fen, and null for who may not see amounts.
type Order struct {
	ID             string     `db:"id" json:"id"`
	Code           string     `db:"code" json:"code" field:"text,class=internal,filter,default,readonly"`
	CustomerID     string     `db:"customer_id" json:"customer_id" field:"customer,class=internal,filter,default,required"`
	CustomerName   api.Text   `db:"customer_name" json:"customer_name"`
	OrderedOn      string     `db:"ordered_on" json:"ordered_on" field:"date,class=internal,filter,sort,default,required"`
	AmountFen      *int64     `json:"amount_fen" field:"money,class=internal,see=amounts,filter,sort,default,required,column=o.amount_fen"`
	State          string     `db:"state" json:"state" enum:"open,done,cancelled" field:"choice,dict=order_state,class=internal,filter,default"`
	Products       api.Text   `db:"products" json:"products" field:"text,class=internal,filter,default,readonly"`
	OwnerID        api.Ref    `db:"owner_id" json:"owner_id" doc:"Who sold it: left out, the customer's owner." field:"user,class=internal,filter,default,null"`
	OwnerName      api.Text   `db:"owner_name" json:"owner_name"`
	DepartmentID   api.Ref    `db:"department_id" json:"department_id" field:"department,class=internal,filter,list,readonly,null"`
	ContractNumber api.Text   `db:"contract_number" json:"contract_number" field:"text,class=internal,filter,list"`
	Reference      api.Text   `db:"reference" json:"reference" doc:"Its number in another system, unique." field:"text,class=internal,filter,list"`
	Remark         api.Text   `json:"remark" field:"long_text,class=personal,see=free_text"`
	Lines          []Line     `json:"lines"`
	Imported       bool       `db:"imported" json:"imported" field:"boolean,class=internal,filter,list,readonly"`
	CreatorID      api.Ref    `db:"creator_id" json:"creator_id" field:"user,class=internal,filter,list,readonly,null"`
	CreatedAt      api.Time   `db:"created_at" json:"created_at" field:"datetime,class=internal,filter,sort,list,readonly"`
	Custom         own.Custom `db:"custom" json:"custom" doc:"The company's own fields, by name."`
	Version        int64      `db:"version" json:"version"`

	own.Beside
	Amount       int64  `db:"amount_fen" json:"-"`
	Sealed       []byte `db:"texts" json:"-"`
	CustomerKind string `db:"customer_kind" json:"-"`
}

func (o Order) Revision() int64  { return o.Version }
func (o Order) RecordID() string { return o.ID }

// A Line of an order: a product by its name, until products are kept.
type Line struct {
	Product       string   `db:"product" json:"product" minLength:"1" maxLength:"200"`
	Unit          api.Text `db:"unit" json:"unit,omitempty" maxLength:"20"`
	QuantityMilli int64    `db:"quantity_milli" json:"quantity_milli" minimum:"1" maximum:"1000000000000" doc:"Thousandths: 1500 is one and a half."`
	PriceFen      *int64   `db:"price_fen" json:"price_fen" minimum:"0" maximum:"10000000000000000"`
	DiscountBP    int64    `db:"discount_bp" json:"discount_bp,omitempty" minimum:"0" maximum:"10000" doc:"Off, in hundredths of a percent."`
	AmountFen     *int64   `db:"amount_fen" json:"amount_fen" readOnly:"true"`

	Order string `db:"order_id" json:"-"`
}

// Catalogue of orders.
var Catalogue = customfield.Read[Order]("order", "o")

// New is what a caller says of an order: an amount, or lines that add up to one.
type New struct {
	CustomerID     string `json:"customer_id,omitempty" maxLength:"64" doc:"Where the path does not name the customer."`
	OrderedOn      string `json:"ordered_on,omitempty" maxLength:"10" doc:"YYYY-MM-DD; left out: today."`
	AmountFen      *int64 `json:"amount_fen,omitempty" minimum:"0" maximum:"10000000000000000"`
	State          string `json:"state,omitempty" enum:"open,done,cancelled"`
	OwnerID        string `json:"owner_id,omitempty" maxLength:"64"`
	ContractNumber string `json:"contract_number,omitempty" maxLength:"60"`
	Reference      string `json:"reference,omitempty" maxLength:"60"`
	Remark         string `json:"remark,omitempty" maxLength:"2000"`
	Lines          []Line `json:"lines,omitempty" maxItems:"200"`

	Custom map[string]any `json:"custom,omitempty" doc:"Values of the company's own fields, by name."`

	Imported bool   `json:"-"`
	Number   string `json:"-"` // taken in a block by whoever brings many
}

// Change is what a caller may change; lines replace the lines that stand.
type Change struct {
	OrderedOn      api.Opt[string] `json:"ordered_on,omitempty,omitzero" maxLength:"10"`
	AmountFen      api.Opt[int64]  `json:"amount_fen,omitempty,omitzero" minimum:"0" maximum:"10000000000000000"`
	State          api.Opt[string] `json:"state,omitempty,omitzero" enum:"open,done,cancelled"`
	OwnerID        api.Opt[string] `json:"owner_id,omitempty,omitzero" maxLength:"64"`
	ContractNumber api.Opt[string] `json:"contract_number,omitempty,omitzero" maxLength:"60"`
	Reference      api.Opt[string] `json:"reference,omitempty,omitzero" maxLength:"60"`
	Remark         api.Opt[string] `json:"remark,omitempty,omitzero" maxLength:"2000"`
	Lines          api.Opt[[]Line] `json:"lines,omitempty,omitzero" maxItems:"200"`

	Custom map[string]any `json:"custom,omitempty" doc:"Values of the company's own fields, by name; null clears, what is left out stays."`

	Lax bool `json:"-"` // of an import undone: what is required and lacks does not hold it up
}

// Judge finds what is wrong with an order and works out its amounts: the total of lines, each
// rounded by itself, or what was said where there are none.
func Judge(in *New, w *dictionary.Words, today string) error {
	var wrong []fault.Detail
	refuse := func(field, code string) { wrong = append(wrong, fault.Detail{Field: field, Code: code}) }
	if in.OrderedOn == "" {
		in.OrderedOn = today
	}
	switch _, err := time.Parse(time.DateOnly, in.OrderedOn); {
	case err != nil:
		refuse("ordered_on", "invalid")
	case in.OrderedOn > today:
		refuse("ordered_on", "in_future")
	}
	if in.State == "" {
		in.State = Open
	}
	if !w.Has("order_state", in.State) {
		refuse("state", "invalid")
	}
	in.ContractNumber, in.Reference, in.Remark = strings.TrimSpace(in.ContractNumber), strings.TrimSpace(in.Reference), strings.TrimSpace(in.Remark)
	in.Lines = slices.Clone(in.Lines)
	total := int64(0)
	for i := range in.Lines {
		l := &in.Lines[i]
		if l.Product = strings.Join(strings.Fields(l.Product), " "); l.Product == "" {
			refuse("lines.product", "required")
		}
		if rule.HasNumber(l.Product) {
			refuse("lines.product", "number_in_text")
		}
		if l.PriceFen == nil {
			refuse("lines.price_fen", "required")
			continue
		}
		fen, ok := rule.LineTotal(l.QuantityMilli, *l.PriceFen, l.DiscountBP)
		if total += fen; !ok || total > rule.MaxFen {
			refuse("lines.quantity_milli", "invalid")
			break
		}
		l.AmountFen = &fen
	}
	switch {
	case len(in.Lines) > 0 && in.AmountFen != nil && *in.AmountFen != total:
		refuse("amount_fen", "lines_differ")
	case len(in.Lines) > 0:
		in.AmountFen = &total
	case in.AmountFen == nil:
		refuse("amount_fen", "required")
	case *in.AmountFen < 0 || *in.AmountFen > rule.MaxFen:
		refuse("amount_fen", "invalid")
	}
	return fault.Fields(wrong)
}

// products names what the lines are for, each once, as a list shows it.
func products(lines []Line) string {
	var names []string
	for _, l := range lines {
		if !slices.Contains(names, l.Product) {
			names = append(names, l.Product)
		}
	}
	return strings.Join(names, "、")
}

type texts struct {
	Remark string `json:"remark,omitempty"`
}

func (t texts) seal(key crypt.Subject, id string) ([]byte, error) {
	if t == (texts{}) {
		return nil, nil
	}
	text, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	return key.Seal("orders/texts/"+id, text), nil
}

func open(key crypt.Subject, id string, sealed []byte) (t texts, err error) {
	if len(sealed) == 0 {
		return t, nil
	}
	text, err := key.Open("orders/texts/"+id, sealed)
	if err != nil {
		return t, err
	}
	return t, json.Unmarshal(text, &t)
}
