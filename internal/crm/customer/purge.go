package customer

import (
	"context"

	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
)

var (
	purgeMoves   = db.SQL(`DELETE FROM {stage_moves!change m} WHERE m.customer_id = :customer`, Moves)
	purgeOwners  = db.SQL(`DELETE FROM {owner_changes!change h} WHERE h.customer_id = :customer`, OwnerChanges)
	purgeMembers = db.SQL(`DELETE FROM {customer_members!change m} WHERE m.customer_id = :customer`, Members)
	purgeValues  = db.SQL(`DELETE FROM {custom_value!change v} WHERE v.record_id = :customer`, Values)
	purgeRow     = db.SQL(`DELETE FROM {customers!bin c} WHERE c.id = :id`, Table)
)

// Purge empties the recycle bin of what has lain in it for customer.bin_days: every row
// that hangs on a customer, its words, and the keys that sealed what was written about
// it. The number is never handed out again, and the log says that it was.
func (s *Service) Purge(ctx context.Context) (int, error) {
	return db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		days, err := setting.BinDays.In(tx)
		if err != nil {
			return 0, err
		}
		old, err := db.All[struct {
			ID string `db:"id"`
		}](tx, expired, db.Args{"before": tx.Now().AddDate(0, 0, -int(days)).UnixMilli()})
		if err != nil {
			return 0, err
		}
		for _, o := range old {
			if err := s.purge(tx, o.ID); err != nil {
				return 0, err
			}
		}
		return len(old), nil
	})
}

// TakeOut deletes a live customer as if it had never been, for the program: an import undone.
func (s *Service) TakeOut(tx *db.Tx, id string) error {
	if err := tx.Set(bin, id, 0, db.Args{"deleted_at": tx.At()}); err != nil {
		return err
	}
	return s.purge(tx, id)
}

func (s *Service) purge(tx *db.Tx, id string) error {
	if s.Purged != nil { // the floors above go first: their rows name ours
		if err := s.Purged(tx, id); err != nil {
			return err
		}
	}
	if err := s.People.Purged(tx, id); err != nil {
		return err
	}
	for _, q := range []db.Query{purgeMoves, purgeOwners, purgeMembers, purgeValues} {
		if _, err := tx.ChangeAll(q, db.Args{"customer": id}); err != nil {
			return err
		}
	}
	if err := tx.Change(purgeRow, db.Args{"id": id}); err != nil {
		return err
	}
	if err := s.Vault.Destroy(tx, id); err != nil {
		return err
	}
	if err := tx.Forget("customer", id); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "customer.purge", Kind: "customer", Record: id, Customer: id})
}
