package app

import (
	"testing"

	"pgregory.net/rapid"
)

// lives checks a property so many times; what fails is shrunk as long as it takes.
func lives(t *testing.T, n int, life func(t *rapid.T, run int)) {
	t.Helper()
	run, failed := 0, false
	rapid.Check(t, func(t *rapid.T) {
		if run >= n && !failed {
			return // rapid's hundred would take too long against a database
		}
		run++
		whole := false
		defer func() { failed = failed || !whole }()
		life(t, run)
		whole = true
	})
}
