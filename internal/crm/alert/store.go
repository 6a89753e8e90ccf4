package alert

import (
	"zhike/internal/base/api"
	"zhike/internal/crm/alert/ladder"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/task"
	"zhike/internal/platform/db"
)

const ruleColumns = `r.id, r.code, r.name, r.active, r.subject, r.filter, r.clock, r.rungs, r.repeat_days, r.planned_days, r.imported_days, r.recorded_hours, r.position, r.version`

var (
	allRules = db.SQL(`SELECT `+ruleColumns+` FROM {alert_rules r} ORDER BY r.position, r.created_at, r.id LIMIT 200`, Rules)
	oneRule  = db.SQL(`SELECT `+ruleColumns+` FROM {alert_rules r} WHERE r.id = :id`, Rules)
	dropRule = db.SQL(`DELETE FROM {alert_rules!change r} WHERE r.id = :id`, Rules)
	counted  = db.SQL(`SELECT a.rule_id AS id, count(*) AS n FROM {alerts a} WHERE a.ended_at = 0 GROUP BY a.rule_id`, Table)
)

// What a record has to be, beside a rule's condition; and what is known of it. anchor is the
// instant that the rule's clock counts from.
const (
	alive   = `c.deleted_at = 0 AND NOT c.archived AND c.owner_id IS NOT NULL AND c.status <> 'lost'`
	told    = `(CAST(:recorded AS BIGINT) = 0 OR NOT EXISTS (SELECT k.id FROM {follow_ups k} WHERE k.customer_id = c.id AND k.happened_at >= `
	toldEnd = ` - CAST(:recorded AS BIGINT)))`

	fromCustomers = `(SELECT c.*, CASE :clock
			WHEN 'last_talk' THEN CASE WHEN c.last_follow_up_at > c.imported_at THEN c.last_follow_up_at
				WHEN c.last_follow_up_at > 0 OR c.imported_at > c.effective_at THEN CASE WHEN c.effective_at = 0 AND c.last_follow_up_at = 0 THEN 0 ELSE c.imported_at END ELSE c.effective_at END
			WHEN 'stage' THEN c.stage_entered_at WHEN 'next_follow_up' THEN c.next_follow_up_at ELSE 0 END AS anchor FROM {customers c}) c`
	fromTasks    = `(SELECT t.*, CASE :clock WHEN 'due' THEN t.due_at ELSE 0 END AS anchor FROM {tasks t} WHERE t.deleted_at = 0) t JOIN {customers c} ON c.id = t.customer_id`
	fromFeedback = `(SELECT f.*, CASE :clock WHEN 'feedback_at' THEN f.feedback_at ELSE 0 END AS anchor FROM {feedback f} WHERE f.deleted_at = 0) f JOIN {customers c} ON c.id = f.customer_id`

	known        = `c.id AS customer_id, c.name, c.owner_id, c.department_id, c.account_manager_id, c.stage, c.next_follow_up_at, c.last_follow_up_at, c.last_order_on, c.won_at, c.created_at`
	customerFind = `c.id AS record_id, c.anchor, '' AS record_owner, '' AS code, CAST(0 AS BIGINT) AS satisfaction, ` + known
	taskFind     = `t.id AS record_id, t.anchor, t.owner_id AS record_owner, '' AS code, CAST(0 AS BIGINT) AS satisfaction, ` + known
	feedbackFind = `f.id AS record_id, f.anchor, f.owner_id AS record_owner, f.code, f.satisfaction, ` + known

	open = `a.rule_id = :rule AND a.ended_at = 0`
)

// A found record, with what a text may say of it.
type found struct {
	Record       string   `db:"record_id"`
	Anchor       int64    `db:"anchor"`
	RecordOwner  api.Ref  `db:"record_owner"`
	Code         api.Text `db:"code"`
	Satisfaction int64    `db:"satisfaction"`
	Customer     string   `db:"customer_id"`
	Name         string   `db:"name"`
	Owner        api.Ref  `db:"owner_id"`
	Department   api.Ref  `db:"department_id"`
	Manager      api.Ref  `db:"account_manager_id"`
	Stage        string   `db:"stage"`
	Next         int64    `db:"next_follow_up_at"`
	LastTalk     int64    `db:"last_follow_up_at"`
	LastOrder    api.Text `db:"last_order_on"`
	Won          int64    `db:"won_at"`
	Created      int64    `db:"created_at"`

	Alert string `db:"alert_id"`
	Rung  int64  `db:"rung"`
}

