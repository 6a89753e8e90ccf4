package app

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/export"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

// peopleOf gives a customer's people by name and number, as its owner's list shows them.
func (w *world) peopleOf(t *testing.T, as, q string) (all []string) {
	t.Helper()
	page, err := w.Customers.List(t.Context(), w.actors[as], api.ListQuery{Q: q, Limit: 5})
	must(t, err)
	if len(page.Items) != 1 {
		t.Fatalf("%s finds %d of %s", as, len(page.Items), q)
	}
	people, err := db.Read(t.Context(), w.DB, w.actors[as], func(tx *db.Tx) (out []string, err error) {
		have, err := w.Directory.People(tx, page.Items[0].ID)
		for _, h := range have {
			out = append(out, strings.TrimSpace(fmt.Sprint(h.Name, " ", h.Salutation, " ", h.Mobile, h.Phone, h.WeChat)))
		}
		return out, err
	})
	must(t, err)
	slices.Sort(people)
	return people
}

// TestSheetsAsTheyAre: sheets of many hands, each with what goes wrong where it is read
// carelessly. What a check says is what a run does.
func TestSheetsAsTheyAre(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			name, text, states string
			errors             map[string]string // cell → code
			q                  string
			people             []string
		}{
			{name: "the code stands in the first row alone", text: "公司名称,统一社会信用代码,联系人,手机\n广州慧聪商贸有限公司,91440101231245152Y,甲一,13300000001\n广州慧聪商贸有限公司,,甲二,13300000002\n",
				states: "good 0 drafts 2 bad 0 duplicates 0", q: "慧聪", people: []string{"甲一  133****0001", "甲二  133****0002"}},
			{name: "two of one name are two", text: "客户名称,客户类型,手机\n张伟,个人,13911110001\n张伟,个人,13911110002\n", states: "good 1 drafts 0 bad 0 duplicates 1", q: "张伟", people: []string{"张伟  139****0001"}},
			{name: "an enterprise with a number and no name", text: "客户名称,客户类型,手机\n洛阳牡丹园艺有限公司,企业,15100000001\n", states: "good 0 drafts 1 bad 0 duplicates 0", q: "牡丹", people: []string{"未署名  151****0001"}},
			{name: "sexes", text: "姓名,手机号码,公司,性别\n孙一,13000000001,南昌赣江物流有限公司,男\n孙二,13000000002,南昌赣江物流有限公司,女\n", states: "good 0 drafts 2 bad 0 duplicates 0", q: "赣江", people: []string{"孙一 mr 130****0001", "孙二 ms 130****0002"}},
			{name: "a fax is nobody", text: "公司名称,联系人,电话,座机,传真\n深圳前海供应链有限公司,王一,13800138055,0755-26888888,0755-26888889\n", states: "good 0 drafts 1 bad 0 duplicates 0", q: "前海", people: []string{"王一  138****80550755-****8888"}},
			{name: "a shop has a keeper", text: "门店名称,店长,电话\n华联超市中山店,徐一,021-58888888\n", states: "good 0 drafts 1 bad 0 duplicates 0", q: "华联", people: []string{"徐一  021-****8888"}},
			{name: "a WeChat name among numbers", text: "客户,联系人,联系方式\n龙岩矿业有限公司,黄四,微信：huangsi88 13100000004\n", states: "good 0 drafts 1 bad 0 duplicates 0", q: "龙岩", people: []string{"黄四  131****0004hu*****88"}},
			{name: "a colleague who has left", text: "客户名称,业务员\n蚌埠玻璃制品有限公司,disabled\n", states: "good 0 drafts 0 bad 1 duplicates 0", errors: map[string]string{"B2": "colleague_left"}},
			{name: "longer than a form", text: "客户名称,联系人,职位,备注,跟进内容\n宿州长文贸易有限公司,张三," + strings.Repeat("长", 61) + "," + strings.Repeat("注", 5001) + "," + strings.Repeat("谈", 10001) + "\n",
				states: "good 0 drafts 0 bad 1 duplicates 0", errors: map[string]string{"C2": "cell_too_long", "D2": "cell_too_long", "E2": "cell_too_long"}},
			{name: "talks for a colleague's customer", text: "客户名称,业务员,联系人,手机,跟进时间,跟进内容\n淮北转手实业有限公司,mate,赵六,13900000041,2025-11-11,谈了设备安装的时间安排\n", states: "good 0 drafts 1 bad 0 duplicates 0"},
		} {
			i := w.brought(t, "east", "customer", c.name+".csv", c.text, exchange.NewPlan{}, "check")
			if got := "checked " + c.states; states(i) != got {
				t.Errorf("%s: check: %s %+v", c.name, states(i), i.Errors)
			}
			got := map[string]string{}
			for _, e := range i.Errors {
				got[e.Cell] = e.Code
			}
			if !maps.Equal(got, c.errors) {
				t.Errorf("%s: wrong are %v", c.name, got)
			}
			i = w.acted(t, "east", i.ID, "run")
			if _, after, _ := strings.Cut(states(i), " "); after != c.states {
				t.Errorf("%s: run: %s %+v", c.name, states(i), i.Errors)
			}
			if c.q != "" {
				if got := w.peopleOf(t, "east", c.q); !slices.Equal(got, c.people) {
					t.Errorf("%s: people are %q", c.name, got)
				}
			}
		}
		staged := w.brought(t, "east", "customer", "s.csv", "客户名称,客户阶段\n铜陵有色精工有限公司,谈判中\n", exchange.NewPlan{}, "check")
		w.say(t, saying{as: "east", call: "GET /imports/" + staged.ID + "/rows?state=draft", status: 200, has: []string{"stage_not_taken"}})
		// A plan without a talk does not vanish unsaid.
		i := w.brought(t, "east", "customer", "plan.csv", "客户名称,下次跟进时间\n巢湖计划实业有限公司,2026-12-01\n", exchange.NewPlan{}, "check")
		w.say(t, saying{as: "east", call: "GET /imports/" + i.ID + "/rows", status: 200, has: []string{`"code":"no_talk"`, `"cell":"B2"`}})
		// What east gave away came with its talk, and in mate's name.
		page, err := w.Customers.List(t.Context(), w.actors["mate"], api.ListQuery{Q: "淮北", Limit: 5})
		must(t, err)
		w.say(t, saying{as: "mate", call: "GET /customers/" + page.Items[0].ID + "/follow-ups", status: 200, has: []string{"设备安装", `"author_name":"mate"`}})
	})
}

