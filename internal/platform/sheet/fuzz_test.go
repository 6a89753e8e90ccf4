package sheet

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"zhike/internal/platform/fault"
)

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a;\"b\"\"\n\"\r\n", "sep=|\na|b", "\xEF\xBB\xBFa\t'=1", "\xD6\xD0,\xCE\xC4\n", "\xFF\xFEa\x00,\x00", "=\"01\",，\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { consume(t, data, "a.csv") })
}

func FuzzXLSX(f *testing.F) {
	f.Add([]byte(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>1.5</v></c></row>`))
	f.Add([]byte(`<row><c t="inlineStr"><is><r><t>a&amp;_x0041_</t></r></is></c></row><!-- x --><row r="9"/>`))
	f.Add([]byte(`<row r="2"><c r="A2" t="b"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells><sheetData>`))
	f.Fuzz(func(t *testing.T, sheet []byte) { consume(t, packed(t, string(sheet), nil), "a.xlsx") })
}

// consume reads a file that may be anything: it ends, with rows in order and within the limits, or with a fault.
func consume(t *testing.T, data []byte, name string) {
	fair := func(err error) {
		var f *fault.Fault
		if err != nil && !errors.As(err, &f) {
			t.Errorf("not a fault: %v", err)
		}
	}
	b, err := Open(name, data, Options{})
	fair(err)
	if err != nil {
		return
	}
	defer b.Close()
	last := 0
	var rows [][]string
	for n, cells := range b.Rows() {
		if n <= last || len(cells) == 0 || len(cells) > MaxColumns {
			t.Fatalf("row %d after %d has %d cells", n, last, len(cells))
		}
		for _, c := range cells {
			if c != Trim(c) {
				t.Fatalf("%q is not trimmed", c)
			}
		}
		last, rows = n, append(rows, cells)
	}
	fair(b.Err())
	b.Mojibake()
	Header(rows, func(h string) int { return strings.Count(h, "a") })
	if b.Err() == nil && last > 0 {
		var out bytes.Buffer
		fair(Mark(data, "", 1, []Wrong{{1, 0, "=x"}, {last, -1, "y"}}, "why", &out, Options{}))
	}
}

// FuzzParts: the parts of a workbook beside its rows: what it lists, how it links, its formats and texts.
func FuzzParts(f *testing.F) {
	f.Add(`<workbook><sheets><sheet name="客户" r:id="r1"/><sheet name="" state="hidden" r:id="r9"/></sheets></workbook>`, "", "", "")
	f.Add("", `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="../../xl/workbook.xml"/></Relationships>`, "", "")
	f.Add("", "", `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m;[Red]\-0%;;@"/></numFmts><cellXfs><xf numFmtId="170"/><xf numFmtId="99999999999"/></cellXfs></styleSheet>`, "")
	f.Add("", "", "", `<sst count="4000000000" uniqueCount="-1"><si><t>甲_x000D_</t></si><si/></sst>`)
	f.Add("\xfe\xff\x00<", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a", "]]>")
	f.Fuzz(func(t *testing.T, book, links, styles, texts string) {
		parts := map[string]string{}
		for name, text := range map[string]string{"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": links, "xl/styles.xml": styles, "xl/sharedStrings.xml": texts} {
			if text != "" {
				parts[name] = text
			}
		}
		consume(t, packed(t, `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45413.5</v></c></row>`, parts), "a.xlsx")
	})
}

// FuzzPack: any bytes behind a zip's beginning.
func FuzzPack(f *testing.F) {
	whole := packed(f, `<row r="1"><c r="A1"><v>1</v></c></row>`, nil)
	f.Add(whole, uint32(0), byte(0))
	f.Add(whole[:len(whole)/2], uint32(40), byte(9))
	f.Add([]byte("PK\x05\x06"), uint32(1), byte(1))
	f.Fuzz(func(t *testing.T, b []byte, at uint32, bit byte) {
		b = bytes.Clone(b)
		if len(b) > 0 {
			b[int(at)%len(b)] ^= bit
		}
		consume(t, b, "a.xlsx")
		consume(t, b, "")
	})
}

// FuzzGuard: what a cell says comes back from a file of ours as it was, and none of it begins like a formula there.
func FuzzGuard(f *testing.F) {
	for _, s := range []string{"=1+1", "'=1", "\t=1", "＝1", "a\"b\r\nc,d", "+86 138", "-", "@x", "\xff\x00", "00123", "' ", ";;;;", "sep=;", "a\tb\tc"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if s = Trim(clean(s)); len(s) > 30_000 {
			return
		}
		var text, book bytes.Buffer
		columns := []Column{{Heading: "甲"}, {Heading: "乙"}}
		plain, err1 := NewCSV(&text, columns)
		packed, err2 := NewXLSX(&book, "x", columns, nil)
		if err := errors.Join(err1, err2, plain.Row(s, "end"), packed.Row(s, "end"), plain.Close(), packed.Close()); err != nil {
			t.Fatal(err)
		}
		for name, data := range map[string][]byte{"a.csv": text.Bytes(), "a.xlsx": book.Bytes()} {
			b, err := Open(name, data, Options{})
			if err != nil {
				t.Fatalf("%q: %v", s, err)
			}
			var rows [][]string
			for _, cells := range b.Rows() {
				rows = append(rows, cells)
			}
			if b.Err() != nil || len(rows) != 2 || len(rows[1]) != 2 || rows[1][0] != s || rows[1][1] != "end" {
				t.Errorf("%s: %q comes back as %q, %v", name, s, rows, b.Err())
			}
			b.Close()
		}
	})
}
