package disk

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"zhike/tools/drill/stand"
)

// NeedsStrace says that it is not here.
func NeedsStrace() string {
	if _, err := exec.LookPath("strace"); err != nil {
		return "there is no strace"
	}
	return ""
}

// A unit is one representative act; it gives the path at which its effect is to be found.
type unit struct {
	name string
	does func(ctx context.Context, c *stand.Client, l *stand.Ledger, on string) (status int, out map[string]any, err error)
	at   string // the path of what it made: at + id; "" where it changes
}

// bin is the unit after which its customer is not there.
const bin = "DELETE customer"

func units() []unit {
	post := func(path, at string, body func(l *stand.Ledger, on string) map[string]any) unit {
		return unit{at, func(ctx context.Context, c *stand.Client, l *stand.Ledger, on string) (int, map[string]any, error) {
			return c.Ask(ctx, "POST", strings.Replace(path, "{on}", on, 1), `"1"`, body(l, on))
		}, at}
	}
	due := func() string { return time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339) }
	all := []unit{
		post("/customers", "/customers/", func(l *stand.Ledger, _ string) map[string]any { return map[string]any{"name": l.Name()} }),
		post("/customers", "/customers/", func(l *stand.Ledger, _ string) map[string]any {
			return map[string]any{"name": l.Name(), "contacts": []any{map[string]any{"name": "王五", "mobile": l.Mobile("137")}}}
		}),
		post("/customers/{on}/contacts", "/contacts/", func(l *stand.Ledger, _ string) map[string]any {
			return map[string]any{"name": "赵六", "email": l.Name()[:3] + "a@example.com"}
		}),
		post("/customers/{on}/follow-ups", "/follow-ups/", func(l *stand.Ledger, _ string) map[string]any {
			return map[string]any{"method": "visit", "content": "看了车间，" + l.Name(), "happened_at": time.Now().UTC().Format(time.RFC3339)}
		}),
		post("/tasks", "/tasks/", func(l *stand.Ledger, on string) map[string]any {
			return map[string]any{"title": l.Name(), "due_at": due(), "customer_id": on}
		}),
		post("/customers/{on}/needs", "/needs/", func(l *stand.Ledger, _ string) map[string]any {
			return map[string]any{"kind": "product", "description": "要一台检重秤，" + l.Name()}
		}),
		post("/customers/{on}/feedback", "/feedback/", func(l *stand.Ledger, _ string) map[string]any {
			return map[string]any{"kind": "complaint", "description": "封口不牢，" + l.Name()}
		}),
		{bin, func(ctx context.Context, c *stand.Client, l *stand.Ledger, on string) (int, map[string]any, error) {
			return c.Ask(ctx, "DELETE", "/customers/"+on, `"1"`, nil)
		}, ""},
		post("/customers/{on}/trials", "/trials/", func(l *stand.Ledger, _ string) map[string]any {
			return map[string]any{"product": "检重秤", "from": "2026-03-01"}
		}),
		post("/tokens", "", func(l *stand.Ledger, _ string) map[string]any {
			return map[string]any{"name": l.Name(), "scopes": []string{"customer.read"}}
		}),
		{"PATCH customer", func(ctx context.Context, c *stand.Client, l *stand.Ledger, on string) (int, map[string]any, error) {
			return c.Ask(ctx, "PATCH", "/customers/"+on, `"1"`, map[string]any{"remark": l.Name()})
		}, ""},
		{"release customer", func(ctx context.Context, c *stand.Client, l *stand.Ledger, on string) (int, map[string]any, error) {
			return c.Ask(ctx, "POST", "/customers/"+on+"/release", `"1"`, map[string]any{"reason": "预算今年没有了，明年再说"})
		}, ""},
	}
	for i := range all {
		if all[i].at != "" {
			all[i].name = "POST " + strings.Trim(all[i].at, "/")
		} else if all[i].name == "" {
			all[i].name = "POST tokens"
		}
	}
	return all
}

// calls are what a commit on the disk is made of; each fails in turn with EIO or ENOSPC.
var calls = []string{"pwrite64", "fsync", "fdatasync", "ftruncate"}

// IOErrors lets the N-th call of a kind fail in each unit, until the unit no longer comes so far:
// what was acknowledged is there afterwards, what was refused is not.
func IOErrors(b *stand.Bench) error {
	data, err := b.Fresh()
	if err != nil {
		return err
	}
	l := stand.NewLedger(b.Seed)
	tried, acknowledged, refused, unanswered := 0, 0, 0, 0
	all := units()
	for i, u := range all[:min(b.Times, len(all))] {
		for _, call := range calls {
			for n := 1; n <= 12; n++ {
				hit, err := inject(b, data, u, call, n, l, &acknowledged, &refused, &unanswered)
				if err != nil {
					return fmt.Errorf("%s, %s number %d: %w", u.name, call, n, err)
				}
				if !hit { // it makes fewer calls
					break
				}
				tried++
			}
		}
		if err := b.Whole(data); err != nil {
			return fmt.Errorf("%s: %w", u.name, err)
		}
		b.Log("%d of %d units, %d errors injected", i+1, len(all), tried)
	}
	b.Fact("units", min(b.Times, len(all)))
	b.Fact("errors_injected", tried)
	b.Fact("acknowledged_and_there", acknowledged)
	b.Fact("refused_and_not_there", refused)
	b.Fact("unanswered", unanswered)
	b.Fact("wrong", 0)
	return nil
}

