package customer

import (
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/search"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/words"
)

type indexRow struct {
	Code       string  `db:"code"`
	Kind       string  `db:"kind"`
	ShortName  string  `db:"short_name"`
	Owner      *string `db:"owner_id"`
	Department *string `db:"department_id"`
	Pool       *string `db:"pool_id"`
}

var (
	indexed  = db.SQL(`SELECT c.code, c.kind, c.short_name, c.owner_id, c.department_id, c.pool_id FROM {customers c} WHERE c.id = :id`, Table)
	peopleAt = db.SQL(`SELECT p.id, p.customer_id, p.name_sealed FROM {contacts p} WHERE p.customer_id = :customer`, Contacts)
)

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
	for _, name := range people {
		all = append(all, words.PersonTokens(name, hash)...)
	}
	return once(all)
}

func (s *Service) place(tx *db.Tx, id string) (r indexRow, place []string, err error) {
	p := tx.As(program)
	if r, err = db.One[indexRow](p, indexed, db.Args{"id": id}); err != nil {
		return r, nil, err
	}
	ids, err := s.memberIDs(tx, id)
	return r, search.Place(str(r.Owner), str(r.Department), str(r.Pool), ids), err
}

func (s *Service) indexContact(tx *db.Tx, customer, id, name string) error {
	_, place, err := s.place(tx, customer)
	if err != nil {
		return err
	}
	return tx.Index("contact", id, once(append(place, words.PersonTokens(name, search.PersonHash(s.Vault.Keys))...)))
}

// reindex files a customer and its people anew, after its owner or members changed.
func (s *Service) reindex(tx *db.Tx, id string) error {
	c, err := s.whole(tx.As(program), id)
	if err != nil {
		return err
	}
	rows, err := db.All[struct {
		ID       string `db:"id"`
		Customer string `db:"customer_id"`
		Name     []byte `db:"name_sealed"`
	}](tx.As(program), peopleAt, db.Args{"customer": id})
	if err != nil {
		return err
	}
	var names []string
	for _, r := range rows {
		key, err := s.Vault.Of(tx, r.ID)
		if err != nil {
			return err
		}
		name, err := key.Open("contacts/name/"+r.ID, r.Name)
		if err != nil {
			return err
		}
		names = append(names, string(name))
		if err := s.indexContact(tx, id, r.ID, string(name)); err != nil {
			return err
		}
	}
	return s.index(tx, id, c.Name, names)
}

// sought is what a search box asks of records of kind, in the column that names them.
func (s *Service) sought(tx *db.Tx, id db.Column, kind, q string, bound int) (db.Cond, error) {
	within, err := search.Within(tx, actor(tx), access.CustomerRead)
	if err != nil {
		return db.Nothing(), err
	}
	ask := search.Sought(s.Vault.Keys, q)
	ask.Within = within
	c := tx.Matching(id, kind, ask, bound)
	last4, ok := search.LastFour(q)
	if !ok || actor(tx).Sees(access.ContactValues) == access.Hidden {
		return c, nil
	}
	i := s.Vault.Keys.Index(crypt.Last4, last4)
	any := db.AnyOf(db.Compare(db.Col("x.mobile_last4"), "=", i), db.Compare(db.Col("x.phone_last4"), "=", i))
	key := "customer_id"
	if kind == "contact" {
		key = "id"
	}
	return db.AnyOf(c, db.Linked(id, Contacts, key, any)), nil
}

// Find answers the search over everything with customers and contacts.
func (s *Service) Find(tx *db.Tx, q string, limit int) ([]search.Hit, error) {
	who := actor(tx)
	if !who.Can(access.CustomerRead) {
		return nil, nil
	}
	c, err := s.sought(tx, db.Col("c.id"), "customer", q, db.SearchBound)
	if err != nil {
		return nil, err
	}
	rows, err := db.Find[Summary](tx, list, nil, db.With{Where: []db.Cond{c}, Order: db.Down("c.updated_at", "c.id"), Limit: limit})
	if err != nil {
		return nil, err
	}
	if err := s.showAll(tx, rows); err != nil {
		return nil, err
	}
	var hits []search.Hit
	for _, r := range rows {
		hits = append(hits, search.Hit{Kind: "customer", ID: r.ID, Title: r.Name, Subtitle: strings.TrimSpace(r.Code + " " + string(r.OwnerName))})
	}
	if !who.Can(access.ContactRead) {
		return hits, nil
	}
	if c, err = s.sought(tx, db.Col("p.id"), "contact", q, db.SearchBound); err != nil {
		return nil, err
	}
	contacts, err := db.Find[Contact](tx, contactList, nil, db.With{Where: []db.Cond{c}, Order: db.Down("p.updated_at", "p.id"), Limit: limit})
	if err != nil {
		return nil, err
	}
	if err := s.showMany(tx, contacts); err != nil {
		return nil, err
	}
	for _, p := range contacts {
		hits = append(hits, search.Hit{Kind: "contact", ID: p.ID, Title: p.Name, Subtitle: strings.TrimSpace(string(p.CustomerName + " " + p.Title)), CustomerID: api.Text(p.CustomerID)})
	}
	return hits, nil
}

// showAll makes list rows what the viewer may see: an individual's name is clear for
// whoever works with him.
func (s *Service) showAll(tx *db.Tx, rows []Summary) error {
	who := actor(tx)
	var individuals []string
	for i := range rows {
		rows[i].view(who)
		if rows[i].Kind == Individual {
			individuals = append(individuals, rows[i].ID)
		}
	}
	if len(individuals) == 0 {
		return nil
	}
	near, err := tx.Among(Table, add(access.FollowUpWrite), individuals)
	if err != nil {
		return err
	}
	keys, err := s.Vault.Many(tx, individuals)
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		key, ok := keys[r.ID]
		if !ok || !near[r.ID] || len(r.NameSealed) == 0 {
			continue
		}
		name, err := key.Open(namePlace+r.ID, r.NameSealed)
		if err != nil {
			return err
		}
		r.Name = string(name)
	}
	return nil
}

func once(all []string) []string {
	seen := make(map[string]bool, len(all))
	out := all[:0]
	for _, w := range all {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}

func str(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}
