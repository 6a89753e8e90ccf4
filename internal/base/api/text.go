package api

import (
	"bytes"
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"zhike/internal/platform/fault"

	"github.com/danielgtaylor/huma/v2"
)

// Holdable says that both databases can keep a text: whole characters, and no NUL, which
// PostgreSQL refuses. A caller's mistake must not come back as a fault of ours.
func Holdable(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// held is what can be kept of a text that nobody wrote by hand: a program's name, a file's.
func held(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

var (
	errText    = errors.New("api: text that no database holds")
	errNoQuery = fault.New(fault.Malformed, "invalid")
)

// legible refuses an address with text that no database holds: such a path leads nowhere.
func legible(u *url.URL) error {
	if !Holdable(u.Path) {
		return errNoPath
	}
	if q, err := url.QueryUnescape(u.RawQuery); err != nil || !Holdable(q) {
		return errNoQuery
	}
	return nil
}

// jsonOf reads bodies as huma does, and refuses text that no database holds.
func jsonOf(f huma.Format) huma.Format {
	read := f.Unmarshal
	f.Unmarshal = func(data []byte, v any) error {
		if !utf8.Valid(data) || saysNUL(data) {
			return errText
		}
		return read(data, v)
	}
	return f
}

// saysNUL finds the escape of a NUL: \u0000 behind an even number of backslashes.
func saysNUL(data []byte) bool {
	for {
		at := bytes.Index(data, []byte(`\u0000`))
		if at < 0 {
			return false
		}
		before := len(data[:at]) - len(bytes.TrimRight(data[:at], `\`))
		if before%2 == 0 {
			return true
		}
		data = data[at+1:]
	}
}

// agentOf is the program that somebody uses, as far as it says one that can be kept.
func agentOf(h string) string {
	if len(h) > 200 {
		h = h[:200]
	}
	return held(h)
}
