package app

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"zhike/internal/app/house"
	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/door"
	"zhike/internal/base/folder"
	"zhike/internal/crm/duplicate"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/followup"
	"zhike/internal/crm/need"
	"zhike/internal/crm/task"
	"zhike/internal/crm/timeline"
	"zhike/internal/demo"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
)

// demoNow is the morning of a Sunday in Hangzhou.
var demoNow = time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)

// small fills a folder with the smallest demo and opens it as it was at its end.
func small(t *testing.T, seed int64, now time.Time) (*folder.Folder, *House, demo.Result) {
	t.Helper()
	return filled(t, Demo{Customers: 20, Days: 60, Seed: seed}, now)
}

func filled(t *testing.T, c Demo, now time.Time) (*folder.Folder, *House, demo.Result) {
	t.Helper()
	f, err := folder.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	made, err := c.fill(t.Context(), f, now, nil)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := f.Keys("")
	if err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), f.File("zhike.db"), db.Options{Now: clock.At(now).Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return f, house.Build(d, keys), made
}

func actor(t *testing.T, h *House, login string) access.Actor {
	t.Helper()
	u, err := h.Account.ByLogin(t.Context(), program, login)
	if err != nil {
		t.Fatal(login, err)
	}
	who, err := db.Read(t.Context(), h.DB, program, func(tx *db.Tx) (access.Actor, error) { return h.Account.ActorOf(tx, u.ID) })
	if err != nil {
		t.Fatal(login, err)
	}
	return who
}

