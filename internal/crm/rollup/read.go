package rollup

import (
	"fmt"
	"slices"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/pool"
	"zhike/internal/platform/db"
)

// mostMarked is how many customers a reader works out himself; an import marks some hundred between two
// folds. Beyond, figures are computed live.
const mostMarked = 3000

var branch = db.SQL(`SELECT d.id FROM {departments d} WHERE substr(d.path, 1, length(:path)) = :path`, account.Departments)

// mostPicked is how many customers a filter may leave for their cells to be added up one by one.
const mostPicked = 100_000

var picked = db.SQL(`SELECT c.id, c.department_id, c.owner_id, c.pool_id, c.created_at, c.status FROM {customers c} WHERE {filter} LIMIT {limit}`, customer.Table)

// A Span of days: from a month's first midnight to a midnight.
type Span struct{ From, Until time.Time }

// A Board answers the sums of spans, of what one viewer reaches, at one instant.
type Board struct {
	tx     *db.Tx
	who    access.Actor
	first  string   // the earliest month asked for
	broken []string // the months of which single days are asked
	marked map[string]moved
	joined []head
	picked []head // with a filter: who meets it
	narrow bool
	sets   map[string]*sheet
}

// moved is a customer that is marked: what the sums hold of it, and what it is.
type moved struct {
	was, is       custom
	stood, stands bool
}

// A set is which customers a viewer reaches for where they lie.
type set struct {
	all         bool
	user        string
	departments []string
	pools       []string
}

func (s set) has(p place) bool {
	return s.all || p.Department != "" && slices.Contains(s.departments, p.Department) || p.Owner != "" && p.Owner == s.user ||
		p.Owner == "" && p.Pool != "" && slices.Contains(s.pools, p.Pool)
}

// A sheet is what a set's sums are.
type sheet struct {
	before Sums // of the months before the first
	months map[day]*Sums
	days   map[day]*Sums
}

// Open makes ready to answer spans, of customers that meet conditions where there are some. It says no where the sums do not
// stand, too much is marked, too many meet the conditions, or a span begins in the midst of a month: then figures are computed live.
func Open(tx *db.Tx, who access.Actor, asked []Span, only ...db.Cond) (*Board, bool, error) {
	st, zone, err := look(tx)
	if err != nil || st.Step != ready || !st.holds(zone) || !who.Known() {
		return nil, false, err
	}
	b := &Board{tx: tx, who: who, marked: map[string]moved{}, sets: map[string]*sheet{}}
	for _, s := range asked {
		if !midnight(s.From) || s.From.Day() != 1 || !midnight(s.Until) {
			return nil, false, nil
		}
		if m := s.From.Format("2006-01"); b.first == "" || m < b.first {
			b.first = m
		}
		if m := s.Until.Format("2006-01"); s.Until.Day() != 1 && !slices.Contains(b.broken, m) {
			b.broken = append(b.broken, m)
		}
	}
	rows, err := db.All[markRow](tx.As(program), marked, db.Args{"most": 20 * mostMarked})
	if err != nil {
		return nil, false, err
	}
	var ids []string
	seen := map[string]bool{}
	for _, m := range rows {
		if !seen[m.Customer] {
			seen[m.Customer] = true
			ids = append(ids, m.Customer)
		}
	}
	if len(ids) > mostMarked || len(rows) == 20*mostMarked {
		return nil, false, nil
	}
	for from := 0; from < len(ids); from += 500 {
		part := ids[from:min(from+500, len(ids))]
		is, err := actual(tx, zone, part)
		if err != nil {
			return nil, false, err
		}
		was, err := known(tx, part)
		if err != nil {
			return nil, false, err
		}
		for _, id := range part {
			m := moved{}
			m.was, m.stood = was[id]
			m.is, m.stands = is[id]
			b.marked[id] = m
		}
	}
	if b.narrow = len(only) > 0; b.narrow {
		if b.picked, err = db.Find[head](tx, picked, nil, db.With{Where: only, Limit: mostPicked + 1}); err != nil || len(b.picked) > mostPicked {
			return nil, false, err
		}
	}
	b.joined, err = db.All[head](tx, joined, db.Args{"me": who.Place(), "now": tx.At()})
	return b, err == nil, err
}

func midnight(t time.Time) bool { h, m, s := t.Clock(); return h+m+s+t.Nanosecond() == 0 }

// Of gives the sums of a span over the customers that the viewer sees and whose records he sees by a permission. It says no
// where the two rights reach differently, so that neither is known to hold the other.
func (b *Board) Of(p access.Permission, span Span) (out Sums, ok bool, err error) {
	r, ok := b.reach(p)
	if !ok {
		return out, false, nil
	}
	key := fmt.Sprint(r) // records of several sorts are mostly reached alike
	if b.sets[key] == nil {
		s, err := b.set(r)
		if err != nil {
			return out, false, err
		}
		if b.sets[key], err = b.sheet(s); err != nil {
			return out, false, err
		}
	}
	return b.sets[key].of(span), true, nil
}

// reach is what both rights reach: seeing customers, and seeing records by p.
func (b *Board) reach(p access.Permission) (access.Reach, bool) {
	c, ok := b.who.Reach(access.CustomerRead)
	if !ok || p == access.CustomerRead {
		return c, ok
	}
	r, ok := b.who.Reach(p)
	switch {
	case !ok:
		return r, false
	case c.All:
		return r, true
	case r.All:
		return c, true
	}
	same := c.User == r.User && c.Department == r.Department && c.Branch == r.Branch && slices.Equal(slices.Sorted(slices.Values(c.Departments)), slices.Sorted(slices.Values(r.Departments)))
	c.Pools = c.Pools && r.Pools
	return c, same
}

