package disk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"zhike/tools/drill/stand"
)

// Full fills the disk under a writing server: writes are refused with 503 and nothing
// acknowledged is lost; when there is room again, it goes on by itself.
func Full(b *stand.Bench) error {
	r, err := run(b, 96)
	if err != nil {
		return err
	}
	defer r.end()
	s, c, l := r.s, r.c, r.l
	ballast := filepath.Join(r.at, "ballast")
	var slowest time.Duration
	for round := range b.Times {
		before := l.Count()
		l.Write(c, 4, 300*time.Millisecond)
		if l.Count() == before {
			return fmt.Errorf("round %d: with room nothing was acknowledged", round)
		}
		_ = exec.Command("dd", "if=/dev/zero", "of="+ballast, "bs=64k", "status=none").Run() // until it is full
		refused := l.Refused()
		l.Write(c, 4, 600*time.Millisecond)
		if l.Refused() == refused && round > 2 { // at first there is room in the log
			b.Log("round %d: nothing was refused on a full disk", round)
		}
		if code, err := s.Readyz(); err != nil || code != 503 {
			return fmt.Errorf("round %d: on a full disk readyz says %d %v", round, code, err)
		}
		if err := os.Remove(ballast); err != nil {
			return err
		}
		began := time.Now()
		for !l.One(context.Background(), c) || l.Count() == before {
			if time.Since(began) > 10*time.Second {
				return fmt.Errorf("round %d: it does not go on within 10 s", round)
			}
		}
		slowest = max(slowest, time.Since(began))
		if _, err := l.Check(c, false); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
	}
	n, err := l.Check(c, true)
	if err = errors.Join(err, s.Stop()); err != nil {
		return err
	}
	b.Fact("acknowledged", l.Count())
	b.Fact("of_them_files", l.Files())
	b.Fact("there", n)
	b.Fact("refused_503", l.Refused())
	b.Fact("other_refusals", l.Others())
	b.Fact("goes_on_after_ms", slowest.Milliseconds())
	return b.Whole(r.data)
}

// ReadOnly remounts the file system read-only under a writing server, and back.
func ReadOnly(b *stand.Bench) error {
	d, data, err := company(b, 96)
	if err != nil {
		return err
	}
	defer d.unmount()
	l := stand.NewLedger(b.Seed)
	for round := range b.Times {
		s, c, err := b.Open(data)
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		l.Write(c, 4, 300*time.Millisecond)
		n := l.Count()
		// an emergency remount is what ext4 does after an I/O error of its own
		if out, err := exec.Command("mount", "-o", "remount,abort", d.at).CombinedOutput(); err != nil {
			return fmt.Errorf("remount: %w %s", err, out)
		}
		l.Write(c, 4, 300*time.Millisecond)
		if l.Count() > n+8 { // of units that were under way
			return fmt.Errorf("round %d: %d writes were acknowledged on a read-only disk", round, l.Count()-n)
		}
		s.Kill()
		if _, err := b.Zhike("", "keys", "rotate", "--data", data); err == nil {
			return errors.New("on a read-only folder a command says that it is done")
		}
		d.unmount()
		if err := exec.Command("e2fsck", "-fy", d.image).Run(); err != nil {
			var code *exec.ExitError
			if !errors.As(err, &code) || code.ExitCode() > 1 {
				return fmt.Errorf("e2fsck: %w", err)
			}
		}
		if err := d.mount(); err != nil {
			return err
		}
		if s, c, err = b.Open(data); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if _, err := l.Check(c, true); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if err := errors.Join(s.Stop(), b.Whole(data)); err != nil {
			return err
		}
	}
	b.Fact("acknowledged", l.Count())
	b.Fact("of_them_files", l.Files())
	b.Fact("lost", 0)
	b.Fact("refused_503", l.Refused())
	b.Fact("other_refusals", l.Others())
	return nil
}
