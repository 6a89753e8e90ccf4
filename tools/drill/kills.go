package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"strings"
	"time"
)

func escape(s string) string { return url.QueryEscape(s) }

func (b *bench) random() *rand.Rand { return rand.New(rand.NewPCG(b.seed, 11)) }

// killWrites kills the server in mixed writes, again and again on the same company.
func killWrites(b *bench) error {
	data := filepath.Join(b.dir, "data")
	if err := b.company(data); err != nil {
		return err
	}
	l, random := newLedger(b.seed), b.random()
	var slowest time.Duration
	checked := 0
	for round := range b.times {
		s, err := b.serve(data)
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if round > 0 {
			slowest = max(slowest, s.ready)
		}
		c, err := s.signIn()
		if err != nil {
			return err
		}
		n, err := l.check(c, false) // of the round before
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		checked += n
		ctx, cancel := context.WithCancel(context.Background())
		writing := l.clerks(ctx, c, 8)
		time.Sleep(time.Duration(20+random.IntN(280)) * time.Millisecond)
		s.kill()
		cancel()
		writing.Wait()
		if round%10 == 9 {
			if err := b.whole(data); err != nil { // before anybody else has opened it: the log is folded by this
				return fmt.Errorf("round %d: %w", round, err)
			}
			b.log("%d of %d, %d writes acknowledged", round+1, b.times, l.count())
		}
	}
	s, err := b.serve(data)
	if err != nil {
		return err
	}
	c, err := s.signIn()
	if err != nil {
		return err
	}
	all, err := l.check(c, true)
	if err != nil {
		return err
	}
	twice, err := l.twice(c)
	if err != nil {
		return err
	}
	if err := errors.Join(s.stop(), b.whole(data)); err != nil {
		return err
	}
	b.fact("acknowledged", l.count())
	b.fact("of_them_files", l.files())
	b.fact("there", all)
	b.fact("lost", l.count()-all)
	b.fact("unanswered_twice", twice)
	b.fact("slowest_ready_ms", slowest.Milliseconds())
	if twice > 0 {
		return fmt.Errorf("%d customers are there twice", twice)
	}
	return nil
}

// twice counts the names of unanswered writes that are there more than once.
func (l *ledger) twice(c *client) (n int, err error) {
	for name := range l.unsure {
		status, out, err := c.ask(context.Background(), "GET", "/customers?limit=50&filter="+escape(`{"field":"name","op":"eq","value":"`+name+`"}`), "", nil)
		if err != nil || status != 200 {
			return n, fmt.Errorf("asking for a name: %d %v", status, err)
		}
		if len(out["items"].([]any)) > 1 {
			n++
		}
	}
	return n, nil
}

// killImport kills the server in an import of 1,500 rows; the next start goes on with it, and
// each row is there once.
func killImport(b *bench) error {
	data := filepath.Join(b.dir, "data")
	if err := b.company(data); err != nil {
		return err
	}
	const rows = 1500
	random, total := b.random(), 0
	var slowest time.Duration
	for round := range b.times {
		s, err := b.serve(data)
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		c, err := s.signIn()
		if err != nil {
			return err
		}
		var sheet strings.Builder
		sheet.WriteString("客户名称,联系人,手机\n")
		mark := "沪" + spelled(round) + spelled(int(random.Uint32()%9000))
		for i := range rows {
			fmt.Fprintf(&sheet, "%s%s有限公司,李四,1390%07d\n", mark, spelled(i), (round*rows+i)%10_000_000)
		}
		id, err := c.sheet(sheet.String())
		if err != nil {
			return err
		}
		path := "/imports/" + id
		if err := c.untilState(path, "checked", "POST", path+"/check"); err != nil {
			return err
		}
		if status, out, err := c.ask(context.Background(), "POST", path+"/run", "", nil); err != nil || status != 202 {
			return fmt.Errorf("run: %d %v %v", status, out, err)
		}
		time.Sleep(time.Duration(random.IntN(900)) * time.Millisecond)
		s.kill()
		if s, err = b.serve(data); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		slowest = max(slowest, s.ready)
		if c, err = s.signIn(); err != nil {
			return err
		}
		if err := c.untilState(path, "done", "", ""); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		there, err := c.named(mark)
		if err != nil {
			return err
		}
		if there != rows {
			return fmt.Errorf("round %d: %d rows of %d are there", round, there, rows)
		}
		total += there
		if err := s.stop(); err != nil {
			return err
		}
		if round%10 == 9 {
			if err := b.whole(data); err != nil {
				return err
			}
			b.log("%d of %d", round+1, b.times)
		}
	}
	b.fact("rows", total)
	b.fact("rows_lost_or_doubled", 0)
	b.fact("slowest_ready_ms", slowest.Milliseconds())
	return b.whole(data)
}

func spelled(n int) (s string) {
	for n += 1000; n > 0; n /= 10 {
		s += string([]rune(letters)[n%10])
	}
	return s
}

// named counts the customers whose name begins so, page by page.
func (c *client) named(begins string) (n int, err error) {
	for cursor := ""; ; {
		status, out, err := c.ask(context.Background(), "GET", "/customers?limit=200&sort=-created_at&filter="+escape(`{"field":"name","op":"starts","value":"`+begins+`"}`)+"&cursor="+escape(cursor), "", nil)
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

// untilState waits until an import stands so; method and path ask for it first.
func (c *client) untilState(path, state, method, ask string) error {
	ctx := context.Background()
	last := ""
	for range 1200 {
		status, out, err := c.ask(ctx, "GET", path, "", nil)
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
		if ask != "" && (last == "new") {
			if status, out, err := c.ask(ctx, method, ask, "", nil); err != nil || status != 202 {
				return fmt.Errorf("%s: %d %v %v", ask, status, out, err)
			}
			ask = ""
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("%s stays %s", path, last)
}
