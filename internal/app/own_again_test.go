package app

import (
	"testing"

	"zhike/internal/base/api"
	"zhike/internal/base/customfield/own"
	"zhike/internal/platform/db"
)

// TestAFieldIsAddedAgain: a choice that was deleted can be added anew under its old name, with other words, though its first words stand.
func TestAFieldIsAddedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := t.Context(), w.actors["admin"]
		first := w.field(t, "渠道", "choice", choices("商超", "便利店"))
		must(t, w.Ours.Delete(ctx, admin, first.ID, first.Version))
		second, err := db.Write(ctx, w.DB, admin, func(tx *db.Tx) (own.Field, error) {
			n := own.New{Kind: "choice", Choices: []string{"电商"}}
			n.Label = api.Some("渠道")
			return w.Ours.AddIn(tx, "customer", "", n)
		})
		must(t, err)
		if second.Name != first.Name || second.Dictionary == first.Dictionary {
			t.Errorf("%s from %s, after %s from %s", second.Name, second.Dictionary, first.Name, first.Dictionary)
		}
	})
}
