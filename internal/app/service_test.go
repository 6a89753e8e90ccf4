package app

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/export"
	"zhike/internal/platform/db/dbtest"
)

// TestNeedLife follows one need: who may look after it, which state follows which, what
// its history tells, and who may take it away.
func TestNeedLife(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mine := w.placements["own"]["customers"]
		post := "POST /customers/" + mine + "/needs"
		for body, has := range map[string][]string{
			`{"kind":"product","description":"  "}`:                                              {`"required"`, `"description"`},
			`{"kind":"lease","description":"想租一台包装机"}`:                                           {`"invalid"`, `"kind"`},
			`{"kind":"product","description":"不清楚"}`:                                             {`"vague"`, `"description"`},
			`{"kind":"product","description":"客户意向较强"}`:                                          {`"vague"`, `"better"`},
			`{"kind":"product","description":"想要报价","solution":"不清楚"}`:                           {`"vague"`, `"solution"`},
			`{"kind":"product","description":"想要报价","priority":"soon"}`:                          {`"priority"`},
			`{"kind":"product","description":"想要报价","state":"pending"}`:                          {`"state"`},
			`{"kind":"product","description":"想要报价","closed_at":"2026-03-01"}`:                   {"read_only"},
			`{"kind":"product","description":"想要报价","customer_id":"another"}`:                    {`"customer_id"`},
			`{"kind":"product","description":"想要报价","owner_id":"` + w.users["second"] + `"}`:     {"owner_out_of_reach"},
			`{"kind":"product","description":"想要报价","owner_id":"` + w.users["finance"] + `"}`:    {"owner_out_of_reach"}, // sees the customer, and no needs
			`{"kind":"product","description":"想要报价","owner_id":"` + w.users["disabled"] + `"}`:   {`"invalid"`, `"owner_id"`},
			`{"kind":"product","description":"想要报价","owner_id":"` + w.users["executive"] + `x"}`: {`"invalid"`, `"owner_id"`},
		} {
			w.say(t, saying{as: "east", call: post, body: body, status: 422, has: has})
		}
		w.say(t, saying{as: "mate", call: post, body: `{"kind":"product","description":"想要报价"}`, status: 404})
		w.say(t, saying{as: "mate", call: "POST /needs", body: `{"customer_id":"` + mine + `","kind":"product","description":"想要报价"}`, status: 422, has: []string{`"customer_id"`}})
		w.say(t, saying{as: "east", call: "POST /needs", body: `{"customer_id":"` + w.placements["grant"]["customers"] + `","kind":"product","description":"想要报价"}`, status: 403, has: []string{"not_yours"}})
		w.say(t, saying{as: "east", call: "POST /needs", body: `{"kind":"product","description":"想要报价"}`, status: 422, has: []string{`"required"`, `"customer_id"`}})

		n := w.say(t, saying{as: "east", call: post, key: "once", body: `{"kind":"technical","description":"报警代码 E17,电话13900001111"}`, status: 201,
			has: []string{`"code":"D20260302`, `"state":"open"`, `"priority":"medium"`, `"owner_name":"east"`, `"closed_at":null`, `"states":["in_progress","done","closed"]`, "13900001111"}})
		again := w.say(t, saying{as: "east", call: post, key: "once", body: `{"kind":"technical","description":"报警代码 E17,电话13900001111"}`, status: 201})
		if n["id"] != again["id"] {
			t.Errorf("one key made %v and %v", n["id"], again["id"])
		}
		w.say(t, saying{as: "east", call: post, key: "once", body: `{"kind":"product","description":"别的"}`, status: 409})
		at := "/needs/" + n["id"].(string)
		w.say(t, saying{as: "executive", call: "GET " + at, status: 200, has: []string{"139****1111", `"change":false`}, lacks: []string{"13900001111"}})
		w.say(t, saying{as: "finance", call: "GET " + at, status: 403})
		w.say(t, saying{as: "mate", call: "GET " + at, status: 404})
		w.say(t, saying{as: "service", call: "GET /customers/" + mine, status: 200, has: []string{`"open_needs_count":2`}})
		w.say(t, saying{as: "finance", call: "GET /customers/" + mine, status: 200, has: []string{`"open_needs_count":0`}})
		w.say(t, saying{as: "east", call: "PATCH " + at, body: `{"state":"done"}`, status: 428})
		w.say(t, saying{as: "east", call: "PATCH " + at, body: `{"state":"done"}`, match: `"9"`, status: 412})
		w.say(t, saying{as: "east", call: "PATCH " + at, body: `{"owner_id":null}`, match: version(n), status: 422, has: []string{`"required"`, `"owner_id"`}})
		n = w.say(t, saying{as: "service", call: "PATCH " + at, body: `{"owner_id":"` + w.users["service"] + `","solution":"换了传感器,已恢复"}`, match: version(n), status: 200, has: []string{`"owner_name":"service"`, "换了传感器"}})
		w.hand.Advance(time.Hour)
		n = w.say(t, saying{as: "service", call: "PATCH " + at, body: `{"state":"done"}`, match: version(n), status: 200, has: []string{`"closed_at":"2026-03-02T02:00:00Z"`}})
		w.hand.Advance(time.Hour)
		n = w.say(t, saying{as: "east", call: "PATCH " + at, body: `{"state":"closed"}`, match: version(n), status: 200, has: []string{`"closed_at":"2026-03-02T02:00:00Z"`}})
		w.say(t, saying{as: "east", call: "PATCH " + at, body: `{"state":"done"}`, match: version(n), status: 422, has: []string{"state_step"}})
		w.say(t, saying{as: "east", call: "GET /customers/" + mine, status: 200, has: []string{`"open_needs_count":1`}})
		n = w.say(t, saying{as: "east", call: "PATCH " + at, body: `{"state":"in_progress"}`, match: version(n), status: 200, has: []string{`"closed_at":null`}})
		same := w.say(t, saying{as: "east", call: "PATCH " + at, body: `{"priority":"medium"}`, match: version(n), status: 200})
		if same["version"] != n["version"] {
			t.Error("what changes nothing moves the version")
		}
		w.say(t, saying{as: "east", call: "GET /needs?filter=" + url.QueryEscape(`{"all":[{"field":"state","op":"in","value":["open","in_progress"]},{"field":"owner_id","op":"eq","value":"`+w.users["service"]+`"}]}`) + "&count=1", status: 200, has: []string{`"total":1`, n["code"].(string)}})
		w.say(t, saying{as: "east", call: "GET /search?q=" + strings.ToLower(n["code"].(string)), status: 200, has: []string{`"kind":"need"`, n["id"].(string)}})
		w.say(t, saying{as: "mate", call: "GET /search?q=" + n["code"].(string), status: 200, lacks: []string{n["id"].(string)}})
		w.say(t, saying{as: "east", call: "GET /customers/" + mine + "/timeline?kind=need", status: 200, has: []string{"报警代码", `"kind":"need"`}, lacks: []string{`"kind":"follow_up"`}})
		w.say(t, saying{as: "finance", call: "GET /customers/" + mine + "/timeline?kind=need,feedback", status: 200, has: []string{`"items":[]`}})
		w.say(t, saying{as: "east", call: "GET /customers/" + mine + "/history", status: 200, has: []string{"need.create", "need.change", `"field":"solution"`}, lacks: []string{"报警代码", "换了传感器"}})
		w.say(t, saying{as: "east", call: "GET /fields/need", status: 200, has: []string{`"name":"state"`, `"dictionary":"done_state"`}})

		// A collaborator answers, and takes nothing away.
		theirs := "/needs/" + w.placements["collaborator"]["needs"]
		w.say(t, saying{as: "east", call: "PATCH " + theirs, body: `{"state":"in_progress"}`, match: `"1"`, status: 200, has: []string{`"delete":false`}})
		w.say(t, saying{as: "east", call: "DELETE " + theirs, match: `"2"`, status: 403, has: []string{"not_yours"}})
		w.say(t, saying{as: "east", call: "DELETE " + at, match: `"1"`, status: 412})
		w.say(t, saying{as: "east", call: "DELETE " + at, match: version(n), status: 204})
		w.say(t, saying{as: "east", call: "GET " + at, status: 404})
		w.say(t, saying{as: "east", call: "PATCH " + at, body: `{"state":"open"}`, match: version(n), status: 404})
		w.say(t, saying{as: "east", call: "GET /needs", status: 200, lacks: []string{n["id"].(string)}})
	})
}

