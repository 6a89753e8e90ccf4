// Package past is how customers stood at an instant, as far as their follow-ups, stages, owners, orders,
// tasks and feedback tell.
package past

import (
	"cmp"
	"slices"

	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/order"
	"zhike/internal/crm/task"
	"zhike/internal/platform/db"
)

// What is known of the past of some customers.
var (
	customers = db.SQL(`SELECT `+customerPast+` FROM {customers c} WHERE c.deleted_at = 0 AND NOT c.archived AND c.id > :after ORDER BY c.id LIMIT :most`, customer.Table)
	talks     = db.SQL(`SELECT f.customer_id, f.happened_at, f.recorded_at, f.outcome, f.next_follow_up_at FROM {follow_ups f} WHERE f.customer_id IN (:ids) ORDER BY f.recorded_at, f.id`, followup.Table)
	moves     = db.SQL(`SELECT m.customer_id, m.to_stage, m.at FROM {stage_moves m} WHERE m.customer_id IN (:ids) ORDER BY m.at, m.id`, customer.Moves)
	owners    = db.SQL(`SELECT o.customer_id, o.from_id, o.to_id, o.at FROM {owner_changes o} WHERE o.customer_id IN (:ids) ORDER BY o.at, o.id`, customer.OwnerChanges)
	orders    = db.SQL(`SELECT o.customer_id, o.ordered_on, o.created_at FROM {orders o} WHERE o.customer_id IN (:ids) AND o.deleted_at = 0 AND o.state <> 'cancelled' ORDER BY o.created_at, o.id`, order.Table)
	tasks     = db.SQL(`SELECT t.id, t.customer_id, t.owner_id, t.due_at, t.done_at, t.created_at FROM {tasks t} WHERE t.customer_id IN (:ids) AND t.deleted_at = 0`, task.Table)
	feedbacks = db.SQL(`SELECT f.id, f.code, f.customer_id, f.owner_id, f.kind, f.satisfaction, f.feedback_at, f.created_at, f.closed_at, f.state FROM {feedback f} WHERE f.customer_id IN (:ids) AND f.deleted_at = 0`, feedback.Table)
)

const customerPast = `c.id AS customer_id, c.name, c.owner_id, c.department_id, c.account_manager_id, c.stage, c.status, c.stage_entered_at, c.effective_at, c.created_at, c.imported_at`

type Customer struct {
	ID         string  `db:"customer_id"`
	Name       string  `db:"name"`
	Owner      api.Ref `db:"owner_id"`
	Department api.Ref `db:"department_id"`
	Manager    api.Ref `db:"account_manager_id"`
	Stage      string  `db:"stage"`
	Status     string  `db:"status"`
	Entered    int64   `db:"stage_entered_at"`
	Effective  int64   `db:"effective_at"`
	Created    int64   `db:"created_at"`
	Imported   int64   `db:"imported_at"`

	Talks    []Talk
	Moves    []Move
	Owners   []Owner
	Orders   []Order
	Tasks    []Task
	Feedback []Feed
}

type Talk struct {
	Customer string `db:"customer_id"`
	Happened int64  `db:"happened_at"`
	Recorded int64  `db:"recorded_at"`
	Outcome  string `db:"outcome"`
	Next     int64  `db:"next_follow_up_at"`
}

type Move struct {
	Customer string `db:"customer_id"`
	To       string `db:"to_stage"`
	At       int64  `db:"at"`
}

type Owner struct {
	Customer string  `db:"customer_id"`
	From     api.Ref `db:"from_id"`
	To       api.Ref `db:"to_id"`
	At       int64   `db:"at"`
}

type Order struct {
	Customer string `db:"customer_id"`
	Day      string `db:"ordered_on"`
	Created  int64  `db:"created_at"`
}

type Task struct {
	ID       string  `db:"id"`
	Customer string  `db:"customer_id"`
	Owner    api.Ref `db:"owner_id"`
	Due      int64   `db:"due_at"`
	Done     int64   `db:"done_at"`
	Created  int64   `db:"created_at"`
}

type Feed struct {
	ID       string   `db:"id"`
	Code     api.Text `db:"code"`
	Customer string   `db:"customer_id"`
	Owner    api.Ref  `db:"owner_id"`
	Kind     string   `db:"kind"`
	Points   int64    `db:"satisfaction"`
	At       int64    `db:"feedback_at"`
	Created  int64    `db:"created_at"`
	Closed   int64    `db:"closed_at"`
	State    string   `db:"state"`
}

