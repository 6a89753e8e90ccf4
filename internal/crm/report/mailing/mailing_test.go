package mailing

import (
	"testing"
	"time"
)

func TestNext(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	holiday := map[string]bool{"2026-10-01": true, "2026-10-02": true, "2026-10-05": true, "2026-10-06": true, "2026-10-07": true}
	made := map[string]bool{"2026-10-10": true}
	worked := func(d time.Time) bool {
		day := d.Format(time.DateOnly)
		return made[day] || !holiday[day] && d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
	}
	for _, c := range []struct {
		name  string
		m     Mailing
		now   string
		wants string
	}{
		{"later today", Mailing{Every: Daily, At: "08:30"}, "2026-11-22 08:29", "2026-11-22 08:30"},
		{"at the minute: tomorrow", Mailing{Every: Daily, At: "08:30"}, "2026-11-22 08:30", "2026-11-23 08:30"},
		{"over a year's end", Mailing{Every: Daily, At: "00:00"}, "2026-12-31 00:00", "2027-01-01 00:00"},
		{"Monday", Mailing{Every: Weekly, On: 1, At: "09:00"}, "2026-11-22 10:00", "2026-11-23 09:00"},
		{"Sunday is the seventh", Mailing{Every: Weekly, On: 7, At: "09:00"}, "2026-11-22 10:00", "2026-11-29 09:00"},
		{"the 31st of a month of 30", Mailing{Every: Monthly, On: 31, At: "18:00"}, "2026-11-01 00:00", "2026-11-30 18:00"},
		{"the 31st after February's end", Mailing{Every: Monthly, On: 31, At: "18:00"}, "2027-02-28 18:00", "2027-03-31 18:00"},
		{"the 29th in a leap year", Mailing{Every: Monthly, On: 29, At: "18:00"}, "2028-02-01 00:00", "2028-02-29 18:00"},
		{"the 1st", Mailing{Every: Monthly, On: 1, At: "07:05"}, "2026-11-01 07:05", "2026-12-01 07:05"},
		{"working days leave the holiday out", Mailing{Every: Workday, At: "08:00"}, "2026-09-30 08:00", "2026-10-08 08:00"},
		{"and take the day that is made up", Mailing{Every: Workday, At: "08:00"}, "2026-10-09 08:00", "2026-10-10 08:00"},
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", c.now, zone)
		if err != nil {
			t.Fatal(err)
		}
		at, ok := c.m.next(now, worked)
		if got := at.Format("2006-01-02 15:04"); !ok || got != c.wants {
			t.Errorf("%s: %s, not %s", c.name, got, c.wants)
		}
	}
	if _, ok := (&Mailing{Every: Workday, At: "08:00"}).next(time.Unix(1_800_000_000, 0), func(time.Time) bool { return false }); ok {
		t.Error("a calendar without working days has a next one")
	}
}

func TestJudge(t *testing.T) {
	good := Mailing{Name: " 周报 ", What: What{Report: "growth", Format: "pdf"}, Every: Weekly, On: 1, At: "08:30", To: []string{"b", "a", "b"}}
	if err := good.judge(); err != nil || good.Name != "周报" || len(good.To) != 2 {
		t.Errorf("%v %+v", err, good)
	}
	for name, spoil := range map[string]func(m *Mailing){
		"no name":           func(m *Mailing) { m.Name = " " },
		"nothing to send":   func(m *Mailing) { m.What.Report = "" },
		"two things":        func(m *Mailing) { m.What.Board = true },
		"a board as sheet":  func(m *Mailing) { m.What = What{Board: true, Format: "xlsx"} },
		"an eighth weekday": func(m *Mailing) { m.On = 8 },
		"no day of a month": func(m *Mailing) { m.Every, m.On = Monthly, 0 },
		"no reader":         func(m *Mailing) { m.To = nil },
		"no such time":      func(m *Mailing) { m.At = "24:00" },
		"a short time":      func(m *Mailing) { m.At = "8:30" },
		"a signed time":     func(m *Mailing) { m.At = "+8:30" },
	} {
		m := good
		m.To = []string{"a"}
		if spoil(&m); m.judge() == nil {
			t.Errorf("%s passes", name)
		}
	}
}
