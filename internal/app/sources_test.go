package app

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/numbering"
	"zhike/internal/base/setting"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/journey"
	"zhike/internal/crm/preset"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// TestTheCompanyIsSetUp: S13 its name, S14 its departments, S15 its grades, S71 to S73 its numbers.
func TestTheCompanyIsSetUp(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := t.Context(), w.actors["admin"]
		_, err := w.Settings.Change(ctx, admin, setting.Change{Values: map[string]any{"company.name": "宁波望江茶业有限公司", "company.code": "WJ"}})
		must(t, err)
		if _, err := w.Settings.Change(ctx, admin, setting.Change{Values: map[string]any{"company.name": ""}}); err == nil {
			t.Error("S13: a company without a name")
		}
		d, err := w.Account.AddDepartment(ctx, admin, account.NewDepartment{Name: "大客户组", ParentID: api.Some(w.branch)})
		must(t, err)
		if string(d.ParentID) != w.branch {
			t.Errorf("S14: it hangs under %s", d.ParentID)
		}
		v, err := w.Words.Change(ctx, admin, "grade", "D", 1, dictionary.Change{Label: api.Some("D 观察"), Active: api.Some(true)})
		must(t, err)
		c, err := w.Customers.Create(ctx, w.actors["east"], customer.New{Change: customer.Change{Name: api.Some("湖州安吉白茶有限公司"), Grade: api.Some("D")}})
		must(t, err)
		if v.Label != "D 观察" || c.Grade != "D" {
			t.Errorf("S15: %s, %s", v.Label, c.Grade)
		}
		if !regexp.MustCompile(`^C20260302\d{3}$`).MatchString(c.Code) {
			t.Errorf("S72: %s", c.Code)
		}
		f, err := w.FollowUps.Get(ctx, admin, w.placements["own"]["follow_ups"])
		must(t, err)
		n, err := w.Needs.Get(ctx, admin, w.placements["own"]["needs"])
		must(t, err)
		b, err := w.Feedback.Get(ctx, admin, w.placements["own"]["feedback"])
		must(t, err)
		if f.Code != "G20260302001" || n.Code != "D20260302001" || b.Code != "F20260302001" {
			t.Errorf("S73: %s %s %s", f.Code, n.Code, b.Code)
		}
		_, err = w.Numbers.Change(ctx, admin, numbering.Customer, 1, numbering.Change{Pattern: "{corp}{yyyy}{seq:6}"})
		must(t, err)
		if c, err = w.Customers.Create(ctx, w.actors["east"], customer.New{Change: customer.Change{Name: api.Some("湖州长兴紫笋茶有限公司")}}); err != nil || c.Code != "WJ2026000001" {
			t.Errorf("S71: %s, %v", c.Code, err)
		}
	})
}

