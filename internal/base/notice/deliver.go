package notice

import (
	"context"
	"slices"
	"time"

	"zhike/internal/base/account"
	"zhike/internal/base/live"
	"zhike/internal/base/outbox"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
	"zhike/internal/platform/job"
	"zhike/locale"
)

var (
	dueNow = db.SQL(`SELECT `+columns+` FROM {notices n}
		WHERE n.delivered_at = 0 AND n.ended_at = 0 AND n.deliver_at <= :now ORDER BY n.deliver_at, n.id LIMIT 1000`, Table)
	announced = db.SQL(`UPDATE {notices!change n} SET delivered_at = :now WHERE n.id IN (:ids)`, Table)
	people    = db.SQL(`SELECT u.id, u.name, u.state FROM {users u} WHERE u.id IN (:ids)`, account.Users)
	everybody = db.SQL(`SELECT u.id, u.name, u.state FROM {users u} WHERE u.state = 'active'`, account.Users)
	fresher   = db.SQL(`SELECT `+columns+` FROM {notices n} WHERE n.user_id = :user AND n.product AND n.shown_at <= :now AND n.snoozed_until <= :now AND n.read_at = 0 AND n.ended_at = 0
		ORDER BY n.shown_at DESC, n.id DESC LIMIT 200`, Table)
)

type person struct {
	ID    string `db:"id"`
	Name  string `db:"name"`
	State string `db:"state"`
}

// Deliver announces what is due: the bell, and by mail and robots what is wanted there.
func (s *Service) Deliver(ctx context.Context, _ job.Job) error {
	for {
		n, err := db.Write(ctx, s.DB, program, s.deliver)
		if err != nil || n == 0 {
			return err
		}
	}
}

func (s *Service) deliver(tx *db.Tx) (int, error) {
	if err := tx.Lock("notice.deliver"); err != nil {
		return 0, err
	}
	rows, err := db.All[Notice](tx, dueNow, db.Args{"now": tx.At()})
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	by := map[string][]Notice{}
	var ids, users []string
	for _, n := range rows {
		ids = append(ids, n.ID)
		if by[n.User] == nil {
			users = append(users, n.User)
		}
		by[n.User] = append(by[n.User], n)
		if n.DeliverAt > int64(n.RaisedAt) {
			s.Hub.Tell(tx, n.User, live.Event{Topic: "notice", Kind: n.Kind, ID: n.ID, Version: 1})
		}
	}
	if _, err := tx.ChangeAll(announced, db.Args{"ids": ids, "now": tx.At()}); err != nil {
		return 0, err
	}
	all, err := db.All[person](tx, people, db.Args{"ids": users})
	if err != nil {
		return 0, err
	}
	bound, err := setting.NoticeFlood.In(tx)
	if err != nil {
		return 0, err
	}
	robots := map[string][]said{} // kind → what a group may hear
	for _, p := range all {
		if p.State != "active" {
			continue
		}
		if err := s.tell(tx, p, by[p.ID], int(bound), robots); err != nil {
			return 0, err
		}
	}
	return len(rows), s.tellGroups(tx, robots, int(bound))
}

// said is a line for a group, of one person.
type said struct {
	kind, line, about, path string
}

// tell writes a person's mail and hands the groups their lines.
func (s *Service) tell(tx *db.Tx, who person, mine []Notice, bound int, robots map[string][]said) error {
	pref, err := s.preferred(tx, who.ID)
	if err != nil {
		return err
	}
	var mails []Notice
	for _, n := range mine {
		k := s.kinds[n.Kind]
		if n.SnoozedUntil > 0 || n.ReadAt > 0 && !k.Urgent {
			continue // what one put off oneself, or has seen, comes back to the bell alone
		}
		if pref.takes(k, Mail) {
			mails = append(mails, n)
		}
		if pref.takes(k, Robot) {
			line := locale.Text(locale.Default, "notice.robot.line", map[string]any{"name": who.Name, "text": text(locale.Default, n.Kind, n.Params.V)})
			robots[n.Kind] = append(robots[n.Kind], said{n.Kind, line, n.About, path(n)})
		}
	}
	if len(mails) == 0 {
		return nil
	}
	t, about := s.letter(mails, bound)
	return s.Outbox.ToPerson(tx, who.ID, "notices", t, about)
}

// letter is one mail of notices: a title that says how many, and the lines.
func (s *Service) letter(all []Notice, bound int) (outbox.Text, string) {
	t := outbox.Text{Path: "/notices", Foot: locale.Text(locale.Default, "notice.mail.foot", nil), Title: locale.Text(locale.Default, "notice.mail.title", map[string]any{"n": len(all)})}
	if len(all) == 1 {
		t.Title, t.Path = label(locale.Default, all[0].Kind), path(all[0])
	}
	for _, l := range Fold(all, bound, func(n Notice) string { return n.Kind }) {
		t.Lines = append(t.Lines, line(l))
	}
	return t, about(all, func(n Notice) string { return n.About })
}

