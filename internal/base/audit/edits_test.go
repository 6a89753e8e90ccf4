package audit_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"zhike/internal/base/audit"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

// An edit of the log by SQL, as somebody with all rights on the database makes it: random.
func edit(r *rand.Rand, n int) (kind, text string) {
	entry := func(p int) string { return fmt.Sprintf(`(SELECT entry_id FROM audit_seal WHERE position = %d)`, p) }
	at := 1 + r.IntN(n)
	other := 1 + (at+r.IntN(n-1))%n
	word := fmt.Sprintf("x%d", r.IntN(1_000_000))
	switch r.IntN(9) {
	case 0, 1:
		column := []string{"actor_id", "actor", "address", "action", "kind", "record_id", "customer_id"}[r.IntN(7)]
		return "change", fmt.Sprintf(`UPDATE audit_entries SET %s = '%s' WHERE id = %s`, column, word, entry(at))
	case 2:
		return "change", fmt.Sprintf(`UPDATE audit_entries SET %s WHERE id = %s`, []string{
			fmt.Sprintf("at = at + %d", 1+r.IntN(100_000)), fmt.Sprintf(`details = '{"z": "%s"}'`, word),
			fmt.Sprintf(`changes = '[{"field": "name", "old": "%s", "new": 1}]'`, word),
		}[r.IntN(3)], entry(at))
	case 3:
		return "delete", `DELETE FROM audit_entries WHERE id = ` + entry(at)
	case 4: // and the chain closed behind it
		return "delete", fmt.Sprintf(`DELETE FROM audit_entries WHERE id = %s; DELETE FROM audit_seal WHERE position = %d; UPDATE audit_seal SET position = -position WHERE position > %d; UPDATE audit_seal SET position = -position - 1 WHERE position < 0`, entry(at), at, at)
	case 5:
		return "insert", fmt.Sprintf(`INSERT INTO audit_entries (id, at, actor_id, actor, address, action, kind, record_id, customer_id, changes, details)
			SELECT '0%s', at - %d, actor_id, actor, address, action, kind, record_id, customer_id, changes, details FROM audit_entries WHERE id = %s`, word, 120_000+r.IntN(1_000_000), entry(at))
	case 6: // with a seal, the others moved on
		return "insert", fmt.Sprintf(`INSERT INTO audit_entries (id, at, actor_id, actor, address, action, kind, record_id, customer_id, changes, details)
			SELECT '0%[1]s', at, actor_id, actor, address, action, kind, record_id, customer_id, changes, details FROM audit_entries WHERE id = %[2]s;
			UPDATE audit_seal SET position = -position WHERE position >= %[3]d; UPDATE audit_seal SET position = 1 - position WHERE position < 0;
			INSERT INTO audit_seal (position, entry_id, entry_hash, head, sealed_at) SELECT %[3]d, '0%[1]s', entry_hash, head, sealed_at FROM audit_seal WHERE position = %[4]d`, word, entry(at), at, at+1)
	case 7:
		return "reorder", fmt.Sprintf(`UPDATE audit_seal SET position = -1 WHERE position = %[1]d; UPDATE audit_seal SET position = %[1]d WHERE position = %[2]d; UPDATE audit_seal SET position = %[2]d WHERE position = -1`, at, other)
	}
	return "cut tail", fmt.Sprintf(`DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_seal WHERE position >= %[1]d); DELETE FROM audit_seal WHERE position >= %[1]d`, at)
}

// TestAThousandEdits: each of 1,000 random edits by SQL is found.
func TestAThousandEdits(t *testing.T) {
	const n, rounds = 40, 1000
	now := clock.At(noon)
	dbtest.Each(t, now.Now, func(t *testing.T, d *db.DB) {
		now.Set(noon)
		for i := range n {
			now.Advance(time.Second)
			note(t, d, fmt.Sprint("c", i+1))
		}
		anchors := seal(t, d, n)
		disarm(t, d)
		hand := d
		if d.Path() != "" {
			var err error
			if hand, err = db.Open(t.Context(), d.Path(), db.Options{Now: d.Now, Relaxed: true, Readers: 1}); err != nil {
				t.Fatal(err)
			}
			defer hand.Close()
		}
		run := func(text string) {
			t.Helper()
			if err := hand.Exec(t.Context(), text); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
		}
		run(`CREATE TABLE whole_entries AS SELECT * FROM audit_entries; CREATE TABLE whole_seal AS SELECT * FROM audit_seal`)
		random := rand.New(rand.NewPCG(2026, 11))
		kinds := map[string]int{}
		for round := range rounds {
			kind, text := edit(random, n)
			kinds[kind]++
			run(`DELETE FROM audit_entries; DELETE FROM audit_seal; INSERT INTO audit_entries SELECT * FROM whole_entries; INSERT INTO audit_seal SELECT * FROM whole_seal; ` + text)
			if v := verify(t, d, anchors); v.Broken == "" {
				t.Fatalf("round %d, %s is not found: %s", round, kind, text)
			}
		}
		run(`DELETE FROM audit_entries; DELETE FROM audit_seal; INSERT INTO audit_entries SELECT * FROM whole_entries; INSERT INTO audit_seal SELECT * FROM whole_seal`)
		if v := verify(t, d, anchors); v.Broken != "" {
			t.Errorf("put back it is %s", v.Broken)
		}
		if len(kinds) != 5 {
			t.Errorf("kinds of edits: %v", kinds)
		}
		t.Logf("%d edits, all found: %v", rounds, kinds)
	})
}

