package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

var (
	loadOn      = flag.String("company", "", "of load: a data folder of 1,000,000 customers; see loaded")
	loadMinutes = flag.Int("minutes", 30, "of load: how long")
	loadRate    = flag.Int("rate", 40, "of load: requests a second")
	loadLists   = flag.String("lists", "own", "of load: whose lists: own (salespeople's and a lead's) or all (who reaches everything)")
	loadMany    = flag.Int("customers", 1_000_000, "of load: how many customers the folder holds")
)

// loaded says how its company is made.
func loaded() string {
	if *loadOn == "" {
		return "needs -company: `zhike setup --data DIR --login boss …`, then `go run ./tools/bench -size 1m -into DIR`"
	}
	return ""
}

// Figures of answers, by kind of request.
type figures struct {
	mu    sync.Mutex
	took  map[string][]time.Duration
	wrong map[string]int // by kind and status
}

func newFigures() *figures {
	return &figures{took: map[string][]time.Duration{}, wrong: map[string]int{}}
}

func (f *figures) add(kind string, took time.Duration, status int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.took[kind] = append(f.took[kind], took)
	if err != nil {
		f.wrong[kind+" "+short(err)]++
	} else if status >= 400 {
		f.wrong[fmt.Sprint(kind, " ", status)]++
	}
}

// short is what went wrong with the line, without addresses.
func short(err error) string {
	text := err.Error()
	for _, s := range []string{"connection refused", "connection reset", "EOF", "deadline exceeded", "Client.Timeout"} {
		if strings.Contains(text, s) {
			return s
		}
	}
	return text
}

func (f *figures) errors() (n int) {
	for _, x := range f.wrong {
		n += x
	}
	return n
}

// quantiles in milliseconds, to a tenth.
func quantiles(all []time.Duration) map[string]any {
	slices.Sort(all)
	at := func(q float64) float64 {
		if len(all) == 0 {
			return 0
		}
		return float64(all[min(len(all)-1, int(q*float64(len(all))))].Microseconds()/100) / 10
	}
	return map[string]any{"n": len(all), "p50": at(.5), "p95": at(.95), "p99": at(.99), "max": at(1)}
}

func (f *figures) report() map[string]any {
	out := map[string]any{}
	var all []time.Duration
	for kind, took := range f.took {
		all = append(all, took...)
		out[kind] = quantiles(took)
	}
	out["all"] = quantiles(all)
	return out
}

// signInAs is a client with lines enough for an open loop.
func signInAs(base, login string, h *heard) (*client, error) {
	c := &client{base: base, http: &http.Client{Timeout: 20 * time.Second, Transport: h}}
	body, _ := json.Marshal(map[string]string{"login": login, "password": passphrase})
	r, err := c.http.Post(base+"/api/v1/session", "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	if r.StatusCode != 200 || len(r.Cookies()) == 0 {
		text, _ := io.ReadAll(r.Body)
		return nil, fmt.Errorf("signing in as %s: %d %s", login, r.StatusCode, text)
	}
	c.cookie = r.Cookies()[0]
	return c, nil
}

// heard keeps the status of an answer where the context of its request says, how long the
// longest of each status took, and an example of what was refused.
type heard struct {
	http.RoundTripper
	mu      sync.Mutex
	longest map[string]time.Duration
	many    map[string]int
	example map[int]string
}

func newHeard() *heard {
	return &heard{RoundTripper: &http.Transport{MaxIdleConnsPerHost: 64}, longest: map[string]time.Duration{}, many: map[string]int{}, example: map[int]string{}}
}

type statusKey struct{}

