package bulk

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/crm/archive"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/pool"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/job"
	"zhike/locale"
)

var (
	operation = db.SQL(`SELECT o.id, o.verb, o.act, o.owner_id, o.state, o.total, o.created_at, o.ended_at FROM {operations o} WHERE o.id = :id`, Operations)
	next      = db.SQL(`SELECT i.id, i.operation_id, i.customer_id, i.position, i.version, i.state, i.code, i.was FROM {operation_items i}
		WHERE i.operation_id = :id AND i.state = :state ORDER BY i.position LIMIT 50`, Items)
	settle   = db.SQL(`UPDATE {operation_items!change i} SET state = :state, code = :code, version = :version, was = :stood WHERE i.id = :id AND i.state = :from_state`, Items)
	end      = db.SQL(`UPDATE {operations!change o} SET state = :state, ended_at = :at WHERE o.id = :id`, Operations)
	standing = db.SQL(`SELECT i.state AS state, count(*) AS n FROM {operation_items i} WHERE i.operation_id = :id GROUP BY 1`, Items)
	problems = db.SQL(`SELECT i.customer_id AS customer_id, i.code AS code FROM {operation_items i} WHERE i.operation_id = :id AND i.code <> '' ORDER BY i.position LIMIT 1000`, Items)
	purge    = db.SQL(`DELETE FROM {operation_items!change i} WHERE i.customer_id = :customer`, Items)
	oldItems = db.SQL(`DELETE FROM {operation_items!change i} WHERE i.operation_id IN (SELECT o.id FROM {operations o} WHERE o.created_at < :before)`, Items, Operations)
	old      = db.SQL(`DELETE FROM {operations!change o} WHERE o.created_at < :before`, Operations)
)

// Work does what waits of an operation, or undoes it, as its user with today's rights. Each
// record has a unit of its own in which it is also noted as done: a killed job goes on.
func (s *Service) Work(ctx context.Context, j job.Job) error {
	var p payload
	if err := j.Into(&p); err != nil {
		return err
	}
	return s.Do(ctx, p.Operation, j.Finish)
}

// Do is Work without a queue; finish ends the job in the unit of the operation's end.
func (s *Service) Do(ctx context.Context, id string, finish func(*db.Tx) error) error {
	var who access.Actor
	o, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) (o Operation, err error) {
		if o, err = db.One[Operation](tx, operation, db.Args{"id": id}); err != nil {
			return o, err
		}
		who, err = s.Account.ActorOf(tx, string(o.User))
		if err != nil {
			return o, err
		}
		who = who.Within(o.Stored.V.Bound)
		o.Stored.V, err = s.opened(tx, o.ID, o.Stored.V)
		return o, err
	})
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	from, to, do := Waiting, Done, s.do
	if o.State == Undoing {
		from, to, do = Done, Undone, s.undo
	}
	for {
		items, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) ([]item, error) {
			return db.All[item](tx, next, db.Args{"id": o.ID, "state": from})
		})
		if err != nil {
			return err
		}
		for _, i := range items {
			if err := s.one(ctx, who, o, i, to, do); err != nil {
				return err
			}
		}
		if len(items) == 0 {
			_, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
				if _, err := tx.ChangeAll(end, db.Args{"id": o.ID, "state": to, "at": tx.At()}); err != nil {
					return 0, err
				}
				return 0, finish(tx)
			})
			return err
		}
	}
}

type doing func(tx *db.Tx, who access.Actor, o Operation, i *item) error

// one does one record. What the rules refuse is noted; what is ours is tried again.
func (s *Service) one(ctx context.Context, who access.Actor, o Operation, i item, to string, do doing) error {
	stood := i
	note := func(tx *db.Tx) (int64, error) {
		return tx.As(program).ChangeAll(settle, db.Args{"id": i.ID, "from_state": stood.State, "state": i.State, "code": i.Code, "version": i.Version, "stood": i.Was})
	}
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		i = stood
		if err := do(tx, who, o, &i); err != nil {
			return 0, err
		}
		c, err := s.Customers.Line(tx.As(program), i.Customer)
		if err != nil {
			return 0, err
		}
		i.State, i.Code, i.Version = to, "", c.Version
		n, err := note(tx)
		if err == nil && n == 0 { // somebody else did it meanwhile: what was done here is not
			err = db.ErrStale
		}
		return 0, err
	})
	var f *fault.Fault
	if err == nil || !errors.As(err, &f) || f.Kind == fault.Internal || f.Kind == fault.Unavailable || ctx.Err() != nil {
		return err
	}
	i = stood
	i.State, i.Code = Refused, fault.Code(err)
	if to == Undone {
		i.State = Kept
	}
	_, err = db.Write(ctx, s.DB, program, func(tx *db.Tx) (int64, error) { return note(tx) })
	return err
}

