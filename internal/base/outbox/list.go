package outbox

import (
	"context"
	"errors"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// A Delivery as the administrator sees it: where it goes and how it stands, not what it says.
type Delivery struct {
	ID        string   `db:"id" json:"id"`
	Way       string   `db:"way" json:"way" enum:"mail,wecom,dingtalk,feishu,webhook"`
	ChannelID string   `db:"channel_id" json:"channel_id"`
	Channel   api.Text `db:"channel_name" json:"channel"`
	User      api.Text `db:"user_name" json:"user"`
	Kind      string   `db:"kind" json:"kind"`
	State     string   `db:"state" json:"state" enum:"waiting,sending,sent,failed,held"`
	Attempts  int64    `db:"attempts" json:"attempts"`
	Reason    api.Text `db:"reason" json:"reason"`
	Code      api.Num  `db:"code" json:"code"`
	CreatedAt api.Time `db:"created_at" json:"created_at"`
	TriedAt   api.Time `db:"tried_at" json:"tried_at"`
	EndedAt   api.Time `db:"ended_at" json:"ended_at"`
}

func (d Delivery) RecordID() string { return d.ID }

// Query of the list.
type Query struct {
	State  string `query:"state" enum:"waiting,sending,sent,failed,held" doc:"Left out: all."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"2000"`
}

var (
	listed = db.SQL(`SELECT d.id, d.way, d.channel_id, coalesce(c.name, '') AS channel_name, coalesce(u.name, '') AS user_name, d.kind, d.state, d.attempts, d.reason, d.code, d.created_at, d.tried_at, d.ended_at
		FROM {deliveries d} LEFT JOIN {channels c} ON c.id = d.channel_id LEFT JOIN {users u} ON u.id = d.user_id
		WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Deliveries, Channels, account.Users)
	again = db.SQL(`UPDATE {deliveries!change d} SET state = 'waiting', attempts = 0, repeats = 0, reason = '', code = 0, ended_at = 0 WHERE d.id = :id AND d.state = 'failed' AND d.text IS NOT NULL`, Deliveries)
	old   = db.SQL(`DELETE FROM {deliveries!change d} WHERE d.ended_at > 0 AND d.ended_at < :before`, Deliveries)
)

// Deliveries lists what left, waits or failed, the newest first.
func (s *Service) Deliveries(ctx context.Context, who access.Actor, q Query) (api.Page[Delivery], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[Delivery], err error) {
		w := db.With{Order: db.Down("d.created_at", "d.id"), After: q.Cursor, Limit: q.Limit, Key: q.State}
		if q.State != "" {
			w.Where = append(w.Where, db.When("d.state = :state", db.Args{"state": q.State}))
		}
		rows, err := db.Page[Delivery](tx, listed, nil, w)
		return api.Page[Delivery]{Items: rows.Rows, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}, err
	})
}

// Retry has a failed delivery tried anew.
func (s *Service) Retry(ctx context.Context, who access.Actor, id string, _ int64) (Delivery, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Delivery, err error) {
		if err := tx.Change(again, db.Args{"id": id}); errors.Is(err, db.ErrStale) {
			return none, fault.New(fault.Conflict, "not_failed")
		} else if err != nil {
			return none, err
		}
		if err := s.enqueue(tx, id, time.Time{}); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "delivery.retry", Kind: "delivery", Record: id}); err != nil {
			return none, err
		}
		rows, err := db.Find[Delivery](tx, listed, nil, db.With{Where: []db.Cond{db.When("d.id = :id", db.Args{"id": id})}, Order: db.Down("d.created_at", "d.id"), Limit: 1})
		if err != nil || len(rows) == 0 {
			return none, err
		}
		return rows[0], nil
	})
}

// kept is how long a delivery that ended can be looked up.
const kept = 30 * 24 * time.Hour

// Forget drops deliveries that ended long ago.
func (s *Service) Forget(ctx context.Context) error {
	_, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int64, error) {
		return tx.ChangeAll(old, db.Args{"before": tx.Now().Add(-kept).UnixMilli()})
	})
	return err
}

var dropAbout = db.SQL(`DELETE FROM {deliveries!change d} WHERE d.about = :subject OR d.about = '*'`, Deliveries)

// Erased drops what would tell of a subject that was erased, or might: a text about several.
func (s *Service) Erased(tx *db.Tx, subject string) error {
	_, err := tx.As(program).ChangeAll(dropAbout, db.Args{"subject": subject})
	return err
}
