// Package workday is the company's calendar: the national notices that ship, those of later
// years that an administrator loads, and the days that the company itself works or does not.
package workday

import (
	"context"
	"strconv"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Table of the days that differ; whoever is signed in may know when the company works.
var Table = db.Shared("calendar_days", db.Rights{Change: db.Change(string(access.SettingManage))})

var (
	days = db.SQL(`SELECT d.id, d.name, d.work, d.own FROM {calendar_days d} ORDER BY d.id`, Table)
	drop = db.SQL(`DELETE FROM {calendar_days!change d} WHERE d.id = :id`, Table)
)

type row struct {
	Date    string `db:"id"`
	Name    string `db:"name"`
	Work    bool   `db:"work"`
	Own     bool   `db:"own"`
	Updated int64  `db:"updated_at"`
}

// Of is the calendar of the company within a unit of work: the one function that everything
// which counts working days asks.
func Of(tx *db.Tx) (rule.Calendar, error) {
	c, _, err := read(tx)
	return c, err
}

func read(tx *db.Tx) (rule.Calendar, map[string]row, error) {
	rows, err := db.All[row](tx, days, nil)
	c, own := rule.NationalCalendar(), map[string]row{}
	if err != nil || len(rows) == 0 {
		return c, own, err
	}
	var notice, said []rule.Day
	for _, r := range rows {
		if r.Own {
			said, own[r.Date] = append(said, rule.Day{Date: r.Date, Name: r.Name, Work: r.Work}), r
			continue
		}
		notice = append(notice, rule.Day{Date: r.Date, Name: r.Name, Work: r.Work})
	}
	c = c.With(notice)
	for i := range said { // one's own day does not make a year's notice complete
		day, _ := time.Parse(time.DateOnly, said[i].Date)
		said[i].Provisional = !c.Complete(day.Year())
	}
	return c.With(said), own, nil
}

// Service shows and changes the calendar.
type Service struct{ DB *db.DB }

// A Day of the year.
type Day struct {
	Date string   `json:"date"`
	Work bool     `json:"work"`
	Name api.Text `json:"name" doc:"Of a holiday or make-up day."`
	Own  bool     `json:"own" doc:"The company's own word."`
}

// A Year of the calendar: every day of it.
type Year struct {
	Year     int   `json:"year"`
	Complete bool  `json:"complete" doc:"The notice with its make-up days is loaded."`
	Missing  []int `json:"missing" doc:"Years whose notice is not loaded although they are near: this one, and from November the next."`
	Days     []Day `json:"days"`
}

// Query of the calendar.
type Query struct {
	Year int `query:"year" minimum:"0" maximum:"2100" doc:"Left out: this one."`
}

// Get gives a year.
func (s *Service) Get(ctx context.Context, who access.Actor, q Query) (Year, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Year, error) { return year(tx, q.Year) })
}

func year(tx *db.Tx, n int) (y Year, err error) {
	today, err := setting.Today(tx)
	if err != nil {
		return y, err
	}
	this, _ := strconv.Atoi(today[:4])
	if n == 0 {
		n = this
	}
	c, own, err := read(tx)
	if err != nil {
		return y, err
	}
	y = Year{Year: n, Complete: c.Complete(n), Missing: missing(c, this, today), Days: []Day{}}
	for d := time.Date(n, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() == n; d = d.AddDate(0, 0, 1) {
		_, mine := own[d.Format(time.DateOnly)]
		y.Days = append(y.Days, Day{d.Format(time.DateOnly), c.Workday(d), api.Text(c.Holiday(d)), mine})
	}
	return y, nil
}

// missing are the years that administrators are reminded of; the notice comes out in November.
func missing(c rule.Calendar, this int, today string) []int {
	out := []int{}
	if !c.Complete(this) {
		out = append(out, this)
	}
	if today[5:7] >= "11" && !c.Complete(this+1) {
		out = append(out, this+1)
	}
	return out
}

// Change says of some days whether they are worked.
type Change struct {
	Days []Said `json:"days" minItems:"1" maxItems:"366"`
}

// Said is one day as the company wants it.
type Said struct {
	Date  string `json:"date" minLength:"10" maxLength:"10"`
	Work  bool   `json:"work,omitempty"`
	Name  string `json:"name,omitempty" maxLength:"40"`
	Reset bool   `json:"reset,omitempty" doc:"As the notice has it again."`
}

// Change writes the company's own days, all or none. It answers the year of the first.
func (s *Service) Change(ctx context.Context, who access.Actor, _ string, _ int64, in Change) (Year, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Year, err error) {
		var dates []string
		for _, d := range in.Days {
			if _, err := time.Parse(time.DateOnly, d.Date); err != nil {
				return none, fault.Rule("invalid", "days")
			}
			dates = append(dates, d.Date)
			if d.Reset {
				if _, err := tx.ChangeAll(drop, db.Args{"id": d.Date}); err != nil {
					return none, err
				}
				continue
			}
			if err := tx.Put(Table, row{d.Date, strings.TrimSpace(d.Name), d.Work, true, tx.At()}, "id"); err != nil {
				return none, err
			}
		}
		if err := audit.Note(tx, audit.Entry{Action: "calendar.change", Kind: "calendar", Details: map[string]any{"days": dates}}); err != nil {
			return none, err
		}
		n, _ := strconv.Atoi(dates[0][:4])
		return year(tx, n)
	})
}

// Sheet is a year's notice.
type Sheet struct {
	CSV string `json:"csv" minLength:"1" maxLength:"100000" doc:"Columns date, name and type, as the national file has them."`
}

// Load takes in a year's notice; what the company itself said of a day stays.
func (s *Service) Load(ctx context.Context, who access.Actor, in Sheet) (Year, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Year, err error) {
		all, err := rule.ReadDays(strings.NewReader(in.CSV))
		if err != nil || len(all) == 0 {
			return none, fault.Rule("bad_calendar", "csv")
		}
		_, own, err := read(tx)
		if err != nil {
			return none, err
		}
		for _, d := range all {
			if _, mine := own[d.Date]; mine || d.Provisional {
				continue
			}
			if err := tx.Put(Table, row{d.Date, d.Name, d.Work, false, tx.At()}, "id"); err != nil {
				return none, err
			}
		}
		if err := audit.Note(tx, audit.Entry{Action: "calendar.load", Kind: "calendar", Details: map[string]any{"days": len(all)}}); err != nil {
			return none, err
		}
		n, _ := strconv.Atoi(all[0].Date[:4])
		return year(tx, n)
	})
}

// Routes are the operations on the calendar.
func (s *Service) Routes(r *api.Router) {
	api.List(r, api.Op{Path: "/calendar", May: access.Self}, s.Get)
	api.Change(r, api.Op{Path: "/calendar", May: access.SettingManage, Loose: true}, s.Change) // a day is said, not edited: there is no version to miss
	api.Ask(r, api.Op{Path: "/calendar/load", May: access.SettingManage}, s.Load)
}
