// Package sheet reads tables as people keep them and writes tables that other programs open safely.
package sheet

import (
	"errors"
	"iter"

	"zhike/internal/platform/fault"
	"zhike/internal/platform/sheet/grid"
	"zhike/internal/platform/sheet/workbook"
)

// The limits of what is read.
const (
	MaxFile    = grid.MaxFile
	MaxRows    = grid.MaxRows
	MaxTitles  = grid.MaxTitles
	MaxColumns = grid.MaxColumns
	MaxCell    = grid.MaxCell
)

// Options of reading; what is empty is recognised.
type Options struct {
	Encoding  string // utf-8, utf-8-bom, gb18030, utf-16le, utf-16be
	Delimiter string // one character
	Sheet     string
	Repair    bool   // garbled text is put right where it can be, and refused where it cannot
	Temp      string // folder for what does not fit into memory; the system's where empty
}

// A Book is a file that was recognised. It reads from the data it was opened with, which
// must not change before Close.
type Book struct {
	Format    string // xlsx, csv
	Encoding  string // of a csv
	Delimiter string // of a csv
	Sheets    []string
	Sheet     string // the one that is read

	repair bool
	source source
	err    error
}

// A source yields rows in which some cell holds something.
type source interface {
	Rows(yield func(n int, cells []string) bool) error
	Close() error
}

// Open recognises what data is, by its content: a name proves nothing. A fault says what to do instead.
func Open(name string, data []byte, o Options) (*Book, error) {
	if len(data) > MaxFile {
		return nil, grid.ErrTooLarge
	}
	if err := refuse(data); err != nil {
		return nil, err
	}
	b := &Book{repair: o.Repair}
	var err error
	if zipped(data) {
		var w *workbook.Workbook
		if w, err = workbook.Open(data, o.Sheet, o.Temp); err == nil {
			b.Format, b.Sheets, b.Sheet, b.source = "xlsx", w.Sheets, w.Sheet, w
		}
	} else {
		err = b.openText(data, o)
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

// Rows yields the rows that hold something, with the number that Excel shows beside them;
// cells are trimmed and empty ones at the end cut. It may be called again. Err says why it ended early.
func (b *Book) Rows() iter.Seq2[int, []string] {
	return func(yield func(int, []string) bool) {
		var lost error
		err := b.source.Rows(func(n int, cells []string) bool {
			for i, c := range cells {
				cells[i] = b.read(c)
				if b.repair && Lost(cells[i]) {
					lost = grid.At(grid.ErrLost, n)
					return false
				}
			}
			return yield(n, cells)
		})
		b.err = errors.Join(lost, err)
		var f *fault.Fault
		if errors.As(b.err, &f) {
			b.err = f // one fault, not a list of one
		}
	}
}

// Err is the fault at which Rows stopped, nil where it came to its end or was left.
func (b *Book) Err() error { return b.err }

// Close removes what Open put into the temporary folder.
func (b *Book) Close() error {
	if b.source == nil {
		return nil
	}
	return b.source.Close()
}

// read gives the cell as its author meant it.
func (b *Book) read(cell string) string {
	if cell == "" {
		return ""
	}
	if b.repair {
		if better, ok := Mojibake(cell); ok {
			cell = Trim(better)
		}
	}
	if cell != "" && cell[0] == '\'' {
		return Trim(unguard(cell))
	}
	return cell
}

// Trim cuts what cannot be seen from both ends.
func Trim(text string) string { return grid.Trim(text) }

// Letter is the name of column i, which counts from 0: A, B, … AA.
func Letter(i int) string { return grid.Letter(i) }
