package segment

import (
	"context"
	"encoding/json"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/task"
	"zhike/internal/crm/workday"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

type figure = customfield.Figure

// A Member is a customer that a segment has or had.
type Member struct {
	ID           string            `db:"id" json:"id"`
	SegmentID    string            `db:"segment_id" json:"segment_id"`
	CustomerID   string            `db:"customer_id" json:"customer_id"`
	CustomerName api.Text          `db:"customer_name" json:"customer_name"`
	Since        api.Time          `db:"since" json:"since"`
	Until        api.Time          `db:"until" json:"until" doc:"When it left; null while it is one."`
	Stored       db.JSON[[]Figure] `db:"figures" json:"-"`
	Figures      []Figure          `json:"figures" doc:"What it had when it came in, as far as the viewer may see it."`
	TakenAt      api.Time          `db:"taken_at" json:"taken_at" doc:"When the playbook's tasks were made."`
	TakenBy      api.Text          `db:"taken_by" json:"taken_by"`
}

// A Standing is a customer's place in one followed segment: why, and what is proposed.
type Standing struct {
	Member
	Name     string   `json:"name"`
	Tone     string   `json:"tone"`
	Badge    int64    `json:"badge"`
	Now      []Figure `json:"now" doc:"The same figures today."`
	Ways     []Way    `json:"ways" doc:"The ways into the segment, and which of them holds today."`
	Playbook []Step   `json:"playbook"`
}

// A Way into a segment: a filter tree, as JSON text.
type Way struct {
	Filter string `json:"filter"`
	Holds  bool   `json:"holds"`
}

// MemberQuery is one page of a segment's members.
type MemberQuery struct {
	State  string `query:"state" enum:"in,left" default:"in"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"2000"`
}

// List of members: who is in, or who left, the latest first.
func (s *Service) Members(ctx context.Context, who access.Actor, id string, q MemberQuery) (api.Page[Member], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[Member], err error) {
		if _, err := s.find(tx, id); err != nil {
			return p, err
		}
		w := db.With{Where: []db.Cond{db.When("m.segment_id = :segment", db.Args{"segment": id})}, Order: db.Down("m.since", "m.id"), After: q.Cursor, Limit: q.Limit, Key: id + q.State}
		if q.State == "left" {
			w.Where, w.Order = append(w.Where, db.When("m.until > 0", nil)), db.Down("m.until", "m.id")
		} else {
			w.Where = append(w.Where, db.When("m.until = 0", nil))
		}
		rows, err := db.Page[Member](tx, history, nil, w)
		if err != nil {
			return p, err
		}
		p = api.Page[Member]{Items: rows.Rows, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}
		return p, s.showMembers(tx, p.Items)
	})
}

func (s *Service) showMembers(tx *db.Tx, all []Member) error {
	who, _ := tx.Who().(access.Actor)
	var ids []string
	for _, m := range all {
		ids = append(ids, m.CustomerID)
	}
	clear, err := s.Customers.ClearNames(tx, ids)
	if err != nil {
		return err
	}
	for i := range all {
		m := &all[i]
		if name, ok := clear[m.CustomerID]; ok {
			m.CustomerName = api.Text(name)
		}
		m.Figures = s.shown(who, m.Stored.V)
	}
	return nil
}

// shown leaves out what the viewer may not see.
func (s *Service) shown(who access.Actor, all []Figure) []Figure {
	out := []Figure{}
	for _, f := range all {
		if s.fields().Shows(who, f.Field) {
			out = append(out, f)
		}
	}
	return out
}

// Of gives the followed segments that a customer is in, or was, the present ones first.
func (s *Service) Of(ctx context.Context, who access.Actor, id string, _ struct{}) (api.Items[Standing], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Standing], err error) {
		out.Items = []Standing{}
		w := db.With{Where: []db.Cond{db.When("m.customer_id = :customer", db.Args{"customer": id})}, Order: db.Down("m.since", "m.id"), Limit: 100}
		rows, err := db.Find[Member](tx, history, nil, w)
		if err != nil {
			return out, err
		}
		if err := s.showMembers(tx, rows); err != nil {
			return out, err
		}
		for _, past := range []bool{false, true} {
			for _, m := range rows {
				if (m.Until > 0) != past {
					continue
				}
				st, err := s.standing(ctx, tx, m)
				if err == db.ErrNotFound || fault.Code(err) == "unknown_field" {
					continue // not shown to this viewer, or asking what he may not ask
				}
				if err != nil {
					return out, err
				}
				out.Items = append(out.Items, st)
			}
		}
		return out, nil
	})
}

