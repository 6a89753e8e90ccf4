package column

import (
	"fmt"
	"strings"
	"unicode"

	"zhike/internal/platform/sheet"
	"zhike/locale"
)

// Labelled calls fields by their labels where a problem names some.
func Labelled(fields []Field, lang string, params map[string]any) map[string]any {
	names, ok := params["fields"].([]any)
	if !ok {
		return params
	}
	var labels []string
	for _, n := range names {
		name := fmt.Sprint(n)
		if f, _, ok := Find(fields, name); ok {
			name = f.Label
		} else {
			name = locale.Text(lang, "intake.field."+name, nil)
		}
		labels = append(labels, name)
	}
	return map[string]any{"fields": strings.Join(labels, Between())}
}

// Readable is a cell's text as a file would have brought it: nothing unseen at its ends, and
// nothing in it that no file holds.
func Readable(text string) string {
	return sheet.Trim(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text))
}
