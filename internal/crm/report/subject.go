package report

import (
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/customfield"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/platform/db"
)

// A sums is one group of a subject's rows: how many, and what its query adds up.
type sums struct {
	A any   `db:"a"`
	B any   `db:"b"`
	N int64 `db:"n"`
	X int64 `db:"x"`
	Y int64 `db:"y"`
	Z int64 `db:"z"`
	V int64 `db:"v"`
	W int64 `db:"w"`
}

// A measure of a subject.
type measure struct {
	name string
	unit string
	see  access.Group
	of   func(g, all sums, list string) Figure
	only string // what the rows behind it meet besides, as a filter
	list bool   // there is a list whose count or sum it is
}

// A subject is a kind of record that reports ask of.
type subject struct {
	name     string
	may      access.Permission
	date     string // the field that a period bounds
	only     string // what every row meets: the list behind says it too
	fields   func(s *Service) *customfield.Catalogue
	query    db.Query
	lean     db.Query // the same without what the dear measure asks for: read from indexes alone where they hold the rest
	alone    db.Query // lean without its customers, for who reaches all of them and asks nothing of them: 1.2 s against 2.8 for 330,000 talks
	dear     string
	measures []measure
}

const responded = `{"field":"responded_at","op":"not_empty"}`

const won = `{"field":"status","op":"eq","value":"won"}`