// TestNoHeadings: a sheet without headings is refused, not read with its first row lost; where a
// caller insists on a row of people as headings, no number of it is kept in clear.
func TestNoHeadings(t *testing.T) {
	hand := clock.At(start)
	d := dbtest.SQLite(t, hand.Now)
	w := newWorld(t, d, hand)
	for _, text := range []string{"惠州家具有限公司,张老板,13800000028,惠州\n中山灯饰有限公司,李老板,13800000029,中山\n", "字段,值\n客户名称,东莞电子有限公司\n电话,13800000027\n"} {
		body, _ := form(t, "a.csv", text, map[string]string{"target": "customer"})
		if a := w.call("east", "POST", "/imports", body, "", false); a.status != 422 || !strings.Contains(a.body, "no_headings") {
			t.Errorf("%d %.200s", a.status, a.body)
		}
	}
	i := w.brought(t, "east", "customer", "a.csv", "公司,老板,手机\n惠州家具有限公司,张老板,13800000028\n中山灯饰有限公司,李老板,13800000029\n", exchange.NewPlan{})
	w.say(t, saying{as: "east", call: "PUT /imports/" + i.ID + "/plan", body: `{"header_row":2,"mapping":{"A":"name","C":"contact.mobile"}}`, status: 200, has: []string{"138****0028"}, lacks: []string{"13800000028"}})
	w.acted(t, "east", i.ID, "check", "run")
	w.say(t, saying{as: "east", call: "PUT /imports/" + w.brought(t, "east", "customer", "b.csv", "公司\n惠州甲家具有限公司\n", exchange.NewPlan{}).ID + "/plan", body: `{"defaults":{"contact.mobile":"13800000030"}}`, status: 422, has: []string{"number_in_text"}, lacks: []string{"13800000030"}})
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(d.Path() + suffix)
		must(t, err)
		for _, number := range []string{"13800000028", "13800000029", "13800000030"} {
			if bytes.Contains(b, []byte(number)) {
				t.Errorf("the file%s holds %s in clear", suffix, number)
			}
		}
	}
}

