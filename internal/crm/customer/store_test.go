package customer

import (
	"reflect"
	"strings"
	"testing"
)

// TestColumns: a column that the queries leave out would come back empty without an error.
func TestColumns(t *testing.T) {
	apart := map[string]bool{"texts": true, "texts_filled": true, "name_key": true, "credit_code_override": true} // read by get alone
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Summary]()) {
		name := f.Tag.Get("db")
		if name == "" || apart[name] {
			continue
		}
		if !strings.Contains(columns+",", "."+name+",") && !strings.Contains(columns, " AS "+name) {
			t.Errorf("columns lacks %s of Summary.%s", name, f.Name)
		}
	}
}

// TestInput: what a caller may change is what the catalogue calls writable, and no more.
func TestInput(t *testing.T) {
	said := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Change]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		said[name] = name != "credit_code_override_reason" && name != "custom" // whose fields are the company's
	}
	for _, name := range Catalogue.Names(true) {
		if !said[name] {
			t.Errorf("the catalogue says %s may be written, and Change has no such field", name)
		}
		delete(said, name)
	}
	for name, field := range said {
		if field {
			t.Errorf("Change takes %s, and the catalogue does not say that it may be written", name)
		}
	}
}
