package dictionary

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/words"
	"zhike/locale"
)

var (
	noon  = time.Date(2026, 11, 21, 4, 0, 0, 0, time.UTC)
	hand  = clock.At(noon)
	admin = access.SignedIn(access.Person{User: "u1", Login: "admin", Roles: []access.Role{{Scope: access.All, Permissions: access.Permissions}}})
	sales = access.SignedIn(access.Person{User: "u2", Login: "sales", Roles: []access.Role{{Scope: access.Own, Permissions: []access.Permission{access.CustomerRead}}}})
)

func seeded(t *testing.T, d *db.DB) *Service {
	t.Helper()
	hand.Set(noon)
	for range 2 { // the second changes nothing
		if _, err := db.Write(t.Context(), d, admin, func(tx *db.Tx) (int, error) { return 0, Seed(tx) }); err != nil {
			t.Fatal(err)
		}
	}
	return &Service{DB: d, Book: &Book{DB: d}}
}

func (s *Service) words(t *testing.T) *Words {
	t.Helper()
	w, err := db.Read(t.Context(), s.DB, sales, s.Book.In)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestANewDatabaseIsSeededOnceAndReadByEverySignedInPerson(t *testing.T) {
	dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
		s := seeded(t, d)
		list, err := s.List(t.Context(), sales, struct{}{})
		if err != nil || len(list.Items) != len(defaults) {
			t.Fatalf("%d dictionaries, %v, wants %d", len(list.Items), err, len(defaults))
		}
		log, err := (&audit.Service{DB: d}).List(t.Context(), admin, audit.Filter{Action: "dictionary.seed", Limit: 10})
		if err != nil || len(log.Items) != 1 || log.Items[0].Who != "program:dictionary" {
			t.Errorf("two seedings left %+v, %v", log.Items, err)
		}
		if _, err := s.List(t.Context(), access.Actor{}, struct{}{}); err != nil {
			t.Errorf("nobody is answered with %v, not with an empty list", err)
		}
		for code, want := range map[string]bool{"call": true, "smoke_signals": false, "": false} {
			ok, err := db.Read(t.Context(), d, sales, func(tx *db.Tx) (bool, error) { return Check(tx, "method", code) })
			if err != nil || ok != want {
				t.Errorf("Check(method, %q) is %v, %v", code, ok, err)
			}
		}
	})
}

func TestWordsKnowLabelsSynonymsAndGroups(t *testing.T) {
	dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
		w := seeded(t, d).words(t)
		for _, c := range []struct{ dictionary, text, code string }{
			{"source", "展会活动", "exhibition"}, {"source", " 展会推广 ", "exhibition"}, {"source", "轉介紹", "customer_referral"}, {"source", "Exhibition", "exhibition"},
			{"contact_role", "决策者", "decider"}, {"grade", "Ａ", "A"}, {"customer_kind", "enterprise", "enterprise"}, {"title", "老板", "general_manager"}, {"follow_state", "停业", "invalid"},
			{"source", "天上掉的", ""}, {"grade", "D", ""}, {"tag", "需求", ""},
		} {
			if got, ok := w.ByLabel(c.dictionary, c.text); got != c.code || ok != (c.code != "") {
				t.Errorf("%s %q is understood as %q, wants %q", c.dictionary, c.text, got, c.code)
			}
		}
		for _, c := range []struct {
			dictionary, code string
			want             bool
		}{{"tag", "cost_efficiency", true}, {"tag", "need", false}, {"grade", "A", true}, {"grade", "D", false}, {"nope", "A", false}} {
			if got := w.Has(c.dictionary, c.code); got != c.want {
				t.Errorf("Has(%s, %s) is %v", c.dictionary, c.code, got)
			}
		}
		if zh, en := w.Label("zh-CN", "source", "exhibition"), w.Label("en", "source", "exhibition"); zh != "展会推广" || en != "Exhibition" {
			t.Errorf("the labels are %q and %q", zh, en)
		}
		if !w.Free("title") || w.Free("source") {
			t.Error("titles take other text, sources do not")
		}
		if st, ok := w.StageByCode(OfCustomer, "proposal"); !ok || st.Phase != Lead || st.Status != StatusInterested || st.DayLimit != 7 || !slices.Equal(st.Next.V, []string{"negotiating", "ended"}) {
			t.Errorf("the stage proposal is %+v", st)
		}
	})
}

