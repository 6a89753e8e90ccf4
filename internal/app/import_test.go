package app

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/export"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db/dbtest"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// besides are the tables that an undone import may leave otherwise (DECISIONS 29).
var besides = []string{"counters", "audit_entries", "audit_seal", "jobs", "schedules", "leases", "imports", "import_rows", "import_effects", "remembered_headings", "exports", "idempotency", "rollup_marks"}

// messy is a sheet as people keep it: a title, notes, a total, several contacts, talks
// with their own author and time, values as people write them.
const messy = `禾澈公司客户明细表,,,,,,,,,,,
填表说明:带*的必填,,,,,,,,,,,
*公司名称,行业,省份,城市,来源,规模,年营收（万元）,对接人,联系电话,跟进时间,跟进内容,业务员
杭州云栖精密机械有限公司,专用设备,浙江,杭州,展会,150-500人,3200,张三（采购经理）,13800138000/0571-88886666,2025/12/1 下午3:00,看过样机，等报价,east
杭州云栖精密机械有限公司,,,,,,,李四,139 0013 9000,2025.12.8,报价已发，对方在比价,mate
苏州澜海包装制品有限公司,包装,江苏省,苏州市,老客户转介绍,-,1.2亿,王总,微信同号 13700137000,,,
,,,,,,,,,,,
温州恒达阀门有限公司,通用设备,浙江,温州,招投标,,,赵六,1380013800,,,
某某公司,,,,,,,,,,,
合计,4,,,,,,,,,,
`

func states(i exchange.Import) string {
	return fmt.Sprintf("%s good %d drafts %d bad %d duplicates %d", i.State, i.Good, i.Drafts, i.Bad, i.Duplicates)
}

// TestMessySheet: a sheet as it lies around is understood, its good rows go in while bad
// ones wait, a row is mended on the spot, and undoing leaves every table as it was (S96–S98).
func TestMessySheet(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before := dbtest.Dump(t, w.DB, besides...)
		i := w.brought(t, "admin", "customer", "明细.csv", messy, exchange.NewPlan{}, "check")
		if got := states(i); got != "checked good 0 drafts 3 bad 2 duplicates 0" {
			t.Fatalf("%s: %+v", got, i.Errors)
		}
		if same := dbtest.Dump(t, w.DB, besides...); !maps.EqualFunc(before, same, slices.Equal) {
			t.Error("a check has written something")
		}
		if i.Plan.HeaderRow != 3 {
			t.Errorf("headings are seen in row %d", i.Plan.HeaderRow)
		}
		codes := map[string]string{}
		for _, e := range i.Errors {
			codes[e.Cell] = e.Code
		}
		if !maps.Equal(codes, map[string]string{"I8": "bad_phone", "A9": "vague"}) {
			t.Errorf("wrong are %v", codes)
		}
		i = w.acted(t, "admin", i.ID, "run")
		if got := states(i); got != "partly good 0 drafts 3 bad 2 duplicates 0" {
			t.Fatal(got)
		}
		w.say(t, saying{as: "admin", call: "PATCH /imports/" + i.ID + "/rows/8", body: `{"cells":{"联系电话":"13600136000"}}`, status: 200, has: []string{`"state":"draft"`, "136****6000"}})
		i = w.acted(t, "admin", i.ID, "check", "run")
		if got := states(i); got != "partly good 0 drafts 4 bad 1 duplicates 0" {
			t.Fatal(got)
		}
		page, err := w.Customers.List(t.Context(), w.actors["east"], api.ListQuery{Q: "云栖", Limit: 10})
		must(t, err)
		if len(page.Items) != 1 {
			t.Fatalf("east finds %d of his customers", len(page.Items))
		}
		c, err := w.Customers.Get(t.Context(), w.actors["east"], page.Items[0].ID)
		must(t, err)
		got := fmt.Sprint(c.ShortName, " ", c.Industry, " ", c.Region, " ", c.Source, " ", c.Employees, " ", c.AnnualRevenueFen, " ", c.ContactsCount, " ", c.FollowUpsCount, " ", c.PrimaryContact.Title, " ", c.PrimaryContact.Mobile, " ", c.PrimaryContact.Phone)
		if got != "云栖 C35 330100 exhibition 150 3200000000 2 2 采购经理 138****8000 0571-****6666" {
			t.Errorf("it came in as %s", got)
		}
		talks := w.say(t, saying{as: "east", call: "GET /customers/" + c.ID + "/follow-ups", status: 200, has: []string{"看过样机", `"imported":true`, `"late":false`, `"author_name":"mate"`, "2025-12-01T07:00:00Z"}})
		if n := len(talks["items"].([]any)); n != 2 {
			t.Errorf("%d talks came in", n)
		}
		i = w.acted(t, "admin", i.ID, "undo")
		if i.State != "undone" || len(i.Kept) > 0 {
			t.Errorf("%s, and it kept %v", i.State, i.Kept)
		}
		same(t, before, dbtest.Dump(t, w.DB, besides...))
		w.say(t, saying{as: "admin", call: "POST /imports/" + i.ID + "/undo", status: 409, has: []string{"undo_over"}})
	})
}

