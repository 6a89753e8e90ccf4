package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"zhike/internal/platform/db/snapshot"
)

// powerLoss copies the image while the server is stopped in its tracks: what the kernel has not
// written yet is lost with it, as when the plug is pulled. The copy is mounted (ext4 replays its
// journal), opened, and asked for all that was acknowledged before that moment.
func powerLoss(b *bench) error {
	d, err := newDisk(b.dir, 192)
	if err != nil {
		return err
	}
	defer d.unmount()
	data := filepath.Join(d.at, "data")
	if err := b.company(data); err != nil {
		return err
	}
	l, random := newLedger(b.seed), b.random()
	var slowest time.Duration
	s, err := b.serve(data)
	if err != nil {
		return err
	}
	defer func() { s.kill() }()
	c, err := s.signIn()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	writing := l.clerks(ctx, c, 6)
	checked, logs := 0, 0
	for round := range b.times {
		time.Sleep(time.Duration(30+random.IntN(400)) * time.Millisecond)
		if err := s.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			return err
		}
		time.Sleep(10 * time.Millisecond) // answers on their way arrive
		seen := l.copy()
		copied := &disk{image: filepath.Join(b.dir, "copy.img"), at: filepath.Join(b.dir, "copy")}
		out, err := exec.Command("cp", "--sparse=always", d.image, copied.image).CombinedOutput()
		if err == nil {
			err = s.cmd.Process.Signal(syscall.SIGCONT)
		}
		if err != nil {
			return fmt.Errorf("copying: %w: %s", err, out)
		}
		if err := errors.Join(os.MkdirAll(copied.at, 0o700), copied.mount()); err != nil {
			return err
		}
		n, ready, err := b.afterPower(copied.at, seen, round%10 == 9)
		copied.unmount()
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		slowest = max(slowest, ready)
		checked += n
		if round%10 == 9 {
			b.log("%d of %d, %d writes acknowledged", round+1, b.times, l.count())
		}
		logs++
	}
	cancel()
	writing.Wait()
	b.fact("acknowledged", l.count())
	b.fact("of_them_files", l.files())
	b.fact("asked_for_after_losses", checked)
	b.fact("lost", 0)
	b.fact("slowest_ready_ms", slowest.Milliseconds())
	return s.stop()
}

// copy is what is acknowledged at this moment; the last 400 of it are asked for each time.
func (l *ledger) copy() *ledger {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := newLedger(1)
	last := l.fresh[max(0, len(l.fresh)-400):]
	for _, p := range last {
		out.wrote[p] = l.wrote[p]
	}
	out.fresh = append(out.fresh, last...)
	return out
}

func (b *bench) afterPower(at string, seen *ledger, whole bool) (int, time.Duration, error) {
	data := filepath.Join(at, "data")
	s, err := b.serve(data)
	if err != nil {
		return 0, 0, err
	}
	c, err := s.signIn()
	if err != nil {
		s.kill()
		return 0, 0, err
	}
	n, err := seen.check(c, false)
	if err = errors.Join(err, s.stop()); err != nil {
		return n, 0, err
	}
	if whole {
		return n, s.ready, b.whole(data)
	}
	return n, s.ready, b.sound(data)
}

// diskFull fills the disk under a writing server: writes are refused with 503 and nothing
// acknowledged is lost; when there is room again, it goes on by itself.
func diskFull(b *bench) error {
	d, err := newDisk(b.dir, 96)
	if err != nil {
		return err
	}
	defer d.unmount()
	data := filepath.Join(d.at, "data")
	if err := b.company(data); err != nil {
		return err
	}
	l := newLedger(b.seed)
	s, err := b.serve(data)
	if err != nil {
		return err
	}
	defer func() { s.kill() }()
	c, err := s.signIn()
	if err != nil {
		return err
	}
	ballast := filepath.Join(d.at, "ballast")
	var slowest time.Duration
	for round := range b.times {
		before := l.count()
		if err := b.write(l, c, 300*time.Millisecond); err != nil {
			return fmt.Errorf("round %d, with room: %w", round, err)
		}
		if l.count() == before {
			return fmt.Errorf("round %d: with room nothing was acknowledged", round)
		}
		_ = exec.Command("dd", "if=/dev/zero", "of="+ballast, "bs=64k", "status=none").Run() // until it is full
		refused := l.refused[503]
		if err := b.write(l, c, 600*time.Millisecond); err != nil {
			return err
		}
		if l.refused[503] == refused && round > 2 { // at first there is room in the log
			b.log("round %d: nothing was refused on a full disk", round)
		}
		if code, err := get(s.base + "/readyz"); err != nil || code != 503 {
			return fmt.Errorf("round %d: on a full disk readyz says %d %v", round, code, err)
		}
		if err := os.Remove(ballast); err != nil {
			return err
		}
		began := time.Now()
		for !l.one(context.Background(), c) || l.count() == before {
			if time.Since(began) > 10*time.Second {
				return fmt.Errorf("round %d: it does not go on within 10 s", round)
			}
		}
		slowest = max(slowest, time.Since(began))
		if _, err := l.check(c, false); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
	}
	n, err := l.check(c, true)
	if err = errors.Join(err, s.stop()); err != nil {
		return err
	}
	b.fact("acknowledged", l.count())
	b.fact("of_them_files", l.files())
	b.fact("there", n)
	b.fact("refused_503", l.refused[503])
	b.fact("other_refusals", others(l.refused))
	b.fact("goes_on_after_ms", slowest.Milliseconds())
	return b.whole(data)
}

