// Package form is what a form would take, asked for what comes by another road.
package form

import (
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// TooLong are the fields of what a caller may say that hold more than a form would take,
// and how much that is.
func TooLong(said any) map[string]int {
	out := map[string]int{}
	measure(reflect.ValueOf(said), "", "", out)
	return out
}

func measure(v reflect.Value, name, most string, out map[string]int) {
	switch v.Kind() {
	case reflect.String:
		if n, err := strconv.Atoi(most); err == nil && utf8.RuneCountInString(v.String()) > n {
			out[name] = n
		}
	case reflect.Slice:
		for i := range v.Len() {
			measure(v.Index(i), name, most, out)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			measure(v.Elem(), name, most, out)
		}
	case reflect.Struct:
		if inner := v.FieldByName("V"); inner.IsValid() { // an api.Opt
			measure(inner, name, most, out)
			return
		}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			at := jsonName(f)
			switch {
			case !f.IsExported() || at == "-":
				continue
			case f.Anonymous && at == "":
				at = name
			case name != "":
				at = name + "." + at
			}
			measure(v.Field(i), at, f.Tag.Get("maxLength"), out)
		}
	}
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}
