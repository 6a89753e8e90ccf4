package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

var (
	noon  = time.Date(2026, 11, 21, 4, 0, 0, 0, time.UTC)
	wang  = access.SignedIn(access.Person{User: "u1", Login: "wang", Roles: []access.Role{{Scope: access.Own, Permissions: []access.Permission{access.CustomerRead}}}})
	judge = access.SignedIn(access.Person{User: "u2", Login: "judge", Roles: []access.Role{{Scope: access.All, Permissions: []access.Permission{access.AuditRead}}}})
)

// each runs test over five sealed entries, of which the anchors know the last head.
func each(t *testing.T, test func(t *testing.T, d *db.DB, now *clock.Hand, anchors []audit.Anchored)) {
	now := clock.At(noon)
	dbtest.Each(t, now.Now, func(t *testing.T, d *db.DB) {
		now.Set(noon)
		for i := range 5 {
			now.Advance(time.Second)
			note(t, d, fmt.Sprint("c", i+1))
		}
		test(t, d, now, seal(t, d, 5))
	})
}

func note(t *testing.T, d *db.DB, record string) {
	t.Helper()
	_, err := db.Write(t.Context(), d, wang.From(access.Origin{Address: "192.0.2.7"}), func(tx *db.Tx) (int, error) {
		return 0, audit.Note(tx, audit.Entry{Action: "customer.change", Kind: "customer", Record: record, Customer: record,
			Changes: []audit.Change{{Field: "name", Old: "\u7532 <&> \"'", New: 1.5}, {Field: "size", Old: nil, New: []any{"a", true}}, {Field: "employees", New: int64(1 << 60)}},
			Details: map[string]any{"z": 1, "a": map[string]any{"y": 0.1, "b": nil}, "ratio": 1e21}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func seal(t *testing.T, d *db.DB, want int) (anchors []audit.Anchored) {
	t.Helper()
	n, err := audit.Seal(t.Context(), d, func(position int64, head string, at time.Time) error {
		anchors = append(anchors, audit.Anchored{Position: position, Head: head, At: at})
		return nil
	})
	if err != nil || n != want {
		t.Fatalf("sealed %d, wants %d, %v", n, want, err)
	}
	return anchors
}

func verify(t *testing.T, d *db.DB, anchors []audit.Anchored) audit.Verdict {
	t.Helper()
	v, err := audit.Verify(t.Context(), d, anchors)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// script runs SQL as somebody with the database's own password would.
func script(t *testing.T, d *db.DB, text string) error {
	t.Helper()
	if d.Path() == "" {
		return d.Exec(t.Context(), text)
	}
	other, err := db.Open(t.Context(), d.Path(), db.Options{Now: d.Now, Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	return other.Exec(t.Context(), text)
}

func disarm(t *testing.T, d *db.DB) {
	t.Helper()
	text := `DROP TRIGGER audit_entries_stay; DROP TRIGGER audit_entries_last; DROP TRIGGER audit_seal_stays; DROP TRIGGER audit_seal_lasts;`
	if d.Engine() == "postgresql" {
		text = `DROP TRIGGER audit_entries_stay ON audit_entries; DROP TRIGGER audit_entries_last ON audit_entries; DROP TRIGGER audit_seal_stays ON audit_seal;`
	}
	if err := script(t, d, text); err != nil {
		t.Fatal(err)
	}
}

func TestAWholeChainVerifies(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, now *clock.Hand, anchors []audit.Anchored) {
		if v := verify(t, d, anchors); v.Broken != "" || v.Sealed != 5 || v.Pending != 0 || v.Head != anchors[0].Head {
			t.Errorf("the verdict is %+v", v)
		}
		if v := verify(t, d, nil); v.Broken != "" {
			t.Errorf("without anchors: %+v", v)
		}
		note(t, d, "c6")
		if v := verify(t, d, anchors); v.Broken != "" || v.Pending != 1 {
			t.Errorf("an entry of this second is a fault: %+v", v)
		}
		now.Advance(61 * time.Second)
		if v := verify(t, d, anchors); !strings.Contains(v.Broken, "was never sealed") {
			t.Errorf("an entry that nobody sealed for a minute is no fault: %+v", v)
		}
		more := seal(t, d, 1)
		if v := verify(t, d, append(anchors, more...)); v.Broken != "" || v.Sealed != 6 || v.Pending != 0 {
			t.Errorf("sealed late: %+v", v)
		}
		seal(t, d, 0)
	})
}

// TestALateCommitIsSealed has an entry appear whose id is older than what is sealed already.
func TestALateCommitIsSealed(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, now *clock.Hand, anchors []audit.Anchored) {
		now.Advance(-5 * time.Minute)
		note(t, d, "late")
		now.Advance(6 * time.Minute)
		seal(t, d, 1)
		if v := verify(t, d, anchors); v.Broken != "" || v.Sealed != 6 {
			t.Errorf("the verdict is %+v", v)
		}
	})
}

func TestTheLogRefusesChanges(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, _ *clock.Hand, anchors []audit.Anchored) {
		for _, text := range []string{
			`UPDATE audit_entries SET actor = 'li'`, `DELETE FROM audit_entries`, `UPDATE audit_seal SET head = entry_hash`, `DELETE FROM audit_seal WHERE position = 5`,
		} {
			if err := script(t, d, text); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", text, err)
			}
		}
		if d.Engine() == "postgresql" {
			for _, text := range []string{`TRUNCATE audit_entries`, `TRUNCATE audit_seal`} {
				if err := script(t, d, text); err == nil || !strings.Contains(err.Error(), "append-only") {
					t.Errorf("%s: %v", text, err)
				}
			}
		}
		if v := verify(t, d, anchors); v.Broken != "" || v.Sealed != 5 {
			t.Errorf("the verdict is %+v", v)
		}
	})
}

const third = ` WHERE id = (SELECT entry_id FROM audit_seal WHERE position = 3)`

func TestEveryEditIsFound(t *testing.T) {
	for _, c := range []struct{ edit, say string }{
		{`UPDATE audit_entries SET at = at + 1` + third, "position 3: it was changed"},
		{`UPDATE audit_entries SET actor_id = 'u9'` + third, "position 3: it was changed"},
		{`UPDATE audit_entries SET actor = 'li'` + third, "position 3: it was changed"},
		{`UPDATE audit_entries SET address = ''` + third, "position 3: it was changed"},
		{`UPDATE audit_entries SET action = 'customer.read'` + third, "position 3: it was changed"},
		{`UPDATE audit_entries SET kind = 'task'` + third, "position 3: it was changed"},
		{`UPDATE audit_entries SET record_id = 'c9'` + third, "position 3: it was changed"},
		{`UPDATE audit_entries SET customer_id = ''` + third, "position 3: it was changed"},
		{`UPDATE audit_entries SET kind = 'custom', record_id = 'erc3'` + third, "position 3: it was changed"}, // the same letters, cut elsewhere
		{`UPDATE audit_entries SET changes = '[]'` + third, "position 3: it was changed"},
		{`UPDATE audit_entries SET details = '{}'` + third, "position 3: it was changed"},
		{`UPDATE audit_entries SET id = id || 'x'` + third, "position 3: the entry is gone"},
		{`DELETE FROM audit_entries` + third, "position 3: the entry is gone"},
		{`DELETE FROM audit_seal WHERE position = 3`, "position 4: a seal before it is missing"},
		{`DELETE FROM audit_entries` + third + `; DELETE FROM audit_seal WHERE position = 3; UPDATE audit_seal SET position = position - 1 WHERE position > 3`, "position 3: it was changed or moved"},
		{`UPDATE audit_seal SET position = 9 WHERE position = 2; UPDATE audit_seal SET position = 2 WHERE position = 3; UPDATE audit_seal SET position = 3 WHERE position = 9`, "position 2: it was changed or moved"},
		{`UPDATE audit_seal SET entry_hash = head WHERE position = 3`, "position 3: it was changed"},
		{`UPDATE audit_seal SET head = entry_hash WHERE position = 3`, "position 3: it was changed"},
		{`DELETE FROM audit_seal WHERE position = 5`, "its tail was cut"},
		{`DELETE FROM audit_entries WHERE id = (SELECT entry_id FROM audit_seal WHERE position = 5); DELETE FROM audit_seal WHERE position = 5`, "its tail was cut"},
		{`DELETE FROM audit_entries; DELETE FROM audit_seal`, "its tail was cut"},
		{`DELETE FROM audit_entries WHERE id = (SELECT entry_id FROM audit_seal WHERE position = 1)`, "position 1: the entry is gone"},
		{`DELETE FROM audit_entries`, "position 1: the entry is gone"},
		{`INSERT INTO audit_pruned VALUES (3, 1); DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_seal WHERE position <= 3)`, "position 1: the entry is gone"},
		{`INSERT INTO audit_entries (id, at, actor, action, changes, details) VALUES ('0', 1, 'li', 'customer.read', '[]', '{}')`, "entry 0 was never sealed"},
	} {
		t.Run(c.say+" "+c.edit, func(t *testing.T) {
			each(t, func(t *testing.T, d *db.DB, _ *clock.Hand, anchors []audit.Anchored) {
				disarm(t, d)
				if err := script(t, d, c.edit); err != nil {
					t.Fatal(err)
				}
				if v := verify(t, d, anchors); !strings.Contains(v.Broken, c.say) {
					t.Errorf("the verdict is %q, wants %q", v.Broken, c.say)
				}
			})
		})
	}
}

// TestAChainMadeAnewIsFound has somebody with all rights change an entry and seal
// everything again: only the head kept outside tells.
func TestAChainMadeAnewIsFound(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, _ *clock.Hand, anchors []audit.Anchored) {
		disarm(t, d)
		if err := script(t, d, `UPDATE audit_entries SET actor = 'li'`+third+`; DELETE FROM audit_seal`); err != nil {
			t.Fatal(err)
		}
		seal(t, d, 5)
		if v := verify(t, d, nil); v.Broken != "" {
			t.Errorf("by itself it is whole, and the verdict is %+v", v)
		}
		if v := verify(t, d, anchors); !strings.Contains(v.Broken, "head anchored outside") {
			t.Errorf("with the anchor the verdict is %+v", v)
		}
	})
}