func inject(b *stand.Bench, data string, u unit, call string, n int, l *stand.Ledger, yes, no, none *int) (hit bool, err error) {
	s, c, err := b.Open(data)
	if err != nil {
		return false, err
	}
	defer func() { s.Kill() }()
	ctx := context.Background()
	status, made, err := c.Ask(ctx, "POST", "/customers", "", map[string]any{"name": l.Name()})
	if err != nil || status != 201 {
		return false, fmt.Errorf("a customer: %d %v %v", status, made, err)
	}
	on := made["id"].(string)
	if status, _, err := c.Ask(ctx, "GET", "/me", "", nil); err != nil || status != 200 {
		return false, fmt.Errorf("me: %d %v", status, err)
	}
	log := filepath.Join(b.Dir, "strace")
	kind := map[string]string{"pwrite64": "ENOSPC", "ftruncate": "ENOSPC"}[call]
	if kind == "" || n%2 == 0 {
		kind = "EIO"
	}
	tracer := exec.Command("strace", "-f", "-q", "-p", fmt.Sprint(s.PID()), "-o", log, "-e", "trace="+call, "-e", fmt.Sprintf("inject=%s:error=%s:when=%d", call, kind, n))
	if err := tracer.Start(); err != nil {
		return false, err
	}
	time.Sleep(120 * time.Millisecond) // it has every thread by then
	status, out, answer := u.does(ctx, c, l, on)
	time.Sleep(30 * time.Millisecond)
	letGo(tracer)
	text, err := exec.Command("grep", "-c", "INJECTED", log).Output()
	hit = err == nil && strings.TrimSpace(string(text)) != "0"
	if hit && answer == nil && status >= 500 { // the next one must go through, without a restart
		status, out, err := c.Ask(ctx, "POST", "/customers", "", map[string]any{"name": l.Name()})
		if err != nil || status != 201 {
			return hit, fmt.Errorf("after the error it does not go on: %d %v %v", status, out, err)
		}
	}
	s.Kill()
	if s, c, err = b.Open(data); err != nil {
		return hit, err
	}
	switch {
	case answer != nil:
		*none++
	case status < 300:
		if err := u.there(ctx, c, out, on); err != nil {
			return hit, err
		}
		*yes++
	case status == 503:
		if err := u.gone(ctx, c, on); err != nil {
			return hit, err
		}
		*no++
	default:
		return hit, fmt.Errorf("it answers %d: %v", status, out)
	}
	return hit, s.Stop()
}

// letGo ends the tracer; one that does not let go of every thread in time is killed, which does.
func letGo(tracer *exec.Cmd) {
	done := make(chan struct{})
	go func() { _ = tracer.Wait(); close(done) }()
	_ = tracer.Process.Signal(syscall.SIGINT)
	select {
	case <-done:
	case <-time.After(3 * time.Second):
		_ = tracer.Process.Kill()
		<-done
	}
}

// there: what was acknowledged.
func (u unit) there(ctx context.Context, c *stand.Client, out map[string]any, on string) error {
	path := "/customers/" + on
	if u.at != "" {
		path = u.at + out["id"].(string)
	} else if u.name == "POST tokens" {
		return nil // it is told once; the list has it
	}
	status, got, err := c.Ask(ctx, "GET", path, "", nil)
	if u.name == bin && err == nil && status == 404 {
		return nil
	}
	if err != nil || status != 200 {
		return fmt.Errorf("LOST: it was acknowledged and answers %d %v", status, err)
	}
	if u.at == "" && got["version"] != out["version"] {
		return fmt.Errorf("LOST: version %v was acknowledged, and it has %v", out["version"], got["version"])
	}
	return nil
}

// gone: what was refused left nothing on its customer.
func (u unit) gone(ctx context.Context, c *stand.Client, on string) error {
	status, got, err := c.Ask(ctx, "GET", "/customers/"+on, "", nil)
	if err != nil || status != 200 {
		return fmt.Errorf("the customer answers %d %v", status, err)
	}
	if got["version"] != float64(1) {
		return fmt.Errorf("HALF: it was refused, and the customer has version %v", got["version"])
	}
	for _, what := range []string{"follow_ups_count", "open_tasks_count", "orders_count", "open_needs", "open_feedback"} {
		if n, ok := got[what].(float64); ok && n != 0 {
			return fmt.Errorf("HALF: it was refused, and %s is %v", what, n)
		}
	}
	return nil
}
