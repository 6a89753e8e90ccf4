package privacy

import (
	"bytes"
	"errors"
	"testing"

	"zhike/internal/platform/crypt"
)

func TestSealedFiles(t *testing.T) {
	keys, _, err := crypt.Create(crypt.NewKEK())
	if err != nil {
		t.Fatal(err)
	}
	key, _, err := keys.NewSubject("import-1")
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{0, 1, part - 1, part, part + 1, 3 * part} {
		clear := bytes.Repeat([]byte("张三 13800138000\n"), size/17+1)[:size]
		var sealed, back bytes.Buffer
		if err := SealFile(key, "imports/file/1", bytes.NewReader(clear), &sealed); err != nil {
			t.Fatal(err)
		}
		if size > 100 && bytes.Contains(sealed.Bytes(), []byte("13800138000")) {
			t.Error("the number lies open in the file")
		}
		whole := sealed.Bytes()
		if err := OpenFile(key, "imports/file/1", bytes.NewReader(whole), &back); err != nil || !bytes.Equal(back.Bytes(), clear) {
			t.Errorf("%d bytes: %d came back, %v", size, back.Len(), err)
		}
		for what, other := range map[string][]byte{"cut": whole[:len(whole)-1], "empty": nil, "without its last part": whole[:max(0, len(whole)-(size%part)-33)]} {
			if err := OpenFile(key, "imports/file/1", bytes.NewReader(other), new(bytes.Buffer)); !errors.Is(err, ErrFile) {
				t.Errorf("%d bytes, %s: %v", size, what, err)
			}
		}
		if err := OpenFile(key, "imports/file/2", bytes.NewReader(whole), new(bytes.Buffer)); !errors.Is(err, ErrFile) {
			t.Errorf("it opens in another place: %v", err)
		}
	}
}
