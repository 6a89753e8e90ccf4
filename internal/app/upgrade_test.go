package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"zhike/internal/app/house"
	"zhike/internal/base/api"
	"zhike/internal/base/backup"
	"zhike/internal/base/folder"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/db/schema"
	"zhike/internal/platform/db/snapshot"
	"zhike/migrations"
)

// released is what a release left behind: the database of its demo company, and its keys.
func released(t *testing.T, name string) []byte {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "releases", name))
	must(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	must(t, err)
	b, err := io.ReadAll(z)
	must(t, err)
	return b
}

func releasedKeys(t *testing.T, name string) *crypt.Keys {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "releases", name+".keys.json"))
	must(t, err)
	var k struct {
		KEK    string `json:"kek"`
		Keyset []byte `json:"keyset"`
	}
	must(t, json.Unmarshal(text, &k))
	kek, err := base64.StdEncoding.DecodeString(k.KEK)
	must(t, err)
	keys, err := crypt.Open(kek, k.Keyset)
	must(t, err)
	return keys
}

// alive looks at the company in a database: its customers, and words that were sealed.
func alive(t *testing.T, d *db.DB, keys *crypt.Keys) {
	t.Helper()
	h := house.Build(d, keys)
	must(t, h.Ready(t.Context()))
	lead := actor(t, h, "luzhixia")
	page, err := h.Customers.List(t.Context(), lead, api.ListQuery{Limit: 100})
	must(t, err)
	if len(page.Items) < 5 {
		t.Errorf("the lead sees %d customers", len(page.Items))
	}
	if lines := told(t, h); len(lines) < 190 || len(strings.Join(lines, "")) < 100*len(lines) { // with what was said, which was sealed
		t.Errorf("the company tells %d lines", len(lines))
	}
}

// TestEveryReleaseIsUpgraded: the database of each release and engine becomes today's, with all
// its rows, and what was sealed opens.
func TestEveryReleaseIsUpgraded(t *testing.T) {
	all, err := fs.Glob(os.DirFS(filepath.Join("testdata", "releases")), "*.gz")
	if must(t, err); len(all) < 2 {
		t.Fatalf("%d releases", len(all))
	}
	head, err := migrations.Latest()
	must(t, err)
	for _, name := range all {
		release, kind, _ := strings.Cut(name, "-")
		t.Run(name, func(t *testing.T) {
			if strings.HasPrefix(kind, "sqlite") {
				path := t.TempDir()
				must(t, os.MkdirAll(filepath.Join(path, "backups"), 0o700))
				must(t, os.WriteFile(filepath.Join(path, "zhike.db"), released(t, name), 0o600))
				u, err := backup.Place{Folder: path}.Upgrade(t.Context(), migrations.Files, clock.System, false)
				if must(t, err); u.To != head || u.From >= head || u.Rows < 1000 {
					t.Errorf("%+v", u)
				}
				d, err := db.Open(t.Context(), filepath.Join(path, "zhike.db"), db.Options{Now: clock.At(demoNow).Now})
				must(t, err)
				defer d.Close()
				alive(t, d, releasedKeys(t, release+"-sqlite"))
				return
			}
			if dbtest.Postgres() == "" {
				t.Skip("no PostgreSQL")
			}
			d := dbtest.Blank(t, clock.At(demoNow).Now)
			must(t, d.Exec(t.Context(), string(released(t, name))))
			must(t, d.TryMigrate(t.Context(), migrations.Files))
			if have, _, err := d.SchemaVersion(t.Context(), migrations.Files); err != nil || have == head {
				t.Errorf("after trying it has schema %d, %v", have, err)
			}
			must(t, d.Migrate(t.Context(), migrations.Files))
			if have, _, err := d.SchemaVersion(t.Context(), migrations.Files); err != nil || have != head {
				t.Errorf("it has schema %d, %v", have, err)
			}
			alive(t, d, releasedKeys(t, release+"-postgresql"))
		})
	}
}

// with the steps there are and one more.
func oneMore(t *testing.T, text string) fs.FS {
	t.Helper()
	all := fstest.MapFS{}
	files, err := fs.Glob(migrations.Files, "*.sql")
	must(t, err)
	for _, name := range files {
		b, err := fs.ReadFile(migrations.Files, name)
		must(t, err)
		all[name] = &fstest.MapFile{Data: b}
	}
	all["9000_more.sql"] = &fstest.MapFile{Data: []byte(text)}
	return all
}

func oldFolder(t *testing.T) (path string, before []byte) {
	t.Helper()
	path = t.TempDir()
	must(t, os.MkdirAll(filepath.Join(path, "backups"), 0o700))
	before = released(t, "0.1-sqlite.db.gz")
	must(t, os.WriteFile(filepath.Join(path, "zhike.db"), before, 0o600))
	return path, before
}

