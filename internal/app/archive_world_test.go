package app

import (
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/crm/archive"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/journey"
	"zhike/internal/platform/db"
)

// shelved is the file of a customer that was archived once and reopened; lent says that its paper is out.
func (w *world) shelved(t *testing.T, customerID string, lent bool) string {
	t.Helper()
	id, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (string, error) {
		key, err := w.Vault.Of(tx, customerID)
		if err != nil {
			return "", err
		}
		id, text := tx.NewID(), key.Seal("archives/texts/"+customerID, []byte(`"电话`+canaryText+`"`))
		if err := tx.Load(archive.Table, struct {
			ID       string `db:"id"`
			Customer string `db:"customer_id"`
			Code     string `db:"code"`
			Standing bool   `db:"standing"`
			Year     int64  `db:"year"`
			Texts    []byte `db:"texts"`
			At       int64  `db:"archived_at"`
			By       string `db:"archived_by"`
			Used     int64  `db:"used_at"`
			Created  int64  `db:"created_at"`
			Updated  int64  `db:"updated_at"`
		}{id, customerID, "DA" + customerID, false, 2025, text, tx.At(), w.users["leader"], tx.At(), tx.At(), tx.At()}); err != nil {
			return "", err
		}
		if err := tx.Load(archive.Moves, struct {
			ID       string `db:"id"`
			Customer string `db:"customer_id"`
			Kind     string `db:"kind"`
			At       int64  `db:"at"`
			By       string `db:"by_id"`
			Texts    []byte `db:"texts"`
		}{tx.NewID(), customerID, "reopened", tx.At(), w.users["leader"], text}); err != nil || !lent {
			return id, err
		}
		return id, tx.Load(archive.Loans, struct {
			ID       string `db:"id"`
			Customer string `db:"customer_id"`
			Borrower string `db:"borrower_id"`
			LentBy   string `db:"lent_by"`
			At       int64  `db:"lent_at"`
			DueOn    string `db:"due_on"`
			Texts    []byte `db:"texts"`
		}{tx.NewID(), customerID, w.users["second"], w.users["leader"], tx.At(), "2026-03-10", text})
	})
	must(t, err)
	return id
}

// settle has the customers of all placements stand as a verb of the archive wants them, and as they were for any other.
func (w *world) settle(t *testing.T, operation string) {
	t.Helper()
	_, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (int, error) {
		tx.Noted()
		for _, p := range placementNames {
			status := map[string]string{"own": "interested"}[p] // it moved on to negotiating
			switch {
			case operation == "POST /customers/{id}/archive":
				status = "lost"
			case status == "":
				status = "potential"
			}
			if err := tx.Set(archive.Closing, w.placements[p]["customers"], 0, db.Args{"archived": operation == "POST /customers/{id}/reopen"}); err != nil {
				return 0, err
			}
			if err := tx.Set(customer.Moving, w.placements[p]["customers"], 0, db.Args{"status": status}); err != nil {
				return 0, err
			}
		}
		return 0, nil
	})
	must(t, err)
}

// archived is a customer of east's that was lost and that the leader archived; its paper is with mate.
func (w *world) archived(t *testing.T, name string) customer.Customer {
	t.Helper()
	ctx := t.Context()
	c, err := w.Customers.Create(ctx, w.actors["east"], customer.New{Change: customer.Change{Name: api.Some(name), Industry: api.Some("C14")}, Duplicates: "new"})
	must(t, err)
	c, err = w.Journeys.Move(ctx, w.actors["east"], c.ID, c.Version, journey.Move{To: "ended", Reason: "price"})
	must(t, err)
	c, err = w.Archives.Put(ctx, w.actors["leader"], c.ID, c.Version, archive.Putting{Category: "lost", Place: "2号柜3层", Note: "合同原件2份"})
	must(t, err)
	r, err := w.Archives.Of(ctx, w.actors["leader"], c.ID)
	must(t, err)
	_, err = w.Archives.Lend(ctx, w.actors["leader"], r.File.ID, 0, archive.Lending{BorrowerID: w.users["mate"], Purpose: "核对旧合同", DueOn: "2026-03-05"})
	must(t, err)
	return c
}
