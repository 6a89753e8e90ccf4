// Package segment is 客户分群: customers that meet a condition, when they came in and left,
// why, and what is then to be done. The tiers that ship are segments like others.
package segment

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/dictionary"
	"zhike/internal/base/share"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

var (
	// Table of segments: what they ask is no secret, but who is shown one is judged by base/share.
	Table = db.Shared("segments", db.Rights{Change: db.Change(string(access.SegmentWrite))})
	// Members are customers that a followed or static segment has or had; each is reached as its customer is.
	Members = db.Through("segment_members", "customer_id", customer.Table, db.Rights{See: db.See(string(access.CustomerRead))}).Quiet()
)

// The kinds of segments: a live one is asked anew each time, a static one keeps whom it had when it was made.
const (
	Live   = "live"
	Static = "static"
)

// A Segment as its viewers see it.
type Segment struct {
	ID          string          `db:"id" json:"id"`
	Code        api.Text        `db:"code" json:"code" doc:"Of one that ships."`
	Name        string          `db:"name" json:"name"`
	Kind        string          `db:"kind" json:"kind" enum:"live,static"`
	Filter      string          `db:"filter" json:"filter" doc:"The filter tree, as JSON text: what filter= of GET /customers takes."`
	Badge       int64           `db:"badge" json:"badge" doc:"A tier: its place among a customer's badges. 0 is none."`
	Tone        string          `db:"tone" json:"tone"`
	Followed    bool            `db:"followed" json:"followed" doc:"When customers come in and leave is kept, hourly."`
	Playbook    db.JSON[[]Step] `db:"playbook" json:"-"`
	Steps       []Step          `json:"playbook"`
	Shared      string          `db:"shared" json:"shared" enum:"mine,roles,all"`
	RoleIDs     api.Strings     `db:"role_ids" json:"role_ids"`
	OwnerID     api.Ref         `db:"owner_id" json:"owner_id"`
	RefreshedAt api.Time        `db:"refreshed_at" json:"refreshed_at"`
	MayChange   bool            `json:"may_change"`
	Count       *int64          `json:"count,omitempty" doc:"With count=1: the customers in the viewer's reach."`
	Version     int64           `db:"version" json:"version"`
}

func (s Segment) Revision() int64  { return s.Version }
func (s Segment) RecordID() string { return s.ID }

// A Step of a playbook becomes a task.
type Step struct {
	Step     string `json:"step,omitempty" maxLength:"40" doc:"Of one that ships: its words stand in locale."`
	Title    string `json:"title,omitempty" maxLength:"200"`
	To       string `json:"to" enum:"owner,leader,account_manager" doc:"Who is to do it. Where there is none, the owner."`
	Days     int64  `json:"days" minimum:"0" maximum:"365" doc:"Working days from when it is taken on."`
	Priority string `json:"priority,omitempty" enum:"high,medium,low"`
}

// New is what a caller says of a segment.
type New struct {
	Name     string   `json:"name" minLength:"1" maxLength:"60"`
	Kind     string   `json:"kind,omitempty" enum:"live,static"`
	Filter   string   `json:"filter" minLength:"2" maxLength:"8192"`
	Tone     string   `json:"tone,omitempty" enum:"gray,blue,violet,amber,orange,green,red,teal"`
	Badge    int64    `json:"badge,omitempty" minimum:"0" maximum:"99"`
	Followed bool     `json:"followed,omitempty"`
	Playbook []Step   `json:"playbook,omitempty" maxItems:"20"`
	Shared   string   `json:"shared,omitempty" enum:"mine,roles,all"`
	RoleIDs  []string `json:"role_ids,omitempty" maxItems:"50"`
}

