package alert

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"zhike/internal/base/notice"
	"zhike/internal/base/setting"
	"zhike/internal/crm/alert/ladder"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
)

// batch bounds what one unit writes, atOnce what one reading brings.
const (
	batch  = 20
	atOnce = 1000
	rounds = 2000 // of readings for one step: a sweep comes to an end
)

// Handle is Sweep as the job of each minute.
func (s *Service) Handle(ctx context.Context, _ job.Job) error { return s.Sweep(ctx) }

// Sweep brings all alerts up to this minute: those without a cause end, those whose owner
// changed go to the new one, limits that were passed are told. It looks with a reader and
// writes in small units that each judge anew, so a stop between two loses nothing, and two
// nodes at once raise nothing twice.
func (s *Service) Sweep(ctx context.Context) error {
	rules, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) ([]Rule, error) { return s.rules(tx) })
	if err != nil {
		return err
	}
	var all []error
	for _, r := range rules {
		if err := s.sweep(ctx, r); err != nil {
			all = append(all, fmt.Errorf("alert: %s: %w", r.kind(), err))
		}
	}
	return errors.Join(all...)
}

func (s *Service) rules(tx *db.Tx) ([]Rule, error) {
	all, err := db.All[Rule](tx, allRules, nil)
	for i := range all {
		all[i].Rungs = all[i].Stored.V
	}
	return all, err
}

type idRow struct {
	ID string `db:"id"`
}

// A step of a sweep finds records with a reader, and does something to few of them in a unit.
type step struct {
	find func(tx *db.Tx, only []string, limit int) ([]found, error)
	do   func(tx *db.Tx, some []found) error
}

func (s *Service) sweep(ctx context.Context, r Rule) error {
	steps := []step{{s.without(r), s.finish}}
	if r.Active {
		steps = append(steps, step{s.standing(r, func(c ladder.Calendar) db.Cond { return db.When("a.owner_id <> c.owner_id", nil) }), s.passOn(r)})
		for i := len(r.Rungs) - 1; i > 0; i-- {
			steps = append(steps, step{s.standing(r, func(c ladder.Calendar) db.Cond {
				return db.AllOf(db.When("a.rung < :rung", db.Args{"rung": int64(i)}), r.due(c, i, bySubject[r.Subject].alias))
			}), s.escalate(r, i)})
		}
		if r.RepeatDays > 0 {
			steps = append(steps, step{s.standing(r, func(c ladder.Calendar) db.Cond {
				return db.When("a.told_at <= :before", db.Args{"before": c.Now.AddDate(0, 0, -int(r.RepeatDays)).UnixMilli()})
			}), s.again(r)})
		}
		steps = append(steps, step{s.candidates(r), s.raise(r)})
	}
	for _, st := range steps {
		if err := s.take(ctx, r, st); err != nil {
			return err
		}
	}
	return nil
}

// take does a step until there is nothing left to do.
func (s *Service) take(ctx context.Context, r Rule, st step) error {
	for range rounds {
		look, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) ([]found, error) { return st.find(tx, nil, atOnce) })
		if err != nil || len(look) == 0 {
			return err
		}
		done := 0
		for from := 0; from < len(look); from += batch {
			var ids []string
			for _, f := range look[from:min(from+batch, len(look))] {
				ids = append(ids, f.key())
			}
			n, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
				if err := tx.Lock("alert:" + r.ID); err != nil {
					return 0, err
				}
				still, err := st.find(tx, ids, len(ids))
				if err != nil || len(still) == 0 {
					return 0, err
				}
				return len(still), st.do(tx, still)
			})
			if err != nil {
				return err
			}
			done += n
		}
		if done == 0 {
			return nil // others did it meanwhile
		}
	}
	slog.Warn("a sweep of alerts goes on with the next", "rule", r.kind())
	return nil
}

// key names what a step works on: an alert, or a record that has none yet.
func (f found) key() string {
	if f.Alert != "" {
		return f.Alert
	}
	return f.Record
}

// matching are the conditions of a rule: its filter, and that nothing makes it quiet.
func (s *Service) matching(tx *db.Tx, r Rule, c ladder.Calendar) ([]db.Cond, error) {
	zone, err := setting.Zone(tx)
	if err != nil {
		return nil, err
	}
	w, err := s.catalogue(r.Subject).Compile(tx, zone, r.Filter)
	return append(w, r.quiet(c)...), err
}

