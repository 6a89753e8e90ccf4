// Package arch keeps the rules of the house that the compiler does not know.
package arch

import (
	"encoding/json"
	"errors"
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
	{"zhike/internal/platform/", []string{"fault", "clock", "id", "words", "crypt", "db", "db/dbtest", "job"}},
	{"zhike/internal/base/", []string{"access", "api", "audit", "privacy", "setting", "dictionary", "numbering", "account", "customfield", "search"}},
	{"zhike/internal/crm/", []string{"rule/place", "rule/orgname", "rule", "customer", "task", "followup", "timeline"}},
	{"zhike/internal/app", []string{""}},
	{"zhike/internal/arch", []string{""}},
	{"zhike", []string{""}},
}

// leaves hold what is embedded; anyone may import them, and they import nothing of ours.
var leaves = []string{"zhike/locale", "zhike/migrations", "zhike/web"}

// only names the packages that may import a part, or what stands under it, and why.
var only = []struct {
	part, why string
	by        []string
}{
	{"database/sql", "a query outside platform/db has no scope", []string{"platform/db", "platform/db/dbtest"}},
	{"github.com/jackc/pgx", "nobody else asks which database it is", []string{"platform/db"}},
	{"modernc.org/sqlite", "nobody else asks which database it is", []string{"platform/db"}},
	{"github.com/pressly/goose", "the schema has one way up", []string{"platform/db"}},
	{"github.com/danielgtaylor/huma", "it echoes what was submitted unless base/api stops it", []string{"base/api"}},
	{"github.com/alexedwards/scs", "sessions are the account's", []string{"base/account"}},
	{"github.com/alexedwards/argon2id", "passwords are the account's", []string{"base/account"}},
	{"github.com/tink-crypto/tink-go", "keys and seals are in one place", []string{"platform/crypt"}},
	{"github.com/nyaruka/phonenumbers", "it refuses allocated mainland numbers: ask crm/rule", []string{"crm/rule"}},
	{"github.com/mozillazg/go-pinyin", "it picks one reading: platform/words knows both", []string{"platform/words"}},
	{"github.com/alecthomas/kong", "only app reads the command line", []string{"app"}},
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

func TestImportsGoDown(t *testing.T) {
	for _, p := range packages(t) {
		leaf := slices.Contains(leaves, p.ImportPath)
		f, r := place(p.ImportPath)
		if r < 0 && !leaf {
			t.Errorf("%s has no place in floors: say what stands below it", p.ImportPath)
			continue
		}
		for _, i := range p.Imports {
			if why, ok := p.mayImport(i); !ok {
				t.Errorf("%s imports %s: %s", p.ImportPath, i, why)
			}
			if i != "zhike" && !strings.HasPrefix(i, "zhike/") || slices.Contains(leaves, i) {
				continue
			}
			switch fi, ri := place(i); {
			case leaf:
				t.Errorf("%s imports %s, and should import nothing of ours", p.ImportPath, i)
			case fi > f:
				t.Errorf("%s imports %s, which stands a floor above: ask a question there and let app answer it", p.ImportPath, i)
			case fi == f && ri >= r:
				t.Errorf("%s imports %s, which stands beside it or later on its floor", p.ImportPath, i)
			}
		}
		for _, i := range append(p.TestImports, p.XTestImports...) {
			if fi, _ := place(i); fi > f && !leaf {
				t.Errorf("a test of %s imports %s, which stands a floor above", p.ImportPath, i)
			}
			if i == "zhike/internal/platform/db/dbtest" && f < 0 {
				t.Errorf("a test of %s asks for a database", p.ImportPath)
			}
		}
		if slices.Contains(p.Imports, "testing") && p.ImportPath != "zhike/internal/platform/db/dbtest" {
			t.Errorf("%s imports testing into the product", p.ImportPath)
		}
		if slices.Contains(p.Imports, "zhike/internal/platform/db/dbtest") {
			t.Errorf("%s imports dbtest into the product", p.ImportPath)
		}
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
