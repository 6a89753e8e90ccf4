package app

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"zhike/internal/base/api"
	"zhike/internal/crm/attachment"
)

// hung sends a file as a browser does.
func (w *world) hung(t *testing.T, as, customer, file, content, kind string) (int, attachment.Attachment, string) {
	t.Helper()
	body, media := form(t, file, content, map[string]string{"kind": kind})
	r := httptest.NewRequest("POST", api.Root+"/customers/"+customer+"/attachments", strings.NewReader(body))
	r.Header.Set("Content-Type", media)
	rec := httptest.NewRecorder()
	api.Serving{}.Guard(w.mux).ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), whoKey{}, w.actors[as])))
	var a attachment.Attachment
	_ = json.Unmarshal(rec.Body.Bytes(), &a)
	return rec.Code, a, rec.Body.String()
}

// TestAttachmentNames: papers hang on a customer (S50) and are called 客户名称-文件类型-日期, with -2, -3 where the day has more (S51);
// whatever a name holds, it stays one name in no folder, and its own extension is what its content is judged by.
func TestAttachmentNames(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.say(t, saying{as: "east", call: "POST /customers", body: `{"name":"云栈科技","duplicates":"new"}`, status: 201})["id"].(string)
		add := func(file, kind, want, original string) attachment.Attachment {
			t.Helper()
			code, a, body := w.hung(t, "east", c, file, pdf, kind)
			if code != 201 || a.Name != want || string(a.Original) != original || a.Creator == "" {
				t.Errorf("%.30q: %d %s, wants %s (%s)", file, code, body, want, original)
			}
			return a
		}
		first := add("扫描件.pdf", "business_licence", "云栈科技-营业执照-20260302.pdf", "扫描件.pdf")
		add("扫描件.pdf", "business_licence", "云栈科技-营业执照-20260302-2.pdf", "扫描件.pdf")
		third := add("again.PDF", "business_licence", "云栈科技-营业执照-20260302-3.pdf", "again.PDF")
		add("合同.pdf", "contract", "云栈科技-合同-20260302.pdf", "合同.pdf")
		add(strings.Repeat("长", 400)+".pdf", "contract", "云栈科技-合同-20260302-2.pdf", strings.Repeat("长", 116)+".pdf")
		add(`..\..\windows\system32\x.pdf`, "contract", "云栈科技-合同-20260302-3.pdf", "x.pdf")
		add("../../../etc/cron.d/x.pdf", "contract", "云栈科技-合同-20260302-4.pdf", "x.pdf")
		add("发票\u202efdp.exe.pdf", "contract", "云栈科技-合同-20260302-5.pdf", "发票fdp.exe.pdf")
		if code, _, body := w.hung(t, "east", c, "发票\u202efdp.exe", pdf, "contract"); code != 415 || !strings.Contains(body, "attachment_type") {
			t.Errorf("what only looks like a .pdf: %d %s", code, body)
		}
		// A kind corrected is a name corrected; a number once given is no other file's on that day.
		moved := w.say(t, saying{as: "east", call: "PATCH /attachments/" + third.ID, body: `{"kind":"contract"}`, match: `"1"`, status: 200, has: []string{"云栈科技-合同-20260302-6.pdf"}})
		w.say(t, saying{as: "east", call: "PATCH /attachments/" + third.ID, body: `{"kind":"weather"}`, match: version(moved), status: 422, has: []string{`"kind"`}})
		w.hand.Advance(24 * time.Hour)
		add("扫描件.pdf", "business_licence", "云栈科技-营业执照-20260303.pdf", "扫描件.pdf")
		code, _, _ := w.hung(t, "mate", c, "a.pdf", pdf, "contract")
		if code != 404 {
			t.Errorf("somebody else's customer: %d", code)
		}
		rec := httptest.NewRecorder()
		r := httptest.NewRequest("GET", api.Root+"/attachments/"+first.ID+"/content", nil)
		api.Serving{}.Guard(w.mux).ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), whoKey{}, w.actors["east"])))
		if h := rec.Header(); rec.Body.String() != pdf || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment; ") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Security-Policy") != "sandbox; default-src 'none'" {
			t.Errorf("%d %v", rec.Code, h)
		}
		for _, a := range w.filesOf(t, "east", c) {
			if strings.ContainsAny(a.Name+string(a.Original), "/\\\u202e") || utf8.RuneCountInString(string(a.Original)) > api.MaxFileName {
				t.Errorf("%q %q", a.Name, a.Original)
			}
		}
	})
}

// TestFilesThatPretend to be others (S50): content decides, and what is taken is never a page.
func TestFilesThatPretend(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.placements["own"]["customers"]
		for _, x := range []struct {
			name, content string
			status        int
		}{
			{"a.svg", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, 415},
			{"a.png", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, 415},
			{"a.html", "<html><script>alert(1)</script>", 415},
			{"a.pdf", "<html><script>alert(1)</script>", 415},
			{"a.txt", "<!DOCTYPE html><script>alert(1)</script>", 415},
			{"a.docx", "<html>", 415},
			{"a.pdf.exe", "MZ\x90\x00", 415},
			{"a", pdf, 415},
			{"a.gif", "GIF89a/*<script>alert(1)</script>*/=0", 201},
			{"a.pdf", "%PDF-1.4\n<html><script>alert(1)</script>", 201},
			{"a.docx", "PK\x03\x04not a document", 201},
		} {
			code, a, body := w.hung(t, "east", c, x.name, x.content, "other")
			if code != x.status {
				t.Errorf("%s %q: %d %s", x.name, x.content, code, body)
			}
			if strings.Contains(a.Media, "html") || strings.Contains(a.Media, "svg") || strings.Contains(a.Media, "xml") && a.Extension != "" {
				t.Errorf("%s is sent as %s", x.name, a.Media)
			}
		}
	})
}

// TestDemoPapers: the example company keeps papers that open, some of them on talks, and the same ones every time.
func TestDemoPapers(t *testing.T) {
	ctx := t.Context()
	seen := map[string]string{}
	for range 2 {
		f, h, _ := small(t, 1, demoNow)
		must(t, keepFiles(ctx, h, f.Path, ""))
		who := actor(t, h, "guminglan")
		all, err := h.Files.List(ctx, who, attachment.Query{Limit: 50})
		must(t, err)
		talks := 0
		for _, a := range all.Items {
			var b strings.Builder
			_, err := h.Files.Open(ctx, program, a.ID, &b)
			must(t, err)
			if !strings.HasPrefix(b.String(), "%PDF-1.7") && !strings.HasPrefix(b.String(), "\x89PNG") {
				t.Errorf("%s begins with %.8q", a.Name, b.String())
			}
			if was, known := seen[a.Name]; known && was != b.String() {
				t.Errorf("%s is another one every time", a.Name)
			}
			seen[a.Name] = b.String()
			if a.RecordKind == "follow_up" {
				talks++
			}
		}
		if len(all.Items) != 12 || len(seen) != 12 || talks != 3 {
			t.Errorf("%d papers under %d names, %d on talks", len(all.Items), len(seen), talks)
		}
	}
}
