// Package rollup adds up beforehand what dashboards tell, so that a figure of a million customers is the sum of some
// hundred rows. Each customer has cells: on which day how much of which figure, worked out of its own rows. Whoever writes
// to it marks it in the same unit (triggers of the schema see every road); a fold works marked customers out anew, and adds the
// difference to sums kept for everything, each department, each owner and each pool. Who reads corrects what is marked and not yet
// folded, so a figure equals its list at any moment.
package rollup

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/platform/db"
)

// edition counts the definitions below: a program that brings another builds anew.
const edition = 1

var program = access.Program("rollup")

var (
	marks     = db.Internal("rollup_marks").Quiet()
	customers = db.Internal("rollup_customers").Quiet()
	rollups   = db.Internal("rollups").Quiet()
	state     = db.Internal("rollup_state").Quiet()
)

// Sums are the figures of a day, a month or a span.
type Sums struct {
	Created    int64 `db:"created"`    // customers made
	Won        int64 `db:"won"`        // customers that became won, each once in a span
	Lost       int64 `db:"lost"`       // customers that went from won to lost, each once in a span
	Held       int64 `db:"held"`       // customers that are won as a span begins; in a cell, how that changes with the next midnight
	Amount     int64 `db:"amount"`     // fen of orders that count
	Gaps       int64 `db:"gaps"`       // talks with open customers that had one before
	GapMs      int64 `db:"gap_ms"`     // and how long that was ago
	Talks      int64 `db:"talks"`      // that were not imported
	Late       int64 `db:"late"`       // of all talks
	Complaints int64 `db:"complaints"` // feedback of that kind
}

func (s *Sums) each() [10]*int64 {
	return [10]*int64{&s.Created, &s.Won, &s.Lost, &s.Held, &s.Amount, &s.Gaps, &s.GapMs, &s.Talks, &s.Late, &s.Complaints}
}

func (s *Sums) add(o Sums, sign int64) {
	from := o.each()
	for i, to := range s.each() {
		*to += sign * *from[i]
	}
}

// A day is one day of the company, and the month in which what happened on it had happened to the
// customer before: of a customer that is won twice, a span counts the win whose back lies before the span.
type day struct{ Day, Back string }

func (d day) month() day { return day{d.Day[:7], d.Back} }

// Cells are what one customer adds to figures.
type cells map[day]*Sums

func (c cells) at(d, back string) *Sums {
	k := day{d, back}
	if c[k] == nil {
		c[k] = &Sums{}
	}
	return c[k]
}

// A place is where a customer lies.
type place struct{ Department, Owner, Pool string }

// A custom is one customer's part of all sums: where, and what.
type custom struct {
	place
	cells cells
}

// The rows that a customer's cells are worked out of.
type (
	head struct {
		ID         string  `db:"id"`
		Department *string `db:"department_id"`
		Owner      *string `db:"owner_id"`
		Pool       *string `db:"pool_id"`
		Created    int64   `db:"created_at"`
		Status     string  `db:"status"`
	}
	spent struct {
		Customer string `db:"customer_id"`
		Status   string `db:"status"`
		From     int64  `db:"from_at"`
		Until    int64  `db:"until_at"`
		Next     string `db:"next_status"`
	}
	ordered struct {
		Customer string `db:"customer_id"`
		Day      string `db:"ordered_on"`
		Amount   int64  `db:"amount_fen"`
	}
	talked struct {
		Customer string `db:"customer_id"`
		At       int64  `db:"happened_at"`
		Late     bool   `db:"late"`
		Imported bool   `db:"imported"`
	}
	complained struct {
		Customer string `db:"customer_id"`
		At       int64  `db:"feedback_at"`
	}
)

func (h head) place() place { return place{text(h.Department), text(h.Owner), text(h.Pool)} }

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// A calendar writes instants as days of the company.
type calendar struct {
	zone  *time.Location
	known map[int64]string // by quarters of an hour: midnights of all zones since 1972 lie on them
}

func (c calendar) day(ms int64) string {
	if c.known == nil || ms < 0 {
		return time.UnixMilli(ms).In(c.zone).Format(time.DateOnly)
	}
	quarter := ms / 900_000
	if d, ok := c.known[quarter]; ok {
		return d
	}
	d := time.UnixMilli(ms).In(c.zone).Format(time.DateOnly)
	if len(c.known) < 200_000 {
		c.known[quarter] = d
	}
	return d
}

