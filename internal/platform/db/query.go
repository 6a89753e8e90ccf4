package db

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhike/internal/platform/db/statement"
)

// A constant is text written in the program's source. Other packages cannot name
// this type, so only an untyped string constant converts to it: SQL made of a
// caller's text does not compile. (Handing SQL itself to a generic function would
// let that name the type: a test in arch refuses it.)
type constant string

// A Query is checked SQL; only [SQL] makes one. Its text has holes:
//
//	FROM {customers c}            the rows of customers the viewer sees, as c
//	FROM {customers!add c}        … that he may add to; {customers!change c} … change
//	UPDATE {customers!change c}   the rows the viewer may change; also DELETE FROM
//	FROM {customers!bin c}        the rows in the recycle bin that he may change
//	{filter} {after} {order} {limit}   what [With] asks for
//
// A scoped table is a subquery, so nothing written around it can widen it.
type Query struct {
	source string
	words  []string
	parts  []part
	target *Table // of an UPDATE or DELETE
	holes  map[string]bool
}

// A part is plain text, or a hole.
type part struct {
	text  string // the text, or the hole's name
	hole  bool
	fence bool // the scope of a target, beside its WHERE
	table *Table
	mode  string // "", add, change or bin
	alias string
}

func (p part) right() Right {
	switch p.mode {
	case "add":
		return p.table.rights.Add
	case "change":
		return p.table.rights.Change
	case "bin":
		return p.table.toBin()
	}
	return p.table.rights.See
}

var hole = regexp.MustCompile(`^\{(\w+)(?:!(add|change|bin))?(?: ([a-z_]\w*))?\}$`)

// SQL checks text, which may read the given tables, and panics at program start
// when it is not plain. (Naming the tables also makes Go declare them first.)
func SQL(source constant, tables ...*Table) Query {
	q := Query{source: string(source), holes: map[string]bool{}}
	bad := func(format string, a ...any) { panic(fmt.Sprintf("db: "+format, a...) + " in " + q.source) }
	tokens := statement.Scan(q.source)
	for _, t := range tokens {
		q.words = append(q.words, t.Text)
	}
	if len(tokens) == 0 || !is(q.words[0], "SELECT", "WITH", "UPDATE", "DELETE") {
		bad("a query starts with SELECT, WITH, UPDATE or DELETE (rows are added by Tx.Insert)")
	}
	q.checkWords(bad)
	if is(q.words[0], "UPDATE", "DELETE") {
		q.fence(tokens, tables, bad)
	} else {
		q.split(q.source, tables, bad)
	}
	known.Lock()
	defer known.Unlock()
	known.queries = append(known.queries, q)
	return q
}

// checkWords refuses every way to name a table other than a hole.
func (q *Query) checkWords(bad func(string, ...any)) {
	ctes := map[string]bool{}
	for i := 2; i < len(q.words); i++ {
		if is(q.words[i-1], "AS") && q.words[i] == "(" {
			ctes[q.words[i-2]] = true
		}
	}
	known.Lock()
	defer known.Unlock()
	reading := []bool{false} // for each open bracket: are we between FROM and WHERE?
	for i, w := range q.words {
		top := len(reading) - 1
		switch {
		case slices.ContainsFunc(known.tables, func(t *Table) bool { return is(w, t.name) }):
			bad("write {%s x}, not the bare name,", w)
		case i > 0 && is(w, "INSERT", "UPDATE", "DELETE", "INTO", "MERGE", "USING", "RETURNING", "TABLE", "RECURSIVE"):
			bad("%s has no place", w)
		case w == "(":
			reading = append(reading, false)
		case w == ")" && top == 0:
			bad("brackets do not match")
		case w == ")":
			reading = reading[:top]
		case is(w, "FROM", "JOIN"):
			reading[top] = true
			if next := q.words[min(i+1, len(q.words)-1)]; next != "(" && next[0] != '{' && !ctes[next] {
				bad("%s after %s is not a table in braces", next, w)
			}
		case is(w, "WHERE", "GROUP", "ORDER", "SELECT", "UNION", "SET", "LIMIT", "HAVING"):
			reading[top] = false
		case w == "," && reading[top]:
			bad("write JOIN, not a comma,")
		}
	}
	if len(reading) != 1 {
		bad("brackets do not match")
	}
}

// split cuts text into plain parts and holes.
func (q *Query) split(text string, tables []*Table, bad func(string, ...any)) {
	at := 0
	for _, t := range statement.Scan(text) {
		if t.Text[0] == '{' {
			q.parts = append(q.parts, part{text: text[at:t.At]}, q.readHole(t.Text, tables, bad))
			at = t.At + len(t.Text)
		}
	}
	q.parts = append(q.parts, part{text: text[at:]})
}

