package merge

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"zhike/internal/base/access"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/privacy"
	"zhike/internal/crm/attachment"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/owned"
	"zhike/internal/crm/review"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var (
	movedRows  = db.SQL(`SELECT r.merge_id, r.of_table, r.row_id, r.was FROM {merge_rows r} WHERE r.merge_id = :merge ORDER BY r.id DESC`, rows)
	keptOf     = db.SQL(`SELECT m.kept FROM {merges m} WHERE m.id = :id`, Table)
	since      = db.SQL(`SELECT count(*) AS n FROM {audit_entries e} WHERE e.customer_id = :customer AND e.at > :at`, audit.Table)
	stands     = db.SQL(`SELECT c.id FROM {customers!bin c} WHERE c.id = :id AND c.merged_into = :into`, customer.Table)
	someone    = db.SQL(`SELECT p.id FROM {contacts p} WHERE p.customer_id = :customer ORDER BY p.id LIMIT 1`, directory.Table)
	primaryOf  = db.SQL(`SELECT c.primary_contact_id AS id FROM {customers c} WHERE c.id = :id AND c.primary_contact_id IS NOT NULL`, customer.Table)
	free       = db.SQL(`SELECT count(*) AS n FROM {attachments a} JOIN {attachments o} ON o.kind = a.kind AND o.day = a.day AND o.extension = a.extension WHERE a.id = :id AND o.customer_id = :customer AND o.number = :numbered`, attachment.Table)
	leave      = db.SQL(`DELETE FROM {customer_members!change m} WHERE m.customer_id = :customer AND m.user_id = :user AND m.kind = 'collaborator'`, customer.Members)
	forgetRows = db.SQL(`DELETE FROM {merge_rows!change r} WHERE r.merge_id = :merge`, rows)
	over       = db.SQL(`SELECT m.id FROM {merges m} WHERE m.until < :now AND m.kept IS NOT NULL ORDER BY m.until LIMIT 200`, Table)
)

// ErrOver is a merge that stands too long to be undone.
var ErrOver = fault.New(fault.Conflict, "merge_undo_over")

// Undo parts two customers again, within Days: what moved goes back, what was taken is given
// back but where it was changed since, and what was written since stays with the one that stayed.
func (s *Service) Undo(ctx context.Context, who access.Actor, id string, version int64) (Merge, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Merge, err error) {
		if err := tx.Lock("merge"); err != nil {
			return none, err
		}
		m, err := db.One[Merge](tx, byID, db.Args{"id": id})
		if err != nil {
			return none, err
		}
		if err := tx.May(Table, id, change(access.CustomerMerge)); err != nil {
			return none, err
		}
		if m.Version != version {
			return none, db.ErrStale
		}
		if m.UndoneAt != 0 {
			return none, fault.New(fault.Conflict, "already_undone")
		}
		if int64(m.Until) < tx.At() {
			return none, ErrOver
		}
		if err := s.part(tx, m); err != nil {
			return none, err
		}
		return db.One[Merge](tx, byID, db.Args{"id": id})
	})
}

