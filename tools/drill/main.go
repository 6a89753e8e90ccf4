// Drill breaks a running Zhike on purpose and looks what is left: `make drill`, or
// `make drill ONLY=kill-writes TIMES=20`. Each drill ends in one line of figures for
// docs/drills.md, and in an error where anything was lost.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"zhike/tools/drill/disk"
	"zhike/tools/drill/kill"
	"zhike/tools/drill/load"
	"zhike/tools/drill/node"
	"zhike/tools/drill/stand"
)

// A drill is one way of breaking things.
type drill struct {
	name  string
	says  string        // what is broken
	times int           // as often as the issue asks
	needs func() string // why it cannot be done here
	run   func(*stand.Bench) error
}

// loading takes flags of its own.
var loading = load.Flags(flag.CommandLine)

var drills = []drill{
	{"kill-writes", "`kill -9` in mixed writes", 200, nil, kill.Writes},
	{"kill-import", "`kill -9` in an import", 50, nil, kill.Import},
	{"kill-backup", "`kill -9` in a backup", 50, nil, kill.Backup},
	{"kill-restore", "`kill -9` in a restore", 50, nil, kill.Restore},
	{"kill-upgrade", "`kill -9` in an upgrade", 50, nil, kill.Upgrade},
	{"kill-rotation", "`kill -9` in a turn of the keys", 50, nil, kill.Rotation},
	{"io-errors", "an I/O error at the N-th write, sync or truncation of twelve units", 12, disk.NeedsStrace, disk.IOErrors},
	{"power", "power loss: the image of an ext4 file system as it lies on the disk, at random moments", 100, disk.NeedsMounts, disk.PowerLoss},
	{"full", "the disk runs full, and grows again", 10, disk.NeedsMounts, disk.Full},
	{"read-only", "a folder that turns read-only, and back", 5, disk.NeedsMounts, disk.ReadOnly},
	{"second", "a second process on the same folder", 20, nil, disk.SecondProcess},
	{"page", "a page of the database turns to rubbish", 20, nil, disk.Page},
	{"pg-kill", "PostgreSQL is killed in mixed writes, and started again", 20, node.NeedsPostgres, node.Kill},
	{"pg-failover", "PostgreSQL dies, and its synchronous standby takes over", 5, node.NeedsPostgres, node.Failover},
	{"pg-partition", "the network between node and PostgreSQL is cut, and heals", 20, node.NeedsPostgres, node.Partition},
	{"pg-nodes", "three nodes at 200 requests/s, one is killed", 3, node.NeedsPostgres, node.Nodes},
	{"load", "a million customers at 40 requests/s, then a backup and its restore", 1, loading.NeedsCompany, loading.Run},
}

func main() {
	only := flag.String("only", "", "names of drills, with commas; all without it")
	times := flag.Int("times", 0, "how often each, instead of as often as it should be")
	keep := flag.String("dir", "", "folder to work in; a temporary one without it")
	seed := flag.Uint64("seed", 1, "of the random moments")
	out := flag.String("out", "", "file that takes the figures as JSON lines")
	flag.Parse()
	if err := all(*only, *times, *keep, *seed, *out); err != nil {
		fmt.Fprintln(os.Stderr, "drill:", err)
		os.Exit(1)
	}
}

func all(only string, times int, dir string, seed uint64, out string) error {
	binary, err := filepath.Abs("bin/zhike")
	if err != nil {
		return err
	}
	if _, err := os.Stat(binary); err != nil {
		return fmt.Errorf("%w: make build", err)
	}
	if dir == "" {
		if dir, err = os.MkdirTemp("", "zhike-drill"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	var failed []string
	for _, d := range drills {
		if only != "" && !slices.Contains(strings.Split(only, ","), d.name) {
			continue
		}
		if d.needs != nil {
			if why := d.needs(); why != "" {
				fmt.Printf("%-14s left out: %s\n", d.name, why)
				continue
			}
		}
		b := &stand.Bench{Binary: binary, Dir: filepath.Join(dir, d.name), Times: d.times, Seed: seed, Facts: map[string]any{}}
		if times > 0 {
			b.Times = times
		}
		if err := os.MkdirAll(b.Dir, 0o700); err != nil {
			return err
		}
		b.Log = func(format string, a ...any) { fmt.Printf("%-14s "+format+"\n", append([]any{d.name}, a...)...) }
		began := time.Now()
		err := d.run(b)
		b.Fact("times", b.Times)
		b.Fact("seconds", int(time.Since(began).Seconds()))
		state := "held"
		if err != nil {
			state = "FAILED: " + err.Error()
			failed = append(failed, d.name)
		} else {
			os.RemoveAll(b.Dir)
		}
		line, _ := json.Marshal(map[string]any{"drill": d.name, "says": d.says, "state": state, "figures": b.Facts})
		fmt.Println(string(line))
		if out != "" {
			f, err := os.OpenFile(out, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
			if err != nil {
				return err
			}
			fmt.Fprintln(f, string(line))
			f.Close()
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("%s failed", strings.Join(failed, ", "))
	}
	return nil
}
