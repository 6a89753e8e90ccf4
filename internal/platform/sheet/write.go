package sheet

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"strings"
)

// A Writer writes rows one by one and keeps none.
type Writer struct {
	columns []Column
	row     func(cells []written) error
	end     func() error
}

// Row writes one value for each column; missing ones stay blank.
func (w *Writer) Row(values ...any) error {
	if len(values) > len(w.columns) {
		return errors.New("sheet: more values than columns")
	}
	cells := make([]written, len(values))
	for i, v := range values {
		cells[i] = w.columns[i].Kind.write(v)
	}
	return w.row(cells)
}

// Close ends the file, without which nobody can open it. It does not close what it was written to.
func (w *Writer) Close() error { return w.end() }

// NewCSV writes text that Excel opens as it is meant: UTF-8 with its mark, and CRLF.
func NewCSV(w io.Writer, columns []Column) (*Writer, error) {
	out := bufio.NewWriterSize(w, 64<<10)
	if _, err := out.WriteString("\uFEFF"); err != nil {
		return nil, err
	}
	c := csv.NewWriter(out)
	c.UseCRLF = true
	record := make([]string, len(columns))
	for i, col := range columns {
		record[i] = Guard(cleaned(col.Heading))
	}
	row := func(cells []written) error {
		clear(record)
		for i, cell := range cells {
			record[i] = cell.text
		}
		if len(record) == 1 && record[0] == "" { // else it would be a blank line, which some drop
			c.Flush()
			_, err := out.WriteString("\"\"\r\n")
			return err
		}
		return c.Write(record)
	}
	if err := c.Write(record); err != nil {
		return nil, err
	}
	return &Writer{columns: columns, row: row, end: func() error {
		c.Flush()
		return errors.Join(c.Error(), out.Flush())
	}}, nil
}

// NewXLSX writes a workbook with a frozen header and a filter. The lines of about, who made it and
// when, stand on a second sheet and at the foot of every printed page.
func NewXLSX(w io.Writer, title string, columns []Column, about []string) (*Writer, error) {
	x, err := newXLSX(w, title, about)
	if err != nil {
		return nil, err
	}
	var widths []float64
	heads := make([]styled, len(columns))
	for i, c := range columns {
		widths = append(widths, c.width())
		heads[i] = styled{written{Text, Guard(cleaned(c.Heading))}, styleHead}
	}
	if err := x.begin(widths, 1); err != nil {
		return nil, err
	}
	if err := x.row(1, heads); err != nil {
		return nil, err
	}
	n := 1
	cells := make([]styled, len(columns))
	return &Writer{columns: columns, end: func() error { return x.close(1, len(columns)) }, row: func(row []written) error {
		for i, c := range row {
			cells[i] = styled{c, styleOf[c.kind]}
		}
		n++
		return x.row(n, cells[:len(row)])
	}}, nil
}

// An xlsx is a workbook on its way out. It goes straight into the zip, so it takes no more
// memory for a million rows than for one, and no temporary file.
type xlsx struct {
	zip   *zip.Writer
	out   *bufio.Writer
	title string
	about []string
	last  int // the row that was written last
}

// Styles, by their place in stylesXML.
const (
	styleText = iota
	styleNumber
	styleMoney
	styleDate
	styleDateTime
	styleHead
	styleWrong
	styleReason
)

var styleOf = [...]int{Text: styleText, Number: styleNumber, Money: styleMoney, Date: styleDate, DateTime: styleDateTime}

type styled struct {
	written
	style int
}

const (
	main      = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	related   = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	packaged  = `http://schemas.openxmlformats.org/package/2006`
	typed     = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
	prologue  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	stylesXML = `<styleSheet ` + main + `><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm"/></numFmts>` +
		`<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font><font><sz val="11"/><color rgb="FFC00000"/><name val="Calibri"/></font></fonts>` +
		`<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFEDEFF2"/></patternFill></fill><fill><patternFill patternType="solid"><fgColor rgb="FFFFC7CE"/></patternFill></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>` +
		`<cellXfs count="8"><xf numFmtId="49" applyNumberFormat="1"/><xf/><xf numFmtId="4" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/>` +
		`<xf numFmtId="49" fontId="1" fillId="2" applyNumberFormat="1" applyFont="1" applyFill="1"/><xf numFmtId="49" fillId="3" applyNumberFormat="1" applyFill="1"/><xf numFmtId="49" fontId="2" applyNumberFormat="1" applyFont="1"/></cellXfs>` +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
)

func newXLSX(w io.Writer, title string, about []string) (*xlsx, error) {
	x := &xlsx{zip: zip.NewWriter(w), title: sheetName(title), about: about}
	x.out = bufio.NewWriterSize(nil, 64<<10)
	second, secondPart := "", ""
	if len(about) > 0 {
		second = `<Override PartName="/xl/worksheets/sheet2.xml" ContentType="` + typed + `worksheet+xml"/>`
		secondPart = `<Relationship Id="rId3" Type="` + related + `/worksheet" Target="worksheets/sheet2.xml"/>`
	}
	for _, p := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="` + packaged + `/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + typed + `sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="` + typed + `styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + typed + `worksheet+xml"/>` + second + `</Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + packaged + `/relationships"><Relationship Id="rId1" Type="` + related + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packaged + `/relationships"><Relationship Id="rId1" Type="` + related + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + related + `/styles" Target="styles.xml"/>` + secondPart + `</Relationships>`},
		{"xl/styles.xml", stylesXML},
	} {
		if err := x.part(p[0], p[1]); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// part begins a part and writes what it begins with.
func (x *xlsx) part(name, text string) error {
	w, err := x.zip.Create(name)
	if err != nil {
		return err
	}
	x.out.Reset(w)
	x.out.WriteString(prologue)
	x.out.WriteString(text)
	return x.out.Flush()
}

var (
	markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
	looks  = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)
)

// escape keeps text that looks like a character's number in a workbook from being read as one.
func escape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	return looks.ReplaceAllString(text, "_x005F_$1")
}

// TypeXLSX is the media type of a workbook.
const TypeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
