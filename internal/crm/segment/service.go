package segment

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/setting"
	"zhike/internal/base/share"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/task"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Service is what may be done with segments.
type Service struct {
	DB        *db.DB
	Book      *dictionary.Book
	Customers *customer.Service
	Tasks     *task.Service
}

// The program's own acts here: asking who is in a segment, whoever looks later.
var program = access.Program("segment")

func (s *Service) fields() *customfield.Catalogue { return s.Customers.Fields }

// Seed puts the tiers that ship where they do not stand yet; what a company made of one stays.
func Seed(tx *db.Tx) error {
	tx = tx.As(program)
	rows, err := db.All[Segment](tx, all, nil)
	if err != nil {
		return err
	}
	for i, t := range tiers() {
		stands := false
		for _, r := range rows {
			stands = stands || string(r.Code) == t.Code
		}
		if stands {
			continue
		}
		tx.Noted()
		if err := tx.Insert(Table, row{ID: tx.NewID(), Code: t.Code, Kind: Live, Filter: string(t.Filter), Badge: t.Badge, Tone: t.Tone, Followed: t.Badge > 0,
			Playbook: db.Of(t.Playbook), Shared: share.All, RoleIDs: api.Strings{}, CreatedAt: tx.At() + int64(i), UpdatedAt: tx.At()}); err != nil {
			return err
		}
	}
	return nil
}

// Asks is what a live segment asks that the viewer is shown; "" where there is none.
func Asks(tx *db.Tx, id string) (string, error) {
	g, err := (&Service{}).find(tx, id)
	if err == db.ErrNotFound || g.Kind != Live {
		return "", nil
	}
	return g.Filter, err
}

// Coded gives the id of a segment that ships.
func Coded(tx *db.Tx, code string) (string, error) {
	g, err := db.One[idRow](tx, byCode, db.Args{"code": code})
	return g.ID, err
}

type row struct {
	ID        string          `db:"id"`
	Code      string          `db:"code"`
	Name      string          `db:"name"`
	Kind      string          `db:"kind"`
	Filter    string          `db:"filter"`
	Badge     int64           `db:"badge"`
	Tone      string          `db:"tone"`
	Followed  bool            `db:"followed"`
	Playbook  db.JSON[[]Step] `db:"playbook"`
	Shared    string          `db:"shared"`
	RoleIDs   api.Strings     `db:"role_ids"`
	OwnerID   api.Ref         `db:"owner_id"`
	CreatedAt int64           `db:"created_at"`
	UpdatedAt int64           `db:"updated_at"`
}

// Query of the segments.
type Query struct {
	Count bool `query:"count" doc:"Also how many customers in reach each has."`
}

// List gives the segments that the viewer is shown, tiers first.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (api.Items[Segment], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Segment], err error) {
		rows, err := db.All[Segment](tx, all, nil)
		if err != nil {
			return out, err
		}
		roles, err := share.RolesOf(tx)
		if err != nil {
			return out, err
		}
		out.Items = []Segment{}
		for _, g := range rows {
			if !share.Seen(who, roles, g.thing()) {
				continue
			}
			g.show(who, api.LanguageOf(ctx))
			if q.Count {
				n, err := s.count(tx, g)
				if fault.Code(err) == "unknown_field" {
					continue // it asks what this viewer may not ask: for him there is no such segment
				}
				if err != nil {
					return out, err
				}
				g.Count = &n
			}
			out.Items = append(out.Items, g)
		}
		return out, nil
	})
}

func (g *Segment) show(who access.Actor, lang string) {
	g.Name, g.Steps = g.Label(lang), g.Playbook.V
	if g.Steps == nil {
		g.Steps = []Step{}
	}
	for i := range g.Steps {
		g.Steps[i].Title = g.Steps[i].Words(lang)
	}
	if g.RoleIDs == nil {
		g.RoleIDs = api.Strings{}
	}
	g.MayChange = mayChange(who, *g)
}

// mayChange: one's own by whoever may make segments; a company's by who sees all customers.
func mayChange(who access.Actor, g Segment) bool {
	return who.Can(access.SegmentWrite) && (string(g.OwnerID) == who.Place() || who.ReachesAll(access.SegmentWrite))
}

