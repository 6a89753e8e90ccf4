package paper

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// em measures as if Chinese characters were one wide, and others half.
func em(s string) float64 {
	w := 0.0
	for _, r := range s {
		if wide(r) {
			w++
		} else {
			w += 0.5
		}
	}
	return w
}

func TestWrapLosesNothing(t *testing.T) {
	alphabet := []rune("客户跟进记录,，。（）《》 ab9-/%￥“”")
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		text := make([]rune, random.IntN(60))
		for i := range text {
			text[i] = alphabet[random.IntN(len(alphabet))]
		}
		room := 2 + random.Float64()*12
		lines := wrap(string(text), room, em)
		bare := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got, want := bare(strings.Join(lines, "")), bare(string(text)); got != want {
			t.Fatalf("%q at %.1f lost characters: %q", want, room, lines)
		}
		for _, l := range lines {
			if em(l) > room && utf8.RuneCountInString(l) > 1 {
				t.Fatalf("%q at %.1f: %q is too wide", string(text), room, l)
			}
		}
	}
}

func TestWrapBreaksWhereChineseDoes(t *testing.T) {
	for _, c := range []struct {
		text string
		room float64
		want string
	}{
		{"本月新增客户十一家，成交六家。", 9, "本月新增客户十一|家，成交六家。"}, // no line begins with a comma
		{"见《客户管理制度》第二章", 2, "见|《客|户管|理制|度》|第二|章"},  // none ends with an opening mark
		{"New customers of November", 6, "New|customers of|November"},
		{"aaaaaaaaaaaaaaaa", 4, "aaaaaaaa|aaaaaaaa"}, // a word longer than a line is broken
		{"", 5, ""},
	} {
		if got := strings.Join(wrap(c.text, c.room, em), "|"); got != c.want {
			t.Errorf("%s at %.0f: %s, not %s", c.text, c.room, got, c.want)
		}
	}
}

var (
	count  = regexp.MustCompile(`/Count (\d+)`)
	filled = regexp.MustCompile(`/FontFile2`)
)

func drawn(t *testing.T, draw func(*Document)) string {
	t.Helper()
	var out bytes.Buffer
	c := Cover{Title: "管理看板", About: []string{"2026-11-01 – 2026-11-30"}, Foot: "顾明澜", Lang: "zh-CN", At: time.Unix(1_800_000_000, 0), Page: func(a, b int) string { return fmt.Sprint(a, "/", b) }}
	if err := Draw(&out, c, draw); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(out.String(), "%PDF-") || !filled.MatchString(out.String()) {
		t.Fatalf("no PDF with its own type: %.40q", out.String())
	}
	return out.String()
}

func pages(text string) string { return count.FindStringSubmatch(text)[1] }

// TestLongTable: as many pages as it takes, and no row lost for want of room.
func TestLongTable(t *testing.T) {
	table := Table{Columns: []Column{{Heading: "客户"}, {Heading: "订单额", Number: true}}, Sum: true}
	for i := range 400 {
		table.Rows = append(table.Rows, []string{"杭州某某精密机械制造有限公司", fmt.Sprint(i)})
	}
	small := drawn(t, func(d *Document) { d.Table(Table{Columns: table.Columns, Rows: table.Rows[:3]}) })
	if pages(small) != "1" {
		t.Errorf("three rows on %s pages", pages(small))
	}
	long := drawn(t, func(d *Document) { d.Table(table) })
	if n := pages(long); n < "11" || len(n) != 2 {
		t.Errorf("400 rows on %s pages", n)
	}
}

// TestAnythingCanBePrinted: what the type does not know, cells higher than a page, no rows,
// no values, values below nothing.
func TestAnythingCanBePrinted(t *testing.T) {
	v := func(f float64) *float64 { return &f }
	hostile := []string{"𠮷野家 🎉", "a\x00b\tc\u200f\u202e", strings.Repeat("长", 6000), strings.Repeat("W", 3000), "\xff\xfe", "", "饕餮魑魅䶮", "(\\)%%EOF"}
	text := drawn(t, func(d *Document) {
		for _, h := range hostile {
			d.Heading(h, 20)
			d.Note(h)
			d.Table(Table{Columns: []Column{{Heading: h}, {Heading: h, Number: true}}, Rows: [][]string{{h, h}, {}}})
			d.Chart(Chart{Labels: []string{h, h}, Series: []Series{{h, []*float64{v(-3), nil}}, {h, []*float64{v(1e15), v(0)}}}, Tick: func(f float64) string { return fmt.Sprint(f) }})
			d.Ring([]Part{{h, h, 3}, {h, h, 0}, {h, h, -1}}, h, h)
			d.Funnel([]Step{{h, h, 4, []string{h}}, {h, h, 0, []string{h}}}, []string{h})
			d.Tiles([]Tile{{Label: h, Value: h, Notes: []Moved{{Than: h, By: h}}, Trend: []*float64{v(1), nil, v(2)}}, {}})
		}
		d.Chart(Chart{})
		d.Table(Table{})
		d.Ring(nil, "", "")
		d.Funnel(nil, nil)
		d.Tiles(nil)
	})
	if len(text) < 10_000 {
		t.Errorf("only %d bytes", len(text))
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		whole     bool
		want      string
	}{{0, 27, true, "10 0 30"}, {0, 3, true, "1 0 3"}, {0, 0, true, "1 0 1"}, {-40, 100, false, "50 -50 100"}, {0, 0.3, false, "0.1 0 0.3"}} {
		step, from, to := ticks(c.low, c.high, c.whole)
		if got := fmt.Sprintf("%.4g %.4g %.4g", step, from, to); got != c.want {
			t.Errorf("%v–%v: %s, not %s", c.low, c.high, got, c.want)
		}
	}
}
