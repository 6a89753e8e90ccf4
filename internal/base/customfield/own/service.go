package own

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/dictionary"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/words"
)

// Service is what administrators do with the fields of their company.
type Service struct {
	DB   *db.DB
	Book *Book
	// Dictionaries makes the words of a choice of its own.
	Dictionaries *dictionary.Service
	// Records are the kinds of records that can have fields.
	Records   []string
	Templates []Template
	// Changed is told when what a record lacks may be another thing now.
	Changed func(tx *db.Tx, record string) error
}

// Routes are the operations on fields, beside those of the catalogue.
func (s *Service) Routes(r *api.Router) {
	at := func(path string) api.Op { return api.Op{Path: path, May: access.FieldManage} }
	api.List(r, at("/fields/{kind}/custom"), s.List)
	api.Create(r, at("/fields/{kind}"), s.Add, s.get)
	api.Get(r, at("/fields/{kind}/{id}"), s.get)
	api.Change(r, at("/fields/{kind}/{id}"), s.Change)
	api.Delete(r, at("/fields/{kind}/{id}"), s.Delete)
	api.List(r, at("/field-templates/{kind}"), s.Offers)
	loose := func(path string) api.Op { return api.Op{Path: path, May: access.FieldManage, Loose: true} }
	api.Do(r, loose("/field-templates/{kind}/{id}/apply"), s.Switch)
	api.Act(r, loose("/field-templates/{kind}/{id}/retire"), s.Off)
}

// List gives every field that the company added to a kind of record, retired ones too.
func (s *Service) List(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Field], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Field], err error) {
		record := api.Param(ctx, "kind")
		if !slices.Contains(s.Records, record) {
			return out, db.ErrNotFound
		}
		all, err := db.All[Field](tx, every, nil)
		out.Items = slices.DeleteFunc(all, func(f Field) bool { return f.Record != record })
		return out, err
	})
}

func (s *Service) get(ctx context.Context, who access.Actor, id string) (Field, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Field, error) { return s.load(ctx, tx, id) })
}

func (s *Service) load(ctx context.Context, tx *db.Tx, id string) (Field, error) {
	f, err := db.One[Field](tx, one, db.Args{"id": id})
	if kind := api.Param(ctx, "kind"); err == nil && kind != "" && kind != f.Record {
		return Field{}, db.ErrNotFound
	}
	return f, err
}

// fieldRow is a Field as it is written.
type fieldRow struct {
	Field
	CreatedAt int64 `db:"created_at"`
	UpdatedAt int64 `db:"updated_at"`
}

// Add makes a field. Errors: 422 by field; 409 too_many_fields.
func (s *Service) Add(ctx context.Context, who access.Actor, in New) (Field, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (Field, error) { return s.AddIn(tx, api.Param(ctx, "kind"), "", in) })
}

// AddIn is Add inside a unit; template names the set of fields that it came with.
func (s *Service) AddIn(tx *db.Tx, record, template string, in New) (Field, error) {
	var words []dictionary.New
	for _, w := range in.Choices {
		words = append(words, dictionary.New{Label: w})
	}
	return s.add(tx, record, template, in, words, false)
}

// add makes a field whose choices, where it has some of its own, are words; free ones take other text beside them.
func (s *Service) add(tx *db.Tx, record, template string, in New, words []dictionary.New, free bool) (none Field, err error) {
	if !slices.Contains(s.Records, record) {
		return none, db.ErrNotFound
	}
	if !tx.Who().May(string(access.FieldManage)) {
		return none, db.ErrDenied
	}
	if err := tx.Lock("custom_fields"); err != nil {
		return none, err
	}
	all, err := db.All[Field](tx, every, nil)
	if err != nil {
		return none, err
	}
	n := int64(0)
	for _, o := range all {
		if o.Record == record {
			n++
		}
	}
	if n >= MaxFields {
		return none, fault.New(fault.Conflict, "too_many_fields").With(map[string]any{"most": MaxFields})
	}
	f := Field{ID: tx.NewID(), Record: record, Name: in.Name, Kind: customfield.Kind(in.Kind), Dictionary: api.Text(in.Dictionary), Decimals: in.Decimals,
		Sensitive: in.Sensitive || in.Kind == string(customfield.Phone) || in.Kind == string(customfield.Secret), Template: api.Text(template), List: in.Kind != string(customfield.LongText) && in.Kind != string(customfield.Secret),
		Active: true, Version: 1, Position: (n + 1) * 10}
	f.SeeRoles, f.EditRoles, f.Kinds, f.Industries = api.Strings{}, api.Strings{}, api.Strings{}, api.Strings{}
	api.Apply(&f, in.Change, "default", "when")
	f.asks(in.Change)
	if f.Name == "" {
		f.Name = nameFor(f.Label, all)
	}
	if len(words) > 0 && in.Dictionary == "" {
		code, err := freeCode(tx, f.Name)
		if err != nil {
			return none, err
		}
		f.Dictionary = api.Text(code)
	}
	if err := s.judge(tx, &f, all, in.Dictionary, len(words)); err != nil {
		return none, err
	}
	if len(words) > 0 && in.Dictionary == "" {
		if err := s.Dictionaries.Own(tx, string(f.Dictionary), f.Label, string(f.LabelEN), free, words); err != nil {
			return none, err
		}
	}
	if err := s.standard(tx, &f, in.Change); err != nil {
		return none, err
	}
	if err := tx.Insert(Table, fieldRow{f, tx.At(), tx.At()}); err != nil {
		return none, err
	}
	s.Book.Forget(tx)
	if err := s.missing(tx, f, Field{}); err != nil {
		return none, err
	}
	return f, audit.Note(tx, audit.Entry{Action: "field.add", Kind: "field", Record: f.ID, Details: map[string]any{"name": f.Label, "record": record, "kind": string(f.Kind)}})
}

