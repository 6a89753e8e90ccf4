package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"zhike/internal/platform/crypt"
)

// bulked are the tables that the bulk road fills; their indexes and triggers are taken away
// before and put back after.
const bulked = `'customers', 'follow_ups', 'status_spans', 'orders', 'feedback'`

// bulk fills the file by SQL alone, in the order of keys, nothing synced and no log: what figures are worked out of, at
// any size. Texts are as long as sealed ones and open to nobody; there are no contacts and no search words.
func (b *bench) bulk(ctx context.Context, n, each int) error {
	if err := b.house.DB.Close(); err != nil {
		return err
	}
	pool, err := sql.Open("sqlite", "file:"+b.path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-2000000)")
	if err != nil {
		return err
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	run := func(name, text string, args ...any) error {
		start := time.Now()
		if _, err := pool.ExecContext(ctx, text, args...); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if took := time.Since(start); took > time.Second {
			fmt.Printf("  %s %s\n", name, took.Round(100*time.Millisecond))
		}
		return nil
	}
	rows, err := pool.QueryContext(ctx, `SELECT type, name, sql FROM sqlite_schema WHERE tbl_name IN (`+bulked+`) AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type, name`)
	if err != nil {
		return err
	}
	type part struct{ kind, name, text string }
	var parts []part
	for rows.Next() {
		var p part
		if err := rows.Scan(&p.kind, &p.name, &p.text); err != nil {
			return err
		}
		parts = append(parts, p)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, p := range parts {
		if err := run("drop", "DROP "+p.kind+" "+p.name); err != nil {
			return err
		}
	}
	if err := run("sellers", `CREATE TEMP TABLE sellers AS SELECT row_number() OVER (ORDER BY login) - 1 AS n, id, department_id FROM users WHERE login LIKE 's%.%'`); err != nil {
		return err
	}
	if err := run("sellers", `CREATE UNIQUE INDEX temp.sellers_by_n ON sellers (n)`); err != nil {
		return err
	}
	now := time.Now().UnixMilli()
	for _, s := range []struct{ name, text string }{
		// Made over three years; 1 of 50 lies in the pool; 5 of 10 are potential, 2 interested, 2 won, 1 lost.
		{"customers", `INSERT INTO customers (id, code, kind, name, name_key, name_sort, short_name, industry, region, area, source, size, stage_id, stage, status, stage_entered_at, won_at, lost_at, grade, tags, custom,
				owner_id, department_id, creator_id, pool_id, pooled_at, review, effective_at, completeness, missing, last_follow_up_at, first_order_on, last_order_on, created_at, updated_at,
				mark_same, mark_sound, mark_head, mark_tail, mark_short, mark_first)
			SELECT printf('c%09d', x.i), printf('C%09d', x.i), 'enterprise', '杭州' || x.i || '机械有限公司', 'k' || x.i, 'hangzhou' || x.i, '第' || x.i,
				substr('C14C39C35C13C17H62F52F51G54I65I64E47K70P83Q84L72', 1 + 3 * (x.r % 16), 3), substr('330100320500440300310000370200', 1 + 6 * (x.r / 16 % 5), 6), substr('华东华南华北华中', 1 + 2 * (x.r / 80 % 4), 2),
				CASE x.r / 320 % 5 WHEN 0 THEN 'online_promotion' WHEN 1 THEN 'exhibition' WHEN 2 THEN 'referral' WHEN 3 THEN 'walk_in' ELSE 'inquiry' END, substr('MLS', 1 + x.r % 3, 1),
				(SELECT id FROM stages WHERE code = 'first_contact' LIMIT 1), 'first_contact', x.status, :now - x.i % 40 * 3600000, CASE WHEN x.status = 'won' THEN x.made + 2592000000 ELSE 0 END, CASE WHEN x.status = 'lost' THEN x.made + 3592000000 ELSE 0 END,
				substr('ABC', 1 + x.r % 3, 1), '[]', '{}',
				CASE WHEN x.i % 50 = 49 THEN NULL ELSE s.id END, CASE WHEN x.i % 50 = 49 THEN NULL ELSE s.department_id END, s.id, CASE WHEN x.i % 50 = 49 THEN (SELECT id FROM pools LIMIT 1) END, CASE WHEN x.i % 50 = 49 THEN :now ELSE 0 END,
				'effective', x.made, x.r % 101, '[]', CASE WHEN x.i % 500 = 3 THEN :now - 8000000000 WHEN x.status IN ('potential', 'interested') THEN :now - x.i % 60 * 3600000 ELSE :now - x.i % 150 * 86400000 END,
				'', CASE WHEN x.status = 'won' THEN date(:now / 1000 - x.i % 140 * 86400, 'unixepoch') ELSE '' END, x.made, :now - x.r % 30000000,
				x.r, x.r / 3, x.r / 7, x.r / 11, x.r / 13, x.r / 17
			FROM (SELECT k.i, k.i * 2654435761 % 4294967296 AS r, :now - 95000000000 + k.i * 91000000000 / :n AS made,
					CASE WHEN k.i % 10 < 5 THEN 'potential' WHEN k.i % 10 < 7 THEN 'interested' WHEN k.i % 10 < 9 THEN 'won' ELSE 'lost' END AS status
				FROM (WITH RECURSIVE k(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i + 1 < :n) SELECT i FROM k) k) x
			JOIN sellers s ON s.n = x.i % 200`},
		{"follow-ups", `INSERT INTO follow_ups (id, code, customer_id, author_id, happened_at, recorded_at, method, kind, outcome, texts, contact_ids, companion_ids, late, imported, updated_at)
			SELECT 'f' || substr(c.id, 2) || printf('%03d', :each - k.i), 'G' || substr(c.id, 2) || printf('%03d', :each - k.i), c.id, coalesce(c.owner_id, c.creator_id), c.last_follow_up_at - k.i * 777600000 - c.mark_same % 100000000 * min(k.i, 1), c.last_follow_up_at - k.i * 777600000,
				CASE (c.mark_same + k.i) % 3 WHEN 0 THEN 'call' WHEN 1 THEN 'wechat' ELSE 'visit' END, CASE k.i % 2 WHEN 0 THEN 'sales' ELSE 'pre_sales' END, '', zeroblob(96), '[]', '[]', (c.mark_same + k.i) % 17 = 0, (c.mark_same + k.i) % 23 = 0, c.last_follow_up_at
			FROM customers c JOIN (WITH RECURSIVE k(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i + 1 < :each) SELECT i FROM k) k ORDER BY c.id, k.i DESC`},
		{"spans, to the deal", `INSERT INTO status_spans (id, customer_id, status, from_at, until_at, next_status)
			SELECT 's' || substr(c.id, 2) || '1', c.id, CASE WHEN c.status IN ('won', 'lost') THEN 'potential' ELSE c.status END, c.created_at, CASE WHEN c.status IN ('won', 'lost') THEN c.created_at + 2592000000 ELSE 0 END, CASE WHEN c.status IN ('won', 'lost') THEN 'won' ELSE '' END FROM customers c ORDER BY c.id`},
		{"spans, since", `INSERT INTO status_spans (id, customer_id, status, from_at, until_at, next_status)
			SELECT 's' || substr(c.id, 2) || '2', c.id, 'won', c.created_at + 2592000000, CASE WHEN c.status = 'lost' THEN c.lost_at ELSE 0 END, CASE WHEN c.status = 'lost' THEN 'lost' ELSE '' END FROM customers c WHERE c.status IN ('won', 'lost') ORDER BY c.id`},
		{"orders", `INSERT INTO orders (id, code, customer_id, owner_id, department_id, ordered_on, amount_fen, state, created_at, updated_at)
			SELECT 'o' || substr(c.id, 2) || k.i, 'DD' || substr(c.id, 2) || k.i, c.id, c.owner_id, c.department_id, date(julianday(c.last_order_on) - k.i * 60), 100000 + c.mark_same % 9000000, CASE WHEN (c.mark_same + k.i) % 20 = 0 THEN 'cancelled' ELSE 'done' END, :now, :now
			FROM customers c JOIN (SELECT 0 AS i UNION ALL SELECT 1 UNION ALL SELECT 2) k WHERE c.status = 'won' ORDER BY c.id, k.i`},
		{"feedback", `INSERT INTO feedback (id, code, customer_id, kind, topic, texts, satisfaction, feedback_at, owner_id, creator_id, state, created_at, closed_at, updated_at)
			SELECT 'b' || substr(c.id, 2), 'F' || substr(c.id, 2), c.id, CASE c.mark_same % 3 WHEN 0 THEN 'complaint' WHEN 1 THEN 'praise' ELSE 'suggestion' END, '', zeroblob(96), 3 + c.mark_same % 3, :now - c.mark_same % 60000 * 1000000, c.owner_id, c.creator_id, 'closed', :now, :now, :now
			FROM customers c WHERE c.mark_same % 10 = 0 ORDER BY c.id`},
	} {
		if err := run(s.name, s.text, sql.Named("now", now), sql.Named("n", n), sql.Named("each", each)); err != nil {
			return err
		}
	}
	for _, p := range parts {
		if err := run(p.name, p.text); err != nil {
			return err
		}
	}
	return pool.Close()
}

// keptKeys opens the keys of a folder that a run left, or makes new ones in it.
func keptKeys(dir string) (*crypt.Keys, bool, error) {
	kek, sealed := filepath.Join(dir, "kek"), filepath.Join(dir, "sealed")
	if k, err := os.ReadFile(kek); err == nil {
		s, err := os.ReadFile(sealed)
		if err != nil {
			return nil, false, err
		}
		keys, err := crypt.Open(k, s)
		return keys, true, err
	}
	k := crypt.NewKEK()
	keys, s, err := crypt.Create(k)
	if err != nil {
		return nil, false, err
	}
	for path, data := range map[string][]byte{kek: k, sealed: s} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return nil, false, err
		}
	}
	return keys, false, nil
}

// company reads the people of a file that stands.
func (b *bench) companyOf(ctx context.Context) error {
	b.company.password = crypt.NewSecret("a long enough passphrase")
	for d := range 10 {
		for i := range 20 {
			u, err := b.house.Account.ByLogin(ctx, loader, fmt.Sprintf("s%d.%d", d, i))
			if err != nil {
				return err
			}
			b.company.sales = append(b.company.sales, u)
		}
	}
	var err error
	if b.company.lead, err = b.house.Account.ByLogin(ctx, loader, "lead"); err == nil {
		b.company.all, err = b.house.Account.ByLogin(ctx, loader, "boss")
	}
	return err
}