// without finds alerts whose cause is gone.
func (s *Service) without(r Rule) func(*db.Tx, []string, int) ([]found, error) {
	return func(tx *db.Tx, only []string, limit int) (out []found, err error) {
		var rows []idRow
		if !r.Active {
			rows, err = db.All[idRow](tx, openOf, db.Args{"rule": r.ID, "most": limit})
		} else {
			c, err := ladder.CalendarOf(tx)
			if err != nil {
				return nil, err
			}
			w, err := s.matching(tx, r, c)
			if err != nil {
				return nil, err
			}
			q, args := bySubject[r.Subject].over, r.bound()
			if only != nil {
				q, args["only"] = bySubject[r.Subject].gone, only
			}
			if rows, err = db.Find[idRow](tx, q, args, db.With{Where: w, Limit: limit}); err != nil {
				return nil, err
			}
		}
		for _, row := range rows {
			out = append(out, found{Alert: row.ID})
		}
		return out, err
	}
}

func causes(ids ...string) (all []string) {
	for _, id := range ids {
		all = append(all, "alert:"+id, "alert:"+id+":propose")
	}
	return all
}

// finish ends alerts and what was told of them.
func (s *Service) finish(tx *db.Tx, some []found) error {
	var ids []string
	for _, f := range some {
		ids = append(ids, f.Alert)
	}
	if _, err := tx.ChangeAll(end, db.Args{"ids": ids, "now": tx.At()}); err != nil {
		return err
	}
	return s.Notices.End(tx, causes(ids...)...)
}

// standing finds alerts that stand and meet a condition.
func (s *Service) standing(r Rule, where func(ladder.Calendar) db.Cond) func(*db.Tx, []string, int) ([]found, error) {
	return func(tx *db.Tx, only []string, limit int) ([]found, error) {
		c, err := ladder.CalendarOf(tx)
		if err != nil {
			return nil, err
		}
		w := []db.Cond{where(c)}
		if only != nil {
			w = append(w, db.In(db.Col("a.id"), only))
		}
		return db.Find[found](tx, bySubject[r.Subject].standing, r.bound(), db.With{Where: w, Limit: limit})
	}
}

// candidates finds records whose first limit is passed and that have no alert yet.
func (s *Service) candidates(r Rule) func(*db.Tx, []string, int) ([]found, error) {
	return func(tx *db.Tx, only []string, limit int) ([]found, error) {
		c, err := ladder.CalendarOf(tx)
		if err != nil {
			return nil, err
		}
		w, err := s.matching(tx, r, c)
		if err != nil {
			return nil, err
		}
		q := bySubject[r.Subject]
		w = append(w, r.due(c, 0, q.alias))
		if only != nil {
			w = append(w, db.In(db.Col(q.alias+".id"), only))
		}
		return db.Find[found](tx, q.raising, r.bound(), db.With{Where: w, Limit: limit})
	}
}

type alertRow struct {
	ID       string                     `db:"id"`
	Rule     string                     `db:"rule_id"`
	Customer string                     `db:"customer_id"`
	Record   string                     `db:"record_id"`
	Anchor   int64                      `db:"anchor"`
	Rung     int64                      `db:"rung"`
	Owner    string                     `db:"owner_id"`
	Params   db.JSON[map[string]string] `db:"params"`
	RaisedAt int64                      `db:"raised_at"`
	ToldAt   int64                      `db:"told_at"`
}

// raise raises alerts, at the highest rung whose limit is passed: all below it are told too.
func (s *Service) raise(r Rule) func(*db.Tx, []found) error {
	return func(tx *db.Tx, some []found) error {
		c, err := ladder.CalendarOf(tx)
		if err != nil {
			return err
		}
		who, err := ladder.CompanyOf(tx, s.Actor)
		if err != nil {
			return err
		}
		for _, f := range some {
			top := 0
			for i := range r.Rungs {
				if f.Anchor < r.Rungs[i].Edge(c, c.Stages[f.Stage]) {
					top = i
				}
			}
			params := r.params(c, f)
			params["owner"] = who.Name(string(f.Owner))
			row := alertRow{tx.NewID(), r.ID, f.Customer, f.Record, f.Anchor, int64(top), string(f.Owner), db.Of(params), tx.At(), tx.At()}
			isNew, err := tx.InsertNew(Table, row)
			if err != nil {
				return err
			}
			if !isNew {
				continue
			}
			f.Alert = row.ID
			if err := s.tell(tx, who, r, f, params, 0, top, nil); err != nil {
				return err
			}
		}
		return nil
	}
}