func (b *Board) set(r access.Reach) (s set, err error) {
	if r.All {
		return set{all: true}, nil
	}
	s = set{user: r.User, departments: slices.Clone(r.Departments)}
	if r.Department != "" {
		s.departments = append(s.departments, r.Department)
	}
	if r.Branch != "" {
		rows, err := db.All[idRow](b.tx, branch, db.Args{"path": r.Branch})
		if err != nil {
			return s, err
		}
		for _, d := range rows {
			s.departments = append(s.departments, d.ID)
		}
	}
	if r.Pools {
		s.pools, err = pool.OpenTo(b.tx, r.User)
	}
	return s, err
}

// sheet reads the sums of a set, and corrects them by what is marked and by what is reached one by one. With a filter it adds
// the cells of those that meet it instead.
func (b *Board) sheet(s set) (*sheet, error) {
	out := &sheet{months: map[day]*Sums{}, days: map[day]*Sums{}}
	also := map[string]bool{} // reached one by one, and not for where they lie
	var ids []string
	for _, h := range b.joined {
		if !s.has(h.place()) {
			also[h.ID] = true
			ids = append(ids, h.ID)
		}
	}
	if b.narrow {
		ids = nil
		for _, h := range b.picked {
			if s.has(h.place()) || also[h.ID] {
				ids = append(ids, h.ID)
			}
		}
	} else if err := b.lying(out, s); err != nil {
		return nil, err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool {
		m, ok := b.marked[id]
		if ok && m.stands {
			out.add(b.first, m.is.cells, 1)
		}
		return ok
	})
	for from := 0; from < len(ids); from += 500 {
		rows, err := known(b.tx, ids[from:min(from+500, len(ids))])
		if err != nil {
			return nil, err
		}
		for _, c := range rows {
			out.add(b.first, c.cells, 1)
		}
	}
	if b.narrow {
		return out, nil
	}
	for _, m := range b.marked {
		if m.stood && s.has(m.was.place) {
			out.add(b.first, m.was.cells, -1)
		}
		if m.stands && s.has(m.is.place) {
			out.add(b.first, m.is.cells, 1)
		}
	}
	return out, nil
}

// lying adds the sums of the places of a set, each customer once.
func (b *Board) lying(out *sheet, s set) error {
	single := func(string) bool { return true }
	if s.all {
		return b.sums(out, []string{everything}, single)
	}
	var places []string
	for _, d := range slices.Compact(slices.Sorted(slices.Values(s.departments))) {
		places = append(places, "d:"+d)
	}
	if err := b.sums(out, places, single); err != nil {
		return err
	}
	places = []string{"o:" + s.user}
	for _, p := range s.pools {
		places = append(places, "p:"+p)
	}
	return b.sums(out, places, func(d string) bool { return d == "" || !slices.Contains(s.departments, d) })
}

type sumRow struct {
	Day        string `db:"day"`
	Back       string `db:"back"`
	Department string `db:"department"`
	Sums
}

// sums adds the rows of places whose department meets keep.
func (b *Board) sums(out *sheet, places []string, keep func(department string) bool) error {
	if len(places) == 0 {
		return nil
	}
	take := func(into map[day]*Sums, q db.Query, args db.Args) error {
		args["places"] = places
		rows, err := db.All[sumRow](b.tx.As(program), q, args)
		for _, r := range rows {
			switch {
			case !keep(r.Department):
			case r.Day == "":
				out.before.add(r.Sums, 1)
			default:
				k := day{r.Day, r.Back}
				if into[k] == nil {
					into[k] = &Sums{}
				}
				into[k].add(r.Sums, 1)
			}
		}
		return err
	}
	if err := take(out.months, months, db.Args{"first": b.first}); err != nil {
		return err
	}
	for _, m := range b.broken {
		if err := take(out.days, days, db.Args{"first": m, "last": m + "-99"}); err != nil {
			return err
		}
	}
	return nil
}

// add adds single cells.
func (s *sheet) add(first string, c cells, sign int64) {
	for d, v := range c {
		if d.Day[:7] < first {
			s.before.add(*v, sign)
			continue
		}
		for _, x := range []struct {
			into map[day]*Sums
			k    day
		}{{s.days, d}, {s.months, d.month()}} {
			if x.into[x.k] == nil {
				x.into[x.k] = &Sums{}
			}
			x.into[x.k].add(*v, sign)
		}
	}
}

// of adds up a span: whole months, and the days of one that it breaks off in.
func (s *sheet) of(span Span) Sums {
	from, last, until := span.From.Format("2006-01"), span.Until.Format("2006-01"), span.Until.Format(time.DateOnly)
	out := Sums{Held: s.before.Held}
	take := func(d day, v *Sums) {
		x := *v
		x.Held = 0
		if d.Back >= from { // it had happened in the span before
			x.Won, x.Lost = 0, 0
		}
		out.add(x, 1)
	}
	for d, v := range s.months {
		if d.Day < from {
			out.Held += v.Held
		} else if d.Day < last {
			take(d, v)
		}
	}
	for d, v := range s.days {
		if d.Day[:7] == last && d.Day < until {
			take(d, v)
		}
	}
	return out
}
