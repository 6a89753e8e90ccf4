package app

import (
	"strings"
	"testing"
	"time"

	"zhike/internal/platform/clock"
	"zhike/internal/platform/db"
	"zhike/internal/platform/db/dbtest"
)

// standing are the codes of the rules that have an alert now, with how far each has come.
func (s *sim) standing() string {
	s.t.Helper()
	must(s.t, s.Alerts.Sweep(s.t.Context()))
	engine, _ := s.alerts()
	var out []string
	for _, line := range engine {
		if _, rest, _ := strings.Cut(line, " | "); strings.Contains(rest, "ended -") {
			words := strings.Fields(rest)
			out = append(out, words[0]+" "+strings.TrimSuffix(words[3], ","))
		}
	}
	return strings.Join(out, "; ")
}

func simulated(t *testing.T, test func(t *testing.T, s *sim)) {
	hand := clock.At(start)
	dbtest.Each(t, hand.Now, func(t *testing.T, d *db.DB) {
		hand.Set(start)
		test(t, newSim(t, d, hand, 7))
	})
}

// TestClockEdges (S111, S112): a limit is strictly passed, to the minute.
func TestClockEdges(t *testing.T) {
	simulated(t, func(t *testing.T, s *sim) {
		c := s.made("east", false, time.Time{}, true)
		at := func(d time.Duration, want string) {
			t.Helper()
			s.at(start.Add(d))
			if got := s.standing(); got != want {
				t.Errorf("%v after it took effect: %q, want %q", d, got, want)
			}
		}
		at(72*hour, "")
		at(72*hour+time.Minute, "no_follow_up 0")
		at(5*day, "no_follow_up 0")
		at(5*day+time.Minute, "no_follow_up 1")
		s.talk(c, s.now, true, time.Time{}) // nobody was reached: the clock goes on
		at(7*day, "no_follow_up 1")
		at(7*day+time.Minute, "no_follow_up 2")
		s.talk(c, s.now, false, time.Time{})
		at(7*day+2*time.Minute, "")
		s.talk(c, s.now, false, s.now.Add(14*day+10*time.Minute)) // planned, but further off than two weeks
		at(10*day+3*time.Minute, "")                              // by now it is within them
		s.move(c, "proposal", "interested", "客户直接要方案")
		moved := s.now.Sub(start)
		at(moved+168*hour, "")
		at(moved+168*hour+time.Minute, "proposal_long 0; stage_limit 0")
		at(moved+10*day+time.Minute, "proposal_long 0; stage_limit 1")
		s.move(c, "negotiating", "interested", "")
		at(s.now.Sub(start)+time.Minute, "")
	})
}

// TestImportedAreSilent (§14.5): the clock of an imported customer starts at its import, and nobody hears of it for seven days.
func TestImportedAreSilent(t *testing.T) {
	simulated(t, func(t *testing.T, s *sim) {
		s.made("east", true, start.AddDate(-2, 0, 0), true)
		for _, x := range []struct {
			after time.Duration
			want  string
		}{{time.Minute, ""}, {4 * day, ""}, {7*day - time.Minute, ""}, {7 * day, "dormant 0; no_follow_up 1"}, {7*day + time.Minute, "dormant 0; no_follow_up 2"}} {
			s.at(start.Add(x.after))
			if got := s.standing(); got != x.want {
				t.Errorf("%v after the import: %q, want %q", x.after, got, x.want)
			}
		}
	})
}

// TestTwoSweepsAtOnce: nodes that sweep at the same moment raise each alert once.
func TestTwoSweepsAtOnce(t *testing.T) {
	simulated(t, func(t *testing.T, s *sim) {
		for range 25 {
			s.made("east", false, time.Time{}, true)
		}
		s.at(start.Add(73 * hour))
		done := make(chan error, 4)
		for range cap(done) {
			go func() { done <- s.Alerts.Sweep(t.Context()) }()
		}
		for range cap(done) {
			must(t, <-done)
		}
		engine, _ := s.alerts()
		told, _ := s.told()
		if len(engine) != 25 || len(told) != 25 {
			t.Errorf("25 customers have %d alerts and %d notices", len(engine), len(told))
		}
		must(t, s.Alerts.Sweep(t.Context())) // again, as after a kill: nothing twice
		if again, _ := s.told(); len(again) != 25 {
			t.Errorf("a second sweep makes it %d", len(again))
		}
	})
}