type toldRow struct {
	ID       string `db:"id"`
	Alert    string `db:"alert_id"`
	Customer string `db:"customer_id"`
	User     string `db:"user_id"`
	Rung     int64  `db:"rung"`
	ToldAt   int64  `db:"told_at"`
}

// tell tells the people of some rungs, each once; but those who put it off.
func (s *Service) tell(tx *db.Tx, who ladder.Company, r Rule, f found, params map[string]string, from, to int, but []string) error {
	for i := from; i <= to; i++ {
		users, err := who.Told(r.Rungs, i, f.about())
		if err != nil {
			return err
		}
		n := notice.New{Kind: r.kind(), Params: params, Link: notice.Link{Kind: "customer", ID: f.Customer}, About: f.Customer, Cause: "alert:" + f.Alert}
		if r.Rungs[i].Propose {
			n.Kind, n.Cause = proposal, n.Cause+":propose"
		}
		for _, u := range users {
			if _, err := tx.InsertNew(recipients, toldRow{tx.NewID(), f.Alert, f.Customer, u, int64(i), tx.At()}); err != nil {
				return err
			}
			if slices.Contains(but, u) {
				continue
			}
			n.To = u
			if err := s.Notices.Send(tx, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// escalate brings alerts to a rung, and tells the people of those between.
func (s *Service) escalate(r Rule, rung int) func(*db.Tx, []found) error {
	return s.retell(r, func(tx *db.Tx, who ladder.Company, f found, params map[string]string) (int64, error) {
		return int64(rung), s.tell(tx, who, r, f, params, int(f.Rung)+1, rung, nil)
	})
}

// passOn gives alerts of customers that went to another owner to him and his leaders.
func (s *Service) passOn(r Rule) func(*db.Tx, []found) error {
	return s.retell(r, func(tx *db.Tx, who ladder.Company, f found, params map[string]string) (int64, error) {
		if _, err := tx.ChangeAll(forgetTold, db.Args{"alert": f.Alert}); err != nil {
			return 0, err
		}
		if err := s.Notices.End(tx, causes(f.Alert)...); err != nil {
			return 0, err
		}
		rung := min(f.Rung, int64(len(r.Rungs)-1))
		return rung, s.tell(tx, who, r, f, params, 0, int(rung), nil)
	})
}

// again tells people once more of what still stands.
func (s *Service) again(r Rule) func(*db.Tx, []found) error {
	return s.retell(r, func(tx *db.Tx, who ladder.Company, f found, params map[string]string) (int64, error) {
		off, err := db.All[idRow](tx, snoozedOf, db.Args{"alert": f.Alert, "now": tx.At()})
		if err != nil {
			return 0, err
		}
		var but []string
		for _, o := range off {
			but = append(but, o.ID)
		}
		if err := s.Notices.EndBut(tx, but, causes(f.Alert)...); err != nil {
			return 0, err
		}
		rung := min(f.Rung, int64(len(r.Rungs)-1))
		return rung, s.tell(tx, who, r, f, params, 0, int(rung), but)
	})
}

func (s *Service) retell(r Rule, how func(tx *db.Tx, who ladder.Company, f found, params map[string]string) (int64, error)) func(*db.Tx, []found) error {
	return func(tx *db.Tx, some []found) error {
		c, err := ladder.CalendarOf(tx)
		if err != nil {
			return err
		}
		who, err := ladder.CompanyOf(tx, s.Actor)
		if err != nil {
			return err
		}
		for _, f := range some {
			params := r.params(c, f)
			params["owner"] = who.Name(string(f.Owner))
			rung, err := how(tx, who, f, params)
			if err != nil {
				return err
			}
			if _, err := tx.ChangeAll(climb, db.Args{"id": f.Alert, "rung": rung, "owner": string(f.Owner), "params": db.Of(params), "now": tx.At()}); err != nil {
				return err
			}
		}
		return nil
	}
}

// Purged forgets a customer that leaves the bin for good.
func (s *Service) Purged(tx *db.Tx, customerID string) error {
	for _, q := range []db.Query{purgeTold, purge} {
		if _, err := tx.As(program).ChangeAll(q, db.Args{"customer": customerID}); err != nil {
			return err
		}
	}
	return nil
}
