// Package telling says who hears of what others do with his customers and tasks.
//
// An owner always hears that his customer was given away, taken, put into the pool or the
// bin by another; these kinds cannot be switched off.
package telling

import (
	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/door"
	"zhike/internal/base/notice"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/merge"
	"zhike/internal/platform/db"
	"zhike/locale"
)

// The kinds of notices from here.
const (
	TaskGiven         = "task_given"
	CustomerGiven     = "customer_given"
	CustomerTaken     = "customer_taken"
	CustomerReleased  = "customer_released"
	CustomerClaimed   = "customer_claimed"
	CustomerBinned    = "customer_binned"
	CustomerMerged    = "customer_merged"
	CollaboratorAdded = "collaborator_added"
)

// Kinds as base/notice knows them.
var Kinds = []notice.Kind{
	{Code: TaskGiven}, {Code: CustomerGiven, Always: true, Mail: true}, {Code: CustomerTaken, Always: true, Mail: true}, {Code: CustomerReleased, Always: true, Mail: true},
	{Code: CustomerClaimed}, {Code: CustomerBinned, Always: true, Mail: true}, {Code: CustomerMerged, Always: true, Mail: true}, {Code: CollaboratorAdded},
	{Code: door.NewAddress, Mail: true}, {Code: door.AtNight}, {Code: door.Refusals, Urgent: true, Mail: true},
}

var program = access.Program("telling")

// Service tells.
type Service struct{ Notices *notice.Service }

type line struct {
	Name  string `db:"name"`
	Owner string `db:"owner"`
	Last  string `db:"last"`
}

// The name as the row keeps it: a person's is masked there.
var lineOf = db.SQL(`SELECT c.name, coalesce(c.owner_id, '') AS owner, coalesce(c.last_owner_id, '') AS last FROM {customers c} WHERE c.id = :id`, customer.Table)

func (s *Service) send(tx *db.Tx, to, kind, id, cause string) error {
	c, found, err := db.Maybe[line](tx.As(program), lineOf, db.Args{"id": id})
	if err != nil || !found {
		return err
	}
	by, err := name(tx)
	if err != nil {
		return err
	}
	return s.Notices.Send(tx, notice.New{To: to, Kind: kind, Params: map[string]string{"by": by, "customer": c.Name},
		Link: notice.Link{Kind: "customer", ID: id}, About: id, Cause: cause})
}

// name of whoever acts.
func name(tx *db.Tx) (string, error) {
	c, _, err := account.Active(tx, tx.Who().ID())
	if err != nil || c.Name == "" {
		return locale.Text(locale.Default, "notice.by.program", nil), err
	}
	return c.Name, nil
}

func given(customer, user string) string { return "customer.given:" + customer + ":" + user }

// OwnerChanged tells the new owner and the old one; of a claim, whoever had it last.
func (s *Service) OwnerChanged(tx *db.Tx, row customer.OwnerChange) error {
	from, to := string(row.From), string(row.To)
	if from != "" {
		if err := s.Notices.End(tx, given(row.Customer, from)); err != nil {
			return err
		}
	}
	if row.Kind == "claim" {
		c, found, err := db.Maybe[line](tx.As(program), lineOf, db.Args{"id": row.Customer})
		if err != nil || !found {
			return err
		}
		return s.send(tx, c.Last, CustomerClaimed, row.Customer, "customer.owner:"+row.ID)
	}
	if to != "" {
		if err := s.send(tx, to, CustomerGiven, row.Customer, given(row.Customer, to)); err != nil {
			return err
		}
	}
	kind := CustomerTaken
	if to == "" {
		kind = CustomerReleased
	}
	return s.send(tx, from, kind, row.Customer, "customer.owner:"+row.ID)
}

// Binned tells the owner that another put his customer into the recycle bin; that ends
// when it comes back.
func (s *Service) Binned(tx *db.Tx, id string, _ int64) error {
	c, found, err := db.Maybe[line](tx.As(program), lineOf, db.Args{"id": id})
	if err != nil || !found {
		return err
	}
	return s.send(tx, c.Owner, CustomerBinned, id, "customer.binned:"+id)
}

func (s *Service) Restored(tx *db.Tx, id string, _ int64) error {
	return s.Notices.End(tx, "customer.binned:"+id)
}

// Merged tells the owner of one of two customers that another made them one: it is the one
// that stays that he is told of. Parted ends it.
func (s *Service) Merged(tx *db.Tx, m merge.Merge, owner string) error {
	return s.send(tx, owner, CustomerMerged, m.CustomerID, "customer.merged:"+m.ID)
}

func (s *Service) Parted(tx *db.Tx, id string) error {
	return s.Notices.End(tx, "customer.merged:"+id)
}

// Joined tells somebody that he works with a customer; Left ends it.
func (s *Service) Joined(tx *db.Tx, id, user string) error {
	return s.send(tx, user, CollaboratorAdded, id, "collaborator:"+id+":"+user)
}

func (s *Service) Left(tx *db.Tx, id, user string) error {
	return s.Notices.End(tx, "collaborator:"+id+":"+user)
}

// Given tells somebody of a task that another gave him. Its title may name people: the
// list shows it to him, what leaves the house does not.
func (s *Service) Given(tx *db.Tx, id, user, customer string) error {
	by, err := name(tx)
	if err != nil {
		return err
	}
	return s.Notices.Send(tx, notice.New{To: user, Kind: TaskGiven, Params: map[string]string{"by": by}, Link: notice.Link{Kind: "task", ID: id}, About: customer, Cause: "task.given:" + id + ":" + user})
}

// Settled ends what was told of a task: it is done, gone, or somebody else's.
func (s *Service) Settled(tx *db.Tx, id, user string) error {
	return s.Notices.End(tx, "task.given:"+id+":"+user)
}
