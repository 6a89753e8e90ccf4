// Package demo fills an empty database with a living example company: its people, a year
// of customers and talks, and what everybody has to do today.
package demo

// The whole company stands in DEMO.md. What the product has no place for yet
// is left out here; the issue that builds the place adds it to the stories:
//
//   - products, quotes, contracts, payments and plans (DEMO 2, 4–11): told in talks, products in orders; opportunities, as 麦垛's second line;
//   - tickets, return-visit plans (10, 11); alerts: 9 days in 方案提交, 12 days overdue, 续约提醒 (6–9);
//   - referrals, rewards (5), erasure (13); pool rules: 久韧纺织 is released by hand (12);
//   - the customers that wait to be approved, 查阅申请, export approvals (14); the retail card of custom fields, cares.

import (
	"cmp"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/audit"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/setting"
	"zhike/internal/crm/collaborator"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/journey"
	"zhike/internal/crm/need"
	"zhike/internal/crm/order"
	"zhike/internal/crm/pool"
	"zhike/internal/crm/segment"
	"zhike/internal/crm/task"
	"zhike/internal/demo/back"
	"zhike/internal/demo/mint"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// A House is what the demo lives in: the services that forms use, on a database whose
// clock is Hand. The demo sets Hand to the instant of every act.
type House struct {
	DB        *db.DB
	Hand      *clock.Hand
	Book      *dictionary.Book
	Account   *account.Service
	Customers *customer.Service
	Directory *directory.Service
	Pools     *pool.Service
	Members   *collaborator.Service
	Journeys  *journey.Service
	FollowUps *followup.Service
	Tasks     *task.Service
	Needs     *need.Service
	Feedback  *feedback.Service
	Orders    *order.Service
	Segments  *segment.Service
	back.House
}

// Options of a demo. The same Seed and Now give the same company, keys and ids excepted.
type Options struct {
	Count    int // of customers
	Days     int
	Seed     int64
	Now      time.Time
	Password crypt.Secret // of every login
	Progress func(done, all int, day time.Time)
}

// The smallest company that still holds every story.
const (
	LeastCustomers = 20
	LeastDays      = 60
)

// A Login is somebody who may sign in to the demo.
type Login struct {
	Name, Login string
	Roles       []string
}

// Result is what was made.
type Result struct {
	Customers, Contacts, FollowUps, Tasks int
	Logins                                []Login
	Headline                              string // of the file of logins
}

var (
	ErrNotEmpty = errors.New("this database has accounts already: a demo fills an empty one only (choose another --data)")
	ErrTooSmall = fmt.Errorf("a demo has at least %d customers and %d days", LeastCustomers, LeastDays)
)

// The program's own acts here: naming the database a demo.
var program = access.Program("demo")

//go:embed data/*.json
var files embed.FS

func read[T any](name string) (out T, err error) {
	text, err := files.ReadFile("data/" + name)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		err = fmt.Errorf("demo: %s: %w", name, err)
	}
	return out, err
}

// A fill is one filling under way: first everything is planned as acts, then the acts are
// done in the order of their time.
type fill struct {
	House
	Options
	rand    *rand.Rand
	zone    *time.Location
	today   time.Time // midnight
	acts    []act
	actors  map[string]access.Actor
	company company
	crowd   crowd
	talks   talks
	clients []*client
	names   map[string]bool
	mint    mint.Mint
	late    int // talks written down too late, of those talked
	vows    int // promises whose day has come
	kept    int
	planned map[string]int // open steps and promises by owner
	weights map[int]float64
	talked  int
	out     Result
}

// An act is one thing somebody does at an instant.
type act struct {
	at   time.Time
	what string
	do   func(context.Context) error
}

func (f *fill) on(at time.Time, what string, do func(context.Context) error) {
	if !at.After(f.Now) {
		f.acts = append(f.acts, act{at, what, do})
	}
}

// as is on for one unit in the name of a login.
func (f *fill) as(login string, at time.Time, what string, do func(*db.Tx) error) {
	f.on(at, what, func(ctx context.Context) error { return f.write(ctx, login, do) })
}

