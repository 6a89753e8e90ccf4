package app

import (
	"fmt"
	"sync"
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/crm/order"
	"zhike/internal/crm/segment"
)

// TestTogether: fifty at once make one order of one reference, and one set of a playbook's tasks (DECISIONS 11).
func TestTogether(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, mate := w.placements["team"]["customers"], w.actors["mate"]
		at := func(act func() error) (good int64) {
			var all sync.WaitGroup
			var lock sync.Mutex
			for range 50 {
				all.Go(func() {
					if act() == nil {
						lock.Lock()
						good++
						lock.Unlock()
					}
				})
			}
			all.Wait()
			return good
		}
		fen := int64(100)
		if n := at(func() error {
			_, err := w.Orders.Place(t.Context(), mate, order.New{CustomerID: id, AmountFen: &fen, Reference: "ERP-9"})
			return err
		}); n != 1 {
			t.Errorf("%d orders of one reference", n)
		}
		if n := at(func() error {
			_, err := w.Segments.Take(t.Context(), mate, id, segment.Taking{SegmentID: w.segment})
			return err
		}); n != 1 {
			t.Errorf("the playbook was taken %d times", n)
		}
		got := w.say(t, saying{as: "leader", call: "GET /tasks?owner=all&limit=200&customer_id=" + id, status: 200})
		if n := len(got["items"].([]any)); n != 4 { // the fixture's two, and the playbook's two
			t.Errorf("%d tasks", n)
		}
		// Two changes of one version: one is told that it is stale.
		p, err := w.Orders.List(t.Context(), mate, order.Query{Limit: 1})
		if err != nil || len(p.Items) != 1 {
			t.Fatal(err, len(p.Items))
		}
		n := 0
		var lock sync.Mutex
		if good := at(func() error {
			lock.Lock()
			n++
			number := fmt.Sprint("HT", n)
			lock.Unlock()
			_, err := w.Orders.Change(t.Context(), mate, p.Items[0].ID, p.Items[0].Version, order.Change{ContractNumber: api.Some(number)})
			return err
		}); good != 1 {
			t.Errorf("%d changes of one version", good)
		}
	})
}
