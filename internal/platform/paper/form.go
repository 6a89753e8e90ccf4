package paper

import (
	"bytes"

	"codeberg.org/go-pdf/fpdf"
)

// A Fact is a label and what stands behind it.
type Fact struct{ Label, Value string }

// Where a logo stands, at the right of the title.
const (
	logoWide = 44.0
	logoHigh = 14.0
)

// logo draws a PNG at the top right, as large as its place allows; a picture that cannot be
// read is left out, and the document stays whole.
func (d *Document) logo(picture []byte) {
	if len(picture) == 0 {
		return
	}
	info := d.pdf.RegisterImageOptionsReader("logo", fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(picture))
	if info == nil || d.pdf.Err() {
		d.pdf.ClearError()
		return
	}
	w, h := logoHigh*info.Width()/info.Height(), logoHigh
	if w > logoWide {
		w, h = logoWide, logoWide*info.Height()/info.Width()
	}
	d.pdf.ImageOptions("logo", d.w-margin-w, margin-3, w, h, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
}

// Facts draws labels and values two by two; a value that does not fit on half a line takes a
// whole one.
func (d *Document) Facts(all []Fact) {
	const label, gap = 26.0, 4.0
	half := (d.wide() - gap) / 2
	step := body * point * leading
	for i := 0; i < len(all); {
		one := d.lay(all[i], half-label)
		var two [][]string
		if len(one[1]) == 1 && i+1 < len(all) {
			if next := d.lay(all[i+1], half-label); len(next[1]) == 1 {
				two = next
			}
		}
		if two == nil {
			one = d.lay(all[i], d.wide()-label)
		}
		h := float64(max(len(one[0]), len(one[1]), 1))*step + padding
		if len(one[1]) > 40 { // longer than a page would hold together
			d.write(margin, body, plain, Pale, all[i].Label, d.wide())
			d.write(margin, body, plain, Dark, all[i].Value, d.wide())
		} else {
			if two != nil {
				h = max(h, float64(len(two[0]))*step+padding)
			}
			d.Room(h)
			d.fact(margin, label, one)
			if two != nil {
				d.fact(margin+half+gap, label, two)
			}
			d.y += h
		}
		d.rule(d.y-padding/2, Faint)
		if i++; two != nil {
			i++
		}
	}
	d.Gap(3)
}

func (d *Document) lay(f Fact, room float64) [][]string {
	return [][]string{d.wrap(f.Label, body, plain, 25), d.wrap(f.Value, body, plain, room)}
}

func (d *Document) fact(x, label float64, lines [][]string) {
	step := body * point * leading
	for k, l := range lines[0] {
		d.text(x, d.y+float64(k)*step+step*0.72, body, plain, Pale, l)
	}
	for k, l := range lines[1] {
		d.text(x+label, d.y+float64(k)*step+step*0.72, body, plain, Dark, l)
	}
}

// Signs leaves room for signatures, each over its line, and for the seal (公章) at the right.
// All of it stands on one page.
func (d *Document) Signs(who []string, seal string) {
	const high, sealed = 34.0, 42.0
	d.Room(high + 4)
	d.Gap(4)
	room := d.wide() - sealed - 6
	each := room / float64(max(len(who), 1))
	d.stroke(Line, 0.3)
	for i, label := range who {
		x := margin + float64(i)*each
		d.text(x, d.y+high-8, body, plain, Pale, label)
		from := x + d.width(body, plain, label) + 2
		d.pdf.Line(from, d.y+high-7.5, x+each-6, d.y+high-7.5)
	}
	x := d.w - margin - sealed
	d.pdf.SetDashPattern([]float64{1.2, 1.2}, 0)
	d.pdf.Rect(x, d.y, sealed, high, "D")
	d.pdf.SetDashPattern(nil, 0)
	d.text(x+(sealed-d.width(body, plain, seal))/2, d.y+high/2+1, body, plain, Pale, seal)
	d.y += high
}