func TestManySealersMakeOneChain(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, _ *clock.Hand, _ []audit.Anchored) {
		var writers, sealers sync.WaitGroup
		var mu sync.Mutex
		var anchors []audit.Anchored
		sealAll := func() (int, error) {
			return audit.Seal(context.Background(), d, func(p int64, head string, _ time.Time) error {
				mu.Lock()
				defer mu.Unlock()
				anchors = append(anchors, audit.Anchored{Position: p, Head: head})
				return nil
			})
		}
		for w := range 8 {
			writers.Go(func() {
				for i := range 10 {
					note(t, d, fmt.Sprint("w", w, "-", i))
				}
			})
		}
		for range 4 {
			sealers.Go(func() {
				for range 10 {
					if _, err := sealAll(); err != nil {
						t.Error(err)
					}
				}
			})
		}
		writers.Wait()
		sealers.Wait()
		if _, err := sealAll(); err != nil {
			t.Fatal(err)
		}
		if v := verify(t, d, anchors); v.Broken != "" || v.Sealed != 85 || v.Pending != 0 {
			t.Errorf("the verdict is %+v", v)
		}
	})
}

func TestAFailedAnchorIsSaid(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, _ *clock.Hand, _ []audit.Anchored) {
		note(t, d, "c6")
		full := errors.New("disk full")
		if _, err := audit.Seal(t.Context(), d, func(int64, string, time.Time) error { return full }); !errors.Is(err, full) {
			t.Errorf("the sealer says %v", err)
		}
	})
}

