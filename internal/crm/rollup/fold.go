package rollup

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
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
)

// Service keeps the sums.
type Service struct {
	DB *db.DB
}

// errTaken says that it is for somebody else to go on.
var errTaken = errors.New("rollup: another node goes on with it")

// Fold brings the sums up to what is marked, and builds them from nothing where they do not stand yet, were
// built in another zone, or by other definitions. It works in small units, any of which may be the last: the next goes on.
// Two at once do nothing twice.
func (s *Service) Fold(ctx context.Context) error {
	for {
		more, err := s.turn(ctx)
		if errors.Is(err, errTaken) {
			return nil
		}
		if err != nil || !more {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// folding is how often marked customers are looked for.
const folding = time.Second

// Run folds until ctx ends.
func (s *Service) Run(ctx context.Context) {
	for {
		if err := s.Fold(ctx); err != nil && ctx.Err() == nil {
			slog.Error("sums were not brought up to date", "error", err) // readers correct what is marked; the next second tries again
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(folding):
		}
	}
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

// A plan is what a reader found to do: the rows are read beside the writer, and the unit that keeps the outcome is short.
type plan struct {
	st      stateRow
	zone    *time.Location
	fresh   []customRow // of a build: cells to keep, in the order of ids
	marks   []int64
	changed []customRow
	gone    []string
	sums    map[rollKey]*Sums
}

// turn does one small piece, and says whether it found one.
func (s *Service) turn(ctx context.Context) (bool, error) {
	p, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) (p plan, err error) {
		if p.st, p.zone, err = look(tx); err != nil || !p.st.holds(p.zone) {
			return p, err
		}
		switch p.st.Step {
		case filling:
			return p, p.fill(tx)
		case ready:
			return p, p.fold(tx)
		}
		return p, nil
	})
	switch {
	case err != nil:
		return false, err
	case !p.st.holds(p.zone):
		return true, s.keep(ctx, p, func(tx *db.Tx, st *stateRow) error {
			*st = stateRow{Name: "rollups", Step: filling, Zone: p.zone.String(), Edition: edition, Turn: st.Turn}
			return nil
		})
	case p.st.Step == summing:
		return true, s.sum(ctx)
	case p.st.Step == filling:
		return true, s.filled(ctx, p)
	case len(p.marks) == 0:
		return false, nil
	}
	return true, s.keep(ctx, p, func(tx *db.Tx, st *stateRow) error {
		for _, c := range p.changed {
			if err := tx.Put(customers, c, "customer_id"); err != nil {
				return err
			}
		}
		if len(p.gone) > 0 {
			if _, err := tx.ChangeAll(drop, db.Args{"ids": p.gone}); err != nil {
				return err
			}
		}
		if err := apply(tx, p.sums); err != nil {
			return err
		}
		_, err := tx.ChangeAll(unmark, db.Args{"ids": p.marks})
		return err
	})
}

var errBehind = errors.New("rollup: another fold came between")

// keep does the writing of a plan, unless somebody kept anything since it was made: turns count each other.
func (s *Service) keep(ctx context.Context, p plan, work func(tx *db.Tx, st *stateRow) error) error {
	_, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		st, zone, err := s.state(tx)
		if err != nil {
			return 0, err
		}
		if st != p.st || zone.String() != p.zone.String() {
			return 0, errBehind
		}
		if err := work(tx, &st); err != nil {
			return 0, err
		}
		st.Turn++
		return 0, put(tx, st)
	})
	if errors.Is(err, errBehind) {
		return nil // the next turn looks again
	}
	return err
}

// fold works some marked customers out anew. What is written to them after this reading is marked once more.
func (p *plan) fold(tx *db.Tx) error {
	rows, err := db.All[markRow](tx, marked, db.Args{"most": fewMarks})
	if err != nil || len(rows) == 0 {
		return err
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
	is, err := actual(tx, p.zone, ids)
	if err != nil {
		return err
	}
	was, err := known(tx, ids)
	if err != nil {
		return err
	}
	p.sums = map[rollKey]*Sums{}
	for _, id := range ids {
		if len(p.sums) > fewSums {
			break // the rest stays marked
		}
		p.marks = append(p.marks, of[id]...)
		now, stands := is[id]
		before, stood := was[id]
		if !stands {
			if stood {
				before.into(p.sums, -1)
				p.gone = append(p.gone, id)
			}
			continue
		}
		text := now.cells.write()
		if stood && before.place == now.place && before.cells.write() == text {
			continue
		}
		if stood {
			before.into(p.sums, -1)
		}
		now.into(p.sums, 1)
		p.changed = append(p.changed, customRow{id, now.Department, now.Owner, now.Pool, text})
	}
	return nil
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
