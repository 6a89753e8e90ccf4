package customer

import (
	"zhike/internal/base/access"
	"zhike/internal/platform/db"
)

// Line gives a customer as a list shows it, inside a unit.
func (s *Service) Line(tx *db.Tx, id string) (Summary, error) {
	c, err := db.One[Summary](tx, get, db.Args{"id": id})
	if err != nil {
		return c, err
	}
	all := []Summary{c}
	err = s.showAll(tx, all)
	return all[0], err
}

var individuals = db.SQL(`SELECT c.id, c.name_sealed FROM {customers c} WHERE c.id IN (:ids) AND c.kind = 'individual'`, Table)

// ClearNames gives the names of those individuals among ids with whom the viewer works;
// everywhere else their name is the mask that the row holds.
func (s *Service) ClearNames(tx *db.Tx, ids []string) (map[string]string, error) {
	out := map[string]string{}
	rows, err := db.All[struct {
		ID     string `db:"id"`
		Sealed []byte `db:"name_sealed"`
	}](tx, individuals, db.Args{"ids": ids})
	if err != nil || len(rows) == 0 {
		return out, err
	}
	var found []string
	for _, r := range rows {
		found = append(found, r.ID)
	}
	near, err := tx.Among(Table, add(access.FollowUpWrite), found)
	if err != nil {
		return nil, err
	}
	keys, err := s.Vault.Many(tx, found)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if key, ok := keys[r.ID]; ok && near[r.ID] && len(r.Sealed) > 0 {
			name, err := key.Open(namePlace+r.ID, r.Sealed)
			if err != nil {
				return nil, err
			}
			out[r.ID] = string(name)
		}
	}
	return out, nil
}
