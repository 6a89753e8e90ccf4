package node

import (
	"errors"
	"fmt"
	"time"

	"zhike/tools/drill/stand"
)

// Kill kills PostgreSQL with everything it started, and starts it again; the node stays.
func Kill(b *stand.Bench) error {
	c, m, err := onOne(b)
	if err != nil {
		return err
	}
	defer c.end()
	defer m.s.Kill()
	random := b.Random()
	for round := range b.Times {
		stop := m.writing()
		time.Sleep(time.Duration(300+random.IntN(700)) * time.Millisecond)
		if err := c.kill(); err != nil {
			return err
		}
		time.Sleep(time.Duration(200+random.IntN(1500)) * time.Millisecond)
		err := c.start()
		if back := time.Now(); err == nil {
			err = m.acknowledged(back)
		}
		stop()
		if err = errors.Join(err, m.check()); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if round%5 == 4 {
			if err := looked(b, c, m.look, m.on); err != nil {
				return fmt.Errorf("round %d: %w", round, err)
			}
		}
		b.Log("%d of %d, %d writes acknowledged, back after %s", round+1, b.Times, m.l.Count(), m.back[len(m.back)-1].Round(time.Millisecond))
	}
	return m.end(c)
}

// Failover kills the primary and promotes the standby; the node knows both by one address.
func Failover(b *stand.Bench) error {
	first, err := running()
	if err != nil {
		return err
	}
	defer first.end()
	second, err := newCluster() // after the first listens, so that it has another port
	if err != nil {
		return err
	}
	defer second.end()
	url := fmt.Sprintf("postgres://zhike@127.0.0.1:%d,127.0.0.1:%d/postgres?sslmode=disable&target_session_attrs=read-write", first.port, second.port)
	if err := first.standby(second); err != nil {
		return err
	}
	m, err := breaking(b, url, url)
	if err != nil {
		return err
	}
	defer m.s.Kill()
	random, outage := b.Random(), time.Duration(0)
	for round := range b.Times {
		stop := m.writing()
		time.Sleep(time.Duration(1000+random.IntN(2000)) * time.Millisecond)
		if err := first.kill(); err != nil {
			return err
		}
		died := time.Now()
		time.Sleep(time.Duration(200+random.IntN(800)) * time.Millisecond)
		_, err := second.run("pg_ctl", "-D", second.data(), "-w", "promote")
		if back := time.Now(); err == nil {
			err = m.acknowledged(back)
		}
		outage = max(outage, time.Since(died))
		time.Sleep(500 * time.Millisecond)
		stop()
		if err = errors.Join(err, m.check()); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if err := looked(b, second, m.look, m.on); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		first, second = second, first
		if err := first.standby(second); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		b.Log("%d of %d, %d writes acknowledged, back after %s", round+1, b.Times, m.l.Count(), m.back[len(m.back)-1].Round(time.Millisecond))
	}
	b.Fact("longest_outage_ms", outage.Milliseconds())
	return m.end(first)
}
