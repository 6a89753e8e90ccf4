package arch

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// built are the beginnings of keys that are put together at run time: where, and out of
// which text, when that is not the beginning itself.
var built = []struct{ begins, file, of string }{
	{"error.", "internal/base/api/problem.go", ""},
	{"notice.channel.", "web/src/features/notice/preferences.tsx", ""},
	{"outbox.reason.", "web/src/features/admin/channels.tsx", ""},
	{"outbox.way.", "web/src/features/admin/channels.tsx", ""},
	{"outbox.delivery.", "web/src/features/admin/channels.tsx", ""},
	{"dossier.paper.", "internal/crm/dossier/dossier.go", ""},
	{"task.as.", "web/src/features/task/tasks.tsx", ""},
	{"archive.field.", "web/src/features/archive/put.tsx", ""},
	{"keychange.empty.", "web/src/features/keychange/page.tsx", ""},
	{"keychange.view.", "web/src/features/keychange/page.tsx", ""},
	{"keychange.kind.", "web/src/features/keychange/request.tsx", ""},
	{"keychange.state.", "web/src/features/keychange/request.tsx", ""},
	{"quality.tab.", "web/src/features/quality/page.tsx", ""},
	{"archive.view.", "web/src/features/archive/list.tsx", ""},
	{"setting.group.", "web/src/features/admin/settings.tsx", ""},
	{"setting.choice.", "web/src/features/admin/settings.tsx", ""},
	{"notice.kind.", "internal/base/notice/preference.go", ""},
	{"notice.text.", "internal/base/notice/list.go", ""},
	{"setting.field.", "internal/base/setting/service.go", ""},
	{"role.", "internal/base/account/me.go", ""},
	{"stage.pipeline.", "internal/base/dictionary/stage.go", ""},
	{"dictionary.hint.", "internal/base/dictionary/service.go", ""},
	{"dictionary.name.", "internal/base/dictionary/dictionary.go", ""},
	{"exchange.target.", "internal/base/exchange/export/export.go", ""},
	{"intake.field.", "internal/crm/intake/fields.go", ""},
	{"intake.note.", "internal/crm/intake/fields.go", ""},
	{"numbering.series.", "internal/base/numbering/service.go", ""},
	{"rule.view.", "web/src/features/fieldrule/page.tsx", ""},
	{"register.purpose.", "internal/base/customfield/wording/wording.go", ""},
	{"register.", "internal/base/customfield/wording/service.go", ""},
	{"customer.field.", "internal/base/customfield/sort.go", ".field."},
	{"contact.field.", "internal/base/customfield/sort.go", ".field."},
	{"task.field.", "internal/base/customfield/sort.go", ".field."},
	{"order.field.", "internal/base/customfield/sort.go", ".field."},
	{"audit.state.", "web/src/features/audit/verdict.tsx", ""},
	{"contact.reason.", "web/src/features/history/history.tsx", ""},
	{"backup.state.", "web/src/features/admin/backups.tsx", ""},
	{"mailing.often.", "web/src/features/mailing/data.ts", ""},
	{"mailing.weekday.", "web/src/features/mailing/data.ts", ""},
	{"mailing.every.", "web/src/features/mailing/sheet.tsx", ""},
	{"report.measure.", "internal/crm/report/ask.go", ""},
	{"report.standard.", "internal/crm/report/standard.go", ""},
	{"report.key.", "internal/crm/report/dashboard.go", ""},
	{"report.yes.", "internal/crm/report/ask.go", ""},
	{"alert.rule.", "internal/crm/alert/alert.go", ""},
	{"alert.why.", "internal/crm/alert/list.go", ""},
	{"alert.unit.", "web/src/features/alert/rule.tsx", ""},
	{"alert.to.", "web/src/features/alert/rule.tsx", ""},
	{"alert.clock.", "web/src/features/alert/rule.tsx", ""},
	{"alert.subject.", "web/src/features/alert/rule.tsx", ""},
	{"review.about.", "web/src/features/review/page.tsx", ""},
	{"review.by.", "web/src/features/review/page.tsx", ""},
	{"review.every.", "web/src/features/review/list.tsx", ""},
	{"review.section.", "web/src/features/review/page.tsx", ""},
	{"review.state.", "web/src/features/review/list.tsx", ""},
	{"winback.state.", "web/src/features/winback/section.tsx", ""},
	{"trial.result.", "web/src/features/winback/section.tsx", ""},
	{"segment.tier.", "internal/crm/segment/segment.go", ""},
	{"segment.step.", "internal/crm/segment/segment.go", ""},
	{"follow_up.field.", "internal/base/customfield/sort.go", ".field."},
	{"need.field.", "internal/base/customfield/sort.go", ".field."},
	{"feedback.field.", "internal/base/customfield/sort.go", ".field."},
	{"account.permission.", "web/src/features/role/grid.tsx", ""},
	{"account.about.", "web/src/features/role/grid.tsx", ""},
	{"account.fields.", "web/src/features/role/role.tsx", ""},
	{"account.group.", "web/src/features/role/grid.tsx", ""},
	{"account.scope.", "web/src/features/role/role.tsx", ""},
	{"account.state.", "web/src/features/admin/people.tsx", ""},
	{"audit.action.", "web/src/features/audit/words.ts", ""},
	{"audit.kind.", "web/src/features/audit/words.ts", ""},
	{"audit.also.", "web/src/features/audit/words.ts", ""},
	{"customer.group.", "web/src/features/customer/form.tsx", ""},
	{"customer.hint.reach_", "web/src/features/customer/quickadd.tsx", ""},
	{"customer.kind.", "web/src/features/customer/form.tsx", ""},
	{"customer.op.", "web/src/features/filter/builder.tsx", ""},
	{"customer.review.", "web/src/features/customer/columns.tsx", ""},
	{"customer.filter.", "web/src/features/filter/builder.tsx", ""},
	{"order.view.", "web/src/features/order/list.tsx", ""},
	{"contact.view.", "web/src/features/contact/list.tsx", ""},
	{"followup.view.", "web/src/features/followup/list.tsx", ""},
	{"service.view.", "web/src/features/service/list.tsx", ""},
	{"segment.kind.", "web/src/features/segment/list.tsx", ""},
	{"segment.to.", "web/src/features/segment/card.tsx", ""},
	{"segment.tone.", "web/src/features/segment/editor.tsx", ""},
	{"segment.shared.", "web/src/features/share/who.tsx", ""},
	{"segment.hint.", "web/src/features/segment/editor.tsx", ""},
	{"preset.kind.", "web/src/features/admin/presets.tsx", ""},
	{"preset.template.", "internal/crm/preset/compare.go", ""},
	{"confirm.field.", "web/src/features/confirm/mark.tsx", ""},
	{"merge.table.", "web/src/features/merge/page.tsx", ""},
	{"duplicate.verdict.", "web/src/features/duplicate/check.tsx", ""},
	{"duplicate.view.", "web/src/features/duplicate/suspects.tsx", ""},
	{"duplicate.why.", "web/src/features/duplicate/suspects.tsx", ""},
	{"followup.event.", "web/src/features/followup/timeline.tsx", ""},
	{"followup.kind.", "web/src/features/followup/timeline.tsx", ""},
	{"field.example.", "web/src/features/field/kinds.tsx", ""},
	{"field.field.", "web/src/features/field/parts.tsx", ""},
	{"field.hint.", "web/src/features/field/parts.tsx", ""},
	{"field.kind.", "web/src/features/field/kinds.tsx", ""},
	{"field.record.", "web/src/features/field/page.tsx", ""},
	{"field.sample.", "web/src/features/field/parts.tsx", ""},
	{"import.why.", "web/src/features/sheets/match.tsx", ""},
	{"import.target.", "web/src/features/sheets/upload.tsx", ""},
	{"import.step.", "web/src/features/sheets/steps.tsx", ""},
	{"import.state.", "web/src/features/sheets/import.tsx", ""},
	{"import.rowstate.", "web/src/features/sheets/rows.tsx", ""},
	{"import.filter.", "web/src/features/sheets/import.tsx", ""},
	{"import.kept.", "web/src/features/sheets/import.tsx", ""},
	{"import.duplicates.", "web/src/features/sheets/match.tsx", ""},
	{"parse.", "web/src/app/parse.ts", ""},
	{"reportpage.chart.", "web/src/features/report/custom.tsx", ""},
	{"reportpage.delta.", "web/src/features/board/board.tsx", ""},
	{"reportpage.grain.", "web/src/features/report/custom.tsx", ""},
	{"reportpage.group.", "web/src/features/report/reports.tsx", ""},
	{"reportpage.period.", "web/src/features/report/period.tsx", ""},
	{"reportpage.subject.", "web/src/features/report/custom.tsx", ""},
	{"reportpage.than.", "web/src/features/board/board.tsx", ""},
	{"session.promise.", "web/src/features/session/frame.tsx", ""},
	{"session.field.", "web/src/features/session/setup.tsx", ""},
	{"task.empty.", "web/src/features/task/tasks.tsx", ""},
	{"task.view.", "web/src/features/task/tasks.tsx", ""},
}

