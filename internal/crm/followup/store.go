package followup

import (
	"zhike/internal/base/account"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/numbering"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/platform/db"
)

// columns are those of a FollowUp.
const columns = `f.id, f.code, f.customer_id, c.name AS customer_name, c.kind AS customer_kind, f.happened_at, f.recorded_at, f.method, f.kind, f.outcome,
		f.texts, f.contact_ids, f.companion_ids, f.next_owner_id, f.next_due_on, f.next_task_id, f.next_follow_up_at, f.author_id, u.name AS author_name,
		f.late, f.imported, f.corrected_at, f.custom, f.version`

var _ = numbering.Held(numbering.FollowUp, db.SQL(`SELECT count(*) AS n FROM {follow_ups f} WHERE f.code = :number`, Table))

var (
	get = db.SQL(`SELECT `+columns+`
		FROM {follow_ups f} JOIN {customers c} ON c.id = f.customer_id LEFT JOIN {users u} ON u.id = f.author_id WHERE f.id = :id`, Table, customer.Table, account.Users)
	list = db.SQL(`SELECT `+columns+`
		FROM {follow_ups f} JOIN {customers c} ON c.id = f.customer_id LEFT JOIN {users u} ON u.id = f.author_id
		WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, customer.Table, account.Users)
	// besides is list in the order of a field that the company added.
	besides = db.SQL(`SELECT `+columns+`, coalesce(v.text, '') AS text, coalesce(v.num, 0) AS num, CASE WHEN v.record_id IS NULL THEN 0 ELSE 1 END AS held
		FROM {follow_ups f} LEFT JOIN {custom_value v} ON v.record_id = f.id AND v.field_id = :field JOIN {customers c} ON c.id = f.customer_id LEFT JOIN {users u} ON u.id = f.author_id
		WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, own.Rows, customer.Table, account.Users)
	living = db.SQL(`SELECT count(*) AS n FROM {follow_ups f} JOIN {customers c} ON c.id = f.customer_id WHERE f.id IN (:ids) AND c.deleted_at = 0`, Table, customer.Table)
	byIDs  = db.SQL(`SELECT `+columns+`
		FROM {follow_ups f} JOIN {customers c} ON c.id = f.customer_id LEFT JOIN {users u} ON u.id = f.author_id WHERE f.id IN (:ids)`, Table, customer.Table, account.Users)
	count         = db.SQL(`SELECT count(*) AS n FROM (SELECT f.id FROM {follow_ups f} WHERE {filter} LIMIT {limit}) x`, Table)
	contactsAmong = db.SQL(`SELECT count(*) AS n FROM {contacts p} WHERE p.id IN (:ids) AND (p.customer_id = :customer
		OR EXISTS (SELECT 1 FROM {affiliations a} WHERE a.contact_id = p.id AND a.customer_id = :customer))`, directory.Table, directory.Affiliations)
	contactNames = db.SQL(`SELECT p.id, p.name_masked, p.name_sealed FROM {contacts p} JOIN {customers c} ON c.id = p.customer_id WHERE p.id IN (:ids) AND c.deleted_at = 0`, directory.Table, customer.Table)
	userNames    = db.SQL(`SELECT u.id, u.name AS name_masked FROM {users u} WHERE u.id IN (:ids)`, account.Users)
	promisesOf   = db.SQL(`SELECT p.id, p.promised_by, p.texts, p.due_on, p.kept, p.customer_id, p.follow_up_id, p.author_id
		FROM {promises p} WHERE p.follow_up_id IN (:ids) ORDER BY p.id`, Promises)
	promiseOf = db.SQL(`SELECT p.id, p.promised_by, p.texts, p.due_on, p.kept, p.customer_id, c.name AS customer_name, c.kind AS customer_kind, p.follow_up_id, p.author_id
		FROM {promises p} JOIN {customers c} ON c.id = p.customer_id WHERE p.id = :id`, Promises, customer.Table)
	promiseList = db.SQL(`SELECT p.id, p.promised_by, p.texts, p.due_on, p.kept, p.customer_id, c.name AS customer_name, c.kind AS customer_kind, p.follow_up_id, p.author_id
		FROM {promises p} JOIN {customers c} ON c.id = p.customer_id WHERE {filter} ORDER BY p.due_on, p.id LIMIT {limit}`, Promises, customer.Table)
	correctionsOf = db.SQL(`SELECT k.id, k.at, u.name AS by_name, k.follow_up_id, k.texts FROM {follow_up_corrections k} LEFT JOIN {users u} ON u.id = k.by_id
		WHERE k.follow_up_id IN (:ids) ORDER BY k.id`, corrections, account.Users)
	countOf = db.SQL(`SELECT count(*) AS n FROM {follow_ups f} WHERE f.customer_id = :customer`, Table)
)
