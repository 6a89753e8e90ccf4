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

// PowerLoss copies the image while the server is stopped in its tracks: what the kernel has not
// written yet is lost with it, as when the plug is pulled. The copy is mounted (ext4 replays its
// journal), opened, and asked for all that was acknowledged before that moment.
func PowerLoss(b *stand.Bench) error {
	r, err := run(b, 1024)
	if err != nil {
		return err
	}
	defer r.end()
	s, l, random := r.s, r.l, b.Random()
	var slowest time.Duration
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	writing := l.Clerks(ctx, r.c, 6)
	checked := 0
	for round := range b.Times {
		time.Sleep(time.Duration(30+random.IntN(400)) * time.Millisecond)
		if err := s.Freeze(); err != nil {
			return err
		}
		time.Sleep(10 * time.Millisecond) // answers on their way arrive
		seen := l.Last()
		copied := &disk{image: filepath.Join(b.Dir, "copy.img"), at: filepath.Join(b.Dir, "copy")}
		out, err := exec.Command("cp", "--sparse=always", r.image, copied.image).CombinedOutput()
		if err == nil {
			err = s.Thaw()
		}
		if err != nil {
			return fmt.Errorf("copying: %w: %s", err, out)
		}
		if err := errors.Join(os.MkdirAll(copied.at, 0o700), copied.mount()); err != nil {
			return err
		}
		n, ready, err := afterPower(b, copied.at, seen, round%10 == 9)
		copied.unmount()
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		slowest = max(slowest, ready)
		checked += n
		if round%10 == 9 {
			b.Log("%d of %d, %d writes acknowledged", round+1, b.Times, l.Count())
		}
	}
	cancel()
	writing.Wait()
	b.Fact("acknowledged", l.Count())
	b.Fact("of_them_files", l.Files())
	b.Fact("asked_for_after_losses", checked)
	b.Fact("lost", 0)
	b.Fact("slowest_ready_ms", slowest.Milliseconds())
	return s.Stop()
}

func afterPower(b *stand.Bench, at string, seen *stand.Ledger, whole bool) (int, time.Duration, error) {
	data := filepath.Join(at, "data")
	s, c, err := b.Open(data)
	if err != nil {
		return 0, 0, err
	}
	n, err := seen.Check(c, false)
	if err = errors.Join(err, s.Stop()); err != nil {
		return n, 0, err
	}
	if whole {
		return n, s.Ready, b.Whole(data)
	}
	return n, s.Ready, b.Sound(data)
}
