package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/export"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

// An ownedRecord is a kind of record other than customers that has fields of the company's own.
type ownedRecord struct {
	kind, create, body, at, list string
	filters                      bool     // its list takes a filter and an order
	key                          []string // columns by which its export comes back; without, it does not
	rows                         string   // a sheet that makes one, but for the own columns
}

func (w *world) ownedRecords() []ownedRecord {
	team := w.placements["team"]["customers"]
	return []ownedRecord{
		{kind: "order", create: "/customers/" + team + "/orders", body: `"amount_fen":100`, at: "/orders/", list: "/orders", filters: true, key: []string{"code", "ordered_on", "amount_fen"}, rows: "下单日期,金额"},
		{kind: "contact", create: "/customers/" + team + "/contacts", body: `"name":"李思源"`, at: "/contacts/", list: "/contacts", filters: true, key: []string{"id", "name"}, rows: "姓名,职务"},
		{kind: "follow-up", create: "/customers/" + team + "/follow-ups", body: `"method":"call","content":"报价已发,下周回复"`, at: "/follow-ups/", list: "/follow-ups", filters: true, rows: "跟进内容,跟进方式"},
		{kind: "feedback", create: "/customers/" + team + "/feedback", body: `"kind":"complaint","description":"上周的货晚到了三天"`, at: "/feedback/", list: "/feedback", filters: true, key: []string{"code", "kind", "description"}, rows: "反馈内容,反馈类型"},
		{kind: "need", create: "/customers/" + team + "/needs", body: `"kind":"technical","description":"设备报警代码 E17 怎么处理"`, at: "/needs/", list: "/needs", filters: true, key: []string{"code", "kind", "description"}, rows: "需求描述,需求类型"},
		{kind: "task", create: "/tasks", body: `"title":"寄样","due_at":"2026-03-05T10:00:00Z","customer_id":"` + team + `"`, at: "/tasks/", list: "/tasks?owner=all"},
	}
}

// TestOwnFieldsOfRecords (S17): a field of each kind of each kind of record is filled by the API, refused by name, shown, filtered
// and sorted by, exported and imported back unchanged, hidden by role and revealed with a reason; sealed ones stand nowhere in clear.
func TestOwnFieldsOfRecords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, r := range w.ownedRecords() {
			t.Run(r.kind, func(t *testing.T) { w.ownsFields(t, r) })
		}
	})
}

