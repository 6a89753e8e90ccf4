package house

import (
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/alarm"
	"zhike/internal/base/live"
	"zhike/internal/base/notice"
	"zhike/internal/base/outbox"
	"zhike/internal/crm/alert"
	"zhike/internal/crm/archive"
	"zhike/internal/crm/comment"
	"zhike/internal/crm/keychange"
	"zhike/internal/crm/quality"
	"zhike/internal/crm/review"
	"zhike/internal/crm/task"
	"zhike/internal/crm/telling"
	"zhike/internal/crm/watch"
	"zhike/internal/crm/workday"
	"zhike/internal/platform/db"
	"zhike/internal/platform/outward"
	"zhike/locale"
)

// notices puts together how people are told something.
func (h *House) notices() {
	h.Live = live.New(h.Wire)
	h.Door.Streams = h.Live.Drop
	h.Watch = &watch.Service{DB: h.DB, Hub: h.Live, Actor: h.Account.ActorOf}
	h.Outbox = &outbox.Service{DB: h.DB, Vault: h.Vault, Queue: h.Queue, Out: outward.New()}
	h.Notices = &notice.Service{DB: h.DB, Hub: h.Live, Outbox: h.Outbox, Queue: h.Queue, Actor: h.Account.ActorOf, Workday: worked, Titles: h.titles,
		Digest: []func(*db.Tx, access.Actor, string) (notice.Section, error){h.tasksToday}}
	h.Notices.Declare(telling.Kinds, alert.Kinds(), review.Kinds, alarm.Kinds, archive.Kinds, quality.Kinds, comment.Kinds, keychange.Kinds)
	h.Outbox.Kinds = h.Notices.Kinds
}

// worked is the company's calendar as notices ask it.
func worked(tx *db.Tx) (func(time.Time) bool, error) {
	days, err := workday.Of(tx)
	return days.Workday, err
}

// titles are what a list of notices shows of the records they open.
func (h *House) titles(tx *db.Tx, kind string, ids []string) (map[string]string, error) {
	if kind == "task" {
		return h.Tasks.Titles(tx, ids)
	}
	return nil, nil // the words of a customer's notices name it
}

// tasksToday is the line of tasks in the daily mail: how many, not what they say.
func (h *House) tasksToday(tx *db.Tx, _ access.Actor, lang string) (s notice.Section, err error) {
	due, err := h.Tasks.Counted(tx, task.Query{View: "today"})
	if err != nil || due == 0 {
		return s, err
	}
	late, err := h.Tasks.Counted(tx, task.Query{View: "overdue"})
	s.Lines = []string{locale.Text(lang, "notice.digest.tasks", map[string]any{"n": due, "late": late})}
	return s, err
}
