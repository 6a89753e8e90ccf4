package sheet

import (
	"bytes"
	"net/http"
	"strings"
	"unicode/utf16"

	"zhike/internal/platform/sheet/grid"
)

func zipped(data []byte) bool {
	return bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06"))
}

// refuse says what to do with a file that is neither a workbook nor text.
func refuse(data []byte) error {
	switch {
	case zipped(data):
		return nil
	case bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")): // the container of Office before 2007, and of encrypted files
		return refuseContainer(data)
	case len(data) > 4 && data[0] == 9 && data[1] <= 8 && (data[2] == 4 || data[2] == 6 || data[2] == 8) && data[3] == 0: // .xls of before 1993
		return grid.ErrOld
	case bytes.Contains(data[:min(len(data), 4096)], []byte("urn:schemas-microsoft-com:office:spreadsheet")): // Excel 2003's XML
		return grid.ErrOld
	}
	found, _, _ := strings.Cut(http.DetectContentType(data), ";")
	if found == "text/plain" {
		return nil
	}
	if found != "application/octet-stream" {
		_, found, _ = strings.Cut(found, "/")
		return grid.Type(found)
	}
	if wide(data) == "" {
		return grid.Type("binary")
	}
	return nil
}

func refuseContainer(data []byte) error {
	holds := func(stream string) bool {
		var wide []byte
		for _, u := range utf16.Encode([]rune(stream)) {
			wide = append(wide, byte(u), byte(u>>8))
		}
		return bytes.Contains(data, wide)
	}
	switch {
	case holds("EncryptedPackage"):
		return grid.ErrProtected
	case holds("WordDocument"):
		return grid.Type("doc")
	case holds("PowerPoint Document"):
		return grid.Type("ppt")
	}
	return grid.ErrOld
}

// wide tells text of two bytes a character, without a mark at its beginning, from other
// data: nearly every second byte of its line ends, digits and commas is zero.
func wide(data []byte) string {
	head := data[:min(len(data), 64<<10)&^1]
	var even, odd int
	for i := 0; i < len(head); i += 2 {
		if head[i] == 0 {
			even++
		}
		if head[i+1] == 0 {
			odd++
		}
	}
	switch n := len(head) / 2; {
	case odd > n/20 && even <= odd/50:
		return "utf-16le"
	case even > n/20 && odd <= even/50:
		return "utf-16be"
	}
	return ""
}
