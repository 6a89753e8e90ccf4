package cursor

import (
	"bytes"
	"encoding/base64"
	"reflect"
	"strings"
	"testing"
)

type place struct {
	Word string
	Rank int64
	Flag bool
}

func (p *place) fields() []reflect.Value {
	v := reflect.ValueOf(p).Elem()
	return []reflect.Value{v.Field(0), v.Field(1), v.Field(2)}
}

// FuzzRead: a cursor gives back what it was made of, for its own list alone, and nothing that was not written here is read.
func FuzzRead(f *testing.F) {
	own := Write("list", true, (&place{"a", 1, true}).fields())
	raw, _ := base64.RawURLEncoding.DecodeString(own)
	f.Add(own, "list", "a", int64(1))
	f.Add(own[:len(own)-2], "list", "", int64(-1))
	f.Add(base64.RawURLEncoding.EncodeToString(raw[signed:]), "other\x00list", "客户", int64(1<<62))
	f.Add(base64.RawURLEncoding.EncodeToString(append(make([]byte, signed), raw[signed:]...)), "list", "\"", int64(0))
	f.Fuzz(func(t *testing.T, text, belongs, word string, rank int64) {
		word = strings.ToValidUTF8(word, "") // a row's texts are
		was := place{word, rank, rank%2 == 0}
		made := Write(belongs, was.Flag, was.fields())
		var got place
		back, values, ok := Read(made, belongs, got.fields())
		if !ok || back != was.Flag || got != was || len(values) != 3 {
			t.Fatalf("%+v of %q comes back as %+v, %v", was, belongs, got, ok)
		}
		if _, _, ok := Read(made, belongs+"x", (&place{}).fields()); ok {
			t.Errorf("a cursor of %q is one of another list", belongs)
		}
		if _, _, ok := Read(made, belongs, (&place{}).fields()[:2]); ok {
			t.Error("a row of fewer fields takes it")
		}
		for _, forged := range []string{text, made[:len(made)-1], made + "A", "A" + made} {
			if _, _, ok := Read(forged, belongs, (&place{}).fields()); ok && !same(forged, own) {
				t.Errorf("%q is taken", forged)
			}
		}
		ours := signing.key
		Sign([]byte("another node's"))
		_, _, ok = Read(made, belongs, (&place{}).fields())
		Sign(ours)
		if ok {
			t.Error("another company's cursor is taken")
		}
	})
}

// same: base64 has several ways to write the same bytes.
func same(a, b string) bool {
	x, err1 := base64.RawURLEncoding.DecodeString(a)
	y, err2 := base64.RawURLEncoding.DecodeString(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}
