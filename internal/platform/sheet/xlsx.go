package sheet

import (
	"strconv"
	"strings"
	"time"

	"zhike/internal/platform/sheet/grid"
)

const excelRows = 1 << 20

// begin opens the sheet; the rows up to frozen stay in sight.
func (x *xlsx) begin(widths []float64, frozen int) error {
	var s strings.Builder
	s.WriteString(`<worksheet ` + main + `><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0"><pane ySplit="` + strconv.Itoa(frozen) + `" topLeftCell="A` + strconv.Itoa(frozen+1) + `" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`)
	for i, w := range widths {
		if i == 0 {
			s.WriteString(`<cols>`)
		}
		n := strconv.Itoa(i + 1)
		s.WriteString(`<col min="` + n + `" max="` + n + `" width="` + strconv.FormatFloat(w, 'f', -1, 64) + `" customWidth="1"/>`)
	}
	if len(widths) > 0 {
		s.WriteString(`</cols>`)
	}
	return x.part("xl/worksheets/sheet1.xml", s.String()+`<sheetData>`)
}

// row writes a row that comes after all before it.
func (x *xlsx) row(n int, cells []styled) error {
	if n > excelRows {
		return grid.ErrRows.With(map[string]any{"most": excelRows})
	}
	x.last = n
	o, number := x.out, strconv.Itoa(n)
	o.WriteString(`<row r="`)
	o.WriteString(number)
	o.WriteString(`">`)
	for i, c := range cells {
		if c.text == "" && c.style != styleWrong {
			continue
		}
		o.WriteString(`<c r="`)
		o.WriteString(grid.Letter(i))
		o.WriteString(number)
		o.WriteString(`" s="`)
		o.WriteString(strconv.Itoa(c.style))
		switch {
		case c.text == "":
			o.WriteString(`"/>`)
		case c.kind == Text:
			o.WriteString(`" t="inlineStr"><is><t xml:space="preserve">`)
			markup.WriteString(o, escape(c.text))
			o.WriteString(`</t></is></c>`)
		default:
			o.WriteString(`"><v>`)
			o.WriteString(c.value())
			o.WriteString(`</v></c>`)
		}
	}
	_, err := o.WriteString(`</row>`)
	return err
}

// value is the number that stands for the cell in the file.
func (c written) value() string {
	layout := time.DateOnly
	switch c.kind {
	case Number, Money:
		return c.text
	case DateTime:
		layout = dayTime
	}
	t, err := time.Parse(layout, c.text)
	if err != nil {
		return "0" // write made it
	}
	minutes := t.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)) / time.Minute
	return strconv.FormatFloat(float64(minutes)/(24*60), 'f', -1, 64)
}

// close ends the sheet, whose headings are in row head, and the file.
func (x *xlsx) close(head, columns int) error {
	o, hasColumns := x.out, columns > 0
	filter := ""
	o.WriteString(`</sheetData>`)
	if hasColumns && x.last >= head {
		end := grid.Letter(columns - 1)
		from, to := strconv.Itoa(head), strconv.Itoa(x.last)
		o.WriteString(`<autoFilter ref="A` + from + `:` + end + to + `"/>`)
		quoted := `'` + markup.Replace(strings.ReplaceAll(x.title, `'`, `''`)) + `'!`
		filter = `<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">` + quoted + `$A$` + from + `:$` + end + `$` + to + `</definedName>` +
			`<definedName name="_xlnm.Print_Titles" localSheetId="0">` + quoted + `$` + from + `:$` + from + `</definedName></definedNames>`
	}
	o.WriteString(`<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/><headerFooter><oddFooter>` + markup.Replace(x.footer()) + `</oddFooter></headerFooter></worksheet>`)
	if err := o.Flush(); err != nil {
		return err
	}
	second := ""
	if len(x.about) > 0 {
		second = `<sheet name="` + markup.Replace(besides(x.title)) + `" sheetId="2" r:id="rId3"/>`
		if err := x.part("xl/worksheets/sheet2.xml", `<worksheet `+main+`><cols><col min="1" max="1" width="80" customWidth="1"/></cols><sheetData>`); err != nil {
			return err
		}
		for i, l := range x.about {
			if err := x.row(i+1, []styled{{written{Text, Guard(cleaned(l))}, styleText}}); err != nil {
				return err
			}
		}
		o.WriteString(`</sheetData></worksheet>`)
		if err := o.Flush(); err != nil {
			return err
		}
	}
	book := `<workbook ` + main + ` xmlns:r="` + related + `"><sheets><sheet name="` + markup.Replace(x.title) + `" sheetId="1" r:id="rId1"/>` + second + `</sheets>` + filter + `</workbook>`
	if err := x.part("xl/workbook.xml", book); err != nil {
		return err
	}
	return x.zip.Close()
}

// besides is the name of a sheet that explains another, in every language.
func besides(title string) string {
	if name := "ⓘ"; name != title {
		return name
	}
	return "ⓘ ⓘ"
}

// footer is what Excel prints below each page, of which it takes 255 characters.
func (x *xlsx) footer() string {
	text := strings.ReplaceAll(cleaned(strings.Join(x.about, "  ")), "&", "&&")
	if r := []rune(text); len(r) > 200 {
		text = strings.TrimSuffix(string(r[:200]), "&")
	}
	return "&L" + text + "&R&P / &N"
}
