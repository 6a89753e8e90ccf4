package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"zhike/internal/base/keyring"
	"zhike/internal/base/privacy"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"

	"pgregory.net/rapid"
)

// TestEverySubjectAlwaysOpens: two nodes turn keys, wrap anew, are killed between two units, start from their folder's copy
// and make subjects, in any order. Whatever was made opens on both at any moment, and old keys go only when nothing needs them.
func TestEverySubjectAlwaysOpens(t *testing.T) {
	now := clock.At(noon)
	runs := 0
	rapid.Check(t, func(t2 *rapid.T) {
		if runs++; runs > 60 {
			return // a database for each
		}
		now.Set(noon)
		d := dbtest.SQLite(t, now.Now)
		defer d.Close()
		ctx := t.Context()
		kek := crypt.NewKEK()
		keys, first, err := crypt.Create(kek)
		if err != nil {
			t2.Fatal(err)
		}
		opened := func(sealed []byte) *crypt.Keys {
			k, err := crypt.Open(kek, sealed)
			if err != nil {
				t2.Fatal(err)
			}
			return k
		}
		copies := [][]byte{first, first} // in the nodes' folders
		nodes := []*node{nodeOn(d, keys), nodeOn(d, opened(first))}
		which := func() int { return rapid.IntRange(0, 1).Draw(t2, "node") }
		made, turning := 0, false
		open := func(t *rapid.T) { // to open may be how a node learns of newer keys, so it is an act like any other
			for i, n := range nodes {
				ids := make([]string, made)
				for i := range ids {
					ids[i] = fmt.Sprintf("c%05d", i)
				}
				cold := &privacy.Vault{Keys: n.Vault.Keys, Late: n.Late} // remembers nothing that it opened before
				got, err := db.Read(ctx, d, boss, func(tx *db.Tx) (map[string]crypt.Subject, error) { return cold.Many(tx, ids) })
				if err != nil || len(got) != made {
					t.Fatalf("node %d opens %d of %d: %v", i, len(got), made, err)
				}
				s, err := n.Status(ctx)
				if err != nil || (s.Turned > 0 && s.Done == 0) != turning || len(s.Keys) > 60 {
					t.Fatalf("node %d says %+v, %v", i, s, err)
				}
			}
		}
		t2.Repeat(map[string]func(*rapid.T){
			"make": func(t *rapid.T) {
				v := nodes[which()].Vault
				_, err := db.Write(ctx, d, boss, func(tx *db.Tx) (int, error) {
					_, err := v.New(tx, privacy.Contact, fmt.Sprintf("c%05d", made))
					return 0, err
				})
				if err != nil {
					t.Fatal(err)
				}
				made++
			},
			"turn": func(t *rapid.T) {
				err := nodes[which()].Turn(ctx, boss)
				if turning != errors.Is(err, keyring.ErrUnderWay) || err != nil && !turning {
					t.Fatalf("a turn while one is under way (%v): %v", turning, err)
				}
				turning = true
			},
			"wrap": func(t *rapid.T) {
				if err := nodes[which()].Finish(ctx, nothing); err != nil {
					t.Fatal(err)
				}
				turning = false
			},
			"turn whole, and weeks later again": func(t *rapid.T) { // what the other node makes in between is wrapped by a key that it thinks is the newest
				if turning {
					t.Skip("one is under way")
				}
				a, b := nodes[0], nodes[1]
				if err := errors.Join(a.Turn(ctx, boss), a.Finish(ctx, nothing)); err != nil {
					t.Fatal(err)
				}
				if _, err := db.Write(ctx, d, boss, func(tx *db.Tx) (int, error) {
					_, err := b.Vault.New(tx, privacy.Contact, fmt.Sprintf("c%05d", made))
					return 0, err
				}); err != nil {
					t.Fatal(err)
				}
				made++
				now.Advance(41 * 24 * time.Hour)
				if err := errors.Join(b.Adopt(ctx), a.Turn(ctx, boss)); err != nil {
					t.Fatal(err)
				}
				turning = true
			},
			"wrap and be killed": func(t *rapid.T) {
				killed, cancel := context.WithCancel(ctx)
				cancel()
				lost := errors.New("lost")
				n := nodes[which()]
				if err := n.Finish(killed, nothing); err == nil {
					t.Fatal("it says that it is done")
				}
				if err := n.Finish(ctx, func(*db.Tx) error { return lost }); !errors.Is(err, lost) {
					t.Fatal(err)
				}
			},
			"start anew": func(t *rapid.T) {
				i := which()
				if s := nodes[i].stored; len(s) > 0 {
					copies[i] = s[len(s)-1]
				}
				nodes[i] = nodeOn(d, opened(copies[i]))
				if err := nodes[i].Adopt(ctx); err != nil {
					t.Fatal(err)
				}
			},
			"weeks": func(t *rapid.T) {
				now.Advance(time.Duration(rapid.SampledFrom([]int{1, 41, 50}).Draw(t, "days")) * 24 * time.Hour)
				for _, n := range nodes { // as Follow does every half minute
					if err := n.Adopt(ctx); err != nil {
						t.Fatal(err)
					}
				}
			},
			"open": open,
		})
		open(t2)
	})
}
