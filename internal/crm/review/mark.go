package review

import (
	"context"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/notice"
	"zhike/internal/base/privacy"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/desk"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// A Mark says that a customer was looked at in a review.
type Mark struct {
	ID     string   `db:"id" json:"id"`
	ByName api.Text `db:"by_name" json:"by_name"`
	At     api.Time `db:"at" json:"at"`

	Customer string `db:"customer_id" json:"-"`
}

// Ticking ticks a customer as looked at, or takes that back.
type Ticking struct {
	CustomerID string `json:"customer_id" minLength:"1" maxLength:"64"`
	Reviewed   bool   `json:"reviewed"`
}

// Ticked is how a customer stands in a review now.
type Ticked struct {
	CustomerID string `json:"customer_id"`
	Reviewed   *Mark  `json:"reviewed"`
}

func marksAmong(tx *db.Tx, id string, customers []string) (map[string]*Mark, error) {
	rows, err := db.All[Mark](tx, marksOf, db.Args{"review": id, "ids": customers})
	out := map[string]*Mark{}
	for i := range rows {
		out[rows[i].Customer] = &rows[i]
	}
	return out, err
}

// Tick marks a customer of the team as looked at. Who did so and when stays, also after it was
// taken back. Errors: 403 for who does not lead the team, 409 once the review is closed.
func (s *Service) Tick(ctx context.Context, who access.Actor, id string, _ int64, in Ticking) (Ticked, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (out Ticked, err error) {
		if err := s.led(tx, id, in.CustomerID); err != nil {
			return out, err
		}
		verb, changed := "review.tick", false
		if in.Reviewed {
			changed, err = tx.InsertNew(Marks, struct {
				ID       string `db:"id"`
				Review   string `db:"review_id"`
				Customer string `db:"customer_id"`
				By       string `db:"by_id"`
				At       int64  `db:"at"`
			}{tx.NewID(), id, in.CustomerID, who.ID(), tx.At()})
		} else {
			var n int64
			verb = "review.untick"
			n, err = tx.ChangeAll(unmark, db.Args{"review": id, "customer": in.CustomerID, "now": tx.At(), "user": who.ID()})
			changed = n > 0
		}
		if err != nil {
			return out, err
		}
		if changed {
			if err := audit.Note(tx, audit.Entry{Action: verb, Kind: "review", Record: id, Customer: in.CustomerID}); err != nil {
				return out, err
			}
		}
		marks, err := marksAmong(tx, id, []string{in.CustomerID})
		return Ticked{in.CustomerID, marks[in.CustomerID]}, err
	})
}

// led says whether the viewer leads an open review that a customer belongs to.
func (s *Service) led(tx *db.Tx, id, customerID string) error {
	if err := tx.May(Table, id, write); err != nil {
		return err
	}
	return s.about(tx, id, customerID)
}

// about says whether a review is open and, where one is named, a customer is of its team.
func (s *Service) about(tx *db.Tx, id, customerID string) error {
	if err := tx.Lock("review.state:" + id); err != nil { // not while it is being closed
		return err
	}
	r, err := db.One[Review](tx, one, db.Args{"id": id})
	if err != nil {
		return err
	}
	if r.State == Closed {
		return fault.New(fault.Conflict, "review_closed")
	}
	if customerID == "" {
		return nil
	}
	d, err := db.One[departmentRow](tx, inTree, db.Args{"department": r.DepartmentID})
	if err != nil {
		return err
	}
	if _, found, err := db.Maybe[idRow](tx, ofTeam, db.Args{"customer": customerID, "path": d.Path}); err != nil || !found {
		if err == nil {
			err = fault.Rule("invalid", "customer_id")
		}
		return err
	}
	return nil
}

// A Comment on a review, or on a customer in it. What was said stays.
type Comment struct {
	ID           string   `db:"id" json:"id"`
	CustomerID   api.Ref  `db:"customer_id" json:"customer_id"`
	CustomerName api.Text `db:"customer_name" json:"customer_name"`
	AuthorID     string   `db:"author_id" json:"author_id"`
	AuthorName   api.Text `db:"author_name" json:"author_name"`
	At           api.Time `db:"at" json:"at"`
	Text         string   `json:"text"`

	Sealed []byte `db:"texts" json:"-"`
}

// NewComment is what a caller says.
type NewComment struct {
	Text       string   `json:"text" minLength:"1" maxLength:"2000"`
	CustomerID string   `json:"customer_id,omitempty" maxLength:"64" doc:"Left out: on the review as a whole."`
	MentionIDs []string `json:"mention_ids,omitempty" maxItems:"20" doc:"Colleagues who read this review, and are told."`
}

// CommentQuery is which comments.
type CommentQuery struct {
	CustomerID string `query:"customer_id" maxLength:"64"`
}

const mostComments = 500

func place(id string) string { return "review_comments/texts/" + id }

type said struct {
	Text string `json:"text"`
}

