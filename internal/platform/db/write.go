package db

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"zhike/internal/platform/db/record"
	"zhike/internal/platform/db/statement"
)

// touch remembers that an audited table was changed, so that the unit owes an entry.
func (t *Tx) touch(table *Table) {
	if !table.quiet {
		t.owes = true
	}
}

// Change runs an UPDATE or DELETE of the one row :id. When it reached none it says
// why: not seen, seen but not yours, or yours but the rest of its WHERE did not hold.
func (t *Tx) Change(q Query, args Args) error {
	n, err := t.ChangeAll(q, args)
	if err != nil || n > 0 {
		return err
	}
	id, _ := args["id"].(string)
	if err := t.May(q.target, id, q.target.rights.Change); err != nil {
		return err
	}
	return ErrStale
}

// ChangeAll runs an UPDATE or DELETE on every row it reaches and counts them.
func (t *Tx) ChangeAll(q Query, args Args) (int64, error) {
	if q.target == nil {
		return 0, fmt.Errorf("db: this changes nothing: %s", q.source)
	}
	text, values, err := q.fill(t, args, With{}, every)
	if err != nil {
		return 0, err
	}
	n, err := t.run(text, values)
	if n > 0 {
		t.touch(q.target)
	}
	return n, err
}

// May says whether the viewer has a right to a row: nil, ErrNotYours or ErrNotFound.
func (t *Tx) May(table *Table, id string, right Right) error {
	seen, err := t.Reaches(table, id, table.rights.See)
	if err != nil {
		return err
	}
	ok, err := t.Reaches(table, id, right)
	switch {
	case err != nil:
		return err
	case ok: // what one may change without a right to read, too
		return t.closed(table, id, right)
	case seen:
		return ErrNotYours
	}
	return ErrNotFound
}

// Reaches says whether the viewer has a right to a row.
func (t *Tx) Reaches(table *Table, id string, right Right) (bool, error) {
	found, err := t.ids(table, "id", t.scope(table, right, table.name), "id = :id", Args{"id": id})
	return len(found) > 0, err
}

// ParentOf is the id of the row through which one is reached; ErrNotFound out of reach.
func (t *Tx) ParentOf(table *Table, id string) (string, error) {
	found, err := t.ids(table, table.via, t.scope(table, table.rights.See, table.name), "id = :id", Args{"id": id})
	if len(found) == 1 && err == nil {
		return found[0], nil
	}
	return "", cmp.Or[error](err, ErrNotFound)
}

// Under are the ids of a table's rows that hang on a parent, in their order.
func (t *Tx) Under(table *Table, parent string) ([]string, error) {
	return t.ids(table, "id", t.scope(table, table.rights.See, table.name), table.via+table.has.Via+" = :parent ORDER BY id", Args{"parent": parent})
}

// ids reads one column of the rows of a table that a scope and a condition leave.
func (t *Tx) ids(table *Table, column string, scope Cond, cond string, args Args) (all []string, err error) {
	if scope.text == none.text {
		return nil, nil
	}
	b := &statement.Builder{Sign: t.db.dialect.sign}
	b.Raw("SELECT " + column + " AS id FROM " + table.name + " WHERE (")
	b.Add(scope.text, scope.args)
	b.Raw(") AND ")
	b.Add(cond, args)
	rows, err := t.start(b.String(), b.Values)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for id := ""; rows.Next() && err == nil; all = append(all, id) {
		err = rows.Scan(&id)
	}
	return all, errors.Join(err, rows.Err())
}

// A Setter is the only way to write guarded columns: one per verb, declared beside
// the table, so that the list of setters is the list of who may.
type Setter struct {
	table   *Table
	right   Right
	columns []string
	binned  bool // it works on rows in the recycle bin
}

// Setter declares a verb that writes columns, by a right of its own.
func (t *Table) Setter(right Right, columns ...string) *Setter {
	s := &Setter{table: t, right: right, columns: columns}
	known.Lock()
	defer known.Unlock()
	known.setters = append(known.setters, s)
	return s
}

// FromBin makes the verb work on rows in the recycle bin.
func (s *Setter) FromBin() *Setter { s.binned = true; return s }

// A Given is values for a Setter's columns, for Insert.
type Given struct {
	setter *Setter
	args   Args
}

func (s *Setter) With(args Args) Given { return Given{s, args} }

