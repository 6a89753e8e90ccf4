package exchange

import (
	"context"
	"crypto/sha256"
	"maps"
	"slices"
	"time"
	"zhike/internal/base/exchange/column"
	"zhike/internal/base/privacy"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// UndoDays is how long an import can be taken back (DECISIONS 29); after it, its rows
// and the file are forgotten.
const UndoDays = 30

// undoable is every state in which rows may be in and nothing is under way.
var undoable = []string{checked, done, partly, cancelled, failed}

func (r importRow) undoUntil() api.Time {
	if r.RunAt == 0 || !slices.Contains(undoable, r.State) {
		return 0
	}
	return api.On(r.RunAt.Time().AddDate(0, 0, UndoDays))
}

var (
	errPlanChanged = fault.New(fault.Conflict, "plan_changed")
	errNoUndo      = fault.New(fault.Conflict, "undo_over")
	errRunAlready  = fault.New(fault.Conflict, "import_has_run")
)

// SetPlan says which column is which field, what to do with duplicates, and what stands
// where the sheet says nothing. A sheet, heading row or encoding other than was
// recognised has the file read anew. Errors: 409 once rows are in.
func (s *Service) SetPlan(ctx context.Context, who access.Actor, id string, _ int64, in NewPlan) (Import, error) {
	r, err := s.row(ctx, who, id)
	if err != nil {
		return Import{}, err
	}
	switch {
	case r.State == checking || r.State == running || r.State == undoing || r.State == uploading:
		return Import{}, errChanging
	case r.RunAt > 0:
		return Import{}, errRunAlready
	}
	t, _ := s.target(r.Target)
	fields, err := s.fields(ctx, who, t, api.LanguageOf(ctx))
	if err != nil {
		return Import{}, err
	}
	var h column.Head
	columns, mapping := r.Columns.V, r.Mapping.V
	format, again := r.Format.V.As(in.Reading)
	if again {
		if columns, format, h, err = s.reread(ctx, r, format, fields); err != nil {
			return Import{}, err
		}
		mapping = column.Mapping(columns)
	}
	for i := range columns {
		columns[i].Field = mapping[columns[i].Key]
	}
	if mapping, err = column.Mapped(in.Mapping, columns, fields); err != nil {
		return Import{}, err
	}
	defaults := maps.Clone(r.Defaults.V)
	for name, v := range in.Defaults {
		f, _, ok := column.Find(fields, name)
		if !ok {
			return Import{}, fault.Rule("unknown_field", "defaults").With(map[string]any{"field": name})
		}
		if f.Mask != nil && f.Mask(v) != v { // nobody's number is everybody's, and a plan is not sealed
			return Import{}, fault.Rule("number_in_text", "defaults").With(map[string]any{"field": f.Label})
		}
		if defaults[name] = v; v == "" {
			delete(defaults, name)
		}
	}
	duplicates := r.Duplicates
	if in.Duplicates != "" {
		duplicates = in.Duplicates
	}
	_, err = db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		sealed := r.Head
		if again {
			key, err := s.keyOf(r)
			if err != nil {
				return 0, err
			}
			if sealed, err = privacy.SealJSON(key, headPlace(id), h); err != nil {
				return 0, err
			}
			if _, err := tx.As(program).ChangeAll(dropRows, db.Args{"id": id}); err != nil {
				return 0, err
			}
			if _, err := tx.ChangeAll(uncounted, db.Args{"id": id}); err != nil {
				return 0, err
			}
		}
		n, err := tx.ChangeAll(setPlan, db.Args{"id": id, "format": db.Of(format), "columns": db.Of(column.Bare(columns)), "head": sealed, "mapping": db.Of(mapping), "duplicates": duplicates,
			"defaults": db.Of(defaults), "staged": r.Staged && !again, "at": tx.At()})
		if err == nil && n == 0 {
			err = errChanging
		}
		return 0, err
	})
	if err != nil {
		return Import{}, err
	}
	return s.Get(ctx, who, id)
}

func (s *Service) reread(ctx context.Context, r importRow, f column.Format, fields []column.Field) ([]column.Column, column.Format, column.Head, error) {
	data, err := s.file(r)
	if err != nil {
		return nil, f, column.Head{}, err
	}
	l, h, err := s.surveyed(r.Name, data, f, fields)
	if err != nil {
		return nil, f, h, err
	}
	known, err := s.taught(ctx, r.Target, l.headings)
	if err != nil {
		return nil, f, h, err
	}
	return column.Columns(l.headings, h, column.MatchColumns(l.headings, h.Rows, fields, known)), l.format, h, nil
}

// row reads an import in its maker's reach.
func (s *Service) row(ctx context.Context, who access.Actor, id string) (importRow, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (importRow, error) { return db.One[importRow](tx, one, db.Args{"id": id}) })
}

// Nothing is what an act needs to be told.
type Nothing struct{}

// Unfinished finds an import of the same file by the same person that was stopped, or is
// under way, with the same word on duplicates: it goes on where it is.
func (s *Service) Unfinished(ctx context.Context, who access.Actor, target, duplicates string, data []byte) (Import, bool, error) {
	mark := sha256.Sum256(data)
	type found struct {
		i  Import
		ok bool
	}
	f, err := db.Read(ctx, s.DB, who, func(tx *db.Tx) (f found, err error) {
		r, ok, err := db.Maybe[importRow](tx, same, db.Args{"mark": s.Keys.Sign("import.file", mark[:]), "target": target, "owner": who.ID()})
		if err != nil || !ok || r.Duplicates != duplicates {
			return f, err
		}
		f.ok = true
		f.i, err = s.shown(tx, r, api.LanguageOf(ctx))
		return f, err
	})
	if err == nil && f.ok && f.i.State == cancelled {
		f.i, err = s.RunUnchecked(ctx, who, f.i.ID)
	}
	return f.i, f.ok, err
}

