package privacy

import (
	"bytes"
	"errors"
	"testing"

	"zhike/internal/platform/crypt"
)

// FuzzOpenFile: a sealed file gives itself back, and changed, cut or foreign bytes give ErrFile and never more than its beginning.
func FuzzOpenFile(f *testing.F) {
	keys, _, err := crypt.Create(crypt.NewKEK())
	if err != nil {
		f.Fatal(err)
	}
	key, _, err := keys.NewSubject("import-1")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("张三"), []byte{}, uint32(0), byte(1))
	f.Add([]byte{}, []byte("\x00\x10\x00\x3f"), uint32(2), byte(128))
	f.Add(bytes.Repeat([]byte("a"), 4096), []byte("\xff\xff\xff\xff"), uint32(900), byte(0))
	f.Fuzz(func(t *testing.T, clear, foreign []byte, at uint32, bit byte) {
		var out, back bytes.Buffer
		if err := SealFile(key, "a/1", bytes.NewReader(clear), &out); err != nil {
			t.Fatal(err)
		}
		sealed := out.Bytes()
		if err := OpenFile(key, "a/1", bytes.NewReader(sealed), &back); err != nil || !bytes.Equal(back.Bytes(), clear) {
			t.Fatalf("%d bytes come back as %d, %v", len(clear), back.Len(), err)
		}
		i := int(at) % len(sealed)
		turned := bytes.Clone(sealed)
		turned[i] ^= bit | 1
		for name, b := range map[string][]byte{"foreign": foreign, "cut": sealed[:i], "changed": turned} {
			var got bytes.Buffer
			if err := OpenFile(key, "a/1", bytes.NewReader(b), &got); !errors.Is(err, ErrFile) || got.Len() > 0 && !bytes.HasPrefix(clear, got.Bytes()) {
				t.Errorf("%s at %d: %d bytes, %v", name, i, got.Len(), err)
			}
		}
		if err := OpenFile(key, "a/2", bytes.NewReader(sealed), new(bytes.Buffer)); !errors.Is(err, ErrFile) {
			t.Errorf("it opens elsewhere: %v", err)
		}
	})
}
