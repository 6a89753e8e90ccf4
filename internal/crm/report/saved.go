package report

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/share"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Table of reports that people made: what one asks is judged anew for each who looks.
var Table = db.Shared("reports", db.Rights{Change: db.Change(string(access.ReportRead))})

// A Saved report as its viewers see it.
type Saved struct {
	ID        string       `db:"id" json:"id"`
	Name      string       `db:"name" json:"name"`
	Stored    db.JSON[Ask] `db:"ask" json:"-"`
	Ask       Ask          `json:"ask"`
	Chart     string       `db:"chart" json:"chart" enum:"bar,line,pie,funnel,table"`
	Shared    string       `db:"shared" json:"shared" enum:"mine,roles,all"`
	RoleIDs   api.Strings  `db:"role_ids" json:"role_ids"`
	OnBoard   bool         `db:"on_board" json:"on_board" doc:"Shown on the dashboard of whom it is shared with."`
	OwnerID   api.Ref      `db:"owner_id" json:"owner_id"`
	MayChange bool         `json:"may_change"`
	Version   int64        `db:"version" json:"version"`
}

func (s Saved) Revision() int64  { return s.Version }
func (s Saved) RecordID() string { return s.ID }

func (s *Saved) thing() share.Thing {
	return share.Thing{With: s.Shared, Owner: string(s.OwnerID), Roles: s.RoleIDs}
}

// Saving is what a caller says of a report to keep.
type Saving struct {
	Name    string   `json:"name" minLength:"1" maxLength:"60"`
	Ask     Ask      `json:"ask"`
	Chart   string   `json:"chart" enum:"bar,line,pie,funnel,table"`
	Shared  string   `json:"shared,omitempty" enum:"mine,roles,all"`
	RoleIDs []string `json:"role_ids,omitempty" maxItems:"50"`
	OnBoard bool     `json:"on_board,omitempty"`
}

// Resaving is what a caller may change.
type Resaving struct {
	Name    api.Opt[string]   `json:"name,omitempty,omitzero" maxLength:"60"`
	Ask     api.Opt[Ask]      `json:"ask,omitempty,omitzero"`
	Chart   api.Opt[string]   `json:"chart,omitempty,omitzero" enum:"bar,line,pie,funnel,table"`
	Shared  api.Opt[string]   `json:"shared,omitempty,omitzero" enum:"mine,roles,all"`
	RoleIDs api.Opt[[]string] `json:"role_ids,omitempty,omitzero" maxItems:"50"`
	OnBoard api.Opt[bool]     `json:"on_board,omitempty,omitzero"`
}

const savedColumns = `r.id, r.name, r.ask, r.chart, r.shared, r.role_ids, r.on_board, r.owner_id, r.version`

var (
	allSaved  = db.SQL(`SELECT `+savedColumns+` FROM {reports r} ORDER BY r.created_at, r.id LIMIT 500`, Table)
	oneSaved  = db.SQL(`SELECT `+savedColumns+` FROM {reports r} WHERE r.id = :id`, Table)
	dropSaved = db.SQL(`DELETE FROM {reports!change r} WHERE r.id = :id`, Table)
)

// Named says whether somebody keeps a report of a name.
func Named(tx *db.Tx, name string) (bool, error) {
	rows, err := db.All[Saved](tx, allSaved, nil)
	return slices.ContainsFunc(rows, func(r Saved) bool { return r.Name == name }), err
}

// ListSaved gives the reports that the viewer is shown.
func (s *Service) ListSaved(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Saved], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Saved], err error) {
		rows, err := db.All[Saved](tx, allSaved, nil)
		if err != nil {
			return out, err
		}
		roles, err := share.RolesOf(tx)
		out.Items = []Saved{}
		for _, r := range rows {
			if share.Seen(who, roles, r.thing()) {
				r.show(who)
				out.Items = append(out.Items, r)
			}
		}
		return out, err
	})
}

func (s *Saved) show(who access.Actor) {
	s.Ask, s.MayChange = s.Stored.V, string(s.OwnerID) == who.ID() || who.Can(access.SettingManage)
	if s.RoleIDs == nil {
		s.RoleIDs = api.Strings{}
	}
}

// GetSaved gives one.
func (s *Service) GetSaved(ctx context.Context, who access.Actor, id string) (Saved, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Saved, error) { return s.saved(tx, id) })
}

func (s *Service) saved(tx *db.Tx, id string) (r Saved, err error) {
	if r, err = db.One[Saved](tx, oneSaved, db.Args{"id": id}); err != nil {
		return r, err
	}
	roles, err := share.RolesOf(tx)
	if err == nil && !share.Seen(actor(tx), roles, r.thing()) {
		err = db.ErrNotFound
	}
	r.show(actor(tx))
	return r, err
}