func TestAWordIsAddedRenamedAndRetired(t *testing.T) {
	dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
		s := seeded(t, d)
		if s.words(t).Has("source", "zhi_bo_dai_huo") {
			t.Fatal("known before it is added")
		}
		v, err := s.Add(t.Context(), admin, "source", New{Label: " 直播带货 ", Synonyms: []string{"直播", "直播", ""}, Color: "teal"})
		if err != nil || v.Code != "zhi_bo_dai_huo" || v.LabelZH != "直播带货" || !slices.Equal(v.Synonyms, []string{"直播"}) || v.Position != 13 {
			t.Fatalf("added %+v, %v", v, err)
		}
		if code, _ := s.words(t).ByLabel("source", "直播"); code != v.Code {
			t.Errorf("right after it was added, 直播 is understood as %q", code)
		}
		changed, err := s.Change(t.Context(), admin, "source", v.Code, v.Version, Change{Label: api.Some("直播"), Active: api.Some(false), Synonyms: api.Some([]string{})})
		if err != nil || changed.Version != 2 || changed.Active {
			t.Fatalf("changed to %+v, %v", changed, err)
		}
		if w := s.words(t); w.Has("source", v.Code) || w.Label("en", "source", v.Code) != "直播" {
			t.Error("a retired word can be chosen, or lost its label")
		}
		if _, err := s.Change(t.Context(), admin, "source", v.Code, 1, Change{Color: api.Some("red")}); !errors.Is(err, db.ErrStale) {
			t.Errorf("a change of an old version is answered with %v", err)
		}
		log, err := (&audit.Service{DB: d}).List(t.Context(), admin, audit.Filter{Record: v.ID, Limit: 10})
		if err != nil || len(log.Items) != 2 || log.Items[0].Also["code"] != v.Code || len(log.Items[0].Differs) != 3 {
			t.Errorf("the log tells %+v, %v", log.Items, err)
		}

		// A renamed word drops the English one that said something else.
		x, err := s.Change(t.Context(), admin, "source", "walk_in", 1, Change{Label: api.Some("门店到访")})
		if err != nil || x.LabelEN != "" || s.words(t).Label("en", "source", "walk_in") != "门店到访" {
			t.Errorf("renamed to %+v, %v", x, err)
		}
	})
}