// find gives a segment that the viewer is shown.
func (s *Service) find(tx *db.Tx, id string) (g Segment, err error) {
	if g, err = db.One[Segment](tx, get, db.Args{"id": id}); err != nil {
		return g, err
	}
	who, _ := tx.Who().(access.Actor)
	roles, err := share.RolesOf(tx)
	if err == nil && !share.Seen(who, roles, g.thing()) {
		err = db.ErrNotFound
	}
	return g, err
}

// Get gives one segment, with how many customers in reach it has.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Segment, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Segment, error) { return s.load(ctx, tx, id) })
}

func (s *Service) load(ctx context.Context, tx *db.Tx, id string) (g Segment, err error) {
	if g, err = s.find(tx, id); err != nil {
		return g, err
	}
	n, err := s.count(tx, g)
	if err != nil {
		return g, err
	}
	g.Count = &n
	g.show(tx.Who().(access.Actor), api.LanguageOf(ctx))
	return g, nil
}

// where is the condition of a segment, for whoever asks.
func (s *Service) where(tx *db.Tx, g Segment) ([]db.Cond, error) {
	if g.Kind == Static {
		c, err := tx.Within(db.Col("c.id"), memberIDs, db.Args{"segment": g.ID}, db.With{}, "", nil)
		return []db.Cond{c}, err
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return nil, err
	}
	w, err := s.fields().Compile(tx, zone, g.Filter)
	if g.Followed && fault.Code(err) == "unknown_field" { // who may not ask for orders, say, is told the members that the program found
		c, err := tx.Within(db.Col("c.id"), memberIDs, db.Args{"segment": g.ID}, db.With{}, "", nil)
		return []db.Cond{c}, err
	}
	return w, err
}

func (s *Service) count(tx *db.Tx, g Segment) (int64, error) {
	w, err := s.where(tx, g)
	if err != nil {
		return 0, err
	}
	n, err := db.Find[db.Count](tx, counted, nil, db.With{Where: w})
	if err != nil {
		return 0, err
	}
	return n[0].N, nil
}

// Counted is a filter to be counted at once, before it is kept.
type Counted struct {
	Filter string `json:"filter" minLength:"2" maxLength:"8192"`
}

// A Size is how many customers in the viewer's reach meet a filter.
type Size struct {
	Count int64 `json:"count"`
}

// CountIt counts a filter.
func (s *Service) CountIt(ctx context.Context, who access.Actor, in Counted) (Size, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Size, error) {
		n, err := s.count(tx, Segment{Kind: Live, Filter: in.Filter})
		return Size{n}, err
	})
}

// Create makes a segment; a static one keeps the customers that are in its maker's reach now.
func (s *Service) Create(ctx context.Context, who access.Actor, in New) (Segment, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Segment, err error) {
		g := Segment{Name: in.Name, Kind: in.Kind, Filter: in.Filter, Tone: in.Tone, Badge: in.Badge, Followed: in.Followed, Steps: in.Playbook, Shared: in.Shared, RoleIDs: in.RoleIDs}
		if g.Kind == "" {
			g.Kind = Live
		}
		if g.Tone == "" {
			g.Tone = "gray"
		}
		if g.Shared == "" {
			g.Shared = share.Mine
		}
		w, err := s.Book.In(tx)
		if err != nil {
			return none, err
		}
		if err := judge(w, &g); err != nil {
			return none, err
		}
		if _, err := s.count(tx, Segment{Kind: Live, Filter: g.Filter}); err != nil {
			return none, err
		}
		if g.RoleIDs == nil {
			g.RoleIDs = api.Strings{}
		}
		r := row{ID: tx.NewID(), Name: g.Name, Kind: g.Kind, Filter: g.Filter, Badge: g.Badge, Tone: g.Tone, Followed: g.Followed, Playbook: db.Of(g.Steps), Shared: g.Shared, RoleIDs: g.RoleIDs,
			OwnerID: api.Ref(who.ID()), CreatedAt: tx.At(), UpdatedAt: tx.At()}
		if err := tx.Insert(Table, r); err != nil {
			return none, err
		}
		if g.Kind == Static {
			if err := s.keep(tx, r.ID, g.Filter); err != nil {
				return none, err
			}
		}
		if err := audit.Note(tx, audit.Entry{Action: "segment.create", Kind: "segment", Record: r.ID, Details: map[string]any{"name": g.Name}}); err != nil {
			return none, err
		}
		return s.load(ctx, tx, r.ID)
	})
}