func (w *world) ownsFields(t *testing.T, r ownedRecord) {
	ctx, leads := t.Context(), w.roleOf(t, "sales_lead")
	fields := map[string]own.Field{}
	for _, x := range []struct {
		label, kind string
		more        []func(*own.New)
	}{{"门店编码", "text", []func(*own.New){func(n *own.New) { n.Unique = api.Some(true) }}}, {"陈列说明", "long_text", nil}, {"毛利率", "number", []func(*own.New){func(n *own.New) { n.Decimals, n.Unit = 2, api.Some("%") }}},
		{"押金", "money", nil}, {"开业日期", "date", nil}, {"巡店时间", "datetime", nil}, {"渠道", "choice", []func(*own.New){choices("商超", "便利店", "电商")}},
		{"品类", "choices", []func(*own.New){choices("炒货", "蜜饯", "干货")}}, {"冷藏", "boolean", nil}, {"督导", "user", nil}, {"总店", "customer", nil}, {"商圈", "region", nil},
		{"商城网址", "url", nil}, {"门店电话", "phone", nil}, {"登录密码", "secret", nil}, {"税务编号", "text", []func(*own.New){func(n *own.New) { n.Sensitive = true }}},
		{"底价", "number", []func(*own.New){func(n *own.New) { n.SeeRoles = api.Some([]string{leads}) }}}, {"件数", "number", []func(*own.New){func(n *own.New) { n.Standard = api.Some[any](3) }}}} {
		fields[x.label] = w.fieldOf(t, r.kind, x.label, x.kind, x.more...)
	}
	name := func(label string) string { return fields[label].Name }
	said := map[string]any{name("门店编码"): "MD-001", name("陈列说明"): "端架两组，联系13800138000", name("毛利率"): 12.5, name("押金"): 280000, name("开业日期"): "2024-05-01", name("巡店时间"): "2026-03-01T10:30:00Z",
		name("渠道"): "shang_chao", name("品类"): []any{"chao_huo", "gan_huo"}, name("冷藏"): true, name("督导"): w.users["mate"], name("总店"): w.placements["team"]["customers"], name("商圈"): "330106",
		name("商城网址"): "https://shop.example.com/1", name("门店电话"): "13912345678", name("登录密码"): "p4ss-w0rd-secret", name("税务编号"): "91330106MA2XYZ1234"}
	want := map[string]any{name("件数"): 3}
	for k, v := range said {
		want[k] = v
	}
	want[name("门店电话")], want[name("登录密码")], want[name("税务编号")] = "139****5678", "******", "****1234"
	same := func(what string, got any) {
		t.Helper()
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		var x, y any
		must(t, json.Unmarshal(a, &x))
		must(t, json.Unmarshal(b, &y))
		if fmt.Sprint(x) != fmt.Sprint(y) {
			t.Errorf("%s:\n %v\nwants\n %v", what, x, y)
		}
	}
	with := func(custom map[string]any) string {
		text, err := json.Marshal(custom)
		must(t, err)
		return `{` + r.body + `,"custom":` + string(text) + `}`
	}
	patch := func(custom map[string]any) string {
		text, _ := json.Marshal(map[string]any{"custom": custom})
		return string(text)
	}

	// Bad values are refused by name, all at once, and nothing is made.
	bad := map[string]any{name("毛利率"): 1.234, name("押金"): -1, name("开业日期"): "2024-13-01", name("渠道"): "nothing", name("品类"): []any{"炒货"}, name("冷藏"): "maybe", name("督导"): "nobody", name("总店"): w.placements["own"]["customers"],
		name("商圈"): "000001", name("商城网址"): "javascript:alert(1)", name("门店电话"): "12", "x_none": 1, name("门店编码"): strings.Repeat("长", 501), name("底价"): 7}
	var named []string
	for k := range bad {
		named = append(named, `"custom.`+k+`"`)
	}
	w.say(t, saying{as: "mate", call: "POST " + r.create, body: with(bad), status: 422, has: named})

	o := w.say(t, saying{as: "mate", call: "POST " + r.create, body: with(said), status: 201})
	id := o["id"].(string)
	same("made", o["custom"])
	at := r.at + id
	same("read", w.say(t, saying{as: "mate", call: "GET " + at, status: 200})["custom"])

	// What came back as it was shown leaves what is sealed.
	shown, _ := o["custom"].(map[string]any)
	o = w.say(t, saying{as: "mate", call: "PATCH " + at, body: patch(shown), match: version(o), status: 200})
	same("sent back as shown", o["custom"])
	o = w.say(t, saying{as: "mate", call: "PATCH " + at, body: patch(map[string]any{name("押金"): 5, name("登录密码"): "other-p4ss-w0rd"}), match: version(o), status: 200})
	o = w.say(t, saying{as: "mate", call: "PATCH " + at, body: patch(map[string]any{name("押金"): 280000, name("登录密码"): "p4ss-w0rd-secret"}), match: version(o), status: 200})
	same("changed and back", o["custom"])
	w.say(t, saying{as: "mate", call: "PATCH " + at, body: patch(map[string]any{name("押金"): "viel"}), match: version(o), status: 422, has: []string{"custom." + name("押金"), "bad_amount"}})
	for table, rows := range dbtest.Dump(t, w.DB) {
		for _, row := range rows {
			for _, secret := range []string{"p4ss-w0rd", "13912345678", "91330106MA2XYZ1234", "端架两组"} {
				if strings.Contains(row, secret) {
					t.Errorf("%s holds %s in clear", table, secret)
				}
			}
		}
	}
	w.say(t, saying{as: "mate", call: "POST " + r.create, body: with(map[string]any{name("门店编码"): "MD-001"}), status: 409, has: []string{"duplicate_same", name("门店编码")}})

	// By role: a field of the leads alone, and a word that is theirs.
	var seen map[string]any
	theirs := w.say(t, saying{as: "leader", call: "GET " + at, status: 200})
	if r.kind != "follow-up" { // which its writer alone changes
		theirs = w.say(t, saying{as: "leader", call: "PATCH " + at, body: patch(map[string]any{name("底价"): 77}), match: version(theirs), status: 200})
		seen, _ = theirs["custom"].(map[string]any)
		if seen[name("底价")] != float64(77) {
			t.Errorf("the lead sees %v", seen)
		}
		same("for mate", w.say(t, saying{as: "mate", call: "GET " + at, status: 200})["custom"])
		o = w.say(t, saying{as: "mate", call: "PATCH " + at, body: patch(map[string]any{name("件数"): 4}), match: version(theirs), status: 200})
		again := w.say(t, saying{as: "leader", call: "GET " + at, status: 200})["custom"].(map[string]any)
		if again[name("底价")] != float64(77) || again[name("件数")] != float64(4) {
			t.Errorf("what mate does not see is gone with his change: %v", again)
		}
		w.say(t, saying{as: "mate", call: "PATCH " + at, body: patch(map[string]any{name("件数"): 3}), match: version(o), status: 200})
	}

	// The list has them; each can be filtered by, both ways, and sorted by.
	ask := func(as, query string, status int) []any {
		t.Helper()
		p := w.say(t, saying{as: as, call: "GET " + r.list + map[bool]string{true: "&", false: "?"}[strings.Contains(r.list, "?")] + "limit=200" + query, status: status})
		items, _ := p["items"].([]any)
		return items
	}
	has := func(items []any) bool {
		return slices.ContainsFunc(items, func(x any) bool { return x.(map[string]any)["id"] == id })
	}
	if !has(ask("mate", "", 200)) {
		t.Fatal("the list lacks it")
	}
	for _, x := range ask("mate", "", 200) {
		if m := x.(map[string]any); m["id"] == id {
			same("in the list", m["custom"])
		}
	}
	if r.filters {
		for _, x := range []struct {
			label, op, value string
			finds            bool
		}{{"门店编码", "eq", `"MD-001"`, true}, {"门店编码", "ne", `"MD-001"`, false}, {"毛利率", "gt", `12.49`, true}, {"毛利率", "lt", `12.5`, false},
			{"押金", "gte", `280000`, true}, {"押金", "lt", `280000`, false}, {"开业日期", "between", `["2024-01-01","2024-12-31"]`, true}, {"巡店时间", "within_days", `10`, true}, {"巡店时间", "older_than_days", `10`, false},
			{"渠道", "in", `["shang_chao"]`, true}, {"渠道", "nin", `["shang_chao"]`, false}, {"品类", "in", `["gan_huo"]`, true}, {"冷藏", "eq", `true`, true}, {"冷藏", "eq", `false`, false},
			{"督导", "eq", `"` + w.users["mate"] + `"`, true}, {"总店", "in", `["` + w.placements["team"]["customers"] + `"]`, true}, {"商圈", "under", `["330000"]`, true}, {"商圈", "under", `["320000"]`, false},
			{"商城网址", "contains", `"shop"`, true}, {"门店电话", "not_empty", `null`, true}, {"登录密码", "empty", `null`, false}, {"陈列说明", "not_empty", `null`, true}, {"税务编号", "empty", `null`, false}} {
			f := fmt.Sprintf(`{"field":%q,"op":%q,"value":%s}`, name(x.label), x.op, x.value)
			if found := has(ask("mate", "&filter="+url.QueryEscape(f), 200)); found != x.finds {
				t.Errorf("%s %s %s finds it: %v", x.label, x.op, x.value, found)
			}
		}
		ask("mate", "&filter="+url.QueryEscape(`{"field":"`+name("底价")+`","op":"gt","value":1}`), 422)
		ask("mate", "&sort="+name("底价"), 422)
		for i, n := range []any{20, nil, 5} {
			custom := map[string]any{name("毛利率"): n, name("门店编码"): fmt.Sprint("MD-1", i)}
			body := with(custom)
			if r.kind == "contact" || r.kind == "feedback" || r.kind == "need" || r.kind == "follow-up" {
				body = strings.ReplaceAll(strings.ReplaceAll(body, "李思源", "王"+string([]rune("甲乙丙")[i])), "晚到了三天", "晚到了"+string([]rune("四五六")[i])+"天")
			}
			w.say(t, saying{as: "mate", call: "POST " + r.create, body: body, status: 201})
		}
		for sort, order := range map[string][]float64{name("毛利率"): {5, 12.5, 20}, "-" + name("毛利率"): {20, 12.5, 5}} {
			for _, as := range []string{"mate", "admin"} {
				var got []float64
				ended := false
				for _, x := range ask(as, "&sort="+sort, 200) {
					n, ok := x.(map[string]any)["custom"].(map[string]any)[name("毛利率")].(float64)
					if ok && ended {
						t.Errorf("%s by %s: a value behind none", as, sort)
					}
					if ended = ended || !ok; ok {
						got = append(got, n)
					}
				}
				if !slices.Equal(got, order) {
					t.Errorf("%s by %s: %v", as, sort, got)
				}
			}
		}
	}

	// Shown in full by the rules of a contact's numbers, and the log holds none of it.
	for label, value := range map[string]string{"登录密码": "p4ss-w0rd-secret", "门店电话": "139", "税务编号": "91330106MA2XYZ1234"} {
		w.say(t, saying{as: "mate", call: "POST " + at + "/reveal", body: `{"field":"` + name(label) + `","reason":"copy"}`, status: 200, has: []string{value}})
	}
	w.say(t, saying{as: "leader", call: "POST " + at + "/reveal", body: `{"field":"` + name("登录密码") + `","reason":"copy"}`, status: 422, has: []string{"reason"}})
	w.say(t, saying{as: "leader", call: "POST " + at + "/reveal", body: `{"field":"` + name("登录密码") + `","reason":"合同开票核对"}`, status: 200, has: []string{"p4ss-w0rd-secret"}})
	w.say(t, saying{as: "mate", call: "POST " + at + "/reveal", body: `{"field":"` + name("毛利率") + `","reason":"copy"}`, status: 422})
	w.say(t, saying{as: "second", call: "POST " + at + "/reveal", body: `{"field":"` + name("登录密码") + `","reason":"合同开票核对"}`, status: 404})

	w.ownsSheets(t, r, id, at, fields, same)

	// A required one refuses the save that leaves it empty, of whoever writes it; it is told beside what else is wrong.
	must1 := w.fieldOf(t, r.kind, "验收", "text", func(n *own.New) { n.Required = api.Some(true) })
	w.say(t, saying{as: "mate", call: "POST " + r.create, body: with(map[string]any{name("押金"): -1}), status: 422, has: []string{"custom." + must1.Name, "required", "bad_amount"}})
	o = w.say(t, saying{as: "mate", call: "GET " + at, status: 200})
	w.say(t, saying{as: "mate", call: "PATCH " + at, body: patch(map[string]any{name("押金"): 9}), match: version(o), status: 422, has: []string{"custom." + must1.Name, "required"}})
	other := map[string]string{"order": `{"state":"done"}`, "contact": `{"title":"厂长"}`, "follow-up": `{"method":"wechat"}`, "feedback": `{"state":"in_progress"}`, "need": `{"state":"in_progress"}`, "task": `{"priority":"high"}`}[r.kind]
	o = w.say(t, saying{as: "mate", call: "PATCH " + at, body: other, match: version(o), status: 200}) // a step is not held up by what lacked before
	o = w.say(t, saying{as: "mate", call: "PATCH " + at, body: patch(map[string]any{must1.Name: "合格"}), match: version(o), status: 200, has: []string{"合格"}})
	w.say(t, saying{as: "mate", call: "PATCH " + at, body: patch(map[string]any{must1.Name: nil}), match: version(o), status: 422, has: []string{"required"}})
	now, err := db.Read(ctx, w.DB, program, func(tx *db.Tx) ([]own.Field, error) { return w.Own.Of(tx, r.kind) })
	must(t, err)
	for _, f := range now {
		if f.Name == must1.Name {
			w.say(t, saying{as: "admin", call: "PATCH /fields/" + r.kind + "/" + f.ID, body: `{"required":false}`, match: fmt.Sprintf("%q", fmt.Sprint(f.Version)), status: 200})
		}
	}
}

