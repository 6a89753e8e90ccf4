// Package preset is 模板: five ways to set a company up, each a set of numbers, settings, fields,
// words, limits of stages, roles and reports. One is compared with what is set, and applied
// whole or in part. It adds and switches; nothing that anybody wrote is lost.
package preset

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/numbering"
	"zhike/internal/base/setting"
	"zhike/internal/crm/report"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

//go:embed presets.json
var presetsJSON []byte

// A preset as it ships.
type preset struct {
	Code      string            `json:"code"`
	Label     string            `json:"label"`
	LabelEN   string            `json:"label_en"`
	About     string            `json:"about"`
	AboutEN   string            `json:"about_en"`
	Numbering map[string]string `json:"numbering"`
	Settings  map[string]any    `json:"settings"`
	Stages    map[string]int64  `json:"stages"`
	Words     []word            `json:"words"`
	Templates []struct {
		Code string `json:"code"`
	} `json:"templates"`
	Roles   []role          `json:"roles"`
	Reports []report.Saving `json:"reports"`
}

type word struct {
	Dictionary string `json:"dictionary"`
	Code       string `json:"code"`
	Active     bool   `json:"active"`
}

// A role is a copy of one that is built in, with more permissions.
type role struct {
	Name string   `json:"name"`
	From string   `json:"from"`
	Add  []string `json:"add"`
}

var shipped = func() (all []preset) {
	if err := json.Unmarshal(presetsJSON, &all); err != nil {
		panic(fmt.Errorf("preset: presets.json: %w", err)) // embedded: a test would have failed
	}
	return all
}()

// Service compares presets with what is set, and applies them.
type Service struct {
	DB       *db.DB
	Account  *account.Service
	Numbers  *numbering.Service
	Settings *setting.Service
	Words    *dictionary.Service
	Own      *own.Service
	Reports  *report.Service
}

// An Item is one thing that a preset sets.
type Item struct {
	Key   string   `json:"key" doc:"kind:what, as Apply takes it."`
	Kind  string   `json:"kind" enum:"numbering,setting,template,word,stage,role,report"`
	Label string   `json:"label"`
	Now   api.Text `json:"now"`
	Then  string   `json:"then"`
	Same  bool     `json:"same"`

	apply func(ctx context.Context, tx *db.Tx) error
}

// A Preset with what differs from what is set.
type Preset struct {
	Code    string `json:"code"`
	Label   string `json:"label"`
	About   string `json:"about"`
	Differs int    `json:"differs" doc:"How many of its items are not set like that."`
	Items   []Item `json:"items"`
}

// RecordID names it in replays.
func (p Preset) RecordID() string { return p.Code }

// Apply says what of a preset is applied.
type Apply struct {
	Only []string `json:"only,omitempty" maxItems:"200" doc:"Keys of items; left out: all."`
}

// Routes are for whoever sets the company up.
func (s *Service) Routes(r *api.Router) {
	api.List(r, api.Op{Path: "/presets", May: access.SettingManage}, s.List)
	api.Do(r, api.Op{Path: "/presets/{id}/apply", May: access.SettingManage, Loose: true}, func(ctx context.Context, who access.Actor, code string, _ int64, in Apply) (Preset, error) {
		return s.Apply(ctx, who, code, in)
	})
}

// List gives the presets beside what is set now.
func (s *Service) List(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Preset], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Preset], err error) {
		for _, p := range shipped {
			x, err := s.compared(ctx, tx, p)
			if err != nil {
				return out, err
			}
			out.Items = append(out.Items, x)
		}
		return out, nil
	})
}

// Apply sets what a preset says and is not set like that; what differs needs each its own right,
// as if an administrator had done it by hand.
func (s *Service) Apply(ctx context.Context, who access.Actor, code string, in Apply) (Preset, error) {
	i := slices.IndexFunc(shipped, func(p preset) bool { return p.Code == code })
	if i < 0 {
		return Preset{}, db.ErrNotFound
	}
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Preset, err error) {
		p, err := s.compared(ctx, tx, shipped[i])
		if err != nil {
			return none, err
		}
		for _, key := range in.Only {
			if !slices.ContainsFunc(p.Items, func(x Item) bool { return x.Key == key }) {
				return none, fault.Rule("invalid", "only")
			}
		}
		var done []string
		for _, x := range p.Items {
			if x.Same || len(in.Only) > 0 && !slices.Contains(in.Only, x.Key) {
				continue
			}
			if err := x.apply(ctx, tx); err != nil {
				return none, err
			}
			done = append(done, x.Key)
		}
		if err := audit.Note(tx, audit.Entry{Action: "preset.apply", Kind: "preset", Record: code, Details: map[string]any{"name": shipped[i].Label, "items": done}}); err != nil {
			return none, err
		}
		return s.compared(ctx, tx, shipped[i])
	})
}
