// Package export gives lists out as sheets: what the viewer's screen shows, masked as it is there.
package export

import (
	"context"
	"io"
	"slices"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/job"
	"zhike/internal/platform/sheet"
	"zhike/locale"
)

// A Source is a list that can be given out as a sheet.
type Source struct {
	Kind      string // of its catalogue: customer, contact, follow-up, task
	May       access.Permission
	Catalogue *customfield.Catalogue
	Key       string // the field by which a row is known again when it comes back
	// Page gives one page of the list as its API does: the same scope, the same masks.
	Page func(ctx context.Context, who access.Actor, q Query) (rows []any, next string, err error)
	// Show gives a code as people read it.
	Show func(tx *db.Tx, f customfield.Field, code, lang string) (string, error)
}

// A Query is one page of a list; Params are what only some lists take, such as a view of tasks.
type Query struct {
	api.ListQuery
	Params map[string]string
}

// Service gives lists out.
type Service struct {
	DB      *db.DB
	Keys    *crypt.Keys
	Shelf   *privacy.Shelf
	Queue   *job.Queue
	Account *account.Service
	Sources []Source
}

// Job is the kind of the queue's jobs that write a sheet.
const Job = "exchange.export"

var (
	mine = db.Rights{See: db.See(string(access.Self)), Add: db.Add(string(access.Self)), Change: db.Change(string(access.Self))}

	// Table of exports, each its maker's alone.
	Table = db.Owned("exports", mine, db.Columns{Owner: "owner_id", Department: "department_id"}).Quiet()

	program = access.Program("export")
)

// States of an export.
const (
	running = "running"
	done    = "done"
	failed  = "failed"
)

// A Failure is why an export ended early.
type Failure struct {
	Code    string         `json:"code"`
	Message string         `json:"message,omitempty"`
	Params  map[string]any `json:"params,omitempty"`
}

func (s *Service) source(kind string) (Source, bool) {
	for _, x := range s.Sources {
		if x.Kind == kind {
			return x, true
		}
	}
	return Source{}, false
}

// New is a list to be given out: as it is filtered, sorted and laid out.
type New struct {
	Target  string            `json:"target" minLength:"1" maxLength:"40" doc:"customer, contact, follow-up, task …"`
	Format  string            `json:"format,omitempty" enum:"xlsx,csv" default:"xlsx"`
	Q       string            `json:"q,omitempty" maxLength:"100"`
	Filter  string            `json:"filter,omitempty" maxLength:"8192" doc:"A JSON tree, as lists take it."`
	Sort    string            `json:"sort,omitempty" maxLength:"60"`
	Columns []string          `json:"columns,omitempty" maxItems:"100" doc:"Field names, in order; left out: the list's usual ones."`
	Params  map[string]string `json:"params,omitempty" maxProperties:"10" doc:"What else the list is asked for: view and owner of tasks, action of the log."`
}

// An Export as its maker sees it.
type Export struct {
	ID        string   `json:"id"`
	Target    string   `json:"target"`
	Format    string   `json:"format"`
	State     string   `json:"state" enum:"running,done,failed"`
	Rows      int64    `json:"rows"`
	Failure   *Failure `json:"failure,omitempty"`
	Until     api.Time `json:"until" doc:"When the file is forgotten."`
	CreatedAt api.Time `json:"created_at"`
	EndedAt   api.Time `json:"ended_at"`
}

func (e Export) RecordID() string { return e.ID }

// hours is how long a file lies ready.
const hours = 24

