package customer

import (
	"zhike/internal/base/api"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/profile"
	"zhike/internal/crm/required"
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

// lacks are what a customer lacks of what everybody is asked for, and how complete it is.
func (s *Service) lacks(tx *db.Tx, c *Customer, owner api.Ref, primary *contact.Primary, custom Custom) (missing api.Strings, score int64, err error) {
	missing, needed, err := s.Required.Lacks(tx, required.Case{Facts: c.Facts, Texts: c.Texts, Stage: c.Stage, Owner: owner, Primary: primary, Custom: custom})
	return missing, profile.Score(c.Facts, c.Texts, missing, needed), err
}

// Case is a customer as what is required of it is judged.
func (s *Service) Case(tx *db.Tx, id string) (out required.Case, err error) {
	p := tx.As(program)
	c, err := s.Whole(p, id)
	if err != nil {
		return out, err
	}
	primary, _, err := s.People.Known(p, id)
	return c.judged(primary), err
}

func (c Customer) judged(primary *contact.Primary) required.Case {
	return required.Case{Facts: c.Facts, Texts: c.Texts, Stage: c.Stage, Owner: c.OwnerID, Primary: primary, Custom: c.Custom}
}

type idOf struct {
	ID string `db:"id"`
}
