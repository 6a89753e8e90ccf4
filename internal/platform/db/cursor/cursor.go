// Package cursor writes and reads the signed places in a list from which a next page goes on.
package cursor

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"sync"
)

type written struct {
	Key    []byte `json:"k"`
	Back   bool   `json:"b,omitempty"`
	Values []any  `json:"v"`
}

const signed = 12

func digest(belongs string) []byte {
	sum := sha256.Sum256([]byte(belongs))
	return sum[:8]
}

// Write makes a cursor of the values of a row; belongs names the list, its order and filter.
func Write(belongs string, back bool, row []reflect.Value) string {
	c := written{Key: digest(belongs), Back: back}
	for _, f := range row {
		c.Values = append(c.Values, f.Interface())
	}
	text, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(append(sign(text), text...))
}

// Read reads a cursor into fields of the types that a row has. ok is false for one that
// was forged, or belongs to another list.
func Read(text, belongs string, row []reflect.Value) (back bool, values []any, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < signed || !hmac.Equal(raw[:signed], sign(raw[signed:])) {
		return false, nil, false
	}
	var c struct {
		Key    []byte            `json:"k"`
		Back   bool              `json:"b"`
		Values []json.RawMessage `json:"v"`
	}
	if json.Unmarshal(raw[signed:], &c) != nil || len(c.Values) != len(row) || !hmac.Equal(c.Key, digest(belongs)) {
		return false, nil, false
	}
	for i, f := range row {
		if json.Unmarshal(c.Values[i], f.Addr().Interface()) != nil {
			return false, nil, false
		}
		values = append(values, f.Interface())
	}
	return c.Back, values, true
}

// signing is set once at start; a node without keys signs for itself.
var signing = struct {
	sync.RWMutex
	key []byte
}{key: func() []byte { k := make([]byte, 32); rand.Read(k); return k }()}

// Sign makes cursors of several nodes, and of before a restart, readable: they share key.
func Sign(key []byte) {
	signing.Lock()
	defer signing.Unlock()
	signing.key = key
}

func sign(text []byte) []byte {
	signing.RLock()
	defer signing.RUnlock()
	m := hmac.New(sha256.New, signing.key)
	m.Write(text)
	return m.Sum(nil)[:signed]
}
