package exchange

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/audit"
	"zhike/internal/base/exchange/column"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/job"
	"zhike/internal/platform/sheet"
)

// Job is the kind of the queue's jobs that work on sheets that come in.
const Job = "exchange.import"

// A task is what a job is to do with which import.
type task struct {
	Import string              `json:"import"`
	Act    string              `json:"act"`
	Bound  []access.Permission `json:"bound,omitempty"` // of the token that asked
}

// chunk is how long one unit of an import may hold SQLite's writer: others write between chunks.
const chunk = 35 * time.Millisecond

// errStopped is a cancelled act.
var errStopped = errors.New("exchange: cancelled")

// Work does what a job asks for, as the user who asked, with today's rights. A job that
// was killed begins again here, and goes on behind the last chunk that was kept.
func (s *Service) Work(ctx context.Context, j job.Job) error {
	var t task
	if err := j.Into(&t); err != nil {
		return err
	}
	err := s.Do(ctx, t.Import, t.Act, j.RunAs, t.Bound, j.Finish)
	if err == nil || ctx.Err() != nil || errors.Is(err, job.ErrLost) {
		return err
	}
	over, stuck := db.Write(ctx, s.DB, program, func(tx *db.Tx) (bool, error) {
		r, err := db.One[importRow](tx, one, db.Args{"id": t.Import})
		if err != nil || j.Attempt < patience && !r.Cancel {
			return false, err
		}
		_, err = tx.ChangeAll(end, db.Args{"id": r.ID, "state": failed, "checked": 0, "failure": db.Of(&Failure{Code: "unavailable"}), "kept": r.Kept, "at": tx.At()})
		return true, errors.Join(err, j.Finish(tx))
	})
	if !over || stuck != nil {
		return errors.Join(err, stuck)
	}
	slog.Error("an import was given up", "import", t.Import, "act", t.Act, "error", err)
	return nil
}

// patience is how often an act is tried that fails by no fault of the file's: after it, or
// once its maker cancels it, the import says so instead of being under way for ever.
const patience = 5

// Do is Work without a queue; finish ends the job in the unit of the act's end.
func (s *Service) Do(ctx context.Context, id, act, user string, bound []access.Permission, finish func(*db.Tx) error) error {
	w, err := s.worker(ctx, id, user, bound)
	if err != nil {
		return s.failed(ctx, id, err)
	}
	state := ""
	switch act {
	case checking:
		state, err = w.check(ctx)
	case running:
		state, err = w.run(ctx)
	case undoing:
		state, err = w.undo(ctx)
	}
	switch {
	case errors.Is(err, errStopped):
		state = cancelled
		if act == checking && w.row.RunAt == 0 {
			state = fresh
		}
	case err != nil:
		return s.failed(ctx, id, err)
	}
	return w.end(ctx, finish, act, state)
}

// failed ends an import with the reason, where the reason is the file's or the user's. What
// is ours goes back to the queue, to be tried again.
func (s *Service) failed(ctx context.Context, id string, err error) error {
	var f *fault.Fault
	if !errors.As(err, &f) || f.Kind == fault.Internal || f.Kind == fault.Unavailable || ctx.Err() != nil {
		return err
	}
	_, err = db.Write(ctx, s.DB, program, func(tx *db.Tx) (int64, error) {
		return tx.ChangeAll(end, db.Args{"id": id, "state": failed, "checked": 0, "failure": db.Of(&Failure{f.Code, f.Params}), "kept": db.Of([]Kept{}), "at": tx.At()})
	})
	return err
}

// Origin is where the log says that an import's writes came from: undoing it asks who else wrote.
func Origin(id string) string { return "import:" + id }

// A worker is the hands on one import.
type worker struct {
	*Service
	who     access.Actor
	row     importRow
	target  Target
	fields  []column.Field
	key     crypt.Subject
	session Session
	columns map[string]int // field → column
	kept    []Kept
}

