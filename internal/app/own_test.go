package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/export"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/owned"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"
)

// field adds a field to customers, as the administrator.
func (w *world) field(t *testing.T, label, kind string, more ...func(*own.New)) own.Field {
	t.Helper()
	return w.fieldOf(t, "customer", label, kind, more...)
}

// fieldOf adds a field to a kind of record.
func (w *world) fieldOf(t *testing.T, record, label, kind string, more ...func(*own.New)) own.Field {
	t.Helper()
	n := own.New{Kind: kind}
	n.Label, n.Purpose = api.Some(label), api.Some("履行合同")
	for _, m := range more {
		m(&n)
	}
	f, err := db.Write(t.Context(), w.DB, w.actors["admin"], func(tx *db.Tx) (own.Field, error) { return w.Ours.AddIn(tx, record, "", n) })
	must(t, err)
	return f
}

// ownFields gives the world fields of the company's own.
func (w *world) ownFields(t *testing.T) {
	w.ownField = w.field(t, "空字段", "text")
	w.filled = [3]own.Field{w.field(t, "分店备注", "long_text"), w.field(t, "门店电话", "phone"), w.field(t, "门店数", "number")}
	w.below = map[string][3]own.Field{}
	for _, table := range slices.Sorted(maps.Keys(hanging)) {
		record := hanging[table]
		w.below[record] = [3]own.Field{w.fieldOf(t, record, "备查", "long_text"), w.fieldOf(t, record, "备用电话", "phone"), w.fieldOf(t, record, "份数", "number")}
	}
}

// hanging are the kinds of records other than customers that have fields, by the tables they lie in.
var hanging = map[string]string{"orders": "order", "contacts": "contact", "follow_ups": "follow-up", "feedback": "feedback", "needs": "need", "tasks": "task"}

// hangs fills the fields of what hangs on the customer of a placement, with planted text, and moves no version.
func (w *world) hangs(t *testing.T, tx *db.Tx, p string) error {
	for table, record := range hanging {
		f := w.below[record]
		if err := w.filledWith(t, tx, p, table, map[string]any{f[0].Name: "电话" + canaryText, f[1].Name: canaryValue, f[2].Name: 3}); err != nil {
			return err
		}
	}
	return nil
}

// filledWith has a record of a placement hold values of its own fields, without a version more.
func (w *world) filledWith(t *testing.T, tx *db.Tx, p, table string, said map[string]any) error {
	id, record, subject := w.placements[p][table], hanging[table], w.placements[p]["customers"]
	if id == "" {
		return nil
	}
	if record == "contact" {
		subject = id
	}
	key, err := w.Vault.Of(tx, subject)
	if err != nil {
		return err
	}
	d, err := w.Own.Judge(tx, record, said, nil, func(field, code string, _ map[string]any) { t.Error(record, field, code) })
	if err != nil {
		return err
	}
	if err := w.Own.Save(tx, key, id, d, nil); err != nil {
		return err
	}
	for name, v := range d.Shown {
		if err := owned.Rewrite(tx, w.Own, name, id, func(any) (any, bool) { return v, true }); err != nil {
			return err
		}
	}
	return audit.Note(tx, audit.Entry{Action: "order.change", Kind: "order", Record: id, Customer: w.placements[p]["customers"]})
}

// owned fills them on every placement, with planted text.
func (w *world) owned(t *testing.T) {
	text, phone, plain := w.filled[0], w.filled[1], w.filled[2]
	for _, p := range placementNames {
		id := w.placements[p]["customers"]
		_, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (int, error) {
			if err := w.hangs(t, tx, p); err != nil {
				return 0, err
			}
			c, err := w.Customers.Whole(tx, id)
			if err != nil { // in the bin
				return 0, nil
			}
			return 0, w.Customers.WriteIn(tx, id, c.Version, customer.Change{Custom: map[string]any{text.Name: "电话" + canaryText, phone.Name: canaryValue, plain.Name: 3}})
		})
		must(t, err)
		if c, err := w.Customers.Get(t.Context(), program, id); err == nil {
			w.versions[p] = c.Version
		}
	}
}

func choices(words ...string) func(*own.New) { return func(n *own.New) { n.Choices = words } }

