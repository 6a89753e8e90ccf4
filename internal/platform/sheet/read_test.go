package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"zhike/internal/platform/fault"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// told gives the rows of a file as text: number, cells, and the fault at the end.
func told(t testing.TB, name string, data []byte, o Options) string {
	t.Helper()
	b, err := Open(name, data, o)
	if err != nil {
		return said(err)
	}
	defer b.Close()
	var s strings.Builder
	for n, cells := range b.Rows() {
		fmt.Fprintf(&s, "%d %s\n", n, strings.Join(cells, "|"))
	}
	if b.Err() != nil {
		s.WriteString(said(b.Err()))
	}
	return strings.TrimSpace(s.String())
}

func said(err error) string {
	var f *fault.Fault
	if !errors.As(err, &f) {
		return "not a fault: " + err.Error()
	}
	s := f.Code
	for _, p := range []string{"found", "row", "column"} {
		if v, ok := f.Params[p]; ok {
			s += fmt.Sprint(" ", p, "=", v)
		}
	}
	return s
}

// workbookOf makes a workbook with excelize, which is not what reads it.
func workbookOf(t testing.TB, make func(f *excelize.File) error) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if err := make(f); err != nil {
		t.Fatal(err)
	}
	var w bytes.Buffer
	if err := f.Write(&w); err != nil {
		t.Fatal(err)
	}
	return w.Bytes()
}

const rels = `<Relationships xmlns="` + packaged + `/relationships">`

// packed makes a workbook of one sheet by hand; parts replace its own or stand beside them.
func packed(t testing.TB, sheet string, parts map[string]string) []byte {
	t.Helper()
	all := map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
		"_rels/.rels":                rels + `<Relationship Id="r1" Type="` + related + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook ` + main + ` xmlns:r="` + related + `"><sheets><sheet name="客户" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": rels + `<Relationship Id="r1" Type="` + related + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="` + related + `/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   `<worksheet ` + main + `><sheetData>` + sheet + `</sheetData></worksheet>`,
		"xl/sharedStrings.xml":       `<sst ` + main + `><si><t>甲公司</t></si><si><r><t>乙</t></r><r><t xml:space="preserve"> 公司</t></r><rPh><t>yi</t></rPh></si></sst>`,
	}
	for name, text := range parts {
		all[name] = text
	}
	var w bytes.Buffer
	z := zip.NewWriter(&w)
	for name, text := range all {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return w.Bytes()
}

func TestCellsAreReadAsAPersonReadsThem(t *testing.T) {
	day := time.Date(2024, 5, 1, 9, 30, 0, 0, time.UTC)
	formats := []struct {
		value  any
		format string
		want   string
	}{
		{"  深圳\u3000", "", "深圳"},
		{"\u200B深圳\uFEFF\u00A0", "", "深圳"},
		{13800138000, "", "13800138000"},
		{913100001234567000.0, "", "913100001234567000"},
		{9.1310000123456704e17, "", "913100001234567000"},
		{0.1 + 0.2, "", "0.3"},
		{1234.5, `"¥"#,##0.00`, "1234.5"},
		{1234.5, `_-* #,##0.00\ "元"_-;[Red]-#,##0.00`, "1234.5"},
		{-1234.5, `#,##0.00;[Red]-#,##0.00`, "-1234.5"},
		{0.256, "0%", "25.6%"},
		{1.1, "0.00%", "110%"},
		{1e-7, "", "0.0000001"},
		{123456789, "0.00E+00", "123456789"},
		{2871, "000000", "002871"},
		{true, "", "TRUE"},
		{false, "", "FALSE"},
		{day, "yyyy/m/d", "2024-05-01"},
		{day, `yyyy"年"m"月"d"日"`, "2024-05-01"},
		{day, `yyyy年m月d日;@`, "2024-05-01"},
		{day, `[$-804]aaaa yyyy-mm-dd`, "2024-05-01"},
		{day, `yyyy-mm-dd hh:mm`, "2024-05-01 09:30"},
		{day, `yyyy/m/d 上午/下午h"时"mm"分"`, "2024-05-01 09:30"},
		{day.Add(15 * time.Second), `yyyy-mm-dd hh:mm:ss`, "2024-05-01 09:30:15"},
		{45413, `m"月"d"日"`, "2024-05-01"},
		{45413.39583333333, `h:mm`, "2024-05-01 09:30"},
		{0.39583333333, `h:mm`, "09:30"},
		{1.5, `[h]:mm`, "36:00"},
		{1, "yyyy-mm-dd", "1900-01-01"},
		{59, "yyyy-mm-dd", "1900-02-28"},
		{60, "yyyy-mm-dd", "1900-02-29"},
		{61, "yyyy-mm-dd", "1900-03-01"},
		{-1, "yyyy-mm-dd", "-1"},
		{20240501, "yyyy-mm-dd", "20240501"},
	}
	data := workbookOf(t, func(f *excelize.File) error {
		for i, c := range formats {
			at := place(0, i+1)
			if err := f.SetCellValue("Sheet1", at, c.value); err != nil {
				return err
			}
			if c.format == "" {
				continue
			}
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &c.format})
			if err != nil {
				return err
			}
			if err := f.SetCellStyle("Sheet1", at, at, style); err != nil {
				return err
			}
		}
		return nil
	})
	got := strings.Split(told(t, "a.xlsx", data, Options{}), "\n")
	for i, c := range formats {
		if want := fmt.Sprint(i+1, " ", c.want); i >= len(got) || got[i] != want {
			t.Errorf("%v as %q reads %q, wants %q", c.value, c.format, got[i], want)
		}
	}
}

