package own

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/dictionary"
)

// Values are the own fields of one record, by name, as they are shown: masked where they are sealed.
type Values = map[string]any

// Lengths of texts, in characters.
const (
	maxText     = 500
	maxLongText = 5000
	maxURL      = 500
	maxPicked   = 50
	maxOther    = 60 // beside the words of a free dictionary
)

// Rules are those of the trade that this floor does not know.
type Rules struct {
	// Phone gives a number as it is written and as it is called (+86…), or the code of what is wrong.
	Phone func(s string) (written, called, code string)
	// MaskPhone hides the middle of a number, MaskText all numbers in a text.
	MaskPhone, MaskText func(s string) string
	Region              func(code string) bool
}

// A judge reads values for one unit.
type judge struct {
	rules Rules
	words *dictionary.Words
	zone  *time.Location
	// known says whether a user or a customer is there, for whoever writes.
	known func(kind customfield.Kind, id string) (bool, error)
}

// kept is a value as it will lie in the database.
type kept struct {
	shown  any // nil: there is none
	rows   []valueRow
	sealed []byte // in clear
	called string // of what is found by its value alone
}

// read judges one value of JSON; an empty one clears. A code says what is wrong.
func (j *judge) read(f Field, v any) (k kept, code string, err error) {
	if s, ok := v.(string); ok {
		v = strings.TrimSpace(s)
	}
	if v == nil || v == "" {
		return kept{}, "", nil
	}
	raw, err := json.Marshal(v)
	if err != nil || !api.Holdable(string(raw)) {
		return k, "invalid", nil
	}
	text, isText := v.(string)
	one := func(text string, num int64, shown any) kept {
		return kept{shown: shown, rows: []valueRow{{Text: text, Num: num}}}
	}
	switch f.Kind {
	case customfield.Number:
		n, ok := customfield.Steps(raw, f.Decimals)
		if !ok {
			return k, "bad_number", nil
		}
		return one("", n, customfield.Decimal(n, f.Decimals)), "", nil
	case customfield.Money:
		n, ok := customfield.Steps(raw, 0)
		if !ok || n < 0 {
			return k, "bad_amount", nil
		}
		return one("", n, n), "", nil
	case customfield.Boolean:
		b, ok := v.(bool)
		if !ok {
			return k, "invalid", nil
		}
		return one("", map[bool]int64{true: 1}[b], b), "", nil
	case customfield.Choices:
		var codes []string
		if json.Unmarshal(raw, &codes) != nil || len(codes) > maxPicked {
			return k, "invalid", nil
		}
		return j.picked(f, codes)
	}
	if !isText {
		return k, "invalid", nil
	}
	switch f.Kind {
	case customfield.LongText:
		if utf8.RuneCountInString(text) > maxLongText {
			return k, "too_long", nil
		}
		return kept{shown: true, rows: []valueRow{{}}, sealed: []byte(text)}, "", nil
	case customfield.Text:
		if utf8.RuneCountInString(text) > maxText {
			return k, "too_long", nil
		}
		if f.Sensitive {
			if strings.Contains(text, "***") {
				return k, "masked_value", nil
			}
			return kept{shown: mask(text), rows: []valueRow{{}}, sealed: []byte(text), called: text}, "", nil
		}
		return one(text, 0, text), "", nil
	case customfield.URL:
		u, err := url.Parse(text)
		if err != nil || u.Host == "" || !slices.Contains([]string{"http", "https"}, u.Scheme) || u.User != nil || len(text) > maxURL {
			return k, "bad_url", nil
		}
		return one(text, 0, text), "", nil
	case customfield.Phone:
		written, called, code := j.rules.Phone(text)
		if code != "" {
			return k, code, nil
		}
		return kept{shown: j.rules.MaskPhone(written), rows: []valueRow{{}}, sealed: []byte(written), called: called}, "", nil
	case customfield.Secret:
		if utf8.RuneCountInString(text) > maxText {
			return k, "too_long", nil
		}
		if strings.Contains(text, "***") {
			return k, "masked_value", nil
		}
		return kept{shown: covered, rows: []valueRow{{}}, sealed: []byte(text)}, "", nil
	case customfield.Date:
		if day, err := time.Parse(time.DateOnly, text); err != nil || day.Year() < 1 {
			return k, "bad_day", nil
		}
		return one(text, 0, text), "", nil
	case customfield.DateTime:
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return k, "bad_day", nil
		}
		return one("", at.UnixMilli(), at.UTC().Format(time.RFC3339)), "", nil
	case customfield.Choice:
		if !j.words.Has(string(f.Dictionary), text) && (!j.words.Free(string(f.Dictionary)) || utf8.RuneCountInString(text) > maxOther) {
			return k, "invalid", nil
		}
		return one(text, 0, text), "", nil
	case customfield.Region:
		if !j.rules.Region(text) {
			return k, "invalid", nil
		}
		return one(text, 0, text), "", nil
	case customfield.User, customfield.Customer:
		ok, err := j.known(f.Kind, text)
		if err != nil || !ok {
			return k, "invalid", err
		}
		return one(text, 0, text), "", nil
	}
	return k, "invalid", nil
}

func (j *judge) picked(f Field, codes []string) (k kept, code string, err error) {
	var shown []string
	for _, c := range codes {
		if !j.words.Has(string(f.Dictionary), c) {
			return k, "invalid", nil
		}
		if !slices.Contains(shown, c) {
			shown = append(shown, c)
			k.rows = append(k.rows, valueRow{Text: c})
		}
	}
	if len(shown) == 0 {
		return kept{}, "", nil
	}
	k.shown = shown
	return k, "", nil
}

// covered stands for a secret.
const covered = "******"

// mask keeps the last four of what is long enough not to be told by them.
func mask(s string) string {
	r := []rune(s)
	if len(r) < 8 {
		return covered
	}
	return "****" + string(r[len(r)-4:])
}

var digits = regexp.MustCompile(`\d{7,}`)

// logged is what the log tells of a value: nothing of what is sealed, and no long row of digits.
func (f Field) logged(v any) any {
	if v == nil || f.Sealed() {
		return nil
	}
	if s, ok := v.(string); ok && f.Kind == customfield.Text {
		return digits.ReplaceAllString(s, "***")
	}
	return v
}

// Words are what a heading may call a field besides its label.
func Words(f Field) []string {
	all := []string{f.Label, f.Name}
	if f.LabelEN != "" {
		all = append(all, string(f.LabelEN))
	}
	if f.Unit != "" {
		all = append(all, f.Label+"("+string(f.Unit)+")", f.Label+"（"+string(f.Unit)+"）")
	}
	return all
}
