// Bench measures the product as its users meet it: through HTTP, signed in, with rights,
// masks and audit on, beside bare prepared SQL in the same process. Ratios within one
// run count; the machine is noisy.
package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"zhike/internal/app/house"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
)

var onlySheets = flag.Bool("sheets", false, "measure what comes in by sheets, in an empty company, instead")

var size = flag.String("size", "100k", "customers: 1k, 10k, 100k or 1m")

type bench struct {
	house   *house.House
	company company
	path    string
	server  *httptest.Server
	rolled  bool // sums that are kept answer
}

func main() {
	flag.Parse()
	n, ok := map[string]int{"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}[*size]
	if !ok {
		fmt.Fprintln(os.Stderr, "size is 1k, 10k, 100k or 1m")
		os.Exit(2)
	}
	measured := run
	if *onlyFigures {
		measured = figures
	}
	if *onlyOwn {
		measured = ownFields
	}
	if *into != "" {
		measured = (&bench{}).companyInto
	}
	if err := measured(n); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(n int) error {
	dir, err := os.MkdirTemp("", "zhike-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	b := &bench{path: filepath.Join(dir, "zhike.db")}
	keys, _, err := crypt.Create(crypt.NewKEK())
	if err != nil {
		return err
	}
	each := 10
	if n >= 1_000_000 {
		each = 0 // the goals at a million are about lists and search
	}
	empty := time.Now()
	if err := b.open(ctx, keys, !*onlySheets); err != nil {
		return err
	}
	fmt.Printf("size %d customers × %d follow-ups · start with an empty folder %s\n", n, each, time.Since(empty).Round(time.Millisecond))
	fmt.Printf("idle memory %d MB\n", rss())
	if err := b.people(ctx); err != nil {
		return err
	}
	if *onlySheets {
		defer b.house.DB.Close()
		return b.sheets(ctx, n)
	}
	start := time.Now()
	if err := b.load(ctx, n, each); err != nil {
		return err
	}
	fmt.Printf("loaded in %s\n", time.Since(start).Round(time.Second))
	if err := b.house.DB.Close(); err != nil {
		return err
	}
	if info, err := os.Stat(b.path); err == nil {
		fmt.Printf("file %d MB\n", info.Size()>>20)
	}
	again := time.Now()
	if err := b.open(ctx, keys, false); err != nil {
		return err
	}
	defer b.house.DB.Close()
	fmt.Printf("start %s\n", time.Since(again).Round(time.Millisecond))
	b.server = httptest.NewServer(api.Serving{}.Guard(b.house.Mux()))
	defer b.server.Close()
	return b.measure(ctx, n)
}

func (b *bench) open(ctx context.Context, keys *crypt.Keys, relaxed bool) error {
	d, err := db.Open(ctx, b.path, db.Options{Now: clock.System, Relaxed: relaxed})
	if err != nil {
		return err
	}
	b.house = house.Build(d, keys)
	return b.house.Ready(ctx)
}

func (b *bench) people(ctx context.Context) error {
	a := b.house.Account
	b.company.password = crypt.NewSecret("a long enough passphrase")
	var err error
	if *into != "" {
		b.company.all, err = a.ByLogin(ctx, loader, "boss")
	} else {
		b.company.all, err = a.First(ctx, account.SetUp{Company: "禾澈", Login: "boss", Name: "老板", Password: b.company.password})
	}
	if err != nil {
		return err
	}
	sales, root, err := a.ByNames(ctx, loader, []string{"sales"}, "")
	if err != nil {
		return err
	}
	lead, _, err := a.ByNames(ctx, loader, []string{"sales_lead"}, "")
	if err != nil {
		return err
	}
	for d := range 10 {
		dept, err := a.AddDepartment(ctx, loader, account.NewDepartment{Name: fmt.Sprint("销售", d), ParentID: api.Some(root)})
		if err != nil {
			return err
		}
		for i := range 20 {
			u, err := a.AddUser(ctx, loader, account.NewUser{Login: fmt.Sprintf("s%d.%d", d, i), Name: fmt.Sprint("销售", d, "-", i), DepartmentID: dept.ID, RoleIDs: sales, Password: b.company.password})
			if err != nil {
				return err
			}
			b.company.sales = append(b.company.sales, u)
		}
		if d == 0 {
			if b.company.lead, err = a.AddUser(ctx, loader, account.NewUser{Login: "lead", Name: "主管", DepartmentID: dept.ID, RoleIDs: lead, Password: b.company.password}); err != nil {
				return err
			}
		}
	}
	_, err = db.Read(ctx, b.house.DB, loader, func(tx *db.Tx) (int, error) {
		w, err := b.house.Book.In(tx)
		if err == nil {
			s, _ := w.StageByCode("customer", "first_contact")
			b.company.stage = s.ID
		}
		return 0, err
	})
	return err
}

// A client is one signed-in browser.
type client struct {
	http *http.Client
	base string
}

func (b *bench) sign(login string) (*client, error) {
	jar, _ := cookiejar.New(nil)
	c := &client{&http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}, b.server.URL + api.Root}
	body, _ := json.Marshal(map[string]string{"login": login, "password": "a long enough passphrase"})
	r, err := c.http.Post(c.base+"/session", "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	if r.StatusCode != 200 {
		text, _ := io.ReadAll(r.Body)
		return nil, fmt.Errorf("sign in: %d %s", r.StatusCode, text)
	}
	return c, nil
}

type page struct {
	Items []struct {
		ID string `json:"id"`
	} `json:"items"`
	Next string `json:"next"`
}

func (c *client) get(path string, into any) error {
	r, err := c.http.Get(c.base + path)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != 200 {
		return fmt.Errorf("GET %s: %d %.200s %w", path, r.StatusCode, text, err)
	}
	if into != nil {
		return json.Unmarshal(text, into)
	}
	return nil
}

func (c *client) post(path string, body any) error {
	text, _ := json.Marshal(body)
	r, err := c.http.Post(c.base+path, "application/json", bytes.NewReader(text))
	if err != nil {
		return err
	}
	defer r.Body.Close()
	out, _ := io.ReadAll(r.Body)
	if r.StatusCode != 201 {
		return fmt.Errorf("POST %s: %d %.300s", path, r.StatusCode, out)
	}
	return nil
}

// times runs f often enough to tell, and prints its quantiles.
func times(name string, often int, f func(i int) error) error {
	var all []time.Duration
	for i := range often + often/10 {
		start := time.Now()
		if err := f(i); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if i >= often/10 { // the first warm caches
			all = append(all, time.Since(start))
		}
	}
	slices.Sort(all)
	q := func(p float64) time.Duration {
		return all[min(len(all)-1, int(p*float64(len(all))))].Round(10 * time.Microsecond)
	}
	fmt.Printf("%-46s p50 %8s  p95 %8s  p99 %8s\n", name, q(.5), q(.95), q(.99))
	return nil
}

func (b *bench) measure(ctx context.Context, n int) error {
	if err := b.bare(n); err != nil {
		return err
	}
	for _, who := range []struct{ name, login string }{{"own", "s0.0"}, {"tree", "lead"}, {"all", "boss"}} {
		c, err := b.sign(who.login)
		if err != nil {
			return err
		}
		var first page
		if err := c.get("/customers?limit=200", &first); err != nil {
			return err
		}
		id := func(i int) string { return first.Items[i%len(first.Items)].ID }
		filter := url.QueryEscape(`{"field":"industry","op":"eq","value":"C39"}`)
		var next string
		for _, m := range []struct {
			name  string
			often int
			f     func(int) error
		}{
			{"GET customer", 2000, func(i int) error { return c.get("/customers/"+id(i), nil) }},
			{"its page: the customer and its panorama", 500, func(i int) error { return c.page(id(i)) }},
			{"GET its 10 follow-ups", 2000, func(i int) error { return c.get("/customers/"+id(i)+"/follow-ups?limit=10", nil) }},
			{"first page by industry", 300, func(i int) error { return c.get("/customers?limit=50&filter="+filter, nil) }},
			{"next page", 300, func(i int) error {
				var p page
				err := c.get("/customers?limit=50&cursor="+url.QueryEscape(next), &p)
				next = p.Next
				return err
			}},
			{"two characters", 300, func(i int) error { return c.get("/customers?limit=20&q="+url.QueryEscape(pair(brands, i)), nil) }},
			{"initials", 300, func(i int) error { return c.get("/customers?limit=20&q="+[]string{"hc", "md", "xh", "yj"}[i%4], nil) }},
		} {
			if err := times(who.name+": "+m.name, m.often, m.f); err != nil {
				return err
			}
		}
	}
	return b.writes(ctx)
}

// bare is the same reading without the product: prepared statements on one connection.
func (b *bench) bare(n int) error {
	pool, err := sql.Open("sqlite", "file:"+b.path+"?_pragma=query_only(1)&_pragma=cache_size(-16384)")
	if err != nil {
		return err
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	one, err := pool.Prepare(`SELECT * FROM customers WHERE code = ?`)
	if err != nil {
		return err
	}
	list, err := pool.Prepare(`SELECT * FROM customers WHERE owner_id = ? AND industry = 'C39' AND deleted_at = 0 ORDER BY updated_at DESC, id DESC LIMIT 50`)
	if err != nil {
		return err
	}
	drain := func(rows *sql.Rows, err error) error {
		if err != nil {
			return err
		}
		defer rows.Close()
		columns, _ := rows.Columns()
		into := make([]any, len(columns))
		for i := range into {
			into[i] = new(any)
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				return err
			}
		}
		return rows.Err()
	}
	if err := times("bare SQL: one customer", 2000, func(i int) error { return drain(one.Query(fmt.Sprintf("C%09d", rand.IntN(n)))) }); err != nil {
		return err
	}
	return times("bare SQL: first page by owner and industry", 300, func(i int) error { return drain(list.Query(b.company.sales[i%len(b.company.sales)].ID)) })
}

func (b *bench) writes(ctx context.Context) error {
	f, err := os.Create(filepath.Join(filepath.Dir(b.path), "sync"))
	if err != nil {
		return err
	}
	defer f.Close()
	if err := times("fsync of 4 KB", 300, func(int) error {
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return err
		}
		return f.Sync()
	}); err != nil {
		return err
	}
	c, err := b.sign("s0.1")
	if err != nil {
		return err
	}
	fresh := func(i int) any {
		return map[string]any{"name": fmt.Sprintf("%s%s%s第%s店有限公司", pair(places, i), pair(brands, i/7), pair(trades, i/3), letters(i)), "industry": "C39",
			"contacts": []any{map[string]any{"name": "李四", "title": "经理", "role": "purchaser", "mobile": "19900001234"}}}
	}
	if err := times("create a customer with a contact", 300, func(i int) error { return c.post("/customers", fresh(i)) }); err != nil {
		return err
	}
	var wg sync.WaitGroup
	const clients, each = 32, 60
	start := time.Now()
	errs := make(chan error, clients)
	for k := range clients {
		wg.Go(func() {
			for i := range each {
				if err := c.post("/customers", fresh(1000+k*each+i)); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	select {
	case err := <-errs:
		return err
	default:
	}
	fmt.Printf("create at 32 clients: %.0f/s\n", clients*each/time.Since(start).Seconds())
	fmt.Printf("memory after load %d MB\n", rss())
	return nil
}

// rss is the resident memory of this process in MB, by the kernel's account.
func rss() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	var total, resident int64
	fmt.Sscan(string(text), &total, &resident)
	return resident * int64(os.Getpagesize()) >> 20
}
