package quality

import (
	"context"
	"strconv"
	"time"

	"zhike/internal/base/account"
	"zhike/internal/base/notice"
	"zhike/internal/base/setting"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
)

// The kinds of notices from here: one line for each person and period, however many customers.
const (
	checkSoon = "check_soon"
	checkOver = "check_over"
	checkTeam = "check_team"
)

// Kinds as base/notice knows them.
var Kinds = []notice.Kind{{Code: checkSoon, Mail: true}, {Code: checkOver, Mail: true}, {Code: checkTeam}}

// soon is how long before its end a period is reminded of, and after its end that it is told of.
const soon = 14 * 24 * time.Hour

var owing = db.SQL(`SELECT c.owner_id AS owner, count(*) AS n FROM {customers c} WHERE `+due+` GROUP BY c.owner_id ORDER BY c.owner_id`, customer.Table)

// What departments owe, by who leads them.
var owingTeams = db.SQL(`SELECT d.leader_id AS owner, count(*) AS n FROM {customers c} JOIN {departments d} ON d.id = c.department_id WHERE d.leader_id IS NOT NULL AND `+due+` GROUP BY d.leader_id ORDER BY d.leader_id`,
	customer.Table, account.Departments)

type owes struct {
	Owner string `db:"owner"`
	N     int64  `db:"n"`
}

func causes(p Period, owner string) (string, string) {
	return "check.soon:" + p.From + ":" + owner, "check.over:" + p.From + ":" + owner
}

// finished ends what an owner was told once nothing of his is left to check.
func (s *Service) finished(tx *db.Tx, owner string) error {
	p, err := Now(tx)
	if err != nil || owner == "" {
		return err
	}
	months, err := setting.CheckMonths.In(tx)
	if err != nil {
		return err
	}
	for _, of := range []Period{p, p.before(int(months))} {
		_, left, err := db.Maybe[struct {
			ID string `db:"id"`
		}](tx.As(program), dueOf, db.Args{"owner": owner, "begun": of.begin.UnixMilli()})
		if err != nil {
			return err
		}
		if !left {
			a, b := causes(of, owner)
			if err := s.Notices.End(tx, a, b); err != nil {
				return err
			}
		}
	}
	return nil
}

// Remind tells owners what they have yet to check: in the last fortnight of a period, and once it
// is over; then those who lead a department, too, how much of it is left. It runs daily; a person is told once, because a notice with the same cause stands.
func (s *Service) Remind(ctx context.Context, _ job.Job) error {
	type telling struct {
		kind string
		of   Period
		all  []owes
		team []owes
	}
	tell, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) (t telling, err error) {
		p, err := Now(tx)
		if err != nil || !p.On {
			return t, err
		}
		months, err := setting.CheckMonths.In(tx)
		if err != nil {
			return t, err
		}
		switch now := tx.Now(); {
		case now.After(p.end.Add(-soon)):
			t.kind, t.of = checkSoon, p
		case now.Before(p.begin.Add(soon)):
			t.kind, t.of = checkOver, p.before(int(months))
		default:
			return t, nil
		}
		args := db.Args{"begun": t.of.begin.UnixMilli()}
		if t.all, err = db.All[owes](tx, owing, args); err == nil && t.kind == checkOver {
			t.team, err = db.All[owes](tx, owingTeams, args)
		}
		return t, err
	})
	if err != nil {
		return err
	}
	for _, o := range tell.all {
		if _, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
			tx.Noted() // that it is due follows from the day
			before, after := causes(tell.of, o.Owner)
			cause := before
			if tell.kind == checkOver {
				cause = after
				if err := s.Notices.End(tx, before); err != nil {
					return 0, err
				}
			}
			return 0, s.Notices.Send(tx, notice.New{To: o.Owner, Kind: tell.kind, Cause: cause, Link: notice.Link{Kind: "check", ID: tell.of.From},
				Params: map[string]string{"n": strconv.FormatInt(o.N, 10), "from": tell.of.From, "to": tell.of.To}})
		}); err != nil {
			return err
		}
	}
	for _, o := range tell.team {
		if _, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
			tx.Noted()
			return 0, s.Notices.Send(tx, notice.New{To: o.Owner, Kind: checkTeam, Cause: "check.team:" + tell.of.From + ":" + o.Owner, Link: notice.Link{Kind: "check", ID: "team"},
				Params: map[string]string{"n": strconv.FormatInt(o.N, 10), "from": tell.of.From, "to": tell.of.To}})
		}); err != nil {
			return err
		}
	}
	return nil
}
