package timeline

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/audit"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// HistoryQuery is one page of the log.
type HistoryQuery struct {
	Only   string `query:"only" enum:"looks" doc:"looks: who looked at a number of it."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor string `query:"cursor" maxLength:"2000"`
}

// History gives what was done to a customer and its people, as differences. Reveals and
// other entries say that they were, and by whom.
func (s *Service) History(ctx context.Context, who access.Actor, id string, q HistoryQuery) (api.Page[audit.Shown], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (none api.Page[audit.Shown], err error) {
		if err := tx.May(customer.Table, id, db.See(string(access.CustomerRead))); err != nil {
			return none, err
		}
		page, err := audit.History(tx, id, q.Only == "looks", q.Cursor, q.Limit)
		if err != nil || who.Sees(access.Amounts) == access.Shown {
			return page, err
		}
		for i := range page.Items {
			for k, d := range page.Items[i].Differs {
				if secret(d.Field) {
					page.Items[i].Differs[k] = audit.Change{Field: d.Field}
				}
			}
		}
		return page, nil
	})
}

func secret(field string) bool {
	for _, f := range customer.Catalogue.Fields {
		if f.Name == field {
			return f.See == access.Amounts
		}
	}
	return false
}
