package disk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"zhike/internal/platform/db/snapshot"
	"zhike/tools/drill/stand"
)

// SecondProcess starts a server and each kind of command beside one that runs.
func SecondProcess(b *stand.Bench) error {
	data, err := b.Fresh()
	if err != nil {
		return err
	}
	s, err := b.Serve(data)
	if err != nil {
		return err
	}
	defer s.Kill()
	for range b.Times {
		for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"demo"}, {"upgrade"}, {"restore", "go.mod"}} {
			if said, err := b.Zhike("", append(args, "--data", data)...); err == nil {
				return fmt.Errorf("%s is let in: %s", args[0], said)
			}
		}
		if _, err := b.Zhike("", "audit", "verify", "--data", data); err != nil { // this one the server does
			return err
		}
	}
	b.Fact("let_in", 0)
	return errors.Join(s.Stop(), b.Whole(data))
}

// Page fills pages of the database with rubbish: the doctor says so, readyz turns red after
// an unclean end, and the last backup brings the company back.
func Page(b *stand.Bench) error {
	data, file, want, err := b.Saved(60, "one.backup")
	if err != nil {
		return err
	}
	path := filepath.Join(data, "zhike.db")
	random := b.Random()
	refused, found, unused := 0, 0, 0
	for round := range b.Times {
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
		said, err := b.Zhike("", "doctor", "--data", data)
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
		if _, err = b.Zhike("", "restore", file, "--data", data); err != nil {
			return fmt.Errorf("round %d: %w", round, err)
		}
		if _, err = b.Zhike("", "keys", "status", "--data", data); err != nil {
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
	b.Fact("found_and_restored", found)
	b.Fact("did_not_even_open", refused)
	b.Fact("unused_pages", unused)
	return b.Whole(data)
}
