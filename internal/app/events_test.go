package app

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/door"
)

// TestLive: over a real connection, behind the guard, the bump of a notice arrives within a
// second of its commit; after signing out nothing does, and the stream ends.
func TestLive(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		server := httptest.NewUnstartedServer(api.Serving{}.Guard(w.Mux()))
		server.Config.ReadTimeout = 300 * time.Millisecond // would end a stream that does not lift it
		server.Start()
		defer server.Close()
		defer w.Live.Close()
		in, err := w.Door.SignIn(t.Context(), access.Actor{}, door.SigningIn{Login: "east", Password: secret})
		must(t, err)
		ask := func(method, path string) *http.Response {
			t.Helper()
			r, err := http.NewRequestWithContext(t.Context(), method, server.URL+api.Root+path, nil)
			must(t, err)
			r.AddCookie(in.Cookie())
			a, err := http.DefaultClient.Do(r)
			must(t, err)
			return a
		}
		stream := ask("GET", "/events")
		defer stream.Body.Close()
		if stream.StatusCode != 200 || !strings.HasPrefix(stream.Header.Get("Content-Type"), "text/event-stream") || stream.Header.Get("Cache-Control") != "no-store" {
			t.Fatal(stream.Status, stream.Header)
		}
		lines := make(chan string, 100)
		go func() {
			defer close(lines)
			for s := bufio.NewScanner(stream.Body); s.Scan(); {
				if strings.HasPrefix(s.Text(), "data:") {
					lines <- s.Text()
				}
			}
		}()
		time.Sleep(500 * time.Millisecond) // past the server's deadline of reading
		w.raise(t, 1, "live")
		select {
		case l, ok := <-lines:
			if !ok || !strings.Contains(l, `"topic":"notice"`) || !strings.Contains(l, `"kind":"customer_given"`) || strings.Contains(l, "甲") {
				t.Fatalf("%v %q", ok, l)
			}
		case <-time.After(time.Second):
			t.Fatal("no bump within a second")
		}
		if out := ask("DELETE", "/session"); out.StatusCode != 204 {
			t.Fatal(out.Status)
		}
		w.raise(t, 1, "late")
		select {
		case l, ok := <-lines:
			if ok {
				t.Errorf("after signing out: %q", l)
			}
		case <-time.After(2 * time.Second):
			t.Error("the stream goes on after signing out")
		}
	})
}

// TestStreamsAreBounded: one person holds so many streams and no more, and a server that stops ends them.
func TestStreamsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var leave []func()
		for range 8 {
			_, f, err := w.Live.Open(w.actors["east"])
			must(t, err)
			leave = append(leave, f)
		}
		w.say(t, saying{as: "east", call: "GET /events", status: 429, has: []string{"too_many_streams"}})
		c, _, err := w.Live.Open(w.actors["mate"])
		must(t, err)
		leave[0]()
		_, f, err := w.Live.Open(w.actors["east"])
		must(t, err)
		defer f()
		w.Live.Close()
		if _, open := <-c; open {
			t.Error("it goes on after the hub closed")
		}
	})
}
