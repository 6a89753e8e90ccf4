package profile

import (
	"encoding/json"
	"reflect"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/crypt"
)

const textsPlace = "customers/texts/"

// Seal seals the texts, and names those that are filled, so that a filter can ask.
func (t Texts) Seal(key crypt.Subject, id string) (sealed []byte, filled string, err error) {
	text, err := json.Marshal(t)
	if err != nil {
		return nil, "", err
	}
	v := reflect.ValueOf(t)
	for i := range v.NumField() {
		if !v.Field(i).IsZero() && !(v.Field(i).Kind() == reflect.Slice && v.Field(i).Len() == 0) {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			filled += "," + name
		}
	}
	if filled == "" {
		return nil, "", nil
	}
	return key.Seal(textsPlace+id, text), filled + ",", nil
}

// Open reads what Seal sealed.
func (t *Texts) Open(key crypt.Subject, id string, sealed []byte) error {
	if len(sealed) == 0 {
		return nil
	}
	text, err := key.Open(textsPlace+id, sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, t)
}

// Mask hides the numbers and addresses inside every text.
func (t *Texts) Mask() {
	v := reflect.ValueOf(t).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.String {
			f.SetString(rule.MaskNumbers(f.String()))
		}
	}
	t.Competitors = append([]Competitor(nil), t.Competitors...)
	for i := range t.Competitors {
		c := &t.Competitors[i]
		c.Name, c.Strengths, c.Note = rule.MaskNumbers(c.Name), api.Text(rule.MaskNumbers(string(c.Strengths))), api.Text(rule.MaskNumbers(string(c.Note)))
	}
}

// View hides what a viewer may not see: near says that he works with this customer
// (changes it or adds to it), and so sees what is written about it in clear.
func (t *Texts) View(who access.Actor, near bool) {
	switch v := who.Sees(access.FreeText); {
	case v == access.Hidden:
		*t = Texts{}
	case v == access.Masked || !near:
		t.Mask()
	}
	if who.Sees(access.Amounts) != access.Shown {
		for i := range t.Competitors {
			t.Competitors[i].PriceFen = 0
		}
	}
	if t.Competitors == nil {
		t.Competitors = []Competitor{}
	}
}
