package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"zhike/internal/platform/fault"
	"zhike/internal/platform/sheet/grid"
)

// A file of text in which a character separates the cells: CSV, or what was copied out of a spreadsheet.
type delimited struct {
	data      []byte
	encoding  string
	delimiter string
	headed    bool // by a line sep=, which Excel does not count
}

func (b *Book) openText(data []byte, o Options) error {
	d := &delimited{data: data, encoding: o.Encoding, delimiter: o.Delimiter}
	if d.encoding == "" {
		d.encoding = encodingOf(data)
	}
	if d.encoding == "" {
		return grid.Type("binary")
	}
	if err := check(data, d.encoding); err != nil {
		return err
	}
	head := make([]byte, 256<<10)
	n, _ := io.ReadFull(decode(data, d.encoding), head)
	head = head[:n]
	if said := sep(head); said != "" {
		d.headed = true
		if d.delimiter == "" {
			d.delimiter = said
		}
	}
	if d.delimiter == "" {
		d.delimiter = guess(head, d.headed)
	}
	if utf8.RuneCountInString(d.delimiter) != 1 || strings.ContainsAny(d.delimiter, "\"\r\n") {
		return fault.Rule("invalid", "delimiter")
	}
	b.Format, b.Encoding, b.Delimiter, b.source = "csv", d.encoding, d.delimiter, d
	err := error(grid.ErrEmpty)
	if bad := d.Rows(func(int, []string) bool { err = nil; return false }); bad != nil {
		return bad
	}
	return err
}

func (d *delimited) Close() error { return nil }

func (d *delimited) Rows(yield func(int, []string) bool) error {
	r := newRecords(decode(d.data, d.encoding), d.delimiter)
	r.decoded = d.encoding == gb18030 || d.encoding == utf16LE || d.encoding == utf16BE
	if d.headed {
		if _, err := r.next(); err != nil {
			return ending(err)
		}
		r.n = 0
	}
	for {
		cells, err := r.next()
		if err != nil {
			return ending(err)
		}
		if len(cells) > 0 && !yield(r.n, cells) {
			return nil
		}
	}
}

func ending(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// records reads rows of text. It is written here because encoding/csv holds a row in memory
// however long it is, stops at a stray quote, skips blank rows without counting them,
// and knows no old Macintosh line ends.
type records struct {
	n, width int // of the row that next gave

	in      *bufio.Reader
	mark    []byte // the delimiter
	decoded bool   // so that a replacement character is damage, and not what somebody wrote
	cells   []string
	buf     []byte
}

func newRecords(in io.Reader, delimiter string) *records {
	return &records{in: bufio.NewReaderSize(in, 64<<10), mark: []byte(delimiter)}
}

// next reads one row; what is blank gives no cells. At the end it gives io.EOF.
func (r *records) next() ([]string, error) {
	if _, err := r.in.Peek(1); err != nil {
		return nil, err
	}
	r.n++
	r.width, r.cells = 0, nil
	for {
		more, err := r.cell()
		if err != nil {
			return nil, err
		}
		if !more {
			return r.cells, nil
		}
	}
}

// cell reads one cell as Excel does: a quote counts at its beginning only, and what stands
// behind the closing one belongs to it.
func (r *records) cell() (more bool, err error) {
	r.buf = r.buf[:0]
	quoted, wasQuoted, end := false, false, false
	for first := true; !end; first = false {
		c, err := r.in.ReadByte()
		switch {
		case err == io.EOF && quoted:
			return false, grid.At(grid.ErrQuote, r.n)
		case err == io.EOF:
			end = true
			continue
		case err != nil:
			return false, grid.ErrBroken.Because(err)
		case c == '"' && first:
			quoted, wasQuoted = true, true
			continue
		case c == '"' && quoted:
			if ahead, _ := r.in.Peek(1); len(ahead) == 1 && ahead[0] == '"' {
				r.in.Discard(1)
				break
			}
			quoted = false
			continue
		case quoted:
		case c == r.mark[0] && r.marked():
			more, end = true, true
			continue
		case c == '\n':
			end = true
			continue
		case c == '\r':
			if ahead, _ := r.in.Peek(1); len(ahead) == 1 && ahead[0] == '\n' {
				r.in.Discard(1)
			}
			end = true
			continue
		}
		if len(r.buf) > MaxCell*utf8.UTFMax {
			break
		}
		r.buf = append(r.buf, c)
	}
	return more, r.keep(wasQuoted)
}

// marked takes the rest of a delimiter that is more than one byte long.
func (r *records) marked() bool {
	rest := len(r.mark) - 1
	if rest == 0 {
		return true
	}
	if ahead, _ := r.in.Peek(rest); !bytes.Equal(ahead, r.mark[1:]) {
		return false
	}
	r.in.Discard(rest)
	return true
}

// keep adds the cell in buf to the row, unless nothing stands in it.
func (r *records) keep(quoted bool) error {
	r.width++
	if len(r.buf) > MaxCell && utf8.RuneCount(r.buf) > MaxCell {
		if quoted && bytes.IndexByte(r.buf, '\n') >= 0 { // it swallowed the rows below
			return grid.At(grid.ErrQuote, r.n)
		}
		return grid.CellTooLong(r.n, r.width-1)
	}
	if r.decoded && bytes.Contains(r.buf, []byte("\uFFFD")) {
		return grid.At(grid.ErrEncoding, r.n)
	}
	text := grid.Trim(string(grid.Lines(r.buf)))
	if inner, ok := strings.CutPrefix(text, `="`); ok && strings.HasSuffix(inner, `"`) { // how people keep zeros in front
		text = grid.Trim(strings.ReplaceAll(inner[:len(inner)-1], `""`, `"`))
	}
	if text == "" {
		return nil
	}
	switch {
	case r.n > grid.LastRow:
		return grid.TooManyRows()
	case r.width > MaxColumns:
		return grid.TooManyColumns()
	}
	for len(r.cells) < r.width-1 {
		r.cells = append(r.cells, "")
	}
	r.cells = append(r.cells, text)
	return nil
}

// sep gives the delimiter that a first line such as sep=; names.
func sep(head []byte) string {
	first, _, _ := bytes.Cut(head, []byte{'\n'})
	first = bytes.Trim(bytes.TrimRight(first, "\r"), `"`)
	if len(first) < 5 || !strings.EqualFold(string(first[:4]), "sep=") {
		return ""
	}
	if mark, n := utf8.DecodeRune(first[4:]); n == len(first)-4 {
		return string(mark)
	}
	return ""
}

// guess picks the delimiter that gives the most of the first rows the same width.
func guess(head []byte, headed bool) string {
	best, most, widest := ",", 0, 0
	for _, mark := range []string{"\t", ",", ";", "|", "，"} {
		widths := map[int]int{}
		r := newRecords(bytes.NewReader(head), mark)
		if headed {
			r.next()
		}
		for seen := 0; seen < 50; {
			cells, err := r.next()
			var wrong *fault.Fault
			if err == io.EOF || errors.As(err, &wrong) && wrong.Code != grid.ErrColumns.Code {
				break
			}
			if len(cells) > 0 {
				seen++
				widths[r.width]++
			}
		}
		for width, n := range widths {
			if width > 1 && (n > most || n == most && width > widest) {
				best, most, widest = mark, n, width
			}
		}
	}
	return best
}
