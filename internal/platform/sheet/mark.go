package sheet

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"zhike/internal/platform/sheet/workbook"

	"github.com/xuri/excelize/v2"
)

// What is changed in place; what is larger is written anew, row by row.
const (
	markRows  = 50_000
	markCells = 100_000  // excelize takes a kilobyte for each, and fills every row up to its last
	markXML   = 12 << 20 // of its parts, unpacked
	markBytes = 64 << 20 // with pictures
	nextLine  = "\n"
)

// Wrong is a cell, or a whole row, and why.
type Wrong struct {
	Row    int // as Excel shows it
	Column int // from 0; -1 is the whole row
	Reason string
}

// Mark gives a table back with its wrong cells red and the reasons in a column at its right
// end, under heading. A workbook stays as it is otherwise; text, and a workbook too large to
// be changed in place, is written anew with the same rows. header is the row of headings, as
// Excel shows it. Reasons of an earlier time, under the same heading, are replaced.
func Mark(original []byte, sheet string, header int, wrong []Wrong, heading string, w io.Writer, o Options) error {
	if sheet != "" {
		o.Sheet = sheet
	}
	b, err := Open("", original, o)
	if err != nil {
		return err
	}
	defer b.Close()
	m, err := survey(b, header, wrong, heading)
	if err != nil {
		return err
	}
	if changeable(b, original) {
		var changed bytes.Buffer
		if err := m.change(original, b.Sheet, &changed, o); err == nil {
			_, err := changed.WriteTo(w)
			return err
		}
	}
	return m.rewrite(b, w) // this reader forgives more than excelize
}

// A marking is what is to be written where.
type marking struct {
	header  int
	column  int // of the reasons
	heading string
	rows    []int // with old reasons, or with new ones
	wrong   map[int][]Wrong
}

func survey(b *Book, header int, wrong []Wrong, heading string) (*marking, error) {
	m := &marking{header: header, column: -1, heading: heading, wrong: map[int][]Wrong{}}
	for _, x := range wrong {
		m.wrong[x.Row] = append(m.wrong[x.Row], x)
	}
	widest := 0
	for n, cells := range b.Rows() {
		if n == header {
			m.column = slices.Index(cells, heading)
		}
		if n >= header {
			widest = max(widest, len(cells))
			m.rows = append(m.rows, n)
		}
	}
	if m.column < 0 {
		m.column = widest
	}
	return m, b.Err()
}

// reasons are those of a row, from left to right.
func (m *marking) reasons(n int) string {
	all := m.wrong[n]
	slices.SortStableFunc(all, func(a, b Wrong) int { return cmp.Compare(a.Column, b.Column) })
	var texts []string
	for _, x := range all {
		if x.Reason != "" && !slices.Contains(texts, x.Reason) {
			texts = append(texts, x.Reason)
		}
	}
	return cleaned(strings.Join(texts, nextLine))
}

func (m *marking) red(n, column int) bool {
	return column != m.column && slices.ContainsFunc(m.wrong[n], func(x Wrong) bool { return x.Column < 0 || x.Column == column })
}

// rewrite writes the rows anew, where they stood.
func (m *marking) rewrite(b *Book, w io.Writer) error {
	x, err := newXLSX(w, cmp.Or(b.Sheet, "Sheet1"), nil)
	if err != nil {
		return err
	}
	widths := make([]float64, m.column+1)
	for i := range widths {
		widths[i] = 16
	}
	widths[m.column] = 40
	if err := x.begin(widths, max(m.header, 1)); err != nil {
		return err
	}
	var bad error
	for n, cells := range b.Rows() {
		if bad = x.row(n, m.styled(n, cells)); bad != nil {
			break
		}
	}
	if err := errors.Join(bad, b.Err()); err != nil {
		return err
	}
	return x.close(m.header, m.column+1)
}

func (m *marking) styled(n int, cells []string) []styled {
	row := make([]styled, max(len(cells), m.column+1))
	for i := range row {
		style := styleText
		if i < len(cells) {
			row[i].text = Guard(cleaned(cells[i]))
		}
		switch {
		case n == m.header:
			style = styleHead
		case m.red(n, i):
			style = styleWrong
		}
		row[i].style = style
	}
	switch {
	case n == m.header:
		row[m.column].text = Guard(m.heading)
	case n > m.header:
		row[m.column] = styled{written{Text, Guard(m.reasons(n))}, styleReason}
	}
	return row
}

// changeable tells a workbook that may be loaded whole, and saved under the name .xlsx, which
// Excel does not open with macros inside.
func changeable(b *Book, data []byte) bool {
	w, ok := b.source.(*workbook.Workbook)
	if !ok {
		return false
	}
	if last, cells := w.Extent(); last > markRows || cells > markCells {
		return false
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return false
	}
	var all, xml uint64
	for _, f := range z.File {
		if all += f.UncompressedSize64; strings.HasSuffix(f.Name, ".xml") {
			xml += f.UncompressedSize64
		}
		if all > markBytes || xml > markXML || strings.Contains(f.Name, "vbaProject") {
			return false
		}
	}
	return true
}

// change marks the cells of a workbook and leaves all else in it alone.
func (m *marking) change(original []byte, sheet string, w io.Writer, o Options) (err error) {
	f, err := excelize.OpenReader(bytes.NewReader(original), excelize.Options{UnzipSizeLimit: 2 * markBytes, UnzipXMLSizeLimit: 16 << 20, TmpDir: o.Temp})
	if err != nil {
		return err
	}
	defer func() {
		if broken := recover(); broken != nil { // by a part that this package never read
			err = fmt.Errorf("excelize: %v", broken)
		}
		err = errors.Join(err, f.Close())
	}()
	t := template{File: f, name: sheet}
	reds := map[int]int{} // by the style that a cell had
	reason := t.style(excelize.Style{Font: &excelize.Font{Color: "C00000"}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}, NumFmt: 49})
	if m.header > 0 {
		t.copyStyle(m.column, m.header)
		t.keep(f.SetCellStr(sheet, place(m.column, m.header), Guard(cleaned(m.heading))))
	}
	for _, n := range m.rows {
		if n <= m.header {
			continue
		}
		at := place(m.column, n)
		text := m.reasons(n)
		if had, _ := f.GetCellValue(sheet, at); had == "" && text == "" {
			continue
		}
		t.keep(f.SetCellStr(sheet, at, Guard(text)))
		t.keep(f.SetCellStyle(sheet, at, at, reason))
		for i := range m.column {
			if m.red(n, i) {
				t.redden(place(i, n), reds)
			}
		}
	}
	letter := Letter(m.column)
	t.keep(f.SetColWidth(sheet, letter, letter, 40))
	if t.err == nil {
		t.keep(f.Write(w))
	}
	return t.err
}

// copyStyle gives a heading the style of the one at its left.
func (t *template) copyStyle(column, row int) {
	if column == 0 {
		return
	}
	id, err := t.GetCellStyle(t.name, place(column-1, row))
	t.keep(err)
	t.keep(t.SetCellStyle(t.name, place(column, row), place(column, row), id))
}

// redden fills a cell and keeps all else of its style.
func (t *template) redden(at string, reds map[int]int) {
	had, err := t.GetCellStyle(t.name, at)
	t.keep(err)
	id, ok := reds[had]
	if !ok {
		style, err := t.GetStyle(had)
		if err != nil {
			style = &excelize.Style{}
		}
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFC7CE"}}
		id = t.style(*style)
		reds[had] = id
	}
	t.keep(t.SetCellStyle(t.name, at, at, id))
}
