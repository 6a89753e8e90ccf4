package api

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"zhike/internal/base/access"
)

// TestFilesLieStill: what somebody else wrote comes as a file to be kept; no browser guesses what it is, runs it or takes it for a page of ours.
func TestFilesLieStill(t *testing.T) {
	mux := http.NewServeMux()
	r := New(mux, nil, nil, func(context.Context, Credential) (access.Actor, error) { return access.Actor{}, nil })
	Download(r, Op{Path: "/papers/{id}", May: access.Public}, func(context.Context, access.Actor, string, struct{}) (Sheet, error) {
		return Sheet{Name: "报价\r\nSet-Cookie: a=b;\".html", Type: "application/pdf", Write: func(w io.Writer) error {
			_, err := io.WriteString(w, "<script>parent.ran = 1</script>")
			return err
		}}, nil
	})
	rec := httptest.NewRecorder()
	Serving{}.Guard(mux).ServeHTTP(rec, httptest.NewRequest("GET", Root+"/papers/1", nil))
	if rec.Code != 200 {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'", "X-Frame-Options": "DENY",
		"Cache-Control": "no-store", "Content-Disposition": "attachment; filename*=UTF-8''%E6%8A%A5%E4%BB%B7%0D%0ASet-Cookie:%20a=b%3B%22.html", "Set-Cookie": "",
	} {
		if got := strings.Join(rec.Header().Values(name), " and "); got != want {
			t.Errorf("%s is %q, wants %q", name, got, want)
		}
	}
}

// An endless name keeps its extension, by which its content is judged.
func TestNamed(t *testing.T) {
	for from, want := range map[string]string{
		"a.pdf":                           "a.pdf",
		`C:\x\..\合同.docx`:                 "合同.docx",
		"../../../etc/passwd":             "passwd",
		strings.Repeat("长", 400) + ".pdf": strings.Repeat("长", 116) + ".pdf",
		strings.Repeat("长", 400):          strings.Repeat("长", 120),
		"a." + strings.Repeat("长", 400):   "a." + strings.Repeat("长", 106) + "." + strings.Repeat("长", 11),
	} {
		if got := named(from); got != want || utf8.RuneCountInString(got) > MaxFileName {
			t.Errorf("%.20s… is %s (%d), wants %s", from, got, utf8.RuneCountInString(got), want)
		}
	}
}