func same(t *testing.T, before, after map[string][]string) {
	t.Helper()
	for table, rows := range before {
		if !slices.Equal(rows, after[table]) {
			t.Errorf("%s held %d rows, and holds %d:\n%s", table, len(rows), len(after[table]), strings.Join(differing(rows, after[table]), "\n"))
		}
	}
}

func differing(a, b []string) (out []string) {
	for _, x := range a {
		if !slices.Contains(b, x) {
			out = append(out, "- "+x)
		}
	}
	for _, x := range b {
		if !slices.Contains(a, x) {
			out = append(out, "+ "+x)
		}
	}
	return out[:min(len(out), 6)]
}

// TestUndoKeepsWhatWasTouched: what somebody has worked on since stays, and is told with
// who and when; a field is put back only where it holds the imported value (DECISIONS 29).
func TestUndoKeepsWhatWasTouched(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		own := w.placements["own"]["customers"]
		w.say(t, saying{as: "east", call: "PATCH /customers/" + own, body: `{"grade":"B","remark":"原备注"}`, match: fmt.Sprintf(`"%d"`, w.versions["own"]), status: 200})
		var name string
		{
			c, err := w.Customers.Get(t.Context(), w.actors["east"], own)
			must(t, err)
			name = c.Name
		}
		text := "客户名称,客户类型,客户等级,备注,联系人,手机\n绍兴云禾纺织有限公司,企业,A,,,\n绍兴云桑纺织有限公司,企业,A,,,\n" + name + ",机构,A,新备注,周七,13500135000\n"
		i := w.brought(t, "east", "customer", "a.csv", text, exchange.NewPlan{Duplicates: "update"}, "run")
		if got := states(i); got != "done good 0 drafts 2 bad 0 duplicates 1" {
			t.Fatalf("%s %+v", got, i.Errors)
		}
		page, err := w.Customers.List(t.Context(), w.actors["east"], api.ListQuery{Q: "云禾", Limit: 10})
		must(t, err)
		touched := page.Items[0]
		w.hand.Advance(time.Hour)
		w.say(t, saying{as: "east", call: "POST /customers/" + touched.ID + "/follow-ups", body: `{"method":"call","content":"已联系上,约了下周二见面"}`, status: 201})
		w.say(t, saying{as: "east", call: "GET /customers/" + own, status: 200, has: []string{`"grade":"A"`, "新备注", `"contacts_count":2`}})
		after := w.say(t, saying{as: "east", call: "GET /customers/" + own, status: 200})
		w.say(t, saying{as: "east", call: "PATCH /customers/" + own, body: `{"remark":"我改过的备注"}`, match: version(after), status: 200})
		i = w.acted(t, "east", i.ID, "undo")
		codes := []string{}
		for _, k := range i.Kept {
			codes = append(codes, k.Code+" "+k.Kind+" "+k.Field+" "+k.By)
		}
		slices.Sort(codes)
		if strings.Join(codes, ", ") != "changed customer remark , touched customer  east" {
			t.Errorf("kept are %q", codes)
		}
		w.say(t, saying{as: "east", call: "GET /customers/" + own, status: 200, has: []string{`"grade":"B"`, "我改过的备注", `"contacts_count":1`}})
		w.say(t, saying{as: "east", call: "GET /customers/" + touched.ID, status: 200})
		gone, err := w.Customers.List(t.Context(), w.actors["east"], api.ListQuery{Q: "云桑", Limit: 10})
		must(t, err)
		if len(gone.Items) > 0 {
			t.Error("what nobody touched is still there")
		}
	})
}

