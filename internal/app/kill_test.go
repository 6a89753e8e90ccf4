package app

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMain lets this test binary be the program itself, so that it can be killed.
func TestMain(m *testing.M) {
	if os.Getenv("ZHIKE_TEST_PROGRAM") != "" {
		os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// itself is the program, run as a process of its own.
func itself(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), "ZHIKE_TEST_PROGRAM=1")
	return c
}

// serveUntil starts the server in data and gives its address.
func serveUntil(t *testing.T, data string) (*exec.Cmd, string) {
	t.Helper()
	c := itself("serve", "--data", data, "--listen", "127.0.0.1:0")
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	_, address, ok := strings.Cut(strings.TrimSpace(line), "Zhike is at ")
	if !ok {
		t.Fatalf("the server says %q", line)
	}
	go io.Copy(io.Discard, out)
	return c, address + "/api/v1"
}

// TestKill: ten times the server is killed in the middle of writing; every write it had
// acknowledged is there afterwards, none twice, and the audit chain holds.
func TestKill(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	setup := itself("setup", "--data", data, "--login", "boss", "--name", "老板", "--company", "禾澈", "--password-stdin")
	setup.Stdin = strings.NewReader("a long enough passphrase\n")
	if out, err := setup.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	acknowledged := map[string]bool{}
	var mu sync.Mutex
	for round := range 10 {
		server, base := serveUntil(t, data)
		cookie := signIn(t, base)
		var wg sync.WaitGroup
		for k := range 8 {
			wg.Go(func() {
				for i := range 400 {
					name := fmt.Sprintf("宁波%s泽科技有限公司", spelled(round*100_000+k*1000+i))
					if code := send(base, cookie, name); code != 201 {
						return
					}
					mu.Lock()
					acknowledged[name] = true
					mu.Unlock()
				}
			})
		}
		time.Sleep(time.Duration(80+round*40) * time.Millisecond)
		must(t, server.Process.Kill())
		wg.Wait()
		_ = server.Wait() // it was killed: there is no good end to wait for
	}
	server, base := serveUntil(t, data)
	cookie := signIn(t, base)
	found, _ := walked(t, base+"/customers?limit=200&sort=created_at", cookie)
	for name := range acknowledged {
		if found[name] != 1 {
			t.Errorf("%s was acknowledged and is there %d times", name, found[name])
		}
	}
	if len(acknowledged) < 50 {
		t.Errorf("only %d writes were acknowledged: the test says little", len(acknowledged))
	}
	out, err := itself("audit", "verify", "--data", data).CombinedOutput() // beside the running server
	if err != nil || bytes.Contains(out, []byte("BROKEN")) {
		t.Errorf("%v: %s", err, out)
	}
	must(t, server.Process.Signal(os.Interrupt))
	if err := server.Wait(); err != nil {
		t.Errorf("a graceful stop ends with %v", err)
	}
	if second := itself("serve", "--data", data, "--listen", "127.0.0.1:0"); second.Start() == nil {
		time.Sleep(300 * time.Millisecond)
		if out, err := itself("serve", "--data", data, "--listen", "127.0.0.1:0").CombinedOutput(); err == nil || !bytes.Contains(out, []byte("another process")) {
			t.Errorf("a second process is let in: %v %s", err, out)
		}
		_ = second.Process.Kill()
		_ = second.Wait()
	}
	t.Logf("%d writes acknowledged, %d there", len(acknowledged), len(found))
}

// walked goes through a list to its end, and tells how often each name stands there, and how many records.
func walked(t *testing.T, list string, cookie *http.Cookie) (names map[string]int, all int) {
	t.Helper()
	names = map[string]int{}
	for cursor := ""; ; {
		var page struct {
			Items []struct {
				Name string `json:"name"`
			} `json:"items"`
			Next string `json:"next"`
		}
		fetch(t, list+"&cursor="+cursor, cookie, &page)
		for _, x := range page.Items {
			names[x.Name]++
		}
		all += len(page.Items)
		if cursor = page.Next; cursor == "" {
			return names, all
		}
	}
}

func signIn(t *testing.T, base string) *http.Cookie {
	t.Helper()
	r, err := http.Post(base+"/session", "application/json", strings.NewReader(`{"login":"boss","password":"a long enough passphrase"}`))
	must(t, err)
	defer r.Body.Close()
	if r.StatusCode != 200 {
		t.Fatalf("sign in: %d", r.StatusCode)
	}
	return r.Cookies()[0]
}

func send(base string, cookie *http.Cookie, name string) int {
	body, _ := json.Marshal(map[string]any{"name": name})
	r, err := http.NewRequest("POST", base+"/customers", bytes.NewReader(body))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/json")
	r.AddCookie(cookie)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return 0
	}
	return res.StatusCode
}

func fetch(t *testing.T, url string, cookie *http.Cookie, into any) {
	t.Helper()
	r, err := http.NewRequest("GET", url, nil)
	must(t, err)
	r.AddCookie(cookie)
	res, err := http.DefaultClient.Do(r)
	must(t, err)
	defer res.Body.Close()
	must(t, json.NewDecoder(res.Body).Decode(into))
}

// spelled writes n without digits: names hold no numbers.
func spelled(n int) string {
	r := []rune("甲乙丙丁戊己庚辛壬癸")
	var out []rune
	for range 7 {
		out = append(out, r[n%10])
		n /= 10
	}
	return string(out)
}
