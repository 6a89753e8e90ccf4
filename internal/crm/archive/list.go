package archive

import (
	"context"
	"encoding/json"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// Query of the list of files.
type Query struct {
	State       string `query:"state" enum:"archived,reopened,all" default:"archived"`
	Year        int64  `query:"year" minimum:"0" maximum:"2200"`
	Category    string `query:"category" maxLength:"64"`
	Business    string `query:"business" maxLength:"64"`
	ProjectType string `query:"project_type" maxLength:"64"`
	Place       string `query:"place" maxLength:"80" doc:"What its place holds."`
	Number      string `query:"number" maxLength:"40" doc:"How its number begins."`
	Lent        string `query:"lent" enum:"out,overdue" doc:"Its paper is out, or should be back."`
	Unused      bool   `query:"unused" doc:"Nobody opened or borrowed it for the years of the setting archive.unused_years."`
	Limit       int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor      string `query:"cursor" maxLength:"2000"`
	Count       bool   `query:"count"`
}

// List gives files in reach, those archived last first.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (api.Page[File], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Page[File], err error) {
		w := db.With{Order: db.Down("a.archived_at", "a.id"), After: q.Cursor, Limit: q.Limit, Key: key(q)}
		if w.Where, err = q.where(tx); err != nil {
			return out, err
		}
		page, err := db.Page[File](tx, list, nil, w)
		if err != nil {
			return out, err
		}
		out = api.Page[File]{Items: page.Rows, Next: api.Text(page.Next), Prev: api.Text(page.Prev)}
		if q.Count {
			n, err := db.Find[db.Count](tx, count, nil, db.With{Where: w.Where, Limit: api.CountCap + 1})
			if err != nil {
				return out, err
			}
			out.Counted(n[0].N)
		}
		return out, s.show(tx, out.Items)
	})
}

// key is what a cursor belongs to.
func key(q Query) string {
	q.Cursor, q.Limit, q.Count = "", 0, false
	text, _ := json.Marshal(q)
	return string(text)
}

func (q Query) where(tx *db.Tx) (all []db.Cond, err error) {
	switch q.State {
	case "reopened":
		all = append(all, db.When("NOT a.standing", nil))
	case "all":
	default:
		all = append(all, db.When("a.standing", nil))
	}
	if q.Year > 0 {
		all = append(all, db.Compare(db.Col("a.year"), "=", q.Year))
	}
	for column, code := range map[string]string{"a.category": q.Category, "a.business": q.Business, "a.project_type": q.ProjectType} {
		if code != "" {
			all = append(all, db.Compare(db.Col(column), "=", code))
		}
	}
	if q.Place != "" {
		all = append(all, db.Contains(db.Col("a.place"), q.Place))
	}
	if q.Number != "" {
		all = append(all, db.Starts(db.Col("a.code"), q.Number))
	}
	if q.Lent != "" {
		all = append(all, db.When("l.id IS NOT NULL", nil))
	}
	if q.Lent == "overdue" {
		today, err := setting.Today(tx)
		if err != nil {
			return nil, err
		}
		all = append(all, db.Compare(db.Col("l.due_on"), "<", today))
	}
	if q.Unused {
		years, err := UnusedYears.In(tx)
		if err != nil {
			return nil, err
		}
		all = append(all, db.Compare(db.Col("a.used_at"), "<", tx.Now().AddDate(-int(years), 0, 0).UnixMilli()))
	}
	return all, nil
}

// A Shelf is how many files stand under a year and category.
type Shelf struct {
	Year     int64    `db:"year" json:"year"`
	Category api.Text `db:"category" json:"category"`
	Count    int64    `db:"n" json:"count"`
}

// Shelves are the years and categories under which files in reach stand, the latest first.
func (s *Service) Shelves(ctx context.Context, who access.Actor, _ struct{}) (api.Items[Shelf], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Shelf], err error) {
		rows, err := db.All[Shelf](tx, shelves, nil)
		out.Items = append([]Shelf{}, rows...)
		return out, err
	})
}

func (s *Service) load(tx *db.Tx, id string) (File, error) {
	f, err := db.One[File](tx, get, db.Args{"id": id})
	if err != nil {
		return f, err
	}
	all := []File{f}
	err = s.show(tx, all)
	return all[0], err
}

// show makes files what the viewer may read of them.
func (s *Service) show(tx *db.Tx, all []File) error {
	if len(all) == 0 {
		return nil
	}
	today, err := setting.Today(tx)
	if err != nil {
		return err
	}
	var ids []string
	for _, f := range all {
		ids = append(ids, f.CustomerID)
	}
	may, err := tx.Among(customer.Table, change, ids)
	if err != nil {
		return err
	}
	names, err := s.Customers.ClearNames(tx, ids)
	if err != nil {
		return err
	}
	read, err := s.reader(tx, ids)
	if err != nil {
		return err
	}
	for i := range all {
		f := &all[i]
		f.MayChange, f.Overdue = may[f.CustomerID], f.BorrowerID != "" && string(f.DueOn) < today
		if name, ok := names[f.CustomerID]; ok {
			f.CustomerName = name
		}
		if f.Note, err = read(f.CustomerID, f.Sealed); err != nil {
			return err
		}
	}
	return nil
}

// reader opens sealed texts of some customers as the viewer may read them.
func (s *Service) reader(tx *db.Tx, ids []string) (func(customerID string, sealed []byte) (api.Text, error), error) {
	near, err := tx.Among(customer.Table, db.Add(string(access.FollowUpWrite)), ids)
	if err != nil {
		return nil, err
	}
	keys, err := s.Vault.Many(tx, ids)
	return func(id string, sealed []byte) (api.Text, error) {
		key, ok := keys[id]
		if !ok || len(sealed) == 0 {
			return "", nil
		}
		plain, err := key.Open(place(id), sealed)
		if err != nil {
			return "", err
		}
		var text string
		err = json.Unmarshal(plain, &text)
		return api.Text(customer.Prose(actor(tx), near[id], text)), err
	}, err
}

func (s *Service) record(tx *db.Tx, id string) (r Record, err error) {
	r = Record{Loans: []Loan{}, Moves: []Move{}}
	f, found, err := db.Maybe[File](tx, of, db.Args{"customer": id})
	if err != nil || !found {
		return r, err
	}
	all := []File{f}
	if err := s.show(tx, all); err != nil {
		return r, err
	}
	r.File = &all[0]
	today, err := setting.Today(tx)
	if err != nil {
		return r, err
	}
	read, err := s.reader(tx, []string{id})
	if err != nil {
		return r, err
	}
	if r.Loans, err = db.All[Loan](tx, loans, db.Args{"customer": id}); err != nil {
		return r, err
	}
	for i := range r.Loans {
		l := &r.Loans[i]
		l.Overdue = l.ReturnedAt == 0 && l.DueOn < today
		if l.Purpose, err = read(id, l.Sealed); err != nil {
			return r, err
		}
	}
	r.Moves, err = s.MovesOf(tx, id)
	if r.Loans == nil {
		r.Loans = []Loan{}
	}
	return r, err
}

// MovesOf are when a customer was archived and reopened, the latest first.
func (s *Service) MovesOf(tx *db.Tx, id string) ([]Move, error) {
	read, err := s.reader(tx, []string{id})
	if err != nil {
		return nil, err
	}
	rows, err := db.All[Move](tx, moves, db.Args{"customer": id})
	for i := range rows {
		if rows[i].Reason, err = read(id, rows[i].Sealed); err != nil {
			return nil, err
		}
	}
	return append([]Move{}, rows...), err
}
