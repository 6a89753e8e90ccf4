package customer

import (
	"zhike/internal/base/api"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/profile"
	"zhike/internal/platform/db"
)

var living = db.SQL(`SELECT count(*) AS n FROM {customers c} WHERE c.id IN (:ids) AND c.deleted_at = 0`, Table)

// live says whether one of some customers stands outside the bin.
func (s *Service) live(tx *db.Tx) func([]string) (bool, error) {
	return func(ids []string) (bool, error) {
		n, err := db.One[db.Count](tx.As(program), living, db.Args{"ids": ids})
		return n.N > 0, err
	}
}

// lacks are what a customer needs before it takes effect: facts, people, and fields that the company requires.
func (s *Service) lacks(tx *db.Tx, f Facts, owner api.Ref, primary *contact.Primary, custom Custom) (api.Strings, error) {
	own, err := s.Own.Missing(tx, "customer", f.Kind, string(f.Industry), custom)
	return append(profile.Lacks(f, owner, primary), own...), err
}

type idOf struct {
	ID string `db:"id"`
}