func TestXMLIsReadAsItComes(t *testing.T) {
	for name, c := range map[string]struct {
		sheet string
		parts map[string]string
		want  string
	}{
		"shared, rich and inline strings": {`<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="inlineStr"><is><t>丙&amp;&#x4E01;</t></is></c></row>`, nil, "2 甲公司|乙 公司|丙&丁"},
		"no places":                       {`<row><c t="s"><v>0</v></c><c><v>1</v></c></row><row><c><v>2</v></c></row>`, nil, "1 甲公司|1\n2 2"},
		"a formula's last value":          {`<row r="1"><c r="A1" t="str"><f>B1&amp;"x"</f><v>乙x</v></c><c r="B1"><f>1+1</f><v>2</v></c><c r="C1"><f>NOW()</f></c></row>`, nil, "1 乙x|2"},
		"errors and truths":               {`<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="b"><v>1</v></c></row>`, nil, "1 #N/A|TRUE"},
		"dates as text":                   {`<row r="1"><c r="A1" t="d"><v>2024-05-01T00:00:00</v></c><c r="B1" t="d"><v>2024-05-01T09:30:00.000</v></c></row>`, nil, "1 2024-05-01|2024-05-01 09:30"},
		"eighteen digits as a number":     {`<row r="1"><c r="A1"><v>913100001234567890</v></c><c r="B1"><v>9.1310000123456704E+17</v></c></row>`, nil, "1 913100001234567890|913100001234567000"},
		"cut, blank and formatted":        {`<row r="3"><c r="A3" s="1"/><c r="B3"><v>1</v></c><c r="C3" t="inlineStr"><is><t> </t></is></c></row><row r="4"/><row r="5"><c r="A5"/></row><row r="1048576"><c r="A1048576" s="3"/></row>`, nil, "3 |1"},
		"characters that XML cannot":      {`<row r="1"><c r="A1" t="inlineStr"><is><t>a_x000D_` + "\n" + `b_x0041_c_x00</t></is></c></row>`, nil, "1 a\nbAc_x00"},
		"comments, CDATA, other quotes":   {`<!-- <row> --><row r='1'><c r='A1' t='inlineStr'><is><t><![CDATA[a<b&amp;]]></t></is></c></row>`, nil, "1 a<b&amp;"},
		"prefixes": {"", map[string]string{"xl/worksheets/sheet1.xml": `<?xml version="1.0"?><x:worksheet xmlns:x="y"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row><x:row r="2"><x:c r="B2"><x:v>2</x:v></x:c></x:row></x:sheetData><x:mergeCells count="1"><x:mergeCell ref="A1:A2"/></x:mergeCells></x:worksheet>`},
			"1 1\n2 1|2"},
		"1904": {`<row r="1"><c r="A1" s="0"><v>43951</v></c></row>`, map[string]string{
			"xl/workbook.xml":            `<workbook><workbookPr date1904="1"/><sheets><sheet name="客户" r:id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>`,
			"xl/styles.xml":              `<styleSheet><cellXfs><xf numFmtId="31"/></cellXfs></styleSheet>`,
		}, "1 2024-05-01"},
		"UTF-16 parts": {"", map[string]string{"xl/worksheets/sheet1.xml": utf16Of(t, `<?xml version="1.0" encoding="UTF-16"?><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>深圳</t></is></c></row></sheetData></worksheet>`)}, "1 深圳"},
		"guarded text": {`<row r="1"><c r="A1" t="inlineStr"><is><t>'=1+1</t></is></c><c r="B1" t="inlineStr"><is><t>''+86</t></is></c><c r="C1" t="inlineStr"><is><t>'t Hooft</t></is></c></row>`, nil, "1 =1+1|'+86|'t Hooft"},
	} {
		if got := told(t, "a.xlsx", packed(t, c.sheet, c.parts), Options{}); got != c.want {
			t.Errorf("%s reads\n%s\nwants\n%s", name, got, c.want)
		}
	}
}

