// Package purge makes customers leave for good, with every row that hangs on them, their
// words, and the keys that sealed what was written about them.
package purge

import (
	"context"
	"errors"

	"zhike/internal/base/access"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/privacy"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// Service empties the recycle bin, and undoes imports.
type Service struct {
	DB    *db.DB
	Vault *privacy.Vault
	Above []func(tx *db.Tx, id string) error // what hangs on a customer goes first, in the order rows name each other
}

var program = access.Program("purge")

var (
	purgeMoves   = db.SQL(`DELETE FROM {stage_moves!change m} WHERE m.customer_id = :customer`, customer.Moves)
	purgeSpans   = db.SQL(`DELETE FROM {status_spans!change s} WHERE s.customer_id = :customer`, customer.Spans)
	purgeTags    = db.SQL(`DELETE FROM {tag_spans!change t} WHERE t.customer_id = :customer`, customer.TagSpans)
	purgeOwners  = db.SQL(`DELETE FROM {owner_changes!change h} WHERE h.customer_id = :customer`, customer.OwnerChanges)
	purgeMembers = db.SQL(`DELETE FROM {customer_members!change m} WHERE m.customer_id = :customer`, customer.Members)
	expired      = db.SQL(`SELECT c.id FROM {customers!bin c} WHERE c.deleted_at < :before AND c.merged_into IS NULL ORDER BY c.deleted_at, c.id LIMIT 100`, customer.Table)
	live         = db.SQL(`SELECT c.id FROM {customers c} WHERE c.id = :id`, customer.Table)
	binned       = db.SQL(`SELECT c.id FROM {customers!bin c} WHERE c.id = :id`, customer.Table)
	purgeRow     = db.SQL(`DELETE FROM {customers!bin c} WHERE c.id = :id`, customer.Table)
)

// Bin empties the recycle bin of what has lain in it for customer.bin_days. The number is
// never handed out again, and the log says that it was.
func (s *Service) Bin(ctx context.Context) (int, error) {
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
			if err := errors.Join(s.purge(tx, o.ID), privacy.Erased(tx, privacy.Customer, o.ID)); err != nil {
				return 0, err
			}
		}
		return len(old), nil
	})
}

// Again erases a customer that an older backup brought back; one that is not there is none.
func (s *Service) Again(tx *db.Tx, id string) error {
	tx = tx.As(program)
	if _, found, err := db.Maybe[struct {
		ID string `db:"id"`
	}](tx, live, db.Args{"id": id}); err != nil {
		return err
	} else if found {
		return s.TakeOut(tx, id)
	}
	if _, found, err := db.Maybe[struct {
		ID string `db:"id"`
	}](tx, binned, db.Args{"id": id}); err != nil || !found {
		return err
	}
	return s.purge(tx, id)
}

// TakeOut deletes a live customer as if it had never been: an import undone.
func (s *Service) TakeOut(tx *db.Tx, id string) error {
	tx = tx.As(program)
	if err := tx.Set(customer.ToBin, id, 0, db.Args{"deleted_at": tx.At()}); err != nil {
		return err
	}
	return s.purge(tx, id)
}

// Whole makes a customer that lies aside leave for good, in whatever unit takes it along. It is
// erased again where an older backup, from before it was put aside, brings it back.
func (s *Service) Whole(tx *db.Tx, id string) error {
	return errors.Join(s.purge(tx, id), privacy.Erased(tx, privacy.Customer, id))
}

func (s *Service) purge(tx *db.Tx, id string) error {
	for _, above := range s.Above {
		if err := above(tx, id); err != nil {
			return err
		}
	}
	for _, q := range []db.Query{purgeMoves, purgeSpans, purgeTags, purgeOwners, purgeMembers} {
		if _, err := tx.ChangeAll(q, db.Args{"customer": id}); err != nil {
			return err
		}
	}
	if err := own.Drop(tx, id); err != nil {
		return err
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