var (
	one  = db.SQL(`SELECT e.id, e.target, e.owner_id, e.state, e.format, e.columns, e.query, e.key, e.lang, e.file, e.total, e.failure, e.created_at, e.ended_at FROM {exports e} WHERE e.id = :id`, Table)
	list = db.SQL(`SELECT e.id, e.target, e.owner_id, e.state, e.format, e.columns, e.query, e.key, e.lang, e.file, e.total, e.failure, e.created_at, e.ended_at FROM {exports e}
		WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table)
	end  = db.SQL(`UPDATE {exports!change e} SET state = :state, file = :file, total = :total, failure = :failure, ended_at = :at WHERE e.id = :id`, Table)
	old  = db.SQL(`SELECT e.id, e.file FROM {exports e} WHERE e.created_at < :before ORDER BY e.id LIMIT 50`, Table)
	drop = db.SQL(`DELETE FROM {exports!change e} WHERE e.id = :id`, Table)
)

type row struct {
	ID        string            `db:"id"`
	Target    string            `db:"target"`
	Owner     api.Ref           `db:"owner_id"`
	State     string            `db:"state"`
	Format    string            `db:"format"`
	Columns   db.JSON[[]string] `db:"columns"`
	Query     []byte            `db:"query"`
	Key       []byte            `db:"key"`
	Lang      string            `db:"lang"`
	File      string            `db:"file"`
	Total     int64             `db:"total"`
	Failure   db.JSON[*Failure] `db:"failure"`
	CreatedAt api.Time          `db:"created_at"`
	EndedAt   api.Time          `db:"ended_at"`
}

type task struct {
	Export string              `json:"export"`
	Bound  []access.Permission `json:"bound,omitempty"` // of the token that asked
}

// Ask begins to give a list out; what is masked on the screen is masked in the sheet.
// The log holds who, how much and by which filter.
func (s *Service) Ask(ctx context.Context, who access.Actor, in New) (Export, error) {
	src, columns, err := s.asked(ctx, who, in)
	if err != nil {
		return Export{}, err
	}
	q := in.query("")
	q.Limit = 1
	if _, _, err := src.Page(ctx, who, q); err != nil { // a filter that is wrong is told now
		return Export{}, err
	}
	if in.Format == "" {
		in.Format = "xlsx"
	}
	made, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (api.Made, error) {
		id := tx.NewID()
		key, wrapped, err := s.Keys.NewSubject(id)
		if err != nil {
			return "", err
		}
		sealed, err := privacy.SealJSON(key, "exports/query/"+id, in)
		if err != nil {
			return "", err
		}
		if err := tx.Insert(Table, struct {
			ID        string            `db:"id"`
			Target    string            `db:"target"`
			State     string            `db:"state"`
			Format    string            `db:"format"`
			Columns   db.JSON[[]string] `db:"columns"`
			Query     []byte            `db:"query"`
			Key       []byte            `db:"key"`
			Lang      string            `db:"lang"`
			Failure   db.JSON[*Failure] `db:"failure"`
			CreatedAt int64             `db:"created_at"`
		}{id, in.Target, running, in.Format, db.Of(columns), sealed, wrapped, api.LanguageOf(ctx), db.Of[*Failure](nil), tx.At()}); err != nil {
			return "", err
		}
		if err := s.Queue.Enqueue(tx, job.New{Kind: Job, Payload: task{id, who.Bound()}, Unique: "export:" + id, RunAs: who.ID()}); err != nil {
			return "", err
		}
		return api.Made(id), audit.Note(tx, audit.Entry{Action: "export.ask", Kind: "export", Record: id, Details: map[string]any{"target": in.Target, "format": in.Format, "columns": columns, "filtered": in.Filter != "" || in.Q != ""}})
	})
	if err != nil {
		return Export{}, err
	}
	return s.Get(ctx, who, string(made))
}

// asked finds the source and its columns, and refuses who may not.
func (s *Service) asked(ctx context.Context, who access.Actor, in New) (Source, []string, error) {
	src, ok := s.source(in.Target)
	if !ok {
		return src, nil, fault.Rule("invalid", "target")
	}
	if !who.Can(src.May) {
		return src, nil, db.ErrDenied
	}
	catalogue, err := db.Read(ctx, s.DB, who, src.Catalogue.In) // with what the company added, as it stands now
	if err != nil {
		return src, nil, err
	}
	src.Catalogue = catalogue
	columns, err := src.columns(who, in.Columns)
	return src, columns, err
}

func (in New) query(cursor string) Query {
	return Query{api.ListQuery{Q: in.Q, Filter: in.Filter, Sort: in.Sort, Limit: 200, Cursor: cursor}, in.Params}
}

// columns are those asked for, as far as the viewer sees them, the key always among them.
func (x Source) columns(who access.Actor, asked []string) ([]string, error) {
	fields := x.Catalogue.For(who)
	out := []string{}
	if len(asked) == 0 {
		for _, f := range fields {
			if f.List || f.Required || f.Name == x.Key {
				asked = append(asked, f.Name)
			}
		}
	}
	for _, name := range asked {
		i := slices.IndexFunc(fields, func(f customfield.Field) bool { return f.Name == name })
		if i < 0 && name != x.Key { // a key may be no field: an id
			return nil, fault.Rule("unknown_field", "columns").With(map[string]any{"field": name})
		}
		if !slices.Contains(out, name) && (i < 0 || fields[i].Kind != customfield.Rows && fields[i].Kind != customfield.Secret) {
			out = append(out, name)
		}
	}
	if !slices.Contains(out, x.Key) {
		out = append([]string{x.Key}, out...)
	}
	return out, nil
}

// Get gives one export.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Export, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Export, error) {
		r, err := db.One[row](tx, one, db.Args{"id": id})
		return r.shown(api.LanguageOf(ctx)), err
	})
}

func (r row) shown(lang string) Export {
	e := Export{ID: r.ID, Target: r.Target, Format: r.Format, State: r.State, Rows: r.Total, CreatedAt: r.CreatedAt, EndedAt: r.EndedAt,
		Until: api.On(r.CreatedAt.Time().Add(hours * time.Hour))}
	if f := r.Failure.V; f != nil {
		e.Failure = &Failure{Code: f.Code, Params: f.Params, Message: locale.Text(lang, "error."+f.Code+".detail", f.Params)}
	}
	return e
}

// Paging is which part of one's exports is asked for.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"2000"`
}

// List gives one's own exports, the newest first.
func (s *Service) List(ctx context.Context, who access.Actor, q Paging) (api.Page[Export], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[Export], err error) {
		rows, err := db.Page[row](tx, list, nil, db.With{Order: db.Down("e.created_at", "e.id"), After: q.Cursor, Limit: q.Limit, Key: "exports"})
		p = api.Page[Export]{Items: []Export{}, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}
		for _, r := range rows.Rows {
			p.Items = append(p.Items, r.shown(api.LanguageOf(ctx)))
		}
		return p, err
	})
}