func (s *Service) worker(ctx context.Context, id, user string, bound []access.Permission) (*worker, error) {
	w := &worker{Service: s, columns: map[string]int{}}
	_, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) (_ int, err error) {
		if w.row, err = db.One[importRow](tx, one, db.Args{"id": id}); err != nil {
			return 0, err
		}
		if w.who, err = s.Account.ActorOf(tx, user); err != nil {
			return 0, err
		}
		w.who = w.who.Within(bound).From(access.Origin{Address: Origin(id)})
		if w.key, err = s.keyOf(w.row); err != nil {
			return 0, err
		}
		w.target, _ = s.target(w.row.Target)
		if !w.who.Can(w.target.May) { // it was taken from him, or his account was
			return 0, db.ErrDenied
		}
		w.fields, err = w.target.Fields(tx.As(w.who), "zh-CN")
		return 0, err
	})
	if err != nil {
		return nil, err
	}
	headings := map[string]string{}
	for i, c := range w.row.Columns.V {
		if f := w.row.Mapping.V[c.Key]; f != "" {
			w.columns[f], headings[f] = i, c.Heading
		}
	}
	w.session, err = db.Read(ctx, s.DB, w.who, func(tx *db.Tx) (Session, error) {
		return w.target.Open(tx, Options{Import: id, Duplicates: w.row.Duplicates, Headings: headings, Lang: "zh-CN"})
	})
	return w, err
}

// stage reads the file whole and keeps its rows, sealed; again from the beginning where it was stopped.
func (w *worker) stage(ctx context.Context) error {
	if w.row.Staged {
		return w.regroup(ctx)
	}
	data, err := w.file(w.row)
	if err != nil {
		return err
	}
	b, err := w.open(w.row.Name, data, w.row.Format.V)
	if err != nil {
		return err
	}
	defer b.Close()
	if _, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (int64, error) { return tx.ChangeAll(dropRows, db.Args{"id": w.row.ID}) }); err != nil {
		return err
	}
	var batch []stagedRow
	heads, total := map[string]int64{}, int64(0)
	flush := func() error {
		for len(batch) > 0 {
			n, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) {
				until := clock.System().Add(chunk)
				for i, r := range batch {
					if err := tx.Insert(rowsTable, r); err != nil {
						return 0, err
					}
					if i%20 == 19 && clock.System().After(until) {
						return i + 1, nil
					}
				}
				return len(batch), nil
			})
			if err != nil {
				return err
			}
			total += int64(n)
			batch = batch[n:]
		}
		return w.pause(ctx)
	}
	for n, cells := range b.Rows() {
		if n <= w.row.Format.V.HeaderRow || sheet.Blank(cells) || sheet.Total(cells) {
			continue
		}
		r := stagedRow{Import: w.row.ID, N: int64(n), State: Waiting, Problems: db.Of([]Problem{})}
		r.Head = headOf(heads, w.session.Key(w.values(n, cells)), r.N)
		if r.Cells, err = privacy.SealJSON(w.key, cellsPlace(w.row.ID, r.N), cells); err != nil {
			return err
		}
		if batch = append(batch, r); len(batch) >= 1000 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := errors.Join(b.Err(), flush()); err != nil {
		return err
	}
	w.row.Staged, w.row.Total = true, total
	_, err = db.Write(ctx, w.DB, program, func(tx *db.Tx) (int64, error) { return tx.ChangeAll(staged, db.Args{"id": w.row.ID, "total": total}) })
	return err
}

// values are a row's cells by field; what the plan says stands where a cell says nothing.
func (w *worker) values(n int, cells []string) Row {
	r := Row{N: n, Values: make(map[string]string, len(w.columns))}
	for f, i := range w.columns {
		if i < len(cells) && cells[i] != "" {
			r.Values[f] = cells[i]
		}
	}
	for f, v := range w.row.Defaults.V {
		if r.Values[f] == "" {
			r.Values[f] = v
		}
	}
	return r
}

// pause asks between chunks whether to go on.
func (w *worker) pause(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r, err := db.Read(ctx, w.DB, program, func(tx *db.Tx) (importRow, error) { return db.One[importRow](tx, one, db.Args{"id": w.row.ID}) })
	if err == nil && r.Cancel {
		err = errStopped
	}
	return err
}

// A group is rows that belong together, opened.
type group struct {
	rows   []Row
	staged []stagedRow
}

