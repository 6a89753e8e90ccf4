// Package archive is the form of a backup: one file, of which a header can be read by anybody
// and the rest by whoever has the key-encryption key.
//
// A sign, the header's length, the header, and a sealed stream: a tar of the files, and last
// of all what was put in. The header is bound to the stream. So a changed byte, a cut or a
// foreign file is known before anything of it is used, if the whole is read first.
package archive

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"zhike/internal/platform/crypt"
)

const (
	sign     = "ZHIKE BACKUP 1\n"
	manifest = "manifest.json"
	longest  = 1 << 20 // of a header
)

var (
	// ErrForeign is a file that is no backup.
	ErrForeign = errors.New("archive: this is no backup of Zhike")
	// ErrBroken is a backup that was changed or cut.
	ErrBroken = errors.New("archive: the backup is damaged or incomplete")
)

// A Header can be read without a key.
type Header struct {
	Made    time.Time `json:"made"`
	Engine  string    `json:"engine"` // sqlite or postgresql
	Schema  int64     `json:"schema"`
	Company string    `json:"company"`
	Keyset  []byte    `json:"keyset"`          // sealed under the key-encryption key
	Coded   []byte    `json:"coded,omitempty"` // the key-encryption key under the recovery code
	Stream  []byte    `json:"stream"`          // the stream's key under the key-encryption key
}

// An Entry is one file.
type Entry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// A Manifest says what a backup holds.
type Manifest struct {
	Entries []Entry          `json:"entries"`
	Rows    map[string]int64 `json:"rows"` // of each table
	Head    string           `json:"head"` // of the chain of the log
	At      int64            `json:"position"`
}

// A Writer puts files into a backup.
type Writer struct {
	tar *tar.Writer
	Manifest
}

// Write writes a backup that fill puts together.
func Write(to io.Writer, keys *crypt.Keys, h Header, fill func(*Writer) error) error {
	key, err := keys.NewStreamKey()
	if err != nil {
		return err
	}
	h.Stream = key.Wrapped
	head, err := json.Marshal(h)
	if err != nil {
		return err
	}
	about := binary.BigEndian.AppendUint32([]byte(sign), uint32(len(head)))
	about = append(about, head...)
	if _, err := to.Write(about); err != nil {
		return err
	}
	sealed, err := key.Seal(to, about)
	if err != nil {
		return err
	}
	w := &Writer{tar: tar.NewWriter(sealed)}
	if err := fill(w); err != nil {
		return err
	}
	text, err := json.Marshal(w.Manifest)
	if err != nil {
		return err
	}
	if err := w.put(manifest, int64(len(text)), bytes.NewReader(text)); err != nil {
		return err
	}
	return errors.Join(w.tar.Close(), sealed.Close())
}

// Put adds one file of a known size.
func (w *Writer) Put(name string, size int64, from io.Reader) error {
	sum := sha256.New()
	if err := w.put(name, size, io.TeeReader(from, sum)); err != nil {
		return err
	}
	w.Entries = append(w.Entries, Entry{name, size, hex.EncodeToString(sum.Sum(nil))})
	return nil
}

func (w *Writer) put(name string, size int64, from io.Reader) error {
	if err := w.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, Typeflag: tar.TypeReg}); err != nil {
		return err
	}
	n, err := io.Copy(w.tar, from)
	if err == nil && n != size {
		err = fmt.Errorf("archive: %s has %d bytes and not %d", name, n, size)
	}
	return err
}

// Peek reads the header alone.
func Peek(from io.Reader) (Header, error) {
	h, _, err := header(from)
	return h, err
}

func header(from io.Reader) (h Header, about []byte, err error) {
	start := make([]byte, len(sign)+4)
	if _, err := io.ReadFull(from, start); err != nil || string(start[:len(sign)]) != sign {
		return h, nil, ErrForeign
	}
	n := binary.BigEndian.Uint32(start[len(sign):])
	if n > longest {
		return h, nil, ErrBroken
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(from, text); err != nil {
		return h, nil, ErrBroken
	}
	if json.Unmarshal(text, &h) != nil || len(h.Stream) == 0 {
		return h, nil, ErrBroken
	}
	return h, append(start, text...), nil
}

// Read gives each file to each, in their order, and what the backup holds. A fault in the
// middle ends it with ErrBroken: what each was given before may be of a damaged backup, so
// only a Read that ends well may be used. crypt.ErrKey where the key is another's.
func Read(from io.Reader, kek []byte, each func(name string, size int64, from io.Reader) error) (h Header, m Manifest, err error) {
	h, about, err := header(from)
	if err != nil {
		return h, m, err
	}
	key, err := crypt.OpenStreamKey(kek, h.Stream)
	if err != nil {
		return h, m, err
	}
	clear, err := key.Open(from, about)
	if err != nil {
		return h, m, ErrBroken
	}
	var found []Entry
	files := tar.NewReader(clear)
	for {
		f, err := files.Next()
		if err != nil { // the manifest is last, so even an end is too early
			return h, m, ErrBroken
		}
		if f.Typeflag != tar.TypeReg || !plain(f.Name) {
			return h, m, ErrBroken
		}
		if f.Name == manifest {
			break
		}
		sum := sha256.New()
		from := &whole{io.TeeReader(io.LimitReader(files, f.Size), sum)}
		if err := each(f.Name, f.Size, from); err != nil {
			return h, m, err
		}
		if _, err := io.Copy(io.Discard, from); err != nil {
			return h, m, ErrBroken
		}
		found = append(found, Entry{f.Name, f.Size, hex.EncodeToString(sum.Sum(nil))})
	}
	if err := json.NewDecoder(io.LimitReader(files, 64<<20)).Decode(&m); err != nil {
		return h, m, ErrBroken
	}
	if _, err := files.Next(); err != io.EOF {
		return h, m, ErrBroken
	}
	if rest, err := io.ReadAll(clear); err != nil || len(bytes.Trim(rest, "\x00")) > 0 { // to the end of the stream: a cut is seen there
		return h, m, ErrBroken
	}
	if len(found) != len(m.Entries) {
		return h, m, ErrBroken
	}
	for i := range found {
		if found[i] != m.Entries[i] {
			return h, m, ErrBroken
		}
	}
	return h, m, nil
}

// whole turns faults of a sealed stream into ErrBroken for whoever reads a file of it.
type whole struct{ from io.Reader }

func (w *whole) Read(b []byte) (int, error) {
	n, err := w.from.Read(b)
	if err != nil && err != io.EOF {
		err = ErrBroken
	}
	return n, err
}

// plain says that a name stays within the folder that it is put into.
func plain(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." || strings.ContainsAny(part, "\\\x00:") {
			return false
		}
	}
	return true
}
