package customer

import (
	"context"
	"slices"
	"strings"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/base/search"
	"zhike/internal/base/setting"
	"zhike/internal/crm/rule"
	"zhike/internal/platform/crypt"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// Reveal asks to see one value in clear. For one's own customers the reason is the
// code of the button that was pressed; everybody else writes one.
type Reveal struct {
	Field  string `json:"field" enum:"mobile,phone,email,wechat"`
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
	buttons   = []string{"call", "copy", "wechat", "visit"}
	errQuota  = fault.New(fault.TooMany, "quota_used")
	errReason = fault.Rule("required", "reason")
)

// Reveal shows one value of a contact: with sensitive.reveal for a customer one works
// with, never from a temporary grant or the open pool; recorded; beyond one's own
// customers at most reveal.other_limit a day.
func (s *Service) Reveal(ctx context.Context, who access.Actor, id string, _ int64, in Reveal) (Revealed, error) {
	return db.Write(ctx, s.DB, who, func(tx *db.Tx) (out Revealed, err error) {
		c, err := db.One[Contact](tx, contactOf, db.Args{"id": id})
		if err != nil {
			return out, err
		}
		customer, err := db.One[Summary](tx, get, db.Args{"id": c.CustomerID})
		if err != nil {
			return out, err
		}
		if who.Sees(access.ContactValues) != access.Shown || customer.OwnerID == "" {
			return out, db.ErrNotYours
		}
		if err := tx.May(Table, c.CustomerID, add(access.SensitiveReveal)); err != nil {
			return out, err
		}
		if err := s.allowed(tx, customer, in.Reason); err != nil {
			return out, err
		}
		p, _, err := s.clear(tx, id)
		if err != nil {
			return out, err
		}
		value, _, _ := strings.Cut(map[string]string{"mobile": p.mobile, "phone": p.phone, "email": p.email, "wechat": p.wechat}[in.Field], ";ext=")
		if n, err := rule.ParsePhone(value); err == nil && (in.Field == "mobile" || in.Field == "phone") {
			value = n.Display()
		}
		if _, ext, ok := strings.Cut(p.phone, ";ext="); ok && in.Field == "phone" {
			value += "-" + ext
		}
		out = Revealed{value, api.On(tx.Now().Add(shownFor))}
		return out, audit.Note(tx, audit.Entry{Action: "sensitive.reveal", Kind: "contact", Record: id, Customer: c.CustomerID,
			Details: map[string]any{"field": in.Field, "reason": rule.MaskNumbers(in.Reason)}})
	})
}

// allowed checks reason and quota. Owner and collaborators call in one tap.
func (s *Service) allowed(tx *db.Tx, c Summary, reason string) error {
	me := tx.Who().ID()
	near := string(c.OwnerID) == me
	if !near {
		ids, err := s.memberIDs(tx, c.ID)
		if err != nil {
			return err
		}
		near = slices.Contains(ids, me)
	}
	if near {
		return nil
	}
	if slices.Contains(buttons, reason) || rule.Vague(reason) {
		return errReason
	}
	if err := tx.Lock("reveal:" + me); err != nil {
		return err
	}
	limit, err := setting.RevealLimit.In(tx)
	if err != nil {
		return err
	}
	midnight, err := s.midnight(tx)
	if err != nil {
		return err
	}
	n, err := audit.CountSince(tx, me, "sensitive.reveal", midnight.UnixMilli())
	if err == nil && n >= limit {
		return errQuota.After(midnight.AddDate(0, 0, 1).Sub(tx.Now()))
	}
	return err
}

func (s *Service) midnight(tx *db.Tx) (time.Time, error) {
	zone, err := setting.Zone(tx)
	now := tx.Now().In(zone)
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone), err
}

// Sensitive asks for customers by a whole phone number or address, which must not
// stand in a URL.
type Sensitive struct {
	Value string `json:"value" minLength:"2" maxLength:"254"`
}

// SearchSensitive finds the customers in reach that have a contact with this number or
// address; a number of ours, such as a customer's, is found too.
func (s *Service) SearchSensitive(ctx context.Context, who access.Actor, in Sensitive) (api.Items[Summary], error) {
	out := api.Items[Summary]{Items: []Summary{}}
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (api.Items[Summary], error) {
		var any []db.Cond
		if n, err := rule.ParsePhone(in.Value); err == nil && n.E164 != "" {
			i := s.Vault.Keys.Index(crypt.Phone, strings.ToLower(n.E164))
			any = append(any, db.Compare(db.Col("x.mobile_index"), "=", i), db.Compare(db.Col("x.phone_index"), "=", i))
		}
		if e, err := rule.ParseEmail(in.Value); err == nil {
			any = append(any, db.Compare(db.Col("x.email_index"), "=", s.Vault.Keys.Index(crypt.Email, strings.ToLower(e))))
		}
		any = append(any, db.Compare(db.Col("x.wechat_index"), "=", s.Vault.Keys.Index(crypt.Wechat, strings.ToLower(strings.TrimSpace(in.Value)))))
		where := db.Linked(db.Col("c.id"), Contacts, "customer_id", db.AnyOf(any...))
		if who.Sees(access.ContactValues) == access.Hidden {
			where = db.Nothing()
		}
		if err := search.Check("a" + in.Value); err == nil {
			c, err := s.sought(tx, db.Col("c.id"), "customer", in.Value, db.SearchBound)
			if err != nil {
				return out, err
			}
			where = db.AnyOf(where, c)
		}
		rows, err := db.Find[Summary](tx, list, nil, db.With{Where: []db.Cond{where}, Order: db.Down("c.updated_at", "c.id"), Limit: 50})
		if err != nil {
			return out, err
		}
		out.Items = rows
		return out, s.showAll(tx, out.Items)
	})
}