func (s *Service) standing(ctx context.Context, tx *db.Tx, m Member) (st Standing, err error) {
	who, _ := tx.Who().(access.Actor)
	g, err := s.find(tx, m.SegmentID)
	if err != nil {
		return st, err
	}
	g.show(who, api.LanguageOf(ctx))
	st = Standing{Member: m, Name: g.Name, Tone: g.Tone, Badge: g.Badge, Now: []Figure{}, Ways: []Way{}, Playbook: g.Steps}
	if m.Until > 0 || g.Kind == Static {
		return st, nil
	}
	figures, err := s.figures(tx, g.Filter, []string{m.CustomerID})
	if err != nil {
		return st, err
	}
	st.Now = s.shown(who, figures[m.CustomerID])
	for _, way := range Clauses(g.Filter) {
		w, err := s.where(tx, Segment{Kind: Live, Filter: way})
		if err != nil {
			return st, err
		}
		found, err := db.Find[idRow](tx, among, db.Args{"customer": m.CustomerID}, db.With{Where: w})
		if err != nil {
			return st, err
		}
		st.Ways = append(st.Ways, Way{way, len(found) > 0})
	}
	return st, nil
}

// Holds says whether a followed segment has a customer today.
func (s *Service) Holds(tx *db.Tx, segment, customer string) (bool, error) {
	w := db.With{Where: []db.Cond{db.When("m.customer_id = :customer AND m.segment_id = :segment AND m.until = 0", db.Args{"customer": customer, "segment": segment})}, Order: db.Down("m.since", "m.id"), Limit: 1}
	rows, err := db.Find[Member](tx, history, nil, w)
	return len(rows) > 0, err
}

// Taking names the membership whose playbook is taken on.
type Taking struct {
	SegmentID string `json:"segment_id" minLength:"1" maxLength:"64"`
	Steps     []int  `json:"steps,omitempty" maxItems:"20" doc:"Which steps, counted from 0; left out: all."`
}

// Take makes the tasks that a playbook proposes for a customer one may add to. Once for each time it comes in.
func (s *Service) Take(ctx context.Context, who access.Actor, id string, in Taking) (api.Items[task.Task], error) {
	out, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) ([]string, error) { return s.TakeIn(tx, id, in, api.LanguageOf(ctx)) })
	if err != nil {
		return api.Items[task.Task]{}, err
	}
	items := []task.Task{}
	for _, id := range out {
		t, err := s.Tasks.Get(ctx, who, id)
		if err == db.ErrNotFound {
			continue // a colleague's, out of one's own reach
		}
		if err != nil {
			return api.Items[task.Task]{}, err
		}
		items = append(items, t)
	}
	return api.Items[task.Task]{Items: items}, nil
}

// TakeIn is Take inside a unit; it gives the ids of the tasks.
func (s *Service) TakeIn(tx *db.Tx, id string, in Taking, lang string) (ids []string, err error) {
	who, _ := tx.Who().(access.Actor)
	g, err := s.find(tx, in.SegmentID)
	if err == db.ErrNotFound {
		return nil, fault.Rule("invalid", "segment_id")
	}
	if err != nil {
		return nil, err
	}
	w := db.With{Where: []db.Cond{db.When("m.customer_id = :customer AND m.segment_id = :segment AND m.until = 0", db.Args{"customer": id, "segment": g.ID})}, Order: db.Down("m.since", "m.id"), Limit: 1}
	rows, err := db.Find[Member](tx, history, nil, w)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fault.Rule("invalid", "segment_id")
	}
	n, err := tx.As(program).ChangeAll(taken, db.Args{"id": rows[0].ID, "at": tx.At(), "user": who.ID()})
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, fault.New(fault.Conflict, "playbook_taken")
	}
	g.show(who, lang)
	chosen := in.Steps
	if len(chosen) == 0 {
		for i := range g.Steps {
			chosen = append(chosen, i)
		}
	}
	for _, i := range chosen {
		if i < 0 || i >= len(g.Steps) {
			return nil, fault.Rule("invalid", "steps")
		}
		made, err := s.assign(tx, id, g.Steps[i])
		if err != nil {
			return nil, err
		}
		ids = append(ids, made)
	}
	return ids, noted(tx, rows[0], len(ids))
}

