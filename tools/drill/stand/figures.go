package stand

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Figures are how long answers took and what went wrong, by kind of request.
type Figures struct {
	mu    sync.Mutex
	took  map[string][]time.Duration
	wrong map[string]int // by kind and status
}

// NewFigures has none yet.
func NewFigures() *Figures {
	return &Figures{took: map[string][]time.Duration{}, wrong: map[string]int{}}
}

// Add counts an answer; a status from 400 on is wrong, and so is one that never came.
func (f *Figures) Add(kind string, took time.Duration, status int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.took[kind] = append(f.took[kind], took)
	if err != nil {
		f.wrong[kind+" "+short(err)]++
	} else if status >= 400 {
		f.wrong[fmt.Sprint(kind, " ", status)]++
	}
}

// short is what went wrong with the line, without addresses.
func short(err error) string {
	text := err.Error()
	for _, s := range []string{"connection refused", "connection reset", "EOF", "deadline exceeded", "Client.Timeout"} {
		if strings.Contains(text, s) {
			return s
		}
	}
	return text
}

// Errors counts what went wrong.
func (f *Figures) Errors() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, x := range f.wrong {
		n += x
	}
	return n
}

// quantiles in milliseconds, to a tenth.
func quantiles(all []time.Duration) map[string]any {
	slices.Sort(all)
	at := func(q float64) float64 {
		if len(all) == 0 {
			return 0
		}
		return float64(all[min(len(all)-1, int(q*float64(len(all))))].Microseconds()/100) / 10
	}
	return map[string]any{"n": len(all), "p50": at(.5), "p95": at(.95), "p99": at(.99), "max": at(1)}
}

// Wrong is what went wrong, by kind of request and status.
func (f *Figures) Wrong() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.wrong)
}

// Report is the quantiles of each kind of request, and of all.
func (f *Figures) Report() map[string]any {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := map[string]any{}
	var all []time.Duration
	for kind, took := range f.took {
		all = append(all, took...)
		out[kind] = quantiles(took)
	}
	out["all"] = quantiles(all)
	return out
}

// All counts the answers, and those that never came.
func (f *Figures) All() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, t := range f.took {
		n += len(t)
	}
	return n
}

// Worst is the kind of error that there is most of.
func (f *Figures) Worst() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := slices.Collect(maps.Keys(f.wrong))
	slices.SortFunc(all, func(a, b string) int { return cmp.Compare(f.wrong[b], f.wrong[a]) })
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

// Reading is what one request of a hundred asks, draw being its number from 10 on; the ten below write.
func Reading(draw int, id string) (kind, path string) {
	switch {
	case draw < 35:
		return "customer", "/customers/" + id
	case draw < 55:
		return "list", "/customers?limit=50" + []string{"", "&filter=" + url.QueryEscape(`{"field":"industry","op":"eq","value":"C39"}`), "&sort=-created_at"}[draw%3]
	case draw < 70:
		return "search", "/customers?limit=20&q=" + url.QueryEscape([]string{"杭州", "机械", "C" + id[1:], "hzjx"}[draw%4])
	case draw < 85:
		return "timeline", "/customers/" + id + "/timeline"
	}
	return "me", "/me"
}
