package setting

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

var (
	noon  = clock.At(time.Date(2026, 11, 21, 4, 0, 0, 0, time.UTC))
	admin = access.SignedIn(access.Person{User: "u1", Login: "admin", Roles: []access.Role{{Scope: access.All, Permissions: access.Permissions}}})
	sales = access.SignedIn(access.Person{User: "u2", Login: "sales", Roles: []access.Role{{Scope: access.Own, Permissions: []access.Permission{access.CustomerRead}}}})
)

func read[T any](t *testing.T, d *db.DB, who db.Viewer, f func(*db.Tx) (T, error)) T {
	t.Helper()
	v, err := db.Read(t.Context(), d, who, f)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestASettingIsItsDefaultUntilAnAdministratorChangesIt(t *testing.T) {
	dbtest.Each(t, noon.Now, func(t *testing.T, d *db.DB) {
		s := &Service{DB: d}
		if n := read(t, d, sales, BinDays.In); n != 30 {
			t.Errorf("a rule reads %d bin days before any change, wants 30", n)
		}
		list, err := s.Change(t.Context(), admin, Change{map[string]any{"customer.bin_days": float64(60), "company.name": "  杭州禾澈智能装备有限公司 "}})
		if err != nil {
			t.Fatal(err)
		}
		if n := read(t, d, sales, BinDays.In); n != 60 {
			t.Errorf("a rule at work for sales reads %d bin days after the change to 60", n)
		}
		if name := read(t, d, sales, CompanyName.In); name != "杭州禾澈智能装备有限公司" {
			t.Errorf("the company is called %q", name)
		}
		i := slices.IndexFunc(list.Items, func(x Shown) bool { return x.Key == "customer.bin_days" })
		if x := list.Items[i]; x.Value != int64(60) || x.Default != int64(30) || x.Group != "customer" || x.Kind != KindInt {
			t.Errorf("the list shows %+v", x)
		}

		log, err := (&audit.Service{DB: d}).List(t.Context(), admin, audit.Filter{Action: "setting.change", Limit: 10})
		if err != nil || len(log.Items) != 1 {
			t.Fatalf("the log has %d entries, %v", len(log.Items), err)
		}
		want := []audit.Change{{Field: "company.name", Old: "", New: "杭州禾澈智能装备有限公司"}, {Field: "customer.bin_days", Old: float64(30), New: float64(60)}}
		if got := log.Items[0].Differs; !reflect.DeepEqual(got, want) {
			t.Errorf("the log tells %+v, wants %+v", got, want)
		}

		if _, err := s.Change(t.Context(), admin, Change{map[string]any{"customer.bin_days": nil}}); err != nil {
			t.Fatal(err)
		}
		if n := read(t, d, sales, BinDays.In); n != 30 {
			t.Errorf("null leaves %d bin days, wants the default 30", n)
		}
	})
}

func TestWrongSettingsAreRefusedTogetherAndNoneIsKept(t *testing.T) {
	dbtest.Each(t, noon.Now, func(t *testing.T, d *db.DB) {
		s := &Service{DB: d}
		_, err := s.Change(t.Context(), admin, Change{map[string]any{
			"customer.cap": float64(500), "customer.bin_days": float64(0), "customer.claim_per_day": 2.5, "company.name": " ", "company.code": "A1",
			"company.timezone": "Mars/Olympus", "customer.review": "everybody", "no.such": true, "followup.late_hours": "24",
		}})
		var f *fault.Fault
		if !errors.As(err, &f) || f.Kind != fault.Invalid {
			t.Fatalf("refused with %v", err)
		}
		var got []string
		for _, x := range f.Details {
			got = append(got, x.Field+" "+x.Code)
		}
		want := []string{"company.code invalid", "company.name required", "company.timezone invalid", "customer.bin_days invalid",
			"customer.claim_per_day invalid", "customer.review invalid", "followup.late_hours invalid", "no.such unknown_field"}
		if !slices.Equal(got, want) {
			t.Errorf("refused %q, wants %q", got, want)
		}
		if n := read(t, d, admin, CustomerCap.In); n != 200 {
			t.Errorf("the cap is %d although the change was refused", n)
		}
		if _, err := s.Change(t.Context(), sales, Change{map[string]any{"customer.cap": float64(500)}}); !errors.Is(err, db.ErrDenied) {
			t.Errorf("sales changing the cap is answered with %v", err)
		}
	})
}

func TestZoneAndMeta(t *testing.T) {
	dbtest.Each(t, noon.Now, func(t *testing.T, d *db.DB) {
		if z := read(t, d, sales, Zone); z.String() != "Asia/Shanghai" {
			t.Errorf("the zone is %s", z)
		}
		kind := func(tx *db.Tx) (string, error) { return Meta(tx, "kind") }
		if k := read(t, d, sales, kind); k != "" {
			t.Errorf("a new database is %q", k)
		}
		_, err := db.Write(t.Context(), d, admin, func(tx *db.Tx) (int, error) {
			if err := CompanyTimezone.Set(tx, "Europe/Berlin"); err != nil {
				return 0, err
			}
			if err := SetMeta(tx, "kind", "demo"); err != nil {
				return 0, err
			}
			return 0, audit.Note(tx, audit.Entry{Action: "test"})
		})
		if err != nil {
			t.Fatal(err)
		}
		if z, k := read(t, d, sales, Zone), read(t, d, sales, kind); z.String() != "Europe/Berlin" || k != "demo" {
			t.Errorf("the zone is %s, the kind %q", z, k)
		}
		_, err = db.Write(t.Context(), d, admin, func(tx *db.Tx) (int, error) { return 0, CompanyTimezone.Set(tx, "Local") })
		if fault.Code(err) != "invalid" {
			t.Errorf("the server's own zone is answered with %v", err)
		}
	})
}

func TestEverySettingHasItsWords(t *testing.T) {
	for _, d := range registry {
		for _, lang := range []string{"zh-CN", "en"} {
			if !locale.Has(lang, "setting.field."+d.key) {
				t.Errorf("%s has no setting.field.%s", lang, d.key)
			}
			if !locale.Has(lang, "setting.group."+d.group()) {
				t.Errorf("%s has no setting.group.%s", lang, d.group())
			}
			for _, c := range d.choices {
				if !locale.Has(lang, "setting.choice."+d.key+"."+c) {
					t.Errorf("%s has no word for %s = %s", lang, d.key, c)
				}
			}
		}
	}
}

func TestOverHTTP(t *testing.T) {
	d, mux := dbtest.SQLite(t, noon.Now), http.NewServeMux()
	who := admin
	(&Service{DB: d}).Routes(api.New(mux, d, nil, func(context.Context, api.Credential) (access.Actor, error) { return who, nil }))
	ask := func(method, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "/api/v1/settings", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept-Language", "en")
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		return w
	}
	if w := ask("PATCH", `{"values":{"customer.cap":300}}`); w.Code != 200 || !strings.Contains(w.Body.String(), `"value":300`) {
		t.Errorf("changing the cap is answered with %d %s", w.Code, w.Body)
	}
	if w := ask("PATCH", `{"values":{"customer.hat":1}}`); w.Code != 422 || !strings.Contains(w.Body.String(), `"field":"customer.hat","code":"unknown_field"`) {
		t.Errorf("an unknown key is answered with %d %s", w.Code, w.Body)
	}
	if w := ask("GET", ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"key":"customer.cap","value":300,"default":200,"kind":"int","group":"customer"`) {
		t.Errorf("the list is %d %s", w.Code, w.Body)
	}
	who = sales
	if w := ask("GET", ""); w.Code != 403 {
		t.Errorf("sales reads the settings: %d", w.Code)
	}
}