func line(l Line[Notice]) string {
	if l.Count > 1 {
		return locale.Text(locale.Default, "notice.many", map[string]any{"kind": label(locale.Default, l.First.Kind), "n": l.Count})
	}
	return text(locale.Default, l.First.Kind, l.First.Params.V)
}

// path of the record within the product, as the interface routes it.
func path(n Notice) string {
	switch n.LinkKind {
	case "":
		return "/notices"
	default:
		return "/notices/open/" + n.LinkKind + "/" + n.LinkID
	}
}

// about is the one subject of a text, or * for several.
func about[T any](all []T, of func(T) string) string {
	one := ""
	for _, n := range all {
		switch a := of(n); {
		case a == "" || a == one:
		case one == "":
			one = a
		default:
			return "*"
		}
	}
	return one
}

// tellGroups gives each channel one message of what it takes.
func (s *Service) tellGroups(tx *db.Tx, robots map[string][]said, bound int) error {
	if len(robots) == 0 {
		return nil
	}
	channels, err := s.Outbox.Open(tx)
	if err != nil {
		return err
	}
	for _, c := range channels {
		var lines []said
		for _, code := range s.order {
			if slices.Contains(c.Kinds, code) {
				lines = append(lines, robots[code]...)
			}
		}
		if len(lines) == 0 {
			continue
		}
		t := outbox.Text{Path: "/notices", Title: locale.Text(locale.Default, "notice.mail.title", map[string]any{"n": len(lines)})}
		for _, l := range Fold(lines, bound, func(x said) string { return x.kind }) {
			if l.Count > 1 {
				t.Lines = append(t.Lines, locale.Text(locale.Default, "notice.many", map[string]any{"kind": label(locale.Default, l.First.kind), "n": l.Count}))
			} else {
				t.Lines = append(t.Lines, l.First.line)
			}
		}
		if len(lines) == 1 {
			t.Title, t.Path = label(locale.Default, lines[0].kind), lines[0].path
		}
		if err := s.Outbox.ToChannel(tx, c, "notices", t, about(lines, func(x said) string { return x.about })); err != nil {
			return err
		}
	}
	return nil
}

// Daily sends each person his mail of the day at his time: what is unread, and what
// features add. Who has nothing to read gets none.
func (s *Service) Daily(ctx context.Context, _ job.Job) error {
	all, err := db.Read(ctx, s.DB, program, func(tx *db.Tx) ([]person, error) {
		work, err := s.Workday(tx)
		if err != nil {
			return nil, err
		}
		zone, err := setting.Zone(tx)
		if err != nil || !work(tx.Now().In(zone)) {
			return nil, err
		}
		return db.All[person](tx, everybody, nil)
	})
	if err != nil {
		return err
	}
	for _, p := range all {
		if _, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int, error) { return 0, s.daily(tx, p) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) daily(tx *db.Tx, who person) error {
	pref, err := s.preferred(tx, who.ID)
	if err != nil {
		return err
	}
	zone, err := setting.Zone(tx)
	if err != nil {
		return err
	}
	now := tx.Now().In(zone)
	if !pref.due(now) {
		return nil
	}
	if err := tx.Lock("notice.preference:" + who.ID); err != nil {
		return err
	}
	pref.DigestDay = now.Format(time.DateOnly)
	if err := tx.Put(preferences, pref, "user_id"); err != nil {
		return err
	}
	server, address, _, err := s.Outbox.Reaches(tx, who.ID)
	if err != nil || !server || !address {
		return err
	}
	t, subject, err := s.digest(tx, who)
	if err != nil || len(t.Lines) == 0 {
		return err
	}
	return s.Outbox.ToPerson(tx, who.ID, "digest", t, subject)
}

// digest is the day's mail of one person.
func (s *Service) digest(tx *db.Tx, who person) (t outbox.Text, subject string, err error) {
	t = outbox.Text{Path: "/", Title: locale.Text(locale.Default, "notice.digest.title", nil), Foot: locale.Text(locale.Default, "notice.digest.foot", nil)}
	actor, err := s.Actor(tx, who.ID)
	if err != nil {
		return t, "", err
	}
	for _, of := range s.Digest {
		part, err := of(tx.As(actor), actor, locale.Default)
		if err != nil {
			return t, "", err
		}
		t.Lines = append(t.Lines, part.Lines...)
	}
	rows, err := db.All[Notice](tx, fresher, db.Args{"user": who.ID, "now": tx.At()})
	if err != nil {
		return t, "", err
	}
	bound, err := setting.NoticeFlood.In(tx)
	if err != nil {
		return t, "", err
	}
	for _, l := range Fold(rows, int(bound), func(n Notice) string { return n.Kind }) {
		t.Lines = append(t.Lines, line(l))
	}
	return t, about(rows, func(n Notice) string { return n.About }), nil
}

// keptFor is how long what was read or has ended stays in the list.
const keptFor = 180 * 24 * time.Hour

// Forget drops what was read long ago.
func (s *Service) Forget(ctx context.Context) error {
	_, err := db.Write(ctx, s.DB, program, func(tx *db.Tx) (int64, error) {
		return tx.ChangeAll(old, db.Args{"before": tx.Now().Add(-keptFor).UnixMilli()})
	})
	return err
}
