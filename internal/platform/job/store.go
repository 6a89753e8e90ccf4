package job

import (
	"encoding/json"

	"zhike/internal/platform/db"
)

var (
	jobs      = db.Internal("jobs").Quiet()
	schedules = db.Internal("schedules").Quiet()
	leases    = db.Internal("leases").Quiet()
)

// The states of a job.
const (
	waiting = "waiting"
	running = "running"
)

type row struct {
	ID        string                   `db:"id"`
	Kind      string                   `db:"kind"`
	Unique    *string                  `db:"unique_key"`
	Payload   db.JSON[json.RawMessage] `db:"payload"`
	RunAs     string                   `db:"run_as"`
	State     string                   `db:"state"`
	RunAt     int64                    `db:"run_at"`
	CreatedAt int64                    `db:"created_at"`
}

type claimed struct {
	ID       string                   `db:"id"`
	Kind     string                   `db:"kind"`
	Payload  db.JSON[json.RawMessage] `db:"payload"`
	RunAs    string                   `db:"run_as"`
	Attempts int64                    `db:"attempts"`
}

var (
	// Asked before a turn, so that an idle queue commits nothing.
	anything = db.SQL(`SELECT count(*) AS n FROM (
		SELECT j.id FROM {jobs j} WHERE j.state = 'waiting' AND j.run_at <= :now AND j.kind IN (:kinds)
		UNION ALL SELECT j.id FROM {jobs j} WHERE j.state = 'running' AND j.lease_until < :now LIMIT 1) x`, jobs)
	due = db.SQL(`SELECT j.id, j.kind, j.payload, j.run_as, j.attempts FROM {jobs j}
		WHERE j.state = 'waiting' AND j.run_at <= :now AND j.kind IN (:kinds) ORDER BY j.run_at, j.id LIMIT :n`, jobs)
	take = db.SQL(`UPDATE {jobs!change j} SET state = 'running', token = :token, lease_until = :until, attempts = attempts + 1 WHERE j.id IN (:ids)`, jobs)

	renew  = db.SQL(`UPDATE {jobs!change j} SET lease_until = :until WHERE j.id = :id AND j.token = :token AND j.state = 'running'`, jobs)
	finish = db.SQL(`UPDATE {jobs!change j} SET state = 'done', error = '', ended_at = :now WHERE j.id = :id AND j.token = :token AND j.state = 'running'`, jobs)
	fail   = db.SQL(`UPDATE {jobs!change j} SET state = 'waiting', error = :error, run_at = :at, attempts = attempts - :uncounted
		WHERE j.id = :id AND j.token = :token AND j.state = 'running'`, jobs)
	bury = db.SQL(`UPDATE {jobs!change j} SET state = 'dead', error = :error, ended_at = :now
		WHERE j.id = :id AND j.token = :token AND j.state = 'running'`, jobs)

	rescue = db.SQL(`UPDATE {jobs!change j} SET state = 'waiting', token = '', run_at = :now
		WHERE j.state = 'running' AND j.lease_until < :now AND j.attempts < :most`, jobs)
	reclaim  = db.SQL(`UPDATE {jobs!change j} SET state = 'waiting', token = '', run_at = :now, attempts = attempts - 1 WHERE j.state = 'running'`, jobs)
	buryLost = db.SQL(`UPDATE {jobs!change j} SET state = 'dead', error = :error, ended_at = :now
		WHERE j.state = 'running' AND j.lease_until < :now AND j.attempts >= :most`, jobs)

	forgetDone = db.SQL(`DELETE FROM {jobs!change j} WHERE j.state = 'done' AND j.ended_at < :before`, jobs)

	letters = db.SQL(`SELECT j.id, j.kind, j.run_as, j.attempts, j.error, j.created_at, j.ended_at FROM {jobs j}
		WHERE j.state = 'dead' ORDER BY j.ended_at DESC, j.id DESC LIMIT :n`, jobs)
	overdue = db.SQL(`SELECT count(*) AS n FROM {jobs j} WHERE j.state = 'waiting' AND j.run_at < :before`, jobs)
	pending = db.SQL(`SELECT count(*) AS n FROM {jobs j} WHERE j.unique_key = :key AND j.state IN ('waiting', 'running')`, jobs)
	byState = db.SQL(`SELECT j.state, count(*) AS n FROM {jobs j} WHERE j.state <> 'done' GROUP BY j.state`, jobs)
	revive  = db.SQL(`UPDATE {jobs!change j} SET state = 'waiting', attempts = 0, run_at = :now, ended_at = 0 WHERE j.id = :id AND j.state = 'dead'`, jobs)

	schedule = db.SQL(`SELECT s.name, s.next_at FROM {schedules s}`, schedules)
	advance  = db.SQL(`UPDATE {schedules!change s} SET next_at = :next, last_at = :last WHERE s.name = :name AND s.next_at = :seen`, schedules)
	bring    = db.SQL(`UPDATE {schedules!change s} SET next_at = :next WHERE s.name = :name AND s.next_at = :seen`, schedules)

	holdLease = db.SQL(`UPDATE {leases!change l} SET holder = :me, until = :until WHERE l.name = :name AND (l.holder = :me OR l.until < :now)`, leases)
	keepLease = db.SQL(`UPDATE {leases!change l} SET until = :until WHERE l.name = :name AND l.holder = :me`, leases)
	dropLease = db.SQL(`DELETE FROM {leases!change l} WHERE l.name = :name AND l.holder = :me`, leases)
)
