package duplicate

import (
	"bytes"
	"slices"

	"zhike/internal/base/api"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/likeness"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
)

// Bounds of a search: how many candidates are compared, how many customers with one
// number are looked at, and how many matches come of it.
const (
	mostCompared = 200
	mostReached  = 40
	mostMatches  = 10
)

type holder struct {
	ID        string   `db:"id"`
	Name      string   `db:"name"`
	Kind      string   `db:"kind"`
	Code      string   `db:"credit_code"`
	OwnerID   api.Ref  `db:"owner_id"`
	OwnerName api.Text `db:"owner_name"`
	CreatedAt api.Time `db:"created_at"`
}

type reach struct {
	Customer string `db:"customer_id"`
	Mobile   []byte `db:"mobile_index"`
	Mobile2  []byte `db:"mobile2_index"`
	Phone    []byte `db:"phone_index"`
	Email    []byte `db:"email_index"`
}

// A found customer may be the one that is asked about: why, and whether it surely is.
type found struct {
	holder
	why  api.Strings
	same bool
}

// A search gathers what may be one with a customer, each once.
type search struct {
	tx    *db.Tx // as the program: all live customers, whoever owns them
	about likeness.About
	by    map[string]*found
	order []string
}

// find looks for customers that may be the one described, the surest ways first: its
// code, its name, names like it, and the numbers and addresses of its people.
func find(tx *db.Tx, a likeness.About, keys []string) ([]found, error) {
	s := &search{tx: tx.As(program), about: a, by: map[string]*found{}}
	for _, look := range []func() error{s.code, func() error { return s.key(keys) }, s.near, s.reached} {
		if err := look(); err != nil {
			return nil, err
		}
	}
	var all []found
	for _, id := range s.order {
		all = append(all, *s.by[id])
	}
	slices.SortStableFunc(all, func(a, b found) int {
		if a.same != b.same {
			return map[bool]int{true: -1, false: 1}[a.same]
		}
		return int(min(1, max(-1, a.CreatedAt-b.CreatedAt)))
	})
	return all[:min(len(all), mostMatches)], nil
}

func (s *search) add(h holder, why string, same bool) {
	f := s.by[h.ID]
	if f == nil {
		f = &found{holder: h}
		s.by[h.ID] = f
		s.order = append(s.order, h.ID)
	}
	if !slices.Contains(f.why, why) {
		f.why = append(f.why, why)
	}
	f.same = f.same || same
}

func (s *search) code() error {
	if s.about.CreditCode == "" || s.about.Fresh {
		return nil // of a fresh one it was made sure that nobody holds it
	}
	rows, err := db.All[holder](s.tx, byCode, db.Args{"code": s.about.CreditCode, "self": s.about.ID})
	for _, h := range rows {
		s.add(h, "credit_code", true)
	}
	return err
}

func (s *search) key(keys []string) error {
	if a := s.about; len(keys) == 0 || a.Fresh && a.Kind != customer.Individual && likeness.MarksOf(a.Name).Same != 0 {
		return nil // of a fresh one near looks by what the key holds, without the place
	}
	rows, err := db.All[holder](s.tx, byKey, db.Args{"keys": keys, "self": s.about.ID})
	for _, h := range rows {
		if h.Kind == customer.Individual {
			s.add(h, "name", true) // the key is of the whole name
			continue
		}
		s.compare(h)
	}
	return err
}

func (s *search) compare(h holder) {
	if s.by[h.ID] != nil {
		return
	}
	if l := likeness.Judge(likeness.Side{Name: s.about.Name, Code: s.about.CreditCode}, likeness.Side{Name: h.Name, Code: h.Code}); l != rule.Different {
		s.add(h, "name", l == rule.Same)
	}
}

