package app

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"zhike/internal/crm/preset"
	"zhike/internal/platform/db/dbtest"
	"zhike/internal/platform/fault"
)

// TestPresets (S16, S17, DOMAIN §12): each of the five is compared with what is set, applied in one unit, and then nothing of it differs; one
// after the other they lose nothing that anybody wrote, and what somebody named stays his.
func TestPresets(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := t.Context(), w.actors["admin"]
		all, err := w.Presets.List(ctx, admin, struct{}{})
		must(t, err)
		if len(all.Items) != 5 {
			t.Fatalf("%d presets", len(all.Items))
		}
		if all.Items[0].Code != "standard" || all.Items[0].Differs != 0 {
			t.Errorf("a new company is not as the standard: %+v", all.Items[0])
		}
		// What presets may change; everything else is what people wrote.
		may := []string{"numbering", "settings", "custom_fields", "dictionaries", "dictionary_values", "stages", "roles", "reports", "audit_entries", "jobs", "audit_seal", "counters"}
		before := dbtest.Dump(t, w.DB, may...)
		was := dbtest.Dump(t, w.DB)
		for range 2 {
			for _, p := range all.Items {
				done, err := w.Presets.Apply(ctx, admin, p.Code, preset.Apply{})
				must(t, err)
				if done.Differs != 0 {
					t.Errorf("%s differs after it was applied: %+v", p.Code, done.Items)
				}
			}
		}
		after := dbtest.Dump(t, w.DB, may...)
		for _, table := range slices.Sorted(maps.Keys(before)) {
			if !slices.Equal(before[table], after[table]) {
				t.Errorf("%s was changed: %v, and is now %v", table, before[table], after[table])
			}
		}
		now := dbtest.Dump(t, w.DB)
		for _, table := range []string{"custom_fields", "roles", "reports", "dictionary_values"} { // only more of them
			if len(now[table]) < len(was[table]) {
				t.Errorf("%s had %d rows and has %d", table, len(was[table]), len(now[table]))
			}
		}
		for _, r := range was["roles"] {
			if !slices.Contains(now["roles"], r) {
				t.Errorf("a role was changed: %s", r)
			}
		}
		for _, r := range was["counters"] { // but for the mark that roles were changed
			if !strings.HasPrefix(r, "series=people") && !slices.Contains(now["counters"], r) {
				t.Errorf("a number was taken, or can be taken again: %s", r)
			}
		}
		names := 0
		for _, r := range now["roles"] {
			if strings.Contains(r, "区域主管") {
				names++
			}
		}
		if names != 1 {
			t.Errorf("%d roles of one name", names)
		}
		// In part.
		_, err = w.Presets.Apply(ctx, admin, "standard", preset.Apply{})
		must(t, err)
		some, err := w.Presets.Apply(ctx, admin, "fmcg", preset.Apply{Only: []string{"numbering:customer"}})
		must(t, err)
		for _, x := range some.Items {
			if want, asked := map[string]bool{"numbering:customer": true, "stage:first_contact": false, "setting:customer.untouched_days": false}[x.Key]; asked && x.Same != want {
				t.Errorf("%s: now %s, then %s", x.Key, x.Now, x.Then)
			}
		}
		for code, only := range map[string][]string{"nothing": nil, "sales": {"numbering:nobody"}} {
			if _, err := w.Presets.Apply(ctx, admin, code, preset.Apply{Only: only}); fault.Code(err) != "not_found" && fault.Code(err) != "invalid" {
				t.Errorf("%s %v: %v", code, only, err)
			}
		}
		if _, err := w.Presets.Apply(ctx, w.actors["leader"], "sales", preset.Apply{}); err == nil {
			t.Error("a leader sets the company up")
		}
	})
}
