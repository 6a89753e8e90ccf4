package feedback

import (
	"testing"

	"zhike/internal/crm/desk"
)

func TestStatesFollow(t *testing.T) {
	all := []string{Open, InProgress, ToRevisit, Closed}
	want := map[string]string{
		Open:       "yes yes no yes", // a return visit comes after something was done
		InProgress: "yes yes yes yes",
		ToRevisit:  "no yes yes yes",
		Closed:     "no yes yes yes",
	}
	for _, from := range all {
		got := ""
		for _, to := range all {
			got += map[bool]string{true: "yes ", false: "no "}[MayFollow(from, to)]
		}
		if got != want[from]+" " {
			t.Errorf("from %s: %s, want %s", from, got, want[from])
		}
	}
}

func TestClosing(t *testing.T) {
	for _, c := range []struct {
		was, is     bool
		stood, want int64
	}{{false, true, 0, 9}, {true, true, 5, 5}, {true, false, 5, 0}, {false, false, 0, 0}} {
		if got := desk.Closing(c.was, c.is, c.stood, 9); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}
