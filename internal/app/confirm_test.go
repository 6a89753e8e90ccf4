package app

import (
	"maps"
	"slices"
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/crm/confirm"
	"zhike/internal/crm/contact"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/fault"
)

// TestConfirmedWithTheCustomer (DOMAIN §15 §2): what was confirmed stands with who and when, and falls when that value changes and
// with no other, by the form, by a merge and with the contact; what is not there cannot be confirmed.
func TestConfirmedWithTheCustomer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, east, id, person := t.Context(), w.actors["east"], w.placements["own"]["customers"], w.placements["own"]["contacts"]
		stands := func() map[string]bool {
			t.Helper()
			all, err := w.Confirmed.List(ctx, east, id, struct{}{})
			must(t, err)
			out := map[string]bool{}
			for _, c := range all.Items {
				if c.ByName != "east" || c.At == 0 {
					t.Errorf("%+v", c)
				}
				out[c.Field] = true
			}
			return out
		}
		expect := func(what string, want ...string) {
			t.Helper()
			if got := slices.Sorted(maps.Keys(stands())); !slices.Equal(got, want) {
				t.Errorf("%s: %v stand, not %v", what, got, want)
			}
		}
		say := func(field, contact string, on bool) error {
			_, err := w.Confirmed.Confirm(ctx, east, id, 0, confirm.Said{Field: field, ContactID: contact, Confirmed: on})
			return err
		}
		if err := say("budget", "", true); fault.Code(err) != "required" {
			t.Errorf("nothing was confirmed: %v", err)
		}
		change := func(in customer.Change) {
			t.Helper()
			_, err := w.Customers.Change(ctx, east, id, versionOf(t, w, "own"), in)
			must(t, err)
		}
		change(customer.Change{BudgetFromFen: api.Some(int64(10000000)), BudgetToFen: api.Some(int64(20000000)), BuyBy: api.Some("2026-06-30")})
		for _, f := range []string{"budget", "buy_by"} {
			must(t, say(f, "", true))
			must(t, say(f, "", true)) // twice is once
		}
		for _, f := range []string{"name", "title", "mobile"} {
			must(t, say(f, person, true))
		}
		expect("all", "budget", "buy_by", "mobile", "name", "title")
		change(customer.Change{Grade: api.Some("A")})
		expect("another value changed", "budget", "buy_by", "mobile", "name", "title")
		change(customer.Change{BudgetToFen: api.Some(int64(30000000))})
		expect("the budget changed", "buy_by", "mobile", "name", "title")
		speak := func(in contact.Change) {
			t.Helper()
			c, err := w.Directory.Get(ctx, east, person)
			must(t, err)
			_, err = w.Directory.Change(ctx, east, person, c.Version, in)
			must(t, err)
		}
		speak(contact.Change{Note: api.Some("爱喝茶")})
		expect("a note was added", "buy_by", "mobile", "name", "title")
		speak(contact.Change{Mobile: api.Some("13899995678")})
		expect("only the mobile changed", "buy_by", "name", "title")
		speak(contact.Change{Title: api.Some("采购总监"), Name: api.Some("欧阳修文")})
		expect("title and name changed", "buy_by")
		must(t, say("buy_by", "", false))
		expect("taken back")
		for what, x := range map[string]struct {
			as, field, contact, code string
		}{"a title of nobody": {"east", "title", "", "invalid"}, "a budget of a person": {"east", "budget", person, "invalid"}, "somebody else's person": {"east", "name", w.placements["team"]["contacts"], "invalid"},
			"out of reach": {"second", "buy_by", "", "not_found"}, "by who may only read": {"marketing", "buy_by", "", "not_yours"}} {
			_, err := w.Confirmed.Confirm(ctx, w.actors[x.as], id, 0, confirm.Said{Field: x.field, ContactID: x.contact, Confirmed: true})
			if fault.Code(err) != x.code {
				t.Errorf("%s: %v", what, err)
			}
		}
		// In a merge it stays with the values that it was of, and goes with people.
		must(t, say("buy_by", "", true))
		change(customer.Change{BuyBy: api.Some("2026-07-31")})
		must(t, say("buy_by", "", true))
		_, err := w.Confirmed.Confirm(ctx, w.actors["first"], w.placements["above"]["customers"], 0, confirm.Said{Field: "name", ContactID: w.placements["above"]["contacts"], Confirmed: true})
		must(t, err)
		merged(t, w, nil)
		all, err := w.Confirmed.List(ctx, east, id, struct{}{})
		must(t, err)
		if len(all.Items) != 2 {
			t.Errorf("after merging: %+v", all.Items)
		}
	})
}
