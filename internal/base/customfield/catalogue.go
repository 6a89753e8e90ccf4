// Package customfield is the catalogue of what records hold: built-in fields now,
// a company's own later. Lists, forms, filters, imports and reports are driven by it.
package customfield

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/platform/db"
	"zhike/locale"
)

// Kind says what a field holds and how it is compared.
type Kind string

const (
	Text       Kind = "text"
	LongText   Kind = "long_text" // sealed: filled or not is all that a filter can ask
	Integer    Kind = "integer"
	Money      Kind = "money" // fen
	Date       Kind = "date"
	DateTime   Kind = "datetime"
	Choice     Kind = "choice"
	Choices    Kind = "choices"
	Boolean    Kind = "boolean"
	User       Kind = "user"
	Department Kind = "department"
	Region     Kind = "region"
	Industry   Kind = "industry"
	Stage      Kind = "stage"
	URL        Kind = "url"
	Customer   Kind = "customer"
	Rows       Kind = "rows"
	Number     Kind = "number" // with decimals, kept as a whole number of the smallest step
	Phone      Kind = "phone"  // sealed
	Secret     Kind = "secret" // sealed; never exported, sought or logged
)

// Class says how a column's values are to be kept. The program does not start with a field that has none.
type Class string

const (
	Public    Class = "public"
	Internal  Class = "internal"
	Personal  Class = "personal"  // of a person, needed to work
	Sensitive Class = "sensitive" // sealed, and shown by reveal alone
)

// A Field of a record.
type Field struct {
	Name       string       `json:"name"`
	Label      string       `json:"label"`
	Group      string       `json:"group"`
	Kind       Kind         `json:"kind"`
	Dictionary string       `json:"dictionary,omitempty"`
	Class      Class        `json:"class"`
	Required   bool         `json:"required"`
	ReadOnly   bool         `json:"read_only"`
	Sortable   bool         `json:"sortable"`
	Filterable bool         `json:"filterable"`
	Operators  []string     `json:"operators"`
	List       bool         `json:"list"`
	Default    bool         `json:"default_column"`
	See        access.Group `json:"-"`

	// Of a company's own.
	Custom     bool     `json:"custom,omitempty"`
	Heading    string   `json:"heading,omitempty" doc:"Under which it stands in forms."`
	Help       string   `json:"help,omitempty"`
	Decimals   int64    `json:"decimals,omitempty"`
	Unit       string   `json:"unit,omitempty"`
	Kinds      []string `json:"kinds,omitempty" doc:"Kinds of customers that have it; without: all."`
	Industries []string `json:"industries,omitempty"`
	Masked     bool     `json:"masked,omitempty" doc:"Shown masked; in full by reveal alone."`
	Once       bool     `json:"unique,omitempty"`
	When       *When    `json:"when,omitempty" doc:"A form asks for it only where another field has one of some words."`
	Standard   any      `json:"default,omitempty" doc:"What a new record begins with."`
	LabelEN    string   `json:"-"`

	column   db.Column
	by       db.Column // what sorts it, where that is another column
	nullable bool
	filled   db.Column // of sealed texts: names those that are filled
	side     bool      // its values lie in custom_value
	sealed   bool      // … as a mark that there is one
	only     bool      // its column is the side table's: no row, no value
	measure  *Measure
	asked    bool                    // by a rule of its own: no column holds it
	sees     func(access.Actor) bool // of a company's own; nil: by See alone
	writes   func(access.Actor) bool
}

// Beside makes a field of one whose values lie in the side table; of sealed ones only whether there are any.
func (f Field) Beside(sealed bool, sees, writes func(access.Actor) bool) Field {
	f.side, f.sealed, f.sees, f.writes = true, sealed, sees, writes
	f.Filterable, f.Sortable = true, !sealed && slices.Contains([]Kind{Text, Number, Money, Date, DateTime, Choice, Region}, f.Kind)
	f.Operators = operators[f.Kind]
	if sealed {
		f.Operators = []string{"empty", "not_empty"}
	}
	return f
}

// seen says whether a viewer has the field at all, beside how its group is shown to him.
func (f Field) seen(who access.Actor) bool {
	return (f.measure == nil || f.measure.seen(who)) && (f.sees == nil || f.sees(who))
}

// Word is its label in a language.
func (f Field) Word(kind, lang string) string {
	switch {
	case !f.Custom:
		return locale.Text(lang, LabelKey(kind, f.Name), nil)
	case lang == "en" && f.LabelEN != "":
		return f.LabelEN
	}
	return f.Label
}

// When is a choice of another field on which a field hangs.
type When struct {
	Field string   `json:"field"`
	In    []string `json:"in"`
}

