package paper

import (
	"io"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// A Label is what stands on one: a code to scan, a number, a name, and a few lines.
type Label struct {
	Scan   string
	Number string
	Name   string
	Lines  []string
}

// A Sheet of labels on A4, as they are sold: so many across and down, in millimetres.
type Sheet struct {
	Across, Down int
	Wide, High   float64
}

// The sheets that are known: 24 labels of 70 × 37, 8 of 105 × 74.
var Sheets = map[string]Sheet{"24": {3, 8, 70, 37}, "8": {2, 4, 105, 74}}

// Labels draws labels on sheets, and leaves the first skip places of the first sheet free.
func Labels(to io.Writer, c Cover, sheet Sheet, skip int, all []Label) error {
	var wrong error
	c.bare = true
	err := Draw(to, c, func(d *Document) {
		each := sheet.Across * sheet.Down
		for i, l := range all {
			at := (i + skip) % each
			if i > 0 && at == 0 {
				d.page()
			}
			x, y := d.w/2-sheet.Wide*float64(sheet.Across)/2, d.h/2-sheet.High*float64(sheet.Down)/2
			if err := d.label(sheet, x+sheet.Wide*float64(at%sheet.Across), y+sheet.High*float64(at/sheet.Across), l); err != nil {
				wrong = err
			}
		}
	})
	if wrong != nil {
		return wrong
	}
	return err
}

// label draws one: the code on the left, as high as the label allows, the words beside it.
func (d *Document) label(sheet Sheet, x, y float64, l Label) error {
	grid, err := qr.Encode(l.Scan, qr.M, qr.Auto)
	if err != nil {
		return err
	}
	const edge = 5.0
	size := min(sheet.High-2*edge, sheet.Wide*0.38)
	d.code(grid, x+edge, y+(sheet.High-size)/2, size)
	left, room := x+edge+size+3, sheet.Wide-size-2*edge-3
	scale := min(1.5, sheet.High/37)
	d.y = y + edge
	d.line(left, 10*scale, bold, Dark, l.Number, room)
	for i, name := range d.wrap(l.Name, 9*scale, plain, room) {
		if i == 1 {
			name = d.cut(name, 9*scale, plain, room)
		}
		if i < 2 {
			d.line(left, 9*scale, plain, Dark, name, room)
		}
	}
	for _, text := range l.Lines {
		d.line(left, 7*scale, plain, Mid, text, room)
	}
	return nil
}

func (d *Document) line(x, size float64, w weight, ink Ink, text string, room float64) {
	h := size * point * 1.4
	d.text(x, d.y+h*0.72, size, w, ink, d.cut(text, size, w, room))
	d.y += h
}

// code draws the squares of a code, those of a row that touch as one.
func (d *Document) code(grid barcode.Barcode, x, y, size float64) {
	n := grid.Bounds().Dx()
	step := size / float64(n)
	d.fill(Ink{0, 0, 0})
	for row := range n {
		for from := 0; from < n; from++ {
			to := from
			for to < n && dark(grid, to, row) {
				to++
			}
			if to > from {
				d.pdf.Rect(x+float64(from)*step, y+float64(row)*step, float64(to-from)*step, step, "F")
				from = to
			}
		}
	}
}

func dark(grid barcode.Barcode, x, y int) bool {
	r, _, _, _ := grid.At(x, y).RGBA()
	return r == 0
}