// ownsSheets gives the record out with all its own columns and brings it back: nothing changes. A sheet of new ones fills them.
func (w *world) ownsSheets(t *testing.T, r ownedRecord, id, at string, fields map[string]own.Field, same func(string, any)) {
	columns := slices.Clone(r.key)
	if columns == nil {
		columns = []string{"customer_id"}
	}
	for _, f := range fields {
		columns = append(columns, f.Name)
	}
	if !slices.Contains(columns, "customer_id") {
		columns = append(columns, "customer_id")
	}
	var out bytes.Buffer
	ask := export.New{Target: r.kind, Columns: columns, Format: "csv"}
	if r.filters {
		ask.Filter = `{"field":"` + fields["门店编码"].Name + `","op":"eq","value":"MD-001"}`
	} else {
		ask.Params = map[string]string{"owner": "all"}
	}
	_, err := w.Export.Write(t.Context(), w.actors["leader"], ask, "zh-CN", &out)
	must(t, err)
	sheet := out.String()
	for _, held := range []string{"MD-001", "12.5", "2800.00", "2024-05-01", "商超", "炒货", "139****5678", "****1234", "https://shop.example.com/1", "西湖"} {
		if !strings.Contains(sheet, held) {
			t.Errorf("the sheet lacks %s:\n%s", held, sheet)
		}
	}
	if strings.Contains(sheet, "登录密码") || strings.Contains(sheet, "p4ss") {
		t.Error("a secret goes out")
	}
	target := strings.ReplaceAll(r.kind, "-", "_")
	if r.key != nil {
		before := w.say(t, saying{as: "mate", call: "GET " + at, status: 200})
		i := w.brought(t, "leader", target, "back.csv", sheet, exchange.NewPlan{Duplicates: exchange.Update}, "check", "run")
		after := w.say(t, saying{as: "mate", call: "GET " + at, status: 200})
		same("imported back", after["custom"])
		if version(after) != version(before) {
			t.Errorf("version %s instead of %s after an import of what went out: %+v", version(after), version(before), i)
		}
	}
	if r.rows == "" {
		return
	}
	team := w.say(t, saying{as: "mate", call: "GET /customers/" + w.placements["team"]["customers"], status: 200})
	cells := map[string]string{"order": "2026-02-20,88元", "contact": "周明远,经理", "follow-up": "谈了年度框架的付款方式,电话", "feedback": "包装袋封口不牢,产品投诉", "need": "要一份英文说明书,产品咨询"}[r.kind]
	i := w.brought(t, "mate", target, "new.csv", "客户编号,客户名称,"+r.rows+",毛利率,渠道,品类,冷藏,开业日期,商圈,门店电话,陈列说明\n"+fmt.Sprint(team["code"], ",", team["name"], ",", cells)+",8.25%,便利店,蜜饯、干货,是,2023/2/1,杭州市西湖区,13612345678,冰柜一台\n", exchange.NewPlan{}, "check", "run")
	p := w.say(t, saying{as: "mate", call: "GET " + r.list + "?filter=" + url.QueryEscape(`{"field":"`+fields["毛利率"].Name+`","op":"eq","value":8.25}`), status: 200})
	items, _ := p["items"].([]any)
	if len(items) != 1 {
		t.Fatalf("the import made %d: %+v", len(items), i)
	}
	made, _ := items[0].(map[string]any)["custom"].(map[string]any)
	for label, v := range map[string]string{"渠道": "bian_li_dian", "品类": "[mi_jian gan_huo]", "冷藏": "true", "开业日期": "2023-02-01", "商圈": "330106", "门店电话": "136****5678", "陈列说明": "冰柜一台", "件数": "3"} {
		if fmt.Sprint(made[fields[label].Name]) != v {
			t.Errorf("%s came in as %v", label, made[fields[label].Name])
		}
	}
	w.acted(t, "mate", i.ID, "undo")
	gone := items[0].(map[string]any)["id"].(string)
	for _, table := range []string{"custom_value", "custom_sealed"} {
		for _, row := range dbtest.Dump(t, w.DB)[table] {
			if strings.Contains(row, gone) {
				t.Errorf("%s holds a value of what was undone: %s", table, row)
			}
		}
	}
}
