package app

import (
	"encoding/csv"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"zhike/internal/app/house"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/duplicate"
	"zhike/internal/crm/likeness"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"
)

// TestPairsOfTheFacts asks for each pair of names that a person labelled: one is held,
// the other is asked about, either way round (S1, DOMAIN §11).
func TestPairsOfTheFacts(t *testing.T) {
	f, err := os.Open("../crm/rule/testdata/dedup-pairs.csv")
	must(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	must(t, err)
	want := map[string]string{"same": "same", "suspect": "suspect", "different": "none"}
	hand := clock.At(start)
	dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
		w := peopled(t, d, hand)
		for _, r := range rows[1:] {
			for _, p := range [][2]string{{r[0], r[1]}, {r[1], r[0]}} {
				held := named(p[0])
				held.Duplicates = "new"
				c, err := w.Customers.Create(t.Context(), w.actors["second"], held)
				must(t, err)
				got, err := w.Duplicates.Check(t.Context(), w.actors["east"], duplicate.Question{Name: p[1]})
				must(t, err)
				if got.Verdict != want[r[2]] {
					t.Errorf("%s is held, %s is %s, want %s (%s)", p[0], p[1], got.Verdict, r[2], r[3])
				}
				must(t, w.Customers.Delete(t.Context(), w.actors["admin"], c.ID, c.Version))
			}
		}
	})
}

