package review

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/notice"
	"zhike/internal/base/privacy"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/need"
	"zhike/internal/crm/report"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/job"
)

// Service is what may be done with reviews.
type Service struct {
	DB        *db.DB
	Vault     *privacy.Vault
	Book      *dictionary.Book
	Customers *customer.Service
	FollowUps *followup.Service
	Needs     *need.Service
	Reports   *report.Service
	Notices   *notice.Service
	Actor     func(tx *db.Tx, user string) (access.Actor, error) // with his rights of today
}

type idRow struct {
	ID string `db:"id"`
}

type countRow struct {
	ID string `db:"id"`
	N  int64  `db:"n"`
}

type departmentRow struct {
	ID     string  `db:"id"`
	Name   string  `db:"name"`
	Leader api.Ref `db:"leader_id"`
	Path   string  `db:"path"`
}

// Query of a list of reviews.
type Query struct {
	Department string `query:"department_id" maxLength:"64"`
	State      string `query:"state" enum:"open,closed"`
	Limit      int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor     string `query:"cursor" maxLength:"2000"`
}

// List gives the reviews in reach, the latest period first.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (api.Page[Review], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[Review], err error) {
		w := db.With{Order: db.Down("r.to_on", "r.id"), After: q.Cursor, Limit: q.Limit, Key: q.Department + q.State}
		if q.Department != "" {
			w.Where = append(w.Where, db.When("r.department_id = :department", db.Args{"department": q.Department}))
		}
		if q.State != "" {
			w.Where = append(w.Where, db.When("r.state = :state", db.Args{"state": q.State}))
		}
		rows, err := db.Page[Review](tx, list, nil, w)
		if err != nil {
			return p, err
		}
		p = api.Page[Review]{Items: rows.Rows, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}
		return p, show(tx, p.Items)
	})
}

// show says what this viewer may do with reviews, and what he may know of what hangs on them.
func show(tx *db.Tx, all []Review) error {
	var ids []string
	for _, r := range all {
		ids = append(ids, r.ID)
	}
	if len(ids) == 0 {
		return nil
	}
	mine, err := tx.Among(Table, write, ids)
	if err != nil {
		return err
	}
	marks, err := db.All[countRow](tx, markCount, db.Args{"ids": ids})
	if err != nil {
		return err
	}
	said, err := db.All[countRow](tx, commentCount, db.Args{"ids": ids})
	for i := range all {
		r := &all[i]
		r.MayChange = mine[r.ID]
		for _, m := range marks {
			if m.ID == r.ID {
				r.Reviewed = m.N
			}
		}
		for _, k := range said {
			if k.ID == r.ID {
				r.Comments = k.N
			}
		}
	}
	return err
}

func load(tx *db.Tx, id string) (Review, error) {
	r, err := db.One[Review](tx, one, db.Args{"id": id})
	if err != nil {
		return r, err
	}
	all := []Review{r}
	err = show(tx, all)
	return all[0], err
}

// one is a review, in a unit of its own.
func (s *Service) one(ctx context.Context, who access.Actor, id string) (Review, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Review, error) { return load(tx, id) })
}

// Get gives a review with its figures: those of today in the viewer's reach, and of a closed
// one those that were kept.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Page, error) {
	r, err := s.one(ctx, who, id)
	if err != nil {
		return Page{}, err
	}
	p := Page{Review: r}
	if p.Sections, err = s.prepare(ctx, who, r); err != nil || r.State == Open {
		return p, err
	}
	return p, s.remember(ctx, who, &p)
}

// Open begins a review by hand, of days that have come. Errors: 422 for a department that one
// does not lead, 409 where the same days of it are reviewed already.
func (s *Service) Open(ctx context.Context, who access.Actor, in Opening) (Page, error) {
	id, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (api.Made, error) {
		from, err1 := day(in.From)
		to, err2 := day(in.To)
		now, err := today(tx)
		if err != nil {
			return "", err
		}
		if err1 != nil || err2 != nil || from.Year() < 2000 || to.Before(from) || to.After(now) || to.Sub(from).Hours() > 24*400 {
			return "", fault.Rule("invalid", "to")
		}
		if err := exists(tx, in.DepartmentID); err != nil {
			return "", err
		}
		id, added, err := s.open(tx, in.DepartmentID, "", in.From, in.To, who.ID())
		if err != nil {
			return "", err
		}
		if !added {
			return "", fault.New(fault.Conflict, "review_stands")
		}
		if err := tx.May(Table, id, write); err != nil {
			return "", fault.Rule("invalid", "department_id")
		}
		return api.Made(id), nil
	})
	if err != nil {
		return Page{}, err
	}
	return s.Get(ctx, who, string(id))
}

