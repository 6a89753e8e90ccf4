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
