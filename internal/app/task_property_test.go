package app

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/task"
	"zhike/internal/crm/timeline"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"

	"pgregory.net/rapid"
)

// due is what the plain model knows of a task, or of a promise, which has a day and no owner.
type due struct {
	id, title, owner, maker string
	customer                *held
	at, done                time.Time // done: when it was
	day                     string
	settled, gone           bool
	version                 int64
}

type held struct {
	id, owner string
	binned    bool
}

// TestTasksAndPromises: colleagues make, give, put off, finish and bin what is to be done, customers go to the bin and come back, and time passes.
// Each one's lists hold what a plain model says, what is refused leaves no trace, a stale version never serves, and what is done stays done when it was.
func TestTasksAndPromises(t *testing.T) {
	hand := clock.At(start)
	dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
		hand.Set(start)
		w := peopled(t, d, hand)
		made, steps := 0, 0
		lives(t, 40, func(t *rapid.T, _ int) { steps += w.dueLife(t, &made) })
		t.Log(steps, "steps")
	})
}

func (w *world) dueLife(t *rapid.T, made *int) (steps int) {
	ctx, people := t.Context(), []string{"east", "mate", "leader", "second"}
	var tasks, promises []*due
	var customers []*held
	defer func() { // the next life begins with empty lists, and so does one that rapid shrinks
		for _, k := range tasks {
			if got, err := w.Tasks.Get(ctx, program, k.id); err == nil {
				_ = w.Tasks.Delete(ctx, w.actors["admin"], k.id, got.Version)
			}
		}
		for _, c := range customers {
			if got, err := w.Customers.Get(ctx, program, c.id); err == nil && !c.binned {
				_ = w.Customers.Delete(ctx, w.actors["admin"], c.id, got.Version)
			}
		}
	}()
	title := func() string { *made++; return fmt.Sprintf("送样品%d号", *made) }
	for _, owner := range []string{"east", "second"} {
		*made++
		c, err := w.Customers.Create(ctx, w.actors[owner], customer.New{Duplicates: "new", Change: customer.Change{Kind: api.Some(customer.Institution), Name: api.Some(fmt.Sprintf("温州第%d中学校", *made)), Industry: api.Some("P83"), Region: api.Some("330300")},
			Contacts: []contact.New{{Name: api.Some("欧阳修远"), Title: api.Some("校长"), Role: api.Some("decider"), WeChat: api.Some(fmt.Sprint("wxid_", *made)), Primary: api.Some(true)}}})
		if err != nil {
			t.Fatal(err)
		}
		customers = append(customers, &held{id: c.ID, owner: owner})
	}
	leads := func(who, owner string) bool { return who == "leader" && owner != "second" }
	reaches := func(who string, c *held) bool { return !c.binned && (c.owner == who || leads(who, c.owner)) }
	there := func(k *due) bool { return !k.gone && (k.customer == nil || !k.customer.binned) }
	own := func(who string, k *due) bool { return k.owner == who || k.maker == who || leads(who, k.owner) }
	sees := func(who string, k *due) bool {
		return there(k) && (own(who, k) || k.customer != nil && reaches(who, k.customer))
	}
	fails := func(err error, codes ...string) {
		t.Helper()
		if f := (*fault.Fault)(nil); !errors.As(err, &f) || !slices.Contains(codes, f.Code) {
			t.Fatalf("%v, wants one of %v", err, codes)
		}
	}
	at := func(t *rapid.T) time.Time {
		return w.hand.Now().Add(time.Duration(rapid.IntRange(-72, 240).Draw(t, "hours")) * time.Hour).Truncate(time.Millisecond)
	}
	// act does an act on a task, of whoever, with its version or another.
	act := func(t *rapid.T, refused string, do func(who access.Actor, k *due, v int64) (int64, error), then func(k *due)) {
		if len(tasks) == 0 {
			t.Skip("nothing to do")
		}
		who, k := rapid.SampledFrom(people).Draw(t, "who"), rapid.SampledFrom(tasks).Draw(t, "task")
		v := k.version + int64(rapid.SampledFrom([]int{0, 0, 0, -1, 1}).Draw(t, "stale"))
		if v == 0 { // says no version at all, which no caller can
			v = 99
		}
		version, err := do(w.actors[who], k, v)
		switch {
		case !sees(who, k):
			fails(err, "not_found")
		case !own(who, k):
			fails(err, "not_yours")
		case v != k.version:
			fails(err, "version_stale")
		case refused != "":
			fails(err, refused)
		case err != nil:
			t.Fatalf("%s may, and is refused: %v", who, err)
		case version < k.version:
			t.Fatalf("version %d after %d", version, k.version)
		default:
			k.version = version
			then(k)
		}
	}
	settle := func(do func(t *rapid.T, who access.Actor, id string, v int64) (task.Task, error), then func(k *due)) func(t *rapid.T) {
		return func(t *rapid.T) {
			act(t, "", func(who access.Actor, k *due, v int64) (int64, error) {
				got, err := do(t, who, k.id, v)
				return got.Version, err
			}, then)
		}
	}
	t.Repeat(map[string]func(*rapid.T){
		"make": func(t *rapid.T) {
			who, to, k := rapid.SampledFrom(people).Draw(t, "who"), rapid.SampledFrom(people).Draw(t, "to"), &due{title: title(), at: at(t)}
			in := task.New{Title: k.title, OwnerID: w.users[to], DueAt: api.On(k.at)}
			if n := rapid.IntRange(0, 2).Draw(t, "customer"); n < 2 {
				k.customer, in.CustomerID = customers[n], customers[n].id
			}
			got, err := w.Tasks.Create(ctx, w.actors[who], in)
			switch {
			case k.customer != nil && !reaches(who, k.customer):
				fails(err, "invalid")
			case err != nil:
				t.Fatal(err)
			default:
				k.id, k.version, k.owner, k.maker = got.ID, got.Version, to, who
				tasks = append(tasks, k)
			}
		},
		"promise": func(t *rapid.T) {
			who, c, p := rapid.SampledFrom(people).Draw(t, "who"), rapid.SampledFrom(customers).Draw(t, "customer"), &due{title: title(), day: at(t).In(inShanghai).Format(time.DateOnly)}
			got, err := w.FollowUps.Record(ctx, w.actors[who], c.id, followup.New{Method: "call", Content: "谈了交期和付款方式,下周给答复", Promises: []followup.NewPromise{{By: "us", What: p.title, DueOn: p.day}}})
			switch {
			case !reaches(who, c):
				fails(err, "not_found", "not_yours")
			case err != nil:
				t.Fatal(err)
			default:
				p.id, p.customer, p.maker = got.Promises[0].ID, c, who
				promises = append(promises, p)
			}
		},
		"keep": func(t *rapid.T) {
			if len(promises) == 0 {
				t.Skip("nothing was promised")
			}
			who, p, kept := rapid.SampledFrom(people).Draw(t, "who"), rapid.SampledFrom(promises).Draw(t, "promise"), rapid.Bool().Draw(t, "kept")
			got, err := w.FollowUps.SettleIt(ctx, w.actors[who], p.id, 0, followup.Settle{Kept: kept})
			if !reaches(who, p.customer) {
				fails(err, "not_found", "not_yours")
				return
			}
			if err != nil || got.Kept == nil || *got.Kept != kept {
				t.Fatalf("%+v, %v", got, err)
			}
			p.settled = true
		},
		"done": settle(func(t *rapid.T, who access.Actor, id string, v int64) (task.Task, error) {
			return w.Tasks.Done(ctx, who, id, v)
		}, func(k *due) {
			if k.done.IsZero() {
				k.done = w.hand.Now()
			}
		}),
		"reopen": settle(func(t *rapid.T, who access.Actor, id string, v int64) (task.Task, error) {
			return w.Tasks.Reopen(ctx, who, id, v)
		}, func(k *due) { k.done = time.Time{} }),
		"change": func(t *rapid.T) {
			to, until, in, refused := rapid.SampledFrom(append(people, "disabled", "")).Draw(t, "to"), at(t), task.Change{}, ""
			if to != "" {
				in.OwnerID = api.Some(w.users[to])
			} else {
				in.DueAt = api.Some(api.On(until))
			}
			if to == "disabled" {
				refused = "invalid"
			}
			act(t, refused, func(who access.Actor, k *due, v int64) (int64, error) {
				got, err := w.Tasks.Change(ctx, who, k.id, v, in)
				return got.Version, err
			}, func(k *due) {
				if to != "" {
					k.owner = to
				} else {
					k.at = until
				}
			})
		},
		"delete": func(t *rapid.T) {
			act(t, "", func(who access.Actor, k *due, v int64) (int64, error) {
				return v + 1, w.Tasks.Delete(ctx, who, k.id, v)
			}, func(k *due) { k.gone = true })
		},
		"bin": func(t *rapid.T) {
			c := rapid.SampledFrom(customers).Draw(t, "customer")
			got, err := w.Customers.Get(ctx, program, c.id)
			if err != nil {
				t.Fatal(err)
			}
			if c.binned {
				fails(w.Customers.Delete(ctx, w.actors["admin"], c.id, got.Version), "not_found")
				_, err = w.Customers.Restore(ctx, w.actors["admin"], c.id, got.Version)
			} else {
				err = w.Customers.Delete(ctx, w.actors["admin"], c.id, got.Version)
			}
			if err != nil {
				t.Fatal(err)
			}
			c.binned = !c.binned
			for _, k := range tasks { // they go along as they stand
				if k.customer == c && there(k) {
					got, err := w.Tasks.Get(ctx, program, k.id)
					if err != nil || got.Version < k.version {
						t.Fatalf("version %d after %d: %v", got.Version, k.version, err)
					}
					k.version = got.Version
				}
			}
		},
		"hours": func(t *rapid.T) { w.hand.Advance(time.Duration(rapid.IntRange(1, 60).Draw(t, "hours")) * time.Hour) },
		"": func(t *rapid.T) {
			steps++
			w.hand.Advance(time.Millisecond)                               // what one deletes oneself, and what goes along with its customer, are told apart by the moment
			w.dueLists(t, people[steps%4], tasks, promises, sees, reaches) // everybody in turn
		},
	})
	return steps
}