// TestCheck: anyone who reads or creates customers may ask of all that are live, and is
// told whose and since when, and the name only where he sees the customer (S1, S163).
func TestCheck(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ask := func(as, body, verdict string, has, lacks []string) map[string]any {
			t.Helper()
			return w.say(t, saying{as: as, call: "POST /customers/check", body: body, status: 200, has: append(has, `"verdict":"`+verdict+`"`), lacks: append(lacks, canaryText, canaryValue)})
		}
		in := named("杭州禾澈智能装备有限公司")
		in.CreditCode = api.Some("91330110MAXDEM005L")
		in.Contacts = []contact.New{{Name: api.Some("欧阳修远"), Mobile: api.Some("19900000001"), Phone: api.Some("0571-88880001")}}
		c, err := w.Customers.Create(t.Context(), w.actors["second"], in)
		must(t, err)
		code := c.Code
		hidden := []string{"禾澈", c.ID, code, "欧阳", "91330110"}
		for _, name := range []string{"杭州禾澈智能装备有限公司", "杭州禾澈智能装备有限责任公司", "杭州禾澈智能裝備有限公司", "杭州禾澈智能装备有限公司（杭州）", "杭州　禾澈智能装备有限公司。"} {
			ask("east", `{"name":"`+name+`"}`, "same", []string{`"owner":"second"`, `"since":"2026-03-02"`, `"ref":"`}, hidden)
		}
		for _, name := range []string{"禾澈智能装备（杭州）有限公司", "禾澈智能装备有限公司", "杭州禾沏智能装备有限公司", "杭州禾澈智能装备股份有限公司", "禾澈", "杭州禾澈"} {
			ask("east", `{"name":"`+name+`"}`, "suspect", []string{`"owner":"second"`}, hidden)
		}
		for _, name := range []string{"上海禾澈智能装备有限公司", "杭州禾澈餐饮管理有限公司", "杭州麦垛智能装备有限公司"} {
			ask("east", `{"name":"`+name+`"}`, "none", []string{`"matches":[]`}, hidden)
		}
		ask("east", `{"name":"全不一样的食品有限公司","credit_code":"91330110maxdem005l"}`, "same", nil, hidden)
		ask("east", `{"name":"杭州禾澈智能装备有限公司","credit_code":"91330212MAXDEM013H"}`, "none", nil, hidden) // two valid codes are two customers
		ask("east", `{"phone":"+86 199 0000 0001"}`, "suspect", nil, hidden)
		ask("east", `{"phone":"0571 8888 0001"}`, "suspect", nil, hidden)
		ask("east", `{"phone":"19900000009"}`, "none", nil, nil)
		ask("second", `{"name":"杭州禾澈智能装备有限公司"}`, "same", []string{`"name":"杭州禾澈智能装备有限公司"`, `"id":"` + c.ID + `"`}, nil)
		ask("marketing", `{"name":"杭州禾澈智能装备有限公司"}`, "same", []string{`"name":"杭州禾澈智能装备有限公司"`}, nil)
		ask("token", `{"name":"杭州禾澈智能装备有限公司"}`, "same", []string{`"owner":"second"`}, hidden)

		// A person: his name leaves the program masked, and stands in the log masked.
		one := customer.New{Change: customer.Change{Name: api.Some("陆晓峰"), Kind: api.Some(customer.Individual)}}
		_, err = w.Customers.Create(t.Context(), w.actors["second"], one)
		must(t, err)
		ask("east", `{"name":"陆晓峰"}`, "same", []string{`"owner":"second"`}, []string{"陆"})
		ask("marketing", `{"name":"陆晓峰"}`, "same", []string{`"name":"陆*峰"`}, []string{"陆晓峰"})
		ask("second", `{"name":"陆晓峰"}`, "same", []string{`"name":"陆晓峰"`}, nil)
		log := w.say(t, saying{as: "auditor", call: "GET /audit?action=customer.check&limit=200", status: 200, has: []string{"杭州禾澈智能装备有限公司", "陆*峰", `"verdict"`}, lacks: []string{"陆晓峰", "19900000001", "0571-88880001"}})
		if n := len(log["items"].([]any)); n < 25 {
			t.Errorf("the log tells of %d checks", n)
		}

		for body, code := range map[string]string{`{}`: "required", `{"name":" "}`: "required", `{"name":"公司"}`: "vague", `{"name":"暂无"}`: "vague", `{"phone":"199****0001"}`: "masked_value", `{"phone":"19900"}`: "bad_phone",
			`{"credit_code":"91330110MAXDEM0059"}`: "bad_code", `{"name":"杭州禾澈 13812345678"}`: "number_in_text", `{"name":"陆*峰"}`: "masked_value", `{"colour":"red"}`: "unknown_field"} {
			w.say(t, saying{as: "east", call: "POST /customers/check", body: body, status: 422, has: []string{code}})
		}
		for _, as := range []string{"hr", "auditor"} {
			w.say(t, saying{as: as, call: "POST /customers/check", body: `{"name":"杭州禾澈智能装备有限公司"}`, status: 403})
		}

		// In the pool, and in the bin.
		must(t, w.pooled(t, c.ID))
		ask("east", `{"name":"杭州禾澈智能装备有限公司"}`, "same", []string{`"owner":null`, `"pool":true`, `"name":`}, nil)
		now, err := w.Customers.Get(t.Context(), program, c.ID)
		must(t, err)
		must(t, w.Customers.Delete(t.Context(), w.actors["admin"], c.ID, now.Version))
		ask("east", `{"name":"杭州禾澈智能装备有限公司","credit_code":"91330110MAXDEM005L","phone":"19900000001"}`, "none", nil, nil)
	})
}

// pooled puts a customer of second's into the pool.
func (w *world) pooled(t *testing.T, id string) error {
	c, err := w.Customers.Get(t.Context(), w.actors["second"], id)
	must(t, err)
	w.say(t, saying{as: "second", call: "POST /customers/" + id + "/release", match: fmt.Sprintf(`"%d"`, c.Version), body: `{}`, status: 200})
	return nil
}

