package timeline

import (
	"context"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/quality"
	"zhike/internal/crm/task"
	"zhike/internal/platform/db"
)

var (
	untouched = db.SQL(`SELECT count(*) AS n FROM (SELECT c.id FROM {customers c} WHERE c.last_follow_up_at > 0 AND c.last_follow_up_at < :before AND NOT c.archived LIMIT 1001) x`, customer.Table)
	drafts    = db.SQL(`SELECT count(*) AS n FROM (SELECT c.id FROM {customers c} WHERE c.owner_id = :me AND c.review <> 'effective' AND NOT c.archived LIMIT 1001) x`, customer.Table)
	recent    = db.SQL(`SELECT c.id, c.name, c.kind FROM {customers c} WHERE c.owner_id = :me AND NOT c.archived ORDER BY c.last_follow_up_at DESC, c.id DESC LIMIT :most`, customer.Table)
	seen      = db.SQL(`SELECT c.id, c.name, c.kind FROM {customers c} WHERE c.id IN (:ids) AND NOT c.archived`, customer.Table)
)

// Home is what one's own day holds.
type Home struct {
	TasksToday   int64    `json:"tasks_today"`
	Overdue      int64    `json:"overdue"`
	PromisesWeek int64    `json:"promises_week"`
	Untouched    int64    `json:"untouched" doc:"Customers in reach whose last talk was more than 30 days ago: what the list view of that name shows."`
	Waiting      int64    `json:"waiting" doc:"One's own drafts that have not taken effect."`
	ToCheck      int64    `json:"to_check" doc:"One's own customers that are still to be checked in this period."`
	Recent       []Recent `json:"recent"`
}

// Recent is a customer one worked with lately.
type Recent struct {
	ID   string `db:"id" json:"id"`
	Name string `db:"name" json:"name"`
	Kind string `db:"kind" json:"kind"`
}

// untouchedDays is the bound of the list view “30 days without a follow-up”.
const untouchedDays = 30

// A Day asks for one's own.
type Day struct {
	Seen string `query:"seen" maxLength:"800" doc:"Ids of customers that this browser opened lately, the latest first, by commas: those that are still reached come first among the recent ones."`
}

// most are how many recent customers are told.
const most = 8

// Home tells a person what to do now.
func (s *Service) Home(ctx context.Context, who access.Actor, q Day) (Home, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (h Home, err error) {
		for _, c := range []struct {
			into *int64
			read func() (int64, error)
		}{
			{&h.TasksToday, func() (int64, error) { return s.Tasks.Counted(tx, task.Query{View: "today"}) }},
			{&h.Overdue, func() (int64, error) { return s.Tasks.Counted(tx, task.Query{View: "overdue"}) }},
			{&h.PromisesWeek, func() (int64, error) { return s.FollowUps.DuePromises(tx, "week") }},
			{&h.Untouched, func() (int64, error) {
				n, err := db.One[db.Count](tx, untouched, db.Args{"before": tx.Now().AddDate(0, 0, -untouchedDays).UnixMilli()})
				return n.N, err
			}},
			{&h.ToCheck, func() (int64, error) { return quality.Owing(tx, who.Place()) }},
			{&h.Waiting, func() (int64, error) {
				n, err := db.One[db.Count](tx, drafts, db.Args{"me": who.Place()})
				return n.N, err
			}},
		} {
			if *c.into, err = c.read(); err != nil {
				return h, err
			}
		}
		if h.Recent, err = latest(tx, who, q.Seen); err != nil {
			return h, err
		}
		var ids []string
		for _, r := range h.Recent {
			ids = append(ids, r.ID)
		}
		clear, err := s.Customers.ClearNames(tx, ids)
		for i, r := range h.Recent {
			if name, ok := clear[r.ID]; ok {
				h.Recent[i].Name = name
			}
		}
		return h, err
	})
}

// latest are the customers that one opened lately, then one's own that were talked to last.
func latest(tx *db.Tx, who access.Actor, opened string) ([]Recent, error) {
	all, err := db.All[Recent](tx, recent, db.Args{"me": who.ID(), "most": most})
	if err != nil || opened == "" {
		return all, err
	}
	ids := strings.Split(opened, ",")
	ids = ids[:min(len(ids), 2*most)] // some may be out of reach by now
	rows, err := db.All[Recent](tx, seen, db.Args{"ids": ids})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b Recent) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	for _, r := range all {
		if !slices.ContainsFunc(rows, func(x Recent) bool { return x.ID == r.ID }) {
			rows = append(rows, r)
		}
	}
	return rows[:min(len(rows), most)], nil
}
