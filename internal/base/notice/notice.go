// Package notice tells people something: once for each cause, in the product and outside
// of it, at a time when they work.
//
// When a notice arrives. It is *announced* (the bell moves, mail and robots go out) during
// the company's hours of working days (notice.from to notice.to by its calendar and time
// zone) and outside of the quiet hours of the person; what is raised at another time waits
// for the next such moment, and all that waited for one moment arrives as one list. A kind
// that is urgent is announced at once, at any hour.
//
// When it stands in the list. From the moment it is raised, announced or not: who works in
// the evening finds it. Only a break of four days off or more (春节, 国庆, 劳动节) keeps it
// out of the list too, until the first moment of work: raised on the last evening before,
// or on any of its days, it stands there with all the others on the first working day.
// Make-up days are working days. Weekends and breaks of three days hide nothing.
//
// More than notice.flood of a kind that arrive for one person at one moment are one line.
package notice

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/live"
	"zhike/internal/base/outbox"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
)

// A Kind of notice, declared by the feature that sends it. Its words are notice.kind.<code>
// and notice.text.<code>.
type Kind struct {
	Code   string
	Urgent bool // announced at once
	Always bool // cannot be switched off in the product
	Mail   bool // goes by mail unless one chose otherwise
}

var self = db.Rights{See: db.See(string(access.Self)), Change: db.Change(string(access.Self))}

// Table of notices: one's own, and nobody else's.
var (
	Table       = db.Owned("notices", self, db.Columns{Owner: "user_id"}).Quiet()
	preferences = db.Internal("notice_preferences").Quiet()

	to = Table.Setter(db.Change("notice.raise"), "user_id") // the program's to say
)

// The program's own acts here: telling somebody what another did.
var program = access.Program("notice")

// Job is the kind of job that announces.
const Job = "notice.deliver"

// A Section is what a feature puts into the daily mail: no names of contacts, no numbers.
type Section struct{ Lines []string }

// Service raises, shows and announces notices.
type Service struct {
	DB     *db.DB
	Hub    *live.Hub
	Outbox *outbox.Service
	Queue  *job.Queue
	// Questions that app.go answers.
	Workday func(tx *db.Tx) (func(time.Time) bool, error)                         // the company's calendar
	Titles  func(tx *db.Tx, kind string, ids []string) (map[string]string, error) // of linked records, as the viewer may read them
	Digest  []func(tx *db.Tx, who access.Actor, lang string) (Section, error)     // run as that person
	Actor   func(tx *db.Tx, user string) (access.Actor, error)                    // with his rights of today
	kinds   map[string]Kind
	order   []string
}

// Declare names the kinds that there are, in the order of screens.
func (s *Service) Declare(all ...[]Kind) {
	s.kinds = map[string]Kind{}
	for _, k := range slices.Concat(all...) {
		if _, twice := s.kinds[k.Code]; twice {
			panic("notice: " + k.Code + " is declared twice")
		}
		s.kinds[k.Code] = k
		s.order = append(s.order, k.Code)
	}
}

// Kinds are the codes of all kinds.
func (s *Service) Kinds() []string { return slices.Clone(s.order) }

// New is something to tell somebody.
type New struct {
	To     string            // a user
	Kind   string            // declared
	Params map[string]string // for the words; no numbers, no names of contacts, a person who is a customer masked
	Link   Link              // the record it opens
	About  string            // the subject whose erasure takes the notice along
	Cause  string            // while a notice with this cause stands, another is not raised
	At     time.Time         // of the cause; zero is now
}

// A Link names a record.
type Link struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

type fresh struct {
	ID        string                     `db:"id"`
	Kind      string                     `db:"kind"`
	Params    db.JSON[map[string]string] `db:"params"`
	LinkKind  string                     `db:"link_kind"`
	LinkID    string                     `db:"link_id"`
	About     string                     `db:"about"`
	Cause     string                     `db:"cause"`
	Product   bool                       `db:"product"`
	Urgent    bool                       `db:"urgent"`
	RaisedAt  int64                      `db:"raised_at"`
	ShownAt   int64                      `db:"shown_at"`
	DeliverAt int64                      `db:"deliver_at"`
}

