package customfield

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var (
	ordered   = []string{"eq", "ne", "lt", "lte", "gt", "gte", "between", "empty", "not_empty"}
	dated     = append(slices.Clone(ordered), "within_days", "older_than_days", "within_months", "older_than_months")
	chosen    = []string{"eq", "ne", "in", "nin", "empty", "not_empty"}
	tree      = []string{"eq", "ne", "in", "nin", "under", "empty", "not_empty"}
	operators = map[Kind][]string{
		Text: {"eq", "ne", "in", "nin", "contains", "starts", "empty", "not_empty"}, URL: {"contains", "empty", "not_empty"},
		LongText: {"empty", "not_empty"}, Rows: {"empty", "not_empty"}, Integer: ordered, Money: ordered, Date: dated, DateTime: dated,
		Choice: chosen, Stage: chosen, User: chosen, Customer: chosen, Choices: {"in", "nin", "empty", "not_empty"},
		Boolean: {"eq", "ne"}, Region: tree, Industry: tree, Department: tree, Number: ordered,
	}
)

type node struct {
	All   []json.RawMessage `json:"all"`
	Any   []json.RawMessage `json:"any"`
	Not   json.RawMessage   `json:"not"`
	Field string            `json:"field"`
	Op    string            `json:"op"`
	Value json.RawMessage   `json:"value"`
}

// A compiler turns one filter tree into a condition.
type compiler struct {
	c    *Catalogue
	tx   *db.Tx
	who  access.Actor
	zone *time.Location
	left int
	// depth is how deep the node under way may still go.
	depth int
	// failed is what went wrong beside the filter: a setting that could not be read, say.
	failed error
}

// Compile reads a filter tree in JSON ("" keeps everything). Errors name the field:
// an unknown one, an operator it does not have, a value it cannot hold.
func (c *Catalogue) Compile(tx *db.Tx, zone *time.Location, text string) ([]db.Cond, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	who, _ := tx.Who().(access.Actor)
	c, err := c.In(tx)
	if err != nil {
		return nil, err
	}
	k := &compiler{c: c, tx: tx, who: who, zone: zone, left: api.MaxConditions}
	cond, err := k.read([]byte(text), api.MaxDepth)
	if err != nil {
		return nil, err
	}
	return []db.Cond{cond}, nil
}

func wrong(code, field string) error {
	return fault.Rule(code, "filter").With(map[string]any{"field": field})
}

func (k *compiler) read(text []byte, depth int) (none db.Cond, err error) {
	if k.left--; depth == 0 || k.left < 0 {
		return none, wrong("too_complex", "")
	}
	was := k.depth
	k.depth = depth
	defer func() { k.depth = was }()
	var n node
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if d.Decode(&n) != nil {
		return none, wrong("invalid", "")
	}
	// Decoder.More says no before a bracket too, and filters are put together as text.
	if _, err := d.Token(); err != io.EOF {
		return none, wrong("invalid", "")
	}
	said := 0
	for _, is := range []bool{n.All != nil, n.Any != nil, n.Not != nil, n.Field != ""} {
		if is {
			said++
		}
	}
	if said != 1 {
		return none, wrong("invalid", n.Field)
	}
	switch {
	case n.Not != nil:
		c, err := k.read(n.Not, depth-1)
		return db.Not(c), err
	case n.Field != "":
		return k.leaf(n)
	}
	var parts []db.Cond
	for _, raw := range append(n.All, n.Any...) {
		c, err := k.read(raw, depth-1)
		if err != nil {
			return none, err
		}
		parts = append(parts, c)
	}
	if n.All != nil {
		return db.AllOf(parts...), nil
	}
	return db.AnyOf(parts...), nil
}

