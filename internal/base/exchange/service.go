package exchange

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"zhike/internal/base/exchange/column"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/job"
	"zhike/locale"
)

// States of an import.
const (
	uploading = "uploading"
	fresh     = "new"
	checking  = "checking"
	checked   = "checked"
	running   = "running"
	done      = "done"
	partly    = "partly" // in, but for the bad rows, which wait to be mended
	cancelled = "cancelled"
	failed    = "failed"
	undoing   = "undoing"
	undid     = "undone"
)

// A Failure is why an act ended early.
type Failure struct {
	Code   string         `json:"code"`
	Params map[string]any `json:"params,omitempty"`
}

// An Import as its maker sees it.
type Import struct {
	ID         string          `json:"id"`
	Target     string          `json:"target"`
	Name       string          `json:"name" doc:"Of the file."`
	State      string          `json:"state" enum:"new,checking,checked,running,done,partly,cancelled,failed,undoing,undone"`
	Progress   int64           `json:"progress" doc:"Percent of the act under way."`
	Rows       int64           `json:"rows" doc:"good + drafts + bad + duplicates: those judged so far."`
	Good       int64           `json:"good" doc:"Complete rows."`
	Drafts     int64           `json:"drafts" doc:"Rows that come in as drafts, which say what they lack."`
	Bad        int64           `json:"bad"`
	Duplicates int64           `json:"duplicates" doc:"Rows of what is held already, in the database or further up in the sheet."`
	Errors     []Wrong         `json:"errors" doc:"The first two hundred."`
	Columns    []column.Column `json:"columns"`
	Plan       Plan            `json:"plan"`
	Checked    bool            `json:"checked" doc:"The plan has been checked as it stands."`
	Sample     [][]string      `json:"sample"`
	Failure    *Wrong          `json:"failure,omitempty"`
	Kept       []Kept          `json:"kept,omitempty" doc:"What an undo left, and why."`
	UndoUntil  api.Time        `json:"undo_until"`
	CreatedAt  api.Time        `json:"created_at"`
	RunAt      api.Time        `json:"run_at"`
	EndedAt    api.Time        `json:"ended_at"`
}

// Wrong is a problem in the viewer's words.
type Wrong struct {
	Row     int64          `json:"row"`
	Column  string         `json:"column" doc:"The heading; empty: the whole row."`
	Cell    string         `json:"cell,omitempty" doc:"As a spreadsheet names it: C7."`
	Field   string         `json:"field,omitempty"`
	Code    string         `json:"code"`
	Message string         `json:"message"`
	Params  map[string]any `json:"params,omitempty"`
	Hint    bool           `json:"hint,omitempty" doc:"Worth knowing, and no hindrance."`
}

func (i Import) RecordID() string { return i.ID }

var errChanging = fault.New(fault.Conflict, "in_progress")

// Upload takes a file in and says what it is taken for: nothing is imported yet. Needs the
// target's permission. Errors: 415, 413 and 422 for what is no table, or too large a one.
func (s *Service) Upload(ctx context.Context, who access.Actor, f api.File) (Import, error) {
	t, ok := s.target(f.Fields["target"])
	if !ok {
		return Import{}, fault.Rule("invalid", "target")
	}
	if !who.Can(t.May) {
		return Import{}, db.ErrDenied
	}
	lang := api.LanguageOf(ctx)
	fields, err := s.fields(ctx, who, t, lang)
	if err != nil {
		return Import{}, err
	}
	row, h, err := s.surveyed(f.Name, f.Data, column.Format{}, fields)
	if err != nil {
		return Import{}, err
	}
	taughtBy, err := s.taught(ctx, t.Kind, row.headings)
	if err != nil {
		return Import{}, err
	}
	columns := column.Columns(row.headings, h, column.MatchColumns(row.headings, h.Rows, fields, taughtBy))
	mark := sha256.Sum256(f.Data)
	in := newImport{Target: t.Kind, Name: f.Name, State: uploading, Mark: s.Keys.Sign("import.file", mark[:]), Format: db.Of(row.format),
		Columns: db.Of(column.Bare(columns)), Mapping: db.Of(column.Mapping(columns)), Duplicates: Skip, Defaults: db.Of(map[string]string{}), Kept: db.Of([]Kept{}), Failure: db.Of[*Failure](nil)}
	if d := f.Fields["duplicates"]; d != "" {
		if !slices.Contains([]string{Skip, Update, Anew}, d) {
			return Import{}, fault.Rule("invalid", "duplicates")
		}
		in.Duplicates = d
	}
	id, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (string, error) {
		in.ID, in.CreatedAt, in.UpdatedAt = tx.NewID(), tx.At(), tx.At()
		key, wrapped, err := s.Keys.NewSubject(in.ID)
		if err != nil {
			return "", err
		}
		in.Key = wrapped
		if in.Head, err = privacy.SealJSON(key, headPlace(in.ID), h); err != nil {
			return "", err
		}
		if err := tx.Insert(Imports, in); err != nil {
			return "", err
		}
		return in.ID, audit.Note(tx, audit.Entry{Action: "import.upload", Kind: "import", Record: in.ID, Details: map[string]any{"target": t.Kind, "bytes": len(f.Data)}})
	})
	if err != nil {
		return Import{}, err
	}
	if err := s.keepFile(ctx, who, id, f.Data); err != nil {
		return Import{}, err
	}
	return s.Get(ctx, who, id)
}

