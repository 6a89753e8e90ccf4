// Package mailing sends reports by mail on a schedule. Each reader gets the report as he may
// see it at the moment it is sent; whose rights no longer allow it gets none.
package mailing

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/crm/report"
	"zhike/internal/crm/report/file"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Table of mailings.
var Table = db.Shared("mailings", db.Rights{Change: db.Change(string(access.CustomerExport))})

var program = access.Program("mailing")

// How often a mailing goes out.
const (
	Daily   = "day"
	Workday = "workday"
	Weekly  = "week"
	Monthly = "month"
)

// What is sent: exactly one of Report, Saved and Board.
type What struct {
	Report string        `json:"report,omitempty" maxLength:"40" doc:"The code of one that ships."`
	Saved  string        `json:"saved,omitempty" maxLength:"40" doc:"The id of one that was kept; who gets it need not be shown the report itself."`
	Board  bool          `json:"board,omitempty" doc:"The dashboard."`
	Period report.Period `json:"period,omitempty" doc:"Of a report that ships and of the dashboard; a preset moves with the day."`
	Filter string        `json:"filter,omitempty" maxLength:"8192" doc:"A filter of customers."`
	By     string        `json:"by,omitempty" maxLength:"60"`
	Format string        `json:"format" enum:"pdf,xlsx,csv"`
}

// A Mailing as its owner and its readers see it.
type Mailing struct {
	ID      string        `db:"id" json:"id"`
	Name    string        `db:"name" json:"name"`
	Stored  db.JSON[What] `db:"what" json:"-"`
	What    What          `json:"what"`
	Every   string        `db:"every" json:"every" enum:"day,workday,week,month"`
	On      int64         `db:"on_day" json:"on" doc:"Of a week 1 (Monday) to 7, of a month 1 to 31 (the last day, where there are fewer)."`
	At      string        `db:"at" json:"at" doc:"HH:MM, in the company's zone."`
	To      api.Strings   `db:"to_ids" json:"to"`
	OwnerID string        `db:"owner_id" json:"owner_id"`
	Active  bool          `db:"active" json:"active"`
	NextAt  api.Time      `db:"next_at" json:"next_at"`
	SentAt  api.Time      `db:"sent_at" json:"sent_at"`
	Mine    bool          `json:"mine" doc:"Else one gets it from a colleague, and may leave it."`
	Version int64         `db:"version" json:"version"`
}

func (m Mailing) Revision() int64  { return m.Version }
func (m Mailing) RecordID() string { return m.ID }

// New is what a caller says of a mailing.
type New struct {
	Name   string   `json:"name" minLength:"1" maxLength:"60"`
	What   What     `json:"what"`
	Every  string   `json:"every" enum:"day,workday,week,month"`
	On     int64    `json:"on,omitempty" minimum:"0" maximum:"31"`
	At     string   `json:"at" maxLength:"5"`
	To     []string `json:"to,omitempty" maxItems:"100" doc:"Users; left out: oneself."`
	Active *bool    `json:"active,omitempty"`
}

// Changed is what its owner may change.
type Changed struct {
	Name   api.Opt[string]   `json:"name,omitempty,omitzero" maxLength:"60"`
	What   api.Opt[What]     `json:"what,omitempty,omitzero"`
	Every  api.Opt[string]   `json:"every,omitempty,omitzero" enum:"day,workday,week,month"`
	On     api.Opt[int64]    `json:"on,omitempty,omitzero" minimum:"0" maximum:"31"`
	At     api.Opt[string]   `json:"at,omitempty,omitzero" maxLength:"5"`
	To     api.Opt[[]string] `json:"to,omitempty,omitzero" maxItems:"100"`
	Active api.Opt[bool]     `json:"active,omitempty,omitzero"`
}

// judge brings a mailing into order, and says what is wrong with it.
func (m *Mailing) judge() error {
	if m.Name = strings.Join(strings.Fields(m.Name), " "); m.Name == "" {
		return fault.Rule("required", "name")
	}
	named := 0
	for _, is := range []bool{m.What.Report != "", m.What.Saved != "", m.What.Board} {
		if is {
			named++
		}
	}
	switch {
	case named != 1, m.What.Board && m.What.Format != "pdf":
		return fault.Rule("invalid", "what")
	case !slices.Contains([]string{Daily, Workday, Weekly, Monthly}, m.Every):
		return fault.Rule("invalid", "every")
	case m.Every == Weekly && (m.On < 1 || m.On > 7), m.Every == Monthly && (m.On < 1 || m.On > 31):
		return fault.Rule("invalid", "on")
	case len(m.To) == 0:
		return fault.Rule("required", "to")
	}
	if m.Every == Daily || m.Every == Workday {
		m.On = 0
	}
	if _, _, ok := clock(m.At); !ok {
		return fault.Rule("invalid", "at")
	}
	slices.Sort(m.To)
	m.To = slices.Compact(m.To)
	return nil
}

var hhmm = regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d)$`)

// clock reads HH:MM.
func clock(at string) (hour, minute int, ok bool) {
	m := hhmm.FindStringSubmatch(at)
	if m == nil {
		return 0, 0, false
	}
	hour, _ = strconv.Atoi(m[1])
	minute, _ = strconv.Atoi(m[2])
	return hour, minute, true
}

// furthest bounds the search for the next day, in a calendar without any working day.
const furthest = 400

// next is the first moment after now at which a mailing goes out; now is in the company's zone.
func (m *Mailing) next(now time.Time, worked func(time.Time) bool) (time.Time, bool) {
	hour, minute, ok := clock(m.At)
	for i := 0; ok && i < furthest; i++ {
		at := time.Date(now.Year(), now.Month(), now.Day()+i, hour, minute, 0, 0, now.Location())
		if at.After(now) && m.falls(at, worked) {
			return at, true
		}
	}
	return time.Time{}, false
}

func (m *Mailing) falls(day time.Time, worked func(time.Time) bool) bool {
	switch m.Every {
	case Workday:
		return worked(day)
	case Weekly:
		return (int64(day.Weekday())+6)%7+1 == m.On
	case Monthly:
		last := time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, day.Location()).Day()
		return int64(day.Day()) == min(m.On, int64(last))
	}
	return true
}

// query is what is asked for when it is sent.
func (w What) query() file.Query {
	return file.Query{Report: w.Report, Saved: w.Saved, Board: w.Board, Format: w.Format,
		StandardQuery: report.StandardQuery{Preset: w.Period.Preset, From: w.Period.From, To: w.Period.To, Filter: w.Filter, By: w.By}}
}
