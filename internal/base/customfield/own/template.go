package own

import (
	"context"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/dictionary"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// A Template is a ready set of fields for a trade, which a company switches on for kinds of customers or industries.
type Template struct {
	Code    string  `json:"code"`
	Label   string  `json:"label"`
	LabelEN string  `json:"label_en"`
	On      bool    `json:"on"` // in every company from the beginning
	Groups  []Group `json:"fields"`
}

// A Group of a template's fields stands under one heading.
type Group struct {
	Label   string     `json:"group"`
	LabelEN string     `json:"group_en"`
	Items   []Prepared `json:"items"`
}

// Prepared is a field as a template has it. A choice is code, label, English label and synonyms.
type Prepared struct {
	Name       string   `json:"name"`
	Label      string   `json:"label"`
	LabelEN    string   `json:"label_en"`
	Kind       string   `json:"kind"`
	Help       string   `json:"help"`
	Unit       string   `json:"unit"`
	Decimals   int64    `json:"decimals"`
	Sensitive  bool     `json:"sensitive"`
	Search     bool     `json:"search"`
	Purpose    string   `json:"purpose"`
	Kinds      []string `json:"kinds"`
	Dictionary string   `json:"dictionary"`
	Free       bool     `json:"free"`
	Choices    [][]any  `json:"choices"`
	When       *When    `json:"when"`
}

func (p Prepared) words() (all []dictionary.New) {
	text := func(c []any, i int) string {
		if i >= len(c) {
			return ""
		}
		s, _ := c[i].(string)
		return s
	}
	for _, c := range p.Choices {
		w := dictionary.New{Code: text(c, 0), Label: text(c, 1), LabelEN: text(c, 2)}
		if len(c) > 3 {
			also, _ := c[3].([]any)
			for _, s := range also {
				word, _ := s.(string)
				w.Synonyms = append(w.Synonyms, word)
			}
		}
		all = append(all, w)
	}
	return all
}

// Offered is a template as administrators see it.
type Offered struct {
	Code       string   `json:"code"`
	Label      string   `json:"label"`
	State      string   `json:"state" enum:"off,on,part" doc:"part: some of its fields are retired or not there."`
	Kinds      []string `json:"kinds"`
	Industries []string `json:"industries"`
	Fields     []string `json:"fields" doc:"What its fields are called."`
}

// Apply says for whom a template is switched on.
type Apply struct {
	Kinds      []string `json:"kinds,omitempty" maxItems:"3" doc:"Kinds of customers that have its fields; left out: all."`
	Industries []string `json:"industries,omitempty" maxItems:"50"`
}

// Offers gives the templates of a kind of record, and how each stands.
func (s *Service) Offers(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Offered], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Offered], err error) {
		if api.Param(ctx, "kind") != "customer" {
			return out, db.ErrNotFound
		}
		all, err := s.of(tx, "customer")
		out.Items = []Offered{}
		for _, t := range s.Templates {
			out.Items = append(out.Items, t.offered(all, api.LanguageOf(ctx)))
		}
		return out, err
	})
}

func (t Template) offered(all []Field, lang string) Offered {
	o := Offered{Code: t.Code, Label: t.Label, State: "off", Kinds: []string{}, Industries: []string{}, Fields: []string{}}
	if lang == "en" {
		o.Label = t.LabelEN
	}
	there := 0
	for _, g := range t.Groups {
		for _, p := range g.Items {
			label := p.Label
			if lang == "en" {
				label = p.LabelEN
			}
			if i := slices.IndexFunc(all, func(f Field) bool { return f.Name == p.Name }); i >= 0 {
				if label = all[i].Word(lang); all[i].Active {
					there++
				}
				if len(p.Kinds) == 0 {
					o.Kinds, o.Industries = all[i].Kinds, all[i].Industries
				}
			}
			o.Fields = append(o.Fields, label)
		}
	}
	switch there {
	case 0:
	case len(o.Fields):
		o.State = "on"
	default:
		o.State = "part"
	}
	return o
}

// Switch puts a template's fields where they lack, takes retired ones back into use, and says who has them. What stands keeps its
// label, its words and every value.
func (s *Service) Switch(ctx context.Context, who access.Actor, code string, _ int64, in Apply) (Offered, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Offered, err error) {
		t, err := s.template(ctx, code)
		if err != nil {
			return none, err
		}
		return s.SwitchIn(tx, t, in, api.LanguageOf(ctx))
	})
}

func (s *Service) template(ctx context.Context, code string) (Template, error) {
	i := slices.IndexFunc(s.Templates, func(t Template) bool { return t.Code == code })
	if i < 0 || api.Param(ctx, "kind") != "customer" {
		return Template{}, db.ErrNotFound
	}
	return s.Templates[i], nil
}

