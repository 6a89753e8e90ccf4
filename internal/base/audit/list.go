package audit

import (
	"context"
	"fmt"
	"strings"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
)

// Service reads the log.
type Service struct {
	DB      *db.DB
	Queue   *job.Queue
	Anchors func() ([]Anchored, error)         // of the data folder; nil where there is none
	Keep    func(tx *db.Tx, text string) error // the last verdict
	Kept    func(tx *db.Tx) (string, error)
	Broken  func(tx *db.Tx, why string) error // those who watch are told
}

// Shown is an entry as a reader sees it.
type Shown struct {
	ID         string                  `db:"id" json:"id"`
	At         api.Time                `db:"at" json:"at"`
	ActorID    api.Text                `db:"actor_id" json:"actor_id"`
	Who        string                  `db:"actor" json:"who" doc:"The login, or what the program was doing."`
	Address    api.Text                `db:"address" json:"address"`
	Action     string                  `db:"action" json:"action"`
	Kind       api.Text                `db:"kind" json:"kind"`
	Record     api.Text                `db:"record_id" json:"record_id"`
	CustomerID api.Text                `db:"customer_id" json:"customer_id"`
	Changes    db.JSON[[]Change]       `db:"changes" json:"-"`
	Differs    []Change                `json:"changes"`
	Details    db.JSON[map[string]any] `db:"details" json:"-"`
	Also       map[string]any          `json:"details"`
}

// Filter is what a reader may ask for.
type Filter struct {
	Q      string `query:"q" maxLength:"100" doc:"A login, an address, an id, or the beginning of an act's name."`
	Action string `query:"action" maxLength:"60" doc:"An act, or with a dot at its end all that begin so: session."`
	Kind   string `query:"kind" maxLength:"60" doc:"Of record."`
	Actor  string `query:"actor" maxLength:"64" doc:"A user's id."`
	Record string `query:"record" maxLength:"64"`
	Since  string `query:"since" format:"date-time"`
	Until  string `query:"until" format:"date-time"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"2000"`
}

