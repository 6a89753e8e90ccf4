package customer

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/search"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// patience is how long a search may look at everything before it answers with what it has.
const patience = 2 * time.Second

// List gives customers in reach: sought, filtered, sorted, one page.
func (s *Service) List(ctx context.Context, who access.Actor, q api.ListQuery) (api.Page[Summary], error) {
	if err := search.Check(q.Q); err != nil {
		return api.Page[Summary]{}, err
	}
	again := false
	page, err := db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[Summary], err error) {
		p, again, err = s.page(tx, q, db.SearchBound)
		return p, err
	})
	if err != nil || !again {
		return page, err
	}
	// The newest matches did not fill the page: look at all of them.
	slow, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	whole, err := db.Read(slow, s.DB, who, func(tx *db.Tx) (p api.Page[Summary], err error) {
		p, _, err = s.page(tx, q, unbounded)
		return p, err
	})
	if errors.Is(slow.Err(), context.DeadlineExceeded) && ctx.Err() == nil {
		page.Partial = true
		return page, nil
	}
	return whole, err
}

const unbounded = 1 << 40

func (s *Service) page(tx *db.Tx, q api.ListQuery, bound int) (p api.Page[Summary], again bool, err error) {
	w, err := s.with(tx, q, bound)
	if err != nil {
		return p, false, err
	}
	rows, err := s.rows(tx, q, w)
	if err != nil {
		return p, false, err
	}
	p = api.Page[Summary]{Items: rows.Rows, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}
	narrow := !actor(tx).ReachesAll(access.CustomerRead) && q.Filter == "" // the index was asked for what is in reach: a short page is the whole truth
	if q.Q != "" && rows.Next == "" && bound < unbounded && !narrow {
		ask := search.Sought(s.Vault.Keys, q.Q)
		if ask.Within, err = search.Within(tx, actor(tx), access.CustomerRead); err != nil {
			return p, false, err
		}
		if again, err = tx.Full("customer", ask, bound); err != nil || again {
			return p, again, err
		}
	}
	if q.Count {
		n, err := db.Find[db.Count](tx, count, nil, db.With{Where: w.Where, Limit: api.CountCap + 1})
		if err != nil {
			return p, false, err
		}
		p.Counted(n[0].N)
	}
	return p, false, s.showAll(tx, p.Items)
}

// fewCustomers are looked up and sorted where more are read along an index.
const fewCustomers = 3000

var ids = db.SQL(`SELECT c.id FROM {customers c} WHERE {filter} ORDER BY {order} LIMIT {limit}`, Table)

// rows are a page in the order of a column, or of a field that the company added.
func (s *Service) rows(tx *db.Tx, q api.ListQuery, w db.With) (p db.PageOf[Summary], err error) {
	order, field, ok, err := s.Fields.Beside(tx, q.Sort)
	if err != nil || !ok {
		if err == nil {
			p, err = db.Page[Summary](tx, list, nil, w)
		}
		return p, err
	}
	w.Order, w.Key = order, q.Sort+"\x00"+w.Key
	if !actor(tx).ReachesAll(access.CustomerRead) { // along the order of a million, whoever has ten of them waits long
		all, err := db.Find[idOf](tx, ids, nil, db.With{Order: db.Up("c.id"), Limit: fewCustomers + 1})
		if err != nil {
			return p, err
		}
		if w.Few = len(all) <= fewCustomers; w.Few {
			mine := make([]string, len(all))
			for i, x := range all {
				mine[i] = x.ID
			}
			w.Where = append(w.Where, db.In(db.Col("c.id"), mine))
		}
	}
	rows, err := db.Page[valued](tx, besides, db.Args{"field": field}, w)
	p = db.PageOf[Summary]{Rows: make([]Summary, len(rows.Rows)), Next: rows.Next, Prev: rows.Prev}
	for i, r := range rows.Rows {
		p.Rows[i] = r.Summary
	}
	return p, err
}

func (s *Service) with(tx *db.Tx, q api.ListQuery, bound int) (w db.With, err error) {
	w = db.With{After: q.Cursor, Limit: q.Limit, Key: q.Filter + "\x00" + q.Q}
	who := actor(tx)
	if _, _, own, err := s.Fields.Beside(tx, q.Sort); err != nil || !own {
		if err == nil {
			w.Order, err = s.Fields.Order(who, q.Sort, "-updated_at")
		}
		if err != nil {
			return w, err
		}
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return w, err
	}
	w.Where, err = s.Fields.Compile(tx, zone, q.Filter)
	if err == nil && !customfield.Names(q.Filter, "archived") && !customfield.Names(q.Filter, "archived_too") { // found where it is asked for
		w.Where = append(w.Where, Daily)
	}
	if err != nil || q.Q == "" {
		return w, err
	}
	c, err := s.Words(tx, q.Q, bound)
	w.Where = append(w.Where, c)
	return w, err
}

// Daily leaves out what is archived.
var Daily = db.When(`NOT c.archived`, nil)

var archived = db.SQL(`SELECT c.id AS id, 1 AS v FROM {customers c} WHERE c.archived`, Table)

// DailyOf is Daily for what hangs on customers, in the column that names them.
func DailyOf(tx *db.Tx, column db.Column) (db.Cond, error) {
	c, err := tx.As(program).Within(column, archived, nil, db.With{}, "", nil)
	return db.Not(c), err
}

var reached = db.SQL(`SELECT c.id AS id, 1 AS v FROM {customers c} WHERE {filter}`, Table)

// Asked answers {"field":"customer","op":"in","value":<a filter of customers>} in the filters of
// what hangs on customers, in the column that names them.
func (s *Service) Asked(column db.Column) customfield.Asked {
	return func(tx *db.Tx, zone *time.Location, op string, value json.RawMessage, _ func(string) (db.Cond, error)) (db.Cond, error) {
		if op != "in" || len(value) == 0 || len(value) > 8192 { // no filter at all would keep everything
			return db.Nothing(), fault.Rule("invalid", "filter").With(map[string]any{"field": "customer"})
		}
		w, err := s.Fields.Compile(tx, zone, string(value))
		if err != nil {
			return db.Nothing(), err
		}
		return tx.Within(column, reached, nil, db.With{Where: w}, "", nil)
	}
}

// Bin lists what lies in the recycle bin, for whoever may delete.
func (s *Service) Bin(ctx context.Context, who access.Actor, q api.ListQuery) (api.Page[Summary], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[Summary], err error) {
		rows, err := db.Page[Summary](tx, binned, nil, db.With{Order: db.Down("c.deleted_at", "c.id"), After: q.Cursor, Limit: q.Limit, Key: "bin"})
		if err != nil {
			return p, err
		}
		p = api.Page[Summary]{Items: rows.Rows, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}
		for i := range p.Items {
			p.Items[i].view(who)
			custom, err := s.Own.View(tx, "customer", p.Items[i].Custom, nil)
			if err != nil {
				return p, err
			}
			p.Items[i].Custom = custom
		}
		return p, nil
	})
}

// Latest gives the customers in reach that meet a condition, as a list shows them.
func (s *Service) Latest(tx *db.Tx, where db.Cond, limit int) ([]Summary, error) {
	rows, err := db.Find[Summary](tx, list, nil, db.With{Where: []db.Cond{where}, Order: db.Down("c.updated_at", "c.id"), Limit: limit})
	if err != nil {
		return nil, err
	}
	return rows, s.showAll(tx, rows)
}
