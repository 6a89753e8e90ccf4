package snapshot

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
)

func made(t *testing.T, path string) *sql.DB {
	t.Helper()
	d, err := open(path, "journal_mode(WAL)", "foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"CREATE TABLE goose_db_version (version_id INTEGER, is_applied INTEGER)", "INSERT INTO goose_db_version VALUES (25, 1)",
		"CREATE TABLE customers (id TEXT PRIMARY KEY)", "CREATE TABLE contacts (id TEXT PRIMARY KEY, customer_id TEXT REFERENCES customers (id), note TEXT)", "CREATE INDEX by_customer ON contacts (customer_id)", "INSERT INTO customers VALUES ('a')"} {
		if _, err := d.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// TestOneMoment: a copy taken while rows are written holds all of some units and none of others.
func TestOneMoment(t *testing.T) {
	from := filepath.Join(t.TempDir(), "zhike.db")
	d := made(t, from)
	t.Cleanup(func() { d.Close() })
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			tx, err := d.Begin()
			if err != nil {
				t.Error(err)
				return
			}
			tx.Exec("INSERT INTO contacts VALUES (hex(randomblob(8)), 'a', hex(randomblob(200)))")
			tx.Exec("INSERT INTO contacts VALUES (hex(randomblob(8)), 'a', hex(randomblob(200)))")
			if err := tx.Commit(); err != nil {
				t.Error(err)
			}
		}
	}()
	t.Cleanup(func() { close(stop); <-stopped })
	for i := range 5 {
		to := filepath.Join(t.TempDir(), "copy")
		if err := Take(context.Background(), from, to); err != nil {
			t.Fatal(err)
		}
		f, err := Check(context.Background(), to)
		if err != nil || f.Schema != 25 || f.Rows["customers"] != 1 || f.Rows["contacts"]%2 != 0 {
			t.Errorf("%d: %+v %v", i, f, err)
		}
		if err := Take(context.Background(), from, to); err == nil {
			t.Error("a copy was written over")
		}
	}

}

func TestUnsoundIsSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zhike.db")
	d := made(t, path)
	for range 300 {
		if _, err := d.Exec("INSERT INTO contacts VALUES (hex(randomblob(8)), 'a', hex(randomblob(200)))"); err != nil {
			t.Fatal(err)
		}
	}
	d.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	d.Close()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := append([]byte(nil), b...)
	for i := 4096 * 20; i < 4096*21; i++ {
		page[i] = 0xa5
	}
	os.WriteFile(path, page, 0o600)
	if _, err := Check(context.Background(), path); err == nil {
		t.Error("a page of rubbish passes")
	}
	os.WriteFile(path, b[:len(b)/2], 0o600)
	if _, err := Check(context.Background(), path); err == nil {
		t.Error("half a file passes")
	}
	os.WriteFile(path, b, 0o600)
	d, _ = open(path)
	if _, err := d.Exec("INSERT INTO contacts VALUES ('x', 'nobody', '')"); err != nil {
		t.Fatal(err)
	}
	d.Close()
	if _, err := Check(context.Background(), path); err == nil {
		t.Error("a row that names none passes")
	}
}
