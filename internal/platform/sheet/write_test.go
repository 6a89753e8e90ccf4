package sheet

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

func writers(w io.Writer, columns []Column) map[string]func() (*Writer, error) {
	return map[string]func() (*Writer, error){
		"xlsx": func() (*Writer, error) {
			return NewXLSX(w, "客户: 名单", columns, []string{"张三 & 李四", "2026-11-22"})
		},
		"csv": func() (*Writer, error) { return NewCSV(w, columns) },
	}
}

func written1(t testing.TB, format string, columns []Column, rows ...[]any) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := writers(&b, columns)[format]()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	columns := []Column{{Heading: "名称"}, {Heading: "代码"}, {Heading: "人数", Kind: Number}, {Heading: "金额", Kind: Money}, {Heading: "日期", Kind: Date}, {Heading: "时间", Kind: DateTime}}
	at := time.Date(2024, 2, 29, 9, 5, 0, 0, time.UTC)
	rows := [][]any{
		{"深圳<公司>&\"甲\"", "0012", 50, int64(123456789012345601), at, at},
		{"=1+1", "913100001234567890", int64(913100001234567890), int64(-5), "2024-05-01", "2024-05-01 23:59"},
		{"'-x", "+86 138", nil, "***", "2024-**", ""},
		{"a\r\nb", "_x0041_ _xyz", 1.5, 0, time.Time{}, "  "},
		{nil, nil, nil, nil, nil, nil},
		{"last"},
	}
	wants := map[string]string{
		"xlsx": "1 名称|代码|人数|金额|日期|时间\n2 深圳<公司>&\"甲\"|0012|50|1234567890123456.01|2024-02-29|2024-02-29 09:05\n" +
			"3 =1+1|913100001234567890|913100001234567890|-0.05|2024-05-01|2024-05-01 23:59\n4 '-x|+86 138||***|2024-**\n5 a\nb|_x0041_ _xyz|1.5|0\n7 last",
		"csv": "1 名称|代码|人数|金额|日期|时间\n2 深圳<公司>&\"甲\"|0012|50|1234567890123456.01|2024-02-29|2024-02-29 09:05\n" +
			"3 =1+1|913100001234567890|913100001234567890|-0.05|2024-05-01|2024-05-01 23:59\n4 '-x|+86 138||***|2024-**\n5 a\nb|_x0041_ _xyz|1.5|0.00\n7 last",
	}
	for format, want := range wants {
		got := told(t, "a", written1(t, format, columns, rows...), Options{})
		if got != want {
			t.Errorf("%s reads\n%s\nwants\n%s", format, got, want)
		}
	}
}

// TestExcelizeReadsWhatIsWritten asks another reader, which is what other programs are.
func TestExcelizeReadsWhatIsWritten(t *testing.T) {
	data := written1(t, "xlsx", []Column{{Heading: "电话"}, {Heading: "金额", Kind: Money}, {Heading: "日期", Kind: Date}}, []any{"13800138000", 150, "2024-05-01"}, []any{"=HYPERLINK(\"http://x\")", nil, nil})
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := fmt.Sprint(f.GetSheetList()); got != "[客户 名单 ⓘ]" {
		t.Errorf("sheets are %s", got)
	}
	rows, err := f.GetRows("客户 名单")
	if got := fmt.Sprint(rows, err); got != `[[电话 金额 日期] [13800138000 1.50 2024-05-01] ['=HYPERLINK("http://x")]] <nil>` {
		t.Errorf("rows are %s", got)
	}
	for at, want := range map[string]excelize.CellType{"A2": excelize.CellTypeInlineString, "B2": excelize.CellTypeUnset, "C2": excelize.CellTypeUnset} {
		if got, err := f.GetCellType("客户 名单", at); got != want || err != nil {
			t.Errorf("%s is of type %v, %v", at, got, err)
		}
	}
	p, err := f.GetPanes("客户 名单")
	if err != nil || !p.Freeze && p.YSplit != 1 {
		t.Errorf("panes are %+v, %v", p, err)
	}
}

