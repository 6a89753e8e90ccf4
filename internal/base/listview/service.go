package listview

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/setting"
	"zhike/internal/base/share"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

const columns = `v.id, v.record, v.name, v.tab, v.filter, v.sort, v.columns, v.shared, v.role_ids, v.owner_id, u.name AS owner_name, v.version,
	coalesce(m.favourite, FALSE) AS favourite, coalesce(m.begins, FALSE) AS begins
	FROM {list_views v} LEFT JOIN {users u} ON u.id = v.owner_id LEFT JOIN {list_view_marks m} ON m.view_id = v.id AND m.user_id = :me `

var (
	ofRecord = db.SQL(`SELECT `+columns+`WHERE v.record = :record AND (v.owner_id = :me OR v.shared <> 'mine') ORDER BY v.created_at, v.id LIMIT 500`, Table, account.Users, marks)
	ofAll    = db.SQL(`SELECT `+columns+`WHERE v.owner_id = :me OR v.shared <> 'mine' ORDER BY v.created_at, v.id LIMIT 1000`, Table, account.Users, marks)
	one      = db.SQL(`SELECT `+columns+`WHERE v.id = :id`, Table, account.Users, marks)
	mine     = db.SQL(`SELECT count(*) AS n FROM {list_views v} WHERE v.owner_id = :me AND v.record = :record`, Table)
	drop     = db.SQL(`DELETE FROM {list_views!change v} WHERE v.id = :id`, Table)
	unmark   = db.SQL(`DELETE FROM {list_view_marks!change m} WHERE m.view_id = :id`, marks)
	unmarkMe = db.SQL(`DELETE FROM {list_view_marks!change m} WHERE m.view_id = :id AND m.user_id = :me`, marks)
	notFirst = db.SQL(`UPDATE {list_view_marks!change m} SET begins = FALSE WHERE m.user_id = :me AND m.record = :record AND m.begins`, marks)
)

// Service keeps views of the lists whose catalogues it is given.
type Service struct {
	DB         *db.DB
	Catalogues []*customfield.Catalogue
}

// Asking says of which list.
type Asking struct {
	Record string `query:"record" maxLength:"40" doc:"Left out: of every list."`
}

// asks tries the filter and the order of a view on its list's catalogue, for who keeps it.
func (s *Service) asks(tx *db.Tx, cat, own *customfield.Catalogue, who access.Actor, v View) error {
	zone, err := setting.Zone(tx)
	if err != nil {
		return err
	}
	if v.Filter != "" {
		if _, err := cat.Compile(tx, zone, string(v.Filter)); err != nil {
			return err
		}
	}
	if v.Sort == "" {
		return nil
	}
	if _, _, ok, err := cat.Beside(tx, string(v.Sort)); err != nil || ok {
		return err
	}
	_, err = own.Order(who, string(v.Sort), "")
	return err
}

// List gives the views that the viewer is shown: his own and those shared with him.
func (s *Service) List(ctx context.Context, who access.Actor, q Asking) (api.Items[View], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[View], err error) {
		query, args := ofAll, db.Args{"me": who.ID()}
		if q.Record != "" {
			query, args["record"] = ofRecord, q.Record
		}
		rows, err := db.All[View](tx.As(program), query, args)
		if err != nil {
			return out, err
		}
		roles, err := share.RolesOf(tx)
		out.Items = []View{}
		for _, v := range rows {
			if v.seen(who, roles) {
				v.show(who)
				out.Items = append(out.Items, v)
			}
		}
		return out, err
	})
}

func (v View) seen(who access.Actor, roles []string) bool {
	return share.Seen(who, roles, share.Thing{With: v.Shared, Owner: v.OwnerID, Roles: v.RoleIDs})
}

// Get gives one.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (View, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (View, error) { return s.load(tx, id) })
}

func (s *Service) load(tx *db.Tx, id string) (v View, err error) {
	who, _ := tx.Who().(access.Actor)
	if v, err = db.One[View](tx.As(program), one, db.Args{"id": id, "me": who.ID()}); err != nil {
		return v, err
	}
	roles, err := share.RolesOf(tx)
	if err == nil && !v.seen(who, roles) {
		err = db.ErrNotFound
	}
	v.show(who)
	return v, err
}

type row struct {
	Name    string            `db:"name"`
	Tab     api.Text          `db:"tab"`
	Filter  api.Text          `db:"filter"`
	Sort    api.Text          `db:"sort"`
	Columns db.JSON[[]Column] `db:"columns"`
	Shared  string            `db:"shared"`
	RoleIDs api.Strings       `db:"role_ids"`
}

func (v View) row() row {
	return row{v.Name, v.Tab, v.Filter, v.Sort, db.Of(v.Columns), v.Shared, v.RoleIDs}
}

