package alert

import (
	"cmp"
	"slices"
	"time"

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
	pastCustomers = db.SQL(`SELECT `+customerPast+` FROM {customers c} WHERE c.deleted_at = 0 AND c.id > :after ORDER BY c.id LIMIT :most`, customer.Table)
	pastTalks     = db.SQL(`SELECT f.customer_id, f.happened_at, f.recorded_at, f.outcome, f.next_follow_up_at FROM {follow_ups f} WHERE f.customer_id IN (:ids) ORDER BY f.recorded_at, f.id`, followup.Table)
	pastMoves     = db.SQL(`SELECT m.customer_id, m.to_stage, m.at FROM {stage_moves m} WHERE m.customer_id IN (:ids) ORDER BY m.at, m.id`, customer.Moves)
	pastOwners    = db.SQL(`SELECT o.customer_id, o.from_id, o.to_id, o.at FROM {owner_changes o} WHERE o.customer_id IN (:ids) ORDER BY o.at, o.id`, customer.OwnerChanges)
	pastOrders    = db.SQL(`SELECT o.customer_id, o.ordered_on, o.created_at FROM {orders o} WHERE o.customer_id IN (:ids) AND o.deleted_at = 0 AND o.state <> 'cancelled' ORDER BY o.created_at, o.id`, order.Table)
	pastTasks     = db.SQL(`SELECT t.id, t.customer_id, t.owner_id, t.due_at, t.done_at, t.created_at FROM {tasks t} WHERE t.customer_id IN (:ids) AND t.deleted_at = 0`, task.Table)
	pastFeedback  = db.SQL(`SELECT f.id, f.code, f.customer_id, f.owner_id, f.kind, f.satisfaction, f.feedback_at, f.created_at, f.closed_at, f.state FROM {feedback f} WHERE f.customer_id IN (:ids) AND f.deleted_at = 0`, feedback.Table)
)

const customerPast = `c.id AS customer_id, c.name, c.owner_id, c.department_id, c.account_manager_id, c.stage, c.status, c.stage_entered_at, c.effective_at, c.created_at, c.imported_at`

type pastCustomer struct {
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

	talks    []pastTalk
	moves    []pastMove
	owners   []pastOwner
	orders   []pastOrder
	tasks    []pastTask
	feedback []pastFeed
}

type pastTalk struct {
	Customer string `db:"customer_id"`
	Happened int64  `db:"happened_at"`
	Recorded int64  `db:"recorded_at"`
	Outcome  string `db:"outcome"`
	Next     int64  `db:"next_follow_up_at"`
}

type pastMove struct {
	Customer string `db:"customer_id"`
	To       string `db:"to_stage"`
	At       int64  `db:"at"`
}

type pastOwner struct {
	Customer string  `db:"customer_id"`
	From     api.Ref `db:"from_id"`
	To       api.Ref `db:"to_id"`
	At       int64   `db:"at"`
}

type pastOrder struct {
	Customer string `db:"customer_id"`
	Day      string `db:"ordered_on"`
	Created  int64  `db:"created_at"`
}

type pastTask struct {
	ID       string  `db:"id"`
	Customer string  `db:"customer_id"`
	Owner    api.Ref `db:"owner_id"`
	Due      int64   `db:"due_at"`
	Done     int64   `db:"done_at"`
	Created  int64   `db:"created_at"`
}