// TestImportTwice: a sheet that comes twice makes nothing twice, whatever encoding it
// comes in; what is held by another is told as a blind check would, and not changed.
func TestImportTwice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		text := "客户名称,统一社会信用代码,客户等级\n南通清岚家纺有限公司,91440101231245152Y,A\n南通知微家纺有限公司,,B\n南通知微家纺有限公司,,C\n（南通）清岚家紡有限公司,９１４４０１０１２３１２４５１５２Ｙ,A\n"
		i := w.brought(t, "east", "customer", "a.csv", text, exchange.NewPlan{}, "check", "run")
		if got := states(i); got != "done good 0 drafts 2 bad 0 duplicates 2" {
			t.Fatalf("%s %+v", got, i.Errors)
		}
		gbk, err := simplifiedchinese.GB18030.NewEncoder().String(text)
		must(t, err)
		for name, again := range map[string]string{"utf-8 with a mark": "\ufeff" + text, "GB18030": gbk, "semicolons": strings.ReplaceAll(text, ",", ";"), "tabs": strings.ReplaceAll(text, ",", "\t")} {
			if got := states(w.brought(t, "east", "customer", name+".csv", again, exchange.NewPlan{}, "run")); got != "done good 0 drafts 0 bad 0 duplicates 4" {
				t.Errorf("%s: %s", name, got)
			}
		}
		other := w.brought(t, "second", "customer", "b.csv", text, exchange.NewPlan{Duplicates: "update"}, "run")
		if got := states(other); got != "done good 0 drafts 0 bad 0 duplicates 4" {
			t.Errorf("somebody else: %s", got)
		}
		w.say(t, saying{as: "second", call: "GET /imports/" + other.ID + "/rows", status: 200, has: []string{"duplicate_not_yours"}})
		grades, err := w.Customers.List(t.Context(), w.actors["east"], api.ListQuery{Q: "南通", Limit: 10, Sort: "name"})
		must(t, err)
		for _, c := range grades.Items {
			if c.Version > 1 {
				t.Errorf("%s was changed by somebody else's sheet", c.Name)
			}
		}
		again := w.brought(t, "east", "customer", "c.csv", text, exchange.NewPlan{Duplicates: "new"}, "run")
		if got := states(again); got != "partly good 0 drafts 2 bad 2 duplicates 0" {
			t.Errorf("new: %s", got) // a credit code is held once, always
		}
	})
}

// TestExportComesBack: what goes out masked and formula-safe comes back and changes nothing;
// an edited cell changes its field, and an empty one erases none (DOMAIN §14.8).
func TestExportComesBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, name := range []string{"=cmd|' /C calc'!A0 的公司", "+86 供应链有限公司", "＝宁波泽水有限公司"} {
			_, err := w.Customers.Create(t.Context(), w.actors["admin"], customer.New{Change: customer.Change{Name: api.Some(name), Tags: api.Some([]string{"cost_efficiency"}), Grade: api.Some("A"), AnnualRevenueFen: api.Some(int64(123456789))}})
			must(t, err)
		}
		before := dbtest.Dump(t, w.DB, besides...)
		for _, format := range []string{"csv", "xlsx"} {
			var b bytes.Buffer
			n, err := w.Export.Write(t.Context(), w.actors["admin"], export.New{Target: "customer", Format: format}, "zh-CN", &b)
			must(t, err)
			if n < 11 {
				t.Errorf("%d rows went out", n)
			}
			if format == "csv" {
				rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff"))).ReadAll()
				must(t, err)
				for _, r := range rows {
					for _, cell := range r {
						if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") || strings.HasPrefix(cell, "＝") {
							t.Errorf("a program would take %q for a formula", cell)
						}
					}
				}
			}
			i := w.brought(t, "admin", "customer", "back."+format, b.String(), exchange.NewPlan{Duplicates: "update"}, "check", "run")
			if i.Bad > 0 || i.Duplicates != n {
				t.Errorf("%s: %s %+v", format, states(i), i.Errors)
			}
		}
		same(t, before, dbtest.Dump(t, w.DB, besides...))
		var b bytes.Buffer
		_, err := w.Export.Write(t.Context(), w.actors["admin"], export.New{Target: "contact", Format: "csv"}, "zh-CN", &b)
		must(t, err)
		if strings.Contains(b.String(), canaryValue) || !strings.Contains(b.String(), "136****4321") {
			t.Error("contacts go out in clear, or not at all")
		}
		i := w.brought(t, "admin", "contact", "people.csv", b.String(), exchange.NewPlan{Duplicates: "update"}, "run")
		if i.Bad > 0 || i.Duplicates < 8 {
			t.Errorf("contacts: %s %+v", states(i), i.Errors)
		}
		same(t, before, dbtest.Dump(t, w.DB, besides...))
		w.say(t, saying{as: "east", call: "POST /exports", body: `{"target":"customer"}`, status: 403})
		w.say(t, saying{as: "leader", call: "POST /exports", body: `{"target":"customer","filter":"{\"field\":\"nothing\",\"op\":\"eq\",\"value\":1}"}`, status: 422})
	})
}

