package rollup

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"zhike/internal/platform/db"
)

// mostFaults bounds what a check tells.
const mostFaults = 20

// Do is what an administrator asks for: check, or rebuild and check.
func (s *Service) Do(ctx context.Context, act string) ([]string, error) {
	if act == "rebuild" {
		if err := s.Rebuild(ctx); err != nil {
			return nil, err
		}
	}
	return s.Check(ctx)
}

// Check works all sums out of the rows once more, and names those that say something else. What is marked is no
// fault. It reads page by page without holding anybody up, so somebody who writes meanwhile may look like one: then check again.
func (s *Service) Check(ctx context.Context) (faults []string, err error) {
	tell := func(format string, a ...any) {
		if len(faults) < mostFaults {
			faults = append(faults, fmt.Sprintf(format, a...))
		}
	}
	type page struct {
		ids      []string
		is, were map[string]custom
		marked   map[string]bool
		stands   bool
	}
	sums := map[rollKey]*Sums{}
	for after := ""; ; {
		p, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) (p page, err error) {
			st, zone, err := look(tx)
			if err != nil {
				return p, err
			}
			p.stands = st.Step == ready && st.holds(zone)
			both, err := db.All[idRow](tx, either, db.Args{"after": after, "most": 500})
			if err != nil || len(both) == 0 {
				return p, err
			}
			for _, r := range both {
				p.ids = append(p.ids, r.ID)
			}
			if p.is, err = actual(tx, zone, p.ids); err != nil {
				return p, err
			}
			if p.were, err = known(tx, p.ids); err != nil {
				return p, err
			}
			m, err := db.All[markRow](tx, markedOf, db.Args{"ids": p.ids})
			p.marked = map[string]bool{}
			for _, r := range m {
				p.marked[r.Customer] = true
			}
			return p, err
		})
		if err != nil {
			return nil, err
		}
		if !p.stands {
			return append(faults, "the sums do not stand"), nil
		}
		if len(p.ids) == 0 {
			break
		}
		after = p.ids[len(p.ids)-1]
		for _, id := range p.ids {
			is, was := p.is[id], p.were[id]
			was.into(sums, 1)
			if !p.marked[id] && (is.place != was.place || is.cells.write() != was.cells.write()) {
				tell("customer %s: kept %v %s, is %v %s", id, was.place, was.cells.write(), is.place, is.cells.write())
			}
		}
	}
	rows, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) ([]rollRow, error) { return db.All[rollRow](tx, everyRow, nil) })
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if want := sums[r.rollKey]; want == nil && r.Sums != (Sums{}) || want != nil && *want != r.Sums {
			tell("%v says %v and its customers %v", r.rollKey, r.Sums, want)
		}
		delete(sums, r.rollKey)
	}
	for _, k := range slices.SortedFunc(maps.Keys(sums), func(a, b rollKey) int { return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Day, b.Day)) }) {
		if *sums[k] != (Sums{}) {
			tell("%v is missing: %v", k, *sums[k])
		}
	}
	return faults, nil
}