func (s *Service) part(tx *db.Tx, m Merge) error {
	p := tx.As(program)
	if _, found, err := db.Maybe[idRow](p, stands, db.Args{"id": m.OtherID, "into": m.CustomerID}); err != nil || !found {
		if err == nil {
			err = db.ErrStale
		}
		return err
	}
	key, err := s.Vault.Of(tx, m.CustomerID)
	if err != nil {
		return err
	}
	sealed, err := db.One[struct {
		Kept []byte `db:"kept"`
	}](p, keptOf, db.Args{"id": m.ID})
	if err != nil {
		return err
	}
	var k kept
	if err := privacy.OpenJSON(key, place(m.ID), sealed.Kept, &k); err != nil {
		return err
	}
	edits, err := db.One[db.Count](p, since, db.Args{"customer": m.CustomerID, "at": int64(m.At)})
	if err != nil {
		return err
	}
	if err := s.moveBack(p, m); err != nil {
		return err
	}
	if err := k.putBack(p, m.CustomerID); err != nil { // before the other one: a credit code that was taken is free again
		return err
	}
	if err := p.Set(back, m.OtherID, 0, db.Args{"deleted_at": int64(0), "merged_into": nil}); err != nil {
		return err
	}
	if err := s.Vault.PartKeys(tx, m.CustomerID, m.ID); err != nil {
		return err
	}
	if edits.N > 0 { // what was written since under the one's key may hang on the other now
		if err := s.Vault.JoinKeys(tx, m.OtherID, m.CustomerID, m.ID+"/since"); err != nil {
			return err
		}
	}
	if err := s.Duplicates.Restored(tx, m.OtherID, int64(m.At)); err != nil {
		return err
	}
	if err := s.standAlone(p, m, edits.N > 0); err != nil {
		return err
	}
	if _, err := p.ChangeAll(forgetRows, db.Args{"merge": m.ID}); err != nil {
		return err
	}
	if err := tx.Set(undone, m.ID, m.Version, db.Args{"undone_at": tx.At(), "undone_by": tx.Who().ID(), "kept": nil}); err != nil {
		return err
	}
	if s.Untold != nil {
		if err := s.Untold(tx, m.ID); err != nil {
			return err
		}
	}
	if err := audit.Note(tx, audit.Entry{Action: "customer.part", Kind: "customer", Record: m.CustomerID, Customer: m.CustomerID, Details: map[string]any{"other": m.OtherID, "code": m.OtherCode, "merge": m.ID}}); err != nil {
		return err
	}
	return audit.Note(tx, audit.Entry{Action: "customer.parted", Kind: "customer", Record: m.OtherID, Customer: m.OtherID, Details: map[string]any{"from": m.CustomerID, "merge": m.ID}})
}

