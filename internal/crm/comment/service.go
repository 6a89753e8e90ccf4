package comment

import (
	"context"
	"slices"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/notice"
	"zhike/internal/base/privacy"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/desk"
	"zhike/internal/crm/followup"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Service keeps comments.
type Service struct {
	DB        *db.DB
	Vault     *privacy.Vault
	Customers *customer.Service
	Notices   *notice.Service
	Account   *account.Service
}

const columns = `SELECT k.id, k.customer_id, k.follow_up_id, k.author_id, u.name AS author_name, k.at, k.changed_at, k.deleted_at, k.mention_ids, k.texts, k.version
	FROM {comments k} LEFT JOIN {users u} ON u.id = k.author_id `

var (
	ofTalks = db.SQL(columns+`WHERE k.follow_up_id IN (:ids) ORDER BY k.at, k.id LIMIT 1000`, Table, account.Users)
	byID    = db.SQL(columns+`WHERE k.id = :id`, Table, account.Users)
	people  = db.SQL(`SELECT u.id, u.name FROM {users u} WHERE u.id IN (:ids)`, account.Users)
	sought  = db.SQL(`SELECT u.id, u.name FROM {users u} WHERE u.state = 'active' AND {filter} ORDER BY u.name, u.id LIMIT {limit}`, account.Users)
	talk    = db.SQL(`SELECT f.id, f.customer_id, f.author_id AS author, c.name FROM {follow_ups f} JOIN {customers c} ON c.id = f.customer_id WHERE f.id = :id`, followup.Table, customer.Table)
	blank   = db.SQL(`UPDATE {comments!change k} SET texts = NULL, mention_ids = :kept WHERE k.id = :id`, Table)
	purge   = db.SQL(`DELETE FROM {comments!change k} WHERE k.customer_id = :customer`, Table)
)

var errTooOld = fault.New(fault.Conflict, "comment_stands")

type subject struct {
	ID       string  `db:"id"`
	Customer string  `db:"customer_id"`
	Author   api.Ref `db:"author"`
	Name     string  `db:"name"` // as the row keeps it: a person's is masked there
}

// Write says something about a follow-up, and tells those who are named and who wrote it.
// Errors: 422 owner_out_of_reach for a colleague who does not see the customer.
func (s *Service) Write(ctx context.Context, who access.Actor, id string, in New) (Comment, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Comment, err error) {
		f, err := db.One[subject](tx, talk, db.Args{"id": id})
		if err != nil {
			return none, err
		}
		if in.Text, err = judge(in.Text); err != nil {
			return none, err
		}
		in.MentionIDs = unique(in.MentionIDs)
		if err := s.reachable(tx, f.Customer, in.MentionIDs); err != nil {
			return none, err
		}
		row := struct {
			ID       string      `db:"id"`
			Customer string      `db:"customer_id"`
			At       int64       `db:"at"`
			Mentions api.Strings `db:"mention_ids"`
			Texts    []byte      `db:"texts"`
			Updated  int64       `db:"updated_at"`
		}{tx.NewID(), f.Customer, tx.At(), in.MentionIDs, nil, tx.At()}
		if row.Texts, err = s.seal(tx, f.Customer, row.ID, in.Text); err != nil {
			return none, err
		}
		if err := tx.Insert(Table, row, say.With(db.Args{"author_id": who.ID(), "follow_up_id": id})); err != nil {
			return none, err
		}
		if err := s.tell(tx, f, row.ID, in.MentionIDs); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "comment.create", Kind: "follow_up", Record: id, Customer: f.Customer}); err != nil {
			return none, err
		}
		return s.load(tx, who, row.ID)
	})
}

func unique(ids []string) []string {
	out := slices.Clone(ids)
	slices.Sort(out)
	return slices.Compact(out)
}

func (s *Service) seal(tx *db.Tx, customerID, id, text string) ([]byte, error) {
	key, err := s.Vault.Of(tx, customerID)
	if err != nil {
		return nil, err
	}
	return desk.Seal(key, place(id), texts{text})
}

// reaches says whether a colleague is here and reads follow-ups of a customer.
func (s *Service) reaches(tx *db.Tx, customerID, user string) (bool, error) {
	if _, ok, err := account.Active(tx, user); err != nil || !ok {
		return false, err
	}
	them, err := s.Account.ActorOf(tx, user)
	if err != nil {
		return false, err
	}
	return tx.As(them).Reaches(customer.Table, customerID, read)
}

