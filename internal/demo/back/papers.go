package back

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"path"
	"unicode/utf16"

	"zhike/internal/crm/attachment"
	"zhike/internal/crm/followup"
)

// A hung paper: what somebody put on a customer, or on his latest talk with him.
type hung struct {
	Customer, By, Kind, File string
	Day, Hour                int
	Talk                     bool
	Title                    string
	Lines                    []string
}

func (s Stage) hang(p hung) {
	s.On(s.At(p.Day, p.Hour, 20), p.Customer, func(ctx context.Context) error {
		who, in := s.Actor(p.By), attachment.New{CustomerID: s.Customer(p.Customer), Kind: p.Kind, Name: p.File}
		if p.Talk {
			talks, err := s.FollowUps.Of(ctx, who, in.CustomerID, followup.Query{Limit: 1})
			if err != nil || len(talks.Items) == 0 {
				return errors.Join(err, errors.New("nobody has talked with him yet"))
			}
			in.RecordKind, in.RecordID = "follow_up", talks.Items[0].ID
		}
		text := page(p.Title, p.Lines)
		if path.Ext(p.File) == ".png" {
			text = floor()
		}
		_, err := s.Files.Add(ctx, who, in, bytes.NewReader(text))
		return err
	})
}

// page is a PDF of one page in a Chinese font that every reader brings: two kilobytes.
func page(title string, lines []string) []byte {
	var draw, b bytes.Buffer
	say := func(size, x, y int, text string) {
		fmt.Fprintf(&draw, "BT /F1 %d Tf %d %d Td <", size, x, y)
		for _, u := range utf16.Encode([]rune(text)) {
			fmt.Fprintf(&draw, "%04x", u)
		}
		draw.WriteString("> Tj ET\n")
	}
	draw.WriteString("0.70 0.16 0.13 RG 3 w 36 36 523 770 re S 0.8 w 44 44 507 754 re S\n")
	say(26, 298-13*len([]rune(title)), 700, title)
	for i, l := range lines {
		say(13, 84, 630-34*i, l)
	}
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 7 0 R >>",
		"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [5 0 R] >>",
		"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 /W [1 [500] 2 94 500] /FontDescriptor 6 0 R >>",
		"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", draw.Len(), draw.String())}
	b.WriteString("%PDF-1.7\n")
	at := make([]int, len(objects))
	for i, o := range objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	from := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, x := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", x)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, from)
	return b.Bytes()
}

// floor is the drawing of a workshop: walls, a line of machines, a belt.
func floor() []byte {
	m := image.NewPaletted(image.Rect(0, 0, 1200, 760), color.Palette{color.White, color.Gray{Y: 0x33}, color.RGBA{R: 0x33, G: 0x58, B: 0xd4, A: 0xff}, color.RGBA{R: 0xe9, G: 0xf1, B: 0xfe, A: 0xff}, color.Gray{Y: 0xd8}})
	box := func(x, y, w, h, ink int) {
		draw.Draw(m, image.Rect(x, y, x+w, y+h), image.NewUniform(m.Palette[ink]), image.Point{}, draw.Src)
	}
	box(60, 60, 1080, 640, 1)
	box(70, 70, 1060, 620, 0)
	for x := 130; x < 1130; x += 60 {
		box(x, 70, 1, 620, 4)
	}
	for y := 130; y < 690; y += 60 {
		box(70, y, 1060, 1, 4)
	}
	box(150, 360, 880, 36, 4)
	for i := range 5 {
		x := 180 + i*170
		box(x, 280, 110, 76, 2)
		box(x+4, 284, 102, 68, 3)
		box(x+44, 356, 22, 40, 2)
	}
	box(1000, 690, 100, 10, 0)
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err) // into memory: cannot fail
	}
	return b.Bytes()
}
