package paper

// A Tile is one figure that stands by itself.
type Tile struct {
	Label, Value string
	Notes        []Moved
	Trend        []*float64
}

// Moved says how a figure changed.
type Moved struct {
	Than, By  string
	Good, Bad bool
}

// Tiles draws tiles, four in a row.
func (d *Document) Tiles(all []Tile) {
	const row, gap, h = 4, 4.0, 36.0
	w := (d.wide() - (row-1)*gap) / row
	for i, t := range all {
		if i%row == 0 {
			d.Room(h)
		}
		x, y := margin+float64(i%row)*(w+gap), d.y
		d.stroke(Line, 0.25)
		d.pdf.RoundedRect(x, y, w, h, 2, "1234", "D")
		d.text(x+3.5, y+6, 8.5, plain, Pale, d.cut(t.Label, 8.5, plain, w-7))
		size := 16.0
		if room := w - 7; d.width(size, bold, t.Value) > room {
			size *= room / d.width(size, bold, t.Value)
		}
		d.text(x+3.5, y+14, size, bold, Dark, t.Value)
		for k, m := range t.Notes {
			ly := y + 19.5 + float64(k)*4
			ink := Pale
			switch {
			case m.Good:
				ink = Good
			case m.Bad:
				ink = Bad
			}
			d.text(x+3.5, ly, small, plain, Pale, m.Than)
			d.text(x+3.5+d.width(small, plain, m.Than)+1.5, ly, small, plain, ink, m.By)
		}
		d.spark(x+3.5, y+27.5, w-7, 5.5, t.Trend, tone(i%4))
		if i%row == row-1 || i == len(all)-1 {
			d.y += h + gap
		}
	}
}

// spark is a line without axes: how a figure went.
func (d *Document) spark(x, y, w, h float64, values []*float64, ink Ink) {
	low, high, some := 0.0, 0.0, false
	for _, v := range values {
		if v == nil {
			continue
		}
		if !some {
			low, high, some = *v, *v, true
		}
		low, high = min(low, *v), max(high, *v)
	}
	if !some || len(values) < 2 {
		return
	}
	if high == low {
		high = low + 1
	}
	d.stroke(ink, 0.45)
	step := w / float64(len(values)-1)
	for i := 1; i < len(values); i++ {
		if a, b := values[i-1], values[i]; a != nil && b != nil {
			d.pdf.Line(x+step*float64(i-1), y+h-(*a-low)/(high-low)*h, x+step*float64(i), y+h-(*b-low)/(high-low)*h)
		}
	}
}