// Create keeps a view that its maker can ask: at the most a hundred of a list.
func (s *Service) Create(ctx context.Context, who access.Actor, in New) (View, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none View, err error) {
		v := View{Record: in.Record, Name: in.Name, Tab: api.Text(in.Tab), Filter: api.Text(in.Filter), Sort: api.Text(in.Sort), Columns: in.Columns, Shared: in.Shared, RoleIDs: in.RoleIDs}
		if v.Columns == nil {
			v.Columns = []Column{}
		}
		if err := s.judge(tx, &v); err != nil {
			return none, err
		}
		n, err := db.One[db.Count](tx, mine, db.Args{"me": who.ID(), "record": v.Record})
		if err != nil {
			return none, err
		}
		if n.N >= mostViews {
			return none, fault.Rule("too_many", "name").With(map[string]any{"max": mostViews})
		}
		id := tx.NewID()
		err = tx.Insert(Table, struct {
			ID     string `db:"id"`
			Record string `db:"record"`
			row
			Owner     string `db:"owner_id"`
			CreatedAt int64  `db:"created_at"`
			UpdatedAt int64  `db:"updated_at"`
		}{id, v.Record, v.row(), who.ID(), tx.At(), tx.At()})
		if err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "view.save", Kind: "view", Record: id, Details: map[string]any{"name": v.Name, "list": v.Record, "shared": v.Shared}}); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// Change changes a view of one's own; who manages settings changes those that are shared with
// him. A filter is not logged: it may hold what somebody searched for.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (View, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none View, err error) {
		v, err := s.mayChange(tx, id)
		if err != nil {
			return none, err
		}
		diffs := api.Apply(&v, in)
		if err := s.judge(tx, &v); err != nil {
			return none, err
		}
		if err := tx.Update(Table, id, version, v.row()); err != nil {
			return none, err
		}
		var changes []audit.Change
		for _, d := range diffs {
			c := audit.Change{Field: d.Field}
			if d.Field == "name" || d.Field == "shared" {
				c.Old, c.New = d.Old, d.New
			}
			changes = append(changes, c)
		}
		if err := audit.Note(tx, audit.Entry{Action: "view.change", Kind: "view", Record: id, Changes: changes}); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

func (s *Service) mayChange(tx *db.Tx, id string) (View, error) {
	v, err := s.load(tx, id)
	if err == nil && !v.MayChange {
		err = db.ErrNotYours
	}
	return v, err
}

// Mark puts a view into the viewer's menu or at the beginning of his list, or takes it out.
func (s *Service) Mark(ctx context.Context, who access.Actor, id string, _ int64, in Mark) (View, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none View, err error) {
		v, err := s.load(tx, id)
		if err != nil {
			return none, err
		}
		if in.Favourite != nil {
			v.Favourite = *in.Favourite
		}
		if in.Begins != nil {
			v.Begins = *in.Begins
		}
		tx.Noted() // how somebody arranges his own screen is nobody else's affair
		p := tx.As(program)
		if v.Begins {
			if _, err := p.ChangeAll(notFirst, db.Args{"me": who.ID(), "record": v.Record}); err != nil {
				return none, err
			}
		}
		if _, err := p.ChangeAll(unmarkMe, db.Args{"id": id, "me": who.ID()}); err != nil {
			return none, err
		}
		if v.Favourite || v.Begins {
			err = p.Insert(marks, struct {
				ID        string `db:"id"`
				View      string `db:"view_id"`
				User      string `db:"user_id"`
				Record    string `db:"record"`
				Favourite bool   `db:"favourite"`
				Begins    bool   `db:"begins"`
				CreatedAt int64  `db:"created_at"`
			}{tx.NewID(), id, who.ID(), v.Record, v.Favourite, v.Begins, tx.At()})
			if err != nil {
				return none, err
			}
		}
		return s.load(tx, id)
	})
}

// Drop takes a view away from everybody.
func (s *Service) Drop(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		v, err := s.mayChange(tx, id)
		switch {
		case err != nil:
			return 0, err
		case v.Version != version:
			return 0, db.ErrStale
		}
		if _, err := tx.As(program).ChangeAll(unmark, db.Args{"id": id}); err != nil {
			return 0, err
		}
		if err := tx.Change(drop, db.Args{"id": id}); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "view.delete", Kind: "view", Record: id, Details: map[string]any{"name": v.Name}})
	})
	return err
}

// Routes are the views'.
func (s *Service) Routes(r *api.Router) {
	at := api.Op{Path: "/views/{id}", May: access.Self, On: Table}
	api.List(r, api.Op{Path: "/views", May: access.Self}, s.List)
	api.Create(r, api.Op{Path: "/views", May: access.Self}, s.Create, s.Get)
	api.Get(r, at, s.Get)
	api.Change(r, at, s.Change)
	api.Delete(r, at, s.Drop)
	api.Do(r, api.Op{Path: "/views/{id}/mark", May: access.Self, On: Table, Loose: true}, s.Mark)
}
