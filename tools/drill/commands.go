package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"zhike/internal/platform/db/snapshot"
)

// after kills a command some time after it began; it says whether the command had ended before.
func (b *bench) after(wait time.Duration, args ...string) (ended bool, err error) {
	c := exec.Command(b.binary, args...)
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

// demo makes the example company.
func (b *bench) demo(data string, customers int) error {
	if _, err := b.zhike("", "demo", "--data", data, "--customers", fmt.Sprint(customers), "--days", "60", "--seed", "3"); err != nil {
		return err
	}
	_, err := b.zhike("", "figures", "rebuild", "--data", data) // what a server does by itself
	return err
}

// killBackup: whatever lies in backups/ afterwards is whole, and the next one is made.
func killBackup(b *bench) error {
	data := filepath.Join(b.dir, "data")
	if err := b.demo(data, 100); err != nil {
		return err
	}
	began := time.Now()
	if _, err := b.zhike("", "backup", "--data", data); err != nil {
		return err
	}
	whole := time.Since(began)
	random, ended := b.random(), 0
	for range b.times {
		done, err := b.after(time.Duration(random.Int64N(int64(whole+whole/5))), "backup", "--data", data, "--out", filepath.Join(data, "backups", fmt.Sprintf("zhike-20260101-%06d.backup", random.IntN(235959)/100*100)))
		if err != nil && !strings.Contains(err.Error(), "is there already") {
			return err
		}
		if done {
			ended++
		}
	}
	files, err := filepath.Glob(filepath.Join(data, "backups", "*.backup"))
	if err != nil {
		return err
	}
	for _, f := range files {
		if _, err := b.zhike("", "backup", "verify", f, "--data", data); err != nil {
			return err
		}
	}
	if _, err := b.zhike("", "backup", "--data", data); err != nil {
		return err
	}
	b.fact("ended_before_the_kill", ended)
	b.fact("files_there_all_sound", len(files))
	b.fact("one_takes_ms", whole.Milliseconds())
	return b.whole(data)
}

// killRestore: the folder holds the old company or the new one, whole.
func killRestore(b *bench) error {
	data := filepath.Join(b.dir, "data")
	if err := b.demo(data, 60); err != nil {
		return err
	}
	file := filepath.Join(b.dir, "small.backup")
	if _, err := b.zhike("", "backup", "--data", data, "--out", file); err != nil {
		return err
	}
	small, err := snapshot.Count(context.Background(), filepath.Join(data, "zhike.db"))
	if err != nil {
		return err
	}
	key, err := os.ReadFile(filepath.Join(data, "keys", "kek"))
	if err != nil {
		return err
	}
	other := filepath.Join(b.dir, "other")
	if err := b.demo(other, 120); err != nil {
		return err
	}
	big, err := snapshot.Count(context.Background(), filepath.Join(other, "zhike.db"))
	if err != nil {
		return err
	}
	random := b.random()
	old, fresh := 0, 0
	var whole time.Duration
	for round := range b.times {
		dir := filepath.Join(b.dir, fmt.Sprint("r", round))
		if err := os.CopyFS(dir, os.DirFS(other)); err != nil {
			return err
		}
		// the backup is the small company's: its key opens it, as --code would
		if err := os.WriteFile(filepath.Join(dir, "keys", "kek.until-20260101-000000"), key, 0o600); err != nil {
			return err
		}
		if err := errors.Join(os.Chmod(filepath.Join(dir, "keys", "kek"), 0o600), os.Remove(filepath.Join(dir, "zhike.lock"))); err != nil {
			return err
		}
		if round == 0 {
			began := time.Now()
			if _, err := b.zhike("", "restore", file, "--data", dir); err != nil {
				return err
			}
			whole = time.Since(began)
		} else if _, err := b.after(time.Duration(random.Int64N(int64(whole+whole/5))), "restore", file, "--data", dir); err != nil {
			return err
		}
		if _, err := b.zhike("", "keys", "status", "--data", dir); err != nil { // whoever opens it next finishes it
			return err
		}
		got, err := snapshot.Count(context.Background(), filepath.Join(dir, "zhike.db"))
		if err != nil {
			return err
		}
		switch got.Rows["customers"] {
		case small.Rows["customers"]:
			fresh++
		case big.Rows["customers"]:
			old++
		default:
			return fmt.Errorf("round %d: it holds %d customers, neither %d nor %d", round, got.Rows["customers"], big.Rows["customers"], small.Rows["customers"])
		}
		if err := b.whole(dir); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		os.RemoveAll(dir)
	}
	b.fact("old", old)
	b.fact("new", fresh)
	b.fact("neither", 0)
	b.fact("one_takes_ms", whole.Milliseconds())
	return nil
}

// release is the database of an older release that the tests keep.
const release = "internal/app/testdata/releases/0.1-sqlite.db.gz"

// killUpgrade: the folder holds the old schema or the new one, and the next try ends it.
func killUpgrade(b *bench) error {
	f, err := os.Open(release)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	old, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	random := b.random()
	var whole time.Duration
	was, is := 0, 0
	for round := range b.times + 1 {
		dir := filepath.Join(b.dir, fmt.Sprint("u", round))
		if err := errors.Join(os.MkdirAll(filepath.Join(dir, "backups"), 0o700), os.WriteFile(filepath.Join(dir, "zhike.db"), old, 0o600)); err != nil {
			return err
		}
		if round == 0 {
			began := time.Now()
			if _, err := b.zhike("", "upgrade", "--data", dir); err != nil {
				return err
			}
			whole = time.Since(began)
			continue
		}
		if _, err := b.after(time.Duration(random.Int64N(int64(whole+whole/5))), "upgrade", "--data", dir); err != nil {
			return err
		}
		facts, err := snapshot.Check(context.Background(), filepath.Join(dir, "zhike.db"))
		if err != nil {
			if _, gone := os.Stat(filepath.Join(dir, "restore.json")); gone != nil { // between two names the next start ends it
				return fmt.Errorf("round %d: %w", round, err)
			}
		}
		if facts.Schema == 25 {
			was++
		} else {
			is++
		}
		if said, err := b.zhike("", "upgrade", "--data", dir); err != nil {
			return fmt.Errorf("round %d: %w %s", round, err, said)
		}
		after, err := snapshot.Check(context.Background(), filepath.Join(dir, "zhike.db"))
		if err != nil || after.Schema == 25 || after.Rows["follow_ups"] == 0 {
			return fmt.Errorf("round %d: afterwards schema %d, %v", round, after.Schema, err)
		}
		os.RemoveAll(dir)
	}
	b.fact("old_schema", was)
	b.fact("new_schema", is)
	b.fact("neither", 0)
	b.fact("one_takes_ms", whole.Milliseconds())
	return nil
}

// killRotation: after each kill everybody's key opens, and the turn ends at last.
func killRotation(b *bench) error {
	data := filepath.Join(b.dir, "data")
	if err := b.company(data); err != nil {
		return err
	}
	s, err := b.serve(data)
	if err != nil {
		return err
	}
	c, err := s.signIn()
	if err != nil {
		return err
	}
	var sheet strings.Builder
	sheet.WriteString("客户名称,联系人,手机\n")
	for i := range 6000 {
		fmt.Fprintf(&sheet, "%s转轮有限公司,李四,1390%07d\n", spelled(i), i)
	}
	id, err := c.sheet(sheet.String())
	if err != nil {
		return err
	}
	if err := c.untilState("/imports/"+id, "checked", "POST", "/imports/"+id+"/check"); err != nil {
		return err
	}
	if _, _, err := c.ask(context.Background(), "POST", "/imports/"+id+"/run", "", nil); err != nil {
		return err
	}
	if err := c.untilState("/imports/"+id, "done", "", ""); err != nil {
		return err
	}
	if err := s.stop(); err != nil {
		return err
	}
	random := b.random()
	began := time.Now()
	if _, err := b.zhike("", "keys", "rotate", "--kek", "--data", data); err != nil {
		return err
	}
	whole := time.Since(began)
	ended := 0
	for round := range b.times {
		args := []string{"keys", "rotate", "--data", data}
		if round%3 == 0 {
			args = append(args, "--kek")
		}
		done, err := b.after(time.Duration(random.Int64N(int64(whole*4/5))), args...)
		if err != nil && !strings.Contains(err.Error(), "an earlier turn") {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if done {
			ended++
		}
		s, err := b.serve(data) // its queue goes on with the turn
		if err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if err := b.turned(data); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		c, err := s.signIn()
		if err != nil {
			return err
		}
		if err := c.opens(random.IntN(6000)); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if err := s.stop(); err != nil {
			return err
		}
	}
	b.fact("subjects", 12_000)
	b.fact("ended_before_the_kill", ended)
	b.fact("unreadable", 0)
	b.fact("one_takes_ms", whole.Milliseconds())
	return b.whole(data)
}

// turned waits until nothing is wrapped by older keys.
func (b *bench) turned(data string) error {
	said := ""
	for range 400 {
		var err error
		if said, err = b.zhike("", "keys", "status", "--data", data); err != nil {
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
func (c *client) opens(i int) error {
	ctx := context.Background()
	status, out, err := c.ask(ctx, "POST", "/customers/search-sensitive", "", map[string]any{"value": fmt.Sprintf("1390%07d", i)})
	if err != nil || status != 200 || len(out["items"].([]any)) != 1 {
		return fmt.Errorf("the number %d is found %d %v %v", i, status, out, err)
	}
	customer := out["items"].([]any)[0].(map[string]any)["id"].(string)
	status, out, err = c.ask(ctx, "GET", "/customers/"+customer+"/contacts", "", nil)
	if err != nil || status != 200 {
		return fmt.Errorf("contacts: %d %v", status, err)
	}
	contact := out["items"].([]any)[0].(map[string]any)["id"].(string)
	status, out, err = c.ask(ctx, "POST", "/contacts/"+contact+"/reveal", "", map[string]any{"field": "mobile", "reason": "call"})
	if want := fmt.Sprintf("1390%07d", i); err != nil || status != 200 || strings.ReplaceAll(fmt.Sprint(out["value"]), " ", "") != want {
		return fmt.Errorf("UNREADABLE: %s opens to %v, %d %v", want, out["value"], status, err)
	}
	return nil
}
