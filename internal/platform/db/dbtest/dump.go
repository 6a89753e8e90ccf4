package dbtest

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"zhike/internal/platform/db"
)

var places sync.Map // of *db.DB: driver and address

// Dump gives every row of every table as text, sorted, but of those named: to see that
// something left no trace.
func Dump(t testing.TB, d *db.DB, but ...string) map[string][]string {
	t.Helper()
	where, ok := places.Load(d)
	if !ok {
		t.Fatal("dbtest: this database was not opened here")
	}
	driver := "sqlite"
	if strings.HasPrefix(where.(string), "postgres") {
		driver = "pgx"
	}
	pool, err := sql.Open(driver, where.(string))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	out := map[string][]string{}
	for _, table := range db.Tables() {
		if name := table.Name(); !slices.Contains(but, name) {
			if out[name], err = rowsOf(pool, name); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	return out
}

func rowsOf(pool *sql.DB, table string) (all []string, err error) {
	rows, err := pool.Query("SELECT * FROM " + table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		var b strings.Builder
		for i, name := range names {
			if text, ok := values[i].([]byte); ok && json.Valid(text) { // as PostgreSQL gives jsonb
				values[i] = string(text)
			}
			fmt.Fprintf(&b, "%s=%v ", name, values[i])
		}
		all = append(all, b.String())
	}
	slices.Sort(all)
	return all, rows.Err()
}

// References are the columns of the schema that name rows of a table, as "table.column", sorted.
func References(t testing.TB, d *db.DB, table string) (all []string) {
	t.Helper()
	where, ok := places.Load(d)
	if !ok {
		t.Fatal("dbtest: this database was not opened here")
	}
	driver, query := "sqlite", `SELECT m.name || '.' || f."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f."table" = '`+table+`'`
	if strings.HasPrefix(where.(string), "postgres") {
		driver, query = "pgx", `SELECT c.conrelid::regclass::text || '.' || a.attname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
			WHERE c.contype = 'f' AND c.confrelid = '`+table+`'::regclass`
	}
	pool, err := sql.Open(driver, where.(string))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	rows, err := pool.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	slices.Sort(all)
	return all
}
