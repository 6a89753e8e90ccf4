package own

import (
	"cmp"
	"database/sql/driver"
	"errors"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/customfield"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Custom are values of the company's own fields, by name; sealed ones as they are masked.
type Custom map[string]any

// Value keeps them as JSON.
func (c Custom) Value() (driver.Value, error) {
	if c == nil {
		return "{}", nil
	}
	return db.Of(map[string]any(c)).Value()
}

// Scan reads what Value kept.
func (c *Custom) Scan(from any) error {
	var j db.JSON[map[string]any]
	err := j.Scan(from)
	*c = j.V
	return err
}

// Beside is where a row stands in a list that one of the fields orders.
type Beside struct {
	Text string `db:"text" json:"-"`
	Num  int64  `db:"num" json:"-"`
	Held int64  `db:"held" json:"-"`
}

// A Part is the own fields of one kind of record, and what its slice does with them.
type Part struct {
	Book   *Book
	Record string
	Live   db.Query // counts which of :ids stand outside the bin
}

// Born judges the values of a new record: what its maker left out begins with the field's default.
func (p Part) Born(tx *db.Tx, said map[string]any, wrong error) (d Draft, err error) {
	if said, err = p.Book.Standard(tx, p.Record, "", "", said); err != nil {
		return d, err
	}
	return p.Changed(tx, said, nil, wrong)
}

// Begun is Born of what nobody wrote in a form of its own: what is required of it is asked for when somebody does.
func (p Part) Begun(tx *db.Tx, said map[string]any, wrong error) (d Draft, err error) {
	if said, err = p.Book.Standard(tx, p.Record, "", "", said); err != nil {
		return d, err
	}
	return p.Kept(tx, said, nil, wrong)
}

// Changed judges what is said beside what stands: a required field that its writer leaves empty refuses the save. A change that says
// nothing of these fields, such as a step to another state, is not held up by what lacked before. The error holds what the slice
// found wrong besides, so that a form is told everything at once.
func (p Part) Changed(tx *db.Tx, said map[string]any, stands Custom, wrong error) (Draft, error) {
	d, all, err := p.judge(tx, said, stands, wrong)
	if err != nil || stands != nil && len(said) == 0 {
		return d, cmp.Or(err, fault.Fields(all))
	}
	fields, err := p.Book.Of(tx, p.Record)
	if err != nil {
		return d, err
	}
	who, _ := tx.Who().(access.Actor)
	for _, f := range fields {
		at := "custom." + f.Name
		_, filled := d.Shown[f.Name]
		if !filled && f.Required && f.Active && f.asked(d.Shown) && !who.Program() && f.Writes(who) && !slices.ContainsFunc(all, func(x fault.Detail) bool { return x.Field == at }) {
			all = append(all, fault.Detail{Field: at, Code: "required"})
		}
	}
	return d, fault.Fields(all)
}

// Kept is Changed where what lacks does not hold it up: an import, or one undone.
func (p Part) Kept(tx *db.Tx, said map[string]any, stands Custom, wrong error) (Draft, error) {
	d, all, err := p.judge(tx, said, stands, wrong)
	if err == nil {
		err = fault.Fields(all)
	}
	return d, err
}

func (p Part) judge(tx *db.Tx, said map[string]any, stands Custom, wrong error) (d Draft, all []fault.Detail, err error) {
	var found *fault.Fault
	if wrong != nil && (!errors.As(wrong, &found) || found.Kind != fault.Invalid) {
		return d, nil, wrong
	}
	if found != nil {
		all = slices.Clone(found.Details)
	}
	d, err = p.Book.Judge(tx, p.Record, said, stands, func(field, code string, params map[string]any) {
		all = append(all, fault.Detail{Field: field, Code: code, Params: params})
	})
	return d, all, err
}

// asked says whether a form asks for the field, by what another has.
func (f Field) asked(v Values) bool {
	w := f.When.V
	if w == nil {
		return true
	}
	code, _ := v[w.Field].(string)
	return slices.Contains(w.In, code)
}

// Save keeps a draft, sealed under a key. 409 duplicate_same for a value that no two may hold.
func (p Part) Save(tx *db.Tx, key crypt.Subject, id string, d Draft) error {
	return p.Book.Save(tx, key, id, d, func(ids []string) (bool, error) {
		n, err := db.One[db.Count](tx.As(program), p.Live, db.Args{"ids": ids})
		return n.N > 0, err
	})
}

// Said are values as somebody who may change the record says them: long texts open, for what judges, compares and puts back. What
// is masked stays masked, and leaves what stands where it is said.
func (p Part) Said(tx *db.Tx, key crypt.Subject, id string, v Custom) error {
	return p.open(tx, map[string]crypt.Subject{id: key}, map[string]Custom{id: v}, func(f Field) bool { return f.Kind == customfield.LongText })
}

// Clear has everything open that is sealed: what an import keeps, itself sealed, to put back what stood.
func (p Part) Clear(tx *db.Tx, key crypt.Subject, id string, v Custom) error {
	return p.open(tx, map[string]crypt.Subject{id: key}, map[string]Custom{id: v}, Field.Sealed)
}

// Conceal takes what is shown masked from values, where a viewer is not to see even that.
func (p Part) Conceal(tx *db.Tx, v Custom) error {
	all, err := p.Book.Of(tx, p.Record)
	for _, f := range all {
		if f.Hidden() {
			delete(v, f.Name)
		}
	}
	return err
}

// A Face is the values of one record on their way to a viewer.
type Face struct {
	ID     string
	Values *Custom
	Sealed string // under whose key
	Prose  func(string) string
}

// Show leaves a viewer what he sees of the values of some records, with their long texts.
func (p Part) Show(tx *db.Tx, keys map[string]crypt.Subject, all []Face) error {
	sealed, values := map[string]crypt.Subject{}, map[string]Custom{}
	for _, f := range all {
		if key, ok := keys[f.Sealed]; ok {
			sealed[f.ID], values[f.ID] = key, *f.Values
		}
	}
	if err := p.open(tx, sealed, values, func(f Field) bool { return f.Kind == customfield.LongText }); err != nil {
		return err
	}
	for _, f := range all {
		v, err := p.Book.View(tx, p.Record, *f.Values, f.Prose)
		if err != nil {
			return err
		}
		*f.Values = v
	}
	return nil
}

var sealedOfMany = db.SQL(`SELECT s.field_id, s.record_id, s.sealed FROM {custom_sealed s} WHERE s.record_id IN (:ids)`, sealed)

// open puts texts among values that hold no more of them than a mask, or that they are there.
func (p Part) open(tx *db.Tx, keys map[string]crypt.Subject, values map[string]Custom, which func(Field) bool) error {
	all, err := p.Book.Of(tx, p.Record)
	if err != nil {
		return err
	}
	var ids []string
	opens := func(name string) bool {
		return slices.ContainsFunc(all, func(f Field) bool { return f.Name == name && which(f) })
	}
	for id, v := range values {
		for name := range v {
			if opens(name) {
				ids = append(ids, id)
				break
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := db.All[sealedRow](tx.As(program), sealedOfMany, db.Args{"ids": ids})
	for _, r := range rows {
		if !opens(r.Name) {
			continue
		}
		text, err := keys[r.Record].Open(place(r.Name, r.Record), r.Sealed)
		if err != nil {
			return err
		}
		if _, stands := values[r.Record][r.Name]; stands {
			values[r.Record][r.Name] = string(text)
		}
	}
	return err
}

// Page reads a page of a list in the order of a column or, by besides, which joins the side table as v, of a field of the company's own.
func Page[T any](tx *db.Tx, c *customfield.Catalogue, sort, otherwise string, list, besides db.Query, w db.With) (db.PageOf[T], error) {
	order, field, ok, err := c.Beside(tx, sort)
	if err != nil {
		return db.PageOf[T]{}, err
	}
	who, _ := tx.Who().(access.Actor)
	if !ok {
		if w.Order, err = c.Order(who, sort, otherwise); err != nil {
			return db.PageOf[T]{}, err
		}
		return db.Page[T](tx, list, nil, w)
	}
	// Along the order of everything, whoever reaches little waits long.
	w.Order, w.Key, w.Few = order, sort+"\x00"+w.Key, !who.ReachesAll(access.CustomerRead)
	return db.Page[T](tx, besides, db.Args{"field": field}, w)
}

// Adding is a catalogue with the fields that the company added to its kind of record.
func (b *Book) Adding(c *customfield.Catalogue) *customfield.Catalogue {
	return c.Owning(b.Catalogued(c.Kind))
}
