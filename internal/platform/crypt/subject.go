package crypt

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
)

// Subject is the opened data key of one contact or customer. Destroying its wrapped form makes everything sealed with
// it unreadable.
type Subject struct {
	gcm  *subtle.AESGCM
	also []*subtle.AESGCM // keys of subjects that became this one: they open, and seal nothing any more
}

// With is the subject that also opens what others sealed, which became one with it.
func (s Subject) With(others ...Subject) Subject {
	also := slices.Clone(s.also)
	for _, o := range others {
		also = append(also, o.gcm)
	}
	return Subject{s.gcm, also}
}

const (
	dataKeySize = 32
	subjectFor  = "subject/"
	version1    = 1 // first byte of every sealed value
)

// NewSubject makes a data key for the subject with this id, and its wrapped form to be stored.
func (k *Keys) NewSubject(id string) (Subject, []byte, error) {
	key := make([]byte, dataKeySize)
	rand.Read(key) // never fails, by its contract
	wrapped, err := k.ring.Load().aead.Encrypt(key, []byte(subjectFor+id))
	if err != nil {
		return Subject{}, nil, err
	}
	s, err := newSubject(key)
	return s, wrapped, err
}

// Subject opens a wrapped data key; ErrKey when it is another subject's or was changed.
func (k *Keys) Subject(id string, wrapped []byte) (Subject, error) {
	key, err := k.ring.Load().aead.Decrypt(wrapped, []byte(subjectFor+id))
	if err != nil {
		return Subject{}, ErrKey
	}
	return newSubject(key)
}

// Rewrap wraps a data key with the newest key; what it sealed stays valid.
func (k *Keys) Rewrap(id string, wrapped []byte) ([]byte, error) {
	key, err := k.ring.Load().aead.Decrypt(wrapped, []byte(subjectFor+id))
	if err != nil {
		return nil, ErrKey
	}
	return k.ring.Load().aead.Encrypt(key, []byte(subjectFor+id))
}

func newSubject(key []byte) (Subject, error) {
	if len(key) != dataKeySize {
		return Subject{}, ErrKey
	}
	gcm, err := subtle.NewAESGCM(key)
	return Subject{gcm: gcm}, err
}

// Seal seals a value for one place, "table/column/recordID"; it opens nowhere else. 29 bytes longer than clear.
// Sealing with the zero Subject panics: nothing may be stored open because a key was missing.
func (s Subject) Seal(place string, clear []byte) []byte {
	if s.gcm == nil {
		panic("crypt: Seal without a subject's key")
	}
	sealed, err := s.gcm.Encrypt(clear, []byte(place))
	if err != nil {
		panic("crypt: " + err.Error()) // only for values of many gigabytes
	}
	return append([]byte{version1}, sealed...)
}

// Open opens what Seal gave for the same place, else ErrKey. Empty input is ErrKey too.
func (s Subject) Open(place string, sealed []byte) ([]byte, error) {
	if s.gcm == nil || len(sealed) == 0 || sealed[0] != version1 {
		return nil, ErrKey
	}
	clear, err := s.gcm.Decrypt(sealed[1:], []byte(place))
	for i := 0; err != nil && i < len(s.also); i++ {
		clear, err = s.also[i].Decrypt(sealed[1:], []byte(place))
	}
	if err != nil {
		return nil, ErrKey
	}
	return clear, nil
}

// stars stand wherever a key or clear value would be printed.
const stars = "***"

func (Subject) String() string               { return stars }
func (Subject) GoString() string             { return stars }
func (Subject) Format(f fmt.State, _ rune)   { f.Write([]byte(stars)) }
func (Subject) LogValue() slog.Value         { return slog.StringValue(stars) }
func (Subject) MarshalJSON() ([]byte, error) { return json.Marshal(stars) }
func (Subject) MarshalText() ([]byte, error) { return []byte(stars), nil }

func (*Keys) String() string               { return stars }
func (*Keys) GoString() string             { return stars }
func (*Keys) Format(f fmt.State, _ rune)   { f.Write([]byte(stars)) }
func (*Keys) LogValue() slog.Value         { return slog.StringValue(stars) }
func (*Keys) MarshalJSON() ([]byte, error) { return json.Marshal(stars) }
