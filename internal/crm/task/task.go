// Package task keeps what somebody has to do, and by when.
package task

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/privacy"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Table of tasks: reached by owner, maker and their leaders, and by whoever reads the follow-ups of its customer.
var Table = db.Owned("tasks",
	db.Rights{See: db.See(string(access.TaskRead)), Add: db.Add(string(access.TaskWrite)), Change: db.Change(string(access.TaskWrite))},
	db.Columns{Owner: "owner_id", Department: "department_id", Creator: "creator_id", Binned: "deleted_at", CreatorReaches: true,
		Parent: customer.Table, Via: "customer_id", Through: db.See(string(access.FollowUpRead))}).Guard("done_at")

var (
	give   = Table.Setter(db.Change(string(access.TaskWrite)), "owner_id", "department_id")
	settle = Table.Setter(db.Change(string(access.TaskWrite)), "done_at")
	hide   = Table.Setter(db.Change(string(access.TaskWrite)), "deleted_at")
)

// A Task as its readers see it. Title and remark may name people: they are sealed.
type Task struct {
	ID           string     `db:"id" json:"id"`
	Title        string     `json:"title" field:"text,class=personal,default,required"`
	Remark       api.Text   `json:"remark" field:"long_text,class=personal"`
	OwnerID      api.Ref    `db:"owner_id" json:"owner_id" field:"user,class=internal,filter,default,null"`
	OwnerName    api.Text   `db:"owner_name" json:"owner_name"`
	CreatorID    api.Ref    `db:"creator_id" json:"creator_id" field:"user,class=internal,filter,list,readonly,null"`
	DueAt        api.Time   `db:"due_at" json:"due_at" field:"datetime,class=internal,filter,sort,default,required"`
	Priority     string     `db:"priority" json:"priority" field:"choice,dict=priority,class=internal,filter,default"`
	CustomerID   api.Ref    `db:"customer_id" json:"customer_id" field:"customer,class=internal,filter,default,null"`
	CustomerName api.Text   `db:"customer_name" json:"customer_name"`
	FollowUpID   api.Ref    `db:"follow_up_id" json:"follow_up_id"`
	DoneAt       api.Time   `db:"done_at" json:"done_at" field:"datetime,class=internal,filter,list,readonly"`
	State        string     `json:"state" enum:"open,done"`
	Overdue      bool       `json:"overdue"`
	CreatedAt    api.Time   `db:"created_at" json:"created_at" field:"datetime,class=internal,list,readonly"`
	Custom       own.Custom `db:"custom" json:"custom" doc:"The company's own fields, by name."`
	Version      int64      `db:"version" json:"version"`

	Sealed       []byte  `db:"texts" json:"-"`
	CustomerKind string  `db:"customer_kind" json:"-"`
	Subject      api.Ref `db:"subject" json:"-"`
}

func (t Task) Revision() int64  { return t.Version }
func (t Task) RecordID() string { return t.ID }

// Catalogue of tasks.
var Catalogue = customfield.Read[Task]("task", "t")

// Fields are the catalogue, with those that the company added.
func (s *Service) Fields() *customfield.Catalogue { return s.Customers.Own.Adding(Catalogue) }

// New is what a caller says of one.
type New struct {
	Title      string   `json:"title" minLength:"1" maxLength:"200"`
	Remark     string   `json:"remark,omitempty" maxLength:"2000"`
	OwnerID    string   `json:"owner_id,omitempty" maxLength:"64" doc:"Left out: whoever makes it."`
	DueAt      api.Time `json:"due_at"`
	Priority   string   `json:"priority,omitempty" enum:"high,medium,low"`
	CustomerID string   `json:"customer_id,omitempty" maxLength:"64"`

	Custom map[string]any `json:"custom,omitempty" doc:"Values of the company's own fields, by name."`

	FollowUpID string `json:"-"`
}

