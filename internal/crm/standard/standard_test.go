package standard

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

// S19, X12: in a cell the company's own words for trades go before the national standard's.
func TestTheCompanysOwnTradesGoFirst(t *testing.T) {
	hand := clock.At(time.Date(2026, 11, 21, 4, 0, 0, 0, time.UTC))
	dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
		admin := access.SignedIn(access.Person{User: "u1", Login: "admin", Roles: []access.Role{{Scope: access.All, Permissions: access.Permissions}}})
		book := &dictionary.Book{DB: d}
		if _, err := db.Write(t.Context(), d, admin, func(tx *db.Tx) (int, error) { return 0, dictionary.Seed(tx) }); err != nil {
			t.Fatal(err)
		}
		words := &dictionary.Service{DB: d, Book: book, Maps: map[string]func(string) bool{Trades: func(string) bool { return true }}}
		for _, v := range []dictionary.New{{Label: "烘焙门店", Code: "bakery", Parent: "catering", MapsTo: "H62", Synonyms: []string{"面包房", "软件开发"}}, {Label: "老客户圈", Code: "circle"}} {
			if _, err := words.Add(t.Context(), admin, Trades, v); err != nil {
				t.Fatal(err)
			}
		}
		w, err := db.Read(t.Context(), d, admin, book.In)
		if err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string][2]string{"餐饮-连锁快餐": {"catering_fast_food", "H62"}, "烘焙门店": {"bakery", "H62"}, "面包房": {"bakery", "H62"}, "软件开发": {"bakery", "H62"}, "老客户圈": {"circle", ""}, "仓储": {"logistics_storage", "G59"},
			"C 制造业": {"", "C"}, "C39": {"", "C39"}, "制造业-计算机、通信和其他电子设备制造业": {"", "C39"}, "建筑业": {"construction", "E"}, "餐饮": {"", "H62"}, "天上掉的": {"", ""}} {
			trade, industry, ok := ReadIndustry(w, text)
			if trade != want[0] || industry != want[1] || ok != (want != [2]string{}) {
				t.Errorf("%s is read as %s, %s, %v", text, trade, industry, ok)
			}
		}
	})
}

func TestListsAreAnsweredInTheViewersLanguage(t *testing.T) {
	d, mux := dbtest.SQLite(t, time.Now), http.NewServeMux()
	Service{}.Routes(api.New(mux, d, nil, func(context.Context, api.Credential) (access.Actor, error) {
		return access.SignedIn(access.Person{User: "u1", Login: "u1"}), nil
	}))
	for _, c := range []struct{ path, lang, want string }{
		{"regions", "zh-CN", `{"code":"330100","name":"杭州市","parent":"330000","level":"prefecture","area":"华东","area_name":"华东"}`},
		{"regions", "en", `{"code":"330100","name":"Hangzhou","parent":"330000","level":"prefecture","area":"华东","area_name":"East China"}`},
		{"regions", "en", `"name":"西湖区"`},
		{"industries", "zh-CN", `{"code":"C13","name":"农副食品加工业","parent":"C"}`},
		{"industries", "en", `{"code":"C13","name":"Processing of farm and sideline products","parent":"C"}`},
	} {
		r := httptest.NewRequest("GET", "/api/v1/"+c.path, nil)
		r.Header.Set("Accept-Language", c.lang)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if w.Code != 200 || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s in %s: %d without %s", c.path, c.lang, w.Code, c.want)
		}
	}
}
