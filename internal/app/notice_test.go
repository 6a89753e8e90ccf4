package app

import (
	"strconv"
	"testing"
	"time"

	"zhike/internal/base/notice"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
)

var inShanghai = time.FixedZone("Shanghai", 8*3600)

// TestPeopleAreTold: who is told what others do with his customers and tasks, once, and no longer than it is so.
func TestPeopleAreTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		unread := func(who string, n string) {
			t.Helper()
			w.say(t, saying{as: who, call: "GET /notices/unread", status: 200, has: []string{`"count":` + n + `,`}})
		}
		read := func(who string) {
			w.say(t, saying{as: who, call: "POST /notices/read-all", body: `{}`, status: 200, has: []string{`"count":0`}})
		}
		for _, who := range []string{"east", "mate", "first", "second", "leader"} {
			read(who)
		}
		k := w.say(t, saying{as: "leader", call: "POST /tasks", status: 201, body: `{"title":"给欧阳修远回电` + canaryText + `","owner_id":"` + w.users["first"] + `","due_at":"2026-03-09T10:00:00Z"}`})
		task := "/tasks/" + k["id"].(string)
		unread("first", "1")
		unread("leader", "0")
		w.say(t, saying{as: "first", call: "GET /notices?unread=true", status: 200, has: []string{`"kind":"task_given"`, "leader 派给您一项任务", `"title":"给欧阳修远回电` + canaryText, `"link":{"kind":"task"`}})
		w.say(t, saying{as: "second", call: "GET /notices", status: 200, lacks: []string{"task_given", "欧阳修远"}})
		k = w.say(t, saying{as: "leader", call: "PATCH " + task, body: `{"owner_id":"` + w.users["mate"] + `"}`, match: version(k), status: 200})
		unread("first", "0") // it is somebody else's now
		w.say(t, saying{as: "first", call: "GET /notices", status: 200, has: []string{`"ended_at":"2026-03-02`}})
		unread("mate", "1")
		w.say(t, saying{as: "mate", call: "POST " + task + "/done", match: version(k), status: 200})
		unread("mate", "0")

		own := w.placements["own"]["customers"]
		w.say(t, saying{as: "leader", call: "POST /customers/" + own + "/transfer", body: `{"to":"` + w.users["first"] + `"}`, match: `"` + num(w.versions["own"]) + `"`, status: 200})
		unread("east", "1")
		unread("first", "1")
		w.say(t, saying{as: "east", call: "GET /notices?unread=true", status: 200, has: []string{`"customer_taken"`, "温州甲泽食品有限公司", "被 leader 转给了别人"}, lacks: []string{"欧阳", canaryText, canaryValue}})
		w.say(t, saying{as: "first", call: "GET /notices?unread=true", status: 200, has: []string{`"customer_given"`}})
		c := w.say(t, saying{as: "leader", call: "GET /customers/" + own, status: 200})
		w.say(t, saying{as: "leader", call: "POST /customers/" + own + "/release", body: `{}`, match: version(c), status: 200})
		w.say(t, saying{as: "first", call: "GET /notices?unread=true", status: 200, has: []string{`"customer_released"`}, lacks: []string{`"customer_given"`}})
		w.say(t, saying{as: "mate", call: "POST /customers/" + own + "/claim", status: 200})
		w.say(t, saying{as: "first", call: "GET /notices?unread=true&kind=customer_claimed", status: 200, has: []string{"被 mate 认领"}, lacks: []string{"customer_released"}})
		c = w.say(t, saying{as: "mate", call: "GET /customers/" + own, status: 200})
		w.say(t, saying{as: "mate", call: "POST /customers/" + own + "/collaborators", body: `{"user_id":"` + w.users["second"] + `"}`, status: 201})
		w.say(t, saying{as: "second", call: "GET /notices?unread=true", status: 200, has: []string{`"collaborator_added"`}})
		w.say(t, saying{as: "leader", call: "DELETE /customers/" + own, match: version(c), status: 204})
		w.say(t, saying{as: "mate", call: "GET /notices?unread=true", status: 200, has: []string{`"customer_binned"`, "移入回收站"}})

		// What somebody is told is his alone.
		all := w.say(t, saying{as: "mate", call: "GET /notices?kind=customer_binned", status: 200})
		id := all["items"].([]any)[0].(map[string]any)["id"].(string)
		w.say(t, saying{as: "admin", call: "POST /notices/" + id + "/read", status: 404})
		w.say(t, saying{as: "admin", call: "GET /notices", status: 200, has: []string{`"items":[]`}})

		// Erasing the customer takes along what names it.
		must(t, w.erase(t, own))
		w.say(t, saying{as: "mate", call: "GET /notices", status: 200, lacks: []string{"温州甲泽食品有限公司"}})
	})
}

func (w *world) erase(t *testing.T, customer string) error {
	_, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (int, error) { return 0, w.Notices.Erased(tx, customer) })
	return err
}

