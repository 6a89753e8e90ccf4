package rollup

import (
	"time"

	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/order"
	"zhike/internal/platform/db"
)

var (
	heads = db.SQL(`SELECT c.id, c.department_id, c.owner_id, c.pool_id, c.created_at, c.status FROM {customers c} WHERE c.id IN (:ids) AND c.deleted_at = 0`, customer.Table)
	spans = db.SQL(`SELECT s.customer_id, s.status, s.from_at, s.until_at, s.next_status FROM {status_spans s} WHERE s.customer_id IN (:ids)`, customer.Spans)
	sold  = db.SQL(`SELECT o.customer_id, o.ordered_on, o.amount_fen FROM {orders o} WHERE o.customer_id IN (:ids) AND o.deleted_at = 0 AND o.state <> 'cancelled'`, order.Table)
	talks = db.SQL(`SELECT f.customer_id, f.happened_at, f.late, f.imported FROM {follow_ups f} WHERE f.customer_id IN (:ids)`, followup.Table)
	wrong = db.SQL(`SELECT f.customer_id, f.feedback_at FROM {feedback f} WHERE f.customer_id IN (:ids) AND f.kind = 'complaint' AND f.deleted_at = 0`, feedback.Table)

	// Those that somebody reaches one by one.
	joined = db.SQL(`SELECT c.id, c.department_id, c.owner_id, c.pool_id, c.created_at, c.status FROM {customers c} WHERE c.id IN (SELECT m.customer_id FROM {customer_members m}
		WHERE m.user_id = :me AND (m.kind = 'collaborator' OR m.kind = 'grant' AND m.until > :now))`, customer.Members, customer.Table)

	marked   = db.SQL(`SELECT m.id, m.customer_id FROM {rollup_marks m} ORDER BY m.id LIMIT :most`, marks)
	unmark   = db.SQL(`DELETE FROM {rollup_marks!change m} WHERE m.id IN (:ids)`, marks)
	stored   = db.SQL(`SELECT k.customer_id, k.department_id, k.owner_id, k.pool_id, k.cells FROM {rollup_customers k} WHERE k.customer_id IN (:ids)`, customers)
	kept     = db.SQL(`SELECT k.customer_id, k.department_id, k.owner_id, k.pool_id, k.cells FROM {rollup_customers k} WHERE k.customer_id > :after ORDER BY k.customer_id LIMIT :most`, customers)
	drop     = db.SQL(`DELETE FROM {rollup_customers!change k} WHERE k.customer_id IN (:ids)`, customers)
	dropTo   = db.SQL(`DELETE FROM {rollup_customers!change k} WHERE k.customer_id <= :reached`, customers)
	some     = db.SQL(`SELECT k.customer_id AS id FROM {rollup_customers k} ORDER BY k.customer_id LIMIT :most`, customers)
	fresh    = db.SQL(`SELECT c.id FROM {customers c} WHERE c.id > :after ORDER BY c.id LIMIT :most`, customer.Table)
	anyPlace = db.SQL(`SELECT r.place AS id FROM {rollups r} ORDER BY r.place LIMIT 1`, rollups)
	empty    = db.SQL(`DELETE FROM {rollups!change r} WHERE r.place = :name`, rollups)
	step     = db.SQL(`SELECT s.name, s.step, s.zone, s.edition, s.reached, s.holder, s.held_until, s.turn FROM {rollup_state s}`, state)
	bump     = db.SQL(`UPDATE {rollups!change r} SET created = created + :created, won = won + :won, lost = lost + :lost, held = held + :held, amount = amount + :amount,
		gaps = gaps + :gaps, gap_ms = gap_ms + :gap_ms, talks = talks + :talks, late = late + :late, complaints = complaints + :complaints
		WHERE r.place = :place AND r.grain = :grain AND r.day = :day AND r.back = :back AND r.department = :department`, rollups)
	either   = db.SQL(`SELECT x.id FROM (SELECT c.id FROM {customers c} UNION SELECT k.customer_id AS id FROM {rollup_customers k}) x WHERE x.id > :after ORDER BY x.id LIMIT :most`, customer.Table, customers)
	markedOf = db.SQL(`SELECT m.id, m.customer_id FROM {rollup_marks m} WHERE m.customer_id IN (:ids)`, marks)
	everyRow = db.SQL(`SELECT r.place, r.grain, r.day, r.back, r.department, r.created, r.won, r.lost, r.held, r.amount, r.gaps, r.gap_ms, r.talks, r.late, r.complaints FROM {rollups r}`, rollups)
)

