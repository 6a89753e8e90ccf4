// Package quality keeps what is known of customers sound: what each lacks, who confirmed it
// this quarter (季度核对), and how the data of departments and people stands.
package quality

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/notice"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
)

var program = access.Program("quality")

// Service looks after the data of customers.
type Service struct {
	DB        *db.DB
	Queue     *job.Queue
	Customers *customer.Service
	Notices   *notice.Service
}

// JobMissing brings what customers lack up to date, some at a time.
const JobMissing = "customer.missing"

var afterID = db.SQL(`SELECT c.id FROM {customers c} WHERE c.id > :after AND c.deleted_at = 0 ORDER BY c.id LIMIT 200`, customer.Table)

type idRow struct {
	ID string `db:"id"`
}

// Required has what customers lack worked out anew, because the company asks for other fields than before.
func (s *Service) Required(tx *db.Tx, _ string) error {
	return s.Queue.Enqueue(tx, job.New{Kind: JobMissing, Payload: struct{}{}, Unique: JobMissing})
}

// MissingAll works out what each customer lacks. It may be killed and begun again at any moment.
func (s *Service) MissingAll(ctx context.Context) error {
	for after := ""; ; {
		last, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (last string, err error) {
			ids, err := db.All[idRow](tx, afterID, db.Args{"after": after})
			if err != nil {
				return "", err
			}
			for _, x := range ids {
				if err := s.Customers.MissingAnew(tx, x.ID); err != nil {
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
