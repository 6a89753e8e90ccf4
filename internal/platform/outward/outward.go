// Package outward is the one way in which the program calls an address that somebody wrote
// into a form: a group robot, a webhook. It reaches public addresses only, unless the
// configuration allows a network, follows no redirect, and bounds time and size.
package outward

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Limits of one call.
const (
	Timeout   = 10 * time.Second
	MaxAnswer = 64 << 10
)

var (
	// ErrRefused is an address that is not public and not allowed.
	ErrRefused = errors.New("outward: the address is not public")
	// ErrAddress is no https (or, where a network is allowed, http) URL.
	ErrAddress = errors.New("outward: no address to call")
	// ErrTooLarge is an answer over MaxAnswer.
	ErrTooLarge = errors.New("outward: the answer is too large")
	// ErrRedirect is an answer that points elsewhere.
	ErrRedirect = errors.New("outward: the answer is a redirect")
)

// A Client calls out. It does not change and may be used by many goroutines.
type Client struct {
	allowed []netip.Prefix
	http    *http.Client
}

// New makes a client that also reaches the networks allowed, such as 10.1.0.0/16.
func New(allowed ...netip.Prefix) *Client {
	c := &Client{allowed: allowed}
	dialer := &net.Dialer{Timeout: Timeout, Control: c.control}
	c.http = &http.Client{
		Timeout: Timeout,
		Transport: &http.Transport{ // no proxy of the environment: it would be asked instead of the address that was judged
			DialContext: dialer.DialContext, TLSHandshakeTimeout: Timeout, ResponseHeaderTimeout: Timeout,
			MaxIdleConns: 8, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 32 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c
}

// control judges the address after DNS, of every connection: a name that answers with
// another address the second time gains nothing.
func (c *Client) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !c.reaches(at.Addr()) {
		return ErrRefused
	}
	return nil
}

// Networks that are public by their bits and still nobody's to be called: carrier NAT,
// documentation, benchmarks, 6to4 and NAT64, which carry a private address inside.
var reserved = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10")

func prefixes(all ...string) (out []netip.Prefix) {
	for _, p := range all {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

func (c *Client) reaches(at netip.Addr) bool {
	at = at.Unmap().WithZone("")
	for _, p := range c.allowed {
		if p.Contains(at) {
			return true
		}
	}
	if !at.IsGlobalUnicast() || at.IsPrivate() {
		return false
	}
	for _, p := range reserved {
		if p.Contains(at) {
			return false
		}
	}
	return true
}

// Check judges an address by its form, for whoever writes one down: what it resolves to is
// judged when it is called.
func (c *Client) Check(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && !(u.Scheme == "http" && len(c.allowed) > 0) {
		return ErrAddress
	}
	if at, err := netip.ParseAddr(u.Hostname()); err == nil && !c.reaches(at) {
		return ErrRefused
	}
	return nil
}

// Post sends a JSON body and gives status and answer. Errors never hold the address, which
// may hold a token.
func (c *Client) Post(ctx context.Context, address string, body string, headers map[string]string) (int, []byte, error) {
	if err := c.Check(address); err != nil {
		return 0, nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return 0, nil, ErrAddress
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("User-Agent", "Zhike")
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return 0, nil, bare(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, MaxAnswer+1))
	switch {
	case err != nil:
		return 0, nil, bare(err)
	case len(text) > MaxAnswer:
		return 0, nil, ErrTooLarge
	case answer.StatusCode >= 300 && answer.StatusCode < 400:
		return answer.StatusCode, nil, ErrRedirect
	}
	return answer.StatusCode, text, nil
}

// bare is an error without the address that net/url puts before it.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	if errors.Is(err, ErrRefused) {
		return ErrRefused
	}
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		return fmt.Errorf("outward: no answer in time")
	}
	return fmt.Errorf("outward: %w", err)
}
