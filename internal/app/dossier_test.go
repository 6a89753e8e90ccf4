package app

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/letterhead"
	"zhike/internal/crm/dossier"
	"zhike/internal/crm/order"
	"zhike/internal/platform/fault"
)

// picture is a PNG or JPEG with words beside its pixels, as cameras and painters leave them.
func picture(t *testing.T, kind string, w, h int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		m.Set(x, h/2, color.RGBA{0x33, 0x58, 0xd4, 0xff})
	}
	var out bytes.Buffer
	if kind == "jpeg" {
		must(t, jpeg.Encode(&out, m, nil))
	} else {
		must(t, png.Encode(&out, m))
	}
	return append(out.Bytes(), []byte("<script>alert(1)</script>")...)
}

// logo is a PNG of one pixel.
var logo = "\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc0\x8e\xb8\x02\x00\x02!\x01`p\xda\x8eV\x00\x00\x00\x00IEND\xaeB`\x82"

// branded gives the company of the world its logo.
func (w *world) branded(t *testing.T) {
	t.Helper()
	_, err := (&letterhead.Service{DB: w.DB}).Set(t.Context(), w.actors["admin"], api.File{Name: "logo.png", Data: picture(t, "png", 12, 4)})
	must(t, err)
}

var stream = regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`)

// onPaper gives the text of a PDF that we drew: its streams inflated, two bytes a character.
func onPaper(t *testing.T, text []byte) string {
	t.Helper()
	var out strings.Builder
	for _, s := range stream.FindAllSubmatch(text, -1) {
		z, err := zlib.NewReader(bytes.NewReader(s[1]))
		if err != nil {
			continue
		}
		page, err := io.ReadAll(z)
		if err != nil || !bytes.Contains(page, []byte("BT")) {
			continue
		}
		for _, said := range bytes.Split(page, []byte("("))[1:] {
			said = bytes.ReplaceAll(bytes.ReplaceAll(bytes.ReplaceAll(said, []byte(`\\`), []byte(`\`)), []byte(`\(`), []byte("(")), []byte(`\)`), []byte(")"))
			var units []uint16
			for i := 0; i+1 < len(said); i += 2 {
				if said[i] == ')' && said[i+1] == ' ' {
					break
				}
				units = append(units, binary.BigEndian.Uint16(said[i:]))
			}
			out.WriteString(string(utf16.Decode(units)))
		}
		out.WriteString("\n")
	}
	return out.String()
}

func written(t *testing.T, s api.Sheet, err error) (text string, size int) {
	t.Helper()
	must(t, err)
	var out bytes.Buffer
	must(t, s.Write(&out))
	return onPaper(t, out.Bytes()), out.Len()
}

// 客户档案 and 拜访记录 on paper show what the page shows its viewer: masks stay masks, free text of
// a customer that is only seen is masked too, numbers in full are reveals with a reason, each
// logged (DOMAIN §14.13).
func TestDossier(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		s := &dossier.Service{DB: w.DB, Book: w.Book, Lists: w.Export, Customers: w.Customers, Directory: w.Directory, FollowUps: w.FollowUps, Orders: w.Orders, Files: w.Files}
		id, east := w.placements["own"]["customers"], w.actors["east"]
		one, err := w.Customers.Get(ctx, east, id)
		must(t, err)

		sheet, err := s.Customer(ctx, east, id, dossier.Printing{})
		text, _ := written(t, sheet, err)
		for _, want := range []string{"客户档案", one.Name, one.Code, "欧阳修远", "采购经理", "136****4321", "跟进记录", "谈了交期", "公章"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s is not on paper", want)
			}
		}
		if strings.Contains(text, canaryValue) {
			t.Error("a mobile stands in full where nobody asked for it")
		}
		if !strings.HasSuffix(sheet.Name, ".pdf") || sheet.Type != "application/pdf" {
			t.Errorf("it is called %s, of type %s", sheet.Name, sheet.Type)
		}

		sheet, err = s.Customer(ctx, east, id, dossier.Printing{Reason: "客户要求核对"})
		if text, _ = written(t, sheet, err); !strings.Contains(text, "136 8765 4321") && !strings.Contains(text, canaryValue) {
			t.Errorf("asked for in full, the mobile is not there")
		}
		log, err := w.Audit.List(ctx, program, audit.Filter{Actor: w.users["east"], Limit: 100})
		must(t, err)
		seen := map[string]int{}
		for _, e := range log.Items {
			seen[e.Action]++
		}
		if seen["customer.print"] != 2 || seen["sensitive.reveal"] < 4 {
			t.Errorf("the log knows %v", seen)
		}

		// Who only sees a customer finds on paper what the page would show him.
		for _, as := range []string{"finance", "marketing", "executive"} {
			sheet, err := s.Customer(ctx, w.actors[as], id, dossier.Printing{})
			text, _ := written(t, sheet, err)
			if strings.Contains(text, canaryText) || strings.Contains(text, canaryValue) {
				t.Errorf("%s has a number in full on paper", as)
			}
		}
		for as, refused := range map[string]bool{"finance": false, "executive": true} { // finance sees no contacts at all
			sheet, err := s.Customer(ctx, w.actors[as], id, dossier.Printing{Reason: "催款用"})
			if refused != (err != nil) {
				t.Errorf("%s asks for numbers in full: %v", as, err)
			}
			if err == nil {
				if text, _ := written(t, sheet, err); strings.Contains(text, canaryValue) || strings.Contains(text, "136 8765 4321") {
					t.Errorf("%s has numbers in full", as)
				}
			}
		}
		if _, err := s.Customer(ctx, east, id, dossier.Printing{Reason: " "}); fault.Code(err) != "required" {
			t.Errorf("a blank reason: %v", err)
		}

		sheet, err = s.Visit(ctx, east, w.placements["own"]["follow_ups"], struct{}{})
		text, _ = written(t, sheet, err)
		for _, want := range []string{"拜访记录", one.Name, "谈了交期", "回电", "客户签字", "公章", "我方"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s is not on the visit record", want)
			}
		}

		// A customer with more than stands on paper says so.
		cent := int64(100)
		for range 51 {
			_, err := w.Orders.PlaceFor(ctx, w.actors["mate"], w.placements["team"]["customers"], order.New{AmountFen: &cent})
			must(t, err)
		}
		sheet, err = s.Customer(ctx, w.actors["mate"], w.placements["team"]["customers"], dossier.Printing{})
		if text, _ := written(t, sheet, err); !strings.Contains(text, "以上为最近 50 条") {
			t.Error("it does not say that older orders are left out")
		}
	})
}

// The logo is drawn anew: what hides in the file does not come along; what is no picture, or
// a huge one, is refused.
func TestLogo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, s := t.Context(), &letterhead.Service{DB: w.DB}
		admin := w.actors["admin"]
		shown := func(ctx context.Context, as access.Actor) []byte {
			f, err := s.Picture(ctx, as, "", struct{}{})
			must(t, err)
			var out bytes.Buffer
			must(t, f.Write(&out))
			return out.Bytes()
		}
		before := w.call("east", "GET", "/company/logo", "", "", false)
		if before.status != 200 {
			t.Fatal("the world has a logo", before)
		}
		for _, kind := range []string{"png", "jpeg"} {
			l, err := s.Set(ctx, admin, api.File{Name: "logo." + kind, Data: picture(t, kind, 1800, 400)})
			must(t, err)
			kept := shown(ctx, w.actors["east"])
			c, form, err := image.DecodeConfig(bytes.NewReader(kept))
			must(t, err)
			if form != "png" || c.Width != 600 || c.Height != 133 || bytes.Contains(kept, []byte("script")) {
				t.Errorf("%s is kept as %s of %d × %d", kind, form, c.Width, c.Height)
			}
			me, err := w.Account.Me(ctx, w.actors["east"])
			must(t, err)
			if me.Logo != l.Mark || l.Mark == "" {
				t.Errorf("the session says %q of the picture %q", me.Logo, l.Mark)
			}
		}
		for name, data := range map[string][]byte{"svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "empty": {}, "half a PNG": picture(t, "png", 40, 40)[:60],
			"text": []byte("GIF89a"), "too large": make([]byte, letterhead.MaxFile+1)} {
			if _, err := s.Set(ctx, admin, api.File{Name: name, Data: data}); err == nil {
				t.Errorf("%s is taken for a logo", name)
			}
		}
		if _, err := s.Set(ctx, w.actors["east"], api.File{Name: "a.png", Data: picture(t, "png", 4, 4)}); err == nil {
			t.Error("a sales person changes the logo")
		}
		n, err := s.Remove(ctx, admin, struct{}{})
		must(t, err)
		if got := w.call("east", "GET", "/company/logo", "", "", false); n != 1 || got.status != 404 {
			t.Errorf("removed (%d), it answers %d", n, got.status)
		}
	})
}
