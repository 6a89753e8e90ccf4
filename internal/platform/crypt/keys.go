// Package crypt seals sensitive values and finds them again without opening them.
package crypt

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// KEKSize is the length of a key-encryption key in bytes.
const KEKSize = 32

// ErrKey says that a key does not open what it was given: the wrong key, the wrong place, or changed bytes.
var ErrKey = errors.New("crypt: cannot open with this key")

// Purpose separates blind indexes: equal values of two purposes cannot be matched.
type Purpose string

// Purposes in use. A new one gets its key at the next Rotate; until then Index and Token panic for it.
const (
	Phone  Purpose = "phone"
	Last4  Purpose = "last4"
	Email  Purpose = "email"
	Wechat Purpose = "wechat"
	Name   Purpose = "name"
	Person Purpose = "person"

	signing Purpose = "sign"
)

var purposes = []Purpose{Phone, Last4, Email, Wechat, Name, Person, signing}

// Keys is the opened keyset of one database. Many goroutines may use it, also while it becomes
// a newer one.
type Keys struct{ ring atomic.Pointer[ring] }

// A ring does not change.
type ring struct {
	kek      tink.AEAD
	wrapping *keyset.Handle
	aead     tink.AEAD
	indexes  map[Purpose]*keyset.Handle
	prf      map[Purpose]*prf.Set
}

// stored is the clear form of a sealed keyset; each member is a serialised Tink keyset.
type stored struct {
	Wrapping []byte             `json:"wrapping"`
	Indexes  map[Purpose][]byte `json:"indexes"`
}

const sealedFor = "zhike keyset 1"

// NewKEK makes a key-encryption key. Losing it loses every sealed value.
func NewKEK() []byte {
	kek := make([]byte, KEKSize)
	rand.Read(kek) // never fails, by its contract
	return kek
}

// Create makes a keyset and its sealed form, which may be stored beside the database.
func Create(kek []byte) (*Keys, []byte, error) {
	wrapping, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, nil, err
	}
	return build(kek, wrapping, nil)
}

// Open opens a sealed keyset; ErrKey when the key-encryption key is another.
func Open(kek, sealed []byte) (*Keys, error) {
	lock, err := lockOf(kek)
	if err != nil {
		return nil, err
	}
	return open(lock, sealed)
}

func open(lock tink.AEAD, sealed []byte) (*Keys, error) {
	clear, err := lock.Decrypt(sealed, []byte(sealedFor))
	if err != nil {
		return nil, ErrKey
	}
	var s stored
	if err := json.Unmarshal(clear, &s); err != nil {
		return nil, fmt.Errorf("crypt: keyset: %w", err)
	}
	wrapping, err := readHandle(s.Wrapping)
	if err != nil {
		return nil, err
	}
	indexes := map[Purpose]*keyset.Handle{}
	for p, raw := range s.Indexes {
		if indexes[p], err = readHandle(raw); err != nil {
			return nil, err
		}
	}
	return newKeys(lock, wrapping, indexes)
}

// Rotate gives keys that wrap with a new key and still open what the old ones wrapped, but for
// those that are left out because nothing is wrapped by them any more, and their sealed form.
// Store the sealed form before using the new keys: what they wrap is lost without it. Indexes
// keep their keys: with another one no value would be found again before all were opened.
func (k *Keys) Rotate(without ...uint32) (*Keys, []byte, error) {
	r := k.ring.Load()
	m := keyset.NewManagerFromHandle(r.wrapping)
	id, err := m.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, nil, err
	}
	if err := m.SetPrimary(id); err != nil {
		return nil, nil, err
	}
	for _, old := range without {
		if err := m.Delete(old); err != nil {
			return nil, nil, err
		}
	}
	wrapping, err := m.Handle()
	if err != nil {
		return nil, nil, err
	}
	return seal(r.kek, wrapping, r.indexes)
}

// Become makes k the newer keys, for all who hold it.
func (k *Keys) Become(newer *Keys) { k.ring.Store(newer.ring.Load()) }

// Reopen opens another sealed form under the same key-encryption key.
func (k *Keys) Reopen(sealed []byte) (*Keys, error) { return open(k.ring.Load().kek, sealed) }

// A Wrapper is one key of those that wrap data keys: what it wrapped begins with Prefix.
type Wrapper struct {
	ID      uint32
	Prefix  []byte
	Primary bool
}

// Wrappers are all of them, in the order in which they came.
func (k *Keys) Wrappers() (all []Wrapper) {
	h := k.ring.Load().wrapping
	primary, err := h.Primary()
	for i := range h.Len() {
		e, e2 := h.Entry(i)
		if err != nil || e2 != nil {
			panic("crypt: a keyset without a primary key")
		}
		all = append(all, Wrapper{e.KeyID(), binary.BigEndian.AppendUint32([]byte{1}, e.KeyID()), e.KeyID() == primary.KeyID()})
	}
	return all
}

