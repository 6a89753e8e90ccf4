package segment

import (
	"context"
	"encoding/json"
	"slices"

	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// A Figure is what a customer had when it came in.
type Figure struct {
	Field string          `json:"field"`
	Value json.RawMessage `json:"value"`
}

// batch bounds how long one unit holds the writer.
const batch = 100

// Refresh brings the members of every followed segment up to date: who meets it comes in,
// who does not leaves. It looks with a reader and writes in small units, so that a stop
// between two loses nothing: the next run goes on.
func (s *Service) Refresh(ctx context.Context) error {
	segments, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) ([]Segment, error) { return db.All[Segment](tx, all, nil) })
	if err != nil {
		return err
	}
	for _, g := range segments {
		if !g.Followed || g.Kind != Live {
			continue
		}
		if err := s.refresh(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) refresh(ctx context.Context, g Segment) error {
	for _, step := range []struct {
		query db.Query
		write func(tx *db.Tx, g Segment, ids []string) error
	}{{entering, s.enter}, {leaving, leaveIn}} {
		for {
			ids, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) (ids []string, err error) {
				w, err := s.where(tx, g)
				if err != nil {
					return nil, err
				}
				rows, err := db.Find[idRow](tx, step.query, db.Args{"segment": g.ID}, db.With{Where: w, Limit: batch})
				for _, r := range rows {
					ids = append(ids, r.ID)
				}
				return ids, err
			})
			if err != nil {
				return err
			}
			if len(ids) == 0 {
				break
			}
			if _, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) { return 0, step.write(tx, g, ids) }); err != nil {
				return err
			}
		}
	}
	_, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		tx.Noted() // when a segment was last looked through is no act of anybody
		return 0, tx.Change(fresh, db.Args{"id": g.ID, "at": tx.At()})
	})
	return err
}

// enter takes customers in, with what they had: who came in or left meanwhile is passed over.
func (s *Service) enter(tx *db.Tx, g Segment, ids []string) error {
	w, err := s.where(tx, g)
	if err != nil {
		return err
	}
	still, err := db.Find[idRow](tx, entering, db.Args{"segment": g.ID}, db.With{Where: append(w, db.In(db.Col("c.id"), ids)), Limit: batch})
	if err != nil || len(still) == 0 {
		return err
	}
	ids = ids[:0]
	for _, r := range still {
		ids = append(ids, r.ID)
	}
	figures, err := s.figures(tx, g.Filter, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := tx.Insert(Members, memberRow{tx.NewID(), g.ID, id, tx.At(), db.Of(figures[id])}); err != nil {
			return err
		}
	}
	return nil
}

func leaveIn(tx *db.Tx, _ Segment, ids []string) error {
	_, err := tx.ChangeAll(leave, db.Args{"ids": ids, "at": tx.At()})
	return err
}

// figures are the values of what a filter asks, of some customers, as the viewer may see them.
// Free text is told by whether there is any.
func (s *Service) figures(tx *db.Tx, filter string, ids []string) (map[string][]Figure, error) {
	zone, err := setting.Zone(tx)
	if err != nil {
		return nil, err
	}
	names := Fields(filter)
	measured, err := s.fields().Figures(tx, zone, names, ids)
	if err != nil {
		return nil, err
	}
	rows, err := db.All[customer.Summary](tx, facts, db.Args{"ids": ids})
	if err != nil {
		return nil, err
	}
	out := map[string][]Figure{}
	for _, c := range rows {
		plain := plain(c)
		for _, name := range names {
			if v, ok := plain[name]; ok {
				out[c.ID] = append(out[c.ID], Figure{name, v})
				continue
			}
			if at := slices.IndexFunc(measured[c.ID], func(f figure) bool { return f.Name == name }); at >= 0 {
				v, _ := json.Marshal(measured[c.ID][at].Value)
				out[c.ID] = append(out[c.ID], Figure{name, v})
			}
		}
	}
	return out, nil
}

// plain are the fields of a customer that tiers ask, as JSON. The query reads these alone.
func plain(c customer.Summary) map[string]json.RawMessage {
	all := map[string]any{"status": c.Status, "last_order_on": c.LastOrderOn, "won_at": c.WonAt, "strategic": c.Strategic, "renewal_intent": c.RenewalIntent, "budget_enough": c.BudgetEnough,
		"decision_months": c.DecisionMonths, "last_follow_up_at": c.LastFollowUpAt, "created_at": c.CreatedAt, "industry": c.Industry, "grade": c.Grade}
	for _, name := range []string{"core_need", "pain", "goal"} {
		all[name] = c.Filled(name)
	}
	out := map[string]json.RawMessage{}
	for k, v := range all {
		text, _ := json.Marshal(v)
		out[k] = text
	}
	return out
}

// Purged forgets where a customer was that leaves the bin for good.
func (s *Service) Purged(tx *db.Tx, customerID string) error {
	_, err := tx.As(program).ChangeAll(purge, db.Args{"customer": customerID})
	return err
}

func noted(tx *db.Tx, m Member, tasks int) error {
	return audit.Note(tx, audit.Entry{Action: "segment.take", Kind: "segment", Record: m.SegmentID, Customer: m.CustomerID, Details: map[string]any{"tasks": tasks}})
}
