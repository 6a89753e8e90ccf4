// Package listview keeps 视图: how somebody looks at a list — its filter, order and columns —
// under a name, for himself or for others. A view shows nobody a row: the list does, to each
// as far as he reaches.
package listview

import (
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/share"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// What there may be at the most.
const (
	mostViews   = 100 // of one person and record
	mostColumns = 60
	widest      = 1200 // pixels
)

var (
	// Table of views. Whoever is signed in keeps his own; who is shown one is asked beside.
	Table = db.Shared("list_views", db.Rights{Change: db.Change(string(access.Self))})
	marks = db.Internal("list_view_marks").Quiet()

	program = access.Program("list views")
)

// A Column of a view; width in pixels, 0 as the list has it.
type Column struct {
	Name  string `json:"name" minLength:"1" maxLength:"60"`
	Width int64  `json:"width,omitempty" minimum:"0" maximum:"1200"`
}

// A View as somebody sees it who is shown it.
type View struct {
	ID        string            `db:"id" json:"id"`
	Record    string            `db:"record" json:"record" doc:"The kind of the list's catalogue: customer, order, contact …"`
	Name      string            `db:"name" json:"name"`
	Tab       api.Text          `db:"tab" json:"tab" doc:"Of the list, on which it stands."`
	Filter    api.Text          `db:"filter" json:"filter" doc:"As lists take it."`
	Sort      api.Text          `db:"sort" json:"sort"`
	Kept      db.JSON[[]Column] `db:"columns" json:"-"`
	Columns   []Column          `json:"columns" doc:"Empty: the usual ones."`
	Shared    string            `db:"shared" json:"shared" enum:"mine,roles,all"`
	RoleIDs   api.Strings       `db:"role_ids" json:"role_ids"`
	OwnerID   string            `db:"owner_id" json:"owner_id"`
	OwnerName api.Text          `db:"owner_name" json:"owner_name"`
	Favourite bool              `db:"favourite" json:"favourite" doc:"It stands in the viewer's menu."`
	Begins    bool              `db:"begins" json:"begins" doc:"The viewer's list begins with it."`
	MayChange bool              `json:"may_change"`
	Version   int64             `db:"version" json:"version"`
}

func (v View) Revision() int64  { return v.Version }
func (v View) RecordID() string { return v.ID }

func (v *View) show(who access.Actor) {
	v.Columns = v.Kept.V
	if v.Columns == nil {
		v.Columns = []Column{}
	}
	if v.RoleIDs == nil {
		v.RoleIDs = api.Strings{}
	}
	v.MayChange = v.OwnerID == who.ID() || v.Shared != share.Mine && who.Can(access.SettingManage)
}

// New is what a caller says of a view to keep.
type New struct {
	Record  string   `json:"record" minLength:"1" maxLength:"40"`
	Name    string   `json:"name" minLength:"1" maxLength:"40"`
	Tab     string   `json:"tab,omitempty" maxLength:"20"`
	Filter  string   `json:"filter,omitempty" maxLength:"8192"`
	Sort    string   `json:"sort,omitempty" maxLength:"60"`
	Columns []Column `json:"columns,omitempty" maxItems:"60"`
	Shared  string   `json:"shared,omitempty" enum:"mine,roles,all"`
	RoleIDs []string `json:"role_ids,omitempty" maxItems:"50"`
}

// Change is what may be said of a view that stands.
type Change struct {
	Name    api.Opt[string]   `json:"name,omitzero" maxLength:"40"`
	Tab     api.Opt[string]   `json:"tab,omitzero" maxLength:"20"`
	Filter  api.Opt[string]   `json:"filter,omitzero" maxLength:"8192"`
	Sort    api.Opt[string]   `json:"sort,omitzero" maxLength:"60"`
	Columns api.Opt[[]Column] `json:"columns,omitzero" maxItems:"60"`
	Shared  api.Opt[string]   `json:"shared,omitzero" enum:"mine,roles,all"`
	RoleIDs api.Opt[[]string] `json:"role_ids,omitzero" maxItems:"50"`
}

// Mark is what a viewer does with a view; what is left out stays.
type Mark struct {
	Favourite *bool `json:"favourite,omitempty"`
	Begins    *bool `json:"begins,omitempty" doc:"One view of a list at the most."`
}

// judge refuses a view whose list could not be asked so by its maker.
func (s *Service) judge(tx *db.Tx, v *View) error {
	if v.Name = strings.Join(strings.Fields(v.Name), " "); v.Name == "" {
		return fault.Rule("required", "name")
	}
	if v.Shared == "" {
		v.Shared = share.Mine
	}
	if v.Shared != share.Roles {
		v.RoleIDs = api.Strings{}
	} else if len(v.RoleIDs) == 0 {
		return fault.Rule("required", "role_ids")
	}
	cat := s.catalogue(v.Record)
	if cat == nil {
		return fault.Rule("invalid", "record")
	}
	who, _ := tx.Who().(access.Actor)
	own, err := cat.In(tx)
	if err != nil {
		return err
	}
	if err := s.asks(tx, cat, own, who, *v); err != nil {
		return err
	}
	listed := map[string]bool{}
	for _, f := range own.For(who) {
		listed[f.Name] = f.List
	}
	if len(v.Columns) > mostColumns {
		return fault.Rule("too_many", "columns").With(map[string]any{"max": mostColumns})
	}
	for _, c := range v.Columns {
		if !listed[c.Name] || c.Width < 0 || c.Width > widest {
			return fault.Rule("unknown_field", "columns")
		}
		listed[c.Name] = false // no column stands twice
	}
	return nil
}

func (s *Service) catalogue(record string) *customfield.Catalogue {
	for _, c := range s.Catalogues {
		if c.Kind == record {
			return c
		}
	}
	return nil
}
