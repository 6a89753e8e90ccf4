package back

import (
	"context"
	"errors"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/archive"
	"zhike/internal/crm/comment"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/merge"
	"zhike/internal/crm/quality"
)

// Keeping is what the care of records leans on.
type Keeping struct {
	Customers *customer.Service
	Merges    *merge.Service
	Archives  *archive.Service
	Comments  *comment.Service
	Quality   *quality.Service
}

// The care of records: two that were one, files put away, what colleagues say of a talk, who
// works for two customers, and what was looked through this quarter.
type care struct {
	Merges []struct {
		Customer, Other, By string
		Day                 int
	}
	Archives []struct {
		By, Status, Category, Business, Place, Note string
		Day, Most                                   int
		Lend                                        *struct {
			To, Purpose string
			Day, Due    int
		}
	}
	Comments []struct {
		Customer, By, Text string
		Day                int
		Talk               int // the how-manieth of the customer's talks, the latest 0
		Mention            []string
	}
	Affiliations []struct {
		Customer, Of, By, Title, Role string
		Contact, Day                  int
	}
	KeyChanges []struct { // a mobile that somebody else says, and that waits for the owner
		Customer, By, Mobile string
		Contact, Day         int
	}
	Checks []struct {
		By   string
		Day  int
		Most int
	}
}

func (s Stage) keep(w care) {
	for _, m := range w.Merges {
		s.On(s.Told(m.Day, 10, 50), "merge "+m.Customer, func(ctx context.Context) error {
			who := s.Actor(m.By)
			one, err := s.Customers.Get(ctx, who, s.Customer(m.Customer))
			if err != nil {
				return err
			}
			other, err := s.Customers.Get(ctx, who, s.Customer(m.Other))
			if err != nil {
				return err
			}
			s.Merged()
			_, err = s.Merges.Merge(ctx, who, one.ID, one.Version, merge.Ask{OtherID: other.ID, OtherVersion: other.Version, Keep: true})
			return err
		})
	}
	for _, a := range w.Archives {
		s.On(s.Told(a.Day, 16, 30), "archive", func(ctx context.Context) error {
			return s.putAway(ctx, a.By, a.Status, a.Most, archive.Putting{Category: a.Category, Business: a.Business, Place: a.Place, Note: a.Note})
		})
		if l := a.Lend; l != nil {
			s.On(s.Told(l.Day, 9, 20), "lend", func(ctx context.Context) error {
				files, err := s.Archives.List(ctx, s.Actor(a.By), archive.Query{Limit: 1})
				if err != nil || len(files.Items) == 0 { // a young company has nothing so old
					return err
				}
				_, err = s.Archives.Lend(ctx, s.Actor(a.By), files.Items[0].ID, 0, archive.Lending{BorrowerID: s.Actor(l.To).ID(), Purpose: l.Purpose, DueOn: s.At(l.Due, 12, 0).Format(time.DateOnly)})
				return err
			})
		}
	}
	for n, c := range w.Comments {
		s.On(s.Told(c.Day, 11, 10+n), "comment on "+c.Customer, func(ctx context.Context) error {
			said, err := s.FollowUps.Of(ctx, s.Actor(c.By), s.Customer(c.Customer), followup.Query{Limit: c.Talk + 1})
			if err != nil || len(said.Items) <= c.Talk {
				return errors.Join(err, errors.New("no such talk"))
			}
			in := comment.New{Text: c.Text}
			for _, login := range c.Mention {
				in.MentionIDs = append(in.MentionIDs, s.Actor(login).ID())
			}
			_, err = s.Comments.Write(ctx, s.Actor(c.By), said.Items[c.Talk].ID, in)
			return err
		})
	}
	for _, a := range w.Affiliations {
		s.On(s.Told(a.Day, 15, 20), "affiliation", func(ctx context.Context) error {
			people, err := s.Directory.Of(ctx, s.Actor(a.By), s.Customer(a.Of), struct{}{})
			if err != nil || len(people.Items) <= a.Contact {
				return errors.Join(err, errors.New("no such contact"))
			}
			_, err = s.Directory.Affiliating(ctx, s.Actor(a.By), s.Customer(a.Customer), directory.Join{ContactID: people.Items[a.Contact].ID, Title: a.Title, Role: a.Role})
			return err
		})
	}
	for _, k := range w.KeyChanges {
		s.On(s.Told(k.Day, 14, 35), "key change", func(ctx context.Context) error {
			people, err := s.Directory.Of(ctx, s.Actor(k.By), s.Customer(k.Customer), struct{}{})
			if err != nil || len(people.Items) <= k.Contact {
				return errors.Join(err, errors.New("no such contact"))
			}
			p := people.Items[k.Contact]
			_, err = s.Directory.Change(ctx, s.Actor(k.By), p.ID, p.Version, contact.Change{Mobile: api.Some(k.Mobile)})
			return err
		})
	}
	for _, k := range w.Checks {
		s.On(s.Told(k.Day, 17, 50), "checks", func(ctx context.Context) error {
			who := s.Actor(k.By)
			own, err := s.Customers.List(ctx, who, api.ListQuery{Filter: `{"field":"owner_id","op":"eq","value":"me"}`, Sort: "created_at", Limit: k.Most})
			if err != nil {
				return err
			}
			for _, c := range own.Items {
				if _, err := s.Quality.Check(ctx, who, c.ID, 0); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// putAway archives the oldest customers of a status that somebody reaches.
func (s Stage) putAway(ctx context.Context, by, status string, most int, in archive.Putting) error {
	who := s.Actor(by)
	old, err := s.Customers.List(ctx, who, api.ListQuery{Filter: `{"all":[{"field":"status","op":"in","value":["` + status + `"]},{"field":"last_follow_up_at","op":"older_than_days","value":90}]}`, Sort: "created_at", Limit: most})
	if err != nil {
		return err
	}
	for _, c := range old.Items {
		if _, err := s.Archives.Put(ctx, who, c.ID, c.Version, in); err != nil {
			return err
		}
	}
	return nil
}