// dueLists holds somebody's lists against the model's.
func (w *world) dueLists(t *rapid.T, who string, tasks, promises []*due, sees func(string, *due) bool, reaches func(string, *held) bool) {
	t.Helper()
	now := w.hand.Now().In(inShanghai)
	y, m, d := now.Date()
	tomorrow := time.Date(y, m, d+1, 0, 0, 0, 0, inShanghai)
	monday := tomorrow
	for monday.Weekday() != time.Monday {
		monday = monday.AddDate(0, 0, 1)
	}
	counts := map[string]int{}
	for view, in := range map[string]func(k *due) bool{
		"today":   func(k *due) bool { return k.done.IsZero() && k.at.Before(tomorrow) },
		"overdue": func(k *due) bool { return k.done.IsZero() && k.at.Before(now) },
		"week":    func(k *due) bool { return k.done.IsZero() && k.at.Before(monday) },
		"open":    func(k *due) bool { return k.done.IsZero() },
		"done":    func(k *due) bool { return !k.done.IsZero() },
	} {
		for _, owner := range []string{"me", "all"} {
			var want, got []string
			for _, k := range tasks {
				if in(k) && sees(who, k) && (owner == "all" || k.owner == who) {
					want = append(want, fmt.Sprint(k.id, k.version, " ", k.owner, k.at.UnixMilli(), " ", msOf(k.done), k.title))
				}
			}
			page, err := w.Tasks.List(t.Context(), w.actors[who], task.Query{View: view, Owner: owner, Limit: 200, Count: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, k := range page.Items {
				if (k.State == "done") != (k.DoneAt > 0) || k.Overdue != (k.DoneAt == 0 && k.DueAt.Time().Before(now)) {
					t.Fatalf("%+v", k)
				}
				got = append(got, fmt.Sprint(k.ID, k.Version, " ", k.OwnerName, int64(k.DueAt), " ", int64(k.DoneAt), k.Title))
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(want, got) {
				t.Fatalf("%s's %s %s are\n%v, the model says\n%v", who, owner, view, got, want)
			}
			if owner == "me" {
				counts[view] = len(want)
			}
		}
	}
	week := 0
	for view, in := range map[string]func(p *due) bool{
		"week":    func(p *due) bool { return p.day < monday.Format(time.DateOnly) },
		"overdue": func(p *due) bool { return p.day < now.Format(time.DateOnly) },
		"open":    func(*due) bool { return true },
	} {
		var want, got []string
		for _, p := range promises {
			if !p.settled && in(p) && reaches(who, p.customer) {
				want = append(want, p.id+p.title)
			}
		}
		list, err := w.FollowUps.ListPromises(t.Context(), w.actors[who], followup.PromiseQuery{Due: view, Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list.Items {
			got = append(got, p.ID+p.What)
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Fatalf("promises of the %s before %s: %v, the model says %v", view, who, got, want)
		}
		if view == "week" {
			week = len(want)
		}
	}
	home, err := w.Timeline.Home(t.Context(), w.actors[who], timeline.Day{})
	if err != nil || home.TasksToday != int64(counts["today"]) || home.Overdue != int64(counts["overdue"]) || home.PromisesWeek != int64(week) {
		t.Fatalf("%s's workbench tells %+v (%v), the model %v and %d promises", who, home, err, counts, week)
	}
}
