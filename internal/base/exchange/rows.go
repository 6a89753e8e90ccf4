package exchange

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"zhike/internal/base/exchange/column"
	"zhike/internal/base/privacy"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/sheet"
	"zhike/locale"
)

// RowQuery asks for rows of an import.
type RowQuery struct {
	State  string `query:"state" enum:"waiting,good,draft,bad,duplicate" doc:"Left out: all."`
	After  int64  `query:"after" doc:"The last row of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Hinted bool   `query:"hinted" doc:"Only rows about which there is something to say."`
}

// A SheetRow is one row as it can be mended.
type SheetRow struct {
	N        int64    `json:"n"`
	Cells    []string `json:"cells" doc:"In the order of the columns."`
	State    string   `json:"state" enum:"waiting,good,draft,bad,duplicate"`
	In       bool     `json:"in" doc:"It is in, or was passed over."`
	Problems []Wrong  `json:"problems"`
	Record   string   `json:"record_id,omitempty"`
}

// Mending is what a caller puts into cells, by letter or heading.
type Mending struct {
	Cells map[string]string `json:"cells" minProperties:"1" maxProperties:"256"`
}

// Rows gives an import's rows with what stands against them.
func (s *Service) Rows(ctx context.Context, who access.Actor, id string, q RowQuery) (api.Items[SheetRow], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[SheetRow], err error) {
		out.Items = []SheetRow{}
		r, err := db.One[importRow](tx, one, db.Args{"id": id})
		if err != nil {
			return out, err
		}
		key, err := s.keyOf(r)
		if err != nil {
			return out, err
		}
		w := db.With{Limit: q.Limit}
		if q.State != "" {
			w.Where = append(w.Where, db.Compare(db.Col("r.state"), "=", q.State))
		}
		rows, err := db.Find[stagedRow](tx.As(program), rowPage, db.Args{"id": id, "after": q.After}, w)
		if err != nil {
			return out, err
		}
		v, err := s.view(tx, r, api.LanguageOf(ctx))
		if err != nil {
			return out, err
		}
		for _, x := range rows {
			line, err := v.line(key, x)
			if err != nil {
				return out, err
			}
			out.Items = append(out.Items, line)
		}
		return out, nil
	})
}

var errRowIn = fault.New(fault.Conflict, "row_is_in")

// Mend puts other text into cells of a row that is not in yet, and judges it, with the
// rows it belongs to, anew.
func (s *Service) Mend(ctx context.Context, who access.Actor, id string, _ int64, in Mending) (SheetRow, error) {
	n, err := strconv.ParseInt(api.Param(ctx, "n"), 10, 64)
	if err != nil {
		return SheetRow{}, db.ErrNotFound
	}
	r, err := s.row(ctx, who, id)
	if err != nil {
		return SheetRow{}, err
	}
	if !r.Staged || slices.Contains([]string{checking, running, undoing, undid}, r.State) {
		return SheetRow{}, errChanging
	}
	w, err := s.worker(ctx, id, who.ID(), who.Bound())
	if err != nil {
		return SheetRow{}, err
	}
	heads, err := w.rewrite(ctx, n, in)
	if err != nil {
		return SheetRow{}, err
	}
	for _, h := range heads {
		if err := w.rejudge(ctx, h); err != nil {
			return SheetRow{}, err
		}
	}
	return db.Read(ctx, s.DB, program, func(tx *db.Tx) (SheetRow, error) {
		x, err := db.One[stagedRow](tx, rowOf, db.Args{"id": id, "n": n})
		if err != nil {
			return SheetRow{}, err
		}
		return w.view(api.LanguageOf(ctx)).line(w.key, x)
	})
}

// rewrite changes cells, and moves a row to where it now belongs; it names the groups to judge anew.
func (w *worker) rewrite(ctx context.Context, n int64, in Mending) (heads []int64, err error) {
	return db.Write(ctx, w.DB, program, func(tx *db.Tx) (heads []int64, err error) {
		x, err := db.One[stagedRow](tx, rowOf, db.Args{"id": w.row.ID, "n": n})
		if err != nil {
			return nil, err
		}
		if x.Done {
			return nil, errRowIn
		}
		var cells []string
		if err := privacy.OpenJSON(w.key, cellsPlace(w.row.ID, n), x.Cells, &cells); err != nil {
			return nil, err
		}
		before := w.session.Key(w.values(int(n), cells))
		for name, text := range in.Cells {
			at := slices.IndexFunc(w.row.Columns.V, func(c column.Column) bool { return c.Key == name || c.Heading == name })
			if at < 0 {
				return nil, fault.Rule("unknown_column", "cells").With(map[string]any{"column": name})
			}
			if len([]rune(text)) > sheet.MaxCell {
				return nil, fault.Rule("cell_too_long", "cells").With(map[string]any{"row": n, "column": name, "most": sheet.MaxCell})
			}
			for len(cells) <= at {
				cells = append(cells, "")
			}
			if text = column.Readable(text); text != w.view("").cell(at, cells[at]) { // a mask sent back leaves what stands
				cells[at] = text
			}
		}
		sealed, err := privacy.SealJSON(w.key, cellsPlace(w.row.ID, n), cells)
		if err != nil {
			return nil, err
		}
		if _, err := tx.ChangeAll(mended, db.Args{"id": w.row.ID, "n": n, "cells": sealed}); err != nil {
			return nil, err
		}
		heads = []int64{x.Head}
		if w.session.Key(w.values(int(n), cells)) == before {
			return heads, nil
		}
		together, err := db.All[stagedRow](tx, rowsAt, db.Args{"id": w.row.ID, "heads": []int64{x.Head}})
		if err != nil || len(together) == 1 {
			return heads, err
		}
		if x.Head == n { // the others go on under the first of them
			next := int64(0)
			for _, o := range together {
				if o.N == n {
					continue
				}
				if next == 0 {
					next = o.N
				}
				if _, err := tx.ChangeAll(grouped, db.Args{"id": w.row.ID, "n": o.N, "head": next}); err != nil {
					return nil, err
				}
			}
			return append(heads, next), nil
		}
		_, err = tx.ChangeAll(grouped, db.Args{"id": w.row.ID, "n": n, "head": n})
		return append(heads, n), err
	})
}

func (w *worker) rejudge(ctx context.Context, first int64) error {
	all, _, err := w.groups(ctx, first-1, 1)
	if err != nil || len(all) == 0 {
		return err
	}
	o, err := db.Read(ctx, w.DB, w.who, func(tx *db.Tx) (Outcome, error) { return w.session.Judge(tx, all[0].rows) })
	if err != nil {
		return err
	}
	_, err = db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) {
		var t tally
		if err := w.note(tx, all[0], o, false, &t); err != nil {
			return 0, err
		}
		t.n = 0
		return 0, w.advance(tx, t)
	})
	return err
}

// Marked gives the workbook back, its wrong cells marked and the reasons beside them.
func (s *Service) Marked(ctx context.Context, who access.Actor, id string, _ Nothing) (api.Sheet, error) {
	r, err := s.row(ctx, who, id)
	if err != nil {
		return api.Sheet{}, err
	}
	data, err := s.file(r)
	if err != nil {
		return api.Sheet{}, err
	}
	lang := api.LanguageOf(ctx)
	v, err := db.Read(ctx, s.DB, who, func(tx *db.Tx) (view, error) { return s.view(tx, r, lang) })
	if err != nil {
		return api.Sheet{}, err
	}
	var wrong []sheet.Wrong
	for after := int64(0); ; {
		page, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) ([]stagedRow, error) {
			return db.Find[stagedRow](tx, rowPage, db.Args{"id": id, "after": after}, db.With{Limit: ahead,
				Where: []db.Cond{db.Compare(db.Col("r.state"), "=", Bad)}})
		})
		if err != nil {
			return api.Sheet{}, err
		}
		if len(page) == 0 {
			break
		}
		for _, x := range page {
			after = x.N
			for _, p := range x.Problems.V {
				if !p.Hint {
					wrong = append(wrong, sheet.Wrong{Row: int(x.N), Column: p.Column, Reason: v.reason(p)})
				}
			}
		}
	}
	f := r.Format.V
	o := sheet.Options{Encoding: f.Encoding, Delimiter: f.Delimiter, Sheet: f.Sheet, Repair: f.Repair, Temp: s.Temp}
	var b bytes.Buffer
	if err := sheet.Mark(data, f.Sheet, f.HeaderRow, wrong, locale.Text(lang, "exchange.label.reasons", nil), &b, o); err != nil {
		return api.Sheet{}, err
	}
	// It is the maker's own file, in clear as he sent it: that it was taken stands in the log.
	if _, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		return 0, audit.Note(tx, audit.Entry{Action: "import.take", Kind: "import", Record: id})
	}); err != nil {
		return api.Sheet{}, err
	}
	name := strings.TrimSuffix(strings.TrimSuffix(r.Name, ".xlsx"), ".csv")
	return api.Sheet{Name: name + "-" + locale.Text(lang, "exchange.label.marked", nil) + ".xlsx", Type: sheet.TypeXLSX, Write: func(w io.Writer) error { _, err := b.WriteTo(w); return err }}, nil
}

// FieldsOf gives what a column of a target's sheet may be taken for.
func (s *Service) FieldsOf(ctx context.Context, who access.Actor, _ struct{}) (out api.Items[column.Choice], err error) {
	t, ok := s.target(api.Param(ctx, "target"))
	if !ok {
		return out, db.ErrNotFound
	}
	fields, err := s.fields(ctx, who, t, api.LanguageOf(ctx))
	out.Items = column.Choices(fields)
	return out, err
}

// Template gives an empty sheet for a target: its headings, drop-downs where words are to be chosen, and a page that explains.
func (s *Service) Template(ctx context.Context, who access.Actor, _ string, _ Nothing) (api.Sheet, error) {
	t, ok := s.target(api.Param(ctx, "target"))
	if !ok {
		return api.Sheet{}, db.ErrNotFound
	}
	if !who.Can(t.May) {
		return api.Sheet{}, db.ErrDenied
	}
	lang := api.LanguageOf(ctx)
	fields, err := s.fields(ctx, who, t, lang)
	if err != nil {
		return api.Sheet{}, err
	}
	title := locale.Text(lang, "exchange.target."+t.Kind, nil)
	return api.Sheet{Name: title + "-" + locale.Text(lang, "exchange.template.name", nil) + ".xlsx", Type: sheet.TypeXLSX,
		Write: func(w io.Writer) error { return column.Template(w, title, lang, fields) }}, nil
}

func (s *Service) Routes(r *api.Router) {
	at := func(path string) api.Op {
		return api.Op{Path: path, May: access.CustomerImport, On: Imports, Loose: true}
	}
	api.List(r, api.Op{Path: "/imports", May: access.CustomerImport}, s.List)
	api.Upload(r, api.Op{Path: "/imports", May: access.CustomerImport}, s.Upload)
	api.Get(r, at("/imports/{id}"), s.Get)
	api.Replace(r, at("/imports/{id}/plan"), s.SetPlan)
	api.Start(r, at("/imports/{id}/check"), s.Check)
	api.Start(r, at("/imports/{id}/run"), s.Run)
	api.Start(r, at("/imports/{id}/cancel"), s.Cancel)
	api.Start(r, at("/imports/{id}/undo"), s.Undo)
	api.ListUnder(r, at("/imports/{id}/rows"), s.Rows)
	api.Change(r, at("/imports/{id}/rows/{n}"), s.Mend)
	api.Download(r, at("/imports/{id}/marked"), s.Marked)
	api.List(r, api.Op{Path: "/import-fields/{target}", May: access.CustomerImport}, s.FieldsOf)
	api.Download(r, api.Op{Path: "/import-templates/{target}", May: access.CustomerImport}, s.Template)
}
