package desk

import (
	"slices"
	"strconv"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/customfield"
	"zhike/internal/base/exchange/column"
	"zhike/internal/crm/feedback"
	"zhike/internal/crm/intake/colleague"
	"zhike/internal/crm/intake/reading"
	"zhike/internal/crm/need"
	"zhike/internal/crm/rule"
	"zhike/internal/crm/rule/cell"
	"zhike/internal/platform/db"
	"zhike/locale"
)

// The kinds of record that come in here.
const (
	ofNeed     = "need"
	ofFeedback = "feedback"
)

// A field of a sheet: its name, what it holds and out of which dictionary.
type field struct {
	name, dict string
	kind       customfield.Kind
	required   bool
}

var needFields = []field{{name: "code", kind: customfield.Text}, {name: "kind", dict: "need_type", kind: customfield.Choice, required: true},
	{name: "description", kind: customfield.LongText, required: true}, {name: "priority", dict: "priority", kind: customfield.Choice},
	{name: "solution", kind: customfield.LongText}, {name: "owner_id", kind: customfield.User}, {name: "state", dict: "done_state", kind: customfield.Choice},
	{name: "created_at", kind: customfield.DateTime}, {name: "closed_at", kind: customfield.DateTime}}

var feedbackFields = []field{{name: "code", kind: customfield.Text}, {name: "kind", dict: "feedback_type", kind: customfield.Choice, required: true},
	{name: "topic", dict: "feedback_topic", kind: customfield.Choice}, {name: "description", kind: customfield.LongText, required: true},
	{name: "handling", kind: customfield.LongText}, {name: "result", kind: customfield.LongText}, {name: "satisfaction", kind: customfield.Integer},
	{name: "feedback_at", kind: customfield.DateTime}, {name: "owner_id", kind: customfield.User}, {name: "state", dict: "feedback_state", kind: customfield.Choice},
	{name: "closed_at", kind: customfield.DateTime}}

// passive are what an export has and an import does not take.
var passive = []string{"creator_id", "imported", "created_at"}

// fields are what a column of a sheet may hold.
func (s *Service) fields(tx *db.Tx, kind string, all []field, lang string) ([]column.Field, error) {
	w, err := s.Book.In(tx)
	if err != nil {
		return nil, err
	}
	people, err := colleague.Read(tx.As(program))
	if err != nil {
		return nil, err
	}
	said, err := customfield.Called(tx)
	if err != nil {
		return nil, err
	}
	var out []column.Field
	for _, name := range []string{"code", "name", "credit_code"} {
		out = append(out, column.Field{Name: "customer." + name, Label: said.Label(lang, "customer", name), Group: "customer", Kind: customfield.Text,
			Words: slices.Concat(reading.Headings()["customer"][name], said.Shipped("customer", name)), Required: name == "name"})
	}
	for _, f := range all {
		x := column.Field{Name: f.name, Label: said.Label(lang, kind, f.name), Group: kind, Kind: f.kind, Words: slices.Concat(headings()[kind][f.name], said.Shipped(kind, f.name)), Required: f.required, Weak: true}
		switch {
		case f.dict != "":
			x.Choices = w.Labels(lang, f.dict)
			x.Looks = func(s string) bool { _, ok := w.ByLabel(f.dict, s); return ok }
		case f.kind == customfield.LongText:
			x.Mask = rule.MaskNumbers
		case f.kind == customfield.DateTime:
			x.Looks = func(s string) bool { _, ok := cell.ParseDayAhead(s, tx.Now()); return ok }
		case f.kind == customfield.User:
			x.Looks = func(s string) bool { _, ok := people.Find(s); return ok }
		}
		if f.name == "satisfaction" {
			x.Choices = w.Labels(lang, "satisfaction")
			x.Note = locale.Text(lang, "feedback.hint.points", nil)
		}
		out = append(out, x)
	}
	ours, err := reading.OwnFields(tx, s.Customers.Own, kind)
	if err != nil {
		return nil, err
	}
	who, _ := tx.Who().(access.Actor)
	out = append(out, reading.OwnColumns(ours, who, w, kind, lang)...)
	for _, name := range passive {
		if !slices.ContainsFunc(all, func(f field) bool { return f.name == name }) {
			out = append(out, column.Field{Name: name, Label: said.Label(lang, kind, name), Group: kind, Kind: customfield.Text, Weak: true, Passive: true})
		}
	}
	return out, nil
}

// owner reads who is to look after it; who has left does so no more.
func owner(r *reading.Reader, into *api.Opt[string]) {
	id, ok := r.Colleague("owner_id")
	if !ok {
		return
	}
	if c, _ := r.Colleagues.Find(r.Row.Values["owner_id"]); c.State != "active" {
		r.Wrong("owner_id", "colleague_left", nil)
		return
	}
	*into = api.Some(id)
}