// made, spans, orders, talks and complaints put a customer's rows into its cells, each by the definition of
// the live figure beside it in crm/report/dashboard.go; the tests hold one against the other.
func (c cells) made(k calendar, h head) { c.at(k.day(h.Created), "").Created++ }

func (c cells) spans(k calendar, all []spent) {
	slices.SortFunc(all, func(a, b spent) int { return cmp.Or(cmp.Compare(a.Until, b.Until), cmp.Compare(a.From, b.From)) })
	won, lost := "", ""
	for _, s := range all {
		if s.Until <= 0 {
			continue
		}
		d := k.day(s.Until)
		if s.Next == "won" {
			c.at(d, won).Won++
			won = d[:7]
		}
		if s.Next == "lost" && s.Status == "won" {
			c.at(d, lost).Lost++
			lost = d[:7]
		}
	}
	c.held(k, all)
}

// held: won when a day begins is who came to it before that midnight and did not leave before it. Overlapping spans count once.
func (c cells) held(k calendar, all []spent) {
	const ever = "9999-99-99"
	type span struct{ from, until string }
	var won []span
	for _, s := range all {
		if s.Status != "won" {
			continue
		}
		x := span{k.day(s.From), ever}
		if s.Until > 0 {
			x.until = k.day(s.Until)
		}
		if x.from < x.until {
			won = append(won, x)
		}
	}
	slices.SortFunc(won, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.until, b.until)) })
	for i := 0; i < len(won); {
		x := won[i]
		for i++; i < len(won) && won[i].from <= x.until; i++ {
			x.until = max(x.until, won[i].until)
		}
		c.at(x.from, "").Held++
		if x.until != ever {
			c.at(x.until, "").Held--
		}
	}
}

func (c cells) orders(all []ordered) {
	for _, o := range all {
		if len(o.Day) < len(time.DateOnly) {
			continue
		}
		c.at(o.Day, "").Amount += o.Amount
	}
}

func (c cells) talks(k calendar, open bool, all []talked) {
	slices.SortFunc(all, func(a, b talked) int { return cmp.Compare(a.At, b.At) })
	before := int64(0) // when it was talked last, earlier than the talk in hand
	for i, t := range all {
		if i > 0 && all[i-1].At < t.At {
			before = all[i-1].At
		}
		s := c.at(k.day(t.At), "")
		if !t.Imported {
			s.Talks++
		}
		if t.Late {
			s.Late++
		}
		if open && i > 0 && before != 0 {
			s.Gaps, s.GapMs = s.Gaps+1, s.GapMs+t.At-before
		}
	}
}

func (c cells) complaints(k calendar, all []complained) {
	for _, f := range all {
		c.at(k.day(f.At), "").Complaints++
	}
}

// write keeps cells as text, the same for the same cells.
func (c cells) write() string {
	var days []day
	for d, s := range c {
		if *s != (Sums{}) {
			days = append(days, d)
		}
	}
	slices.SortFunc(days, func(a, b day) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Back, b.Back)) })
	var b strings.Builder
	for i, d := range days {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(d.Day + "/" + d.Back + "/")
		sep := ""
		for n, v := range c[d].each() {
			if *v != 0 {
				b.WriteString(sep + strconv.Itoa(n) + "=" + strconv.FormatInt(*v, 10))
				sep = ","
			}
		}
	}
	return b.String()
}

// read is write backwards.
func read(text string) cells {
	c := cells{}
	for len(text) > 0 {
		one, rest, _ := strings.Cut(text, " ")
		text = rest
		d, more, _ := strings.Cut(one, "/")
		back, values, _ := strings.Cut(more, "/")
		each := c.at(d, back).each()
		for len(values) > 0 {
			v, rest, _ := strings.Cut(values, ",")
			values = rest
			n, number, _ := strings.Cut(v, "=")
			i, _ := strconv.Atoi(n)
			*each[i], _ = strconv.ParseInt(number, 10, 64)
		}
	}
	return c
}
