package review

import (
	"zhike/internal/base/account"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/need"
	"zhike/internal/crm/task"
	"zhike/internal/platform/db"
)

const (
	planColumns = `p.id, p.department_id, d.name AS department_name, d.path, p.every, p.first_on, p.next_on, p.active, p.creator_id, p.version`
	columns     = `r.id, r.department_id, d.name AS department_name, r.every, r.from_on, r.to_on, r.state, r.leader_id, l.name AS leader_name,
		r.opened_at, o.name AS opened_by_name, r.closed_at, e.name AS closed_by_name, r.figures, r.version`
	people = `JOIN {departments d} ON d.id = r.department_id LEFT JOIN {users l} ON l.id = r.leader_id LEFT JOIN {users o} ON o.id = r.opened_by LEFT JOIN {users e} ON e.id = r.closed_by`
	known  = `c.id AS customer_id, c.name AS customer_name, c.kind AS customer_kind, c.stage, u.name AS owner_name`
)

var (
	allPlans = db.SQL(`SELECT `+planColumns+` FROM {review_plans p} JOIN {departments d} ON d.id = p.department_id WHERE p.next_on > '' ORDER BY p.next_on, p.id LIMIT 500`, Plans, account.Departments)
	onePlan  = db.SQL(`SELECT `+planColumns+` FROM {review_plans p} JOIN {departments d} ON d.id = p.department_id WHERE p.id = :id`, Plans, account.Departments)
	duePlans = db.SQL(`SELECT `+planColumns+` FROM {review_plans p} JOIN {departments d} ON d.id = p.department_id WHERE p.active AND p.next_on < :today ORDER BY p.id`, Plans, account.Departments)
	dropPlan = db.SQL(`DELETE FROM {review_plans!change p} WHERE p.id = :id`, Plans)

	list = db.SQL(`SELECT `+columns+` FROM {reviews r} `+people+` WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, account.Departments, account.Users)
	one  = db.SQL(`SELECT `+columns+` FROM {reviews r} `+people+` WHERE r.id = :id`, Table, account.Departments, account.Users)

	heldIn  = db.SQL(`SELECT count(*) AS n FROM {reviews r} WHERE r.department_id = :department`, Table)
	planOf  = db.SQL(`SELECT count(*) AS n FROM {review_plans p} WHERE p.department_id = :department`, Plans)
	inTree  = db.SQL(`SELECT d.id, d.name, d.leader_id, d.path FROM {departments d} WHERE d.id = :department`, account.Departments)
	allOver = db.SQL(`SELECT d.id, d.name, d.leader_id, d.path FROM {departments d} ORDER BY d.path`, account.Departments)
	team    = db.SQL(`SELECT u.id FROM {users u} JOIN {departments d} ON d.id = u.department_id WHERE u.state = 'active' AND substr(d.path, 1, length(:path)) = :path ORDER BY u.id`, account.Users, account.Departments)

	markCount    = db.SQL(`SELECT r.id, count(*) AS n FROM {review_marks m} JOIN {reviews r} ON r.id = m.review_id WHERE r.id IN (:ids) AND m.undone_at = 0 GROUP BY 1`, Marks, Table)
	commentCount = db.SQL(`SELECT k.review_id AS id, count(*) AS n FROM {review_comments k} LEFT JOIN {customers c} ON c.id = k.customer_id
		WHERE k.review_id IN (:ids) AND (k.customer_id IS NULL OR c.id IS NOT NULL) GROUP BY 1`, Comments, customer.Table)

	// The records behind a figure: of each, whose, and what a line of it tells.
	customerRows = db.SQL(`SELECT `+known+`, c.id AS record_id, c.won_at, c.lost_at, c.last_follow_up_at, c.stage_entered_at AS at
		FROM {customers c} LEFT JOIN {users u} ON u.id = c.owner_id WHERE {filter} ORDER BY c.name_sort, c.id LIMIT {limit}`, customer.Table, account.Users)
	talkRows = db.SQL(`SELECT `+known+`, f.id AS record_id, f.recorded_at, f.happened_at AS at, a.name AS person
		FROM {follow_ups f} JOIN {customers c} ON c.id = f.customer_id LEFT JOIN {users u} ON u.id = c.owner_id LEFT JOIN {users a} ON a.id = f.author_id
		WHERE {filter} ORDER BY f.happened_at, f.id LIMIT {limit}`, followup.Table, customer.Table, account.Users)
	needRows = db.SQL(`SELECT `+known+`, n.id AS record_id, n.created_at AS at, a.name AS person
		FROM {needs n} JOIN {customers c} ON c.id = n.customer_id LEFT JOIN {users u} ON u.id = c.owner_id LEFT JOIN {users a} ON a.id = n.owner_id
		WHERE n.deleted_at = 0 AND {filter} ORDER BY n.created_at, n.id LIMIT {limit}`, need.Table, customer.Table, account.Users)
	taskRows = db.SQL(`SELECT `+known+`, t.id AS record_id, t.done_at, t.due_at AS at, a.name AS person
		FROM {tasks t} JOIN {customers c} ON c.id = t.customer_id LEFT JOIN {users u} ON u.id = c.owner_id LEFT JOIN {users a} ON a.id = t.owner_id
		WHERE t.due_at >= :from AND t.due_at < :until AND (t.done_at = 0 AND t.due_at < :now OR t.done_at > t.due_at) AND {filter} ORDER BY t.due_at, t.id LIMIT {limit}`, task.Table, customer.Table, account.Users)
	taskLines = db.SQL(`SELECT t.owner_id AS id, a.name, count(*) AS n FROM {tasks t} JOIN {customers c} ON c.id = t.customer_id LEFT JOIN {users a} ON a.id = t.owner_id
		WHERE t.due_at >= :from AND t.due_at < :until AND (t.done_at = 0 AND t.due_at < :now OR t.done_at > t.due_at) AND {filter} GROUP BY 1, 2 ORDER BY 3 DESC, 1`, task.Table, customer.Table, account.Users)

	keptRows = db.SQL(`SELECT `+known+`, k.record_id, k.item, k.at FROM {review_rows k} JOIN {reviews r} ON r.id = k.review_id JOIN {customers c} ON c.id = k.customer_id LEFT JOIN {users u} ON u.id = c.owner_id
		WHERE r.id = :review AND k.section = :section AND {filter} ORDER BY k.at, k.id LIMIT {limit}`, Rows, Table, customer.Table, account.Users)
	keptCounts = db.SQL(`SELECT k.section, k.item, count(*) AS n FROM {review_rows k} JOIN {reviews r} ON r.id = k.review_id WHERE r.id = :review GROUP BY 1, 2`, Rows, Table)
	whyMoved   = db.SQL(`SELECT m.customer_id, m.reason, m.texts FROM {stage_moves m} WHERE m.customer_id IN (:ids) AND m.to_stage IN (:stages) AND m.at >= :from AND m.at < :until ORDER BY m.id`, customer.Moves)
	userNames  = db.SQL(`SELECT u.id, u.name FROM {users u} WHERE u.id IN (:ids)`, account.Users)

	marksOf = db.SQL(`SELECT m.id, m.customer_id, u.name AS by_name, m.at FROM {review_marks m} JOIN {reviews r} ON r.id = m.review_id LEFT JOIN {users u} ON u.id = m.by_id
		WHERE r.id = :review AND m.customer_id IN (:ids) AND m.undone_at = 0`, Marks, Table, account.Users)
	unmark = db.SQL(`UPDATE {review_marks!change m} SET undone_at = :now, undone_by = :user WHERE m.review_id = :review AND m.customer_id = :customer AND m.undone_at = 0`, Marks)
	ofTeam = db.SQL(`SELECT c.id FROM {customers c} JOIN {departments d} ON d.id = c.department_id WHERE c.id = :customer AND substr(d.path, 1, length(:path)) = :path`, customer.Table, account.Departments)

	comments = db.SQL(`SELECT k.id, k.customer_id, c.name AS customer_name, k.author_id, u.name AS author_name, k.at, k.texts FROM {review_comments k}
		LEFT JOIN {customers c} ON c.id = k.customer_id LEFT JOIN {users u} ON u.id = k.author_id
		WHERE k.review_id = :review AND (k.customer_id IS NULL OR c.id IS NOT NULL) AND {filter} ORDER BY k.at, k.id LIMIT {limit}`, Comments, customer.Table, account.Users)
	commentsOn = db.SQL(`SELECT k.customer_id AS id, count(*) AS n FROM {review_comments k} JOIN {customers c} ON c.id = k.customer_id WHERE k.review_id = :review AND k.customer_id IN (:ids) GROUP BY 1`, Comments, customer.Table)

	purgeRows     = db.SQL(`DELETE FROM {review_rows!change k} WHERE k.customer_id = :customer`, Rows)
	purgeMarks    = db.SQL(`DELETE FROM {review_marks!change m} WHERE m.customer_id = :customer`, Marks)
	purgeComments = db.SQL(`DELETE FROM {review_comments!change k} WHERE k.customer_id = :customer`, Comments)
)