// SwitchIn is Switch inside a unit.
func (s *Service) SwitchIn(tx *db.Tx, t Template, in Apply, lang string) (none Offered, err error) {
	if !tx.Who().May(string(access.FieldManage)) {
		return none, db.ErrDenied
	}
	all, err := s.of(tx, "customer")
	if err != nil {
		return none, err
	}
	added := 0
	for _, g := range t.Groups {
		for _, p := range g.Items {
			i := slices.IndexFunc(all, func(f Field) bool { return f.Name == p.Name })
			if i >= 0 {
				f := all[i]
				f.Active = true
				if len(p.Kinds) == 0 {
					f.Kinds, f.Industries = orEmpty(in.Kinds), orEmpty(in.Industries)
				}
				if err := f.judge(all); err != nil { // another field took its name meanwhile
					return none, err
				}
				if err := tx.Update(Table, f.ID, f.Version, f.changed()); err != nil {
					return none, err
				}
				continue
			}
			if _, err := s.add(tx, "customer", t.Code, p.asNew(g, in), p.words(), p.Free); err != nil {
				return none, err
			}
			added++
		}
	}
	s.Book.Forget(tx)
	if all, err = s.of(tx, "customer"); err != nil {
		return none, err
	}
	return t.offered(all, lang), audit.Note(tx, audit.Entry{Action: "field.template", Kind: "field", Details: map[string]any{"name": t.Label, "added": added, "kinds": in.Kinds, "industries": in.Industries}})
}

// OffersIn is Offers of customers inside a unit.
func (s *Service) OffersIn(tx *db.Tx, lang string) (out []Offered, err error) {
	all, err := s.of(tx, "customer")
	for _, t := range s.Templates {
		out = append(out, t.offered(all, lang))
	}
	return out, err
}

// SwitchOn is SwitchIn of a template by its code, for everybody.
func (s *Service) SwitchOn(tx *db.Tx, code, lang string) error {
	i := slices.IndexFunc(s.Templates, func(t Template) bool { return t.Code == code })
	if i < 0 {
		return db.ErrNotFound
	}
	_, err := s.SwitchIn(tx, s.Templates[i], Apply{}, lang)
	return err
}

func (p Prepared) asNew(g Group, in Apply) New {
	n := New{Kind: p.Kind, Name: p.Name, Dictionary: p.Dictionary, Decimals: p.Decimals, Sensitive: p.Sensitive}
	n.Label, n.LabelEN, n.Group, n.Help, n.Unit, n.Purpose = api.Some(p.Label), api.Some(p.LabelEN), api.Some(g.Label), api.Some(p.Help), api.Some(p.Unit), api.Some(p.Purpose)
	n.Search, n.When = api.Some(p.Search), api.Opt[When]{Set: p.When != nil}
	if p.When != nil {
		n.When.V = *p.When
	}
	kinds := in.Kinds
	if len(p.Kinds) > 0 {
		kinds = p.Kinds
	}
	n.Kinds, n.Industry = api.Some(orEmpty(kinds)), api.Some(orEmpty(in.Industries))
	return n
}

func orEmpty(s []string) []string { return append([]string{}, s...) }

// Off retires a template's fields; their values stay, and come back with it.
func (s *Service) Off(ctx context.Context, who access.Actor, code string, _ int64) (Offered, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Offered, err error) {
		t, err := s.template(ctx, code)
		if err != nil {
			return none, err
		}
		all, err := s.of(tx, "customer")
		if err != nil {
			return none, err
		}
		for _, f := range all {
			if string(f.Template) != code || !f.Active {
				continue
			}
			f.Active = false
			if err := tx.Update(Table, f.ID, f.Version, f.changed()); err != nil {
				return none, err
			}
		}
		s.Book.Forget(tx)
		if all, err = s.of(tx, "customer"); err != nil {
			return none, err
		}
		if s.Changed != nil {
			if err := s.Changed(tx, "customer"); err != nil {
				return none, err
			}
		}
		return t.offered(all, api.LanguageOf(ctx)), audit.Note(tx, audit.Entry{Action: "field.template_off", Kind: "field", Details: map[string]any{"name": t.Label}})
	})
}

// Seed switches those templates on that every company has, where none of their fields stands yet.
func (s *Service) Seed(tx *db.Tx) error {
	tx = tx.As(program)
	all, err := s.of(tx, "customer")
	if err != nil {
		return err
	}
	for _, t := range s.Templates {
		if !t.On || slices.ContainsFunc(all, func(f Field) bool { return string(f.Template) == t.Code }) {
			continue
		}
		if _, err := s.SwitchIn(tx, t, Apply{}, "zh-CN"); err != nil {
			return err
		}
	}
	return nil
}

// When says that a form asks for a field only where another, a choice, has one of some words.
type When struct {
	Field string   `json:"field" maxLength:"40"`
	In    []string `json:"in" maxItems:"50"`
}

func (w When) judge(record string, others []Field) error {
	if w.Field != "" && !slices.ContainsFunc(others, func(f Field) bool { return f.Record == record && f.Name == w.Field && f.Dictionary != "" }) {
		return fault.Rule("invalid", "when")
	}
	return nil
}
