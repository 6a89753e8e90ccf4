// Package confirm is 已与客户确认: that somebody asked the customer himself about a value that
// much depends on — who it is to speak to, his title and mobile, the budget, when it will buy.
// It falls when the value changes: by triggers of the schema where the value is a column of the
// customer, by Unsaid where it lies sealed with a contact.
package confirm

import (
	"context"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Table of confirmations, each reached as its customer is.
var Table = db.Through("confirmations", "customer_id", customer.Table,
	db.Rights{See: db.See(string(access.CustomerRead)), Add: db.Change(string(access.CustomerWrite)), Change: db.Change(string(access.CustomerWrite))})

var (
	ofCustomer = db.SQL(`SELECT k.id, k.contact_id, k.field, u.name AS by_name, k.at FROM {confirmations k} LEFT JOIN {users u} ON u.id = k.by_id WHERE k.customer_id = :customer ORDER BY k.at, k.id LIMIT 500`, Table, account.Users)
	dropOwn    = db.SQL(`DELETE FROM {confirmations!change k} WHERE k.customer_id = :customer AND k.field = :field AND k.contact_id IS NULL`, Table)
	dropOf     = db.SQL(`DELETE FROM {confirmations!change k} WHERE k.contact_id = :contact AND k.field IN (:fields)`, Table)
	purge      = db.SQL(`DELETE FROM {confirmations!change k} WHERE k.customer_id = :customer`, Table)
)

// The fields that are confirmed: of the customer, and of a contact.
var (
	ofIt     = []string{"budget", "buy_by"}
	ofPerson = []string{"name", "title", "mobile"}
)

// A Confirmation of one value.
type Confirmation struct {
	ID        string   `db:"id" json:"id"`
	ContactID api.Ref  `db:"contact_id" json:"contact_id" doc:"Null: of the customer itself."`
	Field     string   `db:"field" json:"field" enum:"budget,buy_by,name,title,mobile"`
	ByName    api.Text `db:"by_name" json:"by_name"`
	At        api.Time `db:"at" json:"at"`
}

// Said is what somebody confirms, or takes back.
type Said struct {
	Field     string `json:"field" enum:"budget,buy_by,name,title,mobile"`
	ContactID string `json:"contact_id,omitempty" maxLength:"64"`
	Confirmed bool   `json:"confirmed"`
}

var program = access.Program("confirm")

// Service keeps what was confirmed.
type Service struct {
	DB        *db.DB
	Customers *customer.Service
	Directory *directory.Service
}

// Routes are the operations on confirmations.
func (s *Service) Routes(r *api.Router) {
	api.ListUnder(r, api.Op{Path: "/customers/{id}/confirmations", May: access.CustomerRead, On: customer.Table}, s.List)
	api.Do(r, api.Op{Path: "/customers/{id}/confirm", May: access.CustomerWrite, On: customer.Table, Loose: true}, s.Confirm)
}

// List gives what was confirmed of a customer and its people.
func (s *Service) List(ctx context.Context, who access.Actor, id string, _ struct{}) (api.Items[Confirmation], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Confirmation], err error) {
		out.Items, err = db.All[Confirmation](tx, ofCustomer, db.Args{"customer": id})
		return out, err
	})
}

// Confirm says that the customer himself was asked about a value, or takes that back. Needs the
// right to change the customer; a value that is not there cannot be confirmed.
func (s *Service) Confirm(ctx context.Context, who access.Actor, id string, _ int64, in Said) (api.Items[Confirmation], error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Confirmation], err error) {
		if err := tx.May(customer.Table, id, db.Change(string(access.CustomerWrite))); err != nil {
			return out, err
		}
		there, err := s.there(tx, id, in)
		if err != nil {
			return out, err
		}
		if in.Confirmed && !there {
			return out, fault.Rule("required", in.Field)
		}
		if err := s.drop(tx, id, in); err != nil {
			return out, err
		}
		if in.Confirmed {
			err := tx.Insert(Table, struct {
				ID       string  `db:"id"`
				Customer string  `db:"customer_id"`
				Contact  api.Ref `db:"contact_id"`
				Field    string  `db:"field"`
				By       api.Ref `db:"by_id"`
				At       int64   `db:"at"`
			}{tx.NewID(), id, api.Ref(in.ContactID), in.Field, api.Ref(tx.Who().ID()), tx.At()})
			if err != nil {
				return out, err
			}
		}
		action := map[bool]string{true: "customer.confirm", false: "customer.unconfirm"}[in.Confirmed]
		if err := audit.Note(tx, audit.Entry{Action: action, Kind: "customer", Record: id, Customer: id, Details: map[string]any{"field": in.Field, "contact": in.ContactID}}); err != nil {
			return out, err
		}
		out.Items, err = db.All[Confirmation](tx, ofCustomer, db.Args{"customer": id})
		return out, err
	})
}

// there says whether the value stands at all, of a contact of this customer where one is named.
func (s *Service) there(tx *db.Tx, id string, in Said) (bool, error) {
	if in.ContactID == "" {
		if !slices.Contains(ofIt, in.Field) {
			return false, fault.Rule("invalid", "field")
		}
		c, err := s.Customers.Line(tx.As(program), id)
		return in.Field == "budget" && (c.BudgetFromFen > 0 || c.BudgetToFen > 0) || in.Field == "buy_by" && c.BuyBy != "", err
	}
	if !slices.Contains(ofPerson, in.Field) {
		return false, fault.Rule("invalid", "field")
	}
	people, err := s.Directory.People(tx, id)
	if err != nil {
		return false, err
	}
	for _, p := range people {
		if p.ID == in.ContactID && p.CustomerID == id {
			return in.Field == "name" || in.Field == "title" && p.Title != "" || in.Field == "mobile" && p.Mobile != "", nil
		}
	}
	return false, fault.Rule("invalid", "contact_id")
}

func (s *Service) drop(tx *db.Tx, id string, in Said) error {
	if in.ContactID == "" {
		_, err := tx.ChangeAll(dropOwn, db.Args{"customer": id, "field": in.Field})
		return err
	}
	_, err := tx.ChangeAll(dropOf, db.Args{"contact": in.ContactID, "fields": []string{in.Field}})
	return err
}

// Unsaid takes back what was confirmed of a contact's fields, because they changed.
func (s *Service) Unsaid(tx *db.Tx, contact string, fields []string) error {
	_, err := tx.As(program).ChangeAll(dropOf, db.Args{"contact": contact, "fields": fields})
	return err
}

// Purged forgets the confirmations of a customer that leaves for good.
func (s *Service) Purged(tx *db.Tx, id string) error {
	_, err := tx.ChangeAll(purge, db.Args{"customer": id})
	return err
}
