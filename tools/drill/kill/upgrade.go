package kill

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"zhike/internal/platform/db/snapshot"
	"zhike/tools/drill/stand"
)

// release is the database of an older release that the tests keep.
const release = "internal/app/testdata/releases/0.1-sqlite.db.gz"

// Upgrade: the folder holds the old schema or the new one, and the next try ends it.
func Upgrade(b *stand.Bench) error {
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
	random := b.Random()
	var whole time.Duration
	was, is := 0, 0
	for round := range b.Times + 1 {
		dir := filepath.Join(b.Dir, fmt.Sprint("u", round))
		if err := errors.Join(os.MkdirAll(filepath.Join(dir, "backups"), 0o700), os.WriteFile(filepath.Join(dir, "zhike.db"), old, 0o600)); err != nil {
			return err
		}
		if round == 0 {
			if whole, err = b.Timed("upgrade", "--data", dir); err != nil {
				return err
			}
			continue
		}
		if _, err := b.After(time.Duration(random.Int64N(int64(whole+whole/5))), "upgrade", "--data", dir); err != nil {
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
		if said, err := b.Zhike("", "upgrade", "--data", dir); err != nil {
			return fmt.Errorf("round %d: %w %s", round, err, said)
		}
		after, err := snapshot.Check(context.Background(), filepath.Join(dir, "zhike.db"))
		if err != nil || after.Schema == 25 || after.Rows["follow_ups"] == 0 {
			return fmt.Errorf("round %d: afterwards schema %d, %v", round, after.Schema, err)
		}
		os.RemoveAll(dir)
	}
	b.Fact("old_schema", was)
	b.Fact("new_schema", is)
	b.Fact("neither", 0)
	b.Fact("one_takes_ms", whole.Milliseconds())
	return nil
}
