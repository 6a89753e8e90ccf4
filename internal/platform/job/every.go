package job

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zhike/internal/platform/db"
)

// A Rhythm is how often work comes round.
type Rhythm struct {
	interval     time.Duration
	hour, minute int
}

// Interval comes round each d, from the first start on.
func Interval(d time.Duration) Rhythm {
	if d < time.Second {
		panic("job: a rhythm is a second or slower")
	}
	return Rhythm{interval: d}
}

// DailyAt comes round at an hour and minute of the company's day.
func DailyAt(hour, minute int) Rhythm {
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		panic(fmt.Sprintf("job: %d:%02d is no time of day", hour, minute))
	}
	return Rhythm{hour: hour, minute: minute}
}

// next is the first time after now. An interval keeps its beat: it counts from when it was due.
func (r Rhythm) next(now, due time.Time, zone *time.Location) time.Time {
	if r.interval > 0 {
		missed := max(0, now.Sub(due)/r.interval)
		return due.Add((missed + 1) * r.interval)
	}
	local := now.In(zone)
	at := time.Date(local.Year(), local.Month(), local.Day(), r.hour, r.minute, 0, 0, zone)
	if !at.After(now) {
		at = time.Date(local.Year(), local.Month(), local.Day()+1, r.hour, r.minute, 0, 0, zone)
	}
	return at
}

type round struct {
	name   string
	rhythm Rhythm
}

type scheduled struct {
	Name   string `db:"name"`
	NextAt int64  `db:"next_at"`
}

// Every has fn done each time the rhythm comes round, by one node, without a leader.
// After downtime it is done once, and it is not begun again while it still runs.
func (q *Queue) Every(name string, r Rhythm, fn Handler) {
	q.Register(name, fn)
	q.rounds = append(q.rounds, round{name, r})
}

// comeRound moves the schedules that are due and enqueues their jobs, each in one unit:
// of several nodes that see the same hour, one moves it.
func (q *Queue) comeRound() error {
	type look struct {
		zone *time.Location
		next map[string]int64
	}
	l, err := db.Read(q.work, q.db, q.program, func(tx *db.Tx) (l look, err error) {
		rows, err := db.All[scheduled](tx, schedule, nil)
		if err != nil {
			return l, err
		}
		l.next = map[string]int64{}
		for _, r := range rows {
			l.next[r.Name] = r.NextAt
		}
		l.zone, err = q.options.Zone(tx)
		return l, err
	})
	if err != nil {
		return err
	}
	var all []error
	for _, r := range q.rounds {
		now := q.db.Now()
		seen, known := l.next[r.name]
		latest := r.rhythm.next(now, now, l.zone).UnixMilli()
		if known && seen > now.UnixMilli() && seen <= latest {
			continue
		}
		_, err := db.Write(q.work, q.db, q.program, func(tx *db.Tx) (int64, error) {
			args := db.Args{"name": r.name, "seen": seen, "next": latest, "last": tx.At()}
			switch {
			case !known:
				_, err := tx.InsertNew(schedules, scheduled{r.name, latest})
				return 0, err
			case seen > now.UnixMilli(): // the rhythm was made faster, or the company moved
				return tx.ChangeAll(bring, args)
			}
			args["next"] = r.rhythm.next(now, time.UnixMilli(seen), l.zone).UnixMilli()
			n, err := tx.ChangeAll(advance, args)
			if err != nil || n == 0 {
				return 0, err
			}
			return n, q.Enqueue(tx, New{Kind: r.name, Unique: "every:" + r.name})
		})
		all = append(all, err)
	}
	return errors.Join(all...)
}

// keptDone is how long a job that went well can still be looked up.
const keptDone = 7 * 24 * time.Hour

func (q *Queue) sweep(ctx context.Context, j Job) error {
	_, err := db.Write(ctx, q.db, q.program, func(tx *db.Tx) (int64, error) {
		n, err := tx.ChangeAll(forgetDone, db.Args{"before": tx.Now().Add(-keptDone).UnixMilli()})
		return n, errors.Join(err, j.Finish(tx))
	})
	return err
}
