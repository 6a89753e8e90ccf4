// Package alert is 提醒规则: conditions over what the house knows, a clock, and whom to tell.
//
// A rule asks a subject's field catalogue (customers, tasks, feedback) by the filter tree of
// the lists. Its clock counts from an instant of the record, its ladder says after how long
// whom. An alert is raised once for each cause (the record and the instant), by the first
// sweep after its limit, and ends by itself in the first sweep that does not find the cause
// any more; its notices end with it. Customers in the bin, lost or without an owner raise
// nothing. When people are told is base/notice's to say.
//
// Who is told (see package ladder): the owner; the leader, who is the nearest active leader from the customer's
// department upwards that is not the owner and sees the customer; the next leader, who is the
// one above; the account manager; whoever looks after the record (a piece of feedback, a task);
// the service leader, who is the nearest leader above the feedback's owner where that is a
// person of customer service, else of a department with people of customer service; named users
// and roles. Who is not active, or does not see the customer, is passed over, and where a rung
// has nobody the next one's people are told; where none has, the customer's owner.
package alert

import (
	"slices"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/notice"
	"zhike/internal/crm/alert/ladder"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

var (
	// Rules anybody may read; whoever manages settings changes them.
	Rules = db.Shared("alert_rules", db.Rights{Change: db.Change(string(access.SettingManage))})
	// Table of alerts; each is reached as its customer is.
	Table      = db.Through("alerts", "customer_id", customer.Table, db.Rights{See: db.See(string(access.CustomerRead))}).Quiet()
	recipients = db.Through("alert_recipients", "customer_id", customer.Table, db.Rights{See: db.See(string(access.CustomerRead))}).Quiet()
)

// What a rule looks at.
const (
	OfCustomer = "customer"
	OfTask     = "task"
	OfFeedback = "feedback"
)

// What a clock counts from. With None the condition says it all.
const (
	LastTalk   = "last_talk" // the last talk, else when it took effect; of an import not before it
	InStage    = "stage"     // when it came into its stage
	NextTalk   = "next_follow_up"
	Due        = "due"         // of a task
	FeedbackAt = "feedback_at" // when the customer said it
	None       = "none"
)

var clocks = map[string][]string{OfCustomer: {LastTalk, InStage, NextTalk, None}, OfTask: {Due, None}, OfFeedback: {FeedbackAt, None}}

// A Rung of a ladder, and the units it counts in.
type Rung = ladder.Rung

const (
	Stage  = ladder.Stage
	OnDay  = ladder.OnDay
	AtOnce = ladder.AtOnce
)

// A Rule as everybody sees it.
type Rule struct {
	ID            string          `db:"id" json:"id"`
	Code          api.Text        `db:"code" json:"code" doc:"Of one that ships."`
	Name          string          `db:"name" json:"name"`
	Active        bool            `db:"active" json:"active"`
	Subject       string          `db:"subject" json:"subject" enum:"customer,task,feedback"`
	Filter        string          `db:"filter" json:"filter" doc:"The filter tree over the subject's fields, as JSON text; empty: all."`
	Clock         string          `db:"clock" json:"clock" enum:"last_talk,stage,next_follow_up,due,feedback_at,none"`
	Stored        db.JSON[[]Rung] `db:"rungs" json:"-"`
	Rungs         []Rung          `json:"rungs"`
	RepeatDays    int64           `db:"repeat_days" json:"repeat_days" doc:"Told again after so many days while it stands. 0: once."`
	PlannedDays   int64           `db:"planned_days" json:"planned_days" doc:"A next follow-up planned within so many days makes it quiet. 0: no."`
	ImportedDays  int64           `db:"imported_days" json:"imported_days" doc:"Silent for so many days after a customer was imported."`
	RecordedHours int64           `db:"recorded_hours" json:"recorded_hours" doc:"A follow-up from so many hours before the instant on makes it quiet. 0: no."`
	Position      int64           `db:"position" json:"position"`
	Standing      int64           `json:"standing" doc:"Alerts in the viewer's reach that stand now."`
	Changed       bool            `json:"changed" doc:"Other than it ships."`
	Version       int64           `db:"version" json:"version"`
}

func (r Rule) Revision() int64  { return r.Version }
func (r Rule) RecordID() string { return r.ID }

// New is what a caller says of a rule.
type New struct {
	Name          string `json:"name" minLength:"1" maxLength:"60"`
	Active        bool   `json:"active,omitempty"`
	Subject       string `json:"subject" enum:"customer,task,feedback"`
	Filter        string `json:"filter,omitempty" maxLength:"8192"`
	Clock         string `json:"clock" enum:"last_talk,stage,next_follow_up,due,feedback_at,none"`
	Rungs         []Rung `json:"rungs" minItems:"1" maxItems:"6"`
	RepeatDays    int64  `json:"repeat_days,omitempty" minimum:"0" maximum:"365"`
	PlannedDays   int64  `json:"planned_days,omitempty" minimum:"0" maximum:"365"`
	ImportedDays  int64  `json:"imported_days,omitempty" minimum:"0" maximum:"365"`
	RecordedHours int64  `json:"recorded_hours,omitempty" minimum:"0" maximum:"8760"`
}

// Change is what a caller may change. Reset puts one that ships back to how it ships.
type Change struct {
	Name          api.Opt[string] `json:"name,omitempty,omitzero" maxLength:"60"`
	Active        api.Opt[bool]   `json:"active,omitempty,omitzero"`
	Filter        api.Opt[string] `json:"filter,omitempty,omitzero" maxLength:"8192"`
	Clock         api.Opt[string] `json:"clock,omitempty,omitzero" enum:"last_talk,stage,next_follow_up,due,feedback_at,none"`
	Rungs         api.Opt[[]Rung] `json:"rungs,omitempty,omitzero" maxItems:"6"`
	RepeatDays    api.Opt[int64]  `json:"repeat_days,omitempty,omitzero" minimum:"0" maximum:"365"`
	PlannedDays   api.Opt[int64]  `json:"planned_days,omitempty,omitzero" minimum:"0" maximum:"365"`
	ImportedDays  api.Opt[int64]  `json:"imported_days,omitempty,omitzero" minimum:"0" maximum:"365"`
	RecordedHours api.Opt[int64]  `json:"recorded_hours,omitempty,omitzero" minimum:"0" maximum:"8760"`
	Reset         bool            `json:"reset,omitempty"`
}

// Label is what a rule is called.
func (r Rule) Label(lang string) string {
	if r.Name != "" || r.Code == "" {
		return r.Name
	}
	return locale.Text(lang, "alert.rule."+string(r.Code), nil)
}

// kind is the notice that a rule raises.
func (r Rule) kind() string {
	if r.Code == "" {
		return "alert_custom"
	}
	return "alert_" + string(r.Code)
}

const proposal = "alert_propose"

// Kinds as base/notice knows them: one for each rule that ships.
func Kinds() (all []notice.Kind) {
	for _, r := range shipped() {
		all = append(all, notice.Kind{Code: r.kind()})
	}
	return append(all, notice.Kind{Code: proposal}, notice.Kind{Code: "alert_custom"})
}

var people = []string{"owner", "leader", "next_leader", "account_manager", "record_owner", "service_leader"}

// judge finds what is wrong with a rule's own parts.
func judge(r *Rule) error {
	var wrong []fault.Detail
	refuse := func(field, code string) { wrong = append(wrong, fault.Detail{Field: field, Code: code}) }
	if r.Name = strings.Join(strings.Fields(r.Name), " "); r.Name == "" && r.Code == "" {
		refuse("name", "required")
	}
	if !slices.Contains(clocks[r.Subject], r.Clock) {
		refuse("clock", "invalid")
	}
	if len(r.Rungs) == 0 {
		refuse("rungs", "required")
	}
	if strings.Contains(r.Filter, `"me"`) {
		refuse("filter", "filter_is_personal")
	}
	if r.Clock == None && (r.Filter == "" || r.RecordedHours > 0) {
		refuse("filter", "required")
	}
	for _, g := range r.Rungs {
		if g.Unit == Stage && r.Clock != InStage || g.Unit == OnDay && r.Clock != NextTalk && r.Clock != Due || (r.Clock == None) != (g.Unit == AtOnce) {
			refuse("rungs.unit", "invalid")
		}
		if g.Unit == OnDay && ladder.MinuteOf(g.At) < 0 {
			refuse("rungs.at", "invalid")
		}
		if len(g.To) == 0 {
			refuse("rungs.to", "required")
		}
		for _, to := range g.To {
			if !slices.Contains(people, to) && !strings.HasPrefix(to, "user:") && !strings.HasPrefix(to, "role:") {
				refuse("rungs.to", "invalid")
			}
		}
	}
	return fault.Fields(wrong)
}
