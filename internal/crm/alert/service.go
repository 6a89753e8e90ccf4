package alert

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/notice"
	"zhike/internal/crm/alert/ladder"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/task"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Service is what may be done with rules and alerts.
type Service struct {
	DB        *db.DB
	Customers *customer.Service
	Tasks     *task.Service
	Feedback  *feedback.Service
	Notices   *notice.Service
	Actor     func(tx *db.Tx, user string) (access.Actor, error) // with his rights of today
}

func (s *Service) catalogue(subject string) *customfield.Catalogue {
	switch subject {
	case OfTask:
		return s.Tasks.Fields()
	case OfFeedback:
		return s.Feedback.Fields()
	}
	return s.Customers.Fields
}

// List gives the rules, those that ship first.
func (s *Service) List(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Rule], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Rule], err error) {
		rules, err := s.rules(tx)
		if err != nil {
			return out, err
		}
		n, err := db.All[struct {
			ID string `db:"id"`
			N  int64  `db:"n"`
		}](tx, counted, nil)
		if err != nil {
			return out, err
		}
		out.Items = []Rule{}
		for _, r := range rules {
			for _, c := range n {
				if c.ID == r.ID && sees(who, r.Subject) {
					r.Standing = c.N
				}
			}
			if err := r.show(ctx, tx); err != nil {
				return out, err
			}
			out.Items = append(out.Items, r)
		}
		return out, nil
	})
}

// sees says whether somebody may know of alerts about a subject, where he reaches the customer.
func sees(who access.Actor, subject string) bool {
	switch subject {
	case OfTask:
		return who.Can(access.TaskRead)
	case OfFeedback:
		return who.Can(access.FeedbackRead)
	}
	return who.Can(access.CustomerRead)
}

func (r *Rule) show(ctx context.Context, tx *db.Tx) (err error) {
	r.Changed, err = r.differs(tx)
	r.Name = r.Label(api.LanguageOf(ctx))
	return err
}

func (s *Service) find(tx *db.Tx, id string) (Rule, error) {
	r, err := db.One[Rule](tx, oneRule, db.Args{"id": id})
	r.Rungs = r.Stored.V
	return r, err
}

// Get gives one rule.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Rule, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Rule, error) { return s.load(ctx, tx, id) })
}

func (s *Service) load(ctx context.Context, tx *db.Tx, id string) (Rule, error) {
	r, err := s.find(tx, id)
	if err != nil {
		return r, err
	}
	return r, r.show(ctx, tx)
}

// judged says whether a rule can stand: its parts, and its filter as the program will ask it.
func (s *Service) judged(tx *db.Tx, r *Rule) error {
	if err := judge(r); err != nil {
		return err
	}
	c, err := ladder.CalendarOf(tx)
	if err != nil {
		return err
	}
	_, err = s.matching(tx.As(program), *r, c)
	return err
}

// Create makes a rule of the company's own.
func (s *Service) Create(ctx context.Context, who access.Actor, in New) (Rule, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Rule, err error) {
		r := in.rule()
		if err := s.judged(tx, &r); err != nil {
			return none, err
		}
		row := r.row(tx)
		if err := tx.Insert(Rules, row); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "alert_rule.create", Kind: "alert_rule", Record: row.ID, Details: map[string]any{"name": r.Name}}); err != nil {
			return none, err
		}
		return s.load(ctx, tx, row.ID)
	})
}

func (in New) rule() Rule {
	return Rule{Name: in.Name, Active: in.Active, Subject: in.Subject, Filter: in.Filter, Clock: in.Clock, Rungs: in.Rungs, RepeatDays: in.RepeatDays,
		PlannedDays: in.PlannedDays, ImportedDays: in.ImportedDays, RecordedHours: in.RecordedHours, Position: 1000}
}

// Change changes a rule; what stands by the old one and not by the new ends within a minute.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (Rule, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Rule, err error) {
		r, err := s.find(tx, id)
		if err != nil {
			return none, err
		}
		old := r.said()
		if r, err = r.changed(tx, in); err != nil {
			return none, err
		}
		if err := s.judged(tx, &r); err != nil {
			return none, err
		}
		if err := tx.Update(Rules, id, version, r.said()); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "alert_rule.change", Kind: "alert_rule", Record: id, Changes: differences(old, r.said())}); err != nil {
			return none, err
		}
		return s.load(ctx, tx, id)
	})
}

