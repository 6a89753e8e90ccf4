package customfield

import (
	"zhike/internal/base/access"
	"zhike/internal/platform/db"
	"zhike/locale"
)

// Named are what the company says of fields that ship.
var Named = db.Shared("field_words", db.Rights{Add: db.Change(string(access.FieldManage)), Change: db.Change(string(access.FieldManage))})

var called = db.SQL(`SELECT w.record, w.name, w.label, w.label_en FROM {field_words w} WHERE w.label <> '' OR w.label_en <> ''`, Named)

// Words are what fields that ship are called, by the key of their word; those that were renamed stand in it.
type Words map[string]Renamed

// Renamed is a field's word in either language; "" where the house's stands.
type Renamed struct {
	Record  string `db:"record"`
	Name    string `db:"name"`
	Label   string `db:"label"`
	LabelEN string `db:"label_en"`
}

// Called gives the words of fields as they stand in a unit.
func Called(tx *db.Tx) (Words, error) {
	rows, err := db.All[Renamed](tx.As(access.Program("field words")), called, nil)
	w := Words{}
	for _, r := range rows {
		w[LabelKey(r.Record, r.Name)] = r
	}
	return w, err
}

// Said is what the company calls a field, "" where it says nothing of it.
func (w Words) Said(lang, kind, name string) string {
	r := w[LabelKey(kind, name)]
	if lang == "en" {
		return r.LabelEN
	}
	return r.Label
}

// Label is what a field is called: by the company, else by the house.
func (w Words) Label(lang, kind, name string) string {
	if said := w.Said(lang, kind, name); said != "" {
		return said
	}
	return locale.Text(lang, LabelKey(kind, name), nil)
}

// Of is the word of a catalogue's field.
func (w Words) Of(f Field, kind, lang string) string {
	if f.Custom {
		return f.Word(kind, lang)
	}
	return w.Label(lang, kind, f.Name)
}

// Shipped are the words of the house that a field bears no more, by which sheets of before still name it.
func (w Words) Shipped(kind, name string) (words []string) {
	key := LabelKey(kind, name)
	if _, ok := w[key]; !ok {
		return nil
	}
	for _, lang := range []string{"zh-CN", "en"} {
		if locale.Has(lang, key) {
			words = append(words, locale.Text(lang, key, nil))
		}
	}
	return words
}
