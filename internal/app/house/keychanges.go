package house

import (
	"errors"

	"zhike/internal/crm/customer"
	"zhike/internal/crm/keychange"
	"zhike/internal/platform/db"
)

// keyChanges has what others say of key fields wait: the floors that write them ask here.
func (h *House) keyChanges() {
	k := &keychange.Service{DB: h.DB, Vault: h.Vault, Customers: h.Customers, Directory: h.Directory, Notices: h.Notices, Actor: h.Account.ActorOf}
	h.KeyChanges = k
	h.Customers.Key, h.Customers.Pending = k.Customer, k.Pending
	h.Directory.Key, h.Directory.Pending, h.Directory.Dropped = k.Contact, k.OfPerson, k.Dropped
	told := h.Customers.Moved
	h.Customers.Moved = func(tx *db.Tx, row customer.OwnerChange) error { return errors.Join(told(tx, row), k.Moved(tx, row)) }
}