// Change is what a caller may change.
type Change struct {
	Title    api.Opt[string]   `json:"title,omitempty,omitzero" minLength:"1" maxLength:"200"`
	Remark   api.Opt[string]   `json:"remark,omitempty,omitzero" maxLength:"2000"`
	OwnerID  api.Opt[string]   `json:"owner_id,omitempty,omitzero" maxLength:"64"`
	DueAt    api.Opt[api.Time] `json:"due_at,omitempty,omitzero"`
	Priority api.Opt[string]   `json:"priority,omitempty,omitzero" enum:"high,medium,low"`

	Custom map[string]any `json:"custom,omitempty" doc:"Values of the company's own fields, by name; null clears, what is left out stays."`
}

type texts struct {
	Title  string `json:"title"`
	Remark string `json:"remark,omitempty"`
}

// Service is what may be done with tasks.
type Service struct {
	DB        *db.DB
	Vault     *privacy.Vault
	Book      *dictionary.Book
	Customers *customer.Service
	// Whoever is given a task is told; that ends when it is done, gone, or somebody else's.
	Given   func(tx *db.Tx, id, user, customer string) error
	Settled func(tx *db.Tx, id, user string) error
}

// columns are those of a Task.
const columns = `t.id, t.texts, t.owner_id, o.name AS owner_name, t.creator_id, t.due_at, t.priority, t.customer_id AS subject, c.id AS customer_id,
		coalesce(c.name, '') AS customer_name, coalesce(c.kind, '') AS customer_kind, t.follow_up_id, t.done_at, t.created_at, t.custom, t.version`

