package db

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Table names a table and says how its rows are reached. It is declared once,
// by the package that owns it.
type Table struct {
	joined  bool // an internal one that is read beside scoped rows
	name    string
	kind    kind
	has     Columns
	rights  Rights
	parent  *Table
	via     string // the column that names the parent
	guarded []string
	quiet   bool   // changes need no audit entry
	closed  string // the column that says that a row is read-only
	why     error  // what whoever writes there is answered
	still   []Right
}

type kind int

const (
	internal kind = iota // the program only; the zero value, so the safe one
	shared               // read by who has the right to See, written by who has the right to Change
	owned                // the row names its owner and department
	through              // the row is reached when its parent row is
)

// A Right is what a viewer wants to do with a row, by which permission. How the
// permission reaches is the viewer's to say.
type Right struct {
	Kind       RightKind
	Permission string
}

type RightKind int

const (
	Sees    RightKind = iota
	Adds              // adds a child: what a collaborator may do
	Changes           // changes or deletes it
)

func See(permission string) Right    { return Right{Sees, permission} }
func Add(permission string) Right    { return Right{Adds, permission} }
func Change(permission string) Right { return Right{Changes, permission} }

// Rights of a table. For one reached through a parent they are rights to the parent
// row: See to read the child, Add to add one, Change to change one.
// Bin is the right to what lies in the recycle bin; left out, it is Change.
type Rights struct{ See, Add, Change, Bin Right }

// Columns are the columns of an owned table that say who reaches a row. They are
// guarded: Insert fills them with the viewer, and then only a Setter writes them.
type Columns struct {
	Owner, Department, Creator string
	Pool                       string // the open pool that the row lies in when it has no owner
	Members, Member            string // the table of members, and its column that names the row
	Binned                     string // when it was moved to the recycle bin; 0 = it was not
	CreatorReaches             bool   // who made a row keeps reaching it
	Parent                     *Table // whoever has the right Through to the parent sees the row too
	Via                        string
	Through                    Right
}

// Internal is a table of the program's own.
func Internal(name string) *Table { return declare(&Table{name: name}) }

// Joined lets a viewer read an internal table beside rows that belong to somebody, and never by itself.
func (t *Table) Joined() *Table { t.joined = true; return t }

// Shared is a table without owners. The zero See is anyone signed in; the zero Change is nobody but the program.
func Shared(name string, r Rights) *Table {
	return declare(&Table{name: name, kind: shared, rights: r})
}

// Owned is a table whose rows name their owner.
func Owned(name string, r Rights, c Columns) *Table {
	t := &Table{name: name, kind: owned, rights: r, has: c}
	for _, g := range []string{c.Owner, c.Department, c.Creator, c.Pool, c.Binned} {
		if g != "" {
			t.guarded = append(t.guarded, g)
		}
	}
	return declare(t)
}

// Through is a table whose rows are reached as their parent is.
func Through(name, column string, parent *Table, r Rights) *Table {
	return declare(&Table{name: name, kind: through, parent: parent, via: column, rights: r, guarded: []string{column}})
}

// Guard adds columns that only a Setter writes, such as stage and status.
func (t *Table) Guard(columns ...string) *Table {
	t.guarded = append(t.guarded, columns...)
	return t
}

// Quiet says that changes of this table are no acts of people, or their entry stands
// with the record they belong to.
func (t *Table) Quiet() *Table { t.quiet = true; return t }

// Closing says that a row with column set is read-only, with all that hangs on it: whoever writes there is answered why.
// The rights named in still go on.
func (t *Table) Closing(column string, why error, still ...Right) *Table {
	t.closed, t.why, t.still = column, why, still
	return t.Guard(column)
}

// open is the condition that neither a row nor what it hangs on is closed to a right; "" where nothing can be.
func (t *Table) open(right Right, alias string) (string, error) {
	up, via := cmp.Or(t.parent, t.has.Parent), cmp.Or(t.via, t.has.Via)
	switch {
	case right.Kind == Sees || t.closed != "" && slices.Contains(t.still, right) || t.closed == "" && up == nil:
		return "", nil
	case t.closed != "":
		return "NOT " + alias + "." + t.closed, t.why
	}
	in, why := up.open(right, up.name)
	if in != "" {
		in = fmt.Sprintf("NOT EXISTS (SELECT 1 FROM %[1]s WHERE %[1]s.id = %[2]s.%[3]s AND NOT (%[4]s))", up.name, alias, via, in)
	}
	return in, why
}

// closed says why a row that one reaches is not to be written to: it, or what it hangs on, is read-only.
func (t *Tx) closed(table *Table, id string, right Right) error {
	open, why := table.open(right, table.name)
	if open == "" || id == "" || t.who.Program() {
		return nil
	}
	found, err := t.ids(table, "id", every, open+" AND id = :id", Args{"id": id})
	if err == nil && len(found) == 0 {
		err = why
	}
	return err
}

// Name of the table, for messages and plans.
func (t *Table) Name() string { return t.name }

// Parent is the table through which t is reached, or nil.
func (t *Table) Parent() *Table { return t.parent }

// guards are the columns an UPDATE may not write. The parent is one of them: moving
// a child is adding it elsewhere.
func (t *Table) guards() []string { return append([]string{"id"}, t.guarded...) }

