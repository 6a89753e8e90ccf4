package report

import (
	"encoding/json"
	"strings"
)

// A leaf is one condition of a filter.
type leaf struct {
	Field string `json:"field"`
	Op    string `json:"op"`
	Value any    `json:"value,omitempty"`
}

func (l leaf) text() string {
	text, _ := json.Marshal(l)
	return string(text)
}

// all is a filter that meets every one of the parts; empty parts are left out.
func all(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if strings.TrimSpace(p) != "" {
			kept = append(kept, p)
		}
	}
	switch len(kept) {
	case 0:
		return `{"all":[]}`
	case 1:
		return kept[0]
	}
	return `{"all":[` + strings.Join(kept, ",") + `]}`
}

// ofCustomer asks of the customer that a record hangs on what condition asks.
func ofCustomer(condition string) string {
	return `{"field":"customer","op":"in","value":` + condition + `}`
}

// within keeps the days of a span.
func within(field string, s span) string {
	if s.open {
		return ""
	}
	return leaf{field, "between", []string{s.first(), s.last()}}.text()
}
