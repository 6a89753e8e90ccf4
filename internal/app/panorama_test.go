package app

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// What the page of a customer gets in one answer is, for whoever asks, what each part's own list
// gives him: nothing that he may not read, nothing left out (DOMAIN §2, 360° view).
func TestPanorama(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		asked := 0
		for _, as := range slices.Sorted(maps.Keys(w.actors)) {
			for _, placement := range slices.Sorted(maps.Keys(w.placements)) {
				id := w.placements[placement]["customers"]
				at := "/customers/" + id
				whole := w.call(as, "GET", at+"/panorama", "", "", false)
				alone := w.call(as, "GET", at, "", "", false)
				if whole.status != alone.status {
					t.Errorf("%s of %s: panorama %d, customer %d", as, placement, whole.status, alone.status)
				}
				if whole.status != 200 {
					continue
				}
				var parts map[string]json.RawMessage
				if err := json.Unmarshal([]byte(whole.body), &parts); err != nil {
					t.Fatal(err)
				}
				var talks []string
				var line struct {
					Items []struct {
						FollowUp *struct{ ID string } `json:"follow_up"`
					}
				}
				if err := json.Unmarshal(parts["timeline"], &line); err != nil {
					t.Fatal(err)
				}
				for _, i := range line.Items {
					if i.FollowUp != nil {
						talks = append(talks, i.FollowUp.ID)
					}
				}
				for part, path := range map[string]string{"timeline": at + "/timeline", "tasks": "/tasks?view=open&owner=all&limit=100&customer_id=" + id, "contacts": at + "/contacts", "affiliates": at + "/affiliates",
					"orders": at + "/orders?limit=100&count=1&sum=1", "attachments": at + "/attachments?limit=200", "alerts": "/alerts?customer=" + id, "checks": at + "/checks", "segments": at + "/segments", "key_changes": at + "/key-changes", "group": at + "/group",
					"comments": at + "/comments?follow_ups=" + strings.Join(talks, ",")} {
					got := w.call(as, "GET", path, "", "", false)
					switch {
					case got.status == 403 && string(parts[part]) == "null":
					case got.status != 200:
						t.Errorf("%s of %s: %s alone %d, in the panorama %s", as, placement, part, got.status, parts[part])
					case part == "comments" && len(talks) == 0:
					case !sameJSON(t, got.body, string(parts[part])):
						t.Errorf("%s of %s: %s alone %s\nin the panorama %s", as, placement, part, got.body, parts[part])
					default:
						asked++
					}
				}
			}
		}
		if asked < 200 {
			t.Fatalf("only %d parts were compared", asked)
		}
	})
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal([]byte(a), &x); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		t.Fatal(err)
	}
	if m, ok := x.(map[string]any); ok {
		delete(m, "$schema")
	}
	if m, ok := y.(map[string]any); ok {
		delete(m, "$schema")
	}
	p, _ := json.Marshal(x)
	q, _ := json.Marshal(y)
	return string(p) == string(q)
}