func (f found) about() ladder.About {
	return ladder.About{Customer: f.Customer, Owner: string(f.Owner), Department: string(f.Department), Manager: string(f.Manager), RecordOwner: string(f.RecordOwner)}
}

// queries of one subject: who is to be raised, which alerts have no cause any more, and those that stand.
type queries struct {
	alias                         string
	raising, over, gone, standing db.Query // gone is over, of some alerts alone
}

var bySubject = map[string]queries{
	OfCustomer: {"c",
		db.SQL(`SELECT `+customerFind+` FROM `+fromCustomers+` WHERE `+alive+` AND {filter} AND `+told+`c.anchor`+toldEnd+`
			AND NOT EXISTS (SELECT a.id FROM {alerts a} WHERE a.record_id = c.id AND `+open+`) LIMIT {limit}`, customer.Table, followup.Table, Table),
		db.SQL(`SELECT a.id FROM {alerts a} WHERE `+open+` AND NOT EXISTS (SELECT c.id FROM `+fromCustomers+`
			WHERE c.id = a.record_id AND c.anchor = a.anchor AND `+alive+` AND {filter} AND `+told+`c.anchor`+toldEnd+`) LIMIT {limit}`, customer.Table, followup.Table, Table),
		db.SQL(`SELECT a.id FROM {alerts a} WHERE `+open+` AND a.id IN (:only) AND NOT EXISTS (SELECT c.id FROM `+fromCustomers+`
			WHERE c.id = a.record_id AND c.anchor = a.anchor AND `+alive+` AND {filter} AND `+told+`c.anchor`+toldEnd+`) LIMIT {limit}`, customer.Table, followup.Table, Table),
		db.SQL(`SELECT a.id AS alert_id, a.rung, `+customerFind+` FROM {alerts a} JOIN (SELECT c.*, a.anchor FROM {customers c} JOIN {alerts a} ON a.record_id = c.id WHERE `+open+`) c ON c.id = a.record_id WHERE `+open+` AND c.owner_id IS NOT NULL AND {filter} LIMIT {limit}`, customer.Table, Table)},
	OfTask: {"t",
		db.SQL(`SELECT `+taskFind+` FROM `+fromTasks+` WHERE `+alive+` AND {filter} AND `+told+`t.anchor`+toldEnd+`
			AND NOT EXISTS (SELECT a.id FROM {alerts a} WHERE a.record_id = t.id AND `+open+`) LIMIT {limit}`, customer.Table, followup.Table, task.Table, Table),
		db.SQL(`SELECT a.id FROM {alerts a} WHERE `+open+` AND NOT EXISTS (SELECT t.id FROM `+fromTasks+`
			WHERE t.id = a.record_id AND t.anchor = a.anchor AND `+alive+` AND {filter} AND `+told+`t.anchor`+toldEnd+`) LIMIT {limit}`, customer.Table, followup.Table, task.Table, Table),
		db.SQL(`SELECT a.id FROM {alerts a} WHERE `+open+` AND a.id IN (:only) AND NOT EXISTS (SELECT t.id FROM `+fromTasks+`
			WHERE t.id = a.record_id AND t.anchor = a.anchor AND `+alive+` AND {filter} AND `+told+`t.anchor`+toldEnd+`) LIMIT {limit}`, customer.Table, followup.Table, task.Table, Table),
		db.SQL(`SELECT a.id AS alert_id, a.rung, `+taskFind+` FROM {alerts a} JOIN (SELECT t.*, a.anchor FROM {tasks t} JOIN {alerts a} ON a.record_id = t.id WHERE `+open+`) t ON t.id = a.record_id
			JOIN {customers c} ON c.id = t.customer_id WHERE `+open+` AND c.owner_id IS NOT NULL AND {filter} LIMIT {limit}`, customer.Table, task.Table, Table)},
	OfFeedback: {"f",
		db.SQL(`SELECT `+feedbackFind+` FROM `+fromFeedback+` WHERE `+alive+` AND {filter} AND `+told+`f.anchor`+toldEnd+`
			AND NOT EXISTS (SELECT a.id FROM {alerts a} WHERE a.record_id = f.id AND `+open+`) LIMIT {limit}`, customer.Table, followup.Table, feedback.Table, Table),
		db.SQL(`SELECT a.id FROM {alerts a} WHERE `+open+` AND NOT EXISTS (SELECT f.id FROM `+fromFeedback+`
			WHERE f.id = a.record_id AND f.anchor = a.anchor AND `+alive+` AND {filter} AND `+told+`f.anchor`+toldEnd+`) LIMIT {limit}`, customer.Table, followup.Table, feedback.Table, Table),
		db.SQL(`SELECT a.id FROM {alerts a} WHERE `+open+` AND a.id IN (:only) AND NOT EXISTS (SELECT f.id FROM `+fromFeedback+`
			WHERE f.id = a.record_id AND f.anchor = a.anchor AND `+alive+` AND {filter} AND `+told+`f.anchor`+toldEnd+`) LIMIT {limit}`, customer.Table, followup.Table, feedback.Table, Table),
		db.SQL(`SELECT a.id AS alert_id, a.rung, `+feedbackFind+` FROM {alerts a} JOIN (SELECT f.*, a.anchor FROM {feedback f} JOIN {alerts a} ON a.record_id = f.id WHERE `+open+`) f ON f.id = a.record_id
			JOIN {customers c} ON c.id = f.customer_id WHERE `+open+` AND c.owner_id IS NOT NULL AND {filter} LIMIT {limit}`, customer.Table, feedback.Table, Table)},
}