func utf16Of(t testing.TB, text string) string {
	t.Helper()
	s, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestMergedCellsAreGivenToEachRow(t *testing.T) {
	data := workbookOf(t, func(f *excelize.File) error {
		for at, v := range map[string]any{
			"A1": "客户登记表", "A2": "公司名称", "B2": "联系方式", "B3": "姓名", "C3": "手机",
			"A4": "甲公司", "B4": "张三", "C4": 1, "B5": "李四", "C5": 2, "A7": "乙公司", "B7": "王五", "C7": 3, "B9": "赵六",
		} {
			if err := f.SetCellValue("Sheet1", at, v); err != nil {
				return err
			}
		}
		for _, m := range [][2]string{{"A1", "C1"}, {"A2", "A3"}, {"B2", "C2"}, {"A4", "A6"}, {"A7", "A9"}} {
			if err := f.MergeCell("Sheet1", m[0], m[1]); err != nil {
				return err
			}
		}
		return nil
	})
	want := "1 客户登记表\n2 公司名称|联系方式\n3 公司名称|姓名|手机\n4 甲公司|张三|1\n5 甲公司|李四|2\n7 乙公司|王五|3\n9 乙公司|赵六"
	if got := told(t, "a.xlsx", data, Options{}); got != want {
		t.Errorf("reads\n%s\nwants\n%s", got, want)
	}
}

func TestTheFirstSheetThatHoldsSomethingIsRead(t *testing.T) {
	data := workbookOf(t, func(f *excelize.File) error {
		for _, name := range []string{"隐藏", "客户", "别的"} {
			if _, err := f.NewSheet(name); err != nil {
				return err
			}
			if err := f.SetCellValue(name, "A1", name); err != nil {
				return err
			}
		}
		f.SetRowVisible("客户", 1, false)
		return f.SetSheetVisible("隐藏", false)
	})
	b, err := Open("a.xlsx", data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(b.Sheet, b.Sheets); got != "客户[Sheet1 隐藏 客户 别的]" {
		t.Errorf("chose %s", got)
	}
	for sheet, want := range map[string]string{"": "1 客户", "隐藏": "1 隐藏", "Sheet1": "file_empty", "没有": "file_no_sheet"} {
		if got := told(t, "a.xlsx", data, Options{Sheet: sheet}); got != want {
			t.Errorf("sheet %q reads %q, wants %q", sheet, got, want)
		}
	}
}

func TestTextIsReadInEveryEncoding(t *testing.T) {
	const table = "公司,电话\r\n深圳㙍䶮€公司,13800138000\r\n"
	want := "1 公司|电话\n2 深圳㙍䶮€公司|13800138000"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(table)
	if err != nil {
		t.Fatal(err)
	}
	le := utf16Of(t, table)
	be, err := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(table)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("a,b\n", 100_000)
	for _, c := range []struct{ data, encoding, want string }{
		{table, "utf-8", want}, {"\uFEFF" + table, "utf-8-bom", want}, {gb, "gb18030", want}, {le, "utf-16le", want}, {le[2:], "utf-16le", want}, {be, "utf-16be", want},
		{long + gb[:4], "gb18030", ""},
	} {
		b, err := Open("a.csv", []byte(c.data), Options{})
		if err != nil {
			t.Errorf("%s: %v", c.encoding, err)
			continue
		}
		if b.Encoding != c.encoding {
			t.Errorf("took %s for %s", c.encoding, b.Encoding)
		}
		if got := told(t, "a", []byte(c.data), Options{}); c.want != "" && got != c.want {
			t.Errorf("%s reads %q", c.encoding, got)
		}
	}
}

func TestDelimitedTextIsReadAsExcelReadsIt(t *testing.T) {
	for name, c := range map[string]struct {
		text, delimiter, want string
	}{
		"commas":            {"a,b,c\n1,2,3\n", ",", "1 a|b|c\n2 1|2|3"},
		"semicolons":        {"a;b\n1,5;2,5\n", ";", "1 a|b\n2 1,5|2,5"},
		"tabs":              {"a\tb\n1,2,3\t\"4\n5\"\n6\t7", "\t", "1 a|b\n2 1,2,3|4\n5\n3 6|7"},
		"bars":              {"a|b\n1|2", "|", "1 a|b\n2 1|2"},
		"full-width commas": {"姓名，电话\n张三，1\n", "，", "1 姓名|电话\n2 张三|1"},
		"a named delimiter": {"sep=;\r\na,1;b\r\nc;d\r\n", ";", "1 a,1|b\n2 c|d"},
		"titles above":      {"客户表\n\n名称,电话\n甲,1\n乙,2\n", ",", "1 客户表\n3 名称|电话\n4 甲|1\n5 乙|2"},
		"quotes":            {`"a ""b""","c,d"` + "\n" + `"x"y,5" 屏` + "\n", ",", "1 a \"b\"|c,d\n2 xy|5\" 屏"},
		"old line ends":     {"a,b\rc,d\r", ",", "1 a|b\n2 c|d"},
		"text by a formula": {`="0012",a` + "\n" + `"=""0013""",b`, ",", "1 0012|a\n2 0013|b"},
		"guarded text":      {"'=1+1,'+86 1,''-x\n'@a,'＝b,'t Hooft\n", ",", "1 =1+1|+86 1|'-x\n2 @a|＝b|'t Hooft"},
		"cut and blank":     {"a,b,,,\n,,,\n\n , \u3000,c\n", ",", "1 a|b\n4 ||c"},
		"one column":        {"甲公司\n乙公司\n", ",", "1 甲公司\n2 乙公司"},
	} {
		b, err := Open(name, []byte(c.text), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := told(t, name, []byte(c.text), Options{}); b.Delimiter != c.delimiter || got != c.want {
			t.Errorf("%s (%q) reads\n%s\nwants (%q)\n%s", name, b.Delimiter, got, c.delimiter, c.want)
		}
	}
}