// TestOwnFields (S17): a field of each kind is added, filled by the form and by an import, shown, filtered, sorted, exported
// and imported back unchanged; sealed ones stand nowhere in clear.
func TestOwnFields(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, east, id := t.Context(), w.actors["east"], w.placements["own"]["customers"]
		fields := map[string]own.Field{}
		for label, x := range map[string]struct {
			kind string
			more []func(*own.New)
		}{"门店编码": {"text", []func(*own.New){func(n *own.New) { n.Unique, n.Search = api.Some(true), api.Some(true) }}}, "陈列说明": {"long_text", nil}, "毛利率": {"number", []func(*own.New){func(n *own.New) { n.Decimals, n.Unit = 2, api.Some("%") }}},
			"押金": {"money", nil}, "开业日期": {"date", nil}, "巡店时间": {"datetime", nil}, "渠道": {"choice", []func(*own.New){choices("商超", "便利店", "电商")}},
			"品类": {"choices", []func(*own.New){choices("炒货", "蜜饯", "干货")}}, "冷藏": {"boolean", nil}, "督导": {"user", nil}, "总店": {"customer", nil}, "商圈": {"region", nil},
			"商城网址": {"url", nil}, "门店电话": {"phone", nil}, "登录密码": {"secret", nil}, "税务编号": {"text", []func(*own.New){func(n *own.New) { n.Sensitive = true }}}} {
			fields[label] = w.field(t, label, x.kind, x.more...)
		}
		name := func(label string) string { return fields[label].Name }
		said := map[string]any{name("门店编码"): "MD-001", name("陈列说明"): "端架两组，联系13800138000", name("毛利率"): 12.5, name("押金"): 280000, name("开业日期"): "2024-05-01", name("巡店时间"): "2026-03-01T10:30:00Z",
			name("渠道"): "shang_chao", name("品类"): []any{"chao_huo", "gan_huo"}, name("冷藏"): true, name("督导"): w.users["mate"], name("总店"): w.placements["collaborator"]["customers"], name("商圈"): "330106",
			name("商城网址"): "https://shop.example.com/1", name("门店电话"): "13912345678", name("登录密码"): "p4ss-w0rd-secret", name("税务编号"): "91330106MA2XYZ1234"}
		before, err := w.Customers.Get(ctx, east, id)
		must(t, err)
		c, err := w.Customers.Change(ctx, east, id, before.Version, customer.Change{Custom: said})
		must(t, err)
		want := map[string]any{}
		for k, v := range said {
			want[k] = v
		}
		want[name("门店电话")], want[name("登录密码")], want[name("税务编号")] = "139****5678", "******", "****1234"
		want[name("毛利率")] = json.Number("12.50")
		same := func(what string, got, want any) {
			t.Helper()
			a, _ := json.Marshal(got)
			b, _ := json.Marshal(want)
			var x, y any
			json.Unmarshal(a, &x)
			json.Unmarshal(b, &y)
			if fmt.Sprint(x) != fmt.Sprint(y) {
				t.Errorf("%s:\n %v\nwants\n %v", what, x, y)
			}
		}
		same("after a change", c.Custom, want)
		again, err := w.Customers.Get(ctx, east, id)
		must(t, err)
		same("read again", again.Custom, want)

		// What came back as it was shown changes nothing, and makes no version.
		back := map[string]any{}
		for k, v := range again.Custom {
			back[k] = v
		}
		if d, err := w.Customers.Change(ctx, east, id, again.Version, customer.Change{Custom: back}); err != nil || d.Version != again.Version {
			t.Errorf("sent back as shown: %v, version %d of %d", err, d.Version, again.Version)
		}
		// A change of something else opens what is sealed and does not leave it open.
		c, err = w.Customers.Change(ctx, east, id, again.Version, customer.Change{Grade: api.Some("A")})
		must(t, err)
		same("after another change", c.Custom, want)
		for table, rows := range dbtest.Dump(t, w.DB) {
			for _, r := range rows {
				for _, secret := range []string{"p4ss-w0rd", "13912345678", "91330106MA2XYZ1234", "端架两组"} {
					if strings.Contains(r, secret) {
						t.Errorf("%s holds %s in clear", table, secret)
					}
				}
			}
		}

		// Each can be filtered by, both ways, and the sealed ones by whether there is one.
		for _, x := range []struct {
			label, op, value string
			finds            bool
		}{{"门店编码", "eq", `"MD-001"`, true}, {"门店编码", "contains", `"00"`, true}, {"门店编码", "ne", `"MD-001"`, false}, {"毛利率", "gt", `12.49`, true}, {"毛利率", "lt", `12.5`, false}, {"毛利率", "between", `["12",13]`, true},
			{"押金", "gte", `280000`, true}, {"押金", "lt", `280000`, false}, {"开业日期", "between", `["2024-01-01","2024-12-31"]`, true}, {"开业日期", "lt", `"2024-05-01"`, false}, {"巡店时间", "within_days", `10`, true}, {"巡店时间", "eq", `"2026-03-01"`, true}, {"巡店时间", "older_than_days", `10`, false},
			{"渠道", "in", `["shang_chao"]`, true}, {"渠道", "nin", `["shang_chao"]`, false}, {"品类", "in", `["gan_huo"]`, true}, {"品类", "nin", `["mi_jian"]`, true}, {"冷藏", "eq", `true`, true}, {"冷藏", "eq", `false`, false}, {"冷藏", "ne", `false`, true},
			{"督导", "eq", `"` + w.users["mate"] + `"`, true}, {"总店", "in", `["` + w.placements["collaborator"]["customers"] + `"]`, true}, {"商圈", "under", `["330000"]`, true}, {"商圈", "under", `["320000"]`, false},
			{"商城网址", "contains", `"shop"`, true}, {"门店电话", "not_empty", `null`, true}, {"登录密码", "empty", `null`, false}, {"陈列说明", "not_empty", `null`, true}, {"税务编号", "empty", `null`, false}} {
			p, err := w.Customers.List(ctx, east, api.ListQuery{Limit: 50, Filter: fmt.Sprintf(`{"field":%q,"op":%q,"value":%s}`, name(x.label), x.op, x.value)})
			if err != nil {
				t.Errorf("%s %s %s: %v", x.label, x.op, x.value, err)
				continue
			}
			if found := slices.ContainsFunc(p.Items, func(s customer.Summary) bool { return s.ID == id }); found != x.finds {
				t.Errorf("%s %s %s finds it: %v", x.label, x.op, x.value, found)
			}
		}
		if p, err := w.Customers.List(ctx, east, api.ListQuery{Limit: 50, Q: "MD-001"}); err != nil || len(p.Items) != 1 {
			t.Errorf("the search box: %v, %d", err, len(p.Items))
		}

		// What no kind takes is refused by name, all at once.
		bad := map[string]any{name("毛利率"): 1.234, name("押金"): -1, name("开业日期"): "2024-13-01", name("渠道"): "nothing", name("品类"): []any{"炒货"}, name("冷藏"): "maybe", name("督导"): "nobody", name("总店"): w.placements["team"]["customers"],
			name("商圈"): "000001", name("商城网址"): "javascript:alert(1)", name("门店电话"): "12", "x_none": 1, name("门店编码"): strings.Repeat("长", 501)}
		_, err = w.Customers.Change(ctx, east, id, c.Version, customer.Change{Custom: bad})
		var f *fault.Fault
		if !asFault(err, &f) || len(f.Details) != len(bad) {
			t.Errorf("%d of %d are refused: %v", len(f.Details), len(bad), f.Details)
		}

		// One value, one record; the same again for the sealed kind.
		other := w.placements["collaborator"]["customers"]
		_, err = w.Customers.Change(ctx, w.actors["second"], other, w.versions["collaborator"], customer.Change{Custom: map[string]any{name("门店编码"): "MD-001"}})
		if fault.Code(err) != "duplicate_same" {
			t.Errorf("a second of a unique value: %v", err)
		}

		// Out as a sheet, and back in: nothing changes. Secrets do not go out, sealed ones go masked.
		columns := []string{"code", "name"}
		for _, f := range fields {
			columns = append(columns, f.Name)
		}
		boss := w.actors["leader"]
		var out bytes.Buffer
		_, err = w.Export.Write(ctx, boss, export.New{Target: "customer", Columns: columns, Format: "csv", Filter: `{"field":"code","op":"eq","value":"` + c.Code + `"}`}, "zh-CN", &out)
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
		stood := c.Version
		w.brought(t, "leader", "customer", "back.csv", sheet, exchange.NewPlan{Duplicates: exchange.Update}, "check", "run")
		c, err = w.Customers.Get(ctx, east, id)
		must(t, err)
		same("imported back", c.Custom, want)
		if c.Version != stood {
			t.Errorf("version %d instead of %d", c.Version, stood)
		}

		// An import fills them, and is undone.
		i := w.brought(t, "east", "customer", "new.csv", "客户名称,毛利率,渠道,品类,冷藏,开业日期,商圈,门店电话,陈列说明\n嘉兴禾木食品有限公司,8.25%,便利店,蜜饯、干货,是,2023/2/1,杭州市西湖区,13612345678,冰柜一台\n", exchange.NewPlan{}, "check", "run")
		p, err := w.Customers.List(ctx, east, api.ListQuery{Limit: 50, Q: "嘉兴禾木"})
		must(t, err)
		if len(p.Items) != 1 {
			t.Fatalf("the import made %d", len(p.Items))
		}
		made, err := w.Customers.Get(ctx, east, p.Items[0].ID)
		must(t, err)
		same("imported", made.Custom, map[string]any{name("毛利率"): 8.25, name("渠道"): "bian_li_dian", name("品类"): []any{"mi_jian", "gan_huo"}, name("冷藏"): true, name("开业日期"): "2023-02-01", name("商圈"): "330106", name("门店电话"): "136****5678", name("陈列说明"): "冰柜一台"})
		_, err = w.Exchange.Undo(ctx, east, i.ID, exchange.Nothing{})
		must(t, err)
	})
}

