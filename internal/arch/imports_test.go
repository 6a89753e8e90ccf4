// Package arch keeps the rules of the house that the compiler does not know.
package arch

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// floors, from the ground up. A package imports every floor below, and on its own floor
// what stands before it. ARCHITECTURE.md prints this list.
var floors = []struct {
	under string
	rooms []string
}{
	{"zhike/internal/platform/", []string{"fault", "clock", "id", "blob", "words", "sheet/grid", "sheet/workbook", "sheet", "crypt", "archive", "db/cursor", "db/statement", "db/failure", "db/record", "db/schema", "db/lines", "db", "db/snapshot", "db/dump", "db/wire", "db/dbtest", "job", "outward", "robot", "mail/mailtest", "mail", "paper"}},
	{"zhike/internal/base/", []string{"access", "api", "audit", "privacy", "setting", "letterhead", "dictionary", "numbering", "account", "door", "share", "customfield", "customfield/own", "customfield/wording", "listview", "search", "exchange/column", "exchange", "exchange/export", "live", "outbox", "notice", "backup", "alarm", "folder", "keyring", "doctor", "metrics"}},
	{"zhike/internal/crm/", []string{"rule/place", "rule/orgname", "rule/money", "rule", "rule/cell", "standard", "likeness", "keychange/held", "contact", "profile", "required", "customer", "layout", "directory", "attachment", "pool", "collaborator", "confirm", "group", "keychange", "journey", "duplicate", "task", "followup", "phrase", "desk", "comment", "need", "feedback", "order", "owned", "winback", "trial", "chain", "archive", "workday", "measure", "segment", "quality", "bulk", "alert/ladder", "alert/past", "alert", "rollup", "report", "report/file", "report/mailing", "review", "merge", "vocabulary", "preset", "lists", "timeline", "panorama", "dossier", "watch", "telling", "purge", "intake/form", "intake/trace", "intake/colleague", "intake/company", "intake/reading", "intake/desk", "intake/sales", "intake"}},
	{"zhike/internal/demo", []string{"/season", "/mint", "/story", "/desk", "/market", "/back", ""}},
	{"zhike/internal/app", []string{"/rules", "/site", "/socket", "/command", "/house", ""}},
	{"zhike/internal/arch", []string{""}},
	{"zhike", []string{""}},
	{"zhike/tools/", []string{"bench", "count", "drill/stand", "drill/kill", "drill/disk", "drill/node", "drill/load", "drill"}},
}

// leaves hold what is embedded; anyone may import them, and they import nothing of ours.
var leaves = []string{"zhike/locale", "zhike/migrations", "zhike/web"}

// only names the packages that may import a part, or what stands under it, and why.
var only = []struct {
	part, why string
	by        []string
}{
	{"database/sql", "a query outside platform/db has no scope", []string{"platform/db", "platform/db/record", "platform/db/schema", "platform/db/snapshot", "platform/db/dbtest", "zhike/tools/bench"}},
	{"github.com/jackc/pgx", "nobody else asks which database it is", []string{"platform/db", "platform/db/failure", "platform/db/dump", "platform/db/lines", "platform/db/wire"}},
	{"modernc.org/sqlite", "nobody else asks which database it is", []string{"platform/db", "platform/db/failure", "platform/db/snapshot"}},
	{"github.com/pressly/goose", "the schema has one way up", []string{"platform/db/schema"}},
	{"github.com/danielgtaylor/huma", "it echoes what was submitted unless base/api stops it", []string{"base/api"}},
	{"github.com/alexedwards/scs", "sessions are the door's", []string{"base/door"}},
	{"github.com/alexedwards/argon2id", "passwords are the account's", []string{"base/account"}},
	{"github.com/tink-crypto/tink-go", "keys and seals are in one place", []string{"platform/crypt"}},
	{"github.com/nyaruka/phonenumbers", "it refuses allocated mainland numbers: ask crm/rule", []string{"crm/rule"}},
	{"github.com/mozillazg/go-pinyin", "it picks one reading: platform/words knows both", []string{"platform/words"}},
	{"github.com/xuri/excelize", "one place knows what hostile workbooks do", []string{"platform/sheet"}},
	{"golang.org/x/text/encoding", "what people's files are written in is recognised in one place", []string{"platform/sheet", "platform/sheet/workbook"}},
	{"codeberg.org/go-pdf/fpdf", "it loses Chinese characters where it wraps: ask platform/paper", []string{"platform/paper"}},
	{"github.com/boombuler/barcode", "codes to scan are drawn in one place: ask platform/paper", []string{"platform/paper"}},
	{"github.com/wneessen/go-mail", "one place knows what a mail server refuses", []string{"platform/mail"}},
	{"gocloud.dev", "one place knows what a bucket does: ask platform/blob", []string{"platform/blob"}},
	{"github.com/prometheus/client_golang", "what a monitor is told is said in one place", []string{"base/metrics"}},
	{"github.com/alecthomas/kong", "only app reads the command line", []string{"app", "app/command"}},
}

func (p pkg) mayImport(part string) (string, bool) {
	for _, o := range only {
		if part != o.part && !strings.HasPrefix(part, o.part+"/") || part == "database/sql/driver" { // driver is the interface of values
			continue
		}
		if !slices.Contains(o.by, strings.TrimPrefix(p.ImportPath, "zhike/internal/")) {
			return o.why, false
		}
	}
	return "", true
}

