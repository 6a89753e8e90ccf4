// Package kill ends the program with kill -9 in the middle of what it does, again and again, and
// looks what is left: whoever waits for an answer has it whole or not at all.
package kill

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zhike/tools/drill/stand"
)

// Writes kills the server in mixed writes, again and again on the same company.
func Writes(b *stand.Bench) error {
	data, err := b.Fresh()
	if err != nil {
		return err
	}
	l, random := stand.NewLedger(b.Seed), b.Random()
	var slowest time.Duration
	for round := range b.Times {
		s, c, err := b.Open(data)
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if round > 0 {
			slowest = max(slowest, s.Ready)
		}
		if _, err := l.Check(c, false); err != nil { // of the round before
			return fmt.Errorf("round %d: %w", round, err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		writing := l.Clerks(ctx, c, 8)
		time.Sleep(time.Duration(20+random.IntN(280)) * time.Millisecond)
		s.Kill()
		cancel()
		writing.Wait()
		if round%10 == 9 {
			if err := b.Whole(data); err != nil { // before anybody else has opened it: the log is folded by this
				return fmt.Errorf("round %d: %w", round, err)
			}
			b.Log("%d of %d, %d writes acknowledged", round+1, b.Times, l.Count())
		}
	}
	s, c, err := b.Open(data)
	if err != nil {
		return err
	}
	all, err := l.Check(c, true)
	if err != nil {
		return err
	}
	twice, err := l.Twice(c)
	if err != nil {
		return err
	}
	if err := errors.Join(s.Stop(), b.Whole(data)); err != nil {
		return err
	}
	b.Fact("acknowledged", l.Count())
	b.Fact("of_them_files", l.Files())
	b.Fact("there", all)
	b.Fact("lost", l.Count()-all)
	b.Fact("unanswered_twice", twice)
	b.Fact("slowest_ready_ms", slowest.Milliseconds())
	if twice > 0 {
		return fmt.Errorf("%d customers are there twice", twice)
	}
	return nil
}