// near looks for names like it. An import asks for equal keys alone; a form for what
// shares an end of a rarer brand, and for short forms; a check for all that the rule calls
// suspect.
func (s *search) near() error {
	a := s.about
	if a.Name == "" || a.Kind == customer.Individual {
		return nil
	}
	look := likeness.Find(a.Name)
	ways := []way{{sure, db.Args{"same": numbers(look.Same), "sound": numbers(look.Sound)}, len(look.Same) + len(look.Sound)}}
	marked := func(q db.Query, marks []int64) {
		ways = append(ways, way{q, db.Args{"marks": marks}, len(marks)})
	}
	if !a.Imported {
		if !look.Common || a.ID == "" {
			marked(heads, look.Heads)
			marked(tails, look.Tails)
		}
		marked(shorts, look.Shorts)
		marked(firsts, look.Firsts)
	}
	for _, w := range ways {
		if w.marks == 0 {
			continue
		}
		w.args["self"], w.args["most"] = a.ID, mostCompared
		if err := s.compareAll(db.All[holder](s.tx, w.query, w.args)); err != nil {
			return err
		}
	}
	if a.Imported {
		return nil
	}
	for _, all := range look.Inside {
		var groups [][]db.Word
		for _, w := range all {
			groups = append(groups, []db.Word{{Text: w}})
		}
		match := s.tx.Matching(db.Col("c.id"), "customer", db.Sought{Alternatives: [][][]db.Word{groups}}, mostCompared)
		if err := s.compareAll(db.Find[holder](s.tx, within, db.Args{"self": a.ID}, db.With{Where: []db.Cond{match}, Limit: mostCompared})); err != nil {
			return err
		}
	}
	return nil
}

// A way to look for names: a query with its marks, and how many those are.
type way struct {
	query db.Query
	args  db.Args
	marks int
}

// numbers is a list that is never empty; no name has the mark 1.
func numbers(all []int64) []int64 {
	if len(all) == 0 {
		return []int64{1}
	}
	return all
}

func (s *search) compareAll(rows []holder, err error) error {
	for _, h := range rows {
		s.compare(h)
	}
	return err
}

func (s *search) reached() error {
	a := s.about
	if len(a.Numbers)+len(a.Emails) == 0 {
		return nil
	}
	rows, err := db.All[reach](s.tx, byReach, db.Args{"numbers": some(a.Numbers), "emails": some(a.Emails), "self": a.ID, "most": mostReached})
	if err != nil || len(rows) == 0 {
		return err
	}
	var ids []string
	for _, r := range rows {
		if s.by[r.Customer] == nil && !slices.Contains(ids, r.Customer) {
			ids = append(ids, r.Customer)
		}
	}
	holders, err := s.holders(ids)
	if err != nil {
		return err
	}
	for _, r := range rows {
		h, ok := holders[r.Customer]
		if f := s.by[r.Customer]; f != nil {
			h, ok = f.holder, true
		}
		if _, decided := likeness.Codes(a.CreditCode, h.Code); !ok || decided && s.by[r.Customer] == nil {
			continue
		}
		if a.Name != "" && a.Kind != customer.Individual && h.Kind != customer.Individual {
			s.compare(h)
		}
		for _, why := range r.shared(a) {
			s.add(h, why, false)
		}
	}
	return nil
}

func (s *search) holders(ids []string) (map[string]holder, error) {
	out := map[string]holder{}
	if len(ids) == 0 {
		return out, nil
	}
	rows, err := db.All[holder](s.tx, byIDs, db.Args{"ids": ids})
	for _, h := range rows {
		out[h.ID] = h
	}
	return out, err
}

// shared says which of its values a contact has in common with somebody.
func (r reach) shared(a likeness.About) (why []string) {
	for _, x := range []struct {
		name  string
		index []byte
		among [][]byte
	}{{"mobile", r.Mobile, a.Numbers}, {"mobile2", r.Mobile2, a.Numbers}, {"phone", r.Phone, a.Numbers}, {"email", r.Email, a.Emails}} {
		if len(x.index) > 0 && slices.ContainsFunc(x.among, func(b []byte) bool { return bytes.Equal(b, x.index) }) {
			why = append(why, x.name)
		}
	}
	return why
}

// some is a list that is never empty: no index is the empty text.
func some(all [][]byte) [][]byte {
	if len(all) == 0 {
		return [][]byte{{}}
	}
	return all
}
