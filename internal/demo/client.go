package demo

import (
	"context"
	"time"

	"zhike/internal/base/api"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/directory"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/journey"
	"zhike/internal/crm/task"
	"zhike/internal/platform/db"
)

// A client is a customer being planned, and where it stands once it is made.
type client struct {
	key     string
	side    string
	born    time.Time
	draft   bool
	in      customer.New
	people  []*known
	tenures []tenure
	trade   *trade
	said    map[*template]bool
	slots   map[string]string
	stages  []string // those still to come
	price   int64    // fen, of what they think of

	used   time.Time // when it began to use what it bought
	signed time.Time // when it first bought

	id string
}

type known struct {
	in   contact.New
	call string // how colleagues call this person
	boss int    // place in people; −1 for nobody
	id   string
}

// A tenure is who owns a customer, from when, and why it came to him.
type tenure struct {
	from             time.Time
	login            string
	by, reason, note string
}

func (c *client) owner(t time.Time) string {
	login := c.tenures[0].login
	for _, x := range c.tenures[1:] {
		if t.Sub(x.from) >= time.Hour {
			login = x.login
		}
	}
	return login
}

// settled tells whether the owner stays the same between two times and some hours after,
// in which the hand-over may be under way.
func (c *client) settled(from, to time.Time) bool {
	return c.owner(from) == c.owner(to.Add(2*time.Hour))
}

// clear moves a time out of the hours of a hand-over: what happens that day is the new owner's.
func (f *fill) clear(c *client, t time.Time) time.Time {
	if c.settled(t.Add(-time.Hour), t.Add(3*time.Hour)) {
		return t
	}
	return f.exact(f.offset(t), 15, 20+t.Minute()/2)
}

// succeed adds the tenures that follow from who left and who came.
func (f *fill) succeed(c *client) {
	l, j := f.company.Leaver, f.company.Joiner
	if last := c.tenures[len(c.tenures)-1]; last.login == l.Login {
		c.tenures = append(c.tenures, tenure{from: f.at(l.Left, 9, 30), login: l.Handed[c.side]})
	}
	joined := f.at(f.company.person(j.Login).Joined, 13, 30)
	if last := c.tenures[len(c.tenures)-1]; last.login == j.From && c.side == "south" && last.from.Before(joined) {
		c.tenures = append(c.tenures, tenure{from: joined, login: j.Login})
	}
}

// birth plans a customer's making: the record with its primary contact, the others, and
// its taking effect, all before the first talk is written down.
func (f *fill) birth(c *client) {
	f.clients = append(f.clients, c)
	who := c.tenures[0].login
	f.on(c.born, c.in.Name.V, func(ctx context.Context) error {
		in := c.in
		if len(c.people) > 0 {
			in.Contacts = []contact.New{c.people[0].in}
		}
		made, err := f.Customers.Create(ctx, f.actors[who], in)
		if err != nil {
			return err
		}
		c.id = made.ID
		f.out.Customers++
		if made.PrimaryContact != nil {
			f.out.Contacts++
			if len(c.people) > 0 {
				c.people[0].id = made.PrimaryContact.ID
			}
		}
		return nil
	})
	at := c.born
	for i := 1; i < len(c.people); i++ {
		at = at.Add(time.Duration(f.between(50, 130)) * time.Second)
		f.on(at, c.in.Name.V, func(ctx context.Context) error {
			p := c.people[i]
			in := p.in
			if p.boss >= 0 {
				in.ReportsTo = api.Some(c.people[p.boss].id)
			}
			made, err := f.Directory.Add(ctx, f.actors[who], c.id, in)
			p.id = made.ID
			f.out.Contacts++
			return err
		})
	}
	if !c.draft {
		f.as(who, at.Add(90*time.Second), c.in.Name.V, func(tx *db.Tx) error {
			return f.Customers.SubmitIn(tx, c.id, 0)
		})
	}
}

// move plans a step of the journey.
func (f *fill) move(c *client, at time.Time, to, reason, note string) {
	if to == "in_use" && c.used.IsZero() {
		c.used = at
	}
	if to == "signed" && c.signed.IsZero() {
		c.signed = at
	}
	f.as(c.owner(at), at, c.in.Name.V+" → "+to, func(tx *db.Tx) error {
		return f.Journeys.MoveIn(tx, c.id, 0, journey.Move{To: to, Reason: reason, Note: note}) // 0: what stands; telling what is known already makes no version to count
	})
}

func (f *fill) member(c *client, at time.Time, login string) {
	f.as(c.owner(at), at, c.in.Name.V+" + "+login, func(tx *db.Tx) error {
		return f.Members.AddIn(tx, c.id, f.actors[login].ID())
	})
}