func TestWhoReadsTheLog(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, now *clock.Hand, _ []audit.Anchored) {
		s := &audit.Service{DB: d}
		for _, c := range []struct {
			who  access.Actor
			in   audit.Filter
			want int
		}{
			{judge, audit.Filter{Limit: 50}, 5},
			{judge, audit.Filter{Limit: 2}, 2},
			{judge, audit.Filter{Limit: 50, Record: "c2"}, 1},
			{judge, audit.Filter{Limit: 50, Actor: "u1", Action: "customer.change"}, 5},
			{judge, audit.Filter{Limit: 50, Actor: "u2"}, 0},
			{judge, audit.Filter{Limit: 50, Since: noon.Add(4 * time.Second).Format(time.RFC3339)}, 2},
			{judge, audit.Filter{Limit: 50, Until: noon.Add(4 * time.Second).Format(time.RFC3339)}, 3},
			{wang, audit.Filter{Limit: 50}, 0},
			{access.Actor{}, audit.Filter{Limit: 50}, 0},
		} {
			page, err := s.List(t.Context(), c.who, c.in)
			if err != nil || len(page.Items) != c.want {
				t.Errorf("%s asks %+v and reads %d entries, wants %d, %v", c.who.Name(), c.in, len(page.Items), c.want, err)
			}
		}
		page, err := s.List(t.Context(), judge, audit.Filter{Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		first := page.Items[0]
		if first.Who != "wang" || first.ActorID != "u1" || first.Address != "192.0.2.7" || first.Record != "c5" || len(first.Differs) != 3 || first.Also["z"] != float64(1) {
			t.Errorf("the newest entry reads %+v", first)
		}
		n, err := db.Read(t.Context(), d, wang, func(tx *db.Tx) (int64, error) {
			return audit.CountSince(tx, "u1", "customer.change", noon.Add(3*time.Second).UnixMilli())
		})
		if err != nil || n != 3 {
			t.Errorf("a quota counts %d acts, wants 3, %v", n, err)
		}
		h, err := db.Read(t.Context(), d, wang, func(tx *db.Tx) (api.Page[audit.Shown], error) { return audit.History(tx, "c3", false, "", 10) })
		if err != nil || len(h.Items) != 1 || h.Items[0].Record != "c3" {
			t.Errorf("the history of c3 is %+v, %v", h.Items, err)
		}
		// Nobody but Note writes an entry, and not even the program changes one.
		_, err = db.Write(t.Context(), d, judge, func(tx *db.Tx) (int, error) {
			return 0, tx.Insert(audit.Table, struct {
				ID string `db:"id"`
			}{"x"})
		})
		if !errors.Is(err, db.ErrDenied) {
			t.Errorf("an auditor wrote an entry: %v", err)
		}
	})
}
