package mailing

import (
	"context"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/outbox"
	"zhike/internal/base/setting"
	"zhike/internal/crm/report/file"
	"zhike/internal/crm/workday"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Service keeps mailings and sends them.
type Service struct {
	DB     *db.DB
	Files  *file.Service
	Outbox *outbox.Service
	Actor  func(tx *db.Tx, user string) (access.Actor, error)
}

const columns = `m.id, m.name, m.what, m.every, m.on_day, m.at, m.to_ids, m.owner_id, m.active, m.next_at, m.sent_at, m.version`

var (
	all    = db.SQL(`SELECT `+columns+` FROM {mailings m} WHERE m.owner_id = :me OR CAST(m.to_ids AS TEXT) LIKE :named ORDER BY m.created_at, m.id LIMIT 1000`, Table)
	byID   = db.SQL(`SELECT `+columns+` FROM {mailings m} WHERE m.id = :id`, Table)
	drop   = db.SQL(`DELETE FROM {mailings!change m} WHERE m.id = :id`, Table)
	leave  = db.SQL(`UPDATE {mailings!change m} SET to_ids = :to_ids, active = :active, next_at = :planned WHERE m.id = :id`, Table)
	states = db.SQL(`SELECT u.id, u.state FROM {users u} WHERE u.id IN (:ids)`, account.Users)
)

// readers is held by whoever reads who gets mailings, and then writes it or sends to them.
const readers = "mailing.due"

func (m *Mailing) show(who access.Actor) {
	m.What, m.Mine = m.Stored.V, m.OwnerID == who.ID()
	if m.To == nil {
		m.To = api.Strings{}
	}
	if !m.Mine { // who else gets it is its owner's business
		m.To = api.Strings{who.ID()}
		m.What.Filter = ""
	}
}

func (m *Mailing) seen(who access.Actor) bool {
	return m.OwnerID == who.ID() || slices.Contains(m.To, who.ID())
}

func actor(tx *db.Tx) access.Actor {
	who, _ := tx.Who().(access.Actor)
	return who
}

// List gives one's own mailings, and those that one gets.
func (s *Service) List(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Mailing], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Mailing], err error) {
		rows, err := db.All[Mailing](tx, all, db.Args{"me": who.ID(), "named": `%"` + who.ID() + `"%`})
		out.Items = []Mailing{}
		for _, m := range rows {
			if m.seen(who) {
				m.show(who)
				out.Items = append(out.Items, m)
			}
		}
		return out, err
	})
}

// Get gives one.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Mailing, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Mailing, error) { return s.load(tx, id) })
}

func (s *Service) load(tx *db.Tx, id string) (Mailing, error) {
	m, err := db.One[Mailing](tx, byID, db.Args{"id": id})
	if err == nil && !m.seen(actor(tx)) {
		err = db.ErrNotFound
	}
	m.show(actor(tx))
	return m, err
}

// own gives one that is the viewer's.
func (s *Service) own(tx *db.Tx, id string) (Mailing, error) {
	m, err := s.load(tx, id)
	if err == nil && !m.Mine {
		err = db.ErrNotYours
	}
	return m, err
}

// check judges a mailing against its rules, what its owner may see and who works here, and
// works out when it goes out next.
func (s *Service) check(ctx context.Context, tx *db.Tx, m *Mailing) error {
	if err := m.judge(); err != nil {
		return err
	}
	rows, err := db.All[struct {
		ID    string `db:"id"`
		State string `db:"state"`
	}](tx, states, db.Args{"ids": []string(m.To)})
	if err != nil {
		return err
	}
	active := 0
	for _, r := range rows {
		if r.State == "active" {
			active++
		}
	}
	if active != len(m.To) {
		return fault.Rule("invalid", "to")
	}
	return s.plan(tx, m)
}

func (s *Service) plan(tx *db.Tx, m *Mailing) error {
	if m.NextAt = 0; !m.Active {
		return nil
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return err
	}
	days, err := workday.Of(tx)
	if err != nil {
		return err
	}
	if at, ok := m.next(tx.Now().In(zone), days.Workday); ok {
		m.NextAt = api.Time(at.UnixMilli())
	}
	return nil
}

