package app

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"

	"zhike/internal/base/access"
)

var update = flag.Bool("update", false, "write the golden files anew")

// What an operation is sent. A write without a sample fails the build.
func (w *world) sample(method, path string) (string, bool) {
	bodies := map[string]string{
		"POST /departments":                       `{"name":"新部门"}`,
		"PATCH /departments/{id}":                 `{"name":"客服中心"}`,
		"POST /users":                             `{"login":"fresh","name":"新人","role_ids":[],"password":"a long enough passphrase"}`,
		"PATCH /users/{id}":                       `{"name":"改名"}`,
		"POST /users/{id}/disable":                ``,
		"POST /users/{id}/enable":                 ``,
		"POST /users/{id}/password":               `{"password":"another long passphrase"}`,
		"POST /users/{id}/reset-second-factor":    ``,
		"POST /me/second-factor":                  `{}`,
		"POST /me/second-factor/recovery-codes":   `{}`,
		"POST /sessions/end-others":               `{}`,
		"POST /session/look":                      `{"role_id":"` + w.role + `"}`,
		"POST /roles":                             `{"name":"新角色","scope":"own","permissions":["customer.read"]}`,
		"PATCH /roles/{id}":                       `{"name":"改名"}`,
		"POST /tokens":                            `{"name":"t","scopes":["task.read"]}`,
		"POST /me/password":                       `{"current":"wrong","new":"another long passphrase"}`,
		"PATCH /settings":                         `{"values":{"customer.bin_days":31}}`,
		"POST /dictionaries/{id}/values":          `{"label":"新来源"}`,
		"PATCH /dictionaries/{id}/values/{value}": `{"label":"别的"}`,
		"PATCH /numbering/{id}":                   `{"pattern":"K{yyyy}{seq:6}"}`,
		"POST /customers":                         `{"name":"宁波新泽科技有限公司"}`,
		"PATCH /customers/{id}":                   `{"grade":"B"}`,
		"POST /customers/search-sensitive":        `{"value":"` + canaryValue + `"}`,
		"POST /customers/check":                   `{"name":"温州甲泽食品有限公司","phone":"` + canaryValue + `"}`,
		"POST /suspects/{id}/keep-apart":          `{"reason":"两家公司"}`,
		"POST /suspects/{id}/reopen":              ``,
		"POST /customers/{id}/submit":             ``,
		"POST /customers/{id}/transfer":           `{"to":"` + w.users["first"] + `"}`,
		"POST /customers/{id}/claim":              ``,
		"POST /customers/{id}/release":            `{}`,
		"POST /customers/{id}/move":               `{"to":"need_clear","reason":"重新谈需求"}`,
		"POST /customers/{id}/restore":            ``,
		"POST /customers/{id}/collaborators":      `{"user_id":"` + w.users["leader"] + `"}`,
		"POST /customers/{id}/contacts":           `{"name":"李四"}`,
		"PATCH /contacts/{id}":                    `{"title":"总监"}`,
		"POST /customers/{id}/reveal":             `{"field":"mobile","reason":"合同开票核对"}`,
		"POST /contacts/{id}/reveal":              `{"field":"mobile","reason":"合同开票核对"}`,
		"POST /customers/{id}/follow-ups":         `{"method":"call","content":"报价已发,下周回复"}`,
		"PATCH /follow-ups/{id}":                  `{"conclusion":"等回复"}`,
		"POST /follow-ups/{id}/corrections":       `{"content":"实际谈的是付款","reason":"写错了"}`,
		"POST /promises/{id}/settle":              `{"kept":true}`,
		"POST /customers/{id}/orders":             `{"amount_fen":100}`,
		"POST /orders":                            `{"amount_fen":100,"customer_id":"` + w.placements["team"]["customers"] + `"}`,
		"POST /orders/{id}/restore":               ``,
		"PATCH /orders/{id}":                      `{"contract_number":"HT20260001"}`,
		"POST /customers/bulk/transfer":           `{"records":[{"id":"` + w.placements["own"]["customers"] + `","version":1}],"to":"` + w.users["first"] + `"}`,
		"POST /customers/bulk/tag":                `{"records":[{"id":"` + w.placements["own"]["customers"] + `","version":1}],"add":["new_channels"]}`,
		"POST /customers/bulk/change":             `{"records":[{"id":"` + w.placements["own"]["customers"] + `","version":1}],"set":{"grade":"A"}}`,
		"POST /customers/bulk/collaborate":        `{"records":[{"id":"` + w.placements["own"]["customers"] + `","version":1}],"user_id":"` + w.users["first"] + `"}`,
		"POST /customers/bulk/release":            `{"records":[{"id":"` + w.placements["own"]["customers"] + `","version":1}]}`,
		"POST /customers/bulk/playbook":           `{"records":[{"id":"` + w.placements["own"]["customers"] + `","version":1}],"segment_id":"` + w.segment + `"}`,
		"POST /operations/{id}/undo":              ``,
		"POST /segments":                          `{"name":"制造业","filter":"{\"field\":\"industry\",\"op\":\"under\",\"value\":[\"C\"]}"}`,
		"POST /segments/count":                    `{"filter":"{\"field\":\"industry\",\"op\":\"under\",\"value\":[\"C\"]}"}`,
		"PATCH /segments/{id}":                    `{"tone":"blue"}`,
		"POST /customers/{id}/playbook":           `{"segment_id":"` + w.segment + `"}`,
		"POST /reports":                           `{"name":"行业","ask":{"subject":"customer","measures":["count"],"by":["industry:class"]},"chart":"pie"}`,
		"POST /views":                             `{"record":"customer","name":"重点"}`,
		"PATCH /views/{id}":                       `{"name":"公司客户"}`,
		"POST /views/{id}/mark":                   `{"favourite":true}`,
		"POST /phrases":                           `{"title":"首次电话","text":"您好"}`,
		"PATCH /phrases/{id}":                     `{"title":"第一次打电话"}`,
		"PATCH /reports/{id}":                     `{"name":"行业分布"}`,
		"POST /audit/verdict":                     `{}`,
		"POST /backups":                           `{}`,
		"POST /mailings":                          `{"name":"周报","what":{"report":"growth","format":"pdf"},"every":"week","on":1,"at":"08:30"}`,
		"POST /mailings/{id}/leave":               ``,
		"PATCH /mailings/{id}":                    `{"at":"09:00"}`,
		"POST /reports/ask":                       `{"subject":"customer","measures":["count"],"by":["industry:class"]}`,
		"POST /needs":                             `{"customer_id":"` + w.placements["own"]["customers"] + `","kind":"product","description":"想了解新机型的产能"}`,
		"POST /customers/{id}/needs":              `{"kind":"technical","description":"设备报警代码 E17 怎么处理"}`,
		"PATCH /needs/{id}":                       `{"state":"done","solution":"换了传感器,已恢复"}`,
		"POST /feedback":                          `{"customer_id":"` + w.placements["own"]["customers"] + `","kind":"complaint","description":"上周的货晚到了三天"}`,
		"POST /customers/{id}/feedback":           `{"kind":"praise","topic":"attitude","description":"安装师傅很细心","satisfaction":5}`,
		"PATCH /feedback/{id}":                    `{"state":"in_progress","satisfaction":2}`,
		"POST /tasks":                             `{"title":"准备样品","due_at":"2026-03-09T10:00:00Z"}`,
		"PATCH /tasks/{id}":                       `{"priority":"high"}`,
		"POST /tasks/{id}/done":                   ``,
		"POST /tasks/{id}/reopen":                 ``,
	}
	bodies["POST /imports"], _ = form(panics{}, "a.csv", "客户名称\n台州新木家具有限公司\n", map[string]string{"target": "customer"})
	bodies["POST /customers/{id}/archive"], bodies["POST /customers/{id}/reopen"] = `{"category":"lost","place":"2号柜3层"}`, `{"reason":"又来询价"}`
	bodies["PATCH /archives/{id}"], bodies["POST /archives/{id}/lend"], bodies["POST /archives/{id}/return"] = `{"place":"3号柜"}`, `{"borrower_id":"`+w.users["first"]+`","purpose":"核对旧合同","due_on":"2026-03-20"}`, ``
	bodies["POST /customers/bulk/archive"] = `{"records":[{"id":"` + w.placements["own"]["customers"] + `","version":1}],"year":2025}`
	bodies["POST /customers/bulk/check"], bodies["POST /customers/{id}/check"] = `{"records":[{"id":"`+w.placements["own"]["customers"]+`","version":1}]}`, ``
	bodies["POST /follow-ups/{id}/comments"], bodies["PATCH /comments/{id}"] = `{"text":"报价再核一遍"}`, `{"text":"报价已核"}`
	bodies["POST /customers/{id}/attachments"], _ = form(panics{}, "a.pdf", pdf, map[string]string{"kind": "contract"})
	bodies["POST /company/logo"], _ = form(panics{}, "logo.png", logo, nil)
	bodies["POST /field-templates/{kind}/{id}/apply"] = `{}`
	bodies["POST /field-templates/{kind}/{id}/retire"] = ``
	bodies["POST /customers/{id}/affiliates"] = `{"contact_id":"` + w.affiliate + `","title":"顾问","role":"user"}`
	bodies["PATCH /affiliates/{id}"] = `{"title":"技术顾问"}`
	bodies["PUT /customers/{id}/chain/steps"] = `{"steps":[{"department":"采购部","approver":"王五","passed":true}]}`
	bodies["POST /customers/{id}/merge"] = fmt.Sprintf(`{"other_id":"%s","other_version":%d}`, w.placements["above"]["customers"], w.versions["above"])
	bodies["POST /merges/{id}/undo"] = ``
	bodies["POST /customers/{id}/confirm"] = `{"field":"buy_by","confirmed":false}`
	bodies["POST /key-changes/{id}/accept"], bodies["POST /key-changes/{id}/withdraw"] = ``, ``
	bodies["POST /key-changes/{id}/decline"], bodies["POST /key-changes/{id}/reveal"] = `{"note":"营业执照没有换"}`, `{"field":"mobile","reason":"核对报价单收件人"}`
	bodies["POST /presets/{id}/apply"] = `{}`
	bodies["POST /dictionaries/{id}/values/{value}/merge"] = `{"into":"walk_in"}`
	bodies["PATCH /built-in-fields/{id}"], bodies["POST /built-in-fields/{id}/reset"] = `{"label":"客户分级"}`, ``
	bodies["PATCH /layouts/{id}"], bodies["POST /layouts/{id}/reset"] = `{"tab":"chain"}`, ``
	bodies["PATCH /required-fields"], bodies["POST /required-fields/reset"] = `{"rules":[{"fields":["source"]}]}`, ``
	bodies["POST /fields/{kind}"] = `{"kind":"choice","label":"合作方式","choices":["直营","加盟"]}`
	bodies["PATCH /fields/{kind}/{id}"] = `{"help":"一句话"}`
	bodies["PATCH /attachments/{id}"] = `{"kind":"business_licence"}`
	for what, body := range map[string]string{"POST /notices/{id}/read": ``, "POST /notices/{id}/snooze": `{"minutes":60}`, "POST /notices/read-all": `{}`, "PATCH /me/notices": `{"digest":false}`,
		"POST /channels": `{"name":"销售群","kind":"wecom","url":"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc","kinds":[]}`, "PATCH /channels/{id}": `{"active":false}`, "POST /channels/{id}/test": ``,
		"POST /mail/test": `{}`, "POST /deliveries/{id}/retry": ``} {
		bodies[what] = body
	}
	for what, body := range map[string]string{"PUT /imports/{id}/plan": `{"duplicates":"update"}`, "POST /imports/{id}/check": ``, "POST /imports/{id}/run": ``, "POST /imports/{id}/cancel": ``,
		"POST /imports/{id}/undo": ``, "PATCH /imports/{id}/rows/{n}": `{"cells":{"C":"13912345678"}}`, "POST /exports": `{"target":"customer"}`} {
		bodies[what] = body
	}
	for what, body := range map[string]string{"POST /alerts/rules": `{"name":"大客户","subject":"customer","filter":"{\"field\":\"strategic\",\"op\":\"eq\",\"value\":true}","clock":"last_talk","rungs":[{"limit":48,"unit":"hours","to":["owner"]}]}`,
		"POST /review-plans": `{"department_id":"` + w.department + `","every":"weekly","first_on":"2026-03-02"}`, "POST /customers/{id}/win-backs": `{"cause":"连续三次投诉","measures":[{"what":"换新表头","due_on":"2026-03-10"}]}`, "PATCH /win-backs/{id}": `{"due_on":"2026-04-01"}`, "POST /win-backs/{id}/finish": `{"result":"won_back","outcome":"续签一年"}`,
		"POST /customers/{id}/trials": `{"product":"检重秤","from":"2026-03-01"}`, "PATCH /trials/{id}": `{"result":"bought"}`, "PATCH /review-plans/{id}": `{"every":"monthly"}`, "POST /reviews": `{"department_id":"` + w.branch + `","from":"2026-02-01","to":"2026-02-28"}`,
		"POST /reviews/{id}/close": ``, "POST /reviews/{id}/tick": `{"customer_id":"` + w.placements["team"]["customers"] + `","reviewed":true}`, "POST /reviews/{id}/comments": `{"text":"报价要先对一遍"}`,
		"PATCH /alerts/rules/{id}": `{"repeat_days":3}`, "POST /alerts/rules/{id}/dry-run": `{"months":1}`, "POST /alerts/{id}/snooze": `{"minutes":60}`,
		"PATCH /calendar": `{"days":[{"date":"2026-03-07","work":true,"name":"盘点"}]}`, "POST /calendar/load": `{"csv":"date,name,type\n2027-01-01,元旦,休\n"}`} {
		bodies[what] = body
	}
	for at, record := range map[string]string{"orders": "order", "follow-ups": "follow-up", "feedback": "feedback", "needs": "need", "tasks": "task"} {
		bodies["POST /"+at+"/{id}/reveal"] = `{"field":"` + w.below[record][1].Name + `","reason":"合同开票核对"}`
	}
	b, ok := bodies[method+" "+path]
	return b, ok || method == "GET" || method == "DELETE"
}