// Send raises a notice in the unit of its cause. Nobody is told what he did himself, nor
// who has left. It says nothing about whether it was new.
func (s *Service) Send(tx *db.Tx, n New) error {
	k, ok := s.kinds[n.Kind]
	if !ok || n.Cause == "" {
		return fmt.Errorf("notice: %q is no kind, or has no cause", n.Kind)
	}
	if n.To == "" || n.To == tx.Who().ID() {
		return nil
	}
	if _, active, err := account.Active(tx, n.To); err != nil || !active {
		return err
	}
	p, err := s.preferred(tx, n.To)
	if err != nil {
		return err
	}
	at := n.At
	if at.IsZero() {
		at = tx.Now()
	}
	deliver, waits, err := s.moment(tx, k, p)
	if err != nil {
		return err
	}
	row := fresh{ID: tx.NewID(), Kind: n.Kind, Params: db.Of(maps.Clone(n.Params)), LinkKind: n.Link.Kind, LinkID: n.Link.ID, About: n.About, Cause: n.Cause,
		Product: k.Always || p.takes(k, Product), Urgent: k.Urgent, RaisedAt: at.UnixMilli(), ShownAt: tx.At(), DeliverAt: deliver.UnixMilli()}
	if row.Params.V == nil {
		row.Params.V = map[string]string{}
	}
	if waits {
		row.ShownAt = row.DeliverAt
	}
	added, err := tx.As(program).InsertNew(Table, row, to.With(db.Args{"user_id": n.To}))
	if err != nil || !added {
		return err
	}
	if row.Product && row.DeliverAt <= tx.At() {
		s.Hub.Tell(tx, n.To, live.Event{Topic: "notice", Kind: n.Kind, ID: row.ID, Version: 1})
	}
	return s.schedule(tx, deliver)
}

// moment is when a notice raised now is announced, and whether it stays out of the list till then.
func (s *Service) moment(tx *db.Tx, k Kind, p preference) (time.Time, bool, error) {
	if k.Urgent {
		return tx.Now(), false, nil
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return time.Time{}, false, err
	}
	hours, err := window(tx)
	if err != nil {
		return time.Time{}, false, err
	}
	work, err := s.Workday(tx)
	if err != nil {
		return time.Time{}, false, err
	}
	at, waits := Next(tx.Now().In(zone), hours, p.quiet(), work)
	return at, waits, nil
}

func window(tx *db.Tx) (Hours, error) {
	from, err := setting.NoticeFrom.In(tx)
	if err != nil {
		return Hours{}, err
	}
	until, err := setting.NoticeTo.In(tx)
	if h := (Hours{minutes(from), minutes(until)}); h.From < h.To {
		return h, err
	}
	return Hours{9 * 60, 18 * 60}, err
}

// gather is how long notices of one moment are waited for before they leave together.
const gather = 30 * time.Second

// schedule has a moment's notices announced; all of one half minute by one job.
func (s *Service) schedule(tx *db.Tx, at time.Time) error {
	if at = at.Truncate(gather); !at.After(tx.Now()) {
		at = tx.Now().Truncate(gather).Add(gather)
	}
	return s.Queue.Enqueue(tx, job.New{Kind: Job, Unique: fmt.Sprint(Job, ":", at.Unix()), RunAt: at, Payload: struct{}{}})
}

var (
	standing = db.SQL(`SELECT n.id, n.user_id, n.kind FROM {notices n} WHERE n.cause IN (:causes) AND n.ended_at = 0`, Table)
	endAll   = db.SQL(`UPDATE {notices!change n} SET ended_at = :now WHERE n.id IN (:ids)`, Table)
	forget   = db.SQL(`DELETE FROM {notices!change n} WHERE n.about = :subject`, Table)
	old      = db.SQL(`DELETE FROM {notices!change n} WHERE n.raised_at < :before AND (n.read_at > 0 OR n.ended_at > 0)`, Table)
)

// End ends what stands of these causes: it is no longer so. History keeps it.
func (s *Service) End(tx *db.Tx, causes ...string) error { return s.EndBut(tx, nil, causes...) }

// EndBut is End for everybody but some.
func (s *Service) EndBut(tx *db.Tx, but []string, causes ...string) error {
	if len(causes) == 0 {
		return nil
	}
	p := tx.As(program)
	rows, err := db.All[struct {
		ID   string `db:"id"`
		User string `db:"user_id"`
		Kind string `db:"kind"`
	}](p, standing, db.Args{"causes": causes})
	if err != nil || len(rows) == 0 {
		return err
	}
	var ids []string
	for _, r := range rows {
		if slices.Contains(but, r.User) {
			continue
		}
		ids = append(ids, r.ID)
		s.Hub.Tell(tx, r.User, live.Event{Topic: "notice", Kind: r.Kind, ID: r.ID, Version: 2})
	}
	if len(ids) == 0 {
		return nil
	}
	_, err = p.ChangeAll(endAll, db.Args{"ids": ids, "now": tx.At()})
	return err
}

// Erased drops what names a subject that was erased, in the list and on its way out.
func (s *Service) Erased(tx *db.Tx, subject string) error {
	if _, err := tx.As(program).ChangeAll(forget, db.Args{"subject": subject}); err != nil {
		return err
	}
	return s.Outbox.Erased(tx, subject)
}