// Check judges every row by the rules of the form and writes none: 202, then ask for the import.
func (s *Service) Check(ctx context.Context, who access.Actor, id string, _ Nothing) (Import, error) {
	return s.act(ctx, who, id, checking, []string{fresh, checked, failed, partly, cancelled})
}

// Run takes in every row that has no fault; the others wait to be mended. Errors: 409
// plan_changed where the plan is newer than its check.
func (s *Service) Run(ctx context.Context, who access.Actor, id string, _ Nothing) (Import, error) {
	r, err := s.row(ctx, who, id)
	if err != nil {
		return Import{}, err
	}
	if r.Checked != r.Plan {
		return Import{}, errPlanChanged
	}
	return s.act(ctx, who, id, running, []string{checked, partly, cancelled, failed})
}

// RunUnchecked is Run for who has looked at nothing before: a row is judged as it comes in.
func (s *Service) RunUnchecked(ctx context.Context, who access.Actor, id string) (Import, error) {
	return s.act(ctx, who, id, running, []string{fresh, checked, partly, cancelled, failed})
}

// act puts an import into a state and its work into the queue.
func (s *Service) act(ctx context.Context, who access.Actor, id, state string, from []string) (Import, error) {
	r, err := s.row(ctx, who, id)
	if err != nil {
		return Import{}, err
	}
	t, _ := s.target(r.Target)
	if !who.Can(t.May) {
		return Import{}, db.ErrDenied
	}
	if state != undoing {
		fields, err := s.fields(ctx, who, t, api.LanguageOf(ctx))
		if err != nil {
			return Import{}, err
		}
		if err := column.Lacks(r.Mapping.V, r.Defaults.V, fields); err != nil {
			return Import{}, err
		}
	}
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Import, err error) {
		n, err := tx.ChangeAll(setState, db.Args{"id": id, "state": state, "states": from, "at": tx.At()})
		if err != nil {
			return none, err
		}
		switch {
		case n == 0 && slices.Contains([]string{done, undid}, r.State):
			return none, errRunAlready
		case n == 0:
			return none, errChanging
		}
		if state == running {
			if _, err := tx.ChangeAll(setRun, db.Args{"id": id, "at": tx.At()}); err != nil {
				return none, err
			}
			if err := column.Teach(tx, r.Target, r.Columns.V, r.Mapping.V); err != nil {
				return none, err
			}
		}
		if _, err := tx.ChangeAll(begin, db.Args{"id": id, "total": 0, "progress": 0, "at": tx.At()}); err != nil {
			return none, err
		}
		if err := s.enqueue(tx, id, state); err != nil {
			return none, err
		}
		if state != checking {
			if err := audit.Note(tx, audit.Entry{Action: "import." + map[string]string{running: "run", undoing: "undo"}[state], Kind: "import", Record: id,
				Details: map[string]any{"target": r.Target, "duplicates": r.Duplicates}}); err != nil {
				return none, err
			}
		}
		if r, err = db.One[importRow](tx, one, db.Args{"id": id}); err != nil {
			return none, err
		}
		return s.shown(tx, r, api.LanguageOf(ctx))
	})
}

// Cancel stops a check or a run at the next chunk: what is in stays in, and can be undone.
func (s *Service) Cancel(ctx context.Context, who access.Actor, id string, _ Nothing) (Import, error) {
	if _, err := s.row(ctx, who, id); err != nil {
		return Import{}, err
	}
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int64, error) {
		n, err := tx.ChangeAll(ask, db.Args{"id": id})
		if err != nil || n == 0 {
			return n, err
		}
		return n, audit.Note(tx, audit.Entry{Action: "import.cancel", Kind: "import", Record: id})
	})
	if err != nil {
		return Import{}, err
	}
	return s.Get(ctx, who, id)
}

// Undo takes a whole import back, within 30 days and once: what it made goes, unless
// somebody has touched it since; a field that it changed gets its old value, if it still
// holds the imported one. What stays is told in kept.
func (s *Service) Undo(ctx context.Context, who access.Actor, id string, _ Nothing) (Import, error) {
	r, err := s.row(ctx, who, id)
	if err != nil {
		return Import{}, err
	}
	if until := r.undoUntil(); until == 0 || s.DB.Now().After(until.Time()) {
		if r.State == running || r.State == checking {
			return Import{}, errChanging
		}
		return Import{}, errNoUndo
	}
	return s.act(ctx, who, id, undoing, undoable)
}

// Forget drops what is past undoing: rows, file and the key that sealed them.
func (s *Service) Forget(ctx context.Context) error {
	for {
		old, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) ([]importRow, error) {
			return db.All[importRow](tx, oldImports, db.Args{"before": tx.Now().AddDate(0, 0, -UndoDays-1).UnixMilli(), "yesterday": tx.Now().Add(-24 * time.Hour).UnixMilli()})
		})
		if err != nil || len(old) == 0 {
			return err
		}
		for _, r := range old {
			if err := s.Shelf.Drop(r.File); err != nil {
				return err
			}
			if _, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int64, error) {
				for _, q := range []db.Query{dropEffects, dropRows, dropImport} {
					if _, err := tx.ChangeAll(q, db.Args{"id": r.ID}); err != nil {
						return 0, err
					}
				}
				return 0, nil
			}); err != nil {
				return err
			}
		}
	}
}
