package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Mojibake puts text right that was read in the wrong encoding before it came here: UTF-8
// taken for GBK or for Latin-1, GBK taken for Latin-1. It refuses to guess: a name that
// could be meant as it stands is left alone.
func Mojibake(text string) (repaired string, ok bool) {
	if plainASCII(text) {
		return "", false
	}
	if latin, ok := asLatin(text); ok {
		if s := string(latin); utf8.ValidString(s) && hans(s) > 0 && readable(s) {
			return s, true
		}
		return fromGB(latin)
	}
	raw, ok := asGB(text)
	if !ok || !utf8.ValidString(raw) || !readable(raw) {
		return "", false
	}
	// Two-byte characters of GBK happen to be UTF-8 by chance; that what comes out is Chinese, and commoner Chinese, is no chance.
	if hans(raw) == 0 || commonShare(raw) <= commonShare(text) {
		return "", false
	}
	return raw, true
}

// asLatin gives the bytes of a text all of whose characters are in Windows' Latin-1.
func asLatin(text string) ([]byte, bool) {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		b, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			if r < 0x80 || r > 0x9F { // the few that Windows leaves out pass as they are
				return nil, false
			}
			b = byte(r)
		}
		out = append(out, b)
	}
	return out, true
}

// asGB gives the bytes of a text in Windows' GBK, where the euro sign is the one byte that GB 18030 leaves free.
func asGB(text string) (string, bool) {
	parts := strings.Split(text, "€")
	for i, p := range parts {
		raw, err := simplifiedchinese.GB18030.NewEncoder().String(p)
		if err != nil {
			return "", false
		}
		parts[i] = raw
	}
	return strings.Join(parts, "\x80"), true
}

// fromGB reads bytes as GBK if all that is not ASCII in them are pairs of it, and nearly all characters of GB 2312.
func fromGB(raw []byte) (string, bool) {
	if brokenGB(raw) >= 0 {
		return "", false
	}
	s, err := simplifiedchinese.GB18030.NewDecoder().String(string(raw))
	if err != nil || hans(s) < 2 || !readable(s) || share(s, 0xF7) < 0.75 {
		return "", false
	}
	return s, true
}

// Lost tells text of which characters were destroyed on its way, so that nothing can bring
// them back: replacement characters, and what they become when they are read as GBK.
func Lost(text string) bool {
	if strings.ContainsRune(text, utf8.RuneError) {
		return true
	}
	if plainASCII(text) {
		return false
	}
	if raw, err := simplifiedchinese.GBK.NewEncoder().String(text); err == nil {
		if strings.Contains(raw, "\xEF\xBF\xBD\xEF\xBF\xBD") {
			return true
		}
		return cut(raw, text)
	}
	return false
}

// cut tells UTF-8 that was taken for GBK and lost the last byte of an odd number: three
// bytes of UTF-8 do not fill two characters of GBK, and a question mark stands for the rest.
func cut(raw, text string) bool {
	whole := strings.TrimRight(raw, "?")
	if len(whole) == len(raw) {
		return false
	}
	for range 2 { // one or two bytes of the last character are still there
		if len(whole) == 0 || whole[len(whole)-1] < 0x80 {
			return false
		}
		whole = whole[:len(whole)-1]
		if utf8.ValidString(whole) && hans(whole) > 0 && commonShare(whole) > commonShare(text) {
			return true
		}
	}
	return false
}

// Mojibake looks whether the first rows are garbled: it gives one cell as it is and as it should be.
// Where a cell is garbled past repair, repaired is empty.
func (b *Book) Mojibake() (sample, repaired string, ok bool) {
	seen, garbled, lost := 0, 0, ""
	was, row := b.repair, 0
	b.repair = false
	defer func() { b.repair = was }()
	for _, cells := range b.Rows() {
		if row++; row > 50 {
			break
		}
		for _, c := range cells {
			if plainASCII(c) {
				continue
			}
			seen++
			better, can := Mojibake(c)
			switch {
			case can:
				garbled++
				if utf8.RuneCountInString(better) > utf8.RuneCountInString(repaired) {
					sample, repaired = c, better
				}
			case Lost(c):
				garbled++
				lost = c
			}
		}
	}
	if garbled*3 < seen || garbled == 0 { // one odd cell is not a garbled file
		return "", "", false
	}
	if repaired == "" {
		sample = lost
	}
	return sample, repaired, true
}

func plainASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// readable tells text without control characters and without characters that nobody writes.
func readable(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool {
		return r == utf8.RuneError || unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' || unicode.Is(unicode.Co, r)
	}) < 0
}

func hans(text string) (n int) {
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

// commonShare is how many of a text's characters beyond ASCII are Chinese of everyday use,
// the first level of GB 2312, or the signs that go with it.
func commonShare(text string) float64 { return share(text, 0xD7) }

// share is how many are among the characters up to a row of GB 2312, which puts the commoner ones first.
func share(text string, last byte) float64 {
	all, common := 0, 0
	enc := simplifiedchinese.GBK.NewEncoder()
	for _, r := range text {
		if r < utf8.RuneSelf {
			continue
		}
		all++
		b, err := enc.String(string(r))
		if err == nil && len(b) == 2 && b[1] >= 0xA1 && (b[0] >= 0xB0 && b[0] <= last || b[0] == 0xA1 || b[0] == 0xA3) {
			common++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(common) / float64(all)
}