// raise sends east n notices, each with a cause of its own.
func (w *world) raise(t *testing.T, n int, cause string) {
	t.Helper()
	_, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (int, error) {
		for i := range n {
			if err := w.Notices.Send(tx, notice.New{To: w.users["east"], Kind: "customer_given", Params: map[string]string{"by": "系统", "customer": "甲"}, Cause: cause + num(int64(i))}); err != nil {
				return 0, err
			}
		}
		return 0, nil
	})
	must(t, err)
}

// TestOncePerCause: raised again while it stands, it is not told again; after it ended, it is.
func TestOncePerCause(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.say(t, saying{as: "east", call: "POST /notices/read-all", body: `{}`, status: 200})
		w.raise(t, 1, "x")
		w.raise(t, 1, "x")
		w.say(t, saying{as: "east", call: "GET /notices/unread", status: 200, has: []string{`"count":1,`}})
		w.say(t, saying{as: "east", call: "POST /notices/read-all", body: `{}`, status: 200})
		w.raise(t, 1, "x")
		w.say(t, saying{as: "east", call: "GET /notices/unread", status: 200, has: []string{`"count":0,`}})
		_, err := db.Write(t.Context(), w.DB, program, func(tx *db.Tx) (int, error) { return 0, w.Notices.End(tx, "x0", "never raised") })
		must(t, err)
		w.raise(t, 1, "x")
		w.say(t, saying{as: "east", call: "GET /notices/unread", status: 200, has: []string{`"count":1,`}})
	})
}

// TestSnooze: what one puts off leaves the bell and comes back unread.
func TestSnooze(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.say(t, saying{as: "east", call: "POST /notices/read-all", body: `{}`, status: 200})
		w.raise(t, 1, "s")
		all := w.say(t, saying{as: "east", call: "GET /notices?unread=true", status: 200})
		id := all["items"].([]any)[0].(map[string]any)["id"].(string)
		w.say(t, saying{as: "east", call: "POST /notices/" + id + "/snooze", body: `{"until":"2020-01-01T00:00:00Z"}`, status: 422, has: []string{"until"}})
		w.say(t, saying{as: "second", call: "POST /notices/" + id + "/snooze", body: `{"minutes":60}`, status: 404})
		w.say(t, saying{as: "east", call: "POST /notices/" + id + "/snooze", body: `{"minutes":60}`, status: 200, has: []string{`"snoozed_until":"2026-03-02T02:00:00Z"`}})
		w.say(t, saying{as: "east", call: "GET /notices/unread", status: 200, has: []string{`"count":0,`}})
		w.hand.Advance(time.Hour)
		w.say(t, saying{as: "east", call: "GET /notices/unread", status: 200, has: []string{`"count":1,`}})
	})
}

// TestFlood: more than five of a kind at one moment are one line of the panel, which says how many.
func TestFlood(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.say(t, saying{as: "east", call: "POST /notices/read-all", body: `{}`, status: 200})
		w.raise(t, 5, "few")
		if n := w.unreadLines(t); n != 5 {
			t.Errorf("five are %d lines", n)
		}
		w.hand.Advance(time.Minute)
		w.raise(t, 6, "many")
		if n := w.unreadLines(t); n != 6 {
			t.Errorf("five and six are %d lines", n)
		}
		w.say(t, saying{as: "east", call: "GET /notices/latest", status: 200, has: []string{`"count":6`, `"unread":{"count":11,"capped":false}`}})
	})
}

func (w *world) unreadLines(t *testing.T) (n int) {
	t.Helper()
	for _, x := range w.say(t, saying{as: "east", call: "GET /notices/latest", status: 200})["items"].([]any) {
		if x.(map[string]any)["read_at"] == nil {
			n++
		}
	}
	return n
}

