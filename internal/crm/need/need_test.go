package need

import "testing"

func TestStatesFollow(t *testing.T) {
	all := []string{Open, InProgress, Done, Closed}
	want := map[string]string{
		Open:       "yes yes yes yes",
		InProgress: "yes yes yes yes",
		Done:       "yes yes yes yes",
		Closed:     "yes yes no yes", // what was shut is opened before it is done
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
	if MayFollow(Open, "gone") || MayFollow("", Done) {
		t.Error("a state that is none follows")
	}
}