// Set writes a Setter's columns in one row. A version above 0 must be the row's, and moves on.
func (t *Tx) Set(s *Setter, id string, version int64, args Args) error {
	var set []string
	for _, c := range s.columns {
		if _, ok := args[c]; ok {
			set = append(set, c+" = :"+c)
		}
	}
	if len(set) != len(args) {
		return fmt.Errorf("db: a setter of %s writes %v only", s.table.name, s.columns)
	}
	return t.update(s.table, s.right, s.binned, set, id, version, args)
}

// Update writes the columns of row, a struct with db tags, into the row id. A version
// above 0 must be the row's, and moves on.
func (t *Tx) Update(table *Table, id string, version int64, row any) error {
	p, v := record.Values(row)
	args, set := make(Args, len(p.Columns)+3), make([]string, 0, len(p.Columns))
	guards := table.guards()
	for _, c := range p.Columns {
		if c == "version" || c == "updated_at" {
			continue
		}
		if slices.Contains(guards, c) {
			return fmt.Errorf("db: %s.%s is written by a Setter only", table.name, c)
		}
		args[c] = v.FieldByIndex(p.Index[c]).Interface()
		set = append(set, c+" = :"+c)
	}
	return t.update(table, table.rights.Change, false, set, id, version, args)
}

func (t *Tx) update(table *Table, right Right, binned bool, set []string, id string, version int64, args Args) error {
	args = statement.Merged(args, Args{"row_id": id, "row_version": version, "row_at": t.At()})
	where := " AND x.id = :row_id"
	if version > 0 {
		set = append(set, "version = version + 1", "updated_at = :row_at")
		where += " AND x.version = :row_version"
	}
	c := t.scope(table, right, "x")
	if binned {
		c = t.binned(table, right, "x")
	}
	if c.text == none.text && !binned {
		return t.refusal(table, id, right)
	}
	if open, _ := table.open(right, "x"); open != "" && !t.who.Program() {
		where += " AND " + open
	}
	b := &statement.Builder{Sign: t.db.dialect.sign}
	b.Add("UPDATE "+table.name+" AS x SET "+strings.Join(set, ", ")+" WHERE (", args)
	b.Add(c.text, c.args)
	b.Add(")"+where, args)
	if b.Wrong != nil {
		return b.Wrong
	}
	n, err := t.run(b.String(), b.Values)
	if err != nil {
		return err
	}
	if n == 0 {
		if binned {
			return ErrNotFound
		}
		return t.refusal(table, id, right)
	}
	t.touch(table)
	return nil
}

// refusal says why an update reached no row.
func (t *Tx) refusal(table *Table, id string, right Right) error {
	if err := t.May(table, id, right); err != nil {
		return err
	}
	return ErrStale
}

// Insert adds row, a struct with db tags, to table: in the viewer's own name, or
// under a parent where the viewer may add. Guarded columns come with given.
func (t *Tx) Insert(table *Table, row any, given ...Given) error {
	_, err := t.insert(table, row, "", given)
	return err
}

// InsertNew is Insert, unless a row with the same key stands already; it says whether it was new.
func (t *Tx) InsertNew(table *Table, row any, given ...Given) (bool, error) {
	n, err := t.insert(table, row, " ON CONFLICT DO NOTHING", given)
	return n > 0, err
}

// Put is Insert, or a change of the row with the same keys. For tables of the program
// and shared ones, where nobody's row can be hit.
func (t *Tx) Put(table *Table, row any, keys ...string) error {
	if table.kind >= owned && !t.who.Program() {
		return fmt.Errorf("db: Put on %s could change another's row", table.name)
	}
	p, _ := record.Values(row)
	var set []string
	for _, c := range p.Columns {
		if !slices.Contains(keys, c) {
			set = append(set, c+" = excluded."+c)
		}
	}
	tail := " ON CONFLICT (" + strings.Join(keys, ", ") + ") DO UPDATE SET " + strings.Join(set, ", ")
	_, err := t.insert(table, row, tail, nil)
	return err
}

var insertTexts sync.Map // of string: the text of an insert by table, columns and tail