// TestAnUpgradeThatFails leaves the old database as it was, byte for byte, and nothing beside it.
func TestAnUpgradeThatFails(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"a statement that fails": {"CREATE TABLE fine (id TEXT); INSERT INTO nowhere VALUES (1)", nil},
		"rows that go unsaid":    {"DELETE FROM tasks", backup.ErrLost},
		"a broken reference":     {"PRAGMA defer_foreign_keys = 1; UPDATE contacts SET customer_id = 'nobody'", nil},
		"a change of the log":    {"DROP TRIGGER audit_entries_stay; UPDATE audit_entries SET actor = 'li' WHERE id = (SELECT min(id) FROM audit_entries)", backup.ErrChain},
	} {
		t.Run(name, func(t *testing.T) {
			path, before := oldFolder(t)
			_, err := backup.Place{Folder: path}.Upgrade(t.Context(), oneMore(t, c.text), clock.System, false)
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("%v", err)
			}
			after, err := os.ReadFile(filepath.Join(path, "zhike.db"))
			must(t, err)
			version, err := snapshot.Schema(t.Context(), filepath.Join(path, "zhike.db"))
			if must(t, err); version != 25 || !bytes.Equal(after[100:], before[100:]) { // the header's counters may move
				t.Errorf("the old database was touched: schema %d", version)
			}
			if left, _ := os.ReadDir(filepath.Join(path, "backups")); len(left) > 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
	path, _ := oldFolder(t)
	if _, err := (backup.Place{Folder: path}).Upgrade(t.Context(), oneMore(t, "-- drops rows of tasks\nDELETE FROM tasks"), clock.System, true); err != nil {
		t.Errorf("rows that a step says it drops: %v", err)
	}
	if version, err := snapshot.Schema(t.Context(), filepath.Join(path, "zhike.db")); err != nil || version != 25 {
		t.Errorf("after only trying: %d %v", version, err)
	}
	older := fstest.MapFS{"0001_people.sql": &fstest.MapFile{Data: []byte("CREATE TABLE meta (key TEXT)")}}
	if _, err := (backup.Place{Folder: path}).Upgrade(t.Context(), older, clock.System, false); !errors.Is(err, backup.ErrNewer) {
		t.Errorf("a database of a newer program: %v", err)
	}
	if dbtest.Postgres() != "" {
		d := dbtest.Blank(t, clock.At(demoNow).Now)
		must(t, d.Exec(t.Context(), string(released(t, "0.1-postgresql.sql.gz"))))
		if err := d.Migrate(t.Context(), oneMore(t, "CREATE TABLE fine (id TEXT); INSERT INTO nowhere VALUES (1)")); err == nil {
			t.Error("it fails and is not said to")
		}
		if have, _, err := d.SchemaVersion(t.Context(), migrations.Files); err != nil || have != 25 {
			t.Errorf("PostgreSQL stands between: schema %d, %v", have, err)
		}
		if err := d.Migrate(t.Context(), older); !errors.Is(err, schema.ErrNewer) {
			t.Errorf("PostgreSQL, a newer database: %v", err)
		}
	}
}

// TestAnUpgradeThatIsKilled after any step is finished, or was never begun, for whoever opens the
// folder next; the old database lies beside it.
func TestAnUpgradeThatIsKilled(t *testing.T) {
	head, err := migrations.Latest()
	must(t, err)
	for kill := 0; ; kill++ {
		path, _ := oldFolder(t)
		steps := 0
		u, err := backup.Place{Folder: path, Between: func() error {
			if steps++; steps > kill {
				return errors.New("killed")
			}
			return nil
		}}.Upgrade(t.Context(), migrations.Files, clock.System, false)
		ended := err == nil
		f, err := folder.Open(path)
		must(t, err)
		version, err := snapshot.Schema(t.Context(), f.File("zhike.db"))
		if must(t, err); version != head {
			t.Fatalf("killed after step %d it has schema %d", kill, version)
		}
		if version, err = snapshot.Schema(t.Context(), filepath.Join(u.Aside, "zhike.db")); err != nil || version != 25 {
			t.Fatalf("killed after step %d the old one is not there: %d %v", kill, version, err)
		}
		f.Close()
		if ended {
			if kill < 4 {
				t.Errorf("only %d steps", kill)
			}
			break
		}
	}
	path, _ := oldFolder(t)
	cut, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (backup.Place{Folder: path}).Upgrade(cut, migrations.Files, clock.System, false); err == nil {
		t.Error("it was told to stop")
	}
	out, err := itself("upgrade", "--check", "--data", path).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Nothing was changed") {
		t.Errorf("%v %s", err, out)
	}
	for _, want := range []string{fmt.Sprintf("was brought to %d", head), "nothing to do"} {
		if out, err = itself("upgrade", "--data", path).CombinedOutput(); err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%v %s", err, out)
		}
	}
}
