package id_test

import (
	"testing"
	"time"

	"zhike/internal/platform/id"
)

func TestOrder(t *testing.T) {
	at := time.UnixMilli(1_800_000_000_000)
	a, b := id.New(at), id.New(at)
	later := id.New(at.Add(time.Millisecond))
	if !(a < b && b < later) {
		t.Errorf("%s %s %s are not in the order they were made", a, b, later)
	}
	if id.From(at) > a || id.From(at.Add(time.Millisecond)) < b {
		t.Errorf("%s does not cut between %s and %s", id.From(at.Add(time.Millisecond)), b, later)
	}
}

func TestOrderOfMany(t *testing.T) {
	at := time.UnixMilli(1_800_000_000_000)
	last := id.New(at)
	for range 1 << 17 {
		next := id.New(at)
		if next <= last || len(next) != 25 {
			t.Fatalf("%s came after %s", next, last)
		}
		last = next
	}
}