// Create keeps a mailing. Its owner can see what it sends: a report that does not answer him
// is refused. Errors: 422 that names what is wrong, 404 for a report that he is not shown.
func (s *Service) Create(ctx context.Context, who access.Actor, in New) (none Mailing, err error) {
	m := Mailing{Name: in.Name, What: in.What, Every: in.Every, On: in.On, At: in.At, To: in.To, OwnerID: who.ID(), Active: in.Active == nil || *in.Active}
	if in.To == nil {
		m.To = api.Strings{who.ID()}
	}
	if err := m.judge(); err != nil {
		return none, err
	}
	if _, err := s.Files.Answered(ctx, who, m.What.query()); err != nil {
		return none, err
	}
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Mailing, err error) {
		if err := s.check(ctx, tx, &m); err != nil {
			return none, err
		}
		m.ID = tx.NewID()
		err = tx.Insert(Table, struct {
			ID        string        `db:"id"`
			Name      string        `db:"name"`
			What      db.JSON[What] `db:"what"`
			Every     string        `db:"every"`
			On        int64         `db:"on_day"`
			At        string        `db:"at"`
			To        api.Strings   `db:"to_ids"`
			OwnerID   string        `db:"owner_id"`
			Active    bool          `db:"active"`
			NextAt    int64         `db:"next_at"`
			CreatedAt int64         `db:"created_at"`
			UpdatedAt int64         `db:"updated_at"`
		}{m.ID, m.Name, db.Of(m.What), m.Every, m.On, m.At, m.To, m.OwnerID, m.Active, int64(m.NextAt), tx.At(), tx.At()})
		if err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "mailing.create", Kind: "mailing", Record: m.ID, Details: m.told()}); err != nil {
			return none, err
		}
		return s.load(tx, m.ID)
	})
}

// told is what the log keeps of a mailing: what goes to whom, and how often.
func (m *Mailing) told() map[string]any {
	what := m.What.Report
	switch {
	case m.What.Board:
		what = "dashboard"
	case m.What.Saved != "":
		what = m.What.Saved
	}
	return map[string]any{"name": m.Name, "report": what, "every": m.Every, "to": []string(m.To), "format": m.What.Format}
}

// Change changes one's own.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Changed) (none Mailing, err error) {
	if in.What.Set {
		if _, err := s.Files.Answered(ctx, who, in.What.V.query()); err != nil {
			return none, err
		}
	}
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Mailing, err error) {
		if err := tx.Lock(readers); err != nil {
			return none, err
		}
		m, err := s.own(tx, id)
		if err != nil {
			return none, err
		}
		diffs := api.Apply(&m, in)
		if err := s.check(ctx, tx, &m); err != nil {
			return none, err
		}
		err = tx.Update(Table, id, version, struct {
			Name   string        `db:"name"`
			What   db.JSON[What] `db:"what"`
			Every  string        `db:"every"`
			On     int64         `db:"on_day"`
			At     string        `db:"at"`
			To     api.Strings   `db:"to_ids"`
			Active bool          `db:"active"`
			NextAt int64         `db:"next_at"`
		}{m.Name, db.Of(m.What), m.Every, m.On, m.At, m.To, m.Active, int64(m.NextAt)})
		if err != nil {
			return none, err
		}
		var changes []audit.Change
		for _, d := range diffs {
			c := audit.Change{Field: d.Field}
			if d.Field != "what" { // its filter may name people
				c.Old, c.New = d.Old, d.New
			}
			changes = append(changes, c)
		}
		if err := audit.Note(tx, audit.Entry{Action: "mailing.change", Kind: "mailing", Record: id, Changes: changes, Details: m.told()}); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// Drop ends one's own.
func (s *Service) Drop(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		m, err := s.own(tx, id)
		switch {
		case err != nil:
			return 0, err
		case m.Version != version:
			return 0, db.ErrStale
		}
		if err := tx.Change(drop, db.Args{"id": id}); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "mailing.delete", Kind: "mailing", Record: id, Details: map[string]any{"name": m.Name}})
	})
	return err
}

// Leave takes the viewer from those who get a mailing.
func (s *Service) Leave(ctx context.Context, who access.Actor, id string, _ int64) (none struct{}, err error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (struct{}, error) {
		tx = tx.As(program)
		if err := tx.Lock(readers); err != nil { // two who leave at once both leave
			return none, err
		}
		m, err := db.One[Mailing](tx, byID, db.Args{"id": id})
		if err == nil && !slices.Contains(m.To, who.ID()) {
			err = db.ErrNotFound
		}
		if err != nil {
			return none, err
		}
		m.To = slices.DeleteFunc(m.To, func(id string) bool { return id == who.ID() })
		active, next := m.Active && len(m.To) > 0, int64(m.NextAt)
		if !active {
			next = 0
		}
		if err := tx.Change(leave, db.Args{"id": id, "to_ids": m.To, "active": active, "planned": next}); err != nil {
			return none, err
		}
		return none, audit.Note(tx.As(who), audit.Entry{Action: "mailing.leave", Kind: "mailing", Record: id})
	})
}

// Routes are the operations on mailings.
func (s *Service) Routes(r *api.Router) {
	at := func(path string) api.Op { return api.Op{Path: path, May: access.CustomerExport, On: Table} }
	mine := func(path string) api.Op { return api.Op{Path: path, May: access.ReportRead, On: Table} }
	api.List(r, api.Op{Path: "/mailings", May: access.ReportRead}, s.List)
	api.Create(r, api.Op{Path: "/mailings", May: access.CustomerExport}, s.Create, s.Get)
	api.Get(r, mine("/mailings/{id}"), s.Get)
	api.Change(r, at("/mailings/{id}"), s.Change)
	api.Delete(r, at("/mailings/{id}"), s.Drop)
	out := mine("/mailings/{id}/leave")
	out.Loose = true
	api.Act(r, out, s.Leave)
}
