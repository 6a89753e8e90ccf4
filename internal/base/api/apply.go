package api

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// A Diff is one field that changed, by its JSON name.
type Diff struct {
	Field    string
	Old, New any
}

type said interface {
	given() bool
	value() any
}

// Apply writes the fields that change says (its Opt fields) into the fields of into
// with the same JSON name, and tells what differs. A field of change that into lacks is
// the caller's to handle: name it in but.
func Apply(into, change any, but ...string) []Diff {
	to, from := reflect.ValueOf(into).Elem(), reflect.Indirect(reflect.ValueOf(change))
	var diffs []Diff
	names := fieldsByName(to.Type())
	for name, at := range fieldsByName(from.Type()) {
		f, ok := from.FieldByIndex(at).Interface().(said)
		if !ok || !f.given() || listed(but, name) {
			continue
		}
		target, ok := names[name]
		if !ok {
			panic(fmt.Sprintf("api: %s has no field %s", to.Type(), name))
		}
		field := to.FieldByIndex(target)
		next := reflect.ValueOf(f.value())
		if !next.IsValid() {
			next = reflect.Zero(field.Type())
		}
		next = next.Convert(field.Type())
		if old := field.Interface(); !reflect.DeepEqual(old, next.Interface()) {
			field.Set(next)
			diffs = append(diffs, Diff{name, old, next.Interface()})
		}
	}
	return diffs
}

func listed(all []string, name string) bool {
	for _, a := range all {
		if a == name {
			return true
		}
	}
	return false
}

var byName sync.Map // of reflect.Type: JSON name → index

func fieldsByName(t reflect.Type) map[string][]int {
	if m, ok := byName.Load(t); ok {
		return m.(map[string][]int)
	}
	m := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" && !f.Anonymous {
			m[name] = f.Index
		}
	}
	byName.Store(t, m)
	return m
}
