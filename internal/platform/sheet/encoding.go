package sheet

import (
	"bytes"
	"io"
	"unicode/utf8"

	"zhike/internal/platform/fault"
	"zhike/internal/platform/sheet/grid"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// The encodings in which tables come.
const (
	utf8Plain = "utf-8"
	utf8BOM   = "utf-8-bom"
	gb18030   = "gb18030" // and gbk and gb2312, which it contains
	utf16LE   = "utf-16le"
	utf16BE   = "utf-16be"
)

// encodingOf recognises by the whole of data: a few Chinese characters far down decide.
func encodingOf(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		return utf8BOM
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		return utf16LE
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return utf16BE
	case bytes.IndexByte(data, 0) >= 0:
		return wide(data)
	case utf8.Valid(data):
		return utf8Plain
	}
	return gb18030
}

// check refuses data that is not in this encoding, and names the line.
func check(data []byte, encoding string) error {
	bad := -1
	switch encoding {
	case utf8Plain, utf8BOM:
		bad = brokenUTF8(data)
	case gb18030:
		bad = brokenGB(data)
	case utf16LE, utf16BE:
		if len(data)%2 != 0 {
			return grid.ErrBroken
		}
	default:
		return fault.Rule("invalid", "encoding")
	}
	if bad >= 0 {
		return grid.At(grid.ErrEncoding, 1+bytes.Count(data[:bad], []byte{'\n'}))
	}
	return nil
}

// decode gives data as UTF-8, without its mark.
func decode(data []byte, encoding string) io.Reader {
	switch encoding {
	case gb18030:
		return transform.NewReader(bytes.NewReader(data), simplifiedchinese.GB18030.NewDecoder())
	case utf16LE:
		return transform.NewReader(bytes.NewReader(data), unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	case utf16BE:
		return transform.NewReader(bytes.NewReader(data), unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder())
	}
	return bytes.NewReader(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")))
}

func brokenUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; ; {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n < 2 {
			return i
		}
		i += n
	}
}

// brokenGB is where data stops being GB18030, by its shape, or -1.
func brokenGB(data []byte) int {
	for i := 0; i < len(data); i++ {
		lead := data[i]
		if lead <= 0x80 { // 0x80 is Windows' euro sign
			continue
		}
		if lead == 0xFF || i+1 == len(data) {
			return i
		}
		switch next := data[i+1]; {
		case next >= 0x40 && next != 0x7F && next != 0xFF:
			i++
		case next >= 0x30 && next <= 0x39 && i+3 < len(data) && data[i+2] >= 0x81 && data[i+2] != 0xFF && data[i+3] >= 0x30 && data[i+3] <= 0x39:
			i += 3
		default:
			return i
		}
	}
	return -1
}
