package customfield

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/platform/db"
)

// A Measure is a figure of a record that is worked out of other records when it is asked
// for, such as the orders of twelve months. It is filtered by like a field.
type Measure struct {
	Name string
	Kind Kind // Integer or Money
	See  access.Group
	May  []access.Permission // each is needed
	// Query gives SELECT … AS id, … AS v … WHERE {filter} GROUP BY 1: a row for each record
	// that has something to count.
	Query db.Query
	Link  db.Column // what {filter} narrows to some records
	Args  func(now time.Time) db.Args
	// Unknown says that a record without rows, or whose v is NULL, has no figure; else it has 0.
	Unknown bool
}

func (m *Measure) seen(who access.Actor) bool {
	return !slices.ContainsFunc(m.May, func(p access.Permission) bool { return !who.Can(p) })
}

// With is the catalogue with measures besides its fields.
func (c *Catalogue) With(all ...Measure) *Catalogue {
	next := *c
	next.Fields = slices.Clone(c.Fields)
	for _, m := range all {
		f := Field{Name: m.Name, Group: "measure", Kind: m.Kind, Class: Internal, ReadOnly: true, Filterable: true, See: m.See, measure: &m}
		f.Operators = []string{"eq", "ne", "lt", "lte", "gt", "gte", "between"}
		if m.Unknown {
			f.Operators = append(f.Operators, "empty", "not_empty")
		}
		next.Fields = append(next.Fields, f)
	}
	return &next
}

// Asked is what a filter may ask beside fields, by a name of its own: membership in a
// segment, say. compile reads a filter within the bounds of the one under way.
type Asked func(tx *db.Tx, zone *time.Location, op string, value json.RawMessage, compile func(text string) (db.Cond, error)) (db.Cond, error)

// Asking is the catalogue with one more thing that a filter may ask.
func (c *Catalogue) Asking(name string, ask Asked) *Catalogue {
	next := *c
	if next.asked = maps.Clone(c.asked); next.asked == nil {
		next.asked = map[string]Asked{}
	}
	next.asked[name] = ask
	return &next
}

// Besides is the catalogue with one more field, a yes or no that rules of its own answer.
func (c *Catalogue) Besides(name string, ask Asked) *Catalogue {
	next := c.Asking(name, ask)
	next.Fields = append(slices.Clone(c.Fields), Field{Name: name, Group: "basic", Kind: Boolean, Class: Internal, ReadOnly: true, Filterable: true, Operators: operators[Boolean], asked: true})
	return next
}

// Key is what groups records by a field: by its values, or of a tree by its first n characters.
func (c *Catalogue) Key(who access.Actor, name string, start int) (db.Key, Field, bool) {
	f, ok := c.find(who, name)
	if ok && f.side && f.Custom && !f.sealed && f.Kind == Choice { // of which a record has one
		return db.KeyBeside(c.id, Values, f.Name), f, true
	}
	if !ok || f.measure != nil || f.asked || f.side || f.Kind == LongText || f.Kind == Rows || f.column == (db.Column{}) {
		return db.Key{}, f, false
	}
	if start > 0 {
		return db.KeyStart(f.column, start), f, true
	}
	return db.KeyOf(f.column), f, true
}

// Steps groups records by the spans that edges part of an instant (ms) or a day (text).
func (c *Catalogue) Steps(who access.Actor, name string, edges []any) (db.Key, bool) {
	f, ok := c.find(who, name)
	return db.KeySteps(f.column, edges), ok && (f.Kind == DateTime || f.Kind == Date)
}

// Find gives a field that the viewer sees in clear.
func (c *Catalogue) Find(who access.Actor, name string) (Field, bool) { return c.find(who, name) }

var opposite = map[string]string{"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}

// measured compares a measure. Where 0 meets the condition, so does every record that has
// nothing to count.
func (k *compiler) measured(f Field, op string, raw json.RawMessage) (db.Cond, bool) {
	m := f.measure
	in := func(sign string, v any) db.Cond {
		c, err := k.tx.Within(k.c.id, m.Query, m.Args(k.tx.Now().In(k.zone)), db.With{}, sign, v)
		if err != nil {
			k.failed = err
		}
		return c
	}
	one := func(sign string, n int64) db.Cond {
		if !m.Unknown && holds(sign, 0, n) {
			return db.Not(in(opposite[sign], n))
		}
		return in(sign, n)
	}
	switch op {
	case "empty":
		return db.Not(in(">=", int64(-1<<62))), true
	case "not_empty":
		return in(">=", int64(-1<<62)), true
	case "between":
		var ends [2]*int64
		if json.Unmarshal(raw, &ends) != nil || ends[0] == nil || ends[1] == nil {
			return db.Cond{}, false
		}
		return db.AllOf(one(">=", *ends[0]), one("<=", *ends[1])), true
	}
	var n *int64
	if json.Unmarshal(raw, &n) != nil || n == nil {
		return db.Cond{}, false
	}
	return one(signs[op], *n), true
}

func holds(sign string, a, b int64) bool {
	switch sign {
	case "=":
		return a == b
	case "<>":
		return a != b
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	}
	return a >= b
}

// A Figure is the value of a measure, or of nothing where there is none.
type Figure struct {
	Name  string `json:"name"`
	Kind  Kind   `json:"kind"`
	Value *int64 `json:"value"`
}

// Figures gives the measures named, as the viewer may see them, of some records.
func (c *Catalogue) Figures(tx *db.Tx, zone *time.Location, names []string, ids []string) (map[string][]Figure, error) {
	who, _ := tx.Who().(access.Actor)
	out := map[string][]Figure{}
	for _, name := range names {
		f, ok := c.find(who, name)
		if !ok || f.measure == nil {
			continue
		}
		rows, err := db.Find[struct {
			ID string `db:"id"`
			V  *int64 `db:"v"`
		}](tx, f.measure.Query, f.measure.Args(tx.Now().In(zone)), db.With{Where: []db.Cond{db.In(f.measure.Link, ids)}})
		if err != nil {
			return nil, err
		}
		of := map[string]*int64{}
		for _, r := range rows {
			of[r.ID] = r.V
		}
		for _, id := range ids {
			v, found := of[id]
			if !found && !f.measure.Unknown {
				v = new(int64)
			}
			out[id] = append(out[id], Figure{name, f.Kind, v})
		}
	}
	return out, nil
}
