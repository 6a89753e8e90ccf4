package rollup

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
)

// Bounds of what one unit does, so that it holds the writer well under 50 ms.
const (
	fewMarks  = 400
	fewFolded = 60
	fewFilled = 150
	fewSums   = 600
	manyKept  = 2000   // customers that one reading brings
	manySums  = 150000 // sums that are held in memory while all is added up
	lease     = time.Minute
)

// The steps of a build from nothing.
const (
	filling = "filling" // each customer's cells are worked out
	summing = "summing" // they are added up; nothing is folded meanwhile, so they stand still
	ready   = "ready"
)

// Service keeps the sums.
type Service struct {
	DB *db.DB
}

var errTaken = errors.New("rollup: another node goes on with it")

// Fold brings the sums up to what is marked, and builds them from nothing where they do not stand yet, were
// built in another zone, or by other definitions. It works in small units, any of which may be the last: the next goes on.
// Two at once do nothing twice.
func (s *Service) Fold(ctx context.Context) error {
	for {
		n, err := s.turn(ctx)
		if errors.Is(err, errTaken) {
			return nil
		}
		if err != nil || n == 0 {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// Rebuild forgets that the sums stand, and builds them anew. Dashboards are computed live meanwhile.
func (s *Service) Rebuild(ctx context.Context) error {
	_, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		st, zone, err := s.state(tx)
		if err != nil {
			return 0, err
		}
		return 0, put(tx, stateRow{Name: "rollups", Step: filling, Zone: zone.String(), Edition: edition, HeldUntil: st.HeldUntil})
	})
	if err != nil {
		return err
	}
	return s.Fold(ctx)
}

// state reads how far the sums are, and holds them until the unit ends.
func (s *Service) state(tx *db.Tx) (st stateRow, zone *time.Location, err error) {
	if err := tx.Lock("rollup"); err != nil {
		return st, nil, err
	}
	return look(tx)
}

func look(tx *db.Tx) (st stateRow, zone *time.Location, err error) {
	if zone, err = setting.Zone(tx); err != nil {
		return st, nil, err
	}
	st, _, err = db.Maybe[stateRow](tx.As(program), step, nil)
	return st, zone, err
}

func (st stateRow) holds(zone *time.Location) bool {
	return st.Edition == edition && st.Zone == zone.String()
}

func put(tx *db.Tx, st stateRow) error { return tx.Put(state, st, "name") }

// turn does one small unit, and says how much it found to do.
func (s *Service) turn(ctx context.Context) (int, error) {
	idle, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) (bool, error) {
		st, zone, err := look(tx)
		if err != nil || st.Step != ready || !st.holds(zone) {
			return false, err
		}
		m, err := db.All[markRow](tx, marked, db.Args{"most": 1})
		return len(m) == 0, err
	})
	if err != nil || idle {
		return 0, err
	}
	step, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (string, error) {
		st, zone, err := s.state(tx)
		if err != nil {
			return "", err
		}
		switch {
		case !st.holds(zone) || st.Step == "":
			return "begun", put(tx, stateRow{Name: "rollups", Step: filling, Zone: zone.String(), Edition: edition})
		case st.Step == filling:
			return filling, s.fill(tx, st, zone)
		case st.Step == ready:
			n, err := s.fold(tx, zone)
			if n == 0 {
				return "", err
			}
			return ready, err
		}
		return summing, nil
	})
	if err != nil || step == "" {
		return 0, err
	}
	if step == summing {
		return 1, s.sum(ctx)
	}
	return 1, nil
}

