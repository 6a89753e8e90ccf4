package app

import (
	"slices"
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/crm/phrase"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// 话术: one's own are nobody else's affair; the company's ship, and who manages dictionaries
// words them; one that was removed does not come back.
func TestPhrases(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		s := &phrase.Service{DB: w.DB, Book: w.Book}
		east, mate, admin := w.actors["east"], w.actors["mate"], w.actors["admin"]
		list := func(as string) (mine, ours []phrase.Phrase) {
			got, err := s.List(ctx, w.actors[as], struct{}{})
			must(t, err)
			for _, p := range got.Items {
				switch {
				case p.Company:
					ours = append(ours, p)
				case p.ID != w.phrase: // the world's own
					mine = append(mine, p)
				}
			}
			return mine, ours
		}
		titles := func(all []phrase.Phrase) (out []string) {
			for _, p := range all {
				out = append(out, p.Title)
			}
			return out
		}
		_, ships := list("east")
		if len(ships) < 10 || ships[0].Code != "first_call" || !slices.Contains(ships[0].Methods, "call") || ships[0].MayChange {
			t.Fatalf("what ships: %+v", ships)
		}
		words, err := db.Read(ctx, w.DB, program, func(tx *db.Tx) (*dictionary.Words, error) { return w.Book.In(tx) })
		must(t, err)
		for _, p := range ships {
			for _, m := range p.Methods {
				if !words.Has("method", m) {
					t.Errorf("%s fits no method %s", p.Title, m)
				}
			}
			for _, st := range p.Stages {
				if _, ok := words.StageByCode("customer", st); !ok {
					t.Errorf("%s fits no stage %s", p.Title, st)
				}
			}
		}

		// One's own.
		a, err := s.Create(ctx, east, phrase.New{Title: " 端午  问候 ", Text: " {联系人}您好，端午安康。 ", Methods: []string{"wechat", "wechat"}, Stages: []string{"in_use"}})
		must(t, err)
		if a.Title != "端午 问候" || a.Text != "{联系人}您好，端午安康。" || !slices.Equal(a.Methods, []string{"wechat"}) || a.Company || !a.MayChange || !a.Active {
			t.Errorf("kept as %+v", a)
		}
		for name, as := range map[string]string{"a colleague": "mate", "an administrator": "admin"} {
			if _, err := s.Get(ctx, w.actors[as], a.ID); fault.Code(err) != "not_found" {
				t.Errorf("%s opens it: %v", name, err)
			}
			if _, err := s.Change(ctx, w.actors[as], a.ID, a.Version, phrase.Change{Title: api.Some("x")}); fault.Code(err) != "not_found" {
				t.Errorf("%s changes it: %v", name, err)
			}
			if err := s.Drop(ctx, w.actors[as], a.ID, a.Version); fault.Code(err) != "not_found" {
				t.Errorf("%s drops it: %v", name, err)
			}
		}
		if mine, _ := list("mate"); len(mine) != 0 {
			t.Errorf("a colleague is shown %v", titles(mine))
		}
		b, err := s.Create(ctx, east, phrase.New{Title: "二", Text: "二"})
		must(t, err)
		c, err := s.Create(ctx, east, phrase.New{Title: "三", Text: "三"})
		must(t, err)

		// Order: the others make room.
		_, err = s.Change(ctx, east, c.ID, c.Version, phrase.Change{Position: api.Some(int64(0))})
		must(t, err)
		if mine, _ := list("east"); !slices.Equal(titles(mine), []string{"三", "端午 问候", "二"}) {
			t.Errorf("in the order %v", titles(mine))
		}
		a, err = s.Change(ctx, east, a.ID, a.Version, phrase.Change{Position: api.Some(int64(900)), Active: api.Some(false)})
		must(t, err)
		if mine, _ := list("east"); !slices.Equal(titles(mine), []string{"三", "二", "端午 问候"}) || mine[2].Active {
			t.Errorf("in the order %v", mine)
		}
		if _, err := s.Change(ctx, east, a.ID, a.Version-1, phrase.Change{Title: api.Some("旧的")}); fault.Code(err) != "version_stale" {
			t.Errorf("changed in an old version: %v", err)
		}

		// What nobody can say.
		for name, bad := range map[string]struct {
			in   phrase.New
			code string
		}{
			"no title":         {phrase.New{Title: "  ", Text: "x"}, "required"},
			"no text":          {phrase.New{Title: "x", Text: " \n"}, "required"},
			"no such method":   {phrase.New{Title: "x", Text: "x", Methods: []string{"nothing"}}, "invalid"},
			"no such stage":    {phrase.New{Title: "x", Text: "x", Stages: []string{"nothing"}}, "invalid"},
			"for the company":  {phrase.New{Title: "x", Text: "x", Company: true}, "forbidden"},
			"another pipeline": {phrase.New{Title: "x", Text: "x", Stages: []string{"need_research"}}, "invalid"},
		} {
			if _, err := s.Create(ctx, east, bad.in); fault.Code(err) != bad.code {
				t.Errorf("%s: %v", name, err)
			}
		}

		// A method that is retired stays where it stood, and is given to no other.
		_, err = w.Words.Change(ctx, admin, "method", "wechat", 1, dictionary.Change{Active: api.Some(false)})
		must(t, err)
		if _, err := s.Change(ctx, east, a.ID, a.Version, phrase.Change{Text: api.Some("端午安康")}); err != nil {
			t.Errorf("with a retired method: %v", err)
		}
		if _, err := s.Create(ctx, east, phrase.New{Title: "x", Text: "x", Methods: []string{"wechat"}}); fault.Code(err) != "invalid" {
			t.Errorf("a retired method is given: %v", err)
		}

		// The company's: everybody sees them, who manages dictionaries words them.
		if _, err := s.Change(ctx, mate, ships[0].ID, ships[0].Version, phrase.Change{Title: api.Some("x")}); fault.Code(err) != "not_yours" {
			t.Errorf("a seller words the company's: %v", err)
		}
		first, err := s.Change(ctx, admin, ships[0].ID, ships[0].Version, phrase.Change{Text: api.Some("{联系人}您好，我们的说法。")})
		must(t, err)
		all, err := s.Create(ctx, admin, phrase.New{Title: "开年问候", Text: "{联系人}新年好", Company: true})
		must(t, err)
		if err := s.Drop(ctx, admin, ships[1].ID, ships[1].Version+1); fault.Code(err) != "version_stale" {
			t.Errorf("dropped in another version: %v", err)
		}
		must(t, s.Drop(ctx, admin, ships[1].ID, ships[1].Version))
		must(t, s.Drop(ctx, east, b.ID, b.Version))
		_, err = db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) { return 0, phrase.Seed(tx) }) // an upgrade
		must(t, err)
		mine, ours := list("east")
		if len(mine) != 2 || len(ours) != len(ships) || ours[len(ours)-1].ID != all.ID || ours[0].Text != first.Text || slices.Contains(titles(ours), ships[1].Title) {
			t.Errorf("afterwards mine %v, the company's %v", titles(mine), titles(ours))
		}
		if _, err := s.Get(ctx, admin, ships[1].ID); fault.Code(err) != "not_found" {
			t.Errorf("what was removed is opened: %v", err)
		}
	})
}
