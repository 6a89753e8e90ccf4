// Package dbtest gives every test a fresh database of each engine, and checks the
// scope from outside: not by what a query's text says, but by what it gives.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zhike/internal/platform/db"
	"zhike/migrations"
)

// Postgres is the address of a server where tests may make and drop databases; "" where there is none.
func Postgres() string { return os.Getenv("ZHIKE_TEST_POSTGRES") }

// Each runs test on SQLite, and on PostgreSQL where ZHIKE_TEST_POSTGRES names a server.
// `make test` counts both and says what was left out.
func Each(t *testing.T, now func() time.Time, test func(*testing.T, *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t, now)) })
	if Postgres() != "" {
		t.Run("postgresql", func(t *testing.T) { test(t, PostgreSQL(t, now)) })
	}
}

var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "zhike-template")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	d, err := db.Open(context.Background(), path, db.Options{Now: time.Now, Relaxed: true})
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(context.Background(), migrations.Files); err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// SQLite is a migrated file of its own, with fsync off.
func SQLite(t testing.TB, now func() time.Time) *db.DB {
	t.Helper()
	bytes, err := template()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "zhike.db")
	if err := os.WriteFile(path, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	return opened(t, path, now)
}

var (
	serial     atomic.Int64
	pgTemplate = sync.OnceValues(func() (string, error) {
		name := fmt.Sprintf("zhike_template_%d_test", os.Getpid())
		if err := admin("CREATE DATABASE " + name); err != nil {
			return "", err
		}
		d, err := db.Open(context.Background(), address(name), db.Options{Now: time.Now})
		if err != nil {
			return "", err
		}
		defer d.Close()
		return name, d.Migrate(context.Background(), migrations.Files)
	})
)

// PostgreSQL is a migrated database of its own, dropped when the test ends. The
// template of a process stays until `make test` stops its server.
func PostgreSQL(t testing.TB, now func() time.Time) *db.DB {
	t.Helper()
	from, err := pgTemplate()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("zhike_%d_%d_test", os.Getpid(), serial.Add(1))
	if err := admin("CREATE DATABASE " + name + " TEMPLATE " + from); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Log(err)
		}
	})
	return opened(t, address(name), now)
}

// Blank is a PostgreSQL database without a schema, dropped when the test ends.
func Blank(t testing.TB, now func() time.Time) *db.DB { return opened(t, Empty(t), now) }

func opened(t testing.TB, where string, now func() time.Time) *db.DB {
	d, err := db.Open(t.Context(), where, db.Options{Now: now, Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	places.Store(d, where)
	return d
}

func address(name string) string {
	u, err := url.Parse(Postgres())
	if err != nil {
		return ""
	}
	u.Path = "/" + name
	return u.String()
}

func admin(statement string) error {
	pool, err := sql.Open("pgx", Postgres())
	if err != nil {
		return err
	}
	defer pool.Close()
	for range 20 { // a template in use by another process of the same moment
		if _, err = pool.Exec(statement); err == nil || !strings.Contains(err.Error(), "being accessed") {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

// Twins are two databases with the same rows: prepare fills one, and it is copied.
func Twins(t testing.TB, engine string, now func() time.Time, prepare func(*db.DB)) (a, b *db.DB) {
	t.Helper()
	if engine == "sqlite" {
		d := SQLite(t, now)
		prepare(d)
		d.Close()
		path := filepath.Join(t.TempDir(), "twin.db")
		bytes, err := os.ReadFile(d.Path())
		if err == nil {
			err = os.WriteFile(path, bytes, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return opened(t, d.Path(), now), opened(t, path, now)
	}
	from := fmt.Sprintf("zhike_%d_%d_test", os.Getpid(), serial.Add(1))
	twin := from + "_twin_test"
	template, err := pgTemplate()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, name := range []string{from, twin} {
			if err := admin("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
				t.Log(err)
			}
		}
	})
	if err := admin("CREATE DATABASE " + from + " TEMPLATE " + template); err != nil {
		t.Fatal(err)
	}
	d := opened(t, address(from), now)
	prepare(d)
	d.Close()
	if err := admin("CREATE DATABASE " + twin + " TEMPLATE " + from); err != nil {
		t.Fatal(err)
	}
	return opened(t, address(from), now), opened(t, address(twin), now)
}

// Blind runs every query of the program with every set of samples (values for all
// :names). To outsiders, who reach no row, a full world and one without owned rows must
// look the same to the last byte: no row, no count and no side of a join may differ. To
// the program some sample must make them differ, or the check could never fail; queries
// for which none can (such as the search for what is ten days old) are named in spare.
func Blind(t testing.TB, full, empty *db.DB, program db.Viewer, outsiders []db.Viewer, spare []string, samples ...db.Args) {
	t.Helper()
	for _, q := range db.Queries() {
		found := !q.Reads()
		for _, args := range samples {
			see := func(d *db.DB, who db.Viewer) string {
				said, err := db.Probe(t.Context(), d, who, q, args)
				if err != nil {
					t.Errorf("%v", err)
				}
				return said
			}
			if !found && see(full, program) != see(empty, program) {
				found = true
			}
			for _, who := range outsiders {
				if in, out := see(full, who), see(empty, who); in != out {
					t.Errorf("%s should see %.200q and sees %.200q with %s", who.Name(), out, in, q)
				}
			}
		}
		if !found && !slices.Contains(spare, q.String()) {
			t.Errorf("the sample values find nothing with %s", q)
		}
	}
}

// Empty is the address of an empty PostgreSQL database, dropped when the test ends.
func Empty(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("zhike_%d_%d_test", os.Getpid(), serial.Add(1))
	if err := admin("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8'"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Log(err)
		}
	})
	return address(name)
}
