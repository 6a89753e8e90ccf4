package app

import (
	"testing"

	"zhike/internal/base/notice"
	"zhike/internal/base/outbox"
	"zhike/internal/base/setting"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
)

// Planted in what no answer, log or audit entry may hold.
const (
	canaryToken    = "canary-robot-token"
	canaryPassword = "canary-mail-password"
)

// keepsNotices gives every placement a notice of its owner's, and the administrator a
// channel and a delivery that failed.
func (w *world) keepsNotices(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	_, err := w.Settings.Change(ctx, w.actors["admin"], setting.Change{Values: map[string]any{"mail.host": "mail.example", "mail.from": "crm@mail.example", "mail.password": canaryPassword}})
	must(t, err)
	c, err := w.Outbox.Add(ctx, w.actors["admin"], outbox.NewChannel{Name: "销售群", Kind: "dingtalk", URL: crypt.NewSecret("https://oapi.dingtalk.com/robot/send?access_token=" + canaryToken), Secret: crypt.NewSecret("SEC" + canaryToken), Kinds: w.Notices.Kinds()})
	must(t, err)
	owners := map[string]string{"own": "east", "team": "mate", "above": "first"}
	for _, p := range placementNames {
		owner := owners[p]
		if owner == "" {
			owner = "second"
		}
		id, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (string, error) {
			if err := w.Notices.Send(tx, notice.New{To: w.users[owner], Kind: "customer_given", Params: map[string]string{"by": "某人", "customer": "某公司"}, Link: notice.Link{Kind: "customer", ID: w.placements[p]["customers"]}, About: w.placements[p]["customers"], Cause: "placed:" + p}); err != nil {
				return "", err
			}
			row, err := db.One[struct {
				ID string `db:"id"`
			}](tx, raisedFor, db.Args{"cause": "placed:" + p})
			return row.ID, err
		})
		must(t, err)
		w.placements[p]["notices"], w.placements[p]["channels"] = id, c.ID
	}
	_, err = db.Write(ctx, w.DB, program, func(tx *db.Tx) (int64, error) { // one that was read
		if err := w.Notices.Send(tx, notice.New{To: w.users["east"], Kind: "task_given", Params: map[string]string{"by": "某人"}, Cause: "placed:read"}); err != nil {
			return 0, err
		}
		return tx.ChangeAll(readOne, db.Args{"cause": "placed:read", "now": tx.At()})
	})
	must(t, err)
	failed, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (string, error) {
		if err := w.Outbox.ToChannel(tx, c, "notices", outbox.Text{Title: "标题", Lines: []string{"一行"}}, ""); err != nil {
			return "", err
		}
		d, err := db.One[struct {
			ID string `db:"id"`
		}](tx, firstDelivery, nil)
		if err != nil {
			return "", err
		}
		_, err = tx.ChangeAll(failDelivery, db.Args{"id": d.ID})
		return d.ID, err
	})
	must(t, err)
	for _, p := range placementNames {
		w.placements[p]["deliveries"] = failed
	}
}

var (
	raisedFor     = db.SQL(`SELECT n.id FROM {notices n} WHERE n.cause = :cause`, notice.Table)
	readOne       = db.SQL(`UPDATE {notices!change n} SET read_at = :now WHERE n.cause = :cause`, notice.Table)
	firstDelivery = db.SQL(`SELECT d.id FROM {deliveries d} ORDER BY d.id DESC LIMIT 1`, outbox.Deliveries)
	failDelivery  = db.SQL(`UPDATE {deliveries!change d} SET state = 'failed', reason = 'robot_gone' WHERE d.id = :id`, outbox.Deliveries)
)