// known is every table and query of the program.
var known struct {
	sync.Mutex
	tables  []*Table
	queries []Query
	setters []*Setter
}

// declare also looks back at the queries made before: packages start in import
// order, so a query may have named this table before anybody declared it.
func declare(t *Table) *Table {
	known.Lock()
	defer known.Unlock()
	for _, other := range known.tables {
		if other.name == t.name {
			panic("db: table " + t.name + " is declared twice")
		}
	}
	known.tables = append(known.tables, t)
	for _, q := range known.queries {
		if slices.ContainsFunc(q.words, func(w string) bool { return strings.EqualFold(w, t.name) }) {
			panic(fmt.Sprintf("db: write {%s x}, not the bare name, in %s", t.name, q.source))
		}
	}
	return t
}

// A Viewer says which rows a unit of work reaches.
type Viewer interface {
	ID() string    // the user's id; "" for the program
	Name() string  // for the audit trail
	Known() bool   // signed in
	Program() bool // the program itself
	May(permission string) bool
	Home() Home // whose a new row is
	// Rows are rules for an owned table, in the words of [Rule]; a row that any of them keeps is reached.
	Rows(Right, time.Time) []Cond
}

// Home is who a row belongs to. Without a user it lies in the open pool.
type Home struct{ User, Department, Pool string }

// scope returns the condition that keeps the rows of table, named alias, that the viewer reaches.
func (t *Tx) scope(table *Table, right Right, alias string) Cond {
	switch {
	case t.who.Program():
		return every
	case table.kind == owned:
		c := t.ownedScope(table, right, alias)
		if table.has.Binned != "" && c.text != none.text {
			c.text = alias + "." + table.has.Binned + " = 0 AND " + c.text
		}
		return c
	case table.kind == through:
		return t.throughScope(table.parent, right, alias, table.via)
	case table.kind == shared && t.who.Known() && (right == See("") || right.Permission != "" && t.who.May(right.Permission)):
		return every
	}
	return none
}

func (t *Tx) ownedScope(table *Table, right Right, alias string) Cond {
	return anyOf(t.rules(table, right, alias), func(rule Cond) Cond { return rule })
}

// rules are the ways in which the viewer reaches rows of an owned table, each by itself.
func (t *Tx) rules(table *Table, right Right, alias string) []Cond {
	var all []Cond
	for _, rule := range t.who.Rows(right, t.now) {
		rule = table.fill(rule, alias, t.db.dialect)
		if rule.text == every.text {
			return []Cond{every}
		}
		if rule.text != none.text {
			all = append(all, rule)
		}
	}
	if table.has.Parent == nil || right.Kind != Sees || !t.who.May(right.Permission) {
		return all
	}
	if up := t.throughScope(table.has.Parent, table.has.Through, alias, table.has.Via); up.text != none.text {
		all = append(all, up)
	}
	return all
}

func (t *Tx) throughScope(parent *Table, right Right, alias, via string) Cond {
	in := t.scope(parent, right, parent.name)
	if in.text == none.text {
		return none
	}
	// Asked of each row and not as a list of ids: SQLite would gather every parent in reach to find
	// the children of one (one customer over HTTP at 10,000: 9 ms, then 1.1, on a busy machine).
	in.text = fmt.Sprintf("EXISTS (SELECT 1 FROM %[3]s WHERE %[3]s.id = %[1]s.%[2]s AND %[4]s)", alias, via, parent.name, in.text)
	return in
}

// binned is the scope of rows in the recycle bin.
func (t *Tx) binned(table *Table, right Right, alias string) Cond {
	c := every
	if !t.who.Program() {
		c = t.ownedScope(table, right, alias)
	}
	c.text = alias + "." + table.has.Binned + " > 0 AND " + c.text
	return c
}

// filled remembers rules with their columns put in: a handful of texts per table.
var filled sync.Map // of filledKey: string

type filledKey struct {
	table       *Table
	dialect     *dialect
	alias, rule string
}

// fill puts the columns of t into a Rule. Where t lacks one, no row is kept.
func (t *Table) fill(rule Cond, alias string, d *dialect) Cond {
	key := filledKey{t, d, alias, rule.text}
	text, ok := filled.Load(key)
	if !ok {
		text = t.filled(rule.text, alias, d)
		filled.Store(key, text)
	}
	if rule.text = text.(string); rule.text == none.text {
		return none
	}
	return rule
}

func (t *Table) filled(rule, alias string, d *dialect) string {
	creator := ""
	if t.has.CreatorReaches {
		creator = t.has.Creator
	}
	for _, h := range [][2]string{{"{id}", "id"}, {"{owner}", t.has.Owner}, {"{department}", t.has.Department}, {"{creator}", creator}, {"{pool}", t.has.Pool}} {
		if !strings.Contains(rule, h[0]) {
			continue
		}
		if h[1] == "" {
			return none.text
		}
		rule = strings.ReplaceAll(rule, h[0], alias+"."+h[1])
	}
	if strings.Contains(rule, "{member") {
		if t.has.Members == "" {
			return none.text
		}
		rule = strings.NewReplacer("{members}", t.has.Members, "{member}", t.has.Member).Replace(rule)
	}
	return strings.NewReplacer("{in}", d.in[0], "{end}", d.in[1]).Replace(rule)
}