// TestPlanAfterCheck: a plan that changes after a check counts anew and puts together anew.
func TestPlanAfterCheck(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		change := func(id, body string) {
			w.say(t, saying{as: "east", call: "PUT /imports/" + id + "/plan", body: body, status: 200})
		}
		i := w.brought(t, "east", "customer", "a.csv", "说明,,\n客户名称,联系人,手机\n甲一测试实业有限公司,张,13800138101\n乙二测试实业有限公司,李,138001381\n", exchange.NewPlan{}, "check")
		for _, body := range []string{`{"repair":true}`, `{"repair":false}`, `{"header_row":2}`, `{"repair":true,"header_row":2}`} {
			change(i.ID, body)
			if i = w.acted(t, "east", i.ID, "check"); states(i) != "checked good 0 drafts 1 bad 1 duplicates 0" || i.Rows != 2 {
				t.Errorf("%s: %s, rows %d", body, states(i), i.Rows)
			}
		}
		i = w.brought(t, "east", "customer", "b.csv", "客户名称,姓名,手机\n丙三测试实业有限公司,张,13800138103\n丙三测试实业有限公司,李,13800138104\n", exchange.NewPlan{})
		change(i.ID, `{"mapping":{"B":null,"C":null}}`)
		if i = w.acted(t, "east", i.ID, "check"); states(i) != "checked good 0 drafts 1 bad 0 duplicates 1" {
			t.Error(states(i))
		}
		change(i.ID, `{"mapping":{"B":"contact.name","C":"contact.mobile"}}`)
		if i = w.acted(t, "east", i.ID, "check", "run"); states(i) != "done good 0 drafts 2 bad 0 duplicates 0" {
			t.Error(states(i))
		}
		if got := w.peopleOf(t, "east", "丙三"); len(got) != 2 {
			t.Errorf("people are %q", got)
		}
	})
}

// TestTwinHeadings: what two columns of one name were taken for is not remembered crosswise.
func TestTwinHeadings(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		said := func(name string) *string { return &name }
		text := "单位,号码栏,号码栏\n丁四测试实业有限公司,13800138105,13800138106\n"
		w.brought(t, "east", "customer", "a.csv", text, exchange.NewPlan{Mapping: map[string]*string{"A": said("name"), "B": said("contact.mobile"), "C": said("contact2.mobile")}}, "run")
		i := w.brought(t, "east", "customer", "b.csv", text, exchange.NewPlan{})
		if m := i.Plan.Mapping; m["B"] == "contact2.mobile" || m["C"] == "contact.mobile" {
			t.Errorf("it is remembered as %v", m)
		}
	})
}

