package bulk

import (
	"context"
	"slices"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/crm/archive"
	"zhike/internal/crm/collaborator"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/pool"
	"zhike/internal/crm/quality"
	"zhike/internal/crm/segment"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/job"
)

// Service does things to many customers.
type Service struct {
	DB        *db.DB
	Queue     *job.Queue
	Account   *account.Service
	Customers *customer.Service
	Pools     *pool.Service
	Members   *collaborator.Service
	Segments  *segment.Service
	Archives  *archive.Service
	Quality   *quality.Service
}

var program = access.Program("bulk")

var (
	errNoVersion = fault.New(fault.VersionMissing, "version_missing").At("records")
	errNoCount   = fault.New(fault.VersionMissing, "version_missing").At("expected_count")
	errCount     = fault.New(fault.Stale, "count_stale").At("expected_count")

	errNotUndoable = fault.New(fault.Conflict, "not_undoable")
	errRunning     = fault.New(fault.Conflict, "still_running")
)

// begin keeps an operation and queues it. Errors: 428 without versions or a count, 412 where
// a filter finds another number than was expected.
func (s *Service) begin(ctx context.Context, who access.Actor, verb string, c Choice, act Act) (Begun, error) {
	switch {
	case len(c.Records) > 0 && (c.Filter != "" || c.Q != ""):
		return Begun{}, fault.Rule("invalid", "records")
	case slices.ContainsFunc(c.Records, func(r Record) bool { return r.Version < 1 }):
		return Begun{}, errNoVersion
	case len(c.Records) == 0 && c.Expected == nil:
		return Begun{}, errNoCount
	}
	seen := map[string]bool{}
	for _, r := range c.Records {
		if seen[r.ID] {
			return Begun{}, fault.Rule("invalid", "records")
		}
		seen[r.ID] = true
	}
	records := c.Records
	if len(records) == 0 {
		var err error
		if records, err = s.found(ctx, who, c); err != nil {
			return Begun{}, err
		}
		if int64(len(records)) != *c.Expected {
			return Begun{}, errCount
		}
	}
	act.Bound = who.Bound()
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (out Begun, err error) {
		out = Begun{Operation: tx.NewID(), Total: int64(len(records))}
		p := tx.As(program)
		if act, err = s.closed(tx, out.Operation, act); err != nil {
			return out, err
		}
		err = tx.Insert(Operations, struct {
			ID      string       `db:"id"`
			Verb    string       `db:"verb"`
			Act     db.JSON[Act] `db:"act"`
			State   string       `db:"state"`
			Total   int64        `db:"total"`
			Created int64        `db:"created_at"`
		}{out.Operation, verb, db.Of(act), Running, out.Total, tx.At()})
		if err != nil {
			return out, err
		}
		for i, r := range records {
			if err := p.Insert(Items, item{ID: tx.NewID(), Operation: out.Operation, Customer: r.ID, Position: int64(i), Version: r.Version, State: Waiting}); err != nil {
				return out, err
			}
		}
		if err := s.Queue.Enqueue(tx, job.New{Kind: Job, Payload: payload{out.Operation}, Unique: "bulk:" + out.Operation, RunAs: who.ID()}); err != nil {
			return out, err
		}
		return out, audit.Note(tx, audit.Entry{Action: "bulk." + verb, Kind: "operation", Record: out.Operation, Details: map[string]any{"total": out.Total, "filtered": c.Filter != "" || c.Q != ""}})
	})
}

func notePlace(id string) string { return "operations/note/" + id }

// said is the free text of an act, which is sealed while it is kept.
func (a Act) said() *string {
	switch {
	case a.Transfer != nil:
		return &a.Transfer.Note
	case a.Archive != nil:
		return &a.Archive.Note
	}
	return new(string)
}

// closed is an act whose free text is sealed; opened is what it was.
func (s *Service) closed(tx *db.Tx, id string, a Act) (Act, error) {
	if *a.said() == "" {
		return a, nil
	}
	key, err := s.Customers.Vault.Company(tx)
	if err != nil {
		return a, err
	}
	a.Note = key.Seal(notePlace(id), []byte(*a.said()))
	*a.said() = ""
	return a, nil
}

func (s *Service) opened(tx *db.Tx, id string, a Act) (Act, error) {
	if len(a.Note) == 0 {
		return a, nil
	}
	key, err := s.Customers.Vault.Company(tx)
	if err != nil {
		return a, err
	}
	note, err := key.Open(notePlace(id), a.Note)
	*a.said() = string(note)
	return a, err
}

type item struct {
	ID        string       `db:"id"`
	Operation string       `db:"operation_id"`
	Customer  string       `db:"customer_id"`
	Position  int64        `db:"position"`
	Version   int64        `db:"version"`
	State     string       `db:"state"`
	Code      string       `db:"code"`
	Was       db.JSON[was] `db:"was"`
}

