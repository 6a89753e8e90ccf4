package notice

import (
	"context"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/live"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

// A Notice as its reader sees it, in his language.
type Notice struct {
	ID           string   `db:"id" json:"id"`
	Kind         string   `db:"kind" json:"kind"`
	Label        string   `json:"label"`
	Text         string   `json:"text"`
	Title        api.Text `json:"title" doc:"Of the linked record, as one may read it today."`
	Link         *Link    `json:"link"`
	RaisedAt     api.Time `db:"raised_at" json:"raised_at"`
	ShownAt      api.Time `db:"shown_at" json:"shown_at"`
	ReadAt       api.Time `db:"read_at" json:"read_at"`
	EndedAt      api.Time `db:"ended_at" json:"ended_at" doc:"It is no longer so."`
	SnoozedUntil api.Time `db:"snoozed_until" json:"snoozed_until"`
	Urgent       bool     `db:"urgent" json:"urgent"`

	User      string                     `db:"user_id" json:"-"`
	Params    db.JSON[map[string]string] `db:"params" json:"-"`
	LinkKind  string                     `db:"link_kind" json:"-"`
	LinkID    string                     `db:"link_id" json:"-"`
	About     string                     `db:"about" json:"-"`
	DeliverAt int64                      `db:"deliver_at" json:"-"`
}

func (n Notice) RecordID() string { return n.ID }

const columns = `n.id, n.user_id, n.kind, n.params, n.link_kind, n.link_id, n.about, n.urgent, n.raised_at, n.shown_at, n.deliver_at, n.read_at, n.ended_at, n.snoozed_until`

var (
	get    = db.SQL(`SELECT `+columns+` FROM {notices n} WHERE n.id = :id`, Table)
	list   = db.SQL(`SELECT `+columns+` FROM {notices n} WHERE n.product AND n.shown_at <= :now AND {filter} AND {after} ORDER BY {order} LIMIT {limit}`, Table)
	unread = db.SQL(`SELECT count(*) AS n FROM (SELECT n.id FROM {notices n} WHERE n.product AND n.shown_at <= :now AND n.snoozed_until <= :now AND n.read_at = 0 AND n.ended_at = 0 LIMIT {limit}) x`, Table)

	markRead  = db.SQL(`UPDATE {notices!change n} SET read_at = :now, snoozed_until = 0 WHERE n.id = :id`, Table)
	markAll   = db.SQL(`UPDATE {notices!change n} SET read_at = :now WHERE n.product AND n.shown_at <= :now AND n.snoozed_until <= :now AND n.read_at = 0 AND (:kind = '' OR n.kind = :kind)`, Table)
	putAllOff = db.SQL(`UPDATE {notices!change n} SET snoozed_until = :until, deliver_at = :until, delivered_at = 0, read_at = 0 WHERE n.cause IN (:causes) AND n.ended_at = 0`, Table)
	putOff    = db.SQL(`UPDATE {notices!change n} SET snoozed_until = :until, deliver_at = :until, delivered_at = 0, read_at = 0 WHERE n.id = :id AND n.ended_at = 0`, Table)
)

// Query of the list.
type Query struct {
	Unread bool   `query:"unread" doc:"Only what is unread, stands and is not put off."`
	Kind   string `query:"kind" maxLength:"60"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"2000"`
}

func (q Query) where(now int64) (all []db.Cond) {
	if q.Unread {
		all = append(all, db.When("n.read_at = 0 AND n.ended_at = 0 AND n.snoozed_until <= :now", db.Args{"now": now}))
	}
	if q.Kind != "" {
		all = append(all, db.When("n.kind = :kind", db.Args{"kind": q.Kind}))
	}
	return all
}

// List gives one's notices, the newest first; what is put off stands in it and says so.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (api.Page[Notice], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p api.Page[Notice], err error) {
		w := db.With{Where: q.where(tx.At()), Order: db.Down("n.shown_at", "n.id"), After: q.Cursor, Limit: q.Limit, Key: q.Kind + map[bool]string{true: "!"}[q.Unread]}
		rows, err := db.Page[Notice](tx, list, db.Args{"now": tx.At()}, w)
		if err != nil {
			return p, err
		}
		p = api.Page[Notice]{Items: rows.Rows, Next: api.Text(rows.Next), Prev: api.Text(rows.Prev)}
		return p, s.show(tx, p.Items, api.LanguageOf(ctx))
	})
}