const added = `CAST(sum(r.created) AS BIGINT) AS created, CAST(sum(r.won) AS BIGINT) AS won, CAST(sum(r.lost) AS BIGINT) AS lost, CAST(sum(r.held) AS BIGINT) AS held, CAST(sum(r.amount) AS BIGINT) AS amount,
	CAST(sum(r.gaps) AS BIGINT) AS gaps, CAST(sum(r.gap_ms) AS BIGINT) AS gap_ms, CAST(sum(r.talks) AS BIGINT) AS talks, CAST(sum(r.late) AS BIGINT) AS late, CAST(sum(r.complaints) AS BIGINT) AS complaints`

var (
	months = db.SQL(`SELECT CASE WHEN r.day < :first THEN '' ELSE r.day END AS day, CASE WHEN r.day < :first THEN '' ELSE r.back END AS back, r.department, `+added+`
		FROM {rollups r} WHERE r.place IN (:places) AND r.grain = 'm' GROUP BY 1, 2, 3`, rollups)
	days = db.SQL(`SELECT r.day, r.back, r.department, `+added+`
		FROM {rollups r} WHERE r.place IN (:places) AND r.grain = 'd' AND r.day >= :first AND r.day < :last GROUP BY 1, 2, 3`, rollups)
)

type idRow struct {
	ID string `db:"id"`
}

type markRow struct {
	ID       int64  `db:"id"`
	Customer string `db:"customer_id"`
}

type customRow struct {
	Customer   string `db:"customer_id"`
	Department string `db:"department_id"`
	Owner      string `db:"owner_id"`
	Pool       string `db:"pool_id"`
	Cells      string `db:"cells"`
}

func (r customRow) custom() custom {
	return custom{place{r.Department, r.Owner, r.Pool}, read(r.Cells)}
}

type rollKey struct {
	Place      string `db:"place"`
	Grain      string `db:"grain"`
	Day        string `db:"day"`
	Back       string `db:"back"`
	Department string `db:"department"`
}

type rollRow struct {
	rollKey
	Sums
}

type stateRow struct {
	Name      string `db:"name"`
	Step      string `db:"step"`
	Zone      string `db:"zone"`
	Edition   int64  `db:"edition"`
	Reached   string `db:"reached"`
	Holder    string `db:"holder"`
	HeldUntil int64  `db:"held_until"`
	Turn      int64  `db:"turn"`
}

// actual works out what customers add today; one that is gone or binned is left out.
func actual(tx *db.Tx, zone *time.Location, ids []string) (map[string]custom, error) {
	tx = tx.As(program)
	k := calendar{zone: zone, known: map[int64]string{}}
	args := db.Args{"ids": ids}
	all, err := db.All[head](tx, heads, args)
	if err != nil {
		return nil, err
	}
	s, err := by(tx, spans, args, func(r spent) string { return r.Customer })
	if err != nil {
		return nil, err
	}
	o, err := by(tx, sold, args, func(r ordered) string { return r.Customer })
	if err != nil {
		return nil, err
	}
	t, err := by(tx, talks, args, func(r talked) string { return r.Customer })
	if err != nil {
		return nil, err
	}
	f, err := by(tx, wrong, args, func(r complained) string { return r.Customer })
	if err != nil {
		return nil, err
	}
	out := make(map[string]custom, len(all))
	for _, h := range all {
		c := custom{h.place(), cells{}}
		c.cells.made(k, h)
		c.cells.spans(k, s[h.ID])
		c.cells.orders(o[h.ID])
		c.cells.talks(k, h.Status == "potential" || h.Status == "interested", t[h.ID])
		c.cells.complaints(k, f[h.ID])
		out[h.ID] = c
	}
	return out, nil
}

func by[T any](tx *db.Tx, q db.Query, args db.Args, key func(T) string) (map[string][]T, error) {
	rows, err := db.All[T](tx, q, args)
	out := map[string][]T{}
	for _, r := range rows {
		out[key(r)] = append(out[key(r)], r)
	}
	return out, err
}

// known gives what the sums hold of customers.
func known(tx *db.Tx, ids []string) (map[string]custom, error) {
	rows, err := db.All[customRow](tx.As(program), stored, db.Args{"ids": ids})
	out := make(map[string]custom, len(rows))
	for _, r := range rows {
		out[r.Customer] = r.custom()
	}
	return out, err
}
