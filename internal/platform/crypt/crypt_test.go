package crypt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func newKeysFor(t testing.TB) (*Keys, []byte, []byte) {
	t.Helper()
	kek := NewKEK()
	k, sealed, err := Create(kek)
	if err != nil {
		t.Fatal(err)
	}
	return k, kek, sealed
}

func TestSealedValueOpensOnlyInItsPlace(t *testing.T) {
	k, kek, sealed := newKeysFor(t)
	s, wrapped, err := k.NewSubject("c1")
	if err != nil {
		t.Fatal(err)
	}
	v := s.Seal("contacts/mobile/c1", []byte("13812345678"))
	if bytes.Contains(v, []byte("1381")) || len(v) != 11+29 {
		t.Errorf("sealed value %q of %d bytes", v, len(v))
	}
	reopened, err := Open(kek, sealed)
	if err != nil {
		t.Fatal(err)
	}
	again, err := reopened.Subject("c1", wrapped)
	if err != nil {
		t.Fatal(err)
	}
	if clear, err := again.Open("contacts/mobile/c1", v); err != nil || string(clear) != "13812345678" {
		t.Errorf("Open = %q, %v", clear, err)
	}
	changed := bytes.Clone(v)
	changed[len(changed)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another place":  func() ([]byte, error) { return again.Open("contacts/mobile/c2", v) },
		"changed bytes":  func() ([]byte, error) { return again.Open("contacts/mobile/c1", changed) },
		"nothing":        func() ([]byte, error) { return again.Open("contacts/mobile/c1", nil) },
		"no key":         func() ([]byte, error) { return Subject{}.Open("contacts/mobile/c1", v) },
		"other version":  func() ([]byte, error) { return again.Open("contacts/mobile/c1", append([]byte{2}, v[1:]...)) },
		"foreign id":     func() ([]byte, error) { _, err := reopened.Subject("c2", wrapped); return nil, err },
		"foreign keyset": func() ([]byte, error) { o, _, _ := newKeysFor(t); _, err := o.Subject("c1", wrapped); return nil, err },
		"foreign kek":    func() ([]byte, error) { _, err := Open(NewKEK(), sealed); return nil, err },
	} {
		if clear, err := open(); !errors.Is(err, ErrKey) || clear != nil {
			t.Errorf("%s: %q, %v", name, clear, err)
		}
	}
	if _, err := Open([]byte("short"), sealed); err == nil || errors.Is(err, ErrKey) {
		t.Errorf("short key: %v", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("the zero Subject sealed something")
		}
	}()
	Subject{}.Seal("p", nil)
}

func TestRotation(t *testing.T) {
	k, kek, _ := newKeysFor(t)
	s, old, _ := k.NewSubject("c1")
	v := s.Seal("p", []byte("x"))
	k2, sealed2, err := k.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := k2.Rewrap("c1", old)
	if err != nil || bytes.Equal(fresh[:5], old[:5]) {
		t.Fatalf("rewrapped under the same key id: %v", err)
	}
	if _, err := k.Subject("c1", fresh); !errors.Is(err, ErrKey) {
		t.Error("the old keys open what the new ones wrapped")
	}
	k3, err := Open(kek, sealed2)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrapped := range [][]byte{old, fresh} {
		s, err := k3.Subject("c1", wrapped)
		if err != nil {
			t.Fatal(err)
		}
		if clear, err := s.Open("p", v); err != nil || string(clear) != "x" {
			t.Errorf("Open = %q, %v", clear, err)
		}
	}
	if !bytes.Equal(k.Index(Phone, "+861"), k3.Index(Phone, "+861")) || k.Token(Name, "a") != k3.Token(Name, "a") {
		t.Error("rotation changed an index")
	}
	kek2 := NewKEK()
	_, sealed3, err := k3.Reseal(kek2)
	if err != nil {
		t.Fatal(err)
	}
	if k4, err := Open(kek2, sealed3); err != nil || !bytes.Equal(k.Index(Email, "a"), k4.Index(Email, "a")) {
		t.Error("reseal lost a key", err)
	}
	if _, err := Open(kek, sealed3); !errors.Is(err, ErrKey) {
		t.Error("the old key-encryption key still opens")
	}
}

func TestIndexesAndSignatures(t *testing.T) {
	k, _, _ := newKeysFor(t)
	a := k.Index(Phone, "+8613812345678")
	if len(a) != 16 || !bytes.Equal(a, k.Index(Phone, "+8613812345678")) || bytes.Equal(a, k.Index(Last4, "+8613812345678")) {
		t.Error("index is not one per purpose and value")
	}
	tok := k.Token(Person, "c:张")
	if len(tok) != 10 || strings.Trim(tok, "abcdefghijklmnopqrstuvwxyz234567") != "" || tok == k.Token(Name, "c:张") {
		t.Errorf("token %q", tok)
	}
	sig := k.Sign("cursor", []byte("data"))
	if !k.Verify("cursor", []byte("data"), sig) || k.Verify("curso", []byte("rdata"), sig) || k.Verify("cursor", []byte("datA"), sig) || k.Verify("cursor", []byte("data"), nil) {
		t.Error("signature accepts what it should not, or refuses its own")
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown purpose gave an index")
		}
	}()
	k.Index("nonsense", "x")
}

