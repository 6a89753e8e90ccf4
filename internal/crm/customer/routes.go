package customer

import (
	"zhike/internal/base/access"
	"zhike/internal/base/api"
)

// Routes are the operations on customers.
func (s *Service) Routes(r *api.Router) {
	at := func(path string, may access.Permission) api.Op { return api.Op{Path: path, May: may, On: Table} }
	api.List(r, api.Op{Path: "/customers", May: access.CustomerRead}, s.List)
	api.Create(r, api.Op{Path: "/customers", May: access.CustomerCreate}, s.Create, s.made)
	api.List(r, api.Op{Path: "/customers/bin", May: access.CustomerDelete}, s.Bin)
	api.Get(r, at("/customers/{id}", access.CustomerRead), s.Get)
	api.Change(r, at("/customers/{id}", access.CustomerWrite), s.Change)
	api.Delete(r, at("/customers/{id}", access.CustomerDelete), s.Delete)
	api.Act(r, at("/customers/{id}/submit", access.CustomerSubmit), s.Submit)
	api.Do(r, at("/customers/{id}/transfer", access.CustomerTransfer), s.Transfer)
	binned := at("/customers/{id}/restore", access.CustomerDelete)
	binned.Bin = true
	api.Act(r, binned, s.Restore)
}