// assign makes one task of a playbook.
func (s *Service) assign(tx *db.Tx, id string, step Step) (string, error) {
	c, err := s.Customers.Line(tx, id)
	if err != nil {
		return "", err
	}
	to := string(c.OwnerID)
	switch {
	case step.To == "account_manager" && c.AccountManagerID != "":
		to = string(c.AccountManagerID)
	case step.To == "leader" && c.DepartmentID != "":
		l, _, err := db.Maybe[struct {
			ID api.Ref `db:"id"`
		}](tx, leaderOf, db.Args{"department": string(c.DepartmentID)})
		if err != nil {
			return "", err
		}
		if l.ID != "" {
			to = string(l.ID)
		}
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return "", err
	}
	now := tx.Now().In(zone)
	days, err := workday.Of(tx)
	if err != nil {
		return "", err
	}
	due := days.AddWorkdays(time.Date(now.Year(), now.Month(), now.Day(), 18, 0, 0, 0, zone), int(step.Days))
	return s.Tasks.CreateIn(tx, task.New{Title: step.Title, OwnerID: to, DueAt: api.On(due), Priority: step.Priority, CustomerID: id})
}

type badge struct {
	ID      string `db:"id"`
	Segment string `db:"segment"`
}

// Badges are the tiers of some customers, in the order of their badges.
func (s *Service) Badges(tx *db.Tx, ids []string) (map[string]api.Strings, error) {
	out := map[string]api.Strings{}
	rows, err := db.All[badge](tx.As(program), badges, db.Args{"ids": ids})
	for _, r := range rows {
		out[r.ID] = append(out[r.ID], r.Segment)
	}
	return out, err
}

// Asked answers the filter {"field":"segment","op":"in","value":["<id>"]}: a segment within a filter.
func (s *Service) Asked(tx *db.Tx, _ *time.Location, op string, value json.RawMessage, compile func(string) (db.Cond, error)) (db.Cond, error) {
	wrong := fault.Rule("invalid", "filter").With(map[string]any{"field": "segment"})
	var ids []string
	if json.Unmarshal(value, &ids) != nil || len(ids) == 0 || len(ids) > 20 || op != "in" && op != "nin" {
		return db.Nothing(), wrong
	}
	var any []db.Cond
	for _, id := range ids {
		g, err := s.find(tx, id)
		if err == db.ErrNotFound {
			return db.Nothing(), wrong
		}
		if err != nil {
			return db.Nothing(), err
		}
		var c db.Cond
		if g.Kind == Static {
			c, err = tx.Within(db.Col("c.id"), memberIDs, db.Args{"segment": g.ID}, db.With{}, "", nil)
		} else {
			c, err = compile(g.Filter)
		}
		if g.Followed && fault.Code(err) == "unknown_field" {
			c, err = tx.Within(db.Col("c.id"), memberIDs, db.Args{"segment": g.ID}, db.With{}, "", nil)
		}
		if err != nil {
			return db.Nothing(), err
		}
		any = append(any, c)
	}
	if op == "nin" {
		return db.Not(db.AnyOf(any...)), nil
	}
	return db.AnyOf(any...), nil
}

// Routes are the operations on segments.
func (s *Service) Routes(r *api.Router) {
	at := func(path string, may access.Permission) api.Op { return api.Op{Path: path, May: may, On: Table} }
	api.List(r, api.Op{Path: "/segments", May: access.CustomerRead}, s.List)
	api.Create(r, api.Op{Path: "/segments", May: access.SegmentWrite}, s.Create, s.Get)
	api.Ask(r, api.Op{Path: "/segments/count", May: access.CustomerRead, Looks: true}, s.CountIt)
	api.Get(r, at("/segments/{id}", access.CustomerRead), s.Get)
	api.Change(r, at("/segments/{id}", access.SegmentWrite), s.Change)
	api.Delete(r, at("/segments/{id}", access.SegmentWrite), s.Delete)
	api.ListUnder(r, at("/segments/{id}/members", access.CustomerRead), s.Members)
	api.ListUnder(r, api.Op{Path: "/customers/{id}/segments", May: access.CustomerRead, On: customer.Table}, s.Of)
	api.CreateUnder(r, api.Op{Path: "/customers/{id}/playbook", May: access.FollowUpWrite, On: customer.Table}, s.Take, nil)
}
