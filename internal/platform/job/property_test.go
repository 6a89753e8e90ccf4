package job

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"

	"pgregory.net/rapid"
)

// TestEachEffectOnce: two workers claim, finish, fail and fall asleep over leases that run out, in any order. A job's effect is kept
// once or not yet, never twice; whoever lost a lease keeps nothing; no job is in two hands or gets lost.
func TestEachEffectOnce(t *testing.T) {
	hand := clock.At(start)
	d := dbtest.SQLite(t, hand.Now)
	var twice atomic.Int64
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		if run++; run > 50 {
			return // the jobs of all runs lie in one table
		}
		kind := fmt.Sprint("count", run)
		var queues []*Queue
		for range 2 {
			q := NewQueue(d, itself{}, Options{Attempts: 1000})
			q.Register(kind, effect(d, &twice))
			queues = append(queues, q)
		}
		type held struct {
			Job
			until time.Time
		}
		var hands []held
		state := map[string]string{} // of a job's id: waiting, running, done
		owner := map[string]string{} // its newest token
		until := map[string]time.Time{}
		uniques := map[string]string{} // key → id, of what waits or runs
		added := 0
		pick := func(t *rapid.T) (held, int) {
			if len(hands) == 0 {
				t.Skip("nobody holds a job")
			}
			i := rapid.IntRange(0, len(hands)-1).Draw(t, "hand")
			return hands[i], i
		}
		sees := func(t *rapid.T) map[string]seen {
			rows, err := db.Read(t.Context(), d, itself{}, func(tx *db.Tx) ([]seen, error) { return db.All[seen](tx, all, nil) })
			if err != nil {
				t.Fatal(err)
			}
			of := map[string]seen{}
			for _, r := range rows {
				if r.Kind == kind {
					of[r.ID] = r
				}
			}
			return of
		}
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				unique := rapid.SampledFrom([]string{"", "", "a", "b"}).Draw(t, "unique")
				n := New{Kind: kind, Payload: added}
				if unique != "" {
					n.Unique = kind + unique
				}
				undone := errors.New("undone")
				undo := rapid.IntRange(0, 4).Draw(t, "undone") == 0
				_, err := db.Write(t.Context(), d, itself{}, func(tx *db.Tx) (int, error) {
					if err := queues[0].Enqueue(tx, n); err != nil {
						return 0, err
					}
					if undo {
						return 0, undone
					}
					return 0, nil
				})
				if undo != errors.Is(err, undone) || err != nil && !undo {
					t.Fatal(err)
				}
				_, stands := uniques[unique]
				fresh := 0
				for id := range sees(t) {
					if state[id] == "" {
						fresh++
						state[id] = "waiting"
						if unique != "" {
							uniques[unique] = id
						}
					}
				}
				want := 1
				if undo || unique != "" && stands {
					want = 0
				}
				if fresh != want {
					t.Fatalf("adding %q (undone %v) made %d jobs and not %d", unique, undo, fresh, want)
				}
				added += fresh
			},
			"claim": func(t *rapid.T) {
				most := rapid.IntRange(1, 5).Draw(t, "most")
				got, err := queues[rapid.IntRange(0, 1).Draw(t, "queue")].claim(most)
				if err != nil || len(got) > most {
					t.Fatalf("%d of %d claimed: %v", len(got), most, err)
				}
				for _, j := range got {
					if state[j.ID] == "done" || state[j.ID] == "running" && hand.Now().Before(until[j.ID]) {
						t.Fatalf("%s was %s and is claimed", j.ID, state[j.ID])
					}
					state[j.ID], owner[j.ID], until[j.ID] = "running", j.token, hand.Now().Add(queues[0].options.Lease)
					hands = append(hands, held{j, until[j.ID]})
				}
			},
			"finish": func(t *rapid.T) {
				h, i := pick(t)
				hands = append(hands[:i], hands[i+1:]...)
				err := effect(d, &twice)(t.Context(), h.Job)
				mine := state[h.ID] == "running" && owner[h.ID] == h.token
				switch {
				case err == nil && mine:
					state[h.ID] = "done"
					for key, id := range uniques {
						if id == h.ID {
							delete(uniques, key)
						}
					}
				case err == nil || !errors.Is(err, ErrLost):
					t.Fatalf("the job is %s and in hand %v: %v", state[h.ID], mine, err)
				case mine && hand.Now().Before(until[h.ID]):
					t.Fatalf("a lease that stands is lost")
				}
			},
			"fail": func(t *rapid.T) {
				h, i := pick(t)
				hands = append(hands[:i], hands[i+1:]...)
				h.queue.settle(h.Job, errors.New("not today"))
				if state[h.ID] == "running" && owner[h.ID] == h.token {
					state[h.ID] = "waiting"
				}
			},
			"sleep": func(t *rapid.T) { hand.Advance(time.Duration(rapid.IntRange(1, 90).Draw(t, "seconds")) * time.Second) },
			"": func(t *rapid.T) {
				if twice.Load() != 0 {
					t.Fatal("an effect happened twice")
				}
				of := sees(t)
				for id, is := range state {
					if of[id].State != is && !(is == "running" && of[id].State == "waiting" && !hand.Now().Before(until[id])) {
						t.Fatalf("%s is %q, and ought to be %s", id, of[id].State, is)
					}
					if is == "running" && of[id].State == "waiting" { // a claim gave back what had run out
						state[id] = "waiting"
					}
				}
			},
		})
	})
}
