package export

import (
	"context"
	"errors"
	"io"
	"time"

	"zhike/internal/base/customfield"

	"zhike/internal/base/access"
	"zhike/internal/base/audit"
	"zhike/internal/base/privacy"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/job"
	"zhike/internal/platform/sheet"
	"zhike/locale"
)

// Work writes an export's file, as the user who asked, with today's rights.
func (s *Service) Work(ctx context.Context, j job.Job) error {
	var t task
	if err := j.Into(&t); err != nil {
		return err
	}
	return s.Do(ctx, t.Export, j.RunAs, t.Bound, j.Finish)
}

// Do is Work without a queue; finish ends the job in the unit of the file's end.
func (s *Service) Do(ctx context.Context, id, user string, bound []access.Permission, finish func(*db.Tx) error) error {
	var r row
	var who access.Actor
	if _, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) (_ int, err error) {
		if r, err = db.One[row](tx, one, db.Args{"id": id}); err != nil {
			return 0, err
		}
		who, err = s.Account.ActorOf(tx, user)
		who = who.Within(bound)
		return 0, err
	}); err != nil {
		return err
	}
	key, err := s.Keys.Subject(r.ID, r.Key)
	if err != nil {
		return err
	}
	var in New
	if err := privacy.OpenJSON(key, "exports/query/"+r.ID, r.Query, &in); err != nil {
		return err
	}
	in.Columns = r.Columns.V
	rows := int64(0)
	from, to := io.Pipe()
	go func() {
		var err error
		rows, err = s.Write(ctx, who, in, r.Lang, to)
		to.CloseWithError(err)
	}()
	name, err := s.Shelf.Put(key, "exports/file/"+r.ID, from)
	from.CloseWithError(err)
	state, why := done, (*Failure)(nil)
	if err != nil {
		var f *fault.Fault
		if ctx.Err() != nil || !errors.As(err, &f) || f.Kind == fault.Internal || f.Kind == fault.Unavailable {
			return err // ours: the queue tries again
		}
		state, why = failed, &Failure{Code: fault.Code(err)}
	}
	_, err = db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		if err := finish(tx); err != nil {
			return 0, err
		}
		if _, err := tx.ChangeAll(end, db.Args{"id": r.ID, "state": state, "file": name, "total": rows, "failure": db.Of(why), "at": tx.At()}); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx.As(who), audit.Entry{Action: "export." + state, Kind: "export", Record: r.ID, Details: map[string]any{"target": r.Target, "rows": rows}})
	})
	return err
}

// Give is Write for the command line: the log says so.
func (s *Service) Give(ctx context.Context, who access.Actor, in New, lang string, w io.Writer) (int64, error) {
	n, err := s.Write(ctx, who, in, lang, w)
	if err != nil {
		return n, err
	}
	_, err = db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		return 0, audit.Note(tx, audit.Entry{Action: "export.done", Kind: "export", Details: map[string]any{"target": in.Target, "rows": n, "filtered": in.Filter != "" || in.Q != ""}})
	})
	return n, err
}

// Write writes a list to w, page by page, as the viewer sees it, and counts its rows.
func (s *Service) Write(ctx context.Context, who access.Actor, in New, lang string, w io.Writer) (int64, error) {
	src, columns, err := s.asked(ctx, who, in)
	if err != nil {
		return 0, err
	}
	var said customfield.Words
	zone, err := db.Read(ctx, s.DB, who, func(tx *db.Tx) (zone *time.Location, err error) {
		if said, err = customfield.Called(tx); err != nil {
			return nil, err
		}
		return setting.Zone(tx)
	})
	if err != nil {
		return 0, err
	}
	l := newLayout(src, who, columns, lang, zone, said)
	var out *sheet.Writer
	if in.Format == "csv" {
		out, err = sheet.NewCSV(w, l.columns)
	} else {
		about := []string{locale.Text(lang, "exchange.label.watermark", map[string]any{"who": who.Name(), "when": s.DB.Now().In(zone).Format("2006-01-02 15:04")})}
		out, err = sheet.NewXLSX(w, locale.Text(lang, "exchange.target."+targetKey(src.Kind), nil), l.columns, about)
	}
	if err != nil {
		return 0, err
	}
	n := int64(0)
	for cursor := ""; ; {
		rows, next, err := src.Page(ctx, who, in.query(cursor))
		if err != nil {
			return n, err
		}
		if _, err := db.Read(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
			for _, row := range rows {
				cells, err := l.cells(tx, row)
				if err != nil {
					return 0, err
				}
				if err := out.Row(cells...); err != nil {
					return 0, err
				}
				n++
			}
			return 0, nil
		}); err != nil {
			return n, err
		}
		if cursor = next; cursor == "" {
			return n, out.Close()
		}
	}
}