// roleOf is the id of a built-in role.
func (w *world) roleOf(t *testing.T, code string) string {
	t.Helper()
	all, err := w.Account.ListRoles(t.Context(), w.actors["admin"], struct{}{})
	must(t, err)
	for _, r := range all.Items {
		if r.Code == code {
			return r.ID
		}
	}
	t.Fatal("no role", code)
	return ""
}

func asFault(err error, f **fault.Fault) bool {
	*f = &fault.Fault{}
	x, ok := err.(*fault.Fault)
	if ok {
		*f = x
	}
	return ok
}

// TestOwnFieldsAreSeenByRole: who does not see a field has none, not in lists, filters, sorting, sheets or answers; who does not
// write it is refused; a required one keeps a customer from taking effect; a retired one takes nothing new.
func TestOwnFieldsAreSeenByRole(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.placements["own"]["customers"]
		leads := w.roleOf(t, "sales_lead")
		f := w.field(t, "底价", "number", func(n *own.New) { n.SeeRoles, n.Required = api.Some([]string{leads}), api.Some(true) })
		g := w.field(t, "评级", "text", func(n *own.New) { n.EditRoles = api.Some([]string{leads}) })
		c, err := w.Customers.Get(ctx, w.actors["leader"], id)
		must(t, err)
		c, err = w.Customers.Change(ctx, w.actors["leader"], id, c.Version, customer.Change{Custom: map[string]any{f.Name: 88, g.Name: "好"}})
		must(t, err)
		mine, err := w.Customers.Get(ctx, w.actors["east"], id)
		must(t, err)
		if _, ok := mine.Custom[f.Name]; ok || mine.Custom[g.Name] != "好" {
			t.Errorf("east sees %v", mine.Custom)
		}
		for _, q := range []api.ListQuery{{Limit: 50, Sort: f.Name}, {Limit: 50, Filter: `{"field":"` + f.Name + `","op":"gt","value":1}`}} {
			if _, err := w.Customers.List(ctx, w.actors["east"], q); fault.Code(err) != "unknown_field" {
				t.Errorf("east asks by it: %v", err)
			}
		}
		for name, code := range map[string]string{f.Name: "unknown_field", g.Name: "read_only"} {
			_, err := w.Customers.Change(ctx, w.actors["east"], id, c.Version, customer.Change{Custom: map[string]any{name: "7"}})
			var bad *fault.Fault
			if !asFault(err, &bad) || len(bad.Details) != 1 || bad.Details[0].Code != code {
				t.Errorf("east writes %s: %v", name, err)
			}
		}
		var list api.Items[customfield.Field]
		must(t, json.Unmarshal([]byte(w.call("east", "GET", "/fields/customer", "", "", false).body), &list))
		for _, x := range list.Items {
			if x.Name == f.Name || x.Name == g.Name && !x.ReadOnly {
				t.Errorf("the catalogue for east: %+v", x)
			}
		}
		// What others lack is worked out by a job.
		must(t, w.Quality.MissingAll(ctx))
		other, err := w.Customers.Get(ctx, w.actors["admin"], w.placements["team"]["customers"])
		must(t, err)
		if !slices.Contains(other.Missing, f.Name) {
			t.Errorf("it lacks %v", other.Missing)
		}
	})
}

