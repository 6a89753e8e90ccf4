package app

import (
	"strings"
	"testing"
	"time"

	"zhike/internal/base/alarm"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/backup"
	"zhike/internal/base/exchange/export"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"
)

// TestTheLogIsSearched by whoever may: a person, an act and all that begin so, a record with what
// hangs on it, a time; and given out as it was searched.
func TestTheLogIsSearched(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		own := w.placements["own"]
		w.say(t, saying{as: "east", call: "PATCH /customers/" + own["customers"], body: `{"grade":"B"}`, match: `"` + num(w.versions["own"]) + `"`, status: 200})
		w.say(t, saying{as: "east", call: "POST /contacts/" + own["contacts"] + "/reveal", body: `{"field":"mobile","reason":"call"}`, status: 200})
		w.say(t, saying{as: "service", call: "POST /contacts/" + own["contacts"] + "/reveal", body: `{"field":"mobile","reason":"售后服务回电"}`, status: 200})
		for query, want := range map[string]struct{ has, lacks string }{
			"?action=sensitive.":                     {`"action":"sensitive.reveal_other"`, `"customer.change"`},
			"?action=sensitive.reveal":               {`"reason":"call"`, `reveal_other`},
			"?kind=contact&actor=" + w.users["east"]: {`"reason":"call"`, `"service"`},
			"?record=" + own["customers"]:            {`"field":"grade","new":"B"`, own["none"]},
			"?q=service":                             {`"who":"service"`, `"who":"east"`},
			"?q=customer.change":                     {`"customer.change"`, `"sensitive.`},
			"?since=2036-01-01T00:00:00Z":            {`"items":[]`, `"who"`},
		} {
			if want.lacks == "" {
				want.lacks = "nobody at all"
			}
			w.say(t, saying{as: "auditor", call: "GET /audit" + query, status: 200, has: []string{want.has}, lacks: []string{want.lacks, canaryValue, canaryText}})
		}
		w.say(t, saying{as: "leader", call: "GET /audit", status: 403})

		// Who looked, for whoever sees the customer.
		w.say(t, saying{as: "leader", call: "GET /customers/" + own["customers"] + "/history?only=looks", status: 200, has: []string{`"who":"service"`, `"who":"east"`, `reveal_other`}, lacks: []string{"customer.change", canaryValue}})
		w.say(t, saying{as: "second", call: "GET /customers/" + own["customers"] + "/history?only=looks", status: 404})

		var sheet strings.Builder
		n, err := w.Export.Give(t.Context(), w.actors["auditor"], export.New{Target: "audit", Format: "csv", Params: map[string]string{"action": "sensitive."}}, "zh-CN", &sheet)
		if err != nil || n < 2 || !strings.Contains(sheet.String(), "查看他人客户的号码") || strings.Contains(sheet.String(), canaryValue) || strings.Contains(sheet.String(), "修改客户") {
			t.Errorf("%d rows, %v: %s", n, err, sheet.String())
		}
		if _, err := w.Export.Give(t.Context(), w.actors["leader"], export.New{Target: "audit", Format: "csv"}, "zh-CN", &sheet); err == nil {
			t.Error("a leader gives the log out")
		}

		// The verdict, on screen.
		w.say(t, saying{as: "auditor", call: "GET /audit/verdict", status: 200, has: []string{`"state":"none"`}})
		w.say(t, saying{as: "auditor", call: "POST /audit/verdict", body: `{}`, status: 200, has: []string{`"running":true`}})
		for range 30 {
			if n, err := audit.Seal(t.Context(), w.DB, func(int64, string, time.Time) error { return nil }); err != nil || n == 0 {
				break
			}
		}
		must(t, w.Audit.Do(t.Context(), finished))
		w.say(t, saying{as: "auditor", call: "GET /audit/verdict", status: 200, has: []string{`"state":"whole"`}})
		w.Audit.Anchors = func() ([]audit.Anchored, error) {
			return []audit.Anchored{{Position: 1_000_000, Head: "ab", At: w.DB.Now()}}, nil
		}
		w.say(t, saying{as: "auditor", call: "POST /audit/verdict", body: `{}`, status: 200})
		must(t, w.Audit.Do(t.Context(), finished))
		w.say(t, saying{as: "auditor", call: "GET /audit/verdict", status: 200, has: []string{`"state":"broken"`, "its tail was cut"}})
		w.say(t, saying{as: "auditor", call: "GET /notices?kind=" + alarm.LogBroken, status: 200, has: []string{"操作日志校验不通过"}})
	})
}

