package followup

import (
	"cmp"
	"context"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/numbering"
	"zhike/internal/base/privacy"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/task"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Service is what may be done with follow-ups.
type Service struct {
	DB    *db.DB
	Vault *privacy.Vault
	Book  *dictionary.Book
	Tasks *task.Service
}

// own are the fields that the company added.
func (s *Service) own() own.Part {
	return own.Part{Book: s.Tasks.Customers.Own, Record: "follow-up", Live: living}
}

// The program's own acts here: what a talk entails beyond its writer's rights.
var program = access.Program("follow-up")

type row struct {
	ID           string      `db:"id"`
	Code         string      `db:"code"`
	CustomerID   string      `db:"customer_id"`
	HappenedAt   api.Time    `db:"happened_at"`
	Method       string      `db:"method"`
	Kind         string      `db:"kind"`
	Outcome      string      `db:"outcome"`
	Texts        []byte      `db:"texts"`
	ContactIDs   api.Strings `db:"contact_ids"`
	CompanionIDs api.Strings `db:"companion_ids"`
	NextOwner    api.Ref     `db:"next_owner_id"`
	NextDue      string      `db:"next_due_on"`
	NextTask     api.Ref     `db:"next_task_id"`
	NextAt       api.Time    `db:"next_follow_up_at"`
	Vague        bool        `db:"vague"`
	Custom       own.Custom  `db:"custom"`
	UpdatedAt    int64       `db:"updated_at"`
}

// Record writes down a talk: the follow-up, its promises, the task of its next step,
// the customer's dates and the audit entry together, or none of them. Errors: 403
// not_yours for who sees the customer and may not add; 422 vague with a better wording.
func (s *Service) Record(ctx context.Context, who access.Actor, customerID string, in New) (FollowUp, error) {
	made, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (api.Made, error) {
		id, err := s.RecordIn(tx, customerID, in)
		return api.Made(id), err
	})
	if err != nil {
		return FollowUp{}, err
	}
	return s.Get(ctx, who, string(made))
}

// RecordIn is Record inside a unit: the one road for forms, imports and generators.
func (s *Service) RecordIn(tx *db.Tx, customerID string, in New) (string, error) {
	if err := tx.May(customer.Table, customerID, write); err != nil {
		return "", err
	}
	vague, draft, err := s.JudgeIn(tx, &in)
	if err != nil {
		return "", err
	}
	if err := s.known(tx, customerID, in); err != nil {
		return "", err
	}
	r := row{ID: tx.NewID(), CustomerID: customerID, HappenedAt: in.HappenedAt, Method: in.Method, Kind: in.Kind, Outcome: in.Outcome,
		ContactIDs: in.ContactIDs, CompanionIDs: in.CompanionIDs, NextAt: in.NextFollowUpAt, Vague: vague, Custom: draft.Shown, UpdatedAt: tx.At()}
	author := tx.Who().ID()
	if in.Author != "" {
		author = in.Author
	}
	t := texts{Content: in.Content, Conclusion: in.Conclusion, Quote: in.Quote}
	if in.NextStep != nil {
		t.Next, r.NextDue = in.NextStep.What, in.NextStep.DueOn
		if r.NextOwner, r.NextTask, err = s.plan(tx, customerID, r.ID, author, *in.NextStep); err != nil {
			return "", err
		}
	}
	key, err := s.Vault.Of(tx, customerID)
	if err != nil {
		return "", err
	}
	if r.Texts, err = t.seal(key, "follow_ups/texts/"+r.ID); err != nil {
		return "", err
	}
	hours, err := setting.LateHours.In(tx)
	if err != nil {
		return "", err
	}
	recorded := tx.Now()
	if in.Recorded > 0 {
		recorded = time.UnixMilli(in.Recorded)
	}
	if r.Code, err = numbering.Next(tx, "follow_up"); err != nil {
		return "", err
	}
	by := db.Args{"author_id": api.Ref(author), "recorded_at": recorded.UnixMilli(), "imported": in.Imported,
		"late": Late(in.HappenedAt.Time(), recorded, hours, in.Imported)}
	if err := tx.Insert(Table, r, record.With(by)); err != nil {
		return "", err
	}
	if err := s.own().Save(tx, key, r.ID, draft); err != nil {
		return "", err
	}
	for _, p := range in.Promises {
		if err := s.promise(tx, key, r, author, p); err != nil {
			return "", err
		}
	}
	happened := int64(in.HappenedAt)
	if in.Outcome == "no_answer" {
		happened = 0 // nobody was reached: the days without a talk go on (DOMAIN §14.4)
	}
	if err := touch(tx, r, happened); err != nil {
		return "", err
	}
	return r.ID, audit.Note(tx, audit.Entry{Action: "follow_up.record", Kind: "follow_up", Record: r.ID, Customer: customerID,
		Details: map[string]any{"code": r.Code, "method": r.Method}})
}