// TestListsInTheOrderOfOwnFields: pages forth and back hold every record once, those without a value last both ways.
func TestListsInTheOrderOfOwnFields(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := t.Context(), w.actors["admin"]
		f := w.field(t, "排名", "number")
		for i := range 12 {
			in := customer.New{Change: customer.Change{Name: api.Some("绍兴" + string([]rune("甲乙丙丁戊己庚辛壬癸子丑")[i]) + "泽机械有限公司")}}
			if i%3 != 0 {
				in.Custom = map[string]any{f.Name: (i*7)%5 - 2}
			}
			_, err := w.Customers.Create(ctx, admin, in)
			must(t, err)
		}
		for _, who := range []access.Actor{admin, w.actors["leader"]} {
			for _, sort := range []string{f.Name, "-" + f.Name} {
				whole, err := w.Customers.List(ctx, who, api.ListQuery{Limit: 200, Sort: sort})
				must(t, err)
				last, ended := 0.0, false
				for i, c := range whole.Items {
					n, ok := c.Custom[f.Name].(float64)
					switch {
					case !ok:
						ended = true
					case ended:
						t.Errorf("%s: a value behind none", sort)
					case i > 0 && (sort[0] == '-' && n > last || sort[0] != '-' && n < last):
						t.Errorf("%s: %v behind %v", sort, n, last)
					}
					last = n
				}
				var forth, back []string
				cursor, prev := "", ""
				for {
					p, err := w.Customers.List(ctx, who, api.ListQuery{Limit: 3, Sort: sort, Cursor: cursor})
					must(t, err)
					for _, c := range p.Items {
						forth = append(forth, c.ID)
					}
					prev = string(p.Prev)
					if cursor = string(p.Next); cursor == "" {
						break
					}
				}
				for prev != "" {
					p, err := w.Customers.List(ctx, who, api.ListQuery{Limit: 3, Sort: sort, Cursor: prev})
					must(t, err)
					var page []string
					for _, c := range p.Items {
						page = append(page, c.ID)
					}
					back = append(page, back...)
					prev = string(p.Prev)
				}
				var ids []string
				for _, c := range whole.Items {
					ids = append(ids, c.ID)
				}
				if !slices.Equal(forth, ids) || !slices.Equal(back, ids[:len(back)]) || len(ids)-len(back) > 3 {
					t.Errorf("%s: forth %d, back %d, of %d", sort, len(forth), len(back), len(ids))
				}
			}
		}
	})
}

