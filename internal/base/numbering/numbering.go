// Package numbering hands out the numbers that people read: each series by its pattern,
// unique under any number of callers, and never the same twice.
package numbering

import (
	"fmt"
	"slices"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
)

// Series that are numbered.
const (
	Customer    = "customer"
	FollowUp    = "follow_up"
	Need        = "need"
	Feedback    = "feedback"
	Contract    = "contract"
	Quote       = "quote"
	Order       = "order"
	Ticket      = "ticket"
	Opportunity = "opportunity"
	Archive     = "archive"
)

// A series with the pattern it ships with, and the others that a screen offers.
type series struct {
	code, pattern string
	offered       []string
}

var all = []series{
	{Customer, "C{yyyy}{MM}{dd}{seq:3}", []string{"{corp}{yyyy}{seq:6}"}},
	{FollowUp, "G{yyyy}{MM}{dd}{seq:3}", nil},
	{Need, "D{yyyy}{MM}{dd}{seq:3}", nil},
	{Feedback, "F{yyyy}{MM}{dd}{seq:3}", nil},
	{Contract, "HT{yyyy}{MM}{dd}{seq:3}", []string{"{corp}-HT-{yyyy}-{seq:4}"}},
	{Quote, "BJ{yyyy}{MM}{dd}{seq:3}", nil},
	{Order, "DD{yyyy}{MM}{dd}{seq:3}", nil},
	{Ticket, "GD{yyyy}{MM}{dd}{seq:3}", nil},
	{Opportunity, "SJ{yyyy}{MM}{dd}{seq:3}", nil},
	{Archive, "DA{yyyy}{seq:5}", nil},
}

func find(code string) (series, bool) {
	i := slices.IndexFunc(all, func(s series) bool { return s.code == code })
	if i < 0 {
		return series{}, false
	}
	return all[i], true
}

var (
	table = db.Shared("numbering", db.Rights{See: db.See(string(access.NumberingManage)), Change: db.Change(string(access.NumberingManage))})

	patterns = db.SQL(`SELECT n.series, n.pattern, n.updated_at, n.version FROM {numbering n}`, table)
	one      = db.SQL(`SELECT n.series, n.pattern, n.updated_at, n.version FROM {numbering n} WHERE n.series = :series`, table)
	change   = db.SQL(`UPDATE {numbering!change n} SET pattern = :pattern, updated_at = :at, version = version + 1
		WHERE n.series = :series AND (n.version = :version OR :version = 0)`, table)
	taken = db.SQL(`SELECT c.value AS n FROM {counters c} WHERE c.series = :series`, db.Counters)
)

type row struct {
	Series    string `db:"series"`
	Pattern   string `db:"pattern"`
	UpdatedAt int64  `db:"updated_at"`
	Version   int64  `db:"version"`
}

var program = access.Program("numbering")

// Seed puts the patterns that ship where none stands yet: in a new database, and for a
// series that a new version brings.
func Seed(tx *db.Tx) error {
	tx = tx.As(program)
	rows, err := db.All[row](tx, patterns, nil)
	if err != nil {
		return err
	}
	added := 0
	for _, s := range all {
		if slices.ContainsFunc(rows, func(r row) bool { return r.Series == s.code }) {
			continue
		}
		if _, err := tx.InsertNew(table, row{s.code, s.pattern, tx.At(), 1}); err != nil {
			return err
		}
		added++
	}
	if added == 0 {
		return nil
	}
	return audit.Note(tx, audit.Entry{Action: "numbering.seed", Kind: "numbering", Details: map[string]any{"series": added}})
}

// Next is the next number of a series. It is asked for last in a unit of work: the
// series is held until the unit ends.
func Next(tx *db.Tx, series string) (string, error) {
	numbers, err := Block(tx, series, 1)
	if err != nil {
		return "", err
	}
	return numbers[0], nil
}

// Block is n numbers of a series that follow one another: what an import takes for a
// chunk of rows, last in the chunk's unit.
func Block(tx *db.Tx, series string, n int) ([]string, error) {
	if n < 1 {
		return nil, nil
	}
	r, err := ruleOf(tx.As(program), series)
	if err != nil {
		return nil, err
	}
	last, err := tx.Take(r.counter(), int64(n))
	if err != nil {
		return nil, err
	}
	out := make([]string, n)
	for i := range out {
		out[i] = r.number(last - int64(n-1-i))
	}
	return out, r.skip(tx, out)
}

// held are the queries that say how many records of a series have a number.
var held = map[string]db.Query{}

// Held names the records of a series, for package variables: a pattern that was changed may spell numbers that an earlier one
// gave, C{yyyy}{seq:5} those of C{yyyy}{MM}{seq:3}, and they are passed over.
func Held(series string, q db.Query) db.Query {
	held[series] = q
	return q
}

// mostSkipped bounds how many numbers are passed over in one unit.
const mostSkipped = 100_000

// skip puts the next free number in the place of one that a record has already.
func (r rule) skip(tx *db.Tx, numbers []string) error {
	q, ok := held[r.series]
	if !ok || !r.changed {
		return nil
	}
	left := mostSkipped
	for i := range numbers {
		for ; ; left-- {
			n, err := db.One[db.Count](tx.As(program), q, db.Args{"number": numbers[i]})
			if err != nil {
				return err
			}
			if n.N == 0 {
				break
			}
			if left == 0 {
				return fmt.Errorf("numbering: %s: %d numbers in a row are taken", r.series, mostSkipped)
			}
			next, err := tx.Take(r.counter(), 1)
			if err != nil {
				return err
			}
			copy(numbers[i:], numbers[i+1:])
			numbers[len(numbers)-1] = r.number(next)
		}
	}
	return nil
}

// Return gives the last n numbers of a block back, in the unit that took them: whoever
// took more than it needed leaves no gap.
func Return(tx *db.Tx, series string, n int) error {
	if n < 1 {
		return nil
	}
	r, err := ruleOf(tx.As(program), series)
	if err == nil {
		_, err = tx.Take(r.counter(), -int64(n))
	}
	return err
}

// A rule is how one series is numbered at one instant.
type rule struct {
	series  string
	pattern Pattern
	corp    string
	at      time.Time // in the company's zone
	changed bool      // it is not the pattern that the series began with
}

// ruleOf falls back to the pattern that ships, so that a series works before Seed.
func ruleOf(tx *db.Tx, code string) (rule, error) {
	s, ok := find(code)
	if !ok {
		return rule{}, fmt.Errorf("numbering: no series %q", code)
	}
	stored, ok, err := db.Maybe[row](tx, one, db.Args{"series": code})
	if err != nil {
		return rule{}, err
	}
	if ok {
		s.pattern = stored.Pattern
	}
	r, err := ruleBy(tx, code, s.pattern)
	r.changed = stored.Version > 1
	return r, err
}

func ruleBy(tx *db.Tx, series, pattern string) (rule, error) {
	p, err := ParsePattern(pattern)
	if err != nil {
		return rule{}, fmt.Errorf("numbering: %s: %w", series, err)
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return rule{}, err
	}
	r := rule{series: series, pattern: p, at: tx.Now().In(zone)}
	if p.asks("corp") {
		r.corp, err = setting.CompanyCode.In(tx)
	}
	return r, err
}

// counter names what is counted: the series in its period, whatever the pattern's
// words, so that a pattern that comes back goes on where it stopped.
func (r rule) counter() string { return r.series + "/" + r.pattern.Period(r.at) }

func (r rule) number(n int64) string { return r.pattern.Format(r.corp, r.at, n) }