type pastFeed struct {
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

// past reads a page of customers in the viewer's reach, each with its history.
func past(tx *db.Tx, after string, most int) ([]*pastCustomer, error) {
	rows, err := db.All[pastCustomer](tx, pastCustomers, db.Args{"after": after, "most": most})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var out []*pastCustomer
	of, ids := map[string]*pastCustomer{}, []string{}
	for i := range rows {
		out, of[rows[i].ID], ids = append(out, &rows[i]), &rows[i], append(ids, rows[i].ID)
	}
	return out, firstOf(
		gather(tx, pastTalks, ids, func(t pastTalk) { c := of[t.Customer]; c.talks = append(c.talks, t) }),
		gather(tx, pastMoves, ids, func(m pastMove) { c := of[m.Customer]; c.moves = append(c.moves, m) }),
		gather(tx, pastOwners, ids, func(o pastOwner) { c := of[o.Customer]; c.owners = append(c.owners, o) }),
		gather(tx, pastOrders, ids, func(o pastOrder) { c := of[o.Customer]; c.orders = append(c.orders, o) }),
		gather(tx, pastTasks, ids, func(t pastTask) { c := of[t.Customer]; c.tasks = append(c.tasks, t) }),
		gather(tx, pastFeedback, ids, func(f pastFeed) { c := of[f.Customer]; c.feedback = append(c.feedback, f) }))
}

func firstOf(all ...error) error { return cmp.Or(all...) }

func gather[T any](tx *db.Tx, q db.Query, ids []string, put func(T)) error {
	rows, err := db.All[T](tx, q, db.Args{"ids": ids})
	for _, r := range rows {
		put(r)
	}
	return err
}

// A state is what a record and its customer were at one instant.
type state struct {
	found
	status    string
	entered   int64
	effective int64
	imported  int64
	alive     bool // and not lost, and with an owner
	kind      string
	closed    bool
	done      bool
}

// at is how a customer stood; status tells the status of a stage.
func (p *pastCustomer) at(t int64, status func(string) string) state {
	s := state{found: found{Record: p.ID, Customer: p.ID, Name: p.Name, Owner: p.Owner, Department: p.Department, Manager: p.Manager, Stage: p.Stage, Created: p.Created},
		status: p.Status, entered: p.Entered, imported: p.Imported}
	for i := len(p.owners) - 1; i >= 0 && p.owners[i].At > t; i-- {
		s.Owner = p.owners[i].From
	}
	if len(p.moves) > 0 {
		s.Stage, s.entered = p.moves[0].To, p.moves[0].At
		for _, m := range p.moves {
			if m.At > t {
				break
			}
			if s.Stage, s.entered = m.To, m.At; status(m.To) == "won" && s.Won == 0 {
				s.Won = m.At
			}
		}
		s.status = status(s.Stage)
	}
	if p.Effective > 0 && p.Effective <= t {
		s.effective = p.Effective
	}
	for _, k := range p.talks {
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
	for _, o := range p.orders {
		if o.Created <= t {
			s.LastOrder = max(s.LastOrder, api.Text(o.Day))
		}
	}
	there := max(p.Imported, 0)
	if there == 0 {
		there = p.Created
	}
	s.alive = there <= t && s.Owner != "" && s.status != "lost"
	return s
}

// recordedSince says whether a follow-up stood at t that happened from an instant on.
func (p *pastCustomer) recordedSince(t, from int64) bool {
	return slices.ContainsFunc(p.talks, func(k pastTalk) bool { return k.Recorded <= t && k.Happened >= from })
}

// records are the records of a rule's subject that a customer has, as functions of time.
func (p *pastCustomer) records(r Rule, status func(string) string) (all []func(int64) state) {
	switch r.Subject {
	case OfTask:
		for _, k := range p.tasks {
			all = append(all, func(t int64) state {
				s := p.at(t, status)
				s.Record, s.RecordOwner, s.done = k.ID, k.Owner, k.Done > 0 && k.Done <= t
				s.Anchor = k.Due
				s.alive = s.alive && k.Created <= t
				return s
			})
		}
	case OfFeedback:
		for _, f := range p.feedback {
			all = append(all, func(t int64) state {
				s := p.at(t, status)
				s.Record, s.RecordOwner, s.Code, s.Satisfaction, s.kind = f.ID, f.Owner, f.Code, f.Points, f.Kind
				s.closed = f.State == feedback.Closed && f.Closed <= t
				s.Anchor = f.At
				s.alive = s.alive && f.Created <= t
				return s
			})
		}
	default:
		all = append(all, func(t int64) state {
			s := p.at(t, status)
			switch r.Clock {
			case LastTalk:
				if s.Anchor = s.LastTalk; s.Anchor == 0 {
					s.Anchor = s.effective
				}
				if s.Anchor > 0 {
					s.Anchor = max(s.Anchor, s.imported)
				}
			case InStage:
				s.Anchor = s.entered
			case NextTalk:
				s.Anchor = s.Next
			}
			return s
		})
	}
	if r.Clock == None {
		for i, f := range all {
			all[i] = func(t int64) state { s := f(t); s.Anchor = 0; return s }
		}
	}
	return all
}

// events are the instants at which something of a customer changed, and those plans lie at.
func (p *pastCustomer) events() (all []int64) {
	all = append(all, p.Effective, p.Created, p.Imported)
	for _, k := range p.talks {
		all = append(all, k.Recorded)
	}
	for _, m := range p.moves {
		all = append(all, m.At)
	}
	for _, o := range p.owners {
		all = append(all, o.At)
	}
	for _, o := range p.orders {
		all = append(all, o.Created)
	}
	for _, k := range p.tasks {
		all = append(all, k.Created, k.Done)
	}
	for _, f := range p.feedback {
		all = append(all, f.Created, f.Closed)
	}
	return all
}

// minute is the first sweep from an instant on.
func minute(ms int64) int64 { return (ms + 59_999) / 60_000 * 60_000 }

func weekOf(t time.Time) string {
	return t.AddDate(0, 0, -int((t.Weekday()+6)%7)).Format(time.DateOnly)
}
