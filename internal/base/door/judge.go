package door

import (
	"context"
	"errors"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var (
	errWrong  = fault.New(fault.Unauthenticated, "unauthenticated")
	errLocked = fault.New(fault.TooMany, "locked_out")

	failedBy = db.SQL(`SELECT f.subject, f.failures, f.first_at, f.locked_until, f.locks FROM {sign_in_failures f} WHERE f.subject IN (:subjects)`, failures)
	forgive  = db.SQL(`DELETE FROM {sign_in_failures!change f} WHERE f.subject = :subject`, failures)
)

// Lock-out: this many wrong tries within the window close the door, by account and by
// address (an office behind one address gets more), for a time that doubles.
const (
	wrongByAccount = 5
	wrongByAddress = 20
	wrongWindow    = 15 * time.Minute
	firstLock      = time.Minute
	longestLock    = 24 * time.Hour
)

// A verdict on what was shown.
type verdict int

const (
	wrong   verdict = iota
	right           // all of it
	partial         // so far right, and more is needed: neither counted nor forgiven
)

// A showing is what somebody shows at one of the doors, and how it is judged.
type showing struct {
	what  string // password code token link: for the audit log
	login string // as it was typed; "" where the door is none of an account
	user  string // whose account it is; look fills it in
	bare  bool   // of the address alone, and of a counter of its own: a token
	wrong error  // the answer to a wrong try

	look func(tx *db.Tx, c *showing) error // finds what it is compared with, in the reading that asks for locks
	slow func() bool                       // compares what takes long, outside every unit
	code func(tx *db.Tx) (verdict, error)  // compares what serves once, in the unit that keeps the outcome
	kept func(tx *db.Tx) error             // belongs into that unit when all was right
	skip bool                              // right, and there is nothing to keep: no unit
}

type failureRow struct {
	Subject     string `db:"subject"`
	Failures    int64  `db:"failures"`
	FirstAt     int64  `db:"first_at"`
	LockedUntil int64  `db:"locked_until"`
	Locks       int64  `db:"locks"`
}

// A subject is whose wrong tries are counted together, and how many close the door.
type subject struct {
	name string
	most int64
}

// subjects are counted by the account where the login is somebody's: his login, mobile and
// staff number are one. An unknown login is counted as it was typed, and locked alike.
func (c showing) subjects(address string) (all []subject) {
	switch {
	case c.bare:
		return []subject{{"token:" + address, wrongByAddress}}
	case c.user != "":
		all = append(all, subject{"account:" + c.user, wrongByAccount})
	case c.login != "":
		all = append(all, subject{"account:" + c.login, wrongByAccount})
	}
	return append(all, subject{"address:" + address, wrongByAddress})
}

// judge is the one function that judges a credential, whatever the door: who is locked is
// not judged at all, a wrong try is counted in the database, a right one forgives the
// account and never the address. A try that was under way while others locked the door
// is told no more than they are: so many guesses at once learn as little as one by one.
// Errors: the showing's own for a wrong try, locked_out, second_factor_needed.
func (s *Service) judge(ctx context.Context, who access.Actor, c showing) error {
	var subjects []subject
	if _, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) (int, error) {
		if c.look != nil {
			if err := c.look(tx, &c); err != nil {
				return 0, err
			}
		}
		subjects = c.subjects(who.Origin().Address)
		_, err := unlocked(tx, subjects)
		return 0, err
	}); err != nil {
		return s.orLocked(ctx, who, c, err)
	}
	good := c.slow == nil || c.slow()
	if good && c.skip {
		return nil
	}
	by := who
	if !who.Known() {
		by = program.From(who.Origin())
	}
	out, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (error, error) { return s.settle(tx, by, &c, subjects, good) })
	if err == nil {
		err = out
	}
	return s.orLocked(ctx, who, c, err)
}

// orLocked is err; that a locked door was tried is an entry of its own.
func (s *Service) orLocked(ctx context.Context, who access.Actor, c showing, err error) error {
	if errors.Is(err, errLocked) {
		s.refused(ctx, who, c.user+who.Origin().Address+c.what, audit.Entry{Action: "access.refuse", Kind: "user", Record: c.user, Details: map[string]any{"why": errLocked.Code, "what": c.what}})
	}
	return err
}

// settle keeps the outcome of one try: its answer is the first error, and counts are kept with it.
func (s *Service) settle(tx *db.Tx, by access.Actor, c *showing, subjects []subject, good bool) (answer, err error) {
	for _, x := range subjects {
		if err := tx.Lock("sign_in:" + x.name); err != nil {
			return nil, err
		}
	}
	open, locked := unlocked(tx, subjects)
	if locked != nil && !errors.Is(locked, errLocked) {
		return nil, locked
	}
	v := map[bool]verdict{true: right}[good]
	if good && locked == nil && c.code != nil {
		if v, err = c.code(tx); err != nil {
			return nil, err
		}
	}
	switch {
	case locked != nil && good:
		return locked, nil
	case v == partial:
		return errSecondFactor, nil
	case v == right:
		return nil, s.passed(tx, c, subjects)
	}
	for _, x := range subjects {
		if f, ok := open[x.name]; ok {
			if err := count(tx, x, f); err != nil {
				return nil, err
			}
		}
	}
	// The login as it was typed could be a password in the wrong box: only a known one is told.
	if err := audit.Note(tx.As(by), audit.Entry{Action: "session.refuse", Kind: "user", Record: c.user, Details: map[string]any{"what": c.what}}); err != nil {
		return nil, err
	}
	if locked != nil {
		return locked, nil
	}
	return c.wrong, s.suspicious(tx, c.user)
}

func (s *Service) passed(tx *db.Tx, c *showing, subjects []subject) error {
	if c.user != "" && !c.bare {
		if _, err := tx.ChangeAll(forgive, db.Args{"subject": subjects[0].name}); err != nil {
			return err
		}
	}
	if c.kept == nil {
		return nil
	}
	return c.kept(tx)
}

// unlocked gives the counters of those that are open, and locked_out where one is not.
func unlocked(tx *db.Tx, subjects []subject) (open map[string]failureRow, err error) {
	var names []string
	open = map[string]failureRow{}
	for _, x := range subjects {
		names = append(names, x.name)
		open[x.name] = failureRow{Subject: x.name, FirstAt: tx.At()}
	}
	rows, err := db.All[failureRow](tx.As(program), failedBy, db.Args{"subjects": names})
	if err != nil {
		return nil, err
	}
	longest := int64(0)
	for _, r := range rows {
		open[r.Subject] = r
		if left := r.LockedUntil - tx.At(); left > 0 {
			longest = max(longest, left)
			delete(open, r.Subject)
		}
	}
	if longest > 0 {
		return open, errLocked.After(time.Duration(longest) * time.Millisecond)
	}
	return open, nil
}

// count writes one wrong try into the database, so that a restart forgives nothing.
func count(tx *db.Tx, x subject, f failureRow) error {
	if f.Failures == 0 || tx.At()-f.FirstAt > wrongWindow.Milliseconds() { // it begins with a wrong try, not with the lock before
		f.Failures, f.FirstAt = 0, tx.At()
	}
	f.Failures++
	if f.Failures >= x.most {
		f.LockedUntil = tx.At() + min(firstLock<<min(f.Locks, 12), longestLock).Milliseconds()
		f.Locks, f.Failures, f.FirstAt = f.Locks+1, 0, tx.At()
	}
	return tx.Put(failures, f, "subject")
}