var (
	get = db.SQL(`SELECT `+columns+`
		FROM {tasks t} LEFT JOIN {users o} ON o.id = t.owner_id LEFT JOIN {customers c} ON c.id = t.customer_id WHERE t.id = :id`, Table, account.Users, customer.Table)
	list = db.SQL(`SELECT `+columns+`
		FROM {tasks t} LEFT JOIN {users o} ON o.id = t.owner_id LEFT JOIN {customers c} ON c.id = t.customer_id
		WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table, account.Users, customer.Table)
	count      = db.SQL(`SELECT count(*) AS n FROM (SELECT t.id FROM {tasks t} WHERE {filter} LIMIT {limit}) x`, Table)
	living     = db.SQL(`SELECT count(*) AS n FROM {tasks t} WHERE t.id IN (:ids) AND t.deleted_at = 0`, Table)
	ofCustomer = db.SQL(`SELECT t.id FROM {tasks t} WHERE t.customer_id = :customer AND t.deleted_at = :at`, Table)
)

// Create makes a task for oneself or, within reach of the customer, for a colleague.
func (s *Service) Create(ctx context.Context, who access.Actor, in New) (Task, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Task, err error) {
		id, err := s.create(tx, in, s.own().Born)
		if err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// own are the fields that the company added.
func (s *Service) own() own.Part {
	return own.Part{Book: s.Customers.Own, Record: "task", Live: living}
}

// CreateIn is Create inside a unit, for what makes tasks by the way: a follow-up's next step, a playbook. What a form would require is not asked there.
func (s *Service) CreateIn(tx *db.Tx, in New) (string, error) { return s.create(tx, in, s.own().Begun) }

func (s *Service) create(tx *db.Tx, in New, judge func(*db.Tx, map[string]any, error) (own.Draft, error)) (string, error) {
	if in.DueAt == 0 {
		return "", fault.Rule("required", "due_at")
	}
	if strings.TrimSpace(in.Title) == "" {
		return "", fault.Rule("required", "title")
	}
	if in.CustomerID != "" {
		if err := s.mayHang(tx, in.CustomerID); err != nil {
			return "", err
		}
	}
	if in.Priority == "" {
		in.Priority = "medium"
	}
	draft, err := judge(tx, in.Custom, nil)
	if err != nil {
		return "", err
	}
	id := tx.NewID()
	key, err := s.key(tx, api.Ref(in.CustomerID))
	if err != nil {
		return "", err
	}
	sealed, err := seal(key, id, texts{strings.TrimSpace(in.Title), in.Remark})
	if err != nil {
		return "", err
	}
	row := struct {
		ID         string     `db:"id"`
		Sealed     []byte     `db:"texts"`
		CustomerID api.Ref    `db:"customer_id"`
		FollowUpID api.Ref    `db:"follow_up_id"`
		Priority   string     `db:"priority"`
		DueAt      api.Time   `db:"due_at"`
		Custom     own.Custom `db:"custom"`
		CreatedAt  int64      `db:"created_at"`
		UpdatedAt  int64      `db:"updated_at"`
	}{id, sealed, api.Ref(in.CustomerID), api.Ref(in.FollowUpID), in.Priority, in.DueAt, draft.Shown, tx.At(), tx.At()}
	var given []db.Given
	if in.OwnerID != "" && in.OwnerID != tx.Who().ID() {
		to, ok, err := account.Active(tx, in.OwnerID)
		if err != nil {
			return "", err
		}
		if !ok {
			return "", fault.Rule("invalid", "owner_id")
		}
		given = append(given, give.With(db.Args{"owner_id": to.ID, "department_id": to.DepartmentID}))
	}
	if err := tx.Insert(Table, row, given...); err != nil {
		return "", err
	}
	if err := s.own().Save(tx, key, id, draft); err != nil {
		return "", err
	}
	if len(given) > 0 && s.Given != nil {
		if err := s.Given(tx, id, in.OwnerID, in.CustomerID); err != nil {
			return "", err
		}
	}
	return id, audit.Note(tx, audit.Entry{Action: "task.create", Kind: "task", Record: id, Customer: in.CustomerID})
}

// mayHang: a task hangs on a customer one may add follow-ups to, or reaches with one's tasks.
func (s *Service) mayHang(tx *db.Tx, id string) error {
	ok, err := tx.Reaches(customer.Table, id, db.Add(string(access.FollowUpWrite)))
	if err != nil || ok {
		return err
	}
	if err = tx.May(customer.Table, id, db.Add(string(access.TaskWrite))); err == db.ErrNotFound {
		err = fault.Rule("invalid", "customer_id")
	}
	return err
}

// key seals a task's texts: the customer's where it has one, or they would outlive him.
func (s *Service) key(tx *db.Tx, customer api.Ref) (crypt.Subject, error) {
	if customer == "" {
		return s.Vault.Company(tx)
	}
	return s.Vault.Of(tx, string(customer))
}

func seal(key crypt.Subject, id string, t texts) ([]byte, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	return key.Seal("tasks/texts/"+id, text), nil
}

// Get gives one task.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Task, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Task, error) { return s.load(tx, id) })
}

func (s *Service) load(tx *db.Tx, id string) (Task, error) {
	t, err := db.One[Task](tx, get, db.Args{"id": id})
	if err != nil {
		return t, err
	}
	all := []Task{t}
	err = s.show(tx, all)
	return all[0], err
}

// show opens the texts of tasks and hides what a viewer may not read in them.
func (s *Service) show(tx *db.Tx, all []Task) error {
	who := tx.Who().(access.Actor)
	var subjects []string
	for _, t := range all {
		if t.Subject != "" {
			subjects = append(subjects, string(t.Subject))
		} else {
			subjects = append(subjects, privacy.CompanyID)
		}
	}
	keys, err := s.Vault.Many(tx, subjects)
	if err != nil {
		return err
	}
	near, err := tx.Among(customer.Table, db.Add(string(access.FollowUpWrite)), subjects)
	if err != nil {
		return err
	}
	clear, err := s.Customers.ClearNames(tx, subjects)
	if err != nil {
		return err
	}
	var faces []own.Face
	for i := range all {
		t := &all[i]
		mine := ownOf(who, t) || near[subjects[i]]
		faces = append(faces, own.Face{ID: t.ID, Values: &t.Custom, Sealed: subjects[i], Prose: func(text string) string { return prose(who, mine, text) }})
		key, ok := keys[subjects[i]]
		if ok {
			text, err := key.Open("tasks/texts/"+t.ID, t.Sealed)
			if err != nil {
				return err
			}
			var x texts
			if err := json.Unmarshal(text, &x); err != nil {
				return err
			}
			t.Title, t.Remark = prose(who, mine, x.Title), api.Text(prose(who, mine, x.Remark))
		}
		if name, ok := clear[subjects[i]]; ok {
			t.CustomerName = api.Text(name)
		}
		t.State, t.Overdue = "open", t.DoneAt == 0 && int64(t.DueAt) < tx.At()
		if t.DoneAt > 0 {
			t.State = "done"
		}
	}
	return s.own().Show(tx, keys, faces)
}

// ownOf: a task of the person's, whose words he reads wherever its customer lies. Who looks as a role reads such words at
// the place of another only as he himself reads them: near every customer.
func ownOf(who access.Actor, t *Task) bool {
	if who.IsLooking() && (t.CustomerID == "" || !who.HimselfReachesAll(access.FollowUpWrite)) {
		return string(t.OwnerID) == who.ID() || string(t.CreatorID) == who.ID()
	}
	return string(t.OwnerID) == who.Place() || string(t.CreatorID) == who.Place()
}

// prose: whoever has the task reads it; others as they read free text of customers.
func prose(who access.Actor, mine bool, text string) string {
	if mine && who.Sees(access.FreeText) == access.Shown {
		return text
	}
	return rule.MaskNumbers(text)
}

// Query of a list of tasks.
type Query struct {
	View     string `query:"view" enum:"today,overdue,week,open,done,all" default:"open"`
	Owner    string `query:"owner" maxLength:"64" default:"me" doc:"me, all, or a user's id."`
	Customer string `query:"customer_id" maxLength:"64"`
	DueFrom  string `query:"due_from" maxLength:"10" doc:"A day of the company's calendar, YYYY-MM-DD."`
	DueUntil string `query:"due_until" maxLength:"10" doc:"The last day."`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor   string `query:"cursor" maxLength:"2000"`
	Count    bool   `query:"count"`
}

// List gives tasks by view: today holds what is overdue too.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (api.Page[Task], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[Task], err error) {
		w, err := s.with(tx, q)
		if err != nil {
			return p, err
		}
		rows, err := db.Page[Task](tx, list, nil, w)
		if err != nil {
			return p, err
		}
		p = api.Page[Task]{Items: rows.Rows, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}
		if q.Count {
			n, err := db.Find[db.Count](tx, count, nil, db.With{Where: w.Where, Limit: api.CountCap + 1})
			if err != nil {
				return p, err
			}
			p.Counted(n[0].N)
		}
		return p, s.show(tx, p.Items)
	})
}

func (s *Service) with(tx *db.Tx, q Query) (w db.With, err error) {
	zone, err := setting.Zone(tx)
	if err != nil {
		return w, err
	}
	now := tx.Now().In(zone)
	tomorrow := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, zone)
	w = db.With{Order: db.Up("t.due_at", "t.id"), After: q.Cursor, Limit: q.Limit, Key: q.View + q.Owner + q.Customer + q.DueFrom + q.DueUntil}
	open := db.When("t.done_at = 0", nil)
	before := func(t time.Time) db.Cond { return db.Compare(db.Col("t.due_at"), "<", t.UnixMilli()) }
	switch q.View {
	case "today":
		w.Where = append(w.Where, open, before(tomorrow))
	case "overdue":
		w.Where = append(w.Where, open, before(now))
	case "week": // weeks start on Monday
		w.Where = append(w.Where, open, before(tomorrow.AddDate(0, 0, (7-int(now.Weekday()))%7)))
	case "done":
		w.Where = append(w.Where, db.When("t.done_at > 0", nil))
		w.Order = db.Down("t.done_at", "t.id")
	case "all":
	default:
		w.Where = append(w.Where, open)
	}
	span, err := dueIn(q.DueFrom, q.DueUntil, zone)
	if err != nil {
		return w, err
	}
	w.Where = append(w.Where, span...)
	switch q.Owner {
	case "all":
	case "", "me":
		w.Where = append(w.Where, db.When("t.owner_id = :owner", db.Args{"owner": tx.Who().(access.Actor).Place()}))
	default:
		w.Where = append(w.Where, db.When("t.owner_id = :owner", db.Args{"owner": q.Owner}))
	}
	if q.Customer != "" {
		w.Where = append(w.Where, db.When("t.customer_id = :customer", db.Args{"customer": q.Customer}))
		return w, nil
	}
	daily, err := customer.DailyOf(tx, db.Col("t.customer_id"))
	w.Where = append(w.Where, daily)
	return w, err
}
