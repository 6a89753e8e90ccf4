// Package journey is 客户旅程: the stages a customer goes through, and every step of it.
package journey

import (
	"context"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/dictionary"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/required"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Service moves customers.
type Service struct {
	DB        *db.DB
	Book      *dictionary.Book
	Customers *customer.Service
}

// Move takes a customer to another stage of its journey.
type Move struct {
	To     string `json:"to" minLength:"1" maxLength:"40" doc:"A stage's code."`
	Reason string `json:"reason,omitempty" maxLength:"200" doc:"A loss_reason's code when the customer is lost; in words when a stage is skipped."`
	Note   string `json:"note,omitempty" maxLength:"1000"`
}

// A Moved is one step of the journey.
type Moved struct {
	ID     string   `db:"id" json:"id"`
	From   api.Text `db:"from_stage" json:"from"`
	To     string   `db:"to_stage" json:"to"`
	At     api.Time `db:"at" json:"at"`
	ByID   api.Text `db:"by_id" json:"by_id"`
	ByName api.Text `db:"by_name" json:"by_name"`
	Reason api.Text `db:"reason" json:"reason"`
	Note   api.Text `json:"note"`
	Days   float64  `json:"days" doc:"In the stage that was left."`

	Sealed []byte `db:"texts" json:"-"`
	Stayed int64  `db:"stayed_ms" json:"-"`
}

var moves = db.SQL(`SELECT m.id, m.from_stage, m.to_stage, m.at, m.by_id, u.name AS by_name, m.reason, m.texts, m.stayed_ms
		FROM {stage_moves m} LEFT JOIN {users u} ON u.id = m.by_id WHERE m.customer_id = :customer ORDER BY m.id DESC LIMIT 200`, customer.Moves, account.Users)

var (
	errEvidence = fault.Rule("stage_evidence", "reason")
	errSkip     = fault.Rule("stage_skip_reason", "reason")
	errReview   = fault.New(fault.Conflict, "review_pending")
)

// Judged is how a move between stages is seen: what it asks for, or that it may go.
func Judged(from, to dictionary.Stage, review, reason string, back, lossReason bool) error {
	switch {
	case !to.Active:
		return fault.Rule("invalid", "to")
	case to.Status == dictionary.StatusWon && review != customer.Effective:
		return errReview // until it takes effect a customer holds no contract (DOMAIN §14.3)
	case to.Phase == dictionary.Lost && from.Phase != dictionary.Lost && !lossReason:
		return errEvidence
	case !slices.Contains(from.Next.V, to.Code) && !back && reason == "":
		return errSkip
	}
	return nil
}

// Move moves a customer; every step is kept with who, when, why and how long it stayed.
// Errors: 422 stage_evidence (lost without a reason), stage_skip_reason; 409
// review_pending before the customer has taken effect.
func (s *Service) Move(ctx context.Context, who access.Actor, id string, version int64, in Move) (customer.Customer, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none customer.Customer, err error) {
		if err := s.MoveIn(tx, id, version, in); err != nil {
			return none, err
		}
		return s.Customers.Load(tx, id)
	})
}

// MoveIn is Move inside a unit.
func (s *Service) MoveIn(tx *db.Tx, id string, version int64, in Move) error {
	c, err := s.Customers.Line(tx, id)
	if err != nil {
		return err
	}
	if version > 0 && c.Version != version {
		return db.ErrStale
	}
	if err := tx.May(customer.Table, id, db.Change(string(access.CustomerWrite))); err != nil {
		return err
	}
	w, err := s.Book.In(tx)
	if err != nil {
		return err
	}
	from, _ := w.StageByCode(dictionary.OfCustomer, c.Stage)
	to, ok := w.StageByCode(dictionary.OfCustomer, in.To)
	if !ok || to.Code == c.Stage {
		return fault.Rule("invalid", "to")
	}
	last, err := db.All[Moved](tx, moves, db.Args{"customer": id})
	if err != nil {
		return err
	}
	back := len(last) > 0 && string(last[0].From) == to.Code // one step back, as undo does
	if err := Judged(from, to, c.Review, in.Reason, back, w.Has("loss_reason", in.Reason)); err != nil {
		return err
	}
	staged, err := s.Customers.Required.Staged(tx)
	if err != nil {
		return err
	}
	if staged {
		if err := s.asks(tx, id, to); err != nil {
			return err
		}
	}
	set := db.Args{"stage_id": to.ID, "stage": to.Code, "status": to.Status, "stage_entered_at": tx.At()}
	if to.Status == dictionary.StatusWon && c.WonAt == 0 {
		set["won_at"] = tx.At()
	}
	if from.Phase == dictionary.Lost && to.Phase == dictionary.Lead {
		set["reactivated"] = true
	}
	in.Reason, in.Note = customer.Coded(w, "loss_reason", in.Reason, in.Note)
	switch {
	case to.Status == dictionary.StatusLost && from.Status != to.Status:
		set["lost_at"], set["loss_reason"] = tx.At(), in.Reason
	case to.Status != dictionary.StatusLost:
		set["lost_at"] = int64(0)
	}
	if err := tx.Set(customer.Moving, id, version, set); err != nil {
		return err
	}
	note, err := s.Customers.SealNote(tx, id, in.Note)
	if err != nil {
		return err
	}
	if err := s.Customers.Step(tx, id, from, to, in.Reason, note, tx.At()-int64(c.StageEnteredAt)); err != nil {
		return err
	}
	if staged {
		if err := s.Customers.MissingAnew(tx, id); err != nil {
			return err
		}
	}
	return audit.Note(tx, audit.Entry{Action: "customer.move", Kind: "customer", Record: id, Customer: id,
		Changes: []audit.Change{{Field: "stage", Old: c.Stage, New: to.Code}}, Details: map[string]any{"reason": in.Reason}})
}

// asks refuses a step to a stage that asks for fields which are not filled: 422, one error a field.
func (s *Service) asks(tx *db.Tx, id string, to dictionary.Stage) error {
	c, err := s.Customers.Case(tx, id)
	if err != nil {
		return err
	}
	who, _ := tx.Who().(access.Actor)
	missing, err := s.Customers.Required.Entering(tx, who, c, to)
	if err != nil {
		return err
	}
	return required.Refused(missing)
}

// Of gives the journey of one customer, newest first.
func (s *Service) Of(ctx context.Context, who access.Actor, id string, _ struct{}) (api.Items[Moved], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Moved], err error) {
		out.Items, err = s.In(tx, id)
		return out, err
	})
}

// In is Of inside a unit.
func (s *Service) In(tx *db.Tx, id string) ([]Moved, error) {
	all, err := db.All[Moved](tx, moves, db.Args{"customer": id})
	if err != nil {
		return nil, err
	}
	near, err := tx.Reaches(customer.Table, id, db.Add(string(access.FollowUpWrite)))
	if err != nil {
		return nil, err
	}
	for i := range all {
		m := &all[i]
		m.Days = float64(m.Stayed*10/(24*3600*1000)) / 10
		if m.Note, err = s.Customers.OpenNote(tx, id, m.Sealed, near); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Routes are the operations on a customer's journey.
func (s *Service) Routes(r *api.Router) {
	api.Do(r, api.Op{Path: "/customers/{id}/move", May: access.CustomerWrite, On: customer.Table}, s.Move)
	api.ListUnder(r, api.Op{Path: "/customers/{id}/moves", May: access.CustomerRead, On: customer.Table}, s.Of)
}
