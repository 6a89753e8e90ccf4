package node

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"zhike/tools/drill/stand"
)

// looked runs what an administrator would after a mishap.
func looked(b *stand.Bench, c *cluster, look string, on []string) error {
	for _, command := range [][]string{{"audit", "verify"}, {"figures", "check"}, {"doctor"}} {
		said, err := b.Zhike("", append(append(command, "--data", look), on...)...)
		for again := 0; err != nil && command[0] == "figures" && again < 10; again++ { // while a node folds, a check may see half of it, and says so
			time.Sleep(time.Second)
			said, err = b.Zhike("", append(append(command, "--data", look), on...)...)
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
	b    *stand.Bench
	data string
	look string
	on   []string // where the database and the files are
	s    *stand.Server
	c    *stand.Client
	ears *stand.Heard
	l    *stand.Ledger
	back []time.Duration // from when PostgreSQL is back until a write was acknowledged
}

// breaking begins one: a company set up in the database at setup, whose node reaches it at url.
func breaking(b *stand.Bench, setup, url string) (*mishap, error) {
	m := &mishap{b: b, data: filepath.Join(b.Dir, "data"), ears: stand.NewHeard(), l: stand.NewLedger(b.Seed)}
	files := filepath.Join(m.data, "files")
	m.on = []string{"--database", url, "--files", files}
	if err := b.Company(m.data, "--database", setup, "--files", files); err != nil {
		return nil, err
	}
	var err error
	if m.look, err = b.Keyed(m.data, "look"); err != nil {
		return nil, err
	}
	if m.s, err = b.Serve(m.data, m.on...); err != nil {
		return nil, err
	}
	m.c, err = stand.SignIn(m.s.Base, "boss", m.ears)
	return m, err
}

// onOne begins one on a PostgreSQL that the node reaches straight, and that the caller ends.
func onOne(b *stand.Bench) (*cluster, *mishap, error) {
	c, err := running()
	if err != nil {
		return nil, nil, err
	}
	m, err := breaking(b, c.url(), c.url())
	if err != nil {
		c.end()
	}
	return c, m, err
}

// writing has eight clerks write until it is called.
func (m *mishap) writing() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	all := m.l.Clerks(ctx, m.c, 8)
	return func() { cancel(); all.Wait() }
}

// acknowledged waits for the next write that is, and keeps how long that took since.
func (m *mishap) acknowledged(since time.Time) error {
	for time.Since(since) < time.Minute {
		asked := time.Now()
		if name, answered := m.l.Customer(context.Background(), m.c, "李四", "139"); answered && asked.After(since) && m.l.Has(name) {
			m.back = append(m.back, time.Since(since))
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return errors.New("the node does not go on within a minute")
}

// check is of one round.
func (m *mishap) check() error {
	_, err := m.l.Check(m.c, false)
	return err
}

// end looks at everything, and states the figures.
func (m *mishap) end(c *cluster) error {
	b := m.b
	all, err := m.l.Check(m.c, true)
	if err != nil {
		return err
	}
	twice, err := m.l.Twice(m.c)
	if err != nil {
		return err
	}
	many, longest := m.ears.Report()
	slices.Sort(m.back)
	b.Fact("acknowledged", m.l.Count())
	b.Fact("of_them_files", m.l.Files())
	b.Fact("lost", m.l.Count()-all)
	b.Fact("unanswered", m.l.Unanswered())
	b.Fact("unanswered_twice", twice)
	b.Fact("answers", many)
	b.Fact("longest_answer_ms", longest)
	if len(m.back) > 0 {
		b.Fact("first_write_after_ms", map[string]any{"median": m.back[len(m.back)/2].Milliseconds(), "longest": m.back[len(m.back)-1].Milliseconds()})
	}
	if err := errors.Join(m.s.Stop(), looked(b, c, m.look, m.on)); err != nil {
		return err
	}
	for status, text := range m.ears.Examples() {
		if status != 503 && status != 412 && status != 409 {
			return fmt.Errorf("it answered %d: %s", status, text)
		}
	}
	if twice > 0 {
		return fmt.Errorf("%d customers are there twice", twice)
	}
	return nil
}
