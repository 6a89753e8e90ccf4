package comment

import (
	"context"
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/desk"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/internal/platform/words"
)

// Query says about which follow-ups of a customer.
type Query struct {
	FollowUps string `query:"follow_ups" maxLength:"4000" doc:"Ids, by commas; at most a hundred."`
}

// Of gives what was said about follow-ups of a customer, the first first.
func (s *Service) Of(ctx context.Context, who access.Actor, id string, q Query) (api.Items[Comment], error) {
	ids := strings.Split(q.FollowUps, ",")
	if len(ids) > 100 {
		return api.Items[Comment]{}, fault.Rule("too_many", "follow_ups").With(map[string]any{"max": 100})
	}
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Comment], err error) {
		rows, err := db.All[Comment](tx, ofTalks, db.Args{"ids": ids})
		if err != nil {
			return out, err
		}
		out.Items = append([]Comment{}, slices.DeleteFunc(rows, func(c Comment) bool { return c.CustomerID != id })...)
		return out, s.show(tx, who, out.Items)
	})
}

// Thread gives what was said about one follow-up.
func (s *Service) Thread(ctx context.Context, who access.Actor, id string, _ struct{}) (api.Items[Comment], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Comment], err error) {
		rows, err := db.All[Comment](tx, ofTalks, db.Args{"ids": []string{id}})
		out.Items = append([]Comment{}, rows...)
		if err != nil {
			return out, err
		}
		return out, s.show(tx, who, out.Items)
	})
}

// Get gives one comment.
func (s *Service) Get(ctx context.Context, who access.Actor, id string) (Comment, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Comment, error) { return s.load(tx, who, id) })
}

func (s *Service) load(tx *db.Tx, who access.Actor, id string) (Comment, error) {
	c, err := db.One[Comment](tx, byID, db.Args{"id": id})
	if err != nil {
		return c, err
	}
	all := []Comment{c}
	err = s.show(tx, who, all)
	return all[0], err
}

// show opens comments as the viewer may read them.
func (s *Service) show(tx *db.Tx, who access.Actor, all []Comment) error {
	var customers, users []string
	for _, c := range all {
		customers, users = append(customers, c.CustomerID), append(users, c.MentionIDs...)
	}
	near, err := tx.Among(customer.Table, write, customers)
	if err != nil {
		return err
	}
	keys, err := s.Vault.Many(tx, customers)
	if err != nil {
		return err
	}
	hours, err := setting.CorrectHours.In(tx)
	if err != nil {
		return err
	}
	named := map[string]string{}
	if len(users) > 0 {
		rows, err := db.All[Named](tx, people, db.Args{"ids": users})
		if err != nil {
			return err
		}
		for _, u := range rows {
			named[u.ID] = u.Name
		}
	}
	for i := range all {
		c := &all[i]
		c.Mentions = []Named{}
		for _, id := range c.MentionIDs {
			if name, ok := named[id]; ok {
				c.Mentions = append(c.Mentions, Named{id, name})
			}
		}
		c.MayChange = near[c.CustomerID] && c.open(who.Place(), tx.Now(), hours)
		key, ok := keys[c.CustomerID]
		if !ok || c.DeletedAt > 0 {
			continue // what was said is gone, that it was said stays
		}
		var t texts
		if err := desk.Open(key, place(c.ID), c.Sealed, &t); err != nil {
			return err
		}
		c.Text = customer.Prose(who, near[c.CustomerID], t.Text)
	}
	return nil
}

// Seeking is a part of a name.
type Seeking struct {
	Q string `query:"q" maxLength:"50"`
}

// tried is how many colleagues are looked at, of whom those are shown who see the customer.
const tried, shown = 60, 8

// Readers gives colleagues who may be named about a follow-up, by a part of their name, its pinyin or its initials.
func (s *Service) Readers(ctx context.Context, who access.Actor, id string, q Seeking) (api.Items[Named], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[Named], err error) {
		out.Items = []Named{}
		f, err := db.One[subject](tx, talk, db.Args{"id": id})
		if err != nil {
			return out, err
		}
		all, err := db.Find[Named](tx, sought, nil, db.With{Limit: account.Everybody})
		if err != nil {
			return out, err
		}
		q.Q = strings.TrimSpace(q.Q)
		rows := slices.DeleteFunc(all, func(u Named) bool { return !words.PersonHolds(u.Name, q.Q) })
		for _, u := range rows[:min(len(rows), tried)] {
			if len(out.Items) == shown {
				break
			}
			if u.ID == who.ID() {
				continue
			}
			ok, err := s.reaches(tx, f.Customer, u.ID)
			if err != nil {
				return out, err
			}
			if ok {
				out.Items = append(out.Items, u)
			}
		}
		return out, nil
	})
}