// changed is a rule as a change leaves it.
func (r Rule) changed(tx *db.Tx, in Change) (Rule, error) {
	if in.Reset {
		for _, a := range shipped() {
			if a.Code == r.Code && r.Code != "" {
				n, err := a.rule(tx)
				n.ID, n.Position, n.Version, n.Active = r.ID, r.Position, r.Version, r.Active
				return n, err
			}
		}
		return r, fault.Rule("invalid", "reset")
	}
	shippedName := in.Name.Set && r.Code != "" && (in.Name.V == r.Label("zh-CN") || in.Name.V == r.Label("en")) && r.Name == ""
	api.Apply(&r, in)
	if in.Rungs.Set {
		r.Rungs = in.Rungs.V
	}
	if shippedName {
		r.Name = "" // the shipped words sent back leave them to the viewer's language
	}
	return r, nil
}

func differences(old, now said) (all []audit.Change) {
	add := func(field string, a, b any, same bool) {
		if !same {
			all = append(all, audit.Change{Field: field, Old: a, New: b})
		}
	}
	add("name", old.Name, now.Name, old.Name == now.Name)
	add("active", old.Active, now.Active, old.Active == now.Active)
	add("filter", old.Filter, now.Filter, old.Filter == now.Filter)
	add("clock", old.Clock, now.Clock, old.Clock == now.Clock)
	add("rungs", old.Rungs.V, now.Rungs.V, sameRungs(old.Rungs.V, now.Rungs.V))
	add("repeat_days", old.RepeatDays, now.RepeatDays, old.RepeatDays == now.RepeatDays)
	add("planned_days", old.PlannedDays, now.PlannedDays, old.PlannedDays == now.PlannedDays)
	add("imported_days", old.ImportedDays, now.ImportedDays, old.ImportedDays == now.ImportedDays)
	add("recorded_hours", old.RecordedHours, now.RecordedHours, old.RecordedHours == now.RecordedHours)
	return all
}

// Delete takes a rule of the company's own away, with its alerts. One that ships is switched off.
func (s *Service) Delete(ctx context.Context, who access.Actor, id string, version int64) error {
	for more := true; more; { // its alerts first, a few at a time
		n, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
			r, err := s.find(tx, id)
			switch {
			case err != nil:
				return 0, err
			case version != r.Version:
				return 0, db.ErrStale
			case r.Code != "":
				return 0, fault.New(fault.Conflict, "alert_rule_ships")
			}
			p := tx.As(program)
			rows, err := db.All[idRow](p, alertsOfRule, db.Args{"rule": id})
			if err != nil {
				return 0, err
			}
			if len(rows) > 0 {
				var ids []string
				for _, a := range rows {
					ids = append(ids, a.ID)
				}
				for _, q := range []db.Query{toldOfRule, dropAlerts} {
					if _, err := p.ChangeAll(q, db.Args{"ids": ids}); err != nil {
						return 0, err
					}
				}
				return len(rows), s.Notices.End(tx, causes(ids...)...)
			}
			if err := tx.Change(dropRule, db.Args{"id": id}); err != nil {
				return 0, err
			}
			return 0, audit.Note(tx, audit.Entry{Action: "alert_rule.delete", Kind: "alert_rule", Record: id, Details: map[string]any{"name": r.Name}})
		})
		if err != nil {
			return err
		}
		more = n > 0
	}
	return nil
}

// Routes are the operations on rules and alerts.
func (s *Service) Routes(r *api.Router) {
	api.List(r, api.Op{Path: "/alerts/rules", May: access.Self}, s.List)
	api.Create(r, api.Op{Path: "/alerts/rules", May: access.SettingManage}, s.Create, s.Get)
	api.Get(r, api.Op{Path: "/alerts/rules/{id}", May: access.Self, On: Rules}, s.Get)
	api.Change(r, api.Op{Path: "/alerts/rules/{id}", May: access.SettingManage, On: Rules}, s.Change)
	api.Delete(r, api.Op{Path: "/alerts/rules/{id}", May: access.SettingManage, On: Rules}, s.Delete)
	api.Do(r, api.Op{Path: "/alerts/rules/{id}/dry-run", May: access.SettingManage, On: Rules, Loose: true}, s.DryRun) // nothing is written: there is no version to miss
	api.List(r, api.Op{Path: "/alerts", May: access.CustomerRead}, s.Standing)
	api.Do(r, api.Op{Path: "/alerts/{id}/snooze", May: access.CustomerRead, On: Table, Loose: true}, s.Snooze)
}