type payload struct {
	Operation string `json:"operation"`
}

// found reads the customers of a filter in reach: their ids and versions.
func (s *Service) found(ctx context.Context, who access.Actor, c Choice) (all []Record, err error) {
	if *c.Expected > Most {
		return nil, fault.Rule("too_many", "expected_count").With(map[string]any{"max": Most})
	}
	q := api.ListQuery{Filter: c.Filter, Q: c.Q, Limit: 200}
	for {
		page, err := s.Customers.List(ctx, who, q)
		if err != nil {
			return nil, err
		}
		for _, x := range page.Items {
			all = append(all, Record{x.ID, x.Version})
		}
		if q.Cursor = string(page.Next); q.Cursor == "" || len(all) > Most {
			return all, nil
		}
	}
}

// Transfer gives customers to somebody else. Needs customer.transfer.
func (s *Service) Transfer(ctx context.Context, who access.Actor, in Transfer) (Begun, error) {
	return s.begin(ctx, who, "transfer", in.Choice, Act{Transfer: &in.Transfer})
}

// Tag puts tags on and takes them off.
func (s *Service) Tag(ctx context.Context, who access.Actor, in Tag) (Begun, error) {
	if len(in.Add)+len(in.Remove) == 0 {
		return Begun{}, fault.Rule("required", "add")
	}
	return s.begin(ctx, who, "tag", in.Choice, Act{Add: in.Add, Remove: in.Remove})
}

// Change sets fields.
func (s *Service) Change(ctx context.Context, who access.Actor, in Change) (Begun, error) {
	if len(in.Set) == 0 {
		return Begun{}, fault.Rule("required", "set")
	}
	if _, err := db.Read(ctx, s.DB, who, func(tx *db.Tx) (int, error) { return 0, s.settles(tx, in.Set) }); err != nil {
		return Begun{}, err
	}
	if _, err := (Act{Set: in.Set}).change(nil); err != nil {
		return Begun{}, err
	}
	return s.begin(ctx, who, "change", in.Choice, Act{Set: in.Set})
}

// Collaborate lets a colleague in.
func (s *Service) Collaborate(ctx context.Context, who access.Actor, in Collaborate) (Begun, error) {
	return s.begin(ctx, who, "collaborate", in.Choice, Act{Collaborate: in.UserID})
}

// Release puts customers into a pool. Needs customer.release.
func (s *Service) Release(ctx context.Context, who access.Actor, in Release) (Begun, error) {
	return s.begin(ctx, who, "release", in.Choice, Act{Release: &in.Release})
}

// Playbook takes on what a segment's playbook proposes.
func (s *Service) Playbook(ctx context.Context, who access.Actor, in Playbook) (Begun, error) {
	return s.begin(ctx, who, "playbook", in.Choice, Act{Playbook: &in.Taking})
}

// Archive files customers away that are won or lost. Needs customer.archive.
func (s *Service) Archive(ctx context.Context, who access.Actor, in Archive) (Begun, error) {
	return s.begin(ctx, who, "archive", in.Choice, Act{Archive: &in.Putting})
}

// Check confirms what is known of customers (季度核对).
func (s *Service) Check(ctx context.Context, who access.Actor, in Check) (Begun, error) {
	return s.begin(ctx, who, "check", in.Choice, Act{})
}

// needs is the right that a verb takes, and taking it back.
var needs = map[string]access.Permission{"transfer": access.CustomerTransfer, "tag": access.CustomerWrite, "change": access.CustomerWrite,
	"collaborate": access.CustomerWrite, "release": access.CustomerRelease, "playbook": access.TaskWrite, "archive": access.CustomerArchive, "check": access.CustomerWrite}

// Routes are the bulk verbs, and what becomes of them.
func (s *Service) Routes(r *api.Router) {
	verb := func(name string) api.Op { return api.Op{Path: "/customers/bulk/" + name, May: needs[name]} }
	api.Ask(r, verb("transfer"), s.Transfer)
	api.Ask(r, verb("tag"), s.Tag)
	api.Ask(r, verb("change"), s.Change)
	api.Ask(r, verb("collaborate"), s.Collaborate)
	api.Ask(r, verb("release"), s.Release)
	api.Ask(r, verb("playbook"), s.Playbook)
	api.Ask(r, verb("archive"), s.Archive)
	api.Ask(r, verb("check"), s.Check)
	at := func(path string) api.Op { return api.Op{Path: path, May: access.Self, On: Operations} }
	api.Get(r, at("/operations/{id}"), s.Get)
	undo := at("/operations/{id}/undo")
	undo.Loose = true
	api.Act(r, undo, s.Undo)
}

// kept is how long an operation can be looked up, and undone.
const kept = 30 * 24 * time.Hour
