package crypt

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// FuzzRecovery: a code is read as it was written down, whatever the hand (case, O for 0, l for 1, spaces), one wrong sign is
// seen, and nothing else opens the key.
func FuzzRecovery(f *testing.F) {
	code, kek := NewCode(), NewKEK()
	wrapped, err := WrapKEK(code, kek)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("", uint16(3), byte(1))
	f.Add(strings.ToLower(code), uint16(0), byte(31))
	f.Add("ſſſſſſſſſſſſſſſſſſſſſſſſſſſ", uint16(9), byte(7))
	f.Add(strings.Repeat("0", 27), uint16(26), byte(2))
	f.Fuzz(func(t *testing.T, typed string, at uint16, step byte) {
		own, _ := readCode(code)
		if s, ok := readCode(typed); ok && (len(s) != codeSize || strings.Trim(s, crockford) != "") {
			t.Errorf("%q is read as %q", typed, s)
		} else if got, err := UnwrapKEK(typed, wrapped); (err == nil) != (ok && s == own) || err != nil && (!errors.Is(err, ErrKey) || got != nil) {
			t.Errorf("%q opens: %v", typed, err)
		}
		slips := strings.NewReplacer("0", "o", "1", "l", "-", " \n").Replace(strings.ToLower(code))
		if got, err := UnwrapKEK(slips, wrapped); err != nil || !bytes.Equal(got, kek) {
			t.Fatalf("%q does not open: %v", slips, err)
		}
		plain := []byte(strings.ReplaceAll(code, "-", ""))
		i := int(at) % codeSize
		was := strings.IndexByte(crockford, plain[i])
		if now := (was + 1 + int(step)%30) % 32; now != was {
			plain[i] = crockford[now]
			if _, err := UnwrapKEK(string(plain), wrapped); !errors.Is(err, ErrKey) {
				t.Errorf("%s opens beside %s", plain, code)
			}
		}
	})
}

// FuzzTicket: a ticket opens for its purpose alone, and no other text does.
func FuzzTicket(f *testing.F) {
	k, _, err := Create(NewKEK())
	if err != nil {
		f.Fatal(err)
	}
	f.Add("ref", "", []byte("c1 1760000000"))
	f.Add("", "AAAA", []byte{})
	f.Fuzz(func(t *testing.T, purpose, text string, data []byte) {
		if got, err := k.ReadTicket(purpose, text); !errors.Is(err, ErrKey) || got != nil {
			t.Errorf("%q is a ticket: %q, %v", text, got, err)
		}
		made, err := k.Ticket(purpose, data)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := k.ReadTicket(purpose, made); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%q comes back as %q, %v", data, got, err)
		}
		for _, forged := range []string{made[:len(made)-1], made + "A", made[1:], text + made} {
			if got, err := k.ReadTicket(purpose, forged); err == nil && (!bytes.Equal(got, data) || strings.Trim(text, "\r\n") != "") {
				t.Errorf("%q gives %q", forged, got)
			}
		}
		if _, err := k.ReadTicket(purpose+"x", made); !errors.Is(err, ErrKey) {
			t.Error("it serves another purpose")
		}
	})
}

// FuzzStream: what is read of a stream is the beginning of what was put in; only the whole ends well.
func FuzzStream(f *testing.F) {
	kek := NewKEK()
	k, _, err := Create(kek)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("clear"), []byte("about"), []byte{}, uint32(7), byte(1))
	f.Add(bytes.Repeat([]byte("客"), 30_000), []byte{}, []byte("sealed"), uint32(70_000), byte(128))
	f.Fuzz(func(t *testing.T, clear, about, foreign []byte, at uint32, bit byte) {
		key, err := k.NewStreamKey()
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		w, err := key.Seal(&out, about)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(clear); err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		read := func(b, about []byte) ([]byte, error) {
			r, err := key.Open(bytes.NewReader(b), about)
			if err != nil {
				return nil, err
			}
			return io.ReadAll(r)
		}
		sealed := out.Bytes()
		if got, err := read(sealed, about); err != nil || !bytes.Equal(got, clear) {
			t.Fatalf("%d bytes come back as %d, %v", len(clear), len(got), err)
		}
		i := int(at) % len(sealed)
		for name, b := range map[string][]byte{"cut": sealed[:i], "changed": changed(sealed, i, bit|1), "foreign": foreign, "longer": append(bytes.Clone(sealed), bit)} {
			if got, err := read(b, about); err == nil || !bytes.HasPrefix(clear, got) {
				t.Errorf("%s at %d: %d bytes, %v", name, i, len(got), err)
			}
		}
		if _, err := read(sealed, append(bytes.Clone(about), 1)); err == nil {
			t.Error("it opens for something else")
		}
		if _, err := OpenStreamKey(kek, foreign); err == nil {
			t.Error("a foreign key opens")
		}
	})
}

func changed(b []byte, at int, with byte) []byte {
	b = bytes.Clone(b)
	b[at] ^= with
	return b
}
