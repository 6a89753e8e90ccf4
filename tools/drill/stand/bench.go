// Package stand is what every drill stands on: a company in a folder of its own, the server as
// a process that is started, stopped and killed, somebody who is signed in and asks, and the
// ledger of what was acknowledged.
package stand

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"zhike/internal/platform/db/snapshot"
)

const passphrase = "a long enough passphrase"

// A Bench is one run of a drill.
type Bench struct {
	Binary string
	Dir    string // its own, empty
	Times  int
	Seed   uint64
	Facts  map[string]any // the figures of its line in docs/drills.md
	Log    func(format string, a ...any)
}

// Fact states a figure, under the name that docs/drills.md knows.
func (b *Bench) Fact(name string, v any) { b.Facts[name] = v }

// Random draws the moments; the same seed draws the same ones.
func (b *Bench) Random() *rand.Rand { return rand.New(rand.NewPCG(b.Seed, 11)) }

// Zhike runs a command of the program to its end. What it said stands in the error, too.
func (b *Bench) Zhike(input string, args ...string) (string, error) {
	c := exec.Command(b.Binary, args...)
	c.Stdin = strings.NewReader(input)
	out, err := c.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("zhike %s: %w: %s", strings.Join(args, " "), err, bytes.TrimSpace(out))
	}
	return string(out), err
}

// After kills a command some time after it began; it says whether the command had ended before,
// and an error only then.
func (b *Bench) After(wait time.Duration, args ...string) (ended bool, err error) {
	c := exec.Command(b.Binary, args...)
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		return false, err
	}
	done := make(chan error, 1)
	go func() { done <- c.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			err = fmt.Errorf("%v: %w: %s", args, err, said.String())
		}
		return true, err
	case <-time.After(wait):
		_ = c.Process.Kill()
		<-done
		return false, nil
	}
}

// Timed runs a command to its end, and says how long it took: the measure of when to kill the next.
func (b *Bench) Timed(args ...string) (time.Duration, error) {
	began := time.Now()
	_, err := b.Zhike("", args...)
	return time.Since(began), err
}

// Company makes a new company in data, whose administrator is boss.
func (b *Bench) Company(data string, more ...string) error {
	_, err := b.Zhike(passphrase+"\n", append([]string{"setup", "--data", data, "--login", "boss", "--name", "Boss", "--company", "Drill", "--password-stdin"}, more...)...)
	return err
}

// Fresh makes a new company in the drill's folder.
func (b *Bench) Fresh() (data string, err error) {
	data = filepath.Join(b.Dir, "data")
	return data, b.Company(data)
}

// Demo makes the example company. Nobody of it has the password that Open signs in with.
func (b *Bench) Demo(data string, customers int) error {
	if _, err := b.Zhike("", "demo", "--data", data, "--customers", fmt.Sprint(customers), "--days", "60", "--seed", "3"); err != nil {
		return err
	}
	_, err := b.Zhike("", "figures", "rebuild", "--data", data) // what a server does by itself
	return err
}

// Saved is the example company, a backup of it outside its folder, and what that holds.
func (b *Bench) Saved(customers int, name string) (data, file string, holds snapshot.Facts, err error) {
	data, file = filepath.Join(b.Dir, "data"), filepath.Join(b.Dir, name)
	if err = b.Demo(data, customers); err != nil {
		return data, file, holds, err
	}
	if _, err = b.Zhike("", "backup", "--data", data, "--out", file); err != nil {
		return data, file, holds, err
	}
	holds, err = snapshot.Count(context.Background(), filepath.Join(data, "zhike.db"))
	return data, file, holds, err
}

// Keyed makes a folder of the drill's with the keys of data and nothing else: another node's,
// one to restore into, one in which commands look while a node runs.
func (b *Bench) Keyed(data, name string) (string, error) {
	dir := filepath.Join(b.Dir, name)
	if err := os.CopyFS(filepath.Join(dir, "keys"), os.DirFS(filepath.Join(data, "keys"))); err != nil {
		return "", err
	}
	return dir, os.Chmod(filepath.Join(dir, "keys", "kek"), 0o600)
}

// Sound looks at a database that nobody uses, and at its log.
func (b *Bench) Sound(data string) error {
	if _, err := snapshot.Check(context.Background(), filepath.Join(data, "zhike.db")); err != nil {
		return err
	}
	_, err := b.Zhike("", "audit", "verify", "--data", data)
	return err
}

// Whole is sound, and what is computed is what the rows say.
func (b *Bench) Whole(data string) error {
	if err := b.Sound(data); err != nil {
		return err
	}
	if _, err := b.Zhike("", "figures", "check", "--data", data); err != nil {
		return err
	}
	return b.healthy(data)
}

// healthy is what the doctor says, among others that each file's row has its content. That there
// is little room is no news on the disks that drills make.
func (b *Bench) healthy(data string) error {
	said, err := b.Zhike("", "doctor", "--data", data)
	if strings.Count(said, "BAD ") == 1 && strings.Contains(said, "BAD   disk") {
		return nil
	}
	return err
}
