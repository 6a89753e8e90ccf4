package wording

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/sheet"
	"zhike/locale"
)

// Service keeps what the company says of fields.
type Service struct {
	DB  *db.DB
	Own *own.Book
	// Catalogues are those of all kinds of records.
	Catalogues []*customfield.Catalogue
}

const columns = `w.id, w.record, w.name, w.label, w.label_en, w.purpose, w.basis, w.retention_months, w.described, w.version`

var (
	all  = db.SQL(`SELECT `+columns+` FROM {field_words w} ORDER BY w.record, w.name`, customfield.Named)
	drop = db.SQL(`DELETE FROM {field_words!change w} WHERE w.id = :id`, customfield.Named)
)

type row struct {
	ID      string `db:"id"`
	Record  string `db:"record"`
	Name    string `db:"name"`
	Label   string `db:"label"`
	LabelEN string `db:"label_en"`
	Purpose string `db:"purpose"`
	Basis   string `db:"basis"`
	Months  int64  `db:"retention_months"`
	Ours    bool   `db:"described"`
	Version int64  `db:"version"`
}

type newRow struct {
	row
	CreatedAt int64 `db:"created_at"`
	UpdatedAt int64 `db:"updated_at"`
}

type changedRow struct {
	Label   string `db:"label"`
	LabelEN string `db:"label_en"`
	Purpose string `db:"purpose"`
	Basis   string `db:"basis"`
	Months  int64  `db:"retention_months"`
	Ours    bool   `db:"described"`
}

// Routes are the operations on what is said of fields.
func (s *Service) Routes(r *api.Router) {
	at := func(path string, may access.Permission) api.Op { return api.Op{Path: path, May: may} }
	api.List(r, at("/field-words", access.Self), s.Said)
	api.List(r, at("/built-in-fields", access.FieldManage), s.List)
	api.Change(r, at("/built-in-fields/{id}", access.FieldManage), s.Change)
	api.Act(r, at("/built-in-fields/{id}/reset", access.FieldManage), s.Reset)
	api.List(r, at("/personal-fields", access.PrivacyManage), s.Personal)
	api.Download(r, at("/personal-fields/sheet", access.PrivacyManage), s.Sheet)
}

// A Spoken field is called otherwise than it ships, by the key of its word.
type Spoken struct {
	Key     string `json:"key"`
	Label   string `json:"label"`
	LabelEN string `json:"label_en"`
}

// Said gives every field that was renamed, for anyone signed in: a word is no secret.
func (s *Service) Said(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Spoken], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Spoken], err error) {
		out.Items = []Spoken{}
		words, err := customfield.Called(tx)
		for key, w := range words {
			out.Items = append(out.Items, Spoken{key, w.Label, w.LabelEN})
		}
		slices.SortFunc(out.Items, func(a, b Spoken) int { return strings.Compare(a.Key, b.Key) })
		return out, err
	})
}

// List gives every field that ships, of all kinds of records.
func (s *Service) List(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Field], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (api.Items[Field], error) {
		items, _, err := s.fields(tx, api.LanguageOf(ctx))
		return api.Items[Field]{Items: items}, err
	})
}

// fields are those that ship with what the company says of them, and how each is seen.
func (s *Service) fields(tx *db.Tx, lang string) (items []Field, groups map[string]access.Group, err error) {
	rows, err := db.All[row](tx.As(access.Program("field words")), all, nil)
	if err != nil {
		return nil, nil, err
	}
	by, groups := map[string]row{}, map[string]access.Group{}
	for _, r := range rows {
		by[r.ID] = r
	}
	for _, c := range s.Catalogues {
		for _, f := range c.Fields {
			if !locale.Has(lang, customfield.LabelKey(c.Kind, f.Name)) {
				continue // a figure, whose word is another's
			}
			x := shipped(lang, c.Kind, f)
			groups[x.ID] = f.See
			if r, ok := by[x.ID]; ok {
				x.Label, x.LabelEN, x.Version = r.Label, r.LabelEN, r.Version
				if r.Ours {
					x.Purpose, x.Basis, x.Months, x.Ours = r.Purpose, r.Basis, r.Months, true
				}
			}
			items = append(items, x)
		}
	}
	return items, groups, nil
}

