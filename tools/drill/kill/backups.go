package kill

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zhike/internal/platform/db/snapshot"
	"zhike/tools/drill/stand"
)

// Backup: whatever lies in backups/ afterwards is whole, and the next one is made.
func Backup(b *stand.Bench) error {
	data := filepath.Join(b.Dir, "data")
	if err := b.Demo(data, 100); err != nil {
		return err
	}
	whole, err := b.Timed("backup", "--data", data)
	if err != nil {
		return err
	}
	random, ended := b.Random(), 0
	for range b.Times {
		done, err := b.After(time.Duration(random.Int64N(int64(whole+whole/5))), "backup", "--data", data, "--out", filepath.Join(data, "backups", fmt.Sprintf("zhike-20260101-%06d.backup", random.IntN(235959)/100*100)))
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
		if _, err := b.Zhike("", "backup", "verify", f, "--data", data); err != nil {
			return err
		}
	}
	if _, err := b.Zhike("", "backup", "--data", data); err != nil {
		return err
	}
	b.Fact("ended_before_the_kill", ended)
	b.Fact("files_there_all_sound", len(files))
	b.Fact("one_takes_ms", whole.Milliseconds())
	return b.Whole(data)
}

// Restore: the folder holds the old company or the new one, whole.
func Restore(b *stand.Bench) error {
	data, file, small, err := b.Saved(60, "small.backup")
	if err != nil {
		return err
	}
	key, err := os.ReadFile(filepath.Join(data, "keys", "kek"))
	if err != nil {
		return err
	}
	other := filepath.Join(b.Dir, "other")
	if err := b.Demo(other, 120); err != nil {
		return err
	}
	big, err := snapshot.Count(context.Background(), filepath.Join(other, "zhike.db"))
	if err != nil {
		return err
	}
	random := b.Random()
	old, fresh := 0, 0
	var whole time.Duration
	for round := range b.Times {
		dir := filepath.Join(b.Dir, fmt.Sprint("r", round))
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
			if whole, err = b.Timed("restore", file, "--data", dir); err != nil {
				return err
			}
		} else if _, err := b.After(time.Duration(random.Int64N(int64(whole+whole/5))), "restore", file, "--data", dir); err != nil {
			return err
		}
		if _, err := b.Zhike("", "keys", "status", "--data", dir); err != nil { // whoever opens it next finishes it
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
		if err := b.Whole(dir); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		os.RemoveAll(dir)
	}
	b.Fact("old", old)
	b.Fact("new", fresh)
	b.Fact("neither", 0)
	b.Fact("one_takes_ms", whole.Milliseconds())
	return nil
}
