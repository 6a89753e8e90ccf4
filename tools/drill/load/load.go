// Package load holds a large company under steady use.
package load

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"zhike/tools/drill/stand"
)

// A Load is what the command line says of the drill.
type Load struct {
	on, lists           *string
	minutes, rate, many *int
}

// Flags declares them.
func Flags(set *flag.FlagSet) Load {
	return Load{
		on:      set.String("company", "", "of load: a data folder of 1,000,000 customers; see loaded"),
		minutes: set.Int("minutes", 30, "of load: how long"),
		rate:    set.Int("rate", 40, "of load: requests a second"),
		lists:   set.String("lists", "own", "of load: whose lists: own (salespeople's and a lead's) or all (who reaches everything)"),
		many:    set.Int("customers", 1_000_000, "of load: how many customers the folder holds"),
	}
}

// NeedsCompany says how its company is made; "" where it is named.
func (x Load) NeedsCompany() string {
	if *x.on == "" {
		return "needs -company: `zhike setup --data DIR --login boss …`, then `go run ./tools/bench -size 1m -into DIR`"
	}
	return ""
}

// Run holds a million customers at a steady rate, then takes a backup and restores it.
func (x Load) Run(b *stand.Bench) error {
	data := *x.on
	s, err := b.Serve(data)
	if err != nil {
		return err
	}
	defer s.Kill()
	b.Fact("lists", *x.lists)
	b.Fact("first_ready_ms", s.Ready.Milliseconds())
	ears := stand.NewHeard()
	boss, err := stand.SignIn(s.Base, "boss", ears)
	if err != nil {
		return err
	}
	people := []*stand.Client{boss}
	for _, login := range []string{"lead", "s0.0", "s1.1", "s2.2", "s3.3", "s4.4", "s5.5"} {
		c, err := stand.SignIn(s.Base, login, ears)
		if err != nil {
			return err
		}
		people = append(people, c)
	}
	b.Fact("processors", strings.Count(stand.Read("/proc/cpuinfo"), "processor\t:"))
	b.Fact("machine_load_before", strings.Fields(stand.Read("/proc/loadavg"))[0])
	l, f := stand.NewLedger(b.Seed), stand.NewFigures()
	random := b.Random()
	var going sync.WaitGroup
	var memory []int
	began, cpu := time.Now(), s.CPU()
	end, minute := began.Add(time.Duration(*x.minutes)*time.Minute), began
	each := time.Second / time.Duration(*x.rate)
	ctx := context.Background()
	for n := 0; ; n++ {
		at := began.Add(time.Duration(n) * each)
		if at.After(end) {
			break
		}
		time.Sleep(time.Until(at))
		if !at.Before(minute) {
			memory = append(memory, s.RSS())
			minute = minute.Add(time.Minute)
			b.Log("%s: %d requests, %d wrong %v, %d MB", time.Since(began).Round(time.Second), n, f.Errors(), f.Worst(), memory[len(memory)-1])
		}
		draw, who := random.IntN(100), people[random.IntN(len(people))]
		id := fmt.Sprintf("c%09d", random.IntN(*x.many))
		going.Go(func() {
			if draw < 10 {
				status, err := l.Status(ctx, boss)
				f.Add("write", time.Since(at), status, err)
				return
			}
			kind, path := stand.Reading(draw, id)
			if kind != "me" && kind != "search" && (kind != "list" || *x.lists == "all") { // anybody's customer: who reaches all of them looks
				who = boss
			}
			status, _, err := who.Ask(ctx, "GET", path, "", nil)
			f.Add(kind, time.Since(at), status, err)
		})
	}
	going.Wait()
	memory = append(memory, s.RSS())
	ran := time.Since(began)
	b.Fact("minutes", int(ran.Minutes()))
	b.Fact("rate", float64(int(10*float64(f.All())/ran.Seconds()))/10)
	b.Fact("answers_ms", f.Report())
	b.Fact("wrong", f.Wrong())
	b.Fact("errors", f.Errors())
	b.Fact("examples_of_refusals", ears.Examples())
	b.Fact("memory_mb", map[string]any{"first": memory[0], "last": memory[len(memory)-1], "max": slices.Max(memory), "each_minute": memory})
	b.Fact("processor_share", float64(int(100*(s.CPU()-cpu).Seconds()/ran.Seconds()))/100)
	b.Fact("machine_load_after", strings.Fields(stand.Read("/proc/loadavg"))[0])
	there, err := l.Check(boss, true)
	b.Fact("acknowledged", l.Count())
	b.Fact("of_them_files", l.Files())
	b.Fact("lost", l.Count()-there)
	err = errors.Join(err, s.Stop(), again(b, data))
	if err == nil && f.Errors() > 0 {
		err = fmt.Errorf("%d answers were wrong: %v", f.Errors(), f.Wrong())
	}
	return err
}

// again times a backup of the folder, and its restore into an empty one.
func again(b *stand.Bench, data string) error {
	file := filepath.Join(b.Dir, "load.backup")
	took, err := b.Timed("backup", "--data", data, "--out", file)
	if err != nil {
		return err
	}
	b.Fact("backup_seconds", int(took.Seconds()))
	for name, path := range map[string]string{"database_mb": filepath.Join(data, "zhike.db"), "backup_mb": file} {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		b.Fact(name, info.Size()>>20)
	}
	fresh, err := b.Keyed(data, "fresh")
	if err != nil {
		return err
	}
	took, err = b.Timed("restore", file, "--data", fresh)
	if err != nil {
		return err
	}
	b.Fact("restore_seconds", int(took.Seconds()))
	s, err := b.Serve(fresh)
	if err != nil {
		return err
	}
	b.Fact("restored_ready_ms", s.Ready.Milliseconds())
	return errors.Join(s.Stop(), b.Sound(fresh))
}
