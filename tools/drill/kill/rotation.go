package kill

import (
	"context"
	"fmt"
	"strings"
	"time"

	"zhike/tools/drill/stand"
)

// Rotation: after each kill everybody's key opens, and the turn ends at last.
func Rotation(b *stand.Bench) error {
	data, err := b.Fresh()
	if err != nil {
		return err
	}
	s, c, err := b.Open(data)
	if err != nil {
		return err
	}
	path, err := begun(c, sheet(6000, 0, func(i int) string { return spelled(i) + "转轮" }))
	if err != nil {
		return err
	}
	if err := until(c, path, "done"); err != nil {
		return err
	}
	if err := s.Stop(); err != nil {
		return err
	}
	random := b.Random()
	whole, err := b.Timed("keys", "rotate", "--kek", "--data", data)
	if err != nil {
		return err
	}
	ended := 0
	for round := range b.Times {
		args := []string{"keys", "rotate", "--data", data}
		if round%3 == 0 {
			args = append(args, "--kek")
		}
		done, err := b.After(time.Duration(random.Int64N(int64(whole*4/5))), args...)
		if err != nil && !strings.Contains(err.Error(), "an earlier turn") {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if done {
			ended++
		}
		s, c, err := b.Open(data) // its queue goes on with the turn
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if err := turned(b, data); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if err := opens(c, random.IntN(6000)); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if err := s.Stop(); err != nil {
			return err
		}
	}
	b.Fact("subjects", 12_000)
	b.Fact("ended_before_the_kill", ended)
	b.Fact("unreadable", 0)
	b.Fact("one_takes_ms", whole.Milliseconds())
	return b.Whole(data)
}

// turned waits until nothing is wrapped by older keys.
func turned(b *stand.Bench, data string) error {
	said := ""
	for range 400 {
		var err error
		if said, err = b.Zhike("", "keys", "status", "--data", data); err != nil {
			return err
		}
		if strings.Contains(said, "never turned") || strings.Contains(said, "Turned; 0 left") {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("the turn does not end: %s", said)
}

// opens shows the number of one customer's contact.
func opens(c *stand.Client, i int) error {
	ctx := context.Background()
	status, out, err := c.Ask(ctx, "POST", "/customers/search-sensitive", "", map[string]any{"value": fmt.Sprintf("1390%07d", i)})
	if err != nil || status != 200 || len(out["items"].([]any)) != 1 {
		return fmt.Errorf("the number %d is found %d %v %v", i, status, out, err)
	}
	customer := out["items"].([]any)[0].(map[string]any)["id"].(string)
	status, out, err = c.Ask(ctx, "GET", "/customers/"+customer+"/contacts", "", nil)
	if err != nil || status != 200 {
		return fmt.Errorf("contacts: %d %v", status, err)
	}
	contact := out["items"].([]any)[0].(map[string]any)["id"].(string)
	status, out, err = c.Ask(ctx, "POST", "/contacts/"+contact+"/reveal", "", map[string]any{"field": "mobile", "reason": "call"})
	if want := fmt.Sprintf("1390%07d", i); err != nil || status != 200 || strings.ReplaceAll(fmt.Sprint(out["value"]), " ", "") != want {
		return fmt.Errorf("UNREADABLE: %s opens to %v, %d %v", want, out["value"], status, err)
	}
	return nil
}