// fence makes UPDATE t AS c SET … WHERE scope AND (tail) of
// UPDATE {t!change c} SET … WHERE tail, so the tail cannot widen the scope. The scope is on the row itself and not
// in an IN (SELECT …): PostgreSQL checks a row again that somebody changed while
// we waited for its lock, but it does not run the subquery again.
func (q *Query) fence(tokens []statement.Token, tables []*Table, bad func(string, ...any)) {
	depth, where, at := 0, -1, 1
	if is(q.words[0], "DELETE") {
		at = 2
	}
	target := q.readHole(q.words[min(at, len(q.words)-1)], tables, bad)
	if q.target = target.table; target.mode != "change" && target.mode != "bin" {
		bad("write {table!change x} after UPDATE or DELETE FROM")
	}
	for i, w := range q.words {
		depth += strings.Count(w, "(") - strings.Count(w, ")")
		switch {
		case where >= 0:
		case is(w, "WHERE") && depth == 0:
			where = i
		case is(w, q.target.guards()...):
			bad("%s is written by a Setter only", w)
		case depth == 0 && i > 2 && is(w, "FROM", "JOIN"):
			bad("an UPDATE reads no other table beside its own")
		}
	}
	if where < 0 {
		bad("WHERE is missing")
	}
	hole, end := tokens[at], tokens[where].At
	q.split(q.source[:hole.At]+q.target.name+" AS "+target.alias+q.source[hole.At+len(hole.Text):end]+"WHERE ", tables, bad)
	target.fence = true
	q.parts = append(q.parts, target)
	q.split(" AND ("+q.source[end+len("WHERE"):]+")", tables, bad)
}

func (q *Query) readHole(text string, tables []*Table, bad func(string, ...any)) part {
	m := hole.FindStringSubmatch(text)
	if m == nil {
		bad("unknown hole %s", text)
	}
	p := part{text: m[1], hole: true, mode: m[2], alias: m[3]}
	if m[2] == "" && m[3] == "" && is(m[1], "filter", "after", "order", "limit", "a", "b") {
		q.holes[m[1]] = true
		return p
	}
	for _, t := range tables {
		if t.name == m[1] {
			p.table = t
		}
	}
	if p.table == nil {
		bad("%s names no table given to SQL", text)
	}
	if p.mode == "bin" && p.table.has.Binned == "" {
		bad("%s has no recycle bin", p.table.name)
	}
	if p.alias == "" {
		p.alias = p.table.name
	}
	return p
}

func is(word string, any ...string) bool {
	return slices.ContainsFunc(any, func(a string) bool { return strings.EqualFold(a, word) })
}

// fill closes the holes of q for the viewer and gathers the values.
func (q Query) fill(t *Tx, args Args, w With, after Cond) (string, []any, error) {
	return q.write(t, &statement.Builder{Sign: t.db.dialect.sign}, args, w, after)
}

func (q Query) write(t *Tx, b *statement.Builder, args Args, w With, after Cond) (string, []any, error) {
	for _, p := range q.parts {
		switch {
		case !p.hole:
			b.Add(p.text, args)
		case p.table != nil && p.table.joined && !p.fence && q.Reads():
			b.Raw(p.table.name + " " + p.alias)
		case p.table != nil && p.table.kind == internal && !t.who.Program():
			return "", nil, ErrDenied
		case p.table != nil:
			alias := p.alias
			if !p.fence {
				alias = p.table.name
				b.Raw("(SELECT * FROM " + alias + " WHERE ")
			} else {
				b.Raw("(")
			}
			c := Cond{}
			if p.mode == "bin" {
				c = t.binned(p.table, p.right(), alias)
			} else {
				c = t.scope(p.table, p.right(), alias)
			}
			b.Add(c.text, c.args)
			b.Raw(")")
			if open, _ := p.table.open(p.right(), alias); p.fence && open != "" && !t.who.Program() {
				b.Raw(" AND " + open)
			}
			if !p.fence {
				b.Raw(" " + p.alias)
			}
		case p.text == "a":
			k := w.By.a.or()
			b.Add(k.text, k.args)
		case p.text == "b":
			k := w.By.b.or()
			b.Add(k.text, k.args)
		case p.text == "filter":
			b.Raw(every.text)
			for _, c := range w.Where {
				b.Raw(" AND (")
				b.Add(c.text, c.args)
				b.Raw(")")
			}
		case p.text == "after":
			b.Raw("(")
			b.Add(after.text, after.args)
			b.Raw(")")
		case p.text == "order" && w.Few:
			b.Raw(w.Order.sorted()) // along the order SQLite would ask of each of a million whether it is one of them
		case p.text == "order":
			b.Raw(w.Order.text())
		case p.text == "limit":
			b.Raw(strconv.Itoa(w.Limit)) // as text: see statement.Builder
		}
	}
	if len(w.Where) > 0 && !q.holes["filter"] || after.text != every.text && after.text != "" && !q.holes["after"] {
		b.Wrong = fmt.Errorf("db: no hole for what the caller asks in %s", q.source)
	}
	if b.Wrong != nil {
		b.Wrong = fmt.Errorf("%w in %s", b.Wrong, q.source)
	}
	return b.String(), b.Values, b.Wrong
}

// Queries are all queries of the program, for dbtest.
func Queries() []Query {
	known.Lock()
	defer known.Unlock()
	return slices.Clone(known.queries)
}

// Tables are all tables of the program, for dbtest and the house's own tests.
func Tables() []*Table {
	known.Lock()
	defer known.Unlock()
	return slices.Clone(known.tables)
}

func (q Query) String() string { return strings.Join(strings.Fields(q.source), " ") }

// Reads says whether q touches rows that belong to somebody.
func (q Query) Reads() bool {
	return slices.ContainsFunc(q.parts, func(p part) bool { return p.table != nil && p.table.kind >= owned })
}

// Scoped says whether rows of t belong to somebody.
func (t *Table) Scoped() bool { return t.kind >= owned }
