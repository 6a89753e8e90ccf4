package alert

import (
	"encoding/json"
	"slices"
	"time"

	"zhike/internal/base/setting"
	"zhike/internal/crm/alert/ladder"
	"zhike/internal/crm/alert/past"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/segment"
	"zhike/internal/crm/task"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// A judgement judges a rule's condition at an instant: what the past tells of by the past, the rest as it is today.
type judgement struct {
	s     *Service
	r     Rule
	tree  node
	now   map[string]map[string]bool // of the leaves that nobody kept, by their text: the records that meet them
	today []string
}

type node struct {
	All   []node          `json:"all"`
	Any   []node          `json:"any"`
	Not   *node           `json:"not"`
	Field string          `json:"field"`
	Op    string          `json:"op"`
	Value json.RawMessage `json:"value"`
}

func (n node) text() string {
	text, _ := json.Marshal(map[string]any{"field": n.Field, "op": n.Op, "value": n.Value})
	if n.Value == nil {
		text, _ = json.Marshal(map[string]any{"field": n.Field, "op": n.Op})
	}
	return string(text)
}

// read takes the tree apart, with the segments in it.
func (j *judgement) read(tx *db.Tx) error {
	if j.r.Filter == "" {
		return nil
	}
	if json.Unmarshal([]byte(j.r.Filter), &j.tree) != nil {
		return fault.Rule("invalid", "filter")
	}
	return j.expand(tx, &j.tree, 0)
}

func (j *judgement) expand(tx *db.Tx, n *node, depth int) error {
	var ids []string
	if n.Field == "segment" && n.Op == "in" && depth < 5 && json.Unmarshal(n.Value, &ids) == nil && len(ids) == 1 {
		filter, err := segment.Asks(tx, ids[0])
		if err != nil {
			return err
		}
		var inner node
		if filter != "" && json.Unmarshal([]byte(filter), &inner) == nil {
			*n = inner
		}
	}
	for _, list := range [][]node{n.All, n.Any} {
		for i := range list {
			if err := j.expand(tx, &list[i], depth+1); err != nil {
				return err
			}
		}
	}
	if n.Not != nil {
		return j.expand(tx, n.Not, depth+1)
	}
	if _, kept := j.remembered(*n, state{}, ladder.Calendar{}); n.Field != "" && !kept && !slices.Contains(j.today, n.Field) {
		j.today = append(j.today, n.Field)
	}
	return nil
}

// kept says that an open alert's cause is still there.
func (j *judgement) kept(st state, p *past.Customer, at int64, now ladder.Calendar, r Rule) bool {
	return st.Alive && !r.silent(st, p, at, now) && j.holds(st, now)
}

func (j *judgement) holds(st state, now ladder.Calendar) bool {
	return j.r.Filter == "" || j.judge(j.tree, st, now)
}

func (j *judgement) judge(n node, st state, now ladder.Calendar) bool {
	switch {
	case n.All != nil:
		return !slices.ContainsFunc(n.All, func(c node) bool { return !j.judge(c, st, now) })
	case n.Any != nil:
		return slices.ContainsFunc(n.Any, func(c node) bool { return j.judge(c, st, now) })
	case n.Not != nil:
		return !j.judge(*n.Not, st, now)
	}
	if holds, kept := j.remembered(n, st, now); kept {
		return holds
	}
	return j.now[n.text()][st.Record]
}

// asToday asks the leaves that nobody kept of a page of customers.
func (j *judgement) asToday(tx *db.Tx, some []*past.Customer) error {
	var ids []string
	for _, p := range some {
		ids = append(ids, p.ID)
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return err
	}
	j.now = map[string]map[string]bool{}
	var walk func(n node) error
	walk = func(n node) error {
		for _, c := range append(slices.Clone(n.All), n.Any...) {
			if err := walk(c); err != nil {
				return err
			}
		}
		if n.Not != nil {
			return walk(*n.Not)
		}
		if _, kept := j.remembered(n, state{}, ladder.Calendar{}); kept || n.Field == "" {
			return nil
		}
		w, err := j.s.catalogue(j.r.Subject).Compile(tx, zone, n.text())
		if err != nil {
			return err
		}
		rows, err := db.Find[idRow](tx, asks[j.r.Subject], db.Args{"ids": ids}, db.With{Where: w})
		meets := map[string]bool{}
		for _, r := range rows {
			meets[r.ID] = true
		}
		j.now[n.text()] = meets
		return err
	}
	return walk(j.tree)
}

var asks = map[string]db.Query{
	OfCustomer: db.SQL(`SELECT c.id FROM {customers c} WHERE c.id IN (:ids) AND {filter}`, customer.Table),
	OfTask:     db.SQL(`SELECT t.id FROM {tasks t} WHERE t.customer_id IN (:ids) AND {filter}`, task.Table),
	OfFeedback: db.SQL(`SELECT f.id FROM {feedback f} WHERE f.customer_id IN (:ids) AND {filter}`, feedback.Table),
}

// remembered judges a leaf by the past, where the past tells of it.
func (j *judgement) remembered(n node, st state, now ladder.Calendar) (holds, kept bool) {
	var list []string
	var one string
	var number int64
	isText := json.Unmarshal(n.Value, &one) == nil
	isList := json.Unmarshal(n.Value, &list) == nil
	isNumber := json.Unmarshal(n.Value, &number) == nil
	if isText {
		list, isList = []string{one}, true
	}
	said := func(v string) (bool, bool) {
		switch n.Op {
		case "eq", "in":
			return slices.Contains(list, v), isList
		case "ne", "nin":
			return !slices.Contains(list, v), isList
		}
		return false, false
	}
	when := func(ms int64) (bool, bool) {
		switch n.Op {
		case "empty":
			return ms == 0, true
		case "not_empty":
			return ms > 0, true
		case "older_than_days":
			return ms > 0 && ms < now.Now.AddDate(0, 0, -int(number)).UnixMilli(), isNumber
		case "older_than_months":
			return ms > 0 && ms < clock.AddMonths(now.Now, -int(number)).UnixMilli(), isNumber
		}
		return false, false
	}
	day := func(d string) (bool, bool) {
		switch n.Op {
		case "empty":
			return d == "", true
		case "not_empty":
			return d != "", true
		case "older_than_months":
			return d != "" && d < clock.AddMonths(now.Now, -int(number)).Format(time.DateOnly), isNumber
		case "older_than_days":
			return d != "" && d < now.Now.AddDate(0, 0, -int(number)).Format(time.DateOnly), isNumber
		}
		return false, false
	}
	switch j.r.Subject + "." + n.Field {
	case "customer.status":
		return said(st.Status)
	case "customer.stage":
		return said(st.State.Stage)
	case "customer.review":
		return st.Effective > 0, n.Op == "eq" && one == customer.Effective
	case "customer.last_follow_up_at":
		return when(st.State.LastTalk)
	case "customer.next_follow_up_at":
		return when(st.State.Next)
	case "customer.won_at":
		return when(st.State.Won)
	case "customer.created_at":
		return when(st.State.Created)
	case "customer.stage_entered_at":
		return when(st.Entered)
	case "customer.last_order_on":
		return day(string(st.State.LastOrder))
	case "task.done_at":
		return !st.done, n.Op == "empty"
	case "feedback.kind":
		return said(st.kind)
	case "feedback.state":
		return !st.closed, n.Op == "ne" && one == feedback.Closed
	}
	return false, false
}