var errNotReady = fault.New(fault.Conflict, "in_progress")

// File gives the file of an export.
func (s *Service) File(ctx context.Context, who access.Actor, id string, _ struct{}) (api.Sheet, error) {
	r, err := db.Read(ctx, s.DB, who, func(tx *db.Tx) (row, error) { return db.One[row](tx, one, db.Args{"id": id}) })
	if err != nil {
		return api.Sheet{}, err
	}
	// What one may give out may have been taken away since, and a token carries less than its person.
	if src, ok := s.source(r.Target); !ok || !who.Can(src.May) {
		return api.Sheet{}, db.ErrDenied
	}
	if r.State != done {
		return api.Sheet{}, errNotReady
	}
	if _, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		return 0, audit.Note(tx, audit.Entry{Action: "export.take", Kind: "export", Record: id})
	}); err != nil {
		return api.Sheet{}, err
	}
	name := locale.Text(r.Lang, "exchange.target."+targetKey(r.Target), nil) + r.CreatedAt.Time().Format("-20060102-150405.") + r.Format
	return api.Sheet{Name: name, Type: map[string]string{"xlsx": sheet.TypeXLSX, "csv": "text/csv; charset=utf-8"}[r.Format], Write: func(w io.Writer) error {
		key, err := s.Keys.Subject(id, r.Key)
		if err != nil {
			return err
		}
		return s.Shelf.Get(key, "exports/file/"+id, r.File, w)
	}}, nil
}

// Routes are the operations on exports. Which list may be given out is its source's to
// say: the leader's customers, the auditor's log.
func (s *Service) Routes(r *api.Router) {
	api.Create(r, api.Op{Path: "/exports", May: access.Self, Token: true}, s.Ask, s.Get)
	api.List(r, api.Op{Path: "/exports", May: access.Self}, s.List)
	of := api.Op{Path: "/exports/{id}", May: access.Self, On: Table}
	api.Get(r, of, s.Get)
	of.Path = "/exports/{id}/file"
	api.Download(r, of, s.File)
}

// Forget drops files a day old.
func (s *Service) Forget(ctx context.Context) error {
	for {
		old, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) ([]row, error) {
			return db.All[row](tx, old, db.Args{"before": tx.Now().Add(-hours * time.Hour).UnixMilli()})
		})
		if err != nil || len(old) == 0 {
			return err
		}
		for _, r := range old {
			if err := s.Shelf.Drop(r.File); err != nil {
				return err
			}
			if _, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int64, error) {
				if _, err := tx.ChangeAll(drop, db.Args{"id": r.ID}); err != nil {
					return 0, err
				}
				return 0, nil
			}); err != nil {
				return err
			}
		}
	}
}