// TestUpdateBringsBack: what an export shows comes back as no news; whom a row means is told by
// the number where names are alike; and all of it is put back, the owner first.
func TestUpdateBringsBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.brought(t, "east", "customer", "a.csv", "客户名称,客户类型,联系人,职位,手机,备注\n更新一实业有限公司,企业,张三,经理,13900000011,原备注\n更新二实业有限公司,企业,,,13900000021,\n更新二实业有限公司,企业,,,13900000022,\n赵甲乙,个人,,,13900000031,\n", exchange.NewPlan{}, "run")
		before := dbtest.Dump(t, w.DB, besides...)
		i := w.brought(t, "east", "customer", "b.csv", "客户名称,客户类型,联系人,职位,手机,备注,业务员\n更新一实业有限公司,企业,张三,总监,139****0011,,mate\n更新一实业有限公司,企业,李四,,13900000012,,mate\n更新二实业有限公司,,,,13900000022,,\n更新二实业有限公司,,,,13900000021,,\n赵甲乙,个人,,,13900000039,,\n",
			exchange.NewPlan{Duplicates: "update"}, "check")
		if got := states(i); got != "checked good 0 drafts 0 bad 0 duplicates 5" {
			t.Fatalf("%s %+v", got, i.Errors)
		}
		i = w.acted(t, "east", i.ID, "run")
		if got := states(i); got != "done good 0 drafts 0 bad 0 duplicates 5" {
			t.Fatalf("%s %+v", got, i.Errors)
		}
		for q, want := range map[string][]string{"更新一": {"张三  139****0011", "李四  139****0012"}, "更新二": {"未署名  139****0021", "未署名  139****0022"}, "赵甲乙": {"赵甲乙  139****0039"}} {
			as := map[bool]string{true: "mate", false: "east"}[q == "更新一"]
			if got := w.peopleOf(t, as, q); !slices.Equal(got, want) {
				t.Errorf("%s: %q", q, got)
			}
		}
		i = w.acted(t, "east", i.ID, "undo")
		if len(i.Kept) > 0 {
			t.Errorf("it kept %+v", i.Kept)
		}
		if got := w.peopleOf(t, "east", "更新一"); !slices.Equal(got, []string{"张三  139****0011"}) {
			t.Errorf("put back are %q", got)
		}
		after := dbtest.Dump(t, w.DB, besides...)
		for _, table := range []string{"follow_ups", "tasks"} {
			if !slices.Equal(before[table], after[table]) {
				t.Errorf("%s differ", table)
			}
		}
		other := w.brought(t, "east", "customer", "c.csv", "客户名称,联系人,手机\n更新一实业有限公司,张三,138****9999\n更新三实业有限公司,张三,138****9999\n", exchange.NewPlan{Duplicates: "update"}, "check")
		if got := states(other); got != "checked good 0 drafts 0 bad 2 duplicates 0" {
			t.Errorf("a mask of nothing: %s", got)
		}
		one, err := w.Customers.List(t.Context(), w.actors["east"], api.ListQuery{Q: "更新一", Limit: 5})
		must(t, err)
		clash := w.brought(t, "east", "customer", "d.csv", "客户编号,客户名称\n"+one.Items[0].Code+",更新二实业有限公司\n", exchange.NewPlan{Duplicates: "update"}, "check")
		if len(clash.Errors) != 1 || clash.Errors[0].Cell != "B2" || clash.Errors[0].Code != "duplicate_same" {
			t.Errorf("a name of another: %+v", clash.Errors)
		}
	})
}

// TestToLookIsNotToTouch: who has called a number has changed nothing, and it can be undone.
func TestToLookIsNotToTouch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before := dbtest.Dump(t, w.DB, besides...)
		i := w.brought(t, "east", "customer", "a.csv", "客户名称,联系人,手机\n滁州琅琊园林有限公司,张三,13900000011\n", exchange.NewPlan{}, "run")
		page, err := w.Customers.List(t.Context(), w.actors["east"], api.ListQuery{Q: "琅琊", Limit: 5})
		must(t, err)
		c, err := w.Customers.Get(t.Context(), w.actors["east"], page.Items[0].ID)
		must(t, err)
		w.hand.Advance(time.Minute)
		w.say(t, saying{as: "east", call: "POST /contacts/" + c.PrimaryContact.ID + "/reveal", body: `{"field":"mobile","reason":"call"}`, status: 200, has: []string{"13900000011"}})
		if i = w.acted(t, "east", i.ID, "undo"); len(i.Kept) > 0 {
			t.Errorf("it kept %+v", i.Kept)
		}
		same(t, before, dbtest.Dump(t, w.DB, besides...))
	})
}

