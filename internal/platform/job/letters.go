package job

import (
	"time"

	"zhike/internal/platform/db"
)

// A Letter is a dead job: what was to be done, and why it never went well.
type Letter struct {
	ID        string `db:"id"`
	Kind      string `db:"kind"`
	RunAs     string `db:"run_as"`
	Attempts  int64  `db:"attempts"`
	Error     string `db:"error"`
	CreatedAt int64  `db:"created_at"`
	EndedAt   int64  `db:"ended_at"`
}

// Dead are the newest dead jobs. The caller has asked whether the viewer may see them.
func (q *Queue) Dead(tx *db.Tx, n int) ([]Letter, error) {
	return db.All[Letter](tx.As(q.program), letters, db.Args{"n": n})
}

// Late counts the jobs that wait although their time came longer than d ago.
func (q *Queue) Late(tx *db.Tx, d time.Duration) (int64, error) {
	n, err := db.One[db.Count](tx.As(q.program), overdue, db.Args{"before": tx.At() - d.Milliseconds()})
	return n.N, err
}

// Counts are the jobs that are not done, by state: waiting, running, dead.
func (q *Queue) Counts(tx *db.Tx) (map[string]int64, error) {
	out := map[string]int64{waiting: 0, running: 0, "dead": 0}
	rows, err := db.All[struct {
		State string `db:"state"`
		N     int64  `db:"n"`
	}](tx.As(q.program), byState, nil)
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, err
}

// Pending says whether a job with this unique key waits or runs.
func (q *Queue) Pending(tx *db.Tx, unique string) (bool, error) {
	n, err := db.One[db.Count](tx.As(q.program), pending, db.Args{"key": unique})
	return n.N > 0, err
}

// Again has a dead job tried anew; ErrTaken where one with the same key waits already.
func (q *Queue) Again(tx *db.Tx, id string) error {
	n, err := tx.As(q.program).ChangeAll(revive, db.Args{"id": id, "now": tx.At()})
	if err == nil && n == 0 {
		err = db.ErrNotFound
	}
	if err == nil {
		tx.After(q.wake)
	}
	return err
}