// A said is a talk being planned.
type said struct {
	by       string
	in       followup.New
	happened time.Time
	at       time.Time // when it is written down
	with     []int     // places in people
	next     string
	nextOn   time.Time
	promises []vow
	mend     string
}

// A vow is a promise with its end; kept is nil while it is open.
type vow struct {
	by, what string
	due      time.Time
	kept     *bool
}

// talk plans a follow-up and what follows from it: the task of its next step done in
// time, its promises settled.
func (f *fill) talk(c *client, s said) {
	f.talked++
	if s.by == "" {
		s.by = c.owner(s.at)
	}
	if s.at.IsZero() {
		s.at = s.happened.Add(time.Duration(f.between(4, 150)) * time.Minute)
	}
	if s.at.After(f.Now) {
		s.at = f.Now
	}
	in := s.in
	in.HappenedAt = api.On(s.happened)
	in.AcceptVague = s.mend != ""
	var promised []*string
	for _, v := range s.promises {
		in.Promises = append(in.Promises, followup.NewPromise{By: v.by, What: v.what, DueOn: v.due.Format(time.DateOnly)})
		id := new(string)
		promised = append(promised, id)
		if v.kept != nil {
			late := f.between(1, 2)
			if *v.kept {
				late = 0
			}
			f.on(f.endAt(s.at, v.due, late), "promise", func(ctx context.Context) error {
				_, err := f.FollowUps.SettleIt(ctx, f.actors[s.by], *id, 0, followup.Settle{Kept: *v.kept})
				return err
			})
		}
	}
	step := new(string)
	if s.next != "" {
		in.NextStep = &followup.Step{What: s.next, DueOn: s.nextOn.Format(time.DateOnly)}
		if f.offset(s.nextOn) < 0 {
			f.done(s.by, f.endAt(s.at, s.nextOn, f.between(1, 8)/8), step)
		}
	}
	var id string
	f.on(s.at, c.in.Name.V, func(ctx context.Context) error {
		in.ContactIDs = nil
		for _, n := range s.with {
			in.ContactIDs = append(in.ContactIDs, c.people[n].id)
		}
		f.out.FollowUps++
		if in.NextStep == nil && in.Promises == nil && s.mend == "" {
			return f.write(ctx, s.by, func(tx *db.Tx) error {
				_, err := f.FollowUps.RecordIn(tx, c.id, in)
				return err
			})
		}
		made, err := f.FollowUps.Record(ctx, f.actors[s.by], c.id, in)
		if err != nil {
			return err
		}
		id = made.ID
		if made.NextStep != nil {
			f.out.Tasks++
			*step = string(made.NextStep.TaskID)
		}
		for i := range made.Promises {
			*promised[i] = made.Promises[i].ID
		}
		return nil
	})
	if s.mend != "" {
		f.on(s.at.Add(35*time.Minute), c.in.Name.V, func(ctx context.Context) error {
			_, err := f.FollowUps.Change(ctx, f.actors[s.by], id, 1, followup.Change{Content: api.Some(s.mend)})
			return err
		})
	}
}

// endAt is when what was due is done, or said not to be: in the afternoon, or days late.
func (f *fill) endAt(made, due time.Time, late int) time.Time {
	return f.bounded(made, due.AddDate(0, 0, late).Add(time.Duration(f.between(13*60, 18*60))*time.Minute))
}

// bounded is a time after what it follows and before now.
func (f *fill) bounded(after, at time.Time) time.Time {
	if !at.After(after) {
		at = after.Add(20 * time.Minute)
	}
	if last := f.Now.Add(-time.Minute); at.After(last) {
		at = last
	}
	return at
}

// done plans the end of a task.
func (f *fill) done(by string, at time.Time, id *string) {
	f.on(at, "task done", func(ctx context.Context) error {
		_, err := f.Tasks.Done(ctx, f.actors[by], *id, 0)
		return err
	})
}

// task plans a task that somebody makes for himself or is given.
func (f *fill) task(by, owner string, at, due time.Time, title, priority string, c *client) *string {
	id := new(string)
	f.as(by, at, title, func(tx *db.Tx) (err error) {
		in := task.New{Title: title, OwnerID: f.actors[owner].ID(), DueAt: api.On(due), Priority: priority}
		if c != nil {
			in.CustomerID = c.id
		}
		f.out.Tasks++
		*id, err = f.Tasks.CreateIn(tx, in)
		return err
	})
	return id
}

// reveal plans a look at a number, which is recorded: before a call it is a button pressed.
func (f *fill) reveal(login string, at time.Time, p *known, button string) {
	if p.in.Mobile.V == "" {
		return
	}
	f.on(at, "reveal", func(ctx context.Context) error {
		_, err := f.Directory.Reveal(ctx, f.actors[login], p.id, 0, directory.Reveal{Field: "mobile", Reason: button})
		return err
	})
}