// TestOldEntriesGo: what was kept for long enough goes with nothing but its seal left, and the
// chain verifies; nothing younger than 183 days goes, whoever asks.
func TestOldEntriesGo(t *testing.T) {
	now := clock.At(noon)
	dbtest.Each(t, now.Now, func(t *testing.T, d *db.DB) {
		now.Set(noon.AddDate(-4, 0, 0))
		for i := range 30 {
			note(t, d, fmt.Sprint("c", i+1))
			now.Advance(10 * 24 * time.Hour)
		}
		anchors := seal(t, d, 30)
		now.Set(noon.AddDate(-1, 0, -30))
		for i := range 3 {
			note(t, d, fmt.Sprint("d", i+1))
			now.Advance(190 * 24 * time.Hour)
		}
		now.Set(noon)
		anchors = append(anchors, seal(t, d, 3)...)
		for _, c := range []struct {
			keep time.Duration
			want int64
			left int
		}{{5 * 365 * 24 * time.Hour, 0, 33}, {3 * 365 * 24 * time.Hour, 30, 3}, {time.Hour, 2, 1}, {time.Hour, 0, 1}} {
			n, err := audit.Prune(t.Context(), d, c.keep)
			if err != nil || n != c.want {
				t.Fatalf("%s: %d went, wants %d, %v", c.keep, n, c.want, err)
			}
			if n > 0 {
				anchors = append(anchors, seal(t, d, 1)...)
			}
			v := verify(t, d, anchors)
			if v.Broken != "" || v.Pending != 0 {
				t.Errorf("%s: %+v", c.keep, v)
			}
			if page, err := (&audit.Service{DB: d}).List(t.Context(), judge, audit.Filter{Limit: 50, Action: "customer.change"}); err != nil || len(page.Items) != c.left {
				t.Errorf("%s: %d are left, wants %d, %v", c.keep, len(page.Items), c.left, err)
			}
		}
		for _, text := range []string{`DELETE FROM audit_entries WHERE record_id = 'd3'`, `INSERT INTO audit_pruned VALUES (1000, 1); DELETE FROM audit_entries WHERE record_id = 'd3'`} {
			if err := script(t, d, text); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", text, err)
			}
		}
	})
}

// TestTheChainAfterARestore: heads anchored before a restore, of what the backup replaced, are no
// fault; those dropped after it are.
func TestTheChainAfterARestore(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, now *clock.Hand, anchors []audit.Anchored) {
		head := anchors[0].Head
		lost := []audit.Anchored{{Position: 7, Head: strings.Repeat("ab", 32), At: now.Now()}, {Position: 9, Head: strings.Repeat("cd", 32), At: now.Now()}, {Position: 900, Head: strings.Repeat("ef", 32), At: now.Now()}}
		now.Advance(time.Hour)
		_, err := db.Write(t.Context(), d, wang, func(tx *db.Tx) (int, error) {
			return 0, audit.Note(tx, audit.Entry{Action: audit.ActionRestored, Kind: "backup", Details: map[string]any{"position": 5, "head": head}})
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 4 {
			note(t, d, fmt.Sprint("e", i))
		}
		all := append(append(anchors, lost...), seal(t, d, 5)...)
		if v := verify(t, d, all); v.Broken != "" || len(v.Restores) != 1 || v.Restores[0].Head != head {
			t.Errorf("%+v", v)
		}
		for _, a := range []audit.Anchored{{Position: 7, Head: strings.Repeat("ab", 32), At: now.Now().Add(time.Second)}, {Position: 901, Head: head, At: now.Now().Add(time.Second)}, {Position: 4, Head: head, At: noon}} {
			if v := verify(t, d, append([]audit.Anchored{a}, anchors...)); v.Broken == "" {
				t.Errorf("%+v is no fault", a)
			}
		}
	})
}