// TestChecksADay: the 201st check of a day is refused, until the company's next day; of
// fifty at once no more go through than are left (S163).
func TestChecksADay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ask := func(as string) error {
			_, err := w.Duplicates.Check(t.Context(), w.actors[as], duplicate.Question{Name: "杭州禾澈智能装备有限公司"})
			return err
		}
		for range 200 {
			must(t, ask("east"))
		}
		rec := w.say(t, saying{as: "east", call: "POST /customers/check", body: `{"name":"杭州禾澈智能装备有限公司"}`, status: 429, has: []string{"quota_used"}})
		if rec["status"] != 429.0 {
			t.Error(rec)
		}
		if f, ok := ask("east").(*fault.Fault); !ok || f.RetryAfter != 24*time.Hour-start.In(shanghai).Sub(midnight()) {
			t.Errorf("try again after %v", f.RetryAfter)
		}
		must(t, ask("mate"))
		w.House = house.Build(w.DB, w.Keys) // a restart
		if fault.Code(ask("east")) != "quota_used" {
			t.Error("a restart forgets what was asked")
		}
		w.hand.Set(midnight().AddDate(0, 0, 1))
		must(t, ask("east"))

		_, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (int, error) {
			tx.Noted()
			return 0, setting.ChecksPerDay.Set(tx, 10)
		})
		must(t, err)
		var all sync.WaitGroup
		var mu sync.Mutex
		good := 0
		for range 50 {
			all.Go(func() {
				if err := ask("second"); err == nil {
					mu.Lock()
					good++
					mu.Unlock()
				} else if fault.Code(err) != "quota_used" {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if good != 10 {
			t.Errorf("%d of fifty at once were answered, want 10", good)
		}
	})
}

var shanghai = time.FixedZone("", 8*3600)

func midnight() time.Time {
	d := start.In(shanghai)
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, shanghai)
}

// TestRefs: what stands for a customer one may not see is his alone, for a day.
func TestRefs(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, err := w.Customers.Create(t.Context(), w.actors["second"], named("杭州禾澈智能装备有限公司"))
		must(t, err)
		a, err := w.Duplicates.Check(t.Context(), w.actors["east"], duplicate.Question{Name: "杭州禾澈智能装备有限公司"})
		must(t, err)
		ref := a.Matches[0].Ref
		resolve := func(as, ref string) (string, error) {
			return db.Read(t.Context(), w.DB, w.actors[as], func(tx *db.Tx) (string, error) { return w.Duplicates.Resolve(tx, ref) })
		}
		if id, err := resolve("east", ref); err != nil || id != c.ID {
			t.Errorf("%s, %v", id, err)
		}
		if strings.Contains(ref, c.ID) {
			t.Error("a ref shows its customer")
		}
		for name, r := range map[string][2]string{"another's": {"mate", ref}, "forged": {"east", "A" + ref[:len(ref)-4] + "AAAA"}, "an id": {"east", c.ID}, "nothing": {"east", ""}} {
			if id, err := resolve(r[0], r[1]); fault.Code(err) != "invalid" || id != "" && err == nil {
				t.Errorf("%s: %s, %v", name, id, err)
			}
		}
		w.hand.Set(start.Add(24*time.Hour - time.Second))
		if _, err := resolve("east", ref); err != nil {
			t.Error(err)
		}
		w.hand.Set(start.Add(24*time.Hour + time.Second))
		if _, err := resolve("east", ref); fault.Code(err) != "invalid" {
			t.Errorf("after a day: %v", err)
		}
		w.hand.Set(start)
		must(t, w.Customers.Delete(t.Context(), w.actors["admin"], c.ID, c.Version))
		if _, err := resolve("east", ref); fault.Code(err) != "invalid" {
			t.Errorf("of one in the bin: %v", err)
		}
	})
}

