package sheet

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	patience   = 2 * time.Second
	memoryMost = 128 << 10 // kB, of the whole process
)

// TestReadOne is what TestHostileFiles runs in a process of its own.
func TestReadOne(t *testing.T) {
	file := os.Getenv("SHEET_READ")
	if file == "" {
		t.Skip("run by TestHostileFiles")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	began := cpu() // and not by the wall, which shows what else the machine does
	said := outcome(data, filepath.Dir(file))
	took := cpu() - began
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("no /proc")
	}
	peak := 0
	for l := range strings.Lines(string(status)) {
		fmt.Sscanf(l, "VmHWM: %d kB", &peak)
	}
	fmt.Printf("\nRESULT\t%s\t%d\t%d\n", said, took.Milliseconds(), peak)
}

// outcome reads a whole file as an import does, keeping no row.
func outcome(data []byte, temp string) string {
	b, err := Open("a.xlsx", data, Options{Temp: temp})
	if err != nil {
		return said(err)
	}
	defer b.Close()
	n := 0
	for range b.Rows() {
		n++
	}
	if b.Err() != nil {
		return said(b.Err())
	}
	return fmt.Sprint(n, " rows")
}

func TestHostileFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var slowest, largest int
	for name, c := range hostile(t) {
		file := filepath.Join(dir, "file")
		if err := os.WriteFile(file, c.data(), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(self, "-test.run=^TestReadOne$", "-test.v")
		cmd.Env = append(os.Environ(), "SHEET_READ="+file, "GOMEMLIMIT=", "GOGC=")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, out[:min(len(out), 2000)])
			continue
		}
		_, result, _ := strings.Cut(string(out), "RESULT\t")
		result, _, _ = strings.Cut(result, "\n")
		var took, peak int
		said, figures, _ := strings.Cut(result, "\t")
		fmt.Sscan(figures, &took, &peak)
		if said != c.want {
			t.Errorf("%s is answered %q, wants %q", name, said, c.want)
		}
		if took > int(patience.Milliseconds()) || peak > memoryMost {
			t.Errorf("%s takes %d ms and %d MB", name, took, peak>>10)
		}
		t.Logf("%-45s %5d ms %4d MB  %s", name, took, peak>>10, said)
		slowest, largest = max(slowest, took), max(largest, peak)
	}
	t.Logf("the slowest takes %d ms, the largest %d MB", slowest, largest>>10)
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d files are left in the temporary folder", len(left)-1)
	}
}

type trap struct {
	data func() []byte
	want string
}

