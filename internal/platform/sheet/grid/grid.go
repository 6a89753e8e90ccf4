// Package grid is what a table of cells is here: how large, how its places are called,
// what cannot be seen in it, and what can be wrong with it.
package grid

import (
	"strings"
	"unicode"

	"zhike/internal/platform/fault"
)

// What is read, at most. Everything else that is bounded follows from these.
const (
	MaxFile    = 40 << 20
	MaxRows    = 100_000 // of data
	MaxTitles  = 100     // titles, notes and headings, beside them
	MaxColumns = 256
	MaxCell    = 32_767 // characters, as in Excel

	LastRow = MaxRows + MaxTitles
)

// What can be wrong with a file. Those with a row carry it as a param.
var (
	ErrEmpty     = fault.New(fault.Invalid, "file_empty")
	ErrType      = fault.New(fault.Unsupported, "file_type")
	ErrOld       = fault.New(fault.Unsupported, "file_old_excel")
	ErrProtected = fault.New(fault.Unsupported, "file_protected")
	ErrTooLarge  = fault.New(fault.TooLarge, "file_too_large")
	ErrRows      = fault.New(fault.TooLarge, "rows_too_many")
	ErrColumns   = fault.New(fault.TooLarge, "columns_too_many")
	ErrCell      = fault.New(fault.TooLarge, "cell_too_long")
	ErrBroken    = fault.New(fault.Invalid, "file_broken")
	ErrBrokenAt  = fault.New(fault.Invalid, "file_broken_at")
	ErrQuote     = fault.New(fault.Invalid, "file_quote_open")
	ErrEncoding  = fault.New(fault.Invalid, "file_encoding")
	ErrLost      = fault.New(fault.Invalid, "file_text_lost")
	ErrNoSheet   = fault.New(fault.Invalid, "file_no_sheet")
)

// At is a fault with its row.
func At(f *fault.Fault, row int) *fault.Fault { return f.With(map[string]any{"row": row}) }

// CellTooLong names the place.
func CellTooLong(row, column int) error {
	return ErrCell.With(map[string]any{"row": row, "column": Letter(column), "most": MaxCell})
}

func TooManyRows() error    { return ErrRows.With(map[string]any{"most": MaxRows}) }
func TooManyColumns() error { return ErrColumns.With(map[string]any{"most": MaxColumns}) }

// Type refuses a file by what it was found to be.
func Type(found string) error { return ErrType.With(map[string]any{"found": found}) }

// Trim cuts what cannot be seen from both ends: spaces of every width, and marks that other programs leave.
func Trim(text string) string {
	return strings.TrimFunc(text, Unseen)
}

// Unseen tells a character that nobody sees.
func Unseen(r rune) bool {
	return r <= ' ' || r >= 0x7F && (unicode.IsSpace(r) || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r == 0x2060 || r == 0xFEFF || r <= 0x9F)
}

// Lines gives every line the same end.
func Lines(s []byte) []byte {
	out := s[:0]
	for i, c := range s {
		if c != '\r' {
			out = append(out, c)
		} else if i+1 == len(s) || s[i+1] != '\n' {
			out = append(out, '\n')
		}
	}
	return out
}

// Letter is the name of column i, which counts from 0: A, B, … AA.
func Letter(i int) string {
	if i < 0 {
		return ""
	}
	return Letter(i/26-1) + string(rune('A'+i%26))
}