// TestSuspects follows a pair from the form onto the list, off it and back (S1, DOMAIN §11).
func TestSuspects(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		held := w.say(t, saying{as: "second", call: "POST /customers", status: 201, body: `{"name":"杭州禾澈智能装备有限公司","contacts":[{"name":"钱一","mobile":"19900000001","email":"qian@hc.example"}]}`, lacks: []string{"suspects"}})
		heldID := held["id"].(string)
		hidden := []string{"禾澈智能装备有限公司\"}", heldID}
		made := w.say(t, saying{as: "east", call: "POST /customers", key: "k1", status: 201, body: `{"name":"禾澈智能装备有限公司"}`, has: []string{`"suspects":[{"owner":"second","since":"2026-03-02","ref":"`}, lacks: hidden})
		w.say(t, saying{as: "east", call: "POST /customers", key: "k1", status: 201, body: `{"name":"禾澈智能装备有限公司"}`, has: []string{`"suspects":[{"owner":"second"`, made["id"].(string)}, lacks: hidden})
		w.say(t, saying{as: "east", call: "POST /customers", status: 201, body: `{"name":"湖州别样食品有限公司","contacts":[{"name":"钱一","phone":"0571-88880002","email":"QIAN@hc.example"}]}`, has: []string{`"suspects":[{"owner":"second"`}})
		w.say(t, saying{as: "east", call: "POST /customers", status: 409, body: `{"name":"杭州禾澈智能装备有限责任公司"}`, has: []string{"duplicate_same"}})
		w.say(t, saying{as: "east", call: "POST /customers", status: 201, body: `{"name":"嘉兴全新物流有限公司"}`, lacks: []string{"suspects"}})
		mine := "/suspects?customer=" + made["id"].(string)
		theirs := "/suspects?customer=" + heldID
		one := func(as, path string, has, lacks []string) map[string]any {
			t.Helper()
			items := w.say(t, saying{as: as, call: "GET " + path, status: 200, has: has, lacks: lacks})["items"].([]any)
			if len(items) != 1 {
				t.Fatalf("%s sees %d pairs in %s", as, len(items), path)
			}
			return items[0].(map[string]any)
		}
		none := func(as, path string) {
			t.Helper()
			w.say(t, saying{as: as, call: "GET " + path, status: 200, has: []string{`"items":[]`}})
		}
		p := one("east", mine, []string{`"customer_name":"禾澈智能装备有限公司"`, `"why":["name"]`, `"owner":"second"`, `"state":"open"`, `"may_decide":true`}, []string{heldID, "杭州禾澈"})
		id := "/suspects/" + p["id"].(string)
		none("second", mine)
		w.say(t, saying{as: "second", call: "GET " + id, status: 404})
		w.say(t, saying{as: "second", call: "POST " + id + "/keep-apart", match: version(p), body: `{}`, status: 404})
		w.say(t, saying{as: "marketing", call: "POST " + id + "/keep-apart", match: version(p), body: `{}`, status: 403})
		w.say(t, saying{as: "east", call: "POST " + id + "/keep-apart", body: `{}`, status: 428})
		w.say(t, saying{as: "east", call: "POST " + id + "/keep-apart", match: `"9"`, body: `{}`, status: 412})
		// Who sees both sides is shown the pair once.
		both := w.say(t, saying{as: "admin", call: "GET /suspects?limit=200", status: 200})["items"].([]any)
		pairs := map[string]int{}
		for _, x := range both {
			m := x.(map[string]any)
			other, _ := m["other"].(map[string]any)["id"].(string)
			a, b := m["customer_id"].(string), other
			pairs[min(a, b)+max(a, b)]++
		}
		for pair, n := range pairs {
			if n != 1 {
				t.Errorf("%s stands %d times", pair, n)
			}
		}

		apart := w.say(t, saying{as: "east", call: "POST " + id + "/keep-apart", match: version(p), body: `{"reason":"另一家,电话13812345678"}`, status: 200, has: []string{`"state":"apart"`, `"decided_by_name":"east"`, "另一家"}})
		none("east", mine)
		one("east", mine+"&state=apart", []string{"另一家"}, nil)
		w.say(t, saying{as: "marketing", call: "GET " + id, status: 200, lacks: []string{"13812345678"}})
		one("second", theirs+"&state=apart", []string{`"decided_by_name":"east"`}, []string{"另一家"})
		w.say(t, saying{as: "second", call: "GET /customers/" + heldID + "/history", status: 200, has: []string{"suspect.keep_apart"}})
		// It is remembered: neither a change nor a check of the same raises it again.
		c, err := w.Customers.Get(t.Context(), w.actors["east"], made["id"].(string))
		must(t, err)
		c, err = w.Customers.Change(t.Context(), w.actors["east"], c.ID, c.Version, customer.Change{Name: api.Some("禾澈智能装备股份有限公司")})
		must(t, err)
		none("east", mine)
		w.say(t, saying{as: "east", call: "POST " + id + "/reopen", match: version(apart), status: 200, has: []string{`"state":"open"`, `"reason":null`}})
		one("second", theirs+"&state=open&limit=1", nil, nil)

		// In the bin it leaves the others' lists, and comes back.
		full, err := w.Customers.Get(t.Context(), program, heldID)
		must(t, err)
		must(t, w.Customers.Delete(t.Context(), w.actors["admin"], heldID, full.Version))
		none("east", mine)
		full, err = db.Read(t.Context(), w.DB, program, func(tx *db.Tx) (customer.Customer, error) { return w.Customers.Load(tx, heldID) })
		must(t, err)
		_, err = w.Customers.Restore(t.Context(), w.actors["admin"], heldID, full.Version)
		must(t, err)
		one("east", mine, nil, nil)

		// Another name ends an open pair; a number brings one.
		_, err = w.Customers.Change(t.Context(), w.actors["east"], c.ID, c.Version, customer.Change{Name: api.Some("湖州另起炉灶食品有限公司")})
		must(t, err)
		none("east", mine)
		person, err := w.Directory.Add(t.Context(), w.actors["east"], c.ID, contact.New{Name: api.Some("孙二"), Mobile: api.Some("19900000001")})
		must(t, err)
		one("east", mine, []string{`"why":["mobile"]`}, nil)
		_, err = w.Directory.Change(t.Context(), w.actors["east"], person.ID, person.Version, contact.Change{Mobile: api.Some("19900000002")})
		must(t, err)
		none("east", mine)

		// Purged, nothing is left of it.
		full, err = w.Customers.Get(t.Context(), program, heldID)
		must(t, err)
		must(t, w.Customers.Delete(t.Context(), w.actors["admin"], heldID, full.Version))
		w.hand.Set(start.AddDate(0, 0, 40))
		_, err = w.Purge.Bin(t.Context())
		must(t, err)
		n, err := db.Read(t.Context(), w.DB, program, func(tx *db.Tx) ([]likeness.Match, error) { return w.Duplicates.Suspected(tx, heldID) })
		if must(t, err); len(n) != 0 {
			t.Errorf("%d pairs are left", len(n))
		}
	})
}

