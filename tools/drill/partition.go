package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// pgPartition cuts the network between one of two nodes and PostgreSQL: bytes just stop, or lines
// are broken off, in turns, for 1 to 8 s. The other node has its own line.
func pgPartition(b *bench) error {
	c, err := newCluster()
	if err != nil {
		return err
	}
	defer c.end()
	if err := c.init(); err != nil {
		return err
	}
	p, err := newProxy(fmt.Sprintf("127.0.0.1:%d", c.port))
	if err != nil {
		return err
	}
	defer p.end()
	m, err := b.mishap(c.url(), p.url())
	if err != nil {
		return err
	}
	defer m.s.kill()
	straight := []string{"--database", c.url(), "--files", filepath.Join(m.data, "files")}
	folder, err := b.node(m.data, "other")
	if err != nil {
		return err
	}
	other, err := b.serve(folder, straight...)
	if err != nil {
		return err
	}
	defer other.kill()
	there, err := signInAs(other.base, "boss", newHeard())
	if err != nil {
		return err
	}
	random := b.random()
	var worst, beside time.Duration
	for round := range b.times {
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
		b.log("%d of %d, cut for %s, %d writes acknowledged, back after %s", round+1, b.times, cut, m.l.count(), m.back[len(m.back)-1].Round(time.Millisecond))
	}
	b.fact("other_node_longest_write_ms", beside.Milliseconds())

	// Bytes stop for longer than any patience: how long does a request hang, and what becomes of the leases?
	stop := m.writing()
	time.Sleep(300 * time.Millisecond)
	p.set(silent)
	began := time.Now()
	wrote := make(chan time.Duration, 1)
	go func() { wrote <- m.beside(there) }()
	long := &client{base: m.c.base, cookie: m.c.cookie, http: &http.Client{Timeout: 70 * time.Second}}
	status, _, err := long.ask(context.Background(), "GET", "/customers?limit=1", "", nil)
	b.fact("silence_read_hangs_ms", time.Since(began).Milliseconds())
	b.fact("silence_read_answers", fmt.Sprint(status, " ", err))
	leases, asking := c.psql(`SELECT count(*) FROM leases WHERE until > extract(epoch FROM now()) * 1000`)
	b.fact("leases_held_in_the_silence", leases)
	b.fact("silence_other_node_write_ms", (<-wrote).Milliseconds())
	p.set(whole)
	// where it hung for longer than the client waits, the figures say so
	stop()
	if err := errors.Join(asking, m.acknowledged(time.Now()), m.check(), other.stop()); err != nil {
		return err
	}
	m.on = straight
	return m.end(c)
}

// beside is one write at the other node.
func (m *mishap) beside(there *client) time.Duration {
	began, name := time.Now(), m.l.name()
	m.l.post(context.Background(), there, "/customers", "/customers/", name, map[string]any{"name": name, "contacts": []any{map[string]any{"name": "王五", "mobile": fmt.Sprintf("137%08d", m.l.count())}}})
	return time.Since(began)
}

// pgNodes has three nodes at 200 requests/s for a minute; one of them is killed, and started again.
func pgNodes(b *bench) error {
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
	nodes := []*server{m.s}
	defer func() {
		for _, s := range nodes {
			s.kill()
		}
	}()
	folders := []string{m.data}
	for _, name := range []string{"two", "three"} {
		dir, err := b.node(m.data, name)
		if err != nil {
			return err
		}
		s, err := b.serve(dir, m.on...)
		if err != nil {
			return err
		}
		nodes, folders = append(nodes, s), append(folders, dir)
	}
	for range 30 {
		m.l.one(context.Background(), m.c)
	}
	var ids []string
	for path := range m.l.wrote {
		if path[:11] == "/customers/" {
			ids = append(ids, path[11:])
		}
	}
	slices.Sort(ids)
	rounds := []map[string]any{}
	for round := range b.times {
		figures, err := m.nodes(nodes, folders, ids, round)
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		rounds = append(rounds, figures)
		b.log("%d of %d: %v", round+1, b.times, figures)
		if err := m.check(); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
	}
	b.fact("rounds", rounds)
	for _, s := range nodes[1:] {
		if err := s.stop(); err != nil {
			return err
		}
	}
	return m.end(c)
}

const (
	nodesRate = 200
	nodesFor  = 60 * time.Second
)

// nodes is one round: figures of answers as clients see them, who go to the next node on a refused
// line or a 503, and of each attempt.
func (m *mishap) nodes(nodes []*server, folders, ids []string, round int) (map[string]any, error) {
	f, attempts := newFigures(), newFigures()
	var mu sync.Mutex
	bases := make([]string, len(nodes))
	for i, s := range nodes {
		bases[i] = s.base
	}
	lines := &http.Client{Timeout: 20 * time.Second, Transport: newHeard()}
	var good []time.Time
	random := m.b.random()
	var going sync.WaitGroup
	victim := 1 + round%2
	failed := make(chan error, 1)
	began := time.Now()
	going.Go(func() {
		time.Sleep(nodesFor / 3)
		nodes[victim].kill()
		time.Sleep(nodesFor / 4)
		s, err := m.b.serve(folders[victim], m.on...)
		if err == nil {
			mu.Lock()
			nodes[victim], bases[victim] = s, s.base
			mu.Unlock()
		}
		failed <- err
	})
	for n := 0; time.Since(began) < nodesFor; n++ {
		at := began.Add(time.Duration(n) * time.Second / nodesRate)
		time.Sleep(time.Until(at))
		draw, id, first := random.IntN(100), ids[random.IntN(len(ids))], n%len(nodes)
		going.Go(func() {
			kind, path := "write", ""
			if draw >= 10 {
				kind, path = reading(draw, id)
			}
			status, err := 0, errUnanswered
			for try := range len(nodes) {
				mu.Lock()
				base := bases[(first+try)%len(nodes)]
				mu.Unlock()
				c := &client{base: base, cookie: m.c.cookie, http: lines}
				asked := time.Now()
				if kind == "write" {
					status, err = m.l.status(context.Background(), c)
				} else {
					status, _, err = c.ask(context.Background(), "GET", path, "", nil)
				}
				attempts.add(kind, time.Since(asked), status, err)
				if err == nil && status != http.StatusServiceUnavailable {
					break
				}
			}
			f.add(kind, time.Since(at), status, err)
			if err == nil && status < 400 {
				mu.Lock()
				good = append(good, time.Now())
				mu.Unlock()
			}
		})
	}
	going.Wait()
	if err := <-failed; err != nil {
		return nil, err
	}
	gap := time.Duration(0)
	slices.SortFunc(good, time.Time.Compare)
	for i := 1; i < len(good); i++ {
		gap = max(gap, good[i].Sub(good[i-1]))
	}
	return map[string]any{"answers_ms": f.report()["all"], "wrong_after_all_nodes": maps.Clone(f.wrong), "wrong_attempts": maps.Clone(attempts.wrong), "longest_without_success_ms": gap.Milliseconds()}, nil
}
