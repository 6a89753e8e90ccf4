package api

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"zhike/internal/platform/fault"
)

// Limits of what a caller may send, in one table.
const (
	MaxBody       = 1 << 20 // bytes of a JSON body
	MaxHeader     = 32 << 10
	MaxAttachment = 20 << 20 // bytes of a file that hangs on a customer
	MaxFileName   = 120      // characters of its name
	MaxFilter     = 8 << 10  // characters of a filter
	MaxDepth      = 6        // of a filter tree
	MaxConditions = 50       // of a filter tree
	ReadTimeout   = 30 * time.Second
	IdleTimeout   = 2 * time.Minute
)

// Serving says how a server stands towards the world.
type Serving struct {
	HTTPS   bool           // cookies get Secure and __Host-
	Trusted []netip.Prefix // proxies whose X-Forwarded-For counts
}

type remoteKey struct{}

// RemoteAddress is the caller's address: the connection's, or what a trusted proxy says.
func RemoteAddress(ctx context.Context) string {
	a, _ := ctx.Value(remoteKey{}).(string)
	return a
}

var (
	errCrossOrigin = fault.New(fault.Denied, "forbidden")
	errNoPath      = fault.New(fault.NotFound, "not_found")
	errNoMethod    = fault.New(fault.Malformed, "method_not_allowed")
)

// Guard stands before every handler of the public listener: security headers, no
// writes from other origins, and problems instead of plain text for 404 and 405.
func (s Serving) Guard(mux *http.ServeMux) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { Refuse(w, r, errCrossOrigin) }))
	inner := cross.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := legible(r.URL); err != nil {
			Refuse(w, r, err)
			return
		}
		if _, pattern := mux.Handler(r); pattern == "" {
			probe := &status{header: http.Header{}}
			mux.ServeHTTP(probe, r)
			if probe.code == http.StatusMethodNotAllowed {
				w.Header().Set("Allow", probe.header.Get("Allow"))
				Refuse(w, r, &Problem{Status: 405, Code: errNoMethod.Code})
				return
			}
			Refuse(w, r, errNoPath)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Content-Security-Policy", "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'")
		if s.HTTPS {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if strings.HasPrefix(r.URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store")
		}
		ctx := context.WithValue(r.Context(), remoteKey{}, s.remote(r))
		inner.ServeHTTP(w, r.WithContext(ctx))
	})
}

func (s Serving) remote(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	at, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	for _, p := range s.Trusted {
		if p.Contains(at.Unmap()) {
			hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
			if last, err := netip.ParseAddr(strings.TrimSpace(hops[len(hops)-1])); err == nil {
				return last.Unmap().WithZone("").String()
			}
		}
	}
	return at.Unmap().String()
}

// status takes an answer and keeps only its code.
type status struct {
	header http.Header
	code   int
}

func (s *status) Header() http.Header         { return s.header }
func (s *status) Write(b []byte) (int, error) { return len(b), nil }
func (s *status) WriteHeader(code int)        { s.code = code }