func (s *Service) needs() *noun[need.Change] {
	whole := func(customerID string, in need.Change, h history) need.New {
		return need.New{CustomerID: customerID, Kind: in.Kind.V, Description: in.Description.V, Priority: in.Priority.V, Solution: in.Solution.V, OwnerID: in.OwnerID.V,
			State: in.State.V, AcceptVague: true, Custom: in.Custom, Imported: true, Created: h.began, Ended: h.ended}
	}
	return &noun[need.Change]{kind: ofNeed, may: access.NeedWrite, fields: needFields,
		read: func(r *reading.Reader) (c need.Change) {
			r.Choice("kind", "need_type", &c.Kind)
			r.Text("description", &c.Description)
			r.Choice("priority", "priority", &c.Priority)
			r.Text("solution", &c.Solution)
			owner(r, &c.OwnerID)
			r.Choice("state", "done_state", &c.State)
			c.AcceptVague = true // history is not to be put better
			return c
		},
		own: func(in *need.Change, custom map[string]any) { in.Custom = custom },
		held: func(tx *db.Tx, code, customerID string, in need.Change, h history, day [2]int64) (string, string, error) {
			return s.Needs.Held(tx, code, whole(customerID, in, h), day)
		},
		judge: func(tx *db.Tx, id, customerID string, in need.Change, h history) error {
			if id == "" {
				return s.Needs.JudgeIn(tx, whole(customerID, in, h))
			}
			return s.Needs.Foresee(tx, id, in)
		},
		make: func(tx *db.Tx, customerID string, in need.Change, h history) (string, error) {
			return s.Needs.CreateIn(tx, whole(customerID, in, h))
		},
		said: s.Needs.Said, change: s.Needs.ChangeIn, drop: s.Needs.TakeOut,
		back: func(in *need.Change, closed int64) { in.Back, in.AcceptVague = &closed, true },
	}
}

func (s *Service) feedback() *noun[feedback.Change] {
	whole := func(customerID string, in feedback.Change, h history) feedback.New {
		return feedback.New{CustomerID: customerID, Kind: in.Kind.V, Topic: in.Topic.V, Description: in.Description.V, Handling: in.Handling.V, Result: in.Result.V,
			Satisfaction: in.Satisfaction.V, FeedbackAt: h.began, OwnerID: in.OwnerID.V, State: in.State.V, AcceptVague: true, Custom: in.Custom, Imported: true, Ended: h.ended}
	}
	return &noun[feedback.Change]{kind: ofFeedback, may: access.FeedbackWrite, fields: feedbackFields,
		read: func(r *reading.Reader) (c feedback.Change) {
			r.Choice("kind", "feedback_type", &c.Kind)
			r.Choice("topic", "feedback_topic", &c.Topic)
			r.Text("description", &c.Description)
			r.Text("handling", &c.Handling)
			r.Text("result", &c.Result)
			points(r, &c.Satisfaction)
			owner(r, &c.OwnerID)
			r.Choice("state", "feedback_state", &c.State)
			c.AcceptVague = true
			return c
		},
		own: func(in *feedback.Change, custom map[string]any) { in.Custom = custom },
		held: func(tx *db.Tx, code, customerID string, in feedback.Change, h history, day [2]int64) (string, string, error) {
			return s.Feedback.Held(tx, code, whole(customerID, in, h), day)
		},
		judge: func(tx *db.Tx, id, customerID string, in feedback.Change, h history) error {
			if id == "" {
				return s.Feedback.JudgeIn(tx, whole(customerID, in, h))
			}
			return s.Feedback.Foresee(tx, id, in)
		},
		make: func(tx *db.Tx, customerID string, in feedback.Change, h history) (string, error) {
			return s.Feedback.CreateIn(tx, whole(customerID, in, h))
		},
		said: s.Feedback.Said, change: s.Feedback.ChangeIn, drop: s.Feedback.TakeOut,
		back: func(in *feedback.Change, closed int64) { in.Back, in.AcceptVague = &closed, true },
	}
}

// points reads a satisfaction: 4, 4分, 满意.
func points(r *reading.Reader, into *api.Opt[int64]) {
	text, ok := r.Cell("satisfaction")
	if !ok {
		return
	}
	if code, ok := r.Words.ByLabel("satisfaction", text); ok {
		text = code
	}
	digits := strings.TrimRightFunc(text, func(c rune) bool { return c < '0' || c > '9' })
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n > feedback.Best {
		r.Wrong("satisfaction", "not_listed", map[string]any{"choices": strings.Join(r.Words.Labels(r.Options.Lang, "satisfaction"), " / ")})
		return
	}
	*into = api.Some(n)
}