// TestOwnFieldsAreRevealed: a sealed field is shown in full by the rules of a contact's numbers, and the log says so without it.
func TestOwnFieldsAreRevealed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, east, id := t.Context(), w.actors["east"], w.placements["own"]["customers"]
		leads := w.roleOf(t, "sales_lead")
		secret := w.field(t, "登录密码", "secret")
		theirs := w.field(t, "对公账号", "text", func(n *own.New) { n.Sensitive, n.SeeRoles = true, api.Some([]string{leads}) })
		plain := w.field(t, "门店数", "number")
		c, err := w.Customers.Get(ctx, w.actors["leader"], id)
		must(t, err)
		_, err = w.Customers.Change(ctx, w.actors["leader"], id, c.Version, customer.Change{Custom: map[string]any{secret.Name: "p4ss-w0rd", theirs.Name: "6222020200112233", plain.Name: 4}})
		must(t, err)
		if r, err := w.Directory.RevealCustomer(ctx, east, id, 0, directory.RevealOf{Field: secret.Name, Reason: "copy"}); err != nil || r.Value != "p4ss-w0rd" {
			t.Errorf("its owner: %v %v", r, err)
		}
		if r, err := w.Directory.RevealCustomer(ctx, w.actors["leader"], id, 0, directory.RevealOf{Field: theirs.Name, Reason: "合同开票核对"}); err != nil || r.Value != "6222020200112233" {
			t.Errorf("his lead: %v %v", r, err)
		}
		for _, x := range []struct{ who, field, reason, code string }{{"east", theirs.Name, "copy", "invalid"}, {"east", plain.Name, "copy", "invalid"}, {"east", "x_none", "copy", "invalid"},
			{"leader", secret.Name, "copy", "required"}, {"mate", secret.Name, "合同开票核对", "not_found"}, {"marketing", secret.Name, "合同开票核对", "not_yours"}} {
			if _, err := w.Directory.RevealCustomer(ctx, w.actors[x.who], id, 0, directory.RevealOf{Field: x.field, Reason: x.reason}); fault.Code(err) != x.code {
				t.Errorf("%s asks for %s: %v, wants %s", x.who, x.field, err, x.code)
			}
		}
		for _, r := range dbtest.Dump(t, w.DB)["audit_entries"] {
			if strings.Contains(r, "p4ss") || strings.Contains(r, "622202") {
				t.Errorf("the log holds it: %s", r)
			}
		}
	})
}