// show gives notices their words.
func (s *Service) show(tx *db.Tx, all []Notice, lang string) error {
	linked := map[string][]string{}
	for i := range all {
		n := &all[i]
		n.Label, n.Text = label(lang, n.Kind), text(lang, n.Kind, n.Params.V)
		if n.LinkID != "" {
			n.Link = &Link{n.LinkKind, n.LinkID}
			linked[n.LinkKind] = append(linked[n.LinkKind], n.LinkID)
		}
	}
	if s.Titles == nil {
		return nil
	}
	for kind, ids := range linked {
		titles, err := s.Titles(tx, kind, ids)
		if err != nil {
			return err
		}
		for i := range all {
			if all[i].LinkKind == kind {
				all[i].Title = api.Text(titles[all[i].LinkID])
			}
		}
	}
	return nil
}

func text(lang, kind string, params map[string]string) string {
	p := make(map[string]any, len(params))
	for k, v := range params {
		p[k] = v
	}
	return locale.Text(lang, "notice.text."+kind, p)
}

// Unread is how many wait to be read, capped.
type Unread struct {
	Count  int  `json:"count"`
	Capped bool `json:"capped"`
}

// cap of the bell: 99+.
const bell = 99

// Count counts what is unread.
func (s *Service) Count(ctx context.Context, who access.Actor, _ struct{}) (Unread, error) {
	return db.Read(ctx, s.DB, who, s.count)
}

func (s *Service) count(tx *db.Tx) (Unread, error) {
	n, err := db.Find[db.Count](tx, unread, db.Args{"now": tx.At()}, db.With{Limit: bell + 1})
	if err != nil {
		return Unread{}, err
	}
	return Unread{Count: min(int(n[0].N), bell), Capped: n[0].N > bell}, nil
}

// A Bundle is a line of the panel: one notice, or so many of a kind that arrived at one moment.
type Bundle struct {
	Notice
	Count int `json:"count"`
}

// Panel is what the bell opens.
type Panel struct {
	Items  []Bundle `json:"items"`
	Unread Unread   `json:"unread"`
}

// Of the panel: how many notices it looks at, and how many lines it shows.
const (
	panelLooks = 200
	panelLines = 30
)

// Latest gives the panel: what is unread and stands, then what was read lately, more than
// notice.flood of a kind at one moment as one line.
func (s *Service) Latest(ctx context.Context, who access.Actor, _ struct{}) (Panel, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (p Panel, err error) {
		rows, err := db.Find[Notice](tx, list, db.Args{"now": tx.At()}, db.With{Where: []db.Cond{db.When("n.snoozed_until <= :now AND n.ended_at = 0", db.Args{"now": tx.At()})},
			Order: db.Down("n.shown_at", "n.id"), Limit: panelLooks})
		if err != nil {
			return p, err
		}
		bound, err := setting.NoticeFlood.In(tx)
		if err != nil {
			return p, err
		}
		lines := Fold(rows, int(bound), func(n Notice) string {
			return n.Kind + "/" + time.UnixMilli(n.DeliverAt).UTC().Format(time.RFC3339) + "/" + map[bool]string{true: "unread"}[n.ReadAt == 0]
		})
		lines = lines[:min(len(lines), panelLines)]
		first := make([]Notice, len(lines))
		for i, l := range lines {
			first[i] = l.First
		}
		if err := s.show(tx, first, api.LanguageOf(ctx)); err != nil {
			return p, err
		}
		p.Items = make([]Bundle, len(lines))
		for i, l := range lines {
			p.Items[i] = Bundle{first[i], l.Count}
		}
		p.Unread, err = s.count(tx)
		return p, err
	})
}

