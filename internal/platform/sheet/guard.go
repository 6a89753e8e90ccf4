package sheet

import (
	"strings"
	"unicode"

	"zhike/internal/platform/sheet/grid"
)

// dangerous tells text that a spreadsheet may take for a formula, behind spaces and quotes
// too, which some programs drop (OWASP, CSV Injection).
func dangerous(text string) bool {
	for _, r := range text {
		switch r {
		case '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠':
			return true
		case '\'', '"':
		default:
			if !unicode.IsSpace(r) && !grid.Unseen(r) {
				return false
			}
		}
	}
	return false
}

// Guard puts an apostrophe before what might be a formula. Reading takes it away again.
func Guard(text string) string {
	if dangerous(text) {
		return "'" + text
	}
	return text
}

// unguard takes one apostrophe away, so that text which had one of its own keeps it.
func unguard(text string) string {
	if rest, ok := strings.CutPrefix(text, "'"); ok && dangerous(rest) {
		return rest
	}
	return text
}

// clean drops what XML cannot hold, and gives every line the same end.
func clean(text string) string {
	text = strings.ToValidUTF8(text, string(unicode.ReplacementChar))
	if strings.IndexFunc(text, illegal) < 0 {
		return text
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	return strings.Map(func(r rune) rune {
		if illegal(r) {
			return -1
		}
		return r
	}, text)
}

func illegal(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r == 0x7F || r == 0xFFFE || r == 0xFFFF
}