// TestWhyAndSnooze: who reaches the customer reads why; who was told may put it off, and nobody else.
func TestWhyAndSnooze(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		must(t, w.Alerts.Sweep(t.Context()))
		id, alert := w.placements["own"]["customers"], w.placements["own"]["alerts"]
		w.say(t, saying{as: "east", call: "GET /alerts?customer=" + id, status: 200, has: []string{`"rule":"食品制造"`, `"mine":true`, "符合提醒规则"}, lacks: []string{canaryText}})
		w.say(t, saying{as: "leader", call: "GET /alerts?customer=" + id, status: 200, has: []string{`"mine":false`}})
		w.say(t, saying{as: "second", call: "GET /alerts?customer=" + id, status: 200, has: []string{`"items":[]`}})
		w.say(t, saying{as: "leader", call: "POST /alerts/" + alert + "/snooze", body: `{"minutes":60}`, status: 403})
		w.say(t, saying{as: "second", call: "POST /alerts/" + alert + "/snooze", body: `{"minutes":60}`, status: 404})
		w.say(t, saying{as: "east", call: "POST /alerts/" + alert + "/snooze", body: `{"until":"2020-01-01T00:00:00Z"}`, status: 422})
		w.say(t, saying{as: "east", call: "GET /notices?kind=alert_custom&unread=true", status: 200, has: []string{"温州甲泽食品有限公司"}})
		w.say(t, saying{as: "east", call: "POST /alerts/" + alert + "/snooze", body: `{"minutes":60}`, status: 200, has: []string{`"snoozed_until":"2026-03-02T02:00:00Z"`}})
		w.say(t, saying{as: "east", call: "GET /notices?kind=alert_custom", status: 200, has: []string{`"snoozed_until":"2026-03-02T02:00:00Z"`}})

		// A rule is changed, refused where it says nothing, put back, and taken away with its alerts.
		rules := w.say(t, saying{as: "admin", call: "GET /alerts/rules", status: 200, has: []string{"多日未跟进", "投诉久未关闭"}})
		shipped := rules["items"].([]any)[1].(map[string]any)
		path := "/alerts/rules/" + shipped["id"].(string)
		w.say(t, saying{as: "admin", call: "PATCH " + path, match: `"1"`, body: `{"filter":"{\"field\":\"nothing\",\"op\":\"eq\",\"value\":1}"}`, status: 422, has: []string{"unknown_field"}})
		w.say(t, saying{as: "admin", call: "PATCH " + path, match: `"1"`, body: `{"rungs":[{"limit":2,"unit":"stage","to":["owner"]}]}`, status: 422, has: []string{"rungs.unit"}})
		w.say(t, saying{as: "admin", call: "PATCH " + path, match: `"1"`, body: `{"rungs":[{"limit":48,"unit":"hours","to":["owner"]}]}`, status: 200, has: []string{`"changed":true`}})
		w.say(t, saying{as: "admin", call: "DELETE " + path, match: `"2"`, status: 409, has: []string{"alert_rule_ships"}})
		w.say(t, saying{as: "admin", call: "PATCH " + path, match: `"2"`, body: `{"reset":true}`, status: 200, has: []string{`"changed":false`, `"limit":72`}})
		w.say(t, saying{as: "admin", call: "DELETE /alerts/rules/" + w.rule, match: `"1"`, status: 204})
		w.say(t, saying{as: "east", call: "GET /alerts?customer=" + id, status: 200, has: []string{`"items":[]`}})
		w.say(t, saying{as: "east", call: "GET /notices?kind=alert_custom", status: 200, has: []string{`"ended_at":"2026-03-02`}})
	})
}

// TestCompanyCalendar: a company's own day, and next year's notice, are what notices and limits count by.
func TestCompanyCalendar(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		worked := func(day string) bool {
			at, err := time.ParseInLocation(time.DateOnly, day, inShanghai)
			must(t, err)
			ok, err := db.Read(t.Context(), w.DB, program, func(tx *db.Tx) (bool, error) {
				is, err := w.Notices.Workday(tx)
				if err != nil {
					return false, err
				}
				return is(at), nil
			})
			must(t, err)
			return ok
		}
		if worked("2026-03-07") || !worked("2026-03-09") {
			t.Error("the week is not as it is")
		}
		w.say(t, saying{as: "admin", call: "PATCH /calendar", body: `{"days":[{"date":"2026-03-07","work":true,"name":"盘点"},{"date":"2026-03-09"}]}`, status: 200, has: []string{`"name":"盘点"`, `"own":true`}})
		if !worked("2026-03-07") || worked("2026-03-09") {
			t.Error("the company's own days do not count")
		}
		w.say(t, saying{as: "admin", call: "PATCH /calendar", body: `{"days":[{"date":"2026-03-07","reset":true}]}`, status: 200})
		if worked("2026-03-07") {
			t.Error("a day that was put back is still worked")
		}
		w.say(t, saying{as: "east", call: "GET /calendar?year=2027", status: 200, has: []string{`"complete":false`}})
		w.hand.Set(time.Date(2026, 11, 20, 9, 0, 0, 0, inShanghai))
		w.say(t, saying{as: "admin", call: "GET /calendar", status: 200, has: []string{`"missing":[2027]`}})
		w.say(t, saying{as: "admin", call: "POST /calendar/load", body: `{"csv":"no such columns"}`, status: 422, has: []string{"bad_calendar"}})
		w.say(t, saying{as: "admin", call: "POST /calendar/load", body: `{"csv":"date,name,type\n2027-01-04,元旦,休\n2027-01-09,元旦,班\n"}`, status: 200, has: []string{`"complete":true`, `"missing":[]`}})
		if worked("2027-01-04") || !worked("2027-01-09") {
			t.Error("next year's notice does not count")
		}
	})
}
