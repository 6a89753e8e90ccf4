package task

import (
	"cmp"
	"context"
	"maps"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield/own"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Change changes a task, or gives it to somebody else.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (Task, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Task, err error) {
		t, err := s.load(tx, id)
		if err != nil {
			return none, err
		}
		had := string(t.OwnerID)
		diffs := api.Apply(&t, in)
		if strings.TrimSpace(t.Title) == "" {
			return none, fault.Rule("required", "title")
		}
		key, err := s.key(tx, t.Subject)
		if err != nil {
			return none, err
		}
		clear, stands, err := s.clear(tx, t, in)
		if err != nil {
			return none, err
		}
		if err := s.own().Said(tx, key, id, stands); err != nil {
			return none, err
		}
		draft, err := s.own().Changed(tx, in.Custom, stands, nil)
		if err != nil {
			return none, err
		}
		row := struct {
			Sealed   []byte     `db:"texts"`
			Priority string     `db:"priority"`
			DueAt    api.Time   `db:"due_at"`
			Custom   own.Custom `db:"custom"`
		}{nil, t.Priority, t.DueAt, draft.Shown}
		if row.Sealed, err = seal(key, id, clear); err != nil {
			return none, err
		}
		if err := tx.Update(Table, id, version, row); err != nil {
			return none, err
		}
		if err := s.own().Save(tx, key, id, draft); err != nil {
			return none, err
		}
		if in.OwnerID.Set {
			to, ok, err := account.Active(tx, in.OwnerID.V)
			if err != nil {
				return none, err
			}
			if !ok {
				return none, fault.Rule("invalid", "owner_id")
			}
			if err := tx.Set(give, id, 0, db.Args{"owner_id": to.ID, "department_id": to.DepartmentID}); err != nil {
				return none, err
			}
			if err := s.handed(tx, id, had, to.ID, string(t.Subject)); err != nil {
				return none, err
			}
		}
		var changes []audit.Change
		for _, d := range diffs {
			c := audit.Change{Field: d.Field, Old: d.Old, New: d.New}
			if d.Field == "title" || d.Field == "remark" {
				c.Old, c.New = nil, nil
			}
			changes = append(changes, c)
		}
		if err := audit.Note(tx, audit.Entry{Action: "task.change", Kind: "task", Record: id, Customer: string(t.Subject), Changes: append(changes, draft.Changes...)}); err != nil {
			return none, err
		}
		// Who gave it away may not see it any more: the answer is what he last saw.
		now, err := s.load(tx, id)
		if err == db.ErrNotFound {
			t.OwnerName, t.Version = "", version+1
			return t, nil
		}
		return now, err
	})
}

// clear is what the task says after a change; what was shown with its numbers hidden and
// sent back so stays as it was.
func (s *Service) clear(tx *db.Tx, t Task, in Change) (texts, own.Custom, error) {
	old, err := db.One[Task](tx.As(program), get, db.Args{"id": t.ID})
	if err != nil {
		return texts{}, nil, err
	}
	stands := maps.Clone(old.Custom)
	all := []Task{old}
	if err := s.show(tx.As(program), all); err != nil {
		return texts{}, nil, err
	}
	out := texts{all[0].Title, string(all[0].Remark)}
	if in.Title.Set && in.Title.V != prose(access.Actor{}, false, out.Title) {
		out.Title = strings.TrimSpace(in.Title.V)
	}
	if in.Remark.Set && in.Remark.V != prose(access.Actor{}, false, out.Remark) {
		out.Remark = in.Remark.V
	}
	return out, stands, nil
}

// The program's own acts here: what a customer's bin takes along.
var program = access.Program("task")

// Done finishes a task; Reopen takes that back. One that is done stays done when it was: finished once more it would be late.
func (s *Service) Done(ctx context.Context, who access.Actor, id string, version int64) (Task, error) {
	return s.settle(ctx, who, id, version, "task.done", func(tx *db.Tx, was Task) int64 { return cmp.Or(int64(was.DoneAt), tx.At()) })
}

func (s *Service) Reopen(ctx context.Context, who access.Actor, id string, version int64) (Task, error) {
	return s.settle(ctx, who, id, version, "task.reopen", func(*db.Tx, Task) int64 { return 0 })
}

func (s *Service) settle(ctx context.Context, who access.Actor, id string, version int64, action string, at func(*db.Tx, Task) int64) (Task, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Task, err error) {
		t, err := s.load(tx, id)
		if err != nil {
			return none, err
		}
		if err := tx.Set(settle, id, version, db.Args{"done_at": at(tx, t)}); err != nil {
			return none, err
		}
		t, err = s.load(tx, id)
		if err == nil {
			err = s.handed(tx, id, string(t.OwnerID), "", "")
		}
		if err != nil {
			return none, err
		}
		return t, audit.Note(tx, audit.Entry{Action: action, Kind: "task", Record: id, Customer: string(t.Subject)})
	})
}

