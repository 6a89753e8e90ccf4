package app

import (
	"strings"
	"testing"

	"zhike/internal/crm/timeline"
)

// TestSeenLately: what a browser opened lately comes first on one's day, in that order, as far as it is still reached; ids that are nobody's,
// twice there or out of reach are passed over, and one's own that were talked to last fill the rest.
func TestSeenLately(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := func(placement string) string { return w.placements[placement]["customers"] }
		who := w.actors["east"]
		day, err := w.Timeline.Home(t.Context(), who, timeline.Day{})
		must(t, err)
		if len(day.Recent) == 0 || day.Recent[0].ID != id("own") {
			t.Fatalf("without any: %+v", day.Recent)
		}
		day, err = w.Timeline.Home(t.Context(), who, timeline.Day{Seen: strings.Join([]string{id("collaborator"), "nobody", id("above"), id("other"), id("own"), id("own"), "';--"}, ",")})
		must(t, err)
		var got []string
		for _, r := range day.Recent {
			got = append(got, r.ID)
		}
		if len(got) < 2 || got[0] != id("collaborator") || got[1] != id("own") {
			t.Errorf("%v", got)
		}
		for _, x := range got {
			if x == id("above") || x == id("other") {
				t.Errorf("out of reach: %s", x)
			}
		}
		if strings.Count(strings.Join(got, ","), id("own")) != 1 {
			t.Errorf("told twice: %v", got)
		}
	})
}