func others(m map[int]int) (n int) {
	for status, times := range m {
		if status != 503 && status != 412 { // two clerks changed one customer
			n += times
		}
	}
	return n
}

func (b *bench) write(l *ledger, c *client, d time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	l.clerks(ctx, c, 4).Wait()
	return nil
}

// readOnly remounts the file system read-only under a writing server, and back.
func readOnly(b *bench) error {
	d, err := newDisk(b.dir, 96)
	if err != nil {
		return err
	}
	defer d.unmount()
	data := filepath.Join(d.at, "data")
	if err := b.company(data); err != nil {
		return err
	}
	l := newLedger(b.seed)
	for round := range b.times {
		s, err := b.serve(data)
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		c, err := s.signIn()
		if err != nil {
			return err
		}
		if err := b.write(l, c, 300*time.Millisecond); err != nil {
			return err
		}
		n := l.count()
		// an emergency remount is what ext4 does after an I/O error of its own
		if out, err := exec.Command("mount", "-o", "remount,abort", d.at).CombinedOutput(); err != nil {
			return fmt.Errorf("remount: %w %s", err, out)
		}
		if err := b.write(l, c, 300*time.Millisecond); err != nil {
			return err
		}
		if l.count() > n+8 { // of units that were under way
			return fmt.Errorf("round %d: %d writes were acknowledged on a read-only disk", round, l.count()-n)
		}
		s.kill()
		if _, err := b.zhike("", "keys", "rotate", "--data", data); err == nil {
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
		if s, err = b.serve(data); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if c, err = s.signIn(); err != nil {
			return err
		}
		if _, err := l.check(c, true); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if err := errors.Join(s.stop(), b.whole(data)); err != nil {
			return err
		}
	}
	b.fact("acknowledged", l.count())
	b.fact("of_them_files", l.files())
	b.fact("lost", 0)
	b.fact("refused_503", l.refused[503])
	b.fact("other_refusals", others(l.refused))
	return nil
}

// secondProcess starts a server and each kind of command beside one that runs.
func secondProcess(b *bench) error {
	data := filepath.Join(b.dir, "data")
	if err := b.company(data); err != nil {
		return err
	}
	s, err := b.serve(data)
	if err != nil {
		return err
	}
	defer s.kill()
	for range b.times {
		for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"demo"}, {"upgrade"}, {"restore", "go.mod"}} {
			if said, err := b.zhike("", append(args, "--data", data)...); err == nil {
				return fmt.Errorf("%s is let in: %s", args[0], said)
			}
		}
		if _, err := b.zhike("", "audit", "verify", "--data", data); err != nil { // this one the server does
			return err
		}
	}
	b.fact("let_in", 0)
	return errors.Join(s.stop(), b.whole(data))
}

// corruptPage fills pages of the database with rubbish: the doctor says so, readyz turns red after
// an unclean end, and the last backup brings the company back.
func corruptPage(b *bench) error {
	data := filepath.Join(b.dir, "data")
	if err := b.demo(data, 60); err != nil {
		return err
	}
	file := filepath.Join(b.dir, "one.backup")
	if _, err := b.zhike("", "backup", "--data", data, "--out", file); err != nil {
		return err
	}
	want, err := snapshot.Count(context.Background(), filepath.Join(data, "zhike.db"))
	if err != nil {
		return err
	}
	path := filepath.Join(data, "zhike.db")
	random := b.random()
	refused, found, unused := 0, 0, 0
	for round := range b.times {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		info, err := f.Stat()
		if err != nil {
			return err
		}
		page := make([]byte, 4096)
		for i := range page {
			page[i] = byte(random.Uint32())
		}
		at := 1 + random.Int64N(info.Size()/4096-1)
		if _, err := f.WriteAt(page, at*4096); err != nil {
			return err
		}
		f.Close()
		said, err := b.zhike("", "doctor", "--data", data)
		if err == nil { // a page that nothing uses: all that was there must be there
			got, err := snapshot.Check(context.Background(), path)
			if err != nil || got.Rows["customers"] != want.Rows["customers"] || got.Rows["follow_ups"] != want.Rows["follow_ups"] {
				return fmt.Errorf("round %d: page %d is rubbish, and the doctor finds nothing: %s %v", round, at, said, err)
			}
			unused++
			continue
		}
		found++
		if !strings.Contains(said, "BAD") {
			refused++ // it does not even open: that is said, too
		}
		if _, err = b.zhike("", "restore", file, "--data", data); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if _, err = b.zhike("", "keys", "status", "--data", data); err != nil {
			return err
		}
		got, err := snapshot.Check(context.Background(), path)
		if err != nil || got.Rows["customers"] != want.Rows["customers"] || got.Rows["follow_ups"] != want.Rows["follow_ups"] {
			return fmt.Errorf("round %d: restored it holds %d customers, %v", round, got.Rows["customers"], err)
		}
		aside, _ := filepath.Glob(filepath.Join(data, "backups", "replaced-*"))
		for _, a := range aside {
			os.RemoveAll(a)
		}
	}
	b.fact("found_and_restored", found)
	b.fact("did_not_even_open", refused)
	b.fact("unused_pages", unused)
	return b.whole(data)
}