func (s *Service) one(tx *db.Tx, lang, id string) (Field, []Field, error) {
	items, _, err := s.fields(tx, lang)
	at := slices.IndexFunc(items, func(f Field) bool { return f.ID == id })
	if err == nil && at < 0 {
		err = db.ErrNotFound
	}
	if err != nil {
		return Field{}, nil, err
	}
	return items[at], items, nil
}

// Change renames a field or says why, on which ground and for how long it is kept. Errors: 422 duplicate_same where another
// field of the record is called so.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (Field, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Field, err error) {
		lang := api.LanguageOf(ctx)
		if err := tx.Lock("field_words"); err != nil {
			return none, err
		}
		f, others, err := s.one(tx, lang, id)
		if err != nil {
			return none, err
		}
		if f.Version != version {
			return none, db.ErrStale
		}
		trim(&in.Label, &in.LabelEN, &in.Purpose)
		diffs := api.Apply(&f, in)
		if len(diffs) == 0 {
			return f, nil
		}
		f.Ours = f.Ours || in.Purpose.Set || in.Basis.Set || in.Months.Set
		if err := s.taken(tx, f, others); err != nil {
			return none, err
		}
		if err := s.keep(tx, f); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "field.wording", Kind: "field", Record: id, Changes: audit.Changes(diffs, nil), Details: map[string]any{"name": f.Shipped, "record": f.Record}}); err != nil {
			return none, err
		}
		f, _, err = s.one(tx, lang, id)
		return f, err
	})
}

// Reset gives a field back the word, the purpose and the months that ship.
func (s *Service) Reset(ctx context.Context, who access.Actor, id string, version int64) (Field, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Field, err error) {
		if err := tx.Lock("field_words"); err != nil {
			return none, err
		}
		f, _, err := s.one(tx, api.LanguageOf(ctx), id)
		if err != nil {
			return none, err
		}
		if f.Version != version {
			return none, db.ErrStale
		}
		if n, err := tx.ChangeAll(drop, db.Args{"id": id}); err != nil || n == 0 {
			return f, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "field.reset", Kind: "field", Record: id, Details: map[string]any{"name": f.Shipped, "record": f.Record}}); err != nil {
			return none, err
		}
		f, _, err = s.one(tx, api.LanguageOf(ctx), id)
		return f, err
	})
}

func trim(all ...*api.Opt[string]) {
	for _, o := range all {
		o.V = strings.TrimSpace(o.V)
	}
}

// taken refuses a word that another field of the record bears: two columns of one name could not be told apart.
func (s *Service) taken(tx *db.Tx, f Field, others []Field) error {
	ours, err := s.Own.Of(tx, strings.ReplaceAll(f.Record, "_", "-"))
	if err != nil {
		return err
	}
	for _, x := range []struct {
		word, field, lang string
		of                func(Field) string
	}{{f.Label, "label", "zh-CN", func(o Field) string { return o.Label }}, {f.LabelEN, "label_en", "en", func(o Field) string { return o.LabelEN }}} {
		if x.word == "" {
			continue
		}
		bears := func(o Field) bool {
			word := x.of(o)
			if word == "" {
				word = locale.Text(x.lang, customfield.LabelKey(o.Record, o.Name), nil)
			}
			return o.Record == f.Record && o.ID != f.ID && strings.EqualFold(word, x.word)
		}
		if slices.ContainsFunc(others, bears) || slices.ContainsFunc(ours, func(o own.Field) bool { return o.Active && strings.EqualFold(o.Word(x.lang), x.word) }) {
			return fault.Rule("duplicate_same", x.field)
		}
	}
	return nil
}

func (s *Service) keep(tx *db.Tx, f Field) error {
	r := row{f.ID, f.Record, f.Name, f.Label, f.LabelEN, "", "", 0, f.Ours, f.Version}
	if f.Ours {
		r.Purpose, r.Basis, r.Months = f.Purpose, f.Basis, f.Months
	}
	if _, stands, err := db.Maybe[row](tx, one, db.Args{"id": f.ID}); err != nil {
		return err
	} else if !stands {
		r.Version = 1
		if err := tx.Insert(customfield.Named, newRow{r, tx.At(), tx.At()}); err != nil {
			return err
		}
	}
	return tx.Update(customfield.Named, f.ID, f.Version, changedRow{r.Label, r.LabelEN, r.Purpose, r.Basis, r.Months, r.Ours})
}