// do is the act itself for one customer.
func (s *Service) do(tx *db.Tx, who access.Actor, o Operation, i *item) error {
	a := o.Stored.V
	c, err := s.Customers.Load(tx, i.Customer)
	if err != nil {
		return err
	}
	if c.Version != i.Version {
		return db.ErrStale
	}
	w := was{Owner: string(c.OwnerID), Pool: string(c.PoolID)}
	switch o.Verb {
	case "transfer":
		err = s.Customers.TransferIn(tx, c.ID, *a.Transfer)
	case "tag", "change":
		in, e := a.change(c.Tags)
		if e != nil {
			return e
		}
		for _, t := range slices.Concat(a.Add, a.Remove) {
			if slices.Contains(c.Tags, t) {
				w.Tags = append(w.Tags, t)
			}
		}
		if w.Fields, err = fieldsOf(c, a.Set); err == nil {
			_, err = s.Customers.ChangeIn(tx, c.ID, c.Version, in) // none of what is settable waits for anybody
		}
	case "collaborate":
		if w.Fresh, err = s.Members.Fresh(tx, c.ID, a.Collaborate); err == nil {
			err = s.Members.AddIn(tx, c.ID, a.Collaborate)
		}
	case "release":
		err = s.Pools.ReleaseIn(tx, c.ID, c.Version, *a.Release)
	case "playbook":
		_, err = s.Segments.TakeIn(tx, c.ID, *a.Playbook, locale.Default)
	case "archive":
		err = s.Archives.PutIn(tx, c.ID, c.Version, *a.Archive)
	case "check":
		w.Check, err = s.Quality.CheckIn(tx, c.ID)
	}
	i.Was = db.Of(w)
	return err
}

// undo brings one customer back, unless somebody changed since what the act changed. Whose
// right to the act is gone brings nothing back. A transfer is taken back by the program for its
// user, who may have given the customer out of his own reach.
func (s *Service) undo(tx *db.Tx, who access.Actor, o Operation, i *item) error {
	if !who.Can(needs[o.Verb]) {
		return db.ErrDenied
	}
	if o.Verb == "transfer" {
		tx = tx.As(program)
	}
	a, w := o.Stored.V, i.Was.V
	c, err := s.Customers.Load(tx, i.Customer)
	if err != nil {
		return err
	}
	if c.DeletedAt > 0 { // the program finds it there too
		return db.ErrNotFound
	}
	if c.Archived && o.Verb != "archive" { // to the program it would be open
		return customer.ErrArchived
	}
	switch o.Verb {
	case "check":
		err = s.Quality.TakeBackIn(tx, w.Check)
	case "archive":
		err = s.Archives.ReopenIn(tx, c.ID, i.Version, archive.Reopening{})
	case "transfer":
		switch {
		case string(c.OwnerID) != a.Transfer.To:
			return db.ErrStale
		case w.Owner == "":
			err = s.Pools.ReleaseIn(tx, c.ID, c.Version, pool.Release{PoolID: w.Pool})
		default:
			err = s.Customers.TransferIn(tx, c.ID, customer.Transfer{To: w.Owner})
		}
	case "tag":
		back := Act{}
		for _, t := range a.Add {
			if !slices.Contains(w.Tags, t) {
				back.Remove = append(back.Remove, t)
			}
		}
		for _, t := range a.Remove {
			if slices.Contains(w.Tags, t) {
				back.Add = append(back.Add, t)
			}
		}
		in, _ := back.change(c.Tags)
		err = s.Customers.WriteIn(tx, c.ID, c.Version, in)
	case "change":
		now, e := fieldsOf(c, a.Set)
		if e != nil {
			return e
		}
		given, _ := json.Marshal(without(a.Set))
		stands, _ := json.Marshal(now)
		if string(given) != string(stands) {
			return db.ErrStale
		}
		in, e := Act{Set: w.Fields}.change(nil)
		if e != nil {
			return e
		}
		err = s.Customers.WriteIn(tx, c.ID, c.Version, in)
	case "collaborate":
		if w.Fresh {
			err = s.Members.DropIn(tx, c.ID, a.Collaborate)
		}
	default:
		return errNotUndoable
	}
	return err
}

