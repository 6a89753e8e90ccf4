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

// built are the beginnings of keys that are put together at run time, and where.
var built = map[string]string{
	"error.":               "internal/base/api/problem.go",
	"setting.field.":       "internal/base/setting/service.go",
	"role.":                "internal/base/account/me.go",
	"stage.pipeline.":      "internal/base/dictionary/stage.go",
	"dictionary.hint.":     "internal/base/dictionary/service.go",
	"dictionary.name.":     "internal/base/dictionary/service.go",
	"numbering.series.":    "internal/base/numbering/service.go",
	"customer.field.":      "internal/base/customfield/sort.go",
	"task.field.":          "internal/base/customfield/sort.go",
	"contact.field.":       "internal/base/customfield/sort.go",
	"account.permission.":  "",
	"account.fields.":      "web/src/features/admin/role.tsx",
	"account.group.":       "web/src/features/admin/role.tsx",
	"account.scope.":       "web/src/features/admin/role.tsx",
	"account.state.":       "web/src/features/admin/people.tsx",
	"audit.action.":        "",
	"audit.kind.":          "",
	"customer.group.":      "",
	"customer.hint.reach_": "web/src/features/customer/quickadd.tsx",
	"customer.kind.":       "web/src/features/customer/form.tsx",
	"customer.op.":         "web/src/features/customer/filter.tsx",
	"customer.review.":     "",
	"followup.event.":      "",
	"followup.kind.":       "web/src/features/followup/timeline.tsx",
	"parse.":               "",
	"session.promise.":     "web/src/features/session/frame.tsx",
	"session.field.":       "web/src/features/session/setup.tsx",
	"setting.choice.":      "",
	"setting.group.":       "",
	"task.empty.":          "web/src/features/task/tasks.tsx",
	"task.view.":           "web/src/features/task/tasks.tsx",
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
			if _, twice := all[k]; twice {
				t.Errorf("%s stands twice in %s", k, lang)
			}
			all[k] = v
		}
	}
	return all
}

// prefix gives the beginning under which key is built, or "".
func prefix(key string) string {
	for p := range built {
		if strings.HasPrefix(key, p) {
			return p
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
	for key := range words(t, "zh-CN") {
		p := prefix(key)
		used[p] = true
		if p == "" && !spoken[key] {
			t.Errorf("%s is a word that nobody says", key)
		}
	}
	for p, file := range built {
		if !used[p] {
			t.Errorf("%s begins no word: take it out of built", p)
		}
		if file == "" {
			continue
		}
		i := slices.IndexFunc(all, func(s source) bool { return s.path == file })
		if i < 0 || !strings.Contains(all[i].text, p) && !strings.Contains(all[i].text, strings.TrimPrefix(p[strings.IndexByte(p, '.'):], "")) {
			t.Errorf("%s builds no key that begins with %s", file, p)
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
