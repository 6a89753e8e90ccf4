package node

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"zhike/tools/drill/stand"
)

// Nodes has three nodes at 200 requests/s for a minute; one of them is killed, and started again.
func Nodes(b *stand.Bench) error {
	c, m, err := onOne(b)
	if err != nil {
		return err
	}
	defer c.end()
	nodes := []*stand.Server{m.s}
	defer func() {
		for _, s := range nodes {
			s.Kill()
		}
	}()
	folders := []string{m.data}
	for _, name := range []string{"two", "three"} {
		dir, err := b.Keyed(m.data, name)
		if err != nil {
			return err
		}
		s, err := b.Serve(dir, m.on...)
		if err != nil {
			return err
		}
		nodes, folders = append(nodes, s), append(folders, dir)
	}
	for range 30 {
		m.l.One(context.Background(), m.c)
	}
	ids := m.l.Customers()
	rounds := []map[string]any{}
	for round := range b.Times {
		figures, err := m.nodes(nodes, folders, ids, round)
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		rounds = append(rounds, figures)
		b.Log("%d of %d: %v", round+1, b.Times, figures)
		if err := m.check(); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
	}
	b.Fact("rounds", rounds)
	for _, s := range nodes[1:] {
		if err := s.Stop(); err != nil {
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
func (m *mishap) nodes(nodes []*stand.Server, folders, ids []string, round int) (map[string]any, error) {
	f, attempts := stand.NewFigures(), stand.NewFigures()
	var mu sync.Mutex
	bases := make([]string, len(nodes))
	for i, s := range nodes {
		bases[i] = s.Base
	}
	lines := m.c.By(stand.NewHeard(), 20*time.Second)
	var good []time.Time
	random := m.b.Random()
	var going sync.WaitGroup
	victim := 1 + round%2
	failed := make(chan error, 1)
	began := time.Now()
	going.Go(func() {
		time.Sleep(nodesFor / 3)
		nodes[victim].Kill()
		time.Sleep(nodesFor / 4)
		s, err := m.b.Serve(folders[victim], m.on...)
		if err == nil {
			mu.Lock()
			nodes[victim], bases[victim] = s, s.Base
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
				kind, path = stand.Reading(draw, id)
			}
			status, err := 0, stand.ErrUnanswered
			for try := range len(nodes) {
				mu.Lock()
				base := bases[(first+try)%len(nodes)]
				mu.Unlock()
				c := lines.At(base)
				asked := time.Now()
				if kind == "write" {
					status, err = m.l.Status(context.Background(), c)
				} else {
					status, _, err = c.Ask(context.Background(), "GET", path, "", nil)
				}
				attempts.Add(kind, time.Since(asked), status, err)
				if err == nil && status != http.StatusServiceUnavailable {
					break
				}
			}
			f.Add(kind, time.Since(at), status, err)
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
	return map[string]any{"answers_ms": f.Report()["all"], "wrong_after_all_nodes": f.Wrong(), "wrong_attempts": attempts.Wrong(), "longest_without_success_ms": gap.Milliseconds()}, nil
}
