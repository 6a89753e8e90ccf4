// Package trace is what an import did to records that were there, as its undoing needs it.
package trace

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"strings"
)

// A Change is what an import did to a record that was there: field by field what stood,
// and what it put there.
type Change struct {
	Fields map[string]Pair `json:"fields"`
	Last   int64           `json:"last,omitempty"` // of a customer: its latest talk and the next, before
	Next   int64           `json:"next,omitempty"`
	At     string          `json:"customer,omitempty"` // of a contact or talk: whose
	Task   string          `json:"task,omitempty"`
}

type Pair struct {
	Old json.RawMessage `json:"old"`
	New json.RawMessage `json:"new"`
}

// Differs compares two states of a record in the fields that a caller may say.
func Differs[Said any](before, after any) (map[string]Pair, error) {
	old, err := fieldsOf(before)
	if err != nil {
		return nil, err
	}
	now, err := fieldsOf(after)
	if err != nil {
		return nil, err
	}
	out := map[string]Pair{}
	for name := range merged(old, now) {
		if a, b := orNull(old[name]), orNull(now[name]); strings.HasPrefix(name, own) && !bytes.Equal(a, b) {
			out[name] = Pair{a, b}
		}
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Said]()) {
		name := jsonName(f)
		if a, ok := old[name]; ok && !bytes.Equal(a, now[name]) {
			out[name] = Pair{a, now[name]}
		}
	}
	return out, nil
}

func fieldsOf(record any) (out map[string]json.RawMessage, err error) {
	text, err := json.Marshal(record)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &out); err != nil || out["custom"] == nil {
		return out, err
	}
	// What a company added stands field by field, as what ships does.
	var custom map[string]json.RawMessage
	err = json.Unmarshal(out["custom"], &custom)
	delete(out, "custom")
	for name, v := range custom {
		out[own+name] = v
	}
	return out, err
}

const own = "custom."

func merged(a, b map[string]json.RawMessage) map[string]json.RawMessage {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

func orNull(v json.RawMessage) json.RawMessage {
	if v == nil {
		return json.RawMessage("null")
	}
	return v
}

func jsonName(f reflect.StructField) string {
	name, _, _ := bytes.Cut([]byte(f.Tag.Get("json")), []byte(","))
	return string(name)
}

// Says tells whether a caller says anything that a record does not hold already: a sheet
// that comes back as it went out changes nothing, and no version moves.
func Says(said, record any) (bool, error) {
	in, err := fieldsOf(said)
	if err != nil {
		return false, err
	}
	stands, err := fieldsOf(record)
	for name, v := range in {
		if !bytes.Equal(v, stands[name]) {
			return true, err
		}
	}
	return false, err
}

// Old gathers what is to be put back into a change as a caller would say it.
func Old(was Change, now, back any) (left string, err error) {
	stands, err := fieldsOf(now)
	if err != nil {
		return "", err
	}
	put, custom := map[string]any{}, map[string]json.RawMessage{}
	for name, p := range was.Fields {
		mine, isOwn := strings.CutPrefix(name, own)
		switch {
		case isOwn && bytes.Equal(orNull(stands[name]), p.New):
			custom[mine] = p.Old
		case bytes.Equal(stands[name], p.New):
			put[name] = p.Old
		default:
			left = name
		}
	}
	if len(custom) > 0 {
		put["custom"] = custom
	}
	text, err := json.Marshal(put)
	if err != nil {
		return left, err
	}
	return left, json.Unmarshal(text, back)
}
