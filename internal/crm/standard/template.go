package standard

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"zhike/internal/base/customfield/own"
)

//go:embed templates.json
var templates []byte

// Templates are the field templates (档案模板) that ship: what every company has beside the built-in fields, and cards of trades.
func Templates() (all []own.Template) {
	if err := json.Unmarshal(templates, &all); err != nil {
		panic(fmt.Errorf("standard: templates.json: %w", err)) // embedded: a test would have failed
	}
	return all
}