func place(path string) (floor, room int) {
	for f, x := range floors {
		if rest, ok := strings.CutPrefix(path, x.under); ok {
			if r := slices.Index(x.rooms, rest); r >= 0 || strings.HasSuffix(x.under, "/") {
				return f, r
			}
		}
	}
	return -1, -1
}

type pkg struct {
	ImportPath, Dir                    string
	GoFiles                            []string
	Imports, TestImports, XTestImports []string
}

func packages(t *testing.T) (all []pkg) {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports,TestImports,XTestImports", "zhike/...").Output()
	if err != nil {
		var said *exec.ExitError
		errors.As(err, &said)
		t.Fatalf("%v: %s", err, said.Stderr)
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(p.ImportPath, "/node_modules/") {
			all = append(all, p)
		}
	}
}

// faults are the imports that p should not have, and why.
func (p pkg) faults() (all []string) {
	bad := func(format string, a ...any) { all = append(all, p.ImportPath+" "+fmt.Sprintf(format, a...)) }
	leaf := slices.Contains(leaves, p.ImportPath)
	f, r := place(p.ImportPath)
	if r < 0 && !leaf {
		bad("has no place in floors: say what stands below it")
		return all
	}
	for _, i := range p.Imports {
		if why, ok := p.mayImport(i); !ok {
			bad("imports %s: %s", i, why)
		}
		if i == "testing" && !slices.Contains(forTests, p.ImportPath) || slices.Contains(forTests, i) {
			bad("imports %s into the product", i)
		}
		if i != "zhike" && !strings.HasPrefix(i, "zhike/") || slices.Contains(leaves, i) {
			continue
		}
		switch fi, ri := place(i); {
		case leaf:
			bad("imports %s, and should import nothing of ours", i)
		case fi > f:
			bad("imports %s, which stands a floor above: ask a question there and let app answer it", i)
		case fi == f && ri >= r:
			bad("imports %s, which stands beside it or later on its floor", i)
		}
	}
	for _, i := range append(p.TestImports, p.XTestImports...) {
		if fi, _ := place(i); fi > f && !leaf {
			bad("has a test that imports %s, which stands a floor above", i)
		}
	}
	return all
}

const dbtest = "zhike/internal/platform/db/dbtest"

// forTests are the packages that no product imports.
var forTests = []string{dbtest, "zhike/internal/platform/mail/mailtest"}

func TestImportsGoDown(t *testing.T) {
	for _, p := range packages(t) {
		for _, f := range p.faults() {
			t.Error(f)
		}
	}
}

// TestTheImportCheckCanFail shows it what it must refuse, and what it must not.
func TestTheImportCheckCanFail(t *testing.T) {
	for _, c := range []struct {
		from, to, say string
	}{
		{"platform/db", "zhike/internal/base/access", "stands a floor above"},
		{"base/audit", "zhike/internal/crm/customer", "stands a floor above"},
		{"crm/customer", "zhike/internal/app", "stands a floor above"},
		{"base/api", "zhike/internal/base/audit", "later on its floor"},
		{"crm/customer", "zhike/internal/crm/followup", "later on its floor"},
		{"platform/db", "zhike/internal/platform/db", "beside it"},
		{"crm/customer", "database/sql", "has no scope"},
		{"crm/customer", "github.com/danielgtaylor/huma/v2", "echoes"},
		{"platform/job", "github.com/jackc/pgx/v5/stdlib", "which database"},
		{"base/helper", "fmt", "has no place"},
		{"app", dbtest, "into the product"},
		{"app", "testing", "into the product"},
		{"app", "zhike/tools/bench", "stands a floor above"},
		{"app", "zhike/tools/drill/stand", "stands a floor above"},
		{"crm/customer", "zhike/internal/base/search", ""},
		{"crm/customer", "zhike/locale", ""},
		{"base/api", "database/sql/driver", ""},
		{"platform/db", "database/sql", ""},
		{"app", "zhike/internal/crm/timeline", ""},
	} {
		got := strings.Join(pkg{ImportPath: "zhike/internal/" + c.from, Imports: []string{c.to}}.faults(), "\n")
		if c.say == "" && got != "" || !strings.Contains(got, c.say) || c.say != "" && !strings.Contains(got, c.to) && c.say != "has no place" {
			t.Errorf("%s importing %s gets %q, wants %q", c.from, c.to, got, c.say)
		}
	}
	if got := (pkg{ImportPath: "zhike/locale", Imports: []string{"zhike/internal/platform/id"}}).faults(); len(got) != 1 {
		t.Errorf("a leaf that imports gets %q", got)
	}
	if got := (pkg{ImportPath: "zhike/internal/platform/db", XTestImports: []string{"zhike/internal/base/access"}}).faults(); len(got) != 1 {
		t.Errorf("a test that imports upward gets %q", got)
	}
}

// TestTheFloorsAreWhatStands refuses a room of the list that nobody built.
func TestTheFloorsAreWhatStands(t *testing.T) {
	all := packages(t)
	for _, f := range floors {
		for _, r := range f.rooms {
			if !slices.ContainsFunc(all, func(p pkg) bool { return p.ImportPath == f.under+r }) {
				t.Errorf("%s%s stands in floors and nowhere else", f.under, r)
			}
		}
	}
}
