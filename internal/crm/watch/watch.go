// Package watch tells open pages which of the records that they may show were changed, so
// that lists and pages stay fresh: the kind, the customer's id and version, never what.
//
// It reads what the sealer chained, so it tells what was kept and nothing else, on every
// node alike. Who hears of a customer is judged anew each time by the rights of that moment.
package watch

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/audit"
	"zhike/internal/base/live"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
)

// Topics of events from here. Kind says what was touched: a kind of record, as the log names it.
const (
	Record = "record" // of the customer whose id is told; without an id, of one's own doing
	Words  = "words"  // what everybody's pages are made of: dictionaries, fields, stages, roles
	Many   = "many"   // more at once than are told one by one, or some left whoever had them
)

const (
	pace     = time.Second
	gulp     = 2000 // entries in a round
	oneByOne = 200  // customers in a round that are told by id
	resting  = 5    // a round is followed by as many times its own length, so that it never takes much of a core
)

// words are the kinds that every page is made of.
var words = []string{"dictionary", "dictionary_value", "field", "layout", "stage", "pipeline", "role", "department", "setting", "segment", "company", "pool"}

// gone are the acts by which somebody may no longer reach a customer. Who that is cannot be
// told after the act, so that lists are asked for anew by all who have any.
var gone = []string{"transfer", "release", "claim", "assign", "join", "leave", "collaborator.drop", "delete", "purge", "merged", "parted", "archive", "reopen"}

var reached = db.SQL(`SELECT c.id, c.version FROM {customers c} WHERE c.id IN (:ids)`, customer.Table)

// A Service follows the log for the pages of this node.
type Service struct {
	DB    *db.DB
	Hub   *live.Hub
	Actor func(*db.Tx, string) (access.Actor, error)

	at    int64
	began bool
}

// Run follows until ctx ends.
func (s *Service) Run(ctx context.Context) {
	for wait := pace; ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		from := clock.System()
		if _, err := s.Round(ctx); err != nil && ctx.Err() == nil {
			slog.Warn("open pages were not told what changed", "error", err) // the next round tells it
		}
		wait = max(pace, resting*clock.System().Sub(from))
	}
}

// Round tells what was chained since the last one, and gives how many entries that were. While
// nobody looks it does not even read.
func (s *Service) Round(ctx context.Context) (int, error) {
	users := s.Hub.Users()
	if len(users) == 0 {
		s.began = false // who comes reads everything anew
		return 0, nil
	}
	if !s.began {
		at, err := audit.Newest(ctx, s.DB)
		s.at, s.began = at, err == nil
		return 0, err
	}
	entries, err := audit.Since(ctx, s.DB, s.at, gulp)
	if err != nil || len(entries) == 0 {
		return 0, err
	}
	news := sorted(entries)
	for _, user := range users {
		if err := s.tell(ctx, user, news); err != nil {
			return 0, err
		}
	}
	s.at = entries[len(entries)-1].Position
	return len(entries), nil
}

// News is what a round found.
type news struct {
	touched map[string][]string // kinds by customer
	own     map[string][]string // kinds by who did it, of records without a customer
	words   []string
	gone    bool
}

// sorted says what entries mean for pages.
func sorted(entries []audit.Told) news {
	n := news{touched: map[string][]string{}, own: map[string][]string{}}
	add := func(to map[string][]string, key, kind string) {
		if !slices.Contains(to[key], kind) {
			to[key] = append(to[key], kind)
		}
	}
	for _, e := range entries {
		switch {
		case Looked(e.Action):
		case slices.Contains(words, e.Kind):
			if !slices.Contains(n.words, e.Kind) {
				n.words = append(n.words, e.Kind)
			}
		case e.Customer != "":
			add(n.touched, e.Customer, e.Kind)
			verb, ofCustomer := strings.CutPrefix(e.Action, "customer.")
			n.gone = n.gone || ofCustomer && slices.Contains(gone, verb)
		case e.Actor != "":
			add(n.own, e.Actor, e.Kind)
		}
	}
	return n
}

// Looked says of an act that it showed something and changed nothing that a page shows.
func Looked(action string) bool {
	of, verb, _ := strings.Cut(action, ".")
	return of == "sensitive" || of == "session" || of == "export" || of == "access" || action == "customer.check" || action == "customer.read" || action == "attachment.open" || verb == "print" || verb == "take" && of != "segment"
}

// tell says to one person's pages what of it is theirs.
func (s *Service) tell(ctx context.Context, user string, n news) error {
	for _, kind := range n.words {
		s.Hub.Show(user, live.Event{Topic: Words, Kind: kind})
	}
	for _, kind := range n.own[user] {
		s.Hub.Show(user, live.Event{Topic: Record, Kind: kind})
	}
	if len(n.touched) == 0 {
		return nil
	}
	many := len(n.touched) > oneByOne
	rows, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) ([]row, error) {
		who, err := s.Actor(tx, user)
		if err != nil || !who.May(string(access.CustomerRead)) {
			return nil, err
		}
		if many || n.gone {
			s.Hub.Show(user, live.Event{Topic: Many, Kind: "customer"})
		}
		if many {
			return nil, nil
		}
		return db.All[row](tx.As(who), reached, db.Args{"ids": slices.Sorted(maps.Keys(n.touched))})
	})
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.ID, b.ID) })
	for _, r := range rows {
		for _, kind := range n.touched[r.ID] {
			s.Hub.Show(user, live.Event{Topic: Record, Kind: kind, ID: r.ID, Version: r.Version})
		}
	}
	return err
}

type row struct {
	ID      string `db:"id"`
	Version int64  `db:"version"`
}

var program = access.Program("watch")
