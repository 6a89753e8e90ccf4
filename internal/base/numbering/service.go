package numbering

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

// Service shows and changes the patterns.
type Service struct{ DB *db.DB }

func (s *Service) Routes(r *api.Router) {
	api.List(r, api.Op{Path: "/numbering", May: access.NumberingManage}, s.List)
	api.Change(r, api.Op{Path: "/numbering/{id}", May: access.NumberingManage}, s.Change)
}

// Shown is a series as a screen needs it.
type Shown struct {
	Series  string   `json:"series"`
	Name    string   `json:"name"`
	Pattern string   `json:"pattern"`
	Default string   `json:"default"`
	Offered []string `json:"offered" doc:"Other usual patterns."`
	Sample  string   `json:"sample" doc:"What the next number would be."`
	Version int64    `json:"version"`
}

func (s Shown) Revision() int64 { return s.Version }

// List gives every series with a live sample.
func (s *Service) List(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Shown], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Shown], err error) {
		out.Items, err = s.ListIn(ctx, tx)
		return out, err
	})
}

// ListIn is List inside a unit.
func (s *Service) ListIn(ctx context.Context, tx *db.Tx) (out []Shown, err error) {
	rows, err := db.All[row](tx, patterns, nil)
	if err != nil {
		return nil, err
	}
	stored := map[string]row{}
	for _, r := range rows {
		stored[r.Series] = r
	}
	for _, series := range all {
		item, err := shown(ctx, tx, series, stored[series.code])
		if err != nil {
			return nil, err
		}
		out = append(out, item)
	}
	return out, nil
}

func shown(ctx context.Context, tx *db.Tx, s series, stored row) (Shown, error) {
	out := Shown{Series: s.code, Name: locale.Text(api.LanguageOf(ctx), "numbering.series."+s.code, nil),
		Pattern: s.pattern, Default: s.pattern, Offered: s.offered, Version: 1}
	if out.Offered == nil {
		out.Offered = []string{}
	}
	if stored.Pattern != "" {
		out.Pattern, out.Version = stored.Pattern, stored.Version
	}
	tx = tx.As(program)
	r, err := ruleBy(tx, s.code, out.Pattern)
	if err != nil {
		return out, err
	}
	last, _, err := db.Maybe[db.Count](tx, taken, db.Args{"series": r.counter()})
	out.Sample = r.number(last.N + 1)
	return out, err
}

// Change is what an administrator may say of a series.
type Change struct {
	Pattern string `json:"pattern" minLength:"1" maxLength:"60" example:"C{yyyy}{MM}{dd}{seq:3}"`
}

// Change gives a series another pattern, for numbers from now on. Numbers that were
// handed out stay as they are. A pattern that could make one number twice is invalid.
func (s *Service) Change(ctx context.Context, who access.Actor, code string, version int64, in Change) (Shown, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (Shown, error) { return s.ChangeIn(ctx, tx, code, version, in) })
}

// ChangeIn is Change inside a unit; version 0 is whichever stands.
func (s *Service) ChangeIn(ctx context.Context, tx *db.Tx, code string, version int64, in Change) (out Shown, err error) {
	series, ok := find(code)
	if !ok {
		return out, db.ErrNotFound
	}
	p, err := ParsePattern(in.Pattern)
	if err != nil {
		return out, fault.Rule("invalid", "pattern").Because(err)
	}
	if p.asks("dept") { // departments have no code of their own yet: the place would stay empty
		return out, fault.Rule("invalid", "pattern")
	}
	// A row that Seed did not write yet.
	if _, err := tx.InsertNew(table, row{code, series.pattern, tx.At(), 1}); err != nil {
		return out, err
	}
	old, err := db.One[row](tx, one, db.Args{"series": code})
	if err != nil {
		return out, err
	}
	if version == 0 {
		version = old.Version
	}
	next := p.String()
	n, err := tx.ChangeAll(change, db.Args{"series": code, "pattern": next, "version": version, "at": tx.At()})
	if err != nil {
		return out, err
	}
	if n == 0 {
		return out, db.ErrStale
	}
	err = audit.Note(tx, audit.Entry{Action: "numbering.change", Kind: "numbering", Record: code,
		Changes: []audit.Change{{Field: "pattern", Old: old.Pattern, New: next}}})
	if err != nil {
		return out, err
	}
	return shown(ctx, tx, series, row{Pattern: next, Version: old.Version + 1})
}