// TestManyLooksAreTold once, at the limit; calls of one's own customers take nothing of the quota
// for others'.
func TestManyLooksAreTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.say(t, saying{as: "admin", call: "PATCH /settings", body: `{"values":{"reveal.own_alert":3,"reveal.other_limit":2}}`, status: 200})
		own := "/contacts/" + w.placements["own"]["contacts"] + "/reveal"
		told := func(n int) {
			t.Helper()
			got := w.say(t, saying{as: "auditor", call: "GET /notices?kind=" + alarm.ManyLooks, status: 200, lacks: []string{canaryValue}})
			if items := got["items"].([]any); len(items) != n {
				t.Errorf("%d notices, wants %d", len(items), n)
			}
		}
		for range 2 {
			w.say(t, saying{as: "east", call: "POST " + own, body: `{"field":"mobile","reason":"call"}`, status: 200})
		}
		told(0)
		for range 4 {
			w.say(t, saying{as: "east", call: "POST " + own, body: `{"field":"mobile","reason":"call"}`, status: 200})
		}
		told(1)
		w.say(t, saying{as: "auditor", call: "GET /notices?kind=" + alarm.ManyLooks, status: 200, has: []string{"east 今日已查看 3 个号码"}})
		for range 2 {
			w.say(t, saying{as: "service", call: "POST " + own, body: `{"field":"mobile","reason":"售后服务回电"}`, status: 200})
		}
		w.say(t, saying{as: "service", call: "POST " + own, body: `{"field":"mobile","reason":"售后服务回电"}`, status: 429, has: []string{"quota_used"}})
		told(2)
		w.hand.Advance(24 * time.Hour)
		w.say(t, saying{as: "service", call: "POST " + own, body: `{"field":"mobile","reason":"售后服务回电"}`, status: 200})
	})
}

// TestBackupsAreAskedFor: none of two nights is told each day; somebody is reminded each week to
// take one away, unless he did.
func TestBackupsAreAskedFor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		count := func(kind string) int {
			t.Helper()
			return len(w.say(t, saying{as: "admin", call: "GET /notices?kind=" + kind, status: 200})["items"].([]any))
		}
		day := func(missing, away int) {
			t.Helper()
			must(t, w.Alarms.Look(t.Context(), finished))
			must(t, w.Alarms.Look(t.Context(), finished))
			if m, a := count(alarm.BackupMissing), count(alarm.BackupAway); m != missing || a != away {
				t.Errorf("%s: %d and %d notices, wants %d and %d", w.DB.Now().Format(time.DateOnly), m, a, missing, away)
			}
		}
		day(0, 1) // the world's backup is of this week
		w.hand.Advance(72 * time.Hour)
		day(1, 1)
		w.hand.Advance(24 * time.Hour)
		day(2, 1)
		w.say(t, saying{as: "admin", call: "GET /backups/file?name=zhike-20260301-014000.backup", status: 200})
		w.hand.Advance(6 * 24 * time.Hour)
		day(3, 1)
		w.hand.Advance(7 * 24 * time.Hour)
		day(4, 2)
		for _, name := range []string{"..%2F..%2Fkeys%2Fkek", "zhike-20260301-014001.backup"} {
			w.say(t, saying{as: "admin", call: "GET /backups/file?name=" + name, status: 404})
		}
		w.say(t, saying{as: "admin", call: "GET /backups/file?name=", status: 422})
		w.say(t, saying{as: "admin", call: "GET /backups/file?name=%00", status: 400})
		w.say(t, saying{as: "auditor", call: "GET /audit?action=" + backup.ActionTaken, status: 200, has: []string{"zhike-20260301-014000.backup"}})
	})
}

// TestSavedAsItStood: saving without a change makes no version and no entry; a change makes one of each.
func TestSavedAsItStood(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, id := t.Context(), w.placements["own"]["customers"]
		before, err := w.Customers.Get(ctx, w.actors["east"], id)
		must(t, err)
		entries := len(dbtest.Dump(t, w.DB)["audit_entries"])
		same, err := w.Customers.Change(ctx, w.actors["east"], id, before.Version, customer.Change{Name: api.Some(before.Name), Tags: api.Some([]string(before.Tags))})
		must(t, err)
		if n := len(dbtest.Dump(t, w.DB)["audit_entries"]); n != entries || same.Version != before.Version {
			t.Errorf("%d entries instead of %d, version %d instead of %d", n, entries, same.Version, before.Version)
		}
		if _, err := w.Customers.Change(ctx, w.actors["mate"], id, before.Version, customer.Change{Name: api.Some(before.Name)}); fault.Code(err) != "not_found" {
			t.Errorf("out of reach, and nothing to change: %v", err)
		}
		other, err := w.Customers.Change(ctx, w.actors["east"], id, before.Version, customer.Change{Grade: api.Some("A")})
		must(t, err)
		if n := len(dbtest.Dump(t, w.DB)["audit_entries"]); n != entries+1 || other.Version != before.Version+1 {
			t.Errorf("%d entries instead of %d, version %d", n, entries+1, other.Version)
		}
	})
}
