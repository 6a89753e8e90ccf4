package directory

import (
	"zhike/internal/base/api"
	"zhike/internal/crm/contact"
	"zhike/internal/platform/db"
	"zhike/internal/platform/fault"
)

// noRing refuses that somebody reports, over whomever, to himself. The ways up of a customer's people are read under one lock, so
// that two changes at once make no ring either.
func (s *Service) noRing(tx *db.Tx, c contact.Contact, chief string) error {
	if chief == string(c.ReportsTo) {
		return nil
	}
	if err := tx.Lock("reports:" + c.CustomerID); err != nil {
		return err
	}
	rows, err := db.All[struct {
		ID    string  `db:"id"`
		Chief api.Ref `db:"reports_to"`
	}](tx.As(program), chiefs, db.Args{"customer": c.CustomerID})
	if err != nil {
		return err
	}
	above := map[string]string{}
	for _, r := range rows {
		above[r.ID] = string(r.Chief)
	}
	for steps := 0; chief != "" && steps <= len(rows); steps++ {
		if chief == c.ID {
			return fault.Rule("reports_in_ring", "reports_to")
		}
		chief = above[chief]
	}
	return nil
}
