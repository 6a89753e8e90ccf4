package own

import (
	"zhike/internal/platform/db"
)

var (
	valuesOf = db.SQL(`SELECT v.field_id, v.record_id, v.text, v.num FROM {custom_value v} WHERE v.record_id = :record ORDER BY v.field_id, v.text, v.num`, values)
	keptOf   = db.SQL(`SELECT s.field_id, s.record_id, s.sealed, s.blind FROM {custom_sealed s} WHERE s.record_id = :record ORDER BY s.field_id`, sealed)
	naming   = db.SQL(`SELECT v.field_id, v.record_id, v.text, v.num FROM {custom_value v} WHERE v.field_id = :name AND v.text = :text`, values)
	renamed  = db.SQL(`UPDATE {custom_value!change v} SET text = :text WHERE v.field_id = :name AND v.record_id = :record AND v.text = :old`, values)
)

// Aside are the rows of a record's values, tags among them, exactly as they lie: to be put
// back when two records that became one are parted.
type Aside struct {
	Values []valueRow  `json:"values"`
	Sealed []sealedRow `json:"sealed"`
}

// AsideOf reads them.
func AsideOf(tx *db.Tx, id string) (a Aside, err error) {
	p := tx.As(program)
	if a.Values, err = db.All[valueRow](p, valuesOf, db.Args{"record": id}); err != nil {
		return a, err
	}
	a.Sealed, err = db.All[sealedRow](p, keptOf, db.Args{"record": id})
	return a, err
}

// PutBack has a record's values lie as they did.
func (a Aside) PutBack(tx *db.Tx, id string) error {
	p := tx.As(program)
	if err := Drop(tx, id); err != nil {
		return err
	}
	for _, r := range a.Values {
		if err := p.Insert(values, r); err != nil {
			return err
		}
	}
	for _, r := range a.Sealed {
		if err := p.Insert(sealed, r); err != nil {
			return err
		}
	}
	return nil
}

// A Pointer is a value of a field of kind customer: which record names whom.
type Pointer struct{ Field, Record string }

// Pointing are the values that name a customer.
func (b *Book) Pointing(tx *db.Tx, customer string) (all []Pointer, err error) {
	fields, err := b.Of(tx, "")
	if err != nil {
		return nil, err
	}
	for _, f := range fields {
		if f.Kind != "customer" {
			continue
		}
		rows, err := db.All[valueRow](tx.As(program), naming, db.Args{"name": f.Name, "text": customer})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			all = append(all, Pointer{f.Name, r.Record})
		}
	}
	return all, nil
}

// Point has a value name another customer, where filters look; the record's own column is the caller's.
func Point(tx *db.Tx, p Pointer, from, to string) error {
	_, err := tx.As(program).ChangeAll(renamed, db.Args{"name": p.Field, "record": p.Record, "old": from, "text": to})
	return err
}

var (
	holding   = db.SQL(`SELECT count(*) AS n FROM {custom_value v} WHERE v.field_id = :name AND v.text = :text`, values)
	recordsOf = db.SQL(`SELECT v.record_id AS id FROM {custom_value v} WHERE v.field_id = :name AND v.text = :text ORDER BY v.record_id LIMIT :limit`, values)
	twiceSaid = db.SQL(`DELETE FROM {custom_value!change v} WHERE v.field_id = :name AND v.record_id = :record AND v.text = :old
		AND EXISTS (SELECT 1 FROM {custom_value o} WHERE o.field_id = :name AND o.record_id = :record AND o.text = :text)`, values)
)

// Holding counts the records in which a field is, or has among others, a text.
func (b *Book) Holding(tx *db.Tx, name, text string) (int64, error) {
	n, err := db.One[db.Count](tx.As(program), holding, db.Args{"name": name, "text": text})
	return n.N, err
}

// Records are some of those.
func (b *Book) Records(tx *db.Tx, name, text string, limit int) (ids []string, err error) {
	rows, err := db.All[idRow](tx.As(program), recordsOf, db.Args{"name": name, "text": text, "limit": limit})
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids, err
}

// Respell has a record's value, or one of several, be another text where filters look; the
// record's own column is the caller's.
func (b *Book) Respell(tx *db.Tx, name, record, old, text string) error {
	if _, err := tx.As(program).ChangeAll(twiceSaid, db.Args{"name": name, "record": record, "old": old, "text": text}); err != nil {
		return err
	}
	return Point(tx, Pointer{name, record}, old, text)
}