// TestFeedbackLife: a complaint that is handled, revisited and closed, with points and measures.
func TestFeedbackLife(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mine := w.placements["own"]["customers"]
		post := "POST /customers/" + mine + "/feedback"
		for body, has := range map[string][]string{
			`{"kind":"complaint","description":""}`:                                                                          {"description"},
			`{"kind":"complaint","description":"货晚到三天","topic":"weather"}`:                                                   {`"topic"`},
			`{"kind":"complaint","description":"货晚到三天","satisfaction":6}`:                                                    {"satisfaction"},
			`{"kind":"complaint","description":"货晚到三天","satisfaction":-1}`:                                                   {"satisfaction"},
			`{"kind":"complaint","description":"货晚到三天","feedback_at":"2026-03-03T09:00:00Z"}`:                                {"in_future", "feedback_at"},
			`{"kind":"complaint","description":"不清楚"}`:                                                                       {`"vague"`},
			`{"kind":"complaint","description":"货晚到三天","measures":[{"what":"换承运商","due_on":"soon"}]}`:                        {"measures"},
			`{"kind":"complaint","description":"货晚到三天","measures":[{"what":"换承运商","owner_id":"` + w.users["second"] + `"}]}`: {"owner_out_of_reach", "measures"},
		} {
			w.say(t, saying{as: "east", call: post, body: body, status: 422, has: has})
		}
		f := w.say(t, saying{as: "service", call: post, status: 201, body: `{"kind":"complaint","topic":"delivery","description":"货晚到三天","satisfaction":2,"measures":[{"what":"发货前一天电话确认","due_on":"2026-03-10"},{"what":"换承运商","owner_id":"` + w.users["east"] + `"}]}`,
			has: []string{`"code":"F20260302`, `"feedback_at":"2026-03-02T01:00:00Z"`, `"satisfaction":2`, `"state":"open"`, `"owner_name":"east"`, "发货前一天电话确认"}})
		at := "/feedback/" + f["id"].(string)
		w.say(t, saying{as: "service", call: "PATCH " + at, body: `{"state":"to_revisit"}`, match: version(f), status: 422, has: []string{"state_step"}})
		f = w.say(t, saying{as: "service", call: "PATCH " + at, body: `{"state":"in_progress","handling":"联系物流,当天补发"}`, match: version(f), status: 200})
		measures := f["measures"].([]any)
		first, second := measures[0].(map[string]any), measures[1].(map[string]any)
		f = w.say(t, saying{as: "service", call: "PATCH " + at, match: version(f), status: 200, body: fmt.Sprintf(`{"measures":[{"id":%q,"what":"换承运商","owner_id":%q,"done_on":"2026-03-02"},{"id":%q,"what":"发货前一天电话确认","due_on":"2026-03-10"}]}`, second["id"], w.users["east"], first["id"]),
			has: []string{`"done_on":"2026-03-02"`, second["id"].(string), first["id"].(string)}})
		f = w.say(t, saying{as: "service", call: "PATCH " + at, body: `{"state":"to_revisit","result":"第二天下午到货"}`, match: version(f), status: 200, has: []string{`"closed_at":null`}})
		w.hand.Advance(time.Hour)
		f = w.say(t, saying{as: "service", call: "PATCH " + at, body: `{"state":"closed","satisfaction":4}`, match: version(f), status: 200, has: []string{`"closed_at":"2026-03-02T02:00:00Z"`, `"satisfaction":4`}})
		w.say(t, saying{as: "service", call: "PATCH " + at, body: `{"state":"open"}`, match: version(f), status: 422, has: []string{"state_step"}})
		f = w.say(t, saying{as: "service", call: "PATCH " + at, body: `{"state":"in_progress","satisfaction":0}`, match: version(f), status: 200, has: []string{`"closed_at":null`, `"satisfaction":0`}})
		w.say(t, saying{as: "east", call: "GET /customers/" + mine, status: 200, has: []string{`"open_feedback_count":2`}})
		w.say(t, saying{as: "east", call: "GET /feedback?sort=-satisfaction&filter=" + url.QueryEscape(`{"field":"kind","op":"in","value":["complaint"]}`), status: 200, has: []string{f["id"].(string)}})
		w.say(t, saying{as: "east", call: "GET /customers/" + mine + "/history", status: 200, has: []string{"feedback.change", `"field":"measures"`, `"field":"satisfaction","old":2,"new":4`}, lacks: []string{"晚到", "承运商", "补发"}})
		w.say(t, saying{as: "east", call: "GET /search?q=" + f["code"].(string), status: 200, has: []string{`"kind":"feedback"`}})
		w.say(t, saying{as: "executive", call: "GET /feedback/" + w.placements["own"]["feedback"], status: 200, has: []string{"137****5678"}, lacks: []string{canaryText}})
		w.say(t, saying{as: "east", call: "DELETE " + at, match: version(f), status: 204})
		w.say(t, saying{as: "east", call: "GET " + at, status: 404})
	})
}

