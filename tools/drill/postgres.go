package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A pair of folders is a node's, and one more with the same keys, in which commands look while
// the node runs.
func (b *bench) node(data, name string) (string, error) {
	dir := filepath.Join(b.dir, name)
	if err := os.CopyFS(filepath.Join(dir, "keys"), os.DirFS(filepath.Join(data, "keys"))); err != nil {
		return "", err
	}
	return dir, os.Chmod(filepath.Join(dir, "keys", "kek"), 0o600)
}

// looked runs what an administrator would after a mishap.
func (b *bench) looked(c *cluster, look string, on []string) error {
	for _, command := range [][]string{{"audit", "verify"}, {"figures", "check"}, {"doctor"}} {
		said, err := b.zhike("", append(append(command, "--data", look), on...)...)
		for again := 0; err != nil && command[0] == "figures" && again < 10; again++ { // while a node folds, a check may see half of it, and says so
			time.Sleep(time.Second)
			said, err = b.zhike("", append(append(command, "--data", look), on...)...)
		}
		if err == nil && strings.Contains(said, "BAD") {
			err = errors.New(said)
		}
		if err != nil {
			return fmt.Errorf("%v: %w", command, err)
		}
	}
	return c.sound()
}

// A mishap is a node on a PostgreSQL that is broken again and again, while clerks write.
type mishap struct {
	b       *bench
	data    string
	look    string
	on      []string // where the database and the files are
	s       *server
	c       *client
	ears    *heard
	l       *ledger
	back    []time.Duration // from when PostgreSQL is back until a write was acknowledged
	checked int
}

func (b *bench) mishap(setup, url string) (*mishap, error) {
	m := &mishap{b: b, data: filepath.Join(b.dir, "data"), ears: newHeard(), l: newLedger(b.seed)}
	files := filepath.Join(m.data, "files")
	m.on = []string{"--database", url, "--files", files}
	if err := b.company(m.data, "--database", setup, "--files", files); err != nil {
		return nil, err
	}
	var err error
	if m.look, err = b.node(m.data, "look"); err != nil {
		return nil, err
	}
	if m.s, err = b.serve(m.data, m.on...); err != nil {
		return nil, err
	}
	m.c, err = signInAs(m.s.base, "boss", m.ears)
	return m, err
}

// writing has eight clerks write until it is called.
func (m *mishap) writing() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	all := m.l.clerks(ctx, m.c, 8)
	return func() { cancel(); all.Wait() }
}

