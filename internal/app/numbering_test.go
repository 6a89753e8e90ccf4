package app

import (
	"slices"
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/base/numbering"
	"zhike/internal/crm/customer"
	"zhike/internal/platform/db"
)

// TestNumbersOfAnotherPattern (S75): a pattern that spells numbers which an earlier one gave passes them over, one by one and in blocks.
func TestNumbersOfAnotherPattern(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := t.Context(), w.actors["admin"]
		change := func(pattern string) {
			t.Helper()
			_, err := w.Numbers.Change(ctx, admin, numbering.Customer, 0, numbering.Change{Pattern: pattern})
			must(t, err)
		}
		made := func(name string) string {
			t.Helper()
			c, err := w.Customers.Create(ctx, admin, customer.New{Change: customer.Change{Name: api.Some(name)}})
			must(t, err)
			return c.Code
		}
		change("C{yyyy}{seq:5}")
		_, err := db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) {
			_, err := numbering.Block(tx, numbering.Customer, 3000)
			return 0, err
		})
		must(t, err)
		var codes []string
		for _, name := range []string{"绍兴甲泽机械有限公司", "绍兴乙泽机械有限公司", "绍兴丙泽机械有限公司"} {
			codes = append(codes, made(name))
		}
		change("C{yyyy}{MM}{seq:3}")
		for _, name := range []string{"绍兴丁泽机械有限公司", "绍兴戊泽机械有限公司"} {
			code := made(name)
			if slices.Contains(codes, code) {
				t.Errorf("%s stands already among %v", code, codes)
			}
			codes = append(codes, code)
		}
		if codes[3] != "C202603004" || codes[4] != "C202603005" {
			t.Errorf("%v", codes)
		}
		change("C{yyyy}{seq:5}")
		_, err = db.Write(ctx, w.DB, program, func(tx *db.Tx) (int, error) {
			block, err := numbering.Block(tx, numbering.Customer, 4)
			if err == nil && !slices.Equal(block, []string{"C202603006", "C202603007", "C202603008", "C202603009"}) {
				t.Errorf("a block is %v after %v", block, codes)
			}
			return 0, err
		})
		must(t, err)
	})
}
