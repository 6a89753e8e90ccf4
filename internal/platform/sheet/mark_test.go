package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

var someWrong = []Wrong{{3, 1, "号码不对"}, {3, 0, "=名称太短"}, {4, -1, "重复"}}

func TestAWorkbookComesBackMarked(t *testing.T) {
	original := workbookOf(t, func(f *excelize.File) error {
		for at, v := range map[string]any{"A1": "客户表", "A2": "名称", "B2": "电话", "A3": "甲", "B3": 123, "A4": "乙", "A5": "丙", "B5": "1"} {
			if err := f.SetCellValue("Sheet1", at, v); err != nil {
				return err
			}
		}
		bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: 4})
		if err != nil {
			return err
		}
		f.SetColWidth("Sheet1", "A", "A", 33)
		f.SetCellStyle("Sheet1", "B3", "B3", bold)
		return f.MergeCell("Sheet1", "A1", "B1")
	})
	var out bytes.Buffer
	if err := Mark(original, "Sheet1", 2, someWrong, "原因", &out, Options{Temp: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	want := "1 客户表\n2 名称|电话|原因\n3 甲|123|=名称太短\n号码不对\n4 乙||重复\n5 丙|1"
	if got := told(t, "a", out.Bytes(), Options{}); got != want {
		t.Errorf("reads\n%s\nwants\n%s", got, want)
	}
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for at, red := range map[string]bool{"A3": true, "B3": true, "A4": true, "B4": true, "A5": false, "B5": false, "C3": false} {
		id, _ := f.GetCellStyle("Sheet1", at)
		s, err := f.GetStyle(id)
		if got := err == nil && len(s.Fill.Color) > 0 && s.Fill.Color[0] == "FFC7CE"; got != red {
			t.Errorf("%s is red: %v (%v)", at, got, err)
		}
		if at == "B3" && (s.Font == nil || !s.Font.Bold || s.NumFmt != 4) {
			t.Errorf("B3 lost its style: %+v", s)
		}
	}
	width, _ := f.GetColWidth("Sheet1", "A")
	merged, err := f.GetMergeCells("Sheet1")
	if width != 33 || len(merged) != 1 || err != nil {
		t.Errorf("the width is %v, merged %v, %v", width, merged, err)
	}

	// Corrected in part, it comes again: the old reasons go.
	var again bytes.Buffer
	if err := Mark(out.Bytes(), "", 2, []Wrong{{5, 1, "号码太短"}}, "原因", &again, Options{}); err != nil {
		t.Fatal(err)
	}
	want = "1 客户表\n2 名称|电话|原因\n3 甲|123\n4 乙\n5 丙|1|号码太短"
	if got := told(t, "a", again.Bytes(), Options{}); got != want {
		t.Errorf("marked twice it reads\n%s\nwants\n%s", got, want)
	}
}

func TestTextAndLargeWorkbooksAreMarkedAnew(t *testing.T) {
	macros := packed(t, `<row r="2"><c r="A2" t="inlineStr"><is><t>名称</t></is></c><c r="B2" t="inlineStr"><is><t>电话</t></is></c></row><row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3"><v>123</v></c></row><row r="4"><c r="A4"><v>2</v></c></row>`, map[string]string{"xl/vbaProject.bin": "x"})
	for name, c := range map[string]struct{ data, want string }{
		"csv":    {"\n名称,电话\n甲公司,123\n2\n", "2 名称|电话|原因\n3 甲公司|123|=名称太短\n号码不对\n4 2||重复"},
		"macros": {string(macros), "2 名称|电话|原因\n3 甲公司|123|=名称太短\n号码不对\n4 2||重复"},
	} {
		var out bytes.Buffer
		if err := Mark([]byte(c.data), "", 2, someWrong, "原因", &out, Options{}); err != nil {
			t.Fatal(name, err)
		}
		if got := told(t, "a", out.Bytes(), Options{}); got != c.want {
			t.Errorf("%s reads\n%s\nwants\n%s", name, got, c.want)
		}
		if _, err := excelize.OpenReader(bytes.NewReader(out.Bytes())); err != nil || bytes.Contains(out.Bytes(), []byte("vbaProject")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAWideTrapIsNotLoaded marks a sheet of a few cells that excelize would fill up to the last column of every row.
func TestAWideTrapIsNotLoaded(t *testing.T) {
	var rows strings.Builder
	for n := range 3000 {
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%d"><v>1</v></c><c r="XFD%d" s="0"/></row>`, n+1, n+1, n+1)
	}
	for name, sheet := range map[string]string{"wide": rows.String(), "long": `<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576" s="0"/></row>`} {
		data := packed(t, sheet, nil)
		var out bytes.Buffer
		most := peak(func() {
			if err := Mark(data, "", 1, []Wrong{{2, 0, "x"}}, "原因", &out, Options{}); err != nil {
				t.Error(err)
			}
		})
		if most > 32<<20 {
			t.Errorf("%s: marking takes %d MB", name, most>>20)
		}
	}
}

func TestATemplateIsFilledInAndRead(t *testing.T) {
	var long []string
	for i := range 100 {
		long = append(long, fmt.Sprint("行业 ", i))
	}
	var out bytes.Buffer
	err := Template(&out, "客户", []Column{
		{Heading: "客户名称", Required: true, Note: "营业执照上的全称"}, {Heading: "等级", Choices: []string{"A", "B"}}, {Heading: "行业", Choices: long}, {Heading: "来源", Choices: []string{"展会, 2024", "b"}}, {Heading: "预算", Kind: Money}, {Heading: "日期", Kind: Date},
	}, [][]string{{"字段", "说明"}, {"客户名称", "必填"}}, [][]string{{"示例公司", "A", "行业 3", "", "100", "2024-05-01"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := told(t, "a", out.Bytes(), Options{}), "1 *客户名称|等级|行业|来源|预算|日期\n2 示例公司|A|行业 3||100|2024-05-01"; got != want {
		t.Errorf("reads\n%s\nwants\n%s", got, want)
	}
	if got := Headings([][]string{{"*客户名称", "电话＊"}}, 0); strings.Join(got, "|") != "客户名称|电话" {
		t.Errorf("headings are %v", got)
	}
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rules, err := f.GetDataValidations("客户")
	if err != nil || len(rules) != 3 || rules[0].Sqref != "B2:B100001" || rules[1].Formula1 != "choices!$A$1:$A$100" || rules[2].Formula1 != "choices!$B$1:$B$2" {
		t.Errorf("the rules are %+v, %v", rules, err)
	}
	notes, err := f.GetComments("客户")
	if err != nil || len(notes) != 1 || notes[0].Cell != "A1" {
		t.Errorf("the notes are %+v, %v", notes, err)
	}
	if seen, err := f.GetSheetVisible("choices"); seen || err != nil {
		t.Errorf("choices can be seen: %v %v", seen, err)
	}
	if id, _ := f.GetColStyle("客户", "A"); id == 0 {
		t.Error("the first column is no text")
	}
}
