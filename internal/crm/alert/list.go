package alert

import (
	"context"
	"slices"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

// An Alert that stands, as somebody who reaches its customer sees it.
type Alert struct {
	ID           string                     `db:"id" json:"id"`
	RuleID       string                     `db:"rule_id" json:"rule_id"`
	Rule         string                     `json:"rule" doc:"What the rule is called."`
	Subject      string                     `db:"subject" json:"subject"`
	RecordID     string                     `db:"record_id" json:"record_id"`
	CustomerID   string                     `db:"customer_id" json:"customer_id"`
	CustomerName api.Text                   `db:"customer_name" json:"customer_name"`
	Why          string                     `json:"why"`
	Rung         int64                      `db:"rung" json:"rung" doc:"How far up the ladder it has come."`
	RaisedAt     api.Time                   `db:"raised_at" json:"raised_at"`
	Mine         bool                       `json:"mine" doc:"The viewer was told, and may put it off."`
	SnoozedUntil api.Time                   `db:"snoozed_until" json:"snoozed_until" doc:"By the viewer."`
	Code         string                     `db:"code" json:"-"`
	Name         string                     `db:"name" json:"-"`
	Anchor       int64                      `db:"anchor" json:"-"`
	Told         string                     `db:"told" json:"-"`
	Params       db.JSON[map[string]string] `db:"params" json:"-"`
}

// Query of the alerts that stand.
type Query struct {
	Rule     string `query:"rule" maxLength:"64"`
	Customer string `query:"customer" maxLength:"64"`
	Mine     bool   `query:"mine" doc:"Those alone that the viewer was told of."`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor   string `query:"cursor" maxLength:"2000"`
}

// Standing gives the alerts that stand on customers in reach, the latest first.
func (s *Service) Standing(ctx context.Context, who access.Actor, q Query) (api.Page[Alert], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[Alert], err error) {
		var of []string
		for _, subject := range []string{OfCustomer, OfTask, OfFeedback} {
			if sees(who, subject) {
				of = append(of, subject)
			}
		}
		w := db.With{Where: []db.Cond{db.In(db.Col("r.subject"), of)}, Order: db.Down("a.raised_at", "a.id"), After: q.Cursor, Limit: q.Limit, Key: q.Rule + "\x00" + q.Customer}
		if q.Rule != "" {
			w.Where = append(w.Where, db.When("a.rule_id = :rule", db.Args{"rule": q.Rule}))
		}
		if q.Customer != "" {
			w.Where = append(w.Where, db.When("a.customer_id = :customer", db.Args{"customer": q.Customer}))
		}
		if q.Mine {
			w.Key += "mine"
			w.Where = append(w.Where, db.When("p.user_id IS NOT NULL", nil))
		}
		rows, err := db.Page[Alert](tx, list, db.Args{"me": who.ID()}, w)
		if err != nil {
			return p, err
		}
		p = api.Page[Alert]{Items: rows.Rows, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}
		return p, s.showAll(ctx, tx, p.Items)
	})
}

func (s *Service) showAll(ctx context.Context, tx *db.Tx, all []Alert) error {
	var ids []string
	for _, a := range all {
		ids = append(ids, a.CustomerID)
	}
	clear, err := s.Customers.ClearNames(tx, ids)
	if err != nil {
		return err
	}
	lang := api.LanguageOf(ctx)
	for i := range all {
		a := &all[i]
		if name, ok := clear[a.CustomerID]; ok {
			a.CustomerName = api.Text(name)
		}
		r := Rule{Code: api.Text(a.Code), Name: a.Name}
		a.Rule, a.Mine, a.Why = r.Label(lang), a.Told != "", why(r, lang, a.Params.V)
	}
	return nil
}

// why says the reason with its figures, in a language.
func why(r Rule, lang string, params map[string]string) string {
	code := string(r.Code)
	if code == "" {
		code = "custom"
	}
	given := map[string]any{}
	for k, v := range params {
		given[k] = v
	}
	if lang == "en" {
		given["stage"] = params["stage_en"]
	}
	return locale.Text(lang, "alert.why."+code, given)
}

// PutOff is until when somebody does not want to be told.
type PutOff struct {
	Until   api.Time `json:"until,omitempty,omitzero"`
	Minutes int      `json:"minutes,omitempty" minimum:"0" maximum:"43200"`
}

const farOff = 90 * 24 * time.Hour

var errNotTold = fault.New(fault.Denied, "not_yours")

// Snooze puts an alert off for the viewer, who has to be one of those that were told.
func (s *Service) Snooze(ctx context.Context, who access.Actor, id string, _ int64, in PutOff) (Alert, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Alert, err error) {
		until := in.Until.Time()
		if in.Minutes > 0 {
			until = tx.Now().Add(time.Duration(in.Minutes) * time.Minute)
		}
		if !until.After(tx.Now()) || until.After(tx.Now().Add(farOff)) {
			return none, fault.Rule("invalid", "until")
		}
		n, err := tx.As(program).ChangeAll(snooze, db.Args{"alert": id, "user": who.ID(), "until": until.UnixMilli()})
		if err != nil {
			return none, err
		}
		if n == 0 {
			return none, errNotTold
		}
		if err := s.Notices.PutOffIn(tx, until, causes(id)...); err != nil {
			return none, err
		}
		rows, err := db.Find[Alert](tx, list, db.Args{"me": who.ID()}, db.With{Where: []db.Cond{db.When("a.id = :id", db.Args{"id": id})}, Order: db.Down("a.raised_at", "a.id"), Limit: 1})
		if err != nil {
			return none, err
		}
		if len(rows) == 0 {
			return none, db.ErrNotFound // it ended
		}
		return rows[0], s.showAll(ctx, tx, rows[:1])
	})
}

func sameRungs(a, b []Rung) bool {
	return slices.EqualFunc(a, b, func(x, y Rung) bool {
		return x.Limit == y.Limit && x.Unit == y.Unit && x.At == y.At && x.Propose == y.Propose && slices.Equal(x.To, y.To)
	})
}