// Fill makes the company. It refuses a database that has accounts.
func Fill(ctx context.Context, h House, o Options) (none Result, err error) {
	if o.Count < LeastCustomers || o.Days < LeastDays {
		return none, ErrTooSmall
	}
	h.Hand.Set(o.Now)
	if state, err := h.Account.State(ctx, program, struct{}{}); err != nil || !state.Needed {
		return none, cmp.Or(err, ErrNotEmpty)
	}
	f := &fill{House: h, Options: o, rand: rand.New(rand.NewPCG(uint64(o.Seed), 0x7a68696b65)), actors: map[string]access.Actor{},
		names: map[string]bool{}, planned: map[string]int{}, weights: map[int]float64{}}
	if err := f.load(ctx); err != nil {
		return none, err
	}
	h.Hand.Set(f.at(-o.Days, 8, 0).AddDate(0, 0, -1))
	if err := f.found(ctx); err != nil {
		return none, err
	}
	if err := f.plan(); err != nil {
		return none, err
	}
	if err := f.live(ctx); err != nil {
		return none, err
	}
	h.Hand.Set(o.Now)
	return f.out, h.Segments.Refresh(ctx)
}

func (f *fill) load(ctx context.Context) (err error) {
	if f.company, err = read[company]("company.json"); err != nil {
		return err
	}
	if f.crowd, err = read[crowd]("crowd.json"); err != nil {
		return err
	}
	if f.talks, err = read[talks]("talks.json"); err != nil {
		return err
	}
	// The words are read while the clock stands at the end: a snapshot of the future never
	// grows old, so that the year's units do not each read the dictionaries anew.
	f.zone, err = db.Read(ctx, f.DB, program, func(tx *db.Tx) (*time.Location, error) {
		if _, err := f.Book.In(tx); err != nil {
			return nil, err
		}
		return setting.Zone(tx)
	})
	if err != nil {
		return err
	}
	now := f.Now.In(f.zone)
	f.today = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, f.zone)
	return nil
}

func (f *fill) plan() error {
	f.planLeaver()
	if err := f.planStories(); err != nil {
		return err
	}
	if err := f.planCrowd(); err != nil {
		return err
	}
	f.planHandOver()
	if err := errors.Join(f.planDesk(), f.planMarket(), f.planBack()); err != nil {
		return err
	}
	return f.planDay()
}

// live does every act at its own time.
func (f *fill) live(ctx context.Context) error {
	slices.SortStableFunc(f.acts, func(a, b act) int { return a.at.Compare(b.at) })
	away := map[string]bool{} // with who was put away meanwhile nothing more is done
	for i, a := range f.acts {
		f.Hand.Set(a.at)
		err := a.do(ctx)
		if away[a.what] = away[a.what] || errors.Is(err, customer.ErrArchived); err != nil && !(away[a.what] && slices.Contains([]string{"archived", "not_found"}, fault.Code(err))) {
			return fmt.Errorf("demo: %s at %s: %w", a.what, a.at.In(f.zone).Format(time.DateTime), err)
		}
		if i%sealing == 0 || i+1 == len(f.acts) {
			if err := f.seal(ctx); err != nil {
				return err
			}
		}
		if f.Progress != nil && (i%500 == 499 || i+1 == len(f.acts)) {
			f.Progress(i+1, len(f.acts), a.at.In(f.zone))
		}
	}
	return nil
}

// sealing is after how many acts the log is chained: the sealer looks for entries near its clock.
const sealing = 100

func (f *fill) seal(ctx context.Context) error {
	for {
		n, err := audit.Seal(ctx, f.DB, func(int64, string, time.Time) error { return nil })
		if err != nil || n == 0 {
			return err
		}
	}
}

// write is one unit in the name of a login.
func (f *fill) write(ctx context.Context, login string, work func(*db.Tx) error) error {
	_, err := db.Write(ctx, f.DB, f.actors[login], func(tx *db.Tx) (int, error) { return 0, work(tx) })
	return err
}
