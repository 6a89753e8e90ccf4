package node

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"zhike/tools/drill/stand"
)

// Partition cuts the network between one of two nodes and PostgreSQL: bytes just stop, or lines
// are broken off, in turns, for 1 to 8 s. The other node has its own line.
func Partition(b *stand.Bench) error {
	c, err := running()
	if err != nil {
		return err
	}
	defer c.end()
	p, err := newProxy(fmt.Sprintf("127.0.0.1:%d", c.port))
	if err != nil {
		return err
	}
	defer p.end()
	m, err := breaking(b, c.url(), p.url())
	if err != nil {
		return err
	}
	defer m.s.Kill()
	straight := []string{"--database", c.url(), "--files", filepath.Join(m.data, "files")}
	folder, err := b.Keyed(m.data, "other")
	if err != nil {
		return err
	}
	other, err := b.Serve(folder, straight...)
	if err != nil {
		return err
	}
	defer other.Kill()
	there, err := stand.SignIn(other.Base, "boss", stand.NewHeard())
	if err != nil {
		return err
	}
	random := b.Random()
	var worst, beside time.Duration
	for round := range b.Times {
		stop := m.writing()
		time.Sleep(time.Duration(300+random.IntN(700)) * time.Millisecond)
		how := silent + round%2
		p.set(how)
		cut := time.Duration(1000+random.IntN(7000)) * time.Millisecond
		wrote := make(chan time.Duration, 1)
		go func() { wrote <- m.beside(there) }() // the other node goes on
		time.Sleep(cut)
		p.set(whole)
		back := time.Now()
		if err = m.acknowledged(back); err == nil {
			worst = max(worst, time.Since(back))
		}
		beside = max(beside, <-wrote)
		stop()
		if err = errors.Join(err, m.check()); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		b.Log("%d of %d, cut for %s, %d writes acknowledged, back after %s", round+1, b.Times, cut, m.l.Count(), m.back[len(m.back)-1].Round(time.Millisecond))
	}
	b.Fact("other_node_longest_write_ms", beside.Milliseconds())

	// Bytes stop for longer than any patience: how long does a request hang, and what becomes of the leases?
	stop := m.writing()
	time.Sleep(300 * time.Millisecond)
	p.set(silent)
	began := time.Now()
	wrote := make(chan time.Duration, 1)
	go func() { wrote <- m.beside(there) }()
	long := m.c.By(nil, 70*time.Second)
	status, _, err := long.Ask(context.Background(), "GET", "/customers?limit=1", "", nil)
	b.Fact("silence_read_hangs_ms", time.Since(began).Milliseconds())
	b.Fact("silence_read_answers", fmt.Sprint(status, " ", err))
	leases, asking := c.psql(`SELECT count(*) FROM leases WHERE until > extract(epoch FROM now()) * 1000`)
	b.Fact("leases_held_in_the_silence", leases)
	b.Fact("silence_other_node_write_ms", (<-wrote).Milliseconds())
	p.set(whole)
	// where it hung for longer than the client waits, the figures say so
	stop()
	if err := errors.Join(asking, m.acknowledged(time.Now()), m.check(), other.Stop()); err != nil {
		return err
	}
	m.on = straight
	return m.end(c)
}

// beside is one write at the other node.
func (m *mishap) beside(there *stand.Client) time.Duration {
	began := time.Now()
	m.l.Customer(context.Background(), there, "王五", "137")
	return time.Since(began)
}