// Read reads a page of customers in the viewer's reach, each with its history.
func Read(tx *db.Tx, after string, most int) ([]*Customer, error) {
	rows, err := db.All[Customer](tx, customers, db.Args{"after": after, "most": most})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var out []*Customer
	of, ids := map[string]*Customer{}, []string{}
	for i := range rows {
		out, of[rows[i].ID], ids = append(out, &rows[i]), &rows[i], append(ids, rows[i].ID)
	}
	return out, firstOf(
		gather(tx, talks, ids, func(t Talk) { c := of[t.Customer]; c.Talks = append(c.Talks, t) }),
		gather(tx, moves, ids, func(m Move) { c := of[m.Customer]; c.Moves = append(c.Moves, m) }),
		gather(tx, owners, ids, func(o Owner) { c := of[o.Customer]; c.Owners = append(c.Owners, o) }),
		gather(tx, orders, ids, func(o Order) { c := of[o.Customer]; c.Orders = append(c.Orders, o) }),
		gather(tx, tasks, ids, func(t Task) { c := of[t.Customer]; c.Tasks = append(c.Tasks, t) }),
		gather(tx, feedbacks, ids, func(f Feed) { c := of[f.Customer]; c.Feedback = append(c.Feedback, f) }))
}

func firstOf(all ...error) error { return cmp.Or(all...) }

func gather[T any](tx *db.Tx, q db.Query, ids []string, put func(T)) error {
	rows, err := db.All[T](tx, q, db.Args{"ids": ids})
	for _, r := range rows {
		put(r)
	}
	return err
}

// A State is what a record and its customer were at one instant.
type State struct {
	Owner, Department, Manager api.Ref
	Stage, Status              string
	Entered, Effective         int64
	Imported, Created          int64
	LastTalk, Next, Won        int64
	LastOrder                  api.Text
	Alive                      bool // there, not lost, and with an owner
}

// At is how a customer stood; status tells the status of a stage.
func (p *Customer) At(t int64, status func(string) string) State {
	s := State{Owner: p.Owner, Department: p.Department, Manager: p.Manager, Stage: p.Stage, Created: p.Created, Status: p.Status, Entered: p.Entered, Imported: p.Imported}
	for i := len(p.Owners) - 1; i >= 0 && p.Owners[i].At > t; i-- {
		s.Owner = p.Owners[i].From
	}
	if len(p.Moves) > 0 {
		s.Stage, s.Entered = p.Moves[0].To, p.Moves[0].At
		for _, m := range p.Moves {
			if m.At > t {
				break
			}
			if s.Stage, s.Entered = m.To, m.At; status(m.To) == "won" && s.Won == 0 {
				s.Won = m.At
			}
		}
		s.Status = status(s.Stage)
	}
	if p.Effective > 0 && p.Effective <= t {
		s.Effective = p.Effective
	}
	for _, k := range p.Talks {
		if k.Recorded > t {
			break
		}
		met := k.Outcome != "no_answer"
		if met {
			s.LastTalk = max(s.LastTalk, k.Happened)
		}
		switch {
		case k.Next > 0:
			s.Next = k.Next
		case met && s.Next > 0 && s.Next <= k.Recorded && k.Happened >= s.Next-24*3_600_000:
			s.Next = 0
		}
	}
	for _, o := range p.Orders {
		if o.Created <= t {
			s.LastOrder = max(s.LastOrder, api.Text(o.Day))
		}
	}
	there := max(p.Imported, 0)
	if there == 0 {
		there = p.Created
	}
	s.Alive = there <= t && s.Owner != "" && s.Status != "lost"
	return s
}

// RecordedSince says whether a follow-up stood at t that happened from an instant on.
func (p *Customer) RecordedSince(t, from int64) bool {
	return slices.ContainsFunc(p.Talks, func(k Talk) bool { return k.Recorded <= t && k.Happened >= from })
}

// Events are the instants at which something of a customer changed, and those plans lie at.
func (p *Customer) Events() (all []int64) {
	all = append(all, p.Effective, p.Created, p.Imported)
	for _, k := range p.Talks {
		all = append(all, k.Recorded)
	}
	for _, m := range p.Moves {
		all = append(all, m.At)
	}
	for _, o := range p.Owners {
		all = append(all, o.At)
	}
	for _, o := range p.Orders {
		all = append(all, o.Created)
	}
	for _, k := range p.Tasks {
		all = append(all, k.Created, k.Done)
	}
	for _, f := range p.Feedback {
		all = append(all, f.Created, f.Closed)
	}
	return all
}