// acknowledged waits for the next write that is, and keeps how long that took since.
func (m *mishap) acknowledged(since time.Time) error {
	probe := &client{base: m.c.base, cookie: m.c.cookie, http: &http.Client{Timeout: 20 * time.Second, Transport: m.ears}}
	for time.Since(since) < time.Minute {
		asked := time.Now()
		name := m.l.name()
		if m.l.post(context.Background(), probe, "/customers", "/customers/", name, map[string]any{"name": name, "contacts": []any{map[string]any{"name": "李四", "mobile": fmt.Sprintf("139%08d", m.l.count())}}}) && asked.After(since) && m.l.has(name) {
			m.back = append(m.back, time.Since(since))
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return errors.New("the node does not go on within a minute")
}

func (l *ledger) has(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, w := range l.wrote {
		if w.name == name {
			return true
		}
	}
	return false
}

// check is of one round.
func (m *mishap) check() error {
	n, err := m.l.check(m.c, false)
	m.checked += n
	return err
}

// end looks at everything, and states the figures.
func (m *mishap) end(c *cluster) error {
	b := m.b
	all, err := m.l.check(m.c, true)
	if err != nil {
		return err
	}
	twice, err := m.l.twice(m.c)
	if err != nil {
		return err
	}
	many, longest := m.ears.report()
	slices.Sort(m.back)
	b.fact("acknowledged", m.l.count())
	b.fact("of_them_files", m.l.files())
	b.fact("lost", m.l.count()-all)
	b.fact("unanswered", len(m.l.unsure))
	b.fact("unanswered_twice", twice)
	b.fact("answers", many)
	b.fact("longest_answer_ms", longest)
	if len(m.back) > 0 {
		b.fact("first_write_after_ms", map[string]any{"median": m.back[len(m.back)/2].Milliseconds(), "longest": m.back[len(m.back)-1].Milliseconds()})
	}
	if err := errors.Join(m.s.stop(), b.looked(c, m.look, m.on)); err != nil {
		return err
	}
	for status, text := range m.ears.example {
		if status != 503 && status != 412 && status != 409 {
			return fmt.Errorf("it answered %d: %s", status, text)
		}
	}
	if twice > 0 {
		return fmt.Errorf("%d customers are there twice", twice)
	}
	return nil
}

// pgKill kills PostgreSQL with everything it started, and starts it again; the node stays.
func pgKill(b *bench) error {
	c, err := newCluster()
	if err != nil {
		return err
	}
	defer c.end()
	if err := c.init(); err != nil {
		return err
	}
	m, err := b.mishap(c.url(), c.url())
	if err != nil {
		return err
	}
	defer m.s.kill()
	random := b.random()
	for round := range b.times {
		stop := m.writing()
		time.Sleep(time.Duration(300+random.IntN(700)) * time.Millisecond)
		if err := c.kill(); err != nil {
			return err
		}
		time.Sleep(time.Duration(200+random.IntN(1500)) * time.Millisecond)
		err := c.start()
		if back := time.Now(); err == nil {
			err = m.acknowledged(back)
		}
		stop()
		if err = errors.Join(err, m.check()); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if round%5 == 4 {
			if err := b.looked(c, m.look, m.on); err != nil {
				return fmt.Errorf("round %d: %w", round, err)
			}
		}
		b.log("%d of %d, %d writes acknowledged, back after %s", round+1, b.times, m.l.count(), m.back[len(m.back)-1].Round(time.Millisecond))
	}
	return m.end(c)
}

// standby makes other a synchronous standby of c, and waits until it is.
func (c *cluster) standby(other *cluster) error {
	if err := os.RemoveAll(other.data()); err != nil {
		return err
	}
	if _, err := c.run("pg_basebackup", "-h", "127.0.0.1", "-p", fmt.Sprint(c.port), "-U", "zhike", "-D", other.data(), "-R", "-X", "stream", "-c", "fast"); err != nil {
		return err
	}
	if err := other.start(); err != nil {
		return err
	}
	if _, err := c.psql("ALTER SYSTEM SET synchronous_standby_names = '*'"); err != nil {
		return err
	}
	if _, err := c.psql("SELECT pg_reload_conf()"); err != nil {
		return err
	}
	for range 600 {
		if state, err := c.psql("SELECT sync_state FROM pg_stat_replication"); err == nil && state == "sync" {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return errors.New("the standby does not become synchronous")
}

// pgFailover kills the primary and promotes the standby; the node knows both by one address.
func pgFailover(b *bench) error {
	first, err := newCluster()
	if err != nil {
		return err
	}
	defer first.end()
	if err := first.init(); err != nil {
		return err
	}
	second, err := newCluster() // after the first listens, so that it has another port
	if err != nil {
		return err
	}
	defer second.end()
	url := fmt.Sprintf("postgres://zhike@127.0.0.1:%d,127.0.0.1:%d/postgres?sslmode=disable&target_session_attrs=read-write", first.port, second.port)
	if err := first.standby(second); err != nil {
		return err
	}
	m, err := b.mishap(url, url)
	if err != nil {
		return err
	}
	defer m.s.kill()
	random, outage := b.random(), time.Duration(0)
	for round := range b.times {
		stop := m.writing()
		time.Sleep(time.Duration(1000+random.IntN(2000)) * time.Millisecond)
		if err := first.kill(); err != nil {
			return err
		}
		died := time.Now()
		time.Sleep(time.Duration(200+random.IntN(800)) * time.Millisecond)
		_, err := second.run("pg_ctl", "-D", second.data(), "-w", "promote")
		if back := time.Now(); err == nil {
			err = m.acknowledged(back)
		}
		outage = max(outage, time.Since(died))
		time.Sleep(500 * time.Millisecond)
		stop()
		if err = errors.Join(err, m.check()); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if err := b.looked(second, m.look, m.on); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		first, second = second, first
		if err := first.standby(second); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		b.log("%d of %d, %d writes acknowledged, back after %s", round+1, b.times, m.l.count(), m.back[len(m.back)-1].Round(time.Millisecond))
	}
	b.fact("longest_outage_ms", outage.Milliseconds())
	return m.end(first)
}
