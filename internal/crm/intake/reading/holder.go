package reading

import (
	"strings"

	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/merge"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
)

var (
	byName   = db.SQL(`SELECT c.id FROM {customers c} WHERE c.name_key = :key AND c.deleted_at = 0 ORDER BY c.created_at LIMIT 1`, customer.Table)
	byCredit = db.SQL(`SELECT c.id FROM {customers c} WHERE c.credit_code = :key AND c.deleted_at = 0 LIMIT 1`, customer.Table)
	byID     = db.SQL(`SELECT c.id FROM {customers c} WHERE c.id = :customer AND c.deleted_at = 0`, customer.Table)
	byCode   = db.SQL(`SELECT c.id FROM {customers c} WHERE c.code = :key`, customer.Table)
)

type idRow struct {
	ID string `db:"id"`
}

// Of finds the customer that a row of people or talks names: by number, credit code or
// name, in the viewer's reach.
func (r *Reader) Of(tx *db.Tx) (id string, err error) {
	for _, x := range []struct {
		field string
		q     db.Query
		key   func(string) string
	}{{"customer.code", byCode, func(s string) string { return s }},
		{"customer.credit_code", byCredit, func(s string) string { code, _ := rule.CreditCode(s); return code }},
		{"customer.name", byName, rule.NormalName}} {
		text, ok := r.Cell(x.field)
		if !ok {
			continue
		}
		found, ok, err := db.Maybe[idRow](tx, x.q, db.Args{"key": x.key(text)})
		if err != nil || ok {
			return found.ID, err
		}
		if x.field == "customer.code" {
			if id, err := merge.Numbered(tx, text); err != nil || id != "" {
				return id, err
			}
		}
		if x.field == "customer.name" { // a person's name is no plain key
			v, _ := r.Customers.JudgeIn(tx, customer.New{Change: customer.Change{Kind: api.Some(customer.Individual), Name: api.Some(text)}})
			if found, ok, err = db.Maybe[idRow](tx, byID, db.Args{"customer": v.Holder}); err != nil || ok {
				return found.ID, err
			}
		}
		r.Wrong(x.field, "unknown_customer", nil)
		return "", nil
	}
	r.Wrong("customer.name", "required", nil)
	return "", nil
}

// Numbered finds a customer in reach by its number, which only an export of ours knows.
func Numbered(tx *db.Tx, code string) (string, error) {
	r, found, err := db.Maybe[idRow](tx, byCode, db.Args{"key": strings.ToUpper(code)})
	if err != nil || found {
		return r.ID, err
	}
	return merge.Numbered(tx, strings.ToUpper(code)) // of one that went into another
}
