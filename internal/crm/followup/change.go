package followup

import (
	"context"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var errTooOld = fault.New(fault.Conflict, "correct_instead")

// Change mends a follow-up: by its writer, for followup.correct_hours. Later ones are
// corrected beside the original.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (FollowUp, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none FollowUp, err error) {
		f, err := s.load(tx, id)
		if err != nil {
			return none, err
		}
		if f.Version != version {
			return none, db.ErrStale
		}
		if string(f.AuthorID) != who.ID() {
			return none, db.ErrNotYours
		}
		if !f.Correctable {
			return none, errTooOld
		}
		n := New{HappenedAt: in.HappenedAt.Or(f.HappenedAt), Method: in.Method.Or(f.Method), Kind: in.Kind.Or(f.Kind), Outcome: in.Outcome.Or(string(f.Outcome)),
			Content: in.Content.Or(f.Content), Conclusion: in.Conclusion.Or(string(f.Conclusion)), Quote: in.Quote.Or(string(f.Quote)), AcceptVague: in.AcceptVague}
		w, err := s.Book.In(tx)
		if err != nil {
			return none, err
		}
		key, err := s.Vault.Of(tx, f.CustomerID)
		if err != nil {
			return none, err
		}
		whole, err := db.One[FollowUp](tx.As(program), get, db.Args{"id": id}) // what he does not see of it stays
		if err != nil {
			return none, err
		}
		if err := s.own().Said(tx, key, id, whole.Custom); err != nil {
			return none, err
		}
		vague, wrong := Judge(&n, w, tx.Now(), func(code string) string { return w.Label("zh-CN", "outcome", code) })
		draft, err := s.own().Changed(tx, in.Custom, whole.Custom, wrong)
		if err != nil {
			return none, err
		}
		t := texts{Content: n.Content, Conclusion: n.Conclusion, Quote: n.Quote}
		if f.NextStep != nil {
			t.Next = f.NextStep.What
		}
		sealed, err := t.seal(key, "follow_ups/texts/"+id)
		if err != nil {
			return none, err
		}
		next := in.NextFollowUpAt.Or(f.NextFollowUpAt)
		err = tx.Update(Table, id, version, struct {
			HappenedAt api.Time   `db:"happened_at"`
			Method     string     `db:"method"`
			Kind       string     `db:"kind"`
			Outcome    string     `db:"outcome"`
			Texts      []byte     `db:"texts"`
			NextAt     api.Time   `db:"next_follow_up_at"`
			Vague      bool       `db:"vague"`
			Custom     own.Custom `db:"custom"`
		}{n.HappenedAt, n.Method, n.Kind, n.Outcome, sealed, next, vague, draft.Shown})
		if err != nil {
			return none, err
		}
		if err := s.own().Save(tx, key, id, draft); err != nil {
			return none, err
		}
		if err := touch(tx, row{ID: id, CustomerID: f.CustomerID, NextAt: next}, int64(n.HappenedAt)); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "follow_up.change", Kind: "follow_up", Record: id, Customer: f.CustomerID, Changes: draft.Changes}); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// Correct replaces what a follow-up says and keeps what stood before.
type Correct struct {
	Content string `json:"content" minLength:"1" maxLength:"10000"`
	Reason  string `json:"reason" minLength:"1" maxLength:"500"`
}