// largestStatic bounds what one unit writes.
const largestStatic = 20_000

// keep writes down whom a static segment has.
func (s *Service) keep(tx *db.Tx, id, filter string) error {
	zone, err := setting.Zone(tx)
	if err != nil {
		return err
	}
	w, err := s.fields().Compile(tx, zone, filter)
	if err != nil {
		return err
	}
	found, err := db.Find[idRow](tx, entering, db.Args{"segment": id}, db.With{Where: w, Limit: largestStatic + 1})
	if err != nil {
		return err
	}
	if len(found) > largestStatic {
		return fault.Rule("segment_too_large", "filter").With(map[string]any{"most": largestStatic})
	}
	for _, f := range found {
		if err := tx.As(program).Insert(Members, memberRow{tx.NewID(), id, f.ID, tx.At(), db.Of([]Figure{})}); err != nil {
			return err
		}
	}
	return nil
}

type idRow struct {
	ID string `db:"id"`
}

type memberRow struct {
	ID       string            `db:"id"`
	Segment  string            `db:"segment_id"`
	Customer string            `db:"customer_id"`
	Since    int64             `db:"since"`
	Figures  db.JSON[[]Figure] `db:"figures"`
}

// Change changes a segment. Whom it has follows within the hour.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (Segment, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Segment, err error) {
		g, err := s.find(tx, id)
		if err != nil {
			return none, err
		}
		if !mayChange(who, g) {
			return none, db.ErrNotYours
		}
		if g.Kind == Static && in.Filter.Set && in.Filter.V != g.Filter {
			return none, fault.Rule("read_only", "filter")
		}
		shipped := g.Label("zh-CN") == in.Name.V || g.Label("en") == in.Name.V
		g.Steps = g.Playbook.V
		diffs := api.Apply(&g, in)
		if in.Playbook.Set {
			g.Steps = in.Playbook.V
		}
		if g.Code != "" && in.Name.Set && shipped {
			g.Name = "" // the shipped words sent back leave them to the viewer's language
		}
		w, err := s.Book.In(tx)
		if err != nil {
			return none, err
		}
		if err := judge(w, &g); err != nil {
			return none, err
		}
		if in.Filter.Set {
			if _, err := s.count(tx, Segment{Kind: Live, Filter: g.Filter}); err != nil {
				return none, err
			}
		}
		err = tx.Update(Table, id, version, struct {
			Name     string          `db:"name"`
			Filter   string          `db:"filter"`
			Badge    int64           `db:"badge"`
			Tone     string          `db:"tone"`
			Followed bool            `db:"followed"`
			Playbook db.JSON[[]Step] `db:"playbook"`
			Shared   string          `db:"shared"`
			RoleIDs  api.Strings     `db:"role_ids"`
		}{g.Name, g.Filter, g.Badge, g.Tone, g.Followed, db.Of(g.Steps), g.Shared, g.RoleIDs})
		if err != nil {
			return none, err
		}
		var changes []audit.Change
		for _, d := range diffs {
			changes = append(changes, audit.Change{Field: d.Field, Old: d.Old, New: d.New})
		}
		if err := audit.Note(tx, audit.Entry{Action: "segment.change", Kind: "segment", Record: id, Changes: changes}); err != nil {
			return none, err
		}
		return s.load(ctx, tx, id)
	})
}

// Delete takes a segment away, with whom it had. One that ships is changed, not deleted.
func (s *Service) Delete(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		g, err := s.find(tx, id)
		switch {
		case err != nil:
			return 0, err
		case version != g.Version:
			return 0, db.ErrStale
		case !mayChange(who, g):
			return 0, db.ErrNotYours
		case g.Code != "":
			return 0, fault.New(fault.Conflict, "segment_ships")
		}
		if _, err := tx.As(program).ChangeAll(dropAll, db.Args{"segment": id}); err != nil {
			return 0, err
		}
		if err := tx.Change(drop, db.Args{"id": id}); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "segment.delete", Kind: "segment", Record: id, Details: map[string]any{"name": g.Name}})
	})
	return err
}
