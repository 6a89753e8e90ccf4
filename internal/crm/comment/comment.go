// Package comment is what colleagues say to one another about a follow-up: with the names of
// those who are to hear of it.
//
// Whoever may write a follow-up may say something about one, a collaborator too, and whoever
// reads follow-ups of the customer reads it. Only who sees the customer can be named. A comment
// is changed and taken away by its writer alone, as long as a follow-up is (followup.correct_hours);
// of one that was taken away it stays that it was there. The log tells of them at their
// follow-up: undoing an import leaves one alone that somebody spoke about.
package comment

import (
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/notice"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

var (
	read  = db.See(string(access.FollowUpRead))
	write = db.Add(string(access.FollowUpWrite))

	// Table of comments, each reached as its customer is.
	Table = db.Through("comments", "customer_id", customer.Table, db.Rights{See: read, Add: write, Change: write}).Guard("author_id", "follow_up_id", "deleted_at")

	say  = Table.Setter(write, "author_id", "follow_up_id")
	drop = Table.Setter(write, "deleted_at")
)

// The program's own acts here: looking up whom to tell.
var program = access.Program("comment")

// The kinds of notices from here.
const (
	mentioned = "comment_mention"
	answered  = "comment_mine"
)

// Kinds as base/notice knows them.
var Kinds = []notice.Kind{{Code: mentioned}, {Code: answered}}

// A Comment as its readers see it.
type Comment struct {
	ID         string      `db:"id" json:"id"`
	CustomerID string      `db:"customer_id" json:"customer_id"`
	FollowUpID string      `db:"follow_up_id" json:"follow_up_id"`
	AuthorID   api.Ref     `db:"author_id" json:"author_id"`
	AuthorName api.Text    `db:"author_name" json:"author_name"`
	At         api.Time    `db:"at" json:"at"`
	ChangedAt  api.Time    `db:"changed_at" json:"changed_at"`
	DeletedAt  api.Time    `db:"deleted_at" json:"deleted_at" doc:"It was taken away by its writer: the text is gone."`
	Text       string      `json:"text"`
	MentionIDs api.Strings `db:"mention_ids" json:"mention_ids"`
	Mentions   []Named     `json:"mentions"`
	MayChange  bool        `json:"may_change" doc:"By its writer, for 24 hours."`
	Version    int64       `db:"version" json:"version"`

	Sealed []byte `db:"texts" json:"-"`
}

func (c Comment) Revision() int64  { return c.Version }
func (c Comment) RecordID() string { return c.ID }

// Named is a colleague by his name.
type Named struct {
	ID   string `db:"id" json:"id"`
	Name string `db:"name" json:"name"`
}

// New is what a caller says.
type New struct {
	Text       string   `json:"text" minLength:"1" maxLength:"2000"`
	MentionIDs []string `json:"mention_ids,omitempty" maxItems:"20" doc:"Colleagues who see the customer, and are told."`
}

// Change is what its writer changes.
type Change struct {
	Text       api.Opt[string]   `json:"text,omitempty" maxLength:"2000"`
	MentionIDs api.Opt[[]string] `json:"mention_ids,omitempty" maxItems:"20"`
}

type texts struct {
	Text string `json:"text"`
}

func place(id string) string { return "comments/texts/" + id }

// judge is the one rule for what is said.
func judge(text string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", fault.Rule("required", "text")
	case rule.IsMasked(text):
		return "", fault.Rule("masked_value", "text")
	}
	return text, nil
}

// open says whether a comment may still be changed by somebody.
func (c Comment) open(user string, now time.Time, hours int64) bool {
	return string(c.AuthorID) == user && c.DeletedAt == 0 && now.Sub(c.At.Time()) <= time.Duration(hours)*time.Hour
}