// Save keeps a report that its maker can ask. To share it with others one needs to see as far as
// they: what it shows each is his own reach in any case.
func (s *Service) Save(ctx context.Context, who access.Actor, in Saving) (Saved, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (Saved, error) { return s.SaveIn(ctx, tx, in) })
}

// SaveIn is Save inside a unit.
func (s *Service) SaveIn(ctx context.Context, tx *db.Tx, in Saving) (none Saved, err error) {
	r := Saved{Name: in.Name, Ask: in.Ask, Chart: in.Chart, Shared: in.Shared, RoleIDs: in.RoleIDs, OnBoard: in.OnBoard}
	if err := s.judge(ctx, tx, &r); err != nil {
		return none, err
	}
	id := tx.NewID()
	err = tx.Insert(Table, struct {
		ID        string       `db:"id"`
		Name      string       `db:"name"`
		Ask       db.JSON[Ask] `db:"ask"`
		Chart     string       `db:"chart"`
		Shared    string       `db:"shared"`
		RoleIDs   api.Strings  `db:"role_ids"`
		OnBoard   bool         `db:"on_board"`
		OwnerID   api.Ref      `db:"owner_id"`
		CreatedAt int64        `db:"created_at"`
		UpdatedAt int64        `db:"updated_at"`
	}{id, r.Name, db.Of(r.Ask), r.Chart, r.Shared, r.RoleIDs, r.OnBoard, api.Ref(tx.Who().ID()), tx.At(), tx.At()})
	if err != nil {
		return none, err
	}
	if err := audit.Note(tx, audit.Entry{Action: "report.save", Kind: "report", Record: id, Details: map[string]any{"name": r.Name}}); err != nil {
		return none, err
	}
	return s.saved(tx, id)
}

// judge: a report that is kept can be answered, by its maker at least.
func (s *Service) judge(ctx context.Context, tx *db.Tx, r *Saved) error {
	if r.Name = strings.Join(strings.Fields(r.Name), " "); r.Name == "" {
		return fault.Rule("required", "name")
	}
	if r.Shared == "" {
		r.Shared = share.Mine
	}
	if r.RoleIDs == nil {
		r.RoleIDs = api.Strings{}
	}
	if text, _ := json.Marshal(r.Ask); len(text) > 16<<10 {
		return fault.Rule("too_complex", "ask")
	}
	v, err := s.view(ctx, tx)
	if err != nil {
		return err
	}
	_, err = s.answer(v, r.Ask)
	return err
}

// Resave changes a report of one's own; an administrator changes any that he is shown.
func (s *Service) Resave(ctx context.Context, who access.Actor, id string, version int64, in Resaving) (Saved, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Saved, err error) {
		r, err := s.saved(tx, id)
		if err != nil {
			return none, err
		}
		if !r.MayChange {
			return none, db.ErrNotYours
		}
		diffs := api.Apply(&r, in)
		if err := s.judge(ctx, tx, &r); err != nil {
			return none, err
		}
		err = tx.Update(Table, id, version, struct {
			Name    string       `db:"name"`
			Ask     db.JSON[Ask] `db:"ask"`
			Chart   string       `db:"chart"`
			Shared  string       `db:"shared"`
			RoleIDs api.Strings  `db:"role_ids"`
			OnBoard bool         `db:"on_board"`
		}{r.Name, db.Of(r.Ask), r.Chart, r.Shared, r.RoleIDs, r.OnBoard})
		if err != nil {
			return none, err
		}
		var changes []audit.Change
		for _, d := range diffs {
			c := audit.Change{Field: d.Field}
			if d.Field != "ask" {
				c.Old, c.New = d.Old, d.New
			}
			changes = append(changes, c)
		}
		if err := audit.Note(tx, audit.Entry{Action: "report.change", Kind: "report", Record: id, Changes: changes}); err != nil {
			return none, err
		}
		return s.saved(tx, id)
	})
}

// Drop takes a report away.
func (s *Service) Drop(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		r, err := s.saved(tx, id)
		switch {
		case err != nil:
			return 0, err
		case r.Version != version:
			return 0, db.ErrStale
		case !r.MayChange:
			return 0, db.ErrNotYours
		}
		if err := tx.Change(dropSaved, db.Args{"id": id}); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "report.delete", Kind: "report", Record: id, Details: map[string]any{"name": r.Name}})
	})
	return err
}
