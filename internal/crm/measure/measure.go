// Package measure works out figures of a customer from what hangs on it: orders, talks,
// needs and feedback. Lists, segments, alerts and reports filter by them like by fields.
package measure

import (
	"encoding/json"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/customfield"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// The twelve months of a measure begin after the same day of last year, and end today.
func year(now time.Time) db.Args {
	return db.Args{"to_day": now.Format(time.DateOnly), "from_day": clock.AddMonths(now, -12).Format(time.DateOnly), "before_day": clock.AddMonths(now, -24).Format(time.DateOnly)}
}

func nothing(time.Time) db.Args { return nil }

func days(n int) func(time.Time) db.Args {
	return func(now time.Time) db.Args { return db.Args{"since": now.AddDate(0, 0, -n).UnixMilli()} }
}

var (
	amountOfYear = db.SQL(`SELECT o.customer_id AS id, CAST(sum(o.amount_fen) AS BIGINT) AS v FROM {orders o}
		WHERE o.deleted_at = 0 AND o.state <> 'cancelled' AND o.ordered_on > :from_day AND o.ordered_on <= :to_day AND {filter} GROUP BY 1`, order.Table)
	ordersOfYear = db.SQL(`SELECT o.customer_id AS id, count(*) AS v FROM {orders o}
		WHERE o.deleted_at = 0 AND o.state <> 'cancelled' AND o.ordered_on > :from_day AND o.ordered_on <= :to_day AND {filter} GROUP BY 1`, order.Table)
	meanOfYear = db.SQL(`SELECT o.customer_id AS id, (CAST(sum(o.amount_fen) AS BIGINT) + count(*) / 2) / count(*) AS v FROM {orders o}
		WHERE o.deleted_at = 0 AND o.state <> 'cancelled' AND o.ordered_on > :from_day AND o.ordered_on <= :to_day AND {filter} GROUP BY 1`, order.Table)
	changeOfYear = db.SQL(`SELECT o.customer_id AS id, CAST(sum(CASE WHEN o.ordered_on > :from_day THEN o.amount_fen ELSE -o.amount_fen END) AS BIGINT) AS v FROM {orders o}
		WHERE o.deleted_at = 0 AND o.state <> 'cancelled' AND o.ordered_on > :before_day AND o.ordered_on <= :to_day AND {filter} GROUP BY 1`, order.Table)
	amountEver = db.SQL(`SELECT o.customer_id AS id, CAST(sum(o.amount_fen) AS BIGINT) AS v FROM {orders o} WHERE o.deleted_at = 0 AND o.state <> 'cancelled' AND {filter} GROUP BY 1`, order.Table)
	ordersEver = db.SQL(`SELECT o.customer_id AS id, count(*) AS v FROM {orders o} WHERE o.deleted_at = 0 AND o.state <> 'cancelled' AND {filter} GROUP BY 1`, order.Table)
	talksSince = db.SQL(`SELECT f.customer_id AS id, count(*) AS v FROM {follow_ups f} WHERE f.happened_at > :since AND {filter} GROUP BY 1`, followup.Table)

	complaintsSince = db.SQL(`SELECT b.customer_id AS id, count(*) AS v FROM {feedback b} WHERE b.kind = 'complaint' AND b.deleted_at = 0 AND b.feedback_at > :since AND {filter} GROUP BY 1`, feedback.Table)
	needsOpen       = db.SQL(`SELECT n.customer_id AS id, count(*) AS v FROM {needs n} WHERE n.state IN ('open', 'in_progress') AND n.deleted_at = 0 AND {filter} GROUP BY 1`, need.Table)
	// An enquiry is a talk before the sale or a need of product advice; growth asks for two in the
	// three months before (DOMAIN §15).
	enquiries = db.SQL(`SELECT e.id AS id, CASE WHEN sum(e.earlier) >= 2 THEN CAST((sum(e.recent) - sum(e.earlier)) * 100 / sum(e.earlier) AS BIGINT) END AS v FROM (
			SELECT f.customer_id AS id, CASE WHEN f.happened_at > :middle THEN 1 ELSE 0 END AS recent, CASE WHEN f.happened_at > :middle THEN 0 ELSE 1 END AS earlier
			FROM {follow_ups f} WHERE f.kind = 'pre_sales' AND f.happened_at > :since AND f.happened_at <= :until
			UNION ALL
			SELECT n.customer_id AS id, CASE WHEN n.created_at > :middle THEN 1 ELSE 0 END AS recent, CASE WHEN n.created_at > :middle THEN 0 ELSE 1 END AS earlier
			FROM {needs n} WHERE n.kind = 'product' AND n.deleted_at = 0 AND n.created_at > :since AND n.created_at <= :until) e
		WHERE {filter} GROUP BY 1`, followup.Table, need.Table)

	wasOn = db.SQL(`SELECT s.customer_id AS id, 1 AS v FROM {status_spans s}
		WHERE s.status = :status AND s.from_at < :moment AND (s.until_at = 0 OR s.until_at >= :moment)`, customer.Spans)
	entered = db.SQL(`SELECT m.customer_id AS id, 1 AS v FROM {stage_moves m} WHERE m.to_stage = :stage AND m.at >= :from AND m.at < :until`, customer.Moves)
	tagged  = db.SQL(`SELECT t.customer_id AS id, 1 AS v FROM {tag_spans t} WHERE t.tag = :tag AND t.from_at >= :from AND t.from_at < :until`, customer.TagSpans)
	hadTag  = db.SQL(`SELECT t.customer_id AS id, 1 AS v FROM {tag_spans t} WHERE t.tag = :tag AND t.from_at < :moment AND (t.until_at = 0 OR t.until_at >= :moment)`, customer.TagSpans)
	became  = db.SQL(`SELECT s.customer_id AS id, 1 AS v FROM {status_spans s}
		WHERE s.next_status = :next AND s.until_at >= :from AND s.until_at < :until AND (s.status = :status OR :status = '*')`, customer.Spans)
	talked = db.SQL(`SELECT f.customer_id AS id, 1 AS v FROM {follow_ups f} WHERE f.happened_at >= :from AND f.happened_at < :until`, followup.Table)
)

// All are the measures of a customer, in the order a screen offers them.
var All = []customfield.Measure{
	money("orders_12m_fen", amountOfYear, year),
	number("orders_12m", ordersOfYear, "o.customer_id", year, access.OrderRead),
	money("order_mean_fen", meanOfYear, year),
	money("orders_change_fen", changeOfYear, year),
	money("orders_total_fen", amountEver, nothing),
	number("orders_total", ordersEver, "o.customer_id", nothing, access.OrderRead),
	number("complaints_90d", complaintsSince, "b.customer_id", days(90), access.FeedbackRead),
	number("open_needs", needsOpen, "n.customer_id", nothing, access.NeedRead),
	growth("enquiries_growth", enquiries),
	number("talks_90d", talksSince, "f.customer_id", days(90), access.FollowUpRead),
}

func money(name string, q db.Query, args func(time.Time) db.Args) customfield.Measure {
	return customfield.Measure{Name: name, Kind: customfield.Money, See: access.Amounts, May: []access.Permission{access.OrderRead}, Query: q, Link: db.Col("o.customer_id"), Args: args}
}

func number(name string, q db.Query, link string, args func(time.Time) db.Args, may ...access.Permission) customfield.Measure {
	return customfield.Measure{Name: name, Kind: customfield.Integer, May: may, Query: q, Link: db.Col(link), Args: args}
}

// growth is in percent, and unknown where there was too little before.
func growth(name string, q db.Query) customfield.Measure {
	return customfield.Measure{Name: name, Kind: customfield.Integer, May: []access.Permission{access.FollowUpRead, access.NeedRead}, Query: q, Link: db.Col("e.id"), Unknown: true,
		Args: func(now time.Time) db.Args {
			return db.Args{"until": now.UnixMilli(), "middle": clock.AddMonths(now, -3).UnixMilli(), "since": clock.AddMonths(now, -6).UnixMilli()}
		}}
}

// Catalogue of customers with their measures, and with what a filter may ask of their history:
//
//	{"field":"status_on","op":"eq","value":["won","2026-10-01"]}              who was that when the day began
//	{"field":"status_became","op":"eq","value":["won","lost","2026-10-01","2026-10-31"]}  who went from one (* from any) to the other within these days
//	{"field":"tag_given","op":"eq","value":["digital","2026-10-01","2026-10-31"]}  who got a tag within these days, and had it at a day's end
//	{"field":"tag_on","op":"eq","value":["digital","2026-10-01"]}                who had a tag when the day began
//	{"field":"entered_stage","op":"eq","value":["proposal","2026-10-01","2026-10-31"]}    who came into a stage within these days
//	{"field":"talked_on","op":"eq","value":["2026-10-01","2026-10-31"]}                   with whom somebody talked within these days
//	{"field":"archived_too","op":"eq","value":true}                                       everybody: a list leaves archived ones out unless its filter names them
var Catalogue = customer.Catalogue.With(All...).Asking("status_on", statusOn).Asking("status_became", statusBecame).Asking("entered_stage", enteredStage).
	Asking("tag_given", tagGiven).Asking("tag_on", tagOn).Asking("talked_on", talkedOn).Asking("archived_too", archivedToo)

func archivedToo(_ *db.Tx, _ *time.Location, op string, value json.RawMessage, _ func(string) (db.Cond, error)) (db.Cond, error) {
	if op != "eq" || string(value) != "true" {
		return db.Nothing(), fault.Rule("invalid", "filter").With(map[string]any{"field": "archived_too"})
	}
	return db.AllOf(), nil
}

func statusOn(tx *db.Tx, zone *time.Location, op string, value json.RawMessage, _ func(string) (db.Cond, error)) (db.Cond, error) {
	said, days, err := history(op, value, 1, 1, zone)
	if err != nil {
		return db.Nothing(), err
	}
	return tx.Within(db.Col("c.id"), wasOn, db.Args{"status": said[0], "moment": days[0].UnixMilli()}, db.With{}, "", nil)
}

func statusBecame(tx *db.Tx, zone *time.Location, op string, value json.RawMessage, _ func(string) (db.Cond, error)) (db.Cond, error) {
	said, days, err := history(op, value, 2, 2, zone)
	if err != nil {
		return db.Nothing(), err
	}
	return tx.Within(db.Col("c.id"), became, db.Args{"status": said[0], "next": said[1], "from": days[0].UnixMilli(), "until": days[1].AddDate(0, 0, 1).UnixMilli()}, db.With{}, "", nil)
}

func enteredStage(tx *db.Tx, zone *time.Location, op string, value json.RawMessage, _ func(string) (db.Cond, error)) (db.Cond, error) {
	said, days, err := history(op, value, 1, 2, zone)
	if err != nil {
		return db.Nothing(), err
	}
	return tx.Within(db.Col("c.id"), entered, db.Args{"stage": said[0], "from": days[0].UnixMilli(), "until": days[1].AddDate(0, 0, 1).UnixMilli()}, db.With{}, "", nil)
}

func tagGiven(tx *db.Tx, zone *time.Location, op string, value json.RawMessage, _ func(string) (db.Cond, error)) (db.Cond, error) {
	said, days, err := history(op, value, 1, 2, zone)
	if err != nil {
		return db.Nothing(), err
	}
	return tx.Within(db.Col("c.id"), tagged, db.Args{"tag": said[0], "from": days[0].UnixMilli(), "until": days[1].AddDate(0, 0, 1).UnixMilli()}, db.With{}, "", nil)
}

func tagOn(tx *db.Tx, zone *time.Location, op string, value json.RawMessage, _ func(string) (db.Cond, error)) (db.Cond, error) {
	said, days, err := history(op, value, 1, 1, zone)
	if err != nil {
		return db.Nothing(), err
	}
	return tx.Within(db.Col("c.id"), hadTag, db.Args{"tag": said[0], "moment": days[0].UnixMilli()}, db.With{}, "", nil)
}

func talkedOn(tx *db.Tx, zone *time.Location, op string, value json.RawMessage, _ func(string) (db.Cond, error)) (db.Cond, error) {
	if who, _ := tx.Who().(access.Actor); !who.Can(access.FollowUpRead) { // to whom nobody seems to have talked
		return db.Nothing(), fault.Rule("unknown_field", "filter").With(map[string]any{"field": "talked_on"})
	}
	_, days, err := history(op, value, 0, 2, zone)
	if err != nil {
		return db.Nothing(), err
	}
	return tx.Within(db.Col("c.id"), talked, db.Args{"from": days[0].UnixMilli(), "until": days[1].AddDate(0, 0, 1).UnixMilli()}, db.With{}, "", nil)
}

// history reads statuses and days.
func history(op string, value json.RawMessage, statuses, days int, zone *time.Location) (said []string, at []time.Time, err error) {
	wrong := fault.Rule("invalid", "filter").With(map[string]any{"field": "status_on"})
	var all []string
	if json.Unmarshal(value, &all) != nil || op != "eq" || len(all) != statuses+days {
		return nil, nil, wrong
	}
	for _, s := range all[statuses:] {
		day, err := time.ParseInLocation(time.DateOnly, s, zone)
		if err != nil {
			return nil, nil, wrong
		}
		at = append(at, day)
	}
	return all[:statuses], at, nil
}