// Newest is the key that wraps now.
func (k *Keys) Newest() Wrapper {
	all := k.Wrappers()
	return all[slices.IndexFunc(all, func(w Wrapper) bool { return w.Primary })]
}

// Take gives other's keys under k's key-encryption key, and their sealed form.
func (k *Keys) Take(other *Keys) (*Keys, []byte, error) {
	r := other.ring.Load()
	return seal(k.ring.Load().kek, r.wrapping, r.indexes)
}

// Reseal gives the sealed form under another key-encryption key, and keys that use it.
func (k *Keys) Reseal(kek []byte) (*Keys, []byte, error) {
	r := k.ring.Load()
	return build(kek, r.wrapping, r.indexes)
}

func build(kek []byte, wrapping *keyset.Handle, indexes map[Purpose]*keyset.Handle) (*Keys, []byte, error) {
	lock, err := lockOf(kek)
	if err != nil {
		return nil, nil, err
	}
	return seal(lock, wrapping, indexes)
}

// seal completes the indexes and gives the keys with their sealed form.
func seal(lock tink.AEAD, wrapping *keyset.Handle, have map[Purpose]*keyset.Handle) (*Keys, []byte, error) {
	s := stored{Indexes: map[Purpose][]byte{}}
	indexes := map[Purpose]*keyset.Handle{}
	var err error
	for p, h := range have {
		indexes[p] = h
	}
	for _, p := range purposes {
		if indexes[p] != nil {
			continue
		}
		if indexes[p], err = keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate()); err != nil {
			return nil, nil, err
		}
	}
	for p, h := range indexes {
		if s.Indexes[p], err = writeHandle(h); err != nil {
			return nil, nil, err
		}
	}
	if s.Wrapping, err = writeHandle(wrapping); err != nil {
		return nil, nil, err
	}
	clear, err := json.Marshal(s)
	if err != nil {
		return nil, nil, err
	}
	sealed, err := lock.Encrypt(clear, []byte(sealedFor))
	if err != nil {
		return nil, nil, err
	}
	k, err := newKeys(lock, wrapping, indexes)
	return k, sealed, err
}

func newKeys(lock tink.AEAD, wrapping *keyset.Handle, indexes map[Purpose]*keyset.Handle) (*Keys, error) {
	r := &ring{kek: lock, wrapping: wrapping, indexes: indexes, prf: map[Purpose]*prf.Set{}}
	var err error
	if r.aead, err = aead.New(wrapping); err != nil {
		return nil, err
	}
	for p, h := range indexes {
		if r.prf[p], err = prf.NewPRFSet(h); err != nil {
			return nil, err
		}
	}
	k := &Keys{}
	k.ring.Store(r)
	return k, nil
}

func lockOf(kek []byte) (tink.AEAD, error) {
	if len(kek) != KEKSize {
		return nil, fmt.Errorf("crypt: key-encryption key has %d bytes, not %d", len(kek), KEKSize)
	}
	return subtle.NewAESGCM(kek)
}

func writeHandle(h *keyset.Handle) ([]byte, error) {
	var b bytes.Buffer
	err := insecurecleartextkeyset.Write(h, keyset.NewBinaryWriter(&b))
	return b.Bytes(), err
}

func readHandle(raw []byte) (*keyset.Handle, error) {
	return insecurecleartextkeyset.Read(keyset.NewBinaryReader(bytes.NewReader(raw)))
}

// Index is the 16-byte blind index of a value that the caller has normalised (E.164, lower case). Equal values of one
// purpose give equal indexes. It panics for a purpose without a key.
func (k *Keys) Index(p Purpose, normalised string) []byte {
	return k.keyed(p, []byte(normalised), 16)
}

// Token is a search token of 10 letters and digits (lower-case base32, 50 bits). Equal texts of one purpose give equal
// tokens.
func (k *Keys) Token(p Purpose, s string) string {
	return tokens.EncodeToString(k.keyed(p, []byte(s), 7))[:10]
}

var tokens = base32.NewEncoding(strings.ToLower("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")).WithPadding(base32.NoPadding)

// Sign gives 32 bytes that only these keys can make for data; a signature of one purpose is not one of another.
func (k *Keys) Sign(purpose string, data []byte) []byte {
	msg := binary.AppendUvarint(nil, uint64(len(purpose)))
	return k.keyed(signing, append(append(msg, purpose...), data...), 32)
}

// Verify tells whether signature is Sign(purpose, data), in constant time.
func (k *Keys) Verify(purpose string, data, signature []byte) bool {
	return hmac.Equal(k.Sign(purpose, data), signature)
}

func (k *Keys) keyed(p Purpose, data []byte, size uint32) []byte {
	set := k.ring.Load().prf[p]
	if set == nil {
		panic("crypt: no key for purpose " + string(p))
	}
	out, err := set.ComputePrimaryPRF(data, size)
	if err != nil {
		panic("crypt: " + err.Error()) // only for sizes above 32
	}
	return out
}
