package duplicate

import (
	"slices"

	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/likeness"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
)

type newRow struct {
	ID         string      `db:"id"`
	CustomerID string      `db:"customer_id"`
	OtherID    string      `db:"other_id"`
	Raised     bool        `db:"raised"`
	Why        api.Strings `db:"why"`
	CreatedAt  int64       `db:"created_at"`
	UpdatedAt  int64       `db:"updated_at"`
}

// Raise notes whom a customer may be, on both sides. A pair that stands already stays as
// it is, whatever was decided; an open one whose sides are no longer alike ends.
func (s *Service) Raise(tx *db.Tx, a likeness.About) error {
	p := tx.As(program)
	if !a.Fresh {
		var live bool
		var err error
		if a, live, err = about(p, a.ID); err != nil || !live {
			return err
		}
	}
	var keys []string
	if a.NameKey != "" {
		keys = []string{a.NameKey}
	}
	all, err := find(tx, a, keys)
	if err != nil {
		return err
	}
	for _, f := range all {
		fresh, err := p.InsertNew(Table, newRow{tx.NewID(), a.ID, f.ID, true, f.why, tx.At(), tx.At()})
		if err != nil {
			return err
		}
		if !fresh {
			continue
		}
		if _, err := p.InsertNew(Table, newRow{tx.NewID(), f.ID, a.ID, false, f.why, tx.At(), tx.At()}); err != nil {
			return err
		}
	}
	if a.Fresh {
		return nil
	}
	return s.endUnlike(p, a, all)
}

// about reads what is known of a live customer. An individual's name is sealed: his key
// alone is compared.
func about(p *db.Tx, id string) (a likeness.About, live bool, err error) {
	c, live, err := db.Maybe[struct {
		ID   string `db:"id"`
		Kind string `db:"kind"`
		Name string `db:"name"`
		Key  string `db:"name_key"`
		Code string `db:"credit_code"`
	}](p, aboutOf, db.Args{"id": id})
	if err != nil || !live {
		return a, live, err
	}
	a = likeness.About{ID: c.ID, Kind: c.Kind, Name: c.Name, NameKey: c.Key, CreditCode: c.Code}
	rows, err := db.All[reach](p, reachOf, db.Args{"customer": id})
	for _, r := range rows {
		for _, n := range [][]byte{r.Mobile, r.Mobile2, r.Phone} {
			if len(n) > 0 {
				a.Numbers = append(a.Numbers, n)
			}
		}
		if len(r.Email) > 0 {
			a.Emails = append(a.Emails, r.Email)
		}
	}
	return a, true, err
}

type one struct {
	ID string `db:"id"`
}

// endUnlike ends the open pairs of a customer that nothing speaks for any more.
func (s *Service) endUnlike(p *db.Tx, a likeness.About, still []found) error {
	open, err := db.All[one](p, openOf, db.Args{"customer": a.ID})
	if err != nil {
		return err
	}
	for _, o := range open {
		if slices.ContainsFunc(still, func(f found) bool { return f.ID == o.ID }) {
			continue
		}
		b, live, err := about(p, o.ID)
		if err != nil {
			return err
		}
		if !live || alike(a, b) {
			continue
		}
		if _, err := p.ChangeAll(end, db.Args{"customer": a.ID, "other": o.ID}); err != nil {
			return err
		}
	}
	return nil
}

// alike is what find asks, of two customers alone.
func alike(a, b likeness.About) bool {
	if l, decided := likeness.Codes(a.CreditCode, b.CreditCode); decided {
		return l == rule.Same
	}
	if a.NameKey == b.NameKey {
		return true
	}
	if a.Kind != customer.Individual && b.Kind != customer.Individual && rule.CompareNames(a.Name, b.Name) != rule.Different {
		return true
	}
	r := reach{}
	for _, n := range b.Numbers {
		r.Mobile = n
		if len(r.shared(a)) > 0 {
			return true
		}
	}
	for _, e := range b.Emails {
		if len(reach{Email: e}.shared(a)) > 0 {
			return true
		}
	}
	return false
}

// Suspected gives whom a customer may be, as the viewer may know them.
func (s *Service) Suspected(tx *db.Tx, id string) ([]likeness.Match, error) {
	open, err := db.All[one](tx, openOf, db.Args{"customer": id})
	if err != nil || len(open) == 0 {
		return nil, err
	}
	var ids []string
	for _, o := range open[:min(len(open), mostMatches)] {
		ids = append(ids, o.ID)
	}
	rows, err := db.All[holder](tx.As(program), byIDs, db.Args{"ids": ids})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(rows, func(a, b holder) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return s.matches(tx, rows)
}