func (t *Tx) insert(table *Table, row any, tail string, given []Given) (int64, error) {
	p, v := record.Values(row)
	columns := p.Columns
	values := make([]any, 0, len(columns)+4)
	for _, c := range columns {
		values = append(values, v.FieldByIndex(p.Index[c]).Interface())
	}
	column := func(name string) any {
		if i, ok := p.Index[name]; ok {
			return v.FieldByIndex(i).Interface()
		}
		return nil
	}
	columns = slices.Clip(columns)
	more := func(name string, value any) {
		columns, values = append(columns, name), append(values, value)
	}
	for _, c := range columns {
		if c != table.via && slices.Contains(table.guarded, c) {
			return 0, fmt.Errorf("db: %s.%s is not the caller's to say", table.name, c)
		}
	}
	said := map[string]bool{}
	for _, g := range given {
		if g.setter.table != table {
			return 0, fmt.Errorf("db: a setter of %s gives values to %s", g.setter.table.name, table.name)
		}
		for _, c := range g.setter.columns {
			if value, ok := g.args[c]; ok {
				more(c, value)
				said[c] = true
			}
		}
	}
	switch {
	case t.who.Program():
	case table.kind == internal || !t.who.Known():
		return 0, ErrDenied
	case table.kind == shared && (table.rights.Change.Permission == "" || !t.who.May(table.rights.Change.Permission)):
		return 0, ErrDenied
	case table.kind == owned && (table.rights.Add.Permission == "" || !t.who.May(table.rights.Add.Permission)):
		return 0, ErrDenied
	case table.kind == owned && table.has.Parent != nil:
		if err := t.closed(table.has.Parent, fmt.Sprint(column(table.has.Via)), table.rights.Add); err != nil {
			return 0, err
		}
	case table.kind == through:
		parent, _ := column(table.via).(string)
		if err := t.May(table.parent, parent, table.rights.Add); err != nil {
			return 0, err
		}
	}
	if table.kind == owned {
		home := t.who.Home()
		for _, g := range [][2]string{{table.has.Owner, home.User}, {table.has.Department, home.Department}, {table.has.Creator, t.who.ID()}} {
			if g[0] != "" && !said[g[0]] {
				more(g[0], orNull(g[1]))
			}
		}
	}
	n, err := t.run(t.insertText(table.name, columns, tail), values)
	if n > 0 {
		t.touch(table)
	}
	return n, err
}

func (t *Tx) insertText(table string, columns []string, tail string) string {
	key := t.db.dialect.sign + table + tail + strings.Join(columns, ",")
	if text, ok := insertTexts.Load(key); ok {
		return text.(string)
	}
	var signs []string
	for i := range columns {
		signs = append(signs, fmt.Sprint(t.db.dialect.sign, i+1))
	}
	text := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(signs, ", ") + ")" + tail
	insertTexts.Store(key, text)
	return text
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// ToSee is the right that reading a row of t asks for.
func (t *Table) ToSee() Right { return t.rights.See }

// ToAdd and ToChange are the rights that adding under a row, or changing one, ask for.
func (t *Table) ToAdd() Right    { return t.rights.Add }
func (t *Table) ToChange() Right { return t.rights.Change }

// InBin says whether a row lies in the recycle bin where the viewer may change it; else ErrNotFound.
func (t *Tx) InBin(table *Table, id string) (bool, error) {
	found, err := t.ids(table, "id", t.binned(table, table.toBin(), table.name), "id = :id", Args{"id": id})
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	return err == nil, err
}

func (t *Table) toBin() Right {
	if t.rights.Bin.Permission == "" {
		return t.rights.Change
	}
	return t.rights.Bin
}

// Among says to which of the rows the viewer has a right.
func (t *Tx) Among(table *Table, right Right, ids []string) (map[string]bool, error) {
	out := make(map[string]bool, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	found, err := t.ids(table, "id", t.scope(table, right, table.name), "id IN (:ids)", Args{"ids": ids})
	for _, id := range found {
		out[id] = true
	}
	return out, err
}

// Load adds a row as it stands, guarded columns too: the bulk path of generators and
// restores, for the program alone. A test of the house lists who calls it.
func (t *Tx) Load(table *Table, row any) error {
	if !t.who.Program() {
		return ErrDenied
	}
	p, v := record.Values(row)
	values := make([]any, 0, len(p.Columns))
	for _, c := range p.Columns {
		values = append(values, v.FieldByIndex(p.Index[c]).Interface())
	}
	_, err := t.run(t.insertText(table.name, p.Columns, ""), values)
	t.noted = true // what a generator makes, nobody did
	return err
}