var (
	openOf       = db.SQL(`SELECT a.id FROM {alerts a} WHERE `+open+` LIMIT :most`, Table)
	end          = db.SQL(`UPDATE {alerts!change a} SET ended_at = :now WHERE a.id IN (:ids) AND a.ended_at = 0`, Table)
	climb        = db.SQL(`UPDATE {alerts!change a} SET rung = :rung, owner_id = :owner, params = :params, told_at = :now WHERE a.id = :id AND a.ended_at = 0`, Table)
	forgetTold   = db.SQL(`DELETE FROM {alert_recipients!change p} WHERE p.alert_id = :alert`, recipients)
	snoozedOf    = db.SQL(`SELECT p.user_id AS id FROM {alert_recipients p} WHERE p.alert_id = :alert AND p.snoozed_until > :now`, recipients)
	snooze       = db.SQL(`UPDATE {alert_recipients!change p} SET snoozed_until = :until WHERE p.alert_id = :alert AND p.user_id = :user`, recipients)
	purgeTold    = db.SQL(`DELETE FROM {alert_recipients!change p} WHERE p.customer_id = :customer`, recipients)
	purge        = db.SQL(`DELETE FROM {alerts!change a} WHERE a.customer_id = :customer`, Table)
	toldOfRule   = db.SQL(`DELETE FROM {alert_recipients!change p} WHERE p.alert_id IN (:ids)`, recipients)
	alertsOfRule = db.SQL(`SELECT a.id FROM {alerts a} WHERE a.rule_id = :rule ORDER BY a.id LIMIT 1000`, Table)
	dropAlerts   = db.SQL(`DELETE FROM {alerts!change a} WHERE a.id IN (:ids)`, Table)

	list = db.SQL(`SELECT a.id, a.rule_id, a.customer_id, c.name AS customer_name, a.record_id, r.subject, r.code, r.name, a.anchor, a.rung, a.params, a.raised_at, coalesce(p.user_id, '') AS told, coalesce(p.snoozed_until, 0) AS snoozed_until
		FROM {alerts a} JOIN {customers c} ON c.id = a.customer_id JOIN {alert_rules r} ON r.id = a.rule_id
		LEFT JOIN {alert_recipients p} ON p.alert_id = a.id AND p.user_id = :me WHERE a.ended_at = 0 AND {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, customer.Table, Rules, recipients)
)
