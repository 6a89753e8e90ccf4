// Package clock is the only place that asks the machine for the time.
package clock

import (
	"sync/atomic"
	"time"
)

// A Clock tells the present instant. It is injected, so that a test can hold it still.
type Clock func() time.Time

// System is the node's own clock.
func System() time.Time { return time.Now() }

// A Hand is a clock that a test or a generator sets.
type Hand struct{ ms atomic.Int64 }

func At(t time.Time) *Hand {
	h := &Hand{}
	h.Set(t)
	return h
}

func (h *Hand) Now() time.Time          { return time.UnixMilli(h.ms.Load()).UTC() }
func (h *Hand) Set(t time.Time)         { h.ms.Store(t.UnixMilli()) }
func (h *Hand) Advance(d time.Duration) { h.ms.Add(d.Milliseconds()) }