func (s *Service) of(tx *db.Tx, record string) ([]Field, error) {
	all, err := db.All[Field](tx, every, nil)
	return slices.DeleteFunc(all, func(f Field) bool { return f.Record != record }), err
}

// judge is Field.judge with what stands elsewhere: dictionaries, roles.
func (s *Service) judge(tx *db.Tx, f *Field, others []Field, dictionaryCode string, choices int) error {
	if err := f.judge(others); err != nil {
		return err
	}
	if choices > maxChoices {
		return fault.Rule("invalid", "choices")
	}
	if dictionaryCode != "" {
		ok, err := dictionary.Stands(tx, dictionaryCode)
		if err != nil || !ok {
			return orRule(err, "invalid", "dictionary")
		}
	}
	roles, err := account.RoleIDs(tx)
	if err != nil {
		return err
	}
	for field, ids := range map[string][]string{"see_roles": f.SeeRoles, "edit_roles": f.EditRoles} {
		if slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(roles, id) }) {
			return fault.Rule("invalid", field)
		}
	}
	return nil
}

func orRule(err error, code, field string) error {
	if err != nil {
		return err
	}
	return fault.Rule(code, field)
}

// standard judges the value that new records begin with.
func (s *Service) standard(tx *db.Tx, f *Field, in Change) error {
	if !in.Standard.Set {
		return nil
	}
	if f.Standard.V = in.Standard.V; f.Standard.V == nil || f.Standard.V == "" {
		f.Standard.V = nil
		return nil
	}
	if f.Sealed() || f.Unique {
		return fault.Rule("invalid", "default")
	}
	j, err := s.Book.judge(tx)
	if err != nil {
		return err
	}
	k, code, err := j.read(*f, f.Standard.V)
	if err != nil {
		return err
	}
	if code != "" {
		return fault.Rule(code, "default")
	}
	f.Standard.V = k.shown
	return nil
}

// Change says something else of a field. A field becomes unique only while no two records hold one value: 409 held_twice.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (Field, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Field, err error) {
		f, err := s.load(ctx, tx, id)
		if err != nil {
			return none, err
		}
		if err := tx.Lock("custom_fields"); err != nil {
			return none, err
		}
		was := f
		diffs := api.Apply(&f, in, "default", "when")
		f.asks(in)
		all, err := db.All[Field](tx, every, nil)
		if err != nil {
			return none, err
		}
		if err := s.judge(tx, &f, all, "", 0); err != nil {
			return none, err
		}
		if err := s.standard(tx, &f, in); err != nil {
			return none, err
		}
		if f.Unique && !was.Unique {
			q := twice
			if f.Sealed() {
				q = twiceBlind
			}
			if n, err := db.One[db.Count](tx.As(program), q, db.Args{"name": f.Name}); err != nil || n.N > 0 {
				return none, orFault(err, fault.New(fault.Conflict, "held_twice").At("unique"))
			}
		}
		if err := tx.Update(Table, id, version, f.changed()); err != nil {
			return none, err
		}
		s.Book.Forget(tx)
		if err := s.missing(tx, f, was); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "field.change", Kind: "field", Record: id, Changes: audit.Changes(diffs, nil), Details: map[string]any{"name": f.Label, "record": f.Record}}); err != nil {
			return none, err
		}
		return s.load(ctx, tx, id)
	})
}