func (h *heard) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	a, err := h.RoundTripper.RoundTrip(r)
	h.mu.Lock()
	defer h.mu.Unlock()
	name := "no answer"
	if err == nil {
		name = fmt.Sprint(a.StatusCode)
		if at, ok := r.Context().Value(statusKey{}).(*int); ok {
			*at = a.StatusCode
		}
		if a.StatusCode >= 400 && h.example[a.StatusCode] == "" {
			text, _ := io.ReadAll(a.Body)
			a.Body.Close()
			a.Body = io.NopCloser(bytes.NewReader(text))
			h.example[a.StatusCode] = r.Method + " " + r.URL.Path + ": " + string(text)
		}
	}
	h.many[name]++
	h.longest[name] = max(h.longest[name], time.Since(began))
	return a, err
}

// report is how many answers of each status there were, and the longest in milliseconds.
func (h *heard) report() (many map[string]int, longest map[string]int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	longest = map[string]int64{}
	for k, d := range h.longest {
		longest[k] = d.Milliseconds()
	}
	return maps.Clone(h.many), longest
}

var errUnanswered = errors.New("no answer")

// status is one write of the ledger, and what the server said to it. A version that somebody
// else's write outdated is a right answer.
func (l *ledger) status(ctx context.Context, c *client) (status int, err error) {
	if l.one(context.WithValue(ctx, statusKey{}, &status), c); status == 0 {
		return 0, errUnanswered
	}
	if status == http.StatusPreconditionFailed {
		status = http.StatusOK
	}
	return status, nil
}

// load holds a million customers at a steady rate, then takes a backup and restores it.
func load(b *bench) error {
	data := *loadOn
	s, err := b.serve(data)
	if err != nil {
		return err
	}
	defer s.kill()
	b.fact("lists", *loadLists)
	b.fact("first_ready_ms", s.ready.Milliseconds())
	ears := newHeard()
	boss, err := signInAs(s.base, "boss", ears)
	if err != nil {
		return err
	}
	people := []*client{boss}
	for _, login := range []string{"lead", "s0.0", "s1.1", "s2.2", "s3.3", "s4.4", "s5.5"} {
		c, err := signInAs(s.base, login, ears)
		if err != nil {
			return err
		}
		people = append(people, c)
	}
	b.fact("processors", strings.Count(read("/proc/cpuinfo"), "processor\t:"))
	b.fact("machine_load_before", strings.Fields(read("/proc/loadavg"))[0])
	l, f := newLedger(b.seed), newFigures()
	random := b.random()
	var going sync.WaitGroup
	var memory []int
	began, cpu := time.Now(), s.cpu()
	end, minute := began.Add(time.Duration(*loadMinutes)*time.Minute), began
	each := time.Second / time.Duration(*loadRate)
	ctx := context.Background()
	for n := 0; ; n++ {
		at := began.Add(time.Duration(n) * each)
		if at.After(end) {
			break
		}
		time.Sleep(time.Until(at))
		if !at.Before(minute) {
			memory = append(memory, s.rss())
			minute = minute.Add(time.Minute)
			b.log("%s: %d requests, %d wrong %v, %d MB", time.Since(began).Round(time.Second), n, f.count(), f.worst(), memory[len(memory)-1])
		}
		draw, who := random.IntN(100), people[random.IntN(len(people))]
		id := fmt.Sprintf("c%09d", random.IntN(*loadMany))
		going.Go(func() {
			if draw < 10 {
				status, err := l.status(ctx, boss)
				f.add("write", time.Since(at), status, err)
				return
			}
			kind, path := reading(draw, id)
			if kind != "me" && kind != "search" && (kind != "list" || *loadLists == "all") { // anybody's customer: who reaches all of them looks
				who = boss
			}
			status, _, err := who.ask(ctx, "GET", path, "", nil)
			f.add(kind, time.Since(at), status, err)
		})
	}
	going.Wait()
	memory = append(memory, s.rss())
	ran := time.Since(began)
	b.fact("minutes", int(ran.Minutes()))
	b.fact("rate", float64(int(10*float64(f.all())/ran.Seconds()))/10)
	b.fact("answers_ms", f.report())
	b.fact("wrong", f.wrong)
	b.fact("errors", f.errors())
	b.fact("examples_of_refusals", ears.example)
	b.fact("memory_mb", map[string]any{"first": memory[0], "last": memory[len(memory)-1], "max": slices.Max(memory), "each_minute": memory})
	b.fact("processor_share", float64(int(100*(s.cpu()-cpu).Seconds()/ran.Seconds()))/100)
	b.fact("machine_load_after", strings.Fields(read("/proc/loadavg"))[0])
	there, err := l.check(boss, true)
	b.fact("acknowledged", l.count())
	b.fact("of_them_files", l.files())
	b.fact("lost", l.count()-there)
	err = errors.Join(err, s.stop(), b.again(data))
	if err == nil && f.errors() > 0 {
		err = fmt.Errorf("%d answers were wrong: %v", f.errors(), f.wrong)
	}
	return err
}