// Change is what a caller may change. The filter of a static segment stays.
type Change struct {
	Name     api.Opt[string]   `json:"name,omitempty,omitzero" maxLength:"60"`
	Filter   api.Opt[string]   `json:"filter,omitempty,omitzero" maxLength:"8192"`
	Tone     api.Opt[string]   `json:"tone,omitempty,omitzero" enum:"gray,blue,violet,amber,orange,green,red,teal"`
	Badge    api.Opt[int64]    `json:"badge,omitempty,omitzero" minimum:"0" maximum:"99"`
	Followed api.Opt[bool]     `json:"followed,omitempty,omitzero"`
	Playbook api.Opt[[]Step]   `json:"playbook,omitempty,omitzero" maxItems:"20"`
	Shared   api.Opt[string]   `json:"shared,omitempty,omitzero" enum:"mine,roles,all"`
	RoleIDs  api.Opt[[]string] `json:"role_ids,omitempty,omitzero" maxItems:"50"`
}

//go:embed tiers.json
var tierFile []byte

type tier struct {
	Code     string          `json:"code"`
	Badge    int64           `json:"badge"`
	Tone     string          `json:"tone"`
	Filter   json.RawMessage `json:"filter"`
	Playbook []Step          `json:"playbook"`
}

// tiers are the segments that ship (DOMAIN §9).
var tiers = sync.OnceValue(func() (all []tier) {
	if err := json.Unmarshal(tierFile, &all); err != nil {
		panic("segment: tiers.json: " + err.Error())
	}
	return all
})

// Label is what a segment is called: its own name, or the words of one that ships.
func (s Segment) Label(lang string) string {
	if s.Name != "" || s.Code == "" {
		return s.Name
	}
	return locale.Text(lang, "segment.tier."+string(s.Code), nil)
}

// Words is what a step of a playbook says.
func (s Step) Words(lang string) string {
	if s.Step == "" {
		return s.Title
	}
	return locale.Text(lang, "segment.step."+s.Step, nil)
}

// thing is a segment as one that is shared.
func (s Segment) thing() share.Thing {
	return share.Thing{With: s.Shared, Owner: string(s.OwnerID), Roles: s.RoleIDs}
}

// Fields names what a filter asks, each once, in its order.
func Fields(filter string) (names []string) {
	var walk func(raw json.RawMessage)
	walk = func(raw json.RawMessage) {
		var n struct {
			All, Any []json.RawMessage
			Not      json.RawMessage
			Field    string
		}
		if json.Unmarshal(raw, &n) != nil {
			return
		}
		if n.Field != "" && !slices.Contains(names, n.Field) {
			names = append(names, n.Field)
		}
		for _, c := range append(append(n.All, n.Any...), n.Not) {
			if len(c) > 0 {
				walk(c)
			}
		}
	}
	walk(json.RawMessage(filter))
	return names
}

// Clauses are the ways into a segment: the branches of an any, or the whole filter.
func Clauses(filter string) []string {
	var n struct{ Any []json.RawMessage }
	if json.Unmarshal([]byte(filter), &n) != nil || len(n.Any) == 0 {
		return []string{filter}
	}
	var out []string
	for _, c := range n.Any {
		out = append(out, string(c))
	}
	return out
}

// personal says that a filter asks for whoever looks, who is nobody when the program asks.
func personal(filter string) bool { return strings.Contains(filter, `"me"`) }

// judge finds what is wrong with the parts of a segment that no filter says.
func judge(w *dictionary.Words, s *Segment) error {
	var wrong []fault.Detail
	refuse := func(field, code string) { wrong = append(wrong, fault.Detail{Field: field, Code: code}) }
	if s.Name = strings.Join(strings.Fields(s.Name), " "); s.Name == "" && s.Code == "" {
		refuse("name", "required")
	}
	for i := range s.Steps {
		p := &s.Steps[i]
		if p.Step == "" && strings.TrimSpace(p.Title) == "" {
			refuse("playbook.title", "required")
		}
		if p.Step != "" && !locale.Has("zh-CN", "segment.step."+p.Step) {
			refuse("playbook.step", "invalid")
		}
		if p.Priority == "" {
			p.Priority = "medium"
		}
		if !w.Has("priority", p.Priority) {
			refuse("playbook.priority", "invalid")
		}
	}
	if s.Followed && personal(s.Filter) {
		refuse("followed", "filter_is_personal")
	}
	if s.Badge > 0 && !s.Followed {
		refuse("badge", "not_followed")
	}
	return fault.Fields(wrong)
}
