package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"zhike/internal/base/folder"
	"zhike/internal/base/search"
	"zhike/internal/platform/words"
)

var (
	into  = flag.String("into", "", "only make the company, in a data folder that `zhike setup --login boss` made: for `make drill ONLY=load`")
	talks = flag.Int("talks", 3, "of into: talks a customer")
)

// companyInto fills a data folder by the bulk road, words of the search too.
func (b *bench) companyInto(n int) error {
	ctx, start := context.Background(), time.Now()
	f, err := folder.Open(*into)
	if err != nil {
		return err
	}
	defer f.Close()
	keys, err := f.Keys("")
	if err != nil {
		return err
	}
	b.path = filepath.Join(*into, "zhike.db")
	if err := b.open(ctx, keys, true); err != nil {
		return err
	}
	for _, do := range []func() error{func() error { return b.people(ctx) }, func() error { return b.bulk(ctx, n, *talks) }, func() error { return b.spell(ctx) }} {
		if err := do(); err != nil {
			return err
		}
	}
	if err := b.open(ctx, keys, false); err != nil {
		return err
	}
	if err := errors.Join(b.house.DB.Tidy(ctx), b.house.DB.Close()); err != nil {
		return err
	}
	fmt.Printf("made %d customers × %d talks in %s\n", n, *talks, time.Since(start).Round(time.Second))
	return nil
}

// spell writes the search words of the customers that bulk made.
func (b *bench) spell(ctx context.Context) error {
	start := time.Now()
	pool, err := sql.Open("sqlite", "file:"+b.path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=cache_size(-500000)")
	if err != nil {
		return err
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	const unit = 20_000
	for last := ""; ; {
		rows, err := pool.QueryContext(ctx, `SELECT id, code, name, coalesce(owner_id, ''), coalesce(department_id, ''), coalesce(pool_id, '') FROM customers WHERE id > ? ORDER BY id LIMIT ?`, last, unit)
		if err != nil {
			return err
		}
		type one struct{ id, code, name, owner, department, pool string }
		var some []one
		for rows.Next() {
			var c one
			if err := rows.Scan(&c.id, &c.code, &c.name, &c.owner, &c.department, &c.pool); err != nil {
				return err
			}
			some = append(some, c)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		if len(some) == 0 {
			break
		}
		tx, err := pool.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		for _, c := range some {
			all := append(search.Place(c.owner, c.department, c.pool, nil), words.Tokens(c.code)...)
			r, err := tx.ExecContext(ctx, `INSERT INTO search_doc (kind, record_id) VALUES ('customer', ?)`, c.id)
			if err != nil {
				return err
			}
			doc, err := r.LastInsertId()
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO search_words (rowid, words) VALUES (?, ?)`, doc, strings.Join(unique(append(all, words.NameTokens(c.name)...)), " ")); err != nil {
				return err
			}
			last = c.id
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		fmt.Printf("  words up to %s after %s\n", last, time.Since(start).Round(time.Second))
	}
	return pool.Close()
}

// letters spells i without digits: names hold no numbers.
func letters(i int) string {
	const all = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
	r := []rune(all)
	var out strings.Builder
	for range 4 {
		out.WriteRune(r[i%len(r)])
		i /= len(r)
	}
	return out.String()
}
