package notice

import (
	"context"
	"regexp"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
	"zhike/locale"
)

// The channels that one chooses by kind.
const (
	Product = "product"
	Mail    = "mail"
	Robot   = "robot" // whether the group's robot may say it of me
)

// preference is what somebody chose; without a row, what ships.
type preference struct {
	User      string                              `db:"user_id"`
	Kinds     db.JSON[map[string]map[string]bool] `db:"kinds"`
	QuietFrom string                              `db:"quiet_from"`
	QuietTo   string                              `db:"quiet_to"`
	Digest    bool                                `db:"digest"`
	DigestAt  string                              `db:"digest_at"`
	DigestDay string                              `db:"digest_day"`
	UpdatedAt int64                               `db:"updated_at"`
}

var preferenceOf = db.SQL(`SELECT p.user_id, p.kinds, p.quiet_from, p.quiet_to, p.digest, p.digest_at, p.digest_day, p.updated_at FROM {notice_preferences p} WHERE p.user_id = :user`, preferences)

// Of the daily mail, unless somebody chose otherwise.
const digestAt = "08:30"

func (s *Service) preferred(tx *db.Tx, user string) (preference, error) {
	p, found, err := db.Maybe[preference](tx.As(program), preferenceOf, db.Args{"user": user})
	if !found {
		p = preference{User: user, Digest: true, DigestAt: digestAt}
	}
	if p.Kinds.V == nil {
		p.Kinds.V = map[string]map[string]bool{}
	}
	return p, err
}

func (p preference) quiet() Hours { return Hours{minutes(p.QuietFrom), minutes(p.QuietTo)} }

// takes says whether somebody wants a kind by a channel.
func (p preference) takes(k Kind, channel string) bool {
	if chosen, ok := p.Kinds.V[k.Code][channel]; ok {
		return chosen
	}
	return channel != Mail || k.Mail
}

// Chosen is one kind with its channels.
type Chosen struct {
	Kind    string `json:"kind"`
	Label   string `json:"label"`
	Product bool   `json:"product"`
	Mail    bool   `json:"mail"`
	Robot   bool   `json:"robot"`
	Always  bool   `json:"always" doc:"It cannot be switched off in the product."`
	Urgent  bool   `json:"urgent" doc:"It is told at once, at any hour."`
}

// Preferences are how one wants to be told.
type Preferences struct {
	Kinds      []Chosen `json:"kinds"`
	QuietFrom  api.Text `json:"quiet_from"`
	QuietTo    api.Text `json:"quiet_to"`
	Digest     bool     `json:"digest"`
	DigestAt   string   `json:"digest_at"`
	MailReady  bool     `json:"mail_ready" doc:"The company has a mail server."`
	HasAddress bool     `json:"has_address" doc:"One has an e-mail address here."`
	Demo       bool     `json:"demo" doc:"Nothing leaves a demo."`
}

// Preferred gives one's own.
func (s *Service) Preferred(ctx context.Context, who access.Actor, _ struct{}) (Preferences, error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (Preferences, error) { return s.shown(tx, api.LanguageOf(ctx)) })
}

func (s *Service) shown(tx *db.Tx, lang string) (out Preferences, err error) {
	p, err := s.preferred(tx, tx.Who().ID())
	if err != nil {
		return out, err
	}
	out = Preferences{Kinds: []Chosen{}, QuietFrom: api.Text(p.QuietFrom), QuietTo: api.Text(p.QuietTo), Digest: p.Digest, DigestAt: p.DigestAt}
	for _, code := range s.order {
		k := s.kinds[code]
		out.Kinds = append(out.Kinds, Chosen{Kind: code, Label: label(lang, code), Product: k.Always || p.takes(k, Product), Mail: p.takes(k, Mail), Robot: p.takes(k, Robot), Always: k.Always, Urgent: k.Urgent})
	}
	out.MailReady, out.HasAddress, out.Demo, err = s.Outbox.Reaches(tx, tx.Who().ID())
	return out, err
}

func label(lang, kind string) string { return locale.Text(lang, "notice.kind."+kind, nil) }

// Change is what one chooses anew.
type Change struct {
	Kinds     map[string]map[string]bool `json:"kinds,omitempty" maxProperties:"200" doc:"kind → product, mail, robot → yes or no."`
	QuietFrom api.Opt[string]            `json:"quiet_from,omitempty,omitzero" maxLength:"5"`
	QuietTo   api.Opt[string]            `json:"quiet_to,omitempty,omitzero" maxLength:"5"`
	Digest    api.Opt[bool]              `json:"digest,omitempty,omitzero"`
	DigestAt  api.Opt[string]            `json:"digest_at,omitempty,omitzero" maxLength:"5"`
}

var clockFace = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)

// Choose changes one's own.
func (s *Service) Choose(ctx context.Context, who access.Actor, _ string, _ int64, in Change) (Preferences, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (none Preferences, err error) {
		if err := tx.Lock("notice.preference:" + who.ID()); err != nil {
			return none, err
		}
		p, err := s.preferred(tx, who.ID())
		if err != nil {
			return none, err
		}
		if err := s.choose(&p, in); err != nil {
			return none, err
		}
		p.UpdatedAt = tx.At()
		if err := tx.As(program).Put(preferences, p, "user_id"); err != nil {
			return none, err
		}
		if err := audit.Note(tx, audit.Entry{Action: "user.notices", Kind: "user", Record: who.ID()}); err != nil {
			return none, err
		}
		return s.shown(tx, api.LanguageOf(ctx))
	})
}

func (s *Service) choose(p *preference, in Change) error {
	for code, by := range in.Kinds {
		k, known := s.kinds[code]
		if !known {
			return fault.Rule("invalid", "kinds."+code)
		}
		mine := map[string]bool{}
		for c, v := range p.Kinds.V[code] {
			mine[c] = v
		}
		for c, v := range by {
			if c != Product && c != Mail && c != Robot {
				return fault.Rule("unknown_field", "kinds."+code+"."+c)
			}
			if c == Product && k.Always && !v {
				return fault.Rule("always_told", "kinds."+code)
			}
			mine[c] = v
		}
		p.Kinds.V[code] = mine
	}
	p.QuietFrom, p.QuietTo = in.QuietFrom.Or(p.QuietFrom), in.QuietTo.Or(p.QuietTo)
	p.Digest, p.DigestAt = in.Digest.Or(p.Digest), in.DigestAt.Or(p.DigestAt)
	if p.DigestAt == "" {
		p.DigestAt = digestAt
	}
	for field, v := range map[string]string{"quiet_from": p.QuietFrom, "quiet_to": p.QuietTo, "digest_at": p.DigestAt} {
		if v != "" && !clockFace.MatchString(v) {
			return fault.Rule("invalid", field)
		}
	}
	if (p.QuietFrom == "") != (p.QuietTo == "") {
		return fault.Rule("required", map[bool]string{true: "quiet_from", false: "quiet_to"}[p.QuietFrom == ""])
	}
	return nil
}

// due says whether somebody's daily mail is to go out now: at his time on a working day,
// or late by some hours where the program was not running.
func (p preference) due(now time.Time) bool {
	if !p.Digest || p.DigestDay == now.Format(time.DateOnly) {
		return false
	}
	from := minutes(p.DigestAt)
	return from <= minuteOf(now) && minuteOf(now) < from+late
}

// late is for how many minutes a daily mail that was missed is still worth sending.
const late = 4 * 60
