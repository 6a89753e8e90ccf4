// Package duplicate finds customers that may be one: it answers the blind check, notes
// suspects when customers are made or change, and keeps the list on which people decide.
package duplicate

import (
	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/privacy"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/platform/db"
)

// Table of suspects: a row for each side of a pair, reached as its customer is. Rows are
// made and decided by the program, which asks first who may.
var Table = db.Through("suspects", "customer_id", customer.Table, db.Rights{See: db.See(string(access.CustomerRead))})

// The states of a pair.
const (
	Open  = "open"
	Apart = "apart"
)

// Service is what may be done about duplicates.
type Service struct {
	DB        *db.DB
	Vault     *privacy.Vault
	Book      *dictionary.Book
	Customers *customer.Service
}

// The program's own acts here: looking at all customers, whoever owns them.
var program = access.Program("duplicate")

// holders are customers as a match tells of them.
const holders = `SELECT c.id, c.name, c.kind, c.credit_code, c.owner_id, o.name AS owner_name, c.created_at FROM {customers c} LEFT JOIN {users o} ON o.id = c.owner_id `

var (
	byCode = db.SQL(holders+`WHERE c.credit_code = :code AND c.deleted_at = 0 AND c.id <> :self LIMIT 1`, customer.Table, account.Users)
	byKey  = db.SQL(holders+`WHERE c.name_key IN (:keys) AND c.deleted_at = 0 AND c.id <> :self ORDER BY c.created_at LIMIT 50`, customer.Table, account.Users)
	within = db.SQL(holders+`WHERE {filter} AND c.deleted_at = 0 AND c.kind <> 'individual' AND c.id <> :self LIMIT {limit}`, customer.Table, account.Users)
	sure   = db.SQL(holders+`WHERE (c.mark_same IN (:same) OR c.mark_sound IN (:sound)) AND c.deleted_at = 0 AND c.id <> :self
		ORDER BY CASE WHEN c.mark_same IN (:same) THEN 0 ELSE 1 END LIMIT :most`, customer.Table, account.Users)
	// Each with its own partial index: 0 is no mark, and beside an OR the planner would not take one.
	heads  = db.SQL(holders+`WHERE c.mark_head IN (:marks) AND c.mark_head <> 0 AND c.deleted_at = 0 AND c.id <> :self LIMIT :most`, customer.Table, account.Users)
	tails  = db.SQL(holders+`WHERE c.mark_tail IN (:marks) AND c.mark_tail <> 0 AND c.deleted_at = 0 AND c.id <> :self LIMIT :most`, customer.Table, account.Users)
	shorts = db.SQL(holders+`WHERE c.mark_short IN (:marks) AND c.mark_short <> 0 AND c.deleted_at = 0 AND c.id <> :self LIMIT :most`, customer.Table, account.Users)
	firsts = db.SQL(holders+`WHERE c.mark_first IN (:marks) AND c.mark_first <> 0 AND c.deleted_at = 0 AND c.id <> :self LIMIT :most`, customer.Table, account.Users)
	byIDs  = db.SQL(holders+`WHERE c.id IN (:ids) AND c.deleted_at = 0`, customer.Table, account.Users)

	byReach = db.SQL(`SELECT p.customer_id, p.mobile_index, p.mobile2_index, p.phone_index, p.email_index FROM {contacts p}
		WHERE (p.mobile_index IN (:numbers) OR p.mobile2_index IN (:numbers) OR p.phone_index IN (:numbers) OR p.email_index IN (:emails)) AND p.customer_id <> :self LIMIT :most`, directory.Table)
	reachOf = db.SQL(`SELECT p.customer_id, p.mobile_index, p.mobile2_index, p.phone_index, p.email_index FROM {contacts p} WHERE p.customer_id = :customer LIMIT 500`, directory.Table)
	aboutOf = db.SQL(`SELECT c.id, c.kind, c.name, c.name_key, c.credit_code FROM {customers c} WHERE c.id = :id AND c.deleted_at = 0`, customer.Table)
	seen    = db.SQL(`SELECT c.id, c.name FROM {customers c} WHERE c.id IN (:ids)`, customer.Table)

	openOf = db.SQL(`SELECT s.other_id AS id FROM {suspects s} WHERE s.customer_id = :customer AND s.state = 'open' AND NOT s.away ORDER BY s.created_at, s.id LIMIT 100`, Table)
	end    = db.SQL(`DELETE FROM {suspects!change s} WHERE s.state = 'open' AND (s.customer_id = :customer AND s.other_id = :other OR s.customer_id = :other AND s.other_id = :customer)`, Table)
	leave  = db.SQL(`UPDATE {suspects!change s} SET away = TRUE WHERE s.other_id = :customer`, Table)
	back   = db.SQL(`UPDATE {suspects!change s} SET away = FALSE WHERE s.other_id = :customer`, Table)
	purge  = db.SQL(`DELETE FROM {suspects!change s} WHERE s.customer_id = :customer OR s.other_id = :customer`, Table)
)

// Binned takes the pairs of a customer in the recycle bin off the others' lists.
func (s *Service) Binned(tx *db.Tx, id string, _ int64) error {
	_, err := tx.As(program).ChangeAll(leave, db.Args{"customer": id})
	return err
}

// Restored puts them back.
func (s *Service) Restored(tx *db.Tx, id string, _ int64) error {
	_, err := tx.As(program).ChangeAll(back, db.Args{"customer": id})
	return err
}

// Purged forgets the pairs of a customer that leaves the bin for good.
func (s *Service) Purged(tx *db.Tx, id string) error {
	_, err := tx.As(program).ChangeAll(purge, db.Args{"customer": id})
	return err
}

// Routes are the operations on duplicates.
func (s *Service) Routes(r *api.Router) {
	api.Ask(r, api.Op{Path: "/customers/check", May: access.CustomerRead, Or: access.CustomerCreate}, s.Check)
	api.List(r, api.Op{Path: "/suspects", May: access.CustomerRead}, s.List)
	api.Get(r, api.Op{Path: "/suspects/{id}", May: access.CustomerRead, On: Table}, s.Get)
	api.Do(r, api.Op{Path: "/suspects/{id}/keep-apart", May: access.CustomerWrite, Or: access.CustomerMerge, On: Table}, s.KeepApart)
	api.Act(r, api.Op{Path: "/suspects/{id}/reopen", May: access.CustomerWrite, Or: access.CustomerMerge, On: Table}, s.Reopen)
}
