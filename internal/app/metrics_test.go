package app

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMetrics: a monitor reads them on a listener of their own, never on the public one; no label
// holds an id; a damaged database turns the node red.
func TestMetrics(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	setup := itself("setup", "--data", data, "--login", "boss", "--name", "Boss", "--company", "Zhike", "--password-stdin")
	setup.Stdin = strings.NewReader("a long enough passphrase\n")
	if out, err := setup.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	at := "127.0.0.1:" + freePort(t)
	c := itself("serve", "--data", data, "--listen", "127.0.0.1:0", "--metrics", at)
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	line, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	address := strings.TrimSpace(strings.TrimPrefix(line, "Zhike is at "))
	go io.Copy(io.Discard, out)
	cookie := signIn(t, address+"/api/v1")
	if code := send(address+"/api/v1", cookie, "宁波甲乙泽科技有限公司"); code != 201 {
		t.Fatalf("a customer: %d", code)
	}
	var list struct{ Items []struct{ ID string } }
	fetch(t, address+"/api/v1/customers", cookie, &list)
	fetch(t, address+"/api/v1/customers/"+list.Items[0].ID, cookie, &struct{}{})
	get := func(url string) (int, string) {
		t.Helper()
		r, err := http.Get(url)
		must(t, err)
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		must(t, err)
		return r.StatusCode, string(b)
	}
	if code, _ := get(address + "/metrics"); code == 200 {
		if _, body := get(address + "/metrics"); strings.Contains(body, "zhike_") {
			t.Error("the public listener tells the metrics")
		}
	}
	code, text := get("http://" + at + "/metrics")
	if code != 200 {
		t.Fatalf("metrics: %d", code)
	}
	for _, want := range []string{`zhike_request_duration_seconds_count{method="POST",route="/api/v1/customers",status="201"} 1`, `route="/api/v1/customers/{id}"`, "zhike_ready 1", `zhike_jobs{state="dead"} 0`, "zhike_backups ", "zhike_database_bytes ", `zhike_unit_duration_seconds_count{kept="true",kind="write"}`, "process_resident_memory_bytes", `engine="sqlite"`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not told", want)
		}
	}
	if strings.Contains(text, list.Items[0].ID) || strings.Contains(text, "boss") {
		t.Error("a label holds an id or a login")
	}
	if code, body := get(address + "/readyz"); code != 200 || body != "ready\n" {
		t.Errorf("readyz: %d %s", code, body)
	}
	if code, _ := get("http://" + at + "/api/v1/customers"); code != 404 {
		t.Errorf("the metrics' listener answers more: %d", code)
	}
}

// TestANodeTurnsRed when its database is damaged, and green again when it is sound.
func TestANodeTurnsRed(t *testing.T) {
	f, h, _ := small(t, 3, demoNow)
	ready := func() (int, string) {
		w := httptest.NewRecorder()
		h.Standing.ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
		return w.Code, strings.TrimSpace(w.Body.String())
	}
	must(t, h.Standing.Look(t.Context()))
	if code, _ := ready(); code != 200 {
		t.Errorf("a sound node: %d", code)
	}
	must(t, h.DB.Close())
	path := f.File("zhike.db")
	b, err := os.ReadFile(path)
	must(t, err)
	bad := append([]byte(nil), b...)
	for i := 4096 * 40; i < 4096*60; i++ {
		bad[i] ^= 0x5a
	}
	must(t, os.WriteFile(path, bad, 0o600))
	if err := h.Standing.Look(t.Context()); err == nil {
		t.Error("twenty damaged pages pass")
	}
	if code, why := ready(); code != 503 || why != "the database is damaged: restore a backup" {
		t.Errorf("a damaged one: %d %s", code, why)
	}
	must(t, os.WriteFile(path, b, 0o600))
	must(t, h.Standing.Look(t.Context()))
	if code, why := ready(); code != 503 || why != "the database does not answer" { // it is closed
		t.Errorf("a closed one: %d %s", code, why)
	}
	h.Standing.Stop()
	if code, why := ready(); code != 503 || why != "stopping" {
		t.Errorf("one that stops: %d %s", code, why)
	}
}

// TestLimitsOfARequest: the limits of a request hold on the real listener.
func TestLimitsOfARequest(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	setup := itself("setup", "--data", data, "--login", "boss", "--name", "Boss", "--company", "Zhike", "--password-stdin")
	setup.Stdin = strings.NewReader("a long enough passphrase\n")
	if out, err := setup.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	c, base := serveUntil(t, data)
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	cookie := signIn(t, base)
	ask := func(method, path, body string, header ...string) *http.Response {
		t.Helper()
		r, err := http.NewRequest(method, base+path, strings.NewReader(body))
		must(t, err)
		r.AddCookie(cookie)
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		client := &http.Client{Timeout: 20 * time.Second}
		answer, err := client.Do(r)
		must(t, err)
		answer.Body.Close()
		return answer
	}
	deep := strings.Repeat(`{"all":[`, 10) + `{"field":"name","op":"eq","value":"a"}` + strings.Repeat(`]}`, 10)
	for name, c := range map[string]struct {
		method, path, body string
		header             []string
		want               int
	}{
		"a body of 2 MB":        {"POST", "/customers", `{"name":"` + strings.Repeat("a", 2<<20) + `"}`, nil, 413},
		"a header of 64 KB":     {"GET", "/customers", "", []string{"X-Long", strings.Repeat("a", 64<<10)}, 431},
		"ten levels of filter":  {"GET", "/customers?filter=" + strings.ReplaceAll(strings.ReplaceAll(deep, `"`, "%22"), " ", "%20"), "", nil, 422},
		"a filter of 9 KB":      {"GET", "/customers?filter=" + strings.Repeat("a", 9<<10), "", nil, 422},
		"a page of 201":         {"GET", "/customers?limit=201", "", nil, 422},
		"a thousand contacts":   {"POST", "/customers", `{"name":"宁波甲乙泽科技有限公司","contacts":[` + strings.TrimSuffix(strings.Repeat(`{"name":"a"},`, 1000), ",") + `]}`, nil, 422},
		"no JSON":               {"POST", "/customers", `{"name":`, nil, 400},
		"another kind of body":  {"POST", "/customers", `<a/>`, []string{"Content-Type", "text/xml"}, 415},
		"a made-up method":      {"BREW", "/customers", "", nil, 405},
		"from another origin":   {"POST", "/customers", `{"name":"a"}`, []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, 403},
		"a path that is no one": {"GET", "/nowhere", "", nil, 404},
	} {
		if got := ask(c.method, c.path, c.body, c.header...); got.StatusCode != c.want {
			t.Errorf("%s: %d, wants %d", name, got.StatusCode, c.want)
		}
	}
	h := ask("GET", "/customers", "").Header
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Cache-Control": "no-store"} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	csp := h.Get("Content-Security-Policy")
	if !strings.Contains(csp, "script-src 'self';") || strings.Contains(csp, "unsafe-eval") {
		t.Errorf("the policy lets in scripts: %s", csp)
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	must(t, err)
	return port
}
