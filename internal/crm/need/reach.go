package need

import (
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/search"
	"zhike/internal/crm/desk"
	"zhike/internal/platform/db"
)

// OpenOf counts the open needs of one customer that the viewer may read.
func (s *Service) OpenOf(tx *db.Tx, customerID string) (int64, error) {
	n, err := db.One[db.Count](tx, openOf, db.Args{"customer": customerID})
	return n.N, err
}

// A Mark is a need and when it was recorded.
type Mark struct {
	ID string   `db:"id"`
	At api.Time `db:"at"`
}

// Latest gives the last needs of a customer up to an instant.
func (s *Service) Latest(tx *db.Tx, customerID string, before int64, most int) ([]Mark, error) {
	return db.All[Mark](tx, latest, db.Args{"customer": customerID, "before": before, "most": most})
}

// Many gives needs by their ids, as the viewer may see them.
func (s *Service) Many(tx *db.Tx, ids []string) ([]Need, error) {
	all, err := db.All[Need](tx, byIDs, db.Args{"ids": ids})
	if err != nil {
		return nil, err
	}
	return all, s.show(tx, all)
}

// Find answers the search over everything by number.
func (s *Service) Find(tx *db.Tx, q string, limit int) ([]search.Hit, error) {
	from, until, ok := search.Numbered(q)
	if !ok || !actor(tx).Can(access.NeedRead) {
		return nil, nil
	}
	rows, err := db.All[Need](tx, numbered, db.Args{"first": from, "last": until, "most": limit})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.CustomerID)
	}
	names, err := s.Customers.ClearNames(tx, ids)
	var hits []search.Hit
	for _, r := range rows {
		name := string(r.CustomerName)
		if clear, ok := names[r.CustomerID]; ok {
			name = clear
		}
		hits = append(hits, search.Hit{Kind: "need", ID: r.ID, Title: r.Code, Subtitle: name, CustomerID: api.Text(r.CustomerID)})
	}
	return hits, err
}

// Held finds the need that a row of a sheet is about: by its number, or by the same words
// of the same customer on the same day, where one is told.
func (s *Service) Held(tx *db.Tx, code string, in New, day [2]int64) (id, customerID string, err error) {
	if code != "" {
		n, ok, err := db.Maybe[Need](tx, byCode, db.Args{"number": strings.ToUpper(code)})
		if err != nil || ok {
			return n.ID, n.CustomerID, err
		}
	}
	rows, err := db.All[Need](tx, since, db.Args{"customer": in.CustomerID, "since": day[0], "until": day[1]})
	if err != nil || len(rows) == 0 {
		return "", "", err
	}
	key, err := s.Vault.Of(tx, in.CustomerID)
	if err != nil {
		return "", "", err
	}
	for _, r := range rows {
		var t texts
		if err := desk.Open(key, place(r.ID), r.Sealed, &t); err != nil {
			return "", "", err
		}
		if t.Description == strings.TrimSpace(in.Description) {
			return r.ID, in.CustomerID, nil
		}
	}
	return "", "", nil
}

// Said is a need as a caller would say it, in clear, with its version and when it
// was closed: for imports.
func (s *Service) Said(tx *db.Tx, id string) (said Change, version, closed int64, err error) {
	n, t, err := s.whole(tx, id)
	if err != nil {
		return said, 0, 0, err
	}
	key, err := s.Vault.Of(tx, n.CustomerID)
	if err != nil {
		return said, 0, 0, err
	}
	return Change{Kind: api.Some(n.Kind), Description: api.Some(t.Description), Priority: api.Some(n.Priority), Solution: api.Some(t.Solution),
		OwnerID: api.Some(string(n.OwnerID)), State: api.Some(n.State), Custom: n.Custom}, n.Version, int64(n.ClosedAt), s.own().Clear(tx, key, id, n.Custom)
}

// Purged deletes the needs of a customer that leaves the bin for good.
func (s *Service) Purged(tx *db.Tx, customerID string) error {
	_, err := tx.As(program).ChangeAll(purge, db.Args{"customer": customerID})
	return err
}

// TakeOut deletes a need as if it had never been: an import undone.
func (s *Service) TakeOut(tx *db.Tx, id string) error {
	tx = tx.As(program)
	n, err := db.One[Need](tx, get, db.Args{"id": id})
	if err != nil {
		return err
	}
	if err := tx.Change(drop, db.Args{"id": id}); err != nil {
		return err
	}
	if err := own.Drop(tx, id); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "need.take_out", Kind: "need", Record: id, Customer: n.CustomerID})
}