type panics struct{}

func (panics) Fatal(all ...any) { panic(all) }

// Doors have no scope: they are tested by the scenarios of signing in.
var doors = []string{"POST /setup", "POST /session", "DELETE /session", "GET /session", "GET /setup", "POST /session/confirm", "POST /session/look", "POST /me/second-factor/confirm"}

// TestMatrix is the table of every operation × actor × placement. What an actor sees in
// a list stands in its row too. The golden file is the law; -update writes it anew.
func TestMatrix(t *testing.T) {
	var log bytes.Buffer
	old := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(old)
	each(t, func(t *testing.T, w *world) {
		w.sheets(t)
		w.papers(t)
		w.ownFields(t)
		w.affiliated(t)
		w.owned(t)
		w.joined(t)
		w.proposed(t)
		w.enrols(t, "second")
		var out strings.Builder
		for _, o := range w.router.Operations() {
			if slices.Contains(doors, o.Method+" "+o.Path) {
				continue
			}
			body, ok := w.sample(o.Method, o.Path)
			if !ok {
				t.Errorf("%s %s has no sample, so nobody knows who may", o.Method, o.Path)
				continue
			}
			fmt.Fprintf(&out, "%s %s (%s)\n", o.Method, o.Path, o.Permission)
			good := false
			w.settle(t, o.Method+" "+o.Path)
			rows := []string{""}
			if _, placed := w.placements["own"][o.Table]; placed {
				rows = placementNames
			}
			for _, p := range rows {
				fmt.Fprintf(&out, "  %-13s", p)
				for _, name := range actorNames {
					a := w.call(name, o.Method, w.path(o.Path, p), body, w.match(p, o.Table), o.Method != "GET")
					good = good || a.status < 300
					fmt.Fprintf(&out, " %s", w.cell(o.Method, name, a))
					w.checkLeak(t, name, p, o.Method+" "+o.Path, a)
				}
				fmt.Fprintln(&out)
			}
			if !good && !strings.Contains(o.Path, "sessions/{id}") && !strings.Contains(o.Path, "tokens/{id}") && !strings.Contains(o.Path, "/sessions/{session}") && o.Path != "/me/password" {
				t.Errorf("%s %s succeeds for nobody: the sample is wrong, and the table says nothing", o.Method, o.Path)
			}
		}
		if strings.Contains(log.String(), canaryText) || strings.Contains(log.String(), canaryValue) || strings.Contains(log.String(), canaryToken) || strings.Contains(log.String(), canaryPassword) {
			t.Error("the log holds a planted number")
		}
		golden(t, "testdata/matrix.txt", "columns: "+strings.Join(actorNames, " ")+"\n"+out.String())
	})
}