// open puts a review and who is of the team, once for the same days of a department.
func (s *Service) open(tx *db.Tx, department, every, from, to, leader string) (id string, added bool, err error) {
	if err := tx.Lock("review:" + department); err != nil {
		return "", false, err
	}
	d, err := db.One[departmentRow](tx.As(program), inTree, db.Args{"department": department})
	if err != nil {
		return "", false, err
	}
	id = tx.NewID()
	added, err = tx.InsertNew(Table, struct {
		ID        string  `db:"id"`
		Every     string  `db:"every"`
		From      string  `db:"from_on"`
		To        string  `db:"to_on"`
		Leader    api.Ref `db:"leader_id"`
		OpenedAt  int64   `db:"opened_at"`
		OpenedBy  api.Ref `db:"opened_by"`
		UpdatedAt int64   `db:"updated_at"`
	}{id, every, from, to, api.Ref(leader), tx.At(), api.Ref(tx.Who().ID()), tx.At()},
		open.With(db.Args{"department_id": department, "state": Open, "figures": db.Of(kept{})}))
	if err != nil || !added {
		return "", false, err
	}
	p := tx.As(program)
	people, err := db.All[idRow](p, team, db.Args{"path": d.Path})
	if err != nil {
		return "", false, err
	}
	for _, u := range people {
		if err := p.Insert(members, struct {
			ID     string `db:"id"`
			Review string `db:"review_id"`
			User   string `db:"user_id"`
			Kind   string `db:"kind"`
		}{tx.NewID(), id, u.ID, "collaborator"}); err != nil {
			return "", false, err
		}
	}
	return id, true, audit.Note(tx, audit.Entry{Action: "review.open", Kind: "review", Record: id, Details: map[string]any{"department": department, "from": from, "to": to}})
}

// Close ends a review: its figures stay as they are now, for the whole team.
func (s *Service) Close(ctx context.Context, who access.Actor, id string, version int64) (Page, error) {
	r, err := s.one(ctx, who, id)
	if err != nil {
		return Page{}, err
	}
	if !r.MayChange {
		return Page{}, db.ErrNotYours
	}
	if r.State == Closed {
		return Page{}, fault.New(fault.Conflict, "review_closed")
	}
	if r.Version != version {
		return Page{}, db.ErrStale
	}
	figures, rows, err := s.whole(ctx, r) // read before the unit: a report is long
	if err != nil {
		return Page{}, err
	}
	_, err = db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		if err := tx.Lock("review.state:" + id); err != nil {
			return 0, err
		}
		if err := tx.Set(finish, id, version, db.Args{"state": Closed, "figures": db.Of(figures), "closed_at": tx.At(), "closed_by": api.Ref(who.ID())}); err != nil {
			return 0, err
		}
		p := tx.As(program)
		for _, k := range rows {
			k.ID, k.Review = tx.NewID(), id
			if err := p.Insert(Rows, k); err != nil {
				return 0, err
			}
		}
		if err := s.Notices.End(tx, cause(id)); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "review.close", Kind: "review", Record: id, Details: map[string]any{"rows": len(rows)}})
	})
	if err != nil {
		return Page{}, err
	}
	return s.Get(ctx, who, id)
}

func cause(id string) string { return "review.opened:" + id }

// Sweep opens the reviews of periods that have ended, each once, however many nodes look.
func (s *Service) Sweep(ctx context.Context, _ job.Job) error {
	due, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) ([]Plan, error) {
		now, err := today(tx)
		if err != nil {
			return nil, err
		}
		return db.All[Plan](tx, duePlans, db.Args{"today": text(now)})
	})
	if err != nil {
		return err
	}
	var all []error
	for _, p := range due {
		for more := true; more; {
			if more, err = db.Write(ctx, s.DB, program, func(tx *db.Tx) (bool, error) { return s.due(tx, p.ID) }); err != nil {
				all, more = append(all, fmt.Errorf("review: plan %s: %w", p.ID, err)), false
			}
		}
	}
	return errors.Join(all...)
}

