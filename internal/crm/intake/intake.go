// Package intake says what a row of a sheet means: a customer, the people there and the
// talks with them, each taken in by the same rules and the same road as a form's.
package intake

import (
	"regexp"
	"slices"
	"sync"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/column"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/intake/colleague"
	"zhike/internal/crm/intake/reading"
	"zhike/internal/crm/intake/trace"
	"zhike/internal/crm/purge"
	"zhike/internal/platform/db"
)

// Service answers what base/exchange asks of the trade's records.
type Service struct {
	DB        *db.DB
	Book      *dictionary.Book
	Customers *customer.Service
	Directory *directory.Service
	FollowUps *followup.Service
	Purge     *purge.Service
	Keys      Keys
}

// Keys is what an import asks of key changes, which stand beside it.
type Keys interface {
	Waits(tx *db.Tx, customer string) (bool, error)     // whether those of the viewer wait for somebody
	Fresh(tx *db.Tx, customer string) ([]string, error) // what he asked in this unit
	TakeBack(tx *db.Tx, id string) error
}

// Targets are what sheets bring in.
func (s *Service) Targets() []exchange.Target {
	of := func(kind string, needs ...string) exchange.Target {
		return exchange.Target{Kind: kind, May: access.CustomerImport, Undo: s.undo,
			Fields: func(tx *db.Tx, lang string) ([]column.Field, error) { return s.fields(tx, kind, lang) },
			Open:   func(tx *db.Tx, o exchange.Options) (exchange.Session, error) { return s.session(tx, kind, o) }}
	}
	return []exchange.Target{of(ofCustomer), of(ofContact), of(ofTalk)}
}

// The kinds of record that sheets bring in.
const (
	ofCustomer = "customer"
	ofContact  = "contact"
	ofTalk     = "follow_up"
	ofAsking   = "key_change"
	talks      = "follow-up" // as their fields call them
)

// handle finds a WeChat name among numbers: 微信: zhangsan88.
var handle = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:` + reading.Words().WeChat + `)\s*[:：]\s*([a-z][-_a-z0-9]{5,19})`)
})

// The program's own acts here: finding who holds what a row names.
var program = access.Program("intake")

func actor(tx *db.Tx) access.Actor {
	who, _ := tx.Who().(access.Actor)
	return who
}

// A session takes the rows of one import in.
type session struct {
	*Service
	kind       string
	options    exchange.Options
	colleagues colleague.All
	dictionary *dictionary.Words // as they were when the sheet was opened
	zone       *time.Location
	seen       map[string]int // what rows above are about, while a sheet is only checked
	waits      []string       // fields of the row under way that wait for somebody's decision
}

// foretell has a check say that what a row changes of key fields will wait.
func (s *session) foretell(tx *db.Tx, customer string, row int, o *exchange.Outcome) error {
	if customer == "" || s.options.Duplicates == exchange.Skip && o.State == exchange.Duplicate {
		return nil
	}
	waits, err := s.Keys.Waits(tx, customer)
	if waits {
		o.Problems = append(o.Problems, exchange.Problem{Row: row, Code: "key_change_may_wait", Hint: true})
	}
	return err
}

// waiting has the row say what of it waits: the rest is taken in. Undoing the import withdraws it.
func (s *session) waiting(tx *db.Tx, customer string, row int, o *exchange.Outcome) error {
	if len(s.waits) == 0 {
		return nil
	}
	slices.Sort(s.waits)
	o.Problems = append(o.Problems, exchange.Problem{Row: row, Code: "key_change_waits", Params: map[string]any{"fields": slices.Compact(s.waits)}, Hint: true})
	s.waits = nil
	ids, err := s.Keys.Fresh(tx, customer)
	if err != nil {
		return err
	}
	for _, id := range ids {
		e, err := trace.Effect(ofAsking, id, false, trace.Change{At: customer})
		if err != nil {
			return err
		}
		o.Effects = append(o.Effects, e)
	}
	return nil
}

func (s *Service) session(tx *db.Tx, kind string, o exchange.Options) (exchange.Session, error) {
	all, err := colleague.Read(tx.As(program))
	if err != nil {
		return nil, err
	}
	book, err := s.Book.In(tx)
	if err != nil {
		return nil, err
	}
	zone, err := setting.Zone(tx)
	x := session{Service: s, kind: kind, options: o, colleagues: all, dictionary: book, zone: zone, seen: map[string]int{}}
	switch kind {
	case ofContact:
		return &contactSession{x}, err
	case ofTalk:
		return &talkSession{x}, err
	}
	return &customerSession{session: x}, err
}

// individual says that a row is about a customer that is a person.
func (s *session) individual(r exchange.Row) bool {
	code, _ := s.dictionary.ByLabel("customer_kind", r.Values["kind"])
	return code == customer.Individual
}

// A reader reads the cells of one row for these records.
type reader struct {
	*session
	reading.Reader
}
