package customer

import (
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/numbering"
	"zhike/internal/crm/likeness"
	"zhike/internal/platform/db"
)

// columns are those of a Summary.
const columns = `c.id, c.code, c.name, c.short_name, c.kind, c.credit_code, c.industry, c.trade, c.size, c.employees, c.annual_revenue_fen, c.assets_fen,
		c.founded_on, c.region, c.source, c.grade, c.intent, c.strategic, c.urgency, c.tags, c.budget_from_fen, c.budget_to_fen, c.buy_by,
		c.deliver_by, c.budget_enough, c.decision_months, c.renewal_intent, c.follow_state, c.first_talk_on, c.account_manager_id, c.lost_at, c.loss_reason,
		c.effective_at, c.archived, c.first_order_on, c.last_order_on,
		c.size_proposed, c.area, c.status, c.stage, c.stage_entered_at, c.reactivated, c.won_at, c.owner_id, o.name AS owner_name,
		c.department_id, d.name AS department_name, c.creator_id, m.name AS creator_name, c.pool_id, c.review, c.completeness, c.missing, c.checked_at,
		c.last_follow_up_at, c.next_follow_up_at, c.created_at, c.updated_at, c.version, c.deleted_at,
		c.name_sort, c.name_sealed, c.custom, c.merged_into`

var _ = numbering.Held(numbering.Customer, db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE c.code = :number`, Table))

var (
	get = db.SQL(`SELECT `+columns+`, c.texts, c.texts_filled, c.name_key, c.credit_code_override
		FROM {customers c} LEFT JOIN {users o} ON o.id = c.owner_id LEFT JOIN {users m} ON m.id = c.creator_id LEFT JOIN {departments d} ON d.id = c.department_id
		WHERE c.id = :id`, Table, account.Users, account.Departments)

	list = db.SQL(`SELECT `+columns+`
		FROM {customers c} LEFT JOIN {users o} ON o.id = c.owner_id LEFT JOIN {users m} ON m.id = c.creator_id LEFT JOIN {departments d} ON d.id = c.department_id
		WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, account.Users, account.Departments)

	// besides is list in the order of a field that the company added.
	besides = db.SQL(`SELECT `+columns+`, coalesce(v.text, '') AS text, coalesce(v.num, 0) AS num, CASE WHEN v.record_id IS NULL THEN 0 ELSE 1 END AS held
		FROM {customers c} LEFT JOIN {custom_value v} ON v.record_id = c.id AND v.field_id = :field
		LEFT JOIN {users o} ON o.id = c.owner_id LEFT JOIN {users m} ON m.id = c.creator_id LEFT JOIN {departments d} ON d.id = c.department_id
		WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, Values, account.Users, account.Departments)

	binned = db.SQL(`SELECT `+columns+`
		FROM {customers!bin c} LEFT JOIN {users o} ON o.id = c.owner_id LEFT JOIN {users m} ON m.id = c.creator_id LEFT JOIN {departments d} ON d.id = c.department_id
		WHERE c.merged_into IS NULL AND {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, account.Users, account.Departments)

	count = db.SQL(`SELECT count(*) AS n FROM (SELECT c.id FROM {customers c} WHERE {filter} LIMIT {limit}) x`, Table)

	holdersOfName = db.SQL(`SELECT c.id, c.name, c.kind, c.credit_code, o.name AS owner_name, c.created_at FROM {customers c} LEFT JOIN {users o} ON o.id = c.owner_id
		WHERE c.name_key = :key AND c.deleted_at = 0 AND c.id <> :self ORDER BY c.created_at LIMIT 50`, Table, account.Users)
	holderOfCode = db.SQL(`SELECT c.id, c.name, c.kind, c.credit_code, o.name AS owner_name, c.created_at FROM {customers c} LEFT JOIN {users o} ON o.id = c.owner_id
		WHERE c.credit_code = :code AND c.deleted_at = 0 AND c.id <> :self LIMIT 1`, Table, account.Users)

	memberIDs = db.SQL(`SELECT m.user_id AS id FROM {customer_members m} WHERE m.customer_id = :customer`, Members)

	inDepartment = db.SQL(`SELECT count(*) AS n FROM (SELECT c.id FROM {customers c} WHERE c.department_id = :department LIMIT 1) x`, Table)
)

// derived are the columns that follow from facts and texts.
type derived struct {
	NameSealed   []byte      `db:"name_sealed"`
	NameKey      string      `db:"name_key"`
	NameSort     string      `db:"name_sort"`
	Override     string      `db:"credit_code_override"`
	SizeProposed api.Text    `db:"size_proposed"`
	Area         api.Text    `db:"area"`
	Texts        []byte      `db:"texts"`
	TextsFilled  string      `db:"texts_filled"`
	Completeness int64       `db:"completeness"`
	Missing      api.Strings `db:"missing"`
	likeness.Marks
}

type newRow struct {
	ID   string `db:"id"`
	Code string `db:"code"`
	Facts
	derived
	Custom    Custom `db:"custom"`
	CreatedAt int64  `db:"created_at"`
	UpdatedAt int64  `db:"updated_at"`
}

type changedRow struct {
	Facts
	derived
	Custom Custom `db:"custom"`
}

// A valued customer stands in a list that a field of the company's own orders.
type valued struct {
	Summary
	Text string `db:"text"`
	Num  int64  `db:"num"`
	Held int64  `db:"held"`
}

type valueRow struct {
	Field  string `db:"field_id"`
	Record string `db:"record_id"`
	Text   string `db:"text"`
}

type holder struct {
	ID        string   `db:"id"`
	Name      string   `db:"name"`
	Kind      string   `db:"kind"`
	Code      string   `db:"credit_code"`
	OwnerName api.Text `db:"owner_name"`
	CreatedAt api.Time `db:"created_at"`
}