// reading is what a request asks, of a hundred.
func reading(draw int, id string) (kind, path string) {
	switch {
	case draw < 35:
		return "customer", "/customers/" + id
	case draw < 55:
		return "list", "/customers?limit=50" + []string{"", "&filter=" + escape(`{"field":"industry","op":"eq","value":"C39"}`), "&sort=-created_at"}[draw%3]
	case draw < 70:
		return "search", "/customers?limit=20&q=" + escape([]string{"杭州", "机械", "C" + id[1:], "hzjx"}[draw%4])
	case draw < 85:
		return "timeline", "/customers/" + id + "/timeline"
	}
	return "me", "/me"
}

// again times a backup of the folder, and its restore into an empty one.
func (b *bench) again(data string) error {
	file, fresh := filepath.Join(b.dir, "load.backup"), filepath.Join(b.dir, "fresh")
	began := time.Now()
	if _, err := b.zhike("", "backup", "--data", data, "--out", file); err != nil {
		return err
	}
	b.fact("backup_seconds", int(time.Since(began).Seconds()))
	for name, path := range map[string]string{"database_mb": filepath.Join(data, "zhike.db"), "backup_mb": file} {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		b.fact(name, info.Size()>>20)
	}
	if err := os.CopyFS(filepath.Join(fresh, "keys"), os.DirFS(filepath.Join(data, "keys"))); err != nil {
		return err
	}
	if err := os.Chmod(filepath.Join(fresh, "keys", "kek"), 0o600); err != nil {
		return err
	}
	began = time.Now()
	if _, err := b.zhike("", "restore", file, "--data", fresh); err != nil {
		return err
	}
	b.fact("restore_seconds", int(time.Since(began).Seconds()))
	s, err := b.serve(fresh)
	if err != nil {
		return err
	}
	b.fact("restored_ready_ms", s.ready.Milliseconds())
	return errors.Join(s.stop(), b.sound(fresh))
}

func (f *figures) all() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, t := range f.took {
		n += len(t)
	}
	return n
}

func (f *figures) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.errors()
}

// worst is the kind of error that there is most of.
func (f *figures) worst() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := slices.Collect(maps.Keys(f.wrong))
	slices.SortFunc(all, func(a, b string) int { return cmp.Compare(f.wrong[b], f.wrong[a]) })
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

func read(path string) string {
	text, _ := os.ReadFile(path)
	return string(text)
}

// rss is the resident memory of the server in MB.
func (s *server) rss() int {
	var total, resident int
	fmt.Sscan(read(fmt.Sprintf("/proc/%d/statm", s.cmd.Process.Pid)), &total, &resident)
	return resident * os.Getpagesize() >> 20
}

// cpu is the processor time that the server used, of hundredths.
func (s *server) cpu() time.Duration {
	_, rest, _ := strings.Cut(read(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid)), ") ")
	var user, system int
	if fields := strings.Fields(rest); len(fields) > 12 {
		fmt.Sscan(fields[11], &user)
		fmt.Sscan(fields[12], &system)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}
