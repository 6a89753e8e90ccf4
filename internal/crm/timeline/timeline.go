// Package timeline tells what happened with one customer, newest first, and what one's
// own day holds.
package timeline

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/search"
	"zhike/internal/base/setting"
	"zhike/internal/crm/archive"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/journey"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/crm/task"
	"zhike/internal/crm/trial"
	"zhike/internal/crm/winback"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// An Item is one thing that happened.
type Item struct {
	ID       string             `json:"id"`
	Kind     string             `json:"kind" enum:"follow_up,move,transfer,task,order,contact,created,need,feedback,win_back,trial,archive"`
	At       api.Time           `json:"at"`
	ByName   api.Text           `json:"by_name"`
	FollowUp *followup.FollowUp `json:"follow_up"`
	Need     *need.Need         `json:"need"`
	Feedback *feedback.Feedback `json:"feedback"`
	Data     map[string]any     `json:"data"`
}

// Query of a timeline.
type Query struct {
	Kind   string `query:"kind" maxLength:"80" doc:"One or several kinds, by commas."`
	Q      string `query:"q" maxLength:"100" doc:"Only what holds this text as the viewer reads it, in any case of letters. A page may hold fewer than the limit and have a next."`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"30"`
	Cursor string `query:"cursor" maxLength:"60"`
}

// Service reads across features.
type Service struct {
	DB        *db.DB
	Customers *customer.Service
	Directory *directory.Service
	Journeys  *journey.Service
	FollowUps *followup.Service
	Tasks     *task.Service
	Orders    *order.Service
	Needs     *need.Service
	Feedback  *feedback.Service
	WinBacks  *winback.Service
	Trials    *trial.Service
	Archives  *archive.Service
}

var (
	talks  = db.SQL(`SELECT f.id, f.happened_at AS at FROM {follow_ups f} WHERE f.customer_id = :customer AND f.happened_at <= :before ORDER BY f.happened_at DESC, f.id DESC LIMIT :most`, followup.Table)
	handed = db.SQL(`SELECT h.id, h.at, h.kind, x.name AS from_name, y.name AS to_name, b.name AS by_name, h.reason
		FROM {owner_changes h} LEFT JOIN {users x} ON x.id = h.from_id LEFT JOIN {users y} ON y.id = h.to_id LEFT JOIN {users b} ON b.id = h.by_id
		WHERE h.customer_id = :customer AND h.at <= :before ORDER BY h.id DESC LIMIT :most`, customer.OwnerChanges, account.Users)
)

// List gives one page of a customer's timeline.
func (s *Service) List(ctx context.Context, who access.Actor, id string, q Query) (api.Page[Item], error) {
	before, seen, err := read(q.Cursor)
	if err != nil {
		return api.Page[Item]{}, err
	}
	q.Q = strings.TrimSpace(q.Q)
	if err := search.Check(q.Q); err != nil {
		return api.Page[Item]{}, err
	}
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (api.Page[Item], error) {
		if q.Q != "" {
			return s.sought(tx, id, q, before, seen)
		}
		return s.page(tx, id, q, before, seen)
	})
}

// page is what happened before an instant, less those of it that were seen.
func (s *Service) page(tx *db.Tx, id string, q Query, before int64, seen int) (p api.Page[Item], err error) {
	wanted := func(kind string) bool { return q.Kind == "" || slices.Contains(strings.Split(q.Kind, ","), kind) }
	var all []Item
	for _, source := range []struct {
		kind string
		read func(*db.Tx, string, int64, int) ([]Item, error)
	}{{"follow_up", s.talks}, {"move", s.moves}, {"transfer", s.handed}, {"task", s.tasks}, {"order", s.orders}, {"contact", s.contacts}, {"created", s.created}, {"need", s.needs}, {"feedback", s.feedback}, {"win_back", s.winBacks}, {"trial", s.trials}, {"archive", s.archived}} {
		if !wanted(source.kind) {
			continue
		}
		items, err := source.read(tx, id, before, q.Limit+seen+1)
		if err != nil {
			return p, err
		}
		for _, i := range items {
			if int64(i.At) <= before {
				all = append(all, i)
			}
		}
	}
	slices.SortFunc(all, func(a, b Item) int {
		if a.At != b.At {
			return int(min(1, max(-1, b.At-a.At)))
		}
		return strings.Compare(b.ID, a.ID)
	})
	all = all[min(seen, len(all)):] // of the cursor's instant, those shown already
	if len(all) > q.Limit {
		all = all[:q.Limit]
		p.Next = api.Text(after(all, before, seen))
	}
	if p.Items = all; all == nil {
		p.Items = []Item{}
	}
	return p, s.fill(tx, p.Items)
}

// after is the cursor behind the last of items that were read from a cursor.
func after(items []Item, before int64, seen int) string {
	last, skip := int64(items[len(items)-1].At), 0
	for _, i := range items {
		if int64(i.At) == last {
			skip++
		}
	}
	if last == before {
		skip += seen
	}
	return strconv.FormatInt(last, 36) + "." + strconv.Itoa(skip)
}

// read reads a cursor: an instant, and how many of that instant were shown.
func read(cursor string) (before int64, seen int, err error) {
	if cursor == "" {
		return 1 << 60, 0, nil
	}
	at, n, _ := strings.Cut(cursor, ".")
	before, err1 := strconv.ParseInt(at, 36, 64)
	seen, err2 := strconv.Atoi(n)
	if err1 != nil || err2 != nil || seen < 0 || seen > 1000 {
		return 0, 0, fault.Rule("invalid", "cursor")
	}
	return before, seen, nil
}

type mark struct {
	ID string   `db:"id"`
	At api.Time `db:"at"`
}

func (s *Service) talks(tx *db.Tx, id string, before int64, n int) ([]Item, error) {
	if !may(tx, access.FollowUpRead) {
		return nil, nil
	}
	rows, err := db.All[mark](tx, talks, db.Args{"customer": id, "before": before, "most": n})
	var out []Item
	for _, r := range rows {
		out = append(out, Item{ID: r.ID, Kind: "follow_up", At: r.At})
	}
	return out, err
}

func may(tx *db.Tx, p access.Permission) bool { return tx.Who().May(string(p)) }

// fill loads the talks of a page whole.
func (s *Service) fill(tx *db.Tx, items []Item) error {
	var ids []string
	for _, i := range items {
		if i.Kind == "follow_up" {
			ids = append(ids, i.ID)
		}
	}
	if err := s.fillService(tx, items); err != nil || ids == nil {
		return err
	}
	rows, err := s.FollowUps.Many(tx, ids)
	if err != nil {
		return err
	}
	for i := range items {
		for k := range rows {
			if rows[k].ID == items[i].ID {
				items[i].FollowUp, items[i].ByName = &rows[k], rows[k].AuthorName
			}
		}
	}
	return nil
}

func (s *Service) moves(tx *db.Tx, id string, _ int64, _ int) ([]Item, error) {
	rows, err := s.Journeys.In(tx, id)
	var out []Item
	for _, r := range rows {
		if r.From != "" {
			out = append(out, Item{ID: r.ID, Kind: "move", At: r.At, ByName: r.ByName,
				Data: map[string]any{"from": r.From, "to": r.To, "reason": r.Reason, "note": r.Note, "days": r.Days}})
		}
	}
	return out, err
}

type handedRow struct {
	mark
	Kind   string   `db:"kind"`
	From   api.Text `db:"from_name"`
	To     api.Text `db:"to_name"`
	By     api.Text `db:"by_name"`
	Reason api.Text `db:"reason"`
}

func (s *Service) handed(tx *db.Tx, id string, before int64, n int) ([]Item, error) {
	rows, err := db.All[handedRow](tx, handed, db.Args{"customer": id, "before": before, "most": n})
	var out []Item
	for _, r := range rows {
		out = append(out, Item{ID: r.ID, Kind: "transfer", At: r.At, ByName: r.By, Data: map[string]any{"kind": r.Kind, "from": r.From, "to": r.To, "reason": r.Reason}})
	}
	return out, err
}

func (s *Service) tasks(tx *db.Tx, id string, _ int64, n int) ([]Item, error) {
	if !may(tx, access.TaskRead) {
		return nil, nil
	}
	rows, err := s.Tasks.Of(tx, id, n)
	var out []Item
	for _, t := range rows {
		at := t.CreatedAt
		if t.DoneAt > 0 {
			at = t.DoneAt
		}
		out = append(out, Item{ID: t.ID, Kind: "task", At: at, ByName: t.OwnerName,
			Data: map[string]any{"title": t.Title, "due_at": t.DueAt, "done_at": t.DoneAt, "state": t.State, "version": t.Version}})
	}
	return out, err
}

// orders stand on the timeline on the day they were placed; at the minute they were written
// down where that was the same day.
func (s *Service) orders(tx *db.Tx, id string, _ int64, n int) ([]Item, error) {
	if !may(tx, access.OrderRead) {
		return nil, nil
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return nil, err
	}
	rows, err := s.Orders.Latest(tx, id, n)
	var out []Item
	for _, o := range rows {
		at, _ := time.ParseInLocation(time.DateOnly, o.OrderedOn, zone)
		if created := o.CreatedAt.Time().In(zone); created.Format(time.DateOnly) == o.OrderedOn {
			at = created
		}
		out = append(out, Item{ID: o.ID, Kind: "order", At: api.On(at), ByName: o.OwnerName,
			Data: map[string]any{"code": o.Code, "ordered_on": o.OrderedOn, "amount_fen": o.AmountFen, "products": o.Products, "state": o.State, "version": o.Version}})
	}
	return out, err
}

func (s *Service) contacts(tx *db.Tx, id string, _ int64, _ int) ([]Item, error) {
	rows, err := s.Directory.People(tx, id)
	var out []Item
	for _, c := range rows {
		out = append(out, Item{ID: c.ID, Kind: "contact", At: c.CreatedAt, Data: map[string]any{"name": c.Name, "title": c.Title, "role": c.Role}})
		for _, p := range c.AlsoAt {
			out = append(out, Item{ID: c.ID + " " + p.CustomerID, Kind: "contact", At: p.Since, Data: map[string]any{"name": c.Name, "title": p.Title, "role": p.Role, "also_at": p.Name}})
		}
	}
	if err != nil {
		return out, err
	}
	too, err := s.Directory.AffiliatesIn(tx, id)
	for _, a := range too {
		out = append(out, Item{ID: a.ID, Kind: "contact", At: a.CreatedAt, Data: map[string]any{"name": a.Name, "title": a.Title, "role": a.Role, "affiliate": true}})
	}
	return out, err
}

func (s *Service) created(tx *db.Tx, id string, _ int64, _ int) ([]Item, error) {
	c, err := s.Customers.Line(tx, id)
	return []Item{{ID: c.ID, Kind: "created", At: c.CreatedAt, ByName: c.CreatorName, Data: map[string]any{"code": c.Code}}}, err
}

// Routes are the operations that read across features.
func (s *Service) Routes(r *api.Router) {
	api.ListUnder(r, api.Op{Path: "/customers/{id}/timeline", May: access.CustomerRead, On: customer.Table}, s.List)
	api.ListUnder(r, api.Op{Path: "/customers/{id}/history", May: access.CustomerRead, On: customer.Table}, s.History)
	api.List(r, api.Op{Path: "/home", May: access.Self}, s.Home)
}