func words(t *testing.T, lang string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "locale", lang, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no words in %s: %v", lang, err)
	}
	all := map[string]string{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		of := map[string]string{}
		if err := json.Unmarshal(text, &of); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		for k, v := range of {
			if old, twice := all[k]; twice && old != v {
				t.Errorf("%s stands twice in %s, as %q and %q", k, lang, old, v)
			}
			all[k] = v
		}
	}
	return all
}

// prefix gives the beginning under which key is built, or "".
func prefix(key string) string {
	for _, b := range built {
		if strings.HasPrefix(key, b.begins) {
			return b.begins
		}
	}
	return ""
}

func TestEveryWordIsUsed(t *testing.T) {
	all := sources(t)
	spoken := map[string]bool{} // every quoted text of the program
	quoted := regexp.MustCompile("[\"'`]([a-z]\\w*(?:\\.\\w+)+)[\"'`]")
	for _, s := range all {
		if s.test() || s.in("internal/arch") {
			continue
		}
		for _, m := range quoted.FindAllStringSubmatch(s.text, -1) {
			spoken[m[1]] = true
		}
	}
	used := map[string]bool{}
	var unsaid []string
	for key := range words(t, "zh-CN") {
		p := prefix(key)
		used[p] = true
		if p == "" && !spoken[key] {
			unsaid = append(unsaid, key)
		}
	}
	slices.Sort(unsaid)
	// Words of screens that are not built yet. The list may only shrink.
	compare(t, "testdata/unsaid.txt", unsaid, "is a word that nobody says: take it out of locale", "is said now, or gone: -update")
	for _, b := range built {
		if !used[b.begins] {
			t.Errorf("%s begins no word: take it out of built", b.begins)
		}
		if b.of == "" {
			b.of = b.begins
		}
		i := slices.IndexFunc(all, func(s source) bool { return s.path == b.file })
		if i < 0 || !strings.Contains(all[i].text, b.of) {
			t.Errorf("%s builds no key that begins with %s", b.file, b.begins)
		}
	}
}

