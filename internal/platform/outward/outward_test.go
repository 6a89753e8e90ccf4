package outward

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestWhatMayBeCalled(t *testing.T) {
	open, closed := New(netip.MustParsePrefix("127.0.0.0/8")), New()
	for _, at := range []string{"127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "224.0.0.1", "255.255.255.255", "64:ff9b::7f00:1", "2002:7f00:1::"} {
		if closed.reaches(netip.MustParseAddr(at)) {
			t.Errorf("%s is called", at)
		}
	}
	for _, at := range []string{"8.8.8.8", "223.5.5.5", "2400:3200::1"} {
		if !closed.reaches(netip.MustParseAddr(at)) {
			t.Errorf("%s is not called", at)
		}
	}
	for _, address := range []string{"", "http://oapi.example/x", "ftp://oapi.example", "https://", "https://u:p@oapi.example", "https://127.0.0.1/x", "https://[::1]/x", "file:///etc/passwd", "javascript:1"} {
		if closed.Check(address) == nil {
			t.Errorf("%q is an address", address)
		}
	}
	if err := closed.Check("https://oapi.dingtalk.com/robot/send?access_token=x"); err != nil {
		t.Error(err)
	}
	called := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		called++
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, "/", http.StatusFound)
		case "/long":
			w.Write([]byte(strings.Repeat("x", MaxAnswer+1)))
		default:
			w.Write([]byte("ok"))
		}
	}))
	defer s.Close()
	if _, text, err := open.Post(t.Context(), s.URL, "{}", nil); err != nil || string(text) != "ok" {
		t.Errorf("%q %v", text, err)
	}
	if _, _, err := open.Post(t.Context(), s.URL+"/away", "{}", nil); !errors.Is(err, ErrRedirect) || called != 2 {
		t.Errorf("a redirect: %v, %d calls", err, called)
	}
	if _, _, err := open.Post(t.Context(), s.URL+"/long", "{}", nil); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too long: %v", err)
	}
	// A name that answers with an address of the house is judged at the connection.
	port := s.URL[strings.LastIndex(s.URL, ":"):]
	inner := New(netip.MustParsePrefix("10.9.9.0/24")) // allows http, not loopback
	before := called
	_, _, err := inner.Post(t.Context(), "http://localhost"+port+"/?token=secret", "{}", nil)
	if !errors.Is(err, ErrRefused) || called != before || strings.Contains(err.Error(), "secret") {
		t.Errorf("localhost: %v", err)
	}
}