// A Catalogue is the fields of one kind of record.
type Catalogue struct {
	Kind   string
	Fields []Field
	id     db.Column
	asked  map[string]Asked
	own    func(*db.Tx) ([]Field, error)
}

// Owning is the catalogue with the fields that a company added besides, as own gives them.
func (c *Catalogue) Owning(own func(*db.Tx) ([]Field, error)) *Catalogue {
	next := *c
	next.own = own
	return &next
}

// In is the catalogue as it stands in a unit: with the company's own fields.
func (c *Catalogue) In(tx *db.Tx) (*Catalogue, error) {
	if c.own == nil {
		return c, nil
	}
	own, err := c.own(tx)
	if err != nil {
		return nil, err
	}
	next := *c
	next.own, next.Fields = nil, append(slices.Clone(c.Fields), own...)
	return &next, nil
}

// Values is the side table of fields with many values.
var Values *db.Table

// Read makes a catalogue of a row struct: its json names and its field tags, such as
//
//	field:"choice,dict=source,group=basic,class=internal,filter,sort,list,default,required,readonly,see=amounts,column=c.stage,null"
//
// alias is what lists call the table.
func Read[T any](kind, alias string) *Catalogue {
	c := &Catalogue{Kind: kind, id: db.Col(alias + ".id")}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		tag, ok := f.Tag.Lookup("field")
		if !ok {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		field := Field{Name: name, Group: "basic"}
		column := alias + "." + f.Tag.Get("db")
		for i, word := range strings.Split(tag, ",") {
			key, value, _ := strings.Cut(word, "=")
			switch {
			case i == 0:
				field.Kind = Kind(word)
			case key == "dict":
				field.Dictionary = value
			case key == "group":
				field.Group = value
			case key == "class":
				field.Class = Class(value)
			case key == "see":
				field.See = access.Group(value)
			case key == "column":
				column = value
			case key == "filled":
				field.filled = db.Col(value)
			case word == "filter":
				field.Filterable = true
			case word == "sort":
				field.Sortable = true
			case word == "list":
				field.List = true
			case word == "default":
				field.List, field.Default = true, true
			case word == "required":
				field.Required = true
			case word == "readonly":
				field.ReadOnly = true
			case word == "null":
				field.nullable = true
			case word == "side":
				field.side = true
			default:
				panic(fmt.Sprintf("customfield: %s of %s says %q", name, kind, word))
			}
		}
		if (field.Filterable || field.Sortable) && field.Kind != LongText && field.Kind != Rows && !field.side {
			field.column = db.Col(column)
		}
		field.Operators = operators[field.Kind]
		if !field.Filterable || field.Operators == nil {
			field.Operators = []string{}
		}
		if !slices.Contains([]Class{Public, Internal, Personal, Sensitive}, field.Class) {
			panic(fmt.Sprintf("customfield: %s of %s does not say its class: how are its values to be kept?", name, kind))
		}
		c.Fields = append(c.Fields, field)
	}
	return c
}

// For is the catalogue as a viewer may use it: fields he cannot see are not there.
func (c *Catalogue) For(who access.Actor) []Field {
	return slices.DeleteFunc(slices.Clone(c.Fields), func(f Field) bool {
		return who.Sees(f.See) == access.Hidden || !f.seen(who)
	})
}

// ReadOnlyFor says whether a viewer who may change the record cannot write a field.
func (f Field) ReadOnlyFor(who access.Actor) bool {
	return f.ReadOnly || f.writes != nil && !f.writes(who)
}

func (c *Catalogue) find(who access.Actor, name string) (Field, bool) {
	for _, f := range c.Fields {
		// A masked amount could be found out by asking whether it is greater than this or that.
		if f.Name == name && f.seen(who) && (f.See == access.Open || who.Sees(f.See) == access.Shown) {
			return f, true
		}
	}
	return Field{}, false
}

// Shows says whether a viewer sees a field in clear.
func (c *Catalogue) Shows(who access.Actor, name string) bool {
	_, ok := c.find(who, name)
	return ok
}

// Names of the fields that a caller may write.
func (c *Catalogue) Names(writable bool) []string {
	var all []string
	for _, f := range c.Fields {
		if f.ReadOnly != writable {
			all = append(all, f.Name)
		}
	}
	return all
}

// Sorted makes a field sortable by a column of its own, such as a pinyin key beside a name.
func (c *Catalogue) Sorted(name, column string) *Catalogue {
	for i := range c.Fields {
		if c.Fields[i].Name == name {
			c.Fields[i].Sortable, c.Fields[i].by = true, db.Col(column)
		}
	}
	return c
}
