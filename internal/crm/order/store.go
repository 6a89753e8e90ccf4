package order

import (
	"zhike/internal/base/account"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/numbering"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// columns are those of an Order.
const columns = `o.id, o.code, o.customer_id, c.name AS customer_name, c.kind AS customer_kind, o.ordered_on, o.amount_fen, o.state, o.products, o.owner_id, u.name AS owner_name,
		o.department_id, o.contract_number, o.reference, o.texts, o.imported, o.creator_id, o.created_at, o.custom, o.version`

var _ = numbering.Held(numbering.Order, db.SQL(`SELECT count(*) AS n FROM {orders o} WHERE o.code = :number`, Table))

var (
	get = db.SQL(`SELECT `+columns+`
		FROM {orders o} JOIN {customers c} ON c.id = o.customer_id LEFT JOIN {users u} ON u.id = o.owner_id WHERE o.id = :id AND o.deleted_at = 0`, Table, customer.Table, account.Users)
	binned = db.SQL(`SELECT `+columns+`
		FROM {orders o} JOIN {customers c} ON c.id = o.customer_id LEFT JOIN {users u} ON u.id = o.owner_id WHERE o.id = :id AND o.deleted_at > 0`, Table, customer.Table, account.Users)
	list = db.SQL(`SELECT `+columns+`
		FROM {orders o} JOIN {customers c} ON c.id = o.customer_id LEFT JOIN {users u} ON u.id = o.owner_id
		WHERE o.deleted_at = 0 AND {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, customer.Table, account.Users)
	// besides is list in the order of a field that the company added.
	besides = db.SQL(`SELECT `+columns+`, coalesce(v.text, '') AS text, coalesce(v.num, 0) AS num, CASE WHEN v.record_id IS NULL THEN 0 ELSE 1 END AS held
		FROM {orders o} LEFT JOIN {custom_value v} ON v.record_id = o.id AND v.field_id = :field JOIN {customers c} ON c.id = o.customer_id LEFT JOIN {users u} ON u.id = o.owner_id
		WHERE o.deleted_at = 0 AND {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, own.Rows, customer.Table, account.Users)
	living = db.SQL(`SELECT count(*) AS n FROM {orders o} WHERE o.id IN (:ids) AND o.deleted_at = 0`, Table)
	count  = db.SQL(`SELECT count(*) AS n FROM (SELECT o.id FROM {orders o} WHERE o.deleted_at = 0 AND {filter} LIMIT {limit}) x`, Table)
	sum    = db.SQL(`SELECT CAST(coalesce(sum(o.amount_fen), 0) AS BIGINT) AS n FROM {orders o} WHERE o.deleted_at = 0 AND o.state <> 'cancelled' AND {filter}`, Table)

	linesOf = db.SQL(`SELECT l.order_id, l.product, l.unit, l.quantity_milli, l.price_fen, l.discount_bp, l.amount_fen
		FROM {order_lines l} WHERE l.order_id IN (:ids) ORDER BY l.order_id, l.position`, Lines)
	dropLines = db.SQL(`DELETE FROM {order_lines!change l} WHERE l.order_id = :order`, Lines)
	dropOrder = db.SQL(`DELETE FROM {orders!change o} WHERE o.id = :order`, Table)

	byReference = db.SQL(`SELECT o.id, o.customer_id FROM {orders o} WHERE o.reference = :reference AND o.deleted_at = 0 AND o.id <> :but`, Table)
	byCode      = db.SQL(`SELECT o.id, o.customer_id FROM {orders o} WHERE o.code = :number AND o.deleted_at = 0`, Table)
	alike       = db.SQL(`SELECT o.id, o.customer_id FROM {orders o} WHERE o.customer_id = :customer AND o.ordered_on = :day AND o.amount_fen = :amount AND o.deleted_at = 0 LIMIT 1`, Table)
	days        = db.SQL(`SELECT min(o.ordered_on) AS first, max(o.ordered_on) AS last FROM {orders o}
		WHERE o.customer_id = :customer AND o.deleted_at = 0 AND o.state <> 'cancelled' GROUP BY o.customer_id`, Table)
	countOf = db.SQL(`SELECT count(*) AS n FROM {orders o} WHERE o.customer_id = :customer AND o.deleted_at = 0`, Table)

	purgeLines  = db.SQL(`DELETE FROM {order_lines!change l} WHERE l.customer_id = :customer`, Lines)
	purgeOrders = db.SQL(`DELETE FROM {orders!change o} WHERE o.customer_id = :customer`, Table)
	expired     = db.SQL(`SELECT o.id, o.customer_id FROM {orders o} WHERE o.deleted_at > 0 AND o.deleted_at < :before ORDER BY o.deleted_at LIMIT 200`, Table)
)