// due opens the next review of a plan if its period has ended, and says whether there may be another.
func (s *Service) due(tx *db.Tx, id string) (bool, error) {
	if err := tx.Lock("review.plan:" + id); err != nil {
		return false, err
	}
	p, found, err := db.Maybe[Plan](tx, onePlan, db.Args{"id": id})
	if err != nil || !found || !p.Active {
		return false, err
	}
	now, err := today(tx)
	if err != nil {
		return false, err
	}
	first, err := day(p.FirstOn)
	if err != nil {
		return false, err
	}
	from, err := day(p.NextOn)
	if err != nil {
		return false, err
	}
	end, next := last(p.Every, first, from)
	if !end.Before(now) {
		return false, nil
	}
	if err := tx.Set(planned, id, 0, db.Args{"next_on": text(next)}); err != nil {
		return false, err
	}
	leader, err := s.leader(tx, p)
	if err != nil {
		return false, err
	}
	made, added, err := s.open(tx, p.DepartmentID, p.Every, text(from), text(end), leader)
	if err != nil || !added { // by hand, before
		tx.Noted()
		return err == nil, err
	}
	return true, s.Notices.Send(tx, notice.New{To: leader, Kind: opened, Params: map[string]string{"team": p.DepartmentName, "from": text(from), "to": text(end)},
		Link: notice.Link{Kind: "review", ID: made}, Cause: cause(made)})
}

// leader is who leads a department: its own leader or the nearest above who may close the
// review, else whoever made the plan.
func (s *Service) leader(tx *db.Tx, p Plan) (string, error) {
	all, err := db.All[departmentRow](tx, allOver, nil)
	if err != nil {
		return "", err
	}
	for i := len(all) - 1; i >= 0; i-- { // paths rise: the deepest first
		d := all[i]
		if d.Leader == "" || !strings.HasPrefix(p.Path, d.Path) {
			continue
		}
		who, err := s.Actor(tx, string(d.Leader))
		if err != nil {
			return "", err
		}
		if ok, err := tx.As(who).Reaches(Plans, p.ID, write); err != nil || ok {
			return string(d.Leader), err
		}
	}
	return string(p.Creator), nil
}

// HeldIn says whether customers, reviews or a plan stand in a department, which then stays.
func HeldIn(tx *db.Tx, department string) (bool, error) {
	if held, err := customer.HeldIn(tx, department); err != nil || held {
		return held, err
	}
	for _, q := range []db.Query{heldIn, planOf} {
		n, err := db.One[db.Count](tx.As(program), q, db.Args{"department": department})
		if err != nil || n.N > 0 {
			return n.N > 0, err
		}
	}
	return false, nil
}

// Purged forgets a customer that leaves for good; the numbers of closed reviews stay.
func (s *Service) Purged(tx *db.Tx, customerID string) error {
	for _, q := range []db.Query{purgeRows, purgeMarks, purgeComments} {
		if _, err := tx.As(program).ChangeAll(q, db.Args{"customer": customerID}); err != nil {
			return err
		}
	}
	return nil
}

// Routes are the operations on reviews.
func (s *Service) Routes(r *api.Router) {
	api.List(r, api.Op{Path: "/review-plans", May: access.ReviewRead}, s.ListPlans)
	api.Create(r, api.Op{Path: "/review-plans", May: access.ReviewWrite}, s.AddPlan, s.GetPlan)
	api.Get(r, api.Op{Path: "/review-plans/{id}", May: access.ReviewRead, On: Plans}, s.GetPlan)
	api.Change(r, api.Op{Path: "/review-plans/{id}", May: access.ReviewWrite, On: Plans}, s.ChangePlan)
	api.Delete(r, api.Op{Path: "/review-plans/{id}", May: access.ReviewWrite, On: Plans}, s.DropPlan)
	at := func(path string, may access.Permission) api.Op { return api.Op{Path: path, May: may, On: Table} }
	api.List(r, api.Op{Path: "/reviews", May: access.ReviewRead}, s.List)
	api.Create(r, api.Op{Path: "/reviews", May: access.ReviewWrite}, s.Open, s.Get)
	api.Get(r, at("/reviews/{id}", access.ReviewRead), s.Get)
	api.Act(r, at("/reviews/{id}/close", access.ReviewWrite), s.Close)
	api.ListUnder(r, at("/reviews/{id}/rows", access.ReviewRead), s.Behind)
	tick := at("/reviews/{id}/tick", access.ReviewWrite)
	tick.Loose = true // one customer of it: nobody's version is missed
	api.Do(r, tick, s.Tick)
	api.ListUnder(r, at("/reviews/{id}/comments", access.ReviewRead), s.ListComments)
	api.CreateUnder(r, at("/reviews/{id}/comments", access.ReviewRead), s.Comment, nil)
}
