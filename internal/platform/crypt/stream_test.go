package crypt

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestStream(t *testing.T) {
	kek := NewKEK()
	k, _, err := Create(kek)
	if err != nil {
		t.Fatal(err)
	}
	clear := bytes.Repeat([]byte("客户资料"), 300_000) // some segments
	s, err := k.NewStreamKey()
	if err != nil {
		t.Fatal(err)
	}
	var sealed bytes.Buffer
	w, err := s.Seal(&sealed, []byte("about"))
	if err != nil {
		t.Fatal(err)
	}
	w.Write(clear)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	open := func(kek, stream []byte, about string) ([]byte, error) {
		s, err := OpenStreamKey(kek, s.Wrapped)
		if err != nil {
			return nil, err
		}
		r, err := s.Open(bytes.NewReader(stream), []byte(about))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(r)
	}
	if got, err := open(kek, sealed.Bytes(), "about"); err != nil || !bytes.Equal(got, clear) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	if _, err := open(NewKEK(), sealed.Bytes(), "about"); !errors.Is(err, ErrKey) {
		t.Errorf("another key: %v", err)
	}
	if _, err := open(kek, sealed.Bytes(), "other"); err == nil {
		t.Error("about something else, and it opens")
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 60 {
		flipped := bytes.Clone(sealed.Bytes())
		flipped[random.IntN(len(flipped))] ^= 1 << random.IntN(8)
		if _, err := open(kek, flipped, "about"); err == nil {
			t.Error("a flipped bit passes")
		}
		if _, err := open(kek, sealed.Bytes()[:random.IntN(sealed.Len())], "about"); err == nil {
			t.Error("a cut stream passes")
		}
	}
}

func TestRecoveryCode(t *testing.T) {
	kek, code := NewKEK(), NewCode()
	wrapped, err := WrapKEK(code, kek)
	if err != nil {
		t.Fatal(err)
	}
	for _, typed := range []string{code, strings.ToLower(code), " " + strings.ReplaceAll(code, "-", "") + "\n", strings.ReplaceAll(strings.ReplaceAll(code, "0", "O"), "1", "l")} {
		if got, err := UnwrapKEK(typed, wrapped); err != nil || !bytes.Equal(got, kek) {
			t.Errorf("%q: %v", typed, err)
		}
	}
	for _, wrong := range []string{"", "x", NewCode(), code + "A", code[:len(code)-1]} {
		if _, err := UnwrapKEK(wrong, wrapped); !errors.Is(err, ErrKey) {
			t.Errorf("%q opens: %v", wrong, err)
		}
	}
	slips := 0
	for i, r := range code { // one sign read as another is found before it is tried
		if r == '-' {
			continue
		}
		for _, other := range crockford {
			if other == r {
				continue
			}
			if _, ok := readCode(code[:i] + string(other) + code[i+1:]); ok {
				slips++
			}
		}
	}
	if slips > 30 {
		t.Errorf("%d of 837 slips pass the check", slips)
	}
	seen := map[string]bool{}
	for range 1000 {
		if c := NewCode(); seen[c] || len(c) != 32 {
			t.Fatalf("%q again, or of another length", c)
		} else {
			seen[c] = true
		}
	}
}
