package stand

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"sync"
	"time"
)

// Heard is what a client goes through to keep the status of an answer where the context of its request says, how long the
// longest of each status took, and an example of what was refused.
type Heard struct {
	http.RoundTripper
	mu      sync.Mutex
	longest map[string]time.Duration
	many    map[string]int
	example map[int]string
}

// NewHeard has lines enough for an open loop.
func NewHeard() *Heard {
	return &Heard{RoundTripper: &http.Transport{MaxIdleConnsPerHost: 64}, longest: map[string]time.Duration{}, many: map[string]int{}, example: map[int]string{}}
}

type statusKey struct{}

// RoundTrip sends a request over the lines below, and listens.
func (h *Heard) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	a, err := h.RoundTripper.RoundTrip(r)
	h.mu.Lock()
	defer h.mu.Unlock()
	name := "no answer"
	if err == nil {
		name = fmt.Sprint(a.StatusCode)
		if at, ok := r.Context().Value(statusKey{}).(*int); ok {
			*at = a.StatusCode
		}
		if a.StatusCode >= 400 && h.example[a.StatusCode] == "" {
			text, _ := io.ReadAll(a.Body)
			a.Body.Close()
			a.Body = io.NopCloser(bytes.NewReader(text))
			h.example[a.StatusCode] = r.Method + " " + r.URL.Path + ": " + string(text)
		}
	}
	h.many[name]++
	h.longest[name] = max(h.longest[name], time.Since(began))
	return a, err
}

// Report is how many answers of each status there were, and the longest in milliseconds.
func (h *Heard) Report() (many map[string]int, longest map[string]int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	longest = map[string]int64{}
	for k, d := range h.longest {
		longest[k] = d.Milliseconds()
	}
	return maps.Clone(h.many), longest
}

// Examples are the first answer of each status from 400 on, with what was asked.
func (h *Heard) Examples() map[int]string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.example)
}

// ErrUnanswered is of a request whose answer never came.
var ErrUnanswered = errors.New("no answer")

// Status is one write of the ledger, and what the server said to it. A version that somebody
// else's write outdated is a right answer.
func (l *Ledger) Status(ctx context.Context, c *Client) (status int, err error) {
	if l.One(context.WithValue(ctx, statusKey{}, &status), c); status == 0 {
		return 0, ErrUnanswered
	}
	if status == http.StatusPreconditionFailed {
		status = http.StatusOK
	}
	return status, nil
}