func TestEveryKeyHasAWord(t *testing.T) {
	zh, en := words(t, "zh-CN"), words(t, "en")
	inGo := regexp.MustCompile(`locale\.(?:Text|Has)\([^,()]*(?:\([^()]*\))?, "([\w.]+)"[,)]`)
	inTS := regexp.MustCompile(`\b(?:t|word|words|tr)\(\s*'([a-z]\w*(?:\.\w+)+)'`)
	code := regexp.MustCompile(`\bfault\.(?:New\(fault\.\w+, |Rule\()"(\w+)"`)
	for _, s := range sources(t) {
		if s.test() || s.in("internal/arch") {
			continue
		}
		var keys []string
		in := inTS
		if s.goFile() {
			in = inGo
			for _, m := range code.FindAllStringSubmatch(s.text, -1) {
				keys = append(keys, "error."+m[1]+".title", "error."+m[1]+".detail")
			}
		}
		for _, m := range in.FindAllStringSubmatch(s.text, -1) {
			keys = append(keys, m[1])
		}
		for _, key := range keys {
			if zh[key] == "" || en[key] == "" {
				t.Errorf("%s says %s, which has no words (zh-CN %q, en %q)", s.path, key, zh[key], en[key])
			}
		}
	}
}

// TestEveryActHasAWord: what the log of acts says is read by people.
func TestEveryActHasAWord(t *testing.T) {
	known := words(t, "zh-CN")
	act := regexp.MustCompile(`Action: "([a-z_.]+)"`)
	for _, s := range sources(t) {
		if s.test() || !s.goFile() || s.in("internal/arch") {
			continue
		}
		for _, m := range act.FindAllStringSubmatch(s.text, -1) {
			key, found := "audit.action."+m[1], false
			for k := range known {
				found = found || k == key || strings.HasSuffix(key, ".") && strings.HasPrefix(k, key)
			}
			if !found {
				t.Errorf("%s writes %s into the log, and no word says it", s.path, m[1])
			}
		}
	}
}