// JudgeIn says what RecordIn would of the talk itself, and writes nothing.
func (s *Service) JudgeIn(tx *db.Tx, in *New) (vague bool, d own.Draft, err error) {
	w, err := s.Book.In(tx)
	if err != nil {
		return false, d, err
	}
	vague, wrong := Judge(in, w, tx.Now(), func(code string) string { return w.Label("zh-CN", "outcome", code) })
	d, err = s.own().Born(tx, in.Custom, wrong)
	return vague, d, err
}

var (
	talkDates = db.SQL(`SELECT c.id, c.last_follow_up_at, c.next_follow_up_at, c.first_talk_on FROM {customers c} WHERE c.id = :id`, customer.Table)
	firstTalk = db.SQL(`SELECT coalesce(min(f.happened_at), 0) AS n FROM {follow_ups f} WHERE f.customer_id = :customer AND f.id <> :but AND f.outcome <> 'no_answer'`, Table)
)

// touch notes a talk and the date of the next in the customer: the latest talk stands; a
// next date replaces the last, and none leaves it unless it is past.
func touch(tx *db.Tx, r row, happened int64) error {
	id, next := r.CustomerID, int64(r.NextAt)
	c, err := db.One[customer.Summary](tx.As(program), talkDates, db.Args{"id": id})
	if err != nil {
		return err
	}
	set := db.Args{}
	if happened > int64(c.LastFollowUpAt) {
		set["last_follow_up_at"] = happened
	}
	if next > 0 {
		set["next_follow_up_at"] = next
	} else if at := int64(c.NextFollowUpAt); at > 0 && at <= tx.At() && happened >= at-24*3600*1000 {
		set["next_follow_up_at"] = int64(0) // the planned talk took place
	}
	if happened > 0 {
		day, err := firstDay(tx, r.ID, c, happened)
		if err != nil {
			return err
		}
		if day != string(c.FirstTalkOn) {
			set["first_talk_on"] = day
		}
	}
	if len(set) == 0 {
		return nil
	}
	return tx.As(program).Set(customer.Talked, id, 0, set)
}

// firstDay proposes the day of the first talk: the earliest there is, unless somebody wrote
// another day down.
func firstDay(tx *db.Tx, talk string, c customer.Summary, happened int64) (string, error) {
	zone, err := setting.Zone(tx)
	if err != nil {
		return "", err
	}
	day, stands := api.Time(happened).Time().In(zone).Format(time.DateOnly), string(c.FirstTalkOn)
	if stands != "" && stands <= day || stands == "" && c.LastFollowUpAt == 0 {
		return cmp.Or(stands, day), nil
	}
	first, err := earliest(tx, c.ID, talk, zone)
	switch {
	case err != nil || stands != "" && stands != first: // a person's word
		return stands, err
	case stands == "" && first != "":
		return min(first, day), nil
	}
	return day, nil
}

// earliest is the day of a customer's first talk but one, "" where there is no other.
func earliest(tx *db.Tx, id, but string, zone *time.Location) (string, error) {
	n, err := db.One[db.Count](tx.As(program), firstTalk, db.Args{"customer": id, "but": but})
	if err != nil || n.N == 0 {
		return "", err
	}
	return api.Time(n.N).Time().In(zone).Format(time.DateOnly), nil
}

// known checks that the people named exist: contacts at this customer, colleagues here.
func (s *Service) known(tx *db.Tx, customerID string, in New) error {
	if len(in.ContactIDs) > 0 {
		at, err := db.All[db.Count](tx.As(program), contactsAmong, db.Args{"ids": in.ContactIDs, "customer": customerID})
		if err != nil {
			return err
		}
		if at[0].N != int64(len(in.ContactIDs)) {
			return fault.Rule("invalid", "contact_ids")
		}
	}
	for _, id := range in.CompanionIDs {
		if _, ok, err := account.Active(tx, id); err != nil || !ok {
			if err == nil {
				err = fault.Rule("invalid", "companion_ids")
			}
			return err
		}
	}
	return nil
}