// Read marks one as read.
func (s *Service) Read(ctx context.Context, who access.Actor, id string, _ int64) (Notice, error) {
	return s.act(ctx, who, id, markRead, func(tx *db.Tx) (db.Args, error) { return db.Args{"id": id, "now": tx.At()}, nil })
}

// Snooze is until when not to be told.
type Snooze struct {
	Until   api.Time `json:"until,omitempty,omitzero"`
	Minutes int      `json:"minutes,omitempty" minimum:"0" maximum:"43200"`
}

// farOff is the longest time to put something off.
const farOff = 90 * 24 * time.Hour

// PutOff takes one out of the bell until a time of one's own choosing, at which it is
// unread and announced again, whatever the hour.
func (s *Service) PutOff(ctx context.Context, who access.Actor, id string, _ int64, in Snooze) (Notice, error) {
	return s.act(ctx, who, id, putOff, func(tx *db.Tx) (db.Args, error) {
		until := in.Until.Time()
		if in.Minutes > 0 {
			until = tx.Now().Add(time.Duration(in.Minutes) * time.Minute)
		}
		if !until.After(tx.Now()) || until.After(tx.Now().Add(farOff)) {
			return nil, fault.Rule("invalid", "until")
		}
		return db.Args{"id": id, "until": until.UnixMilli()}, s.schedule(tx, until.Add(gather-time.Millisecond))
	})
}

// PutOffIn puts off the viewer's own notices of some causes, inside a unit.
func (s *Service) PutOffIn(tx *db.Tx, until time.Time, causes ...string) error {
	if _, err := tx.ChangeAll(putAllOff, db.Args{"causes": causes, "until": until.UnixMilli()}); err != nil {
		return err
	}
	return s.schedule(tx, until.Add(gather-time.Millisecond))
}

func (s *Service) act(ctx context.Context, who access.Actor, id string, q db.Query, args func(*db.Tx) (db.Args, error)) (Notice, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (n Notice, err error) {
		a, err := args(tx)
		if err != nil {
			return n, err
		}
		if err := tx.Change(q, a); err != nil {
			return n, err
		}
		if n, err = db.One[Notice](tx, get, db.Args{"id": id}); err != nil {
			return n, err
		}
		s.Hub.Tell(tx, who.ID(), live.Event{Topic: "notice", Kind: n.Kind, ID: id, Version: 2})
		one := []Notice{n}
		err = s.show(tx, one, api.LanguageOf(ctx))
		return one[0], err
	})
}

// These names what read-all reads; left out, everything.
type These struct {
	Kind string `json:"kind,omitempty" maxLength:"60"`
}

// ReadAll marks everything that is shown as read.
func (s *Service) ReadAll(ctx context.Context, who access.Actor, in These) (Unread, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Unread, err error) {
		if _, err := tx.ChangeAll(markAll, db.Args{"now": tx.At(), "kind": in.Kind}); err != nil {
			return none, err
		}
		s.Hub.Tell(tx, who.ID(), live.Event{Topic: "notice", Kind: in.Kind, Version: 2})
		return s.count(tx)
	})
}

// Routes are everybody's, on what is his own.
func (s *Service) Routes(r *api.Router) {
	mine := func(path string) api.Op { return api.Op{Path: path, May: access.Self} }
	on := func(path string) api.Op { return api.Op{Path: path, May: access.Self, On: Table, Loose: true} }
	api.List(r, mine("/notices"), s.List)
	api.List(r, mine("/notices/unread"), s.Count)
	api.List(r, mine("/notices/latest"), s.Latest)
	api.Act(r, on("/notices/{id}/read"), s.Read)
	api.Do(r, on("/notices/{id}/snooze"), s.PutOff)
	api.Ask(r, mine("/notices/read-all"), s.ReadAll)
	api.List(r, mine("/me/notices"), s.Preferred)
	api.Change(r, api.Op{Path: "/me/notices", May: access.Self, Loose: true}, s.Choose)
}
