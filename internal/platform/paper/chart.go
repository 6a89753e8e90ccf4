package paper

import (
	"math"
	"strings"
)

// A Series of a chart: a value for each label, nil where there is none.
type Series struct {
	Name   string
	Values []*float64
}

// A Chart over an axis: bars beside each other, or upon each other, or lines.
type Chart struct {
	Labels  []string
	Series  []Series
	Lines   bool
	Stacked bool
	Tick    func(float64) string // how a value is written beside the axis
	Whole   bool                 // values are counts: no ticks between them
	More    bool                 // not all that there is stands in it
}

const (
	small  = 7.5 // type in charts
	height = 70.0
)

// High is how high a chart is at most: its names may take several lines.
func (c Chart) High() float64 {
	if len(c.Series) < 2 {
		return height + 3
	}
	return height + 3 + 5*float64((len(c.Series)+1)/2)
}

// Chart draws c.
func (d *Document) Chart(c Chart) {
	if len(c.Labels) == 0 || len(c.Series) == 0 {
		return
	}
	d.Room(c.High())
	if len(c.Series) > 1 {
		d.legend(c)
	}
	low, high := c.bounds()
	step, low, high := ticks(low, high, c.Whole)
	gutter := 0.0
	for v := low; v <= high+step/2; v += step {
		gutter = max(gutter, d.width(small, plain, c.Tick(v)))
	}
	left, top := margin+gutter+2.5, d.y+2
	width, bottom := d.w-margin-left, d.y+height-8
	at := func(v float64) float64 { return bottom - (v-low)/(high-low)*(bottom-top) }
	for v := low; v <= high+step/2; v += step {
		ink := Faint
		if math.Abs(v) < step/1e6 {
			ink, v = Line, 0
		}
		d.stroke(ink, 0.2)
		d.pdf.Line(left, at(v), left+width, at(v))
		d.right(left-2, at(v)+1, small, plain, Pale, c.Tick(v))
	}
	slot := width / float64(len(c.Labels))
	every := 1 // labels of an axis in time leave some out rather than overlap
	for slot*float64(every) < 9 {
		every++
	}
	for i, l := range c.Labels {
		if i%every == 0 {
			d.middle(left+slot*(float64(i)+0.5), bottom+4.5, small, plain, Pale, d.cut(l, small, plain, slot*float64(every)-1))
		}
	}
	if c.Lines {
		d.lines(c, left, slot, at)
	} else {
		d.bars(c, left, slot, at)
	}
	d.y += height
	d.Gap(3)
}

func (d *Document) legend(c Chart) {
	x := margin
	for i, s := range c.Series {
		name := d.cut(s.Name, small, plain, 60)
		w := d.width(small, plain, name) + 9
		if x+w > d.w-margin {
			x, d.y = margin, d.y+5
		}
		d.fill(tone(i))
		d.pdf.RoundedRect(x, d.y+0.6, 2.6, 2.6, 0.6, "1234", "F")
		d.text(x+4, d.y+2.9, small, plain, Mid, name)
		x += w
	}
	d.y += 5
}

func (c Chart) bounds() (low, high float64) {
	for i := range c.Labels {
		up, down := 0.0, 0.0
		for _, s := range c.Series {
			if i >= len(s.Values) || s.Values[i] == nil {
				continue
			}
			v := *s.Values[i]
			switch {
			case !c.Stacked:
				up, down = max(up, v), min(down, v)
			case v > 0:
				up += v
			default:
				down += v
			}
		}
		low, high = min(low, down), max(high, up)
	}
	return low, high
}

// ticks gives round steps that hold low and high, some four or five of them.
func ticks(low, high float64, whole bool) (step, from, to float64) {
	if high <= low {
		high = low + 1
	}
	rough := (high - low) / 4
	size := math.Pow(10, math.Floor(math.Log10(rough)))
	step = size * 10
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*size >= rough {
			step = m * size
			break
		}
	}
	if whole {
		step = max(1, math.Ceil(step))
	}
	return step, math.Floor(low/step) * step, math.Ceil(high/step) * step
}

func (d *Document) bars(c Chart, left, slot float64, at func(float64) float64) {
	groups := float64(len(c.Series))
	if c.Stacked {
		groups = 1
	}
	thick := min(slot*0.72/groups, 9)
	for i := range c.Labels {
		up, down := 0.0, 0.0
		for k, s := range c.Series {
			if i >= len(s.Values) || s.Values[i] == nil {
				continue
			}
			v, from := *s.Values[i], 0.0
			x := left + slot*(float64(i)+0.5) - thick*groups/2 + thick*float64(k)
			if c.Stacked {
				x = left + slot*(float64(i)+0.5) - thick/2
				if v >= 0 {
					from, up = up, up+v
				} else {
					from, down = down, down+v
				}
			}
			d.fill(tone(k))
			y, h := min(at(from), at(from+v)), math.Abs(at(from+v)-at(from))
			d.pdf.Rect(x+thick*0.05, y, thick*0.9, h, "F")
		}
	}
}

