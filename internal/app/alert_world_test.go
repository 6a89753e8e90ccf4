package app

import (
	"testing"

	"zhike/internal/crm/alert"
	"zhike/internal/platform/db"
)

var alertOf = db.SQL(`SELECT a.id FROM {alerts a} WHERE a.rule_id = :rule AND a.customer_id = :customer`, alert.Table)

// alerted raises an alert for every placement: those with an owner by a sweep of a rule that all
// customers meet, the others as what stands of a time before they lost him.
func (w *world) ruled(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	r, err := w.Alerts.Create(ctx, w.actor(t, "admin"), alert.New{Name: "食品制造", Active: true, Subject: alert.OfCustomer, Filter: `{"field":"industry","op":"under","value":["C14"]}`, Clock: alert.None,
		Rungs: []alert.Rung{{Unit: alert.AtOnce, To: []string{"owner"}}}})
	must(t, err)
	w.rule = r.ID
}

// alerted raises that alert for every customer.
func (w *world) alerted(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	must(t, w.Alerts.Sweep(ctx))
	for _, p := range placementNames {
		id, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (string, error) {
			row, found, err := db.Maybe[struct {
				ID string `db:"id"`
			}](tx, alertOf, db.Args{"rule": w.rule, "customer": w.placements[p]["customers"]})
			if err != nil || found {
				return row.ID, err
			}
			return w.standing(tx, p, "customers")
		})
		must(t, err)
		w.placements[p]["alerts"] = id
	}
}

// standing is an alert of that rule about something of a placement, as a sweep would have raised it.
func (w *world) standing(tx *db.Tx, p, record string) (string, error) {
	id := tx.NewID()
	return id, tx.Load(alert.Table, struct {
		ID       string                     `db:"id"`
		Rule     string                     `db:"rule_id"`
		Customer string                     `db:"customer_id"`
		Record   string                     `db:"record_id"`
		Anchor   int64                      `db:"anchor"`
		Rung     int64                      `db:"rung"`
		Owner    string                     `db:"owner_id"`
		Params   db.JSON[map[string]string] `db:"params"`
		RaisedAt int64                      `db:"raised_at"`
		ToldAt   int64                      `db:"told_at"`
	}{id, w.rule, w.placements[p]["customers"], w.placements[p][record], 0, 0, "", db.Of(map[string]string{"rule": "食品制造"}), tx.At(), tx.At()})
}
