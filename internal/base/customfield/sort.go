package customfield

import (
	"context"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Order reads a sort key such as -updated_at; "" gives otherwise.
func (c *Catalogue) Order(who access.Actor, sort, otherwise string) (db.Order, error) {
	if sort == "" {
		sort = otherwise
	}
	name, down := strings.CutPrefix(sort, "-")
	f, ok := c.find(who, name)
	if !ok || !f.Sortable || f.side {
		return db.Order{}, fault.Rule("unknown_field", "sort").With(map[string]any{"field": clip(name)})
	}
	by := f.column
	if f.by != (db.Column{}) {
		by = f.by
	}
	return db.OrderBy(by, c.id, down, true), nil
}

// Beside reads a sort key that names one of the company's own fields: the order by the side table, joined as v, and the
// field's name. False for any other key.
func (c *Catalogue) Beside(tx *db.Tx, sort string) (o db.Order, name string, ok bool, err error) {
	name, down := strings.CutPrefix(sort, "-")
	if c, err = c.In(tx); err != nil {
		return o, "", false, err
	}
	who, _ := tx.Who().(access.Actor)
	f, found := c.find(who, name)
	if !found || !f.side || !f.Sortable {
		return o, "", false, nil
	}
	value := db.Col("v.text")
	if f.numeric() {
		value = db.Col("v.num")
	}
	return db.OrderBeside(value, db.Col("v.record_id"), c.id, db.Col("v.held"), down), name, true, nil
}

// Service answers what fields there are.
type Service struct {
	db  *db.DB
	all []*Catalogue
}

// New serves catalogues in the order given.
func New(d *db.DB, all ...*Catalogue) *Service { return &Service{d, all} }

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
	return db.Read(ctx, s.db, who, func(tx *db.Tx) (out api.Items[Field], err error) {
		c, err := s.all[at].In(tx)
		if err != nil {
			return out, err
		}
		said, err := Called(tx)
		if err != nil {
			return out, err
		}
		out.Items = c.For(who)
		for i := range out.Items {
			f := &out.Items[i]
			f.Label, f.ReadOnly = said.Of(*f, kind, api.LanguageOf(ctx)), f.ReadOnlyFor(who)
		}
		return out, nil
	})
}

// LabelKey is where the words of a field stand.
func LabelKey(kind, field string) string {
	return strings.ReplaceAll(kind, "-", "_") + ".field." + field
}