// CorrectIt is by whoever may add to the customer; the original stays readable.
func (s *Service) CorrectIt(ctx context.Context, who access.Actor, id string, in Correct) (FollowUp, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none FollowUp, err error) {
		f, err := s.load(tx, id)
		if err != nil {
			return none, err
		}
		if err := tx.May(Table, id, write); err != nil {
			return none, err
		}
		w, err := s.Book.In(tx)
		if err != nil {
			return none, err
		}
		if ours := w.Vague(); rule.VagueAmong(in.Content, ours.Further, ours.Fine) || rule.VagueAmong(in.Reason, ours.Further, ours.Fine) {
			return none, fault.Rule("vague", "content")
		}
		key, err := s.Vault.Of(tx, f.CustomerID)
		if err != nil {
			return none, err
		}
		old, err := open(key, "follow_ups/texts/"+id, f.Sealed)
		if err != nil {
			return none, err
		}
		k := tx.NewID()
		before, err := texts{Content: old.Content, Reason: in.Reason}.seal(key, "follow_up_corrections/texts/"+k)
		if err != nil {
			return none, err
		}
		if err := tx.Insert(corrections, struct {
			ID         string `db:"id"`
			CustomerID string `db:"customer_id"`
			FollowUpID string `db:"follow_up_id"`
			At         int64  `db:"at"`
			By         string `db:"by_id"`
			Texts      []byte `db:"texts"`
		}{k, f.CustomerID, id, tx.At(), who.ID(), before}); err != nil {
			return none, err
		}
		old.Content = in.Content
		sealed, err := old.seal(key, "follow_ups/texts/"+id)
		if err != nil {
			return none, err
		}
		if err := tx.Update(Table, id, f.Version, struct {
			Texts []byte `db:"texts"`
			At    int64  `db:"corrected_at"`
		}{sealed, tx.At()}); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "follow_up.correct", Kind: "follow_up", Record: id, Customer: f.CustomerID}); err != nil {
			return none, err
		}
		return s.load(tx, id)
	})
}

