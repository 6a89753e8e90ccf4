package need

import (
	"zhike/internal/base/account"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/numbering"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// columns are those of a Need.
const columns = `n.id, n.code, n.customer_id, c.name AS customer_name, c.kind AS customer_kind, n.kind, n.texts, n.priority, n.owner_id, o.name AS owner_name,
		n.state, n.creator_id, m.name AS creator_name, n.created_at, n.closed_at, n.responded_at, n.imported, n.custom, n.version`

var _ = numbering.Held(numbering.Need, db.SQL(`SELECT count(*) AS n FROM {needs n} WHERE n.code = :number`, Table))

var (
	get = db.SQL(`SELECT `+columns+`
		FROM {needs n} JOIN {customers c} ON c.id = n.customer_id LEFT JOIN {users o} ON o.id = n.owner_id LEFT JOIN {users m} ON m.id = n.creator_id
		WHERE n.id = :id AND n.deleted_at = 0`, Table, customer.Table, account.Users)
	list = db.SQL(`SELECT `+columns+`
		FROM {needs n} JOIN {customers c} ON c.id = n.customer_id LEFT JOIN {users o} ON o.id = n.owner_id LEFT JOIN {users m} ON m.id = n.creator_id
		WHERE n.deleted_at = 0 AND {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, customer.Table, account.Users)
	// besides is list in the order of a field that the company added.
	besides = db.SQL(`SELECT `+columns+`, coalesce(v.text, '') AS text, coalesce(v.num, 0) AS num, CASE WHEN v.record_id IS NULL THEN 0 ELSE 1 END AS held
		FROM {needs n} LEFT JOIN {custom_value v} ON v.record_id = n.id AND v.field_id = :field JOIN {customers c} ON c.id = n.customer_id
		LEFT JOIN {users o} ON o.id = n.owner_id LEFT JOIN {users m} ON m.id = n.creator_id
		WHERE n.deleted_at = 0 AND {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, own.Rows, customer.Table, account.Users)
	living = db.SQL(`SELECT count(*) AS n FROM {needs n} JOIN {customers c} ON c.id = n.customer_id WHERE n.id IN (:ids) AND n.deleted_at = 0 AND c.deleted_at = 0`, Table, customer.Table)
	byIDs  = db.SQL(`SELECT `+columns+`
		FROM {needs n} JOIN {customers c} ON c.id = n.customer_id LEFT JOIN {users o} ON o.id = n.owner_id LEFT JOIN {users m} ON m.id = n.creator_id
		WHERE n.id IN (:ids) AND n.deleted_at = 0`, Table, customer.Table, account.Users)
	count  = db.SQL(`SELECT count(*) AS n FROM (SELECT n.id FROM {needs n} WHERE n.deleted_at = 0 AND {filter} LIMIT {limit}) x`, Table)
	openOf = db.SQL(`SELECT count(*) AS n FROM {needs n} WHERE n.customer_id = :customer AND n.state IN ('open', 'in_progress') AND n.deleted_at = 0`, Table)
	// Latest of one customer, as its timeline asks for them.
	latest   = db.SQL(`SELECT n.id, n.created_at AS at FROM {needs n} WHERE n.customer_id = :customer AND n.created_at <= :before AND n.deleted_at = 0 ORDER BY n.created_at DESC, n.id DESC LIMIT :most`, Table)
	numbered = db.SQL(`SELECT n.id, n.code, c.name AS customer_name, n.customer_id FROM {needs n} JOIN {customers c} ON c.id = n.customer_id
		WHERE n.code >= :first AND n.code < :last AND n.deleted_at = 0 ORDER BY n.code DESC LIMIT :most`, Table, customer.Table)
	byCode = db.SQL(`SELECT n.id, n.customer_id FROM {needs n} WHERE n.code = :number AND n.deleted_at = 0`, Table)
	since  = db.SQL(`SELECT n.id, n.texts FROM {needs n} WHERE n.customer_id = :customer AND n.created_at >= :since AND n.created_at < :until AND n.deleted_at = 0`, Table)
	purge  = db.SQL(`DELETE FROM {needs!change n} WHERE n.customer_id = :customer`, Table)
	drop   = db.SQL(`DELETE FROM {needs!change n} WHERE n.id = :id`, Table)
)