// standAlone files both anew; each has a primary contact if it has people at all.
func (s *Service) standAlone(p *db.Tx, m Merge, edited bool) error {
	for _, id := range []string{m.CustomerID, m.OtherID} {
		if err := s.primaryFor(p, id); err != nil {
			return err
		}
		if err := s.Customers.Reindex(p, id); err != nil {
			return err
		}
		if !edited {
			continue
		}
		if err := s.Customers.PeopleChanged(p, id); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) primaryFor(p *db.Tx, id string) error {
	have, err := db.All[idRow](p, primary, db.Args{"customer": id})
	if err != nil {
		return err
	}
	if len(have) == 0 {
		if have, err = db.All[idRow](p, someone, db.Args{"customer": id}); err != nil || len(have) == 0 {
			return err
		}
		if _, err := p.ChangeAll(first, db.Args{"id": have[0].ID}); err != nil {
			return err
		}
	}
	named, err := db.All[idRow](p, primaryOf, db.Args{"id": id})
	if err != nil || len(named) == 0 || named[0].ID == have[0].ID { // a customer made with its people names none
		return err
	}
	_, err = p.ChangeAll(isFirst, db.Args{"id": id, "contact": have[0].ID})
	return err
}

// moveBack has the rows that moved hang on the other again, those that are still the one's.
func (s *Service) moveBack(p *db.Tx, m Merge) error {
	all, err := db.All[moved](p, movedRows, db.Args{"merge": m.ID})
	if err != nil {
		return err
	}
	here := map[string]map[string]bool{} // of each table, the rows that are the one's
	for _, r := range all {
		if r.Table == pointers {
			if err := s.pointOne(p, own.Pointer{Field: r.Was, Record: r.Row}, m.CustomerID, m.OtherID); err != nil {
				return err
			}
			continue
		}
		if r.Was == "made" {
			if _, err := p.ChangeAll(leave, db.Args{"customer": m.CustomerID, "user": r.Row}); err != nil {
				return err
			}
			continue
		}
		if r.Table == review.Comments.Name() {
			if _, err := p.ChangeAll(saidOn, db.Args{"id": r.Row, "customer": m.OtherID}); err != nil {
				return err
			}
			continue
		}
		at := slices.IndexFunc(movers(), func(x mover) bool { return x.table.Name() == r.Table })
		if at < 0 {
			continue // a table of an older version of the program
		}
		mv := movers()[at]
		if r.Was == aside {
			if err := p.Set(mv.to, r.Row, 0, db.Args{"customer_id": m.CustomerID}); err != nil && !errors.Is(err, db.ErrNotFound) {
				return err
			}
			continue
		}
		if here[r.Table] == nil {
			ids, err := p.Under(mv.table, m.CustomerID)
			if err != nil {
				return err
			}
			here[r.Table] = map[string]bool{}
			for _, id := range ids {
				here[r.Table][id] = true
			}
		}
		if !here[r.Table][r.Row] {
			continue // deleted since
		}
		if err := giveWay(p, r); err != nil {
			return err
		}
		if err := p.Set(mv.to, r.Row, 0, db.Args{"customer_id": m.OtherID}); err != nil {
			return err
		}
		if err := asItWas(p, m, r); err != nil {
			return err
		}
	}
	return nil
}

// giveWay: a contact that became primary since does not go as primary.
func giveWay(p *db.Tx, r moved) error {
	if r.Table != directory.Table.Name() || r.Was == "" {
		return nil
	}
	_, err := p.ChangeAll(second, db.Args{"id": r.Row})
	return err
}

// asItWas gives a row back what had to change when it moved.
func asItWas(p *db.Tx, m Merge, r moved) error {
	switch {
	case r.Was == "":
		return nil
	case r.Table == directory.Table.Name():
		have, err := db.All[idRow](p, primary, db.Args{"customer": m.OtherID})
		if err != nil || len(have) > 0 {
			return err
		}
		_, err = p.ChangeAll(first, db.Args{"id": r.Row})
		return err
	case r.Table == attachment.Table.Name():
		n, err := strconv.ParseInt(r.Was, 10, 64)
		if err != nil {
			return err
		}
		taken, err := db.One[db.Count](p, free, db.Args{"id": r.Row, "customer": m.OtherID, "numbered": n})
		if err != nil || taken.N > 0 {
			return err
		}
		_, err = p.ChangeAll(number, db.Args{"id": r.Row, "numbered": n})
		return err
	}
	return nil
}

// pointers are values of fields that name the customer, in merge_rows.
const pointers = "custom_value"

// point has all values that name the other name the one.
func (s *Service) point(tx *db.Tx, merge, from, to string) error {
	all, err := s.Own.Pointing(tx, from)
	if err != nil {
		return err
	}
	p := tx.As(program)
	for _, x := range all {
		if err := s.pointOne(p, x, from, to); err != nil {
			return err
		}
		if err := p.Insert(rows, moved{merge, pointers, x.Record, x.Field}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) pointOne(p *db.Tx, x own.Pointer, from, to string) error {
	err := owned.Rewrite(p, s.Own, x.Field, x.Record, func(v any) (any, bool) { return to, v == any(from) })
	if err != nil {
		return err
	}
	return own.Point(p, x, from, to)
}

// Sweep forgets what parting needs, of merges that can be undone no more.
func (s *Service) Sweep(ctx context.Context) error {
	_, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		all, err := db.All[idRow](tx, over, db.Args{"now": tx.At()})
		if err != nil {
			return 0, err
		}
		for _, x := range all {
			if _, err := tx.ChangeAll(forgetRows, db.Args{"merge": x.ID}); err != nil {
				return 0, err
			}
			if err := tx.Set(made, x.ID, 0, db.Args{"kept": nil}); err != nil {
				return 0, err
			}
		}
		tx.Noted() // nothing that anybody can see changes
		return len(all), nil
	})
	return err
}

var (
	ofEither   = db.SQL(`SELECT m.id FROM {merges m} WHERE m.customer_id = :customer OR m.other_id = :customer`, Table)
	dropMerge  = db.SQL(`DELETE FROM {merges!change m} WHERE m.id = :id`, Table)
	mergedInto = db.SQL(`SELECT c.id FROM {customers!bin c} WHERE c.merged_into = :id`, customer.Table)
)

// Purged forgets the merges of a customer that leaves for good; purge takes those along that went into it.
func (s *Service) Purged(purge func(tx *db.Tx, id string) error) func(tx *db.Tx, id string) error {
	return func(tx *db.Tx, id string) error {
		all, err := db.All[idRow](tx, ofEither, db.Args{"customer": id})
		if err != nil {
			return err
		}
		for _, m := range all {
			if _, err := tx.ChangeAll(forgetRows, db.Args{"merge": m.ID}); err != nil {
				return err
			}
			if _, err := tx.ChangeAll(dropMerge, db.Args{"id": m.ID}); err != nil {
				return err
			}
		}
		others, err := db.All[idRow](tx, mergedInto, db.Args{"id": id})
		for _, o := range others {
			if err := purge(tx, o.ID); err != nil {
				return err
			}
		}
		return err
	}
}
