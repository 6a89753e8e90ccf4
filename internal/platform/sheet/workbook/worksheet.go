package workbook

import (
	"errors"
	"strconv"
	"unicode/utf8"

	"zhike/internal/platform/sheet/grid"
)

const (
	excelRows    = 1 << 20
	excelColumns = 1 << 14
)

// Rows yields the rows in which some cell holds something, with their numbers.
func (w *Workbook) Rows(yield func(int, []string) bool) error {
	w.pack.left, w.lastRow, w.boxes = maxRead, 0, 0
	if w.merged == nil {
		var err error
		if w.merged, err = readMerged(w.pack, w.part); err != nil {
			return err
		}
	}
	return w.each(filling(w.merged), yield)
}

// Extent is how far the sheet goes, formatted blanks included, once Rows came to its end: its
// last row, and how many cells there are if each row is filled up to its last.
func (w *Workbook) Extent() (lastRow, cells int) { return w.lastRow, w.boxes }

// A sheeted is a worksheet while it is read, at one cell of one row.
type sheeted struct {
	*Workbook
	*scan
	n, column int
	cells     []string
	kind      string // of the cell: s, str, inlineStr, b, e, d, n
	style     int
	buf       []byte
}

// each yields the rows of the chosen sheet, filled by fill where it is given.
func (w *Workbook) each(fill func(int, []string) []string, yield func(int, []string) bool) error {
	s, err := w.pack.scan(w.part, maxSheet)
	if err != nil {
		return err
	}
	defer s.close()
	r := sheeted{Workbook: w, scan: s}
	within := false
	for {
		kind, err := s.next()
		if err != nil {
			return r.here(err)
		}
		switch {
		case kind == done:
			return nil
		case s.is("sheetData"):
			if kind == closed {
				return nil
			}
			within = true
		case !within:
		case kind == opened && s.is("row"):
			if err := r.row(); err != nil {
				return err
			}
		case kind == opened && s.is("c"):
			if err := r.cell(); err != nil {
				return err
			}
		case kind == closed && s.is("row") && len(r.cells) > 0:
			cells := r.cells
			r.cells = nil
			if fill != nil {
				cells = fill(r.n, cells)
			}
			if !yield(r.n, cells) {
				return nil
			}
		}
	}
}

// here says at which row the XML is broken.
func (r *sheeted) here(err error) error {
	if r.n > 0 && errors.Is(err, grid.ErrBroken) {
		return grid.At(grid.ErrBrokenAt, r.n).Because(err)
	}
	return err
}

func (r *sheeted) row() error {
	next := r.n + 1
	r.raws(func(name, value []byte) bool {
		if string(name) != "r" {
			return true
		}
		n, err := strconv.Atoi(string(value))
		if err != nil || n < next { // rows that go back would be told twice
			n = excelRows + 1
		}
		next = n
		return false
	})
	if next > excelRows {
		return grid.At(grid.ErrBrokenAt, r.n+1)
	}
	r.n, r.column, r.cells = next, -1, nil
	r.lastRow = next
	return nil
}

// cell reads one cell up to its end.
func (r *sheeted) cell() error {
	next := r.column + 1
	r.kind, r.style = "", 0
	bad := false
	r.raws(func(name, value []byte) bool {
		switch string(name) {
		case "r":
			next = column(value)
		case "t":
			r.kind = kindOf(value)
		case "s":
			n, err := strconv.Atoi(string(value))
			r.style, bad = n, bad || err != nil
		}
		return true
	})
	if bad || r.n == 0 || next <= r.column || next >= excelColumns {
		return grid.At(grid.ErrBrokenAt, max(r.n, 1))
	}
	r.boxes += next - r.column
	r.column = next
	if r.alone { // formatted, and empty
		return nil
	}
	if err := r.content(); err != nil || len(r.buf) == 0 {
		return err
	}
	value, err := r.value()
	if err != nil || value == "" {
		return err
	}
	switch {
	case r.n > grid.LastRow:
		return grid.TooManyRows()
	case r.column >= grid.MaxColumns:
		return grid.TooManyColumns()
	}
	for len(r.cells) < r.column {
		r.cells = append(r.cells, "")
	}
	r.cells = append(r.cells, value)
	return nil
}

// kindOf names the known kinds without allocating.
func kindOf(value []byte) string {
	for _, k := range []string{"s", "inlineStr", "str", "n", "b", "e", "d"} {
		if string(value) == k {
			return k
		}
	}
	return ""
}

// content collects what stands in the cell: its value, or its own text, not its formula.
func (r *sheeted) content() error {
	r.buf = r.buf[:0]
	reads, beside := false, false
	for {
		kind, err := r.next()
		if err != nil {
			return r.here(err)
		}
		switch {
		case kind == opened:
			reads = r.is("v") || r.is("t")
			beside = beside || r.is("rPh")
		case kind == text && reads && !beside && len(r.buf) <= cellMost:
			r.buf = r.appendTo(r.buf)
		case kind == closed && r.is("c"):
			return nil
		case kind == closed:
			reads, beside = false, beside && !r.is("rPh")
		case kind == done:
			return grid.At(grid.ErrBrokenAt, r.n)
		}
	}
}

// value is the cell as a person would read it.
func (r *sheeted) value() (string, error) {
	switch r.kind {
	case "s":
		i, err := strconv.Atoi(string(r.buf))
		if err != nil {
			return "", grid.At(grid.ErrBrokenAt, r.n)
		}
		t, err := r.shared()
		if err != nil {
			return "", err
		}
		if r.buf, err = t.appendTo(r.buf[:0], i); errors.Is(err, errLong) {
			return "", grid.CellTooLong(r.n, r.column)
		} else if err != nil {
			return "", grid.At(grid.ErrBrokenAt, r.n).Because(err)
		}
	case "inlineStr", "str":
		r.buf = unwrap(r.buf)
	case "b":
		if string(r.buf) == "1" || string(r.buf) == "true" {
			return "TRUE", nil
		}
		return "FALSE", nil
	case "e":
	case "d":
		return isoDate(string(r.buf)), nil
	default:
		if len(r.buf) > grid.MaxCell {
			return "", grid.CellTooLong(r.n, r.column)
		}
		f := format{}
		if r.style < len(r.formats) && r.style >= 0 {
			f = r.formats[r.style]
		}
		return f.show(grid.Trim(string(r.buf)), r.since), nil
	}
	if len(r.buf) > grid.MaxCell && utf8.RuneCount(r.buf) > grid.MaxCell {
		return "", grid.CellTooLong(r.n, r.column)
	}
	if !utf8.Valid(r.buf) {
		return "", grid.At(grid.ErrBrokenAt, r.n)
	}
	return grid.Trim(string(grid.Lines(r.buf))), nil
}

// column reads the letters of a place such as AB12; beyond the last there is none.
func column(place []byte) int {
	n := 0
	for i, c := range place {
		c |= 0x20
		if c < 'a' || c > 'z' {
			if i == 0 {
				return excelColumns
			}
			break
		}
		if n = n*26 + int(c-'a'+1); n > excelColumns {
			return excelColumns
		}
	}
	return n - 1
}
