package numbering

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
	"zhike/internal/base/setting"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

var (
	// 15:59 UTC is the last minute of the day in Shanghai.
	late  = time.Date(2026, 11, 21, 15, 59, 0, 0, time.UTC)
	admin = access.SignedIn(access.Person{User: "u1", Login: "admin", Roles: []access.Role{{Scope: access.All, Permissions: access.Permissions}}})
	sales = access.SignedIn(access.Person{User: "u2", Login: "sales", Roles: []access.Role{{Scope: access.Own, Permissions: []access.Permission{access.CustomerCreate}}}})
)

func next(t *testing.T, d *db.DB, series string) string {
	t.Helper()
	n, err := db.Write(t.Context(), d, sales, func(tx *db.Tx) (string, error) { return Next(tx, series) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNumbersFollowOneAnotherWithinTheCompanysDay(t *testing.T) {
	hand := clock.At(late)
	dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
		hand.Set(late)
		for _, want := range []string{"C20261121001", "C20261121002"} {
			if got := next(t, d, Customer); got != want {
				t.Errorf("a customer is numbered %s, wants %s", got, want)
			}
		}
		if got := next(t, d, FollowUp); got != "G20261121001" {
			t.Errorf("the first follow-up is %s: series must not share a counter", got)
		}
		block, err := db.Write(t.Context(), d, sales, func(tx *db.Tx) ([]string, error) { return Block(tx, Customer, 3) })
		if want := []string{"C20261121003", "C20261121004", "C20261121005"}; err != nil || !slices.Equal(block, want) {
			t.Errorf("a block is %q, %v, wants %q", block, err, want)
		}
		hand.Advance(time.Minute)
		if got := next(t, d, Customer); got != "C20261122001" {
			t.Errorf("past midnight in Shanghai a customer is numbered %s", got)
		}
		if _, err := db.Write(t.Context(), d, sales, func(tx *db.Tx) (string, error) { return Next(tx, "hat") }); err == nil {
			t.Error("an unknown series gave a number")
		}
	})
}

func TestARolledBackNumberIsHandedOutAgainAndAThousandthGrows(t *testing.T) {
	dbtest.Each(t, clock.At(late).Now, func(t *testing.T, d *db.DB) {
		undone := errors.New("undone")
		_, err := db.Write(t.Context(), d, sales, func(tx *db.Tx) (string, error) {
			if _, err := Block(tx, Customer, 10); err != nil {
				return "", err
			}
			return "", undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if got := next(t, d, Customer); got != "C20261121001" {
			t.Errorf("after an undone unit the first number is %s: nobody saw the others", got)
		}
		if _, err := db.Write(t.Context(), d, sales, func(tx *db.Tx) ([]string, error) { return Block(tx, Customer, 998) }); err != nil {
			t.Fatal(err)
		}
		if got := next(t, d, Customer); got != "C202611211000" {
			t.Errorf("after 999 comes %s", got)
		}
	})
}

func TestFiftyCallersAtOnceGetFiftyNumbers(t *testing.T) {
	dbtest.Each(t, clock.At(late).Now, func(t *testing.T, d *db.DB) {
		var (
			mu   sync.Mutex
			seen = map[string]bool{}
			all  sync.WaitGroup
		)
		for range 50 {
			all.Go(func() {
				n, err := db.Write(t.Context(), d, sales, func(tx *db.Tx) (string, error) { return Next(tx, Customer) })
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				if seen[n] {
					t.Errorf("%s was handed out twice", n)
				}
				seen[n] = true
			})
		}
		all.Wait()
		if !seen["C20261121001"] || !seen["C20261121050"] || len(seen) != 50 {
			t.Errorf("50 callers got %d numbers, not 001 to 050", len(seen))
		}
	})
}

func TestAnAdministratorChangesAPattern(t *testing.T) {
	dbtest.Each(t, clock.At(late).Now, func(t *testing.T, d *db.DB) {
		for range 2 {
			if _, err := db.Write(t.Context(), d, admin, func(tx *db.Tx) (int, error) { return 0, Seed(tx) }); err != nil {
				t.Fatal(err)
			}
		}
		s := &Service{d}
		next(t, d, Customer)
		list, err := s.List(t.Context(), admin, struct{}{})
		if err != nil || len(list.Items) != len(all) {
			t.Fatalf("%d series, %v", len(list.Items), err)
		}
		if x := list.Items[0]; x.Sample != "C20261121002" || x.Version != 1 || x.Pattern != x.Default || x.Name == "" {
			t.Errorf("the list shows %+v", x)
		}

		_, err = db.Write(t.Context(), d, admin, func(tx *db.Tx) (int, error) {
			if err := setting.CompanyCode.Set(tx, "HC"); err != nil {
				return 0, err
			}
			return 0, audit.Note(tx, audit.Entry{Action: "test"})
		})
		if err != nil {
			t.Fatal(err)
		}
		x, err := s.Change(t.Context(), admin, Customer, 1, Change{"{corp}{yyyy}{seq:6}"})
		if err != nil || x.Sample != "HC2026000001" || x.Version != 2 {
			t.Errorf("the change answers %+v, %v", x, err)
		}
		if got := next(t, d, Customer); got != "HC2026000001" {
			t.Errorf("after the change a customer is numbered %s", got)
		}
		if _, err := s.Change(t.Context(), admin, Customer, 1, Change{"X{seq:3}"}); !errors.Is(err, db.ErrStale) {
			t.Errorf("a change of an old version is answered with %v", err)
		}
		if _, err := s.Change(t.Context(), admin, Customer, 2, Change{"C{yyyy}{MM}{dd}{seq:3}"}); err != nil {
			t.Fatal(err)
		}
		if got := next(t, d, Customer); got != "C20261121002" {
			t.Errorf("the old pattern came back and gave %s: it must go on where it stopped", got)
		}

		for _, bad := range []string{"C", "C{seq:3} ", "{dd}{seq:3}", "{dept}-{seq:3}", "C{hat}{seq:3}"} {
			_, err := s.Change(t.Context(), admin, Customer, 3, Change{bad})
			if want := bad == "C{seq:3} "; (err == nil) != want {
				t.Errorf("%q is answered with %v", bad, err)
			} else if err != nil && fault.Code(err) != "invalid" {
				t.Errorf("%q is refused with %v", bad, err)
			}
		}
		if _, err := s.Change(t.Context(), admin, "hat", 1, Change{"X{seq:3}"}); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("an unknown series is answered with %v", err)
		}
		if _, err := s.Change(t.Context(), sales, Customer, 4, Change{"X{seq:3}"}); !errors.Is(err, db.ErrDenied) {
			t.Errorf("sales changing the numbering is answered with %v", err)
		}

		log, err := (&audit.Service{DB: d}).List(t.Context(), admin, audit.Filter{Record: Customer, Limit: 10})
		if err != nil || len(log.Items) != 3 {
			t.Fatalf("the log has %d changes, %v", len(log.Items), err)
		}
		if c := log.Items[2].Differs[0]; c.Field != "pattern" || c.Old != "C{yyyy}{MM}{dd}{seq:3}" || c.New != "{corp}{yyyy}{seq:6}" {
			t.Errorf("the log tells %+v", c)
		}
		log, err = (&audit.Service{DB: d}).List(t.Context(), admin, audit.Filter{Action: "numbering.seed", Limit: 10})
		if err != nil || len(log.Items) != 1 {
			t.Errorf("two seedings left %d entries, %v", len(log.Items), err)
		}
	})
}

func TestOverHTTP(t *testing.T) {
	d, mux := dbtest.SQLite(t, clock.At(late).Now), http.NewServeMux()
	(&Service{d}).Routes(api.New(mux, d, nil, func(context.Context, api.Credential) (access.Actor, error) { return admin, nil }))
	ask := func(version, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("PATCH", "/api/v1/numbering/order", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if version != "" {
			r.Header.Set("If-Match", version)
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		return w
	}
	if w := ask("", `{"pattern":"X{seq:3}"}`); w.Code != 428 {
		t.Errorf("without a version: %d %s", w.Code, w.Body)
	}
	if w := ask(`"1"`, `{"pattern":"X{seq:3}"}`); w.Code != 200 || w.Header().Get("ETag") != `"2"` || !strings.Contains(w.Body.String(), `"sample":"X001"`) {
		t.Errorf("the change is %d %s", w.Code, w.Body)
	}
	if w := ask(`"2"`, `{"pattern":"X"}`); w.Code != 422 || !strings.Contains(w.Body.String(), `"field":"pattern","code":"invalid"`) {
		t.Errorf("a bad pattern is %d %s", w.Code, w.Body)
	}
}

func TestEverySeriesHasItsName(t *testing.T) {
	for _, s := range all {
		if _, err := ParsePattern(s.pattern); err != nil {
			t.Errorf("%s: %v", s.code, err)
		}
		for _, lang := range []string{"zh-CN", "en"} {
			if !locale.Has(lang, "numbering.series."+s.code) {
				t.Errorf("%s has no numbering.series.%s", lang, s.code)
			}
		}
	}
}