// ListComments gives what was said, the first first: on the review, and on customers that the
// viewer sees.
func (s *Service) ListComments(ctx context.Context, who access.Actor, id string, q CommentQuery) (api.Items[Comment], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Comment], err error) {
		with := db.With{Limit: mostComments}
		if q.CustomerID != "" {
			with.Where = append(with.Where, db.When("k.customer_id = :customer", db.Args{"customer": q.CustomerID}))
		}
		rows, err := db.Find[Comment](tx, comments, db.Args{"review": id}, with)
		out.Items = append([]Comment{}, rows...)
		if err != nil {
			return out, err
		}
		return out, s.tell(tx, who, out.Items)
	})
}

// tell opens comments as the viewer may read them.
func (s *Service) tell(tx *db.Tx, who access.Actor, all []Comment) error {
	ids := []string{}
	for _, k := range all {
		if k.CustomerID != "" {
			ids = append(ids, string(k.CustomerID))
		}
	}
	near, err := tx.Among(customer.Table, db.Add(string(access.FollowUpWrite)), ids)
	if err != nil {
		return err
	}
	names, err := s.Customers.ClearNames(tx, ids)
	if err != nil {
		return err
	}
	for i := range all {
		k := &all[i]
		close := near[string(k.CustomerID)]
		key, err := s.Vault.Of(tx, string(k.CustomerID))
		if k.CustomerID == "" {
			close = who.Can(access.FollowUpWrite)
			key, err = s.Vault.Of(tx, privacy.CompanyID)
		}
		if err == privacy.ErrErased {
			continue // what was said is gone, that it was said stays
		}
		if err != nil {
			return err
		}
		var t said
		if err := desk.Open(key, place(k.ID), k.Sealed, &t); err != nil {
			return err
		}
		k.Text = customer.Prose(who, close, t.Text)
		if name, ok := names[string(k.CustomerID)]; ok {
			k.CustomerName = api.Text(name)
		}
	}
	return nil
}

// Comment adds a word to an open review, or to a customer in it that one sees. Errors: 422
// owner_out_of_reach for a colleague who does not read it.
func (s *Service) Comment(ctx context.Context, who access.Actor, id string, in NewComment) (Comment, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Comment, err error) {
		if err := tx.May(Table, id, join); err != nil {
			return none, err
		}
		if err := s.about(tx, id, in.CustomerID); err != nil {
			return none, err
		}
		if in.Text = strings.TrimSpace(in.Text); in.Text == "" {
			return none, fault.Rule("required", "text")
		}
		if rule.IsMasked(in.Text) {
			return none, fault.Rule("masked_value", "text")
		}
		key, err := s.Vault.Company(tx)
		if in.CustomerID != "" {
			key, err = s.Vault.Of(tx, in.CustomerID)
		}
		if err != nil {
			return none, err
		}
		row := struct {
			ID       string  `db:"id"`
			Review   string  `db:"review_id"`
			Customer api.Ref `db:"customer_id"`
			Author   string  `db:"author_id"`
			At       int64   `db:"at"`
			Texts    []byte  `db:"texts"`
		}{ID: tx.NewID(), Review: id, Customer: api.Ref(in.CustomerID), Author: who.ID(), At: tx.At()}
		if row.Texts, err = desk.Seal(key, place(row.ID), said{in.Text}); err != nil {
			return none, err
		}
		if err := tx.Insert(Comments, row); err != nil {
			return none, err
		}
		for _, user := range in.MentionIDs {
			if err := s.mention(tx, id, row.ID, in.CustomerID, user); err != nil {
				return none, err
			}
		}
		if err := audit.Note(tx, audit.Entry{Action: "review.comment", Kind: "review", Record: id, Customer: in.CustomerID}); err != nil {
			return none, err
		}
		rows, err := db.Find[Comment](tx, comments, db.Args{"review": id}, db.With{Where: []db.Cond{db.When("k.id = :comment", db.Args{"comment": row.ID})}, Limit: 1})
		if err != nil || len(rows) == 0 {
			return none, err
		}
		err = s.tell(tx, who, rows)
		return rows[0], err
	})
}

// mention tells a colleague who reads the review, and sees the customer it is about.
func (s *Service) mention(tx *db.Tx, id, comment, customerID, user string) error {
	me, _, err := account.Active(tx, tx.Who().ID())
	if err != nil {
		return err
	}
	if _, ok, err := account.Active(tx, user); err != nil || !ok {
		if err == nil {
			err = fault.Rule("invalid", "mention_ids")
		}
		return err
	}
	them, err := s.Actor(tx, user)
	if err != nil {
		return err
	}
	ok, err := tx.As(them).Reaches(Table, id, read)
	if err == nil && ok && customerID != "" {
		ok, err = tx.As(them).Reaches(customer.Table, customerID, sees)
	}
	if err == nil && !ok {
		err = fault.Rule("owner_out_of_reach", "mention_ids")
	}
	if err != nil {
		return err
	}
	r, err := db.One[Review](tx, one, db.Args{"id": id})
	if err != nil {
		return err
	}
	return s.Notices.Send(tx, notice.New{To: user, Kind: mentioned, Params: map[string]string{"by": me.Name, "team": r.DepartmentName, "from": r.From, "to": r.To},
		Link: notice.Link{Kind: "review", ID: id}, About: customerID, Cause: "review.mention:" + comment + ":" + user})
}
