package segment

import (
	"zhike/internal/base/account"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

const columns = `s.id, s.code, s.name, s.kind, s.filter, s.badge, s.tone, s.followed, s.playbook, s.shared, s.role_ids, s.owner_id, s.refreshed_at, s.version`

var (
	all = db.SQL(`SELECT `+columns+` FROM {segments s} ORDER BY CASE WHEN s.badge = 0 THEN 1 ELSE 0 END, s.badge, s.created_at, s.id LIMIT 500`, Table)
	get = db.SQL(`SELECT `+columns+` FROM {segments s} WHERE s.id = :id`, Table)

	byCode  = db.SQL(`SELECT s.id FROM {segments s} WHERE s.code = :code`, Table)
	counted = db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE NOT c.archived AND {filter}`, customer.Table)
	among   = db.SQL(`SELECT c.id FROM {customers c} WHERE c.id = :customer AND NOT c.archived AND {filter}`, customer.Table)

	entering = db.SQL(`SELECT c.id FROM {customers c} WHERE c.deleted_at = 0 AND NOT c.archived AND {filter}
		AND c.id NOT IN (SELECT m.customer_id FROM {segment_members m} WHERE m.segment_id = :segment AND m.until = 0) ORDER BY c.id LIMIT {limit}`, customer.Table, Members)
	leaving = db.SQL(`SELECT m.id FROM {segment_members m} WHERE m.segment_id = :segment AND m.until = 0
		AND m.customer_id NOT IN (SELECT c.id FROM {customers c} WHERE c.deleted_at = 0 AND NOT c.archived AND {filter}) ORDER BY m.id LIMIT {limit}`, customer.Table, Members)
	facts = db.SQL(`SELECT c.id, c.status, c.last_order_on, c.won_at, c.strategic, c.renewal_intent, c.budget_enough, c.decision_months, c.last_follow_up_at, c.created_at, c.industry, c.grade, c.texts_filled
		FROM {customers c} WHERE c.id IN (:ids)`, customer.Table)

	leave = db.SQL(`UPDATE {segment_members!change m} SET until = :at WHERE m.id IN (:ids) AND m.until = 0`, Members)
	taken = db.SQL(`UPDATE {segment_members!change m} SET taken_at = :at, taken_by = :user WHERE m.id = :id AND m.taken_at = 0`, Members)
	fresh = db.SQL(`UPDATE {segments!change s} SET refreshed_at = :at WHERE s.id = :id`, Table)
	drop  = db.SQL(`DELETE FROM {segments!change s} WHERE s.id = :id`, Table)

	memberIDs = db.SQL(`SELECT m.customer_id AS id, 1 AS v FROM {segment_members m} WHERE m.segment_id = :segment AND m.until = 0`, Members)
	dropAll   = db.SQL(`DELETE FROM {segment_members!change m} WHERE m.segment_id = :segment`, Members)
	purge     = db.SQL(`DELETE FROM {segment_members!change m} WHERE m.customer_id = :customer`, Members)
	history   = db.SQL(`SELECT m.id, m.segment_id, m.customer_id, c.name AS customer_name, m.since, m.until, m.figures, m.taken_at, u.name AS taken_by
		FROM {segment_members m} JOIN {customers c} ON c.id = m.customer_id LEFT JOIN {users u} ON u.id = m.taken_by
		WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Members, customer.Table, account.Users)
	badges = db.SQL(`SELECT m.customer_id AS id, m.segment_id AS segment FROM {segment_members m} JOIN {segments s} ON s.id = m.segment_id
		WHERE m.customer_id IN (:ids) AND m.until = 0 AND s.badge > 0 ORDER BY s.badge`, Members, Table)
	leaderOf = db.SQL(`SELECT d.leader_id AS id FROM {departments d} WHERE d.id = :department`, account.Departments)
)