func TestWhatNoDictionaryTakes(t *testing.T) {
	dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
		s := seeded(t, d)
		for _, c := range []struct {
			dictionary string
			in         New
			code       string
			field      string
		}{
			{"source", New{Label: "张三13800138000"}, "invalid", "label"},
			{"source", New{Label: "138 0013-8000"}, "invalid", "label"},
			{"source", New{Label: "热线", Synonyms: []string{"１３８００１３８０００"}}, "invalid", "synonyms"},
			{"source", New{Label: "  "}, "required", "label"},
			{"source", New{Label: "粉色", Color: "pink"}, "invalid", "color"},
			{"source", New{Label: "抖音"}, "duplicate_same", "label"},
			{"source", New{Label: "新展", Code: "exhibition"}, "duplicate_same", "code"},
			{"tag", New{Label: "新标签", Parent: "cost_efficiency"}, "invalid", "parent"},
			{"need_type", New{Label: "租赁"}, "read_only", "code"},
			{"hat", New{Label: "帽子"}, "not_found", ""},
		} {
			_, err := s.Add(t.Context(), admin, c.dictionary, c.in)
			var f *fault.Fault
			if !errors.As(err, &f) || f.Code != c.code || f.Field != c.field {
				t.Errorf("%s %+v is answered with %v, wants %s at %q", c.dictionary, c.in, err, c.code, c.field)
			}
		}
		if _, err := s.Add(t.Context(), admin, "source", New{Label: "2026春季展"}); err != nil {
			t.Errorf("a year in a label is refused: %v", err)
		}
		if _, err := s.Add(t.Context(), sales, "source", New{Label: "销售自己加的"}); !errors.Is(err, db.ErrDenied) {
			t.Errorf("sales adding a source is answered with %v", err)
		}
		if _, err := s.Change(t.Context(), admin, "urgency", "high", 1, Change{Active: api.Some(false)}); fault.Code(err) != "read_only" {
			t.Errorf("retiring a fixed word is answered with %v", err)
		}
		if v, err := s.Change(t.Context(), admin, "urgency", "high", 1, Change{Label: api.Some("特急")}); err != nil || v.Label != "特急" {
			t.Errorf("renaming a fixed word is answered with %v", err)
		}
		if v, err := s.Change(t.Context(), admin, "grade", "D", 1, Change{Active: api.Some(true)}); err != nil || !v.Active || !s.words(t).Has("grade", "D") {
			t.Errorf("switching grade D on is answered with %v", err)
		}
		if _, err := s.Change(t.Context(), admin, "source", "nope", 1, Change{}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("a word that is not there is answered with %v", err)
		}
	})
}

func TestFiftyCallersAddOneWordOnce(t *testing.T) {
	dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
		s := seeded(t, d)
		var (
			all  sync.WaitGroup
			mu   sync.Mutex
			done int
		)
		for range 50 {
			all.Go(func() {
				_, err := s.Add(t.Context(), admin, "source", New{Label: "直播带货"})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					done++
				case fault.Code(err) != "duplicate_same":
					t.Error(err)
				}
			})
		}
		all.Wait()
		if done != 1 {
			t.Errorf("%d of 50 callers added the same word", done)
		}
	})
}

func TestAnotherNodeLearnsOfAWordWithinTheAge(t *testing.T) {
	dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
		here := seeded(t, d)
		there := &Service{DB: d, Book: &Book{DB: d}}
		first := there.words(t)
		if there.words(t) != first {
			t.Error("a second unit of the same moment read the words again")
		}
		hand.Advance(time.Second)
		v, err := here.Add(t.Context(), admin, "source", New{Label: "直播带货"})
		if err != nil {
			t.Fatal(err)
		}
		hand.Advance(Age)
		if !there.words(t).Has("source", v.Code) {
			t.Errorf("another node does not know the word after %s", Age)
		}
		if !here.words(t).Has("source", v.Code) {
			t.Error("this node does not know its own word")
		}
	})
}

func TestPipelines(t *testing.T) {
	dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
		list, err := seeded(t, d).Pipelines(t.Context(), sales, struct{}{})
		if err != nil || len(list.Items) != 2 || list.Items[0].Subject != OfCustomer {
			t.Fatalf("the pipelines are %+v, %v", list, err)
		}
		var codes []string
		for _, st := range list.Items[0].Stages {
			codes = append(codes, st.Code)
		}
		want := strings.Fields("first_contact need_clear proposal negotiating signed paid in_use renewal issue ended analysis")
		if !slices.Equal(codes, want) {
			t.Errorf("the journey is %q", codes)
		}
		stages, err := db.Read(t.Context(), d, sales, func(tx *db.Tx) ([]Stage, error) { return Stages(tx, OfOpportunity) })
		if err != nil || len(stages) != 7 || stages[5].Status != StatusWon {
			t.Errorf("the stages of an opportunity are %+v, %v", stages, err)
		}
	})
}

