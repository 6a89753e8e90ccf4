package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"zhike/internal/platform/crypt"
)

type file struct{ name, text string }

func made(t testing.TB, kek []byte, files ...file) []byte {
	t.Helper()
	keys, sealed, err := crypt.Create(kek)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = Write(&out, keys, Header{Made: time.Unix(1, 0).UTC(), Engine: "sqlite", Schema: 25, Company: "禾澈", Keyset: sealed}, func(w *Writer) error {
		for _, f := range files {
			if err := w.Put(f.name, int64(len(f.text)), strings.NewReader(f.text)); err != nil {
				return err
			}
		}
		w.Rows = map[string]int64{"customers": 3}
		w.Head = "abc"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func opened(kek, b []byte) (files []file, m Manifest, err error) {
	_, m, err = Read(bytes.NewReader(b), kek, func(name string, _ int64, from io.Reader) error {
		text, err := io.ReadAll(from)
		files = append(files, file{name, string(text)})
		return err
	})
	return files, m, err
}

func TestWhatWasPutInComesOut(t *testing.T) {
	kek := crypt.NewKEK()
	want := []file{{"zhike.db", strings.Repeat("客", 900_000)}, {"files/ab/cdef", "x"}, {"files/empty", ""}}
	b := made(t, kek, want...)
	got, m, err := opened(kek, b)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) || m.Rows["customers"] != 3 || m.Head != "abc" || len(m.Entries) != 3 {
		t.Fatalf("%d files, %+v, %v", len(got), m.Rows, err)
	}
	if h, err := Peek(bytes.NewReader(b)); err != nil || h.Company != "禾澈" || h.Schema != 25 {
		t.Errorf("%+v %v", h, err)
	}
	if bytes.Contains(b, []byte("客客客")) || bytes.Contains(b, []byte("cdef")) {
		t.Error("it can be read without a key")
	}
	if _, _, err := opened(crypt.NewKEK(), b); !errors.Is(err, crypt.ErrKey) {
		t.Errorf("another key: %v", err)
	}
}

// TestDamageIsSeen: every bit that is flipped, every cut, every foreign file.
func TestDamageIsSeen(t *testing.T) {
	kek := crypt.NewKEK()
	b := made(t, kek, file{"zhike.db", strings.Repeat("客户", 300)}, file{"files/a", "b"})
	for i := range b {
		c := bytes.Clone(b)
		c[i] ^= 1 << (i % 8)
		if _, _, err := opened(kek, c); err == nil {
			t.Fatalf("byte %d of %d may change", i, len(b))
		}
		if _, _, err := opened(kek, b[:i]); err == nil {
			t.Fatalf("it may end at %d of %d", i, len(b))
		}
	}
	if _, _, err := opened(kek, append(bytes.Clone(b), 0)); err == nil {
		t.Error("something may follow")
	}
	long := made(t, kek, file{"zhike.db", strings.Repeat("客户资料", 400_000)})
	random := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		c := bytes.Clone(long)
		c[random.IntN(len(c))] ^= 128
		if _, _, err := opened(kek, c); err == nil {
			t.Fatal("a long one may change")
		}
		if _, _, err := opened(kek, long[:random.IntN(len(long))]); err == nil {
			t.Fatal("a long one may be cut")
		}
	}
	for _, foreign := range []string{"", "PK\x03\x04", "SQLite format 3\x00", sign, sign + "\xff\xff\xff\xff", sign + "\x00\x00\x00\x02{}"} {
		if _, _, err := opened(kek, []byte(foreign)); err == nil {
			t.Errorf("%q is a backup", foreign)
		}
	}
}

func TestNamesStayInside(t *testing.T) {
	for name, want := range map[string]bool{"zhike.db": true, "files/ab/x": true, "../x": false, "/etc/passwd": false, "a//b": false, "a/../b": false, "": false, "c:x": false, `a\b`: false, ".": false} {
		if plain(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}
