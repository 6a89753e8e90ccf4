package crypt

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
)

// Secret holds a clear value that prints, logs and marshals as stars. It reads from JSON and text, so that an input
// type can hold one. Two secrets are not comparable by ==.
//
// The value is behind a pointer because fmt prints unexported fields without asking their methods: a Secret inside
// somebody's unexported field would print clear.
type Secret struct{ clear *string }

// NewSecret holds a clear value.
func NewSecret(clear string) Secret { return Secret{&clear} }

// Clear is the value itself: the one road out, easy to search for.
func (s Secret) Clear() string {
	if s.clear == nil {
		return ""
	}
	return *s.clear
}

// Empty tells that there is no value.
func (s Secret) Empty() bool { return s.Clear() == "" }

// UnmarshalJSON reads a JSON string; null is empty.
func (s *Secret) UnmarshalJSON(b []byte) error {
	var clear string
	if json.Unmarshal(b, &clear) != nil {
		return errors.New("crypt: a secret is a string") // json's own error would quote the value
	}
	s.clear = &clear
	return nil
}

// UnmarshalText takes the text as it is.
func (s *Secret) UnmarshalText(b []byte) error {
	clear := string(b)
	s.clear = &clear
	return nil
}

func (Secret) String() string               { return stars }
func (Secret) GoString() string             { return stars }
func (Secret) Format(f fmt.State, _ rune)   { f.Write([]byte(stars)) }
func (Secret) LogValue() slog.Value         { return slog.StringValue(stars) }
func (Secret) MarshalJSON() ([]byte, error) { return json.Marshal(stars) }
func (Secret) MarshalText() ([]byte, error) { return []byte(stars), nil }
