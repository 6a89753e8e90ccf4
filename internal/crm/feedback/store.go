package feedback

import (
	"zhike/internal/base/account"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/numbering"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// columns are those of Feedback.
const columns = `f.id, f.code, f.customer_id, c.name AS customer_name, c.kind AS customer_kind, f.kind, f.topic, f.texts, f.satisfaction, f.feedback_at, f.owner_id, o.name AS owner_name,
		f.state, f.creator_id, m.name AS creator_name, f.created_at, f.closed_at, f.responded_at, f.imported, f.custom, f.version`

var _ = numbering.Held(numbering.Feedback, db.SQL(`SELECT count(*) AS n FROM {feedback f} WHERE f.code = :number`, Table))

var (
	get = db.SQL(`SELECT `+columns+`
		FROM {feedback f} JOIN {customers c} ON c.id = f.customer_id LEFT JOIN {users o} ON o.id = f.owner_id LEFT JOIN {users m} ON m.id = f.creator_id
		WHERE f.id = :id AND f.deleted_at = 0`, Table, customer.Table, account.Users)
	list = db.SQL(`SELECT `+columns+`
		FROM {feedback f} JOIN {customers c} ON c.id = f.customer_id LEFT JOIN {users o} ON o.id = f.owner_id LEFT JOIN {users m} ON m.id = f.creator_id
		WHERE f.deleted_at = 0 AND {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, customer.Table, account.Users)
	// besides is list in the order of a field that the company added.
	besides = db.SQL(`SELECT `+columns+`, coalesce(v.text, '') AS text, coalesce(v.num, 0) AS num, CASE WHEN v.record_id IS NULL THEN 0 ELSE 1 END AS held
		FROM {feedback f} LEFT JOIN {custom_value v} ON v.record_id = f.id AND v.field_id = :field JOIN {customers c} ON c.id = f.customer_id
		LEFT JOIN {users o} ON o.id = f.owner_id LEFT JOIN {users m} ON m.id = f.creator_id
		WHERE f.deleted_at = 0 AND {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, own.Rows, customer.Table, account.Users)
	living = db.SQL(`SELECT count(*) AS n FROM {feedback f} JOIN {customers c} ON c.id = f.customer_id WHERE f.id IN (:ids) AND f.deleted_at = 0 AND c.deleted_at = 0`, Table, customer.Table)
	byIDs  = db.SQL(`SELECT `+columns+`
		FROM {feedback f} JOIN {customers c} ON c.id = f.customer_id LEFT JOIN {users o} ON o.id = f.owner_id LEFT JOIN {users m} ON m.id = f.creator_id
		WHERE f.id IN (:ids) AND f.deleted_at = 0`, Table, customer.Table, account.Users)
	count  = db.SQL(`SELECT count(*) AS n FROM (SELECT f.id FROM {feedback f} WHERE f.deleted_at = 0 AND {filter} LIMIT {limit}) x`, Table)
	openOf = db.SQL(`SELECT count(*) AS n FROM {feedback f} WHERE f.customer_id = :customer AND f.state <> 'closed' AND f.deleted_at = 0`, Table)
	// Latest of one customer, as its timeline asks for them.
	latest   = db.SQL(`SELECT f.id, f.feedback_at AS at FROM {feedback f} WHERE f.customer_id = :customer AND f.feedback_at <= :before AND f.deleted_at = 0 ORDER BY f.feedback_at DESC, f.id DESC LIMIT :most`, Table)
	numbered = db.SQL(`SELECT f.id, f.code, c.name AS customer_name, f.customer_id FROM {feedback f} JOIN {customers c} ON c.id = f.customer_id
		WHERE f.code >= :first AND f.code < :last AND f.deleted_at = 0 ORDER BY f.code DESC LIMIT :most`, Table, customer.Table)
	byCode = db.SQL(`SELECT f.id, f.customer_id FROM {feedback f} WHERE f.code = :number AND f.deleted_at = 0`, Table)
	since  = db.SQL(`SELECT f.id, f.texts FROM {feedback f} WHERE f.customer_id = :customer AND f.feedback_at >= :since AND f.feedback_at < :until AND f.deleted_at = 0`, Table)
	purge  = db.SQL(`DELETE FROM {feedback!change f} WHERE f.customer_id = :customer`, Table)
	drop   = db.SQL(`DELETE FROM {feedback!change f} WHERE f.id = :id`, Table)

	measuresOf = db.SQL(`SELECT m.id, m.feedback_id, m.customer_id, m.texts, m.owner_id, u.name AS owner_name, m.due_on, m.done_on
		FROM {feedback_measures m} LEFT JOIN {users u} ON u.id = m.owner_id WHERE m.feedback_id IN (:ids) ORDER BY m.feedback_id, m.position`, Measures, account.Users)
	dropMeasures  = db.SQL(`DELETE FROM {feedback_measures!change m} WHERE m.feedback_id = :id`, Measures)
	purgeMeasures = db.SQL(`DELETE FROM {feedback_measures!change m} WHERE m.customer_id = :customer`, Measures)
)