// TestTalksAgain: talks without a day come in once, however often the sheet comes.
func TestTalksAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, err := w.Customers.Get(t.Context(), w.actors["east"], w.placements["own"]["customers"])
		must(t, err)
		text := "客户名称,跟进日期,跟进内容\n" + c.Name + ",,发了产品手册给客户看\n" + c.Name + ",2025-11-01,询问了实施周期和预算\n" + c.Name + ",2025-11-01,询问了实施周期和预算\n"
		for round, want := range []string{"done good 2 drafts 0 bad 0 duplicates 1", "done good 0 drafts 0 bad 0 duplicates 3"} {
			i := w.brought(t, "east", "follow_up", "t.csv", text, exchange.NewPlan{}, "check")
			if got := strings.Replace(states(i), "checked", "done", 1); got != want {
				t.Errorf("check %d: %s %+v", round, got, i.Errors)
			}
			if i = w.acted(t, "east", i.ID, "run"); states(i) != want {
				t.Errorf("run %d: %s %+v", round, states(i), i.Errors)
			}
			w.hand.Advance(time.Hour)
		}
	})
}

// TestEveryListGoesOut: each list goes out by the road of the interface, with the columns it was
// asked for, and comes back as known where it can come back.
func TestEveryListGoesOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.Customers.Create(t.Context(), w.actors["admin"], customer.New{Change: customer.Change{Kind: api.Some(customer.Individual), Name: api.Some("司马光明")}})
		must(t, err)
		for _, c := range []struct {
			target, back string
			columns      []string
		}{{"customer", "customer", nil}, {"contact", "contact", nil}, {"contact", "", []string{"id", "name", "id"}}, {"follow-up", "follow_up", nil}, {"task", "", nil}, {"need", "need", nil}, {"feedback", "feedback", nil}, {"order", "order", nil}, {"customer", "", []string{"name"}}} {
			for _, format := range []string{"csv", "xlsx"} {
				e, err := w.Export.Ask(t.Context(), w.actors["admin"], export.New{Target: c.target, Format: format, Columns: c.columns, Params: map[string]string{"owner": "all"}})
				must(t, err)
				must(t, w.Export.Do(t.Context(), e.ID, w.users["admin"], nil, finished))
				e, err = w.Export.Get(t.Context(), w.actors["admin"], e.ID)
				must(t, err)
				if e.State != "done" || e.Rows == 0 {
					t.Errorf("%s %v: %+v", c.target, c.columns, e.Failure)
					continue
				}
				file, err := w.Export.File(t.Context(), w.actors["admin"], e.ID, struct{}{})
				must(t, err)
				var b bytes.Buffer
				must(t, file.Write(&b))
				if c.back == "" {
					continue
				}
				i := w.brought(t, "admin", c.back, "back."+format, b.String(), exchange.NewPlan{Duplicates: "update"}, "check", "run")
				if i.Bad > 0 || i.Duplicates != e.Rows {
					t.Errorf("%s %s: %s of %d, %+v", c.target, format, states(i), e.Rows, i.Errors)
				}
			}
		}
	})
}

