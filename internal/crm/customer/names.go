package customer

import (
	"maps"
	"slices"

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
	rows, err := db.All[struct {
		ID     string `db:"id"`
		Sealed []byte `db:"name_sealed"`
	}](tx, individuals, db.Args{"ids": ids})
	sealed := map[string][]byte{}
	for _, r := range rows {
		sealed[r.ID] = r.Sealed
	}
	if err != nil {
		return nil, err
	}
	return s.opened(tx, sealed)
}

// opened are the names of individuals with whom the viewer works.
func (s *Service) opened(tx *db.Tx, sealed map[string][]byte) (map[string]string, error) {
	out, ids := map[string]string{}, slices.Collect(maps.Keys(sealed))
	near, err := tx.Among(Table, add(access.FollowUpWrite), ids)
	if err != nil || len(ids) == 0 {
		return out, err
	}
	keys, err := s.Vault.Many(tx, ids)
	if err != nil {
		return nil, err
	}
	for id, text := range sealed {
		if key, ok := keys[id]; ok && near[id] && len(text) > 0 {
			name, err := key.Open(namePlace+id, text)
			if err != nil {
				return nil, err
			}
			out[id] = string(name)
		}
	}
	return out, nil
}
