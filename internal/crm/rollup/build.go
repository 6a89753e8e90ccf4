package rollup

import (
	"context"
	"maps"
	"slices"
	"time"

	"zhike/internal/platform/db"
)

// Bounds of a build.
const (
	manyKept = 2000   // customers that one reading brings
	manySums = 150000 // sums that are held in memory while all is added up
	lease    = time.Minute
)

// The steps of a build from nothing.
const (
	filling = "filling" // each customer's cells are worked out
	summing = "summing" // they are added up; nothing is folded meanwhile, so they stand still
	ready   = "ready"
)

// Rebuild forgets that the sums stand, and builds them anew. Dashboards are computed live meanwhile.
func (s *Service) Rebuild(ctx context.Context) error {
	_, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		st, zone, err := s.state(tx)
		if err != nil {
			return 0, err
		}
		return 0, put(tx, stateRow{Name: "rollups", Step: filling, Zone: zone.String(), Edition: edition, Turn: st.Turn + 1})
	})
	if err != nil {
		return err
	}
	return s.Fold(ctx)
}

// fill works out some customers of a build, in the order of ids. What is written to meanwhile is marked, and folded in the end.
func (p *plan) fill(tx *db.Tx) error {
	if p.st.Reached == "" { // what an earlier build knew goes first
		old, err := db.All[idRow](tx, some, db.Args{"most": manyKept})
		for _, o := range old {
			p.gone = append(p.gone, o.ID)
		}
		if err != nil || len(old) > 0 {
			return err
		}
	}
	rows, err := db.All[idRow](tx, fresh, db.Args{"after": p.st.Reached, "most": fewFilled})
	if err != nil || len(rows) == 0 {
		return err
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	is, err := actual(tx, p.zone, ids)
	for _, id := range ids {
		c, ok := is[id]
		row := customRow{Customer: id} // in the bin: nothing to keep
		if ok {
			row = customRow{id, c.Department, c.Owner, c.Pool, c.cells.write()}
		}
		p.fresh = append(p.fresh, row)
	}
	return err
}

func (s *Service) filled(ctx context.Context, p plan) error {
	return s.keep(ctx, p, func(tx *db.Tx, st *stateRow) error {
		switch {
		case len(p.gone) > 0:
			_, err := tx.ChangeAll(dropTo, db.Args{"reached": p.gone[len(p.gone)-1]})
			return err
		case len(p.fresh) == 0:
			st.Step = summing
			return nil
		}
		for _, c := range p.fresh {
			if c.Cells == "" {
				continue
			}
			if err := tx.Put(customers, c, "customer_id"); err != nil {
				return err
			}
		}
		st.Reached = p.fresh[len(p.fresh)-1].Customer
		return nil
	})
}

// sum adds up all cells, which stand still until it is done. One node does it, under a lease; whoever finds
// the lease run out begins again.
func (s *Service) sum(ctx context.Context) error {
	me, err := held(ctx, s, "", func(tx *db.Tx, st *stateRow) (string, error) {
		if st.Holder != "" && st.HeldUntil > tx.At() {
			return "", errTaken
		}
		st.Holder = tx.NewID()
		return st.Holder, nil
	})
	if err != nil {
		return err
	}
	for more := true; more; {
		if more, err = held(ctx, s, me, func(tx *db.Tx, _ *stateRow) (bool, error) {
			p, found, err := db.Maybe[idRow](tx, anyPlace, nil)
			if err == nil && found {
				_, err = tx.ChangeAll(empty, db.Args{"name": p.ID})
			}
			return found, err
		}); err != nil {
			return err
		}
	}
	sums := map[rollKey]*Sums{}
	flush := func() error {
		rest := slices.Collect(maps.Keys(sums))
		for len(rest) > 0 {
			part := map[rollKey]*Sums{}
			for _, k := range rest[:min(len(rest), fewSums)] {
				part[k] = sums[k]
			}
			rest = rest[len(part):]
			if _, err := held(ctx, s, me, func(tx *db.Tx, _ *stateRow) (int, error) { return len(part), apply(tx, part) }); err != nil {
				return err
			}
		}
		clear(sums)
		return nil
	}
	for after := ""; ; {
		rows, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) ([]customRow, error) {
			return db.All[customRow](tx, kept, db.Args{"after": after, "most": manyKept})
		})
		if err != nil {
			return err
		}
		for _, r := range rows {
			r.custom().into(sums, 1)
			after = r.Customer
		}
		if len(rows) == 0 || len(sums) > manySums {
			if err := flush(); err != nil {
				return err
			}
		}
		if len(rows) == 0 {
			break
		}
	}
	_, err = held(ctx, s, me, func(tx *db.Tx, st *stateRow) (int, error) {
		st.Step, st.Holder = ready, ""
		return 0, nil
	})
	return err
}

// held does a unit of summing, if it is still this node that sums, and keeps the lease.
func held[T any](ctx context.Context, s *Service, me string, work func(tx *db.Tx, st *stateRow) (T, error)) (T, error) {
	return db.Write(ctx, s.DB, program, func(tx *db.Tx) (out T, err error) {
		st, zone, err := s.state(tx)
		if err != nil {
			return out, err
		}
		if st.Step != summing || !st.holds(zone) || me != "" && st.Holder != me {
			return out, errTaken
		}
		if out, err = work(tx, &st); err != nil {
			return out, err
		}
		st.HeldUntil, st.Turn = tx.Now().Add(lease).UnixMilli(), st.Turn+1
		return out, put(tx, st)
	})
}