var list = db.SQL(`SELECT e.id, e.at, e.actor_id, e.actor, e.address, e.action, e.kind, e.record_id, e.customer_id, e.changes, e.details
	FROM {audit_entries e} WHERE {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table)

func (s *Service) Routes(r *api.Router) {
	api.List(r, api.Op{Path: "/audit", May: access.AuditRead}, s.List)
	api.List(r, api.Op{Path: "/audit/verdict", May: access.AuditRead}, s.Verdict)
	api.Ask(r, api.Op{Path: "/audit/verdict", May: access.AuditRead}, s.AskVerdict)
}

// conditions of a filter. A beginning is compared as text, which no collation of a database
// turns into something else.
func (f Filter) conditions() (all []db.Cond) {
	add := func(c db.Cond) { all = append(all, c) }
	if q := strings.TrimSpace(f.Q); q != "" {
		add(db.When("(e.actor = :q OR e.address = :q OR e.record_id = :q OR e.customer_id = :q OR e.id = :q OR substr(e.action, 1, length(:q)) = :q)", db.Args{"q": q}))
	}
	switch {
	case strings.HasSuffix(f.Action, "."):
		add(db.When("substr(e.action, 1, length(:action)) = :action", db.Args{"action": f.Action}))
	case f.Action != "":
		add(db.When("e.action = :action", db.Args{"action": f.Action}))
	}
	if f.Kind != "" {
		add(db.When("e.kind = :kind", db.Args{"kind": f.Kind}))
	}
	if f.Actor != "" {
		add(db.When("e.actor_id = :actor", db.Args{"actor": f.Actor}))
	}
	if f.Record != "" {
		add(db.When("(e.record_id = :record OR e.customer_id = :record)", db.Args{"record": f.Record}))
	}
	for _, edge := range []struct{ text, op string }{{f.Since, ">="}, {f.Until, "<"}} {
		if at, ok := instant(edge.text); ok {
			add(db.Compare(db.Col("e.at"), edge.op, at))
		}
	}
	return all
}

// List gives entries, newest first.
func (s *Service) List(ctx context.Context, who access.Actor, f Filter) (api.Page[Shown], error) {
	w := db.With{Order: db.Down("e.id"), After: f.Cursor, Limit: f.Limit, Where: f.conditions(),
		Key: strings.Join([]string{f.Q, f.Action, f.Kind, f.Actor, f.Record, f.Since, f.Until}, "\x00")}
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[Shown], err error) {
		page, err := db.Page[Shown](tx, list, nil, w)
		return Paged(page), err
	})
}

// Paged makes an answer of a page of entries.
func Paged(page db.PageOf[Shown]) api.Page[Shown] {
	for i := range page.Rows {
		page.Rows[i].Differs, page.Rows[i].Also = page.Rows[i].Changes.V, page.Rows[i].Details.V
	}
	return api.Page[Shown]{Items: page.Rows, Next: api.Text(page.Next), Prev: api.Text(page.Prev)}
}

// History gives the entries of one customer and what belongs to it; with looks alone, who
// looked at a number of it. The caller has checked that the viewer reaches the customer; the log
// itself is the program's.
func History(tx *db.Tx, customer string, looks bool, cursor string, limit int) (api.Page[Shown], error) {
	w := db.With{Order: db.Down("e.id"), After: cursor, Limit: limit, Key: fmt.Sprint("history:", looks, customer),
		Where: []db.Cond{db.When("e.customer_id = :customer", db.Args{"customer": customer})}}
	if looks {
		w.Where = append(w.Where, db.When("e.action IN ('sensitive.reveal', 'sensitive.reveal_other')", nil))
	}
	page, err := db.Page[Shown](tx.As(program), list, nil, w)
	return Paged(page), err
}

// CountSince counts an actor's acts of one kind since an instant: what quotas ask.
func CountSince(tx *db.Tx, actor, action string, since int64) (int64, error) {
	n, err := db.One[db.Count](tx.As(program), countActs, db.Args{"actor": actor, "action": action, "since": since})
	return n.N, err
}

var countActs = db.SQL(`SELECT count(*) AS n FROM {audit_entries e} WHERE e.actor_id = :actor AND e.action = :action AND e.at >= :since`, Table)

var touched = db.SQL(`SELECT e.id, e.at, e.actor_id, e.actor, e.address, e.action, e.kind, e.record_id, e.customer_id, e.changes, e.details FROM {audit_entries e}
	WHERE e.record_id = :record AND e.id > :after AND e.address <> :but AND e.action NOT IN ('sensitive.reveal', 'sensitive.reveal_other', 'customer.check') ORDER BY e.id DESC LIMIT 1`, Table)

var touchedCustomer = db.SQL(`SELECT e.id, e.at, e.actor_id, e.actor, e.address, e.action, e.kind, e.record_id, e.customer_id, e.changes, e.details FROM {audit_entries e}
	WHERE e.customer_id = :record AND e.customer_id <> '' AND e.id > :after AND e.address <> :but AND e.action NOT IN ('sensitive.reveal', 'sensitive.reveal_other', 'customer.check') ORDER BY e.id DESC LIMIT 1`, Table)

// Touched tells who changed a record last after an entry, but from one origin: to look is
// not to touch. A customer is touched with whatever hangs on it.
func Touched(tx *db.Tx, kind, record, after, but string) (last Shown, ok bool, err error) {
	q := touched
	if kind == "customer" {
		q = touchedCustomer
	}
	return db.Maybe[Shown](tx.As(program), q, db.Args{"record": record, "after": after, "but": but})
}

var lastOf = db.SQL(`SELECT coalesce(max(e.at), 0) AS n FROM {audit_entries e} WHERE e.action = :action`, Table)

// LastOf is when an act was last done by anybody, in unix milliseconds; 0 for never.
func LastOf(tx *db.Tx, action string) (int64, error) {
	n, err := db.One[db.Count](tx.As(program), lastOf, db.Args{"action": action})
	return n.N, err
}
