package customfield

import (
	"context"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

// Order reads a sort key such as -updated_at; "" gives otherwise.
func (c *Catalogue) Order(who access.Actor, sort, otherwise string) (db.Order, error) {
	if sort == "" {
		sort = otherwise
	}
	name, down := strings.CutPrefix(sort, "-")
	f, ok := c.find(who, name)
	if !ok || !f.Sortable {
		return db.Order{}, fault.Rule("unknown_field", "sort").With(map[string]any{"field": clip(name)})
	}
	by := f.column
	if f.by != (db.Column{}) {
		by = f.by
	}
	return db.OrderBy(by, c.id, down, true), nil
}

// Service answers what fields there are.
type Service struct{ all []*Catalogue }

// New serves catalogues in the order given.
func New(all ...*Catalogue) *Service { return &Service{all} }

// Catalogues are all that are served, for the tests of the house.
func (s *Service) Catalogues() []*Catalogue { return s.all }

func (s *Service) Routes(r *api.Router) {
	api.List(r, api.Op{Path: "/fields/{kind}", May: access.Self}, s.List)
}

// List gives the fields of a kind of record as this viewer may use them, with labels
// in his language.
func (s *Service) List(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Field], error) {
	kind := api.Param(ctx, "kind")
	at := slices.IndexFunc(s.all, func(c *Catalogue) bool { return c.Kind == kind })
	if at < 0 {
		return api.Items[Field]{}, db.ErrNotFound
	}
	fields := s.all[at].For(who)
	for i := range fields {
		fields[i].Label = locale.Text(api.LanguageOf(ctx), LabelKey(kind, fields[i].Name), nil)
	}
	return api.Items[Field]{Items: fields}, nil
}

// LabelKey is where the words of a field stand.
func LabelKey(kind, field string) string {
	return strings.ReplaceAll(kind, "-", "_") + ".field." + field
}
