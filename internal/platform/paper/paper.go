// Package paper draws documents on A4 as PDF: Chinese and Latin type, tables over many
// pages, charts as vectors.
//
// It wraps lines itself: the library's own wrapping loses a Chinese character at each break.
package paper

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// The regular weight of Noto Sans SC (font/LICENSE). Bold is the same, outlined.
//
//go:embed font/NotoSansSC-Regular.ttf.gz
var packed []byte

const family = "noto"

// An Ink is a colour.
type Ink [3]int

// The inks of the product's light theme.
var (
	Dark  = Ink{0x12, 0x16, 0x1d}
	Mid   = Ink{0x46, 0x4e, 0x5c}
	Pale  = Ink{0x66, 0x70, 0x80}
	Line  = Ink{0xd6, 0xdb, 0xe4}
	Faint = Ink{0xe8, 0xeb, 0xf0}
	Wash  = Ink{0xf7, 0xf8, 0xfa}
	Brand = Ink{0x33, 0x58, 0xd4}
	Good  = Ink{0x14, 0x6c, 0x3f}
	Bad   = Ink{0xb0, 0x2a, 0x22}
)

// Tones are the inks of series, in their order.
var Tones = []Ink{Brand, {0x16, 0xa3, 0x9b}, {0x7c, 0x5c, 0xfa}, {0xe0, 0xa0, 0x16}, {0x8a, 0x93, 0xa2}, {0xf0, 0x7a, 0x33}, {0x22, 0xa5, 0x65}, {0xe2, 0x48, 0x3d}}

func tone(i int) Ink { return Tones[i%len(Tones)] }

// Sizes in millimetres, and of type in points.
const (
	margin  = 15.0
	footing = 14.0 // kept free at the foot of a page
	body    = 9.0
	leading = 1.55 // line height, of the size of the type
	point   = 25.4 / 72
)

// A Cover says what stands around a document's pages.
type Cover struct {
	Title string
	About []string // under the title: of which time, of whom
	Logo  []byte   // PNG, at the right of the title; nil for none
	Foot  string   // left in every foot: for whom, and when
	Page  func(page, pages int) string
	Wide  bool // landscape
	Lang  string
	bare  bool // nothing but what is drawn
	At    time.Time
}

// A Document while it is drawn, from top to bottom.
type Document struct {
	pdf   *fpdf.Fpdf
	cover Cover
	w, h  float64 // of the page
	y     float64 // where the next thing goes
}

// one document at a time: each takes some 60 MB while its type is read.
var one = make(chan struct{}, 1)

// Draw draws a document and writes it when it is whole.
func Draw(to io.Writer, c Cover, draw func(*Document)) error {
	text, err := render(c, draw)
	if err != nil {
		return err
	}
	_, err = to.Write(text)
	return err
}

func render(c Cover, draw func(*Document)) ([]byte, error) {
	one <- struct{}{}
	defer func() { <-one }()
	unpack, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	font, err := io.ReadAll(unpack)
	if err != nil {
		return nil, err
	}
	way, w, h := "P", 210.0, 297.0
	if c.Wide {
		way, w, h = "L", h, w
	}
	d := &Document{pdf: fpdf.New(way, "mm", "A4", ""), cover: c, w: w, h: h}
	d.pdf.AddUTF8FontFromBytes(family, "", font)
	d.pdf.SetAutoPageBreak(false, 0)
	d.pdf.SetMargins(0, 0, 0)
	d.pdf.SetCellMargin(0)
	d.pdf.SetTitle(c.Title, true)
	d.pdf.SetProducer("Zhike", true)
	d.pdf.SetCreationDate(c.At)
	d.pdf.SetModificationDate(c.At)
	d.pdf.SetLang(c.Lang)
	d.page()
	if c.bare {
		draw(d)
		return d.whole()
	}
	d.logo(c.Logo)
	room := d.wide()
	if len(c.Logo) > 0 {
		room -= logoWide + 4
	}
	d.write(margin, 18, bold, Dark, c.Title, room)
	for _, line := range c.About {
		d.write(margin, body, plain, Pale, line, room)
	}
	d.Gap(4)
	draw(d)
	pages := d.pdf.PageCount()
	for p := 1; p <= pages; p++ {
		d.pdf.SetPage(p)
		d.rule(d.h-footing+2, Faint)
		number := ""
		if c.Page != nil {
			number = c.Page(p, pages)
		}
		left := d.wide() - d.width(8, plain, number) - 6
		d.text(margin, d.h-7.5, 8, plain, Pale, d.cut(c.Foot, 8, plain, left))
		d.right(d.w-margin, d.h-7.5, 8, plain, Pale, number)
	}
	d.pdf.SetPage(pages)
	return d.whole()
}

func (d *Document) whole() ([]byte, error) {
	var out bytes.Buffer
	err := d.pdf.Output(&out)
	return out.Bytes(), err
}

// wide is how much room a line has.
func (d *Document) wide() float64 { return d.w - 2*margin }

func (d *Document) page() {
	d.pdf.AddPage()
	d.y = margin
}

// Room begins a new page unless h millimetres are left on this one, and says if it did.
func (d *Document) Room(h float64) bool {
	if d.y+h <= d.h-footing || d.y <= margin {
		return false
	}
	d.page()
	return true
}

// Gap leaves h millimetres free.
func (d *Document) Gap(h float64) { d.y += h }

// Heading begins a part. It stands on one page with the first h millimetres of what follows it.
func (d *Document) Heading(text string, h float64) {
	if d.y > margin {
		d.Gap(3)
	}
	d.Room(16 + h)
	d.write(margin, 12, bold, Dark, text, d.wide())
	d.Gap(1.5)
}

// Note is a paragraph.
func (d *Document) Note(text string) { d.write(margin, body, plain, Mid, text, d.wide()) }

// rule draws a thin line over the page.
func (d *Document) rule(y float64, ink Ink) {
	d.stroke(ink, 0.2)
	d.pdf.Line(margin, y, d.w-margin, y)
}

func (d *Document) stroke(ink Ink, width float64) {
	d.pdf.SetDrawColor(ink[0], ink[1], ink[2])
	d.pdf.SetLineWidth(width)
}

func (d *Document) fill(ink Ink) { d.pdf.SetFillColor(ink[0], ink[1], ink[2]) }

// write puts a paragraph at y and goes on below it.
func (d *Document) write(x, size float64, w weight, ink Ink, text string, room float64) {
	for line := range strings.SplitSeq(text, "\n") {
		for _, l := range d.wrap(line, size, w, room) {
			h := size * point * leading
			d.Room(h)
			d.text(x, d.y+h*0.72, size, w, ink, l)
			d.y += h
		}
	}
}