// groups opens the next groups whose first row stands behind after.
func (w *worker) groups(ctx context.Context, after int64, most int) (out []group, last int64, err error) {
	_, err = db.Read(ctx, w.DB, program, func(tx *db.Tx) (int, error) {
		page, err := db.Find[stagedRow](tx, nextRows, db.Args{"id": w.row.ID, "after": after}, db.With{Limit: most})
		if err != nil || len(page) == 0 {
			return 0, err
		}
		last = page[len(page)-1].N
		var heads []int64
		for _, r := range page {
			if r.Head == r.N { // the others come with their first
				heads = append(heads, r.N)
			}
		}
		if len(heads) == 0 {
			return 0, nil
		}
		rows, err := db.All[stagedRow](tx, rowsAt, db.Args{"id": w.row.ID, "heads": heads})
		for _, r := range rows {
			if len(out) == 0 || out[len(out)-1].staged[0].Head != r.Head {
				out = append(out, group{})
			}
			g := &out[len(out)-1]
			var cells []string
			if err := privacy.OpenJSON(w.key, cellsPlace(w.row.ID, r.N), r.Cells, &cells); err != nil {
				return 0, err
			}
			g.staged, g.rows = append(g.staged, r), append(g.rows, w.values(int(r.N), cells))
		}
		return 0, err
	})
	return out, last, err
}

// located gives the problems of one row their columns, and those of rows that wait with a bad one a reason.
func (w *worker) located(o Outcome, n int) []Problem {
	out, worst := []Problem{}, 0
	for _, p := range o.Problems {
		if !p.Hint {
			worst = p.Row
		}
		if p.Row != n {
			continue
		}
		p.Column = -1
		if i, ok := w.columns[p.Field]; ok && p.Field != "" {
			p.Column = i
		}
		out = append(out, p)
	}
	if o.State == Bad && worst != n && !slices.ContainsFunc(out, func(p Problem) bool { return !p.Hint }) {
		out = append(out, Problem{Row: n, Column: -1, Code: "waits_for_row", Params: map[string]any{"row": worst}})
	}
	return out
}

// note writes what became of a group, and counts the change.
func (w *worker) note(tx *db.Tx, g group, o Outcome, in bool, n *tally) error {
	for _, r := range g.staged {
		n.move(r.State, o.State)
		if _, err := tx.As(program).ChangeAll(judged, db.Args{"id": w.row.ID, "n": r.N, "state": o.State, "done": in, "problems": db.Of(w.located(o, int(r.N))), "record": o.Record}); err != nil {
			return err
		}
	}
	n.n += int64(len(g.staged))
	return nil
}

// A tally is how the counts of an import change.
type tally struct{ n, good, drafts, bad, duplicate int64 }

func (t *tally) move(from, to string) {
	for state, by := range map[string]int64{from: -1, to: 1} {
		if from == to {
			continue
		}
		switch state {
		case Good:
			t.good += by
		case Draft:
			t.drafts += by
		case Bad:
			t.bad += by
		case Duplicate:
			t.duplicate += by
		}
	}
}

func (w *worker) advance(tx *db.Tx, t tally) error {
	_, err := tx.As(program).ChangeAll(advance, db.Args{"id": w.row.ID, "n": t.n, "good": t.good, "drafts": t.drafts, "bad": t.bad, "duplicate": t.duplicate})
	return err
}

// end writes how an act went, in the unit that ends its job.
func (w *worker) end(ctx context.Context, finish func(*db.Tx) error, act, state string) error {
	_, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) {
		if err := finish(tx); err != nil {
			return 0, err
		}
		r, err := db.One[importRow](tx, one, db.Args{"id": w.row.ID})
		if err != nil {
			return 0, err
		}
		if state == done && r.Bad > 0 {
			state = partly
		}
		plan := r.Checked
		if state == checked || state == done || state == partly {
			plan = r.Plan
		}
		if _, err := tx.ChangeAll(end, db.Args{"id": w.row.ID, "state": state, "checked": plan, "failure": db.Of[*Failure](nil), "kept": db.Of(append([]Kept{}, w.kept...)), "at": tx.At()}); err != nil {
			return 0, err
		}
		if act == checking {
			return 0, nil
		}
		return 0, audit.Note(tx.As(w.who), audit.Entry{Action: "import." + state, Kind: "import", Record: w.row.ID,
			Details: map[string]any{"good": r.Good, "drafts": r.Drafts, "bad": r.Bad, "duplicates": r.Duplicate, "kept": len(w.kept)}})
	})
	return err
}