func (k *compiler) leaf(n node) (none db.Cond, err error) {
	if ask, ok := k.c.asked[n.Field]; ok {
		return ask(k.tx, k.zone, n.Op, n.Value, func(text string) (db.Cond, error) { return k.read([]byte(text), k.depth-1) })
	}
	f, ok := k.c.find(k.who, n.Field)
	if !ok || !f.Filterable {
		return none, wrong("unknown_field", clip(n.Field))
	}
	if !slices.Contains(f.Operators, n.Op) {
		return none, wrong("unknown_operator", f.Name)
	}
	cond, ok := k.compare(f, n.Op, n.Value)
	if k.failed != nil {
		return none, k.failed
	}
	if !ok {
		return none, wrong("invalid", f.Name)
	}
	return cond, nil
}

func clip(s string) string {
	if len(s) > 60 {
		return ""
	}
	for _, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return "" // no name of ours, so not echoed
		}
	}
	return s
}

var signs = map[string]string{"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}

func (k *compiler) compare(f Field, op string, raw json.RawMessage) (db.Cond, bool) {
	if f.measure != nil {
		return k.measured(f, op, raw)
	}
	if op == "empty" || op == "not_empty" {
		c := k.empty(f)
		if op == "not_empty" {
			c = db.Not(c)
		}
		return c, true
	}
	if f.side {
		return k.beside(f, op, raw)
	}
	return k.plain(f, op, raw)
}

// plain compares a column of the record's own, or of the side table's row.
func (k *compiler) plain(f Field, op string, raw json.RawMessage) (db.Cond, bool) {
	switch op {
	case "in", "nin":
		list, ok := texts(raw, 200)
		if !ok {
			return db.Cond{}, false
		}
		for i := range list {
			list[i] = k.me(f, list[i])
		}
		c := db.In(f.column, list)
		if op == "nin" {
			c = db.Not(c)
		}
		return c, true
	case "contains", "starts":
		s, ok := text(raw)
		if !ok {
			return db.Cond{}, false
		}
		if op == "starts" {
			return db.Starts(f.column, s), true
		}
		return db.Contains(f.column, s), true
	case "under":
		return k.under(f, raw)
	case "between":
		var ends []json.RawMessage
		if json.Unmarshal(raw, &ends) != nil || len(ends) != 2 {
			return db.Cond{}, false
		}
		from, ok1 := k.value(f, ends[0], false)
		to, ok2 := k.value(f, ends[1], true)
		return db.AllOf(db.Compare(f.column, ">=", from), db.Compare(f.column, "<=", to), db.Not(k.empty(f))), ok1 && ok2
	case "within_days", "older_than_days", "within_months", "older_than_months":
		return k.days(f, op, raw)
	}
	v, ok := k.value(f, raw, op == "lte" || op == "gt")
	if !ok {
		return db.Cond{}, false
	}
	c := db.Compare(f.column, signs[op], v)
	switch op {
	case "ne":
		c = db.Not(db.Compare(f.column, "=", v))
	case "lt", "lte":
		c = db.AllOf(c, db.Not(k.empty(f))) // what is not known is not small
	case "eq":
		if f.Kind == DateTime && isDay(raw) {
			end, _ := k.value(f, raw, true)
			c = db.AllOf(db.Compare(f.column, ">=", v), db.Compare(f.column, "<=", end))
		}
	}
	return c, true
}

func (k *compiler) empty(f Field) db.Cond {
	switch {
	case f.side:
		return db.Not(k.holding(f))
	case f.Kind == LongText || f.Kind == Rows:
		return db.Not(db.Contains(f.filled, ","+f.Name+","))
	case f.only:
		return db.Nothing() // a row of the side table is a value
	case f.nullable:
		return db.IsNull(f.column)
	case f.Kind == Integer || f.Kind == Money || f.Kind == DateTime:
		return db.Compare(f.column, "=", int64(0))
	}
	return db.Compare(f.column, "=", "")
}

// under keeps a node of a tree and what lies below it.
func (k *compiler) under(f Field, raw json.RawMessage) (db.Cond, bool) {
	list, ok := texts(raw, 50)
	if !ok {
		return db.Cond{}, false
	}
	var any []db.Cond
	for _, s := range list {
		switch {
		case s == "":
			return db.Cond{}, false
		case f.Kind == Department:
			any = append(any, db.Linked(f.column, Tree, "id", db.Contains(db.Col("x.path"), "/"+s+"/")))
		case f.Kind == Region: // 330000 is a province, 330100 a city
			any = append(any, db.Starts(f.column, strings.TrimSuffix(strings.TrimSuffix(s, "00"), "00")))
		default:
			any = append(any, db.Starts(f.column, s))
		}
	}
	return db.AnyOf(any...), true
}

// Tree is the table of departments; base/account stands above and gives it.
var Tree *db.Table

func (k *compiler) days(f Field, op string, raw json.RawMessage) (db.Cond, bool) {
	var days int
	if json.Unmarshal(raw, &days) != nil || days < 0 || days > 36500 {
		return db.Cond{}, false
	}
	now := k.tx.Now().In(k.zone)
	edge := now.AddDate(0, 0, -days)
	if op, months := strings.CutSuffix(op, "_months"); months {
		if days > 1200 {
			return db.Cond{}, false
		}
		// By the calendar: six months before the end of August is the end of February.
		return k.since(f, op+"_days", clock.AddMonths(now, -days), now)
	}
	return k.since(f, op, edge, now)
}

// since keeps what lies between edge and now, or before edge.
func (k *compiler) since(f Field, op string, edge, now time.Time) (db.Cond, bool) {
	var at, end any = edge.UnixMilli(), now.UnixMilli()
	if f.Kind == Date {
		at, end = edge.Format(time.DateOnly), now.Format(time.DateOnly)
	}
	if op == "within_days" {
		return db.AllOf(db.Compare(f.column, ">=", at), db.Compare(f.column, "<=", end), db.Not(k.empty(f))), true
	}
	return db.AllOf(db.Compare(f.column, "<", at), db.Not(k.empty(f))), true
}

// value reads one value of a field's kind; end asks for the last instant of a day.
func (k *compiler) value(f Field, raw json.RawMessage, end bool) (any, bool) {
	switch f.Kind {
	case Number:
		n, ok := Steps(raw, f.Decimals)
		return n, ok
	case Integer, Money:
		var n int64
		err := json.Unmarshal(raw, &n)
		return n, err == nil
	case Boolean:
		var b bool
		err := json.Unmarshal(raw, &b)
		return b, err == nil
	case Date:
		s, ok := text(raw)
		_, err := time.Parse(time.DateOnly, s)
		return s, ok && err == nil
	case DateTime:
		s, ok := text(raw)
		if !ok {
			return nil, false
		}
		if day, err := time.ParseInLocation(time.DateOnly, s, k.zone); err == nil {
			if end {
				return day.AddDate(0, 0, 1).UnixMilli() - 1, true
			}
			return day.UnixMilli(), true
		}
		at, err := time.Parse(time.RFC3339, s)
		return at.UnixMilli(), err == nil
	}
	s, ok := text(raw)
	return k.me(f, s), ok
}

// me stands for whoever asks, so that a shared view shows everyone his own.
func (k *compiler) me(f Field, s string) string {
	if f.Kind == User && s == "me" {
		return k.who.Place()
	}
	return s
}

func isDay(raw json.RawMessage) bool {
	s, ok := text(raw)
	return ok && len(s) == len(time.DateOnly)
}

func text(raw json.RawMessage) (string, bool) {
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err == nil && len(s) <= 200 && string(raw) != "null" && api.Holdable(s)
}

// texts reads a list of strings, or a single one.
func texts(raw json.RawMessage, most int) ([]string, bool) {
	var list []string
	if s, ok := text(raw); ok {
		return []string{s}, true
	}
	err := json.Unmarshal(raw, &list)
	return list, err == nil && len(list) > 0 && len(list) <= most && api.Holdable(strings.Join(list, ""))
}