// TestTwoCodesAreTwoCustomers: of equal names with two valid codes neither stands in the
// other's way, and an import notes what is surely alike.
func TestTwoCodesAreTwoCustomers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, b := named("绍兴越岭茶业有限公司"), named("绍兴越岭茶业有限公司")
		a.CreditCode, b.CreditCode = api.Some("91330602MAXDEM072R"), api.Some("91330402MAXDEM0997")
		_, err := w.Customers.Create(t.Context(), w.actors["second"], a)
		must(t, err)
		c, err := w.Customers.Create(t.Context(), w.actors["east"], b)
		if must(t, err); len(c.Suspects) > 0 {
			t.Errorf("two codes are suspects: %v", c.Suspects)
		}
		for _, x := range []struct {
			name string
			want int
		}{{"越岭茶业有限公司", 2}, {"绍兴月岭茶业有限公司", 2}, {"绍兴高山茶业有限公司", 0}} {
			in := named(x.name)
			in.Imported = true
			id, err := db.Write(t.Context(), w.DB, w.actors["mate"], func(tx *db.Tx) (string, error) { return w.Customers.CreateIn(tx, in) })
			must(t, err)
			p, err := w.Duplicates.List(t.Context(), w.actors["mate"], duplicate.Query{State: duplicate.Open, Customer: id, Limit: 10})
			if must(t, err); len(p.Items) < x.want || x.want == 0 && len(p.Items) > 0 {
				t.Errorf("%s: %d pairs, want %d", x.name, len(p.Items), x.want)
			}
		}
		page, err := db.Read(t.Context(), w.DB, w.actors["admin"], func(tx *db.Tx) (n int64, err error) {
			return audit.CountSince(tx, w.actors["mate"].ID(), "customer.create", 0)
		})
		if must(t, err); page < 3 {
			t.Error("imports are not in the log")
		}
	})
}
