package owned

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/privacy"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/crm/task"
	"zhike/internal/platform/db"
)

// Service shows sealed values of what hangs on customers; customers and contacts have verbs of their own.
type Service struct {
	DB        *db.DB
	Customers *customer.Service
	Directory *directory.Service
}

// A kind of record whose sealed values are shown: where it stands, whose it is, and what reading it asks.
type kind struct {
	path, record, logged string
	table                *db.Table
	read                 access.Permission
	at                   db.Query
}

var kinds = []kind{
	{"/orders", "order", "order", order.Table, access.OrderRead, db.SQL(`SELECT o.customer_id FROM {orders o} WHERE o.id = :id AND o.deleted_at = 0`, order.Table)},
	{"/follow-ups", "follow-up", "follow_up", followup.Table, access.FollowUpRead, db.SQL(`SELECT f.customer_id FROM {follow_ups f} WHERE f.id = :id`, followup.Table)},
	{"/feedback", "feedback", "feedback", feedback.Table, access.FeedbackRead, db.SQL(`SELECT f.customer_id FROM {feedback f} WHERE f.id = :id AND f.deleted_at = 0`, feedback.Table)},
	{"/needs", "need", "need", need.Table, access.NeedRead, db.SQL(`SELECT n.customer_id FROM {needs n} WHERE n.id = :id AND n.deleted_at = 0`, need.Table)},
	{"/tasks", "task", "task", task.Table, access.TaskRead, db.SQL(`SELECT t.customer_id, t.owner_id, t.creator_id FROM {tasks t} WHERE t.id = :id`, task.Table)},
}

// Routes are a reveal of each kind.
func (s *Service) Routes(r *api.Router) {
	for _, k := range kinds {
		api.Do(r, api.Op{Path: k.path + "/{id}/reveal", May: access.SensitiveReveal, On: k.table, Loose: true},
			func(ctx context.Context, who access.Actor, id string, _ int64, in directory.RevealOf) (directory.Revealed, error) {
				return s.reveal(ctx, who, k, id, in)
			})
	}
}

// reveal shows a sealed value of a record by the rules of a contact's numbers: of the customer on which it hangs, or, of a task
// without one, to whom it belongs or who gave it.
func (s *Service) reveal(ctx context.Context, who access.Actor, k kind, id string, in directory.RevealOf) (directory.Revealed, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (out directory.Revealed, err error) {
		if !who.Can(k.read) {
			return out, db.ErrDenied
		}
		row, err := db.One[struct {
			Customer api.Ref `db:"customer_id"`
			Owner    api.Ref `db:"owner_id"`
			Creator  api.Ref `db:"creator_id"`
		}](tx, k.at, db.Args{"id": id})
		if err != nil {
			return out, err
		}
		h := directory.Hidden{Record: k.record, Kind: k.logged, ID: id, Of: privacy.CompanyID}
		if row.Customer == "" {
			h.Mine = string(row.Owner) == who.ID() || string(row.Creator) == who.ID()
			return s.Directory.RevealIn(tx, h, in)
		}
		h.Of = string(row.Customer)
		if h.At, err = s.Customers.Line(tx, h.Of); err != nil {
			return out, err
		}
		return s.Directory.RevealIn(tx, h, in)
	})
}
