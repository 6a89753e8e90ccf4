package standard

import (
	"testing"
	"time"

	"zhike/internal/base/access"
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