func TestTheDefaultsAgreeWithThemselves(t *testing.T) {
	for _, d := range defaults {
		for _, lang := range []string{"zh-CN", "en"} {
			if !locale.Has(lang, "dictionary.name."+d.Code) {
				t.Errorf("%s has no dictionary.name.%s", lang, d.Code)
			}
		}
		var rows []valueRow
		spoken := map[string]string{}
		for i, v := range d.Values {
			row := valueRow{ID: d.Code + v.Code, Dictionary: d.Code, Code: v.Code, told: told{v.Label, v.English, db.Of(v.Synonyms), v.Parent, v.Color, int64(i), !v.Off, v.MapsTo}}
			if err := row.judge(rows); err != nil {
				t.Errorf("%s %s: %v", d.Code, v.Code, err)
			}
			if v.English == "" {
				t.Errorf("%s %s has no English label", d.Code, v.Code)
			}
			for _, name := range append([]string{v.Label}, v.Synonyms...) {
				if other, taken := spoken[words.Normal(name)]; taken && other != v.Code {
					t.Errorf("%s %q means %s and %s", d.Code, name, other, v.Code)
				}
				spoken[words.Normal(name)] = v.Code
			}
			rows = append(rows, row)
		}
	}
	for _, p := range defaultPipelines {
		known := map[string]bool{}
		for _, st := range p.Stages {
			known[st.Code] = true
		}
		for _, st := range p.Stages {
			if !slices.Contains(Colors, st.Tone) || !slices.Contains([]string{Lead, Deal, Serving, Lost}, st.Phase) || st.Probability < 0 || st.Probability > 100 {
				t.Errorf("%s %s is %+v", p.Subject, st.Code, st)
			}
			for _, next := range st.Next {
				if !known[next] || next == st.Code {
					t.Errorf("%s %s leads to %s", p.Subject, st.Code, next)
				}
			}
			if p.Subject == OfCustomer && st.Phase != Lost && !slices.Contains(st.Next, "ended") {
				t.Errorf("%s cannot end", st.Code)
			}
		}
	}
}

func TestOverHTTP(t *testing.T) {
	d, mux := dbtest.SQLite(t, hand.Now), http.NewServeMux()
	who := admin
	seeded(t, d).Routes(api.New(mux, d, nil, func(context.Context, api.Credential) (access.Actor, error) { return who, nil }))
	ask := func(method, path, version, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept-Language", "en")
		if version != "" {
			r.Header.Set("If-Match", version)
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		return w
	}
	has := func(w *httptest.ResponseRecorder, code int, text string) {
		t.Helper()
		if w.Code != code || !strings.Contains(w.Body.String(), text) {
			t.Errorf("answered with %d %.600s, wants %d with %s", w.Code, w.Body, code, text)
		}
	}
	has(ask("POST", "/dictionaries/source/values", "", `{"label":"直播带货"}`), 201, `"code":"zhi_bo_dai_huo"`)
	has(ask("POST", "/dictionaries/source/values", "", `{"label":"13800138000"}`), 422, `"field":"label","code":"invalid"`)
	has(ask("PATCH", "/dictionaries/source/values/exhibition", `"1"`, `{"color":"violet","position":2}`), 200, `"version":2`)
	has(ask("PATCH", "/dictionaries/source/values/exhibition", "", `{"color":"red"}`), 428, "version_missing")
	has(ask("PATCH", "/dictionaries/source/values/exhibition", `"2"`, `{"code":"x"}`), 422, `"code":"read_only"`)
	who = sales
	has(ask("GET", "/dictionaries", "", ""), 200, `"code":"exhibition","label":"Exhibition","label_zh":"展会推广"`)
	has(ask("GET", "/dictionaries", "", ""), 200, `"code":"intent","name":"Intent"`)
	has(ask("GET", "/pipelines", "", ""), 200, `"name":"Customer journey"`)
	has(ask("PATCH", "/dictionaries/source/values/exhibition", `"2"`, `{"color":"red"}`), 403, "forbidden")
	who = access.Actor{}
	has(ask("GET", "/dictionaries", "", ""), 401, "unauthenticated")
}
