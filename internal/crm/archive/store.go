package archive

import (
	"zhike/internal/base/account"
	"zhike/internal/base/numbering"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

const columns = `a.id, a.customer_id, c.name AS customer_name, c.code AS customer_code, c.status, a.code, a.standing, a.year, a.category, a.business, a.project_type, a.place,
		a.archived_at, u.name AS by_name, a.used_at, l.borrower_id, b.name AS borrower_name, coalesce(l.due_on, '') AS due_on, a.version, a.texts
		FROM {archives a} JOIN {customers c} ON c.id = a.customer_id LEFT JOIN {users u} ON u.id = a.archived_by
		LEFT JOIN {archive_loans l} ON l.customer_id = a.customer_id AND l.returned_at = 0 LEFT JOIN {users b} ON b.id = l.borrower_id`

var (
	get  = db.SQL(`SELECT `+columns+` WHERE a.id = :id`, Table, Loans, customer.Table, account.Users)
	of   = db.SQL(`SELECT `+columns+` WHERE a.customer_id = :customer`, Table, Loans, customer.Table, account.Users)
	list = db.SQL(`SELECT `+columns+` WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, Loans, customer.Table, account.Users)

	count = db.SQL(`SELECT count(*) AS n FROM (SELECT a.id FROM {archives a} JOIN {customers c} ON c.id = a.customer_id
		LEFT JOIN {archive_loans l} ON l.customer_id = a.customer_id AND l.returned_at = 0 WHERE {filter} LIMIT {limit}) x`, Table, Loans, customer.Table)
	shelves = db.SQL(`SELECT a.year AS year, a.category AS category, count(*) AS n FROM {archives a} JOIN {customers c} ON c.id = a.customer_id WHERE a.standing GROUP BY 1, 2 ORDER BY 1 DESC, 2`, Table, customer.Table)

	loans = db.SQL(`SELECT l.id, l.borrower_id, b.name AS borrower_name, u.name AS lent_by_name, l.lent_at, l.due_on, l.returned_at, l.texts
		FROM {archive_loans l} LEFT JOIN {users b} ON b.id = l.borrower_id LEFT JOIN {users u} ON u.id = l.lent_by
		WHERE l.customer_id = :customer ORDER BY l.lent_at DESC, l.id DESC LIMIT 200`, Loans, account.Users)
	moves = db.SQL(`SELECT m.id, m.kind, m.at, m.texts, u.name AS by_name FROM {archive_moves m} LEFT JOIN {users u} ON u.id = m.by_id
		WHERE m.customer_id = :customer ORDER BY m.at DESC, m.id DESC LIMIT 200`, Moves, account.Users)
	late = db.SQL(`SELECT l.id, l.customer_id, l.borrower_id, l.due_on, a.code, c.name FROM {archive_loans l} JOIN {archives a} ON a.customer_id = l.customer_id
		JOIN {customers c} ON c.id = l.customer_id WHERE l.returned_at = 0 AND l.due_on < :today ORDER BY l.due_on, l.id LIMIT 1000`, Loans, Table, customer.Table)
	owner = db.SQL(`SELECT c.name, coalesce(c.owner_id, '') AS owner FROM {customers c} WHERE c.id = :id`, customer.Table)

	purgeLoans = db.SQL(`DELETE FROM {archive_loans!change l} WHERE l.customer_id = :customer`, Loans)
	purgeMoves = db.SQL(`DELETE FROM {archive_moves!change m} WHERE m.customer_id = :customer`, Moves)
	purge      = db.SQL(`DELETE FROM {archives!change a} WHERE a.customer_id = :customer`, Table)

	_ = numbering.Held(numbering.Archive, db.SQL(`SELECT count(*) AS n FROM {archives a} WHERE a.code = :number`, Table))
)

type newFile struct {
	ID         string `db:"id"`
	Customer   string `db:"customer_id"`
	CreatedAt  int64  `db:"created_at"`
	UpdatedAt  int64  `db:"updated_at"`
	ArchivedAt int64  `db:"archived_at"`
	By         string `db:"archived_by"`
	said
}

// said is what people say of a file.
type said struct {
	Year        int64  `db:"year"`
	Category    string `db:"category"`
	Business    string `db:"business"`
	ProjectType string `db:"project_type"`
	Place       string `db:"place"`
	Texts       []byte `db:"texts"`
}

type newMove struct {
	ID       string `db:"id"`
	Customer string `db:"customer_id"`
	Kind     string `db:"kind"`
	At       int64  `db:"at"`
	By       string `db:"by_id"`
	Texts    []byte `db:"texts"`
}

type newLoan struct {
	ID       string `db:"id"`
	Customer string `db:"customer_id"`
	Borrower string `db:"borrower_id"`
	LentBy   string `db:"lent_by"`
	LentAt   int64  `db:"lent_at"`
	DueOn    string `db:"due_on"`
	Texts    []byte `db:"texts"`
}
