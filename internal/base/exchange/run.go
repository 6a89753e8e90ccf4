package exchange

import (
	"context"
	"errors"
	"slices"

	"zhike/internal/base/audit"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

const (
	ahead    = 400 // rows opened at a time
	mostTold = 1000
)

// check judges all rows that are not in yet, and writes nothing but what it found.
func (w *worker) check(ctx context.Context) (string, error) {
	if err := w.begin(ctx); err != nil {
		return "", err
	}
	for after := int64(0); ; {
		groups, last, err := w.groups(ctx, after, ahead)
		if err != nil || last == 0 {
			return checked, err
		}
		after = last
		outcomes, err := db.Read(ctx, w.DB, w.who, func(tx *db.Tx) (all []Outcome, err error) {
			for _, g := range groups {
				if g.staged[0].Done {
					all = append(all, Outcome{})
					continue
				}
				o, err := w.session.Judge(tx, g.rows)
				if err != nil {
					return nil, err
				}
				all = append(all, o)
			}
			return all, nil
		})
		if err != nil {
			return "", err
		}
		if _, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) {
			var t tally
			for i, g := range groups {
				if g.staged[0].Done {
					t.n += int64(len(g.rows))
					continue
				}
				if err := w.note(tx, g, outcomes[i], false, &t); err != nil {
					return 0, err
				}
			}
			return 0, w.advance(tx, t)
		}); err != nil {
			return "", err
		}
		if err := w.pause(ctx); err != nil {
			return "", err
		}
	}
}

// begin has the rows at hand, and counts what there is to do.
func (w *worker) begin(ctx context.Context) error {
	if err := w.stage(ctx); err != nil {
		return err
	}
	_, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (int64, error) {
		all, err := db.All[stateCount](tx, counts, db.Args{"id": w.row.ID})
		if err != nil {
			return 0, err
		}
		total := int64(0)
		for _, c := range all {
			total += c.N
		}
		return tx.ChangeAll(begin, db.Args{"id": w.row.ID, "total": total, "progress": 0, "at": tx.At()})
	})
	return err
}

// run takes rows in, chunk by chunk: the records, what became of the rows, and how far we
// are stand in one unit, so that a kill at any point leaves each row in once or not at all.
func (w *worker) run(ctx context.Context) (string, error) {
	if err := w.begin(ctx); err != nil {
		return "", err
	}
	for after := int64(0); ; {
		groups, last, err := w.groups(ctx, after, ahead)
		if err != nil || last == 0 {
			return done, err
		}
		after = last
		for len(groups) > 0 {
			n, err := w.keep(ctx, groups, false)
			if err != nil && !ours(err) { // somebody's write came between: one by one, each judged again
				n, err = w.keep(ctx, groups[:1], true)
			}
			if err != nil && !ours(err) {
				n, err = 1, w.refuse(ctx, groups[0], err)
			}
			if err != nil {
				return "", err
			}
			groups = groups[n:]
		}
		if err := w.pause(ctx); err != nil {
			return "", err
		}
	}
}

// ours is what no row is to blame for: it ends the act, and the queue tries again.
func ours(err error) bool {
	var f *fault.Fault
	return !errors.As(err, &f) || f.Kind == fault.Internal || f.Kind == fault.Unavailable
}

// keep takes groups in until its time is over, and says how many it came through.
func (w *worker) keep(ctx context.Context, groups []group, alone bool) (int, error) {
	flush := func(*db.Tx) error { return nil }
	if f, ok := w.session.(Flusher); ok {
		flush = f.Flush
		defer flush(nil)
	}
	return db.Write(ctx, w.DB, w.who, func(tx *db.Tx) (n int, err error) {
		until := clock.System().Add(chunk)
		var t tally
		for _, g := range groups {
			if !g.staged[0].Done && g.staged[0].State != Bad {
				if err := w.keepOne(tx, g, &t); err != nil {
					return 0, err
				}
			} else {
				t.n += int64(len(g.rows))
			}
			if n++; alone || clock.System().After(until) {
				break
			}
		}
		return n, errors.Join(flush(tx), w.advance(tx, t))
	})
}

