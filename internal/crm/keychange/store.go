package keychange

import (
	"zhike/internal/base/account"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/platform/db"
)

const columns = `SELECT k.id, k.customer_id, c.name AS customer_name, c.kind AS customer_kind, c.credit_code AS code_now, c.custom AS custom_now, c.archived, c.owner_id, o.name AS owner_name,
		e.leader_id, l.name AS leader_name, k.contact_id, k.kind, k.fields, k.sealed, k.asker_id, a.name AS asker_name, k.asked_at, k.state, b.name AS decided_by_name, k.decided_at, k.note, k.version
	FROM {key_changes k} JOIN {customers c} ON c.id = k.customer_id LEFT JOIN {users o} ON o.id = c.owner_id LEFT JOIN {departments e} ON e.id = c.department_id
		LEFT JOIN {users l} ON l.id = e.leader_id LEFT JOIN {users a} ON a.id = k.asker_id LEFT JOIN {users b} ON b.id = k.decided_by `

var (
	byID      = db.SQL(columns+`WHERE k.id = :id`, Table, customer.Table, account.Users, account.Departments)
	list      = db.SQL(columns+`WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, customer.Table, account.Users, account.Departments)
	standing  = db.SQL(columns+`WHERE k.customer_id = :customer AND k.state = 'open' ORDER BY k.asked_at DESC, k.id DESC LIMIT 200`, Table, customer.Table, account.Users, account.Departments)
	ofContact = db.SQL(columns+`WHERE k.contact_id = :contact AND k.state = 'open' ORDER BY k.asked_at, k.id LIMIT 200`, Table, customer.Table, account.Users, account.Departments)

	// waiting is what waits for the viewer: his customers', what he decides as an administrator and, where nobody
	// decides his own, what owners in a department that he leads asked.
	waiting = db.SQL(columns+`WHERE k.state = 'open' AND NOT c.archived AND (:strict = 0 OR k.asker_id <> :me)
		AND (c.owner_id = :me OR k.id IN (SELECT x.id FROM {key_changes!change x}) OR :strict = 1 AND k.asker_id = c.owner_id AND e.leader_id = :me)
		AND {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, customer.Table, account.Users, account.Departments)

	people = db.SQL(`SELECT p.id, p.name_masked, p.name_sealed, p.mobile_masked, p.mobile2_masked, p.phone_masked, p.email_masked, p.wechat_masked FROM {contacts p} WHERE p.id IN (:ids)`, directory.Table)
	purge  = db.SQL(`DELETE FROM {key_changes!change k} WHERE k.customer_id = :customer`, Table)
)

type person struct {
	ID      string `db:"id"`
	Masked  string `db:"name_masked"`
	Sealed  []byte `db:"name_sealed"`
	Mobile  string `db:"mobile_masked"`
	Mobile2 string `db:"mobile2_masked"`
	Phone   string `db:"phone_masked"`
	Email   string `db:"email_masked"`
	WeChat  string `db:"wechat_masked"`
}

func (p person) now(field string) string {
	return map[string]string{"name": p.Masked, "mobile": p.Mobile, "mobile2": p.Mobile2, "phone": p.Phone, "email": p.Email, "wechat": p.WeChat}[field]
}