// TestTemplateFilled: every column of a template is taken for a field that is taken in.
func TestTemplateFilled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, target := range []string{"customer", "contact", "follow_up", "need", "feedback", "order"} {
			a := w.call("admin", "GET", "/import-templates/"+target, "", "", false)
			if a.status != 200 {
				t.Fatalf("%s: %d", target, a.status)
			}
			i := w.brought(t, "admin", target, "t.xlsx", a.body, exchange.NewPlan{})
			fields, err := db.Read(t.Context(), w.DB, w.actors["admin"], func(tx *db.Tx) (map[string]bool, error) {
				out := map[string]bool{}
				for _, x := range w.Exchange.Targets {
					if x.Kind == target {
						all, err := x.Fields(tx, "zh-CN")
						for _, f := range all {
							out[f.Name] = f.Passive
						}
						return out, err
					}
				}
				return out, nil
			})
			must(t, err)
			for _, c := range i.Columns {
				if passive, ok := fields[c.Field]; !ok || passive {
					t.Errorf("%s: %s is taken for %q", target, c.Heading, c.Field)
				}
			}
		}
	})
}

// TestCancelledCheck: a check that is cancelled after rows are in leaves the import as it was: it
// goes on, and it can be undone. An import that ran late is kept as long as it can be undone.
func TestCancelledCheck(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		i := w.brought(t, "east", "customer", "a.csv", "客户名称,手机\n甲五测试实业有限公司,13800138101\n乙六测试实业有限公司,138\n", exchange.NewPlan{})
		w.hand.Advance(20 * 24 * time.Hour)
		i = w.acted(t, "east", i.ID, "run")
		_, err := w.Exchange.Check(t.Context(), w.actors["east"], i.ID, exchange.Nothing{})
		must(t, err)
		_, err = w.Exchange.Cancel(t.Context(), w.actors["east"], i.ID, exchange.Nothing{})
		must(t, err)
		must(t, w.Exchange.Do(t.Context(), i.ID, "checking", w.users["east"], nil, finished))
		i, err = w.Exchange.Get(t.Context(), w.actors["east"], i.ID)
		must(t, err)
		if i.State != "cancelled" || i.UndoUntil == 0 {
			t.Errorf("it is %s, and can be undone until %v", i.State, i.UndoUntil)
		}
		w.hand.Advance(15 * 24 * time.Hour)
		must(t, w.Exchange.Forget(t.Context()))
		if i = w.acted(t, "east", i.ID, "undo"); i.State != "undone" {
			t.Error(i.State)
		}
		w.hand.Advance(20 * 24 * time.Hour)
		must(t, w.Exchange.Forget(t.Context()))
		if _, err = w.Exchange.Get(t.Context(), w.actors["east"], i.ID); err == nil {
			t.Error("what is over is still there")
		}
	})
}

// TestTokenImports: what a token began is done within what the token carries, by the queue too.
func TestTokenImports(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.users["token"] = w.users["east"]
		writer := []access.Permission{access.CustomerImport, access.CustomerRead, access.CustomerCreate, access.CustomerWrite}
		for _, c := range []struct {
			text, states, wrong string
			carries             []access.Permission
		}{
			{"客户名称\n丹东令牌实业有限公司\n", "done good 0 drafts 1 bad 0 duplicates 0", "", writer},
			{"客户名称,业务员\n锦州令牌实业有限公司,mate\n", "partly good 0 drafts 0 bad 1 duplicates 0", "not_yours", writer},
			{"客户名称\n营口令牌实业有限公司\n", "partly good 0 drafts 0 bad 1 duplicates 0", "forbidden", []access.Permission{access.CustomerImport}},
		} {
			w.actors["token"] = w.actors["east"].Within(c.carries)
			i := w.brought(t, "token", "customer", "令牌.csv", c.text, exchange.NewPlan{}, "check", "run")
			if states(i) != c.states || c.wrong != "" && (len(i.Errors) == 0 || i.Errors[0].Code != c.wrong) {
				t.Errorf("%s: %s %+v", c.text, states(i), i.Errors)
			}
		}
		jobs := dbtest.Dump(t, w.DB)["jobs"] // what a token carries goes with the job
		if !slices.ContainsFunc(jobs, func(row string) bool {
			return strings.Contains(row, "bound") && strings.Contains(row, "customer.import")
		}) {
			t.Errorf("no job of %d is bound", len(jobs))
		}
	})
}
