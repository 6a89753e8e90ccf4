package setting

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

// Service shows and changes settings.
type Service struct {
	DB      *db.DB
	Vault   *privacy.Vault        // seals secrets
	Changed func(tx *db.Tx) error // whoever keeps settings in memory forgets them
}

func (s *Service) Routes(r *api.Router) {
	api.List(r, api.Op{Path: "/settings", May: access.SettingManage}, s.List)
	api.Change(r, api.Op{Path: "/settings", May: access.SettingManage, Loose: true}, // a change names what it changes: there is no version to miss
		func(ctx context.Context, who access.Actor, _ string, _ int64, in Change) (api.Items[Shown], error) {
			return s.Change(ctx, who, in)
		})
}

// Shown is a setting as a screen needs it.
type Shown struct {
	Key     string   `json:"key"`
	Value   any      `json:"value"`
	Default any      `json:"default"`
	Kind    Kind     `json:"kind" enum:"int,text,bool,choice,fen,secret"`
	Group   string   `json:"group"`
	Label   string   `json:"label"`
	Choices []string `json:"choices,omitempty"`
	Min     *int64   `json:"min,omitempty"`
	Max     *int64   `json:"max,omitempty"`
}

// List gives every setting, in the order of its declaration.
func (s *Service) List(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Shown], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (api.Items[Shown], error) {
		return shown(tx, api.LanguageOf(ctx))
	})
}

func shown(tx *db.Tx, lang string) (out api.Items[Shown], err error) {
	stored, err := values(tx)
	if err != nil {
		return out, err
	}
	for _, d := range registry {
		item := Shown{Key: d.key, Value: stored[d.key], Default: d.otherwise, Kind: d.kind, Group: d.group(),
			Label: locale.Text(lang, "setting.field."+d.key, nil), Choices: d.choices}
		if d.kind == KindInt || d.kind == KindFen {
			item.Min, item.Max = &d.least, &d.most
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

// Values are all settings by key, as they stand.
func Values(tx *db.Tx) (map[string]any, error) { return values(tx) }

// Label is what a setting is called; "" where there is none.
func Label(lang, key string) string {
	if find(key) == nil {
		return ""
	}
	return locale.Text(lang, "setting.field."+key, nil)
}

// values are all settings, as stored or by default.
func values(tx *db.Tx) (map[string]any, error) {
	rows, err := db.All[row](tx, all, nil)
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	for _, d := range registry {
		out[d.key] = d.otherwise
	}
	for _, r := range rows {
		if d := find(r.Key); d != nil {
			out[r.Key] = d.value(r)
		}
	}
	return out, nil
}

// Change is the settings to change, by key.
type Change struct {
	Values map[string]any `json:"values" minProperties:"1" maxProperties:"100" doc:"null goes back to the default."`
}

// Change writes all of the settings or, where one is wrong, none. The audit log tells
// old and new of each that differs.
func (s *Service) Change(ctx context.Context, who access.Actor, in Change) (api.Items[Shown], error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (api.Items[Shown], error) { return s.ChangeIn(ctx, tx, who, in) })
}

// ChangeIn is Change inside a unit.
func (s *Service) ChangeIn(ctx context.Context, tx *db.Tx, who access.Actor, in Change) (out api.Items[Shown], err error) {
	if err := tx.Lock("settings"); err != nil {
		return out, err
	}
	old, err := values(tx)
	if err != nil {
		return out, err
	}
	next, err := judged(in.Values)
	if err != nil {
		return out, err
	}
	for _, key := range exposed(next, old) {
		next[key] = nil
	}
	if slices.ContainsFunc(slices.Collect(maps.Keys(next)), security) {
		if err := api.Sure(who); err != nil {
			return out, err
		}
	}
	var changes []audit.Change
	for _, key := range slices.Sorted(maps.Keys(next)) {
		d, v := find(key), next[key]
		reset := v == nil
		if reset {
			v = d.otherwise
		}
		if v == old[key] {
			continue
		}
		if d.kind == KindSecret {
			if v, err = s.seal(tx, d, v); err != nil {
				return out, err
			}
		}
		if reset {
			_, err = tx.ChangeAll(forget, db.Args{"key": key})
		} else {
			err = d.keep(tx, v)
		}
		if err != nil {
			return out, err
		}
		said := audit.Change{Field: key, Old: old[key], New: v}
		if d.kind == KindSecret { // that there is one, and no more
			said.New = map[bool]any{true: IsSet, false: ""}[v != ""]
		}
		changes = append(changes, said)
	}
	if len(changes) == 0 {
		return shown(tx, api.LanguageOf(ctx))
	}
	if s.Changed != nil {
		if err := s.Changed(tx); err != nil {
			return out, err
		}
	}
	if err := audit.Note(tx, audit.Entry{Action: "setting.change", Kind: "setting", Changes: changes}); err != nil {
		return out, err
	}
	return shown(tx, api.LanguageOf(ctx))
}

// security says that a setting decides who comes in: it asks for more than the right.
func security(key string) bool { return strings.HasPrefix(key, "sign_in.") }

// judged are the values by the rules of their settings; nil stays, for the default.
func judged(in map[string]any) (map[string]any, error) {
	out := make(map[string]any, len(in))
	var wrong []fault.Detail
	for _, key := range slices.Sorted(maps.Keys(in)) {
		d := find(key)
		if d == nil {
			wrong = append(wrong, fault.Detail{Field: key, Code: "unknown_field"})
			continue
		}
		if in[key] == nil {
			out[key] = nil
			continue
		}
		v, err := d.judge(in[key])
		var f *fault.Fault
		if errors.As(err, &f) {
			wrong = append(wrong, f.Details...)
			continue
		}
		out[key] = v
	}
	return out, fault.Fields(wrong)
}