// told is what a demo says, without its ids: names, codes and texts.
func told(t *testing.T, h *House) (all []string) {
	t.Helper()
	who := actor(t, h, "guminglan")
	customers, err := h.Customers.List(t.Context(), who, api.ListQuery{Limit: 200, Sort: "created_at"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range customers.Items {
		all = append(all, c.Code+c.Name+string(c.CreditCode)+c.Stage+c.CreatedAt.Time().String())
	}
	talks, err := h.FollowUps.List(t.Context(), who, followup.Query{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range talks.Items {
		all = append(all, f.Code+f.Content+string(f.CustomerName)+f.HappenedAt.Time().String())
	}
	said, err := h.Feedback.List(t.Context(), who, feedback.Query{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range said.Items {
		all = append(all, f.Code+f.Description+string(f.CustomerName)+f.FeedbackAt.Time().String())
	}
	return all
}

func TestDemo(t *testing.T) {
	folder, h, made := small(t, 1, demoNow)
	ctx := t.Context()
	chief := actor(t, h, "guminglan") // sees all, the open pool too

	t.Run("its counts hold", func(t *testing.T) {
		customers, err := h.Customers.List(ctx, chief, api.ListQuery{Limit: 1, Count: true})
		if err != nil {
			t.Fatal(err)
		}
		talks, err := h.FollowUps.List(ctx, chief, followup.Query{Limit: 1, Count: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := counted(customers.Total); got != 20 || made.Customers != 20 {
			t.Errorf("%d customers stand, %d are told of, want 20", got, made.Customers)
		}
		if got := counted(talks.Total); got != made.FollowUps || got < 180 || got > 330 {
			t.Errorf("%d follow-ups stand, %d are told of, want some 200", got, made.FollowUps)
		}
	})

	t.Run("the stories are told", func(t *testing.T) {
		for name, wants := range map[string]struct{ stage, kinds string }{
			"宁波麦垛食品有限公司":   {"in_use", "created,contact,follow_up,move,task"},
			"青岛海朔水产冷链有限公司": {"proposal", "created,contact,follow_up,move,task"},
			"南通久韧纺织有限公司":   {"need_clear", "created,contact,follow_up,move,transfer,task"},
		} {
			found, err := h.Customers.List(ctx, chief, api.ListQuery{Q: name, Limit: 2})
			if err != nil || len(found.Items) != 1 {
				t.Fatal(name, found.Items, err)
			}
			c := found.Items[0]
			page, err := h.Timeline.List(ctx, chief, c.ID, timeline.Query{Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			for _, kind := range strings.Split(wants.kinds, ",") {
				if !slices.ContainsFunc(page.Items, func(i timeline.Item) bool { return i.Kind == kind }) {
					t.Errorf("%s has no %s on its timeline", name, kind)
				}
			}
			if c.Stage != wants.stage {
				t.Errorf("%s is in %s, want %s", name, c.Stage, wants.stage)
			}
		}
		pooled, err := h.Customers.List(ctx, actor(t, h, "tangke"), api.ListQuery{Q: "久韧", Limit: 2})
		if err != nil || len(pooled.Items) != 1 || pooled.Items[0].OwnerID != "" {
			t.Errorf("唐可 sees in the pool %v, %v", pooled.Items, err)
		}
	})

	t.Run("what customers want and say is written down", func(t *testing.T) {
		found, err := h.Customers.List(ctx, chief, api.ListQuery{Q: "云栈", Limit: 2})
		if err != nil || len(found.Items) != 1 {
			t.Fatal(found.Items, err)
		}
		said, err := h.Feedback.Of(ctx, chief, found.Items[0].ID, feedback.Query{Limit: 10})
		if err != nil || len(said.Items) != 3 {
			t.Fatalf("云栈 said %d things, %v", len(said.Items), err)
		}
		for i, want := range []string{"in_progress 1", "closed 3", "closed 4"} {
			f := said.Items[i]
			if got := fmt.Sprint(f.State, " ", f.Satisfaction); got != want || f.Kind != feedback.Complaint || demoNow.Sub(f.FeedbackAt.Time()) > 90*24*time.Hour {
				t.Errorf("%d: %s %s %s, want %s", i, f.Kind, got, f.FeedbackAt.Time(), want)
			}
		}
		wanted, err := h.Needs.List(ctx, chief, need.Query{Limit: 1, Count: true})
		if err != nil || counted(wanted.Total) < 2 {
			t.Errorf("%d needs, %v", counted(wanted.Total), err)
		}
	})

	t.Run("who left cannot act, and owns nothing", func(t *testing.T) {
		u, err := h.Account.ByLogin(ctx, program, "zhoumu")
		if err != nil || u.State != "left" {
			t.Fatalf("周沐 is %s, %v", u.State, err)
		}
		if who := actor(t, h, "zhoumu"); who.Known() {
			t.Error("周沐 may still act")
		}
		open, err := h.Tasks.List(ctx, chief, task.Query{View: "open", Owner: u.ID, Limit: 10})
		if err != nil || len(open.Items) > 0 {
			t.Errorf("周沐 has %d open tasks, %v", len(open.Items), err)
		}
	})

	t.Run("the file of logins lets one in", func(t *testing.T) {
		info, err := os.Stat(folder.File(loginsFile))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Fatal(info, err)
		}
		text, err := os.ReadFile(folder.File(loginsFile))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		parts := strings.Split(lines[len(lines)-1], "\t")
		if len(lines) != 1+len(made.Logins) || len(parts) != 4 {
			t.Fatalf("%d lines, the last %q", len(lines), lines[len(lines)-1])
		}
		in, err := h.Door.SignIn(ctx, access.Actor{}, door.SigningIn{Login: parts[1], Password: crypt.NewSecret(parts[2])})
		if err != nil || in.User.Kind != "demo" {
			t.Errorf("%s signs in to a %s database: %v", parts[1], in.User.Kind, err)
		}
	})

	t.Run("the audit log is whole", func(t *testing.T) {
		v, err := audit.Verify(ctx, h.DB, nil)
		if err != nil || v.Broken != "" || v.Sealed == 0 {
			t.Errorf("%+v, %v", v, err)
		}
	})

	t.Run("a second run is refused", func(t *testing.T) {
		c := Demo{Customers: 20, Days: 60, Seed: 1}
		if _, err := c.fill(context.Background(), folder, demoNow, nil); err == nil || !strings.Contains(err.Error(), "accounts already") {
			t.Errorf("it says %v", err)
		}
	})

	t.Run("the same seed tells the same", func(t *testing.T) {
		_, again, _ := small(t, 1, demoNow)
		if a, b := told(t, h), told(t, again); !slices.Equal(a, b) {
			for i := range min(len(a), len(b)) {
				if a[i] != b[i] {
					t.Fatalf("%d of %d: %s\nand %s", i, len(a), a[i], b[i])
				}
			}
			t.Fatalf("%d and %d lines", len(a), len(b))
		}
		_, other, _ := small(t, 2, demoNow)
		if slices.Equal(told(t, h), told(t, other)) {
			t.Error("another seed tells the same")
		}
	})
}

func counted(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}

// At any hour of any day everyone has something to do, and no more is overdue than is meant to be.
func TestDemoToday(t *testing.T) {
	for name, now := range map[string]time.Time{
		"a Sunday morning":  demoNow,
		"a Monday evening":  time.Date(2026, 11, 23, 14, 10, 0, 0, time.UTC),
		"a Thursday, early": time.Date(2026, 6, 3, 22, 40, 0, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			_, h, made := small(t, 4, now)
			overdue := int64(0)
			for _, l := range made.Logins {
				home, err := h.Timeline.Home(t.Context(), actor(t, h, l.Login), timeline.Day{})
				if err != nil {
					t.Fatal(l.Login, err)
				}
				overdue += home.Overdue
				if n := home.TasksToday; n < 3 || n > 8 {
					t.Errorf("%s has %d tasks today", l.Login, n)
				}
			}
			if overdue != 5 {
				t.Errorf("%d tasks are overdue, want 5", overdue)
			}
		})
	}
}

// TestDemoTwins: the four pairs of DEMO 14 come onto the work list by themselves, and
// nothing else does (S1).
func TestDemoTwins(t *testing.T) {
	_, h, _ := filled(t, Demo{Customers: 200, Days: 60, Seed: 1}, demoNow)
	pairs, err := h.Duplicates.List(t.Context(), actor(t, h, "guminglan"), duplicate.Query{State: duplicate.Open, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	if len(pairs.Items) != 4 {
		t.Errorf("%d pairs stand on the list, want 4", len(pairs.Items))
	}
	for _, p := range pairs.Items {
		if !slices.Equal(p.Why[:2], []string{"name", "mobile"}) || p.Other.Name == "" {
			t.Errorf("%s and %s have %v in common", p.CustomerName, p.Other.Name, p.Why)
		}
	}
}