// keepFile puts the file on the shelf, and then says where it lies.
func (s *Service) keepFile(ctx context.Context, who access.Actor, id string, data []byte) error {
	r, err := s.row(ctx, who, id)
	if err != nil {
		return err
	}
	key, err := s.keyOf(r)
	if err != nil {
		return err
	}
	name, err := s.Shelf.Put(key, filePlace(id), bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("exchange: the file was not kept: %w", err)
	}
	_, err = db.Write(ctx, s.DB, who, func(tx *db.Tx) (int64, error) {
		return tx.ChangeAll(setFile, db.Args{"id": id, "file": name, "at": tx.At()})
	})
	return err
}

func (s *Service) file(r importRow) ([]byte, error) {
	key, err := s.keyOf(r)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = s.Shelf.Get(key, filePlace(r.ID), r.File, &b)
	return b.Bytes(), err
}

// keyOf opens an import's own key, which goes with its row.
func (s *Service) keyOf(r importRow) (crypt.Subject, error) { return s.Keys.Subject(r.ID, r.Key) }

func (s *Service) fields(ctx context.Context, who access.Actor, t Target, lang string) ([]column.Field, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) ([]column.Field, error) { return t.Fields(tx, lang) })
}

// A looked is what a look at a file gave.
type looked struct {
	format   column.Format
	headings []string
}

func (s *Service) surveyed(name string, data []byte, f column.Format, fields []column.Field) (l looked, h column.Head, err error) {
	b, err := s.open(name, data, f)
	if err != nil {
		return l, h, err
	}
	defer b.Close()
	l.format, l.headings, h, err = column.Survey(b, f, fields)
	for i, text := range l.headings { // a caller may have said that a row of people is the headings
		l.headings[i] = s.Mask(text)
	}
	return l, h, err
}

func (s *Service) taught(ctx context.Context, target string, all []string) (map[string]string, error) {
	return db.Read(ctx, s.DB, program, func(tx *db.Tx) (map[string]string, error) { return column.Taught(tx, target, all) })
}

// Get gives one import.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Import, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Import, error) {
		r, err := db.One[importRow](tx, one, db.Args{"id": id})
		if err != nil {
			return Import{}, err
		}
		return s.shown(tx, r, api.LanguageOf(ctx))
	})
}

