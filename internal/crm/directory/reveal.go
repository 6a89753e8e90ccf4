package directory

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/customfield/own"
	"zhike/internal/base/setting"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Reveal asks to see one value in clear. For one's own customers the reason is the
// code of the button that was pressed; everybody else writes one.
type Reveal struct {
	Field  string `json:"field" maxLength:"40" doc:"mobile, mobile2, phone, email or wechat, or the name of a sealed field that the company added."`
	Reason string `json:"reason" minLength:"2" maxLength:"200"`
}

// Revealed is the value, and until when a screen may show it.
type Revealed struct {
	Value     string   `json:"value"`
	ExpiresAt api.Time `json:"expires_at"`
}

// shownFor is how long a screen shows a revealed value.
const shownFor = time.Minute

var (
	values    = []string{"mobile", "mobile2", "phone", "email", "wechat"}
	buttons   = []string{"call", "copy", "wechat", "visit"}
	errQuota  = fault.New(fault.TooMany, "quota_used")
	errReason = fault.Rule("required", "reason")
)

// Reveal shows one value of a contact: with sensitive.reveal for a customer one works
// with, never from a temporary grant or the open pool; recorded; beyond one's own
// customers at most reveal.other_limit a day.
func (s *Service) Reveal(ctx context.Context, who access.Actor, id string, _ int64, in Reveal) (Revealed, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (out Revealed, err error) {
		c, err := db.One[contact.Contact](tx, get, db.Args{"id": id})
		if err != nil {
			return out, err
		}
		at, err := s.Customers.Line(tx, c.CustomerID)
		if err != nil {
			return out, err
		}
		if strings.HasPrefix(in.Field, "x_") {
			return s.RevealIn(tx, Hidden{Record: "contact", Kind: "contact", ID: id, Of: id, At: at}, RevealOf(in))
		}
		if !slices.Contains(values, in.Field) {
			return out, fault.Rule("invalid", "field")
		}
		if who.Sees(access.ContactValues) != access.Shown || at.OwnerID == "" {
			return out, db.ErrNotYours
		}
		if err := tx.May(customer.Table, c.CustomerID, add(access.SensitiveReveal)); err != nil {
			return out, err
		}
		act, err := s.allowed(tx, at, in.Reason)
		if err != nil {
			return out, err
		}
		p, _, err := s.clear(tx, id)
		if err != nil {
			return out, err
		}
		value, _, _ := strings.Cut(map[string]string{"mobile": p.Mobile, "mobile2": p.Mobile2, "phone": p.Phone, "email": p.Email, "wechat": p.WeChat}[in.Field], ";ext=")
		if n, err := rule.ParsePhone(value); err == nil && slices.Contains([]string{"mobile", "mobile2", "phone"}, in.Field) {
			value = n.Display()
		}
		if _, ext, ok := strings.Cut(p.Phone, ";ext="); ok && in.Field == "phone" {
			value += "-" + ext
		}
		out = Revealed{value, api.On(tx.Now().Add(shownFor))}
		if err := audit.Note(tx, audit.Entry{Action: act, Kind: "contact", Record: id, Customer: c.CustomerID,
			Details: map[string]any{"field": in.Field, "reason": rule.MaskNumbers(in.Reason)}}); err != nil {
			return out, err
		}
		return out, s.many(tx, act)
	})
}

// RevealOf asks for a value of a customer: one of its primary contact, or a sealed field that the company added.
type RevealOf struct {
	Field  string `json:"field" maxLength:"40" doc:"mobile, mobile2, phone, email or wechat of the primary contact, or the name of a sealed field."`
	Reason string `json:"reason" minLength:"2" maxLength:"200"`
}

// RevealCustomer is Reveal of a customer's primary contact, or of a field that the company added; without one the field is invalid.
func (s *Service) RevealCustomer(ctx context.Context, who access.Actor, customer string, _ int64, in RevealOf) (none Revealed, err error) {
	if strings.HasPrefix(in.Field, "x_") {
		return s.revealOwn(ctx, who, customer, in)
	}
	if !slices.Contains(values, in.Field) {
		return none, fault.Rule("invalid", "field")
	}
	p, err := db.Read(ctx, s.DB, who, func(tx *db.Tx) ([]person, error) {
		return db.All[person](tx, primary, db.Args{"customer": customer})
	})
	switch {
	case err != nil:
		return none, err
	case len(p) == 0:
		return none, fault.Rule("invalid", "field")
	}
	return s.Reveal(ctx, who, p[0].ID, 0, Reveal(in))
}