var one = db.SQL(`SELECT `+columns+` FROM {field_words w} WHERE w.id = :id`, customfield.Named)

// Personal is the list of personal information: every field of a person, its purpose, ground, months, and who sees it.
func (s *Service) Personal(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Entry], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (api.Items[Entry], error) {
		items, err := s.personal(tx, api.LanguageOf(ctx))
		return api.Items[Entry]{Items: items}, err
	})
}

func (s *Service) personal(tx *db.Tx, lang string) ([]Entry, error) {
	fields, groups, err := s.fields(tx, lang)
	if err != nil {
		return nil, err
	}
	roles, err := account.AllRoles(tx, lang)
	if err != nil {
		return nil, err
	}
	said, err := customfield.Called(tx)
	if err != nil {
		return nil, err
	}
	ours, err := s.Own.Of(tx, "")
	if err != nil {
		return nil, err
	}
	out := []Entry{}
	for _, f := range fields {
		if !personal(f.Class) {
			continue
		}
		e := Entry{Record: f.Record, Name: f.Name, Label: said.Label(lang, f.Record, f.Name), Class: f.Class, Purpose: f.Purpose, Basis: f.Basis, Months: f.Months, Described: f.Ours,
			Sealed: f.Class == customfield.Sensitive || groups[f.ID] == access.FreeText || f.ID == "contact.name"}
		e.Seen, e.Masked = seenBy(roles, f.Record, groups[f.ID], nil)
		out = append(out, e)
	}
	for _, f := range ours {
		if f.Active && personal(f.Catalogued().Class) {
			out = append(out, entryOf(f, lang, roles))
		}
	}
	return out, nil
}

// Ask is of what kind the sheet is to be.
type Ask struct {
	Format string `query:"format" enum:"xlsx,csv" default:"xlsx"`
}

// Sheet gives the list of personal information out; the log says so.
func (s *Service) Sheet(ctx context.Context, who access.Actor, _ string, q Ask) (out api.Sheet, err error) {
	lang, day := api.LanguageOf(ctx), ""
	items, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) ([]Entry, error) {
		if day, err = setting.Today(tx); err != nil {
			return nil, err
		}
		all, err := s.personal(tx, lang)
		if err != nil {
			return nil, err
		}
		return all, audit.Note(tx, audit.Entry{Action: "field.register", Kind: "field", Record: "register", Details: map[string]any{"rows": len(all)}})
	})
	if err != nil {
		return out, err
	}
	word := func(key string) string { return locale.Text(lang, "register."+key, nil) }
	title := word("title")
	kind := map[string]string{"csv": "text/csv; charset=utf-8"}[q.Format]
	if kind == "" {
		q.Format, kind = "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return api.Sheet{Name: title + "-" + strings.ReplaceAll(day, "-", "") + "." + q.Format, Type: kind, Write: func(w io.Writer) error {
		var cols []sheet.Column
		for _, name := range []string{"record", "label", "class", "purpose", "basis", "retention", "sealed", "seen", "masked"} {
			cols = append(cols, sheet.Column{Heading: word("column." + name), Kind: sheet.Text})
		}
		var to *sheet.Writer
		if q.Format == "csv" {
			to, err = sheet.NewCSV(w, cols)
		} else {
			to, err = sheet.NewXLSX(w, title, cols, []string{who.Name() + " " + s.DB.Now().Format(time.DateOnly)})
		}
		if err != nil {
			return err
		}
		for _, e := range items {
			basis, months, sealed := "", word("retention.record"), ""
			if e.Basis != "" {
				basis = word("basis." + e.Basis)
			}
			if e.Months > 0 {
				months = locale.Text(lang, "register.retention.months", map[string]any{"count": e.Months})
			}
			if e.Sealed {
				sealed = word("sealed.yes")
			}
			if err := to.Row(word("record."+e.Record), e.Label, word("class."+string(e.Class)), e.Purpose, basis, months, sealed, strings.Join(e.Seen, "、"), strings.Join(e.Masked, "、")); err != nil {
				return err
			}
		}
		return to.Close()
	}}, nil
}
