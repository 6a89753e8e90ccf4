package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"zhike/internal/base/account"
	"zhike/internal/base/api"
)

// TestDepartmentsMove: one PATCH says parent and place; those beside it make room; a ring is refused, also one that two movers
// would make together; taking a move back restores the order.
func TestDepartmentsMove(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := t.Context(), w.actors["admin"]
		top, err := w.Account.AddDepartment(ctx, admin, account.NewDepartment{Name: "甲中心"})
		must(t, err)
		made := map[string]account.Department{}
		for _, name := range []string{"丙组", "乙组", "甲组"} {
			made[name], err = w.Account.AddDepartment(ctx, admin, account.NewDepartment{Name: name, ParentID: api.Some(top.ID)})
			must(t, err)
		}
		under := func(parent string) (names []string) {
			t.Helper()
			all, err := w.Account.Tree(ctx, w.actors["east"], struct{}{})
			must(t, err)
			for _, d := range all.Items {
				if string(d.ParentID) == parent {
					names = append(names, d.Name)
				}
			}
			return names
		}
		order := func(want ...string) {
			t.Helper()
			if got := under(top.ID); !slices.Equal(got, want) {
				t.Errorf("under 甲中心 stand %v, not %v", got, want)
			}
		}
		order("丙组", "乙组", "甲组") // as they were made
		move := func(name, parent string, position int64) {
			t.Helper()
			d, err := w.Account.ChangeDepartment(ctx, admin, made[name].ID, made[name].Version, account.ChangedDepartment{ParentID: api.Some(parent), Position: api.Some(position)})
			must(t, err)
			made[name] = d
		}
		move("甲组", top.ID, 0)
		order("甲组", "丙组", "乙组")
		move("甲组", top.ID, 1)
		order("丙组", "甲组", "乙组")
		move("丙组", top.ID, 99) // past the last is the last
		order("甲组", "乙组", "丙组")
		move("乙组", made["甲组"].ID, 0)
		order("甲组", "丙组")
		if got := under(made["甲组"].ID); !slices.Equal(got, []string{"乙组"}) {
			t.Errorf("under 甲组 stand %v", got)
		}
		// Its versions beside stayed: an undo of an earlier move is not stale.
		move("乙组", top.ID, 1)
		order("甲组", "乙组", "丙组")

		move("乙组", made["甲组"].ID, 0)
		for _, into := range []string{made["甲组"].ID, made["乙组"].ID} {
			body := fmt.Sprintf(`{"parent_id":%q}`, into)
			a := w.call("admin", "PATCH", "/departments/"+made["甲组"].ID, body, fmt.Sprintf(`"%d"`, made["甲组"].Version), false)
			if a.status != 422 || !strings.Contains(a.body, `"parent_id"`) {
				t.Errorf("into its own branch: %d %s", a.status, a.body)
			}
		}
		// Two who put each into the other at once: one of them is refused.
		var wait sync.WaitGroup
		errs := make([]error, 2)
		for i, pair := range [][2]string{{"甲组", "丙组"}, {"丙组", "甲组"}} {
			wait.Go(func() {
				d := made[pair[0]]
				_, errs[i] = w.Account.ChangeDepartment(ctx, admin, d.ID, d.Version, account.ChangedDepartment{ParentID: api.Some(made[pair[1]].ID)})
			})
		}
		wait.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("each into the other: %v and %v", errs[0], errs[1])
		}
		a := w.call("admin", "GET", "/departments", "", "", false)
		var tree struct{ Items []account.Department }
		must(t, json.Unmarshal([]byte(a.body), &tree))
		people := int64(0)
		for _, d := range tree.Items {
			people += d.People
		}
		if people < 5 {
			t.Errorf("heads counted: %d", people)
		}
	})
}
