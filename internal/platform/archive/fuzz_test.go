package archive

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"testing"

	"zhike/internal/platform/crypt"
)

// FuzzRead: any bytes are a backup, a foreign file or a broken one; nothing is read into memory that a header merely claims.
func FuzzRead(f *testing.F) {
	kek := make([]byte, crypt.KEKSize)
	good := made(f, kek, file{"zhike.db", "客户资料"}, file{"files/a", ""})
	f.Add(good, uint32(0), byte(0))
	f.Add(good, uint32(len(good)/2), byte(1))
	f.Add(good[:len(good)-3], uint32(20), byte(64))
	f.Add([]byte(sign+"\x00\x10\x00\x00{}"), uint32(0), byte(0))
	f.Add(binary.BigEndian.AppendUint32([]byte(sign), 1<<31), uint32(0), byte(0))
	f.Fuzz(func(t *testing.T, b []byte, at uint32, bit byte) {
		b = bytes.Clone(b)
		if len(b) > 0 {
			b[int(at)%len(b)] ^= bit
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		read := 0
		_, m, err := Read(bytes.NewReader(b), kek, func(name string, _ int64, from io.Reader) error {
			if !plain(name) {
				t.Errorf("a file called %q", name)
			}
			n, err := io.Copy(io.Discard, from)
			read += int(n)
			return err
		})
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 8<<20 {
			t.Errorf("%d bytes took %d of memory", len(b), took)
		}
		if err != nil && !errors.Is(err, ErrForeign) && !errors.Is(err, ErrBroken) && !errors.Is(err, crypt.ErrKey) {
			t.Errorf("not one of ours: %v", err)
		}
		if read > len(b) || err == nil && !bytes.Equal(b, good) && len(m.Entries) != 2 {
			t.Errorf("%d bytes give %d, %+v", len(b), read, m)
		}
		_, err = Peek(bytes.NewReader(b))
		if err != nil && !errors.Is(err, ErrForeign) && !errors.Is(err, ErrBroken) {
			t.Errorf("not one of ours: %v", err)
		}
	})
}