// TestServiceSheets: needs and feedback come in by their customer's number or name, once, with
// their own times; what goes out comes back and changes nothing; and an import is undone.
func TestServiceSheets(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c, err := w.Customers.Get(t.Context(), w.actors["east"], w.placements["own"]["customers"])
		must(t, err)
		before := dbtest.Dump(t, w.DB, besides...)
		needs := "客户编号,客户名称,需求类型,需求描述,优先级,解决方案,负责人,完成状态,登记时间,完成时间\n" +
			c.Code + ",,产品咨询,询问立式机的产能和价格,高,发了样本和报价,east,已完成,2025-11-03,2025-11-05\n" +
			"," + c.Name + ",技术支持,卷膜跑偏要人上门看,,,service,处理中,2026-01-12,\n" +
			"," + c.Name + ",技术支持,卷膜跑偏要人上门看,,,service,处理中,2026-01-12,\n" +
			"," + c.Name + ",租赁,想租一台,,,,,,\n" +
			"," + c.Name + ",合作定制,要一条双通道产线,,,second,,,\n" +
			",没有这家有限公司,合作定制,要一条双通道产线,,,,,,\n" +
			"," + c.Name + ",合作定制,要一条双通道产线,,,disabled,,,\n" +
			"," + c.Name + ",合作定制,要一条双通道产线,,,,已关闭,2026-02-02,2026-01-02\n"
		i := w.brought(t, "east", "need", "需求.csv", needs, exchange.NewPlan{}, "check")
		if got := states(i); got != "checked good 2 drafts 0 bad 5 duplicates 1" {
			t.Fatalf("%s %+v", got, i.Errors)
		}
		got := map[string]string{}
		for _, e := range i.Errors {
			got[e.Cell] = e.Code
		}
		for at, code := range map[string]string{"C5": "not_listed", "G6": "owner_out_of_reach", "B7": "unknown_customer", "G8": "colleague_left", "J9": "before_start"} {
			if got[at] != code {
				t.Errorf("%s: %s", at, got[at])
			}
		}
		if i = w.acted(t, "east", i.ID, "run"); states(i) != "partly good 2 drafts 0 bad 5 duplicates 1" {
			t.Fatalf("%s %+v", states(i), i.Errors)
		}
		w.say(t, saying{as: "east", call: "GET /customers/" + c.ID + "/needs", status: 200, has: []string{"询问立式机的产能和价格", `"imported":true`, `"created_at":"2025-11-03T04:00:00Z"`, `"closed_at":"2025-11-05T04:00:00Z"`, `"owner_name":"service"`}})
		said := "客户名称,反馈类型,反馈主题,问题描述,满意度,反馈时间,处理状态,处理结果\n" +
			c.Name + ",产品投诉,交付及时性,货晚到了三天影响投产,2分,2026-01-05,已关闭,第二天补发到货\n" + c.Name + ",表扬,服务态度,安装师傅很细心,非常满意,2026-02-01,,\n" + c.Name + ",表扬,,安装师傅很快,7,2026-02-01,,\n" + c.Name + ",表扬,,明年再说吧安装很好,5,2027-02-01,,\n"
		j := w.brought(t, "east", "feedback", "反馈.csv", said, exchange.NewPlan{}, "check", "run")
		if states(j) != "partly good 2 drafts 0 bad 2 duplicates 0" {
			t.Errorf("%s %+v", states(j), j.Errors)
		}
		w.say(t, saying{as: "east", call: "GET /customers/" + c.ID + "/feedback", status: 200, has: []string{`"satisfaction":2`, `"satisfaction":5`, `"topic":"delivery"`, `"state":"closed"`}})
		if n := w.brought(t, "east", "need", "再来.csv", needs, exchange.NewPlan{}, "check", "run"); states(n) != "partly good 0 drafts 0 bad 5 duplicates 3" {
			t.Errorf("the second time: %s %+v", states(n), n.Errors)
		}
		// An edited cell changes its field, and undoing puts it back.
		for _, target := range []string{"need", "feedback"} {
			stands := dbtest.Dump(t, w.DB, besides...)
			var b bytes.Buffer
			n, err := w.Export.Write(t.Context(), w.actors["admin"], export.New{Target: target, Format: "csv"}, "zh-CN", &b)
			must(t, err)
			back := w.brought(t, "admin", target, "back.csv", b.String(), exchange.NewPlan{Duplicates: "update"}, "check", "run")
			if back.Bad > 0 || back.Duplicates != n || n < 10 {
				t.Errorf("%s: %s of %d %+v", target, states(back), n, back.Errors)
			}
			same(t, stands, dbtest.Dump(t, w.DB, besides...))
			text := strings.Replace(strings.Replace(b.String(), "卷膜跑偏要人上门看", "卷膜跑偏,已约周四上门", 1), "货晚到了三天影响投产", "货晚到了四天影响投产", 1)
			if text == b.String() {
				t.Errorf("%s lacks what was to be edited: %s", target, text)
			}
			text = strings.ReplaceAll(text, "卷膜跑偏,已约周四上门", "卷膜跑偏已约周四上门")
			back = w.brought(t, "admin", target, "edited.csv", text, exchange.NewPlan{Duplicates: "update"}, "check", "run")
			if back.Bad > 0 {
				t.Errorf("%s: %s %+v", target, states(back), back.Errors)
			}
			list := "GET /customers/" + c.ID + "/" + map[string]string{"need": "needs", "feedback": "feedback"}[target]
			w.say(t, saying{as: "east", call: list, status: 200, has: []string{map[string]string{"need": "已约周四上门", "feedback": "晚到了四天"}[target]}})
			if back = w.acted(t, "admin", back.ID, "undo"); len(back.Kept) > 0 {
				t.Errorf("%s keeps %+v", target, back.Kept)
			}
			w.say(t, saying{as: "east", call: list, status: 200, has: []string{map[string]string{"need": "要人上门看", "feedback": "晚到了三天"}[target]}})
		}
		for _, id := range []string{j.ID, i.ID} {
			if x := w.acted(t, "east", id, "undo"); id == j.ID && len(x.Kept) != 1 || id == i.ID && len(x.Kept) != 1 {
				t.Errorf("%+v is kept, not the one that was touched", x.Kept)
			}
		}
		after := dbtest.Dump(t, w.DB, besides...)
		for _, table := range []string{"needs", "feedback"} {
			if len(after[table]) != len(before[table])+1 {
				t.Errorf("%s: %d rows, and %d before", table, len(after[table]), len(before[table]))
			}
		}
		w.say(t, saying{as: "finance", call: "POST /exports", body: `{"target":"need"}`, status: 403})
	})
}
