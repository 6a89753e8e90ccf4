package directory

import (
	"context"

	"zhike/internal/base/access"
	"zhike/internal/base/api"
	"zhike/internal/base/search"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// Sensitive asks for customers by a whole phone number or address, which must not
// stand in a URL.
type Sensitive struct {
	Value string `json:"value" minLength:"2" maxLength:"254"`
}

// SearchSensitive finds the customers in reach that have a contact with this number or
// address; a number of ours, such as a customer's, is found too.
func (s *Service) SearchSensitive(ctx context.Context, who access.Actor, in Sensitive) (api.Items[customer.Summary], error) {
	return db.Read(ctx, s.DB, who, func(tx *db.Tx) (out api.Items[customer.Summary], err error) {
		where := s.reached(db.Col("c.id"), in.Value)
		if who.Sees(access.ContactValues) == access.Hidden {
			where = db.Nothing()
		}
		if err := search.Check("a" + in.Value); err == nil {
			c, err := s.Customers.Words(tx, in.Value, db.SearchBound)
			if err != nil {
				return out, err
			}
			where = db.AnyOf(where, c)
		}
		out.Items, err = s.Customers.Latest(tx, where, 50)
		if out.Items == nil {
			out.Items = []customer.Summary{}
		}
		return out, err
	})
}
