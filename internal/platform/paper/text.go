package paper

import (
	"strings"
	"unicode"
)

type weight bool

const (
	plain weight = false
	bold  weight = true
)

// legible is text as the type can show it: what stands past its characters, or moves
// nothing but the pen, becomes 〓 or a blank.
func legible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r > 0xffff:
			return '〓'
		case r == '\t', unicode.IsControl(r), unicode.Is(unicode.Zs, r) && r != '　':
			return ' '
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Mn, r):
			return -1
		}
		return r
	}, text)
}

func (d *Document) set(size float64, w weight, ink Ink) {
	d.pdf.SetFont(family, "", size)
	d.pdf.SetTextColor(ink[0], ink[1], ink[2])
	if w == bold {
		d.pdf.SetTextRenderingMode(2)
		d.stroke(ink, size*point*0.028)
	} else {
		d.pdf.SetTextRenderingMode(0)
	}
}

// width of a text in millimetres.
func (d *Document) width(size float64, w weight, text string) float64 {
	d.pdf.SetFont(family, "", size)
	return d.pdf.GetStringWidth(legible(text))
}

// text stands with its baseline at y.
func (d *Document) text(x, y, size float64, w weight, ink Ink, text string) {
	if text = legible(text); strings.TrimSpace(text) == "" {
		return
	}
	d.set(size, w, ink)
	d.pdf.Text(x, y, text)
	d.pdf.SetTextRenderingMode(0)
}

func (d *Document) right(x, y, size float64, w weight, ink Ink, text string) {
	d.text(x-d.width(size, w, text), y, size, w, ink, text)
}

func (d *Document) middle(x, y, size float64, w weight, ink Ink, text string) {
	d.text(x-d.width(size, w, text)/2, y, size, w, ink, text)
}

// cut shortens a text to a width.
func (d *Document) cut(text string, size float64, w weight, room float64) string {
	if d.width(size, w, text) <= room {
		return text
	}
	all, used := []rune(legible(text)), d.width(size, w, "…")
	for n, r := range all {
		if used += d.width(size, w, string(r)); used > room {
			if n == 0 {
				return ""
			}
			return string(all[:n]) + "…"
		}
	}
	return text
}

// Characters that begin no line, and that end none (避头尾).
const (
	noHead = "，。、；：？！）】》」』〉〕’”…—～·％%,.;:?!)]}"
	noTail = "（【《「『〈〔‘“([{¥￥$"
)

// wrap breaks a text into lines no wider than room: between Chinese characters, at blanks,
// inside a word only if it fills more than a line.
func (d *Document) wrap(text string, size float64, w weight, room float64) []string {
	d.pdf.SetFont(family, "", size)
	return wrap(legible(text), room, func(s string) float64 { return d.pdf.GetStringWidth(s) })
}

func wrap(text string, room float64, width func(string) float64) []string {
	all := []rune(strings.TrimSpace(text))
	if len(all) == 0 {
		return []string{""}
	}
	widths := make([]float64, len(all))
	for i, r := range all {
		widths[i] = width(string(r))
	}
	var lines []string
	for start := 0; start < len(all); {
		end, used := start, 0.0
		for end < len(all) && used+widths[end] <= room {
			used += widths[end]
			end++
		}
		end = max(end, start+1)
		if end < len(all) {
			if b := lastBreak(all, start, end); b > start {
				end = b
			}
		}
		lines = append(lines, strings.TrimSpace(string(all[start:end])))
		for start = end; start < len(all) && all[start] == ' '; start++ {
		}
	}
	return lines
}

// lastBreak is the last place at or before end where a line may break; start if there is none.
func lastBreak(all []rune, start, end int) int {
	for b := end; b > start; b-- {
		before, after := all[b-1], all[b]
		if strings.ContainsRune(noHead, after) || strings.ContainsRune(noTail, before) {
			continue
		}
		if before == ' ' || after == ' ' || before == '-' || before == '/' || wide(before) || wide(after) {
			return b
		}
	}
	return start
}

// wide says whether a character is one that lines break beside: Chinese, and its marks.
func wide(r rune) bool { return r >= 0x2e80 && r <= 0xffef }