func TestAFormulaIsNeverWritten(t *testing.T) {
	for _, s := range []string{"=1", "+1", "-1", "@a", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠a", " =1", "'=1", "\"=1", "\u3000-1", "''+1"} {
		if g := Guard(s); g != "'"+s {
			t.Errorf("%q is written as %q", s, g)
		}
	}
	for _, s := range []string{"", "深圳", "a=1", "1-2", "'t Hooft", "13800138000", "\"a\""} {
		if g := Guard(s); g != s {
			t.Errorf("%q is written as %q", s, g)
		}
	}
}

func TestAnyTextSurvivesARoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	signs := []rune("='\"+-@＝－ \t\n\r,;a1深ⓘ\u00A0\u3000&<>_x0041_𠮷|％")
	var texts []any
	for range 3000 {
		var s strings.Builder
		for range r.IntN(8) {
			s.WriteRune(signs[r.IntN(len(signs))])
		}
		texts = append(texts, s.String())
	}
	for _, format := range []string{"xlsx", "csv"} {
		rows := [][]any{}
		for _, s := range texts {
			rows = append(rows, []any{"x", s, "y"})
		}
		b, err := Open("a", written1(t, format, []Column{{Heading: "a"}, {Heading: "b"}, {Heading: "c"}}, rows...), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for n, cells := range b.Rows() {
			if n == 1 {
				continue
			}
			s := texts[n-2].(string)
			want := Trim(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"))
			if inner, ok := strings.CutPrefix(want, `="`); ok && strings.HasSuffix(inner, `"`) && !dangerous(want) {
				want = inner
			}
			if got := cells[1]; got != want {
				t.Errorf("%s: %q is read as %q, wants %q", format, s, got, want)
			}
		}
		if b.Err() != nil {
			t.Error(b.Err())
		}
	}
}

// many writes a large table, for the benchmarks.
func many(w *Writer, rows int) error {
	cells := make([]any, 20)
	for i := range rows {
		for c := range cells {
			cells[c] = fmt.Sprint("客户", i*20+c)
		}
		cells[3], cells[4], cells[5] = i, int64(i)*100, time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
		if err := w.Row(cells...); err != nil {
			return err
		}
	}
	return w.Close()
}

func columns20() []Column {
	c := make([]Column, 20)
	for i := range c {
		c[i].Heading = fmt.Sprint("列", i)
	}
	c[3].Kind, c[4].Kind, c[5].Kind = Number, Money, Date
	return c
}

func BenchmarkWrite100kx20(b *testing.B) {
	for _, format := range []string{"xlsx", "csv"} {
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				measure(b, func() {
					w, err := writers(io.Discard, columns20())[format]()
					if err == nil {
						err = many(w, MaxRows)
					}
					if err != nil {
						b.Fatal(err)
					}
				})
			}
		})
	}
}

func BenchmarkRead100kx20(b *testing.B) {
	var shared bytes.Buffer
	for _, format := range []string{"xlsx", "csv"} {
		var data bytes.Buffer
		w, err := writers(&data, columns20())[format]()
		if err == nil {
			err = many(w, MaxRows)
		}
		if err != nil {
			b.Fatal(err)
		}
		b.Run(format, func(b *testing.B) { benchmarkRead(b, data.Bytes()) })
	}
	if err := sharedWorkbook(&shared, MaxRows, 20); err != nil {
		b.Fatal(err)
	}
	b.Run("xlsx-shared-strings", func(b *testing.B) { benchmarkRead(b, shared.Bytes()) })
}

func benchmarkRead(b *testing.B, data []byte) {
	for b.Loop() {
		measure(b, func() {
			book, err := Open("a", data, Options{Temp: b.TempDir()})
			if err != nil {
				b.Fatal(err)
			}
			defer book.Close()
			n := 0
			for range book.Rows() {
				n++
			}
			if n < MaxRows || book.Err() != nil {
				b.Fatal(n, book.Err())
			}
		})
	}
}