func (d *Document) lines(c Chart, left, slot float64, at func(float64) float64) {
	for k, s := range c.Series {
		ink := tone(k)
		last := -1
		for i, v := range s.Values {
			if v == nil || i >= len(c.Labels) {
				continue
			}
			x, y := left+slot*(float64(i)+0.5), at(*v)
			if last == i-1 && last >= 0 {
				d.stroke(ink, 0.55)
				d.pdf.SetLineCapStyle("round")
				d.pdf.Line(left+slot*(float64(last)+0.5), at(*s.Values[last]), x, y)
				d.pdf.SetLineCapStyle("butt")
			}
			last = i
			if len(c.Labels) < 32 {
				d.fill(ink)
				d.pdf.Circle(x, y, 0.75, "F")
			}
		}
	}
}

// A Part of a ring.
type Part struct {
	Label, Said string // Said: what stands beside it, such as its count and share
	Value       float64
}

// RingHigh is how high a ring is.
const RingHigh = 60.0

// Ring draws parts of a whole, what they are beside it.
func (d *Document) Ring(parts []Part, centre, below string) {
	const outer, inner = 27.0, 18.0
	total := 0.0
	for _, p := range parts {
		total += max(0, p.Value)
	}
	if total <= 0 {
		return
	}
	d.Room(RingHigh)
	x, y := margin+outer+4, d.y+outer+1
	angle := -math.Pi / 2
	for i, p := range parts {
		if p.Value <= 0 {
			continue
		}
		turn := 2 * math.Pi * p.Value / total
		d.sector(x, y, inner, outer, angle, angle+turn, tone(i))
		angle += turn
	}
	d.middle(x, y+1, 13, bold, Dark, centre)
	d.middle(x, y+6, small, plain, Pale, d.cut(below, small, plain, 2*inner-6))
	lx, step := x+outer+12, 6.5
	ly := y - step*float64(len(parts))/2 + step*0.65
	for i, p := range parts {
		d.fill(tone(i))
		d.pdf.RoundedRect(lx, ly-2.4, 2.6, 2.6, 0.6, "1234", "F")
		said := d.width(body, plain, p.Said)
		d.text(lx+5, ly, body, plain, Dark, d.cut(p.Label, body, plain, d.w-margin-lx-5-said-4))
		d.right(d.w-margin, ly, body, plain, Mid, p.Said)
		ly += step
	}
	d.y += 2*outer + 6
}

// sector fills a piece of a ring; what lies between two is left white.
func (d *Document) sector(x, y, inner, outer, from, to float64, ink Ink) {
	steps := max(2, int(math.Ceil((to-from)/(math.Pi/90))))
	at := func(r, a float64) (float64, float64) { return x + r*math.Cos(a), y + r*math.Sin(a) }
	d.fill(ink)
	d.stroke(Ink{255, 255, 255}, 0.5)
	d.pdf.MoveTo(at(outer, from))
	for i := 1; i <= steps; i++ {
		d.pdf.LineTo(at(outer, from+(to-from)*float64(i)/float64(steps)))
	}
	for i := steps; i >= 0; i-- {
		d.pdf.LineTo(at(inner, from+(to-from)*float64(i)/float64(steps)))
	}
	d.pdf.ClosePath()
	style := "FD"
	if to-from > 2*math.Pi-0.01 { // one part alone has nothing beside it
		style = "F"
	}
	d.pdf.DrawPath(style)
}

// A Step of a funnel.
type Step struct {
	Label, Said string
	Value       float64
	More        []string // what else is said of it, in columns
}

// FunnelHigh is how high a funnel of so many steps is.
func FunnelHigh(steps int) float64 { return 8.5*float64(steps) + 10 }

// Funnel draws steps one below the other; heads stand above what is said of them.
func (d *Document) Funnel(steps []Step, heads []string) {
	most, label, said := 0.0, 0.0, 0.0
	columns := make([]float64, len(heads))
	for i, h := range heads {
		columns[i] = d.width(small, plain, h)
	}
	for _, s := range steps {
		most = max(most, s.Value)
		label = max(label, min(d.width(body, plain, s.Label), 40))
		said = max(said, d.width(body, bold, s.Said))
		for i, m := range s.More {
			columns[i] = max(columns[i], d.width(body, plain, m))
		}
	}
	if most <= 0 {
		return
	}
	right := 0.0
	for _, c := range columns {
		right += c + 5
	}
	const step = 8.5
	d.Room(FunnelHigh(len(steps)))
	left := margin + label + 4
	room := d.wide() - label - 4 - said - 4 - right
	x := d.w - margin - right
	if strings.TrimSpace(strings.Join(heads, "")) != "" {
		for i, h := range heads {
			x += columns[i] + 5
			d.right(x, d.y+3, small, plain, Pale, h)
		}
		d.y += 5
	}
	for i, s := range steps {
		y := d.y + 5
		d.text(margin, y, body, plain, Dark, d.cut(s.Label, body, plain, label+0.5))
		fade := 0.11 * float64(min(i, 7))
		ink := Ink{}
		for k := range ink {
			ink[k] = Brand[k] + int(fade*float64(255-Brand[k]))
		}
		d.fill(ink)
		if w := room * s.Value / most; w > 0 {
			d.pdf.RoundedRect(left, d.y+1.5, max(w, 0.8), 5, 0.4, "1234", "F")
		}
		d.right(d.w-margin-right, y, body, bold, Dark, s.Said)
		x := d.w - margin - right
		for k, m := range s.More {
			x += columns[k] + 5
			d.right(x, y, body, plain, Mid, m)
		}
		d.y += step
	}
	d.Gap(4)
}
