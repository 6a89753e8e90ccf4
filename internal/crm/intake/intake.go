// Package intake says what a row of a sheet means: a customer, the people there and the
// talks with them, each taken in by the same rules and the same road as a form's.
package intake

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/exchange"
	"zhike/internal/base/exchange/column"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/purge"
	"zhike/internal/platform/db"
	"zhike/internal/platform/words"
)

// Service answers what base/exchange asks of the trade's records.
type Service struct {
	DB        *db.DB
	Book      *dictionary.Book
	Customers *customer.Service
	Directory *directory.Service
	FollowUps *followup.Service
	Purge     *purge.Service
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
)

//go:embed facts/headings.json
var headingFile []byte

// headings are the words by which people name a field, by group and name.
var headings = sync.OnceValue(func() (all map[string]map[string][]string) {
	if err := json.Unmarshal(headingFile, &all); err != nil {
		panic("intake: headings.json: " + err.Error())
	}
	return all
})

//go:embed facts/words.json
var wordFile []byte

// separators part several values of one cell.
var separators = sync.OnceValue(func() string {
	var w struct{ Separators string }
	if err := json.Unmarshal(wordFile, &w); err != nil {
		panic("intake: words.json: " + err.Error())
	}
	return w.Separators
})

// The program's own acts here: finding who holds what a row names.
var program = access.Program("intake")

func actor(tx *db.Tx) access.Actor {
	who, _ := tx.Who().(access.Actor)
	return who
}

var people = db.SQL(`SELECT u.id, u.name, u.login, u.employee_no, u.state FROM {users u} ORDER BY u.id`, account.Users)

type colleague struct {
	ID         string `db:"id"`
	Name       string `db:"name"`
	Login      string `db:"login"`
	EmployeeNo string `db:"employee_no"`
	State      string `db:"state"`
}

// colleagues are everybody by name, login and number; a name that two have names nobody.
type colleagues map[string]colleague

func readColleagues(tx *db.Tx) (colleagues, error) {
	rows, err := db.All[colleague](tx.As(program), people, nil)
	out, twice := colleagues{}, map[string]bool{}
	for _, c := range rows {
		for _, name := range []string{c.Login, c.EmployeeNo, c.Name + c.Login, c.Name} {
			key := plain(name)
			if other, taken := out[key]; taken && other.ID != c.ID {
				// Who is here goes before who has left; between two who are, nobody can tell.
				switch {
				case other.State == "active" && c.State == "active":
					twice[key] = true
				case other.State == "active":
					continue
				}
			}
			if key != "" {
				out[key] = c
			}
		}
	}
	for key := range twice {
		delete(out, key)
	}
	return out, err
}

// plain is the form in which names of people are compared: 张伟 (zhangwei) is 张伟zhangwei.
func plain(s string) string {
	return strings.NewReplacer(" ", "", "(", "", ")", "", "-", "").Replace(words.Normal(s))
}

func (c colleagues) find(text string) (colleague, bool) {
	found, ok := c[plain(text)]
	return found, ok
}

// A session takes the rows of one import in.
type session struct {
	*Service
	kind       string
	options    exchange.Options
	colleagues colleagues
	zone       *time.Location
	seen       map[string]int // what rows above are about, while a sheet is only checked
}

func (s *Service) session(tx *db.Tx, kind string, o exchange.Options) (exchange.Session, error) {
	all, err := readColleagues(tx)
	if err != nil {
		return nil, err
	}
	zone, err := setting.Zone(tx)
	x := session{Service: s, kind: kind, options: o, colleagues: all, zone: zone, seen: map[string]int{}}
	switch kind {
	case ofContact:
		return &contactSession{x}, err
	case ofTalk:
		return &talkSession{x}, err
	}
	return &customerSession{session: x}, err
}
