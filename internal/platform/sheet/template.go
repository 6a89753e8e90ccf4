package sheet

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

const (
	listMost    = 255 // characters of a drop-down that stands in the cell's own rule
	listRows    = MaxRows + 1
	choiceSheet = "choices" // hidden: where long drop-downs stand
)

// Template writes a workbook to be filled in: headings, required ones with a red star before
// them, notes, drop-downs, an example, and a sheet that explains.
func Template(w io.Writer, title string, columns []Column, explanation [][]string, sample [][]string) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	t := template{File: f, name: sheetName(title)}
	f.SetSheetName("Sheet1", t.name)
	t.styles()
	for i, c := range columns {
		t.column(i, c)
	}
	for r, row := range sample {
		for i, text := range row {
			if i < len(columns) {
				t.value(place(i, r+2), columns[i].Kind.write(text))
			}
		}
	}
	t.keep(f.SetPanes(t.name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	t.explain(explanation)
	t.keep(f.Write(w))
	return t.err
}

// A template remembers the first thing that went wrong.
type template struct {
	*excelize.File
	name  string
	head  int
	cells [DateTime + 1]int
	lists int // drop-downs on the hidden sheet
	err   error
}

func (t *template) keep(err error) {
	if t.err == nil {
		t.err = err
	}
}

func (t *template) style(s excelize.Style) int {
	id, err := t.NewStyle(&s)
	t.keep(err)
	return id
}

func (t *template) styles() {
	t.head = t.style(excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EDEFF2"}}, NumFmt: 49})
	day, moment := `yyyy\-mm\-dd`, `yyyy\-mm\-dd\ hh:mm`
	t.cells = [...]int{
		Text: t.style(excelize.Style{NumFmt: 49}), Number: 0, Money: t.style(excelize.Style{NumFmt: 4}),
		Date: t.style(excelize.Style{CustomNumFmt: &day}), DateTime: t.style(excelize.Style{CustomNumFmt: &moment}),
	}
}

func (t *template) column(i int, c Column) {
	letter, at := Letter(i), place(i, 1)
	t.keep(t.SetColWidth(t.name, letter, letter, c.width()))
	t.keep(t.SetColStyle(t.name, letter, t.cells[c.Kind]))
	t.keep(t.SetCellStr(t.name, at, Guard(cleaned(c.Heading))))
	if c.Required {
		t.keep(t.SetCellRichText(t.name, at, []excelize.RichTextRun{
			{Text: "*", Font: &excelize.Font{Bold: true, Color: "C00000"}}, {Text: cleaned(c.Heading), Font: &excelize.Font{Bold: true}},
		}))
	}
	t.keep(t.SetCellStyle(t.name, at, at, t.head))
	if c.Note != "" {
		t.keep(t.AddComment(t.name, excelize.Comment{Cell: at, Paragraph: []excelize.RichTextRun{{Text: cleaned(c.Note)}}}))
	}
	t.choices(i, c.Choices)
}

// choices gives a column a drop-down. Other words may still be typed: the reader knows synonyms.
func (t *template) choices(i int, words []string) {
	if len(words) == 0 {
		return
	}
	rule := excelize.NewDataValidation(true)
	rule.SetSqref(place(i, 2) + ":" + place(i, listRows))
	rule.ShowErrorMessage = false
	if all := strings.Join(words, ","); utf16Len(all) <= listMost && strings.Count(all, ",") == len(words)-1 {
		t.keep(rule.SetDropList(words))
		t.keep(t.AddDataValidation(t.name, rule))
		return
	}
	if t.lists == 0 {
		_, err := t.NewSheet(choiceSheet)
		t.keep(err)
		t.keep(t.SetSheetVisible(choiceSheet, false))
	}
	for r, word := range words {
		t.keep(t.SetCellStr(choiceSheet, place(t.lists, r+1), word))
	}
	letter := Letter(t.lists)
	rule.SetSqrefDropList(choiceSheet + "!$" + letter + "$1:$" + letter + "$" + strconv.Itoa(len(words)))
	t.keep(t.AddDataValidation(t.name, rule))
	t.lists++
}

func (t *template) value(at string, c written) {
	switch {
	case c.text == "":
	case c.kind == Text:
		t.keep(t.SetCellStr(t.name, at, c.text))
	default:
		t.keep(t.SetCellDefault(t.name, at, c.value()))
	}
}

func (t *template) explain(rows [][]string) {
	if len(rows) == 0 {
		return
	}
	name := besides(t.name)
	_, err := t.NewSheet(name)
	t.keep(err)
	wrap := t.style(excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}, NumFmt: 49})
	widest := map[int]float64{}
	for r, row := range rows {
		for i, text := range row {
			at := place(i, r+1)
			t.keep(t.SetCellStr(name, at, Guard(cleaned(text))))
			t.keep(t.SetCellStyle(name, at, at, wrap))
			if r == 0 && len(rows) > 1 {
				t.keep(t.SetCellStyle(name, at, at, t.head))
			}
			widest[i] = max(widest[i], wideness(text)+2)
		}
	}
	for i, width := range widest {
		t.keep(t.SetColWidth(name, Letter(i), Letter(i), width))
	}
}