// TestHolidays: over 国庆 and 春节 2026 notices wait for the first working day, which may be a make-up day, and come as one list.
func TestHolidays(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, inShanghai)
		must(t, err)
		return v
	}
	office, lunch := notice.Hours{From: 9 * 60, To: 18 * 60}, notice.Hours{From: 12 * 60, To: 13*60 + 30}
	for _, c := range []struct {
		raised, told string
		quiet        notice.Hours
		waits        bool
	}{
		{"2026-03-02 09:00", "2026-03-02 09:00", notice.Hours{}, false},
		{"2026-03-02 08:59", "2026-03-02 09:00", notice.Hours{}, false},
		{"2026-03-02 18:00", "2026-03-03 09:00", notice.Hours{}, false},
		{"2026-03-06 19:00", "2026-03-09 09:00", notice.Hours{}, false}, // a weekend
		{"2026-03-02 12:10", "2026-03-02 13:30", lunch, false},
		{"2026-03-02 18:30", "2026-03-03 09:00", lunch, false},
		{"2026-03-02 10:00", "2026-03-02 10:00", notice.Hours{From: 22 * 60, To: 8 * 60}, false},
		{"2026-03-02 07:00", "2026-03-02 10:00", notice.Hours{From: 22 * 60, To: 10 * 60}, false},
		{"2026-03-02 10:00", "2026-03-02 10:00", notice.Hours{From: 8 * 60, To: 19 * 60}, false}, // quiet all day would be never
		{"2026-09-30 17:59", "2026-09-30 17:59", notice.Hours{}, false},
		{"2026-09-30 18:00", "2026-10-08 09:00", notice.Hours{}, true},
		{"2026-10-01 10:00", "2026-10-08 09:00", notice.Hours{}, true},
		{"2026-10-07 23:00", "2026-10-08 09:00", notice.Hours{}, true},
		{"2026-10-10 10:00", "2026-10-10 10:00", notice.Hours{}, false}, // a Saturday that is worked
		{"2026-10-09 19:00", "2026-10-10 09:00", notice.Hours{}, false},
		{"2026-09-20 10:00", "2026-09-20 10:00", notice.Hours{}, false},
		{"2026-02-14 10:00", "2026-02-14 10:00", notice.Hours{}, false}, // a Saturday that is worked before 春节
		{"2026-02-14 18:30", "2026-02-24 09:00", notice.Hours{}, true},
		{"2026-02-23 10:00", "2026-02-24 09:00", notice.Hours{}, true},
		{"2026-02-27 18:30", "2026-02-28 09:00", notice.Hours{}, false},
		{"2026-04-04 10:00", "2026-04-07 09:00", notice.Hours{}, false}, // three days of 清明 hide nothing
	} {
		got, waits := notice.Next(at(c.raised), office, c.quiet, rule.NationalCalendar().Workday)
		if !got.Equal(at(c.told)) || waits != c.waits {
			t.Errorf("raised %s: told %s (waits %v), should be %s (%v)", c.raised, got.Format("2006-01-02 15:04"), waits, c.told, c.waits)
		}
	}
	each(t, func(t *testing.T, w *world) {
		w.say(t, saying{as: "east", call: "POST /notices/read-all", body: `{}`, status: 200})
		for _, day := range []string{"2026-09-30 20:00", "2026-10-02 10:00", "2026-10-07 12:00"} {
			w.hand.Set(at(day))
			w.raise(t, 2, day)
			w.say(t, saying{as: "east", call: "GET /notices/unread", status: 200, has: []string{`"count":0,`}})
			w.say(t, saying{as: "east", call: "GET /notices?unread=true", status: 200, has: []string{`"items":[]`}})
		}
		w.hand.Set(at("2026-10-08 09:00"))
		w.say(t, saying{as: "east", call: "GET /notices/unread", status: 200, has: []string{`"count":6,`}})
		w.say(t, saying{as: "east", call: "GET /notices/latest", status: 200, has: []string{`"count":6`}})
		if n := w.unreadLines(t); n != 1 {
			t.Errorf("what waited over the holiday is %d lines, not one", n)
		}
	})
}

// TestChoosing: what one chooses oneself, and what cannot be switched off.
func TestChoosing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.say(t, saying{as: "east", call: "GET /me/notices", status: 200, has: []string{`"digest":true`, `"digest_at":"08:30"`, `"kind":"task_given"`, `"mail_ready":true`, `"has_address":false`}})
		w.say(t, saying{as: "east", call: "PATCH /me/notices", body: `{"kinds":{"customer_taken":{"product":false}}}`, status: 422, has: []string{"always_told"}})
		w.say(t, saying{as: "east", call: "PATCH /me/notices", body: `{"kinds":{"nonsense":{"mail":true}}}`, status: 422, has: []string{"kinds.nonsense"}})
		w.say(t, saying{as: "east", call: "PATCH /me/notices", body: `{"quiet_from":"12:00"}`, status: 422, has: []string{"quiet_to"}})
		w.say(t, saying{as: "east", call: "PATCH /me/notices", body: `{"quiet_from":"25:00","quiet_to":"26:00"}`, status: 422})
		w.say(t, saying{as: "east", call: "PATCH /me/notices", body: `{"kinds":{"task_given":{"product":false}},"quiet_from":"12:00","quiet_to":"13:30","digest":false}`, status: 200, has: []string{`"quiet_from":"12:00"`, `"digest":false`}})
		w.say(t, saying{as: "mate", call: "GET /me/notices", status: 200, has: []string{`"quiet_from":null`, `"digest":true`}})
		w.say(t, saying{as: "east", call: "POST /notices/read-all", body: `{}`, status: 200})
		w.say(t, saying{as: "leader", call: "POST /tasks", status: 201, body: `{"title":"x","owner_id":"` + w.users["east"] + `","due_at":"2026-03-09T10:00:00Z"}`})
		w.say(t, saying{as: "east", call: "GET /notices/unread", status: 200, has: []string{`"count":0,`}})
	})
}

func num(n int64) string { return strconv.FormatInt(n, 10) }