// plan makes the task of a next step: due at the end of its day's work.
func (s *Service) plan(tx *db.Tx, customerID, followUp, author string, step Step) (owner, id api.Ref, err error) {
	zone, err := setting.Zone(tx)
	if err != nil {
		return "", "", err
	}
	day, err := time.ParseInLocation(time.DateOnly, step.DueOn, zone)
	if err != nil {
		return "", "", fault.Rule("invalid", "next_step.due_on")
	}
	if owner = step.OwnerID; owner == "" {
		owner = api.Ref(author)
	}
	made, err := s.Tasks.CreateIn(tx, task.New{Title: step.What, OwnerID: string(owner), CustomerID: customerID, DueAt: api.On(day.Add(18 * time.Hour)), FollowUpID: followUp})
	if err != nil {
		return "", "", at(err, "next_step.")
	}
	return owner, api.Ref(made), nil
}

// at puts a rule's field under the part of the form it stands in.
func at(err error, part string) error {
	if f, ok := err.(*fault.Fault); ok && f.Field != "" {
		return f.At(part + f.Field)
	}
	return err
}

func (s *Service) promise(tx *db.Tx, key sealer, r row, author string, p NewPromise) error {
	id := tx.NewID()
	sealed, err := texts{Content: p.What}.seal(key, "promises/texts/"+id)
	if err != nil {
		return err
	}
	return tx.Insert(Promises, struct {
		ID         string `db:"id"`
		CustomerID string `db:"customer_id"`
		FollowUpID string `db:"follow_up_id"`
		By         string `db:"promised_by"`
		Texts      []byte `db:"texts"`
		DueOn      string `db:"due_on"`
	}{id, r.CustomerID, r.ID, p.By, sealed, p.DueOn}, keep.With(db.Args{"author_id": author}))
}

type sealer interface{ Seal(string, []byte) []byte }

// Get gives one follow-up.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (FollowUp, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (FollowUp, error) { return s.load(tx, id) })
}

func (s *Service) load(tx *db.Tx, id string) (FollowUp, error) {
	f, err := db.One[FollowUp](tx, get, db.Args{"id": id})
	if err != nil {
		return f, err
	}
	all := []FollowUp{f}
	err = s.Show(tx, all)
	return all[0], err
}

// Query of a list of follow-ups.
type Query struct {
	Filter string `query:"filter" maxLength:"8192"`
	Sort   string `query:"sort" maxLength:"60"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"2000"`
	Count  bool   `query:"count"`
}

// List gives the follow-ups of all customers in reach, the latest talk first.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (api.Page[FollowUp], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (api.Page[FollowUp], error) { return s.page(tx, q, "") })
}

// Of gives those of one customer.
func (s *Service) Of(ctx context.Context, who access.Actor, id string, q Query) (api.Page[FollowUp], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (api.Page[FollowUp], error) { return s.page(tx, q, id) })
}

// Fields are the catalogue, which a filter may also ask for the customer.
func (s *Service) Fields() *customfield.Catalogue {
	return s.Tasks.Customers.Own.Adding(Catalogue).Asking("customer", s.Tasks.Customers.Asked(db.Col("f.customer_id")))
}

func (s *Service) page(tx *db.Tx, q Query, customerID string) (p api.Page[FollowUp], err error) {
	zone, err := setting.Zone(tx)
	if err != nil {
		return p, err
	}
	w := db.With{After: q.Cursor, Limit: q.Limit, Key: q.Filter + "\x00" + customerID}
	if w.Where, err = s.Fields().Compile(tx, zone, q.Filter); err != nil {
		return p, err
	}
	if customerID != "" {
		w.Where = append(w.Where, db.When("f.customer_id = :customer", db.Args{"customer": customerID}))
	}
	rows, err := own.Page[FollowUp](tx, s.Fields(), q.Sort, "-happened_at", list, besides, w)
	if err != nil {
		return p, err
	}
	p = api.Page[FollowUp]{Items: rows.Rows, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}
	if q.Count {
		n, err := db.Find[db.Count](tx, count, nil, db.With{Where: w.Where, Limit: api.CountCap + 1})
		if err != nil {
			return p, err
		}
		p.Counted(n[0].N)
	}
	return p, s.Show(tx, p.Items)
}
