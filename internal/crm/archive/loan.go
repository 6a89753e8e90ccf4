package archive

import (
	"context"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/audit"
	"zhike/internal/base/notice"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/job"
)

func causeOf(loan string) string { return "archive.loan:" + loan }

// Lend notes who takes the paper, what for and until when. Errors: 409 already_lent.
func (s *Service) Lend(ctx context.Context, who access.Actor, id string, _ int64, in Lending) (File, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none File, err error) {
		f, err := db.One[File](tx, get, db.Args{"id": id})
		if err != nil {
			return none, err
		}
		if err := tx.May(Table, id, change); err != nil {
			return none, err
		}
		today, err := setting.Today(tx)
		if err != nil {
			return none, err
		}
		if _, err := time.Parse(time.DateOnly, in.DueOn); err != nil || in.DueOn < today {
			return none, fault.Rule("invalid", "due_on")
		}
		if _, ok, err := account.Active(tx, in.BorrowerID); err != nil || !ok {
			if err == nil {
				err = fault.Rule("invalid", "borrower_id")
			}
			return none, err
		}
		purpose := strings.TrimSpace(in.Purpose)
		if purpose == "" {
			return none, fault.Rule("required", "purpose")
		}
		sealed, err := s.sealed(tx, f.CustomerID, purpose)
		if err != nil {
			return none, err
		}
		fresh, err := tx.InsertNew(Loans, newLoan{tx.NewID(), f.CustomerID, in.BorrowerID, who.ID(), tx.At(), in.DueOn, sealed})
		switch {
		case err != nil:
			return none, err
		case !fresh:
			return none, errLent
		}
		if err := tx.Set(filed, id, f.Version, db.Args{"used_at": tx.At()}); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "archive.lend", Kind: "archive", Record: id, Customer: f.CustomerID,
			Details: map[string]any{"number": f.Code, "borrower": in.BorrowerID, "due_on": in.DueOn}}); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// Return notes that the paper lies in its place again. Errors: 409 not_lent.
func (s *Service) Return(ctx context.Context, who access.Actor, id string, _ int64) (File, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none File, err error) {
		f, err := db.One[File](tx, get, db.Args{"id": id})
		if err != nil {
			return none, err
		}
		if err := tx.May(Table, id, change); err != nil {
			return none, err
		}
		all, err := db.All[Loan](tx, loans, db.Args{"customer": f.CustomerID})
		if err != nil {
			return none, err
		}
		if f.BorrowerID == "" || len(all) == 0 {
			return none, errNotLent
		}
		if err := tx.Set(back, all[0].ID, 0, db.Args{"returned_at": tx.At(), "returned_by": who.ID()}); err != nil {
			return none, err
		}
		if err := tx.Set(filed, id, f.Version, db.Args{"used_at": tx.At()}); err != nil {
			return none, err
		}
		if err := s.Notices.End(tx, causeOf(all[0].ID)); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "archive.return", Kind: "archive", Record: id, Customer: f.CustomerID,
			Details: map[string]any{"number": f.Code, "borrower": all[0].BorrowerID}}); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// Late tells who kept paper longer than he said; each loan once, until it is back.
func (s *Service) Late(ctx context.Context, _ job.Job) error {
	_, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		today, err := setting.Today(tx)
		if err != nil {
			return 0, err
		}
		all, err := db.All[struct {
			ID       string `db:"id"`
			Customer string `db:"customer_id"`
			Borrower string `db:"borrower_id"`
			DueOn    string `db:"due_on"`
			Code     string `db:"code"`
			Name     string `db:"name"`
		}](tx, late, db.Args{"today": today})
		for _, l := range all {
			if err := s.Notices.Send(tx, notice.New{To: l.Borrower, Kind: Overdue, Params: map[string]string{"number": l.Code, "due": l.DueOn},
				Link: notice.Link{Kind: "customer", ID: l.Customer}, About: l.Customer, Cause: causeOf(l.ID)}); err != nil {
				return 0, err
			}
		}
		return 0, err
	})
	return err
}