// fold works some marked customers out anew.
func (s *Service) fold(tx *db.Tx, zone *time.Location) (int, error) {
	rows, err := db.All[markRow](tx, marked, db.Args{"most": fewMarks})
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	var ids []string
	of := map[string][]int64{}
	for _, m := range rows {
		if of[m.Customer] == nil {
			if len(ids) == fewFolded {
				continue
			}
			ids = append(ids, m.Customer)
		}
		of[m.Customer] = append(of[m.Customer], m.ID)
	}
	is, err := actual(tx, zone, ids)
	if err != nil {
		return 0, err
	}
	was, err := known(tx, ids)
	if err != nil {
		return 0, err
	}
	sums := map[rollKey]*Sums{}
	var done []int64
	var gone []string
	for _, id := range ids {
		if len(sums) > fewSums {
			break // the rest stays marked
		}
		done = append(done, of[id]...)
		now, stands := is[id]
		before, stood := was[id]
		if stood {
			before.into(sums, -1)
		}
		if !stands {
			gone = append(gone, id)
			continue
		}
		now.into(sums, 1)
		text := now.cells.write()
		if stood && before.place == now.place && before.cells.write() == text {
			continue
		}
		if err := tx.Put(customers, customRow{id, now.Department, now.Owner, now.Pool, text}, "customer_id"); err != nil {
			return 0, err
		}
	}
	if len(gone) > 0 {
		if _, err := tx.ChangeAll(drop, db.Args{"ids": gone}); err != nil {
			return 0, err
		}
	}
	if err := apply(tx, sums); err != nil {
		return 0, err
	}
	_, err = tx.ChangeAll(unmark, db.Args{"ids": done})
	return len(done), err
}

// into adds a customer's cells to the sums of every place that it lies in.
func (c custom) into(sums map[rollKey]*Sums, sign int64) {
	for d, v := range c.cells {
		for _, p := range c.places() {
			for _, k := range []rollKey{{p[0], "d", d.Day, d.Back, p[1]}, {p[0], "m", d.Day[:7], d.Back, p[1]}} {
				if sums[k] == nil {
					sums[k] = &Sums{}
				}
				sums[k].add(*v, sign)
			}
		}
	}
}

const everything = "a"

// places are those under which a customer is added up, with the department that a reader may have to leave out.
func (p place) places() [][2]string {
	all := [][2]string{{everything, ""}}
	if p.Department != "" {
		all = append(all, [2]string{"d:" + p.Department, ""})
	}
	if p.Owner != "" {
		all = append(all, [2]string{"o:" + p.Owner, p.Department})
	}
	if p.Owner == "" && p.Pool != "" {
		all = append(all, [2]string{"p:" + p.Pool, p.Department})
	}
	return all
}

// apply adds differences to the sums that are kept.
func apply(tx *db.Tx, sums map[rollKey]*Sums) error {
	keys := slices.SortedFunc(maps.Keys(sums), func(a, b rollKey) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Grain, b.Grain), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Back, b.Back), cmp.Compare(a.Department, b.Department))
	})
	for _, k := range keys {
		v := *sums[k]
		if v == (Sums{}) {
			continue
		}
		n, err := tx.ChangeAll(bump, db.Args{"place": k.Place, "grain": k.Grain, "day": k.Day, "back": k.Back, "department": k.Department,
			"created": v.Created, "won": v.Won, "lost": v.Lost, "held": v.Held, "amount": v.Amount, "gaps": v.Gaps, "gap_ms": v.GapMs, "talks": v.Talks, "late": v.Late, "complaints": v.Complaints})
		if err != nil {
			return err
		}
		if n == 0 {
			if err := tx.Insert(rollups, rollRow{k, v}); err != nil {
				return err
			}
		}
	}
	return nil
}

// fill works out some customers of a build, in the order of ids. What is written to meanwhile is marked, and folded in the end.
func (s *Service) fill(tx *db.Tx, st stateRow, zone *time.Location) error {
	if st.Reached == "" { // what an earlier build knew goes first
		old, err := db.All[idRow](tx, some, db.Args{"most": manyKept})
		if err != nil {
			return err
		}
		if len(old) > 0 {
			_, err := tx.ChangeAll(dropTo, db.Args{"reached": old[len(old)-1].ID})
			return err
		}
	}
	rows, err := db.All[idRow](tx, fresh, db.Args{"after": st.Reached, "most": fewFilled})
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		st.Step = summing
		return put(tx, st)
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	is, err := actual(tx, zone, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if c, ok := is[id]; ok {
			if err := tx.Put(customers, customRow{id, c.Department, c.Owner, c.Pool, c.cells.write()}, "customer_id"); err != nil {
				return err
			}
		}
	}
	st.Reached = ids[len(ids)-1]
	return put(tx, st)
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
		st.HeldUntil = tx.Now().Add(lease).UnixMilli()
		return out, put(tx, st)
	})
}
