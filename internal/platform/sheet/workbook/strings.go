package workbook

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"unicode/utf8"

	"zhike/internal/platform/sheet/grid"
)

const (
	inMemory = 8 << 20 // of shared strings; the rest lies in a file
	block    = 64 << 10
	held     = 32 // blocks of the file, and so two megabytes
	stride   = 16 // every so many strings one place is remembered
	cellMost = grid.MaxCell * utf8.UTFMax
)

// A table holds the shared strings of a workbook in a few megabytes of memory, however
// many they are: a sheet names them in nearly the order in which they stand, so a file
// that is read by blocks serves nearly as well.
type table struct {
	temp   string
	count  int
	places []uint32 // of every stride-th string
	buf    []byte   // what is in memory, or not yet in the file
	size   int64    // of all
	file   *os.File
	blocks map[int64][]byte
	order  []int64 // of blocks, the oldest first
}

var errLong = errors.New("longer than a cell may be")

// add appends a string; of one that is too long, only that it was.
func (t *table) add(s []byte) error {
	if t.count%stride == 0 {
		t.places = append(t.places, uint32(t.size))
	}
	t.count++
	n := uint64(len(s)) + 1
	if len(s) > cellMost || len(s) > grid.MaxCell && utf8.RuneCount(s) > grid.MaxCell {
		s, n = nil, 0
	}
	before := len(t.buf)
	t.buf = append(binary.AppendUvarint(t.buf, n), s...)
	t.size += int64(len(t.buf) - before)
	if len(t.buf) < inMemory {
		return nil
	}
	return t.spill()
}

// spill moves what is in memory into the file.
func (t *table) spill() (err error) {
	if t.file == nil {
		if t.file, err = os.CreateTemp(t.temp, "sheet-*.tmp"); err != nil {
			return err
		}
	}
	_, err = t.file.Write(t.buf)
	t.buf = t.buf[:0]
	return err
}

// seal ends the adding.
func (t *table) seal() error {
	if t.file == nil || len(t.buf) == 0 {
		return nil
	}
	err := t.spill()
	t.buf = nil
	return err
}

// appendTo appends string i.
func (t *table) appendTo(buf []byte, i int) ([]byte, error) {
	if i < 0 || i >= t.count {
		return nil, grid.ErrBroken
	}
	r := reading{t: t, at: int64(t.places[i/stride])}
	for range i % stride {
		n, err := binary.ReadUvarint(&r)
		if err != nil {
			return nil, err
		}
		r.at += max(int64(n)-1, 0)
	}
	n, err := binary.ReadUvarint(&r)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, errLong
	}
	for left := int(n - 1); left > 0; {
		part, err := t.from(r.at)
		if err != nil {
			return nil, err
		}
		part = part[:min(left, len(part))]
		buf = append(buf, part...)
		r.at += int64(len(part))
		left -= len(part)
	}
	return buf, nil
}

// from gives some bytes at a place: at least one.
func (t *table) from(at int64) ([]byte, error) {
	if t.file == nil {
		if at >= int64(len(t.buf)) {
			return nil, io.ErrUnexpectedEOF
		}
		return t.buf[at:], nil
	}
	n := at / block
	b, ok := t.blocks[n]
	if !ok {
		if t.blocks == nil {
			t.blocks = map[int64][]byte{}
		}
		if len(t.order) < held {
			b = make([]byte, block)
		} else {
			b = t.blocks[t.order[0]][:block]
			delete(t.blocks, t.order[0])
			t.order = t.order[1:]
		}
		got, err := t.file.ReadAt(b, n*block)
		if err != nil && err != io.EOF {
			return nil, err
		}
		b = b[:got]
		t.blocks[n] = b
		t.order = append(t.order, n)
	}
	if off := int(at % block); off < len(b) {
		return b[off:], nil
	}
	return nil, io.ErrUnexpectedEOF
}

type reading struct {
	t  *table
	at int64
}

func (r *reading) ReadByte() (byte, error) {
	b, err := r.t.from(r.at)
	if err != nil {
		return 0, err
	}
	r.at++
	return b[0], nil
}

func (t *table) close() error {
	if t.file == nil {
		return nil
	}
	return errors.Join(t.file.Close(), os.Remove(t.file.Name()))
}

// readStrings fills a table from the part of that name.
func readStrings(p *pack, name, temp string) (_ *table, err error) {
	t := &table{temp: temp}
	if name == "" {
		return t, nil
	}
	s, err := p.scan(name, maxStrings)
	if err != nil {
		return nil, err
	}
	defer s.close()
	defer func() {
		if err != nil {
			t.close()
		}
	}()
	var buf []byte
	var inText, beside bool // beside: how a text is read aloud, which is not part of it
	for {
		kind, err := s.next()
		if err != nil {
			return nil, err
		}
		switch {
		case kind == done:
			return t, t.seal()
		case kind == opened:
			inText = string(s.name) == "t"
			if string(s.name) == "rPh" {
				beside = true
			}
			if string(s.name) == "si" {
				buf = buf[:0]
			}
		case kind == text && inText && !beside && len(buf) <= cellMost:
			buf = s.appendTo(buf)
		case kind == closed && !s.is("si"):
			inText = false
			if s.is("rPh") {
				beside = false
			}
		case kind == closed:
			if err := t.add(unwrap(buf)); err != nil {
				return nil, err
			}
		}
	}
}

// unwrap reads _x000D_ and its like, by which workbooks write characters that XML cannot hold.
func unwrap(s []byte) []byte {
	if !bytes.Contains(s, []byte("_x")) {
		return s
	}
	var out []byte
	for {
		i := bytes.Index(s, []byte("_x"))
		if i < 0 || len(s) < i+7 {
			return append(out, s...)
		}
		n, ok := hex4(s[i+2 : i+6])
		if !ok || s[i+6] != '_' {
			out, s = append(out, s[:i+2]...), s[i+2:]
			continue
		}
		out = utf8.AppendRune(append(out, s[:i]...), n)
		s = s[i+7:]
	}
}

func hex4(s []byte) (n rune, ok bool) {
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			n = n<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			n = n<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return n, true
}
