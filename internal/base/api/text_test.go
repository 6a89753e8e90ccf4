package api

import (
	"encoding/json"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// FuzzBody: what a body is read into holds no text that PostgreSQL refuses, however it was escaped.
func FuzzBody(f *testing.F) {
	for _, s := range []string{`{"a":"\u0000"}`, `{"a":"\\u0000"}`, `{"a":"\\\u0000"}`, `"嘉兴"`, "\"\xff\"", `{"\u0000":1}`, `["\ud800"]`, `"\U0000"`} {
		f.Add([]byte(s))
	}
	read := jsonOf(huma.DefaultJSONFormat).Unmarshal
	f.Fuzz(func(t *testing.T, b []byte) {
		var plain any
		wrong := json.Unmarshal(b, &plain)
		var v any
		if err := read(b, &v); err != nil {
			if wrong == nil && utf8.Valid(b) && fits(plain) {
				t.Errorf("%q is refused: %v", b, err)
			}
			return
		}
		if !fits(v) {
			t.Errorf("%q is taken", b)
		}
	})
}

// fits says that every text in v can be kept.
func fits(v any) bool {
	switch v := v.(type) {
	case string:
		return Holdable(v)
	case []any:
		for _, x := range v {
			if !fits(x) {
				return false
			}
		}
	case map[string]any:
		for k, x := range v {
			if !Holdable(k) || !fits(x) {
				return false
			}
		}
	}
	return true
}

// FuzzHeaders: the headers that we read ourselves. What comes of them is short, can be kept, and is what was sent or nothing.
func FuzzHeaders(f *testing.F) {
	f.Add(`"3"`, "10.0.0.9", "Mozilla/5.0", "zhike=abc")
	f.Add(`W/"7"`, "1.2.3.4, ::ffff:10.1.2.3", strings.Repeat("客", 90), `zhike="a; b"`)
	f.Add(`"-1"`, "fe80::1%\x00eth0", "\xff\x00", "__Host-zhike=x; zhike=y")
	f.Add(`""7""`, "[::1]:80", "", "")
	trusted := Serving{Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	f.Fuzz(func(t *testing.T, match, hops, agent, cookie string) {
		if v, err := version(match, false); err == nil {
			if again, err := version(etag(v), false); v < 1 || err != nil || again != v || !strings.Contains(match, strconv.FormatInt(v, 10)) && !strings.ContainsAny(match, "0+") {
				t.Errorf("If-Match %q is %d, which is %d, %v", match, v, again, err)
			}
		}
		if a := agentOf(agent); len(a) > 200 || !Holdable(a) {
			t.Errorf("agent %q is kept as %q", agent, a)
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["X-Forwarded-For"] = []string{hops}
		r.RemoteAddr = "10.0.0.1:5"
		said := trusted.remote(r)
		if at, err := netip.ParseAddr(said); err != nil || at.Zone() != "" || at.Is4In6() || at.String() != said {
			t.Errorf("forwarded for %q is %q", hops, said)
		}
		r.RemoteAddr = "192.0.2.1:5"
		if said := trusted.remote(r); said != "192.0.2.1" {
			t.Errorf("a stranger who says %q is %q", hops, said)
		}
		if token := SessionOf(cookie); !strings.Contains(cookie, token) {
			t.Errorf("cookie %q is %q", cookie, token)
		}
	})
}

// FuzzForm: an upload of any bytes ends, with a file in its limits or an error, and with names that can be kept.
func FuzzForm(f *testing.F) {
	const boundary = "multipart/form-data; boundary=b"
	whole := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a/b.csv\"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\ncustomer\r\n--b--\r\n"
	f.Add(boundary, whole)
	f.Add(boundary, strings.ReplaceAll(whole, "a/b.csv", "..\\\xff\x00.csv"))
	f.Add(boundary, whole[:60])
	f.Add("multipart/form-data", whole)
	f.Fuzz(func(t *testing.T, header, body string) {
		file, err := readForm(header, strings.NewReader(body))
		if err != nil {
			return
		}
		if len(file.Data) > len(body) || len([]rune(file.Name)) > 120 || !Holdable(file.Name) || strings.ContainsAny(file.Name, `/\`) {
			t.Errorf("%q is %d bytes called %q", body, len(file.Data), file.Name)
		}
		for k, v := range file.Fields {
			if !Holdable(k) || !Holdable(v) {
				t.Errorf("field %q is %q", k, v)
			}
		}
	})
}
