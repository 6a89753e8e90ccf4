// Package merge makes two customers one, field by field, with all that hangs on them; for
// thirty days they can be parted again as if nothing had been.
//
// Of the two, one stays. The other is put aside (customers.deleted_at and merged_into) with
// what is its own past: stages, statuses, owners, tags, alerts. Everything that was written
// about it moves, and its number and name go on finding the one that stays.
package merge

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/privacy"
	"zhike/internal/crm/collaborator"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/duplicate"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/job"
	"zhike/internal/platform/words"
)

func change(p access.Permission) db.Right { return db.Change(string(p)) }

var (
	// Table of what was merged: seen by whoever sees the one that stays.
	Table = db.Through("merges", "customer_id", customer.Table,
		db.Rights{See: db.See(string(access.CustomerRead)), Add: change(access.CustomerMerge), Change: change(access.CustomerMerge)}).Guard("kept", "undone_at", "undone_by")
	rows = db.Internal("merge_rows").Quiet()

	gone   = customer.Table.Setter(change(access.CustomerMerge), "deleted_at", "merged_into")
	back   = customer.Table.Setter(change(access.CustomerMerge), "deleted_at", "merged_into").FromBin()
	undone = Table.Setter(change(access.CustomerMerge), "undone_at", "undone_by", "kept")
	made   = Table.Setter(change(access.CustomerMerge), "kept")
)

// Days is how long two customers can be parted again.
const Days = 30

var program = access.Program("merge")

// Service merges customers and parts them.
type Service struct {
	DB         *db.DB
	Queue      *job.Queue
	Vault      *privacy.Vault
	Own        *own.Book
	Customers  *customer.Service
	Members    *collaborator.Service
	Duplicates *duplicate.Service
	// Told: the owners of both hear of it, and that it was undone.
	Told   func(tx *db.Tx, m Merge, owner string) error
	Untold func(tx *db.Tx, id string) error
}

// A Merge is one customer that went into another.
type Merge struct {
	ID         string      `db:"id" json:"id"`
	CustomerID string      `db:"customer_id" json:"customer_id" doc:"Who stays."`
	OtherID    string      `db:"other_id" json:"other_id" doc:"Who went into it; not found any more until it is undone."`
	OtherCode  string      `db:"other_code" json:"other_code" doc:"By this number it is still found."`
	OtherName  string      `db:"other_name" json:"other_name"`
	ByName     api.Text    `db:"by_name" json:"by_name"`
	At         api.Time    `db:"at" json:"at"`
	Until      api.Time    `db:"until" json:"until" doc:"It can be undone until then."`
	Took       api.Strings `db:"took" json:"took" doc:"The fields that came from the other."`
	UndoneAt   api.Time    `db:"undone_at" json:"undone_at"`
	Version    int64       `db:"version" json:"version"`
}

func (m Merge) Revision() int64  { return m.Version }
func (m Merge) RecordID() string { return m.ID }

const columns = `m.id, m.customer_id, m.other_id, m.other_code, m.other_name, u.name AS by_name, m.at, m.until, m.took, m.undone_at, m.version
	FROM {merges m} LEFT JOIN {users u} ON u.id = m.by_id `

var (
	byID = db.SQL(`SELECT `+columns+`WHERE m.id = :id`, Table, account.Users)
	list = db.SQL(`SELECT `+columns+`WHERE m.customer_id = :customer ORDER BY m.at DESC, m.id DESC LIMIT 100`, Table, account.Users)

	into    = db.SQL(`SELECT c.merged_into AS id FROM {customers!bin c} WHERE c.id = :id AND c.merged_into IS NOT NULL`, customer.Table)
	coded   = db.SQL(`SELECT c.merged_into AS id FROM {customers!bin c} WHERE c.code = :code AND c.merged_into IS NOT NULL`, customer.Table)
	aliases = db.SQL(`SELECT c.id, c.code, c.name, c.kind FROM {customers!bin c} WHERE c.merged_into = :id`, customer.Table)
)

type idRow struct {
	ID string `db:"id"`
}

// Routes are the operations on merges.
func (s *Service) Routes(r *api.Router) {
	api.ListUnder(r, api.Op{Path: "/customers/{id}/merges", May: access.CustomerRead, On: customer.Table}, s.List)
	api.ListUnder(r, api.Op{Path: "/customers/{id}/merge-preview", May: access.CustomerMerge, On: customer.Table}, s.Preview)
	api.Do(r, api.Op{Path: "/customers/{id}/merge", May: access.CustomerMerge, On: customer.Table}, s.Merge)
	api.Act(r, api.Op{Path: "/merges/{id}/undo", May: access.CustomerMerge, On: Table}, s.Undo)
}

// List gives whom a customer took in, the latest first.
func (s *Service) List(ctx context.Context, who access.Actor, id string, _ struct{}) (api.Items[Merge], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Merge], err error) {
		out.Items, err = db.All[Merge](tx, list, db.Args{"customer": id})
		return out, err
	})
}

// end follows merges of merges to the customer that stays.
func end(tx *db.Tx, q db.Query, args db.Args) (id string, err error) {
	for range 100 {
		next, found, err := db.Maybe[idRow](tx.As(program), q, args)
		if err != nil || !found {
			return id, err
		}
		id, q, args = next.ID, into, db.Args{"id": next.ID}
	}
	return id, nil
}

// Numbered finds the customer in reach that one with a number went into; "" for none.
func Numbered(tx *db.Tx, code string) (string, error) {
	id, err := end(tx, coded, db.Args{"code": code})
	if err != nil || id == "" {
		return "", err
	}
	ok, err := tx.Reaches(customer.Table, id, customer.Table.ToSee())
	if !ok {
		id = ""
	}
	return id, err
}

// Instead says of a customer that is not there which one in reach it went into: 404 with its id.
func (s *Service) Instead(tx *db.Tx, table *db.Table, id string) error {
	if table != customer.Table {
		return nil
	}
	into, err := end(tx, into, db.Args{"id": id})
	if err != nil || into == "" {
		return err
	}
	ok, err := tx.Reaches(customer.Table, into, customer.Table.ToSee())
	if err != nil || !ok {
		return err
	}
	return fault.New(fault.NotFound, "merged").At("id").With(map[string]any{"into": into})
}

// Aliases are the words by which a customer is found because of those who went into it.
func (s *Service) Aliases(tx *db.Tx, id string) (all []string, err error) {
	rows, err := db.All[struct {
		ID   string `db:"id"`
		Code string `db:"code"`
		Name string `db:"name"`
		Kind string `db:"kind"`
	}](tx.As(program), aliases, db.Args{"id": id})
	for _, r := range rows {
		all = append(all, words.Tokens(r.Code)...)
		if r.Kind != customer.Individual { // a person's name is among the people
			all = append(all, words.NameTokens(r.Name)...)
		}
		more, err := s.Aliases(tx, r.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, err
}
