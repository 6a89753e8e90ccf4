package customer

import (
	"context"

	"zhike/internal/base/api"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/profile"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
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

// Required has what customers lack worked out anew, because the company asks for other fields than before.
func (s *Service) Required(tx *db.Tx, _ string) error {
	return s.Queue.Enqueue(tx, job.New{Kind: JobMissing, Payload: struct{}{}, Unique: JobMissing})
}

// JobMissing brings what customers lack up to date, some at a time.
const JobMissing = "customer.missing"

var afterID = db.SQL(`SELECT c.id FROM {customers c} WHERE c.id > :after AND c.deleted_at = 0 ORDER BY c.id LIMIT 200`, Table)

type idOf struct {
	ID string `db:"id"`
}

// MissingAll works out what each customer lacks. It may be killed and begun again at any moment.
func (s *Service) MissingAll(ctx context.Context) error {
	for after := ""; ; {
		last, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (last string, err error) {
			ids, err := db.All[idOf](tx, afterID, db.Args{"after": after})
			if err != nil {
				return "", err
			}
			for _, x := range ids {
				if _, _, err := s.missingAnew(tx, x.ID); err != nil {
					return "", err
				}
				last = x.ID
			}
			tx.Noted() // it follows from what the log tells of the field
			return last, nil
		})
		if err != nil || last == "" {
			return err
		}
		after = last
	}
}
