package export

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/exchange/column"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
	"zhike/internal/platform/sheet"
	"zhike/locale"
)

// A layout turns records of one kind into cells.
type layout struct {
	source  Source
	fields  []customfield.Field
	columns []sheet.Column
	lang    string
	zone    *time.Location
	places  map[string][]int // of fields in the record, by JSON name
	shown   map[[2]string]string
}

func newLayout(src Source, who access.Actor, names []string, lang string, zone *time.Location, said customfield.Words) *layout {
	l := &layout{source: src, lang: lang, zone: zone, shown: map[[2]string]string{}}
	all := src.Catalogue.For(who)
	for _, name := range names {
		f := customfield.Field{Name: name, Kind: customfield.Text} // a key that is no field: an id
		c := sheet.Column{Heading: locale.Text(lang, "exchange.label.id", nil), Kind: sheet.Text}
		if i := slices.IndexFunc(all, func(f customfield.Field) bool { return f.Name == name }); i >= 0 {
			f, c.Heading = all[i], said.Of(all[i], src.Kind, lang)
		}
		l.fields = append(l.fields, f)
		switch f.Kind {
		case customfield.Money:
			c.Kind = sheet.Money
		case customfield.Integer, customfield.Number:
			c.Kind = sheet.Number
		case customfield.Date:
			c.Kind = sheet.Date
		case customfield.DateTime:
			c.Kind = sheet.DateTime
		}
		l.columns = append(l.columns, c)
	}
	return l
}

// cells are one record's, in the order of the columns.
func (l *layout) cells(tx *db.Tx, record any) ([]any, error) {
	v := reflect.Indirect(reflect.ValueOf(record))
	if l.places == nil {
		l.places = map[string][]int{}
		for _, f := range reflect.VisibleFields(v.Type()) {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" && !f.Anonymous {
				l.places[name] = f.Index
			}
		}
	}
	out := make([]any, len(l.fields))
	for i, f := range l.fields {
		cell, err := l.cell(tx, v, f)
		if err != nil {
			return nil, err
		}
		out[i] = cell
	}
	return out, nil
}

func (l *layout) cell(tx *db.Tx, v reflect.Value, f customfield.Field) (any, error) {
	name := f.Name
	if companion := strings.TrimSuffix(name, "_id") + "_name"; f.Kind == customfield.User || f.Kind == customfield.Department || f.Kind == customfield.Customer {
		if _, ok := l.places[companion]; ok {
			return l.plain(v, companion), nil
		}
	}
	if f.Custom {
		if at, ok := l.places["custom"]; ok {
			return l.own(tx, f, v.FieldByIndex(at).MapIndex(reflect.ValueOf(name)))
		}
	}
	at, ok := l.places[name]
	if !ok {
		return "", nil
	}
	field := v.FieldByIndex(at)
	switch x := field.Interface().(type) {
	case api.Time:
		if x == 0 {
			return "", nil
		}
		return x.Time().In(l.zone), nil
	case api.Num:
		if x == 0 {
			return "", nil
		}
		return int64(x), nil
	case bool:
		return locale.Text(l.lang, map[bool]string{true: "exchange.label.yes", false: "exchange.label.no"}[x], nil), nil
	case api.Strings:
		return l.many(tx, f, x)
	case []string:
		return l.many(tx, f, x)
	}
	if field.Kind() == reflect.Int64 || field.Kind() == reflect.Int {
		return field.Int(), nil
	}
	text := l.plain(v, name)
	switch f.Kind {
	case customfield.Choice, customfield.Stage, customfield.Industry, customfield.Region, customfield.User, customfield.Customer:
		return l.word(tx, f, text)
	case customfield.Date:
		if day, err := time.Parse(time.DateOnly, text); err == nil {
			return day, nil
		}
	}
	return text, nil
}

// own is the cell of a field that the company added.
func (l *layout) own(tx *db.Tx, f customfield.Field, v reflect.Value) (any, error) {
	if !v.IsValid() || v.IsNil() {
		return "", nil
	}
	switch x := v.Interface().(type) {
	case bool:
		return locale.Text(l.lang, map[bool]string{true: "exchange.label.yes", false: "exchange.label.no"}[x], nil), nil
	case float64:
		if f.Kind == customfield.Money {
			return int64(x), nil
		}
		return x, nil
	case []any:
		var codes []string
		for _, c := range x {
			code, _ := c.(string)
			codes = append(codes, code)
		}
		return l.many(tx, f, codes)
	case string:
		switch f.Kind {
		case customfield.Choice, customfield.Region, customfield.User, customfield.Customer:
			return l.word(tx, f, x)
		case customfield.Date:
			if day, err := time.Parse(time.DateOnly, x); err == nil {
				return day, nil
			}
		case customfield.DateTime:
			if at, err := time.Parse(time.RFC3339, x); err == nil {
				return at.In(l.zone), nil
			}
		}
		return x, nil
	}
	return "", nil
}

func (l *layout) many(tx *db.Tx, f customfield.Field, codes []string) (any, error) {
	var words []string
	for _, c := range codes {
		w, err := l.word(tx, f, c)
		if err != nil {
			return nil, err
		}
		words = append(words, w)
	}
	return strings.Join(words, column.Between()), nil
}

// word is a code as people read it; codes repeat, so what was asked once is remembered.
func (l *layout) word(tx *db.Tx, f customfield.Field, code string) (string, error) {
	key := [2]string{f.Name, code}
	if code == "" || l.source.Show == nil {
		return code, nil
	}
	if w, ok := l.shown[key]; ok {
		return w, nil
	}
	w, err := l.source.Show(tx, f, code, l.lang)
	if err == nil {
		l.shown[key] = w
	}
	return w, err
}

func (l *layout) plain(v reflect.Value, name string) string {
	field := v.FieldByIndex(l.places[name])
	if field.Kind() == reflect.Pointer {
		if field.IsNil() {
			return ""
		}
		field = field.Elem()
	}
	if field.Kind() == reflect.String {
		return field.String()
	}
	return ""
}

// A Fact of a record: a field and its cell, as a sheet would have them.
type Fact struct {
	Field   customfield.Field
	Heading string
	Cell    any // text, int64 (fen of money), float64 or time.Time
}

// Facts are the filled fields of one record of a list that a viewer sees, in the catalogue's
// order; what is answered with no is left out.
func (s *Service) Facts(tx *db.Tx, who access.Actor, kind, lang string, record any) ([]Fact, error) {
	src, _ := s.source(kind)
	cat, err := src.Catalogue.In(tx)
	if err != nil {
		return nil, err
	}
	src.Catalogue = cat
	zone, err := setting.Zone(tx)
	if err != nil {
		return nil, err
	}
	said, err := customfield.Called(tx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range cat.For(who) {
		names = append(names, f.Name)
	}
	l := newLayout(src, who, names, lang, zone, said)
	no := locale.Text(lang, "exchange.label.no", nil) // of a question that stands answered so for most
	cells, err := l.cells(tx, record)
	var all []Fact
	for i, c := range cells {
		if c != "" && c != nil && c != no {
			all = append(all, Fact{l.fields[i], l.columns[i].Heading, c})
		}
	}
	return all, err
}

// targetKey is a kind as keys of words have it.
func targetKey(kind string) string { return strings.ReplaceAll(kind, "-", "_") }
