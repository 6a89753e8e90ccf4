package kill

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"zhike/tools/drill/stand"
)

// Import kills the server in an import of 1,500 rows; the next start goes on with it, and
// each row is there once.
func Import(b *stand.Bench) error {
	data, err := b.Fresh()
	if err != nil {
		return err
	}
	const rows = 1500
	random, total := b.Random(), 0
	var slowest time.Duration
	for round := range b.Times {
		s, c, err := b.Open(data)
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		mark := "沪" + spelled(round) + spelled(int(random.Uint32()%9000))
		path, err := begun(c, sheet(rows, round*rows, func(i int) string { return mark + spelled(i) }))
		if err != nil {
			return err
		}
		time.Sleep(time.Duration(random.IntN(900)) * time.Millisecond)
		s.Kill()
		if s, c, err = b.Open(data); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		slowest = max(slowest, s.Ready)
		if err := until(c, path, "done"); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		there, err := named(c, mark)
		if err != nil {
			return err
		}
		if there != rows {
			return fmt.Errorf("round %d: %d rows of %d are there", round, there, rows)
		}
		total += there
		if err := s.Stop(); err != nil {
			return err
		}
		if round%10 == 9 {
			if err := b.Whole(data); err != nil {
				return err
			}
			b.Log("%d of %d", round+1, b.Times)
		}
	}
	b.Fact("rows", total)
	b.Fact("rows_lost_or_doubled", 0)
	b.Fact("slowest_ready_ms", slowest.Milliseconds())
	return b.Whole(data)
}

// spelled is a number in four characters, or more.
func spelled(n int) string { return stand.Spell(n + 1000) }

// sheet is a table of customers, each with a contact whose number ends in from and on.
func sheet(rows, from int, name func(i int) string) string {
	var all strings.Builder
	all.WriteString("客户名称,联系人,手机\n")
	for i := range rows {
		fmt.Fprintf(&all, "%s有限公司,李四,1390%07d\n", name(i), (from+i)%10_000_000)
	}
	return all.String()
}

// begun uploads customers, has them checked, and their import begin.
func begun(c *stand.Client, content string) (path string, err error) {
	ctx := context.Background()
	status, id, err := c.Upload(ctx, "/imports", "customers.csv", content, map[string]string{"target": "customer"})
	if err == nil && status != http.StatusCreated {
		err = fmt.Errorf("uploading: %d", status)
	}
	if err != nil {
		return "", err
	}
	path = "/imports/" + id
	if err := asked(ctx, c, path+"/check"); err != nil {
		return path, err
	}
	if err := until(c, path, "checked"); err != nil {
		return path, err
	}
	return path, asked(ctx, c, path+"/run")
}

func asked(ctx context.Context, c *stand.Client, path string) error {
	status, out, err := c.Ask(ctx, "POST", path, "", nil)
	if err != nil || status != http.StatusAccepted {
		return fmt.Errorf("%s: %d %v %v", path, status, out, err)
	}
	return nil
}

// until waits for a state of an import.
func until(c *stand.Client, path, state string) error {
	ctx := context.Background()
	last := ""
	for range 1200 {
		status, out, err := c.Ask(ctx, "GET", path, "", nil)
		if err != nil || status != 200 {
			return fmt.Errorf("%s: %d %v", path, status, err)
		}
		last, _ = out["state"].(string)
		if last == state {
			return nil
		}
		if last == "failed" || last == "cancelled" || last == "partly" {
			return fmt.Errorf("%s is %s: %v, good %v, bad %v, duplicates %v, errors %v", path, last, out["failure"], out["good"], out["bad"], out["duplicates"], out["errors"])
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("%s stays %s", path, last)
}

// named counts the customers whose name begins so, page by page.
func named(c *stand.Client, begins string) (n int, err error) {
	for cursor := ""; ; {
		status, out, err := c.Ask(context.Background(), "GET", "/customers?limit=200&sort=-created_at&filter="+url.QueryEscape(`{"field":"name","op":"starts","value":"`+begins+`"}`)+"&cursor="+url.QueryEscape(cursor), "", nil)
		if err != nil || status != 200 {
			return n, fmt.Errorf("listing: %d %v %v", status, out["title"], err)
		}
		n += len(out["items"].([]any))
		next, _ := out["next"].(string)
		if cursor = next; cursor == "" {
			return n, nil
		}
	}
}
