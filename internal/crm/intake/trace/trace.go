// Package trace is what an import did to records that were there, as its undoing needs it.
package trace

import (
	"bytes"
	"encoding/json"
	"reflect"
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
	return out, json.Unmarshal(text, &out)
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
	put := map[string]json.RawMessage{}
	for name, p := range was.Fields {
		if bytes.Equal(stands[name], p.New) {
			put[name] = p.Old
		} else {
			left = name
		}
	}
	text, err := json.Marshal(put)
	if err != nil {
		return left, err
	}
	return left, json.Unmarshal(text, back)
}
