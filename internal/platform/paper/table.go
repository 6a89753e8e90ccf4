package paper

// A Column of a table.
type Column struct {
	Heading string
	Number  bool // stands on the right, and is never broken
}

// A Table of text. Sum marks the last row as the total of the others.
type Table struct {
	Columns []Column
	Rows    [][]string
	Sum     bool
}

const (
	padding = 1.6
	widest  = 70.0 // the most that a column of text asks for
	least   = 12.0
)

// Table draws t over as many pages as it takes, its headings on each.
func (d *Document) Table(t Table) {
	if len(t.Columns) == 0 {
		return
	}
	widths := d.widths(t)
	d.head(t, widths)
	for i, row := range t.Rows {
		w, ink := plain, Dark
		sum := t.Sum && i == len(t.Rows)-1
		if sum {
			w = bold
		}
		lines, h := d.cells(t, row, widths, w)
		if d.Room(h) {
			d.head(t, widths)
		}
		if sum {
			d.fill(Wash)
			d.pdf.Rect(margin, d.y, d.wide(), h, "F")
		}
		d.row(t, lines, widths, h, w, ink)
		d.rule(d.y, Faint)
	}
	d.Gap(4)
}

func (d *Document) head(t Table, widths []float64) {
	headings := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		headings[i] = c.Heading
	}
	broken := t
	broken.Columns = make([]Column, len(t.Columns)) // headings of numbers may break
	lines, h := d.cells(broken, headings, widths, plain)
	d.fill(Wash)
	d.pdf.Rect(margin, d.y, d.wide(), h, "F")
	d.row(t, lines, widths, h, plain, Pale)
	d.rule(d.y, Line)
}

// cells breaks a row's texts into lines, and says how high the row is.
func (d *Document) cells(t Table, row []string, widths []float64, w weight) ([][]string, float64) {
	most := 1
	lines := make([][]string, len(t.Columns))
	for i := range t.Columns {
		text := ""
		if i < len(row) {
			text = row[i]
		}
		lines[i] = d.wrap(text, body, w, widths[i]-2*padding)
		if t.Columns[i].Number {
			lines[i] = []string{text}
		}
		if room := int((d.h - 3*footing - 2*margin) / (body * point * leading)); len(lines[i]) > room { // a cell is never higher than a page
			lines[i] = append(lines[i][:room-1:room-1], "…")
		}
		most = max(most, len(lines[i]))
	}
	return lines, float64(most)*body*point*leading + 2*padding
}

func (d *Document) row(t Table, lines [][]string, widths []float64, h float64, w weight, ink Ink) {
	x, step := margin, body*point*leading
	for i, c := range t.Columns {
		for k, l := range lines[i] {
			y := d.y + padding + float64(k)*step + step*0.72
			if c.Number {
				size := body
				if room := widths[i] - 2*padding; d.width(size, w, l) > room { // a number is made smaller, never cut
					size *= room / d.width(size, w, l)
				}
				d.right(x+widths[i]-padding, y, size, w, ink, l)
			} else {
				d.text(x+padding, y, body, w, ink, l)
			}
		}
		x += widths[i]
	}
	d.y += h
}

// widths gives each column what it asks for, and shares out what is left or lacking.
func (d *Document) widths(t Table) []float64 {
	want := make([]float64, len(t.Columns))
	total, text := 0.0, 0.0
	for i, c := range t.Columns {
		want[i] = min(d.width(body, plain, c.Heading), 30) + 2*padding
		for k, row := range t.Rows {
			if i >= len(row) || k > 400 && k != len(t.Rows)-1 {
				continue
			}
			w := d.width(body, plain, row[i])
			if !c.Number {
				w = min(w, widest)
			}
			want[i] = max(want[i], w+2*padding+0.3)
		}
		want[i] = max(want[i], least)
		total += want[i]
		if !c.Number {
			text += want[i]
		}
	}
	left := d.wide() - total
	for i, c := range t.Columns {
		switch {
		case left >= 0:
			want[i] += left * want[i] / total
		case text > -left+least*float64(len(t.Columns)) && !c.Number: // text gives way, numbers do not
			want[i] += left * want[i] / text
		case text <= -left+least*float64(len(t.Columns)):
			want[i] += left * want[i] / total
		}
	}
	return want
}