// refuse notes what a row's own rules found only as it was written.
func (w *worker) refuse(ctx context.Context, g group, why error) error {
	_, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) {
		var t tally
		o := Outcome{State: Bad, Problems: []Problem{{Row: int(g.staged[0].N), Code: fault.Code(why)}}}
		if err := w.note(tx, g, o, false, &t); err != nil {
			return 0, err
		}
		return 0, w.advance(tx, t)
	})
	return err
}

func (w *worker) keepOne(tx *db.Tx, g group, t *tally) error {
	o, err := w.session.Keep(tx, g.rows)
	if err != nil {
		return err
	}
	for _, e := range o.Effects {
		row := effectRow{ID: tx.NewID(), Import: w.row.ID, N: int64(g.staged[0].N), Kind: e.Kind, Record: e.Record, Made: e.Made}
		if e.Before != nil {
			row.Before = w.key.Seal(effectPlace(row.ID), e.Before)
		}
		if err := tx.As(program).Insert(effects, row); err != nil {
			return err
		}
	}
	return w.note(tx, g, o, o.State != Bad, t)
}

// undo takes effects back, the last first.
func (w *worker) undo(ctx context.Context) (string, error) {
	w.kept = slices.Clone(w.row.Kept.V)
	if _, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (int64, error) {
		n, err := db.One[db.Count](tx, countMade, db.Args{"id": w.row.ID})
		if err != nil {
			return 0, err
		}
		return tx.ChangeAll(begin, db.Args{"id": w.row.ID, "total": n.N, "progress": 0, "at": tx.At()})
	}); err != nil {
		return "", err
	}
	for {
		left, err := db.Read(ctx, w.DB, program, func(tx *db.Tx) ([]effectRow, error) {
			return db.Find[effectRow](tx, effectsOf, db.Args{"id": w.row.ID}, db.With{Limit: ahead})
		})
		if err != nil || len(left) == 0 {
			return undid, err
		}
		for len(left) > 0 {
			n, err := w.takeBack(ctx, left)
			if err != nil {
				return "", err
			}
			left = left[n:]
		}
		if err := ctx.Err(); err != nil {
			return "", err
		}
	}
}

func (w *worker) takeBack(ctx context.Context, left []effectRow) (int, error) {
	type result struct {
		n    int
		kept []Kept
	}
	r, err := db.Write(ctx, w.DB, w.who, func(tx *db.Tx) (r result, err error) {
		until := clock.System().Add(chunk)
		for _, row := range left {
			e := Effect{ID: row.ID, Import: row.Import, Row: int(row.N), Kind: row.Kind, Record: row.Record, Made: row.Made}
			if len(row.Before) > 0 {
				if e.Before, err = w.key.Open(effectPlace(row.ID), row.Before); err != nil {
					return r, err
				}
			}
			kept, err := w.target.Undo(tx, e)
			if err != nil {
				return r, err
			}
			if kept != nil {
				r.kept = append(r.kept, *kept)
			}
			if _, err := tx.As(program).ChangeAll(undone, db.Args{"id": row.ID}); err != nil {
				return r, err
			}
			if r.n++; clock.System().After(until) {
				break
			}
		}
		all := append(slices.Clone(w.kept), r.kept...)
		if _, err := tx.As(program).ChangeAll(progressed, db.Args{"id": w.row.ID, "n": r.n, "kept": db.Of(all[:min(len(all), mostTold)])}); err != nil {
			return r, err
		}
		return r, audit.Note(tx, audit.Entry{Action: "import.take_back", Kind: "import", Record: w.row.ID, Details: map[string]any{"effects": r.n, "kept": len(r.kept)}})
	})
	if err == nil {
		w.kept = append(w.kept, r.kept...)
		w.kept = w.kept[:min(len(w.kept), mostTold)]
	}
	return r.n, err
}
