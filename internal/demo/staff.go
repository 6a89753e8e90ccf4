package demo

import (
	"context"
	"fmt"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

type company struct {
	Name          string       `json:"name"`
	Short         string       `json:"short"`
	Code          string       `json:"code"`
	Administrator string       `json:"administrator"`
	Departments   []department `json:"departments"`
	Staff         []person     `json:"staff"`
	Leaver        leaver       `json:"leaver"`
	Joiner        joiner       `json:"joiner"`
	Headline      string       `json:"credentials"`
}

type department struct {
	Name   string `json:"name"`
	Under  string `json:"under"`
	Leader string `json:"leader"`
}

type person struct {
	Login      string   `json:"login"`
	Name       string   `json:"name"`
	Department string   `json:"department"`
	Roles      []string `json:"roles"`
	Joined     int      `json:"joined"`
}

// A leaver hands his customers over by side; who joins takes over one of them.
type leaver struct {
	Login  string            `json:"login"`
	Left   int               `json:"left"`
	Gives  string            `json:"gives"`
	Note   string            `json:"note"`
	Handed map[string]string `json:"handed"`
}

type joiner struct {
	Login  string `json:"login"`
	From   string `json:"from"`
	Note   string `json:"note"`
	Reason string `json:"reason"`
}

func (c company) person(login string) person {
	for _, p := range c.Staff {
		if p.Login == login {
			return p
		}
	}
	return person{}
}

// found makes the company: its administrator, who makes departments and people.
func (f *fill) found(ctx context.Context) error {
	c := f.company
	first := c.person(c.Administrator)
	admin, err := f.Account.First(ctx, account.SetUp{Company: c.Name, Login: first.Login, Name: first.Name, Password: f.Password})
	if err != nil {
		return err
	}
	_, err = db.Write(ctx, f.DB, program, func(tx *db.Tx) (int, error) {
		if err := setting.SetMeta(tx, "kind", "demo"); err != nil {
			return 0, err
		}
		if err := setting.CompanyShortName.Set(tx, c.Short); err != nil {
			return 0, err
		}
		if err := setting.CompanyCode.Set(tx, c.Code); err != nil {
			return 0, err
		}
		return 0, audit.Note(tx, audit.Entry{Action: "demo.begin", Kind: "setting"})
	})
	if err != nil {
		return err
	}
	if err := f.knows(ctx, first, admin.ID); err != nil {
		return err
	}
	who := f.actors[first.Login]
	ids := map[string]account.Department{}
	for _, d := range c.Departments {
		in := account.NewDepartment{Name: d.Name}
		if d.Under != "" {
			in.ParentID = api.Some(ids[d.Under].ID)
		}
		if ids[d.Name], err = f.Account.AddDepartment(ctx, who, in); err != nil {
			return err
		}
	}
	if _, err = f.Account.ChangeUser(ctx, who, admin.ID, admin.Version, account.ChangedUser{DepartmentID: api.Some(ids[first.Department].ID)}); err != nil {
		return err
	}
	for _, p := range c.Staff {
		if p.Login == c.Administrator {
			continue
		}
		if p.Joined != 0 {
			f.on(f.at(p.Joined, 8, 35), p.Login, func(ctx context.Context) error { return f.hire(ctx, p, who) })
		} else if err := f.hire(ctx, p, who); err != nil {
			return err
		}
	}
	for _, d := range c.Departments {
		if d.Leader == "" {
			continue
		}
		in := account.ChangedDepartment{LeaderID: api.Some(f.actors[d.Leader].ID())}
		if _, err := f.Account.ChangeDepartment(ctx, who, ids[d.Name].ID, ids[d.Name].Version, in); err != nil {
			return err
		}
	}
	f.out.Headline = c.Headline
	for _, p := range c.Staff {
		if p.Login != c.Leaver.Login {
			f.out.Logins = append(f.out.Logins, Login{p.Name, p.Login, p.Roles})
		}
	}
	return nil
}

func (f *fill) hire(ctx context.Context, p person, by access.Actor) error {
	roles, place, err := f.Account.ByNames(ctx, program, p.Roles, p.Department)
	if err != nil {
		return fmt.Errorf("demo: %s: %w", p.Login, err)
	}
	u, err := f.Account.AddUser(ctx, by, account.NewUser{Login: p.Login, Name: p.Name, DepartmentID: place, RoleIDs: roles, Password: f.Password})
	if err != nil {
		return fmt.Errorf("demo: %s: %w", p.Login, err)
	}
	return f.knows(ctx, p, u.ID)
}

// knows keeps the actor of somebody: what he may does not change during the year.
func (f *fill) knows(ctx context.Context, p person, id string) error {
	actor, err := db.Read(ctx, f.DB, program, func(tx *db.Tx) (access.Actor, error) { return f.Account.ActorOf(tx, id) })
	f.actors[p.Login] = actor
	return err
}

// planLeaver: after the hand-over his account is closed, by whoever keeps accounts.
func (f *fill) planLeaver() {
	l := f.company.Leaver
	f.on(f.at(l.Left, 18, 5), l.Login, func(ctx context.Context) error {
		u, err := f.Account.User(ctx, program, f.actors[l.Login].ID())
		if err != nil {
			return err
		}
		_, err = f.Door.SetState(ctx, f.actors[f.company.Administrator], u.ID, u.Version, "left")
		return err
	})
}

// planHandOver moves the leaver's customers on the day he left, and some of them again
// when his successor came.
func (f *fill) planHandOver() {
	l, j := f.company.Leaver, f.company.Joiner
	n := 0
	for _, c := range f.clients {
		for i := 1; i < len(c.tenures); i++ {
			from, to := c.tenures[i-1], c.tenures[i]
			by, reason, note := to.by, to.reason, to.note
			switch {
			case from.login == l.Login:
				by, reason, note = l.Gives, "left", l.Note
			case to.login == j.Login:
				by, reason, note = j.From, j.Reason, j.Note
			}
			n++
			at := to.from.Add(time.Duration(n%40) * time.Minute)
			f.as(by, at, "transfer", func(tx *db.Tx) error {
				return f.Customers.TransferIn(tx, c.id, customer.Transfer{To: f.actors[to.login].ID(), Reason: reason, Note: note})
			})
		}
	}
	f.planReveals()
}

// planReveals: before he left, the leaver looked at many numbers late at night.
func (f *fill) planReveals() {
	l := f.company.Leaver
	at := f.at(l.Left-3, 23, 40)
	for _, c := range f.clients {
		if c.owner(at) != l.Login || !c.born.Before(at.AddDate(0, 0, -1)) {
			continue
		}
		for _, p := range c.people {
			at = at.Add(time.Duration(9+f.rand.IntN(20)) * time.Second)
			f.reveal(l.Login, at, p, "copy")
		}
	}
}
