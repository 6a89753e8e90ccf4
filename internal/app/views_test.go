package app

import (
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/base/listview"
	"zhike/internal/platform/fault"
)

// Views of lists: one's own, shared by role or with everybody; each marks for himself which
// stand in his menu and which his list begins with.
func TestViews(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		s := &listview.Service{DB: w.DB, Catalogues: w.Fields.Catalogues()}
		east, mate, admin := w.actors["east"], w.actors["mate"], w.actors["admin"]
		names := func(as string) (all []string) {
			got, err := s.List(ctx, w.actors[as], listview.Asking{Record: "customer"})
			must(t, err)
			for _, v := range got.Items {
				if v.ID != w.view { // the world's own
					all = append(all, v.Name)
				}
			}
			return all
		}
		mine, err := s.Create(ctx, east, listview.New{Record: "customer", Name: " 浙江  A级 ", Tab: "mine", Filter: `{"all":[{"field":"grade","op":"in","value":["A"]}]}`, Sort: "-last_follow_up_at",
			Columns: []listview.Column{{Name: "stage", Width: 140}, {Name: "owner_id"}}})
		must(t, err)
		if mine.Name != "浙江 A级" || mine.Shared != "mine" || !mine.MayChange || len(mine.Columns) != 2 || mine.Columns[0].Width != 140 || mine.Favourite {
			t.Errorf("kept as %+v", mine)
		}
		if got := names("mate"); len(got) != 0 {
			t.Errorf("a colleague is shown %v", got)
		}
		if _, err := s.Get(ctx, mate, mine.ID); fault.Code(err) != "not_found" {
			t.Errorf("a colleague opens it: %v", err)
		}
		if _, err := s.Get(ctx, admin, mine.ID); fault.Code(err) != "not_found" {
			t.Errorf("an administrator opens what is nobody else's: %v", err)
		}

		// Shared with the sellers: they see it and mark it, each for himself; they change nothing.
		sales := w.roleID(t, "sales")
		shared, err := s.Change(ctx, east, mine.ID, mine.Version, listview.Change{Shared: api.Some("roles"), RoleIDs: api.Some([]string{sales})})
		must(t, err)
		yes, no := true, false
		marked, err := s.Mark(ctx, mate, mine.ID, 0, listview.Mark{Favourite: &yes, Begins: &yes})
		must(t, err)
		if !marked.Favourite || !marked.Begins || marked.MayChange {
			t.Errorf("marked by a colleague: %+v", marked)
		}
		if own, err := s.Get(ctx, east, mine.ID); err != nil || own.Favourite || own.Begins {
			t.Errorf("his mark is everybody's: %+v %v", own, err)
		}
		if _, err := s.Change(ctx, mate, mine.ID, shared.Version, listview.Change{Name: api.Some("我的")}); fault.Code(err) != "not_yours" {
			t.Errorf("a colleague changes it: %v", err)
		}
		if got := names("finance"); len(got) != 0 {
			t.Errorf("finance is shown %v", got)
		}

		// A list begins with one view at the most.
		other, err := s.Create(ctx, mate, listview.New{Record: "customer", Name: "公海"})
		must(t, err)
		_, err = s.Mark(ctx, mate, other.ID, 0, listview.Mark{Begins: &yes})
		must(t, err)
		if was, err := s.Get(ctx, mate, mine.ID); err != nil || was.Begins || !was.Favourite {
			t.Errorf("two views begin a list: %+v %v", was, err)
		}
		_, err = s.Mark(ctx, mate, other.ID, 0, listview.Mark{Begins: &no})
		must(t, err)

		// What its list would refuse is no view.
		for name, bad := range map[string]struct {
			in   listview.New
			code string
		}{
			"no name":             {listview.New{Record: "customer", Name: "  "}, "required"},
			"no such list":        {listview.New{Record: "nothing", Name: "x"}, "invalid"},
			"no such field":       {listview.New{Record: "customer", Name: "x", Filter: `{"field":"nothing","op":"eq","value":1}`}, "unknown_field"},
			"half a filter":       {listview.New{Record: "customer", Name: "x", Filter: `{"all":[`}, "invalid"},
			"no such order":       {listview.New{Record: "customer", Name: "x", Sort: "nothing"}, "unknown_field"},
			"no such column":      {listview.New{Record: "customer", Name: "x", Columns: []listview.Column{{Name: "nothing"}}}, "unknown_field"},
			"a column twice":      {listview.New{Record: "customer", Name: "x", Columns: []listview.Column{{Name: "stage"}, {Name: "stage"}}}, "unknown_field"},
			"roles, no role":      {listview.New{Record: "customer", Name: "x", Shared: "roles"}, "required"},
			"what he may not see": {listview.New{Record: "order", Name: "x", Filter: `{"field":"amount_fen","op":"gt","value":1}`}, "unknown_field"},
		} {
			as := east
			if name == "what he may not see" {
				as = w.actors["service"]
			}
			if _, err := s.Create(ctx, as, bad.in); fault.Code(err) != bad.code {
				t.Errorf("%s: %v", name, err)
			}
		}

		// An administrator changes and drops what is shared with him; its marks go with it.
		all, err := s.Change(ctx, east, mine.ID, shared.Version, listview.Change{Shared: api.Some("all")})
		must(t, err)
		if got := names("finance"); len(got) != 1 {
			t.Errorf("shared with all, finance is shown %v", got)
		}
		if err := s.Drop(ctx, admin, mine.ID, all.Version-1); fault.Code(err) != "version_stale" {
			t.Errorf("dropped in an old version: %v", err)
		}
		must(t, s.Drop(ctx, admin, mine.ID, all.Version))
		if got := names("mate"); len(got) != 1 {
			t.Errorf("dropped, a colleague is shown %v", got)
		}
	})
}