// PromiseQuery says which promises: those of this week, those past, or all that are open.
type PromiseQuery struct {
	Due      string `query:"due" enum:"week,overdue,open" default:"open"`
	Mine     bool   `query:"mine" doc:"Only those written down by oneself."`
	Customer string `query:"customer_id" maxLength:"64"`
	DueFrom  string `query:"due_from" maxLength:"10" doc:"A day, YYYY-MM-DD: only those due on it or later."`
	DueUntil string `query:"due_until" maxLength:"10" doc:"The last day."`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"100"`
}

// ListPromises gives open promises of customers in reach, the next due first.
func (s *Service) ListPromises(ctx context.Context, who access.Actor, q PromiseQuery) (api.Items[Promise], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Promise], err error) {
		out.Items, err = s.promises(tx, q)
		return out, err
	})
}

func (s *Service) promises(tx *db.Tx, q PromiseQuery) ([]Promise, error) {
	who, _ := tx.Who().(access.Actor)
	zone, err := setting.Zone(tx)
	if err != nil {
		return nil, err
	}
	now := tx.Now().In(zone)
	w := db.With{Limit: q.Limit, Where: []db.Cond{db.When("p.kept = 0", nil)}}
	switch q.Due {
	case "week":
		sunday := now.AddDate(0, 0, (7-int(now.Weekday()))%7).Format(time.DateOnly)
		w.Where = append(w.Where, db.When("p.due_on <> '' AND p.due_on <= :until", db.Args{"until": sunday}))
	case "overdue":
		w.Where = append(w.Where, db.When("p.due_on <> '' AND p.due_on < :today", db.Args{"today": now.Format(time.DateOnly)}))
	}
	for field, day := range map[string]string{"due_from": q.DueFrom, "due_until": q.DueUntil} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return nil, fault.Rule("invalid", field)
		}
	}
	if q.DueFrom != "" {
		w.Where = append(w.Where, db.When("p.due_on >= :due_from", db.Args{"due_from": q.DueFrom}))
	}
	if q.DueUntil != "" {
		w.Where = append(w.Where, db.When("p.due_on <> '' AND p.due_on <= :due_until", db.Args{"due_until": q.DueUntil}))
	}
	if q.Mine {
		w.Where = append(w.Where, db.When("p.author_id = :me", db.Args{"me": who.Place()}))
	}
	if q.Customer != "" {
		w.Where = append(w.Where, db.When("p.customer_id = :customer", db.Args{"customer": q.Customer}))
	} else {
		w.Where = append(w.Where, customer.Daily)
	}
	all, err := db.Find[Promise](tx, promiseList, nil, w)
	if err != nil {
		return nil, err
	}
	return all, s.showPromises(tx, who, all)
}

func (s *Service) showPromises(tx *db.Tx, who access.Actor, all []Promise) error {
	var customers []string
	for _, p := range all {
		customers = append(customers, p.CustomerID)
	}
	near, err := tx.Among(customer.Table, write, customers)
	if err != nil {
		return err
	}
	keys, err := s.Vault.Many(tx, customers)
	if err != nil {
		return err
	}
	clear, err := s.Tasks.Customers.ClearNames(tx, customers)
	if err != nil {
		return err
	}
	for i := range all {
		p := &all[i]
		p.Kept = kept(p.State)
		if name, ok := clear[p.CustomerID]; ok {
			p.CustomerName = api.Text(name)
		}
		if key, ok := keys[p.CustomerID]; ok {
			t, err := open(key, "promises/texts/"+p.ID, p.Sealed)
			if err != nil {
				return err
			}
			p.What = customer.Prose(who, near[p.CustomerID], t.Content)
		}
	}
	return nil
}

// Settle says whether a promise was kept.
type Settle struct {
	Kept bool `json:"kept"`
}

// SettleIt is by whoever may add to the customer.
func (s *Service) SettleIt(ctx context.Context, who access.Actor, id string, _ int64, in Settle) (Promise, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Promise, err error) {
		state := int64(2)
		if in.Kept {
			state = 1
		}
		if err := tx.Set(keep, id, 0, db.Args{"kept": state, "settled_at": tx.At()}); err != nil {
			return none, err
		}
		p, err := db.One[Promise](tx, promiseOf, db.Args{"id": id})
		if err != nil {
			return none, err
		}
		all := []Promise{p}
		if err := s.showPromises(tx, who, all); err != nil {
			return none, err
		}
		return all[0], audit.Note(tx, audit.Entry{Action: "promise.settle", Kind: "promise", Record: id, Customer: p.CustomerID, Details: map[string]any{"kept": in.Kept}})
	})
}

// CountOf counts the follow-ups of one customer that the viewer may read.
func (s *Service) CountOf(tx *db.Tx, id string) (int64, error) {
	n, err := db.One[db.Count](tx, countOf, db.Args{"customer": id})
	return n.N, err
}

// DuePromises counts the promises that ListPromises lists.
func (s *Service) DuePromises(tx *db.Tx, due string) (int64, error) {
	all, err := s.promises(tx, PromiseQuery{Due: due, Limit: 200})
	return int64(len(all)), err
}

var (
	purgePromises    = db.SQL(`DELETE FROM {promises!change p} WHERE p.customer_id = :customer`, Promises)
	purgeCorrections = db.SQL(`DELETE FROM {follow_up_corrections!change k} WHERE k.customer_id = :customer`, corrections)
	purgeTalks       = db.SQL(`DELETE FROM {follow_ups!change f} WHERE f.customer_id = :customer`, Table)
)

// Purged deletes what was said to a customer that leaves the bin for good.
func (s *Service) Purged(tx *db.Tx, customer string) error {
	for _, q := range []db.Query{purgePromises, purgeCorrections, purgeTalks} {
		if _, err := tx.As(program).ChangeAll(q, db.Args{"customer": customer}); err != nil {
			return err
		}
	}
	return nil
}

// Routes are the operations on follow-ups and promises.
func (s *Service) Routes(r *api.Router) {
	at := func(path string, may access.Permission) api.Op { return api.Op{Path: path, May: may, On: Table} }
	api.ListUnder(r, api.Op{Path: "/customers/{id}/follow-ups", May: access.FollowUpRead, On: customer.Table}, s.Of)
	api.CreateUnder(r, api.Op{Path: "/customers/{id}/follow-ups", May: access.FollowUpWrite, On: customer.Table}, s.Record, s.Get)
	api.List(r, api.Op{Path: "/follow-ups", May: access.FollowUpRead}, s.List)
	api.Get(r, at("/follow-ups/{id}", access.FollowUpRead), s.Get)
	api.Change(r, at("/follow-ups/{id}", access.FollowUpWrite), s.Change)
	api.CreateUnder(r, at("/follow-ups/{id}/corrections", access.FollowUpWrite), s.CorrectIt, nil)
	api.List(r, api.Op{Path: "/promises", May: access.FollowUpRead}, s.ListPromises)
	api.Do(r, api.Op{Path: "/promises/{id}/settle", May: access.FollowUpWrite, On: Promises, Loose: true}, s.SettleIt)
}