// revealOwn shows a sealed field of a customer.
func (s *Service) revealOwn(ctx context.Context, who access.Actor, id string, in RevealOf) (Revealed, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (out Revealed, err error) {
		at, err := s.Customers.Line(tx, id)
		if err != nil {
			return out, err
		}
		return s.RevealIn(tx, Hidden{Record: "customer", Kind: "customer", ID: id, Of: id, At: at}, in)
	})
}

// Hidden is where a sealed value of a field that the company added lies.
type Hidden struct {
	Record, Kind, ID string           // the kind of record, as fields and as the log call it
	Of               string           // under whose key
	At               customer.Summary // of no customer, without an id: Mine says that it is the viewer's own
	Mine             bool
}

// RevealIn shows a sealed field of a record, by the rules of a contact's numbers: reason, quota, log.
func (s *Service) RevealIn(tx *db.Tx, h Hidden, in RevealOf) (out Revealed, err error) {
	who := actor(tx)
	all, err := s.Customers.Own.Of(tx, h.Record)
	if err != nil {
		return out, err
	}
	i := slices.IndexFunc(all, func(f own.Field) bool { return f.Name == in.Field && f.Hidden() && f.Sees(who) })
	if i < 0 {
		return out, fault.Rule("invalid", "field")
	}
	if who.Sees(access.ContactValues) != access.Shown || h.At.ID != "" && h.At.OwnerID == "" {
		return out, db.ErrNotYours
	}
	if h.At.ID != "" {
		if err := tx.May(customer.Table, h.At.ID, add(access.SensitiveReveal)); err != nil {
			return out, err
		}
	}
	act := audit.Revealed
	if !h.Mine {
		if act, err = s.allowed(tx, h.At, in.Reason); err != nil {
			return out, err
		}
	}
	key, err := s.Vault.Of(tx, h.Of)
	if err != nil {
		return out, err
	}
	value, err := s.Customers.Own.Open(tx, key, h.ID, in.Field)
	if errors.Is(err, db.ErrNotFound) {
		return out, fault.Rule("invalid", "field")
	}
	if err != nil {
		return out, err
	}
	out = Revealed{value, api.On(tx.Now().Add(shownFor))}
	if err := audit.Note(tx, audit.Entry{Action: act, Kind: h.Kind, Record: h.ID, Customer: h.At.ID, Details: map[string]any{"field": all[i].Label, "reason": rule.MaskNumbers(in.Reason)}}); err != nil {
		return out, err
	}
	return out, s.many(tx, act)
}

type person struct {
	ID string `db:"id"`
}

// many tells those who watch when somebody has looked at as many numbers in a day as nobody
// needs to: once, at the limit.
func (s *Service) many(tx *db.Tx, act string) error {
	if s.Watched == nil {
		return nil
	}
	most, err := map[string]func(*db.Tx) (int64, error){audit.Revealed: setting.RevealAlert.In, audit.RevealedOther: setting.RevealLimit.In}[act](tx)
	if err != nil || most == 0 {
		return err
	}
	n, err := today(tx, act)
	if err != nil || n != most {
		return err
	}
	return s.Watched(tx, act, n)
}

// today counts the viewer's own acts since the company's midnight.
func today(tx *db.Tx, act string) (int64, error) {
	midnight, err := setting.Midnight(tx)
	if err != nil {
		return 0, err
	}
	return audit.CountSince(tx, tx.Who().ID(), act, midnight.UnixMilli())
}

// allowed checks reason and quota, and says which act it is. Owner and collaborators call in
// one tap; their calls count for nobody's quota.
func (s *Service) allowed(tx *db.Tx, c customer.Summary, reason string) (act string, err error) {
	me := tx.Who().ID()
	near := c.ID != "" && string(c.OwnerID) == me
	if !near && c.ID != "" {
		ids, err := s.Customers.MemberIDs(tx, c.ID)
		if err != nil {
			return "", err
		}
		near = slices.Contains(ids, me)
	}
	if near {
		return audit.Revealed, nil
	}
	if slices.Contains(buttons, reason) || rule.Vague(reason) {
		return "", errReason
	}
	if err := tx.Lock("reveal:" + me); err != nil {
		return "", err
	}
	limit, err := setting.RevealLimit.In(tx)
	if err != nil {
		return "", err
	}
	n, err := today(tx, audit.RevealedOther)
	if err == nil && n >= limit {
		midnight, err := setting.Midnight(tx)
		if err != nil {
			return "", err
		}
		return "", errQuota.After(midnight.AddDate(0, 0, 1).Sub(tx.Now()))
	}
	return audit.RevealedOther, err
}
