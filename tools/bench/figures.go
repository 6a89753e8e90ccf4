package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/report"
	"zhike/internal/platform/db"
)

var (
	onlyFigures = flag.Bool("figures", false, "measure figures: dashboards, reports, the sweep of alerts, and what they cost writers")
	live        = flag.Bool("live", false, "of figures: dashboards without the sums that are kept")
	parts       = flag.String("parts", "boards,writers,reports,sweep", "of figures: what to measure")
	keep        = flag.String("keep", "", "of figures: the folder in which the company is kept for the next run")
)

// figures measures the dashboard, reports and the sweep at n customers of ten talks.
func figures(n int) error {
	ctx := context.Background()
	dir := *keep
	if dir == "" {
		made, err := os.MkdirTemp("", "zhike-figures")
		if err != nil {
			return err
		}
		defer os.RemoveAll(made)
		dir = made
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	b := &bench{path: filepath.Join(dir, "zhike.db")}
	keys, stands, err := keptKeys(dir)
	if err != nil {
		return err
	}
	start := time.Now()
	if !stands {
		if err := b.open(ctx, keys, true); err != nil {
			return err
		}
		if err := b.people(ctx); err != nil {
			return err
		}
		if err := b.bulk(ctx, n, 10); err != nil {
			os.Remove(filepath.Join(dir, "kek")) // a file half filled is not kept
			return err
		}
	}
	if err := b.open(ctx, keys, false); err != nil {
		return err
	}
	defer func() { b.house.DB.Close() }()
	if stands {
		if err := b.companyOf(ctx); err != nil {
			return err
		}
	} else {
		if err := b.house.DB.Tidy(ctx); err != nil {
			return err
		}
		fmt.Printf("loaded %d customers × 10 talks in %s\n", n, time.Since(start).Round(time.Second))
	}
	if info, err := os.Stat(b.path); err == nil {
		fmt.Printf("file %d MB\n", info.Size()>>20)
	}
	if err := b.ready(ctx); err != nil {
		return err
	}
	b.server = httptest.NewServer(api.Serving{}.Guard(b.house.Mux()))
	defer b.server.Close()
	return b.figured(ctx, n)
}

// people that look at figures: their reach, and who signs in.
var lookers = []struct{ name, login string }{{"own", "s0.0"}, {"tree", "lead"}, {"all", "boss"}}

func (b *bench) figured(ctx context.Context, n int) error {
	for _, p := range []struct {
		name string
		do   func(context.Context, int) error
	}{{"boards", b.boards}, {"writers", b.writers}, {"reports", b.reports}, {"sweep", b.sweeps}} {
		if !strings.Contains(*parts, p.name) {
			continue
		}
		if err := p.do(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) boards(ctx context.Context, _ int) error {
	often := 100
	if !b.rolled {
		often = 2
	}
	for _, who := range lookers {
		user, err := b.house.Account.ByLogin(ctx, loader, who.login)
		if err != nil {
			return err
		}
		actor, err := db.Read(ctx, b.house.DB, loader, func(tx *db.Tx) (access.Actor, error) { return b.house.Account.ActorOf(tx, user.ID) })
		if err != nil {
			return err
		}
		for _, period := range []string{"this_month", "this_year"} {
			if err := times(who.name+": dashboard "+period+", on the server", often, func(int) error {
				_, err := b.house.Reports.Dashboard(ctx, actor, report.BoardQuery{Period: period})
				return err
			}); err != nil {
				return err
			}
		}
		if b.rolled {
			if err := times(who.name+": dashboard this_month, of one trade and grade", 5, func(int) error {
				_, err := b.house.Reports.Dashboard(ctx, actor, report.BoardQuery{Period: "this_month", Filter: `{"all":[{"field":"industry","op":"eq","value":"C39"},{"field":"grade","op":"eq","value":"A"}]}`})
				return err
			}); err != nil {
				return err
			}
		}
		c, err := b.sign(who.login)
		if err != nil {
			return err
		}
		if err := times(who.name+": GET dashboard", often, func(int) error { return c.get("/dashboard?period=this_month", nil) }); err != nil {
			return err
		}
	}
	return nil
}

// writers measures creates with the marks and folds of the sums, as the server runs them, and without; twice each, in turns.
func (b *bench) writers(ctx context.Context, _ int) error {
	pool, err := sql.Open("sqlite", "file:"+b.path+"?_pragma=busy_timeout(20000)")
	if err != nil {
		return err
	}
	defer pool.Close()
	rows, err := pool.QueryContext(ctx, `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%rolled%'`)
	if err != nil {
		return err
	}
	triggers := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return err
		}
		triggers[name] = text
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for range 2 {
		fmt.Println("with sums:")
		folding, stop := context.WithCancel(ctx)
		done := make(chan struct{})
		go func() { defer close(done); b.house.Rollups.Run(folding) }()
		err := b.writing()
		stop()
		<-done
		if err != nil {
			return err
		}
		for name := range triggers {
			if _, err := pool.ExecContext(ctx, "DROP TRIGGER "+name); err != nil {
				return err
			}
		}
		fmt.Println("without:")
		err = b.writing()
		for _, text := range triggers {
			if _, back := pool.ExecContext(ctx, text); back != nil {
				err = errors.Join(err, back)
			}
		}
		if err != nil {
			return err
		}
	}
	_, err = pool.ExecContext(ctx, `DELETE FROM rollup_state`) // what came without marks is in no sum: the next run builds anew
	return err
}

// writing measures creates and talks over HTTP, one after the other, and creates of eight clients.
func (b *bench) writing() error {
	c, err := b.sign("s0.1")
	if err != nil {
		return err
	}
	var mine page
	sign := func() string { return string(signs[rand.IntN(len(signs))]) }
	create := func(int) error { // as various as names are, or each would be a suspect of the one before
		name := cities[rand.IntN(len(cities))] + sign() + sign() + sign() + sign() + kinds[rand.IntN(len(kinds))] + "有限公司"
		return c.post("/customers", map[string]any{"name": name, "industry": "C39"})
	}
	if err := times("create a customer", 200, create); err != nil {
		return err
	}
	if err := c.get("/customers?limit=200&sort=-created_at", &mine); err != nil { // those that were just made
		return err
	}
	if err := times("write a talk down", 200, func(i int) error {
		return c.post("/customers/"+mine.Items[i%len(mine.Items)].ID+"/follow-ups", map[string]any{"method": "call", "content": "谈了样机和交期,约定下周报价"})
	}); err != nil {
		return err
	}
	start := time.Now()
	errs := make(chan error, 8)
	for range 8 {
		go func() {
			for i := range 40 {
				if err := create(i); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range 8 {
		err = errors.Join(err, <-errs)
	}
	fmt.Printf("create at 8 clients: %.0f/s\n", 320/time.Since(start).Seconds())
	return err
}

// asks are custom reports of two dimensions.
var asks = []struct{ name, body string }{
	{"customers, industry × grade", `{"subject":"customer","measures":["count","won"],"by":["industry:class","grade"]}`},
	{"customers, month × source", `{"subject":"customer","measures":["count","won"],"by":["created_at:month","source"],"period":{"preset":"last_12_months"}}`},
	{"customers, owner × status", `{"subject":"customer","measures":["count"],"by":["owner_id","status"]}`},
	{"orders, month × industry", `{"subject":"order","measures":["amount","count"],"by":["ordered_on:month","customer.industry:class"],"period":{"preset":"last_12_months"}}`},
	{"talks, author × method, month", `{"subject":"follow_up","measures":["count","late"],"by":["author_id","method"],"period":{"preset":"last_30_days"}}`},
	{"talks, month × method, year", `{"subject":"follow_up","measures":["count","late"],"by":["happened_at:month","method"],"period":{"preset":"last_12_months"}}`},
}

func (b *bench) reports(ctx context.Context, n int) error {
	often := 5
	if n >= 1_000_000 {
		often = 2
	}
	c, err := b.sign("boss")
	if err != nil {
		return err
	}
	for _, a := range asks {
		var ended atomic.Bool
		var waits []time.Duration
		quiet := make(chan error, 1)
		go func() { // somebody writes meanwhile
			for i := 0; !ended.Load(); i++ {
				at := time.Now()
				_, err := db.Write(ctx, b.house.DB, loader, func(tx *db.Tx) (int64, error) { return tx.Take("bench", 1) })
				if err != nil {
					quiet <- err
					return
				}
				waits = append(waits, time.Since(at))
				time.Sleep(5 * time.Millisecond)
			}
			quiet <- nil
		}()
		err := times("all: "+a.name, often, func(int) error { return c.ask("/reports/ask", a.body) })
		ended.Store(true)
		if err := errors.Join(err, <-quiet); err != nil {
			return err
		}
		slices.Sort(waits)
		if len(waits) > 0 {
			fmt.Printf("  a writer meanwhile: p50 %s, longest %s of %d\n", waits[len(waits)/2].Round(10*time.Microsecond), waits[len(waits)-1].Round(10*time.Microsecond), len(waits))
		}
	}
	return nil
}

func (c *client) ask(path, body string) error {
	r, err := c.http.Post(c.base+path, "application/json", bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != 200 {
		return fmt.Errorf("POST %s: %d %.300s %w", path, r.StatusCode, text, err)
	}
	return json.Unmarshal(text, &struct{}{})
}

// sweeps measures the sweep of alerts: the first raises what there is, the next find that nothing changed.
func (b *bench) sweeps(ctx context.Context, _ int) error {
	for i := range 3 {
		start := time.Now()
		if err := b.house.Alerts.Sweep(ctx); err != nil {
			return err
		}
		fmt.Printf("sweep of alerts, %d: %s\n", i+1, time.Since(start).Round(10*time.Millisecond))
	}
	return nil
}

// ready brings the sums that are kept to where dashboards read them.
func (b *bench) ready(ctx context.Context) error {
	if *live {
		b.house.Reports.Rollups = false
		return nil
	}
	start := time.Now()
	if err := b.house.Rollups.Fold(ctx); err != nil {
		return err
	}
	b.rolled = true
	fmt.Printf("sums built in %s\n", time.Since(start).Round(10*time.Millisecond))
	return nil
}
