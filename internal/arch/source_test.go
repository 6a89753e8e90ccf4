package arch

import (
	"flag"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var update = flag.Bool("update", false, "write the golden lists anew")

// root of the repository, seen from here.
const root = "../.."

// A source is one file of ours, by its path from the root.
type source struct {
	path, text string
}

func (s source) test() bool {
	return strings.HasSuffix(s.path, "_test.go") || strings.Contains(s.path, ".test.") || strings.Contains(s.path, "/test-")
}
func (s source) goFile() bool { return strings.HasSuffix(s.path, ".go") }
func (s source) in(dirs ...string) bool {
	return slices.ContainsFunc(dirs, func(d string) bool { return s.path == d || strings.HasPrefix(s.path, d+"/") })
}

// sources are the Go files, and the TypeScript of the interface that nothing generated.
func sources(t *testing.T) (all []source) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (slices.Contains([]string{"node_modules", "dist", "testdata"}, d.Name()) || len(d.Name()) > 2 && d.Name()[0] == '.') {
			return filepath.SkipDir
		}
		rel, _ := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		ts := strings.HasPrefix(rel, "web/src/") && (strings.HasSuffix(rel, ".ts") || strings.HasSuffix(rel, ".tsx")) && !strings.Contains(rel, ".gen.")
		if d.IsDir() || !strings.HasSuffix(rel, ".go") && !ts {
			return nil
		}
		text, err := os.ReadFile(path)
		all = append(all, source{rel, string(text)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

const (
	longestFile    = 400
	largestPackage = 2000
)

// past are the folders past the limit, each at exactly the size it had when the first
// rooms were done (they had grown with them; the next work splits them). A line more fails: find the noun, move it out, and lower the number.
var past = map[string]int{
	"internal/platform/db":      2850,
	"web/src/features/customer": 2775,
}

func TestNoFileHidesANoun(t *testing.T) {
	lines := map[string]int{}
	for _, s := range sources(t) {
		if s.test() {
			continue
		}
		n := strings.Count(s.text, "\n")
		lines[filepath.ToSlash(filepath.Dir(s.path))] += n
		if n > longestFile {
			t.Errorf("%s has %d lines, and %d is the most: find the noun it hides", s.path, n, longestFile)
		}
	}
	for dir, n := range lines {
		most := max(largestPackage, past[dir])
		if n > most {
			t.Errorf("%s has %d lines without tests, and %d is the most: find the noun it hides", dir, n, most)
		}
		if n <= largestPackage && past[dir] > 0 {
			t.Errorf("%s has %d lines now: take it out of past", dir, n)
		}
	}
}

var (
	// As a value, db.SQL tells a generic function the name of its constant type, which could then convert any text.
	asValue = regexp.MustCompile(`\bdb\.(SQL|When|Rule|Up|Down)[^(\w]`)
	later   = regexp.MustCompile(`\b(TODO|FIXME|HACK)\b`)
)

// where says which files alone may hold a text that the compiler does not mind.
var where = []struct {
	what *regexp.Regexp
	why  string
	in   []string
}{
	{regexp.MustCompile(`\bos\.(Getenv|LookupEnv|Environ|ExpandEnv)\b`), "only app reads the environment", []string{"internal/app", "internal/platform/db/dbtest", "tools"}},
	{regexp.MustCompile(`\btime\.(Now|Since|Until)\b`), "time is injected: ask platform/clock or tx.Now()", []string{"internal/platform/clock", "internal/platform/db/db.go", "internal/platform/db/writer.go", "internal/platform/db/dbtest", "tools"}},
	{regexp.MustCompile(`\bfunc init\(\)`), "nothing registers itself: app.go introduces everybody", nil},
	{regexp.MustCompile(`\bcontext\.TODO\(`), "somebody knows the context", nil},
	{regexp.MustCompile(`\bos\.Exit\(|\blog\.Fatal`), "only main ends the program", []string{"main.go", "tools"}},
}

func TestSourceKeepsTheHouseRules(t *testing.T) {
	for _, s := range sources(t) {
		if s.in("internal/arch") {
			continue
		}
		if m := later.FindString(s.text); m != "" {
			t.Errorf("%s says %s: do it, or write it down where it is read", s.path, m)
		}
		if !s.goFile() || s.test() {
			continue
		}
		if v := asValue.FindString(s.text); v != "" {
			t.Errorf("%s uses %s without calling it", s.path, strings.TrimSpace(v))
		}
		for _, w := range where {
			if m := w.what.FindString(s.text); m != "" && !s.in(w.in...) {
				t.Errorf("%s has %s: %s", s.path, m, w.why)
			}
		}
	}
}

var keys = regexp.MustCompile(`\b(access\.Program|access\.SignedIn|db\.Rule|db\.Everything|db\.Probe)\(|\w\.(Exec)\(|\b(tx\.Load)\(`)

// TestKeys keeps the list of who opens the scope or goes round it. A new line there is a
// decision that a reviewer sees: go test ./internal/arch -update
func TestKeys(t *testing.T) {
	var found []string
	for _, s := range sources(t) {
		if !s.goFile() || s.test() || s.in("internal/arch") {
			continue
		}
		for _, m := range keys.FindAllStringSubmatch(s.text, -1) {
			if line := m[1] + m[2] + m[3] + " " + s.path; !slices.Contains(found, line) {
				found = append(found, line)
			}
		}
	}
	slices.Sort(found)
	compare(t, "testdata/keys.txt", found, "is new: it reaches past every scope. Is that meant? Then -update", "is listed and gone: -update")
}

// compare holds found against a golden list, or with -update makes it the list.
func compare(t *testing.T, golden string, found []string, fresh, gone string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(strings.Join(found, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	listed := strings.Split(strings.TrimSpace(string(text)), "\n")
	for _, line := range found {
		if !slices.Contains(listed, line) {
			t.Errorf("%s %s", line, fresh)
		}
	}
	for _, line := range listed {
		if line != "" && !slices.Contains(found, line) {
			t.Errorf("%s %s", line, gone)
		}
	}
}

// speaks are the files and folders that may hold Chinese text, and why.
var speaks = []string{
	"locale", "internal/crm/rule", "internal/crm/likeness", "internal/platform/words", // the words, and the facts about Chinese
	"internal/app/commands.go", // a company without a name yet
	"tools",                    // bring their own customers
	"web/src/app/parse.ts",     // reads what people type
}

func TestChineseStandsInLocale(t *testing.T) {
	for _, s := range sources(t) {
		if !s.goFile() || s.test() || s.in(speaks...) {
			continue
		}
		set := token.NewFileSet()
		var sc scanner.Scanner
		sc.Init(set.AddFile(s.path, -1, len(s.text)), []byte(s.text), nil, 0)
		for {
			at, kind, text := sc.Scan()
			if kind == token.EOF {
				break
			}
			if (kind == token.STRING || kind == token.CHAR) && strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("%s says %s: the words of the product stand in locale", set.Position(at), text)
			}
		}
	}
}