// cell is what an actor got: a status, and of a list the placements in it.
func (w *world) cell(method, actor string, a answer) string {
	if a.status == 299 {
		return "ok"
	}
	if a.status >= 300 {
		return fmt.Sprint(a.status)
	}
	var list struct {
		Items []struct {
			ID         string `json:"id"`
			CustomerID string `json:"customer_id"`
		} `json:"items"`
	}
	if method != "GET" || json.Unmarshal([]byte(a.body), &list) != nil || list.Items == nil {
		return "ok"
	}
	seen := map[string]bool{}
	for _, i := range list.Items {
		for n, p := range placementNames {
			if p := w.placements[p]; p["customers"] == i.ID || p["contacts"] == i.ID || p["tasks"] == i.ID || p["customers"] == i.CustomerID {
				seen[fmt.Sprint(n+1)] = true
			}
		}
	}
	if len(seen) == 0 {
		return fmt.Sprintf("ok[%s]", map[bool]string{true: "", false: "*"}[len(list.Items) == 0])
	}
	var s string
	for n := range placementNames {
		if seen[fmt.Sprint(n+1)] {
			s += fmt.Sprint(n + 1)
		}
	}
	return "ok[" + s + "]"
}

// checkLeak looks for the planted numbers in an answer.
func (w *world) checkLeak(t *testing.T, actor, placement, what string, a answer) {
	if strings.Contains(a.body, canaryValue) && !strings.Contains(what, "/reveal") {
		t.Errorf("%s reads a contact's number in %s (%s): %d", actor, what, placement, a.status)
	}
	if strings.Contains(a.body, canaryToken) || strings.Contains(a.body, canaryPassword) {
		t.Errorf("%s reads a secret in %s: %s", actor, what, a.body)
	}
	if !strings.Contains(a.body, canaryText) {
		return
	}
	who := w.actors[actor]
	if who.Sees(access.FreeText) != access.Shown || !who.Can(access.FollowUpWrite) {
		t.Errorf("%s reads a number in a text in %s (%s): %d", actor, what, placement, a.status)
	}
	if far := map[string][]string{"east": {"grant"}, "mate": {"own", "collaborator"}, "second": {"own", "team"}}; slices.Contains(far[actor], placement) {
		t.Errorf("%s reads the texts of a customer he does not work with in %s (%s)", actor, what, placement)
	}
}

// golden compares with a file; both databases must give the same.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if string(want) == got {
		return
	}
	a, b := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	shown := 0
	for i := range max(len(a), len(b)) {
		x, y := line(a, i), line(b, i)
		if x != y && shown < 12 {
			t.Errorf("line %d of %s:\n  should be %s\n  and is    %s", i+1, path, x, y)
			shown++
		}
	}
}

func line(all []string, i int) string {
	if i < len(all) {
		return all[i]
	}
	return "(nothing)"
}

// TestHiddenLikeAbsent: what is out of reach answers byte for byte like what is not there.
func TestHiddenLikeAbsent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, o := range w.router.Operations() {
			body, ok := w.sample(o.Method, o.Path)
			if _, placed := w.placements["own"][o.Table]; !placed || !ok {
				continue
			}
			hidden := w.call("mate", o.Method, w.path(o.Path, "other"), body, `"1"`, true)
			absent := w.call("mate", o.Method, strings.Replace(w.path(o.Path, "other"), w.placements["other"][o.Table], "1a2004a1c0ffee00000000000", 1), body, `"1"`, true)
			if hidden != absent {
				t.Errorf("%s %s: hidden %v, absent %v", o.Method, o.Path, hidden, absent)
			}
		}
	})
}
