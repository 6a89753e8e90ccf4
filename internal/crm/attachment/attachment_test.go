package attachment

import (
	"strings"
	"testing"
	"unicode/utf8"

	"zhike/internal/base/api"
)

func TestClean(t *testing.T) {
	for from, want := range map[string]string{
		"营业执照.pdf":                         "营业执照.pdf",
		`C:\Users\li\合同.docx`:              "合同.docx",
		"../../etc/passwd":                 "passwd",
		"a\x00b\u202egnp.exe.pdf":          "abgnp.exe.pdf",
		"  ... .pdf":                       "file.pdf",
		"":                                 "file",
		"/":                                "file",
		"CON<>:|?*.txt":                    "CON.txt",
		"x." + strings.Repeat("e", 40):     "x",
		strings.Repeat("长", 300) + ".jpeg": strings.Repeat("长", 115) + ".jpeg",
		"bad\xff\xfeutf.txt":               "badutf.txt",
	} {
		if got := Clean(from); got != want || !utf8.ValidString(got) || utf8.RuneCountInString(got) > api.MaxFileName {
			t.Errorf("%q is %q, wants %q", from, got, want)
		}
	}
}

func TestJudge(t *testing.T) {
	zip := "PK\x03\x04rest"
	for _, c := range []struct{ name, start, media string }{
		{"a.pdf", "%PDF-1.7 x", "application/pdf"},
		{"a.PDF", "%PDF-1.7 x", "application/pdf"},
		{"a.jpg", "\xff\xd8\xff\xe0", "image/jpeg"},
		{"a.docx", zip, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"a.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"},
		{"a.txt", "报价单", "text/plain"},
		{"a.csv", "a,b", "text/csv"},
		{"a.pdf", "MZ\x90\x00", ""},
		{"a.pdf", zip, ""},
		{"a.txt", "<html><script>", ""},
		{"a.html", "<html>", ""},
		{"a.svg", "<svg xmlns", ""},
		{"a.exe", "MZ\x90\x00", ""},
		{"a", "%PDF-1.7", ""},
		{"a.jpg", "%PDF-1.7", ""},
		{"a.docx", "not a zip", ""},
	} {
		_, media, err := Judge(c.name, []byte(c.start))
		if media != c.media || (err == nil) != (c.media != "") {
			t.Errorf("%s with %q: %q, %v; wants %q", c.name, c.start, media, err, c.media)
		}
	}
}