func hostile(t *testing.T) map[string]trap {
	of := func(sheet, want string) trap { return trap{func() []byte { return packed(t, sheet, nil) }, want} }
	with := func(part, text, want string) trap {
		return trap{func() []byte {
			return packed(t, `<row r="1"><c r="A1" t="s"><v>0</v></c></row>`, map[string]string{part: text})
		}, want}
	}
	text := func(s func() string, want string) trap { return trap{func() []byte { return []byte(s()) }, want} }
	const laughs = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;"><!ENTITY x SYSTEM "file:///etc/passwd">]>`
	sheetBomb := func(head, unit, tail string, size int64, claims uint64) func() []byte {
		return func() []byte { return bombed(t, "xl/worksheets/sheet1.xml", head, unit, tail, size, claims) }
	}
	const open, shut = `<worksheet><sheetData>`, `</sheetData></worksheet>`
	row := `<row r="1"><c r="A1"><v>1</v></c></row>`
	return map[string]trap{
		"10 GB of zeros":                      {sheetBomb("", "\x00", "", 10<<30, 0), "file_too_large"},
		"10 GB of zeros that claim to be few": {sheetBomb("", "\x00", "", 10<<30, 1000), "file_broken"},
		"10 GB in a part that nobody reads":   {func() []byte { return bombed(t, "xl/media/image1.png", "", "\x00", "", 10<<30, 0) }, "file_too_large"},
		"500 MB of blank rows":                {sheetBomb(open, `<row/>`, shut, 500<<20, 0), "file_too_large"},
		"90 MB of unknown tags":               {sheetBomb(open, `<x/>`, shut, 90<<20, 0), "file_empty"},
		"15 MB of blanks":                     {sheetBomb(open, ` `, shut, 15<<20, 0), "file_empty"},
		"15 MB of blank rows":                 {sheetBomb(open, `<row/>`, shut, 15<<20, 0), "file_broken_at row=1048577"},
		"15 MB of cells in a row":             {sheetBomb(open+`<row>`, `<c/>`, `</row>`+shut, 15<<20, 0), "file_broken_at row=1"},
		"15 MB of a comment":                  {sheetBomb(`<!--`, `-`, `-->`+open+row+shut, 15<<20, 0), "1 rows"},
		"15 MB of a tag":                      {sheetBomb(`<worksheet `, `a="b" `, `>`, 15<<20, 0), "file_broken"},
		"15 MB of CDATA":                      {sheetBomb(open+`<row><c><v><![CDATA[`, `a`, `]]></v></c></row>`, 15<<20, 0), "file_broken_at row=1"},
		"8 MB in a cell":                      {sheetBomb(open+`<row r="1"><c r="A1" t="inlineStr"><is><t>`, `a`, `</t></is></c></row>`+shut, 8<<20, 0), "cell_too_long row=1 column=A"},
		"8 MB in a number":                    {sheetBomb(open+`<row r="1"><c r="A1"><v>`, `9`, `</v></c></row>`+shut, 8<<20, 0), "cell_too_long row=1 column=A"},
		"8 MB in a shared string": {func() []byte {
			return bombed(t, "xl/sharedStrings.xml", `<sst><si><t>`, `a`, `</t></si></sst>`, 8<<20, 0)
		}, "cell_too_long row=1 column=A"},
		"18 million shared strings": {func() []byte {
			return bombed(t, "xl/sharedStrings.xml", `<sst><si><t>a</t></si>`, `<si/>`, `</sst>`, 90<<20, 0)
		}, "1 rows"},
		"many parts":                      {func() []byte { return crowd(t, 30_000) }, "file_too_large"},
		"parts over each other":           {func() []byte { return overlapping(t) }, "file_too_large"},
		"a zip in a zip":                  {func() []byte { return nested(t) }, "file_type found=zip"},
		"a workbook that holds itself":    with("xl/embeddings/a.xlsx", "PK\x03\x04", "1 rows"),
		"data in the last row":            of(row+`<row r="1048576"><c r="A1048576"><v>1</v></c></row>`, "rows_too_many"),
		"formats in the last row":         of(row+`<row r="1048576"><c r="A1048576" s="1"/></row>`, "1 rows"),
		"a row past the last":             of(row+`<row r="1048577"><c><v>1</v></c></row>`, "file_broken_at row=2"),
		"rows that go back":               of(row+row, "file_broken_at row=2"),
		"a vast dimension":                with("xl/worksheets/sheet1.xml", `<worksheet><dimension ref="A1:XFD1048576"/><sheetData>`+row+shut, "1 rows"),
		"a document type":                 with("xl/worksheets/sheet1.xml", laughs+open+row+shut, "file_broken"),
		"a document type in strings":      with("xl/sharedStrings.xml", laughs+`<sst><si><t>&lol2;&x;</t></si></sst>`, "file_broken"),
		"a document type in the workbook": with("xl/workbook.xml", laughs+`<workbook/>`, "file_broken"),
		"a document type in relations":    with("_rels/.rels", laughs+`<Relationships/>`, "file_broken"),
		"an entity of its own":            with("xl/sharedStrings.xml", `<sst><si><t>&x;</t></si></sst>`, "1 rows"),
		"a string that is not there":      of(`<row r="1"><c r="A1" t="s"><v>7</v></c></row>`, "file_broken_at row=1"),
		"a string below none":             of(`<row r="1"><c r="A1" t="s"><v>-1</v></c></row>`, "file_broken_at row=1"),
		"a column past the last":          of(`<row r="1"><c r="XFE1"><v>1</v></c></row>`, "file_broken_at row=1"),
		"a column that overflows":         of(`<row r="1"><c r="ZZZZZZZZZZZZZZZZZZZZ1"><v>1</v></c></row>`, "file_broken_at row=1"),
		"a style that is not there":       of(`<row r="1"><c r="A1" s="99999999"><v>1</v></c></row>`, "1 rows"),
		"a broken number":                 of(`<row r="1"><c r="A1"><v>1e999</v></c></row>`, "1 rows"),
		"deep nesting":                    of(strings.Repeat("<a>", 100_000), "file_broken"),
		"tags that do not end":            of(row+`<row r="2"><c r="A2"><v>1`, "file_broken_at row=2"),
		"closing without opening":         with("xl/worksheets/sheet1.xml", `</worksheet>`, "file_broken"),
		"text that is no text":            of("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>\xFF\xFE</t></is></c></row>", "file_broken_at row=1"),
		"external links":                  with("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="http://127.0.0.1:1/x" TargetMode="External"/></Relationships>`, "file_broken"),
		"a sheet outside":                 with("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="../../../../etc/passwd"/></Relationships>`, "file_broken"),
		"macros":                          with("xl/vbaProject.bin", "\xD0\xCF\x11\xE0", "1 rows"),
		"many sheets of one part":         with("xl/workbook.xml", `<workbook><sheets>`+strings.Repeat(`<sheet name="a" r:id="r1"/>`, 200_000)+`</sheets></workbook>`, "1 rows"),
		"200,000 columns": {func() []byte {
			var s strings.Builder
			for i := range 200_000 {
				fmt.Fprintf(&s, `<c r="%s"><v>1</v></c>`, place(i, 1))
			}
			return packed(t, `<row r="1">`+s.String()+`</row>`, nil)
		}, "columns_too_many"},
		"half a million merged cells": {func() []byte {
			return bombedText(t, "xl/worksheets/sheet1.xml", open+row+`</sheetData><mergeCells>`+strings.Repeat(`<mergeCell ref="A1:A1048576"/>`, 500_001)+`</mergeCells></worksheet>`)
		}, "file_too_large"},
		"a truncated zip":             {func() []byte { d := packed(t, row, nil); return d[:len(d)*2/3] }, "file_broken"},
		"a zip's beginning":           text(func() string { return "PK\x03\x04" }, "file_broken"),
		"random bytes":                {func() []byte { return noise(1 << 20) }, "file_type found=binary"},
		"random bytes behind a zip":   {func() []byte { return append([]byte("PK\x03\x04"), noise(1<<20)...) }, "file_broken"},
		"41 MB":                       text(func() string { return strings.Repeat("a,b\n", 41<<18) }, "file_too_large"),
		"nothing":                     text(func() string { return "" }, "file_empty"),
		"blanks":                      text(func() string { return "\uFEFF ,\u3000\n\n" }, "file_empty"),
		"a line of 39 MB":             text(func() string { return strings.Repeat("a", 39<<20) }, "cell_too_long row=1 column=A"),
		"a line of 39 MB of cells":    text(func() string { return strings.Repeat("a,", 39<<19) }, "columns_too_many"),
		"a line of 39 MB of commas":   text(func() string { return strings.Repeat(",", 39<<20) + "\na" }, "1 rows"),
		"39 MB of line ends":          text(func() string { return strings.Repeat("\n", 39<<20) }, "file_empty"),
		"10 million rows":             text(func() string { return strings.Repeat("a\n", 10_000_000) }, "rows_too_many"),
		"200,000 columns of text":     text(func() string { return strings.Repeat("a,", 200_000) + "\n" }, "columns_too_many"),
		"a quote over 39 MB":          text(func() string { return "a,b\n\"c," + strings.Repeat("1,2\n", 39<<18) }, "file_quote_open row=2"),
		"a quote at the end":          text(func() string { return "a,b\n1,\"2\n" }, "file_quote_open row=2"),
		"39 MB of quotes":             text(func() string { return strings.Repeat(`"`, 39<<20) }, "cell_too_long row=1 column=A"),
		"8 MB in a cell of text":      text(func() string { return "a,b\n1," + strings.Repeat("深", 8<<20/3) }, "cell_too_long row=2 column=B"),
		"zero bytes":                  text(func() string { return "a,b\n" + strings.Repeat("c,d\n", 1000) + "e\x00,f\n" }, "file_type found=binary"),
		"broken GBK":                  text(func() string { return "\xC3\xFB\xB3\xC6,\xB5\xE7\xBB\xB0\n\xBC\xD7,1\n\xD2\xD2\xFF\xFF,2\n" }, "file_encoding row=3"),
		"GBK without such characters": text(func() string { return "\xC3\xFB\xB3\xC6,\xB5\xE7\xBB\xB0\n\xBC\xD7,\xFE\xFE\n" }, "file_encoding row=2"),
		"an old workbook": text(func() string {
			return "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 500) + "W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00"
		}, "file_old_excel"),
		"a protected workbook": text(func() string {
			return "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"
		}, "file_protected"),
		"a page called a workbook": text(func() string { return "<html xmlns:o=\"urn:x\"><table><tr><td>1</td></tr></table></html>" }, "file_type found=html"),
		"a PDF":                    text(func() string { return "%PDF-1.7\n" }, "file_type found=pdf"),
		"a picture":                text(func() string { return "\x89PNG\r\n\x1a\n" }, "file_type found=png"),
		"Excel 2003's XML": text(func() string {
			return `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>`
		}, "file_old_excel"),
		"a document": {func() []byte { return zipOf(t, "word/document.xml", "<a/>") }, "file_type found=docx"},
	}
}

func noise(n int) []byte {
	r := rand.NewChaCha8([32]byte{1})
	out := make([]byte, n)
	r.Read(out)
	return out
}

// bombed is a workbook one part of which is unit, so often that it is size bytes long. It is
// packed without ever being unpacked: what a compressor writes for the second megabyte of
// the same, it writes for every further one. claims is the size it says it has; 0 is the true one.
func bombed(t *testing.T, part, head, unit, tail string, size int64, claims uint64) []byte {
	t.Helper()
	chunk := []byte(strings.Repeat(unit, 1<<20/len(unit)))
	times := int(size) / len(chunk)
	var out bytes.Buffer
	z, err := flate.NewWriter(&out, 9)
	if err != nil {
		t.Fatal(err)
	}
	sum := crc32.NewIEEE()
	put := func(p []byte) []byte {
		before := out.Len()
		z.Write(p)
		z.Flush()
		return bytes.Clone(out.Bytes()[before:])
	}
	put([]byte(head))
	put(chunk)
	again := put(chunk)
	for range times - 2 {
		out.Write(again)
	}
	z.Write([]byte(tail))
	z.Close()
	io.WriteString(sum, head)
	if size < 100<<20 { // the rest is refused before its sum matters
		for range times {
			sum.Write(chunk)
		}
		io.WriteString(sum, tail)
	}
	true64 := uint64(len(head) + times*len(chunk) + len(tail))
	if claims == 0 {
		claims = true64
	}
	return repacked(t, part, func(w *zip.Writer) error {
		f, err := w.CreateRaw(&zip.FileHeader{Name: part, Method: zip.Deflate, CRC32: sum.Sum32(), CompressedSize64: uint64(out.Len()), UncompressedSize64: claims})
		if err == nil {
			_, err = f.Write(out.Bytes())
		}
		return err
	})
}

func bombedText(t *testing.T, part, text string) []byte {
	t.Helper()
	return repacked(t, part, func(w *zip.Writer) error {
		f, err := w.Create(part)
		if err == nil {
			_, err = io.WriteString(f, text)
		}
		return err
	})
}

// repacked is a workbook with a part replaced, or added.
func repacked(t *testing.T, part string, add func(w *zip.Writer) error) []byte {
	t.Helper()
	base := packed(t, `<row r="1"><c r="A1" t="s"><v>0</v></c></row>`, nil)
	r, err := zip.NewReader(bytes.NewReader(base), int64(len(base)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range r.File {
		if f.Name != part {
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := add(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zipOf(t *testing.T, name, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, err := w.Create(name)
	if err == nil {
		_, err = io.WriteString(f, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func nested(t *testing.T) []byte {
	data := zipOf(t, "a.txt", strings.Repeat("a", 1<<20))
	for range 20 {
		data = zipOf(t, "a.zip", string(data))
	}
	return data
}

func crowd(t *testing.T, n int) []byte {
	return repacked(t, "", func(w *zip.Writer) error {
		for i := range n {
			if _, err := w.Create(fmt.Sprint("a", i)); err != nil {
				return err
			}
		}
		return nil
	})
}

// overlapping lists one part of 10 MB three hundred times over the same bytes, under different names.
func overlapping(t *testing.T) []byte {
	t.Helper()
	data := bombed(t, "aaaa", "", "\x00", "", 10<<20, 0)
	end := len(data) - 22
	at := int(binary.LittleEndian.Uint32(data[end+16:]))
	directory := data[at:end]
	last := bytes.LastIndex(directory, []byte("PK\x01\x02"))
	entry := directory[last:]
	out := bytes.Clone(data[:end])
	for i := range 300 {
		e := bytes.Clone(entry)
		copy(e[46:50], fmt.Sprintf("%04d", i))
		out = append(out, e...)
	}
	tail := bytes.Clone(data[end:])
	count := binary.LittleEndian.Uint16(tail[10:]) + 300
	binary.LittleEndian.PutUint16(tail[8:], count)
	binary.LittleEndian.PutUint16(tail[10:], count)
	binary.LittleEndian.PutUint32(tail[12:], uint32(len(out)-at))
	return append(out, tail...)
}