// TestHostileUploads: what is no table is refused with a reason, and nothing is kept of it.
func TestHostileUploads(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, c := range map[string]struct {
			text, code string
			status     int
		}{
			"old.xls":    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), "file_old_excel", 415},
			"empty.csv":  {"", "file_empty", 422},
			"zeros.csv":  {strings.Repeat("\x00", 5000), "", 415},
			"wide.csv":   {strings.Repeat("a,", 200_000) + "\n", "columns_too_many", 413},
			"broken.csv": {"客户名称\n" + "\xb9\xe3\xd6\xdd\xff\xff\xfe\n", "", 422},
			"cell.csv":   {"客户名称,备注\n甲乙丙公司," + strings.Repeat("长", 3<<20) + "\n", "cell_too_long", 413},
		} {
			body, _ := form(t, name, c.text, map[string]string{"target": "customer"})
			a := w.call("east", "POST", "/imports", body, "", false)
			if a.status != c.status || !strings.Contains(a.body, c.code) {
				t.Errorf("%s: %d %.200s", name, a.status, a.body)
			}
		}
		for what, body := range map[string]string{"no file": "--zhike--\r\n", "no form": `{"a":1}`, "another target": must2(form(t, "a.csv", "客户名称\n甲", map[string]string{"target": "users"}))} {
			if a := w.call("east", "POST", "/imports", body, "", false); a.status < 400 || a.status >= 500 {
				t.Errorf("%s: %d %.200s", what, a.status, a.body)
			}
		}
		id := w.brought(t, "east", "customer", "a.csv", "客户名称\n台州新木家具有限公司\n", exchange.NewPlan{}).ID
		for call, want := range map[string]int{
			"POST /imports/" + id + "/run": 409, "PATCH /imports/" + id + "/rows/99": 409, "POST /imports/" + id + "/undo": 409, "GET /import-templates/nothing": 404, "GET /import-fields/users": 404,
		} {
			w.say(t, saying{as: "east", call: call, body: `{"cells":{"A":"x"}}`, status: want})
		}
		w.say(t, saying{as: "east", call: "PUT /imports/" + id + "/plan", body: `{"mapping":{"Z":"name"}}`, status: 422, has: []string{"unknown_column"}})
		w.say(t, saying{as: "east", call: "PUT /imports/" + id + "/plan", body: `{"mapping":{"A":"owner_id"}}`, status: 200})
		w.say(t, saying{as: "east", call: "POST /imports/" + id + "/check", status: 422, has: []string{"column_missing"}})
	})
}

func must2(body, _ string) string { return body }

// TestListed brings in the real list where ZHIKE_LISTED names it: by command it is
// compared with what its own columns say.
func TestListed(t *testing.T) {
	path := os.Getenv("ZHIKE_LISTED")
	if path == "" {
		t.Skip("ZHIKE_LISTED names no list")
	}
	text, err := os.ReadFile(path)
	must(t, err)
	each(t, func(t *testing.T, w *world) {
		before := dbtest.Dump(t, w.DB, besides...)
		i := w.brought(t, "admin", "customer", "listed.csv", string(text), exchange.NewPlan{}, "run")
		t.Log(states(i), i.Errors)
		if i.Drafts < 1190 || i.Rows != 1200 {
			t.Errorf("%s", states(i))
		}
		gbk, err := simplifiedchinese.GB18030.NewEncoder().String(string(text))
		must(t, err)
		again := w.brought(t, "admin", "customer", "listed-gbk.csv", gbk, exchange.NewPlan{}, "run")
		if again.Drafts > 0 || again.Duplicates != i.Drafts {
			t.Errorf("a second import: %s", states(again))
		}
		w.acted(t, "admin", i.ID, "undo")
		same(t, before, dbtest.Dump(t, w.DB, besides...))
	})
}