// TestWhatACustomerIs: S21 to S27, S31, S41 to S45, S48, S49, S52, S83, S84, S86, S87 of the sources, by the road that the form takes.
func TestWhatACustomerIs(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, east, admin := t.Context(), w.actors["east"], w.actors["admin"]
		draft := func(in customer.Change, people ...contact.New) (customer.Customer, error) {
			return w.Customers.Create(ctx, east, customer.New{Change: in, Contacts: people})
		}
		// S52: the quick form asks for a name and one way to reach somebody.
		c, err := draft(customer.Change{Name: api.Some("绍兴越窑青瓷有限公司")}, contact.New{Name: api.Some("沈青"), WeChat: api.Some("shenqing_88"), Primary: api.Some(true)})
		must(t, err)
		if c.Kind != customer.Enterprise || c.Review != customer.Draft {
			t.Errorf("S24, S52: %s %s", c.Kind, c.Review)
		}
		// S25, S27: what an enterprise still lacks.
		for _, field := range []string{"credit_code", "industry"} {
			if !slices.Contains(c.Missing, field) {
				t.Errorf("S25, S27: %s is not asked for: %v", field, c.Missing)
			}
		}
		// S26, S44: it begins as 潜在客户 and becomes 成交客户 with the deal.
		if c.Status != "potential" {
			t.Errorf("S26: %s", c.Status)
		}
		// S42, S43, S83: who wrote it down, who has it, and that the first cannot be changed.
		if string(c.CreatorID) != w.users["east"] || string(c.OwnerID) != w.users["east"] {
			t.Errorf("S42, S43: %s %s", c.CreatorID, c.OwnerID)
		}
		if a := w.call("admin", "PATCH", "/customers/"+c.ID, `{"creator_id":"`+w.users["mate"]+`"}`, `"1"`, true); a.status != 422 || !strings.Contains(a.body, "read_only") {
			t.Errorf("S42: the creator was changed: %d %s", a.status, a.body)
		}
		// S75: nor can the number.
		if a := w.call("admin", "PATCH", "/customers/"+c.ID, `{"code":"X1"}`, `"1"`, true); a.status != 422 {
			t.Errorf("S75: the number was changed: %d", a.status)
		}
		// S23, S76: a name that names nobody is refused before anything is kept.
		for _, name := range []string{"公司", "有限公司", "XX公司"} {
			if _, err := draft(customer.Change{Name: api.Some(name)}); err == nil {
				t.Errorf("S23, S76: %s was kept", name)
			}
		}
		// S24: the three kinds; S25: a person has no credit code.
		for _, kind := range []string{customer.Individual, customer.Institution} {
			x, err := draft(customer.Change{Kind: api.Some(kind), Name: api.Some(map[string]string{customer.Individual: "顾越", customer.Institution: "绍兴市越城区实验小学"}[kind])})
			must(t, err)
			if x.Kind != kind || slices.Contains(x.Missing, "credit_code") {
				t.Errorf("S24: %s lacks %v", x.Kind, x.Missing)
			}
		}
		// S27: two levels, and no free text.
		if _, err := draft(customer.Change{Name: api.Some("绍兴会稽山黄酒有限公司"), Industry: api.Some("喝酒的")}); fault.Code(err) == "" || err == nil {
			t.Error("S27: an industry of one's own words")
		}
		// S31, S45, S84, S86: what every company has as fields of its own.
		all, err := db.Read(ctx, w.DB, admin, func(tx *db.Tx) ([]own.Field, error) { return w.Own.Of(tx, "customer") })
		must(t, err)
		have := map[string]string{}
		for _, f := range all {
			have[f.Label] = f.Name
		}
		for _, label := range []string{"注册地址", "送货地址", "历史合作记录", "资料来源"} {
			if have[label] == "" {
				t.Errorf("S31, S45, S84: no field %s", label)
			}
		}
		c, err = w.Customers.Change(ctx, east, c.ID, c.Version, customer.Change{Industry: api.Some("C30"), Address: api.Some("越城区解放南路"), Intent: api.Some("B"), Grade: api.Some("A"), IntendedProducts: api.Some("理料机 2 台"), Tags: api.Some([]string{"cost_efficiency"}),
			Custom: map[string]any{have["注册地址"]: "柯桥区万商路", have["送货地址"]: "上虞区码头", have["资料来源"]: "business_card"}})
		must(t, err)
		if c.Intent != "B" || c.Grade != "A" || c.Custom[have["资料来源"]] != "business_card" {
			t.Errorf("S41, S84: %s %s %v", c.Intent, c.Grade, c.Custom)
		}
		words, err := w.Words.List(ctx, east, struct{}{})
		must(t, err)
		labels := map[string][]string{}
		for _, d := range words.Items {
			for _, v := range d.Values {
				labels[d.Code] = append(labels[d.Code], v.Label)
				if d.Code == "intent" && v.Hint == "" {
					t.Errorf("S41: %s does not say what it means", v.Label)
				}
			}
		}
		for _, source := range []string{"名片", "合同", "登记表", "展会", "线上", "行业推荐", "客户提供", "公开渠道"} {
			if !slices.Contains(labels["data_source"], source) {
				t.Errorf("S84, S86: no source %s", source)
			}
		}
		// S48: the first talk is proposed by the first follow-up. S81: the customer's own words are kept as such.
		f, err := w.FollowUps.Record(ctx, east, c.ID, followup.New{Method: "call", Content: "问了两台理料机的价格和交期", Quote: "“年前要装好”"})
		must(t, err)
		if c, err = w.Customers.Get(ctx, east, c.ID); err != nil || c.FirstTalkOn != "2026-03-02" || f.Quote == "" {
			t.Errorf("S48, S81: %s %q, %v", c.FirstTalkOn, f.Quote, err)
		}
		// S44, S47: 合同签订 makes it 成交客户, with the moment.
		_, err = w.Journeys.Move(ctx, w.actors["mate"], w.placements["team"]["customers"], versionOf(t, w, "team"), journey.Move{To: "signed", Reason: "合同已经签好"})
		must(t, err)
		if c, err = w.Customers.Get(ctx, admin, w.placements["team"]["customers"]); err != nil || c.Status != "won" || c.WonAt == 0 {
			t.Errorf("S44, S47: %s %d, %v", c.Status, c.WonAt, err)
		}
		// S49: the shop's account and password are secrets of a template.
		must(t, func() error {
			_, err := w.Presets.Apply(ctx, admin, "standard", preset.Apply{})
			return err
		}())
		templates, err := json.Marshal(w.Ours.Templates)
		must(t, err)
		if !strings.Contains(string(templates), `"登录密码"`) {
			t.Error("S49: no field for the shop's password")
		}
		// S87: the four dimensions are the groups of the form.
		groups := map[string]bool{}
		for _, f := range customer.Catalogue.Fields {
			groups[f.Group] = true
		}
		for _, g := range []string{"basic", "need", "chain", "extra"} {
			if !groups[g] {
				t.Errorf("S87: no group %s", g)
			}
		}
		// S21: a salesperson has his own, the administrator all.
		mine, err := w.Customers.List(ctx, w.actors["first"], api.ListQuery{Limit: 200})
		must(t, err)
		everyone, err := w.Customers.List(ctx, admin, api.ListQuery{Limit: 200})
		must(t, err)
		for _, x := range mine.Items {
			if string(x.OwnerID) != w.users["first"] && x.OwnerID != "" {
				t.Errorf("S21: %s is %s's", x.Name, x.OwnerName)
			}
		}
		if len(everyone.Items) <= len(mine.Items) {
			t.Errorf("S21: the administrator sees %d, a salesperson %d", len(everyone.Items), len(mine.Items))
		}
	})
}

// TestHowPeopleAreReached: S77 phones, S78 e-mail addresses.
func TestHowPeopleAreReached(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, east, id := t.Context(), w.actors["east"], w.placements["own"]["customers"]
		for _, x := range []contact.New{{Name: api.Some("王青山"), Mobile: api.Some("1381234")}, {Name: api.Some("王青山"), Email: api.Some("wang.example.com")}, {Name: api.Some("王青山"), Email: api.Some("wang@")}} {
			if _, err := w.Directory.Add(ctx, east, id, x); err == nil {
				t.Errorf("S77, S78: %s %s was kept", x.Mobile.V, x.Email.V)
			}
		}
		p, err := w.Directory.Add(ctx, east, id, contact.New{Name: api.Some("王青山"), Mobile: api.Some("+86 138 1234 9876"), Email: api.Some("wang.qs@mail.example")})
		must(t, err)
		if p.Mobile != "138****9876" || p.Email == "" || strings.Contains(string(p.Email), "wang.qs@") {
			t.Errorf("S77, S78: %s %s", p.Mobile, p.Email)
		}
	})
}
