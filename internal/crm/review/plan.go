package review

import (
	"context"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// ListPlans gives how often the departments in reach look back.
func (s *Service) ListPlans(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Plan], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Plan], err error) {
		if out.Items, err = db.All[Plan](tx, allPlans, nil); out.Items == nil {
			out.Items = []Plan{}
		}
		for i := range out.Items {
			if err == nil {
				err = out.Items[i].show(tx)
			}
		}
		return out, err
	})
}

// GetPlan gives one.
func (s *Service) GetPlan(ctx context.Context, who access.Actor, id string) (Plan, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Plan, error) { return loadPlan(tx, id) })
}

func loadPlan(tx *db.Tx, id string) (Plan, error) {
	p, err := db.One[Plan](tx, onePlan, db.Args{"id": id})
	if err != nil {
		return p, err
	}
	return p, p.show(tx)
}

func (p *Plan) show(tx *db.Tx) (err error) {
	first, err := day(p.FirstOn)
	if err != nil {
		return err
	}
	from, err := day(p.NextOn)
	if err != nil {
		return err
	}
	_, next := last(p.Every, first, from)
	p.OpensOn = text(next)
	p.MayChange, err = tx.Reaches(Plans, p.ID, write)
	return err
}

// AddPlan says how often a department looks back: one plan each. Errors: 404 for a department
// that one does not lead, 409 where it has a plan.
func (s *Service) AddPlan(ctx context.Context, who access.Actor, in NewPlan) (Plan, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Plan, err error) {
		next, err := nextOn(tx, in.Every, in.FirstOn)
		if err != nil {
			return none, err
		}
		if err := exists(tx, in.DepartmentID); err != nil {
			return none, err
		}
		id := tx.NewID()
		added, err := tx.InsertNew(Plans, struct {
			ID        string  `db:"id"`
			Every     string  `db:"every"`
			FirstOn   string  `db:"first_on"`
			Active    bool    `db:"active"`
			Creator   api.Ref `db:"creator_id"`
			CreatedAt int64   `db:"created_at"`
			UpdatedAt int64   `db:"updated_at"`
		}{id, in.Every, in.FirstOn, true, api.Ref(who.ID()), tx.At(), tx.At()}, plan.With(db.Args{"department_id": in.DepartmentID, "next_on": next}))
		if err != nil {
			return none, err
		}
		if !added {
			return none, fault.New(fault.Conflict, "review_plan_stands")
		}
		if err := tx.May(Plans, id, write); err != nil { // of a department that one does not lead
			return none, fault.Rule("invalid", "department_id")
		}
		if err := audit.Note(tx, audit.Entry{Action: "review_plan.create", Kind: "review_plan", Record: id, Details: map[string]any{"department": in.DepartmentID, "every": in.Every, "first_on": in.FirstOn}}); err != nil {
			return none, err
		}
		return loadPlan(tx, id)
	})
}

func exists(tx *db.Tx, department string) error {
	_, found, err := db.Maybe[departmentRow](tx, inTree, db.Args{"department": department})
	if err == nil && !found {
		err = fault.Rule("invalid", "department_id")
	}
	return err
}

// nextOn is the beginning of the period under way: what ended before there was a plan is not looked back at.
func nextOn(tx *db.Tx, every, firstOn string) (string, error) {
	first, err := day(firstOn)
	if err != nil || first.Year() < 2000 || first.Year() > 2100 {
		return "", fault.Rule("invalid", "first_on")
	}
	today, err := today(tx)
	if err != nil {
		return "", err
	}
	return text(beginning(every, first, running(every, first, today))), nil
}

// today is the company's day, as a date without a zone.
func today(tx *db.Tx) (time.Time, error) {
	zone, err := setting.Zone(tx)
	if err != nil {
		return time.Time{}, err
	}
	return day(text(tx.Now().In(zone)))
}

// ChangePlan changes how often, from when, or whether at all.
func (s *Service) ChangePlan(ctx context.Context, who access.Actor, id string, version int64, in ChangedPlan) (Plan, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Plan, err error) {
		p, err := loadPlan(tx, id)
		if err != nil {
			return none, err
		}
		was := p.Active
		diffs := api.Apply(&p, in)
		if p.Every == "" {
			return none, fault.Rule("required", "every")
		}
		if err := tx.Update(Plans, id, version, struct {
			Every   string `db:"every"`
			FirstOn string `db:"first_on"`
			Active  bool   `db:"active"`
		}{p.Every, p.FirstOn, p.Active}); err != nil {
			return none, err
		}
		if in.Every.Set || in.FirstOn.Set || !was && p.Active {
			next, err := nextOn(tx, p.Every, p.FirstOn)
			if err != nil {
				return none, err
			}
			if err := tx.Set(planned, id, 0, db.Args{"next_on": next}); err != nil {
				return none, err
			}
		}
		if err := audit.Note(tx, audit.Entry{Action: "review_plan.change", Kind: "review_plan", Record: id, Changes: audit.Changes(diffs, nil)}); err != nil {
			return none, err
		}
		return loadPlan(tx, id)
	})
}

// DropPlan takes a plan away; its reviews stay.
func (s *Service) DropPlan(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		p, err := loadPlan(tx, id)
		switch {
		case err != nil:
			return 0, err
		case p.Version != version:
			return 0, db.ErrStale
		}
		if err := tx.Change(dropPlan, db.Args{"id": id}); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "review_plan.delete", Kind: "review_plan", Record: id, Details: map[string]any{"department": p.DepartmentID}})
	})
	return err
}
