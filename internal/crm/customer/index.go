package customer

import (
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/search"
	"zhike/internal/platform/db"
	"zhike/internal/platform/words"
)

type indexRow struct {
	Code       string  `db:"code"`
	Kind       string  `db:"kind"`
	ShortName  string  `db:"short_name"`
	Owner      api.Ref `db:"owner_id"`
	Department api.Ref `db:"department_id"`
	Pool       api.Ref `db:"pool_id"`
	Custom     Custom  `db:"custom"`

	own  []string // what the company's own fields are found by
	also []string // words of those who were merged into it
}

var indexed = db.SQL(`SELECT c.code, c.kind, c.short_name, c.owner_id, c.department_id, c.pool_id, c.custom FROM {customers c} WHERE c.id = :id`, Table)

// index writes the words of a customer: number, names, and the people there as keyed
// hashes; and who it is filed under.
func (s *Service) index(tx *db.Tx, id, full string, people []string) error {
	r, place, err := s.place(tx, id)
	if err != nil {
		return err
	}
	return tx.Index("customer", id, s.wordsOf(r, full, people, place))
}

func (s *Service) wordsOf(r indexRow, full string, people, place []string) []string {
	hash := search.PersonHash(s.Vault.Keys)
	all := append(slices.Clone(place), words.Tokens(r.Code)...)
	if r.Kind == Individual {
		all = append(all, words.PersonTokens(full, hash)...)
	} else {
		all = append(all, words.NameTokens(full)...)
		all = append(all, words.NameTokens(r.ShortName)...)
	}
	for _, text := range r.own {
		all = append(all, words.NameTokens(text)...)
	}
	all = append(all, r.also...)
	for _, name := range people {
		all = append(all, words.PersonTokens(name, hash)...)
	}
	return words.Once(all)
}

func (s *Service) place(tx *db.Tx, id string) (r indexRow, place []string, err error) {
	p := tx.As(program)
	if r, err = db.One[indexRow](p, indexed, db.Args{"id": id}); err != nil {
		return r, nil, err
	}
	if r.own, err = s.Own.Sought(tx, "customer", r.Custom); err != nil {
		return r, nil, err
	}
	if r.also, err = s.Aliases(tx, id); err != nil {
		return r, nil, err
	}
	ids, err := s.MemberIDs(tx, id)
	return r, search.Place(string(r.Owner), string(r.Department), string(r.Pool), ids), err
}

// Place is who a customer and its people are filed under in the index.
func (s *Service) Place(tx *db.Tx, id string) ([]string, error) {
	_, place, err := s.place(tx, id)
	return place, err
}

// Reindex files a customer and its people anew, after its owner or members changed.
func (s *Service) Reindex(tx *db.Tx, id string) error {
	c, err := s.Whole(tx.As(program), id)
	if err != nil {
		return err
	}
	r, place, err := s.place(tx, id)
	if err != nil {
		return err
	}
	names, err := s.People.File(tx, id, place)
	if err != nil {
		return err
	}
	return tx.Index("customer", id, s.wordsOf(r, c.Name, names, place))
}

// Sought is what a search box asks of records of kind that are filed under a customer, in
// the column that names them; last4 is what was typed where it may be the end of a number.
func (s *Service) Sought(tx *db.Tx, id db.Column, kind, q string, bound int) (c db.Cond, last4 string, err error) {
	within, err := search.Within(tx, actor(tx), access.CustomerRead)
	if err != nil {
		return db.Nothing(), "", err
	}
	ask := search.Sought(s.Vault.Keys, q)
	ask.Within = within
	if actor(tx).Sees(access.ContactValues) != access.Hidden {
		last4, _ = search.LastFour(q)
	}
	return tx.Matching(id, kind, ask, bound), last4, nil
}

// Words is what a search box asks of customers.
func (s *Service) Words(tx *db.Tx, q string, bound int) (db.Cond, error) {
	c, last4, err := s.Sought(tx, db.Col("c.id"), "customer", q, bound)
	if err != nil || last4 == "" {
		return c, err
	}
	return db.AnyOf(c, s.People.EndingIn(db.Col("c.id"), last4)), nil
}

// Find answers the search over everything with customers.
func (s *Service) Find(tx *db.Tx, q string, limit int) ([]search.Hit, error) {
	if !actor(tx).Can(access.CustomerRead) {
		return nil, nil
	}
	c, err := s.Words(tx, q, db.SearchBound)
	if err != nil {
		return nil, err
	}
	rows, err := s.Latest(tx, c, limit)
	if err != nil {
		return nil, err
	}
	var hits []search.Hit
	for _, r := range rows {
		hits = append(hits, search.Hit{Kind: "customer", ID: r.ID, Title: r.Name, Subtitle: strings.TrimSpace(r.Code + " " + string(r.OwnerName)), Archived: r.Archived})
	}
	return hits, nil
}

// showAll makes list rows what the viewer may see: an individual's name is clear for
// whoever works with him.
func (s *Service) showAll(tx *db.Tx, rows []Summary) error {
	who := actor(tx)
	individuals, ids := map[string][]byte{}, []string{}
	for i := range rows {
		ids = append(ids, rows[i].ID)
		rows[i].view(who)
		custom, err := s.Own.View(tx, "customer", rows[i].Custom, nil)
		if err != nil {
			return err
		}
		rows[i].Custom = custom
		if rows[i].Kind == Individual {
			individuals[rows[i].ID] = rows[i].NameSealed
		}
	}
	if err := s.badge(tx, rows, ids); err != nil || len(individuals) == 0 {
		return err
	}
	clear, err := s.opened(tx, individuals)
	for i := range rows {
		if name, ok := clear[rows[i].ID]; ok {
			rows[i].Name = name
		}
	}
	return err
}

// badge gives customers their tiers.
func (s *Service) badge(tx *db.Tx, rows []Summary, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	of, err := s.Badges(tx, ids)
	for i := range rows {
		if rows[i].Tiers = of[rows[i].ID]; rows[i].Tiers == nil {
			rows[i].Tiers = api.Strings{}
		}
	}
	return err
}

// MemberIDs are the collaborators of a customer and those with a grant.
func (s *Service) MemberIDs(tx *db.Tx, id string) ([]string, error) {
	rows, err := db.All[idOf](tx.As(program), memberIDs, db.Args{"customer": id})
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids, err
}