// Query of a list of imports.
type Query struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"2000"`
}

// A Line is an import as a list shows it.
type Line struct {
	ID         string   `json:"id"`
	Target     string   `json:"target"`
	Name       string   `json:"name"`
	State      string   `json:"state"`
	Progress   int64    `json:"progress"`
	Rows       int64    `json:"rows"`
	Good       int64    `json:"good"`
	Drafts     int64    `json:"drafts"`
	Bad        int64    `json:"bad"`
	Duplicates int64    `json:"duplicates"`
	UndoUntil  api.Time `json:"undo_until"`
	CreatedAt  api.Time `json:"created_at"`
}

// List gives one's own imports, the newest first.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (api.Page[Line], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[Line], err error) {
		rows, err := db.Page[importRow](tx, list, nil, db.With{Order: db.Down("i.created_at", "i.id"), After: q.Cursor, Limit: q.Limit, Key: "imports"})
		p = api.Page[Line]{Items: []Line{}, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}
		for _, r := range rows.Rows {
			p.Items = append(p.Items, Line{r.ID, r.Target, r.Name, r.State, r.percent(), r.judged(), r.Good, r.Drafts, r.Bad, r.Duplicate, r.undoUntil(), r.CreatedAt})
		}
		return p, err
	})
}

func (r importRow) judged() int64 { return r.Good + r.Drafts + r.Bad + r.Duplicate }

func (r importRow) percent() int64 {
	switch {
	case r.State == done || r.State == partly || r.State == checked || r.State == undid:
		return 100
	case r.Total == 0:
		return 0
	}
	return min(99, r.Progress*100/r.Total)
}

// What an answer shows of a sheet, at the most.
const (
	shownErrors = 200
	shownOf     = 20 // rows of a sample
)

func (s *Service) shown(tx *db.Tx, r importRow, lang string) (Import, error) {
	key, err := s.keyOf(r)
	if err != nil {
		return Import{}, err
	}
	var h column.Head
	if err := privacy.OpenJSON(key, headPlace(r.ID), r.Head, &h); err != nil {
		return Import{}, err
	}
	matches := make([]column.Match, len(r.Columns.V))
	var texts []string
	for i, c := range r.Columns.V {
		texts = append(texts, c.Heading)
		matches[i] = column.Match{Field: r.Mapping.V[c.Key], Why: c.Why}
		if matches[i].Field != c.Field {
			matches[i].Why = "chosen"
		}
	}
	out := Import{ID: r.ID, Target: r.Target, Name: r.Name, State: r.State, Progress: r.percent(), Rows: r.judged(), Good: r.Good, Drafts: r.Drafts, Bad: r.Bad,
		Duplicates: r.Duplicate, Columns: column.Columns(texts, h, matches), Checked: r.Checked == r.Plan, Sample: [][]string{}, Kept: r.Kept.V,
		Plan:      Plan{Mapping: r.Mapping.V, Duplicates: r.Duplicates, Defaults: r.Defaults.V, Format: r.Format.V},
		UndoUntil: r.undoUntil(), CreatedAt: r.CreatedAt, RunAt: r.RunAt, EndedAt: r.EndedAt, Errors: []Wrong{}}
	v, err := s.view(tx, r, lang)
	if err != nil {
		return Import{}, err
	}
	for i := range h.Rows[:min(len(h.Rows), shownOf)] {
		out.Sample = append(out.Sample, v.cells(h.Rows[i]))
	}
	for i := range out.Columns {
		for k, text := range out.Columns[i].Samples {
			out.Columns[i].Samples[k] = v.cell(i, text)
		}
	}
	if f := r.Failure.V; f != nil {
		out.Failure = &Wrong{Code: f.Code, Params: f.Params, Message: locale.Text(lang, "error."+f.Code+".detail", f.Params)}
	}
	if r.Bad == 0 {
		return out, nil
	}
	rows, err := db.Find[stagedRow](tx.As(program), rowPage, db.Args{"id": r.ID, "after": 0}, db.With{Where: []db.Cond{db.Compare(db.Col("r.state"), "=", Bad)}, Limit: shownErrors})
	for _, x := range rows {
		for _, p := range x.Problems.V {
			if len(out.Errors) < shownErrors {
				out.Errors = append(out.Errors, v.wrong(p))
			}
		}
	}
	return out, err
}

// enqueue puts the act on an import into the caller's unit.
func (s *Service) enqueue(tx *db.Tx, id, act string) error {
	return s.Queue.Enqueue(tx, job.New{Kind: Job, Payload: task{id, act, tx.Who().(access.Actor).Bound()}, Unique: "import:" + id, RunAs: tx.Who().ID()})
}