func (s *Service) reachable(tx *db.Tx, customerID string, users []string) error {
	for _, u := range users {
		ok, err := s.reaches(tx, customerID, u)
		if err == nil && !ok {
			err = fault.Rule("owner_out_of_reach", "mention_ids")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tell tells those who are named, and the follow-up's writer if he still sees it: that
// something was said, not what.
func (s *Service) tell(tx *db.Tx, f subject, id string, users []string) error {
	me, _, err := account.Active(tx, tx.Who().ID())
	if err != nil {
		return err
	}
	send := func(to, kind string) error {
		return s.Notices.Send(tx, notice.New{To: to, Kind: kind, Params: map[string]string{"by": me.Name, "customer": f.Name}, Link: notice.Link{Kind: "customer", ID: f.Customer},
			About: f.Customer, Cause: "comment:" + id + ":" + to})
	}
	for _, u := range users {
		if err := send(u, mentioned); err != nil {
			return err
		}
	}
	author := string(f.Author)
	if author == "" || slices.Contains(users, author) {
		return nil
	}
	if ok, err := s.reaches(tx, f.Customer, author); err != nil || !ok {
		return err
	}
	return send(author, answered)
}

// mine is a comment that the viewer may still change.
func (s *Service) mine(tx *db.Tx, who access.Actor, id string, version int64) (Comment, error) {
	c, err := s.load(tx, who, id)
	if err != nil {
		return c, err
	}
	switch {
	case c.Version != version:
		return c, db.ErrStale
	case string(c.AuthorID) != who.ID():
		return c, db.ErrNotYours
	}
	if err := tx.May(Table, id, write); err != nil {
		return c, err
	}
	if !c.MayChange {
		return c, errTooOld
	}
	return c, nil
}

// Change mends a comment: by its writer, for a day. Who is named anew is told.
func (s *Service) Change(ctx context.Context, who access.Actor, id string, version int64, in Change) (Comment, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Comment, err error) {
		c, err := s.mine(tx, who, id, version)
		if err != nil {
			return none, err
		}
		text, err := judge(in.Text.Or(c.Text))
		if err != nil {
			return none, err
		}
		mentions := unique(in.MentionIDs.Or(c.MentionIDs))
		fresh := slices.DeleteFunc(slices.Clone(mentions), func(u string) bool { return slices.Contains(c.MentionIDs, u) })
		if err := s.reachable(tx, c.CustomerID, fresh); err != nil {
			return none, err
		}
		sealed, err := s.seal(tx, c.CustomerID, id, text)
		if err != nil {
			return none, err
		}
		if err := tx.Update(Table, id, version, struct {
			Texts    []byte      `db:"texts"`
			Mentions api.Strings `db:"mention_ids"`
			At       int64       `db:"changed_at"`
		}{sealed, mentions, tx.At()}); err != nil {
			return none, err
		}
		f, err := db.One[subject](tx, talk, db.Args{"id": c.FollowUpID})
		if err != nil {
			return none, err
		}
		f.Author = "" // he was told when it was said
		if err := s.tell(tx, f, id, fresh); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "comment.change", Kind: "follow_up", Record: c.FollowUpID, Customer: c.CustomerID}); err != nil {
			return none, err
		}
		return s.load(tx, who, id)
	})
}

// Delete takes a comment away: by its writer, for a day. That it was there stays, and what was
// told of it ends.
func (s *Service) Delete(ctx context.Context, who access.Actor, id string, version int64) error {
	_, err := db.Write(ctx, s.DB, who, func(tx *db.Tx) (int, error) {
		c, err := s.mine(tx, who, id, version)
		if err != nil {
			return 0, err
		}
		if err := tx.Set(drop, id, version, db.Args{"deleted_at": tx.At()}); err != nil {
			return 0, err
		}
		if err := tx.Change(blank, db.Args{"id": id, "kept": api.Strings{}}); err != nil {
			return 0, err
		}
		f, err := db.One[subject](tx, talk, db.Args{"id": c.FollowUpID})
		if err != nil {
			return 0, err
		}
		var told []string
		for _, u := range append([]string(c.MentionIDs), string(f.Author)) {
			told = append(told, "comment:"+id+":"+u)
		}
		if err := s.Notices.End(tx, told...); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "comment.delete", Kind: "follow_up", Record: c.FollowUpID, Customer: c.CustomerID})
	})
	return err
}

// Purged forgets what was said about a customer that leaves the bin for good.
func (s *Service) Purged(tx *db.Tx, id string) error {
	_, err := tx.As(program).ChangeAll(purge, db.Args{"customer": id})
	return err
}

// Routes are the operations on comments.
func (s *Service) Routes(r *api.Router) {
	about := func(path string, may access.Permission) api.Op {
		return api.Op{Path: path, May: may, On: followup.Table}
	}
	at := func(may access.Permission) api.Op { return api.Op{Path: "/comments/{id}", May: may, On: Table} }
	api.ListUnder(r, api.Op{Path: "/customers/{id}/comments", May: access.FollowUpRead, On: customer.Table}, s.Of)
	api.ListUnder(r, about("/follow-ups/{id}/comments", access.FollowUpRead), s.Thread)
	api.CreateUnder(r, about("/follow-ups/{id}/comments", access.FollowUpWrite), s.Write, s.Get)
	api.ListUnder(r, about("/follow-ups/{id}/readers", access.FollowUpWrite), s.Readers)
	api.Get(r, at(access.FollowUpRead), s.Get)
	api.Change(r, at(access.FollowUpWrite), s.Change)
	api.Delete(r, at(access.FollowUpWrite), s.Delete)
}