var subjects = []subject{
	{"customer", access.CustomerRead, "created_at", "", func(s *Service) *customfield.Catalogue { return s.Customers.Fields },
		db.SQL(`SELECT {a} AS a, {b} AS b, count(*) AS n, CAST(sum(CASE WHEN c.status = 'won' THEN 1 ELSE 0 END) AS BIGINT) AS x, CAST(sum(c.completeness) AS BIGINT) AS y, 0 AS z
			FROM {customers c} WHERE {filter} GROUP BY 1, 2 LIMIT {limit}`, customer.Table),
		db.SQL(`SELECT {a} AS a, {b} AS b, count(*) AS n, CAST(sum(CASE WHEN c.status = 'won' THEN 1 ELSE 0 END) AS BIGINT) AS x, 0 AS y, 0 AS z
			FROM {customers c} WHERE {filter} GROUP BY 1, 2 LIMIT {limit}`, customer.Table), db.Query{}, "completeness",
		[]measure{
			{"count", Count, "", func(g, _ sums, l string) Figure { return figure(g.N, l) }, "", true},
			{"share", Percent, "", func(g, all sums, l string) Figure { return part(g.N, all.N, "") }, "", false},
			{"won", Count, "", func(g, _ sums, l string) Figure { return figure(g.X, l) }, won, true},
			{"won_rate", Percent, "", func(g, _ sums, l string) Figure { return part(g.X, g.N, "") }, "", false},
			{"completeness", Percent, "", func(g, _ sums, l string) Figure { return mean(g.Y, g.N, "") }, "", false},
		}},
	{"order", access.OrderRead, "ordered_on", `{"field":"state","op":"ne","value":"cancelled"}`, func(s *Service) *customfield.Catalogue { return s.Orders.Fields() },
		db.SQL(`SELECT {a} AS a, {b} AS b, count(*) AS n, CAST(sum(o.amount_fen) AS BIGINT) AS x, count(DISTINCT o.customer_id) AS y, 0 AS z
			FROM {orders o} JOIN {customers c} ON c.id = o.customer_id WHERE o.deleted_at = 0 AND {filter} GROUP BY 1, 2 LIMIT {limit}`, order.Table, customer.Table),
		db.SQL(`SELECT {a} AS a, {b} AS b, count(*) AS n, CAST(sum(o.amount_fen) AS BIGINT) AS x, 0 AS y, 0 AS z
			FROM {orders o} JOIN {customers c} ON c.id = o.customer_id WHERE o.deleted_at = 0 AND {filter} GROUP BY 1, 2 LIMIT {limit}`, order.Table, customer.Table),
		db.SQL(`SELECT {a} AS a, {b} AS b, count(*) AS n, CAST(sum(o.amount_fen) AS BIGINT) AS x, 0 AS y, 0 AS z
			FROM {orders o} WHERE o.deleted_at = 0 AND {filter} GROUP BY 1, 2 LIMIT {limit}`, order.Table), "customers",
		[]measure{
			{"amount", Fen, access.Amounts, func(g, _ sums, l string) Figure { return figure(g.X, l) }, "", true},
			{"amount_share", Percent, access.Amounts, func(g, all sums, l string) Figure { return part(g.X, all.X, "") }, "", false},
			{"count", Count, "", func(g, _ sums, l string) Figure { return figure(g.N, l) }, "", true},
			{"share", Percent, "", func(g, all sums, l string) Figure { return part(g.N, all.N, "") }, "", false},
			{"mean", Fen, access.Amounts, func(g, _ sums, l string) Figure {
				if g.N == 0 {
					return Figure{}
				}
				return figure((2*g.X+g.N)/(2*g.N), "")
			}, "", false},
			{"customers", Count, "", func(g, _ sums, l string) Figure { return figure(g.Y, "") }, "", false},
		}},
	{"follow_up", access.FollowUpRead, "happened_at", "", func(s *Service) *customfield.Catalogue { return s.FollowUps.Fields() },
		db.SQL(`SELECT {a} AS a, {b} AS b, count(*) AS n, CAST(sum(CASE WHEN f.late THEN 1 ELSE 0 END) AS BIGINT) AS x, CAST(sum(CASE WHEN f.imported THEN 0 ELSE 1 END) AS BIGINT) AS y, count(DISTINCT f.customer_id) AS z
			FROM {follow_ups f} JOIN {customers c} ON c.id = f.customer_id WHERE {filter} GROUP BY 1, 2 LIMIT {limit}`, followup.Table, customer.Table),
		db.SQL(`SELECT {a} AS a, {b} AS b, count(*) AS n, CAST(sum(CASE WHEN f.late THEN 1 ELSE 0 END) AS BIGINT) AS x, CAST(sum(CASE WHEN f.imported THEN 0 ELSE 1 END) AS BIGINT) AS y, 0 AS z
			FROM {follow_ups f} JOIN {customers c} ON c.id = f.customer_id WHERE {filter} GROUP BY 1, 2 LIMIT {limit}`, followup.Table, customer.Table),
		db.SQL(`SELECT {a} AS a, {b} AS b, count(*) AS n, CAST(sum(CASE WHEN f.late THEN 1 ELSE 0 END) AS BIGINT) AS x, CAST(sum(CASE WHEN f.imported THEN 0 ELSE 1 END) AS BIGINT) AS y, 0 AS z
			FROM {follow_ups f} WHERE {filter} GROUP BY 1, 2 LIMIT {limit}`, followup.Table), "customers",
		[]measure{
			{"count", Count, "", func(g, _ sums, l string) Figure { return figure(g.N, l) }, "", true},
			{"share", Percent, "", func(g, all sums, l string) Figure { return part(g.N, all.N, "") }, "", false},
			{"late", Count, "", func(g, _ sums, l string) Figure { return figure(g.X, l) }, `{"field":"late","op":"eq","value":true}`, true},
			{"on_time_rate", Percent, "", func(g, _ sums, l string) Figure { return part(g.Y-g.X, g.Y, "") }, "", false},
			{"customers", Count, "", func(g, _ sums, l string) Figure { return figure(g.Z, "") }, "", false},
		}},
	{"need", access.NeedRead, "created_at", "", func(s *Service) *customfield.Catalogue { return s.Needs.Fields() },
		db.SQL(`SELECT {a} AS a, {b} AS b, count(*) AS n, CAST(sum(CASE WHEN n.state IN ('open', 'in_progress') THEN 1 ELSE 0 END) AS BIGINT) AS x, CAST(sum(CASE WHEN n.state IN ('done', 'closed') THEN 1 ELSE 0 END) AS BIGINT) AS y, 0 AS z, CAST(sum(CASE WHEN n.responded_at > 0 THEN 1 ELSE 0 END) AS BIGINT) AS v, CAST(sum(CASE WHEN n.responded_at > 0 THEN n.responded_at - n.created_at ELSE 0 END) AS BIGINT) AS w
			FROM {needs n} JOIN {customers c} ON c.id = n.customer_id WHERE n.deleted_at = 0 AND {filter} GROUP BY 1, 2 LIMIT {limit}`, need.Table, customer.Table),
		db.Query{}, db.Query{}, "",
		[]measure{
			{"count", Count, "", func(g, _ sums, l string) Figure { return figure(g.N, l) }, "", true},
			{"share", Percent, "", func(g, all sums, l string) Figure { return part(g.N, all.N, "") }, "", false},
			{"open", Count, "", func(g, _ sums, l string) Figure { return figure(g.X, l) }, `{"field":"state","op":"in","value":["open","in_progress"]}`, true},
			{"done_rate", Percent, "", func(g, _ sums, l string) Figure { return part(g.Y, g.N, "") }, "", false},
			{"responded", Count, "", func(g, _ sums, l string) Figure { return figure(g.V, l) }, responded, true},
			{"first_response", Hours, "", func(g, _ sums, l string) Figure { return hours(g.W, g.V) }, "", false},
		}},
	{"feedback", access.FeedbackRead, "feedback_at", "", func(s *Service) *customfield.Catalogue { return s.Feedback.Fields() },
		db.SQL(`SELECT {a} AS a, {b} AS b, count(*) AS n, CAST(sum(CASE WHEN f.state <> 'closed' THEN 1 ELSE 0 END) AS BIGINT) AS x, CAST(sum(f.satisfaction) AS BIGINT) AS y, CAST(sum(CASE WHEN f.satisfaction > 0 THEN 1 ELSE 0 END) AS BIGINT) AS z,
			CAST(sum(CASE WHEN f.responded_at > 0 THEN 1 ELSE 0 END) AS BIGINT) AS v, CAST(sum(CASE WHEN f.responded_at > 0 THEN f.responded_at - f.feedback_at ELSE 0 END) AS BIGINT) AS w
			FROM {feedback f} JOIN {customers c} ON c.id = f.customer_id WHERE f.deleted_at = 0 AND {filter} GROUP BY 1, 2 LIMIT {limit}`, feedback.Table, customer.Table),
		db.Query{}, db.Query{}, "",
		[]measure{
			{"count", Count, "", func(g, _ sums, l string) Figure { return figure(g.N, l) }, "", true},
			{"share", Percent, "", func(g, all sums, l string) Figure { return part(g.N, all.N, "") }, "", false},
			{"open", Count, "", func(g, _ sums, l string) Figure { return figure(g.X, l) }, `{"field":"state","op":"ne","value":"closed"}`, true},
			{"rated", Count, "", func(g, _ sums, l string) Figure { return figure(g.Z, l) }, `{"field":"satisfaction","op":"gte","value":1}`, true},
			{"satisfaction", Score, "", func(g, _ sums, l string) Figure { return mean(g.Y, g.Z, "") }, "", false},
			{"responded", Count, "", func(g, _ sums, l string) Figure { return figure(g.V, l) }, responded, true},
			{"first_response", Hours, "", func(g, _ sums, l string) Figure { return hours(g.W, g.V) }, "", false},
		}},
}

func find(name string) (subject, bool) {
	i := slices.IndexFunc(subjects, func(s subject) bool { return s.name == name })
	if i < 0 {
		return subject{}, false
	}
	return subjects[i], true
}

func (s subject) measure(who access.Actor, name string) (measure, bool) {
	i := slices.IndexFunc(s.measures, func(m measure) bool { return m.name == name })
	if i < 0 || s.measures[i].see != access.Open && who.Sees(s.measures[i].see) != access.Shown {
		return measure{}, false
	}
	return s.measures[i], true
}
