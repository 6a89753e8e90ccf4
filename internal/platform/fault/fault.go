// Package fault is what can go wrong, in terms that a caller can act on.
package fault

import (
	"errors"
	"time"
)

// Kind says who can mend a fault; base/api maps it to an HTTP status, in one place.
type Kind int

const (
	Internal        Kind = iota // ours; the zero value, so nothing leaks by being forgotten
	Malformed                   // cannot be parsed
	Unauthenticated             // no or dead credential
	Denied                      // known, but not allowed
	NotFound                    // absent or out of reach, which must look the same
	Conflict                    // another record or request stands against it
	Stale                       // changed since the caller saw it
	TooLarge
	Unsupported // media type
	Invalid     // understood, and against a rule
	VersionMissing
	TooMany     // with RetryAfter
	Unavailable // with RetryAfter
)

// A Fault is an error with a stable code. Its words come from locale/error.json;
// it holds no value that anybody submitted except in Params, which are chosen by the rule.
type Fault struct {
	Kind       Kind
	Code       string
	Field      string
	Params     map[string]any
	Details    []Detail
	RetryAfter time.Duration
	Cause      error
}

// A Detail is one field that is wrong, and why.
type Detail struct {
	Field  string
	Code   string
	Params map[string]any
}

func New(kind Kind, code string) *Fault { return &Fault{Kind: kind, Code: code} }

// Rule is a value of field that breaks a rule.
func Rule(code, field string) *Fault {
	return &Fault{Kind: Invalid, Code: code, Field: field, Details: []Detail{{Field: field, Code: code}}}
}

// Fields joins details into one fault, or gives nil where there are none.
func Fields(details []Detail) error {
	if len(details) == 0 {
		return nil
	}
	return &Fault{Kind: Invalid, Code: details[0].Code, Field: details[0].Field, Details: details}
}

func (f *Fault) Error() string {
	s := f.Code
	if f.Field != "" {
		s += " at " + f.Field
	}
	if f.Cause != nil {
		s += ": " + f.Cause.Error()
	}
	return s
}

func (f *Fault) Unwrap() error { return f.Cause }

// Is makes copies of one fault (with another field or cause) equal to it.
func (f *Fault) Is(target error) bool {
	t, ok := target.(*Fault)
	return ok && t.Kind == f.Kind && t.Code == f.Code
}

// At is the fault at a field.
func (f *Fault) At(field string) *Fault {
	c := *f
	c.Field = field
	c.Details = []Detail{{Field: field, Code: f.Code, Params: f.Params}}
	return &c
}

// With is the fault with params for its words.
func (f *Fault) With(params map[string]any) *Fault {
	c := *f
	c.Params = params
	c.Details = append([]Detail(nil), f.Details...)
	for i := range c.Details {
		c.Details[i].Params = params
	}
	return &c
}

// After is the fault with the time after which trying again makes sense.
func (f *Fault) After(d time.Duration) *Fault {
	c := *f
	c.RetryAfter = d
	return &c
}

// Because is the fault with its cause, for the log only.
func (f *Fault) Because(cause error) *Fault {
	c := *f
	c.Cause = cause
	return &c
}

// Code is the code of the fault in err, or "internal".
func Code(err error) string {
	var f *Fault
	if errors.As(err, &f) {
		return f.Code
	}
	return "internal"
}
