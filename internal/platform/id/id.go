// Package id makes the keys of rows: opaque to others, ordered by time for us.
package id

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

var turn atomic.Uint32

// New is 11 hexadecimal digits of milliseconds, 7 of a counter (so that rows made in
// one millisecond keep their order on one node) and 7 random letters. A counter of four
// digits came round often enough to turn two moves of one customer about.
func New(t time.Time) string {
	return fmt.Sprintf("%011x%07x%s", t.UnixMilli(), turn.Add(1)&0xfffffff, strings.ToLower(rand.Text()[:7]))
}

// At is the instant an id was made at; the zero time for what is no id of ours.
func At(id string) time.Time {
	if len(id) < 11 {
		return time.Time{}
	}
	ms, err := strconv.ParseInt(id[:11], 16, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// From is the smallest id of an instant, to cut a list of ids by time.
func From(t time.Time) string { return fmt.Sprintf("%011x", max(0, t.UnixMilli())) }
