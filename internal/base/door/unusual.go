package door

import (
	"net/netip"
	"time"

	"zhike/internal/base/access"
	"zhike/internal/base/account"
	"zhike/internal/base/audit"
	"zhike/internal/base/setting"
	"zhike/internal/platform/db"
)

// What is unusual enough to tell administrators of it.
const (
	NewAddress = "sign_in_address" // from where this person never signed in, after the first week
	AtNight    = "sign_in_night"   // between ten and six, by the company's clock
	Refusals   = "sign_in_refusals"
)

// Of what is unusual: how long addresses are learned before a new one is told, how long one
// is remembered, when the night ends and begins, and how many refusals within an hour are told.
const (
	learning   = 7 * 24 * time.Hour
	remembered = 400 * 24 * time.Hour
	morning    = 6
	evening    = 22
	manyWrong  = 10
)

var (
	addresses = db.Internal("sign_in_addresses").Quiet()

	firstSeen   = db.SQL(`SELECT coalesce(min(a.first_at), 0) AS n FROM {sign_in_addresses a} WHERE a.user_id = :user`, addresses)
	seenAgain   = db.SQL(`UPDATE {sign_in_addresses!change a} SET last_at = :now WHERE a.user_id = :user AND a.address = :address`, addresses)
	seenLongAgo = db.SQL(`DELETE FROM {sign_in_addresses!change a} WHERE a.last_at < :before`, addresses)
	refusalsOf  = db.SQL(`SELECT count(*) AS n FROM {audit_entries e} WHERE e.record_id = :user AND e.action = 'session.refuse' AND e.at >= :since`, audit.Table)
)

// place is an address as it is remembered: a provider gives a household or an office a
// network of IPv6, and devices change their own part of it daily.
func place(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || a.Unmap().Is4() {
		return address
	}
	p, _ := a.WithZone("").Prefix(64)
	return p.String()
}

// unusual looks at a sign-in that succeeded.
func (s *Service) unusual(tx *db.Tx, user string, from access.Origin) error {
	zone, err := setting.Zone(tx)
	if err != nil {
		return err
	}
	now := tx.Now().In(zone)
	if h := now.Hour(); h < morning || h >= evening {
		night := now.Add(-morning * time.Hour).Format(time.DateOnly) // one night is one, across midnight
		if err := s.tell(tx, AtNight, user, night, map[string]string{"time": now.Format("15:04")}); err != nil {
			return err
		}
	}
	if from.Address == "" {
		return nil
	}
	address := place(from.Address)
	first, err := db.One[db.Count](tx, firstSeen, db.Args{"user": user})
	if err != nil {
		return err
	}
	row := struct {
		UserID  string `db:"user_id"`
		Address string `db:"address"`
		FirstAt int64  `db:"first_at"`
		LastAt  int64  `db:"last_at"`
	}{user, address, tx.At(), tx.At()}
	fresh, err := tx.InsertNew(addresses, row)
	if err != nil {
		return err
	}
	if !fresh {
		_, err = tx.ChangeAll(seenAgain, db.Args{"user": user, "address": address, "now": tx.At()})
		return err
	}
	if first.N == 0 || tx.At()-first.N < learning.Milliseconds() {
		return nil
	}
	return s.tell(tx, NewAddress, user, address, map[string]string{"address": address})
}

// suspicious looks at a try that was refused.
func (s *Service) suspicious(tx *db.Tx, user string) error {
	if user == "" {
		return nil
	}
	n, err := db.One[db.Count](tx, refusalsOf, db.Args{"user": user, "since": tx.Now().Add(-time.Hour).UnixMilli()})
	if err != nil || n.N < manyWrong {
		return err
	}
	return s.tell(tx, Refusals, user, tx.Now().UTC().Format("2006-01-02T15"), nil)
}

// tell tells every administrator, once for each cause.
func (s *Service) tell(tx *db.Tx, what, user, cause string, params map[string]string) error {
	on, err := setting.SignInNotices.In(tx)
	if err != nil || !on || s.Unusual == nil {
		return err
	}
	about, _, err := account.Active(tx, user)
	if err != nil {
		return err
	}
	all, err := account.Administrators(tx)
	if err != nil {
		return err
	}
	if params == nil {
		params = map[string]string{}
	}
	params["who"] = about.Name
	for _, to := range all {
		if err := s.Unusual(tx, to, what, user, what+":"+user+":"+cause, params); err != nil {
			return err
		}
	}
	return nil
}
