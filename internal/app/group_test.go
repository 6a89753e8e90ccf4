package app

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"zhike/internal/crm/group"
)

// A group is the tree by 上级客户 as far as its viewer reaches: up to the highest he sees, down to
// all below; a ring ends where it began.
func TestGroup(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := func(p string) string { return w.placements[p]["customers"] }
		set := func(as, child, parent string) {
			t.Helper()
			a := w.call(as, "GET", "/customers/"+id(child), "", "", false)
			var c struct {
				Version int64 `json:"version"`
			}
			must(t, json.Unmarshal([]byte(a.body), &c))
			value := "null"
			if parent != "" {
				value = `"` + id(parent) + `"`
			}
			if a := w.call(as, "PATCH", "/customers/"+id(child), `{"custom":{"`+group.Parent+`":`+value+`}}`, fmt.Sprintf(`"%d"`, c.Version), false); a.status != 200 {
				t.Fatal(child, a)
			}
		}
		tree := func(as, of string) string {
			t.Helper()
			a := w.call(as, "GET", "/customers/"+id(of)+"/group", "", "", false)
			if a.status != 200 {
				return fmt.Sprint(a.status)
			}
			var g group.Group
			must(t, json.Unmarshal([]byte(a.body), &g))
			var all []string
			place := map[string]string{"": "-"}
			for _, p := range placementNames {
				place[id(p)] = p
			}
			for _, n := range g.Items {
				all = append(all, place[n.ID]+"<"+place[string(n.ParentID)])
			}
			return strings.Join(all, " ")
		}
		if got := tree("admin", "own"); got != "" {
			t.Fatalf("alone it has the group %s", got)
		}
		set("admin", "own", "team")
		set("admin", "above", "team")
		set("admin", "collaborator", "own")
		set("admin", "team", "other")
		for _, at := range []string{"own", "team", "other", "collaborator"} {
			got := strings.Fields(tree("admin", at))
			if len(got) != 5 || got[0] != "other<-" {
				t.Errorf("from %s the administrator sees %v", at, got)
			}
			for _, want := range []string{"team<other", "own<team", "above<team", "collaborator<own"} {
				if !strings.Contains(strings.Join(got, " "), want) {
					t.Errorf("from %s %s is not there: %v", at, want, got)
				}
			}
		}
		// east reaches own and, as a collaborator, another: nothing of what stands above
		if got := tree("east", "own"); got != "own<- collaborator<own" {
			t.Errorf("east sees %s", got)
		}
		if got := tree("mate", "team"); got != "" { // its parents and children are others'
			t.Errorf("mate sees %s", got)
		}
		if got := tree("mate", "own"); got != "404" {
			t.Errorf("mate asks for another's group: %s", got)
		}
		set("admin", "other", "collaborator") // a ring of four
		if got := strings.Fields(tree("admin", "own")); len(got) != 5 {
			t.Errorf("of a ring the administrator sees %v", got)
		}
		set("admin", "own", "own")
		if got := tree("admin", "own"); !strings.HasPrefix(got, "own<- ") {
			t.Errorf("who belongs to himself: %s", got)
		}
	})
}
