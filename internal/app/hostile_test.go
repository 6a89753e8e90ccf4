package app

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"zhike/internal/base/api"
)

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// TestTextNoDatabaseHolds sends what PostgreSQL cannot keep (a NUL, half a character) wherever a caller may put text.
// Each is answered, and by no 500: a mistake of the caller is no fault of ours.
func TestTextNoDatabaseHolds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.placements["own"]["customers"]
		send := func(method, path, body, kind string, h http.Header) {
			t.Helper()
			r := httptest.NewRequest(method, "/", strings.NewReader(body))
			u, err := url.Parse(api.Root + path)
			must(t, err)
			r.URL = u
			r.Header.Set("Content-Type", kind)
			for k, v := range h {
				r.Header[k] = v
			}
			rec := httptest.NewRecorder()
			api.Serving{}.Guard(w.mux).ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), whoKey{}, w.actors["admin"])))
			if rec.Code >= 500 {
				t.Errorf("%s %s with %q: %d %s", method, path, body, rec.Code, rec.Body)
			}
		}
		for _, bad := range []string{"\x00", "嘉\x00兴", "\xff", "嘉\xe5\x98"} {
			q := url.QueryEscape(bad)
			for _, path := range []string{
				"/customers?q=" + q, "/customers?cursor=" + q, "/customers?sort=" + q, "/customers/" + url.PathEscape(bad), "/customers/" + id + "/timeline?cursor=" + q,
				"/customers?filter=" + url.QueryEscape(`{"field":"name","op":"contains","value":"`+bad+`"}`), "/search?q=" + q, "/audit?q=" + q, "/audit?kind=" + q, "/tasks?owner=" + q, "/follow-ups?filter=" + q, "/needs?filter=" + q, "/orders?filter=" + q, "/contacts?q=" + q, "/users?q=" + q, "/jobs?state=" + q,
				"/regions?q=" + q,
			} {
				send("GET", path, "", "application/json", nil)
			}
			for _, text := range []string{bad, `\u0000`, `a\u0000b`, `\ud800`} {
				filter := url.QueryEscape(`{"field":"name","op":"eq","value":"` + text + `"}`)
				send("GET", "/customers?filter="+filter, "", "application/json", nil)
				send("GET", "/customers?filter="+url.QueryEscape(`{"field":"owner_id","op":"in","value":["`+text+`"]}`), "", "application/json", nil)
				send("POST", "/customers", `{"name":"嘉兴`+text+`物流有限公司","remark":"`+text+`"}`, "application/json", nil)
				send("POST", "/customers/"+id+"/follow-ups", `{"method":"call","content":"谈了`+text+`","quote":"`+text+`"}`, "application/json", nil)
				send("POST", "/tasks", `{"title":"回电`+text+`","customer_id":"`+id+`","due_at":"2026-03-05T09:00:00Z"}`, "application/json", nil)
				send("POST", "/departments", `{"name":"`+text+`部"}`, "application/json", nil)
				send("POST", "/reports/ask", `{"subject":"customer","measures":["count"],"filter":`+quoted(`{"field":"name","op":"contains","value":"`+text+`"}`)+`}`, "application/json", nil)
				send("POST", "/segments/count", `{"filter":`+quoted(`{"field":"name","op":"contains","value":"`+text+`"}`)+`}`, "application/json", nil)
				send("POST", "/customers/search-sensitive", `{"q":"`+text+`"}`, "application/json", nil)
				send("POST", "/segments", `{"name":"`+text+`组","filter":"{\"field\":\"name\",\"op\":\"eq\",\"value\":\"x\"}","shared":"all"}`, "application/json", nil)
			}
			send("POST", "/customers", `{"name":"嘉兴云栈物流有限公司"}`, "application/json", http.Header{"Idempotency-Key": {bad}, "User-Agent": {bad}})
			var form bytes.Buffer
			m := multipart.NewWriter(&form)
			f, err := m.CreateFormFile("file", "客户"+bad+".csv")
			must(t, err)
			f.Write([]byte("客户名称\n" + bad + "公司\n"))
			must(t, m.WriteField("kind", "customer"+bad))
			must(t, m.Close())
			send("POST", "/imports", form.String(), m.FormDataContentType(), nil)
		}
	})
}
