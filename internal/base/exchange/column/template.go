package column

import (
	"io"
	"strings"

	"zhike/internal/platform/sheet"
	"zhike/locale"
)

// A Choice is a field that a column may be taken for, as a picker shows it.
type Choice struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Group    string   `json:"group" doc:"customer, contact, follow_up, need or feedback."`
	Kind     string   `json:"kind"`
	Required bool     `json:"required"`
	Repeats  bool     `json:"repeats" doc:"contact2.mobile … contact9.mobile are fields too."`
	Passive  bool     `json:"passive" doc:"Known from exports, and not taken."`
	Choices  []string `json:"choices"`
}

// Choices are fields as a picker shows them.
func Choices(fields []Field) []Choice {
	out := []Choice{}
	for _, f := range fields {
		out = append(out, Choice{f.Name, f.Label, f.Group, string(f.Kind), f.Required, f.Repeats, f.Passive, append([]string{}, f.Choices...)})
	}
	return out
}

// Template writes an empty sheet for fields: headings, drop-downs where words are to be
// chosen, and a page that explains each.
func Template(w io.Writer, title, lang string, fields []Field) error {
	say := func(key string) string { return locale.Text(lang, key, nil) }
	var columns []sheet.Column
	about := [][]string{{say("exchange.template.field"), say("exchange.template.required"), say("exchange.template.note")}}
	for _, f := range fields {
		if f.Passive {
			continue
		}
		columns = append(columns, sheet.Column{Heading: f.Label, Kind: sheet.Text, Choices: f.Choices, Note: f.Note, Required: f.Required})
		needed := ""
		if f.Required {
			needed = say("exchange.template.yes")
		}
		note := f.Note
		if len(f.Choices) > 0 {
			note = strings.TrimSpace(note + " " + strings.Join(f.Choices[:min(len(f.Choices), 30)], " · "))
		}
		about = append(about, []string{f.Label, needed, note})
	}
	return sheet.Template(w, title, columns, about, nil)
}