func TestNothingPrintsClear(t *testing.T) {
	k, _, _ := newKeysFor(t)
	sub, _, _ := k.NewSubject("c1")
	const clear = "13812345678"
	sec := NewSecret(clear)
	holder := struct {
		S   Secret
		P   *Secret
		Sub Subject
		K   *Keys

		s   Secret
		sub Subject
		k   *Keys
	}{sec, &sec, sub, k, sec, sub, k}
	var out bytes.Buffer
	for _, v := range []any{sec, &sec, holder, &holder, []Secret{sec}, map[string]Secret{"a": sec}, sub, k, struct{ inner []Secret }{[]Secret{sec}}} {
		fmt.Fprintf(&out, "%v %+v %#v %s %q %x %d\n", v, v, v, v, v, v, v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "v", v)
		slog.New(slog.NewTextHandler(&out, nil)).Info("m", "v", v)
		if b, err := json.Marshal(v); err == nil {
			out.Write(b)
		}
	}
	if got := out.String(); strings.Contains(got, clear) || strings.Contains(got, fmt.Sprintf("%x", clear)) {
		t.Errorf("clear value printed:\n%s", got)
	}
	var in struct{ Mobile Secret }
	if err := json.Unmarshal([]byte(`{"Mobile":"138"}`), &in); err != nil || in.Mobile.Clear() != "138" || in.Mobile.Empty() {
		t.Errorf("read %q, %v", in.Mobile.Clear(), err)
	}
	if err := json.Unmarshal([]byte(`{"Mobile":13812345678}`), &in); err == nil || strings.Contains(err.Error(), clear) {
		t.Errorf("error %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	kek := make([]byte, KEKSize)
	k, sealed, err := Create(kek)
	if err != nil {
		f.Fatal(err)
	}
	s, wrapped, _ := k.NewSubject("c1")
	f.Add("p", s.Seal("p", []byte("x")))
	f.Add("p", wrapped)
	f.Add("p", sealed)
	f.Fuzz(func(t *testing.T, place string, b []byte) {
		if clear, err := s.Open(place+"x", b); err == nil {
			t.Errorf("opened %q", clear)
		}
		k.Subject(place, b)
		Open(kek, b)
		if clear, err := s.Open(place, s.Seal(place, b)); err != nil || !bytes.Equal(clear, b) {
			t.Errorf("round trip %q %v", clear, err)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	k, _, _ := newKeysFor(b)
	s, _, _ := k.NewSubject("c1")
	for range b.N {
		s.Seal("contacts/mobile/c1", []byte("13812345678"))
	}
}

func BenchmarkOpen(b *testing.B) {
	k, _, _ := newKeysFor(b)
	s, _, _ := k.NewSubject("c1")
	v := s.Seal("contacts/mobile/c1", []byte("13812345678"))
	for range b.N {
		s.Open("contacts/mobile/c1", v)
	}
}

func BenchmarkSubject(b *testing.B) {
	k, _, _ := newKeysFor(b)
	_, w, _ := k.NewSubject("c1")
	for range b.N {
		k.Subject("c1", w)
	}
}

func BenchmarkToken(b *testing.B) {
	k, _, _ := newKeysFor(b)
	for range b.N {
		k.Token(Person, "c:张三")
	}
}

func TestTicket(t *testing.T) {
	k, _, _ := newKeysFor(t)
	ticket, err := k.Ticket("ref", []byte("customer-1"))
	if err != nil {
		t.Fatal(err)
	}
	rotated, _, err := k.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	for _, keys := range []*Keys{k, rotated} {
		if data, err := keys.ReadTicket("ref", ticket); err != nil || string(data) != "customer-1" {
			t.Errorf("read %q, %v", data, err)
		}
	}
	foreign, _, _ := newKeysFor(t)
	other, _ := foreign.Ticket("ref", []byte("customer-1"))
	for name, open := range map[string]func() ([]byte, error){
		"another purpose": func() ([]byte, error) { return k.ReadTicket("cursor", ticket) },
		"another house":   func() ([]byte, error) { return k.ReadTicket("ref", other) },
		"changed": func() ([]byte, error) {
			return k.ReadTicket("ref", ticket[:20]+strings.ToUpper(ticket[20:30])+strings.ToLower(ticket[30:]))
		},
		"cut":       func() ([]byte, error) { return k.ReadTicket("ref", ticket[:len(ticket)-3]) },
		"no ticket": func() ([]byte, error) { return k.ReadTicket("ref", "not a ticket!") },
	} {
		if data, err := open(); !errors.Is(err, ErrKey) || data != nil {
			t.Errorf("%s: %q, %v", name, data, err)
		}
	}
	if strings.Contains(ticket, "customer-1") {
		t.Error("a ticket shows what it holds")
	}
}