// Delete moves a task to the recycle bin.
func (s *Service) Delete(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		t, err := s.load(tx, id)
		if err != nil {
			return 0, err
		}
		if err := tx.Set(hide, id, version, db.Args{"deleted_at": tx.At()}); err != nil {
			return 0, err
		}
		if err := s.handed(tx, id, string(t.OwnerID), "", ""); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "task.delete", Kind: "task", Record: id})
	})
	return err
}

// Binned takes a customer's tasks along to the bin; Restored brings those back that went with it.
func (s *Service) Binned(tx *db.Tx, customer string, at int64) error {
	return s.stamp(tx, customer, 0, at)
}

func (s *Service) Restored(tx *db.Tx, customer string, at int64) error {
	return s.stamp(tx, customer, at, 0)
}

func (s *Service) stamp(tx *db.Tx, customer string, from, to int64) error {
	p := tx.As(program)
	rows, err := db.All[struct {
		ID string `db:"id"`
	}](p, ofCustomer, db.Args{"customer": customer, "at": from})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := p.Set(hide, r.ID, 0, db.Args{"deleted_at": to}); err != nil {
			return err
		}
	}
	return nil
}

var purge = db.SQL(`DELETE FROM {tasks!change t} WHERE t.customer_id = :customer`, Table)

// Purged deletes the tasks of a customer that leaves the bin for good.
func (s *Service) Purged(tx *db.Tx, customer string) error {
	_, err := tx.As(program).ChangeAll(purge, db.Args{"customer": customer})
	return err
}

var takeOut = db.SQL(`DELETE FROM {tasks!change t} WHERE t.id = :id`, Table)

// TakeOut deletes a task as if it had never been, for the program: an import undone.
func (s *Service) TakeOut(tx *db.Tx, id string) error {
	if _, err := tx.ChangeAll(takeOut, db.Args{"id": id}); err != nil {
		return err
	}
	return own.Drop(tx, id)
}

// handed tells the new owner, and ends what the old one was told; nobody is "".
func (s *Service) handed(tx *db.Tx, id, from, to, customer string) error {
	if s.Settled != nil && from != to {
		if err := s.Settled(tx, id, from); err != nil {
			return err
		}
	}
	if s.Given == nil || to == "" || from == to {
		return nil
	}
	return s.Given(tx, id, to, customer)
}

var titles = db.SQL(`SELECT `+columns+`
	FROM {tasks t} LEFT JOIN {users o} ON o.id = t.owner_id LEFT JOIN {customers c} ON c.id = t.customer_id WHERE t.id IN (:ids)`, Table, account.Users, customer.Table)

// Titles of tasks that the viewer reaches, as he may read them.
func (s *Service) Titles(tx *db.Tx, ids []string) (map[string]string, error) {
	all, err := db.All[Task](tx, titles, db.Args{"ids": ids})
	if err == nil {
		err = s.show(tx, all)
	}
	out := map[string]string{}
	for _, t := range all {
		out[t.ID] = t.Title
	}
	return out, err
}

// Of gives the tasks of one customer that the viewer reaches, open ones first due.
func (s *Service) Of(tx *db.Tx, customer string, limit int) ([]Task, error) {
	w := db.With{Where: []db.Cond{db.When("t.customer_id = :customer", db.Args{"customer": customer})}, Order: db.Down("t.due_at", "t.id"), Limit: limit}
	all, err := db.Find[Task](tx, list, nil, w)
	if err != nil {
		return nil, err
	}
	return all, s.show(tx, all)
}

// Counted counts the tasks of a view that are one's own, or a customer's open ones.
func (s *Service) Counted(tx *db.Tx, q Query) (int64, error) {
	w, err := s.with(tx, q)
	if err != nil {
		return 0, err
	}
	n, err := db.Find[db.Count](tx, count, nil, db.With{Where: w.Where, Limit: api.CountCap + 1})
	if err != nil {
		return 0, err
	}
	return n[0].N, nil
}

// Routes are the operations on tasks.
func (s *Service) Routes(r *api.Router) {
	at := func(path string, may access.Permission) api.Op { return api.Op{Path: path, May: may, On: Table} }
	api.List(r, api.Op{Path: "/tasks", May: access.TaskRead}, s.List)
	api.Create(r, api.Op{Path: "/tasks", May: access.TaskWrite}, s.Create, s.Get)
	api.Get(r, at("/tasks/{id}", access.TaskRead), s.Get)
	api.Change(r, at("/tasks/{id}", access.TaskWrite), s.Change)
	api.Delete(r, at("/tasks/{id}", access.TaskWrite), s.Delete)
	api.Act(r, at("/tasks/{id}/done", access.TaskWrite), s.Done)
	api.Act(r, at("/tasks/{id}/reopen", access.TaskWrite), s.Reopen)
}