type changedRow struct {
	Label      string         `db:"label"`
	LabelEN    api.Text       `db:"label_en"`
	Group      api.Text       `db:"group_label"`
	Help       api.Text       `db:"help"`
	Unit       api.Text       `db:"unit"`
	Required   bool           `db:"required"`
	Unique     bool           `db:"once"`
	List       bool           `db:"listed"`
	Search     bool           `db:"sought"`
	SeeRoles   api.Strings    `db:"see_roles"`
	EditRoles  api.Strings    `db:"edit_roles"`
	Kinds      api.Strings    `db:"kinds"`
	Industries api.Strings    `db:"industries"`
	Purpose    api.Text       `db:"purpose"`
	Retention  int64          `db:"retention_months"`
	Position   int64          `db:"position"`
	Active     bool           `db:"active"`
	Standard   db.JSON[any]   `db:"standard"`
	When       db.JSON[*When] `db:"asked_when"`
}

func (f Field) changed() changedRow {
	return changedRow{f.Label, f.LabelEN, f.Group, f.Help, f.Unit, f.Required, f.Unique, f.List, f.Search, f.SeeRoles, f.EditRoles, f.Kinds, f.Industries, f.Purpose, f.Retention, f.Position, f.Active, f.Standard, f.When}
}

// asks takes over when a form asks for the field; an empty condition takes it away.
func (f *Field) asks(in Change) {
	if in.When.Set {
		if f.When.V = nil; in.When.V.Field != "" {
			w := in.When.V
			f.When.V = &w
		}
	}
}

func orFault(err error, f *fault.Fault) error {
	if err != nil {
		return err
	}
	return f
}

// missing tells whoever keeps what records lack, where that may be another thing now.
func (s *Service) missing(tx *db.Tx, f, was Field) error {
	a, _ := json.Marshal([]any{f.Required && f.Active, f.Kinds, f.Industries})
	b, _ := json.Marshal([]any{was.Required && was.Active, was.Kinds, was.Industries})
	if s.Changed == nil || f.Record != ofCustomers || string(a) == string(b) || !f.Required && !was.Required {
		return nil
	}
	return s.Changed(tx, f.Record)
}

// Delete takes away a field that no record holds; one in use is retired instead. 409 in_use.
func (s *Service) Delete(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		f, err := s.load(ctx, tx, id)
		if err != nil {
			return 0, err
		}
		if f.Version != version {
			return 0, db.ErrStale
		}
		if err := tx.Lock("custom_fields"); err != nil {
			return 0, err
		}
		if n, err := db.One[db.Count](tx.As(program), held, db.Args{"name": f.Name}); err != nil || n.N > 0 {
			return 0, orFault(err, fault.New(fault.Conflict, "in_use"))
		}
		if err := tx.Change(drop, db.Args{"id": id}); err != nil {
			return 0, err
		}
		s.Book.Forget(tx)
		if err := s.disown(tx, string(f.Dictionary)); err != nil {
			return 0, err
		}
		if err := s.missing(tx, Field{Record: f.Record}, f); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "field.delete", Kind: "field", Record: id, Details: map[string]any{"name": f.Label, "record": f.Record}})
	})
	return err
}

// disown takes the words away that a deleted field alone chose from: those that were made for one, and that no field of any record
// chooses from any more.
func (s *Service) disown(tx *db.Tx, code string) error {
	if !strings.HasPrefix(code, "x_") {
		return nil
	}
	all, err := db.All[Field](tx, every, nil)
	if err != nil || slices.ContainsFunc(all, func(f Field) bool { return string(f.Dictionary) == code }) {
		return err
	}
	return s.Dictionaries.Disown(tx, code)
}

// nameFor makes a name of a label's sound: x_dian_pu_shu.
func nameFor(label string, all []Field) string {
	base := "x_" + strings.Trim(nameless.ReplaceAllString(words.SortKey(label), "_"), "_")
	if len(base) > 32 {
		base = strings.TrimRight(base[:32], "_")
	}
	for n, free := 2, base; ; n++ {
		if !slices.ContainsFunc(all, func(f Field) bool { return f.Name == free }) {
			return free
		}
		free = fmt.Sprintf("%s_%d", strings.TrimRight(base, "_"), n)
	}
}

// freeCode is a name that no dictionary has: that of a field that was deleted outlives it where another field chooses from it.
func freeCode(tx *db.Tx, name string) (string, error) {
	for n, code := 2, name; ; n++ {
		stands, err := dictionary.Stands(tx, code)
		if err != nil || !stands {
			return code, err
		}
		code = fmt.Sprintf("%s_%d", name, n)
	}
}