func undoable(verb string) bool { return verb != "release" && verb != "playbook" }

// Get gives an operation to whoever began it.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Operation, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Operation, error) { return s.load(ctx, tx, id) })
}

func (s *Service) load(ctx context.Context, tx *db.Tx, id string) (o Operation, err error) {
	if o, err = db.One[Operation](tx, operation, db.Args{"id": id}); err != nil {
		return o, err
	}
	p := tx.As(program)
	counts, err := db.All[struct {
		State string `db:"state"`
		N     int64  `db:"n"`
	}](p, standing, db.Args{"id": id})
	if err != nil {
		return o, err
	}
	for _, c := range counts {
		switch c.State {
		case Done, Undone:
			o.Done += c.N
		case Waiting:
			o.Waiting += c.N
		}
	}
	if o.State == Undoing {
		o.Done, o.Waiting = 0, o.Done
		for _, c := range counts {
			if c.State == Undone {
				o.Done, o.Waiting = c.N, o.Waiting-c.N
			}
		}
	}
	who, _ := tx.Who().(access.Actor)
	o.Undoable = o.State == Done && undoable(o.Verb) && o.Done > 0 && who.Can(needs[o.Verb])
	rows, err := db.All[Problem](p, problems, db.Args{"id": id})
	if err != nil {
		return o, err
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.CustomerID)
	}
	names, err := s.names(tx, ids)
	if err != nil {
		return o, err
	}
	o.Problems = []Problem{}
	for _, r := range rows {
		r.Name, r.Message = names[r.CustomerID], locale.Text(api.LanguageOf(ctx), "error."+r.Code+".title", nil)
		o.Problems = append(o.Problems, r)
	}
	return o, nil
}

var called = db.SQL(`SELECT c.id, c.name FROM {customers c} WHERE c.id IN (:ids)`, customer.Table)

// names of customers as the viewer may see them now.
func (s *Service) names(tx *db.Tx, ids []string) (map[string]string, error) {
	rows, err := db.All[struct {
		ID   string `db:"id"`
		Name string `db:"name"`
	}](tx, called, db.Args{"ids": ids})
	if err != nil {
		return nil, err
	}
	names, err := s.Customers.ClearNames(tx, ids)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if names[r.ID] == "" {
			names[r.ID] = r.Name
		}
	}
	return names, nil
}

// Undo takes an operation back, record by record: what was changed since stays as it is.
func (s *Service) Undo(ctx context.Context, who access.Actor, id string, _ int64) (Operation, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (o Operation, err error) {
		if o, err = s.load(ctx, tx, id); err != nil {
			return o, err
		}
		switch {
		case !who.Can(needs[o.Verb]):
			return o, db.ErrDenied
		case o.State != Done:
			return o, errRunning
		case !undoable(o.Verb):
			return o, errNotUndoable
		}
		if _, err := tx.As(program).ChangeAll(end, db.Args{"id": id, "state": Undoing, "at": 0}); err != nil {
			return o, err
		}
		if err := s.Queue.Enqueue(tx, job.New{Kind: Job, Payload: payload{id}, Unique: "bulk:" + id, RunAs: who.ID()}); err != nil {
			return o, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "bulk.undo", Kind: "operation", Record: id, Details: map[string]any{"verb": o.Verb, "total": o.Total}}); err != nil {
			return o, err
		}
		return s.load(ctx, tx, id)
	})
}

// Purged drops what operations keep of a customer.
func (s *Service) Purged(tx *db.Tx, customerID string) error {
	_, err := tx.As(program).ChangeAll(purge, db.Args{"customer": customerID})
	return err
}

// Forget drops operations of long ago.
func (s *Service) Forget(ctx context.Context) error {
	_, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int64, error) {
		args := db.Args{"before": tx.Now().Add(-kept).UnixMilli()}
		if _, err := tx.ChangeAll(oldItems, args); err != nil {
			return 0, err
		}
		return tx.ChangeAll(old, args)
	})
	return err
}
